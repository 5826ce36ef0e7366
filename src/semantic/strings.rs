//! Visits the strings of a flow that may contain expressions.

use crate::expression::{may_hold_expression, may_hold_interpolation};
use crate::source::{ContentFlags, Json, NodeId, Object, Part, Value};

/// Members of triggers and actions that never contain expressions: descriptions, and names from the designer.
pub(crate) const WITHOUT_EXPRESSIONS: [&str; 6] =
    ["description", "metadata", "runAfter", "type", "kind", "operationOptions"];

/// A string or key of a trigger or action that may contain an expression.
pub(crate) struct CandidateString<'a> {
    /// The member of the trigger or action that contains it.
    pub(crate) section: &'a str,
    /// The string, or the member whose key it is.
    pub(crate) node: NodeId,
    pub(crate) part: Part,
    /// The decoded string.
    pub(crate) text: &'a str,
}

/// Visits every string and key of a trigger or action that may contain an expression.
pub(crate) fn each_string<'a>(body: Object<'a>, visit: &mut dyn FnMut(CandidateString<'a>)) {
    for (section, value) in body.holding(ContentFlags::AT) {
        if !WITHOUT_EXPRESSIONS.contains(&section) {
            strings_in(value, section, section == "inputs", visit);
        }
    }
}

/// The recursion is as deep as the text nests, which parsing limits.
fn strings_in<'a>(
    value: Json<'a>,
    section: &'a str,
    is_inputs: bool,
    visit: &mut dyn FnMut(CandidateString<'a>),
) {
    match value.value() {
        // `@odata.type` is an ordinary key: only an interpolation makes a key a template.
        Value::String(text) if may_hold_expression(text) => {
            visit(CandidateString { section, node: value.id(), part: Part::Value, text });
        }
        Value::Array(list) => {
            let list = list.iter().filter(|value| value.may_hold(ContentFlags::AT));
            list.for_each(|value| strings_in(value, section, false, visit));
        }
        Value::Object(map) => {
            for (key, value) in map.holding(ContentFlags::AT) {
                // A JSON schema describes values in prose.
                if is_inputs && key == "schema" {
                    continue;
                }
                if may_hold_interpolation(key) {
                    visit(CandidateString { section, node: value.id(), part: Part::Key, text: key });
                }
                strings_in(value, section, false, visit);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
