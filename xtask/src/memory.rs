//! Measures the peak memory of `flowvet check` for generated solutions, and compares it with the size of their texts.

use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use crate::{Outcome, cargo, workload};

/// The numbers of flows that are measured.
const FLOWS: [&str; 3] = ["200", "1000", "10000"];

/// Prints a row of `docs/performance.md` for each number of flows.
pub(crate) fn memory(root: &Path, flows: &[&str]) -> Outcome {
    cargo(root, &["build", "--release", "--package", "flowvet"], &[])?;
    println!("| flows | JSON and XML | peak memory | : texts |\n|---|---|---|---|");
    for flows in if flows.is_empty() { &FLOWS } else { flows } {
        let number: usize = flows.parse().map_err(|error| format!("`{flows}` is not a number: {error}"))?;
        let zip = workload::zip(number);
        let texts = size_of_texts(&zip)?;
        let path = root.join("target/memory.zip");
        fs::write(&path, zip).map_err(|error| format!("{}: {error}", path.display()))?;
        let peak = peak(root, &path)?;
        let ratio = (peak * 100 / texts) as f64 / 100.0;
        println!("| {flows} | {} MB | {} MB | {ratio:.2} |", texts / 1_000_000, peak / 1_000_000);
    }
    Ok(())
}

/// The number of bytes of all files in a zip.
fn size_of_texts(zip: &[u8]) -> Result<u64, String> {
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).map_err(|error| error.to_string())?;
    (0..zip.len())
        .map(|at| zip.by_index(at).map(|entry| entry.size()).map_err(|error| error.to_string()))
        .sum()
}

/// The peak memory of a check in bytes, as GNU time measures it.
fn peak(root: &Path, package: &Path) -> Result<u64, String> {
    let mut command = Command::new("/usr/bin/time");
    command.args(["--format", "peak %M"]).arg(root.join("target/release/flowvet"));
    command.args(["check", "--quiet", "--no-config", "--format", "human"]).arg(package);
    let output = command.output().map_err(|error| format!("cannot run `/usr/bin/time`: {error}"))?;
    let log = String::from_utf8_lossy(&output.stderr);
    let kilobytes = log.lines().find_map(|line| line.strip_prefix("peak ")?.parse::<u64>().ok());
    kilobytes.map(|number| number * 1024).ok_or_else(|| format!("`/usr/bin/time` did not measure:\n{log}"))
}
