//! Reads the XML that exports consist of: elements, attributes and texts, with names in ASCII. It gives up on everything that
//! is rare and on every error, and leaves the text to roxmltree.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::escape::unescape;

use super::tree::{Content, Document};
use crate::bytes::{Block, before_first, has_any, has_any_in};
use crate::markup::Signs;
use crate::source::Span;

/// The elements of a text; `None` if the text is not valid, or contains anything that is rare.
pub(super) fn read(text: &str) -> Option<Document<'_>> {
    /// Room is reserved for an element and an attribute in this many bytes of text, because copying growing lists takes as
    /// long as filling them.
    const BYTES_PER_ELEMENT: usize = 64;
    const MOST_RESERVED: usize = 1 << 16;
    if !has_usual_characters(text) {
        return None;
    }
    let start = DECLARATIONS.iter().find(|one| text.starts_with(**one)).map_or(0, |one| one.len());
    let mut reader = Reader {
        text,
        signs: Signs::from(text.as_bytes(), start),
        document: Document::new(text, (text.len() / BYTES_PER_ELEMENT).min(MOST_RESERVED)),
        open: Vec::new(),
        prefixes: Vec::new(),
        content: None,
        has_returns: false,
    };
    let mut at = start;
    while let Some(tag) = reader.content_until_tag(at)? {
        at = reader.tag(tag)?;
    }
    let count = reader.document.len();
    reader.document.close(0);
    (reader.open.is_empty() && count > 1).then_some(reader.document)
}

/// The declarations of most files.
const DECLARATIONS: [&str; 3] = [
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
    "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>",
];

/// Whether a text has neither characters that XML forbids, nor a byte order mark, nor the end of a `CDATA` section.
fn has_usual_characters(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has_control = has_any(bytes, |block| block.is_control() & !block.is_blank());
    let has_noncharacter =
        || memchr::memchr_iter(0xEF, bytes).any(|at| matches!(bytes[at + 1..at + 3], [0xBF, 0xBE | 0xBF]));
    !has_control
        && !has_noncharacter()
        && !text.starts_with('\u{FEFF}')
        && !memchr::memchr_iter(b']', bytes).any(|at| bytes[at..].starts_with(b"]]>"))
}

/// Reads a text from left to right. Its methods return `None` to give up.
struct Reader<'a> {
    text: &'a str,
    /// The signs that have not been read yet.
    signs: Signs<'a>,
    document: Document<'a>,
    /// The unfinished elements, innermost last: their indices and names.
    open: Vec<(usize, &'a str)>,
    /// The prefixes that the root element declares.
    prefixes: Vec<&'a str>,
    /// The first text of the innermost unfinished element, while it is read.
    content: Option<Content<'a>>,
    /// Whether the last piece of text has carriage returns.
    has_returns: bool,
}

impl<'a> Reader<'a> {
    /// Reads text and references from an offset up to a tag. Returns the offset of the tag; `Some(None)` at the end.
    fn content_until_tag(&mut self, mut from: usize) -> Option<Option<usize>> {
        while let Some(at) = self.signs.next() {
            match self.text.as_bytes()[at] {
                b'<' => return self.text(from..at).map(|()| Some(at)),
                b'&' => {
                    self.text(from..at)?;
                    from = at + memchr::memchr(b';', &self.text.as_bytes()[at..])? + 1;
                    self.reference(at..from)?;
                }
                _ => {}
            }
        }
        self.text(from..self.text.len()).map(|()| None)
    }

    /// Reads a tag. Returns the offset after it.
    fn tag(&mut self, start: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        match bytes.get(start + 1)? {
            b'/' => {
                let close = self.signs.until(b'>')?;
                self.end(
                    self.text[start + 2..close]
                        .trim_end_matches(|c: char| u8::try_from(c).is_ok_and(is_blank)),
                )?;
                Some(close + 1)
            }
            b'!' | b'?' => None,
            _ => self.start(start),
        }
    }

    /// Reads the start of an element.
    fn start(&mut self, start: usize) -> Option<usize> {
        self.finish_content();
        // A text has one root element.
        if self.open.is_empty() && self.document.len() > 1 {
            return None;
        }
        let bytes = self.text.as_bytes();
        let mut at = start + 1 + name_length(&bytes[start + 1..])?;
        let name = &self.text[start + 1..at];
        let index = self.document.open(Span::new(start + 1, at));
        let mut has_prefixed = false;
        let is_empty = loop {
            let blanks = blanks(&bytes[at..]);
            at += blanks;
            match bytes[at..] {
                [b'>', ..] => break false,
                [b'/', b'>', ..] => break true,
                _ if blanks == 0 => return None,
                _ => at = self.attribute(at, &mut has_prefixed)?,
            }
        };
        let end = self.signs.next()?;
        if !is_empty {
            self.open.push((index, name));
        }
        Some(end + 1)
    }

    fn end(&mut self, name: &str) -> Option<()> {
        self.finish_content();
        let (index, opened) = self.open.pop()?;
        self.document.close(index);
        (opened == name).then_some(())
    }

    /// Reads an attribute of the last element. Returns the offset after it.
    fn attribute(&mut self, start: usize, has_prefixed: &mut bool) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut end = start + name_length(&bytes[start..])?;
        let has_prefix = bytes.get(end) == Some(&b':');
        if has_prefix {
            end += 1 + name_length(&bytes[end + 1..])?;
        }
        let equals = end + blanks(&bytes[end..]);
        let quote = equals + 1 + bytes.get(equals + 1..).map(blanks)?;
        // Also moves the signs past the opening quote.
        if bytes.get(equals) != Some(&b'=')
            || self.signs.next()? != quote
            || !matches!(bytes[quote], b'"' | b'\'')
        {
            return None;
        }
        let close = self.signs.until(bytes[quote])?;
        let (name, inside) = (&self.text[start..end], quote + 1..close);
        let written = &self.text[inside.clone()];
        // Each blank in a value means a space.
        let is_wrong = |block: Block| block.is_control() | block.equal(b'<');
        let is_plain = !has_any_in(bytes, inside.clone(), |block| is_wrong(block) | block.equal(b'&'));
        if !is_plain && has_any_in(bytes, inside.clone(), is_wrong) {
            return None;
        }
        if has_prefix || name == "xmlns" {
            is_plain.then_some(())?;
            self.with_prefix(name, written, has_prefixed)?;
            return Some(close + 1);
        }
        let is_repeated = self.document.has_attribute(name);
        let value = match is_plain {
            true => Cow::Borrowed(written),
            false => unescape(written).ok().filter(|value| !has_forbidden(value))?,
        };
        self.document.add_attribute(Span::new(start, end), inside.into(), value);
        (!is_repeated).then_some(close + 1)
    }

    /// Reads an attribute with a prefix, or `xmlns`.
    fn with_prefix(&mut self, name: &'a str, written: &str, has_prefixed: &mut bool) -> Option<()> {
        match name.split_once(':') {
            Some(("xmlns", prefix)) => self.declare(Some(prefix), written),
            Some((prefix, _)) => {
                let is_known = self.prefixes.contains(&prefix);
                // Two prefixes may stand for the same namespace.
                let is_first = !std::mem::replace(has_prefixed, true);
                (is_known && is_first).then_some(())
            }
            None => self.declare(None, written),
        }
    }

    /// Reads a declaration of a namespace, which has no references. Those in other elements than the root are rare.
    fn declare(&mut self, prefix: Option<&'a str>, namespace: &str) -> Option<()> {
        let is_usual = self.open.is_empty()
            && !namespace.is_empty()
            && !namespace.starts_with("http://www.w3.org/XML")
            && !namespace.starts_with("http://www.w3.org/2000/xmlns");
        let is_new =
            prefix.is_none_or(|prefix| !prefix.starts_with("xml") && !self.prefixes.contains(&prefix));
        self.prefixes.extend(prefix);
        (is_usual && is_new).then_some(())
    }

    fn text(&mut self, range: Range<usize>) -> Option<()> {
        if range.is_empty() {
            return Some(());
        }
        let bytes = self.text.as_bytes();
        let is_blank = || !has_any_in(bytes, range.clone(), |block| !block.is_blank());
        let Some((index, _)) = self.open.last() else { return is_blank().then_some(()) };
        self.has_returns = has_any_in(bytes, range.clone(), |block| block.equal(b'\r'));
        match &self.content {
            // roxmltree keeps some of the line breaks in texts with references.
            Some(_) if self.has_returns => return None,
            // Only the first text of an element counts.
            None if self.document.has_content(*index) => return Some(()),
            _ => {}
        }
        let written = &self.text[range.clone()];
        let value = match self.has_returns && !is_blank() {
            true => Cow::Owned(written.replace("\r\n", "\n").replace('\r', "\n")),
            false => Cow::Borrowed(written),
        };
        self.add_content(value, range);
        Some(())
    }

    /// Reads a reference: `&amp;`, `&#xA;`.
    fn reference(&mut self, range: Range<usize>) -> Option<()> {
        if self.open.is_empty() {
            return None;
        }
        let value = unescape(&self.text[range.clone()]).ok()?;
        if has_forbidden(&value) || self.has_returns && self.content.is_some() {
            return None;
        }
        self.add_content(value, range);
        Some(())
    }

    /// Adds a piece of a text, which a reference splits. Only the first text of an element counts.
    fn add_content(&mut self, value: Cow<'a, str>, range: Range<usize>) {
        let Some((index, _)) = self.open.last() else { return };
        if let Some(content) = &mut self.content {
            content.span.end = range.end;
            content.value.to_mut().push_str(&value);
        } else if !self.document.has_content(*index) {
            let is_first = self.document.len() == index + 1;
            self.content = Some(Content { span: Span::new(range.start, range.end), value, is_first });
        }
    }

    fn finish_content(&mut self) {
        if let (Some(content), Some((index, _))) = (self.content.take(), self.open.last()) {
            self.document.set_content(*index, content);
        }
    }
}

/// The number of blanks at the start of a text.
fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|byte| is_blank(**byte)).count()
}

/// The length of the name at the start of a text, which consists of the characters that names in exports have. `None` if there
/// is none.
fn name_length(text: &[u8]) -> Option<usize> {
    let begins = text.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    let is_inner = |block: Block| {
        let is_letter = block.lower().between(b'a', b'z') | block.equal(b'_');
        is_letter | block.between(b'0', b'9') | block.between(b'-', b'.')
    };
    begins.then(|| before_first(text, |block| !is_inner(block)))
}

/// Whether a decoded text has characters that XML forbids.
fn has_forbidden(text: &str) -> bool {
    text.contains(|c| c < ' ' && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{FFFE}' | '\u{FFFF}'))
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
