//! Recognises actions that register a URL with a provider.

use super::events::Collector;
use super::origin::{Origin, OriginResolver};
use super::term::Term;
use super::{RegisteredEvents, Registration, pattern};
use crate::catalog::{HttpForm, OperationForm, Provider, RegistrationForm, providers};
use crate::model::{ActionIx, Branch, ConnectionUse, FlowContent, FlowIx, Owner, parameter};
use crate::source::{Array, FileId, Json, Place, Route};

/// The registrations of a flow, in the order of its actions.
pub(super) fn of<'a>(
    flow: FlowIx,
    content: &'a FlowContent,
    file: FileId,
    resolver: &OriginResolver<'a>,
) -> Vec<Registration> {
    let reader = RegistrationReader { flow, content, file, resolver };
    let by_operation = content.connection_uses.iter().filter_map(|one| reader.by_operation(one));
    let by_call = content.definition.of_type("Http").filter_map(|(action, _)| reader.by_call(action));
    let mut found: Vec<Registration> = by_operation.chain(by_call).collect();
    found.sort_by_key(|one| one.action);
    found
}

struct RegistrationReader<'f, 'a> {
    flow: FlowIx,
    content: &'a FlowContent,
    file: FileId,
    resolver: &'f OriginResolver<'a>,
}

/// The parts of an action that matches a form.
struct Fit<'a> {
    provider: &'static Provider,
    operation: &'a str,
    is_call: bool,
    overwrites: bool,
    place: Place,
    url: Option<(Json<'a>, Route)>,
    events: Option<(Json<'a>, Route)>,
    separator: Option<&'static str>,
}

impl<'a> RegistrationReader<'_, 'a> {
    fn by_operation(&self, one: &'a ConnectionUse) -> Option<Registration> {
        let Owner::Action(action) = one.site else { return None };
        let operation = one.operation.as_deref()?;
        let connection = self.content.connection(&one.key);
        let connector = one
            .connector
            .as_ref()
            .or_else(|| connection.and_then(|connection| connection.connector.as_ref()))?;
        let (provider, form) = forms().find_map(|(provider, form)| match form {
            RegistrationForm::Operation(form) => (connector.as_str().eq_ignore_ascii_case(&form.connector)
                && lists(&form.operations, operation))
            .then_some((provider, form)),
            RegistrationForm::Http(_) => None,
        })?;
        Some(self.registration(action, self.fit_operation(action, operation, provider, form)))
    }

    fn fit_operation(
        &self,
        action: ActionIx,
        operation: &'a str,
        provider: &'static Provider,
        form: &'static OperationForm,
    ) -> Fit<'a> {
        let route = self.content.definition.action_route(action).key("inputs");
        let inputs = self.content.definition.action(action).body.get("inputs");
        let at =
            |name: &str| parameter(inputs?.get("parameters")?.as_object()?, name, &route.key("parameters"));
        Fit {
            provider,
            operation,
            is_call: false,
            overwrites: lists(&form.overwrite_operations, operation),
            place: Place::value(self.file, route.keys(&["host", "operationId"])),
            url: at(&form.url_parameter),
            events: form.events_parameter.as_deref().and_then(at),
            separator: None,
        }
    }

    fn by_call(&self, action: ActionIx) -> Option<Registration> {
        let inputs = self.content.definition.action(action).body.get("inputs")?;
        let (method, address) = (inputs.get("method")?.as_str()?, inputs.get("uri")?.as_str()?);
        let (provider, form) = forms().find_map(|(provider, form)| match form {
            RegistrationForm::Http(form) => (lists(&form.method, method)
                && pattern::fits(&form.url_pattern, address))
            .then_some((provider, form)),
            RegistrationForm::Operation(_) => None,
        })?;
        Some(self.registration(action, self.fit_call(action, inputs, method, provider, form)))
    }

    fn fit_call(
        &self,
        action: ActionIx,
        inputs: Json<'a>,
        method: &'a str,
        provider: &'static Provider,
        form: &'static HttpForm,
    ) -> Fit<'a> {
        let route = self.content.definition.action_route(action).key("inputs");
        let at = |pointer: &str| {
            let keys: Vec<&str> = pointer.split('/').filter(|key| !key.is_empty()).collect();
            Some((inputs.get("body")?.at(&keys)?, route.key("body").keys(&keys)))
        };
        Fit {
            provider,
            operation: method,
            is_call: true,
            overwrites: lists(&form.overwrite_method, method),
            place: Place::value(self.file, route.key("uri")),
            url: at(&form.url_pointer),
            events: form.events_pointer.as_deref().and_then(at),
            separator: form.events_separator.as_deref(),
        }
    }

    fn registration(&self, action: ActionIx, fit: Fit<'a>) -> Registration {
        let collector = Collector::new(self.resolver, self.file, action, fit.separator);
        let unknown = RegisteredEvents { names: Vec::new(), is_complete: false, list: None, input: None };
        let events = fit.events.map_or(unknown, |(value, route)| collector.events(value, &route));
        let url_input = fit.url.and_then(|(value, route)| self.input_of(value, route, action));
        Registration {
            flow: self.flow,
            action,
            provider: fit.provider,
            operation: fit.operation.to_owned(),
            is_call: fit.is_call,
            overwrites: fit.overwrites,
            events,
            url_input,
            deciding_inputs: self.deciding_inputs(action),
            place: fit.place,
        }
    }

    /// The trigger input that a value comes from.
    fn input_of(&self, value: Json<'a>, route: Route, action: ActionIx) -> Option<String> {
        match self.resolver.value(value, route, Some(action)) {
            Origin::Body(path) => path.first().cloned(),
            Origin::Headers(_) | Origin::Literal(..) => None,
        }
    }

    /// The trigger inputs that must be `true` for an action to run, according to the conditions around it.
    fn deciding_inputs(&self, mut action: ActionIx) -> Vec<String> {
        let definition = &self.content.definition;
        let mut inputs = Vec::new();
        while let Some((parent, branch)) = definition.action(action).parent {
            let body = definition.action(parent);
            if body.is("If") && branch == Branch::Actions {
                let sides = body.body.get("expression").map(sides_of_equals).unwrap_or_default();
                let sides = sides
                    .into_iter()
                    .filter(|sides| sides.iter().any(|side| side.as_bool() == Some(true)))
                    .flatten();
                inputs.extend(sides.filter_map(|side| self.input_in(side, parent)));
            }
            action = parent;
        }
        inputs
    }

    fn input_in(&self, side: Json<'_>, action: ActionIx) -> Option<String> {
        match self.resolver.term(&Term::of(side.as_str()?)?, Some(action))? {
            Origin::Body(path) if path.len() == 1 => path.into_iter().next(),
            Origin::Body(_) | Origin::Headers(_) | Origin::Literal(..) => None,
        }
    }
}

/// The sides of all comparisons in a condition that must all be true: `{"and": [{"equals": […]}]}`, nested or not.
fn sides_of_equals(expression: Json<'_>) -> Vec<Array<'_>> {
    let mut sides = Vec::new();
    let mut open = vec![expression];
    while let Some(one) = open.pop() {
        sides.extend(one.get("equals").and_then(Json::as_array));
        open.extend(one.get("and").and_then(Json::as_array).into_iter().flatten());
    }
    sides
}

fn forms() -> impl Iterator<Item = (&'static Provider, &'static RegistrationForm)> {
    providers().iter().flat_map(|provider| provider.registrations.iter().map(move |form| (provider, form)))
}

fn lists(names: &[String], name: &str) -> bool {
    names.iter().any(|one| one.eq_ignore_ascii_case(name))
}
