//! Reads every expression of a flow once and stores what rules need: references to names, syntax errors, faulty calls
//! and overlong expressions. The syntax trees are not kept.

use std::borrow::Cow;

use super::{MOST_ALIKE, Owner, SemanticModel, StringSite};
use crate::expression::functions::{self, Function, Host, ValueKind};
use crate::expression::{self, Expr, ExprKind, SyntaxError, Template, TemplateForm};
use crate::expression::{may_hold_expression, may_hold_interpolation};
use crate::source::{ContentFlags, Json, NodeId, Part, Value};

/// The kind of thing that a reference names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReferenceKind {
    /// `outputs('x')` and similar functions.
    Action,
    /// `variables('x')`.
    Variable,
    /// `parameters('x')`.
    Parameter,
    /// `items('x')`, `iterationIndexes('x')`.
    Loop,
}

/// A name in an expression, such as `x` in `outputs('x')`.
#[derive(Debug)]
pub(crate) struct Reference<'a> {
    pub(crate) kind: ReferenceKind,
    /// The function, as the reference guide spells it.
    pub(crate) function: &'static str,
    /// The name, as written.
    pub(crate) name: Cow<'a, str>,
    /// The literal keys that are read from the value, in order. Stored for references to actions that call a child flow
    /// only.
    pub(crate) keys: Vec<Cow<'a, str>>,
    /// The call. For references to actions that call a child flow, it includes the keys after the call.
    pub(crate) site: StringSite<'a>,
}

/// A string that is not a valid expression.
#[derive(Debug)]
pub(crate) struct Syntax<'a> {
    pub(crate) error: SyntaxError,
    pub(crate) site: StringSite<'a>,
}

/// A function call that always fails.
#[derive(Debug)]
pub(crate) struct BadCall<'a> {
    /// The function name, as written.
    pub(crate) name: &'a str,
    pub(crate) fault: CallFault,
    pub(crate) site: StringSite<'a>,
}

/// What is wrong with a call.
#[derive(Debug)]
pub(crate) enum CallFault {
    /// The function does not exist.
    Unknown,
    /// The function exists in Azure Logic Apps, but not in Power Automate.
    Foreign,
    /// The function does not take this number of arguments.
    Count { function: &'static Function, given: usize },
    /// The literal argument at this index has a type that the function does not take.
    ArgumentKind { function: &'static Function, index: usize, given: ValueKind },
}

/// An expression that exceeds the length limit.
#[derive(Debug)]
pub(crate) struct Long<'a> {
    pub(crate) length: usize,
    pub(crate) site: StringSite<'a>,
}

/// The maximum number of characters of an expression.
///
/// Source: power-automate-docs, articles/limits-and-config.md.
pub(crate) const LONGEST_EXPRESSION: usize = 8192;

/// Functions whose first argument is a name, as the reference guide spells them.
const NAMING: [(&str, ReferenceKind); 13] = [
    ("outputs", ReferenceKind::Action),
    ("body", ReferenceKind::Action),
    ("actions", ReferenceKind::Action),
    ("result", ReferenceKind::Action),
    ("actionBody", ReferenceKind::Action),
    ("actionOutputs", ReferenceKind::Action),
    ("formDataValue", ReferenceKind::Action),
    ("formDataMultiValues", ReferenceKind::Action),
    ("multipartBody", ReferenceKind::Action),
    ("variables", ReferenceKind::Variable),
    ("parameters", ReferenceKind::Parameter),
    ("items", ReferenceKind::Loop),
    ("iterationIndexes", ReferenceKind::Loop),
];

/// Members of triggers and actions that never contain expressions: descriptions, and names from the designer.
const WITHOUT_EXPRESSIONS: [&str; 6] =
    ["description", "metadata", "runAfter", "type", "kind", "operationOptions"];

/// Reads the expressions of every trigger and action.
pub(super) fn read<'a>(semantic: &mut SemanticModel<'a>) {
    let owners: Vec<Owner> = semantic.owners().collect();
    let has_child_calls = semantic.definition.of_type("Workflow").next().is_some();
    for owner in owners {
        for (section, value) in semantic.body(owner).holding(ContentFlags::AT) {
            if WITHOUT_EXPRESSIONS.contains(&section) {
                continue;
            }
            let node = value.id();
            ReferenceCollector { semantic, owner, section, node, has_child_calls }
                .value(value, section == "inputs");
        }
    }
}

struct ReferenceCollector<'r, 'a> {
    semantic: &'r mut SemanticModel<'a>,
    owner: Owner,
    section: &'a str,
    /// The string being read, or the member whose key is being read.
    node: NodeId,
    /// Whether any action of the flow calls a child flow.
    has_child_calls: bool,
}

impl<'a> ReferenceCollector<'_, 'a> {
    /// Visits a value that may contain an expression. The recursion is as deep as the text nests, which parsing limits.
    fn value(&mut self, value: Json<'a>, is_inputs: bool) {
        match value.value() {
            Value::String(text) => {
                self.node = value.id();
                self.text(text, Part::Value);
            }
            Value::Array(list) => {
                let list = list.iter().filter(|value| value.may_hold(ContentFlags::AT));
                list.for_each(|value| self.value(value, false));
            }
            Value::Object(map) => {
                for (key, value) in map.holding(ContentFlags::AT) {
                    // A JSON schema describes values in prose.
                    if is_inputs && key == "schema" {
                        continue;
                    }
                    self.node = value.id();
                    self.text(key, Part::Key);
                    self.value(value, false);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn text(&mut self, text: &'a str, part: Part) {
        // `@odata.type` is an ordinary key: only an interpolation makes a key a template.
        let may_be_template =
            if part == Part::Key { may_hold_interpolation(text) } else { may_hold_expression(text) };
        if !may_be_template {
            return;
        }
        match expression::parse(text) {
            Ok(template) => self.template(text, part, &template),
            Err(error) if part == Part::Value => {
                let site = self.site(part, error.range.clone());
                self.semantic.syntax.push(Syntax { error, site });
            }
            Err(_) => {}
        }
    }

    fn site(&self, part: Part, range: std::ops::Range<usize>) -> StringSite<'a> {
        StringSite { owner: self.owner, section: self.section, node: self.node, part, range }
    }

    fn template(&mut self, text: &'a str, part: Part, template: &Template<'a>) {
        if template.form == TemplateForm::Literal {
            return;
        }
        let mut access: Option<&Expr<'a>> = None;
        for expr in template.walk() {
            match &expr.kind {
                ExprKind::Call { name, args, name_range } => {
                    let access = access.take().filter(|access| access.range.start == expr.range.start);
                    self.reference(part, access.unwrap_or(expr), name, args);
                    self.call(part, expr, name, name_range, args);
                }
                // A chain of accesses starts at the same offset as its call, and the walk visits the outermost access
                // first.
                ExprKind::Member { .. } | ExprKind::Index { .. } => {
                    if access.is_none_or(|access| access.range.start != expr.range.start) {
                        access = Some(expr);
                    }
                }
                ExprKind::String(_) | ExprKind::Number(_) | ExprKind::Bool(_) | ExprKind::Null => {}
            }
        }
        for part_of_template in &template.parts {
            if let expression::TemplatePart::Expression(expr) = part_of_template {
                self.length(text, part, expr);
            }
        }
    }

    /// Stores the name in a call. `access` is the call with the keys that are read from its value.
    fn reference(&mut self, part: Part, access: &Expr<'a>, name: &str, args: &[Expr<'a>]) {
        let Some(named) = args.first().and_then(Expr::text) else { return };
        let Some((function, kind)) = NAMING.iter().find(|(function, _)| function.eq_ignore_ascii_case(name))
        else {
            return;
        };
        let is_child = *kind == ReferenceKind::Action && self.is_child_call(named);
        let keys = if is_child { chain(access) } else { Vec::new() };
        let range = if is_child { access.range.clone() } else { call_of(access).range.clone() };
        let reference =
            Reference { kind: *kind, function, name: named.clone(), keys, site: self.site(part, range) };
        self.semantic.references.push(reference);
    }

    fn is_child_call(&self, name: &str) -> bool {
        // Most flows do not call other flows.
        if !self.has_child_calls {
            return false;
        }
        let named = self.semantic.names.get(name);
        named.iter().take(MOST_ALIKE).any(|action| self.semantic.action(*action).is("Workflow"))
    }

    fn call(
        &mut self,
        part: Part,
        call: &Expr<'a>,
        name: &'a str,
        name_range: &std::ops::Range<usize>,
        args: &[Expr<'a>],
    ) {
        let Some((fault, range)) = fault(call, name, name_range, args) else { return };
        let site = self.site(part, range);
        self.semantic.calls.push(BadCall { name, fault, site });
    }

    fn length(&mut self, text: &'a str, part: Part, expr: &Expr<'_>) {
        // A character has at least a byte, so short texts need no counting.
        if expr.range.len() <= LONGEST_EXPRESSION {
            return;
        }
        let length = text[expr.range.clone()].chars().count();
        if length > LONGEST_EXPRESSION {
            let site = self.site(part, expr.range.clone());
            self.semantic.long.push(Long { length, site });
        }
    }
}

/// What is wrong with a call, and the smallest range that shows it.
fn fault(
    call: &Expr<'_>,
    name: &str,
    name_range: &std::ops::Range<usize>,
    args: &[Expr<'_>],
) -> Option<(CallFault, std::ops::Range<usize>)> {
    let Some(function) = functions::lookup(name) else {
        return Some((CallFault::Unknown, name_range.clone()));
    };
    if function.host == Some(Host::LogicAppsStandard) {
        return Some((CallFault::Foreign, name_range.clone()));
    }
    if !function.takes(args.len()) {
        return Some((CallFault::Count { function, given: args.len() }, call.range.clone()));
    }
    args.iter().enumerate().find_map(|(index, arg)| {
        let given = ValueKind::of_literal(arg)?;
        let takes = function.argument(index).contains(given);
        (!takes).then(|| (CallFault::ArgumentKind { function, index, given }, arg.range.clone()))
    })
}

/// The call at the start of a chain of accesses.
fn call_of<'t, 'a>(expr: &'t Expr<'a>) -> &'t Expr<'a> {
    let mut at = expr;
    while let ExprKind::Member { base, .. } | ExprKind::Index { base, .. } = &at.kind {
        at = base;
    }
    at
}

/// The literal keys of a chain of accesses, from the call up to the first computed key.
fn chain<'a>(expr: &Expr<'a>) -> Vec<Cow<'a, str>> {
    let mut keys = Vec::new();
    let mut at = expr;
    while let ExprKind::Member { base, .. } | ExprKind::Index { base, .. } = &at.kind {
        keys.push(at.key());
        at = base;
    }
    keys.into_iter().rev().map_while(|key| key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::definition;

    fn text<'a>(semantic: &SemanticModel<'a>, site: &StringSite<'_>) -> &'a str {
        let json = semantic.definition.document().json(site.node);
        let whole = if site.part == Part::Key { json.key() } else { json.as_str().expect("a string") };
        &whole[site.range.clone()]
    }

    #[test]
    fn every_naming_function_exists() {
        for (function, _) in NAMING {
            assert!(functions::lookup(function).is_some_and(|known| known.name == function), "{function}");
        }
    }

    #[test]
    fn references_are_collected_with_their_range() {
        let definition = definition(
            r#"{"actions": {
            "Call": {"type": "Workflow", "description": "@not an expression"},
            "L": {"type": "Foreach", "foreach": "@outputs('A b')", "metadata": {"x": "@body('no')"}},
            "C": {"type": "Compose", "inputs": {
                "@{variables('v')}": "ä @{BODY('Call')?['a'].b} @{add(int(parameters('p')), 1)}",
                "@odata.type": "@@body('no')", "list": [1, "@items('L')"],
                "schema": {"description": "@broken("}}}
        }}"#,
        );
        let semantic = SemanticModel::of(&definition);
        let seen: Vec<String> = semantic
            .references
            .iter()
            .map(|reference| {
                let keys = reference.keys.join("/");
                format!(
                    "{} {} {keys} `{}`",
                    reference.function,
                    reference.name,
                    text(&semantic, &reference.site)
                )
            })
            .collect();
        let expected = [
            "variables v  `variables('v')`",
            "body Call a/b `BODY('Call')?['a'].b`",
            "parameters p  `parameters('p')`",
            "items L  `items('L')`",
            "outputs A b  `outputs('A b')`",
        ];
        assert_eq!(seen, expected);
        assert!(semantic.syntax.is_empty() && semantic.calls.is_empty());
    }

    #[test]
    fn faulty_calls_are_collected_with_the_smallest_range() {
        let definition = definition(
            r#"{"actions": {"C": {"inputs": [
                "@toUpper()", "@nope(1)", "@addDays(utcNow(), 'x')", "@concat('a'", "@appsetting('x')", "plain"]}}}"#,
        );
        let semantic = SemanticModel::of(&definition);
        let calls: Vec<&str> = semantic.calls.iter().map(|call| text(&semantic, &call.site)).collect();
        assert_eq!(calls, ["toUpper()", "nope", "'x'", "appsetting"]);
        assert_eq!(semantic.syntax.len(), 1);
    }
}
