//! Counts the instructions of `flowvet check` with callgrind, and compares them with the floor (`benches/workload/floor.rs`).
//! Unlike times, the counts are the same in every run, whatever else the machine does.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::kit::write_kit;
use crate::workload::floor;
use crate::{Outcome, cargo};

/// The public packages that are counted after the kit, in `../shared/corpus`: large ones, and some with many findings.
const PACKAGES: [&str; 4] = [
    "unpacked/jenschristianschroder-CenterofExcellenceCoreComponents",
    "unpacked/jenschristianschroder-ALMAcceleratorForMakers",
    "zip/StressTest100Flows_1_0_0_0.zip",
    "zip/mpa_TrainingAndRegistration_managed.zip",
];

/// Prints a row of `docs/performance.md` for each package that is present.
pub(crate) fn instructions(root: &Path, packages: &[&str]) -> Outcome {
    cargo(root, &["build", "--release", "--package", "flowvet", "--package", "xtask"], &[])?;
    let corpus = root.join("../shared/corpus");
    let packages: Vec<PathBuf> = match packages {
        [] => {
            let kit = root.join("target/kit.zip");
            let kit = write_kit(root, &kit)?.then_some(kit);
            let packages = PACKAGES.iter().map(|package| corpus.join(package));
            kit.into_iter().chain(packages.filter(|path| path.exists())).collect()
        }
        paths => paths.iter().map(PathBuf::from).collect(),
    };
    println!("| package | floor | human | : floor | json | : floor |\n|---|---|---|---|---|---|");
    for package in &packages {
        let count = |program: &str, arguments: &[&str]| count(root, program, arguments, package);
        let floor = count("xtask", &["floor"])?;
        let human = count("flowvet", &["check", "--quiet", "--no-config", "--format", "human"])?;
        let json = count("flowvet", &["check", "--quiet", "--no-config", "--format", "json"])?;
        let name = package.file_stem().unwrap_or_default().to_string_lossy();
        println!(
            "| {name} | {floor:.1} M | {human:.1} M | {:.2} | {json:.1} M | {:.2} |",
            human / floor,
            json / floor
        );
    }
    Ok(())
}

/// Does the work of the floor for a package.
pub(crate) fn do_floor(package: &str) -> Outcome {
    floor::of_path(Path::new(package));
    Ok(())
}

/// The millions of instructions of a program on one thread.
fn count(root: &Path, program: &str, arguments: &[&str], package: &Path) -> Result<f64, String> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    command.arg(root.join("target/release").join(program)).args(arguments).arg(package);
    let output = command.env("RAYON_NUM_THREADS", "1").output();
    let output = output.map_err(|error| format!("cannot run valgrind: {error}"))?;
    let log = String::from_utf8_lossy(&output.stderr);
    let collected =
        log.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse::<f64>().ok());
    collected.map(|count| count / 1e6).ok_or_else(|| format!("valgrind did not count `{program}`:\n{log}"))
}
