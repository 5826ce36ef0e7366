//! Every text that stands in a flow, with its place.

use crate::model::{Definition, FlowContent, Site};
use crate::source::{Json, Object, Route, Value};

/// A text in a flow.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    /// The trigger or action it stands in; `None` for a parameter of the definition.
    pub(crate) site: Option<Site>,
    pub(crate) text: &'a str,
    pub(crate) route: Route,
}

/// Every wanted text in triggers, actions and defaults of parameters. Routes are made for these alone.
pub(crate) fn strings<'a>(content: &'a FlowContent, wanted: impl Fn(&str) -> bool) -> Vec<Found<'a>> {
    let definition = &content.definition;
    let mut walker = Walker { wanted, steps: Vec::new(), texts: Vec::new() };
    let mut found = Vec::new();
    let mut take = |body: Object<'a>, site: Option<Site>, start: &dyn Fn() -> Route| {
        body.iter().for_each(|(key, value)| walker.below(Step::Key(key), value));
        let texts = walker.texts.drain(..);
        found.extend(texts.map(|(text, steps)| Found { site, text, route: route(start(), &steps) }));
    };
    for (number, trigger) in definition.triggers().enumerate() {
        take(trigger.body, Some(Site::Trigger(number)), &|| definition.trigger_route(trigger));
    }
    for (index, action) in definition.indexed() {
        take(action.body, Some(Site::Action(index)), &|| definition.action_route(index));
    }
    if let Some(parameters) = definition.parameters() {
        take(parameters, None, &|| Definition::route().key("parameters"));
    }
    found
}

/// A step that costs nothing until it is needed.
#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

fn route(start: Route, steps: &[Step<'_>]) -> Route {
    steps.iter().fold(start, |route, step| match step {
        Step::Key(key) => route.key(key),
        Step::Index(index) => route.index(*index),
    })
}

struct Walker<'a, F> {
    wanted: F,
    steps: Vec<Step<'a>>,
    texts: Vec<(&'a str, Vec<Step<'a>>)>,
}

impl<'a, F: Fn(&str) -> bool> Walker<'a, F> {
    /// Recursion is safe: parsing limits how deep values stand in each other.
    fn below(&mut self, step: Step<'a>, value: Json<'a>) {
        self.steps.push(step);
        match value.value() {
            Value::String(text) if (self.wanted)(text) => self.texts.push((text, self.steps.clone())),
            Value::Array(list) => {
                list.iter().enumerate().for_each(|(index, one)| self.below(Step::Index(index), one));
            }
            Value::Object(members) => {
                members.iter().for_each(|(key, one)| self.below(Step::Key(key), one));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        self.steps.pop();
    }
}
