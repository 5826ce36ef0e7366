//! An Until loop that waits for something that no step in it changes.

use std::collections::{BTreeMap, BTreeSet};

use super::condition::{self, Condition, Operand, Test};
use super::variables::{changed, is_change};
use crate::expression::{Expr, ExprKind, functions};
use crate::finding::Sink;
use crate::model::ActionIx;
use crate::model::{MOST_ALIKE, fold_case};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::{Owner, ReferenceKind, Relation, named_by};
use crate::wording::listed;

pub(super) const RULE: Rule =
    Rule { page: page!("definition/until-never-changes"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let mut setters = None;
    for (index, action) in context.semantic.definition.of_type("Until") {
        let setters = setters.get_or_insert_with(|| Setters::of(context));
        let turn = Turn { context, index, setters };
        let conditions = condition::of(context, Owner::Action(index));
        let Some((test, reads)) = conditions.iter().find_map(|condition| turn.stuck(condition)) else {
            continue;
        };
        let Some(place) = test.place(context) else { continue };
        let names = listed(reads.iter(), Clone::clone);
        let message =
            format!("the loop {} waits for {names}, which no step in it changes", context.named(action.name));
        sink.report(place, "the same in every turn", message).help(format!(
            "change {names} in the loop, or test what a step in it gives; as it stands, the loop goes on to its limit"
        ));
    }
}

/// The actions that set variables.
#[derive(Default)]
struct Setters {
    by_name: BTreeMap<String, Vec<ActionIx>>,
    /// Those whose variable is computed: it may be any.
    of_any: Vec<ActionIx>,
}

impl Setters {
    fn of(context: &FlowContext<'_, '_>) -> Self {
        let mut setters = Setters::default();
        for (index, action) in context.semantic.indexed().filter(|(_, action)| is_change(*action)) {
            match changed(action) {
                Some(name) => setters.by_name.entry(fold_case(name)).or_default().push(index),
                None => setters.of_any.push(index),
            }
        }
        setters
    }
}

/// The turns of a loop.
struct Turn<'c, 'i, 'w> {
    context: &'c FlowContext<'i, 'w>,
    index: ActionIx,
    setters: &'c Setters,
}

impl Turn<'_, '_, '_> {
    /// The test that keeps a condition as it is, and what it reads, in words; `None` where turns may change it.
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

    /// What a test reads of the flow, in words; `None` where turns may change any of it.
    fn reads(&self, test: &Test<'_>) -> Option<BTreeSet<String>> {
        let exprs = test.operands.iter().flat_map(Operand::walk);
        // A name that is read often is looked up once.
        let reads: BTreeSet<Read> = exprs.filter_map(read).collect();
        if reads.iter().any(|read| self.may_change(read)) {
            return None;
        }
        let in_words = |read| match read {
            Read::Variable(name) => Some(format!("the variable `{name}`")),
            Read::Action(name) => Some(format!("the result of `{name}`")),
            Read::Trigger => Some("the trigger".to_owned()),
            Read::Moving => None,
        };
        Some(reads.into_iter().filter_map(in_words).collect())
    }

    /// Whether what is read may be another value in the next turn.
    fn may_change(&self, read: &Read) -> bool {
        match read {
            Read::Variable(name) => self.may_change_variable(name),
            Read::Action(name) => self.may_change_action(name),
            Read::Trigger => false,
            Read::Moving => true,
        }
    }

    /// Whether a variable may have another value in the next turn. A step that runs beside the loop may set it too.
    fn may_change_variable(&self, name: &str) -> bool {
        let named = self.setters.by_name.get(&fold_case(name)).map_or(&[][..], Vec::as_slice);
        self.may_run(named) || self.may_run(&self.setters.of_any)
    }

    fn may_change_action(&self, name: &str) -> bool {
        let named = self.context.semantic.names.get(name);
        named.is_empty() || self.may_run(named)
    }

    /// Whether one of these actions may run while the loop does.
    fn may_run(&self, actions: &[ActionIx]) -> bool {
        actions.len() > MOST_ALIKE || !actions.iter().all(|action| self.is_apart(*action))
    }

    /// Whether an action surely does not run while the loop does: it comes before or after it, in no loop around both.
    fn is_apart(&self, action: ActionIx) -> bool {
        let order = &self.context.semantic.order;
        let definition = self.context.semantic.definition;
        let is_ordered = [(self.index, action), (action, self.index)].into_iter().any(|(late, early)| {
            matches!(
                order.relation(definition, late, early),
                Relation::Before { .. } | Relation::OtherBranch(_)
            )
        });
        let is_loop = |at: &ActionIx| {
            let around = self.context.semantic.action(*at);
            around.is("Foreach") || around.is("Until")
        };
        let shares_loop = || {
            let around: Vec<ActionIx> =
                self.context.with_containers(action).skip(1).filter(is_loop).collect();
            self.context.with_containers(self.index).skip(1).any(|at| around.contains(&at))
        };
        is_ordered && !shares_loop()
    }
}

/// What an expression reads.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Read {
    Variable(String),
    Action(String),
    Trigger,
    /// Something that is another value each time, or that is not known.
    Moving,
}

/// What a call itself reads; `None` where it reads nothing but its arguments.
fn read(expr: &Expr<'_>) -> Option<Read> {
    let ExprKind::Call { name, .. } = &expr.kind else { return None };
    let is_one_of = |names: &[&str]| names.iter().any(|one| one.eq_ignore_ascii_case(name));
    match named_by(expr) {
        Some((_, ReferenceKind::Variable, named)) => Some(Read::Variable(named.to_owned())),
        Some((_, ReferenceKind::Action, named)) => Some(Read::Action(named.to_owned())),
        Some((_, ReferenceKind::Parameter, _)) => None,
        Some((_, ReferenceKind::Loop, _)) => Some(Read::Moving),
        None if functions::lookup(name).is_none() || is_one_of(&MOVING) => Some(Read::Moving),
        None => is_one_of(&TRIGGER).then_some(Read::Trigger),
    }
}

/// Functions that give another value each time, or what the loop itself is about.
const MOVING: [&str; 8] =
    ["utcNow", "guid", "rand", "getFutureTime", "getPastTime", "item", "action", "iterationIndexes"];

/// Functions that read what started the flow.
const TRIGGER: [&str; 3] = ["triggerBody", "triggerOutputs", "trigger"];
