//! A Do until loop that waits for something that no step in it changes.

use std::collections::{BTreeMap, BTreeSet};

use super::condition::{self, Condition, Operand, Test};
use super::trigger_value_fixed::CHANGING_FUNCTIONS;
use crate::expression::{Expr, ExprKind, functions};
use crate::finding::Sink;
use crate::model::{Action, ActionIx, MOST_ALIKE, fold_case, step_title};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::{Owner, ReferenceKind, Relation, named_by};
use crate::wording::listed;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/until-never-changes"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let mut setters = None;
    for (index, action) in context.semantic.definition.of_type("Until") {
        let setters = setters.get_or_insert_with(|| Setters::of(context));
        let until = Until { context, index, setters };
        let conditions = condition::of(context, Owner::Action(index));
        let Some((test, reads)) = conditions.iter().find_map(|condition| until.stuck(condition)) else {
            continue;
        };
        let Some(place) = test.place(context) else { continue };
        let names = listed(reads.iter(), Clone::clone);
        let message =
            format!("the loop {} waits for {names}, which no step in it changes", context.named(action.name));
        sink.report(place, "the same in every iteration", message).help(
            "change the value in the loop, or test the result of a step in the loop; otherwise, the loop runs to its limit",
        );
    }
}

/// The actions that set variables.
#[derive(Default)]
struct Setters {
    by_name: BTreeMap<String, Vec<ActionIx>>,
    /// Actions that may set any variable, because the name is computed.
    of_any: Vec<ActionIx>,
}

impl Setters {
    fn of(context: &FlowContext<'_, '_>) -> Self {
        let mut setters = Setters::default();
        for (index, action) in context.semantic.indexed().filter(|(_, action)| action.changes_variable()) {
            match action.changed_variable_name() {
                Some(name) => setters.by_name.entry(fold_case(name)).or_default().push(index),
                None => setters.of_any.push(index),
            }
        }
        setters
    }
}

/// A Do until loop.
struct Until<'c, 'i, 'w> {
    context: &'c FlowContext<'i, 'w>,
    index: ActionIx,
    setters: &'c Setters,
}

impl Until<'_, '_, '_> {
    /// The test that keeps a condition from changing, and what it reads, in words; `None` if the condition may change
    /// between iterations.
    fn stuck<'t, 'a>(&self, condition: &'t Condition<'a>) -> Option<(&'t Test<'a>, BTreeSet<String>)> {
        match condition {
            Condition::All(parts) => parts.iter().find_map(|part| self.stuck(part)),
            Condition::Any(parts) => {
                let stuck: Option<Vec<_>> = parts.iter().map(|part| self.stuck(part)).collect();
                stuck?.into_iter().next()
            }
            Condition::Not(part) => self.stuck(part),
            Condition::Test(test) => {
                let reads = self.reads(test)?;
                (!reads.is_empty()).then_some((test, reads))
            }
        }
    }

    /// What a test reads, in words; `None` if any of it may change between iterations.
    fn reads(&self, test: &Test<'_>) -> Option<BTreeSet<String>> {
        let exprs = test.operands.iter().flat_map(Operand::walk);
        // A set, so that a name that is read often is looked up once.
        let reads: BTreeSet<Read> = exprs.filter_map(read).collect();
        if reads.iter().any(|read| self.may_change(read)) {
            return None;
        }
        let in_words = |read| match read {
            Read::Variable(name) => Some(format!("the variable `{name}`")),
            Read::Action(name) => Some(format!("the result of `{}`", step_title(&name))),
            Read::Trigger => Some("the trigger".to_owned()),
            Read::Parameter(_) | Read::Changing => None,
        };
        let parameters: BTreeSet<String> = reads.iter().filter_map(Read::parameter).collect();
        let others: BTreeSet<String> = reads.into_iter().filter_map(in_words).collect();
        // Usually, a parameter is what the other value is compared with.
        Some(if others.is_empty() { parameters } else { others })
    }

    /// Whether a value may be different in the next iteration.
    fn may_change(&self, read: &Read) -> bool {
        match read {
            Read::Variable(name) => self.may_change_variable(name),
            Read::Action(name) => self.may_change_action(name),
            Read::Trigger | Read::Parameter(_) => false,
            Read::Changing => true,
        }
    }

    /// Whether a variable may have a different value in the next iteration. A step that runs in parallel to the loop may
    /// set it, too.
    fn may_change_variable(&self, name: &str) -> bool {
        let named = self.setters.by_name.get(&fold_case(name)).map_or(&[][..], Vec::as_slice);
        self.may_run(named) || self.may_run(&self.setters.of_any)
    }

    fn may_change_action(&self, name: &str) -> bool {
        let named = self.context.semantic.names.get(name);
        named.is_empty() || self.may_run(named)
    }

    /// Whether one of these actions may run while the loop runs.
    fn may_run(&self, actions: &[ActionIx]) -> bool {
        actions.len() > MOST_ALIKE || !actions.iter().all(|action| self.is_apart(*action))
    }

    /// Whether an action cannot run while the loop runs: it comes before or after the loop or is in another branch, and
    /// no loop with parallel iterations contains both.
    fn is_apart(&self, action: ActionIx) -> bool {
        let is_ordered = [(self.index, action), (action, self.index)].into_iter().any(|(late, early)| {
            let relation = self.context.semantic.relation(late, early);
            matches!(relation, Relation::Before { .. } | Relation::OtherBranch(_))
        });
        let is_loop = |container: &ActionIx| is_parallel(self.context.semantic.action(*container));
        let shares_loop = || {
            let loops: Vec<ActionIx> = self.context.with_containers(action).skip(1).filter(is_loop).collect();
            self.context.with_containers(self.index).skip(1).any(|container| loops.contains(&container))
        };
        is_ordered && !shares_loop()
    }
}

/// Whether an action is a loop with parallel iterations. Without concurrency control, iterations run one after the
/// other.
///
/// Source: power-automate-docs, articles/limits-and-config.md (the default of *Apply to each* is 1).
fn is_parallel(action: Action<'_>) -> bool {
    const REPETITIONS: [&str; 3] = ["runtimeConfiguration", "concurrency", "repetitions"];
    let repetitions = action.body.json().at(&REPETITIONS);
    action.is("Foreach") && repetitions.is_some_and(|value| value.as_i64() != Some(1))
}

/// Something that an expression reads.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Read {
    Variable(String),
    Action(String),
    Trigger,
    /// A parameter, such as an environment variable. It has the same value during a run.
    Parameter(String),
    /// A different value each time, or something unknown.
    Changing,
}

impl Read {
    /// A parameter, in words.
    fn parameter(&self) -> Option<String> {
        match self {
            Read::Parameter(name) => Some(format!("the parameter `{name}`")),
            _ => None,
        }
    }
}

/// What a call itself reads; `None` if it reads only its arguments.
fn read(expr: &Expr<'_>) -> Option<Read> {
    let ExprKind::Call { name, .. } = &expr.kind else { return None };
    let is_in = |names: &[&str]| names.iter().any(|listed| listed.eq_ignore_ascii_case(name));
    match named_by(expr) {
        Some((_, ReferenceKind::Variable, named)) => Some(Read::Variable(named.to_owned())),
        Some((_, ReferenceKind::Action, named)) => Some(Read::Action(named.to_owned())),
        Some((_, ReferenceKind::Parameter, named)) => Some(Read::Parameter(named.to_owned())),
        Some((_, ReferenceKind::Loop, _)) => Some(Read::Changing),
        None if functions::lookup(name).is_none() || is_in(&CHANGING_FUNCTIONS) || is_in(&OF_ITERATION) => {
            Some(Read::Changing)
        }
        None => is_in(&TRIGGER).then_some(Read::Trigger),
    }
}

/// Functions about the current iteration or step.
const OF_ITERATION: [&str; 3] = ["item", "action", "iterationIndexes"];

/// Functions that read the trigger.
const TRIGGER: [&str; 3] = ["triggerBody", "triggerOutputs", "trigger"];
