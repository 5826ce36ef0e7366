//! Reads the XML that exports consist of: elements, attributes and texts, with names in ASCII. It gives up at anything
//! else, and at every error, so that roxmltree decides what the text means. It takes a fifth of the instructions of
//! roxmltree.

use std::borrow::Cow;

use super::tree::{Attribute, Content, Document, Entry};
use crate::source::Span;

/// The elements of a text; `None` if the text is not valid, or contains anything that is rare.
pub(super) fn read(text: &str) -> Option<Document<'_>> {
    let (document, open, prefixes) = (Document::new(text), Vec::new(), Vec::new());
    let mut reader = Reader { text, at: 0, document, open, prefixes };
    reader.document()?;
    Some(reader.document)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    document: Document<'a>,
    /// The unfinished elements, innermost last.
    open: Vec<Open>,
    /// The prefixes of namespaces in scope.
    prefixes: Vec<&'a str>,
}

/// An unfinished element.
struct Open {
    index: usize,
    /// The number of prefixes in scope outside of it.
    prefixes: usize,
}

/// The bytes at which reading a text stops: those that end it, start a reference, or may be invalid.
const IS_STOP: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let is_blank = matches!(byte, 0x09 | 0x0A | 0x0D);
        table[byte] = byte < 0x20 && !is_blank;
        byte += 1;
    }
    // U+FFFE and U+FFFF start with 0xEF.
    let (stops, mut at) = (b"<&]\"'\xEF", 0);
    while at < stops.len() {
        table[stops[at] as usize] = true;
        at += 1;
    }
    table
};

/// The beginnings of the text of a file. Any other declaration is rare.
const DECLARATIONS: [&str; 3] = [
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
    "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>",
];

impl<'a> Reader<'a> {
    fn document(&mut self) -> Option<()> {
        let declaration = DECLARATIONS.iter().find(|declaration| self.text.starts_with(**declaration));
        self.at = declaration.map_or(0, |declaration| declaration.len());
        self.skip_blanks();
        self.start_tag()?;
        while !self.open.is_empty() {
            self.content()?;
            match self.bytes().get(self.at + 1)? {
                b'/' => self.end_tag()?,
                _ => self.start_tag()?,
            }
        }
        self.skip_blanks();
        self.document.elements[0].end = self.document.elements.len();
        (self.at == self.text.len()).then_some(())
    }

    /// Reads a start tag with its attributes.
    fn start_tag(&mut self) -> Option<()> {
        let start = self.at;
        self.eat(b'<')?;
        let name = self.word()?;
        let index = self.document.elements.len();
        let first = self.document.attributes.len();
        let open = Open { index, prefixes: self.prefixes.len() };
        let mut has_prefixed = false;
        let is_empty = loop {
            let before = self.at;
            self.skip_blanks();
            match self.peek()? {
                b'>' => break false,
                b'/' => {
                    self.at += 1;
                    break true;
                }
                _ if self.at == before => return None,
                _ => self.attribute(first, &mut has_prefixed)?,
            }
        };
        self.eat(b'>')?;
        let attributes = (first, self.document.attributes.len());
        self.document.elements.push(Entry { name, start, end: index + 1, attributes, content: None });
        if is_empty {
            self.prefixes.truncate(open.prefixes);
        } else {
            self.open.push(open);
        }
        Some(())
    }

    fn end_tag(&mut self) -> Option<()> {
        let Open { index, prefixes } = self.open.pop()?;
        self.at += "</".len();
        let name = self.document.elements[index].name;
        self.at += self.text.get(self.at..)?.starts_with(name).then_some(name.len())?;
        self.skip_blanks();
        self.eat(b'>')?;
        self.document.elements[index].end = self.document.elements.len();
        self.prefixes.truncate(prefixes);
        Some(())
    }

    /// Reads an attribute. `first` is the index of the element's first one; `has_prefixed` says whether there was one with a
    /// prefix.
    fn attribute(&mut self, first: usize, has_prefixed: &mut bool) -> Option<()> {
        let name = self.word()?;
        let local = if self.eat(b':').is_some() { Some(self.word()?) } else { None };
        self.eat(b'=')?;
        let quote = self.peek().filter(|quote| matches!(quote, b'"' | b'\''))?;
        self.at += 1;
        let start = self.at;
        let has_references = self.text_until(quote)?;
        let span = Span::new(start, self.at);
        self.at += 1;
        let written = &self.text[span.start..span.end];
        // Each blank in a value means a space.
        if written.bytes().any(|byte| byte < b' ') {
            return None;
        }
        match (name, local) {
            ("xmlns", prefix) => {
                let is_usual = !written.is_empty()
                    && !has_references
                    && !written.starts_with("http://www.w3.org/XML")
                    && !written.starts_with("http://www.w3.org/2000/xmlns");
                let is_known =
                    prefix.is_some_and(|prefix| prefix.starts_with("xml") || self.prefixes.contains(&prefix));
                self.prefixes.extend(prefix);
                (is_usual && !is_known).then_some(())
            }
            (prefix, Some(_)) => {
                let is_known = prefix == "xml" || self.prefixes.contains(&prefix);
                (is_known && !std::mem::replace(has_prefixed, true)).then_some(())
            }
            (name, None) => {
                let attributes = &mut self.document.attributes;
                let is_repeated = attributes[first..].iter().any(|other| other.name == name);
                let value =
                    if has_references { Cow::Owned(decoded(written)?) } else { Cow::Borrowed(written) };
                attributes.push(Attribute { name, value, span });
                (!is_repeated).then_some(())
            }
        }
    }

    /// Reads the text up to the next tag.
    fn content(&mut self) -> Option<()> {
        let start = self.at;
        let has_references = self.text_until(b'<')?;
        let span = Span::new(start, self.at);
        let index = self.open.last()?.index;
        let is_first = self.document.elements.len() == index + 1;
        let entry = &mut self.document.elements[index];
        if start == self.at || entry.content.is_some() {
            // Only the first text counts, but all have to be valid.
            let is_valid = !has_references || decoded(&self.text[start..self.at]).is_some();
            return is_valid.then_some(());
        }
        let written = &self.text[start..self.at];
        let has_returns = || memchr::memchr(b'\r', written.as_bytes()).is_some();
        let value = match has_references {
            true if has_returns() => return None,
            true => Cow::Owned(decoded(written)?),
            false if !written.trim_ascii().is_empty() && has_returns() => {
                Cow::Owned(written.replace("\r\n", "\n").replace('\r', "\n"))
            }
            false => Cow::Borrowed(written),
        };
        entry.content = Some(Content { span, value, is_first });
        Some(())
    }

    /// Moves to the end of a text or value. Returns whether it contains references.
    fn text_until(&mut self, end: u8) -> Option<bool> {
        let bytes = self.text.as_bytes();
        let mut has_references = false;
        loop {
            self.at += bytes[self.at..].iter().position(|byte| IS_STOP[usize::from(*byte)])?;
            match bytes[self.at] {
                byte if byte == end => return Some(has_references),
                b'&' => has_references = true,
                b'"' | b'\'' => {}
                b']' if !bytes[self.at..].starts_with(b"]]>") => {}
                0xEF if !matches!(bytes.get(self.at + 1..self.at + 3), Some([0xBF, 0xBE | 0xBF])) => {}
                _ => return None,
            }
            self.at += 1;
        }
    }

    /// Reads a name in ASCII.
    fn word(&mut self) -> Option<&'a str> {
        let rest = &self.bytes()[self.at..];
        let is_inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let length = rest.iter().position(|byte| !is_inner(byte))?;
        let begins = |first: &u8| first.is_ascii_alphabetic() || *first == b'_';
        let start = self.at;
        self.at += length;
        (length > 0 && rest.first().is_some_and(begins)).then(|| &self.text[start..start + length])
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        let is_next = self.peek()? == byte;
        self.at += usize::from(is_next);
        is_next.then_some(())
    }

    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }
}

/// A text with references decoded; `None` if one is not known.
fn decoded(text: &str) -> Option<String> {
    const LONGEST: usize = "#x10FFFF;".len();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        let behind = &rest.as_bytes()[at + 1..];
        let length = behind.iter().take(LONGEST).position(|byte| *byte == b';')?;
        out.push(referenced(&rest[at + 1..at + 1 + length])?);
        rest = &rest[at + 1 + length + 1..];
    }
    out.push_str(rest);
    Some(out)
}

/// The character that a reference stands for.
fn referenced(name: &str) -> Option<char> {
    let number = |digits: &str, radix: u32| {
        let is_number = digits.bytes().all(|byte| char::from(byte).is_digit(radix));
        let character = char::from_u32(u32::from_str_radix(digits, radix).ok()?)?;
        let is_valid = match character {
            '\t' | '\n' | '\r' => true,
            other => other >= ' ' && !matches!(other, '\u{FFFE}' | '\u{FFFF}'),
        };
        (is_number && is_valid).then_some(character)
    };
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => match name.strip_prefix("#x") {
            Some(digits) => number(digits, 16),
            None => number(name.strip_prefix('#')?, 10),
        },
    }
}
