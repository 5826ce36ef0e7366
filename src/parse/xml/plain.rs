//! Reads the XML that exports consist of: elements, attributes and texts, with names in ASCII. quick-xml splits the text. It
//! checks less than the standard demands, so the reader gives up at everything that it would have to check, and at every
//! error: roxmltree then decides what the text means.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::tree::{Attribute, Content, Document, Entry};
use crate::bytes::{Block, has_any};
use crate::source::Span;

/// The elements of a text; `None` if the text is not valid, or contains anything that is rare.
pub(super) fn read(text: &str) -> Option<Document<'_>> {
    if !has_usual_characters(text) {
        return None;
    }
    let mut builder = Builder {
        text,
        document: Document::with_room(text),
        open: Vec::new(),
        prefixes: Vec::new(),
        content: None,
        has_returns: false,
    };
    let mut reader = Reader::from_str(text);
    loop {
        let start = position(&reader)?;
        let event = reader.read_event().ok()?;
        let end = position(&reader)?;
        match event {
            Event::Decl(_) => DECLARATIONS.contains(&&text[start..end]).then_some(())?,
            Event::Start(tag) => builder.start(&tag, start, false)?,
            Event::Empty(tag) => builder.start(&tag, start, true)?,
            Event::End(_) => builder.end()?,
            Event::Text(_) => builder.text(start..end)?,
            Event::GeneralRef(reference) => builder.reference(&reference, start..end)?,
            Event::Eof => return builder.finish(),
            Event::CData(_) | Event::Comment(_) | Event::PI(_) | Event::DocType(_) => return None,
        }
    }
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
    // Without an early end, so that it is compiled to vector instructions.
    let is_control = |byte: u8| byte < b' ' && !is_blank(byte);
    let has_control = bytes.iter().fold(false, |found, byte| found | is_control(*byte));
    let has_noncharacter =
        || memchr::memchr_iter(0xEF, bytes).any(|at| matches!(bytes[at + 1..at + 3], [0xBF, 0xBE | 0xBF]));
    !has_control
        && !has_noncharacter()
        && !text.starts_with('\u{FEFF}')
        && memchr::memmem::find(bytes, b"]]>").is_none()
}

/// The offset that a reader has reached.
fn position(reader: &Reader<&[u8]>) -> Option<usize> {
    usize::try_from(reader.buffer_position()).ok()
}

/// Builds the list of elements.
struct Builder<'a> {
    text: &'a str,
    document: Document<'a>,
    /// The indices of the unfinished elements, innermost last.
    open: Vec<usize>,
    /// The prefixes that the root element declares.
    prefixes: Vec<&'a str>,
    /// The first text of the innermost unfinished element, while it is read.
    content: Option<Content<'a>>,
    /// Whether the last piece of text has carriage returns.
    has_returns: bool,
}

impl<'a> Builder<'a> {
    fn start(&mut self, tag: &BytesStart<'_>, start: usize, is_empty: bool) -> Option<()> {
        self.finish_content();
        let index = self.document.elements.len();
        // A text has one root element.
        if self.open.is_empty() && index > 1 {
            return None;
        }
        let name = self.part(tag, start, tag.name().as_ref());
        let first = self.document.attributes.len();
        self.attributes(tag, start)?;
        let attributes = (first, self.document.attributes.len());
        let name = is_name(&self.text[name.clone()]).then(|| &self.text[name])?;
        self.document.elements.push(Entry { name, start, end: index + 1, attributes, content: None });
        if !is_empty {
            self.open.push(index);
        }
        Some(())
    }

    fn end(&mut self) -> Option<()> {
        self.finish_content();
        let index = self.open.pop()?;
        self.document.elements[index].end = self.document.elements.len();
        Some(())
    }

    fn finish(mut self) -> Option<Document<'a>> {
        let count = self.document.elements.len();
        self.document.elements[0].end = count;
        (self.open.is_empty() && count > 1).then_some(self.document)
    }

    /// Reads the attributes of an element, which starts at `start`.
    fn attributes(&mut self, tag: &BytesStart<'_>, start: usize) -> Option<()> {
        let first = self.document.attributes.len();
        let mut has_prefixed = false;
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.ok()?;
            let name = self.part(tag, start, attribute.key.as_ref());
            let value = self.part(tag, start, &attribute.value);
            // quick-xml accepts attributes without a space between them.
            if !is_blank(self.text.as_bytes()[name.start - 1]) {
                return None;
            }
            let (name, written) = (&self.text[name], &self.text[value.clone()]);
            // Each blank in a value means a space.
            let is_wrong = |block: Block| block.is_control() | block.equal(b'<');
            let is_plain = !has_any(written.as_bytes(), |block| is_wrong(block) | block.equal(b'&'));
            if !is_plain && has_any(written.as_bytes(), is_wrong) {
                return None;
            }
            if is_name(name) && name != "xmlns" {
                let attributes = &mut self.document.attributes;
                let is_repeated = attributes[first..].iter().any(|other| other.name == name);
                let span = Span::new(value.start, value.end);
                let value = match is_plain {
                    true => Cow::Borrowed(written),
                    false => unescape(written).ok().filter(|value| !has_forbidden(value))?,
                };
                attributes.push(Attribute { name, value, span });
                (!is_repeated).then_some(())?;
                continue;
            }
            match name.split_once(':') {
                Some(("xmlns", prefix)) => self.declare(Some(prefix), written)?,
                None if name == "xmlns" => self.declare(None, written)?,
                Some((prefix, local)) => {
                    let is_known = self.prefixes.contains(&prefix) && is_name(local);
                    // Two prefixes may stand for the same namespace.
                    let is_first = !std::mem::replace(&mut has_prefixed, true);
                    (is_known && is_first).then_some(())?;
                }
                None => return None,
            }
        }
        Some(())
    }

    /// Reads a declaration of a namespace. Those in other elements than the root are rare.
    fn declare(&mut self, prefix: Option<&'a str>, namespace: &str) -> Option<()> {
        let is_usual = self.open.is_empty()
            && !namespace.is_empty()
            && !namespace.contains('&')
            && !namespace.starts_with("http://www.w3.org/XML")
            && !namespace.starts_with("http://www.w3.org/2000/xmlns");
        let is_new = prefix.is_none_or(|prefix| {
            is_name(prefix) && !prefix.starts_with("xml") && !self.prefixes.contains(&prefix)
        });
        self.prefixes.extend(prefix);
        (is_usual && is_new).then_some(())
    }

    fn text(&mut self, range: Range<usize>) -> Option<()> {
        let written = &self.text[range.clone()];
        if self.open.is_empty() {
            return written.bytes().all(is_blank).then_some(());
        }
        let has_returns = memchr::memchr(b'\r', written.as_bytes()).is_some();
        let value = match written.trim_ascii() {
            "" => Cow::Borrowed(written),
            _ if has_returns => Cow::Owned(written.replace("\r\n", "\n").replace('\r', "\n")),
            _ => Cow::Borrowed(written),
        };
        // roxmltree keeps some of the line breaks in texts with references.
        if has_returns && self.content.is_some() {
            return None;
        }
        self.has_returns = has_returns;
        self.add_content(value, range)
    }

    fn reference(&mut self, reference: &BytesRef<'_>, range: Range<usize>) -> Option<()> {
        if self.open.is_empty() {
            return None;
        }
        let value = match reference.resolve_char_ref() {
            Ok(Some(character)) => Cow::Owned(character.to_string()),
            Ok(None) => Cow::Borrowed(resolve_predefined_entity(std::str::from_utf8(reference).ok()?)?),
            Err(_) => return None,
        };
        if has_forbidden(&value) || self.has_returns && self.content.is_some() {
            return None;
        }
        self.add_content(value, range)
    }

    /// Adds a piece of a text, which a reference splits. Only the first text of an element counts.
    fn add_content(&mut self, value: Cow<'a, str>, range: Range<usize>) -> Option<()> {
        let index = *self.open.last()?;
        if let Some(content) = &mut self.content {
            content.span.end = range.end;
            content.value.to_mut().push_str(&value);
        } else if self.document.elements[index].content.is_none() {
            let is_first = self.document.elements.len() == index + 1;
            self.content = Some(Content { span: Span::new(range.start, range.end), value, is_first });
        }
        Some(())
    }

    fn finish_content(&mut self) {
        if let (Some(content), Some(index)) = (self.content.take(), self.open.last()) {
            self.document.elements[*index].content = Some(content);
        }
    }

    /// Where a part of a tag is in the text. The tag starts at `start`.
    fn part(&self, tag: &BytesStart<'_>, start: usize, part: &[u8]) -> Range<usize> {
        let from = start + "<".len() + (part.as_ptr().addr() - tag.as_ptr().addr());
        from..from + part.len()
    }
}

/// Whether a name consists of the characters that names in exports have.
fn is_name(name: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let begins = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    name.as_bytes().first().is_some_and(begins) && name.bytes().all(is_inner)
}

/// Whether a decoded text has characters that XML forbids.
fn has_forbidden(text: &str) -> bool {
    text.contains(|c| c < ' ' && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{FFFE}' | '\u{FFFF}'))
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
