//! Verdicts in reports: their sentences and their JSON.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use super::flow_name::FlowName;
use super::text::clean;
use crate::analysis::Analysis;
use crate::model::FlowIx;
use crate::verdict::{Cause, Need, Outcome, Verdict, Verdicts};
use crate::wording::{count, first};

/// Premium connectors and operations that a summary names.
const MOST_PREMIUM: usize = 3;

/// A verdict in machine-readable formats.
#[derive(Serialize)]
pub(crate) struct VerdictJson<'a> {
    /// See [`Outcome::as_str`].
    outcome: &'static str,
    /// Why the flow will not turn on.
    cause: Option<CauseJson<'a>>,
    needs: Vec<NeedJson<'a>>,
}

/// Why a flow will not turn on. Exactly one member is not `null`.
#[derive(Serialize)]
struct CauseJson<'a> {
    /// The rule of the finding that blocks it.
    rule: Option<&'static str>,
    /// The flow that it calls and that will not be on.
    child: Option<FlowName<'a>>,
    /// The flows that call each other in a circle.
    circle: Option<Vec<FlowName<'a>>>,
    /// The flow at the end of the chain of calls, if it is not `child`.
    root: Option<FlowName<'a>>,
}

/// Something that a flow needs before it can be turned on.
#[derive(Serialize)]
struct NeedJson<'a> {
    /// `connection`, `value`, `flow` or `licence`.
    kind: &'static str,
    /// The connection reference, environment variable, flow id, or premium connector or operation.
    name: &'a str,
}

/// The verdict on a flow, for machine-readable formats.
pub(crate) fn json<'a>(
    analysis: &'a Analysis,
    verdicts: &'a Verdicts,
    flow: FlowIx,
) -> Option<VerdictJson<'a>> {
    let verdict = verdicts.get(&analysis.workspace, flow)?;
    let name = |flow: &FlowIx| FlowName::of(analysis, *flow);
    let empty = || CauseJson { rule: None, child: None, circle: None, root: None };
    let cause = |cause: &'a Cause| match cause {
        Cause::Rule(rule) => CauseJson { rule: Some(rule), ..empty() },
        Cause::Circle(flows) => CauseJson { circle: Some(flows.iter().map(name).collect()), ..empty() },
        Cause::Child(child) => {
            let root = verdicts.root(&analysis.workspace, flow);
            CauseJson { child: Some(name(child)), root: (root != *child).then(|| name(&root)), ..empty() }
        }
    };
    let cause = match &verdict.outcome {
        Outcome::Blocked(because) => Some(cause(because)),
        Outcome::TurnsOn | Outcome::StaysOff | Outcome::Unknown => None,
    };
    let outcome = verdict.outcome.as_str();
    Some(VerdictJson { outcome, cause, needs: verdict.needs.iter().map(need).collect() })
}

fn need(need: &Need) -> NeedJson<'_> {
    let (kind, name) = match need {
        Need::Connection(name) => ("connection", name.as_str()),
        Need::Value(name) => ("value", name.as_str()),
        Need::Flow(id) => ("flow", id.as_str()),
        Need::Licence(what) => ("licence", what.as_str()),
    };
    NeedJson { kind, name }
}

/// What will happen to a flow, without the reason. The bad ones come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum OutcomeKind {
    /// It will not turn on.
    Blocked,
    /// Its state is not recorded.
    Unknown,
    /// It stays off.
    StaysOff,
    /// It turns on.
    TurnsOn,
}

impl OutcomeKind {
    pub(crate) const ALL: [OutcomeKind; 4] =
        [OutcomeKind::Blocked, OutcomeKind::Unknown, OutcomeKind::StaysOff, OutcomeKind::TurnsOn];

    pub(crate) fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::TurnsOn => OutcomeKind::TurnsOn,
            Outcome::StaysOff => OutcomeKind::StaysOff,
            Outcome::Blocked(_) => OutcomeKind::Blocked,
            Outcome::Unknown => OutcomeKind::Unknown,
        }
    }

    /// `2 flows will not turn on`, without the number and the noun.
    pub(crate) fn verb(self, number: usize) -> &'static str {
        match (self, number) {
            (OutcomeKind::Blocked, _) => "will not turn on",
            (OutcomeKind::Unknown, 1) => "has no recorded state",
            (OutcomeKind::Unknown, _) => "have no recorded state",
            (OutcomeKind::StaysOff, 1) => "stays off",
            (OutcomeKind::StaysOff, _) => "stay off",
            (OutcomeKind::TurnsOn, 1) => "turns on",
            (OutcomeKind::TurnsOn, _) => "turn on",
        }
    }
}

/// Why a flow will not turn on.
#[derive(Debug)]
pub(crate) enum Reason<'a> {
    /// A finding of this rule.
    Rule(&'static str),
    /// It calls itself, or it is in a circle with this many other flows.
    Circle(usize),
    /// It calls this flow.
    Child {
        /// The flow that it calls.
        child: &'a str,
        /// The flow at the end of the chain of calls, if it is not the child.
        root: Option<&'a str>,
        /// What happens to the flow at the end of the chain.
        ending: Ending,
    },
}

/// Why a flow will not turn on; `None` if nothing blocks it.
pub(crate) fn reason<'a>(analysis: &'a Analysis, verdicts: &Verdicts, flow: FlowIx) -> Option<Reason<'a>> {
    let workspace = &analysis.workspace;
    let Verdict { outcome: Outcome::Blocked(cause), .. } = verdicts.get(workspace, flow)? else {
        return None;
    };
    Some(match cause {
        Cause::Rule(rule) => Reason::Rule(rule),
        Cause::Circle(flows) => Reason::Circle(flows.len() - 1),
        Cause::Child(child) => {
            let root = verdicts.root(workspace, flow);
            Reason::Child {
                child: &workspace.flow(*child).name,
                root: (root != *child).then(|| workspace.flow(root).name.as_str()),
                ending: match verdicts.get(workspace, root).map(|verdict| &verdict.outcome) {
                    Some(Outcome::StaysOff) => Ending::StaysOff,
                    Some(Outcome::Unknown) => Ending::NotImported,
                    _ => Ending::Blocked,
                },
            }
        }
    })
}

/// Why a flow at the end of a chain of calls will not be on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It stays off as exported.
    StaysOff,
    /// It has no record, so the import leaves it out.
    NotImported,
    /// It will not turn on.
    Blocked,
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Ending::StaysOff => "stays off",
            Ending::NotImported => "is not imported",
            Ending::Blocked => "will not turn on",
        })
    }
}

impl Reason<'_> {
    /// `will not turn on: it calls B, which stays off`. `name` formats the name of a flow, and `rule` the id of a rule.
    pub(crate) fn sentence(&self, name: impl Fn(&str) -> String, rule: impl Fn(&str) -> String) -> String {
        format!("will not turn on: {}", self.why(name, rule))
    }

    /// `it calls B, which stays off`.
    pub(crate) fn why(&self, name: impl Fn(&str) -> String, rule: impl Fn(&str) -> String) -> String {
        match self {
            Reason::Rule(id) => format!("see {}", rule(id)),
            Reason::Circle(0) => "it calls itself".to_owned(),
            Reason::Circle(others) => {
                format!("it is in a circle of calls with {}", count(*others, "other flow"))
            }
            Reason::Child { child, root, ending } => match root {
                None => format!("it calls {}, which {ending}", name(child)),
                Some(root) => {
                    format!("it calls {}, which depends on {}, which {ending}", name(child), name(root))
                }
            },
        }
    }
}

/// `of 114 flows, 96 turn on, 16 stay off as exported, 2 will not turn on (and 3 that call them)`; `the flow turns on`.
pub(crate) fn summary(verdicts: &Verdicts) -> Option<String> {
    let counts = verdicts.counts();
    let total = verdicts.iter().count();
    if total == 0 {
        return None;
    }
    if total == 1 {
        return verdicts.iter().next().map(|(_, verdict)| of_one(verdicts, &verdict.outcome));
    }
    let verb =
        |number: usize, one: &str, many: &str| format!("{number} {}", if number == 1 { one } else { many });
    let mut parts = vec![match counts.turn_on {
        0 => "none turns on".to_owned(),
        number => verb(number, "turns on", "turn on"),
    }];
    if counts.stay_off > 0 {
        let how = how(verdicts);
        parts.push(verb(counts.stay_off, &format!("stays off{how}"), &format!("stay off{how}")));
    }
    let blocked = counts.blocked + counts.blocked_by_child;
    if counts.blocked > 0 && counts.blocked_by_child > 0 {
        let callers = verb(counts.blocked_by_child, "flow that needs", "flows that need");
        parts.push(format!("{} will not turn on (and {callers} them)", counts.blocked));
    } else if blocked > 0 {
        parts.push(format!("{blocked} will not turn on"));
    }
    if counts.unknown > 0 {
        parts.push(verb(counts.unknown, "has no recorded state", "have no recorded state"));
    }
    Some(format!("of {}, {}", count(total, "flow"), parts.join(", ")))
}

/// The verdict on the only flow.
fn of_one(verdicts: &Verdicts, outcome: &Outcome) -> String {
    match outcome {
        Outcome::TurnsOn => "the flow turns on".to_owned(),
        Outcome::StaysOff => format!("the flow stays off{}", how(verdicts)),
        Outcome::Blocked(_) => "the flow will not turn on".to_owned(),
        Outcome::Unknown => "the flow has no recorded state".to_owned(),
    }
}

/// How flows stay off. With settings, some may stay off that were exported as on.
fn how(verdicts: &Verdicts) -> &'static str {
    if verdicts.follow_settings { "" } else { " as exported" }
}

/// What has to be provided before the flows can be turned on, in all: `connections for 3 connection references, a value
/// for 1 environment variable, a premium licence (HTTP)`. `None` if nothing is needed.
pub(crate) fn needs(verdicts: &Verdicts) -> Option<String> {
    let needs: BTreeSet<&Need> = verdicts.iter().flat_map(|(_, verdict)| &verdict.needs).collect();
    let number = |kind: fn(&Need) -> bool| needs.iter().filter(|need| kind(need)).count();
    let mut parts = Vec::new();
    let connections = number(|need| matches!(need, Need::Connection(_)));
    if connections > 0 {
        let noun = if connections == 1 { "a connection" } else { "connections" };
        parts.push(format!("{noun} for {}", count(connections, "connection reference")));
    }
    let values = number(|need| matches!(need, Need::Value(_)));
    if values > 0 {
        let noun = if values == 1 { "a value" } else { "values" };
        parts.push(format!("{noun} for {}", count(values, "environment variable")));
    }
    let flows = number(|need| matches!(need, Need::Flow(_)));
    if flows > 0 {
        parts.push(format!("{} from elsewhere", count(flows, "child flow")));
    }
    let premium = needs.iter().filter_map(|need| match need {
        Need::Licence(what) => Some(clean(what)),
        _ => None,
    });
    let premium: Vec<String> = premium.collect();
    if !premium.is_empty() {
        parts.push(format!("a premium licence ({})", first(MOST_PREMIUM, premium, |name| name)));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}
