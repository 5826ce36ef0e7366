//! Reads every expression of a flow once and stores what rules need: references to names, syntax errors, faulty calls
//! and overlong expressions. The syntax trees are not kept.

use std::borrow::Cow;

use super::{Owner, SemanticModel, StringSite};
use crate::expression::constant;
use crate::expression::functions::{self, Function, Host, ValueKind};
use crate::expression::{self, Expr, ExprKind, SyntaxError, Template, TemplateForm};
use crate::expression::{LONGEST_EXPRESSION, may_hold_expression, may_hold_interpolation};
use crate::model::{Found, MOST_ALIKE};
use crate::source::{ContentFlags, Json, NodeId, Object, Part, Value};

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
    /// Where the actions with this name are, if the reference is to an action. See [`SemanticModel::named`].
    pub(super) actions: Option<Found>,
    /// The literal keys that are read from the value, in order. Stored for references to actions that call a child flow
    /// only.
    pub(crate) keys: Vec<Cow<'a, str>>,
    /// The byte range of the name and its quotes in the decoded string.
    pub(crate) name_range: std::ops::Range<usize>,
    /// The call. For references to actions that call a child flow, it includes the keys after the call.
    pub(crate) site: StringSite<'a>,
}

/// A read of one input of the trigger: `triggerBody()?['text']`, `triggerOutputs()?['body/text']`.
#[derive(Debug)]
pub(crate) struct TriggerRead<'a> {
    /// The input.
    pub(crate) name: String,
    /// Whether a `?` makes an input that is absent null instead of an error.
    pub(crate) optional: bool,
    /// The call and the keys up to the input.
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
    /// The constants that it is given make it fail in every run.
    Constant { function: &'static Function, failure: constant::Failure },
}

/// An expression that exceeds the length limit.
#[derive(Debug)]
pub(crate) struct Long<'a> {
    pub(crate) length: usize,
    pub(crate) site: StringSite<'a>,
}

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
pub(crate) const WITHOUT_EXPRESSIONS: [&str; 6] =
    ["description", "metadata", "runAfter", "type", "kind", "operationOptions"];

/// Reads the expressions of every trigger and action.
pub(super) fn read<'a>(semantic: &mut SemanticModel<'a>) {
    let owners: Vec<Owner> = semantic.owners().collect();
    let has_child_calls = semantic.definition.of_type("Workflow").next().is_some();
    let has_inputs = semantic.definition.only_trigger().is_some_and(|trigger| trigger.asks_for_inputs());
    for owner in owners {
        let body = semantic.body(owner);
        each_string(body, &mut |string| {
            let CandidateString { section, node, part, text } = string;
            ReferenceCollector { semantic, owner, section, node, has_child_calls, has_inputs }
                .text(text, part);
        });
    }
}

/// A string or key of a trigger or action that may contain an expression.
pub(crate) struct CandidateString<'a> {
    /// The member of the trigger or action that contains it.
    pub(crate) section: &'a str,
    /// The string, or the member whose key it is.
    pub(crate) node: NodeId,
    pub(crate) part: Part,
    /// The decoded string.
    pub(crate) text: &'a str,
}

/// Visits every string and key of a trigger or action that may contain an expression.
pub(crate) fn each_string<'a>(body: Object<'a>, visit: &mut dyn FnMut(CandidateString<'a>)) {
    for (section, value) in body.holding(ContentFlags::AT) {
        if !WITHOUT_EXPRESSIONS.contains(&section) {
            strings_in(value, section, section == "inputs", visit);
        }
    }
}

/// The recursion is as deep as the text nests, which parsing limits.
fn strings_in<'a>(
    value: Json<'a>,
    section: &'a str,
    is_inputs: bool,
    visit: &mut dyn FnMut(CandidateString<'a>),
) {
    match value.value() {
        // `@odata.type` is an ordinary key: only an interpolation makes a key a template.
        Value::String(text) if may_hold_expression(text) => {
            visit(CandidateString { section, node: value.id(), part: Part::Value, text });
        }
        Value::Array(list) => {
            let list = list.iter().filter(|value| value.may_hold(ContentFlags::AT));
            list.for_each(|value| strings_in(value, section, false, visit));
        }
        Value::Object(map) => {
            for (key, value) in map.holding(ContentFlags::AT) {
                // A JSON schema describes values in prose.
                if is_inputs && key == "schema" {
                    continue;
                }
                if may_hold_interpolation(key) {
                    visit(CandidateString { section, node: value.id(), part: Part::Key, text: key });
                }
                strings_in(value, section, false, visit);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
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
    /// Whether the trigger asks a person or an app for inputs.
    has_inputs: bool,
}

impl<'a> ReferenceCollector<'_, 'a> {
    fn text(&mut self, text: &'a str, part: Part) {
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
        for part_of_template in &template.parts {
            if let expression::TemplatePart::Expression(expr) = part_of_template {
                self.expression(part, expr, None);
                self.length(text, part, expr);
            }
        }
    }

    /// Stores what an expression and its parts contain. `access` is the outermost of the accesses whose base it is.
    /// Recurses as deep as the parser allows.
    fn expression(&mut self, part: Part, expr: &Expr<'a>, access: Option<&Expr<'a>>) {
        let access = access.unwrap_or(expr);
        match &expr.kind {
            ExprKind::Call { name, args, name_range } => {
                self.reference(part, access, name, args);
                if self.has_inputs && args.is_empty() {
                    self.trigger_read(part, access, name);
                }
                self.call(part, expr, name, name_range, args);
                args.iter().for_each(|arg| self.expression(part, arg, None));
            }
            ExprKind::Member { base, .. } => self.expression(part, base, Some(access)),
            ExprKind::Index { base, index, .. } => {
                self.expression(part, base, Some(access));
                self.expression(part, index, None);
            }
            ExprKind::String(_) | ExprKind::Number(_) | ExprKind::Bool(_) | ExprKind::Null => {}
        }
    }

    /// Stores the name in a call. `access` is the call with the keys that are read from its value.
    fn reference(&mut self, part: Part, access: &Expr<'a>, name: &str, args: &[Expr<'a>]) {
        let Some((function, kind, named)) = named_in(name, args) else { return };
        let name_range = args.first().map_or(0..0, |name| name.range.clone());
        let actions = (kind == ReferenceKind::Action).then(|| self.semantic.names.find(named));
        let is_child = actions.as_ref().is_some_and(|actions| self.is_child_call(actions));
        let keys = if is_child { chain(access) } else { Vec::new() };
        let range = if is_child { access.range.clone() } else { call_of(access).range.clone() };
        let (name, site) = (named.clone(), self.site(part, range));
        let reference = Reference { kind, function, name, actions, keys, name_range, site };
        self.semantic.references.push(reference);
    }

    /// Keeps the input of the trigger that a call and the keys behind it read.
    fn trigger_read(&mut self, part: Part, access: &Expr<'a>, function: &str) {
        const BODY_OF: [(&str, &[&str]); 3] =
            [("triggerBody", &[]), ("triggerOutputs", &["body"]), ("trigger", &["outputs", "body"])];
        let Some((_, to_body)) = BODY_OF.iter().find(|(name, _)| name.eq_ignore_ascii_case(function)) else {
            return;
        };
        let mut to_body = to_body.iter();
        for one in accesses(access) {
            let (ExprKind::Member { optional, .. } | ExprKind::Index { optional, .. }) = one.kind else {
                return;
            };
            let Some(key) = one.key() else { return };
            // `body/text` is `text` of `body`.
            for step in key.split('/') {
                match to_body.next() {
                    Some(expected) if *expected == step => {}
                    Some(_) => return,
                    None => {
                        let site = self.site(part, one.range.clone());
                        self.semantic.trigger_reads.push(TriggerRead {
                            name: step.to_owned(),
                            optional,
                            site,
                        });
                        return;
                    }
                }
            }
        }
    }

    fn is_child_call(&self, actions: &Found) -> bool {
        // Most flows do not call other flows.
        if !self.has_child_calls {
            return false;
        }
        let named = self.semantic.names.at(actions);
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

/// What a call names: the function in the spelling of the reference guide, and the kind and name of what it means.
pub(crate) fn named_by<'t>(call: &'t Expr<'_>) -> Option<(&'static str, ReferenceKind, &'t str)> {
    let ExprKind::Call { name, args, .. } = &call.kind else { return None };
    named_in(name, args).map(|(function, kind, named)| (function, kind, &**named))
}

fn named_in<'t, 'a>(
    name: &str,
    args: &'t [Expr<'a>],
) -> Option<(&'static str, ReferenceKind, &'t Cow<'a, str>)> {
    let named = args.first().and_then(Expr::text)?;
    let (function, kind) = NAMING.iter().find(|(function, _)| function.eq_ignore_ascii_case(name))?;
    Some((function, *kind, named))
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
    let wrong_kind = args.iter().enumerate().find_map(|(index, arg)| {
        let given = ValueKind::of_literal(arg)?;
        let takes = function.argument(index).contains(given);
        (!takes).then(|| (CallFault::ArgumentKind { function, index, given }, arg.range.clone()))
    });
    wrong_kind.or_else(|| {
        let failure = constant::failure(&function.name, args)?;
        let range = args.get(failure.argument)?.range.clone();
        Some((CallFault::Constant { function, failure }, range))
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
    accesses(expr).into_iter().map_while(Expr::key).collect()
}

/// The accesses of a chain, from the call on: of `a()?['b'].c` the expressions `a()?['b']` and `a()?['b'].c`.
fn accesses<'t, 'a>(expr: &'t Expr<'a>) -> Vec<&'t Expr<'a>> {
    let mut found = Vec::new();
    let mut at = expr;
    while let ExprKind::Member { base, .. } | ExprKind::Index { base, .. } = &at.kind {
        found.push(at);
        at = base;
    }
    found.reverse();
    found
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
