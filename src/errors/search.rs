//! Finds the errors of the catalog in a text of any length: a sentence, a nested message, the log of a pipeline.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::letters::{Letters, of_sentence};
use super::sentence::Sentence;
use super::tokens::{self, Codes, Token};
use super::{PlatformError, all, find, number};

/// How much of a text is looked at in one go, and how much before and behind it: longer than any message.
const PIECE: usize = 1 << 20;
const CONTEXT: usize = 8 << 10;
#[cfg(test)]
pub(super) const PIECE_FOR_TESTS: usize = PIECE;
/// A text up to this length is one message, in which the innermost error counts; a longer one is a log.
const LONGEST_MESSAGE: usize = 16 << 10;
/// The code and the sentence of one error stand this near to each other.
const NEAR: usize = 600;

/// What is known of a text.
#[derive(Debug, Default)]
pub(crate) struct Search {
    /// What was found, the innermost first and wrappers last; in a log in the order of lines.
    pub(crate) found: Vec<Found>,
    /// Codes that the catalog does not have.
    pub(crate) unknown: Vec<String>,
    /// What may be meant where nothing is sure.
    pub(crate) near: Vec<&'static PlatformError>,
}

/// An error in a text.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) error: &'static PlatformError,
    /// How often.
    pub(crate) times: usize,
    /// Where it stands first.
    at: usize,
}

impl Search {
    /// The answer to the name of one error.
    pub(crate) fn for_one(error: &'static PlatformError) -> Self {
        Search { found: vec![Found { error, times: 1, at: 0 }], ..Search::default() }
    }
}

/// What is looked for.
struct Pattern {
    error: usize,
    form: Form,
}

enum Form {
    /// One word.
    Code(&'static str),
    Sentence(Sentence),
}

struct Patterns {
    all: Vec<Pattern>,
    search: Option<AhoCorasick>,
    /// The numbers of errors, and whose they are.
    numbers: HashMap<u32, usize>,
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let (mut patterns, mut words, mut numbers) = (Vec::new(), Vec::new(), HashMap::new());
    for (error, entry) in all().iter().enumerate() {
        for code in entry.printed_codes() {
            if let Some(number) = number::of_code(code) {
                numbers.insert(number, error);
                continue;
            }
            let form =
                if code.contains(' ') { Form::Sentence(Sentence::new(code)) } else { Form::Code(code) };
            words.push(of_sentence(code));
            patterns.push(Pattern { error, form });
        }
        for says in &entry.says {
            let sentence = Sentence::new(says);
            words.push(sentence.anchor().to_owned());
            patterns.push(Pattern { error, form: Form::Sentence(sentence) });
        }
    }
    Patterns { all: patterns, search: AhoCorasick::new(words).ok(), numbers }
});

/// The errors in a text.
pub(crate) fn in_message(text: &str) -> Search {
    let mut tally = Tally { errors: all().iter().map(|_| Count::default()).collect() };
    let mut from = 0;
    while from < text.len() {
        let to = cut(text, from + PIECE);
        tally.read(text, from, to);
        from = to;
    }
    let mut codes = Codes::default();
    for token in tokens::of(text) {
        tally.read_number(text, token);
        codes.read(token, |code| find(code).is_some());
    }
    let mut found = tally.found();
    let end = Letters::of(&text[cut(text, text.len().saturating_sub(4 * NEAR))..]);
    let mut near = Vec::new();
    if found.iter().all(|one| one.error.wrapper) {
        let mut candidates = fragments(text, &found);
        if candidates.is_empty() {
            candidates = cut_off(&end, &found);
        }
        match candidates.as_slice() {
            [error] => found.push(Found { error, times: 1, at: text.len() }),
            _ => near = candidates,
        }
    }
    drop_general(&mut found);
    sort(text, &mut found);
    if found.iter().all(|one| one.error.wrapper) && near.is_empty() && text.len() <= LONGEST_MESSAGE {
        near = alike(text, &found);
    }
    Search { found, unknown: codes.found.into_iter().map(ToOwned::to_owned).collect(), near }
}

/// How often an error was found, and where first.
#[derive(Debug, Default, Clone)]
struct Count {
    times: usize,
    first: usize,
    /// Where the occurrence begins that was read last, and which patterns it has.
    begins: usize,
    patterns: Vec<usize>,
}

/// The pattern of an error's numbers.
const NUMBER: usize = usize::MAX;

impl Count {
    /// A code and the sentence behind it are one occurrence; two codes are two.
    fn add(&mut self, pattern: usize, at: usize) {
        let is_same = self.times > 0 && at.abs_diff(self.begins) <= NEAR && !self.patterns.contains(&pattern);
        if !is_same {
            self.first = if self.times == 0 { at } else { self.first.min(at) };
            self.times += 1;
            self.begins = at;
            self.patterns.clear();
        }
        self.patterns.push(pattern);
    }
}

struct Tally {
    errors: Vec<Count>,
}

impl Tally {
    /// Reads a piece of the text, and what stands around it as its context.
    fn read(&mut self, text: &str, from: usize, to: usize) {
        let Patterns { all, search: Some(search), .. } = &*PATTERNS else { return };
        let (start, end) = (cut(text, from.saturating_sub(CONTEXT)), cut(text, to + CONTEXT));
        let piece = &text[start..end];
        let letters = Letters::of(piece);
        for found in search.find_overlapping_iter(&letters.text) {
            let at = start + letters.place(found.start());
            if !(from..to).contains(&at) {
                continue;
            }
            let index = found.pattern().as_usize();
            let pattern = &all[index];
            let is_it = match &pattern.form {
                Form::Code(code) => is_one_word(code, piece, &letters, found.start()),
                Form::Sentence(sentence) => sentence.is_at(&letters, found.range()),
            };
            if is_it {
                self.errors[pattern.error].add(index, at);
            }
        }
    }

    fn read_number(&mut self, text: &str, token: Token<'_>) {
        let first = token.text.as_bytes()[0];
        if !first.is_ascii_digit() || !matches!(token.text.len(), 8 | 10) {
            return;
        }
        let before = &text[..token.start];
        let is_negative =
            before.strip_suffix('-').is_some_and(|before| !before.ends_with(tokens::is_of_word));
        if is_of_guid(text, token) {
            return;
        }
        let Some(number) = number::of_word(token.text, is_negative) else { return };
        if let Some(error) = PATTERNS.numbers.get(&number) {
            self.errors[*error].add(NUMBER, token.start);
        }
    }

    fn found(self) -> Vec<Found> {
        let all = all().iter().zip(self.errors).filter(|(_, count)| count.times > 0);
        all.map(|(error, count)| Found { error, times: count.times, at: count.first }).collect()
    }
}

/// Whether the letters from here on are one word of the text. A log may have broken it at the end of a line; then its
/// case tells it from several words: `missing required property` is not a code.
fn is_one_word(code: &str, text: &str, letters: &Letters, start: usize) -> bool {
    let end = start + code.len();
    // Codes have letters and digits only.
    let mut breaks = (start + 1..end).filter(|at| letters.is_whole(*at, *at)).peekable();
    let is_unbroken = breaks.peek().is_none();
    let is_written_so = || {
        let letter = |at: usize| text.as_bytes().get(letters.place(start + at)).copied();
        code.bytes().enumerate().all(|(at, byte)| letter(at) == Some(byte))
    };
    letters.is_whole(start, end)
        && (is_unbroken
            || breaks.all(|at| text[letters.place(at - 1)..letters.place(at)].contains('\n'))
                && is_written_so())
}

/// Whether a word is the beginning of a GUID: `80040216-1234-…`.
fn is_of_guid(text: &str, token: Token<'_>) -> bool {
    let behind = text.as_bytes().get(token.start + token.text.len()..).unwrap_or_default();
    behind.len() > 5
        && behind[0] == b'-'
        && behind[1..5].iter().all(u8::is_ascii_hexdigit)
        && behind[5] == b'-'
}

/// Where a text is cut: at the greatest character boundary.
fn cut(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Errors whose sentence is cut off at the end of the text: one is the answer, several are hints.
fn cut_off(end: &Letters, found: &[Found]) -> Vec<&'static PlatformError> {
    let is_cut_off = |says: &String| Sentence::new(says).is_cut_off(end);
    missing(found).filter(|error| error.says.iter().any(is_cut_off)).take(MOST_NEAR).collect()
}

/// Errors of which the whole text is a part, or several: `state 'Suspended'`, `Connection Id missing ...`.
fn fragments(text: &str, found: &[Found]) -> Vec<&'static PlatformError> {
    const LONGEST: usize = 400;
    const SHORTEST: usize = 12;
    const SHORTEST_PIECE: usize = 6;
    if text.len() > LONGEST {
        return Vec::new();
    }
    let pieces = text.replace('…', "...");
    let pieces: Vec<String> =
        pieces.split("...").map(|piece| Letters::of(piece).text).filter(|piece| !piece.is_empty()).collect();
    let is_long_enough = pieces.iter().map(String::len).sum::<usize>() >= SHORTEST
        && pieces.iter().all(|piece| piece.len() >= SHORTEST_PIECE);
    let has_all = |error: &&PlatformError| {
        let says: Vec<String> = error.says.iter().map(|says| of_sentence(says)).collect();
        pieces.iter().all(|piece| says.iter().any(|says| says.contains(piece.as_str())))
    };
    if is_long_enough { missing(found).filter(has_all).take(MOST_NEAR).collect() } else { Vec::new() }
}

/// Errors that were not found.
fn missing(found: &[Found]) -> impl Iterator<Item = &'static PlatformError> + '_ {
    all().iter().filter(|error| !found.iter().any(|one| one.error.code == error.code))
}

/// Drops what a more special error says better.
fn drop_general(found: &mut Vec<Found>) {
    let special: Vec<(&str, usize)> =
        found.iter().filter_map(|one| Some((one.error.narrows.as_deref()?, one.times))).collect();
    found.retain(|one| !special.iter().any(|(code, times)| *code == one.error.code && one.times <= *times));
}

/// Wrappers last. In a message, the innermost error first; in a log, the first one.
fn sort(text: &str, found: &mut [Found]) {
    let depth = |at: usize| {
        let before = if text.len() > LONGEST_MESSAGE { "" } else { &text[..at] };
        before.bytes().fold(0_usize, |depth, byte| match byte {
            b'{' => depth + 1,
            b'}' => depth.saturating_sub(1),
            _ => depth,
        })
    };
    found.sort_by_cached_key(|one| (one.error.wrapper, Reverse(depth(one.at)), one.at));
}

/// How many hints are given.
const MOST_NEAR: usize = 3;

/// Errors of which most words are in the text, the nearest first.
fn alike(text: &str, found: &[Found]) -> Vec<&'static PlatformError> {
    const FEWEST: usize = 4;
    let lower = text.to_lowercase();
    let words: Vec<&str> = words(&lower).collect();
    let shares = missing(found).filter_map(|error| {
        let share = |says: &String| {
            let says = says.to_lowercase();
            let (mut all, mut common) = (0, 0);
            for word in self::words(&says) {
                (all, common) = (all + 1, common + usize::from(words.contains(&word)));
            }
            (common >= FEWEST && common * 5 >= all * 3).then(|| common * 100 / all)
        };
        Some((error.says.iter().filter_map(share).max()?, error))
    });
    let mut shares: Vec<(usize, &PlatformError)> = shares.collect();
    shares.sort_by_key(|(share, _)| Reverse(*share));
    shares.into_iter().map(|(_, error)| error).take(MOST_NEAR).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    const LEAST: usize = 3;
    tokens::of(text)
        .map(|token| token.text)
        .filter(|word| word.len() >= LEAST && !["the", "and", "for", "was", "not"].contains(word))
}
