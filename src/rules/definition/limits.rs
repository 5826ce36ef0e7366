//! What the platform limits, measured in one flow.

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

/// What is counted of texts.
pub(super) const IN_NAME: &str = "characters in its name";
pub(super) const IN_DESCRIPTION: &str = "characters in its description";
pub(super) const IN_INPUT: &str = "characters in the description of an input";

/// Something counted, and its limit.
pub(super) struct Measure {
    /// `actions`, `characters in its name`.
    pub(super) what: &'static str,
    /// Whose it is: the flow, or an action in backticks.
    pub(super) whose: String,
    pub(super) count: usize,
    pub(super) limit: usize,
    /// Whether coming near it is worth a word: numbers that are typed in are not.
    pub(super) grows: bool,
    /// Whether going beyond it is known to be refused.
    pub(super) is_hard: bool,
    /// The error of the platform that refuses it, where it has one of its own.
    pub(super) code: Option<&'static str>,
    pub(super) place: Option<Place>,
}

/// Everything that is limited and not far from its limit.
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
        whose: format!("`{}`", context.flow.name),
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

/// The most containers that stand around one action; empty branches count for nothing.
fn nesting(context: &FlowContext<'_, '_>) -> Option<Measure> {
    let depths = context.semantic.indexed().map(|(index, _)| (context.semantic.order.depth(index), index));
    let (count, deepest) = depths.max_by_key(|(depth, index)| (*depth, std::cmp::Reverse(*index)))?;
    Some(Measure {
        what: "containers around it",
        whose: context.named(context.action(deepest)),
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
        whose: context.named(action.name),
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
        what: "turns",
        whose: context.named(action.name),
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
    // Few texts are too long, so few routes are needed.
    let route = || semantic.route(owner);
    let measure = |what, text: &str, limit, place| Measure {
        what,
        whose: context.named(name),
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
    let asked = matches!(owner, Owner::Trigger(_)).then(|| body.json().at(&INPUTS)).flatten();
    let inputs = asked.and_then(Json::as_object);
    for (key, input) in inputs.into_iter().flatten() {
        let description = input.get("description").and_then(Json::as_str).unwrap_or_default();
        if description.len() > DESCRIPTION {
            let place = context.flow.place(route().keys(&INPUTS).keys(&[key, "description"]), Part::Key);
            // A flow that was exported as on has a longer one.
            let long = measure(IN_INPUT, description, DESCRIPTION, place);
            found.push(Measure { is_hard: false, whose: context.named(&format!("{name}.{key}")), ..long });
        }
    }
    found
}

/// Where the inputs stand that a trigger asks for.
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
        what: if key == "runs" { "runs at once" } else { "turns at once" },
        whose: context.named(context.semantic.name(owner)),
        count: usize::try_from(count).unwrap_or(usize::MAX),
        limit,
        grows: false,
        is_hard: true,
        code: None,
        place: context.flow.place(route, Part::Value),
    })
}
