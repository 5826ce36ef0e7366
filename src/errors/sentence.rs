//! Sentences that the platform prints, with holes for names: found by their letters.

use std::ops::Range;

use super::letters::{Letters, of_sentence, plain, without_marks};

/// How many letters a name in a message has at most: paths of connections, answers of services.
const LONGEST_HOLE: usize = 600;
/// The fewest letters of a sentence that was cut off.
const SHORTEST_CUT: usize = 24;
/// The fewest letters of the part that the text ends in.
const SHORTEST_END: usize = 3;
/// A sentence whose longest part is shorter than this may be there by chance: its holes take one name each.
const LONG_PART: usize = 30;
/// The most words of a name between quotes, and of one without.
const MOST_QUOTED: usize = 30;
const MOST_BARE: usize = 2;

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

    /// Where the sentence is, of which the longest part was found.
    pub(super) fn at(&self, text: &str, letters: &Letters, anchor: Range<usize>) -> Option<Range<usize>> {
        let all = &letters.text;
        let mut start = anchor.start;
        for part in self.parts[..self.longest].iter().rev() {
            let from = floor(all, start.saturating_sub(LONGEST_HOLE + part.len()));
            let hole = from + all[from..start].rfind(part.as_str())?;
            if !self.takes(text, letters, hole + part.len()..start) {
                return None;
            }
            start = hole;
        }
        let mut end = anchor.end;
        for part in &self.parts[self.longest + 1..] {
            let to = floor(all, (end + LONGEST_HOLE + part.len()).min(all.len()));
            let at = end + all[end..to].find(part.as_str())?;
            if !self.takes(text, letters, end..at) {
                return None;
            }
            end = at + part.len();
        }
        letters.is_whole(start, end).then_some(start..end)
    }

    /// The name in a sentence that was found: what is in its first hole or, where it has none, between the quotes
    /// before or behind it.
    pub(super) fn name(&self, text: &str, letters: &Letters, range: Range<usize>) -> Option<String> {
        const LONGEST_NAME: usize = 120;
        let place = |at: usize| letters.place(at);
        let name = if self.parts.len() > 1 {
            let from = range.start + self.parts[0].len();
            let to = from + letters.text[from..range.end].find(self.parts[1].as_str())?;
            if from == to {
                return None;
            }
            plain(&without_marks(&text[place(from)..letters.end(text, to - 1)]))
        } else {
            let before = plain(
                &text[floor(text, place(range.start).saturating_sub(LONGEST_NAME))..place(range.start)],
            );
            let end = letters.end(text, range.end - 1);
            let behind = plain(&text[end..floor(text, (end + LONGEST_NAME).min(text.len()))]);
            let quoted_before = before.trim_end().strip_suffix('\'').and_then(|name| name.rsplit_once('\''));
            let quoted_behind = behind.trim_start().strip_prefix('\'').and_then(|name| name.split_once('\''));
            let name = quoted_before.map(|(_, name)| name).or(quoted_behind.map(|(name, _)| name))?;
            name.to_owned()
        };
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        (!name.is_empty() && name.len() <= LONGEST_NAME).then_some(name)
    }

    /// Whether these letters may be in a hole. Between short parts only a name may be, and no other sentence.
    fn takes(&self, text: &str, letters: &Letters, hole: Range<usize>) -> bool {
        let is_long = self.parts[self.longest].len() >= LONG_PART;
        is_long || hole.is_empty() || {
            let from = letters.end(text, hole.start - 1);
            is_name(&plain(&without_marks(&text[from..letters.place(hole.end).max(from)])))
        }
    }

    /// How many letters of the sentence a text ends in, where it ends in the beginning of it.
    pub(super) fn cut_off(&self, letters: &Letters, text: &str) -> Option<usize> {
        let all = &letters.text;
        let (mut end, mut read) = (None, 0);
        for part in &self.parts {
            let base = end.unwrap_or_else(|| floor(all, all.len().saturating_sub(2 * LONGEST_HOLE)));
            let rest = &all[base..];
            let takes = |at: usize| end.is_none() || self.takes(text, letters, base..base + at);
            let whole = rest.find(part.as_str()).filter(|at| end.is_none() || *at <= LONGEST_HOLE);
            if let Some(at) = whole.filter(|at| takes(*at)) {
                end = Some(base + at + part.len());
                read += part.len();
                continue;
            }
            let is_end = |length: &usize| part.is_char_boundary(*length) && rest.ends_with(&part[..*length]);
            let cut = (SHORTEST_END..part.len()).rev().find(is_end);
            let is_near = end.is_none() || rest.len() <= LONGEST_HOLE + part.len();
            let cut = cut.filter(|cut| is_near && takes(rest.len() - cut))?;
            return Some(read + cut).filter(|length| *length >= SHORTEST_CUT);
        }
        None
    }
}

/// Whether a text between two parts of a sentence is one name: between quotes or brackets, or a word or two.
fn is_name(hole: &str) -> bool {
    let hole = hole.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | ';' | ':'));
    let words = hole.split_whitespace().filter(|word| word.contains(char::is_alphanumeric));
    let count = words.clone().take(MOST_QUOTED + 1).count();
    let is_sign = |c: char| !c.is_alphanumeric();
    let is_quoted = hole.starts_with(is_sign) && hole.chars().count() > 1 && hole.ends_with(is_sign);
    let is_at_end = |word: &str| word.ends_with(['.', '!', '?']) && word.len() > 1;
    if is_quoted { count <= MOST_QUOTED } else { count <= MOST_BARE && !words.clone().any(is_at_end) }
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
            .any(|(at, found)| sentence.at(text, &letters, at..at + found.len()).is_some())
    }

    #[test]
    fn holes_take_names_and_no_more() {
        let sentence = "Could not find connection * for API";
        assert!(is_in(sentence, "could not find connection '8718b2' for API \"shared_x\""));
        assert!(is_in(sentence, "(Could not find connection“” for api…"));
        assert!(!is_in(sentence, "could not find connection"));
        assert!(!is_in(sentence, &format!("could not find connection {} for API", "x".repeat(700))));
        assert!(!is_in("find connection", "find connections"));
        let sentence = "The workflow * trigger * could not be found";
        for text in [
            "The workflow '6bc8' trigger 'manual' could not be found",
            "the workflow 6bc8 trigger manual could not be found",
            "the workflow \\u00276bc8\\u0027\n   trigger\n   &#39;When a row is added. Or not&#39; could\n not be found",
        ] {
            assert!(is_in(sentence, text), "{text}");
        }
        assert!(is_in(
            sentence,
            "a\tb\t2022-08-27T21:48:19.0970465Z The workflow 'x'\na\tb\t2022-08-27T21:48:20.0Z trigger 'The\n\
             a\tb\t2022-08-27T21:48:20.0Z last' could not\na\tb\t2022-08-27T21:48:21.0Z be found"
        ));
        for text in [
            "The workflow starts with a trigger on push. The reusable file could not be found.",
            "The workflow 'x' has a trigger that for 'y' could not be found.",
            "The workflow 'x' trigger missing. It could not be found.",
        ] {
            assert!(!is_in(sentence, text), "{text}");
        }
    }

    #[test]
    fn the_end_of_a_text_may_be_missing() {
        let is_cut =
            |sentence: &str, text: &str| Sentence::new(sentence).cut_off(&Letters::of(text), text).is_some();
        let sentence = "The dependent component * does not exist. Failure trying to associate it with";
        assert!(is_cut(sentence, "x: The dependent component Workflow (Id=f84) does not exi..."));
        assert!(is_cut(sentence, "The dependent component Workflow (Id=f84) does not exist. Fail"));
        assert!(!is_cut(sentence, "The dependent component"));
        assert!(!is_cut(sentence, "The dependent component Workflow is here and nothing else is missing"));
        assert!(!is_cut("has never been published", "it has never been published"));
        let sentence = "The workflow * trigger * could not be found";
        assert!(!is_cut(
            sentence,
            "The workflow for onboarding uses a trigger in SharePoint that we could not"
        ));
        assert!(is_cut(sentence, "The workflow 'x' trigger 'manual' could not be fou"));
    }
}
