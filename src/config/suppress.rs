//! What is let pass: `[[ignore]]` in the configuration and `flowvet: allow` in a flow, as one kind of thing that
//! counts how often it was needed.

use super::allow::{self, Allow};
use super::verdict::Sight;
use super::{Config, Date, Ignore};
use crate::finding::Finding;
use crate::model::Workspace;
use crate::source::{Place, Route};

/// Something that lets findings pass.
#[derive(Debug)]
pub(crate) struct Suppression<'a> {
    /// The rule as it is written.
    pub(crate) rule: &'a str,
    /// Where it stands.
    pub(crate) place: Place,
    pub(crate) kind: SuppressionKind<'a>,
    /// How many findings it let pass.
    pub(crate) uses: usize,
}

/// Where it stands, and whether it counts at all.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SuppressionKind<'a> {
    /// In the configuration.
    Ignore(&'a Ignore),
    /// In the configuration, up to a day that is over.
    Expired(&'a Ignore, Date),
    /// In a flow.
    Allow(&'a Allow),
    /// In a flow, and does not say why.
    WithoutReason,
}

/// The lines in the flows, which suppressions borrow from.
pub(crate) fn allows(workspace: &Workspace) -> Vec<Allow> {
    allow::gather(workspace)
}

/// Everything that lets findings pass, or is meant to.
pub(crate) fn gather<'a>(config: &'a Config, allows: &'a [Allow]) -> Vec<Suppression<'a>> {
    let ignores = config.ignores.iter().filter_map(|ignore| {
        let place = config.place(ignore.rule.span)?;
        let over = ignore.until.filter(|until| config.today.is_some_and(|today| today > *until));
        let kind = match over {
            Some(until) => SuppressionKind::Expired(ignore, until),
            None => SuppressionKind::Ignore(ignore),
        };
        Some(Suppression { rule: &ignore.rule.text, place, kind, uses: 0 })
    });
    let allows = allows.iter().map(|allow| Suppression {
        rule: &allow.rule,
        place: allow.place.clone(),
        kind: if allow.has_reason { SuppressionKind::Allow(allow) } else { SuppressionKind::WithoutReason },
        uses: 0,
    });
    ignores.chain(allows).collect()
}

/// Whether something lets the finding pass. All that fit count as used: two that overlap are no mistake.
pub(crate) fn is_suppressed(
    sight: &Sight<'_>,
    suppressions: &mut [Suppression<'_>],
    finding: &Finding,
) -> bool {
    let mut suppressed = false;
    for one in suppressions.iter_mut().filter(|one| names_rule(one.rule, finding)) {
        let fits = match one.kind {
            SuppressionKind::Ignore(ignore) => ignore_fits(sight, ignore, finding),
            SuppressionKind::Allow(allow) => allow_fits(allow, finding),
            SuppressionKind::Expired(..) | SuppressionKind::WithoutReason => false,
        };
        one.uses += usize::from(fits);
        suppressed |= fits;
    }
    suppressed
}

/// `child-flow-off` and `activation/child-flow-off` are the same rule.
pub(crate) fn names_rule(written: &str, finding: &Finding) -> bool {
    match written.split_once('/') {
        Some((category, id)) => category == finding.category && id == finding.rule,
        None => written == finding.rule,
    }
}

fn ignore_fits(sight: &Sight<'_>, ignore: &Ignore, finding: &Finding) -> bool {
    let in_flow = ignore
        .flow
        .as_ref()
        .is_none_or(|pattern| finding.flow.is_some_and(|flow| pattern.fits_flow(sight.workspace.flow(flow))));
    let in_solution = ignore
        .solution
        .as_ref()
        .is_none_or(|pattern| sight.solution_name(finding).is_some_and(|name| pattern.fits(name)));
    let at = ignore.at.as_ref().is_none_or(|at| {
        finding.place().route().is_some_and(|route| {
            let route = route.to_string();
            route.strip_prefix(at.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    });
    in_flow && in_solution && at
}

/// A line in an action covers what is found inside the action; one in the trigger covers the flow.
fn allow_fits(allow: &Allow, finding: &Finding) -> bool {
    match &allow.action {
        None => finding.flow == Some(allow.flow),
        Some(action) => {
            let place = finding.place();
            place.file == allow.place.file && place.route().is_some_and(|route| is_below(route, action))
        }
    }
}

fn is_below(route: &Route, above: &Route) -> bool {
    route.steps().starts_with(above.steps())
}
