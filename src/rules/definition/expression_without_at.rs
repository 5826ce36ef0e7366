//! Text that is only a function call, without the `@` that would make it an expression.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::report_at;
use crate::expression::{self, Expr, ExprKind, TemplatePart, functions};
use crate::finding::Sink;
use crate::fix::{Edit, Fix};
use crate::model::fold_case;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::{Owner, ReferenceKind, SemanticModel, WITHOUT_EXPRESSIONS, named_by};
use crate::source::{ContentFlags, Object, Part, Place, Span, Target, leaves};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/expression-without-at"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    // Few flows have text that the names are needed for.
    let names = LazyCell::new(|| Names::of(context));
    for owner in context.semantic.owners() {
        let mut found: BTreeMap<&str, (Meant<'_>, Vec<Place>)> = BTreeMap::new();
        for (section, value) in context.semantic.body(owner).holding(ContentFlags::CALL) {
            // The inputs of a trigger describe what callers send.
            let is_request = section == "inputs" && matches!(owner, Owner::Trigger(_));
            if is_request || WITHOUT_EXPRESSIONS.contains(&section) {
                continue;
            }
            leaves(value, section, ContentFlags::CALL, &mut |leaf| {
                let Some(text) = leaf.value.as_str() else { return };
                let Some(meant) = meant(text, &|call| names.allow(call)) else { return };
                let step = context.semantic.route(owner);
                let route = leaf.route(&step);
                if !route.starts_with(&step.keys(&["inputs", "schema"])) {
                    let place = context.flow.place(route, Part::Value);
                    found.entry(text).or_insert_with(|| (meant, Vec::new())).1.extend(place);
                }
            });
        }
        for (meant, places) in found.into_values() {
            report(&context.named(context.semantic.name(owner)), &meant, places, sink);
        }
    }
}

fn report(step: &str, meant: &Meant<'_>, places: Vec<Place>, sink: &mut Sink) {
    let Meant { function, has_at, start } = meant;
    let (label, message, help) = if *has_at {
        let message =
            format!("{step} has a space before the `@` of `{function}(…)`, so the text is not evaluated");
        let help = "delete the space before the `@`: an expression has to begin with `@`";
        ("text, because of the space", message, help)
    } else {
        let message =
            format!("{step} has a call of `{function}` as plain text: the `@` before it is missing");
        let help = "in the designer, delete the text and enter it again as an expression (fx); in the file, write `@` \
                    before it";
        ("text, not an expression", message, help)
    };
    let edits =
        places.iter().filter_map(|place| evaluated(place, start.clone()?, *has_at)).collect::<Vec<_>>();
    let title = if *has_at { "delete the space before the `@`" } else { "write `@` before the call" };
    let fix = (edits.len() == places.len()).then(|| Fix::unsafe_(title, edits));
    if let Some(finding) = report_at(sink, places, label, message) {
        finding.help(help).fix(fix);
    }
}

/// Makes a text an expression.
fn evaluated(place: &Place, start: Range<usize>, has_at: bool) -> Option<Edit> {
    let Target::Json(route, part) = &place.target else { return None };
    let target = Target::Within(route.clone(), *part, Span::new(start.start, start.end));
    Some(Edit::text(Place { file: place.file, target }, if has_at { "" } else { "@" }))
}

/// The expression that a text was meant to be.
struct Meant<'a> {
    /// The function that it calls.
    function: &'a str,
    /// Whether it has an `@` with a space before it.
    has_at: bool,
    /// What the `@` replaces at the start of the text; `None` if there is something at its end, too.
    start: Option<Range<usize>>,
}

/// The names that calls in a flow can refer to.
struct Names<'c, 'w> {
    semantic: &'c SemanticModel<'w>,
    parameters: BTreeSet<String>,
}

impl<'c, 'w> Names<'c, 'w> {
    fn of(context: &FlowContext<'c, 'w>) -> Self {
        let parameters = context.semantic.definition.parameters().into_iter().flat_map(Object::keys);
        Names { semantic: context.semantic, parameters: parameters.map(fold_case).collect() }
    }

    /// Whether a call would work in this flow: the function exists, and so does what the call refers to.
    fn allow(&self, call: &Expr<'_>) -> bool {
        let ExprKind::Call { name, args, .. } = &call.kind else { return true };
        let Some(function) = functions::lookup(name).filter(|function| function.takes(args.len())) else {
            return false;
        };
        match named_by(call) {
            Some((_, ReferenceKind::Action | ReferenceKind::Loop, named)) => {
                !self.semantic.names.get(named).is_empty()
            }
            Some((_, ReferenceKind::Variable, named)) => !self.semantic.variables().get(named).is_empty(),
            Some((_, ReferenceKind::Parameter, named)) => self.parameters.contains(&fold_case(named)),
            // Formulas of other languages write functions in capitals.
            None => function.name == *name,
        }
    }
}

/// The expression that a text would be if it began with `@`; `None` unless all of its calls are allowed. Text in another
/// language rarely meets this condition.
fn meant<'a>(text: &'a str, is_allowed: &dyn Fn(&Expr<'_>) -> bool) -> Option<Meant<'a>> {
    let trimmed = text.trim();
    let in_braces = ["{", "${"]
        .iter()
        .find_map(|start| trimmed.strip_prefix(start)?.strip_suffix('}'))
        .filter(|inside| !inside.starts_with('{'));
    let bare = in_braces.or(trimmed.strip_prefix('@')).unwrap_or(trimmed);
    // Text may contain `@{…}` anywhere.
    if bare.starts_with('{') {
        return None;
    }
    // Most texts with brackets are no calls, and parsing takes longer than a look at their first word.
    let function = bare.split('(').next()?.trim();
    functions::lookup(function)?;
    let whole = format!("@{bare}");
    let template = expression::parse(&whole).ok()?;
    let [TemplatePart::Expression(expr)] = template.parts.as_slice() else { return None };
    // Templates of other languages have braces, too, and some of the functions.
    let is_own = in_braces.is_none() || expr.walk().any(|call| named_by(call).is_some());
    let is_meant = is_own && expr.walk().all(is_allowed);
    let blanks = text.len() - text.trim_start().len();
    let dollar = usize::from(trimmed.starts_with('$'));
    let start = text.ends_with(trimmed).then_some(0..blanks + dollar);
    is_meant.then_some(Meant { function, has_at: in_braces.is_none() && bare.len() < trimmed.len(), start })
}
