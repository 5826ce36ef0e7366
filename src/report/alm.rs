//! The ALM Accelerator's `ActivateFlowConfiguration`: either complete, or merged into a settings file by small edits that
//! leave all other bytes unchanged.
//!
//! `sortOrder` is text, as the accelerator's own scripts write it; `activate` is the text `false` for a flow that the
//! package records as off.

use std::sync::Arc;

use serde::Serialize;

use super::text::{json_printable, shown};
use super::to_json::to_json;
use crate::activation::Activation;
use crate::analysis::Analysis;
use crate::model::given_order::ALM_SECTION;
use crate::model::{FlowId, State};
use crate::parse::json;
use crate::source::{Array, Json, Span, Value};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Block {
    activate_flow_configuration: Vec<AlmEntry>,
}

/// One flow of the section.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AlmEntry {
    solution_component_name: String,
    solution_component_unique_name: String,
    sort_order: String,
    activate: &'static str,
}

/// The flows of an order as entries of the section.
pub(crate) fn entries(analysis: &Analysis, order: &Activation) -> Vec<AlmEntry> {
    order
        .flat()
        .enumerate()
        .map(|(position, flow)| {
            let flow = analysis.workspace.flow(flow);
            AlmEntry {
                solution_component_name: shown(&flow.name).into_owned(),
                solution_component_unique_name: flow.id.to_string(),
                sort_order: (position + 1).to_string(),
                activate: if flow.state == State::Off { "false" } else { "true" },
            }
        })
        .collect()
}

/// The section by itself.
pub(crate) fn block(entries: Vec<AlmEntry>) -> String {
    to_json(&Block { activate_flow_configuration: entries })
}

/// Why an order cannot be merged into a file: a predicate, and the offset of the fault.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NoMerge {
    pub(crate) message: String,
    pub(crate) offset: usize,
}

/// A settings file with the order merged in: sets `sortOrder` of the flows in the file, and adds entries for other flows.
/// Everything else is unchanged, including white space.
pub(crate) fn merged(text: &str, entries: &[AlmEntry]) -> Result<String, NoMerge> {
    let document = json::parse(Arc::new(text.to_owned())).map_err(|error| NoMerge {
        message: format!("is not valid JSON: {}", error.message),
        offset: error.offset,
    })?;
    let Some(settings) = document.root().as_object() else {
        return Err(NoMerge { message: "is not a settings file: expected an object".to_owned(), offset: 0 });
    };
    let mut merge = Merge { text, edits: Vec::new() };
    match settings.get(ALM_SECTION).map(|section| (section, section.as_array())) {
        None => merge.add_section(entries),
        Some((section, Some(list))) => merge.update_section(section.span(), list, entries),
        Some((section, None)) => {
            let message = format!("has a `{ALM_SECTION}` that is not an array");
            return Err(NoMerge { message, offset: section.span().start });
        }
    }
    Ok(merge.apply())
}

struct Merge<'a> {
    text: &'a str,
    /// Replacements of byte ranges, which do not overlap.
    edits: Vec<(Span, String)>,
}

impl Merge<'_> {
    fn apply(mut self) -> String {
        self.edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        let newline = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        let mut out = self.text.to_owned();
        for (span, new) in self.edits {
            out.replace_range(span.start..span.end, &new.replace('\n', newline));
        }
        out
    }

    fn insert(&mut self, at: usize, new: String) {
        self.edits.push((Span::new(at, at), new));
    }

    /// The section becomes the first member of the file.
    fn add_section(&mut self, entries: &[AlmEntry]) {
        let Some(open) = self.text.find('{') else { return };
        let inner = blanks_after(self.text, open + 1);
        let is_empty = self.text[open + 1 + inner.len()..].starts_with('}');
        let indent = if inner.contains('\n') { inner } else { "\n  " };
        let list = list(entries, indent);
        let tail = if is_empty { "\n" } else { "," };
        self.insert(open + 1, format!("{}\"{ALM_SECTION}\": {list}{tail}", normal(indent)));
    }

    fn update_section(&mut self, section: Span, list: Array<'_>, entries: &[AlmEntry]) {
        let mut new = Vec::new();
        for entry in entries {
            let id = FlowId::parse(&entry.solution_component_unique_name);
            let known = list.iter().position(|existing| id.is_some() && unique_name(existing) == id);
            match known.and_then(|index| list.get(index)) {
                Some(known) => self.set_order(known, &entry.sort_order),
                None => new.push(entry.clone()),
            }
        }
        if !new.is_empty() {
            self.append(section, list.get(0), &new);
        }
    }

    /// Replaces the value of `sortOrder`, or adds the member at the end.
    fn set_order(&mut self, entry: Json<'_>, order: &str) {
        match entry.get("sortOrder").map(|value| (value.span(), value.value())) {
            Some((span, Value::String(_) | Value::Number(_))) => self.edits.push((span, order.to_owned())),
            Some((span, _)) => self.edits.push((span, format!("\"{order}\""))),
            None => {
                let object = entry.span();
                let blanks = normal(blanks_after(self.text, object.start + 1));
                let end = self.text[..object.end - 1].trim_end().len();
                self.insert(end, format!(",{blanks}\"sortOrder\": \"{order}\""));
            }
        }
    }

    fn append(&mut self, array: Span, first: Option<Json<'_>>, entries: &[AlmEntry]) {
        let Some(first) = first else {
            let indent = line_indent(self.text, array.start);
            self.edits.push((array, list(entries, &format!("\n{indent}"))));
            return;
        };
        let first = first.span();
        let between = normal(blanks_after(self.text, array.start + 1));
        let inner = normal(blanks_after(self.text, first.start + 1));
        let body = &self.text[first.start..first.end - 1];
        let close = normal(&body[body.trim_end().len()..]);
        let end = self.text[..array.end - 1].trim_end().len();
        let new: String =
            entries.iter().map(|entry| format!(",{between}{}", object(entry, &inner, &close))).collect();
        self.insert(end, new);
    }
}

fn unique_name(entry: Json<'_>) -> Option<FlowId> {
    FlowId::parse(entry.get("solutionComponentUniqueName")?.as_str()?)
}

/// Entries as an array, with each member on its own line below `indent` (a line break and spaces).
fn list(entries: &[AlmEntry], indent: &str) -> String {
    let indent = normal(indent);
    let (item, member) = (format!("{indent}  "), format!("{indent}    "));
    let objects: Vec<String> =
        entries.iter().map(|entry| format!("{item}{}", object(entry, &member, &item))).collect();
    format!("[{}{indent}]", objects.join(","))
}

fn object(entry: &AlmEntry, inner: &str, close: &str) -> String {
    let quoted = |text: &str| json_printable(serde_json::Value::from(text).to_string());
    let members = [
        ("solutionComponentName", quoted(&entry.solution_component_name)),
        ("solutionComponentUniqueName", quoted(&entry.solution_component_unique_name)),
        ("sortOrder", quoted(&entry.sort_order)),
        ("activate", quoted(entry.activate)),
    ];
    let members: Vec<String> =
        members.iter().map(|(key, value)| format!("{inner}\"{key}\": {value}")).collect();
    format!("{{{}{close}}}", members.join(","))
}

fn blanks_after(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    &rest[..rest.len() - rest.trim_start().len()]
}

/// The white space at the start of the line that contains `at`.
fn line_indent(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    blanks_after(&text[..at], start)
}

/// Removes carriage returns. [`Merge::apply`] restores the line breaks of the file.
fn normal(blanks: &str) -> String {
    blanks.replace('\r', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: u8, name: &str, order: &str) -> AlmEntry {
        AlmEntry {
            solution_component_name: name.to_owned(),
            solution_component_unique_name: format!("{number:08}-0000-4000-8000-000000000000"),
            sort_order: order.to_owned(),
            activate: "true",
        }
    }

    #[test]
    fn everything_else_is_unchanged() {
        let text = r##"{
    "WebhookUrls":  [],
    "ActivateFlowConfiguration":  [
                                      {
                                          "solutionComponentName":  "B \"x\"",
                                          "solutionComponentUniqueName":  "00000002-0000-4000-8000-000000000000",
                                          "sortOrder":  "#{order.B}#",
                                          "activate":  "#{activate.B}#"
                                      },
                                      {
                                          "solutionComponentUniqueName":  "00000003-0000-4000-8000-000000000000",
                                          "activateAsUser":  "me"
                                      }
                                  ],
    "Other": {"kept":   1.50}
}
"##;
        let merged =
            merged(text, &[entry(1, "A", "1"), entry(2, "B", "2"), entry(3, "C", "3")]).expect("merges");
        insta::assert_snapshot!(merged, @r##"
        {
            "WebhookUrls":  [],
            "ActivateFlowConfiguration":  [
                                              {
                                                  "solutionComponentName":  "B \"x\"",
                                                  "solutionComponentUniqueName":  "00000002-0000-4000-8000-000000000000",
                                                  "sortOrder":  "2",
                                                  "activate":  "#{activate.B}#"
                                              },
                                              {
                                                  "solutionComponentUniqueName":  "00000003-0000-4000-8000-000000000000",
                                                  "activateAsUser":  "me",
                                                  "sortOrder": "3"
                                              },
                                              {
                                                  "solutionComponentName": "A",
                                                  "solutionComponentUniqueName": "00000001-0000-4000-8000-000000000000",
                                                  "sortOrder": "1",
                                                  "activate": "true"
                                              }
                                          ],
            "Other": {"kept":   1.50}
        }
        "##);
    }

    #[test]
    fn a_file_without_the_section_gets_one() {
        let two = [entry(1, "A", "1")];
        for text in
            ["{}", "{\r\n  \"a\": []\r\n}", "{\"a\":1}", "{\n  \"ActivateFlowConfiguration\": [\n\n  ]\n}"]
        {
            let merged = merged(text, &two).expect("merges");
            let json: serde_json::Value =
                serde_json::from_str(&merged).unwrap_or_else(|e| panic!("{e}: {merged}"));
            assert_eq!(json["ActivateFlowConfiguration"][0]["sortOrder"], "1", "{merged}");
            assert_eq!(merged.matches("\r\n").count() > 0, text.contains("\r\n"), "{merged:?}");
            assert_eq!(
                merged.matches('\n').count(),
                merged.matches("\r\n").count().max(merged.matches('\n').count())
            );
            let original: serde_json::Value = serde_json::from_str(text).expect("json");
            assert_eq!(json.get("a"), original.get("a"));
        }
    }

    #[test]
    fn other_files_are_rejected() {
        assert_eq!(
            merged("[1]", &[]).expect_err("a list").message,
            "is not a settings file: expected an object"
        );
        let error = merged("{\"ActivateFlowConfiguration\": 1}", &[]).expect_err("no list");
        assert_eq!(
            (error.message.as_str(), error.offset),
            ("has a `ActivateFlowConfiguration` that is not an array", 30)
        );
        assert_eq!(merged("{", &[]).expect_err("broken").offset, 0);
    }
}
