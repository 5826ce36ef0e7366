//! An expression with a syntax error.

use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};

pub(super) const RULE: Rule = Rule { page: page!("definition/expression-syntax"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for fault in &context.semantic.syntax {
        let Some(place) = context.place(&fault.site) else { continue };
        let owner = context.named(context.owner(&fault.site));
        let message = format!("{owner} has an invalid expression: {}", fault.error.message);
        let finding = sink.report(place, "syntax error", message);
        if let Some(opened) = &fault.error.opened {
            let mut site = fault.site.clone();
            site.range = opened.clone();
            if let Some(place) = context.place(&site) {
                finding.also(place, "opened here");
            }
        }
        if let Some(help) = fault.error.help {
            finding.help(help);
        }
    }
}
