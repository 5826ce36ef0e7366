//! A trigger with an invalid schedule.

use crate::finding::{Severity, Sink};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::Owner;
use crate::source::{Json, Object, Part, Route, Value};
use crate::wording::plural;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/invalid-recurrence"), check: Check::Flow(check) };

/// Units of time with the maximum interval.
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

/// The minimum number of seconds between two runs. Source: power-automate-docs, articles/limits-and-config.md.
const MIN_SECONDS: i64 = 60;

/// Triggers that require a schedule.
const SCHEDULED: [&str; 2] = ["Recurrence", "SlidingWindow"];

/// A problem of a schedule.
struct Fault {
    /// The keys from the trigger to the place.
    keys: &'static [&'static str],
    part: Part,
    label: &'static str,
    /// The message after the name of the trigger.
    message: String,
    help: String,
    severity: Severity,
}

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    for owner in context.semantic.owners().filter(|owner| matches!(owner, Owner::Trigger(_))) {
        let body = context.semantic.body(owner);
        let is_scheduled = SCHEDULED.iter().any(|name| name.eq_ignore_ascii_case(body.text("type")));
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
    faults.extend(of_schedule(recurrence));
    faults
}

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Values outside the documented lists. That the platform refuses them is deduced.
///
/// Source: azure-docs, articles/connectors/connectors-native-recurrence.md.
fn of_schedule(recurrence: Object<'_>) -> Vec<Fault> {
    let fault =
        |keys: &'static [&'static str], label: &'static str, what: &str, text: &str, help: &str| Fault {
            keys,
            part: Part::Value,
            label,
            message: format!("has the {what} `{text}`, which is {label}"),
            help: help.to_owned(),
            severity: Severity::Warning,
        };
    let mut faults = Vec::new();
    let is_date = |text: &str| text.trim().starts_with(|c: char| c.is_ascii_digit());
    if let Some(text) = recurrence.get("startTime").and_then(Json::as_str).filter(|text| !text.contains('@'))
    {
        if !text.trim().is_empty() && !is_date(text) {
            let help = "write a date and time, such as `2025-05-31T08:00:00Z`";
            faults.push(fault(&["recurrence", "startTime"], "not a date", "start time", text, help));
        }
    }
    let schedule = recurrence.get("schedule").and_then(Json::as_object);
    let values = |key: &str| -> Vec<String> {
        let value = schedule.and_then(|schedule| schedule.get(key));
        let list = value.and_then(Json::as_array);
        let all = list.into_iter().flatten().chain(value.filter(|_| list.is_none()));
        let texts =
            all.filter_map(|one| one.as_str().map(str::to_owned).or_else(|| Some(one.as_i64()?.to_string())));
        texts.filter(|text| !text.contains('@')).collect()
    };
    let is_below =
        |text: &String, end: i64| text.trim().parse().is_ok_and(|number| (0..end).contains(&number));
    if let Some(text) =
        values("weekDays").iter().find(|text| !DAYS.iter().any(|day| day.eq_ignore_ascii_case(text)))
    {
        let help = format!("use one of {}", DAYS.join(", "));
        faults.push(fault(&["recurrence", "schedule", "weekDays"], "not a weekday", "weekday", text, &help));
    }
    let hours =
        (&["recurrence", "schedule", "hours"], 24, "not an hour of the day", "hour", "use the hours 0 to 23");
    let minutes = (
        &["recurrence", "schedule", "minutes"],
        60,
        "not a minute of an hour",
        "minute",
        "use the minutes 0 to 59",
    );
    for (keys, end, label, what, help) in [hours, minutes] {
        if let Some(text) = values(keys[2]).iter().find(|text| !is_below(text, end)) {
            faults.push(fault(keys, label, what, text, help));
        }
    }
    faults
}

/// What is wrong with an interval as written.
fn of_interval(written: &str, unit: Option<&(&str, i64)>) -> Option<Fault> {
    let interval = written.trim().parse().ok().filter(|interval| *interval > 0);
    match interval {
        None => Some(not_positive(written)),
        Some(interval) => unit.and_then(|(unit, max)| out_of_range(interval, unit, *max)),
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
        message: format!("has the frequency `{text}`, which is not a unit of time"),
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
        message: format!("has the interval `{written}`, which is not a positive integer"),
        help: "use a whole number of 1 or more; for a shorter interval, choose a smaller unit of time"
            .to_owned(),
        severity: Severity::Error,
    }
}

/// An interval beyond the limits. They are documented, but not whether a flow beyond them is refused.
fn out_of_range(interval: i64, unit: &str, max: i64) -> Option<Fault> {
    let (limit, help) = match unit {
        "Second" if interval < MIN_SECONDS => {
            (format!("minimum is {MIN_SECONDS}"), "let it run every minute or less often")
        }
        _ if interval > max => (format!("maximum is {max}"), "choose a larger unit of time"),
        _ => return None,
    };
    let units = plural(usize::try_from(interval).unwrap_or(usize::MAX), &unit.to_lowercase());
    Some(Fault {
        keys: &["recurrence", "interval"],
        part: Part::Value,
        label: "beyond the limit",
        message: format!("repeats every {interval} {units}, but the {limit}"),
        help: help.to_owned(),
        severity: Severity::Warning,
    })
}
