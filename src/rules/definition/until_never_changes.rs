//! An Until loop that waits for something that no step in it changes.

use std::collections::BTreeMap;

use super::condition::{self, Condition, Test};
use super::variables::{changed, is_change, key};
use crate::expression::{Expr, ExprKind, functions};
use crate::finding::Sink;
use crate::model::ActionIx;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::semantic::{MOST_ALIKE, Owner, ReferenceKind, Relation, named_by};

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
        let Some(place) = test.place(context.flow) else { continue };
        let names = reads.join(" and ");
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
                Some(name) => setters.by_name.entry(key(name)).or_default().push(index),
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
    fn stuck<'t, 'a>(&self, condition: &'t Condition<'a>) -> Option<(&'t Test<'a>, Vec<String>)> {
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
    fn reads(&self, test: &Test<'_>) -> Option<Vec<String>> {
        let mut reads = Vec::new();
        for expr in test.operands.iter().flat_map(|operand| operand.walk()) {
            let read = self.read(expr).ok()?;
            reads.extend(read.filter(|read| !reads.contains(read)));
        }
        Some(reads)
    }

    /// What an expression itself reads, in words, or that turns may change it.
    fn read(&self, expr: &Expr<'_>) -> Result<Option<String>, Changes> {
        let ExprKind::Call { name, .. } = &expr.kind else { return Ok(None) };
        match named_by(expr) {
            Some((_, ReferenceKind::Variable, named)) => {
                let is_changed = self.may_change_variable(named);
                if is_changed { Err(Changes) } else { Ok(Some(format!("the variable `{named}`"))) }
            }
            Some((_, ReferenceKind::Action, named)) => {
                let is_changed = self.may_change_action(named);
                if is_changed { Err(Changes) } else { Ok(Some(format!("the result of `{named}`"))) }
            }
            Some((_, ReferenceKind::Parameter, _)) => Ok(None),
            Some((_, ReferenceKind::Loop, _)) => Err(Changes),
            None if functions::lookup(name).is_none()
                || MOVING.iter().any(|one| one.eq_ignore_ascii_case(name)) =>
            {
                Err(Changes)
            }
            None => {
                Ok(TRIGGER.iter().any(|one| one.eq_ignore_ascii_case(name)).then(|| "the trigger".to_owned()))
            }
        }
    }

    /// Whether a variable may have another value in the next turn. A step that runs beside the loop may set it too.
    fn may_change_variable(&self, name: &str) -> bool {
        let named = self.setters.by_name.get(&key(name)).map_or(&[][..], Vec::as_slice);
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

/// Turns may change what is read.
struct Changes;

/// Functions that give another value each time, or what the loop itself is about.
const MOVING: [&str; 8] =
    ["utcNow", "guid", "rand", "getFutureTime", "getPastTime", "item", "action", "iterationIndexes"];

/// Functions that read what started the flow.
const TRIGGER: [&str; 3] = ["triggerBody", "triggerOutputs", "trigger"];
