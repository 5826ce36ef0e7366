//! The ALM Accelerator's `ActivateFlowConfiguration`: either complete, or merged into a settings file by edits, which leave
//! all other bytes unchanged.
//!
//! `sortOrder` is text, as the accelerator's own scripts write it; `activate` is the text `false` for a flow that the
//! package records as off.

use std::collections::BTreeMap;

use serde::Serialize;

use super::text::{json_printable, shown};
use super::to_json::to_json;
use crate::activation::Activation;
use crate::analysis::Analysis;
use crate::fix::{Edit, NewValue, apply, resolve};
use crate::model::given_order::ALM_SECTION;
use crate::model::{FlowId, State};
use crate::parse::json;
use crate::source::{Array, Json, Place, Route, Sources, Text, Value};

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
    let document = json::parse(text.into()).map_err(|error| NoMerge {
        message: format!("is not valid JSON: {}", error.message),
        offset: error.offset,
    })?;
    let Some(settings) = document.root().as_object() else {
        return Err(NoMerge { message: "is not a settings file: expected an object".to_owned(), offset: 0 });
    };
    let mut sources = Sources::default();
    let file = sources.add(Text::new("", text));
    let section = Place::value(file, Route::of([ALM_SECTION]));
    let edits = match settings.get(ALM_SECTION).map(|section| (section, section.as_array())) {
        None => {
            let list = NewValue::Array(entries.iter().map(AlmEntry::to_value).collect());
            vec![Edit::member(Place::value(file, Route::root()), ALM_SECTION, list)]
        }
        Some((_, Some(list))) => updates(&section, list, entries),
        Some((section, None)) => {
            let message = format!("has a `{ALM_SECTION}` that is not an array");
            return Err(NoMerge { message, offset: section.span().start });
        }
    };
    // No two edits are about the same entry.
    let edits = resolve(&sources, &edits).and_then(|mut edits| edits.remove(&file)).unwrap_or_default();
    Ok(apply(text, &edits))
}

/// Sets the order of the flows that the section has, and adds the others.
fn updates(section: &Place, list: Array<'_>, entries: &[AlmEntry]) -> Vec<Edit> {
    let mut known: BTreeMap<FlowId, usize> = BTreeMap::new();
    for (index, entry) in list.iter().enumerate() {
        if let Some(id) = unique_name(entry) {
            known.entry(id).or_insert(index);
        }
    }
    let edit = |entry: &AlmEntry| {
        let id = FlowId::parse(&entry.solution_component_unique_name);
        let known = id.and_then(|id| known.get(&id)).and_then(|index| Some((*index, list.get(*index)?)));
        match known {
            Some((index, known)) => set_order(section, index, known, &entry.sort_order),
            None => Edit::element(section.clone(), entry.to_value()),
        }
    };
    entries.iter().map(edit).collect()
}

/// Replaces the value of `sortOrder`, or adds the member at the end. A number stays a number.
fn set_order(section: &Place, index: usize, entry: Json<'_>, order: &str) -> Edit {
    const KEY: &str = "sortOrder";
    let at = Route::of([ALM_SECTION]).index(index);
    let place = |route| Place::value(section.file, route);
    match entry.get(KEY).map(Json::value) {
        Some(Value::String(_)) => Edit::text(place(at.key(KEY)), order),
        Some(Value::Number(_)) => Edit::value(place(at.key(KEY)), NewValue::Json(order.to_owned())),
        Some(_) => Edit::value(place(at.key(KEY)), NewValue::text(order)),
        None => Edit::member(place(at), KEY, NewValue::text(order)),
    }
}

fn unique_name(entry: Json<'_>) -> Option<FlowId> {
    FlowId::parse(entry.get("solutionComponentUniqueName")?.as_str()?)
}

impl AlmEntry {
    fn to_value(&self) -> NewValue {
        let quoted = |text: &str| NewValue::Json(json_printable(serde_json::Value::from(text).to_string()));
        NewValue::Object(vec![
            ("solutionComponentName", quoted(&self.solution_component_name)),
            ("solutionComponentUniqueName", quoted(&self.solution_component_unique_name)),
            ("sortOrder", quoted(&self.sort_order)),
            ("activate", quoted(self.activate)),
        ])
    }
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
                                                  "sortOrder":  "3"
                                              },
                                              {
                                                  "solutionComponentName":  "A",
                                                  "solutionComponentUniqueName":  "00000001-0000-4000-8000-000000000000",
                                                  "sortOrder":  "1",
                                                  "activate":  "true"
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
