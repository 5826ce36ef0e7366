//! Input texts and places in them. This is the first stage; every other stage may use it.
//!
//! The model stores its origin as a [`Place`]: a file and a *route* of keys and array indices in it. A place is turned
//! into bytes only when something is reported about it, by the parser that knows the format (see `parse::locate`).

pub(crate) mod document;
mod file_name;
mod leaves;
mod location;
mod text_error;

use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

pub use crate::characters::floor_char_boundary;
use crate::memory::ByteString;
pub(crate) use document::ContentFlags;
pub use document::{Array, Document, Json, NodeId, Number, Object, Value};
pub use file_name::FileName;
pub(crate) use leaves::leaves;
pub use location::{Location, Position};
pub use text_error::TextError;

/// A file of the input, decoded to UTF-8.
#[derive(Debug, Clone, Default)]
pub struct Text {
    name: FileName,
    text: ByteString,
    /// The number of line breaks before each block. See [`LINE_BLOCK`].
    lines: OnceLock<Box<[u32]>>,
    /// The lengths of the text before each block. See [`BLOCK`].
    blocks: OnceLock<Vec<Count>>,
    /// The parsed text, or `None` if it is not JSON. Empty until it is first needed.
    document: OnceLock<Option<Arc<Document>>>,
    /// The parts of the text that reports mask.
    secrets: OnceLock<Vec<Span>>,
    /// The number of bytes that reports have searched for secrets so far, for all copies.
    searched: Arc<AtomicUsize>,
}

/// The number of bytes between two stored character counts. Finding a column deep in a long line counts from the
/// nearest of them.
const BLOCK: usize = 4096;

/// The number of bytes between two stored line numbers. A list of all lines of all files with findings would take a quarter
/// of the size of their texts.
const LINE_BLOCK: usize = 512;

/// A file in [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(usize);

/// All texts that were read, in the order of reading. A copy shares their bytes.
#[derive(Debug, Default, Clone)]
pub struct Sources {
    texts: Vec<Text>,
}

/// A byte range `start..end` of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last byte.
    pub end: usize,
}

/// A step of a [`Route`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A member of an object.
    Key(String),
    /// An element of an array.
    Index(usize),
}

/// The path from the root of a JSON text to one of its values. Copies share the steps.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Route(Arc<[Step]>);

/// Whether a place means the key or the value of a JSON member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The key. For an object or array, it is the smallest text to point at.
    Key,
    /// The value.
    Value,
}

/// The part of a file that a place means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// The file as a whole. Reports show its first line.
    File,
    /// A byte range: for formats whose parser provides ranges (XML), and for syntax errors.
    Span(Span),
    /// A member or element of a JSON text.
    Json(Route, Part),
    /// A part of a string in a JSON text, such as a call in a long expression, as a byte range of the decoded string.
    Within(Route, Part, Span),
}

/// A place in the input that reports can show.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The part of the file.
    pub target: Target,
}

impl Text {
    /// Creates a text with the file name that reports show.
    pub fn new(name: impl Into<FileName>, text: impl Into<ByteString>) -> Self {
        Text { name: name.into(), text: text.into(), ..Text::default() }
    }

    /// The file name that reports show.
    pub fn name(&self) -> &FileName {
        &self.name
    }

    /// The decoded text, without a byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The number of lines: one more than there are line breaks.
    pub fn line_count(&self) -> usize {
        self.line_index(self.text.len()) + 1
    }

    /// The index, from 0, of the line that contains `offset`.
    pub fn line_index(&self, offset: usize) -> usize {
        let block = offset / LINE_BLOCK;
        self.breaks_before_blocks()[block] as usize
            + breaks(&self.text.as_bytes()[block * LINE_BLOCK..offset]).count()
    }

    /// The byte offset of the start of the line with this index; `None` if there are fewer lines.
    pub fn line_start(&self, index: usize) -> Option<usize> {
        let Some(last_break) = index.checked_sub(1) else { return Some(0) };
        let blocks = self.breaks_before_blocks();
        let block = blocks.partition_point(|breaks| *breaks as usize <= last_break) - 1;
        let start = block * LINE_BLOCK;
        let in_block = last_break - blocks[block] as usize;
        breaks(&self.text.as_bytes()[start..]).nth(in_block).map(|at| start + at + 1)
    }

    /// The start of the line that contains `offset`.
    pub fn start_of_line(&self, offset: usize) -> usize {
        self.line_start(self.line_index(offset)).unwrap_or(0)
    }

    /// Computed on first use, because most files have no findings.
    fn breaks_before_blocks(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let full_blocks = self.text.as_bytes().chunks_exact(LINE_BLOCK).scan(0, |total, block| {
                *total += u32::try_from(breaks(block).count()).unwrap_or(0);
                Some(*total)
            });
            std::iter::once(0).chain(full_blocks).collect()
        })
    }

    /// The byte range of the line with this index, without the line break. It is empty, at the end of the text, if there are
    /// fewer lines.
    pub fn line_span(&self, index: usize) -> Span {
        let Some(start) = self.line_start(index) else { return Span::new(self.text.len(), self.text.len()) };
        let end = self.line_start(index + 1).map_or(self.text.len(), |next| next - 1);
        let end = if self.text[start..end].ends_with('\r') { end - 1 } else { end };
        Span { start, end }
    }

    /// The line and column of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        let offset = floor_char_boundary(&self.text, offset);
        let line = self.line_index(offset);
        let start = self.line_start(line).unwrap_or(0);
        let Count { characters, utf16 } = if offset - start < BLOCK {
            Count::of(&self.text.as_bytes()[start..offset])
        } else {
            self.count_before(offset).minus(self.count_before(start))
        };
        Position { line: line + 1, column: characters + 1, utf16_column: utf16 + 1 }
    }

    /// The byte range of the character at an offset. It is empty at the end of the text.
    pub(crate) fn character(&self, offset: usize) -> Span {
        let start = floor_char_boundary(&self.text, offset);
        let length = self.text[start..].chars().next().map_or(0, char::len_utf8);
        Span::new(start, start + length)
    }

    /// The length of the text before a byte offset.
    fn count_before(&self, offset: usize) -> Count {
        let bytes = self.text.as_bytes();
        let blocks = self.blocks.get_or_init(|| {
            let counts = bytes.chunks(BLOCK).scan(Count::default(), |total, block| {
                *total = total.plus(Count::of(block));
                Some(*total)
            });
            std::iter::once(Count::default()).chain(counts).collect()
        });
        let block = offset / BLOCK;
        blocks[block].plus(Count::of(&bytes[block * BLOCK..offset]))
    }

    /// The text, shared with the document that is parsed from it.
    pub(crate) fn shared(&self) -> ByteString {
        self.text.clone()
    }

    /// The byte ranges that reports mask. `find` is called on first use only.
    pub(crate) fn secrets(&self, find: impl FnOnce() -> Vec<Span>) -> &[Span] {
        self.secrets.get_or_init(find)
    }

    /// The number of bytes that reports have searched for secrets so far.
    pub(crate) fn searched(&self) -> usize {
        self.searched.load(Ordering::Relaxed)
    }

    /// Counts a search for secrets in this number of bytes. Returns the new sum.
    pub(crate) fn add_searched(&self, bytes: usize) -> usize {
        self.searched.fetch_add(bytes, Ordering::Relaxed) + bytes
    }

    /// The text as JSON, or `None` if it is not JSON. `read` is called on first use only.
    pub(crate) fn document(
        &self,
        read: impl FnOnce(ByteString) -> Option<Arc<Document>>,
    ) -> Option<&Document> {
        self.document.get_or_init(|| read(self.shared())).as_deref()
    }
}

/// The offsets of the line breaks in a text.
fn breaks(text: &[u8]) -> memchr::Memchr<'_> {
    memchr::memchr_iter(b'\n', text)
}

/// The length of a piece of text, in the units that columns use.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    /// Unicode scalar values.
    characters: usize,
    /// UTF-16 code units.
    utf16: usize,
}

impl Count {
    /// Counts the characters that start in these bytes of a UTF-8 text. A character of four bytes takes two UTF-16
    /// units.
    fn of(bytes: &[u8]) -> Self {
        if bytes.is_ascii() {
            return Count { characters: bytes.len(), utf16: bytes.len() };
        }
        let characters = bytes.iter().filter(|byte| (**byte & 0b1100_0000) != 0b1000_0000).count();
        let long = bytes.iter().filter(|byte| **byte >= 0b1111_0000).count();
        Count { characters, utf16: characters + long }
    }

    fn plus(self, other: Count) -> Self {
        Count { characters: self.characters + other.characters, utf16: self.utf16 + other.utf16 }
    }

    fn minus(self, other: Count) -> Self {
        Count { characters: self.characters - other.characters, utf16: self.utf16 - other.utf16 }
    }
}

impl Sources {
    /// Adds a text.
    pub fn add(&mut self, text: Text) -> FileId {
        self.texts.push(text);
        FileId(self.texts.len() - 1)
    }

    /// The id of the next text. The ids of all earlier texts are smaller.
    pub(crate) fn next(&self) -> FileId {
        FileId(self.texts.len())
    }

    /// Every text, in the order of reading.
    pub fn iter(&self) -> impl Iterator<Item = &Text> {
        self.texts.iter()
    }

    /// The first file with this name.
    pub(crate) fn named(&self, name: &str) -> Option<FileId> {
        self.texts.iter().position(|text| text.name().as_str() == name).map(FileId)
    }

    /// Replaces the text of a file.
    pub(crate) fn replace(&mut self, file: FileId, text: Text) {
        self.texts[file.0] = text;
    }

    /// The text of a file.
    pub fn get(&self, file: FileId) -> &Text {
        &self.texts[file.0]
    }
}

impl Span {
    /// Creates a span. An empty span marks a position.
    pub fn new(start: usize, end: usize) -> Self {
        Span { start, end }
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Span { start: range.start, end: range.end }
    }
}

impl Step {
    /// The key, or `None` for an index.
    pub fn key(&self) -> Option<&str> {
        match self {
            Step::Key(key) => Some(key),
            Step::Index(_) => None,
        }
    }
}

impl Route {
    /// The route to the root.
    pub fn root() -> Self {
        Route::default()
    }

    /// A route that consists of keys.
    pub fn of<'a>(keys: impl IntoIterator<Item = &'a str>) -> Self {
        Route(keys.into_iter().map(|key| Step::Key(key.to_owned())).collect())
    }

    /// This route as reports show it. Secrets in names are masked before the names become parts of a JSON pointer, because
    /// its escapes would hide them from the search for secrets (`https:~1~1user:…@`).
    pub(crate) fn shown(&self) -> String {
        self.pointer(crate::secrets::masked)
    }

    /// The JSON pointer, with each key as `shown` returns it.
    fn pointer<'a>(&'a self, shown: impl Fn(&'a str) -> Cow<'a, str>) -> String {
        const USUAL_KEY: usize = 16;
        let mut out = String::with_capacity(self.0.len() * USUAL_KEY);
        for step in &*self.0 {
            out.push('/');
            match step {
                Step::Key(key) => match shown(key) {
                    key if key.contains(['~', '/']) => {
                        out.push_str(&key.replace('~', "~0").replace('/', "~1"));
                    }
                    key => out.push_str(&key),
                },
                Step::Index(index) => out.push_str(&index.to_string()),
            }
        }
        out
    }

    /// The steps from the root.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether this route leads to the same value as `other`, or to a value inside it.
    pub fn starts_with(&self, other: &Route) -> bool {
        self.0.starts_with(&other.0)
    }

    /// This route followed by a key.
    pub fn key(&self, key: &str) -> Self {
        self.with(Step::Key(key.to_owned()))
    }

    /// This route followed by several keys.
    pub fn keys(&self, keys: &[&str]) -> Self {
        let own = self.0.iter().cloned();
        own.chain(keys.iter().map(|key| Step::Key((*key).to_owned()))).collect()
    }

    /// This route followed by an index.
    pub fn index(&self, index: usize) -> Self {
        self.with(Step::Index(index))
    }

    fn with(&self, step: Step) -> Self {
        self.0.iter().cloned().chain([step]).collect()
    }
}

impl FromIterator<Step> for Route {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Route(steps.into_iter().collect())
    }
}

/// A route prints as a JSON pointer (RFC 6901).
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.pointer(Cow::Borrowed))
    }
}

impl Place {
    /// A file as a whole.
    pub fn file(file: FileId) -> Self {
        Place { file, target: Target::File }
    }

    /// A byte range of a file.
    pub fn span(file: FileId, span: Span) -> Self {
        Place { file, target: Target::Span(span) }
    }

    /// The value at the end of a route.
    pub fn value(file: FileId, route: Route) -> Self {
        Place { file, target: Target::Json(route, Part::Value) }
    }

    /// The key at the end of a route.
    pub fn key(file: FileId, route: Route) -> Self {
        Place { file, target: Target::Json(route, Part::Key) }
    }

    /// The route, if the place is in a JSON text.
    pub fn route(&self) -> Option<&Route> {
        match &self.target {
            Target::Json(route, _) | Target::Within(route, ..) => Some(route),
            Target::File | Target::Span(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_exclude_crlf() {
        let text = Text::new("a", "名前\r\nx\n");
        let at = |line, column| Position { line, column, utf16_column: column };
        assert_eq!(text.position(0), at(1, 1));
        assert_eq!(text.position("名".len()), at(1, 2));
        assert_eq!(text.position("名前\r\n".len()), at(2, 1));
        assert_eq!(text.line_span(0), Span::new(0, "名前".len()));
        assert_eq!(text.line_span(2), Span::new(10, 10));
        assert_eq!(text.position(10_000), at(3, 1));
    }

    #[test]
    fn columns_of_a_long_line_are_counted_in_blocks() {
        let text = Text::new("a", format!("é\n{}\n{}", "名é🎉x".repeat(3000), "ab".repeat(9000)));
        for offset in (0..text.text().len()).step_by(97) {
            let offset = floor_char_boundary(text.text(), offset);
            let start = text.start_of_line(offset);
            let before = &text.text()[start..offset];
            let position = text.position(offset);
            assert_eq!(position.column, before.chars().count() + 1, "{offset}");
            assert_eq!(position.utf16_column, before.encode_utf16().count() + 1, "{offset}");
        }
        assert_eq!(text.position(usize::MAX).column, 18_001);
    }

    proptest::proptest! {
        #[test]
        fn lines_are_found_as_in_the_whole_text(parts in proptest::collection::vec("\n|\r\n|[a\n]{500,520}|[aé]{0,90}", 0..20)) {
            let text = Text::new("a", parts.concat());
            let starts: Vec<usize> =
                std::iter::once(0).chain(text.text().match_indices('\n').map(|(at, _)| at + 1)).collect();
            proptest::prop_assert_eq!(text.line_count(), starts.len());
            for (index, start) in starts.iter().enumerate() {
                proptest::prop_assert_eq!(text.line_start(index), Some(*start));
                let end = starts.get(index + 1).map_or(text.text().len(), |next| next - 1);
                let line = text.text()[*start..end].trim_end_matches('\r');
                proptest::prop_assert_eq!(text.line_span(index), Span::new(*start, start + line.len()));
                for offset in [*start, end, end.min(start + 300)] {
                    proptest::prop_assert_eq!((text.line_index(offset), text.start_of_line(offset)), (index, *start));
                }
            }
            proptest::prop_assert_eq!(text.line_start(starts.len()), None);
        }
    }

    #[test]
    fn a_route_prints_as_a_json_pointer() {
        let route = Route::of(["actions", "a/b~c"]).index(0);
        assert_eq!(route.to_string(), "/actions/a~1b~0c/0");
    }
}
