//! What a text may mean that has no known sentence as a whole: a part of one, one that is cut off, or a similar one.

use std::cmp::Reverse;

use super::letters::{Letters, of_sentence};
use super::sentence::Sentence;
use super::{PlatformError, all, tokens};

/// How many hints are given.
const MOST: usize = 3;

/// What a part of a sentence may mean.
pub(super) enum Hint {
    /// It is in the sentences of one error, and in words that tell.
    Sure(&'static PlatformError),
    /// These have it, too, or it is general.
    Near(Vec<&'static PlatformError>),
}

/// The errors of which the text is a part, or whose sentence is cut off at its end.
pub(super) fn of_part(text: &str, end: &Letters, end_text: &str, found: &[&str]) -> Hint {
    let (candidates, is_telling) = match fragments(text, found) {
        Some(found) => found,
        None => cut_off(end, end_text, found),
    };
    match candidates.as_slice() {
        [error] if is_telling => Hint::Sure(error),
        _ => Hint::Near(candidates),
    }
}

/// Errors whose sentence is cut off at the end of the text; and whether enough of it is there.
fn cut_off(end: &Letters, end_text: &str, found: &[&str]) -> (Vec<&'static PlatformError>, bool) {
    const ENOUGH: usize = 30;
    let length = |error: &PlatformError| {
        error.says.iter().filter_map(|says| Sentence::new(says).cut_off(end, end_text)).max()
    };
    let cut = missing(found).filter_map(|error| Some((length(error)?, error))).take(MOST);
    let (lengths, errors): (Vec<usize>, Vec<_>) = cut.unzip();
    (errors, lengths.iter().all(|length| *length >= ENOUGH))
}

/// Errors of which the whole text is a part, or several: `state 'Suspended'`, `Connection Id missing ...`; and whether
/// the text tells that it is from them.
fn fragments(text: &str, found: &[&str]) -> Option<(Vec<&'static PlatformError>, bool)> {
    const LONGEST: usize = 400;
    const SHORTEST: usize = 12;
    const SHORTEST_PIECE: usize = 6;
    if text.len() > LONGEST {
        return None;
    }
    let pieces = text.replace('…', "...");
    let pieces: Vec<String> =
        pieces.split("...").map(|piece| Letters::of(piece).text).filter(|piece| !piece.is_empty()).collect();
    let length: usize = pieces.iter().map(String::len).sum();
    if length < SHORTEST || pieces.iter().any(|piece| piece.len() < SHORTEST_PIECE) {
        return None;
    }
    let has_all = |error: &&PlatformError| {
        let says: Vec<String> = error.says.iter().map(|says| of_sentence(says)).collect();
        pieces.iter().all(|piece| says.iter().any(|says| says.contains(piece.as_str())))
    };
    let candidates: Vec<&PlatformError> = missing(found).filter(has_all).take(MOST).collect();
    (!candidates.is_empty()).then(|| (candidates, is_telling(text, &pieces, length)))
}

/// Whether a part of a sentence tells which: it is long, or has words that few other programs print.
fn is_telling(text: &str, pieces: &[String], length: usize) -> bool {
    const LONG: usize = 40;
    const FEWEST: usize = 7;
    /// Of general words, and the platform's own together.
    const PHRASES: [&str; 4] = ["connectionid", "connectionreference", "childworkflow", "managedforupgrade"];
    let lower = text.to_lowercase();
    let telling: usize = tokens::of(&lower)
        .map(|token| token.text)
        .filter(|word| !GENERAL.contains(word))
        .map(|word| word.chars().filter(|letter| letter.is_alphabetic()).count())
        .sum();
    length >= LONG
        || telling >= FEWEST
        || pieces.iter().any(|piece| PHRASES.iter().any(|phrase| piece.contains(phrase)))
}

/// Errors that were not found.
fn missing<'a>(found: &'a [&'a str]) -> impl Iterator<Item = &'static PlatformError> + 'a {
    all().iter().filter(|error| !found.contains(&error.code.as_str()))
}

/// Errors of which most words are in the text, the nearest first. What only wraps others is no hint.
pub(super) fn alike(text: &str, found: &[&str]) -> Vec<&'static PlatformError> {
    const FEWEST: usize = 4;
    let lower = text.to_lowercase();
    let words: Vec<&str> = words(&lower).collect();
    let shares = missing(found).filter(|error| !error.wrapper).filter_map(|error| {
        let share = |says: &String| {
            let says = says.to_lowercase();
            let (mut all, mut common, mut telling) = (0, 0, 0);
            for word in self::words(&says) {
                all += 1;
                if words.contains(&word) {
                    common += 1;
                    telling += usize::from(!GENERAL.contains(&word));
                }
            }
            (common >= FEWEST && common * 5 >= all * 3 && telling > 0).then(|| common * 100 / all)
        };
        Some((error.says.iter().filter_map(share).max()?, error))
    });
    let mut shares: Vec<(usize, &PlatformError)> = shares.collect();
    shares.sort_by_key(|(share, _)| Reverse(*share));
    shares.into_iter().map(|(_, error)| error).take(MOST).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    const LEAST: usize = 3;
    tokens::of(text)
        .map(|token| token.text)
        .filter(|word| word.len() >= LEAST && !["the", "and", "for", "was", "not"].contains(word))
}

/// Words of the catalog's sentences that messages of any program have, too.
#[rustfmt::skip]
const GENERAL: [&str; 210] = [
    "access", "account", "action", "actions", "actual", "added", "adequate", "all", "allowed", "already", "and",
    "another", "any", "api", "are", "as", "at", "authorized", "azure", "be", "because", "been", "before", "body",
    "both", "by", "call", "called", "can", "cannot", "client", "code", "column", "component", "components",
    "condition", "configured", "connection", "connections", "contain", "contains", "content", "content_types",
    "could", "customizations", "data", "database", "deleted", "description", "details", "dictionary", "did", "does",
    "doesn", "due", "either", "empty", "enabled", "entity", "environment", "error", "errors", "exceeded", "exceeds",
    "exception", "exist", "exists", "expected", "expression", "failed", "failure", "file", "files", "flow",
    "following", "for", "found", "from", "given", "has", "have", "higher", "host", "id", "import", "in", "input",
    "inputs", "install", "installed", "invalid", "is", "it", "item", "its", "key", "length", "limit", "line",
    "make", "manager", "match", "maximum", "member", "message", "missing", "moment", "more", "multiple", "must",
    "name", "need", "not", "null", "object", "occurred", "of", "on", "one", "only", "operation", "operations", "or",
    "other", "parameter", "parameters", "please", "present", "properties", "property", "provided", "read",
    "recognized", "reference", "remote", "request", "requested", "required", "requires", "resolved", "resource",
    "resources", "response", "returned", "root", "running", "same", "save", "see", "server", "service", "should",
    "solution", "solutions", "source", "specified", "start", "started", "state", "status", "support", "supported",
    "sure", "system", "template", "text", "than", "that", "the", "there", "these", "this", "time", "timed", "to",
    "token", "too", "trigger", "type", "types", "unable", "unauthorized", "unexpected", "unknown", "update",
    "upgrade", "used", "user", "users", "using", "valid", "validated", "validation", "value", "values", "variable",
    "variables", "version", "was", "were", "when", "where", "which", "will", "with", "without", "workflow", "xml",
    "you", "your",
];
