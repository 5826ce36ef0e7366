//! What a finding is recognised by: its rule, its flow, where in the flow, and what it is about. Not by lines, the
//! order of anything, the name of the container, or the words of the message.

use std::collections::HashMap;

use crate::analysis::Analysis;
use crate::finding::{Finding, Label};
use crate::source::{Part, Route, Step, Target, floor_char_boundary};

/// The fingerprints of findings, in their order, each of them once: of two findings that are alike in everything that
/// counts, the second has a number behind it. No fixture needs one: a rule that does should say what its findings are
/// about with `Finding::key`.
pub(crate) fn of_all(analysis: &Analysis, findings: &[Finding]) -> Vec<String> {
    let mut seen: HashMap<u128, usize> = HashMap::new();
    let number = |finding| {
        let hash = of(analysis, finding);
        let times = seen.entry(hash).or_default();
        *times += 1;
        if *times == 1 { format!("{hash:032x}") } else { format!("{hash:032x}-{times}") }
    };
    findings.iter().map(number).collect()
}

fn of(analysis: &Analysis, finding: &Finding) -> u128 {
    let mut hasher = Hasher::new();
    hasher.part(finding.rule);
    match finding.flow {
        Some(flow) => hasher.part(analysis.workspace.flow(flow).id.as_str()),
        // The rest of the name is the container, and where it was unpacked.
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

/// Bytes of a text that count: many findings may point at one string of megabytes.
const MOST_TEXT: usize = 4096;

/// A place in words that stay: the keys on the way to it, and the text there where that is a name or a number.
fn place(analysis: &Analysis, label: &Label) -> String {
    let span = crate::parse::locate(&analysis.sources, &label.place);
    let text = analysis.sources.get(label.place.file).text().get(span.start..span.end).unwrap_or_default();
    let text = &text[..floor_char_boundary(text, MOST_TEXT)];
    match &label.place.target {
        Target::File => String::new(),
        Target::Span(_) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Target::Json(route, Part::Key) => keys(route),
        // The text of an object or list changes with its layout and its members.
        Target::Json(route, Part::Value) if text.starts_with(['{', '[']) => keys(route),
        Target::Json(route, Part::Value) => format!("{}={text}", keys(route)),
        Target::Within(route, ..) => format!("{}={text}", keys(route)),
    }
}

/// A route without its indices: what stands in a list is told by what it is, not by which it is.
fn keys(route: &Route) -> String {
    let keys = route.steps().iter().filter_map(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        Step::Index(_) => None,
    });
    keys.collect::<Vec<_>>().join("\u{1f}")
}

/// FNV-1a with 128 bits: the same on every machine and in every version, unlike the hasher of the standard library.
struct Hasher(u128);

impl Hasher {
    fn new() -> Self {
        Hasher(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }

    fn part(&mut self, text: &str) {
        // The last byte, which no text has, keeps `ab`, `c` apart from `a`, `bc`.
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
    fn parts_are_kept_apart_and_the_hash_is_fnv() {
        let hash = |parts: &[&str]| {
            let mut hasher = Hasher::new();
            parts.iter().for_each(|part| hasher.part(part));
            hasher.0
        };
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
        assert_eq!(hash(&[]), 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
    }

    #[test]
    fn indices_do_not_count() {
        assert_eq!(keys(&Route::of(["a"]).index(3).key("b")), keys(&Route::of(["a"]).index(4).key("b")));
    }
}
