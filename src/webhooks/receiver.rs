//! Recognises flows that receive a provider's events by the names that they compare the event's name with.

use std::collections::HashSet;

use super::events::input_choices;
use super::origin::{Origin, OriginResolver};
use super::term::Term;
use super::{NamedEvent, Receiver, strings};
use crate::catalog::{Provider, providers};
use crate::model::{ActionIx, Branch, Definition, FlowContent, FlowIx, Trigger};
use crate::source::{ContentFlags, FileId, Json, Place, Route, Value};

/// The providers whose events a flow receives.
pub(super) fn of<'a>(
    flow: FlowIx,
    content: &'a FlowContent,
    file: FileId,
    resolver: &OriginResolver<'a>,
) -> Vec<Receiver> {
    if content.definition.request_triggers(HTTP).next().is_none() {
        return Vec::new();
    }
    let Some(trigger) = content.definition.only_trigger() else { return Vec::new() };
    let reader = ReceiverReader { content, file, resolver, with_default: with_default(&content.definition) };
    let comparisons = reader.comparisons(trigger);
    providers().iter().filter_map(|provider| reader.receiver(flow, provider, &comparisons)).collect()
}

fn with_default(definition: &Definition) -> HashSet<ActionIx> {
    let parents = definition.actions().filter_map(|action| action.parent);
    parents.filter(|(_, branch)| *branch == Branch::Default).map(|(parent, _)| parent).collect()
}

/// The kind of the trigger "When an HTTP request is received".
const HTTP: &str = "Http";

/// Who can call the trigger of a flow (`All`, `Tenant`, `User`) if it has this setting, and the route to it.
pub(crate) fn admission(definition: &Definition) -> Option<(&str, Route)> {
    const KEYS: [&str; 2] = ["inputs", "triggerAuthenticationType"];
    let trigger = definition.trigger(0)?;
    let setting = trigger.body.get(KEYS[0])?.get(KEYS[1])?.as_str()?;
    Some((setting, definition.trigger_route(trigger).keys(&KEYS)))
}

/// Whether a flow has a URL and mentions the field or header with the event's name in any way.
pub(crate) fn may_receive(content: &FlowContent, provider: &Provider) -> bool {
    let fields = field_path(provider).and_then(|path| path.last().cloned());
    let names: Vec<String> = fields
        .into_iter()
        .chain(provider.events.header.clone())
        .map(|name| name.to_ascii_lowercase())
        .collect();
    let mentions = |text: &str| names.iter().any(|name| text.to_ascii_lowercase().contains(name));
    content.definition.request_triggers(HTTP).next().is_some()
        && (content
            .definition
            .triggers()
            .any(|trigger| trigger.body.get("inputs").is_some_and(|inputs| mentions(&inputs.to_string())))
            || !strings(content, ContentFlags::ANY, mentions).is_empty())
}

/// A comparison of a part of the request.
struct Comparison {
    /// A part of the body or a header.
    subject: Subject,
    names: Vec<NamedEvent>,
    kind: ReceiverKind,
    place: Place,
}

#[derive(PartialEq)]
enum Subject {
    Body(Vec<String>),
    Header(String),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ReceiverKind {
    Switch(ActionIx),
    Condition,
    Schema,
}

struct ReceiverReader<'f, 'a> {
    content: &'a FlowContent,
    file: FileId,
    resolver: &'f OriginResolver<'a>,
    /// Switches that have actions in their default branch.
    with_default: HashSet<ActionIx>,
}

impl ReceiverReader<'_, '_> {
    fn comparisons(&self, trigger: Trigger<'_>) -> Vec<Comparison> {
        let mut comparisons: Vec<Comparison> =
            self.content.definition.of_type("Switch").filter_map(|(index, _)| self.switch(index)).collect();
        for (index, action) in self.content.definition.of_type("If") {
            let Some(expression) = action.body.get("expression") else { continue };
            let route = self.content.definition.action_route(index).key("expression");
            self.condition(expression, &route, Some(index), &mut comparisons);
        }
        let conditions = trigger.body.get("conditions").and_then(Json::as_array);
        for (number, condition) in conditions.into_iter().flatten().enumerate() {
            let Some(expression) = condition.get("expression") else { continue };
            let route = self.content.definition.trigger_route(trigger).key("conditions");
            self.condition(expression, &route.index(number).key("expression"), None, &mut comparisons);
        }
        comparisons
    }

    fn switch(&self, index: ActionIx) -> Option<Comparison> {
        let body = &self.content.definition.action(index).body;
        let route = self.content.definition.action_route(index);
        let term = Term::of(body.get("expression")?.as_str()?)?;
        let subject = self.subject(&term, Some(index)).filter(Subject::is_event)?;
        let cases = body.get("cases").and_then(Json::as_object);
        let names = cases.into_iter().flatten().filter_map(|(key, case)| {
            let place = Place::value(self.file, route.keys(&["cases", key, "case"]));
            Some(NamedEvent { name: case.get("case")?.as_str()?.to_owned(), place })
        });
        let place = Place::value(self.file, route.key("expression"));
        Some(Comparison { subject, names: names.collect(), kind: ReceiverKind::Switch(index), place })
    }

    fn condition(
        &self,
        expression: Json<'_>,
        route: &Route,
        at: Option<ActionIx>,
        comparisons: &mut Vec<Comparison>,
    ) {
        let place = match expression.value() {
            Value::String(_) => Place::value(self.file, route.clone()),
            _ => Place::key(self.file, route.clone()),
        };
        let mut open: Vec<Term> = term_of(expression, 0).into_iter().collect();
        while let Some(Term::Call { function, arguments, .. }) = open.pop() {
            let function = function.to_ascii_lowercase();
            if matches!(function.as_str(), "and" | "or") {
                open.extend(arguments);
                continue;
            }
            let (mut names, mut subject) = (Vec::new(), None);
            for argument in &arguments {
                subject = subject.or_else(|| self.deep_subject(argument, at));
                names.extend(texts(argument));
            }
            let Some(subject) = subject.filter(Subject::is_event) else { continue };
            // Only these functions list handled events. `not(…)`, `startsWith(…)` and others have other meanings.
            let is_positive = matches!(function.as_str(), "equals" | "contains");
            let names = names.into_iter().filter(|_| is_positive);
            let names = names.map(|name| NamedEvent { name, place: place.clone() }).collect();
            comparisons.push(Comparison {
                subject,
                names,
                kind: ReceiverKind::Condition,
                place: place.clone(),
            });
        }
    }

    fn subject(&self, term: &Term, at: Option<ActionIx>) -> Option<Subject> {
        match self.resolver.term(term, at)? {
            Origin::Body(path) => Some(Subject::Body(path)),
            Origin::Headers(path) => path.first().map(|name| Subject::Header(name.clone())),
            Origin::Literal(..) => None,
        }
    }

    /// The part of the request that a term or its arguments read.
    fn deep_subject(&self, term: &Term, at: Option<ActionIx>) -> Option<Subject> {
        let own = self.subject(term, at);
        own.or_else(|| term.call()?.1.iter().find_map(|argument| self.deep_subject(argument, at)))
    }

    fn receiver(
        &self,
        flow: FlowIx,
        provider: &'static Provider,
        comparisons: &[Comparison],
    ) -> Option<Receiver> {
        let schema = self.schema(provider);
        let comparisons: Vec<&Comparison> = comparisons
            .iter()
            .filter(|comparison| comparison.subject.is_event_of(provider))
            .chain(schema.as_ref())
            .collect();
        let handled: Vec<NamedEvent> = comparisons
            .iter()
            .flat_map(|comparison| &comparison.names)
            .filter_map(|name| known(provider, name))
            .collect();
        // The field alone proves nothing: other senders may have a field of the same name.
        let first = comparisons.first().filter(|_| !handled.is_empty())?;
        let switches: Vec<ActionIx> = comparisons
            .iter()
            .filter_map(|comparison| match comparison.kind {
                ReceiverKind::Switch(index) => Some(index),
                ReceiverKind::Condition | ReceiverKind::Schema => None,
            })
            .collect();
        let has_condition = comparisons.iter().any(|comparison| comparison.kind == ReceiverKind::Condition);
        let may_handle_others =
            has_condition || switches.iter().any(|index| self.with_default.contains(index));
        let place = first.place.clone();
        Some(Receiver { flow, provider, handled, switches, may_handle_others, place })
    }

    /// The choices for the event's name in the trigger's schema.
    fn schema(&self, provider: &Provider) -> Option<Comparison> {
        // Most triggers have no schema.
        self.content.definition.only_trigger()?.body.get("inputs")?.get("schema")?;
        let path = field_path(provider)?;
        let (choices, route) = input_choices(self.resolver, &path)?;
        let names = choices.iter().enumerate().filter_map(|(index, choice)| {
            let place = Place::value(self.file, route.index(index));
            Some(NamedEvent { name: choice.as_str()?.to_owned(), place })
        });
        let names = names.collect();
        let place = Place::key(self.file, route);
        Some(Comparison { subject: Subject::Body(path), names, kind: ReceiverKind::Schema, place })
    }
}

impl Subject {
    /// Whether any provider puts the name of its events here.
    fn is_event(&self) -> bool {
        providers().iter().any(|provider| self.is_event_of(provider))
    }

    fn is_event_of(&self, provider: &Provider) -> bool {
        match self {
            Subject::Body(path) => field_path(provider).is_some_and(|field| {
                field.len() == path.len() && field.iter().zip(path).all(|(a, b)| a.eq_ignore_ascii_case(b))
            }),
            Subject::Header(name) => {
                provider.events.header.as_deref().is_some_and(|header| header.eq_ignore_ascii_case(name))
            }
        }
    }
}

/// `value[].changeType` as a path: `value`, `[]`, `changeType`.
fn field_path(provider: &Provider) -> Option<Vec<String>> {
    let field = provider.events.field.as_deref()?.replace("[]", ".[]");
    Some(field.split('.').map(ToOwned::to_owned).collect())
}

/// The event in the provider's spelling. Unknown events are omitted: a branch for them does no harm.
fn known(provider: &Provider, event: &NamedEvent) -> Option<NamedEvent> {
    let name = provider.spelling(&event.name)?.to_owned();
    Some(NamedEvent { name, place: event.place.clone() })
}

/// How deep conditions may be nested.
const MOST_NESTED: usize = 32;

/// A condition as a term. The designer writes `{"and": [{"equals": [a, b]}]}`; people write `@and(equals(a, b))`.
fn term_of(value: Json<'_>, depth: usize) -> Option<Term> {
    if depth > MOST_NESTED {
        return None;
    }
    match value.value() {
        Value::String(text) if text.contains('@') => Term::of(text),
        Value::String(text) => Some(Term::Text(text.to_owned())),
        Value::Object(members) => {
            let (function, arguments) = members.iter().next()?;
            let arguments = match arguments.value() {
                Value::Array(list) => list.iter().map(|one| term_of(one, depth + 1)).collect(),
                _ => vec![term_of(arguments, depth + 1)],
            };
            let arguments = arguments.into_iter().map(|one| one.unwrap_or(Term::Other)).collect();
            Some(Term::Call { function: function.to_owned(), arguments, path: Vec::new() })
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => Some(Term::Other),
    }
}

/// The texts of an argument: itself, or those of a list.
fn texts(term: &Term) -> Vec<String> {
    match term {
        Term::Text(text) => vec![text.clone()],
        Term::Call { function, arguments, path } if path.is_empty() => {
            if function.eq_ignore_ascii_case("createArray") {
                arguments.iter().flat_map(texts).collect()
            } else {
                Vec::new()
            }
        }
        Term::Call { .. } | Term::Other => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Workspace;
    use crate::source::{Sources, Text};

    /// What a flow with these actions handles: names, `+` if it may handle others, `|` between providers.
    fn handled(schema: &str, actions: &str) -> String {
        let text = format!(
            r#"{{"triggers": {{"manual": {{"type": "Request", "kind": "Http", "inputs": {{"schema": {schema}}}}}}},
                "actions": {actions}}}"#
        );
        let content = FlowContent {
            definition: crate::parse::definition(&text),
            connections: Vec::new(),
            by_lower_case: std::sync::OnceLock::new(),
            connection_uses: Vec::new(),
            has_computed_connections: false,
            calls: Vec::new(),
            requested_rows: Vec::new(),
            variable_uses: Vec::new(),
        };
        let file = Sources::default().add(Text::new("f", ""));
        let workspace = Workspace::default();
        assert!(workspace.flows.is_empty());
        let resolver = OriginResolver::of(&content.definition);
        let shown = of(FlowIx::first(), &content, file, &resolver).into_iter().map(|receiver| {
            let names: Vec<&str> = receiver.handled_names().into_iter().collect();
            let more = if receiver.may_handle_others { " +" } else { "" };
            format!("{}: {}{more}", receiver.provider.id, names.join(" "))
        });
        shown.collect::<Vec<_>>().join(" | ")
    }

    fn condition(expression: &str) -> String {
        handled("{}", &format!(r#"{{"If": {{"type": "If", "expression": {expression}}}}}"#))
    }

    #[test]
    fn switches_name_what_they_handle() {
        let switch = |subject: &str, name: &str, default: &str| {
            handled(
                "{}",
                &format!(
                    r#"{{"S": {{"type": "Switch", "expression": "{subject}", "cases": {{"c": {{"case": "{name}", "actions": {{}}}}}},
                        "default": {{"actions": {default}}}}}, "P": {{"type": "ParseJson", "inputs": {{"content": "@triggerBody()"}}}}}}"#
                ),
            )
        };
        assert_eq!(
            switch("@triggerBody()?['EventName']", "referral-created", "{}"),
            "partner-center: referral-created"
        );
        assert_eq!(
            switch("@body('P')?['eventname']", "Referral-Created", "{}"),
            "partner-center: referral-created"
        );
        assert_eq!(
            switch("@triggerBody()?['EventName']", "referral-created", r#"{"a": {"type": "Compose"}}"#),
            "partner-center: referral-created +"
        );
        assert_eq!(switch("@triggerOutputs()['headers']?['x-github-event']", "push", "{}"), "github: push");
        assert_eq!(
            switch("@triggerBody()?['EventName']", "something", "{}"),
            "",
            "other senders have names too"
        );
        assert_eq!(switch("@triggerBody()?['Other']", "referral-created", "{}"), "");
        assert_eq!(
            switch("@triggerBody()?['value'][0]?['changeType']", "updated", "{}"),
            "microsoft-graph: updated"
        );
    }

    #[test]
    fn conditions_name_what_they_handle() {
        const NAME: &str = "@triggerBody()?['EventName']";
        assert_eq!(
            condition(&format!(r#"{{"equals": ["{NAME}", "referral-created"]}}"#)),
            "partner-center: referral-created +"
        );
        assert_eq!(
            condition(&format!(
                r#"{{"or": [{{"equals": ["{NAME}", "referral-created"]}}, {{"and": [{{"equals": ["referral-updated", "{NAME}"]}}]}}]}}"#
            )),
            "partner-center: referral-created referral-updated +"
        );
        assert_eq!(
            condition(r#""@or(equals(triggerBody()?['EventName'], 'referral-created'), equals(1, 2))""#),
            "partner-center: referral-created +"
        );
        assert_eq!(
            condition(
                r#""@contains(createArray('referral-created', 'invoice-ready'), triggerBody()?['EventName'])""#
            ),
            "partner-center: invoice-ready referral-created +"
        );
        assert_eq!(condition(&format!(r#"{{"not": {{"equals": ["{NAME}", "referral-created"]}}}}"#)), "");
        assert_eq!(condition(&format!(r#"{{"startsWith": ["{NAME}", "referral-created"]}}"#)), "");
        assert_eq!(condition("true"), "");
    }

    #[test]
    fn a_schema_names_what_it_admits() {
        let schema = r#"{"properties": {"EventName": {"enum": ["referral-created", "x"]}}}"#;
        assert_eq!(handled(schema, "{}"), "partner-center: referral-created");
    }
}
