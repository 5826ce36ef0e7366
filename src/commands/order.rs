//! `flowvet order`: the order in which flows can be turned on.

use super::{CLEAN, FOUND, Outcome, load};
use crate::cli::{Order, OrderFormat};
use crate::report::order;

pub(super) fn run(args: &Order) -> Outcome {
    let analysis = match load(&args.inputs) {
        Ok(analysis) => analysis,
        Err(outcome) => return outcome,
    };
    let activation = analysis.activation();
    let output = match args.format {
        OrderFormat::Text => order::text(&analysis, &activation),
        OrderFormat::Json => order::json(&analysis, &activation),
        OrderFormat::Csv => match order::csv(&analysis, &activation) {
            Ok(output) => output,
            Err(error) => return Outcome::failure(&error.to_string(), None),
        },
    };
    Outcome::output(output, if activation.cycles.is_empty() { CLEAN } else { FOUND })
}
