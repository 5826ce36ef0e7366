//! `flowvet graph`: the graph of flows, calls, connections and webhook events.

use super::{CLEAN, Outcome, load, read_notes};
use crate::cli::{GraphArgs, GraphFormat};
use crate::report::graph::Drawing;

pub(super) fn run(args: &GraphArgs) -> Outcome {
    let session = match load(&args.inputs) {
        Ok(session) => session,
        Err(outcome) => return outcome,
    };
    let drawing = Drawing::of(session.analysis());
    let output = match args.format {
        GraphFormat::Json => drawing.json(),
        GraphFormat::Mermaid => drawing.mermaid(),
        GraphFormat::Dot => drawing.dot(),
    };
    Outcome {
        notes: read_notes::of(session.analysis(), read_notes::Output::LooksComplete),
        ..Outcome::output(output, CLEAN)
    }
}
