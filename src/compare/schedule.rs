//! Triggers and their schedules in words.

use crate::model::{Trigger, step_title};
use crate::source::{Json, Value};

/// A trigger as reviewers tell them apart: `` manual (Request, Button) ``.
pub(super) fn trigger(trigger: Trigger<'_>) -> String {
    let operation = trigger.body.json().at(&["inputs", "host", "operationId"]).and_then(Json::as_str);
    let parts = [trigger.type_name(), trigger.kind(), operation.unwrap_or_default()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("{} ({})", step_title(trigger.name), parts.join(", "))
}

/// When a trigger runs or polls: `every 15 minutes`, and whatever else its recurrence states.
pub(super) fn schedule(trigger: Trigger<'_>) -> Option<String> {
    let recurrence = trigger.body.get("recurrence")?.as_object()?;
    let frequency = recurrence.text("frequency").to_lowercase();
    let every = match recurrence.get("interval").map(Json::value) {
        Some(Value::Number(number)) if number.as_i64() == Some(1) => format!("every {frequency}"),
        Some(Value::Number(number)) => format!("every {} {frequency}s", number.text()),
        Some(Value::String(text)) => format!("every {text} {frequency}s"),
        _ => format!("every {frequency}"),
    };
    let others = recurrence.iter().filter(|(key, _)| !["frequency", "interval"].contains(key));
    let others = others.map(|(key, value)| format!("{key} {}", compact(value)));
    Some(std::iter::once(every).chain(others).collect::<Vec<_>>().join(", "))
}

/// A value on one line. The order of members does not matter: `hours 5, weekDays Tuesday`.
fn compact(value: Json<'_>) -> String {
    let text = match value.value() {
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| format!("{key} {}", flat(value)));
            members.collect::<Vec<_>>().join(", ")
        }
        _ => flat(value),
    };
    const LONGEST: usize = 120;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn flat(value: Json<'_>) -> String {
    let text = |value: Json<'_>| match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.raw().split_whitespace().collect::<Vec<_>>().join(" "),
    };
    match value.as_array() {
        Some(list) => list.iter().map(text).collect::<Vec<_>>().join(" "),
        None => text(value),
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::definition;

    #[test]
    fn a_schedule_is_said_without_regard_to_the_order_of_members() {
        let words = |recurrence: &str| {
            let text =
                format!(r#"{{"triggers": {{"T": {{"type": "Recurrence", "recurrence": {recurrence}}}}}}}"#);
            super::schedule(definition(&text).only_trigger().expect("a trigger"))
        };
        let said = Some("every 2 weeks, schedule hours 5 17, weekDays Tuesday".to_owned());
        let schedule = r#""schedule": {"weekDays": ["Tuesday"], "hours": ["5", 17]}"#;
        assert_eq!(words(&format!(r#"{{"frequency": "Week", "interval": 2, {schedule}}}"#)), said);
        let schedule = r#""schedule": {"hours": [ "5", 17 ], "weekDays": ["Tuesday"]}"#;
        assert_eq!(words(&format!(r#"{{{schedule}, "interval": 2, "frequency": "Week"}}"#)), said);
        assert_eq!(words(r#"{"frequency": "Minute", "interval": 1}"#), Some("every minute".to_owned()));
        assert_eq!(words("1"), None);
    }
}
