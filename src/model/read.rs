//! Parses the files of a package. A file that cannot be parsed becomes a fault at the place where parsing stopped.

use crate::load::{Fault, FaultKind, PackageFile};
use crate::parse::{Element, json, xml, yaml};
use crate::source::{Document, FileId, Place, Sources, Text};

/// Why a file could not be read; `None` if loading has already reported a fault.
pub(super) type Unread = Option<Fault>;

/// Whether a file is YAML instead of XML.
pub(super) fn is_yaml(file: &PackageFile) -> bool {
    file.path.to_ascii_lowercase().ends_with(".yml")
}

/// Reads an XML file.
pub(super) fn xml<'s>(sources: &'s Sources, file: &PackageFile) -> Result<xml::Document<'s>, Unread> {
    let text = readable(sources, file)?;
    xml::parse(text.text()).map_err(|error| {
        let line = text.line_span(error.line.saturating_sub(1).min(text.line_count() - 1));
        let in_line = &text.text()[line.start..line.end];
        let column = in_line.char_indices().nth(error.column.saturating_sub(1));
        let start = line.start + column.map_or(in_line.len(), |(at, _)| at);
        Some(fault(text, file.file, start, format!("is not valid XML: {}", error.message)))
    })
}

/// Reads an XML or YAML file, and passes its root element to `take`.
pub(super) fn elements<T>(
    sources: &Sources,
    file: &PackageFile,
    take: impl for<'a> FnOnce(Element<'a>, FileId) -> T,
) -> Result<T, Unread> {
    if !is_yaml(file) {
        return Ok(take(Element::of_xml(&xml(sources, file)?), file.file));
    }
    let text = readable(sources, file)?;
    let document = yaml::parse(text.text()).map_err(|error| {
        Some(fault(text, file.file, error.offset, format!("is not valid YAML: {}", error.message)))
    })?;
    Ok(take(Element::of_yaml(&document), file.file))
}

/// Reads a JSON file.
pub(super) fn json(sources: &Sources, file: &PackageFile) -> Result<Document, Unread> {
    let text = readable(sources, file)?;
    json::parse(text.shared()).map_err(|error| {
        Some(fault(text, file.file, error.offset, format!("is not valid JSON: {}", error.message)))
    })
}

fn readable<'s>(sources: &'s Sources, file: &PackageFile) -> Result<&'s Text, Unread> {
    if file.readable { Ok(sources.get(file.file)) } else { Err(None) }
}

fn fault(text: &Text, file: FileId, start: usize, message: String) -> Fault {
    let place = Place::span(file, text.character(start));
    Fault { place, message, help: None, hides_flows: false, kind: FaultKind::File }
}
