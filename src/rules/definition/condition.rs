//! Conditions of steps, split into the tests that `and`, `or` and `not` join. Flows write them in two ways: as an
//! expression, and as JSON (`{"and": [{"equals": ["@a", 1]}]}`). Shared by the rules about conditions.

use std::ops::Range;

use crate::expression::{self, Expr, ExprKind, Template, TemplatePart};
use crate::rules::FlowContext;
use crate::semantic::Owner;
use crate::source::{Json, Part, Place, Span, Target, Value};

/// A condition.
pub(super) enum Condition<'a> {
    /// True if all of these are true.
    All(Vec<Condition<'a>>),
    /// True if one of these is true.
    Any(Vec<Condition<'a>>),
    /// True if this is false.
    Not(Box<Condition<'a>>),
    Test(Test<'a>),
}

/// A single test, usually a comparison.
pub(super) struct Test<'a> {
    /// The function as written; empty if the value itself is the test.
    pub(super) function: &'a str,
    pub(super) operands: Vec<Operand<'a>>,
    /// The string that contains the test, or the array of its operands.
    value: Json<'a>,
    /// The byte range in that string; `None` if the test is JSON.
    range: Option<Range<usize>>,
}

/// An operand of a test.
pub(super) enum Operand<'a> {
    /// A value without expressions.
    Value(Json<'a>),
    Expression(Expr<'a>),
    /// Text that contains expressions.
    Text(Template<'a>),
}

impl<'a> Operand<'a> {
    fn of(value: Json<'a>) -> Option<Self> {
        let Some(text) = value.as_str() else { return Some(Operand::Value(value)) };
        let mut template = expression::parse(text).ok()?;
        Some(match template.form {
            expression::TemplateForm::Literal => Operand::Value(value),
            expression::TemplateForm::Interpolation => Operand::Text(template),
            expression::TemplateForm::Expression => match template.parts.pop()? {
                TemplatePart::Expression(expr) => Operand::Expression(expr),
                TemplatePart::Literal(_) => return None,
            },
        })
    }

    /// Every expression in it.
    pub(super) fn walk(&self) -> Vec<&Expr<'a>> {
        match self {
            Operand::Value(_) => Vec::new(),
            Operand::Expression(expr) => expr.walk().collect(),
            Operand::Text(template) => template.walk().collect(),
        }
    }
}

impl Test<'_> {
    /// The test as written.
    pub(super) fn text(&self) -> &str {
        let raw = self.value.as_str().filter(|_| self.range.is_some()).unwrap_or(self.value.raw());
        self.range.as_ref().and_then(|range| raw.get(range.clone())).unwrap_or(raw)
    }

    pub(super) fn place(&self, context: &FlowContext<'_, '_>) -> Option<Place> {
        let route = |value: Json<'_>| context.semantic.definition.document().route_to(value.id());
        if let Some(range) = &self.range {
            let span = Span::new(range.start, range.end);
            let target = Target::Within(route(self.value), Part::Value, span);
            return context.flow.file.map(|file| Place { file, target });
        }
        // The first expression is more helpful to show than the brackets around all operands.
        let first = self.operands.iter().position(|operand| !matches!(operand, Operand::Value(_)));
        let shown = first.and_then(|index| self.value.as_array()?.get(index));
        match shown {
            Some(operand) => context.flow.place(route(operand), Part::Value),
            None if self.function.is_empty() => context.flow.place(route(self.value), Part::Value),
            None => context.flow.place(route(self.value), Part::Key),
        }
    }
}

/// The conditions of a step: a condition, a loop, a filter or a trigger.
pub(super) fn of<'w>(context: &FlowContext<'_, 'w>, owner: Owner) -> Vec<Condition<'w>> {
    match owner {
        Owner::Action(index) => {
            let action = context.semantic.action(index);
            let at =
                |keys: &[&str]| action.body.json().at(keys).and_then(Condition::of).into_iter().collect();
            if action.is("If") || action.is("Until") {
                at(&["expression"])
            } else if action.is("Query") {
                at(&["inputs", "where"])
            } else {
                Vec::new()
            }
        }
        Owner::Trigger(_) => {
            let list =
                context.semantic.body(owner).get("conditions").and_then(Json::as_array).into_iter().flatten();
            list.filter_map(|condition| Condition::of(condition.get("expression")?)).collect()
        }
    }
}

impl<'a> Condition<'a> {
    /// Reads a condition; `None` if it cannot be interpreted. Recurses as deep as the JSON nests, which parsing limits.
    fn of(value: Json<'a>) -> Option<Self> {
        let map = match value.value() {
            Value::Object(map) => map,
            Value::String(text) => return Condition::of_text(text, value),
            Value::Bool(_) => {
                let operands = vec![Operand::Value(value)];
                return Some(Condition::Test(Test { function: "", operands, value, range: None }));
            }
            Value::Null | Value::Number(_) | Value::Array(_) => return None,
        };
        let (1, Some((function, inner))) = (map.len(), map.iter().next()) else { return None };
        if function.eq_ignore_ascii_case("not") {
            return Condition::of(inner).map(|inner| Condition::Not(Box::new(inner)));
        }
        let list = inner.as_array()?;
        let join = |join: fn(Vec<Condition<'a>>) -> Condition<'a>| {
            let parts = list.iter().map(Condition::of);
            parts.collect::<Option<Vec<_>>>().map(join)
        };
        if function.eq_ignore_ascii_case("and") {
            join(Condition::All)
        } else if function.eq_ignore_ascii_case("or") {
            join(Condition::Any)
        } else {
            let operands = list.iter().map(Operand::of).collect::<Option<Vec<_>>>()?;
            Some(Condition::Test(Test { function, operands, value: inner, range: None }))
        }
    }

    fn of_text(text: &'a str, value: Json<'a>) -> Option<Self> {
        let mut template = expression::parse(text).ok()?;
        match template.parts.pop()? {
            TemplatePart::Expression(expr) if template.parts.is_empty() => {
                Some(Condition::of_expr(expr, value))
            }
            TemplatePart::Expression(_) | TemplatePart::Literal(_) => None,
        }
    }

    /// Recurses as deep as the expression nests, which parsing limits.
    fn of_expr(expr: Expr<'a>, value: Json<'a>) -> Self {
        let range = Some(expr.range.clone());
        let ExprKind::Call { name, mut args, name_range } = expr.kind else {
            let operands = vec![Operand::Expression(expr)];
            return Condition::Test(Test { function: "", operands, value, range });
        };
        let parts =
            |args: Vec<Expr<'a>>| args.into_iter().map(|arg| Condition::of_expr(arg, value)).collect();
        match name.to_ascii_lowercase().as_str() {
            "and" => Condition::All(parts(args)),
            "or" => Condition::Any(parts(args)),
            "not" if args.len() == 1 => Condition::Not(Box::new(Condition::of_expr(args.remove(0), value))),
            lower if COMPARING.contains(&lower) => {
                let operands = args.into_iter().map(Operand::Expression).collect();
                Condition::Test(Test { function: name, operands, value, range })
            }
            _ => {
                let kind = ExprKind::Call { name, args, name_range };
                let operands = vec![Operand::Expression(Expr { kind, range: expr.range })];
                Condition::Test(Test { function: "", operands, value, range })
            }
        }
    }

    /// Every test in it.
    pub(super) fn tests(&self) -> Vec<&Test<'a>> {
        match self {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().flat_map(Condition::tests).collect()
            }
            Condition::Not(part) => part.tests(),
            Condition::Test(test) => vec![test],
        }
    }
}

/// Functions that compare their arguments, in lower case.
const COMPARING: [&str; 9] = [
    "equals",
    "greater",
    "greaterorequals",
    "less",
    "lessorequals",
    "contains",
    "startswith",
    "endswith",
    "empty",
];
