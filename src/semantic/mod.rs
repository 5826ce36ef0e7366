//! The semantic model of a flow: what its expressions refer to, what is wrong with them, and which action runs before
//! which.
//!
//! It is built once for each flow before the rules run, and dropped after. The syntax trees of expressions are dropped
//! at once, so memory grows with the number of references and not with the length of the flow.

mod bad_call;
mod expressions;
mod hidden;
mod order;
mod strings;
mod variables;

use std::sync::OnceLock;

pub(crate) use crate::model::Owner;
use crate::model::{Action, ActionIx, ActionNames, Definition, Flow};
use crate::source::{NodeId, Object, Part, Place, Route, Span, Target};

pub(crate) use bad_call::{BadCall, CallFault};
pub(crate) use expressions::{Long, Reference, ReferenceKind, Syntax, TriggerRead, named_by};
pub(crate) use order::{ExecutionOrder, Relation, links};
pub(crate) use strings::WITHOUT_EXPRESSIONS;
#[cfg(feature = "server")]
pub(crate) use strings::{CandidateString, each_string};
pub(crate) use variables::{Declaration, Variables};

/// A range of a string in a flow.
#[derive(Debug, Clone)]
pub(crate) struct StringSite<'a> {
    pub(crate) owner: Owner,
    /// The member of the owner that contains the string, such as `inputs`, `foreach` or `expression`.
    pub(crate) section: &'a str,
    /// The string, or the member whose key is the string. The route is computed from it on demand.
    pub(crate) node: NodeId,
    /// Whether the string is a key.
    pub(crate) part: Part,
    /// The byte range in the decoded string.
    pub(crate) range: std::ops::Range<usize>,
}

/// The semantic model of a flow.
#[derive(Debug)]
pub(crate) struct SemanticModel<'a> {
    pub(crate) definition: &'a Definition,
    /// The actions of the definition. Stored because rules iterate over them many times.
    actions: Vec<Action<'a>>,
    pub(crate) names: ActionNames<'a>,
    pub(crate) order: ExecutionOrder,
    /// All references in expressions: to actions, variables, parameters and loops.
    pub(crate) references: Vec<Reference<'a>>,
    /// The inputs of the trigger that expressions read, where it asks a person or an app for them.
    pub(crate) trigger_reads: Vec<TriggerRead<'a>>,
    /// Strings that are not valid expressions.
    pub(crate) syntax: Vec<Syntax<'a>>,
    /// Calls of unknown functions, and calls with wrong arguments.
    pub(crate) calls: Vec<BadCall<'a>>,
    /// Expressions that exceed the length limit.
    pub(crate) long: Vec<Long<'a>>,
    /// See [`SemanticModel::may_hide`].
    hidden: OnceLock<Vec<&'a str>>,
    variables: OnceLock<Variables<'a>>,
}

impl<'a> SemanticModel<'a> {
    pub(crate) fn of(definition: &'a Definition) -> Self {
        let actions: Vec<Action<'a>> = definition.actions().collect();
        let names = ActionNames::of(&actions);
        let order = ExecutionOrder::of(&actions, &names);
        let mut semantic = SemanticModel {
            definition,
            actions,
            names,
            order,
            references: Vec::with_capacity(2 * definition.actions().len()),
            trigger_reads: Vec::new(),
            syntax: Vec::new(),
            calls: Vec::new(),
            long: Vec::new(),
            hidden: OnceLock::new(),
            variables: OnceLock::new(),
        };
        expressions::read(&mut semantic);
        semantic
    }

    /// Every action with its index. A container comes before the actions in it.
    pub(crate) fn indexed(&self) -> impl Iterator<Item = (ActionIx, Action<'a>)> {
        self.actions.iter().enumerate().map(|(index, action)| (ActionIx::of(index), *action))
    }

    /// Every action.
    pub(crate) fn actions(&self) -> impl ExactSizeIterator<Item = Action<'a>> {
        self.actions.iter().copied()
    }

    /// The action at an index.
    pub(crate) fn action(&self, index: ActionIx) -> Action<'a> {
        self.actions[index.get()]
    }

    /// The actions that a reference to an action may mean. Looked up once, because several rules ask.
    pub(crate) fn named(&self, reference: &Reference<'_>) -> &[ActionIx] {
        reference.actions.as_ref().map_or(&[], |actions| self.names.at(actions))
    }

    /// The position of the action `read` relative to `reader`.
    pub(crate) fn relation(&self, reader: ActionIx, read: ActionIx) -> Relation {
        self.order.relation(&self.actions, reader, read)
    }

    /// The type of an owner, or `""`.
    pub(crate) fn type_name(&self, owner: Owner) -> &'a str {
        match owner {
            Owner::Trigger(index) => self.definition.known_trigger(index).type_name(),
            Owner::Action(index) => self.action(index).type_name(),
        }
    }

    /// The variables of the flow. Computed on first use.
    pub(crate) fn variables(&self) -> &Variables<'a> {
        self.variables.get_or_init(|| Variables::of(self))
    }

    /// The members of an owner, without nested actions.
    pub(crate) fn body(&self, owner: Owner) -> Object<'a> {
        match owner {
            Owner::Trigger(index) => self.definition.known_trigger(index).body,
            Owner::Action(index) => self.action(index).body,
        }
    }

    /// The name of an owner.
    pub(crate) fn name(&self, owner: Owner) -> &'a str {
        match owner {
            Owner::Trigger(index) => self.definition.known_trigger(index).name,
            Owner::Action(index) => self.action(index).name,
        }
    }

    /// The route to an owner.
    pub(crate) fn route(&self, owner: Owner) -> Route {
        self.definition.route_of(owner)
    }

    /// Every trigger and action.
    pub(crate) fn owners(&self) -> impl Iterator<Item = Owner> {
        let triggers = (0..self.definition.triggers().len()).map(Owner::Trigger);
        triggers.chain(self.indexed().map(|(index, _)| Owner::Action(index)))
    }

    /// The place of a string site in the flow's file.
    pub(crate) fn place(&self, flow: &Flow, site: &StringSite<'_>) -> Option<Place> {
        let span = Span::new(site.range.start, site.range.end);
        let target = Target::Within(self.definition.document().route_to(site.node), site.part, span);
        flow.file.map(|file| Place { file, target })
    }

    /// The place of an action's key.
    pub(crate) fn action_place(&self, flow: &Flow, action: ActionIx) -> Option<Place> {
        flow.place(self.definition.action_route(action), Part::Key)
    }

    /// The place of a value below an action.
    pub(crate) fn value_place(&self, flow: &Flow, action: ActionIx, keys: &[&str]) -> Option<Place> {
        flow.place(self.definition.action_route(action).keys(keys), Part::Value)
    }
}
