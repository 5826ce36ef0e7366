//! Where a value comes from: a few steps back through *Compose*, *Parse JSON*, variables and loops, to the request that
//! started the flow or to a literal. Anything else has no origin.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::term::{ELEMENT, Term};
use crate::model::{Action, ActionIx, ActionNames, Definition, fold_case};
use crate::source::{Json, Route};

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Origin<'a> {
    /// A part of the body of the request.
    Body(Vec<String>),
    /// A part of the headers of the request.
    Headers(Vec<String>),
    /// A value in the flow. It is an expression if it could not be followed further.
    Literal(Json<'a>, Route),
}

/// The most steps to follow.
const MOST_STEPS: usize = 8;

/// Follows values in one definition.
pub(super) struct OriginResolver<'a> {
    pub(super) definition: &'a Definition,
    /// Built on first use: most flows have nothing to follow.
    names: OnceCell<ActionNames<'a>>,
    variables: OnceCell<HashMap<String, Initial<'a>>>,
}

/// The first value of a variable.
enum Initial<'a> {
    /// A value in the `InitializeVariable` at this index, and the position of the variable there.
    Known(Json<'a>, ActionIx, usize),
    /// The variable has no value, or another action changes it.
    Unknown,
}

impl<'a> OriginResolver<'a> {
    pub(super) fn of(definition: &'a Definition) -> Self {
        OriginResolver { definition, names: OnceCell::new(), variables: OnceCell::new() }
    }

    /// The origin of a value in the flow: itself, if it is not an expression.
    pub(super) fn value(&self, value: Json<'a>, route: Route, at: Option<ActionIx>) -> Origin<'a> {
        self.value_in(value, route, at, 0)
    }

    /// The origin of the value of an expression.
    pub(super) fn term(&self, term: &Term, at: Option<ActionIx>) -> Option<Origin<'a>> {
        self.term_in(term, at, 0)
    }

    fn value_in(&self, value: Json<'a>, route: Route, at: Option<ActionIx>, step: usize) -> Origin<'a> {
        let text = value.as_str().filter(|text| text.contains('@'));
        let origin = text.and_then(Term::of).and_then(|term| self.term_in(&term, at, step + 1));
        // An expression that cannot be followed is the origin itself. Callers may read it in another way.
        origin.unwrap_or(Origin::Literal(value, route))
    }

    fn term_in(&self, term: &Term, at: Option<ActionIx>, step: usize) -> Option<Origin<'a>> {
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
            // These functions change the form of a text, but not its origin.
            ("string" | "json" | "trim" | "tolower" | "toupper", [inner])
            | ("coalesce", [inner, Term::Text(_) | Term::Other]) => {
                pick(self.term_in(inner, at, step + 1)?, path)
            }
            _ => None,
        }
    }

    /// The action that an expression names; the first if several share the name.
    fn action(&self, name: &str) -> Option<(ActionIx, Action<'a>)> {
        let all = || self.definition.actions().collect::<Vec<_>>();
        let index = *self.names.get_or_init(|| ActionNames::of(&all())).get(name).first()?;
        Some((index, self.definition.action(index)))
    }

    fn member(&self, index: ActionIx, keys: &[&str], path: &[String], step: usize) -> Option<Origin<'a>> {
        let (first, rest) = keys.split_first()?;
        let mut value = self.definition.action(index).body.get(first)?;
        for key in rest {
            value = value.get(key)?;
        }
        let route = self.definition.action_route(index).keys(keys);
        pick(self.value_in(value, route, Some(index), step), path)
    }

    /// The first value of a variable, if nothing changes it.
    fn variable(&self, name: &str, path: &[String], step: usize) -> Option<Origin<'a>> {
        let variables = self.variables.get_or_init(|| variables(self.definition));
        let Initial::Known(value, index, number) = *variables.get(&fold_case(name))? else { return None };
        let list = self.definition.action_route(index).keys(&["inputs", "variables"]);
        pick(self.value_in(value, list.index(number).key("value"), Some(index), step), path)
    }

    /// An element of the list that a loop runs over.
    fn element(&self, index: ActionIx, path: &[String], step: usize) -> Option<Origin<'a>> {
        let path = [&[ELEMENT.to_owned()], path].concat();
        self.member(index, &["foreach"], &path, step)
    }

    fn loop_around(&self, mut at: ActionIx) -> Option<ActionIx> {
        while let Some((parent, _)) = self.definition.action(at).parent {
            at = parent;
            if self.definition.action(at).is("Foreach") {
                return Some(at);
            }
        }
        None
    }
}

/// The variables of a flow, by their folded names.
fn variables(definition: &Definition) -> HashMap<String, Initial<'_>> {
    let mut found = HashMap::new();
    let mut changed = Vec::new();
    for (index, action) in definition.indexed() {
        let Some(inputs) = action.body.get("inputs") else { continue };
        let name = |one: Json<'_>| one.get("name").and_then(Json::as_str).map(fold_case);
        if let Some(all) = inputs.get("variables").and_then(Json::as_array) {
            for (number, one) in all.iter().enumerate() {
                let value = one.get("value").map(|value| Initial::Known(value, index, number));
                found.extend(name(one).map(|name| (name, value.unwrap_or(Initial::Unknown))));
            }
        } else if action.type_name().to_ascii_lowercase().ends_with("variable") {
            changed.extend(name(inputs));
        }
    }
    found.extend(changed.into_iter().map(|name| (name, Initial::Unknown)));
    found
}

fn of_outputs<'a>(path: &[String]) -> Option<Origin<'a>> {
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "body" => Some(Origin::Body(rest.to_vec())),
        "headers" => Some(Origin::Headers(rest.to_vec())),
        _ => None,
    }
}

/// The origin of a part of a value with an origin.
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
            "Ereignisse Ä": {"type": "Compose", "inputs": "@triggerBody()?['EventName']"},
            "Loop1": {"type": "Compose", "inputs": "@outputs('Loop2')"},
            "Loop2": {"type": "Compose", "inputs": "@outputs('Loop1')"},
            "Call": {"type": "Http", "inputs": {"uri": "x"}},
            "V": {"type": "InitializeVariable", "inputs": {"variables": [{"name": "v", "type": "array", "value": ["a"]}]}},
            "W": {"type": "InitializeVariable", "inputs": {"variables": [{"name": "w", "type": "array", "value": ["a"]}]}},
            "G": {"type": "InitializeVariable", "inputs": {"variables": [{"name": "GRÖßE", "type": "array", "value": ["a"]}]}},
            "Add": {"type": "AppendToArrayVariable", "inputs": {"name": "W", "value": "b"}},
            "Each": {"type": "Foreach", "foreach": "@triggerBody()?['value']", "actions": {"In": {"type": "Compose", "inputs": "x"}}}
        }}"#;
        crate::parse::definition(text)
    }

    fn origin(text: &str) -> String {
        let definition = definition();
        let inner = definition.indexed().find(|(_, action)| action.name == "In").map(|(index, _)| index);
        let origin = Term::of(text).and_then(|term| OriginResolver::of(&definition).term(&term, inner));
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
            ("@outputs('ereignisse_ä')", "body EventName"),
            ("@variables('Größe')", "[\"a\"] /properties/definition/actions/G/inputs/variables/0/value"),
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
