//! What is let pass: `[[ignore]]` in the configuration and `flowvet: allow` in a flow, as one kind of thing that
//! counts how often it was needed.

use std::collections::HashMap;

use super::allow::{self, Allow};
use super::policy::Policy;
use super::{Config, Date, Ignore};
use crate::finding::Finding;
use crate::model::{FlowIx, Workspace};
use crate::source::{FileId, Place, Step};

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

impl Policy<'_> {
    /// Takes out what is let pass, and counts it where it was allowed.
    pub(crate) fn apply_suppressions(
        &self,
        mut findings: Vec<Finding>,
        suppressions: &mut [Suppression<'_>],
    ) -> Vec<Finding> {
        let mut index = Index::new(suppressions);
        let covered: Vec<bool> = findings.iter().map(|finding| index.covers(self, finding)).collect();
        index.finish();
        let mut covered = covered.into_iter();
        findings.retain(|_| !covered.next().unwrap_or(false));
        findings
    }
}

/// Suppressions by what they cover, since a flow may hold as many lines as it has findings.
struct Index<'s, 'a, 'k> {
    suppressions: &'s mut [Suppression<'a>],
    /// Those of the configuration.
    ignores: Vec<usize>,
    /// Those in flows, by the rule they name and what they cover; and how many findings each let pass.
    allows: HashMap<(RuleName<'k>, Cover<'k>), (Vec<usize>, usize)>,
}

/// A rule as it is written: with its category or without.
type RuleName<'a> = (Option<&'a str>, &'a str);

/// What a line in a flow covers.
#[derive(PartialEq, Eq, Hash)]
enum Cover<'a> {
    Flow(FlowIx),
    /// What is found at a route or below it.
    Action(FileId, &'a [Step]),
}

impl<'s, 'a: 'k, 'k> Index<'s, 'a, 'k> {
    fn new(suppressions: &'s mut [Suppression<'a>]) -> Self {
        let (mut ignores, mut allows) = (Vec::new(), HashMap::new());
        for (number, one) in suppressions.iter().enumerate() {
            match one.kind {
                SuppressionKind::Ignore(_) => ignores.push(number),
                SuppressionKind::Allow(allow) => {
                    let cover = match &allow.action {
                        None => Cover::Flow(allow.flow),
                        Some(action) => Cover::Action(allow.place.file, action.steps()),
                    };
                    let (alike, _) =
                        allows.entry((name(one.rule), cover)).or_insert_with(|| (Vec::new(), 0_usize));
                    alike.push(number);
                }
                SuppressionKind::Expired(..) | SuppressionKind::WithoutReason => {}
            }
        }
        Index { suppressions, ignores, allows }
    }

    /// Whether something lets the finding pass. All that fit count as used: two that overlap are no mistake.
    fn covers(&mut self, policy: &Policy<'_>, finding: &'k Finding) -> bool {
        let mut is_covered = false;
        for number in &self.ignores {
            let one = &mut self.suppressions[*number];
            let SuppressionKind::Ignore(ignore) = one.kind else { continue };
            let fits = names_rule(one.rule, finding) && ignore_fits(policy, ignore, finding);
            one.uses += usize::from(fits);
            is_covered |= fits;
        }
        if self.allows.is_empty() {
            return is_covered;
        }
        let place = finding.place();
        let steps = place.route().map_or(&[][..], |route| route.steps());
        for category in [None, Some(finding.category)] {
            // A line in an action covers what is found inside the action; one in the trigger covers the flow.
            let above = (0..=steps.len()).map(|length| Cover::Action(place.file, &steps[..length]));
            for cover in above.chain(finding.flow.map(Cover::Flow)) {
                if let Some((_, uses)) = self.allows.get_mut(&((category, finding.rule), cover)) {
                    *uses += 1;
                    is_covered = true;
                }
            }
        }
        is_covered
    }

    /// Writes down how often each was used.
    fn finish(self) {
        for (numbers, uses) in self.allows.into_values() {
            numbers.into_iter().for_each(|number| self.suppressions[number].uses += uses);
        }
    }
}

/// `child-flow-off` and `activation/child-flow-off` are the same rule.
pub(crate) fn names_rule(written: &str, finding: &Finding) -> bool {
    let (category, id) = name(written);
    category.is_none_or(|category| category == finding.category) && id == finding.rule
}

fn name(written: &str) -> RuleName<'_> {
    written.split_once('/').map_or((None, written), |(category, id)| (Some(category), id))
}

fn ignore_fits(policy: &Policy<'_>, ignore: &Ignore, finding: &Finding) -> bool {
    let in_flow = ignore.flow.as_ref().is_none_or(|pattern| {
        finding.flow.is_some_and(|flow| pattern.fits_flow(policy.workspace.flow(flow)))
    });
    let in_solution = ignore
        .solution
        .as_ref()
        .is_none_or(|pattern| policy.solution_name(finding).is_some_and(|name| pattern.fits(name)));
    let at = ignore.at.as_ref().is_none_or(|at| {
        finding.place().route().is_some_and(|route| {
            // As it is, or as a report shows it.
            [route.to_string(), route.shown()].iter().any(|route| {
                let rest = route.strip_prefix(at.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        })
    });
    in_flow && in_solution && at
}
