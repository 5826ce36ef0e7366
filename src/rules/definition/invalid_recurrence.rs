//! A schedule that the platform does not know or does not allow.

use crate::finding::{Severity, Sink};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::Owner;
use crate::source::{Object, Part, Route, Value};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/invalid-recurrence"), check: Check::Flow(check) };

/// Units of time, and how many of them an interval may have at most.
///
/// Source: azure-docs, articles/connectors/connectors-native-recurrence.md. `Year` is in the REST API of Logic Apps only.
const UNITS: [(&str, i64); 7] = [
    ("Second", 9_999_999),
    ("Minute", 72_000),
    ("Hour", 12_000),
    ("Day", 500),
    ("Week", 71),
    ("Month", 16),
    ("Year", i64::MAX),
];

/// The fewest seconds between two runs. Source: power-automate-docs, articles/limits-and-config.md.
const FEWEST_SECONDS: i64 = 60;

/// Triggers that do nothing but follow their schedule.
const SCHEDULED: [&str; 2] = ["Recurrence", "SlidingWindow"];

/// Something wrong with a schedule.
struct Fault {
    /// The keys that lead to it from the trigger.
    keys: &'static [&'static str],
    part: Part,
    label: &'static str,
    /// What goes behind the name of the trigger.
    message: String,
    help: String,
    severity: Severity,
}

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for owner in context.semantic.owners().filter(|owner| matches!(owner, Owner::Trigger(_))) {
        let body = context.semantic.body(owner);
        let is_scheduled = SCHEDULED.iter().any(|one| one.eq_ignore_ascii_case(body.text("type")));
        let faults = match body.get("recurrence").map(|value| value.value()) {
            Some(Value::Object(recurrence)) => faults(context, recurrence),
            None | Some(Value::Null) if is_scheduled => vec![missing(&[], "recurrence")],
            _ => Vec::new(),
        };
        for fault in faults {
            let route: Route = context.semantic.route(owner).keys(fault.keys);
            let Some(place) = context.flow.place(route, fault.part) else { continue };
            let message = format!("{} {}", context.named(context.semantic.name(owner)), fault.message);
            sink.report(place, fault.label, message).help(fault.help).severity(fault.severity);
        }
    }
}

fn faults(context: &FlowContext<'_, '_>, recurrence: Object<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let unit = match recurrence.get("frequency").map(|value| value.value()) {
        None | Some(Value::Null) => {
            faults.push(missing(&["recurrence"], "frequency"));
            None
        }
        Some(Value::String(text)) if !text.contains('@') => {
            let unit = UNITS.iter().find(|(unit, _)| unit.eq_ignore_ascii_case(text));
            if unit.is_none() {
                faults.push(unknown_unit(context, text));
            }
            unit
        }
        Some(_) => None,
    };
    match recurrence.get("interval").map(|value| value.value()) {
        None | Some(Value::Null) => faults.push(missing(&["recurrence"], "interval")),
        Some(Value::Number(number)) => faults.extend(of_interval(number.text(), unit)),
        Some(Value::String(text)) if !text.contains('@') => faults.extend(of_interval(text, unit)),
        Some(_) => {}
    }
    faults
}

/// What is wrong with an interval, as it is written.
fn of_interval(written: &str, unit: Option<&(&str, i64)>) -> Option<Fault> {
    let interval = written.trim().parse().ok().filter(|interval| *interval > 0);
    match interval {
        None => Some(not_positive(written)),
        Some(interval) => unit.and_then(|(unit, most)| out_of_range(interval, unit, *most)),
    }
}

fn missing(keys: &'static [&'static str], what: &'static str) -> Fault {
    Fault {
        keys,
        part: Part::Key,
        label: "incomplete",
        message: format!("has no `{what}`, so it never starts the flow"),
        help: "set the interval and the unit of time in the trigger, then save and export again".to_owned(),
        severity: Severity::Error,
    }
}

fn unknown_unit(context: &FlowContext<'_, '_>, text: &str) -> Fault {
    let known = UNITS.iter().map(|(unit, _)| *unit).filter(|unit| *unit != "Year");
    Fault {
        keys: &["recurrence", "frequency"],
        part: Part::Value,
        label: "unknown unit of time",
        message: format!("repeats every `{text}`, which is not a unit of time"),
        help: match context.nearest(text, known.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("use one of {}", known.collect::<Vec<_>>().join(", ")),
        },
        severity: Severity::Error,
    }
}

fn not_positive(written: &str) -> Fault {
    Fault {
        keys: &["recurrence", "interval"],
        part: Part::Value,
        label: "not a positive integer",
        message: format!("has the interval `{written}`"),
        help: "an interval is an integer from 1 on; for a shorter time use a smaller unit".to_owned(),
        severity: Severity::Error,
    }
}

/// The limits are documented; that a flow beyond them is refused is not.
fn out_of_range(interval: i64, unit: &str, most: i64) -> Option<Fault> {
    let (limit, help) = match unit {
        "Second" if interval < FEWEST_SECONDS => (
            "at least 60 seconds have to be between two runs".to_owned(),
            "run it every minute or less often",
        ),
        _ if interval > most => (format!("the most is {most}"), "use a larger unit of time"),
        _ => return None,
    };
    let units = unit.to_lowercase();
    Some(Fault {
        keys: &["recurrence", "interval"],
        part: Part::Value,
        label: "beyond the limit",
        message: format!(
            "repeats every {interval} {units}{}, and {limit}",
            if interval == 1 { "" } else { "s" }
        ),
        help: help.to_owned(),
        severity: Severity::Warning,
    })
}
