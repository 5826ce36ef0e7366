//! Places in the terms of the designer: the name of the flow, and the path to a step through its scopes.

use super::text::{NO_BREAK, clean, width};
use crate::analysis::Analysis;
use crate::finding::{Finding, Label};
use crate::model::{step_path, step_title};
use crate::source::{Place, Route, Sources, Target};

/// A finding's message, and its flow if the message does not contain the flow's name.
pub(crate) struct Headline {
    pub(crate) flow: Option<String>,
    pub(crate) sentence: String,
}

impl Headline {
    /// Messages contain the flow's name, because some formats show nothing else. This removes it from `` `Send` of `Flow` ``,
    /// for reports that show the flow separately.
    pub(crate) fn of(analysis: &Analysis, finding: &Finding) -> Self {
        let name = |flow| analysis.workspace.flow(flow).name.replace('`', "'");
        let Some(flow) = finding.flow.map(name) else {
            return Headline { flow: None, sentence: clean(&finding.message) };
        };
        let sentence = finding.message.replacen(&format!("` of `{flow}`"), "`", 1);
        let names_it = sentence.contains(&format!("`{flow}`"));
        Headline { flow: (!names_it).then(|| clean(&flow)), sentence: clean(&sentence) }
    }
}

/// The path to the step that contains a place: the titles of its containers, the outermost first, and its own title.
/// Empty outside of steps.
pub(crate) fn steps(place: &Place) -> Vec<String> {
    let keys = place.route().map(step_path).unwrap_or_default();
    keys.into_iter().map(|key| clean(&step_title(key))).collect()
}

/// `file:line:column`, or the file alone if the place is the whole file.
pub(crate) fn file_and_line(sources: &Sources, place: &Place) -> String {
    let location = crate::parse::location(sources, place);
    let is_file = place.target == Target::File;
    clean(&if is_file { location.file.to_string() } else { location.to_string() })
}

/// Whether a place is in a trigger.
pub(crate) fn is_in_trigger(place: &Place) -> bool {
    place.route().is_some_and(|route| route.starts_with(&Route::of(["properties", "definition", "triggers"])))
}

/// The flow of a finding, and the path to its step.
pub(crate) fn flow_and_steps(analysis: &Analysis, finding: &Finding) -> Vec<String> {
    let flow = finding.flow.map(|flow| analysis.workspace.flow(flow));
    let is_inside = flow.is_some_and(|flow| flow.file == Some(finding.place().file));
    let steps = if is_inside { steps(finding.place()) } else { Vec::new() };
    flow.map(|flow| clean(&flow.name)).into_iter().chain(steps).collect()
}

/// A short description of a related place: the step and the line in a flow, or else the file and the line.
pub(crate) fn brief(analysis: &Analysis, finding: &Finding, label: &Label) -> String {
    const MOST: usize = 60;
    let line = crate::parse::line(&analysis.sources, &label.place);
    let Some(index) = analysis.workspace.flow_in(label.place.file) else {
        let file = analysis.sources.get(label.place.file).name().file_name();
        return format!("{}:{line}", clean(file));
    };
    let flow = &analysis.workspace.flow(index).name;
    let is_named = finding.flow == Some(index) || label.message.contains(&format!("`{flow}`"));
    let mut path = if is_named { Vec::new() } else { vec![clean(flow)] };
    path.extend(steps(&label.place));
    let line = format!("line{NO_BREAK}{line}");
    if path.is_empty() { line } else { format!("{}, {line}", shortened(&path, MOST)) }
}

/// A path through scopes, shortened to this many columns if possible. The middle is left out, because the beginning and
/// the end are more helpful.
pub(crate) fn shortened(path: &[String], columns: usize) -> String {
    let whole = path.join(" > ");
    let fits = |text: &str| width(text) <= columns;
    if fits(&whole) || path.len() < 3 {
        return whole;
    }
    let (first, rest) = (&path[0], &path[1..]);
    let tails = (1..rest.len()).map(|start| format!("{first} > … > {}", rest[start..].join(" > ")));
    let mut shortest = whole;
    for tail in tails {
        shortest = tail;
        if fits(&shortest) {
            break;
        }
    }
    shortest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_way_is_cut_in_its_middle() {
        let path: Vec<String> = ["Flow", "Try", "Each row", "If new", "Send"].map(str::to_owned).to_vec();
        assert_eq!(shortened(&path, 80), "Flow > Try > Each row > If new > Send");
        assert_eq!(shortened(&path, 35), "Flow > … > Each row > If new > Send");
        assert_eq!(shortened(&path, 30), "Flow > … > If new > Send");
        assert_eq!(shortened(&path, 3), "Flow > … > Send");
        assert_eq!(shortened(&path[..2], 3), "Flow > Try");
    }
}
