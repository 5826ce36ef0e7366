//! Part 6: flows to turn on, wave by wave.

use super::super::{Runbook, TurnOn};
use super::page::{Page, verb};
use super::upgrade;
use crate::report::verdict::{Ending, Reason};
use crate::verdict::Outcome;
use crate::wording::{count, joined};

const STATES: &str = "https://learn.microsoft.com/power-automate/import-flow-solution";

/// Up to how many flows of a package the flows that the import turns on are listed.
const MOST_LISTED: usize = 40;

/// Up to how many flows without a reason or finding each has a box of its own in this part.
const MOST_PLAIN: usize = 60;

/// How many flows are named as the reason for a place in the order.
const MOST_REASONS: usize = 4;

/// What the appendix lists, since this part would be too long to follow.
pub(super) struct Folds {
    /// The flows that the import turns on.
    pub(super) on: bool,
    /// The flows that can be turned on in any order within their wave.
    pub(super) plain: bool,
}

impl Folds {
    pub(super) fn of(runbook: &Runbook<'_>) -> Self {
        let all = || runbook.turn_on.iter().flatten();
        Folds {
            on: all().count() > MOST_LISTED,
            plain: all().filter(|one| is_plain(one)).count() > MOST_PLAIN,
        }
    }
}

/// Whether the import turns a flow on.
pub(super) fn is_automatic(one: &TurnOn<'_>) -> bool {
    one.outcome == Some(&Outcome::TurnsOn)
}

/// Whether nothing is to be said of a flow that is to be turned on.
pub(super) fn is_plain(one: &TurnOn<'_>) -> bool {
    !is_automatic(one)
        && one.earlier.is_empty()
        && one.reason.is_none()
        && !one.findings.iter().any(|finding| finding.blocks)
}

pub(super) fn turn_on(page: &mut Page, runbook: &Runbook<'_>, folds: &Folds) {
    page.part("6. Turn on");
    if runbook.turn_on.is_empty() && runbook.cycles.is_empty() {
        let ordinary = "Nothing to do: the package has no cloud flow.";
        upgrade::nothing(page, runbook, ordinary, runbook.kept_flows());
        return of_target(page, runbook);
    }
    let source = page.cite(STATES);
    let all = || runbook.turn_on.iter().flatten();
    let automatic = if all().any(is_automatic) {
        "The import turns on what was exported as on, if it has its connections and values by then."
    } else {
        "The import turns on no flow of this package."
    };
    let off =
        if all().any(|one| !is_automatic(one)) { " Leave off what the target does not need." } else { "" };
    page.line(&format!(
        "Go wave by wave: a flow can be turned on once the flows that it calls are on. {automatic} A flow that the target \
         has already keeps its state.{source}{off}"
    ));
    for (number, wave) in runbook.turn_on.iter().enumerate() {
        page.heading(&format!("Wave {}", number + 1));
        one_wave(page, wave, folds);
    }
    for cycle in &runbook.cycles {
        let names: Vec<String> = cycle.flows.iter().map(|flow| page.markup.name(flow.name)).collect();
        let text = match names.as_slice() {
            [one] => format!("{one} calls itself, so it cannot be turned on. Remove the call first."),
            _ => format!(
                "{} call each other in a cycle, so none can be turned on first. Remove a call first.",
                joined(&names, "and")
            ),
        };
        page.out.push('\n');
        page.marked_step(&text, cycle.findings.iter().filter(|finding| finding.blocks));
    }
    of_target(page, runbook);
    upgrade::stays(page, runbook.kept_flows());
}

/// The flows that the target has, and that need attention.
fn of_target(page: &mut Page, runbook: &Runbook<'_>) {
    let Some(upgrade) = &runbook.upgrade else { return };
    if upgrade.states.is_empty() && upgrade.affected.is_empty() {
        return;
    }
    page.heading("Flows that the target has");
    for one in &upgrade.states {
        let (name, turn) = (page.markup.name(one.flow.name), if one.new == "on" { "on" } else { "off" });
        page.step(&format!(
            "{name} was {} in the old version and is {} in this one. The import does not change that: turn it {turn} if \
             necessary.",
            one.old, one.new
        ));
    }
    if !upgrade.affected.is_empty() {
        let these = verb(
            upgrade.affected.len(),
            "this flow is still on. It needs",
            "these flows are still on. They need",
        );
        page.step(&format!("Check that {these} a connection, a value or a child flow that is new:"));
        for flow in &upgrade.affected {
            let name = page.markup.name(flow.name);
            page.detail(&name);
        }
    }
}

fn one_wave(page: &mut Page, wave: &[TurnOn<'_>], folds: &Folds) {
    let (automatic, others): (Vec<_>, Vec<_>) = wave.iter().partition(|one| is_automatic(one));
    match automatic.as_slice() {
        [] => {}
        _ if folds.on && automatic.len() > 1 => page.step(&format!(
            "Check that {} are on: the import turns them on. The appendix lists them.",
            count(automatic.len(), "flow")
        )),
        _ => {
            let these = verb(
                automatic.len(),
                "this flow is on. The import turns it on",
                "these flows are on. The import turns them on",
            );
            page.step(&format!("Check that {these}:"));
            for one in automatic {
                let text = format!("{}{}", page.markup.name(one.flow.name), earlier(page, one));
                page.detail(&text);
            }
        }
    }
    let (plain, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|one| folds.plain && is_plain(one));
    for one in others {
        let text = to_turn_on(page, one);
        marked(page, &text, one);
    }
    if !plain.is_empty() {
        page.step(&format!(
            "Turn on the {} of this wave that the appendix lists, in any order.",
            count(plain.len(), "flow")
        ));
    }
}

/// A box with the findings that prevent a flow from being turned on.
fn marked(page: &mut Page, text: &str, one: &TurnOn<'_>) {
    page.marked_step(text, one.findings.iter().filter(|finding| finding.blocks));
}

fn to_turn_on(page: &Page, one: &TurnOn<'_>) -> String {
    let name = page.markup.name(one.flow.name);
    let state = match one.state {
        "suspended" => " (suspended where it was exported: a data policy forbids it)",
        "unknown" => " (its state is not recorded)",
        _ => "",
    };
    let why = match &one.reason {
        None => String::new(),
        Some(Reason::Rule(rule)) => format!(". Fix {} first", page.markup.code(rule)),
        Some(Reason::Circle(_)) => ". Remove the cycle of calls first".to_owned(),
        Some(Reason::Child { child, root, ending }) => {
            let cause = page.markup.name(root.unwrap_or(child));
            let ending = match ending {
                Ending::Blocked => "has to be fixed first".to_owned(),
                ending => ending.to_string(),
            };
            format!(". The import cannot turn it on, because {cause} {ending}")
        }
    };
    format!("Turn on {name}{state}{}{why}", earlier(page, one))
}

/// `, after A and B`: what has to be on before.
pub(super) fn earlier(page: &Page, one: &TurnOn<'_>) -> String {
    let (registered, called): (Vec<_>, Vec<_>) = one.earlier.iter().partition(|one| one.registers);
    let mut parts = Vec::new();
    for (flows, why) in [(called, "which it calls"), (registered, "whose URL it registers")] {
        if !flows.is_empty() {
            let names = page.names(flows.iter().map(|one| one.name), MOST_REASONS, "flow");
            parts.push(format!("{names}, {why}"));
        }
    }
    if parts.is_empty() { String::new() } else { format!(", after {}", parts.join(", and after ")) }
}
