//! `flowvet inventory`: what solutions contain, as tables.

use super::config::LoadedConfig;
use super::staged_files::StagedFiles;
use super::{CLEAN, Outcome, files_read, load_and_keep_going, read_notes};
use crate::baseline::fingerprint;
use crate::cli::{InventoryArgs, InventoryFormat};
use crate::report::inventory::{Inventory, TABLES, Table, needs_check};
use crate::report::layout::Style;
use crate::rules::Checked;
use crate::wording::count;

pub(super) fn run(args: &InventoryArgs, style: Style) -> Outcome {
    inventory(args, style).unwrap_or_else(|failure| failure)
}

fn inventory(args: &InventoryArgs, style: Style) -> Result<Outcome, Outcome> {
    let is_wanted = |name: &&str| args.table.is_empty() || args.table.iter().any(|table| table == name);
    let wanted: Vec<&str> = TABLES.into_iter().filter(|name| is_wanted(name)).collect();
    if args.format == InventoryFormat::Csv && args.into.is_none() && wanted.len() > 1 {
        let help = "write a file per table with `--into DIR`, or print one with `--table NAME`";
        return Err(Outcome::failure("several tables cannot be printed as one CSV", Some(help)));
    }
    let loaded = LoadedConfig::read(&args.config, &args.inputs, style)?;
    let mut session = load_and_keep_going(&args.inputs)?;
    session.configure(loaded.config);
    let is_checked = wanted.iter().any(|table| needs_check(table));
    let Checked { findings, blocking, .. } =
        if is_checked { session.check_and_release() } else { Checked::default() };
    let analysis = session.analysis();
    let fingerprints = fingerprint::of_all(analysis, &findings);
    let inventory =
        Inventory { analysis, findings: &findings, blocking: &blocking, fingerprints: &fingerprints };
    let tables = wanted.iter().filter_map(|name| inventory.table(name));
    let notes = read_notes::of(analysis, read_notes::Output::TellsUnread);
    let output = match &args.into {
        None => tables.map(|table| text(&table, args, true)).collect::<Result<String, Outcome>>()?,
        Some(folder) => {
            let ending = if args.format == InventoryFormat::Csv { "csv" } else { "jsonl" };
            let path = |name: &str| folder.join(format!("{name}.{ending}"));
            let paths: Vec<_> = wanted.iter().map(|name| path(name)).collect();
            let outputs: Vec<_> = paths.iter().collect();
            let mut staged = StagedFiles::beside(files_read(analysis, &args.inputs, &outputs));
            let fail = |error: super::staged_files::WriteError| Outcome::failure(&error.to_string(), None);
            staged.create_folder(folder).map_err(fail)?;
            let mut output = String::new();
            for table in tables {
                staged.add(&path(table.name), &text(&table, args, false)?).map_err(fail)?;
                output.push_str(&format!("{}: {}\n", table.name, count(table.len(), "row")));
            }
            staged.keep().map_err(fail)?;
            output
        }
    };
    Ok(Outcome { notes, ..Outcome::output(output, CLEAN) })
}

fn text(table: &Table, args: &InventoryArgs, is_named: bool) -> Result<String, Outcome> {
    match args.format {
        InventoryFormat::Jsonl => Ok(table.json_lines(is_named)),
        InventoryFormat::Csv => table.csv().map_err(|error| Outcome::failure(&error.to_string(), None)),
    }
}
