//! The bytes of a file that reports mask.
//!
//! In JSON files, the *document* decides: a part of a line does not show the key of a value, or the meaning of its escapes.
//! Other texts are searched directly; XML only around the shown lines, where that is enough.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::expression::raw_range;
use crate::parse::json;
use crate::secrets::{self, Secret, ValueContext};
use crate::source::{Document, Json, Span, Text, Value, floor_char_boundary};

/// This many searches of some lines of a JSON file count as a full search, because each walks through many values.
const PARTIAL_SEARCHES: usize = 8;

/// This many searches of some lines of an XML file count as a full search, because each looks for what makes one necessary.
const PARTIAL_SEARCHES_OF_XML: usize = 128;

/// At most this many bytes of a JSON file are searched by themselves. A file may be a single line.
const LONGEST_EXCERPT: usize = 4096;

/// The secrets in these lines of a file, sorted and without overlaps. Secrets in other lines may be among them.
///
/// Most files have few findings, and a full search for three lines would take twenty times as long. If the partial searches
/// would add up to more than a full one, the whole file is searched once.
pub(super) fn in_lines<'a>(text: &'a Text, lines: &[Span]) -> Cow<'a, [Span]> {
    let all = text.text().len();
    if text.searched() > all {
        return Cow::Borrowed(of(text));
    }
    let spend = |bytes: usize| text.add_searched(bytes) <= all;
    let length: usize = lines.iter().map(|line| line.end - line.start).sum();
    let found = match document(text) {
        Some(document) => {
            let is_partial = length <= LONGEST_EXCERPT && spend(all.div_ceil(PARTIAL_SEARCHES));
            is_partial.then(|| Masks::of(document, Shown::Lines(lines)))
        }
        None => around(text.text(), lines)
            .filter(|parts| {
                let length: usize = parts.iter().map(Range::len).sum();
                spend(length.max(all / PARTIAL_SEARCHES_OF_XML))
            })
            .map(|parts| parts.into_iter().flat_map(|part| search(text.text(), part)).collect()),
    };
    match found {
        Some(found) => Cow::Owned(merged(found)),
        None => {
            text.add_searched(all + 1);
            Cow::Borrowed(of(text))
        }
    }
}

/// The parts of an XML text that must be searched to find the secrets in these lines, which are in order.
///
/// `None` if the whole text must be searched: it is not XML, a `<` may be text (comments, CDATA), it may contain a private
/// key, or a line may have the value of a variable that is named too far before it.
fn around(text: &str, lines: &[Span]) -> Option<Vec<Range<usize>>> {
    /// More bytes than the search reads after the name of a cookie to decide whether a value follows.
    const AHEAD: usize = 256;
    let bytes = text.as_bytes();
    let has = |part: &[u8]| memchr::memmem::find(bytes, part).is_some();
    if !text.trim_start().starts_with('<') || has(b"<!") || has(b"-----BEGIN") {
        return None;
    }
    let mut parts: Vec<Range<usize>> = Vec::new();
    for line in lines {
        let start = start_before(text, *line)?;
        let next = bytes.get(line.end + AHEAD..).and_then(|rest| memchr::memchr(b'<', rest));
        let end = next.map_or(text.len(), |length| line.end + AHEAD + length);
        match parts.last_mut() {
            Some(last) if start <= last.end => *last = last.start.min(start)..last.end.max(end),
            _ => parts.push(start..end),
        }
    }
    Some(parts)
}

/// Where a search must begin to find every secret in a line of an XML text; `None` if that is too far before it.
fn start_before(text: &str, line: Span) -> Option<usize> {
    /// A name is usually this near.
    const NEAR: usize = 512;
    /// More than any name, scheme or address before a secret needs.
    const REACH: usize = 16 * 1024;
    /// A search of more would take as long as a full search of most files.
    const FARTHEST: usize = 16 * REACH;
    let tag = memchr::memrchr(b'<', &text.as_bytes()[..line.start]).unwrap_or(0);
    if line.end - tag > FARTHEST {
        return None;
    }
    let before = |reach| tag_on_new_line(&text[..floor_char_boundary(text, tag.saturating_sub(reach))]);
    if !secrets::may_have_value(&text[tag..line.end]) {
        return Some(before(REACH));
    }
    let reaches = std::iter::successors(Some(NEAR), |reach| Some(2 * reach));
    let mut starts = reaches.take_while(|reach| *reach <= FARTHEST).map(before);
    let start = starts.find(|start| *start == 0 || secrets::names_variable(&text[*start..tag]))?;
    Some(start.min(before(REACH)))
}

/// The last tag that is first on its line, or the start of the text. No secret extends past a line break that a tag follows.
fn tag_on_new_line(text: &str) -> usize {
    let is_first = |tag: &usize| text[..*tag].trim_end_matches([' ', '\t']).ends_with('\n');
    memchr::memrchr_iter(b'<', text.as_bytes()).find(is_first).unwrap_or(0)
}

/// The secrets in a part of a text that is not JSON.
fn search(text: &str, part: Range<usize>) -> Vec<Span> {
    let found = secrets::ranges(&text[part.clone()]).into_iter();
    found.map(|range| Span::new(part.start + range.start, part.start + range.end)).collect()
}

/// The secrets of a file, sorted and without overlaps. Computed once.
fn of(text: &Text) -> &[Span] {
    text.secrets(|| {
        let found = match document(text) {
            Some(document) => Masks::of(document, Shown::All),
            None => search(text.text(), 0..text.text().len()),
        };
        merged(found)
    })
}

/// A text whose secrets are replaced by stars of the same length.
pub(crate) fn masked_text(text: &Text) -> String {
    let mut out = text.text().as_bytes().to_vec();
    for span in of(text) {
        out[span.start..span.end].fill(b'*');
    }
    String::from_utf8(out).unwrap_or_default()
}

/// The document of a JSON file; `None` for other files, which are recognised by their first character.
fn document(text: &Text) -> Option<&Document> {
    let may_be = text.text().trim_start().starts_with(['{', '[', '"']);
    let read = |text| json::parse(text).ok().map(Arc::new);
    text.document(|text| if may_be { read(text) } else { None })
}

fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match out.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => out.push(span),
        }
    }
    out
}

/// An object or array that contains the current value.
struct Container<'a> {
    end: usize,
    is_object: bool,
    /// The nearest key: that of the array, or of an array that contains it.
    key: &'a str,
    /// The values that are secrets if the object describes a secret: `{"name": "ApiKey", "value": "…"}`.
    values: Vec<Json<'a>>,
    is_of_secret: bool,
}

/// The part of a file that is searched.
#[derive(Clone, Copy)]
enum Shown<'a> {
    All,
    Lines(&'a [Span]),
}

impl Shown<'_> {
    /// Whether a part of this range is shown.
    fn has(self, span: Span) -> bool {
        match self {
            Shown::All => true,
            Shown::Lines(lines) => lines.iter().any(|line| span.start < line.end && line.start < span.end),
        }
    }
}

struct Masks<'a> {
    shown: Shown<'a>,
    containers: Vec<Container<'a>>,
    found: Vec<Span>,
}

impl<'a> Masks<'a> {
    fn of(document: &'a Document, shown: Shown<'a>) -> Vec<Span> {
        let mut masks = Masks { shown, containers: Vec::new(), found: Vec::new() };
        // What is inside of a value that is not shown is not shown, and tells nothing about other values.
        for json in document.in_order(|json| shown.has(json.span())) {
            let span = json.span();
            masks.leave(span.start);
            masks.value(json, span, shown.has(span));
        }
        masks.leave(usize::MAX);
        masks.found
    }

    /// Leaves the objects and arrays that end before a byte.
    fn leave(&mut self, at: usize) {
        while self.containers.last().is_some_and(|container| container.end <= at) {
            let Some(container) = self.containers.pop() else { return };
            for value in container.values.iter().filter(|_| container.is_of_secret) {
                self.mask(
                    *value,
                    secrets::find(ValueContext { around: "", key: "password" }, string(*value)),
                );
            }
        }
    }

    fn value(&mut self, json: Json<'a>, span: Span, is_shown: bool) {
        if let Some(key) = json.key_span().filter(|key| self.shown.has(*key)) {
            let found = secrets::ranges(json.key()).into_iter();
            let raw = json.document_text(key);
            self.push(key.start, raw, json.key().len(), found);
        }
        let inner = self.containers.last();
        let is_element = inner.is_some_and(|container| !container.is_object);
        let key = if is_element { inner.map_or("", |container| container.key) } else { json.key() };
        match json.value() {
            Value::Object(_) | Value::Array(_) if is_shown => {
                let is_object = matches!(json.value(), Value::Object(_));
                let is_of_secret = is_object && secrets::suggests_secret(key);
                let end = span.end;
                self.containers.push(Container { end, is_object, key, values: Vec::new(), is_of_secret });
            }
            Value::String(text) => {
                let above = self
                    .containers
                    .iter()
                    .rev()
                    .find(|container| container.is_object)
                    .map_or("", |object| object.key);
                // In `runAfter`, the keys are names of actions and the values are states.
                let key = if above == "runAfter" { "" } else { key };
                if is_shown {
                    self.mask(json, secrets::find(ValueContext { around: above, key }, text));
                }
                self.member(json, key, text, is_shown);
            }
            Value::Number(_) if is_shown && secrets::hides_number(key) => self.found.push(span),
            _ => {}
        }
    }

    /// Records whether a member shows that its object describes a secret.
    fn member(&mut self, json: Json<'a>, key: &str, text: &str, is_shown: bool) {
        let Some(object) = self.containers.last_mut().filter(|container| container.is_object) else { return };
        let is = |names: &[&str]| names.iter().any(|name| key.eq_ignore_ascii_case(name));
        let is_secure = is(&["type"]) && text.eq_ignore_ascii_case("SecureString");
        object.is_of_secret |=
            is_secure || is(&["name", "schemaname", "key"]) && secrets::suggests_secret(text);
        if is_shown && is(&["value", "defaultvalue"]) {
            object.values.push(json);
        }
    }

    fn mask(&mut self, json: Json<'_>, found: Vec<Secret>) {
        let ranges = found.into_iter().map(|secret| secret.range);
        self.push(json.span().start, json.raw(), string(json).len(), ranges);
    }

    /// Converts ranges of a decoded string to ranges of the file.
    fn push(&mut self, start: usize, raw: &str, length: usize, found: impl Iterator<Item = Range<usize>>) {
        if raw.len() == length {
            self.found.extend(found.map(|range| Span::new(start + range.start, start + range.end)));
            return;
        }
        let mut ranges: Vec<Range<usize>> = found.collect();
        ranges.sort_by_key(|range| (range.start, range.end));
        // Continues where the last range ended, so that many ranges take a single pass.
        let (mut decoded, mut at) = (0, 0);
        for range in ranges {
            let range = range.start.max(decoded)..range.end;
            if range.is_empty() {
                continue;
            }
            let found = raw_range(&raw[at..], range.start - decoded..range.end - decoded);
            self.found.push(Span::new(start + at + found.start, start + at + found.end));
            (at, decoded) = (at + found.end, range.end);
        }
    }
}

fn string(json: Json<'_>) -> &str {
    json.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value as Any;

    use super::*;

    /// A value whose keys and texts make other values secrets.
    fn value() -> impl Strategy<Value = Any> {
        let keys = [
            "name",
            "Value",
            "type",
            "schemaName",
            "defaultValue",
            "password",
            "runAfter",
            "authentication",
            "headers",
            "code",
            "x",
            "?sig=a1b2c3d4\n",
        ];
        let texts = [
            "ApiKey",
            "SecureString",
            "a1b2c3d4e5f60718",
            "Bearer a1b2c3d4e5f6",
            "?sig=a1b2c3\"d4",
            "x\npassword=a1b2c3d4",
            "",
        ];
        let leaf = prop_oneof![
            6 => prop::sample::select(texts.to_vec()).prop_map(Any::from),
            1 => (0..9999).prop_map(Any::from),
        ];
        leaf.prop_recursive(5, 60, 6, move |inner| {
            let member = (prop::sample::select(keys.to_vec()).prop_map(str::to_owned), inner.clone());
            prop_oneof![
                1 => prop::collection::vec(inner, 0..6).prop_map(Any::from),
                3 => prop::collection::vec(member, 0..6).prop_map(|members| Any::Object(members.into_iter().collect())),
            ]
        })
    }

    /// Which bytes of a line are masked.
    fn masked(masks: &[Span], line: Span) -> Vec<bool> {
        let is_masked = |at| masks.iter().any(|mask| (mask.start..mask.end).contains(&at));
        (line.start..line.end).map(is_masked).collect()
    }

    proptest! {
        #[test]
        fn lines_are_masked_as_in_the_whole_file(value in value(), other in 0_usize..60) {
            let text = Text::new("f.json", format!("{:#}", Any::from(vec![value])));
            let count = text.line_count();
            for index in 0..count {
                // A copy that counts what is searched by itself.
                let fresh = Text::new("f.json", text.text());
                let lines = [text.line_span(index), text.line_span(other % count)];
                let masks = in_lines(&fresh, &lines);
                prop_assert!(matches!(masks, Cow::Owned(_)));
                for line in lines {
                    prop_assert_eq!(masked(&masks, line), masked(of(&text), line));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn lines_of_xml_are_masked_as_in_the_whole_file(
            pieces in prop::collection::vec(prop::sample::select(&PIECES), 1..30), before in 0..3_usize, seed in 0_usize..60,
        ) {
            let pieces: String = pieces.into_iter().map(|piece| format!("{piece}\n")).collect();
            let filler = "<Label description=\"Sends the bill\" languagecode=\"1033\" />\n".repeat(300 * before);
            let text = Text::new("customizations.xml", format!("<All>\n{pieces}{filler}{pieces}{filler}</All>"));
            let lines = [1, 1 + seed, text.line_count() / 2 + seed].map(|index| text.line_span(index));
            let fresh = Text::new("customizations.xml", text.text());
            let masks = in_lines(&fresh, &lines);
            for line in lines {
                prop_assert_eq!(masked(&masks, line), masked(of(&text), line), "{}", &text.text()[line.start..line.end]);
            }
        }
    }

    /// Lines of XML that are secrets, make others secrets, or neither.
    const PIECES: [&str; 20] = [
        "<Password>a1b2c3d4</Password>",
        "<password>",
        "a1b2c3d4",
        "</password>",
        "<variable schemaname=\"x_Password\">",
        "<defaultvalue>a1b2c3d4</defaultvalue>",
        "</variable>",
        "<Url>https://user:a1b2c3d4@host/?sig=a1b2c3d4e5f6&amp;x=1</Url>",
        "<Data>{&quot;apiKey&quot;: &quot;a1b2c3d4e5f60718&quot;}</Data>",
        "<Header>Authorization: Bearer a1b2c3d4e5f6a1b2c3d4e5f6</Header>",
        "<Name name=\"Step\" label='x' />",
        "<a name=\"apiPassword\"/>",
        "<b value=\"s3cr3t-Pa55word!\"/>",
        "<b v&#97;lue=\"s3cr3t-Pa55word!\" />",
        "<d>{\"key\":{\"\\u0076alue\":\"a1b2c3d4\"}}</d>",
        "<basic name=\"x\"/>",
        "<Bearer Name=\"abc\"/><b/>",
        "<d>password='foo</d><entity Name=\"x\"/>",
        "<d>password=\"foo</d><entity Name=\"x\"/>",
        "<Cookie>hunter2Pa55</Cookie>",
    ];

    #[test]
    fn xml_is_searched_completely_where_more_than_what_is_around_may_matter() {
        let far = "<i/>\n".repeat(100_000);
        let long = "x".repeat(400_000);
        let texts = [
            "<a><!-- <b> --></a>",
            "<a><![CDATA[<b>]]></a>",
            "key: value",
            "<a>-----BEGIN PRIVATE KEY-----</a>",
            &format!("<a><b name='x'/>{far}\n<defaultValue>\nx</defaultValue>"),
            &format!("<a>{far}</a>\n<b value='x'/>"),
            &format!("<a>{long}</a>"),
        ];
        for text in texts {
            let text = Text::new("f", text);
            let last = text.line_span(text.line_count() - 1);
            assert!(matches!(in_lines(&text, &[last]), Cow::Borrowed(_)), "{}", text.text());
        }
        let value = format!("<a>{far}</a>\n<b name=\"\"><i/>\n<b value='x'/>");
        let text = Text::new("f", value);
        let last = text.line_span(text.line_count() - 1);
        assert!(matches!(in_lines(&text, &[last]), Cow::Owned(_)));
        for text in ["<a>x</a>", "<a>\n<b x='1'/>\n</a>"] {
            assert!(matches!(in_lines(&Text::new("f", text), &[Span::new(0, 3)]), Cow::Owned(_)), "{text}");
        }
    }

    #[test]
    fn long_lines_and_many_excerpts_of_json_search_the_file_once() {
        let is_borrowed = |text: &Text| matches!(in_lines(text, &[text.line_span(0)]), Cow::Borrowed(_));
        assert!(is_borrowed(&Text::new("f.json", format!("\"{}\"", "a".repeat(LONGEST_EXCERPT)))));
        let text = Text::new("f.json", "{      }");
        let excerpts: Vec<bool> = (0..PARTIAL_SEARCHES + 2).map(|_| is_borrowed(&text)).collect();
        assert_eq!(excerpts.iter().filter(|is_borrowed| **is_borrowed).count(), 2);
        assert!(excerpts[PARTIAL_SEARCHES]);
    }
}
