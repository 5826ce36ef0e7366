//! Whether fixes do what they should: after a second check, their findings are gone, and no other has appeared.

use std::collections::BTreeMap;

use crate::analysis::Analysis;
use crate::finding::Finding;
use crate::fix::Reveals;

/// What a check found.
#[derive(Clone, Copy)]
pub(crate) struct Found<'a> {
    pub(crate) analysis: &'a Analysis,
    pub(crate) findings: &'a [Finding],
}

impl<'a> Found<'a> {
    /// The number of findings of each rule about each flow, or in each other file. A fix may move findings, so their
    /// places do not count.
    fn counts(
        self,
        findings: impl IntoIterator<Item = &'a Finding>,
    ) -> BTreeMap<(&'static str, &'a str), usize> {
        let mut counts = BTreeMap::new();
        for finding in findings {
            let about = match finding.flow {
                Some(flow) => self.analysis.workspace.flow(flow).id.as_str(),
                None => self.analysis.sources.get(finding.place().file).name().as_str(),
            };
            *counts.entry((finding.rule, about)).or_default() += 1;
        }
        counts
    }
}

/// The harm that fixes do, as the end of a sentence about one of them; `None` if they do none. `fixed` has the indices of
/// their findings.
pub(crate) fn harm(before: Found<'_>, after: Found<'_>, fixed: &[usize]) -> Option<String> {
    let fixed: Vec<&Finding> = fixed.iter().filter_map(|index| before.findings.get(*index)).collect();
    let closed = before.counts(fixed.iter().copied());
    let (was, is) = (before.counts(before.findings), after.counts(after.findings));
    let reveals = |rule: &str| {
        fixed.iter().filter_map(|finding| finding.fix.as_ref()).any(|fix| match fix.reveals {
            Reveals::Nothing => false,
            Reveals::Rule(revealed) => revealed == rule,
            Reveals::Everything => true,
        })
    };
    for (key, number) in &is {
        let [was, closed] = [&was, &closed].map(|counts| counts.get(key).copied().unwrap_or(0));
        if number + closed > was && fixed.iter().any(|finding| finding.rule == key.0) {
            return Some("the problem would stay".to_owned());
        }
        if *number > was && !reveals(key.0) {
            return Some(format!("it would cause `{}`", key.0));
        }
    }
    None
}
