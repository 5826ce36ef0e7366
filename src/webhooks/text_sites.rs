//! The texts in a flow, with their places.

use crate::model::{Definition, FlowContent, Owner};
use crate::source::{ContentFlags, Object, Route, leaves};

/// A text in a flow.
#[derive(Debug)]
pub(crate) struct TextSite<'a> {
    /// The trigger or action that contains it; `None` for a parameter of the definition.
    pub(crate) site: Option<Owner>,
    pub(crate) text: &'a str,
    pub(crate) route: Route,
}

/// The wanted texts in triggers, actions and defaults of parameters that may contain the marks. Only these get routes.
pub(crate) fn strings<'a>(
    content: &'a FlowContent,
    marks: ContentFlags,
    wanted: impl Fn(&str) -> bool,
) -> Vec<TextSite<'a>> {
    let definition = &content.definition;
    let mut found = Vec::new();
    let mut take = |body: Object<'a>, site: Option<Owner>, start: &dyn Fn() -> Route| {
        for (key, value) in body.holding(marks) {
            leaves(value, key, marks, &mut |leaf| {
                if let Some(text) = leaf.value.as_str().filter(|text| wanted(text)) {
                    found.push(TextSite { site, text, route: leaf.route(&start()) });
                }
            });
        }
    };
    for (owner, body) in definition.bodies() {
        take(body, Some(owner), &|| definition.route_of(owner));
    }
    if let Some(parameters) = definition.parameters() {
        take(parameters, None, &|| Definition::route().key("parameters"));
    }
    found
}
