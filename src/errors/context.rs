//! What stands around a code or a sentence: words that other programs print, too, count only near what tells whose they
//! are.

use std::ops::Range;

use super::PlatformError;
use super::letters::{Letters, of_sentence};

/// What has to stand near the codes and sentences of an error, and what must not.
#[derive(Debug, Default)]
pub(super) struct Context {
    /// Letters of which some stand near.
    near: Vec<String>,
    /// Letters that do not stand near.
    unless: Vec<String>,
    /// Whether the code is a word that other services use.
    is_general: bool,
}

/// How far around a code or a sentence is looked, in letters.
const AROUND: usize = 600;
/// How much may stand around a sentence that is the whole text: `##[error]Error:`.
const ALONE: usize = 12;

/// Letters of what stands in messages of Power Automate and Dataverse, and hardly in others.
const PLATFORM: [&str; 16] = [
    "powerautomate",
    "powerapps",
    "powerplatform",
    "dataverse",
    "cloudflow",
    "connectionreference",
    "flowclienterror",
    "flowservererror",
    "flowsavefailed",
    "workflowrunaction",
    "workflowoperation",
    "turnonfailed",
    "turnon",
    "solutionimport",
    "importsolution",
    "microsoftlogic",
];

impl Context {
    pub(super) fn of(error: &PlatformError) -> Self {
        let letters = |texts: &[String]| texts.iter().map(|text| of_sentence(text)).collect();
        Context { near: letters(&error.near), unless: letters(&error.unless), is_general: error.general }
    }

    /// Whether a code or a sentence that stands at these letters counts.
    pub(super) fn allows(&self, text: &str, letters: &Letters, range: Range<usize>, is_code: bool) -> bool {
        if self.near.is_empty() && self.unless.is_empty() && !(self.is_general && is_code) {
            return true;
        }
        let all = &letters.text;
        let around = &all[floor(all, range.start.saturating_sub(AROUND))..floor(all, range.end + AROUND)];
        let has = |words: &[String]| words.iter().any(|word| around.contains(word.as_str()));
        if has(&self.near) {
            return true;
        }
        if has(&self.unless) {
            return false;
        }
        if is_code && self.is_general {
            return all.len() == range.len()
                || is_marked(text, letters, &range)
                || PLATFORM.iter().any(|word| around.contains(word));
        }
        self.near.is_empty()
            || !self.unless.is_empty()
            || all.len() - range.len() <= ALONE
            || is_line(text, letters, &range)
    }
}

/// Whether a sentence is all that its line says.
fn is_line(text: &str, letters: &Letters, range: &Range<usize>) -> bool {
    const LONGEST: usize = 400;
    let (start, end) = (letters.place(range.start), letters.end(text, range.end - 1));
    let start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[end..].find('\n').map_or(text.len(), |at| end + at);
    end - start <= LONGEST && Letters::of(&text[start..end]).text.len() <= range.len() + ALONE
}

/// Whether a word stands behind `code`, or between quotes.
fn is_marked(text: &str, letters: &Letters, range: &Range<usize>) -> bool {
    let (start, end) = (letters.place(range.start), letters.end(text, range.end - 1));
    let is_quote = |c: char| matches!(c, '\'' | '"' | '`' | '\\' | '&' | ';' | '\u{2018}'..='\u{201F}');
    let is_quoted = text[..start].ends_with(is_quote) && text[end..].starts_with(is_quote);
    let before = &letters.text[..range.start];
    let gap = before.chars().next_back().map_or(0, |_| start - letters.end(text, range.start - 1));
    is_quoted || before.ends_with("code") && gap <= LONGEST_GAP
}

/// What may stand between `code` and a code.
const LONGEST_GAP: usize = 16;

/// Whether a word before a number says that it is one of an error: `Error`, `ErrorCode`, `HResult`, `Fehlercode`.
pub(super) fn is_about_error(word: &str) -> bool {
    const WORDS: [&str; 12] = [
        "error",
        "code",
        "exception",
        "failure",
        "failed",
        "hresult",
        "result",
        "fehler",
        "erreur",
        "errore",
        "erro",
        "fout",
    ];
    let word = word.to_lowercase();
    WORDS.iter().any(|known| word.starts_with(known) || word.ends_with(known))
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
