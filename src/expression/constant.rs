//! Finds calls that always fail because of constant arguments. The platform evaluates constant expressions when a flow
//! is saved, and refuses the flow.
//!
//! Only certain failures count: the service accepts more forms of numbers, dates and JSON than their standards.

use std::borrow::Cow;

use crate::expression::ast::{Expr, ExprKind};

/// The maximum depth of calls inside arguments that are evaluated.
const MAX_CONSTANT_DEPTH: usize = 8;

/// A value that is the same in every run.
#[derive(Debug, Clone, PartialEq)]
enum Constant<'a> {
    Text(Cow<'a, str>),
    Integer(i64),
}

/// Why a call fails in every run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The index of the argument that causes the failure.
    pub argument: usize,
    /// What is wrong with the argument, as the predicate of a sentence: "is not a number".
    pub reason: &'static str,
    /// Whether all arguments are constants, so that the platform evaluates the call when the flow is saved.
    pub is_constant: bool,
    /// Whether the failure follows from a documented list of values, but the documentation does not say what happens
    /// with another value.
    pub is_deduced: bool,
}

/// The units of time that functions accept, in lower case.
///
/// Source: "Reference guide to functions in expressions", `addToTime`.
const UNITS: [&str; 7] = ["second", "minute", "hour", "day", "week", "month", "year"];

/// The formats of `guid`. Source: as above, `guid`.
const GUID_FORMATS: [&str; 5] = ["b", "d", "n", "p", "x"];

const NOT_A_UNIT: &str = "is not a unit of time";
const NOT_A_GUID_FORMAT: &str = "is not a format of GUIDs";

/// Why a call of `function`, spelled as in the reference, fails in every run; `None` if it may succeed.
pub fn failure(function: &str, args: &[Expr<'_>]) -> Option<Failure> {
    let (argument, reason) = fault(function, args)?;
    let is_literal = |arg: &Expr<'_>| {
        !matches!(arg.kind, ExprKind::Call { .. } | ExprKind::Member { .. } | ExprKind::Index { .. })
    };
    let is_constant = args.iter().all(|arg| is_literal(arg) || constant(arg, 0).is_some());
    let is_deduced = [NOT_A_UNIT, NOT_A_GUID_FORMAT].contains(&reason);
    Some(Failure { argument, reason, is_constant, is_deduced })
}

/// The argument that causes the failure, and what is wrong with it.
fn fault(function: &str, args: &[Expr<'_>]) -> Option<(usize, &'static str)> {
    let text = |index: usize| match args.get(index).and_then(|arg| constant(arg, 0))? {
        Constant::Text(text) => Some(text),
        Constant::Integer(_) => None,
    };
    let integer = |index: usize| match args.get(index).and_then(|arg| constant(arg, 0))? {
        Constant::Integer(value) => Some(value),
        Constant::Text(_) => None,
    };
    let blame = |argument: usize, reason: &'static str| Some((argument, reason));
    match function {
        "guid" if !args.is_empty() && !is_in(&text(0)?, &GUID_FORMATS) => blame(0, NOT_A_GUID_FORMAT),
        "addToTime" | "subtractFromTime"
            if text(2).is_some_and(|unit| !unit.is_empty() && !is_in(&unit, &UNITS)) =>
        {
            blame(2, NOT_A_UNIT)
        }
        "getFutureTime" | "getPastTime"
            if text(1).is_some_and(|unit| !unit.is_empty() && !is_in(&unit, &UNITS)) =>
        {
            blame(1, NOT_A_UNIT)
        }
        "int" if !may_be_number(&text(0)?) => blame(0, "is not a number"),
        "float" | "decimal" if args.len() == 1 && !may_be_number(&text(0)?) => blame(0, "is not a number"),
        "bool" if !may_be_bool(&text(0)?) => blame(0, "is neither true nor false"),
        "json" if !may_be_json(&text(0)?) => blame(0, "is not JSON"),
        "xml" if !may_be_xml(&text(0)?) => blame(0, "is not XML"),
        "div" | "mod" if integer(1)? == 0 => blame(1, "is zero"),
        "rand" if integer(0)? > integer(1)? => blame(1, "is less than the first one"),
        "range" if integer(1)? < 0 => blame(1, "is negative"),
        "substring" => {
            let (length, start) = (i64::try_from(text(0)?.encode_utf16().count()).ok()?, integer(1)?);
            let end = if args.len() > 2 { start.checked_add(integer(2)?)? } else { start };
            match (start < 0, end > length) {
                (true, _) => blame(1, "is negative"),
                (false, true) => blame(args.len() - 1, "reaches beyond the end of the text"),
                (false, false) => None,
            }
        }
        "addDays" | "addHours" | "addMinutes" | "addSeconds" | "addToTime" | "convertFromUtc"
        | "convertTimeZone" | "convertToUtc" | "dayOfMonth" | "dayOfWeek" | "dayOfYear"
        | "formatDateTime" | "parseDateTime" | "startOfDay" | "startOfHour" | "startOfMonth"
        | "subtractFromTime" | "ticks"
            if !may_be_date(&text(0)?) || function != "parseDateTime" && has_impossible_day(&text(0)?) =>
        {
            blame(0, "is not a date")
        }
        _ => None,
    }
}

/// The value of a constant expression; `None` if it is not constant or cannot be evaluated here.
fn constant<'a>(expr: &Expr<'a>, depth: usize) -> Option<Constant<'a>> {
    let ExprKind::Call { name, args, .. } = &expr.kind else {
        return match &expr.kind {
            ExprKind::String(text) => Some(Constant::Text(text.clone())),
            ExprKind::Number(number) => number.as_i64().map(Constant::Integer),
            ExprKind::Bool(_) | ExprKind::Null | ExprKind::Call { .. } => None,
            ExprKind::Member { .. } | ExprKind::Index { .. } => None,
        };
    };
    if depth == MAX_CONSTANT_DEPTH {
        return None;
    }
    if name.eq_ignore_ascii_case("concat") {
        let parts: Option<Vec<Constant<'_>>> = args.iter().map(|arg| constant(arg, depth + 1)).collect();
        let texts = parts?.into_iter().map(|part| match part {
            Constant::Text(text) => text.into_owned(),
            Constant::Integer(number) => number.to_string(),
        });
        return Some(Constant::Text(Cow::Owned(texts.collect())));
    }
    let [Constant::Integer(left), Constant::Integer(right)] =
        [constant(args.first()?, depth + 1)?, constant(args.get(1)?, depth + 1)?]
    else {
        return None;
    };
    let value = match name.to_ascii_lowercase().as_str() {
        "add" => left.checked_add(right),
        "sub" => left.checked_sub(right),
        "mul" => left.checked_mul(right),
        _ => None,
    };
    value.map(Constant::Integer)
}

fn is_in(text: &str, list: &[&str]) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(text.trim()))
}

fn may_be_number(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || c.is_whitespace() || ".,+-eE()$€£%_'\u{a0}".contains(c);
    let special = ["nan", "infinity", "-infinity", "∞", "-∞"];
    let is_number = text.contains(|c: char| c.is_ascii_digit()) && text.chars().all(is_part);
    is_number || special.contains(&text.trim().to_lowercase().as_str())
}

fn may_be_bool(text: &str) -> bool {
    let text = text.trim();
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") || may_be_number(text)
}

/// The service accepts more than JSON: other quotes, comments, keys without quotes.
fn may_be_json(text: &str) -> bool {
    const WORDS: [&str; 7] = ["true", "false", "null", "undefined", "NaN", "Infinity", "new"];
    let text = text.trim();
    match text.chars().next() {
        None => false,
        Some('{') => text.ends_with('}') || text.contains("/"),
        Some('[') => text.ends_with(']') || text.contains("/"),
        Some(c) if c.is_alphabetic() => WORDS.iter().any(|word| text.starts_with(word)),
        Some(_) => true,
    }
}

fn may_be_xml(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('<') && text.ends_with('>')
}

/// A date contains digits, or at least the name of a month or a day.
fn may_be_date(text: &str) -> bool {
    const NAMES: [&str; 19] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mon", "tue",
        "wed", "thu", "fri", "sat", "sun",
    ];
    let lower = text.to_lowercase();
    lower.contains(|c: char| c.is_numeric()) || NAMES.iter().any(|name| lower.contains(name))
}

/// Whether a date such as `2025-13-01` has a month or day that does not exist. `parseDateTime` can read other formats.
fn has_impossible_day(text: &str) -> bool {
    let parts: Vec<&str> = text.trim().get(..10).unwrap_or_default().split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let number = |part: &str| part.parse::<u8>().ok().filter(|_| part.len() == 2);
    let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    let (true, Some(month), Some(day)) = (is_year, number(month), number(day)) else { return false };
    !(1..=12).contains(&month) || !(1..=31).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::{TemplatePart, parse};

    fn failure_of(text: &str) -> Option<Failure> {
        let text = format!("@{text}");
        let template = parse(&text).expect("an expression");
        let Some(TemplatePart::Expression(expr)) = template.parts.first() else { panic!("{text}") };
        let ExprKind::Call { name, args, .. } = &expr.kind else { panic!("{text}") };
        failure(name, args)
    }

    #[test]
    fn what_fails_in_every_run_is_known() {
        for (text, argument) in [
            ("int('abc')", 0),
            ("int('')", 0),
            ("int('12 copies')", 0),
            ("float('ten')", 0),
            ("decimal('x')", 0),
            ("bool('yes')", 0),
            ("json('books')", 0),
            ("json('')", 0),
            ("xml('books')", 0),
            ("json('{\"a\": 1')", 0),
            ("div(1, 0)", 1),
            ("div(length(variables('x')), 0)", 1),
            ("mod(100, sub(2, mul(1, 2)))", 1),
            ("rand(5, 1)", 1),
            ("range(1, -1)", 1),
            ("substring('abc', 1, 5)", 2),
            ("substring('abc', 4)", 1),
            ("substring('abc', -1, 1)", 1),
            ("formatDateTime('today', 'yyyy')", 0),
            ("addDays('', 1)", 0),
            ("addDays('2025-13-01', 1)", 0),
            ("addDays('2025-12-32T00:00:00Z', 1)", 0),
            ("int(concat('a', 1))", 0),
            ("guid('Q')", 0),
            ("addToTime('2025-01-01', 1, 'Fortnight')", 2),
            ("getPastTime(1, 'Days')", 1),
        ] {
            let failure = failure_of(text).map(|failure| (failure.argument, failure.is_constant));
            assert_eq!(failure, Some((argument, !text.contains("variables"))), "{text}");
        }
    }

    #[test]
    fn what_may_succeed_is_left_alone() {
        for text in [
            "int('12')",
            "int(' 1,000 ')",
            "int('1.5')",
            "int(variables('x'))",
            "float('1e3')",
            "float('1,5', 'de-DE')",
            "float('NaN')",
            "bool('True')",
            "bool('1')",
            "json('{''a'': 1, }')",
            "json('[1, 2]')",
            "json('null')",
            "json('5')",
            "xml(' <a/> ')",
            "json(concat('{', '}'))",
            "guid()",
            "guid('n')",
            "guid(variables('x'))",
            "addToTime(utcNow(), 1, 'week')",
            "getFutureTime(1, variables('x'))",
            "addDays('2025-12-31', 1)",
            "parseDateTime('2025-13-01', 'en-US', 'yyyy-dd-MM')",
            "addDays('12-31-2025', 1)",
            "int(concat('1', variables('x')))",
            "div(1, 2)",
            "div(1, 0.0)",
            "mod(1, variables('x'))",
            "rand(1, 5)",
            "substring('äöü', 0, 3)",
            "substring('abc', 3)",
            "substring('abc', 9223372036854775807, 1)",
            "formatDateTime('2025-01-01', 'yyyy')",
            "formatDateTime('May', 'yyyy')",
            "add(9223372036854775807, 1)",
        ] {
            assert_eq!(failure_of(text), None, "{text}");
        }
    }

    #[test]
    fn a_tower_of_sums_ends() {
        let tower = format!("div(1, {}0{})", "add(0, ".repeat(150), ")".repeat(150));
        assert_eq!(failure_of(&tower), None);
    }
}
