//! Laws of edits: what they name changes as intended, and nothing else does.

use proptest::prelude::*;
use serde_json::Value;

use super::{Edit, NewValue, TextEdit, apply, resolve};
use crate::source::{Place, Route, Sources, Step, Text};

/// How a JSON text is laid out: what is after brackets and commas, and after colons.
#[derive(Debug, Clone)]
struct Style {
    newline: &'static str,
    unit: &'static str,
    colon: &'static str,
    comma: &'static str,
}

fn style() -> impl Strategy<Value = Style> {
    let newline = prop::sample::select(vec!["", "\n", "\r\n", " "]);
    let unit = prop::sample::select(vec!["", "  ", "\t", "    "]);
    let colon = prop::sample::select(vec![":", ": ", ":  ", " : "]);
    let comma = prop::sample::select(vec![",", " ,"]);
    (newline, unit, colon, comma).prop_map(|(newline, unit, colon, comma)| Style {
        newline,
        unit,
        colon,
        comma,
    })
}

fn value() -> impl Strategy<Value = Value> {
    let text = prop::sample::select(vec!["", "a", "é\"\\\n", "名前 🎉", "x,]}"]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    let key = prop::sample::select(vec!["", "a", "b", "c\"", "ü", "f"]);
    leaf.prop_recursive(4, 24, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..5).prop_map(|members| {
                Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
            }),
        ]
    })
}

fn write(value: &Value, style: &Style, depth: usize, out: &mut String) {
    let line = |out: &mut String, depth: usize| {
        out.push_str(style.newline);
        if style.newline.contains('\n') {
            out.push_str(&style.unit.repeat(depth));
        }
    };
    let items: Vec<(Option<&String>, &Value)> = match value {
        Value::Array(list) => list.iter().map(|one| (None, one)).collect(),
        Value::Object(map) => map.iter().map(|(key, one)| (Some(key), one)).collect(),
        other => return out.push_str(&other.to_string()),
    };
    out.push(if value.is_array() { '[' } else { '{' });
    for (number, (key, one)) in items.iter().enumerate() {
        out.push_str(if number == 0 { "" } else { style.comma });
        line(out, depth + 1);
        if let Some(key) = key {
            out.push_str(&Value::from(key.as_str()).to_string());
            out.push_str(style.colon);
        }
        write(one, style, depth + 1, out);
    }
    if !items.is_empty() {
        line(out, depth);
    }
    out.push(if value.is_array() { ']' } else { '}' });
}

/// The routes to all values.
fn routes(value: &Value, at: &Route, out: &mut Vec<Route>) {
    out.push(at.clone());
    match value {
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, one)| routes(one, &at.index(index), out))
        }
        Value::Object(map) => map.iter().for_each(|(key, one)| routes(one, &at.key(key), out)),
        _ => {}
    }
}

fn at<'a>(value: &'a mut Value, steps: &[Step]) -> &'a mut Value {
    steps.iter().fold(value, |value, step| match step {
        Step::Key(key) => &mut value[key.as_str()],
        Step::Index(index) => &mut value[*index],
    })
}

/// The text after edits, which have to be possible.
fn edited(text: &str, edits: impl Fn(&dyn Fn(Route) -> Place) -> Vec<Edit>) -> (String, Vec<TextEdit>) {
    let mut sources = Sources::default();
    let file = sources.add(Text::new("x.json", text));
    let edits = edits(&|route| Place::value(file, route));
    let resolved = resolve(&sources, &edits).expect("the places exist").remove(&file).unwrap_or_default();
    (apply(text, &resolved), resolved)
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

proptest! {
    #[test]
    fn removed_items_are_gone_and_the_rest_is_the_same(
        root in value(), style in style(), seed in prop::collection::vec(any::<prop::sample::Index>(), 1..4)
    ) {
        let mut text = String::new();
        write(&root, &style, 0, &mut text);
        let mut all = Vec::new();
        routes(&root, &Route::root(), &mut all);
        let inner: Vec<Route> = all.into_iter().filter(|route| !route.steps().is_empty()).collect();
        prop_assume!(!inner.is_empty());
        // Siblings: what is removed inside a removed value would contradict it.
        let first = seed[0].get(&inner);
        let (_, parent) = first.steps().split_last().expect("a step");
        let siblings: Vec<Route> = inner.iter().filter(|route| {
            route.steps().len() == first.steps().len() && route.steps().starts_with(parent)
        }).cloned().collect();
        let mut chosen: Vec<Route> = seed.iter().map(|index| index.get(&siblings).clone()).collect();
        chosen.sort();
        chosen.dedup();
        let (after, _) = edited(&text, |place| chosen.iter().map(|route| Edit::remove(place(route.clone()))).collect());
        let mut expected = root.clone();
        for route in chosen.iter().rev() {
            match (at(&mut expected, parent), route.steps().last()) {
                (Value::Array(list), Some(Step::Index(index))) => drop(list.remove(*index)),
                (Value::Object(map), Some(Step::Key(key))) => drop(map.remove(key)),
                _ => unreachable!("a parent is a container"),
            }
        }
        prop_assert_eq!(parsed(&after), expected, "{}", text);
        // The rest is a part of the text, in order.
        let mut rest = text.chars();
        prop_assert!(after.chars().all(|one| rest.any(|other| other == one)), "{} -> {}", text, after);
    }

    #[test]
    fn added_items_are_last_and_the_rest_is_the_same(
        root in value(), style in style(), seed in any::<prop::sample::Index>(), number in 1_usize..4
    ) {
        let mut text = String::new();
        write(&root, &style, 0, &mut text);
        let mut all = Vec::new();
        routes(&root, &Route::root(), &mut all);
        let mut copy = root.clone();
        all.retain(|route| matches!(at(&mut copy, route.steps()), Value::Array(_) | Value::Object(_)));
        prop_assume!(!all.is_empty());
        let route = seed.get(&all);
        let item = |index: usize| NewValue::Object(vec![
            ("n", NewValue::Json(index.to_string())),
            ("list", NewValue::Array(vec![NewValue::text("é\"")])),
        ]);
        let mut expected = root.clone();
        let container = at(&mut expected, route.steps());
        let is_array = container.is_array();
        for index in 0..number {
            let new = serde_json::json!({"n": index, "list": ["é\""]});
            match container {
                Value::Array(list) => list.push(new),
                Value::Object(map) => drop(map.insert(format!("new{index}"), new)),
                _ => unreachable!("a container"),
            }
        }
        let (after, edits) = edited(&text, |place| (0..number).map(|index| match is_array {
            true => Edit::element(place(route.clone()), item(index)),
            false => Edit::member(place(route.clone()), format!("new{index}"), item(index)),
        }).collect());
        prop_assert_eq!(parsed(&after), expected, "{}", text);
        // Only white space in an empty container is replaced.
        prop_assert!(edits.iter().all(|edit| text[edit.span.start..edit.span.end].trim().is_empty()));
        let breaks = |text: &str| (text.matches("\r\n").count(), text.matches('\n').count());
        let (crlf, all) = breaks(&after);
        prop_assert!(crlf == 0 || crlf == all, "mixed line ends: {:?}", after);
        prop_assert!(all == 0 || style.newline.contains('\n'), "{:?}", after);
    }

    #[test]
    fn replaced_values_and_texts_are_read_back(root in value(), style in style(), seed in any::<prop::sample::Index>()) {
        let mut text = String::new();
        write(&root, &style, 0, &mut text);
        let mut all = Vec::new();
        routes(&root, &Route::root(), &mut all);
        let route = seed.get(&all);
        const NEW: &str = "new \"é\"\\\u{1}";
        let mut expected = root.clone();
        let old = std::mem::replace(at(&mut expected, route.steps()), Value::from(NEW));
        let (after, _) = edited(&text, |place| vec![match old {
            Value::String(_) => Edit::text(place(route.clone()), NEW),
            _ => Edit::value(place(route.clone()), NewValue::text(NEW)),
        }]);
        prop_assert_eq!(parsed(&after), expected, "{}", text);
    }
}

#[test]
fn edits_that_contradict_each_other_are_refused() {
    let mut sources = Sources::default();
    let file = sources.add(Text::new("x.json", r#"{"a": "b", "c": [1]}"#));
    let place = |keys: &[&str]| Place::value(file, Route::of(keys.iter().copied()));
    let refused = |edits: &[Edit]| resolve(&sources, edits).is_none();
    assert!(refused(&[Edit::text(place(&["a"]), "x"), Edit::text(place(&["a"]), "y")]));
    assert!(!refused(&[Edit::text(place(&["a"]), "x"), Edit::text(place(&["a"]), "x")]));
    assert!(refused(&[Edit::text(place(&["a"]), "x"), Edit::remove(place(&["a"]))]));
    assert!(refused(&[Edit::text(place(&["missing"]), "x")]));
    assert!(refused(&[Edit::text(place(&["c"]), "x")]), "not a string");
    assert!(refused(&[Edit::member(place(&[]), "a", NewValue::text("x"))]), "the member exists");
    assert!(refused(&[Edit::element(place(&[]), NewValue::text("x"))]), "not an array");
}

#[test]
fn new_items_look_like_those_around_them() {
    let text = "{\n\t\"list\" : [\n\t\t{ \"a\" : 1 }\n\t],\n\t\"empty\" : {},\n\t\"inline\" : [1, 2]\n}";
    let item = || NewValue::Object(vec![("a", NewValue::Json("2".to_owned())), ("b", NewValue::text("x"))]);
    let (after, _) = edited(text, |place| {
        vec![
            Edit::element(place(Route::of(["list"])), item()),
            Edit::member(place(Route::of(["empty"])), "new", item()),
            Edit::element(place(Route::of(["inline"])), NewValue::Json("3".to_owned())),
        ]
    });
    let expected = "{\n\t\"list\" : [\n\t\t{ \"a\" : 1 },\n\t\t{ \"a\" : 2, \"b\" : \"x\" }\n\t],\n\t\"empty\" : {\n\t\t\"new\" : {\n\t\t\t\"a\" : 2,\n\t\t\t\"b\" : \"x\"\n\t\t}\n\t},\n\t\"inline\" : [1, 2, 3]\n}";
    assert_eq!(after, expected);
}
