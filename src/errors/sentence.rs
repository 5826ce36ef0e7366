//! Sentences that the platform prints, with holes for names: found by their letters.

use std::ops::Range;

use super::letters::{Letters, of_sentence};

/// How many letters a name in a message has at most: paths of connections, answers of services.
const LONGEST_HOLE: usize = 600;
/// The fewest letters of a sentence that was cut off.
const SHORTEST_CUT: usize = 24;
/// The fewest letters of the part that the text ends in.
const SHORTEST_END: usize = 3;

/// A sentence in letters.
#[derive(Debug)]
pub(super) struct Sentence {
    /// What stands between the holes.
    parts: Vec<String>,
    /// The longest part: the one that is looked for.
    longest: usize,
}

impl Sentence {
    /// A sentence with `*` for holes.
    pub(super) fn new(text: &str) -> Self {
        let parts: Vec<String> = text.split('*').map(of_sentence).filter(|part| !part.is_empty()).collect();
        let longest = (0..parts.len()).max_by_key(|part| parts[*part].len()).unwrap_or(0);
        Sentence { parts, longest }
    }

    /// The part to look for.
    pub(super) fn anchor(&self) -> &str {
        self.parts.get(self.longest).map_or("", String::as_str)
    }

    /// The fewest letters that it takes to be this sentence.
    #[cfg(test)]
    pub(super) fn length(&self) -> usize {
        self.parts.iter().map(String::len).sum()
    }

    /// Whether the sentence is there, of which the longest part was found.
    pub(super) fn is_at(&self, letters: &Letters, anchor: Range<usize>) -> bool {
        let text = &letters.text;
        let mut start = anchor.start;
        for part in self.parts[..self.longest].iter().rev() {
            let from = floor(text, start.saturating_sub(LONGEST_HOLE + part.len()));
            let Some(at) = text[from..start].rfind(part.as_str()) else { return false };
            start = from + at;
        }
        let mut end = anchor.end;
        for part in &self.parts[self.longest + 1..] {
            let to = floor(text, (end + LONGEST_HOLE + part.len()).min(text.len()));
            let Some(at) = text[end..to].find(part.as_str()) else { return false };
            end += at + part.len();
        }
        letters.is_whole(start, end)
    }

    /// Whether a text ends in the beginning of the sentence, in enough of it to tell.
    pub(super) fn is_cut_off(&self, letters: &Letters) -> bool {
        let text = &letters.text;
        let (mut end, mut read) = (None, 0);
        for part in &self.parts {
            let rest = match end {
                Some(end) => &text[end..],
                None => &text[floor(text, text.len().saturating_sub(2 * LONGEST_HOLE))..],
            };
            let base = text.len() - rest.len();
            if let Some(at) = rest.find(part.as_str()).filter(|at| end.is_none() || *at <= LONGEST_HOLE) {
                end = Some(base + at + part.len());
                read += part.len();
                continue;
            }
            let is_end = |length: &usize| part.is_char_boundary(*length) && rest.ends_with(&part[..*length]);
            let cut = (SHORTEST_END..part.len()).rev().find(is_end);
            let is_near = end.is_none() || rest.len() <= LONGEST_HOLE + part.len();
            return is_near && cut.is_some_and(|cut| read + cut >= SHORTEST_CUT);
        }
        false
    }
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at;
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_in(sentence: &str, text: &str) -> bool {
        let (sentence, letters) = (Sentence::new(sentence), Letters::of(text));
        letters
            .text
            .match_indices(sentence.anchor())
            .any(|(at, found)| sentence.is_at(&letters, at..at + found.len()))
    }

    #[test]
    fn holes_take_names_and_no_more() {
        let sentence = "Could not find connection * for API";
        assert!(is_in(sentence, "could not find connection '8718b2' for API \"shared_x\""));
        assert!(is_in(sentence, "(Could not find connection“” for api…"));
        assert!(!is_in(sentence, "could not find connection"));
        assert!(!is_in(sentence, &format!("could not find connection {} for API", "x".repeat(700))));
        assert!(!is_in("find connection", "find connections"));
    }

    #[test]
    fn the_end_of_a_text_may_be_missing() {
        let is_cut = |sentence: &str, text: &str| Sentence::new(sentence).is_cut_off(&Letters::of(text));
        let sentence = "The dependent component * does not exist. Failure trying to associate it with";
        assert!(is_cut(sentence, "x: The dependent component Workflow (Id=f84) does not exi..."));
        assert!(is_cut(sentence, "The dependent component Workflow (Id=f84) does not exist. Fail"));
        assert!(!is_cut(sentence, "The dependent component"));
        assert!(!is_cut(sentence, "The dependent component Workflow is here and nothing else is missing"));
        assert!(!is_cut("has never been published", "it has never been published"));
    }
}
