//! Where a value comes from: a few steps back through *Compose*, *Parse JSON*, variables and loops, to what started
//! the flow or to a literal. What is not understood has no origin.

use super::term::{ELEMENT, Term};
use crate::model::{Action, ActionIx, Branch, Definition};
use crate::source::{Json, Route};

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Origin<'a> {
    /// A part of the body that started the flow.
    Body(Vec<String>),
    /// A part of the headers that started the flow.
    Headers(Vec<String>),
    /// A value that stands in the flow; an expression, where it could not be followed further.
    Literal(Json<'a>, Route),
}

/// How many steps back are taken.
const MOST_STEPS: usize = 8;

/// Follows values in one definition.
#[derive(Clone, Copy)]
pub(super) struct OriginResolver<'a> {
    pub(super) definition: &'a Definition,
}

impl<'a> OriginResolver<'a> {
    /// The origin of a value that stands in the flow: itself, if it is no expression.
    pub(super) fn value(self, value: Json<'a>, route: Route, at: Option<ActionIx>) -> Origin<'a> {
        self.value_in(value, route, at, 0)
    }

    /// The origin of what an expression gives.
    pub(super) fn term(self, term: &Term, at: Option<ActionIx>) -> Option<Origin<'a>> {
        self.term_in(term, at, 0)
    }

    fn value_in(self, value: Json<'a>, route: Route, at: Option<ActionIx>, step: usize) -> Origin<'a> {
        let text = value.as_str().filter(|text| text.contains('@'));
        let origin = text.and_then(Term::of).and_then(|term| self.term_in(&term, at, step + 1));
        // An expression that leads no further is where it ends; who knows more of expressions may look at it.
        origin.unwrap_or(Origin::Literal(value, route))
    }

    fn term_in(self, term: &Term, at: Option<ActionIx>, step: usize) -> Option<Origin<'a>> {
        if step > MOST_STEPS {
            return None;
        }
        let (function, arguments, path) = term.call()?;
        match (function.as_str(), arguments) {
            ("triggerbody", []) => Some(Origin::Body(path.to_vec())),
            ("triggeroutputs", []) => of_outputs(path),
            ("trigger", []) => of_outputs(path.strip_prefix(&["outputs".to_owned()])?),
            ("outputs", [Term::Text(name)]) => match self.action(name)? {
                (index, action) if action.is("Compose") => self.member(index, &["inputs"], path, step),
                (index, action) if action.is("ParseJson") => {
                    self.member(index, &["inputs", "content"], path.strip_prefix(&["body".to_owned()])?, step)
                }
                _ => None,
            },
            ("body", [Term::Text(name)]) => {
                let (index, _) = self.action(name).filter(|(_, action)| action.is("ParseJson"))?;
                self.member(index, &["inputs", "content"], path, step)
            }
            ("variables", [Term::Text(name)]) => self.variable(name, path, step),
            ("items", [Term::Text(name)]) => self.element(self.action(name)?.0, path, step),
            ("item", []) => self.element(self.loop_around(at?)?, path, step),
            ("first" | "last", [list]) => {
                pick(self.term_in(list, at, step + 1)?, &[&[ELEMENT.to_owned()], path].concat())
            }
            // These change how a text is written, not where it comes from.
            ("string" | "json" | "trim" | "tolower" | "toupper", [inner])
            | ("coalesce", [inner, Term::Text(_) | Term::Other]) => {
                pick(self.term_in(inner, at, step + 1)?, path)
            }
            _ => None,
        }
    }

    /// An action by its name; expressions write blanks as underscores or not.
    fn action(self, name: &str) -> Option<(ActionIx, Action<'a>)> {
        self.definition.indexed().find(|(_, action)| is_same_name(action.name, name))
    }

    fn member(self, index: ActionIx, keys: &[&str], path: &[String], step: usize) -> Option<Origin<'a>> {
        let (first, rest) = keys.split_first()?;
        let mut value = self.definition.action(index).body.get(first)?;
        for key in rest {
            value = value.get(key)?;
        }
        let route = self.definition.action_route(index).keys(keys);
        pick(self.value_in(value, route, Some(index), step), path)
    }

    /// What a variable was given at first, if nothing changes it.
    fn variable(self, name: &str, path: &[String], step: usize) -> Option<Origin<'a>> {
        let mut found = None;
        for (index, action) in self.definition.indexed() {
            let Some(inputs) = action.body.get("inputs") else { continue };
            if let Some(all) = inputs.get("variables").and_then(Json::as_array) {
                let is_named = |one: Json<'_>| is_text(one.get("name"), name);
                let Some(number) = all.iter().position(is_named) else { continue };
                let route = self.definition.action_route(index).keys(&["inputs", "variables"]);
                found = Some((all.get(number)?.get("value")?, route.index(number).key("value"), index));
            } else if is_text(inputs.get("name"), name)
                && action.type_name().to_ascii_lowercase().ends_with("variable")
            {
                return None;
            }
        }
        let (value, route, index) = found?;
        pick(self.value_in(value, route, Some(index), step), path)
    }

    /// An element of the list that a loop runs over.
    fn element(self, index: ActionIx, path: &[String], step: usize) -> Option<Origin<'a>> {
        let path = [&[ELEMENT.to_owned()], path].concat();
        self.member(index, &["foreach"], &path, step)
    }

    fn loop_around(self, mut at: ActionIx) -> Option<ActionIx> {
        while let Some((parent, _)) = self.definition.action(at).parent {
            at = parent;
            if self.definition.action(at).is("Foreach") {
                return Some(at);
            }
        }
        None
    }

    /// Whether a branch of a container has actions.
    pub(super) fn has_actions(self, container: ActionIx, branch: Branch<'_>) -> bool {
        self.definition.actions().any(|action| action.parent == Some((container, branch)))
    }
}

fn is_same_name(a: &str, b: &str) -> bool {
    let folded = |byte: u8| if byte == b' ' { b'_' } else { byte.to_ascii_lowercase() };
    a.len() == b.len() && a.bytes().zip(b.bytes()).all(|(a, b)| folded(a) == folded(b))
}

fn is_text(value: Option<Json<'_>>, text: &str) -> bool {
    value.and_then(Json::as_str).is_some_and(|value| value.eq_ignore_ascii_case(text))
}

fn of_outputs<'a>(path: &[String]) -> Option<Origin<'a>> {
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "body" => Some(Origin::Body(rest.to_vec())),
        "headers" => Some(Origin::Headers(rest.to_vec())),
        _ => None,
    }
}

/// A part of what has an origin.
fn pick<'a>(origin: Origin<'a>, path: &[String]) -> Option<Origin<'a>> {
    match origin {
        Origin::Body(start) => Some(Origin::Body([&start, path].concat())),
        Origin::Headers(start) => Some(Origin::Headers([&start, path].concat())),
        Origin::Literal(value, route) => path
            .iter()
            .try_fold((value, route), |(value, route), key| Some((value.get(key)?, route.key(key))))
            .map(|(value, route)| Origin::Literal(value, route)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition() -> Definition {
        let text = r#"{"actions": {
            "Name": {"type": "Compose", "inputs": "@triggerBody()?['EventName']"},
            "Body": {"type": "Compose", "inputs": "@triggerBody()"},
            "Parse JSON": {"type": "ParseJson", "inputs": {"content": "@triggerBody()", "schema": {}}},
            "List": {"type": "Compose", "inputs": {"of": ["a"]}},
            "Sum": {"type": "Compose", "inputs": "@concat('a', 'b')"},
            "Loop1": {"type": "Compose", "inputs": "@outputs('Loop2')"},
            "Loop2": {"type": "Compose", "inputs": "@outputs('Loop1')"},
            "Call": {"type": "Http", "inputs": {"uri": "x"}},
            "V": {"type": "InitializeVariable", "inputs": {"variables": [{"name": "v", "type": "array", "value": ["a"]}]}},
            "W": {"type": "InitializeVariable", "inputs": {"variables": [{"name": "w", "type": "array", "value": ["a"]}]}},
            "Add": {"type": "AppendToArrayVariable", "inputs": {"name": "W", "value": "b"}},
            "Each": {"type": "Foreach", "foreach": "@triggerBody()?['value']", "actions": {"In": {"type": "Compose", "inputs": "x"}}}
        }}"#;
        crate::parse::definition(text)
    }

    fn origin(text: &str) -> String {
        let definition = definition();
        let inner = definition.indexed().find(|(_, action)| action.name == "In").map(|(index, _)| index);
        let origin =
            Term::of(text).and_then(|term| OriginResolver { definition: &definition }.term(&term, inner));
        match origin {
            None => "unknown".to_owned(),
            Some(Origin::Body(path)) => format!("body {}", path.join(".")),
            Some(Origin::Headers(path)) => format!("headers {}", path.join(".")),
            Some(Origin::Literal(value, route)) => format!("{value} {route}"),
        }
    }

    #[test]
    fn a_circle_ends() {
        assert!(origin("@outputs('Loop1')").starts_with("\"@outputs('Loop"));
    }

    #[test]
    fn values_are_followed_to_where_they_come_from() {
        for (text, expected) in [
            ("@triggerBody()?['EventName']", "body EventName"),
            ("@triggerOutputs()?['body/EventName']", "body EventName"),
            ("@triggerOutputs()['headers']?['X-A']", "headers X-A"),
            ("@trigger()['outputs']['body']['a']", "body a"),
            ("@outputs('Name')", "body EventName"),
            ("@outputs('Body')?['EventName']", "body EventName"),
            ("@body('Parse_JSON')?['EventName']", "body EventName"),
            ("@outputs('Parse_JSON')?['body/EventName']", "body EventName"),
            ("@toLower(coalesce(triggerBody()?['EventName'], ''))", "body EventName"),
            ("@items('Each')?['changeType']", "body value.[].changeType"),
            ("@item()?['changeType']", "body value.[].changeType"),
            ("@first(triggerBody()?['value'])?['changeType']", "body value.[].changeType"),
            ("@triggerBody()?['value'][0]?['changeType']", "body value.[].changeType"),
            ("@outputs('List')?['of']", "[\"a\"] /properties/definition/actions/List/inputs/of"),
            ("@variables('v')", "[\"a\"] /properties/definition/actions/V/inputs/variables/0/value"),
            ("@variables('w')", "unknown"),
            ("@variables('x')", "unknown"),
            ("@outputs('Sum')", "\"@concat('a', 'b')\" /properties/definition/actions/Sum/inputs"),
            ("@outputs('Sum')?['a']", "unknown"),
            ("@outputs('Call')", "unknown"),
            ("@body('Call')?['EventName']", "unknown"),
            ("@concat('a', triggerBody()?['EventName'])", "unknown"),
        ] {
            assert_eq!(origin(text), expected, "{text}");
        }
    }
}
