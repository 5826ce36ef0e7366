//! Tests of the table of functions: it parses, is consistent, and agrees with the reference.

use std::collections::BTreeSet;

use super::expression;
use crate::expression::ExprKind;
use crate::expression::functions::{Kinds, ValueKind, all, did_you_mean, lookup};
use crate::suggest::{Suggestions, nearest};

#[test]
fn the_table_is_consistent() {
    let table = include_str!("../../../rules/catalog/functions.toml");
    let count = all().count();
    assert!(count > 120);
    assert_eq!(table.matches("[[function]]").count(), count, "a function could not be read");
    let names: BTreeSet<String> = all().map(|function| function.name.to_ascii_lowercase()).collect();
    assert_eq!(names.len(), count, "a name is not unique");
    for function in all() {
        let name = &function.name;
        assert!(function.max.is_none_or(|max| function.min <= max), "{name}");
        assert!(function.source().is_some(), "{name}: no source `{}`", function.source);
        assert!(function.instead.as_ref().is_none_or(|other| lookup(other).is_some()), "{name}");
        assert_eq!(
            function.note.as_deref().map(|note| note.ends_with('.')),
            function.note.as_ref().map(|_| true)
        );
    }
}

#[test]
fn takes_follows_the_minimum_and_maximum() {
    for function in all() {
        let call = |count: usize| {
            let args = vec!["null"; count].join(", ");
            let text = format!("@{}({args})", function.name.to_uppercase());
            let expr = expression(&text);
            let ExprKind::Call { name, args, .. } = &expr.kind else { panic!("{expr:?}") };
            lookup(name).is_some_and(|function| function.takes(args.len()))
        };
        assert!(call(function.min), "{}", function.name);
        assert!(function.min == 0 || !call(function.min - 1), "{}", function.name);
        match function.max {
            Some(max) => assert!(call(max) && !call(max + 1), "{}", function.name),
            None => assert!(call(99), "{}", function.name),
        }
    }
}

/// The functions of the reference (2025-10-06), each with the minimum and maximum number of arguments in its syntax;
/// `9` means any number.
const REFERENCE: &str = "action00 actions11 add22 addDays23 addHours23 addMinutes23 addProperty33 addSeconds23 addToTime34 and29 array11 \
    base6411 base64ToBinary11 base64ToString11 binary11 body11 bool11 chunk22 coalesce19 concat29 contains22 convertFromUtc23 \
    convertTimeZone34 convertToUtc23 createArray29 dataUri11 dataUriToBinary11 dataUriToString11 dateDifference22 dayOfMonth11 \
    dayOfWeek11 dayOfYear11 decimal11 decodeBase6411 decodeDataUri11 decodeUriComponent11 div22 encodeUriComponent11 empty11 \
    endsWith22 equals22 first11 float12 formatDateTime13 formDataMultiValues22 formDataValue22 formatNumber23 getFutureTime23 \
    getPastTime23 greater22 greaterOrEquals22 guid01 if33 indexOf22 int11 isFloat12 isInt11 item00 items11 iterationIndexes11 json11 \
    intersection29 join22 last11 lastIndexOf22 length11 less22 lessOrEquals22 listCallbackUrl00 max19 min19 mod22 mul22 \
    multipartBody22 not11 nthIndexOf33 or29 outputs11 parameters11 parseDateTime13 rand22 range22 removeProperty22 replace33 result11 \
    reverse11 setProperty33 skip22 slice23 sort12 split22 startOfDay12 startOfHour12 startOfMonth12 startsWith22 string11 sub22 \
    substring23 subtractFromTime34 take22 ticks11 toLower11 toUpper11 trigger00 triggerBody00 triggerFormDataMultiValues11 \
    triggerFormDataValue11 triggerMultipartBody11 triggerOutputs00 trim11 union29 uriComponent11 uriComponentToBinary11 \
    uriComponentToString11 uriHost11 uriPath11 uriPathAndQuery11 uriPort11 uriQuery11 uriScheme11 utcNow01 variables11 workflow00 \
    xml11 xpath22";

#[test]
fn the_table_allows_what_the_reference_shows() {
    for entry in REFERENCE.split_whitespace() {
        let (name, arity) = entry.split_at(entry.len() - 2);
        let counts: Vec<usize> = arity.bytes().map(|digit| usize::from(digit - b'0')).collect();
        let function = lookup(name).unwrap_or_else(|| panic!("{name} is missing"));
        assert_eq!(function.name, name);
        assert!((counts[0]..=counts[1]).all(|count| function.takes(count)), "{name}");
    }
    let documented: BTreeSet<&str> =
        REFERENCE.split_whitespace().map(|entry| &entry[..entry.len() - 2]).collect();
    let names = all().map(|function| function.name.as_str());
    let others: Vec<&str> = names.filter(|name| !documented.contains(name)).collect();
    let undocumented = [
        "actionBody",
        "actionOutputs",
        "agentParameters",
        "appsetting",
        "decodeXmlName",
        "decodeXmlValue",
        "encodeXmlName",
        "encodeXmlValue",
    ];
    let others: BTreeSet<&str> = others.into_iter().collect();
    assert_eq!(others, BTreeSet::from(undocumented));
}

#[test]
fn lookup_ignores_case() {
    assert_eq!(lookup("UTCNOW").map(|function| function.name.as_str()), Some("utcNow"));
    assert_eq!(
        lookup("encodeURIComponent").map(|function| function.name.as_str()),
        Some("encodeUriComponent")
    );
    assert!(lookup("createObject").is_none());
}

#[test]
fn misspelled_functions_get_a_suggestion() {
    let table = [
        ("utcnw", Some("utcNow")),
        ("formatDatetime2", Some("formatDateTime")),
        ("lenght", Some("length")),
        ("ouputs", Some("outputs")),
        ("variable", Some("variables")),
        ("tolowercase", None),
        ("filter", None),
        ("x", None),
        ("", None),
    ];
    let suggestions = Suggestions::new();
    for (name, expected) in table {
        assert_eq!(did_you_mean(name, &suggestions), expected, "{name}");
    }
    assert_eq!(did_you_mean(&"a".repeat(1_000_000), &suggestions), None);
}

#[test]
fn nearest_prefers_fewer_changes_and_then_the_first() {
    assert_eq!(nearest("Get_itms", ["Get_item", "Get_items", "Set_items"]), Some("Get_items"));
    assert_eq!(nearest("abcd", ["abcx", "abce"]), Some("abcx"));
    assert_eq!(nearest("ABCD", ["abcd"]), Some("abcd"));
    assert_eq!(nearest("teh", ["the"]), Some("the"));
}

#[test]
fn literals_are_checked_by_type() {
    let literal = |text: &str| ValueKind::of_literal(&expression(&format!("@{text}")));
    assert_eq!(literal("'a'"), Some(ValueKind::String));
    assert_eq!(literal("1"), Some(ValueKind::Integer));
    assert_eq!(literal("1.0"), Some(ValueKind::Float));
    assert_eq!(literal("true"), Some(ValueKind::Boolean));
    assert_eq!(literal("null"), Some(ValueKind::Null));
    assert_eq!(literal("f()"), None);
    let table = [
        ("length", 0, ValueKind::String, true),
        ("length", 0, ValueKind::Integer, false),
        ("add", 1, ValueKind::Float, true),
        ("add", 1, ValueKind::String, false),
        ("concat", 7, ValueKind::Integer, true),
        ("actionBody", 0, ValueKind::Integer, false),
        ("and", 7, ValueKind::String, false),
        ("empty", 0, ValueKind::Null, true),
        ("substring", 2, ValueKind::String, false),
    ];
    for (name, index, kind, expected) in table {
        let kinds = lookup(name).unwrap().argument(index);
        assert_eq!(kinds.contains(kind), expected, "{name} {index} {kind}");
    }
}

#[test]
fn arities_and_types_print_in_words() {
    let arity = |name: &str| lookup(name).unwrap().arity();
    let words = ["item", "int", "add", "utcNow", "addDays", "concat"].map(arity).join("; ");
    insta::assert_snapshot!(words, @r"no argument; 1 argument; 2 arguments; at most 1 argument; 2 to 3 arguments; at least 1 argument");
    let kinds = |name: &str| lookup(name).unwrap().argument(0).to_string();
    let words = ["int", "toLower", "add", "first", "length"].map(kinds).join("; ");
    insta::assert_snapshot!(words, @r"any value; string; integer or float; string or array; string, array or object");
    assert_eq!(Kinds::try_from("text".to_owned()), Err("unknown type `text`".to_owned()));
}
