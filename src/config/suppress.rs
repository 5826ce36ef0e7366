//! Suppressions of both kinds: `[[ignore]]` in the configuration, and `flowvet: allow` in a flow. Each counts how many
//! findings it suppressed, so that unused ones can be reported.

use std::collections::HashMap;

use super::allow::Allow;
use super::policy::Policy;
use super::{Config, Date, Ignore};
use crate::finding::Finding;
use crate::model::FlowIx;
use crate::source::{FileId, Place, Step};

/// A suppression of findings.
#[derive(Debug)]
pub(crate) struct Suppression<'a> {
    /// The rule, as written.
    pub(crate) rule: &'a str,
    /// The place of the suppression.
    pub(crate) place: Place,
    pub(crate) kind: SuppressionKind<'a>,
    /// The number of findings that it suppressed.
    pub(crate) uses: usize,
}

/// Where a suppression is, and whether it applies.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SuppressionKind<'a> {
    /// In the configuration.
    Ignore(&'a Ignore),
    /// In the configuration, and expired on this date.
    Expired(&'a Ignore, Date),
    /// In a flow.
    Allow(&'a Allow),
    /// In a flow, without a reason. It does not apply.
    WithoutReason,
}

impl Suppression<'_> {
    /// Whether it is in the configuration, not in a flow.
    pub(crate) fn is_in_config(&self) -> bool {
        match self.kind {
            SuppressionKind::Ignore(_) | SuppressionKind::Expired(..) => true,
            SuppressionKind::Allow(_) | SuppressionKind::WithoutReason => false,
        }
    }
}

/// All suppressions, including those that do not apply.
pub(crate) fn gather<'a>(config: &'a Config, allows: &'a [Allow]) -> Vec<Suppression<'a>> {
    let ignores = config.ignores.iter().filter_map(|ignore| {
        let place = config.place(ignore.rule.span)?;
        let expired = ignore.until.filter(|until| config.today.is_some_and(|today| today > *until));
        let kind = match expired {
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
    /// Removes suppressed findings, and counts the uses of each suppression.
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

/// An index of suppressions by what they cover. A flow may contain as many suppressions as it has findings, so a search
/// must not visit all.
struct Index<'s, 'a, 'k> {
    suppressions: &'s mut [Suppression<'a>],
    /// The suppressions in the configuration.
    ignores: Vec<usize>,
    /// The suppressions in flows, by rule and by what they cover, each with the number of findings.
    allows: HashMap<(RuleName<'k>, Cover<'k>), (Vec<usize>, usize)>,
}

/// A rule as written, with or without a category.
type RuleName<'a> = (Option<&'a str>, &'a str);

/// The part of a flow that a suppression in it covers.
#[derive(PartialEq, Eq, Hash)]
enum Cover<'a> {
    Flow(FlowIx),
    /// Findings at this route or below it.
    Action(FileId, &'a [Step]),
}

impl<'s, 'a: 'k, 'k> Index<'s, 'a, 'k> {
    fn new(suppressions: &'s mut [Suppression<'a>]) -> Self {
        let (mut ignores, mut allows) = (Vec::new(), HashMap::new());
        for (number, suppression) in suppressions.iter().enumerate() {
            match suppression.kind {
                SuppressionKind::Ignore(_) => ignores.push(number),
                SuppressionKind::Allow(allow) => {
                    let cover = match &allow.action {
                        None => Cover::Flow(allow.flow),
                        Some(action) => Cover::Action(allow.place.file, action.steps()),
                    };
                    let (same_cover, _) = allows
                        .entry((name(suppression.rule), cover))
                        .or_insert_with(|| (Vec::new(), 0_usize));
                    same_cover.push(number);
                }
                SuppressionKind::Expired(..) | SuppressionKind::WithoutReason => {}
            }
        }
        Index { suppressions, ignores, allows }
    }

    /// Whether a suppression covers the finding. Counts all that do, because overlapping suppressions are not a
    /// mistake.
    fn covers(&mut self, policy: &Policy<'_>, finding: &'k Finding) -> bool {
        let mut is_covered = false;
        for number in &self.ignores {
            let suppression = &mut self.suppressions[*number];
            let SuppressionKind::Ignore(ignore) = suppression.kind else { continue };
            let matches = names_rule(suppression.rule, finding) && ignore_matches(policy, ignore, finding);
            suppression.uses += usize::from(matches);
            is_covered |= matches;
        }
        if self.allows.is_empty() {
            return is_covered;
        }
        let place = finding.place();
        let steps = place.route().map_or(&[][..], |route| route.steps());
        for category in [None, Some(finding.category)] {
            // A suppression in an action covers findings in the action; one in the trigger covers the flow.
            let ancestors = (0..=steps.len()).map(|length| Cover::Action(place.file, &steps[..length]));
            for cover in ancestors.chain(finding.flow.map(Cover::Flow)) {
                if let Some((_, uses)) = self.allows.get_mut(&((category, finding.rule), cover)) {
                    *uses += 1;
                    is_covered = true;
                }
            }
        }
        is_covered
    }

    /// Stores the number of uses in each suppression.
    fn finish(self) {
        for (numbers, uses) in self.allows.into_values() {
            numbers.into_iter().for_each(|number| self.suppressions[number].uses += uses);
        }
    }
}

/// Whether a written rule names the rule of a finding. `child-flow-off` and `activation/child-flow-off` are the same.
pub(crate) fn names_rule(written: &str, finding: &Finding) -> bool {
    let (category, id) = name(written);
    category.is_none_or(|category| category == finding.category) && id == finding.rule
}

fn name(written: &str) -> RuleName<'_> {
    written.split_once('/').map_or((None, written), |(category, id)| (Some(category), id))
}

fn ignore_matches(policy: &Policy<'_>, ignore: &Ignore, finding: &Finding) -> bool {
    let in_flow = ignore.flow.as_ref().is_none_or(|pattern| {
        finding.flow.is_some_and(|flow| pattern.fits_flow(policy.workspace.flow(flow)))
    });
    let in_solution = ignore
        .solution
        .as_ref()
        .is_none_or(|pattern| policy.solution_name(finding).is_some_and(|name| pattern.fits(name)));
    let at = ignore.at.as_ref().is_none_or(|at| {
        finding.place().route().is_some_and(|route| {
            // Either unchanged or as reports show it, with secrets masked.
            [route.to_string(), route.shown()].iter().any(|route| {
                let rest = route.strip_prefix(at.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        })
    });
    in_flow && in_solution && at
}
