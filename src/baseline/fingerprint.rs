//! Fingerprints, which identify findings across runs. A fingerprint is computed from the rule, the flow, the place in
//! it and what the finding is about. It does not depend on line numbers, on any order, on the container's name, or on
//! the wording of the message.

use std::collections::HashMap;

use crate::analysis::Analysis;
use crate::finding::{Finding, Label};
use crate::source::{Part, Route, Step, Target, floor_char_boundary};

/// The fingerprints of findings, in the same order. All are distinct: if two findings have the same content, the second
/// gets a number appended. The tests check that no fixture needs a number; a rule that would should call
/// `Finding::key`.
pub(crate) fn of_all(analysis: &Analysis, findings: &[Finding]) -> Vec<String> {
    Fingerprints::default().of(analysis, findings)
}

/// The fingerprints of a run that checks its packages in groups.
#[derive(Default)]
pub(crate) struct Fingerprints {
    /// How often each occurred, of findings that are not about a flow. Findings about one flow are in one group.
    seen: HashMap<u128, usize>,
}

impl Fingerprints {
    /// The fingerprints of the findings of a group, in the same order. They differ from those of all earlier groups.
    pub(crate) fn of(&mut self, analysis: &Analysis, findings: &[Finding]) -> Vec<String> {
        let mut in_flows: HashMap<u128, usize> = HashMap::new();
        let number = |finding: &Finding| {
            let hash = of(analysis, finding);
            let seen = if finding.flow.is_some() { &mut in_flows } else { &mut self.seen };
            let times = seen.entry(hash).or_default();
            *times += 1;
            if *times == 1 { format!("{hash:032x}") } else { format!("{hash:032x}-{times}") }
        };
        findings.iter().map(number).collect()
    }
}

fn of(analysis: &Analysis, finding: &Finding) -> u128 {
    let mut hasher = Hasher::new();
    hasher.part(finding.rule);
    match finding.flow {
        Some(flow) => hasher.part(analysis.workspace.flow(flow).id.as_str()),
        // The rest of the name is the container, or the folder it was unpacked to.
        None => hasher.part(analysis.sources.get(finding.place().file).name().file_name()),
    }
    if finding.keys.is_empty() {
        let mut labels: Vec<String> = finding.labels.iter().map(|label| place(analysis, label)).collect();
        labels.sort();
        labels.iter().for_each(|label| hasher.part(label));
    } else {
        hasher.part(&finding.place().route().map(keys).unwrap_or_default());
        finding.keys.iter().for_each(|key| hasher.part(key));
    }
    hasher.0
}

/// Only this many bytes of a text are hashed: many findings may point at the same string of megabytes.
const MAX_TEXT: usize = 4096;

/// A stable description of a place: the keys of its route and, for names and numbers, the text.
fn place(analysis: &Analysis, label: &Label) -> String {
    let text = crate::parse::text_at(&analysis.sources, &label.place);
    let text = &text[..floor_char_boundary(&text, MAX_TEXT)];
    match &label.place.target {
        Target::File => String::new(),
        Target::Span(_) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Target::Json(route, Part::Key) => keys(route),
        // The text of an object or array changes with its layout and its members.
        Target::Json(route, Part::Value) if text.starts_with(['{', '[']) => keys(route),
        Target::Json(route, Part::Value) => format!("{}={text}", keys(route)),
        Target::Within(route, ..) => format!("{}={text}", keys(route)),
    }
}

/// The keys of a route, without indices: elements of lists are identified by content, not by position.
fn keys(route: &Route) -> String {
    const USUAL_KEY: usize = 16;
    let mut out = String::with_capacity(route.steps().len() * USUAL_KEY);
    for (at, key) in route.steps().iter().filter_map(Step::key).enumerate() {
        out.push_str(if at > 0 { "\u{1f}" } else { "" });
        out.push_str(key);
    }
    out
}

/// FNV-1a with 128 bits. Unlike the hasher of the standard library, it gives the same result on every machine and in
/// every version.
struct Hasher(u128);

impl Hasher {
    fn new() -> Self {
        Hasher(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }

    fn part(&mut self, text: &str) {
        // 0xFF never occurs in UTF-8. It separates the parts, so that `ab`, `c` differs from `a`, `bc`.
        for byte in text.bytes().chain([0xFF]) {
            self.0 ^= u128::from(byte);
            self.0 = self.0.wrapping_mul(0x0100_0000_0000_0000_0000_013B);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_separated_and_the_empty_hash_is_the_fnv_offset() {
        let hash = |parts: &[&str]| {
            let mut hasher = Hasher::new();
            parts.iter().for_each(|part| hasher.part(part));
            hasher.0
        };
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
        assert_eq!(hash(&[]), 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
    }

    #[test]
    fn indices_do_not_change_the_keys() {
        assert_eq!(keys(&Route::of(["a"]).index(3).key("b")), keys(&Route::of(["a"]).index(4).key("b")));
    }
}
