//! Which events a registration can register: literal names, or the choices of the trigger input that they come from.

use std::cell::Cell;

use super::origin::{Origin, OriginResolver};
use super::term::{ELEMENT, Term};
use super::{NamedEvent, RegisteredEvents};
use crate::model::ActionIx;
use crate::source::{Array, FileId, Json, Place, Route, Value};

/// How deep lists and expressions may be nested.
const MOST_NESTED: usize = 8;

/// The most values and names that are read for one registration. A list can refer to another list many times, so
/// without a limit the work grows much faster than the file.
const MOST_VALUES: usize = 2_000;

/// The most bytes of an event's name. Names in the catalog are far shorter.
const LONGEST_NAME: usize = 1_000;

/// Collects the events of one registration.
pub(super) struct Collector<'f, 'a> {
    resolver: &'f OriginResolver<'a>,
    file: FileId,
    action: ActionIx,
    /// The separator, if the events are one string.
    separator: Option<&'a str>,
    /// How many of [`MOST_VALUES`] are left.
    left: Cell<usize>,
}

impl<'f, 'a> Collector<'f, 'a> {
    pub(super) fn new(
        resolver: &'f OriginResolver<'a>,
        file: FileId,
        action: ActionIx,
        separator: Option<&'a str>,
    ) -> Self {
        Collector { resolver, file, action, separator, left: Cell::new(MOST_VALUES) }
    }

    /// The events in the value at a route.
    pub(super) fn events(&self, value: Json<'a>, route: &Route) -> RegisteredEvents {
        let mut events = RegisteredEvents { names: Vec::new(), is_complete: true, list: None, input: None };
        self.value(value, route, &mut events, 0);
        events
    }

    fn value(&self, value: Json<'a>, route: &Route, events: &mut RegisteredEvents, depth: usize) {
        if depth > MOST_NESTED || !self.may_go_on() {
            events.is_complete = false;
            return;
        }
        match value.value() {
            Value::Array(list) => {
                events.list.get_or_insert_with(|| self.list_place(route));
                for (index, one) in list.iter().enumerate() {
                    self.value(one, &route.index(index), events, depth + 1);
                }
            }
            Value::String(text) if text.contains('@') => match Term::of(text) {
                Some(term) => self.term(&term, route, events, depth + 1),
                None => events.is_complete = false,
            },
            Value::String(text) => {
                events.list.get_or_insert_with(|| Place::value(self.file, route.clone()));
                self.names(text, route, events);
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => events.is_complete = false,
        }
    }

    /// Counts a value. Returns `false` if there were too many.
    fn may_go_on(&self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left > 0
    }

    /// The key of an array, or the array itself if it is an element and has no key.
    fn list_place(&self, route: &Route) -> Place {
        match route.steps().last() {
            Some(crate::source::Step::Key(_)) => Place::key(self.file, route.clone()),
            Some(crate::source::Step::Index(_)) | None => Place::value(self.file, route.clone()),
        }
    }

    fn names(&self, text: &str, route: &Route, events: &mut RegisteredEvents) {
        let place = Place::value(self.file, route.clone());
        let mut take = |name: &str| {
            let name = name.trim();
            if !self.may_go_on() || name.len() > LONGEST_NAME {
                return false;
            }
            if !name.is_empty() {
                events.names.push(NamedEvent { name: name.to_owned(), place: place.clone() });
            }
            true
        };
        events.is_complete &= match self.separator {
            Some(separator) => text.split(separator).all(take),
            None => take(text),
        };
    }

    fn term(&self, term: &Term, route: &Route, events: &mut RegisteredEvents, depth: usize) {
        if !self.may_go_on() {
            events.is_complete = false;
            return;
        }
        if let Term::Text(text) = term {
            events.list.get_or_insert_with(|| Place::value(self.file, route.clone()));
            return self.names(text, route, events);
        }
        if let Some((function, arguments, [])) = term.call() {
            match (function.as_str(), arguments) {
                ("createarray" | "union" | "array", parts) | ("if", [_, parts @ ..]) => {
                    return parts.iter().for_each(|part| self.term(part, route, events, depth + 1));
                }
                ("join", [list, Term::Text(separator)]) if self.separator == Some(separator.trim()) => {
                    return self.term(list, route, events, depth + 1);
                }
                _ => {}
            }
        }
        match self.resolver.term(term, Some(self.action)) {
            Some(Origin::Literal(value, route)) => self.value(value, &route, events, depth + 1),
            Some(Origin::Body(path)) => self.input(&path, events),
            Some(Origin::Headers(_)) | None => events.is_complete = false,
        }
    }

    /// The choices of a trigger input.
    fn input(&self, path: &[String], events: &mut RegisteredEvents) {
        let Some((choices, route)) = input_choices(self.resolver, path) else {
            events.is_complete = false;
            return;
        };
        events.list.get_or_insert_with(|| Place::key(self.file, route.clone()));
        events.input = path.first().cloned();
        for (index, choice) in choices.iter().enumerate() {
            if self.left.get() == 0 {
                events.is_complete = false;
                return;
            }
            match choice.value() {
                Value::String(name) => self.names(name, &route.index(index), events),
                _ => events.is_complete = false,
            }
        }
    }
}

/// The `enum` at a path in the schema of a `Request` trigger, or the `enum` of its elements, and its route.
pub(super) fn input_choices<'a>(
    resolver: &OriginResolver<'a>,
    path: &[String],
) -> Option<(Array<'a>, Route)> {
    let trigger = resolver.definition.only_trigger()?;
    if !trigger.is("Request") {
        return None;
    }
    let mut keys = vec!["inputs", "schema"];
    for key in path {
        let below: &[&str] = if key == ELEMENT { &["items"] } else { &["properties", key] };
        keys.extend(below);
    }
    let at = trigger.body.json().at(&keys)?;
    // Few triggers list choices, so the route is not needed before.
    let route = || resolver.definition.trigger_route(trigger).keys(&keys);
    if let Some(choices) = at.get("enum").and_then(Json::as_array) {
        return Some((choices, route().key("enum")));
    }
    let choices = at.get("items")?.get("enum")?.as_array()?;
    Some((choices, route().keys(&["items", "enum"])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Text};

    /// The events that a value in the action `R` can register: names, and `...` for more.
    fn events(value: &str, separator: Option<&str>) -> String {
        let text = format!(
            r#"{{"triggers": {{"manual": {{"type": "Request", "inputs": {{"schema": {{"properties": {{
                "one": {{"type": "string", "enum": ["a", "b"]}},
                "many": {{"type": "array", "items": {{"type": "string", "enum": ["a", "b"]}}}},
                "free": {{"type": "string"}},
                "lists": {{"type": "string", "enum": ["a,b", "c"]}}
            }}}}}}}}}}, "actions": {{
                "R": {{"type": "OpenApiConnection", "inputs": {value}}},
                "C": {{"type": "Compose", "inputs": ["a", "@triggerBody()['one']"]}},
                "V": {{"type": "InitializeVariable", "inputs": {{"variables": [{{"name": "v", "value": "@createArray('x')"}}]}}}}
            }}}}"#
        );
        let definition = crate::parse::definition(&text);
        let (action, body) = definition.indexed().find(|(_, action)| action.name == "R").expect("R");
        let file = Sources::default().add(Text::new("f", ""));
        let resolver = OriginResolver::of(&definition);
        let collector = Collector::new(&resolver, file, action, separator);
        let route = definition.action_route(action).key("inputs");
        let events = collector.events(body.body.get("inputs").expect("inputs"), &route);
        let mut names: Vec<String> = events.names.into_iter().map(|event| event.name).collect();
        names.extend((!events.is_complete).then(|| "...".to_owned()));
        names.join(" ")
    }

    #[test]
    fn events_are_names_or_choices() {
        for (value, expected) in [
            (r#"["a", "b"]"#, "a b"),
            (r#"["a", "@triggerBody()['free']"]"#, "a ..."),
            (r#"["a", 1]"#, "a ..."),
            (r#""@createArray(triggerBody()['one'])""#, "a b"),
            (r#""@triggerBody()?['many']""#, "a b"),
            (r#""@triggerBody()['free']""#, "..."),
            (r#""@triggerBody()['absent']""#, "..."),
            (r#""@outputs('C')""#, "a a b"),
            (r#""@variables('v')""#, "x"),
            (r#""@union(createArray('x'), outputs('C'))""#, "x a a b"),
            (r#""@if(equals(1, 1), createArray('x'), createArray('y'))""#, "x y"),
            (r#""@skip(createArray('x'), 1)""#, "..."),
            (r#""a@{triggerBody()['one']}""#, "..."),
            (r#"{"a": 1}"#, "..."),
        ] {
            assert_eq!(events(value, None), expected, "{value}");
        }
        assert_eq!(events(r#""a, b,""#, Some(",")), "a b");
        assert_eq!(events(r#""@triggerBody()['lists']""#, Some(",")), "a b c");
        assert_eq!(events(r#""@join(triggerBody()['many'], ',')""#, Some(",")), "a b");
        assert_eq!(events(r#""@join(triggerBody()['many'], ';')""#, Some(",")), "...");
    }
}
