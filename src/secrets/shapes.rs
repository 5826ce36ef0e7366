//! Secrets with a known format, wherever they are: `ghp_…`, `-----BEGIN PRIVATE KEY-----`, the URL of a webhook. Many
//! services start their tokens with a fixed prefix, so that scanners can find them.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Input, Match, MatchKind, Span, packed};
use memchr::memmem::Finder;

use super::keys::TOKEN;
use super::scan::begins_word;
use super::values::{has_digit, is_placeholder, says_something};
use super::{CLIENT_SECRET, PRIVATE_KEY, Secret};
use crate::bytes::{Block, before_first, has_any};

/// The format of a token.
struct Shape {
    begins: &'static str,
    /// The fewest characters after the prefix.
    least: usize,
    what: &'static str,
    form: Form,
}

/// What follows the prefix.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Letters, digits, `_` and `-`.
    Token,
    /// The same and `.`.
    Dotted,
    /// The same and `/`: the end of a URL.
    Path,
    /// A number and a part of a URL.
    Numbered,
    /// The rest of a Telegram token. The number of the bot is before the prefix.
    Telegram,
    /// The rest of a secret of Microsoft Entra, whose "prefix" is in its middle, after three characters.
    Entra,
    /// A private key up to its end.
    Pem,
    /// The second and third part of a JSON web token.
    Jwt,
}

const GITHUB: &str = "a GitHub token";
const GITLAB: &str = "a GitLab token";
const SLACK: &str = "a Slack token";
const STRIPE: &str = "a Stripe key";
const WEBHOOK: &str = "the address of a webhook";
const API_KEY: &str = "an API key";

const fn shape(begins: &'static str, least: usize, what: &'static str, form: Form) -> Shape {
    Shape { begins, least, what, form }
}

const PEM: &str = "-----BEGIN ";

/// Sources: what the services document of their tokens, as secret scanners use it.
const SHAPES: [Shape; 47] = [
    shape("ghp_", 30, GITHUB, Form::Token),
    shape("gho_", 30, GITHUB, Form::Token),
    shape("ghu_", 30, GITHUB, Form::Token),
    shape("ghs_", 30, GITHUB, Form::Token),
    shape("ghr_", 30, GITHUB, Form::Token),
    shape("github_pat_", 40, GITHUB, Form::Token),
    shape("glpat-", 20, GITLAB, Form::Dotted),
    shape("gldt-", 20, GITLAB, Form::Token),
    shape("AKIA", 16, "an AWS access key", Form::Token),
    shape("ASIA", 16, "an AWS access key", Form::Token),
    shape("sk_live_", 16, STRIPE, Form::Token),
    shape("rk_live_", 16, STRIPE, Form::Token),
    shape("sk_test_", 16, STRIPE, Form::Token),
    shape("rk_test_", 16, STRIPE, Form::Token),
    shape("whsec_", 24, "the secret of a webhook", Form::Token),
    shape("xoxb-", 20, SLACK, Form::Token),
    shape("xoxp-", 20, SLACK, Form::Token),
    shape("xoxa-", 20, SLACK, Form::Token),
    shape("xoxr-", 20, SLACK, Form::Token),
    shape("xoxs-", 20, SLACK, Form::Token),
    shape("xapp-", 20, SLACK, Form::Token),
    shape("hooks.slack.com/services/", 30, WEBHOOK, Form::Path),
    // Discord: the path before it may state a version, `/api/v10`.
    shape("/webhooks/", 60, WEBHOOK, Form::Numbered),
    shape("/IncomingWebhook/", 60, WEBHOOK, Form::Path),
    shape(":AA", 32, "a Telegram token", Form::Telegram),
    shape("SG.", 50, "a SendGrid key", Form::Dotted),
    shape("AIza", 35, "a Google API key", Form::Token),
    shape("ya29.", 30, "a Google token", Form::Dotted),
    shape("sk-proj-", 32, "an OpenAI key", Form::Token),
    shape("sk-ant-", 32, "an Anthropic key", Form::Token),
    shape("sk-", 40, API_KEY, Form::Token),
    shape("npm_", 36, "an npm token", Form::Token),
    shape("pypi-", 60, "a PyPI token", Form::Token),
    shape("shpat_", 32, "a Shopify token", Form::Token),
    shape("shpss_", 32, "a Shopify secret", Form::Token),
    shape("dop_v1_", 60, "a DigitalOcean token", Form::Token),
    shape("dapi", 32, "a Databricks token", Form::Token),
    shape("ATATT3", 60, "an Atlassian token", Form::Token),
    shape("pat-na1-", 32, "a HubSpot token", Form::Token),
    shape("pat-eu1-", 32, "a HubSpot token", Form::Token),
    shape("lin_api_", 32, "a Linear key", Form::Token),
    shape("ntn_", 40, "a Notion token", Form::Token),
    shape("hf_", 30, "a Hugging Face token", Form::Token),
    shape("7Q~", 30, CLIENT_SECRET, Form::Entra),
    shape("8Q~", 30, CLIENT_SECRET, Form::Entra),
    shape(PEM, 0, PRIVATE_KEY, Form::Pem),
    shape("eyJ", 16, TOKEN, Form::Jwt),
];

/// Finds the prefixes of secrets.
enum Search {
    /// With vector instructions: takes a tenth of the time to build, and half of the time to search.
    Vector(packed::Searcher),
    /// For processors without such instructions.
    Automaton(AhoCorasick),
}

impl Search {
    fn new() -> Option<Self> {
        let begins = || SHAPES.iter().map(|shape| shape.begins);
        // The longest prefix wins: `sk-proj-` before `sk-`.
        let vector = packed::Config::new().match_kind(packed::MatchKind::LeftmostLongest).builder();
        let vector = vector.clone().extend(begins()).build().map(Search::Vector);
        let automaton = || AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(begins()).ok();
        vector.or_else(|| automaton().map(Search::Automaton))
    }

    /// The first prefix at or after a byte.
    fn next(&self, text: &str, from: usize) -> Option<Match> {
        match self {
            Search::Vector(search) => search.find_in(text, Span::from(from..text.len())),
            Search::Automaton(search) => search.find(Input::new(text).span(from..text.len())),
        }
    }
}

static SEARCH: LazyLock<Option<Search>> = LazyLock::new(Search::new);

/// Whether a text contains a secret with a known format.
pub(super) fn is_in(text: &str) -> bool {
    may_contain_one(text) && search(text).next().is_some()
}

/// The secrets with a known format in a text, from left to right.
pub(super) fn secrets(text: &str) -> Vec<Secret> {
    each(text).collect()
}

fn each(text: &str) -> impl Iterator<Item = Secret> {
    search(if may_contain_one(text) { text } else { "" })
}

fn search(text: &str) -> impl Iterator<Item = Secret> {
    let search = SEARCH.as_ref();
    let (mut at, mut end) = (0, 0);
    std::iter::from_fn(move || {
        while let Some(found) = search?.next(text, at) {
            at = found.end();
            // A prefix inside of another secret is masked with it.
            let one = Some(&SHAPES[found.pattern().as_usize()]).filter(|_| found.start() >= end);
            if let Some(secret) = one.and_then(|shape| secret(text, found.range(), shape)) {
                end = secret.range.end;
                return Some(secret);
            }
        }
        None
    })
}

/// Whether a text has as many letters, digits and signs in a row as a secret, with a digit or the two dots of a web token,
/// or the beginning of a private key. Runs for every string with a digit, a dot or a hyphen, in every flow.
fn may_contain_one(text: &str) -> bool {
    static PRIVATE_KEY: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(PEM));
    let bytes = text.as_bytes();
    let has_hyphen = || has_any(bytes, |block| block.equal(b'-'));
    bytes.len() >= FEWEST && (has_long_word(bytes) || has_hyphen() && PRIVATE_KEY.find(bytes).is_some())
}

/// Whether a text has as many letters, digits and signs in a row as a secret, with a digit or two dots. Looks at few
/// characters: in prose, the next space is never far.
fn has_long_word(bytes: &[u8]) -> bool {
    let mut start = 0;
    while bytes.len() - start >= FEWEST {
        const { assert!(Block::LENGTH <= FEWEST) };
        let before = no_word(Block::of(&bytes[start..])).up_to_last();
        if before > 0 {
            start += before;
            continue;
        }
        let end = start + before_first(&bytes[start..], no_word);
        let word = &bytes[start..end];
        let has_digit = || has_any(word, |block| block.between(b'0', b'9'));
        if word.len() >= FEWEST && (has_digit() || memchr::memchr_iter(b'.', word).nth(1).is_some()) {
            return true;
        }
        start = end;
    }
    false
}

/// Which bytes are in no word that may be a secret. The zeros after a text are in none.
fn no_word(block: Block) -> Block {
    let is_letter = block.lower().between(b'a', b'z');
    // The range has `-`, `.`, `/` and the digits.
    !(is_letter | block.between(b'-', b'9') | block.equal(b'_') | block.equal(b'~'))
}

/// See [`fewest`].
pub(super) const FEWEST: usize = fewest();

/// The number of characters of the shortest secret that is not a private key. The `:` of `:AA` does not count.
const fn fewest() -> usize {
    let (mut fewest, mut at) = (usize::MAX, 0);
    while at < SHAPES.len() {
        let length = SHAPES[at].begins.len() + SHAPES[at].least - 1;
        let is_key = matches!(SHAPES[at].form, Form::Pem);
        fewest = if is_key || length > fewest { fewest } else { length };
        at += 1;
    }
    fewest
}

fn secret(text: &str, begins: Range<usize>, shape: &Shape) -> Option<Secret> {
    let Shape { what, least, form, .. } = *shape;
    let rest = &text[begins.end..];
    let before = &text[..begins.start];
    let certain = |range: Range<usize>| Secret { range, what, is_certain: true };
    let is_token = |rest, more: &[u8]| generated(rest, more, least);
    match form {
        Form::Token | Form::Dotted => {
            let more: &[u8] = if form == Form::Dotted { b"." } else { b"" };
            // In the key of a step, `_` stands for a space: `Send_ghp_…`.
            let is_word = shape.begins.ends_with('_') && before.ends_with('_');
            let may_begin = is_word || begins_token(before);
            let length = Some(rest).filter(|_| may_begin).and_then(|rest| is_token(rest, more))?;
            Some(certain(begins.end..begins.end + length))
        }
        Form::Path => Some(certain(begins.end..begins.end + is_token(rest, b"/")?)),
        Form::Numbered => {
            let number = rest.bytes().take_while(u8::is_ascii_digit).count();
            let token = rest[number..].strip_prefix('/').filter(|_| number > 0)?;
            let start = begins.end + number + 1;
            Some(certain(start..start + is_token(token, b"")?))
        }
        Form::Telegram => {
            let digits = before.bytes().rev().take_while(u8::is_ascii_digit).take(11).count();
            let length =
                Some(rest).filter(|_| (8..=10).contains(&digits)).and_then(|rest| is_token(rest, b""))?;
            Some(certain(begins.start + 1..begins.end + length))
        }
        Form::Entra => {
            let start = begins.start.checked_sub(3)?;
            let is_head = text.as_bytes()[start..begins.start].iter().all(|byte| is_of_token(*byte));
            let length = Some(rest).filter(|_| is_head).and_then(|rest| is_token(rest, b".~"))?;
            Some(certain(start..begins.end + length))
        }
        Form::Pem => private_key(text, begins.end),
        Form::Jwt => {
            let parts = begins_token(before).then(|| jwt(rest, least))??;
            Some(Secret { range: begins.start..begins.end + parts, what, is_certain: false })
        }
    }
}

/// Whether a token may begin after a text: not in the middle of a word.
fn begins_token(before: &str) -> bool {
    begins_word(before.as_bytes()) && !before.ends_with(['_', '-'])
}

/// The length of the rest of a JSON web token: three parts.
fn jwt(rest: &str, least: usize) -> Option<usize> {
    let mut at = 0;
    for number in 0..3 {
        let length = length_of(&rest[at..], b"");
        if length < least {
            return None;
        }
        at += length;
        if number < 2 {
            at += rest[at..].starts_with('.').then_some(1)?;
        }
    }
    Some(at)
}

/// The body of a private key whose header contains this byte. Certificates and public keys are not secret.
fn private_key(text: &str, start: usize) -> Option<Secret> {
    const LONGEST_NAME: usize = 40;
    const LEAST: usize = 40;
    let rest = &text[start..];
    let name = rest.as_bytes().iter().take(LONGEST_NAME).position(|byte| *byte == b'-')?;
    if !rest[..name].contains("PRIVATE KEY") {
        return None;
    }
    let body = start + name + rest[name..].bytes().take_while(|byte| *byte == b'-').count();
    let length = text[body..].find("-----END").unwrap_or(text.len() - body);
    let key = &text[body..body + length];
    if !says_something(key) {
        return None;
    }
    let letters: Vec<u8> = key.bytes().filter(u8::is_ascii_alphanumeric).collect();
    let is_literal = !key.contains("@{") && !key.contains("...");
    let is_certain = is_literal && letters.len() >= LEAST && is_varied(&letters);
    Some(Secret { range: body..body + length, what: PRIVATE_KEY, is_certain })
}

const fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn length_of(rest: &str, more: &[u8]) -> usize {
    rest.bytes().take_while(|byte| is_of_token(*byte) || more.contains(byte)).count()
}

/// The length of the token at the start, if a service generated it. `xxxxxxxx` and `your-token-here` are placeholders.
fn generated(rest: &str, more: &[u8], least: usize) -> Option<usize> {
    /// The limit keeps hostile texts cheap, which may consist of prefixes.
    const MOST_READ: usize = 256;
    let head =
        rest.bytes().take(MOST_READ).take_while(|byte| is_of_token(*byte) || more.contains(byte)).count();
    let token = &rest[..head];
    let is_generated = head >= least
        && has_digit(token)
        && is_varied(token.as_bytes())
        && !is_placeholder(token)
        && !token.to_ascii_lowercase().contains("example");
    is_generated.then(|| length_of(rest, more))
}

/// Whether a text contains enough different characters.
fn is_varied(text: &[u8]) -> bool {
    const FEWEST: usize = 8;
    let mut seen = [false; 256];
    text.iter().for_each(|byte| seen[usize::from(*byte)] = true);
    seen.iter().filter(|seen| **seen).count() >= FEWEST
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_with_a_secret_is_passed_over(
            parts in prop::collection::vec((prop::sample::select(SHAPES.map(|shape| shape.begins).to_vec()), "[a-zA-Z0-9_.~/-]{0,80}[ :]?"), 1..4)
        ) {
            let text: String = parts.into_iter().flat_map(|(begins, rest)| [begins.to_owned(), rest]).collect();
            prop_assert_eq!(secrets(&text), search(&text).collect::<Vec<_>>());
        }

        #[test]
        fn long_words_are_found(text in "[ :é]{0,20}[a-zA-Z0-9_.~/-]{0,40}[ :é]?[a-zA-Z_~/-]{10,40}[ 0-9.]?[a-z./]{0,30}") {
            let belongs = |c: char| c.is_ascii_alphanumeric() || "_-./~".contains(c);
            let is_it = |word: &str| {
                word.len() >= FEWEST && (word.contains(|c: char| c.is_ascii_digit()) || word.matches('.').count() >= 2)
            };
            prop_assert_eq!(has_long_word(text.as_bytes()), text.split(|c| !belongs(c)).any(is_it));
        }
    }
}
