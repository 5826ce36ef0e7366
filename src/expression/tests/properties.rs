//! Properties of all expressions and all texts.

use proptest::prelude::*;

use super::{expression, template};
use crate::expression::{Checkpoints, Expr, ExprKind, Number, TemplatePart, parse, raw_range};

fn expr(kind: ExprKind<'static>) -> Expr<'static> {
    Expr { kind, range: 0..0 }
}

fn name() -> impl Strategy<Value = &'static str> {
    let names = "[A-Za-z_$äß-][A-Za-z0-9_$äß:=-]{0,8}".prop_filter("a keyword is not a name", |name| {
        !["true", "false", "null"].contains(&name.to_lowercase().as_str()) && !name.starts_with('-')
    });
    names.prop_map(|name| &*name.leak())
}

fn leaf() -> impl Strategy<Value = Expr<'static>> {
    prop_oneof![
        any::<String>().prop_map(|text| expr(ExprKind::String(text.into()))),
        "[a'{}@\n ]{0,8}".prop_map(|text| expr(ExprKind::String(text.into()))),
        "[+-]?[0-9]{1,25}(\\.[0-9]{0,5})?([eE][+-]?[0-9]{1,3})?"
            .prop_map(|text| expr(ExprKind::Number(Number::new(text.leak())))),
        any::<bool>().prop_map(|value| expr(ExprKind::Bool(value))),
        Just(expr(ExprKind::Null)),
    ]
}

/// A call followed by accesses, each with an index or a key.
fn chain(inner: impl Strategy<Value = Expr<'static>> + Clone) -> impl Strategy<Value = Expr<'static>> {
    let access = (any::<bool>(), prop_oneof![name().prop_map(Ok), inner.clone().prop_map(Err)]);
    (name(), prop::collection::vec(inner, 0..4), prop::collection::vec(access, 0..4)).prop_map(
        |(name, args, accesses)| {
            let call = expr(ExprKind::Call { name, name_range: 0..0, args });
            accesses.into_iter().fold(call, |base, (optional, access)| {
                let base = Box::new(base);
                expr(match access {
                    Ok(key) => ExprKind::Member { base, key, key_range: 0..0, optional },
                    Err(index) => ExprKind::Index { base, index: Box::new(index), optional },
                })
            })
        },
    )
}

fn tree() -> impl Strategy<Value = Expr<'static>> {
    leaf().prop_recursive(5, 60, 4, chain)
}

/// Whether two trees are equal, ignoring ranges.
fn same(a: &Expr<'_>, b: &Expr<'_>) -> bool {
    match (&a.kind, &b.kind) {
        (ExprKind::String(a), ExprKind::String(b)) => a == b,
        (ExprKind::Number(a), ExprKind::Number(b)) => a == b,
        (ExprKind::Bool(a), ExprKind::Bool(b)) => a == b,
        (ExprKind::Null, ExprKind::Null) => true,
        (ExprKind::Call { name: f, args: a, .. }, ExprKind::Call { name: g, args: b, .. }) => {
            f == g && a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (
            ExprKind::Member { base: a, key: k, optional: o, .. },
            ExprKind::Member { base: b, key: l, optional: p, .. },
        ) => k == l && o == p && same(a, b),
        (
            ExprKind::Index { base: a, index: i, optional: o },
            ExprKind::Index { base: b, index: j, optional: p },
        ) => o == p && same(a, b) && same(i, j),
        _ => false,
    }
}

/// The JSON text of a string. `escaped` selects the characters that are written as escapes.
fn json_text(text: &str, escaped: &[bool]) -> String {
    let mut units = [0; 2];
    text.chars()
        .zip(escaped.iter().cycle())
        .map(|(c, escape)| match c {
            '\n' => r"\n".to_owned(),
            '"' => "\\\"".to_owned(),
            '\\' => r"\\".to_owned(),
            c if *escape || c.is_control() => {
                c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect()
            }
            c => c.to_string(),
        })
        .collect()
}

proptest! {
    #[test]
    fn printed_trees_parse_to_equal_trees(tree in tree()) {
        let printed = tree.to_string();
        let text = format!("@{printed}");
        let whole = expression(&text);
        prop_assert!(same(&whole, &tree), "{printed}");
        prop_assert_eq!(whole.range, 1..printed.len() + 1);
        let text = format!("a@{{ {printed}\u{a0}}}b");
        let inside = template(&text).parts;
        prop_assert!(matches!(&inside[1], TemplatePart::Expression(expr) if same(expr, &tree)), "{printed}");
    }

    #[test]
    fn any_text_parses_or_has_an_error_inside_it(text in "(@|@\\{|@@\\{)?([a-c(){}\\[\\].,?@'\"0-9+e \u{a0}é😀-]|f\\(|@\\{|true){0,24}") {
        match parse(&text) {
            Ok(template) => {
                for expr in template.walk() {
                    prop_assert!(text.get(expr.range.clone()).is_some_and(|text| !text.is_empty()));
                }
                for part in &template.parts {
                    if let TemplatePart::Literal(range) = part {
                        prop_assert!(text.get(range.clone()).is_some());
                    }
                }
            }
            Err(error) => {
                prop_assert!(text.get(error.range.clone()).is_some(), "{error:?}");
                prop_assert!(error.opened.is_none_or(|open| text.get(open).is_some()));
            }
        }
    }

    #[test]
    fn raw_ranges_decode_to_the_range(
        text in "[a-c\"\\\\\n\té😀]{0,12}",
        escaped in prop::collection::vec(any::<bool>(), 1..12),
        ends in (0_usize..=12, 0_usize..=12),
    ) {
        let raw = json_text(&text, &escaped);
        let boundaries: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let at = |index: usize| boundaries[index.min(boundaries.len() - 1)];
        let range = at(ends.0.min(ends.1))..at(ends.0.max(ends.1));
        let mapped = raw_range(&raw, range.clone());
        let decoded: String = serde_json::from_str(&format!("\"{}\"", &raw[mapped])).unwrap();
        prop_assert_eq!(decoded, &text[range]);
    }

    #[test]
    fn checkpoints_agree_with_a_full_scan(
        pieces in prop::collection::vec(prop_oneof!["[a-z]{0,900}", "(é|😀){1,300}", Just(r#"\n\"\u00e9\ud83d\ude00\ud83d"#.repeat(20))], 1..9),
        ends in prop::collection::vec((0_usize..8000, 0_usize..3000), 1..20),
    ) {
        let raw = pieces.concat();
        let checkpoints = Checkpoints::of(&raw);
        for (start, length) in ends {
            let range = start..start + length;
            prop_assert_eq!(checkpoints.raw_range(&raw, range.clone()), raw_range(&raw, range));
        }
    }

    #[test]
    fn any_range_of_any_text_maps_into_it(raw in any::<String>(), start in 0_usize..99, end in 0_usize..99) {
        prop_assert!(raw.get(raw_range(&raw, start..end)).is_some());
        let escapes = format!("\\u{raw}\\ud83d\\{raw}\\");
        prop_assert!(escapes.get(raw_range(&escapes, start..end)).is_some());
    }
}
