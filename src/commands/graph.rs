//! `flowvet graph`: the graph of flows, calls, connections and webhook events.

use super::{CLEAN, Outcome, load, read_notes};
use crate::cli::{GraphArgs, GraphFormat};
use crate::report::graph::{Parts, View, dot, json, mermaid, mermaid_limit};
use crate::report::text::clean;
use crate::report::{html, picture};
use crate::wording::{count, quoted};

pub(super) fn run(args: &GraphArgs) -> Outcome {
    let session = match load(&args.inputs) {
        Ok(session) => session,
        Err(outcome) => return outcome,
    };
    let flows = args.flows();
    let unmatched = View::unmatched(session.analysis(), &flows);
    if !unmatched.is_empty() {
        let message = clean(&format!("no flow matches {}", quoted(unmatched)));
        return Outcome::failure(&message, Some("`flowvet order PATH` lists the flows"));
    }
    let parts = args.parts();
    let mut notes = read_notes::of(session.analysis(), read_notes::Output::LooksComplete);
    let view = match args.format {
        // Programs get everything, and nothing that depends on rules.
        GraphFormat::Json if args.with.is_empty() => View::of(session.analysis(), None, Parts::ALL, &flows),
        GraphFormat::Json => View::of(session.analysis(), None, parts, &flows),
        _ => session.graph_view(parts, &flows),
    };
    let output = match args.format {
        GraphFormat::Json => json(&view),
        GraphFormat::Mermaid => mermaid(&view),
        GraphFormat::Dot => dot(&view),
        GraphFormat::Svg => picture::svg(&view),
        GraphFormat::Html => html::graph(&view),
    };
    notes.push_str(&note(args.format, &view, &output));
    Outcome { notes, ..Outcome::output(output, CLEAN) }
}

/// What the reader does not see in the output.
fn note(format: GraphFormat, view: &View, output: &str) -> String {
    let mut notes = String::new();
    if matches!(format, GraphFormat::Mermaid | GraphFormat::Dot) && !view.lone.is_empty() {
        let (verb, them) = if view.lone.len() == 1 { ("is", "it") } else { ("are", "them") };
        let flows = count(view.lone.len(), "flow");
        notes.push_str(&format!(
            "note: {flows} without calls {verb} not drawn; `--format svg` lists {them}\n"
        ));
    }
    if let Some(limit) = mermaid_limit(view, output).filter(|_| format == GraphFormat::Mermaid) {
        notes.push_str(&format!("note: {limit}; draw a part with `--flow`, or use `--format svg`\n"));
    }
    notes
}
