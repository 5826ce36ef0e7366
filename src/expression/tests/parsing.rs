//! Tests of parsing: the results for valid texts, hostile texts, and ranges in escaped JSON.

use super::{expression, template};
use crate::expression::{
    ExprKind, MAX_DEPTH, TemplateForm, TemplatePart, may_hold_expression, parse, raw_range,
};

/// A template on a line: literals in angle brackets, and expressions as they print.
fn outline(text: &str) -> String {
    let template = template(text);
    let parts = template.parts.iter().map(|part| match part {
        TemplatePart::Literal(range) => format!("<{}>", &text[range.clone()]),
        TemplatePart::Expression(expr) => expr.to_string(),
    });
    format!("{:?} {}", template.form, parts.collect::<Vec<_>>().join(" "))
}

#[test]
fn a_text_is_a_literal_an_expression_or_an_interpolation() {
    let table = [
        ("", "Literal "),
        ("plain", "Literal <plain>"),
        ("me@example.org", "Literal <me@example.org>"),
        ("a @ b", "Literal <a @ b>"),
        ("@", "Literal <@>"),
        ("@@", "Literal <@>"),
        ("@@odata.type", "Literal <@odata.type>"),
        ("@@{x} and @{y()}", "Literal <@{x} and @{y()}>"),
        ("x@@{y}", "Literal <x> <@{y}>"),
        ("a@b@@{c} @{d()}", "Interpolation <a@b> <@{c} > d()"),
        ("@f()", "Expression f()"),
        ("@{f()}", "Interpolation f()"),
        ("@{f()}@{g()}", "Interpolation f() g()"),
        ("a @{f('}')} b", "Interpolation <a > f('}') < b>"),
        ("{@{f()}}", "Interpolation <{> f() <}>"),
        ("@{f()}@", "Interpolation f() <@>"),
        ("@f('@{g()}')", "Expression f('@{g()}')"),
    ];
    for (text, expected) in table {
        assert_eq!(outline(text), expected, "{text}");
    }
}

#[test]
fn expressions_print_in_normal_form() {
    let table = [
        ("@outputs('a')?['body/b']", "outputs('a')?['body/b']"),
        ("@outputs( 'a' ) ? [ 'b' ] . c ?. d", "outputs('a')?['b'].c?.d"),
        ("@\u{a0} if(\u{2003}true ,\n1\t,\r\nnull)\u{a0}", "if(true, 1, null)"),
        ("@f('it''s', '''', '')", "f('it''s', '''', '')"),
        ("@f(1, -2, +3, 1.5, .3, 1., 1e5, -1.5E-3)", "f(1, -2, +3, 1.5, .3, 1., 1e5, -1.5E-3)"),
        ("@f(TRUE, False, NULL)", "f(true, false, null)"),
        ("@items('l')[0][variables('i')]['x']", "items('l')[0][variables('i')]['x']"),
        ("@item()?.größe", "item()?.größe"),
        ("@item()._x-1$", "item()._x-1$"),
        ("@'text'", "'text'"),
        ("@12345678901234567890", "12345678901234567890"),
        ("@f('a\nb')", "f('a\nb')"),
    ];
    for (text, expected) in table {
        assert_eq!(expression(text).to_string(), expected, "{text}");
    }
}

#[test]
fn ranges_cover_the_text_of_each_expression() {
    let text = "née @{ concat( outputs('x')?['é'].y , 5 ) }!";
    let texts: Vec<&str> = template(text).walk().map(|expr| &text[expr.range.clone()]).collect();
    let expected = [
        "concat( outputs('x')?['é'].y , 5 )",
        "outputs('x')?['é'].y",
        "outputs('x')?['é']",
        "outputs('x')",
        "'x'",
        "'é'",
        "5",
    ];
    assert_eq!(texts, expected);
}

#[test]
fn names_have_their_own_ranges() {
    let text = "@Outputs ('x')?.body";
    let expr = expression(text);
    let ExprKind::Member { base, key_range, optional: true, .. } = &expr.kind else { panic!("{expr:?}") };
    let ExprKind::Call { name, name_range, .. } = &base.kind else { panic!("{base:?}") };
    assert_eq!((&text[key_range.clone()], &text[name_range.clone()], *name), ("body", "Outputs", "Outputs"));
}

#[test]
fn key_and_call_of_read_common_forms() {
    assert_eq!(expression("@f().a").key().as_deref(), Some("a"));
    assert_eq!(expression("@f()?['a']").key().as_deref(), Some("a"));
    assert_eq!(expression("@f()[g()]").key(), None);
    let call = expression("@OUTPUTS('a')");
    assert_eq!(call.call_of("outputs").and_then(|args| args[0].as_str()), Some("a"));
    assert!(call.call_of("body").is_none());
}

#[test]
fn numbers_keep_their_text() {
    let expr = expression("@-12345678901234567890");
    let ExprKind::Number(number) = &expr.kind else { panic!("{expr:?}") };
    assert_eq!((number.text(), number.is_integer(), number.as_i64()), ("-12345678901234567890", true, None));
    let ExprKind::Number(five) = &expression("@5").kind else { panic!() };
    assert_eq!(five.as_i64(), Some(5));
}

#[test]
fn the_quick_check_never_misses_an_expression() {
    for text in ["", "a", "me@example.org", "{x}", "a@ {b}"] {
        assert!(!may_hold_expression(text), "{text}");
        assert_eq!(template(text).form, TemplateForm::Literal, "{text}");
    }
    for text in ["@f()", "@@", "a@{f()}", "a@@{b}"] {
        assert!(may_hold_expression(text), "{text}");
    }
}

#[test]
fn the_depth_limit_counts_every_level() {
    let nested = |levels: usize| format!("@{}1{}", "f(".repeat(levels - 1), ")".repeat(levels - 1));
    assert!(parse(&nested(MAX_DEPTH)).is_ok());
    assert!(parse(&nested(MAX_DEPTH + 1)).is_err());
    let chain = |levels: usize| format!("@f(){}", ".a".repeat(levels - 1));
    assert!(parse(&chain(MAX_DEPTH)).is_ok());
    assert!(parse(&chain(MAX_DEPTH + 1)).is_err());
    let inner = |levels: usize| format!("@g(f(){})", ".a".repeat(levels - 2));
    assert!(parse(&inner(MAX_DEPTH)).is_ok());
    assert!(parse(&inner(MAX_DEPTH + 1)).is_err());
}

#[test]
fn ten_megabytes_of_hostile_text_are_parsed_quickly() {
    const SIZE: usize = 10_000_000;
    let refused = [
        "(", "a(", "[", "a()[", "a().b", "?", "a()?", "a(),", "@a(", "-", ".", "{", "\u{a0}", "a", "@{",
        "a([",
    ];
    for unit in refused {
        let body = unit.repeat(SIZE / unit.len());
        for text in [format!("@f({body}"), format!("x@{{{body}")] {
            assert!(parse(&text).is_err(), "{unit}");
        }
    }
    for (unit, size) in [("1", SIZE), ("'", SIZE), ("@", SIZE), ("@@{", SIZE), ("@{a()}", SIZE / 10)] {
        assert!(parse(&unit.repeat(size / unit.len())).is_ok(), "{unit}");
    }
    assert!(parse(&format!("@f({}1)", "1,".repeat(SIZE / 10))).is_ok());
    assert!(parse(&format!("@a(){}", "?.b".repeat(SIZE / 3))).is_err());
}

#[test]
fn decoded_ranges_map_to_raw_json() {
    let raw = r#"@{f(\"\u00e9\",'😀\ud83d\ude00')}\n@{g()}"#;
    let decoded: String = serde_json::from_str(&format!("\"{raw}\"")).unwrap();
    let of = |part: &str| {
        let start = decoded.find(part).unwrap();
        &raw[raw_range(raw, start..start + part.len())]
    };
    assert_eq!(of("f("), "f(");
    assert_eq!(of("\"é\""), r#"\"\u00e9\""#);
    assert_eq!(of("é"), r"\u00e9");
    assert_eq!(of("'😀😀'"), r"'😀\ud83d\ude00'");
    assert_eq!(of("\n"), r"\n");
    assert_eq!(of("g()"), "g()");
    assert_eq!(raw_range(raw, decoded.len()..decoded.len()), raw.len()..raw.len());
    assert_eq!(raw_range(raw, 0..decoded.len()), 0..raw.len());
    assert_eq!(raw_range(raw, 4..4), 4..4);
    // A byte of an escape maps to the whole escape.
    assert_eq!(&raw[raw_range(raw, 5..6)], r"\u00e9");
}
