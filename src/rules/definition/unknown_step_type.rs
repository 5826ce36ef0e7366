//! A trigger or action without a type, or with a type that does not exist or belongs to the other kind of step.

use crate::finding::{Severity, Sink};
use crate::model::State;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::Owner;
use crate::source::Part;

pub(super) const RULE: Rule = Rule { page: page!("definition/unknown-step-type"), check: Check::Flow(check) };

/// Types that only triggers have.
///
/// Source: azure-docs, articles/logic-apps/logic-apps-workflow-actions-triggers.md.
const TRIGGERS: [&str; 4] = ["Batch", "Recurrence", "Request", "SlidingWindow"];

/// Types that only actions have. Source: as above.
const ACTIONS: [&str; 24] = [
    "AppendToArrayVariable",
    "AppendToStringVariable",
    "Compose",
    "DecrementVariable",
    "Expression",
    "Foreach",
    "If",
    "IncrementVariable",
    "InitializeVariable",
    "JavaScriptCode",
    "Join",
    "ParseJson",
    "Query",
    "Response",
    "Scope",
    "Select",
    "SendToBatch",
    "SetVariable",
    "Switch",
    "Table",
    "Terminate",
    "Until",
    "Wait",
    "Workflow",
];

/// The types of nearly all actions in public flows.
const USUAL_ACTIONS: [&str; 8] = [
    "OpenApiConnection",
    "If",
    "Compose",
    "Scope",
    "SetVariable",
    "Foreach",
    "Terminate",
    "InitializeVariable",
];

/// All other types of the service. The documentation does not say for each whether triggers or actions may have it, and
/// whether Power Automate offers it.
///
/// Source: the enumeration `FlowTemplateOperationType` of Microsoft.Azure.Workflows.Sdk.
const OTHERS: [&str; 48] = [
    "Agent",
    "ApiApp",
    "ApiConnection",
    "ApiConnectionNotification",
    "ApiConnectionWebhook",
    "ApiManagement",
    "ArchiveZip",
    "As2Decode",
    "As2Encode",
    "CSharpScriptCode",
    "Changeset",
    "ChunkText",
    "ChunkTextWithMetadata",
    "EdifactBatchEncode",
    "EdifactDecode",
    "EdifactEncode",
    "FlatFileDecoding",
    "FlatFileEncoding",
    "Flow",
    "Function",
    "Http",
    "HttpWebhook",
    "IntegrationAccountArtifactLookup",
    "InvokeFunction",
    "Liquid",
    "Manual",
    "NotSpecified",
    "OpenApiConnection",
    "OpenApiConnectionNotification",
    "OpenApiConnectionWebhook",
    "ParseDocument",
    "ParseDocumentWithMetadata",
    "PowershellCode",
    "RosettaNetDecode",
    "RosettaNetEncode",
    "RosettaNetWaitForResponse",
    "ServiceProvider",
    "SwiftDecode",
    "SwiftEncode",
    "SwiftMTDecode",
    "SwiftMTEncode",
    "X12BatchEncode",
    "X12Decode",
    "X12Encode",
    "XmlCompose",
    "XmlParse",
    "XmlValidation",
    "Xslt",
];

/// What people and language models write for a type: names that the designer shows, and abbreviations. Only their
/// letters, in lower case. None of them can be a new type, because the service has another type for the same step.
const NAMES_OF_ACTIONS: [(&str, &str); 33] = [
    ("applytoeach", "Foreach"),
    ("appendtoarray", "AppendToArrayVariable"),
    ("appendtostring", "AppendToStringVariable"),
    ("callchildflow", "Workflow"),
    ("childflow", "Workflow"),
    ("condition", "If"),
    ("createcsvtable", "Table"),
    ("createhtmltable", "Table"),
    ("csvtable", "Table"),
    ("delay", "Wait"),
    ("delayuntil", "Wait"),
    ("dountil", "Until"),
    ("filterarray", "Query"),
    ("htmltable", "Table"),
    ("httpaction", "Http"),
    ("httprequest", "Http"),
    ("ifcondition", "If"),
    ("ifelse", "If"),
    ("initvariable", "InitializeVariable"),
    ("initvar", "InitializeVariable"),
    ("loop", "Foreach"),
    ("respondtoapowerapporflow", "Response"),
    ("respondtopowerapp", "Response"),
    ("respondtopowerapporflow", "Response"),
    ("runachildflow", "Workflow"),
    ("runchildflow", "Workflow"),
    ("sendanemail", "OpenApiConnection"),
    ("sendanhttprequest", "OpenApiConnection"),
    ("sendemail", "OpenApiConnection"),
    ("setvar", "SetVariable"),
    ("switchcase", "Switch"),
    ("terminateflow", "Terminate"),
    ("whileloop", "Until"),
];

/// The same for triggers.
const NAMES_OF_TRIGGERS: [(&str, &str); 9] = [
    ("button", "Request"),
    ("httprequest", "Request"),
    ("httptrigger", "Request"),
    ("manuallytriggeraflow", "Request"),
    ("manualtrigger", "Request"),
    ("schedule", "Recurrence"),
    ("scheduled", "Recurrence"),
    ("timer", "Recurrence"),
    ("whenahttprequestisreceived", "Request"),
];

/// Types that only triggers have in public packages. The documentation does not say that actions cannot have them.
const SEEN_AS_TRIGGERS: [&str; 2] = ["ApiConnectionNotification", "OpenApiConnectionNotification"];

/// What is wrong with a type.
enum Fault {
    Missing,
    OnlyTriggers,
    /// Only triggers have it in public packages.
    ProbablyOnlyTriggers,
    OnlyActions,
    Unknown {
        near: Option<&'static str>,
    },
}

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for owner in context.semantic.owners() {
        let written = context.semantic.type_name(owner);
        let Some(fault) = fault(context, owner, written) else { continue };
        let route = context.semantic.route(owner);
        let place = match context.semantic.body(owner).get("type") {
            Some(_) => context.flow.place(route.key("type"), Part::Value),
            None => context.flow.place(route, Part::Key),
        };
        let Some(place) = place else { continue };
        let named = context.named(context.semantic.name(owner));
        let (label, message) = match fault {
            Fault::Missing => ("no type", format!("{named} has no type")),
            Fault::OnlyTriggers => (
                "only for triggers",
                format!("{named} is an action of type `{written}`, which only triggers have"),
            ),
            Fault::ProbablyOnlyTriggers => (
                "probably only for triggers",
                format!("{named} is an action of type `{written}`, which probably only triggers have"),
            ),
            Fault::OnlyActions => (
                "only for actions",
                format!("{named} is a trigger of type `{written}`, which only actions have"),
            ),
            Fault::Unknown { .. } => {
                ("unknown type", format!("{named} has the type `{written}`, which does not exist"))
            }
        };
        let finding = sink.report(place, label, message);
        finding.help(advice(&fault, owner, written));
        match fault {
            // The platform accepted a flow that is on, so the type may be newer than this list.
            Fault::Unknown { near: None } if context.flow.state == State::On => {
                finding.message = format!("{named} has the type `{written}`, which probably does not exist");
                finding.severity(Severity::Warning);
            }
            Fault::ProbablyOnlyTriggers => {
                finding.severity(Severity::Warning);
            }
            _ => {}
        }
    }
}

fn fault(context: &FlowContext<'_, '_>, owner: Owner, written: &str) -> Option<Fault> {
    let is_in = |list: &[&str]| list.iter().any(|name| name.eq_ignore_ascii_case(written));
    let (foreign, fault) = match owner {
        Owner::Trigger(_) => (&ACTIONS[..], Fault::OnlyActions),
        Owner::Action(_) => (&TRIGGERS[..], Fault::OnlyTriggers),
    };
    // Every step is checked, and the whole lists are long.
    if matches!(owner, Owner::Action(_)) && is_in(&USUAL_ACTIONS) {
        return None;
    }
    if written.is_empty() {
        return Some(Fault::Missing);
    }
    if is_in(foreign) {
        return Some(fault);
    }
    if matches!(owner, Owner::Action(_)) && is_in(&SEEN_AS_TRIGGERS) {
        return Some(Fault::ProbablyOnlyTriggers);
    }
    if is_in(&TRIGGERS) || is_in(&ACTIONS) || is_in(&OTHERS) {
        return None;
    }
    let own = if matches!(owner, Owner::Trigger(_)) { &TRIGGERS[..] } else { &ACTIONS[..] };
    let near = named(owner, written).or_else(|| context.nearest(written, own.iter().chain(&OTHERS).copied()));
    Some(Fault::Unknown { near })
}

/// The type that a name in the designer, or an abbreviation, stands for.
fn named(owner: Owner, written: &str) -> Option<&'static str> {
    let letters: String = written.chars().filter(char::is_ascii_alphabetic).collect();
    let names = if matches!(owner, Owner::Trigger(_)) { &NAMES_OF_TRIGGERS[..] } else { &NAMES_OF_ACTIONS };
    names.iter().find(|(name, _)| name.eq_ignore_ascii_case(&letters)).map(|(_, real)| *real)
}

fn advice(fault: &Fault, owner: Owner, written: &str) -> String {
    let is_schedule = ["Recurrence", "SlidingWindow"].iter().any(|name| name.eq_ignore_ascii_case(written));
    match (fault, owner) {
        (Fault::OnlyTriggers, _) if is_schedule => {
            "for a pause, use \"Delay\" or \"Delay until\" (type `Wait`); for a second schedule, create another flow"
                .to_owned()
        }
        (Fault::OnlyTriggers | Fault::ProbablyOnlyTriggers, _) => {
            "remove it, and create another flow with this trigger for the steps that it should start".to_owned()
        }
        (Fault::OnlyActions, _) => "move it to `actions`, and choose a trigger for the flow".to_owned(),
        (Fault::Unknown { near: Some(near) }, _) => format!("did you mean `{near}`?"),
        (Fault::Missing | Fault::Unknown { near: None }, Owner::Trigger(_)) => {
            "choose the trigger in the designer, then save and export again".to_owned()
        }
        (Fault::Missing | Fault::Unknown { near: None }, Owner::Action(_)) => {
            "add the action again in the designer, then save and export again".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_actions_are_actions() {
        let is_action = |name: &&str| ACTIONS.contains(name) || OTHERS.contains(name);
        let is_trigger = |name: &&str| TRIGGERS.contains(name) || SEEN_AS_TRIGGERS.contains(name);
        assert!(USUAL_ACTIONS.iter().all(|name| is_action(name) && !is_trigger(name)));
    }

    #[test]
    fn no_type_is_listed_twice() {
        let mut all: Vec<&str> = TRIGGERS.iter().chain(&ACTIONS).chain(&OTHERS).copied().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn names_of_the_designer_lead_to_types() {
        for (names, types) in [(&NAMES_OF_ACTIONS[..], &ACTIONS[..]), (&NAMES_OF_TRIGGERS, &TRIGGERS)] {
            for (name, real) in names {
                assert!(types.contains(real) || OTHERS.contains(real), "{real}");
                let is_type = |list: &[&str]| list.iter().any(|other| other.eq_ignore_ascii_case(name));
                assert!(!is_type(&TRIGGERS) && !is_type(&ACTIONS) && !is_type(&OTHERS), "{name}");
            }
        }
    }
}
