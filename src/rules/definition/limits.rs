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

/// The numbers of a flow that have a limit. Texts are included only if they may exceed theirs.
pub(super) fn measures(context: &FlowContext<'_, '_>) -> Vec<Measure> {
    let mut measures = vec![actions(context), variables(context)];
    measures.extend(nesting(context));
    for (index, _) in context.semantic.indexed() {
        measures.extend(cases(context, index));
        measures.extend(until(context, index));
    }
    for owner in context.semantic.owners() {
        measures.extend(texts(context, owner));
        measures.extend(concurrency(context, owner));
    }
    measures
}

fn actions(context: &FlowContext<'_, '_>) -> Measure {
    Measure {
        what: "actions",
        owner: format!("`{}`", context.flow.name),
        count: context.semantic.actions().len(),
        limit: ACTIONS,
        grows: true,
        is_hard: true,
        code: None,
        place: context.flow.place(Definition::route().key("actions"), Part::Key),
    }
}

fn variables(context: &FlowContext<'_, '_>) -> Measure {
    let all = context.semantic.actions().filter(|action| action.is("InitializeVariable"));
    let lists = all.filter_map(|action| action.body.get("inputs")?.get("variables")?.as_array());
    Measure { what: "variables", count: lists.map(Array::len).sum(), limit: VARIABLES, ..actions(context) }
}

/// The largest number of containers around an action. Empty branches do not count.
fn nesting(context: &FlowContext<'_, '_>) -> Option<Measure> {
    let depths = context.semantic.indexed().map(|(index, _)| (context.semantic.order.depth(index), index));
    let (count, deepest) = depths.max_by_key(|(depth, index)| (*depth, std::cmp::Reverse(*index)))?;
    Some(Measure {
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

fn cases(context: &FlowContext<'_, '_>, index: ActionIx) -> Option<Measure> {
    let action = context.semantic.action(index);
    let count = action.body.get("cases")?.as_object()?.len();
    Some(Measure {
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

fn until(context: &FlowContext<'_, '_>, index: ActionIx) -> Option<Measure> {
    let action = context.semantic.action(index);
    let count = action.body.get("limit").filter(|_| action.is("Until"))?.get("count")?.as_u64()?;
    Some(Measure {
        what: "iterations",
        owner: context.named(action.name),
        count: usize::try_from(count).unwrap_or(usize::MAX),
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

fn concurrency(context: &FlowContext<'_, '_>, owner: Owner) -> Option<Measure> {
    let (key, limit) = match owner {
        Owner::Trigger(_) => ("runs", TRIGGER_RUNS),
        Owner::Action(_) => ("repetitions", LOOP_RUNS),
    };
    let settings = context.semantic.body(owner).get("runtimeConfiguration")?;
    let count = settings.get("concurrency")?.get(key)?.as_u64()?;
    let route = context.semantic.route(owner).keys(&["runtimeConfiguration", "concurrency", key]);
    Some(Measure {
        what: if key == "runs" { "concurrent runs" } else { "concurrent iterations" },
        owner: context.named(context.semantic.name(owner)),
        count: usize::try_from(count).unwrap_or(usize::MAX),
        limit,
        grows: false,
        is_hard: true,
        code: None,
        place: context.flow.place(route, Part::Value),
    })
}
