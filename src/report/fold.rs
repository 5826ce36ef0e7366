//! The order of findings in reports for people, and groups of equal findings.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use super::site::{self, flow_and_steps};
use super::text::{NO_BREAK, clean, width, words_and_names};
use crate::analysis::Analysis;
use crate::finding::{Finding, Severity};
use crate::model::{FlowIx, step_title};
use crate::parse::line;
use crate::source::Target;
use crate::wording::plural;

/// Findings whose texts differ only in names.
pub(crate) struct Group<'a> {
    /// The finding that is shown in full.
    pub(crate) first: &'a Finding,
    pub(crate) others: Vec<&'a Finding>,
}

/// Sorts findings by severity, errors first, and then by flow. Flows are in the order of their first finding.
pub(crate) fn by_severity(findings: &[Finding]) -> Vec<&Finding> {
    let mut first_of = HashMap::new();
    for (index, finding) in findings.iter().enumerate() {
        if let Some(flow) = finding.flow {
            first_of.entry((finding.severity, flow)).or_insert(index);
        }
    }
    let mut sorted: Vec<(usize, &Finding)> = findings.iter().enumerate().collect();
    sorted.sort_by_key(|(index, finding)| {
        let flow = finding.flow.and_then(|flow| first_of.get(&(finding.severity, flow)));
        (Reverse(finding.severity), flow.copied().unwrap_or(*index))
    });
    sorted.into_iter().map(|(_, finding)| finding).collect()
}

/// The findings in the order of [`by_severity`], with equal findings in a group.
pub(crate) fn groups(findings: &[Finding]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut known: HashMap<Wording<'_>, usize> = HashMap::new();
    for finding in by_severity(findings) {
        let at = *known.entry(wording(finding)).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.others.push(finding),
            None => groups.push(Group { first: finding, others: Vec::new() }),
        }
    }
    groups
}

/// The severity, rule, message and help of a finding, without the names in them.
type Wording<'a> = (Severity, &'static str, Vec<&'a str>, Vec<&'a str>);

fn wording(finding: &Finding) -> Wording<'_> {
    let help = finding.help.as_deref().unwrap_or_default();
    (finding.severity, finding.rule, split(&finding.message).0, split(help).0)
}

/// The words of a text, and the names in backticks between them.
fn split(text: &str) -> (Vec<&str>, Vec<&str>) {
    let Some(parts) = words_and_names(text) else { return (vec![text], Vec::new()) };
    let at = |parity: usize| parts.iter().skip(parity).step_by(2).copied().collect();
    (at(0), at(1))
}

/// `flows: A, B, and 2 more`: the flows of the related places, for a finding without a flow.
fn related_flows(analysis: &Analysis, finding: &Finding) -> Option<String> {
    const MOST: usize = 2;
    let flows = finding.related.iter().filter_map(|label| analysis.workspace.flow_in(label.place.file));
    let flows: BTreeSet<FlowIx> = flows.collect();
    let mut names: Vec<String> =
        flows.iter().take(MOST).map(|flow| clean(&analysis.workspace.flow(*flow).name)).collect();
    names.extend((flows.len() > MOST).then(|| format!("and {} more", flows.len() - MOST)));
    let word = plural(flows.len(), "flow");
    (!names.is_empty()).then(|| format!("{word}: {}", names.join(", ")))
}

impl Group<'_> {
    /// The other findings, one per line: the place, and the names that differ within the group. Findings at the same step
    /// share a line. Returns each line with its number of findings.
    pub(crate) fn lines(&self, analysis: &Analysis, columns: usize) -> Vec<(String, usize)> {
        let mut shown: Vec<(String, Vec<String>)> = Vec::new();
        for member in self.members(analysis, columns) {
            match shown.last_mut().filter(|(last, _)| *last == member.text && member.is_in_flow) {
                Some((_, places)) => places.push(member.place),
                None => shown.push((member.text, vec![member.place])),
            }
        }
        shown.into_iter().map(|(text, places)| (with_places(&text, &places), places.len())).collect()
    }

    /// The other findings, each with the flow and step, and with the names that differ within the group.
    pub(crate) fn members(&self, analysis: &Analysis, columns: usize) -> Vec<MemberLine> {
        let lines: Vec<Member<'_>> = self.others.iter().map(|other| Member::of(analysis, other)).collect();
        let first = Member::of(analysis, self.first);
        let mut differs = vec![false; first.names.len()];
        let cleaned: Vec<String> = first.names.iter().map(|name| clean(name)).collect();
        for member in &lines {
            for (at, name) in member.names.iter().enumerate().take(differs.len()) {
                differs[at] |= !differs[at] && *name != first.names[at] && {
                    let (name, before) = (clean(name), &cleaned[at]);
                    name != *before && !(member.path_contains(&name) && first.path_contains(before))
                };
            }
        }
        let line = |member: Member<'_>| MemberLine {
            text: member.text(&first, &differs, columns),
            is_in_flow: !member.path.is_empty(),
            place: member.place,
        };
        lines.into_iter().map(line).collect()
    }
}

/// What distinguishes a finding within its group.
pub(crate) struct MemberLine {
    /// The flow, the step and the names that differ; empty if nothing does.
    pub(crate) text: String,
    pub(crate) is_in_flow: bool,
    /// The line in the flow's file, or a description of the place.
    pub(crate) place: String,
}

impl MemberLine {
    /// `Flow > Step (line 7)`.
    pub(crate) fn in_words(&self) -> String {
        with_places(&self.text, std::slice::from_ref(&self.place))
    }
}

/// A finding as a line of a group.
struct Member<'a> {
    /// The flow and the step; empty for a finding without a flow.
    path: Vec<String>,
    /// The names in the message, and the help, as the rule wrote them: most are equal to those of the first member, and so
    /// are never printed.
    names: Vec<&'a str>,
    help: &'a str,
    /// The line in the flow's file, or a description of the place.
    place: String,
}

impl<'a> Member<'a> {
    fn of(analysis: &Analysis, finding: &'a Finding) -> Self {
        let path = flow_and_steps(analysis, finding);
        let line = line(&analysis.sources, finding.place());
        let place = if path.is_empty() {
            let file = clean(analysis.sources.get(finding.place().file).name().file_name());
            let is_file = finding.place().target == Target::File;
            let place = if is_file { file } else { format!("{file}:{line}") };
            related_flows(analysis, finding).unwrap_or(place)
        } else {
            line.to_string()
        };
        let names = split(&finding.message).1;
        Member { path, names, help: finding.help.as_deref().unwrap_or_default(), place }
    }

    /// Whether the path contains a name.
    fn path_contains(&self, name: &str) -> bool {
        self.path.iter().any(|part| part == name) || self.path.contains(&step_title(name))
    }

    /// What distinguishes the finding within its group, without its place.
    fn text(&self, first: &Member<'_>, differs: &[bool], columns: usize) -> String {
        let mut names: Vec<String> = Vec::new();
        for (name, _) in self.names.iter().zip(differs).filter(|(_, differs)| **differs) {
            let name = format!("`{}`", clean(name));
            names.extend((!names.contains(&name)).then_some(name));
        }
        let mut details = names.join(", ");
        // Short help such as `did you mean ...?` differs with the names.
        // Cleaning makes no text shorter, except one of thousands of bytes.
        if self.help != first.help && self.help.len() <= SHORT_HELP {
            let help = clean(self.help);
            if help != clean(first.help) && help.len() <= SHORT_HELP {
                details.push_str(if details.is_empty() { "" } else { "; " });
                details.push_str(&help);
            }
        }
        if self.path.is_empty() {
            return details;
        }
        let details = if details.is_empty() { details } else { format!(": {details}") };
        let columns = columns.saturating_sub(width(&details) + " (line )".len() + width(&self.place));
        format!("{}{details}", site::shortened(&self.path, columns))
    }
}

/// `Flow > Step (line 7)`, or `Flow > Step (lines 7, 12)`.
fn with_places(text: &str, places: &[String]) -> String {
    match places {
        [place] if text.is_empty() => place.clone(),
        [place] if place.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{text} (line{NO_BREAK}{place})")
        }
        [place] => format!("{text} ({place})"),
        places => format!("{text} (lines {})", places.join(", ")),
    }
}

/// The longest help that a line contains.
const SHORT_HELP: usize = 60;
