//! Every text that stands in a flow, with its place.

use serde_json::Value;

use crate::model::{Definition, FlowContent, Site};
use crate::source::{Route, Step};

/// A text in a flow.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    /// The trigger or action it stands in; `None` for a parameter of the definition.
    pub(crate) site: Option<Site>,
    pub(crate) text: &'a str,
    pub(crate) route: Route,
}

/// Every text in triggers, actions and defaults of parameters.
pub(crate) fn strings(content: &FlowContent) -> Vec<Found<'_>> {
    let definition = &content.definition;
    let mut found = Vec::new();
    for (number, trigger) in definition.triggers.iter().enumerate() {
        for (key, value) in &trigger.body {
            let start = || definition.trigger_route(trigger).key(key);
            walk(value, Some(Site::Trigger(number)), &start, &mut found);
        }
    }
    for (index, action) in definition.indexed() {
        for (key, value) in &action.body {
            let start = || definition.action_route(index).key(key);
            walk(value, Some(Site::Action(index)), &start, &mut found);
        }
    }
    for (key, value) in &definition.parameters {
        walk(value, None, &|| Definition::route().key("parameters").key(key), &mut found);
    }
    found
}

/// Collects the texts of a value. The route to it is made only where there is one.
fn walk<'a>(value: &'a Value, site: Option<Site>, start: &dyn Fn() -> Route, found: &mut Vec<Found<'a>>) {
    // Parsing limits how deep values stand in each other, so a stack of one's own is not for depth but for routes.
    let mut open: Vec<(&Value, Vec<Step>)> = vec![(value, Vec::new())];
    while let Some((value, steps)) = open.pop() {
        let below = |step: Step| -> Vec<Step> { steps.iter().cloned().chain([step]).collect() };
        match value {
            Value::String(text) => {
                let route: Route = start().steps().iter().cloned().chain(steps).collect();
                found.push(Found { site, text, route });
            }
            Value::Array(list) => {
                let all = list.iter().enumerate().rev();
                open.extend(all.map(|(index, one)| (one, below(Step::Index(index)))));
            }
            Value::Object(members) => {
                let all = members.iter().rev();
                open.extend(all.map(|(key, one)| (one, below(Step::Key(key.clone())))));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}
