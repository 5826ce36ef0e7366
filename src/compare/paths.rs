//! The members at which two JSON values differ.

use std::collections::BTreeSet;

use crate::source::{Json, Value};

/// The most paths that are collected. A value that differs in more is simply not the same.
const MOST: usize = 50;

/// The paths to the members that differ, such as `inputs/parameters/to`, sorted. Members named in `skipped` are left
/// out at the first level. Order and layout of members do not matter; the order in lists does.
pub(super) fn changed(old: Json<'_>, new: Json<'_>, skipped: &[&str]) -> Vec<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![(String::new(), old, new)];
    while let Some((path, old, new)) = open.pop() {
        if found.len() == MOST {
            break;
        }
        let is_outer = path.is_empty();
        let below = |key: &str| if is_outer { key.to_owned() } else { format!("{path}/{key}") };
        match (old.value(), new.value()) {
            // Equal texts are equal values, and comparing them is much faster.
            (Value::Object(_), Value::Object(_)) | (Value::Array(_), Value::Array(_))
                if old.raw() == new.raw() => {}
            (Value::Object(old), Value::Object(new)) => {
                let keys: BTreeSet<&str> = old.keys().chain(new.keys()).collect();
                for key in keys.into_iter().filter(|key| !is_outer || !skipped.contains(key)) {
                    match (old.get(key), new.get(key)) {
                        (Some(old), Some(new)) => open.push((below(key), old, new)),
                        _ => drop(found.insert(below(key))),
                    }
                }
            }
            (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
                let pairs = old.iter().zip(new.iter()).enumerate();
                open.extend(pairs.map(|(index, (old, new))| (below(&index.to_string()), old, new)));
            }
            (old, new) if is_same(old, new) => {}
            _ => drop(found.insert(path)),
        }
    }
    found.into_iter().collect()
}

/// Whether two values that contain no others are the same.
fn is_same(old: Value<'_>, new: Value<'_>) -> bool {
    match (old, new) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(old), Value::Bool(new)) => old == new,
        (Value::Number(old), Value::Number(new)) => old == new,
        (Value::String(old), Value::String(new)) => old == new,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(old: &str, new: &str) -> Vec<String> {
        let parse = |text: &str| crate::parse::json::parse(text.into()).expect("JSON");
        changed(parse(old).root(), parse(new).root(), &["metadata"])
    }

    #[test]
    fn layout_and_order_of_members_do_not_matter() {
        assert!(paths(r#"{"a": 1, "b": "\u0041"}"#, r#"{ "b":"A","a":1 }"#).is_empty());
        assert!(paths(r#"{"metadata": 1}"#, r#"{"metadata": 2}"#).is_empty());
    }

    #[test]
    fn differences_are_named_by_their_paths() {
        let old = r#"{"a": {"b": [1, 2], "c": true}, "d": "1", "e": [1], "g": {"metadata": 1}}"#;
        let new = r#"{"a": {"b": [1, 3], "c": false}, "d": 1, "e": [1, 1], "f": null, "g": {"metadata": 2}}"#;
        assert_eq!(paths(old, new), ["a/b/1", "a/c", "d", "e", "f", "g/metadata"]);
    }
}
