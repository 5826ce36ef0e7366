//! The order in which solutions have to be imported.

use serde::Serialize;

use super::text::clean;
use super::to_json::to_json;
use crate::analysis::Analysis;
use crate::import_order::ImportOrder;
use crate::model::SolutionIx;
use crate::wording::count;

#[derive(Serialize)]
struct SolutionOrderReport<'a> {
    version: u32,
    waves: Vec<Vec<SolutionStep<'a>>>,
    cycles: Vec<Vec<&'a str>>,
    external: Vec<&'a str>,
}

#[derive(Serialize)]
struct SolutionStep<'a> {
    solution: &'a str,
    version: &'a str,
    path: &'a str,
    after: Vec<SolutionPrerequisite<'a>>,
}

#[derive(Serialize)]
struct SolutionPrerequisite<'a> {
    solution: &'a str,
    reason: &'a str,
}

/// The order as one JSON object and a line break.
pub(crate) fn json(analysis: &Analysis, order: &ImportOrder) -> String {
    to_json(&SolutionOrderReport {
        version: 1,
        waves: order
            .waves
            .iter()
            .map(|wave| wave.iter().map(|index| solution(analysis, order, *index)).collect())
            .collect(),
        cycles: order
            .cycles
            .iter()
            .map(|cycle| cycle.iter().map(|index| name(analysis, *index)).collect())
            .collect(),
        external: order.external.iter().map(String::as_str).collect(),
    })
}

fn name(analysis: &Analysis, index: SolutionIx) -> &str {
    let solution = analysis.workspace.solution(index);
    solution.name()
}

fn solution<'a>(analysis: &'a Analysis, order: &'a ImportOrder, index: SolutionIx) -> SolutionStep<'a> {
    let solution = analysis.workspace.solution(index);
    SolutionStep {
        solution: name(analysis, index),
        version: solution.manifest.as_ref().map(|manifest| manifest.version.as_str()).unwrap_or_default(),
        path: solution.path.as_str(),
        after: order
            .needs_of(index)
            .map(|(needed, reason)| SolutionPrerequisite { solution: name(analysis, needed), reason })
            .collect(),
    }
}

/// The order as text.
pub(crate) fn text(analysis: &Analysis, order: &ImportOrder) -> String {
    let mut out = String::new();
    if !order.external.is_empty() {
        out.push_str("first, these solutions have to be in the target environment\n");
        order.external.iter().for_each(|name| out.push_str(&format!("  {}\n", clean(name))));
        out.push('\n');
    }
    let total: usize = order.waves.iter().map(Vec::len).sum();
    out.push_str(&format!("import {} in {}\n", count(total, "solution"), count(order.waves.len(), "wave")));
    for (number, wave) in order.waves.iter().enumerate() {
        out.push_str(&format!("\nwave {}\n", number + 1));
        for index in wave {
            let step = solution(analysis, order, *index);
            out.push_str(&format!(
                "  {} {} ({})\n",
                clean(step.solution),
                clean(step.version),
                clean(step.path)
            ));
            for after in &step.after {
                out.push_str(&format!("    after {}: {}\n", clean(after.solution), clean(after.reason)));
            }
        }
    }
    for cycle in &order.cycles {
        out.push_str("\nno order: these solutions depend on each other\n");
        for index in cycle {
            out.push_str(&format!("  {}\n", clean(name(analysis, *index))));
            for (needed, reason) in order.needs_of(*index).filter(|(needed, _)| cycle.contains(needed)) {
                out.push_str(&format!("    needs {}: {}\n", clean(name(analysis, needed)), clean(reason)));
            }
        }
    }
    out
}
