//! Finds the errors of the catalog in a text of any length: a sentence, a nested message, the log of a pipeline.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::context::{Context, is_about_error};
use super::hints::{self, Hint};
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
    /// Where nothing but wrappers was found: the text behind the innermost one, of which nothing is known.
    pub(crate) inner: Option<String>,
}

/// An error in a text.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) error: &'static PlatformError,
    /// How often.
    pub(crate) times: usize,
    /// The names that the message has in its place for them, each once.
    pub(crate) names: Vec<String>,
    /// Where it stands first.
    at: usize,
    /// Where the last of its sentences ends.
    end: usize,
}

impl Found {
    fn at(error: &'static PlatformError, at: usize) -> Self {
        Found { error, times: 1, names: Vec::new(), at, end: at }
    }
}

impl Search {
    /// The answer to the name of one error.
    pub(crate) fn for_one(error: &'static PlatformError) -> Self {
        Search { found: vec![Found::at(error, 0)], ..Search::default() }
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
    /// For each error: what has to stand near its codes and sentences.
    contexts: Vec<Context>,
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
    let contexts = all().iter().map(Context::of).collect();
    Patterns { all: patterns, search: AhoCorasick::new(words).ok(), numbers, contexts }
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
    let mut before = [""; WORDS_BEFORE];
    for token in tokens::of(text) {
        tally.read_number(text, token, &before);
        codes.read(token, text, |code| find(code).is_some());
        // `##[error]` marks a line of a log, whatever it says.
        if !text[..token.start].ends_with("##[") {
            before.rotate_left(1);
            before[WORDS_BEFORE - 1] = token.text;
        }
    }
    let mut found = tally.found();
    let mut near = Vec::new();
    if found.iter().all(|one| one.error.wrapper) {
        let end_text = &text[cut(text, text.len().saturating_sub(4 * NEAR))..];
        match hints::of_part(text, &Letters::of(end_text), end_text, &codes_of(&found)) {
            Hint::Sure(error) => found.push(Found::at(error, text.len())),
            Hint::Near(errors) => near = errors,
        }
    }
    drop_general(&mut found);
    sort(text, &mut found);
    let is_message = text.len() <= LONGEST_MESSAGE;
    let only_wraps = found.iter().all(|one| one.error.wrapper);
    if only_wraps && near.is_empty() && is_message {
        near = hints::alike(text, &codes_of(&found));
    }
    let inner = if only_wraps && is_message { inner(text, &found) } else { None };
    Search { found, unknown: codes.found.into_iter().map(ToOwned::to_owned).collect(), near, inner }
}

/// How many words before a number may say that it is an error's.
const WORDS_BEFORE: usize = 2;

fn codes_of(found: &[Found]) -> Vec<&'static str> {
    found.iter().map(|one| one.error.code.as_str()).collect()
}

/// The text behind the innermost wrapper.
fn inner(text: &str, found: &[Found]) -> Option<String> {
    const FEWEST_WORDS: usize = 2;
    const LONGEST: usize = 160;
    let end = found.iter().map(|one| one.end).max()?;
    let is_sign = |c: char| !c.is_alphanumeric();
    let rest = text.get(end..)?.trim_matches(is_sign);
    // What the platform writes where it knows no more.
    if of_sentence(rest).ends_with("oneormoreerrorsoccurred") {
        return None;
    }
    let is_told = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() > 2;
    let shown = rest[..cut(rest, LONGEST)].split_whitespace().collect::<Vec<_>>().join(" ");
    let more = if rest.len() > LONGEST { "…" } else { "" };
    (rest.split_whitespace().filter(is_told).take(FEWEST_WORDS).count() == FEWEST_WORDS)
        .then(|| format!("{shown}{more}"))
}

/// How often an error was found, and where first.
#[derive(Debug, Default, Clone)]
struct Count {
    times: usize,
    first: usize,
    end: usize,
    names: Vec<String>,
    /// Where the occurrence begins that was read last, and what it is made of.
    begins: usize,
    parts: Vec<Part>,
}

/// A code or a sentence in a text.
#[derive(Debug, Clone)]
struct Part {
    pattern: usize,
    at: usize,
    end: usize,
    name: Option<String>,
}

/// The pattern of an error's numbers.
const NUMBER: usize = usize::MAX;

impl Count {
    /// A code and the sentence behind it are one occurrence; two codes are two. A line that repeats a message
    /// (`A => A`, `ExceptionMessage = A`) has it once.
    fn add(&mut self, text: &str, part: Part) {
        const MOST_NAMES: usize = 20;
        self.end = self.end.max(part.end);
        if let Some(name) = part.name.as_ref().filter(|name| !self.names.contains(name)) {
            if self.names.len() < MOST_NAMES {
                self.names.push(name.clone());
            }
        }
        let is_repeated = |one: &&mut Part| one.pattern == part.pattern && one.name == part.name;
        if let Some(same) = self.parts.iter_mut().find(is_repeated) {
            let gap = text.as_bytes().get(same.end..part.at).unwrap_or_default();
            if gap.len() <= LONGEST_REPEAT && !gap.contains(&b'\n') {
                (same.at, same.end) = (part.at, part.end);
                return;
            }
        }
        let is_same = self.times > 0
            && part.at.abs_diff(self.begins) <= NEAR
            && self.parts.iter().all(|one| one.pattern != part.pattern);
        if !is_same {
            self.first = if self.times == 0 { part.at } else { self.first.min(part.at) };
            self.times += 1;
            self.begins = part.at;
            self.parts.clear();
        }
        self.parts.push(part);
    }
}

/// How far a line's repetition is from what it repeats.
const LONGEST_REPEAT: usize = 4 << 10;

struct Tally {
    errors: Vec<Count>,
}

impl Tally {
    /// Reads a piece of the text, and what stands around it as its context.
    fn read(&mut self, text: &str, from: usize, to: usize) {
        let Patterns { all, search: Some(search), contexts, .. } = &*PATTERNS else { return };
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
            let range = match &pattern.form {
                Form::Code(code) => {
                    let is_it = is_one_word(code, piece, &letters, found.start());
                    is_it.then(|| found.range())
                }
                Form::Sentence(sentence) => sentence.at(piece, &letters, found.range()),
            };
            let Some(range) = range else { continue };
            let is_code = matches!(pattern.form, Form::Code(_));
            if !contexts[pattern.error].allows(piece, &letters, range.clone(), is_code) {
                continue;
            }
            let name = match &pattern.form {
                Form::Sentence(sentence) => sentence.name(piece, &letters, range.clone()),
                Form::Code(_) => None,
            };
            let end = start + range.end.checked_sub(1).map_or(0, |last| letters.end(piece, last));
            self.errors[pattern.error].add(text, Part { pattern: index, at, end, name });
        }
    }

    fn read_number(&mut self, text: &str, token: Token<'_>, words_before: &[&str]) {
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
        let Some(error) = PATTERNS.numbers.get(&number) else { return };
        // Any program prints numbers; `0x8…` and a sign are written before errors only.
        let is_marked = is_negative || number::is_marked(token.text);
        if is_marked || words_before.iter().any(|word| is_about_error(word)) || is_alone(text, token) {
            let part =
                Part { pattern: NUMBER, at: token.start, end: token.start + token.text.len(), name: None };
            self.errors[*error].add(text, part);
        }
    }

    fn found(self) -> Vec<Found> {
        let all = all().iter().zip(self.errors).filter(|(_, count)| count.times > 0);
        all.map(|(error, count)| Found {
            error,
            times: count.times,
            names: count.names,
            at: count.first,
            end: count.end,
        })
        .collect()
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

/// Whether a number is the whole text, or stands at its beginning with a colon behind it.
fn is_alone(text: &str, token: Token<'_>) -> bool {
    let has_word = |text: &str| text.contains(tokens::is_of_word);
    let (before, behind) = (&text[..token.start], &text[token.start + token.text.len()..]);
    !has_word(before) && (behind.starts_with(':') || !has_word(behind))
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
