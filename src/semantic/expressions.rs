//! Reads every expression of a flow once and stores what rules need: references to names, syntax errors, faulty calls
//! and overlong expressions. The syntax trees are not kept. A string that comes again is not parsed again: half of the
//! strings of public flows are copies of others in the same flow.

use std::borrow::Cow;

use super::bad_call::{BadCall, fault};
use super::strings::{CandidateString, each_string};
use super::{Owner, SemanticModel, StringSite};
use crate::expression::{
    self, Expr, ExprKind, LONGEST_EXPRESSION, SyntaxError, Template, TemplateForm, TemplatePart,
};
use crate::model::{Found, MOST_ALIKE};
use crate::remembered::Remembered;
use crate::source::{NodeId, Part};

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
#[derive(Debug, Clone)]
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
#[derive(Debug, Clone)]
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

/// Reads the expressions of every trigger and action.
pub(super) fn read<'a>(semantic: &mut SemanticModel<'a>) {
    let owners: Vec<Owner> = semantic.owners().collect();
    let has_child_calls = semantic.definition.of_type("Workflow").next().is_some();
    let has_inputs = semantic.definition.only_trigger().is_some_and(|trigger| trigger.asks_for_inputs());
    let mut known = KnownStrings::new((2 * owners.len()).min(MOST_REMEMBERED));
    for owner in owners {
        let body = semantic.body(owner);
        each_string(body, &mut |string| {
            let CandidateString { section, node, part, text } = string;
            let mut collector =
                ReferenceCollector { semantic, owner, section, node, part, has_child_calls, has_inputs };
            match known.get(text) {
                Some(added) => collector.repeat(added),
                None => {
                    if let Some(added) = collector.read(text) {
                        known.keep(text, added);
                    }
                }
            }
        });
    }
}

/// Strings whose expressions have been read.
type KnownStrings<'a> = Remembered<&'a str, Added>;

/// How many strings of a flow are remembered. Large flows have some hundred different ones.
const MOST_REMEMBERED: usize = 1024;

/// What a string added to the lists of the semantic model, as the length of each before and after.
#[derive(Debug, Clone, Copy)]
struct Added {
    references: [usize; 2],
    trigger_reads: [usize; 2],
}

struct ReferenceCollector<'r, 'a> {
    semantic: &'r mut SemanticModel<'a>,
    owner: Owner,
    section: &'a str,
    /// The string being read, or the member whose key is being read.
    node: NodeId,
    part: Part,
    /// Whether any action of the flow calls a child flow.
    has_child_calls: bool,
    /// Whether the trigger asks a person or an app for inputs.
    has_inputs: bool,
}

impl<'a> ReferenceCollector<'_, 'a> {
    /// Reads a string. Returns what it added, if every other string with the same text adds the same.
    fn read(&mut self, text: &'a str) -> Option<Added> {
        let before = self.lengths();
        let faults = self.faults();
        match expression::parse(text) {
            Ok(template) => self.template(text, &template),
            // A key that is no expression is an ordinary key.
            Err(_) if self.part == Part::Key => return None,
            Err(error) => {
                let site = self.site(error.range.clone());
                self.semantic.syntax.push(Syntax { error, site });
            }
        }
        let after = self.lengths();
        let references = [before.0, after.0];
        let trigger_reads = [before.1, after.1];
        // Faults are rare, so these are read again.
        (faults == self.faults()).then_some(Added { references, trigger_reads })
    }

    /// Adds what another string with the same text added.
    fn repeat(&mut self, added: Added) {
        for index in added.references[0]..added.references[1] {
            let earlier = &self.semantic.references[index];
            let site = self.site(earlier.site.range.clone());
            let reference = Reference { site, ..earlier.clone() };
            self.semantic.references.push(reference);
        }
        for index in added.trigger_reads[0]..added.trigger_reads[1] {
            let earlier = &self.semantic.trigger_reads[index];
            let site = self.site(earlier.site.range.clone());
            let read = TriggerRead { site, ..earlier.clone() };
            self.semantic.trigger_reads.push(read);
        }
    }

    fn lengths(&self) -> (usize, usize) {
        (self.semantic.references.len(), self.semantic.trigger_reads.len())
    }

    /// The number of faults so far.
    fn faults(&self) -> usize {
        self.semantic.syntax.len() + self.semantic.calls.len() + self.semantic.long.len()
    }

    fn site(&self, range: std::ops::Range<usize>) -> StringSite<'a> {
        StringSite { owner: self.owner, section: self.section, node: self.node, part: self.part, range }
    }

    fn template(&mut self, text: &'a str, template: &Template<'a>) {
        if template.form == TemplateForm::Literal {
            return;
        }
        for part in &template.parts {
            if let TemplatePart::Expression(expr) = part {
                self.expression(expr, None);
                self.length(text, expr);
            }
        }
    }

    /// Stores what an expression and its parts contain. `access` is the outermost of the accesses whose base it is.
    /// Recurses as deep as the parser allows.
    fn expression(&mut self, expr: &Expr<'a>, access: Option<&Expr<'a>>) {
        let access = access.unwrap_or(expr);
        match &expr.kind {
            ExprKind::Call { name, args, name_range } => {
                self.reference(access, name, args);
                if self.has_inputs && args.is_empty() {
                    self.trigger_read(access, name);
                }
                self.call(expr, name, name_range, args);
                args.iter().for_each(|arg| self.expression(arg, None));
            }
            ExprKind::Member { base, .. } => self.expression(base, Some(access)),
            ExprKind::Index { base, index, .. } => {
                self.expression(base, Some(access));
                self.expression(index, None);
            }
            ExprKind::String(_) | ExprKind::Number(_) | ExprKind::Bool(_) | ExprKind::Null => {}
        }
    }

    /// Stores the name in a call. `access` is the call with the keys that are read from its value.
    fn reference(&mut self, access: &Expr<'a>, name: &str, args: &[Expr<'a>]) {
        let Some((function, kind, named)) = named_in(name, args) else { return };
        let name_range = args.first().map_or(0..0, |name| name.range.clone());
        let actions = (kind == ReferenceKind::Action).then(|| self.semantic.names.find(named));
        let is_child = actions.as_ref().is_some_and(|actions| self.is_child_call(actions));
        let keys = if is_child { chain(access) } else { Vec::new() };
        let range = if is_child { access.range.clone() } else { call_of(access).range.clone() };
        let (name, site) = (named.clone(), self.site(range));
        let reference = Reference { kind, function, name, actions, keys, name_range, site };
        self.semantic.references.push(reference);
    }

    /// Keeps the input of the trigger that a call and the keys behind it read.
    fn trigger_read(&mut self, access: &Expr<'a>, function: &str) {
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
                        let site = self.site(one.range.clone());
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
        call: &Expr<'a>,
        name: &'a str,
        name_range: &std::ops::Range<usize>,
        args: &[Expr<'a>],
    ) {
        let Some((fault, range)) = fault(call, name, name_range, args) else { return };
        let site = self.site(range);
        self.semantic.calls.push(BadCall { name, fault, site });
    }

    fn length(&mut self, text: &'a str, expr: &Expr<'_>) {
        // A character has at least a byte, so short texts need no counting.
        if expr.range.len() <= LONGEST_EXPRESSION {
            return;
        }
        let length = text[expr.range.clone()].chars().count();
        if length > LONGEST_EXPRESSION {
            let site = self.site(expr.range.clone());
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
    use crate::expression::functions;
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
    fn a_string_that_comes_again_adds_the_same() {
        let definition = definition(
            r#"{"triggers": {"manual": {"type": "Request", "kind": "Button"}}, "actions": {"Call": {"type": "Workflow", "inputs": {
                "a": "@concat(body('Call')?['x'], triggerBody()?['t'])", "b": ["@nope()", "@concat(", 1],
                "@{variables('v')}": "@{variables('v')}", "@{": 1, "c": "@{",
                "d": "@concat(body('Call')?['x'], triggerBody()?['t'])", "e": ["@nope()", "@concat("]}}}}"#,
        );
        let semantic = SemanticModel::of(&definition);
        let sites = |sites: Vec<&StringSite<'_>>| -> Vec<String> {
            let place = |site: &StringSite<'_>| {
                let route = semantic.definition.document().route_to(site.node).to_string();
                let (_, route) = route.split_once("/inputs").expect("below the inputs");
                format!("{route} {:?} `{}`", site.part, text(&semantic, site))
            };
            sites.into_iter().map(place).collect()
        };
        assert!(
            semantic.references.iter().all(|one| one.kind == ReferenceKind::Variable || one.keys == ["x"])
        );
        let found = [
            sites(semantic.references.iter().map(|one| &one.site).collect()),
            sites(semantic.trigger_reads.iter().map(|one| &one.site).collect()),
            sites(semantic.calls.iter().map(|one| &one.site).collect()),
            sites(semantic.syntax.iter().map(|one| &one.site).collect()),
        ];
        insta::assert_snapshot!(found.concat().join("\n"), @r"
        /@{variables('v')} Key `variables('v')`
        /@{variables('v')} Value `variables('v')`
        /a Value `body('Call')?['x']`
        /d Value `body('Call')?['x']`
        /a Value `triggerBody()?['t']`
        /d Value `triggerBody()?['t']`
        /b/0 Value `nope`
        /e/0 Value `nope`
        /b/1 Value ``
        /c Value ``
        /e/1 Value ``
        ");
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
