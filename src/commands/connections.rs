//! `flowvet connections`: the connection references and the steps that use them.

use super::{CLEAN, Outcome, load, read_notes};
use crate::cli::{ConnectionsArgs, ConnectionsFormat};
use crate::report::connections::{csv, json, list, markdown, table};

pub(super) fn run(args: &ConnectionsArgs) -> Outcome {
    let session = match load(&args.inputs) {
        Ok(session) => session,
        Err(outcome) => return outcome,
    };
    let list = list(session.analysis());
    let output = match args.format {
        ConnectionsFormat::Table => table(&list),
        ConnectionsFormat::Json => json(&list),
        ConnectionsFormat::Markdown => markdown(&list),
        ConnectionsFormat::Csv => match csv(&list) {
            Ok(output) => output,
            Err(error) => return Outcome::failure(&error.to_string(), None),
        },
    };
    Outcome {
        notes: read_notes::of(session.analysis(), read_notes::Output::LooksComplete),
        ..Outcome::output(output, CLEAN)
    }
}
