//! Locations in SARIF: a file with a region, and the flow and action as logical locations.

use serde::Serialize;

use super::Message;
use crate::analysis::Analysis;
use crate::finding::{Finding, Label};
use crate::model::{FlowIx, step_path};
use crate::report::text::clean;
use crate::source::{FileName, Location, Place};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SarifLocation {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<Logical>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
pub(super) struct ArtifactLocation {
    uri: String,
}

impl ArtifactLocation {
    pub(super) fn of(file: &FileName) -> Self {
        ArtifactLocation { uri: uri(file.outermost()) }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    start_line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Logical {
    name: String,
    fully_qualified_name: String,
    kind: &'static str,
}

impl Region {
    pub(super) fn of(located: &Location) -> Self {
        Region {
            start_line: located.start.line,
            start_column: Some(located.start.column),
            end_line: Some(located.end.line),
            end_column: Some(located.end.column),
        }
    }
}

impl SarifLocation {
    pub(super) fn primary(analysis: &Analysis, finding: &Finding) -> Self {
        let place = finding.place();
        let logical = logical(analysis, finding.flow, place);
        let message = Some(&finding.labels[0].message).filter(|message| !message.is_empty());
        SarifLocation {
            id: None,
            physical_location: physical(analysis, place),
            logical_locations: logical,
            message: message.map(|message| Message { text: clean(message) }),
        }
    }

    pub(super) fn related(analysis: &Analysis, label: &Label, id: usize) -> Self {
        let flow = analysis.workspace.flow_in(label.place.file);
        SarifLocation {
            id: Some(id),
            physical_location: physical(analysis, &label.place),
            logical_locations: logical(analysis, flow, &label.place),
            message: Some(Message { text: clean(&label.message) }),
        }
    }
}

fn physical(analysis: &Analysis, place: &Place) -> Physical {
    let located = crate::parse::location(&analysis.sources, place);
    let region = match located.file.inside() {
        // A zip has no lines, but GitHub requires one.
        Some(_) => Region { start_line: 1, start_column: None, end_line: None, end_column: None },
        None => Region::of(&located),
    };
    Physical { artifact_location: ArtifactLocation::of(&located.file), region }
}

/// The solution, the flow and the action as a qualified name, and the path inside a zip.
fn logical(analysis: &Analysis, flow: Option<FlowIx>, place: &Place) -> Vec<Logical> {
    let mut found = Vec::new();
    if let Some(index) = flow {
        let flow = analysis.workspace.flow(index);
        let solution = analysis.workspace.solution_of(index);
        let mut path = vec![solution.name(), &flow.name];
        let route = place.route().filter(|_| flow.file == Some(place.file));
        let steps = route.map(step_path).unwrap_or_default();
        let kind = if steps.is_empty() { "module" } else { "member" };
        path.extend(steps);
        found.push(named(&path, "/", kind));
    }
    if let Some(inside) = analysis.sources.get(place.file).name().inside() {
        found.push(named(&[inside], "/", "resource"));
    }
    found
}

fn named(path: &[&str], separator: &str, kind: &'static str) -> Logical {
    let name = path.last().copied().unwrap_or_default();
    Logical { name: clean(name), fully_qualified_name: clean(&path.join(separator)), kind }
}

/// A path as a URI reference, which is relative if the path is.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let is_windows = path.as_bytes().get(1) == Some(&b':');
    if path.starts_with("//") {
        // A share, whose name follows.
        out.push_str("file:");
    } else if path.starts_with('/') {
        out.push_str("file://");
    } else if is_windows {
        out.push_str("file:///");
    }
    let path = path.strip_prefix("./").unwrap_or(path);
    for byte in path.bytes() {
        let is_plain = byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,=@".contains(&byte);
        if is_plain || is_windows && byte == b':' {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("./src/Größe 1#2.json"), "src/Gr%C3%B6%C3%9Fe%201%232.json");
        assert_eq!(uri("/tmp/a:b.json"), "file:///tmp/a%3Ab.json");
        assert_eq!(uri("C:/a b.json"), "file:///C:/a%20b.json");
        assert_eq!(uri("//server/a b/x.json"), "file://server/a%20b/x.json");
    }
}
