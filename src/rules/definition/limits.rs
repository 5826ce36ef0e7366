//! The limits of the platform, and the numbers of a flow that they apply to.

use crate::model::{ActionIx, Definition};
use crate::rules::FlowContext;
use crate::semantic::Owner;
use crate::source::{Array, Json, Part, Place};

/// Limits of one flow.
///
/// Source: power-automate-docs, articles/limits-and-config.md.
const ACTIONS: usize = 500;
const NESTING: usize = 8;
const CASES: usize = 25;
const VARIABLES: usize = 250;
const NAME: usize = 80;
const DESCRIPTION: usize = 256;
const UNTIL_COUNT: usize = 5000;
const LOOP_RUNS: usize = 50;
const TRIGGER_RUNS: usize = 100;

/// What is counted in texts.
pub(super) const IN_NAME: &str = "characters in its name";
pub(super) const IN_DESCRIPTION: &str = "characters in its description";

/// A number and its limit.
pub(super) struct Measure {
    /// What is counted: `actions`, `characters in its name`.
    pub(super) what: &'static str,
    /// The flow, step or input that the number belongs to, as messages name it.
    pub(super) owner: String,
    pub(super) count: usize,
    pub(super) limit: usize,
    /// Whether the number grows as a flow is extended, unlike numbers that are typed in. Only such a number is reported
    /// when it is near the limit.
    pub(super) grows: bool,
    /// Whether the platform is known to refuse numbers beyond the limit.
    pub(super) is_hard: bool,
    /// The platform's error for this limit, if it has its own.
    pub(super) code: Option<&'static str>,
    pub(super) place: Option<Place>,
}

/// Whether a number is of interest, given its limit and whether it grows.
pub(super) type IsWanted = fn(count: usize, limit: usize, grows: bool) -> bool;

/// The numbers of a flow that have a limit and are wanted. Places and names are computed only for these, which are few.
pub(super) fn measures(context: &FlowContext<'_, '_>, is_wanted: IsWanted) -> Vec<Measure> {
    let mut measures = Vec::new();
    measures.extend(actions(context, is_wanted));
    measures.extend(variables(context, is_wanted));
    measures.extend(nesting(context, is_wanted));
    for (index, _) in context.semantic.indexed() {
        measures.extend(cases(context, index, is_wanted));
        measures.extend(until(context, index, is_wanted));
    }
    for owner in context.semantic.owners() {
        measures.extend(
            texts(context, owner).into_iter().filter(|one| is_wanted(one.count, one.limit, one.grows)),
        );
        measures.extend(concurrency(context, owner, is_wanted));
    }
    measures
}

fn actions(context: &FlowContext<'_, '_>, is_wanted: IsWanted) -> Option<Measure> {
    let count = context.semantic.actions().len();
    is_wanted(count, ACTIONS, true).then(|| of_flow(context, "actions", count, ACTIONS))
}

fn of_flow(context: &FlowContext<'_, '_>, what: &'static str, count: usize, limit: usize) -> Measure {
    Measure {
        what,
        owner: format!("`{}`", context.flow.name),
        count,
        limit,
        grows: true,
        is_hard: true,
        code: None,
        place: context.flow.place(Definition::route().key("actions"), Part::Key),
    }
}

fn variables(context: &FlowContext<'_, '_>, is_wanted: IsWanted) -> Option<Measure> {
    let all = context.semantic.actions().filter(|action| action.is("InitializeVariable"));
    let lists = all.filter_map(|action| action.body.get("inputs")?.get("variables")?.as_array());
    let count = lists.map(Array::len).sum();
    is_wanted(count, VARIABLES, true).then(|| of_flow(context, "variables", count, VARIABLES))
}

/// The largest number of containers around an action. Empty branches do not count.
fn nesting(context: &FlowContext<'_, '_>, is_wanted: IsWanted) -> Option<Measure> {
    let depths = context.semantic.indexed().map(|(index, _)| (context.semantic.order.depth(index), index));
    let (count, deepest) = depths.max_by_key(|(depth, index)| (*depth, std::cmp::Reverse(*index)))?;
    is_wanted(count, NESTING, true).then(|| Measure {
        what: "containers around it",
        owner: context.named(context.action(deepest)),
        count,
        limit: NESTING,
        grows: true,
        is_hard: true,
        code: None,
        place: context.semantic.action_place(context.flow, deepest),
    })
}

fn cases(context: &FlowContext<'_, '_>, index: ActionIx, is_wanted: IsWanted) -> Option<Measure> {
    let action = context.semantic.action(index);
    let count = action.body.get("cases")?.as_object()?.len();
    is_wanted(count, CASES, true).then(|| Measure {
        what: "cases",
        owner: context.named(action.name),
        count,
        limit: CASES,
        grows: true,
        is_hard: true,
        code: None,
        place: context.flow.place(context.semantic.definition.action_route(index).key("cases"), Part::Key),
    })
}

fn until(context: &FlowContext<'_, '_>, index: ActionIx, is_wanted: IsWanted) -> Option<Measure> {
    let action = context.semantic.action(index);
    let limit = if action.is("Until") { action.body.get("limit") } else { None };
    let count = limit?.get("count")?.as_u64()?;
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    is_wanted(count, UNTIL_COUNT, false).then(|| Measure {
        what: "iterations",
        owner: context.named(action.name),
        count,
        limit: UNTIL_COUNT,
        grows: false,
        is_hard: true,
        code: None,
        place: context.semantic.value_place(context.flow, index, &["limit", "count"]),
    })
}

fn texts(context: &FlowContext<'_, '_>, owner: Owner) -> Vec<Measure> {
    let semantic = context.semantic;
    let (name, body) = (semantic.name(owner), semantic.body(owner));
    // Routes are computed on demand: few texts are too long.
    let route = || semantic.route(owner);
    let measure = |what, text: &str, limit, place| Measure {
        what,
        owner: context.named(name),
        count: text.chars().count(),
        limit,
        grows: false,
        is_hard: true,
        code: None,
        place,
    };
    let mut found = Vec::new();
    if name.len() > NAME {
        found.push(measure(IN_NAME, name, NAME, context.flow.place(route(), Part::Key)));
    }
    let description = body.text("description");
    if description.len() > DESCRIPTION {
        let place = context.flow.place(route().key("description"), Part::Key);
        let code = match owner {
            Owner::Trigger(_) => "TriggerDescriptionTooLong",
            Owner::Action(_) => "ActionDescriptionTooLong",
        };
        found.push(Measure { code: Some(code), ..measure(IN_DESCRIPTION, description, DESCRIPTION, place) });
    }
    let inputs = matches!(owner, Owner::Trigger(_)).then(|| body.json().at(&INPUTS)).flatten();
    let inputs = inputs.and_then(Json::as_object);
    for (key, input) in inputs.into_iter().flatten() {
        let description = input.get("description").and_then(Json::as_str).unwrap_or_default();
        if description.len() > DESCRIPTION {
            let place = context.flow.place(route().keys(&INPUTS).keys(&[key, "description"]), Part::Key);
            let long = measure(IN_DESCRIPTION, description, DESCRIPTION, place);
            let owner = format!("the input {}", context.named(key));
            // A public flow that is on has a longer description.
            found.push(Measure { is_hard: false, owner, ..long });
        }
    }
    found
}

/// The keys from a trigger to its inputs.
const INPUTS: [&str; 3] = ["inputs", "schema", "properties"];

fn concurrency(context: &FlowContext<'_, '_>, owner: Owner, is_wanted: IsWanted) -> Option<Measure> {
    let (key, limit) = match owner {
        Owner::Trigger(_) => ("runs", TRIGGER_RUNS),
        Owner::Action(_) => ("repetitions", LOOP_RUNS),
    };
    let settings = context.semantic.body(owner).get("runtimeConfiguration")?;
    let count = settings.get("concurrency")?.get(key)?.as_u64()?;
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    if !is_wanted(count, limit, false) {
        return None;
    }
    let route = context.semantic.route(owner).keys(&["runtimeConfiguration", "concurrency", key]);
    Some(Measure {
        what: if key == "runs" { "concurrent runs" } else { "concurrent iterations" },
        owner: context.named(context.semantic.name(owner)),
        count,
        limit,
        grows: false,
        is_hard: true,
        code: None,
        place: context.flow.place(route, Part::Value),
    })
}
