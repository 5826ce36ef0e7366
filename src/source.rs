//! Texts and places in them: the first stage, which every other stage may use.
//!
//! A model remembers where it came from as a [`Place`]: a file and a *route* of keys and indices in it. Only what is
//! reported is turned into bytes, by the parser that knows the format (see `parse::locate`).

pub(crate) mod document;
mod file_name;
mod leaves;
mod location;
mod text_error;

use std::fmt;
use std::sync::{Arc, OnceLock};

pub(crate) use document::ContentFlags;
pub use document::{Array, Document, Json, NodeId, Number, Object, Value};
pub use file_name::FileName;
pub(crate) use leaves::leaves;
pub use location::{Location, Position};
pub use text_error::TextError;

/// A file of the input, decoded to UTF-8, under the name that reports show.
#[derive(Debug, Clone, Default)]
pub struct Text {
    name: FileName,
    text: Arc<String>,
    lines: OnceLock<Vec<usize>>,
    /// What comes before each block of the text.
    blocks: OnceLock<Vec<Count>>,
    /// What the text was read as, where it is JSON.
    document: OnceLock<Option<Arc<Document>>>,
    /// What no report shows of it.
    secrets: OnceLock<Vec<Span>>,
}

/// Bytes between two counts of characters: a column deep in a long line is told from the nearest one.
const BLOCK: usize = 4096;

/// A file in [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(usize);

/// Every text that was read, in the order of reading.
#[derive(Debug, Default)]
pub struct Sources {
    texts: Vec<Text>,
}

/// A byte range `start..end` of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

/// One step of a [`Route`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A member of an object.
    Key(String),
    /// An element of an array.
    Index(usize),
}

/// The way from the root of a JSON text to one of its values.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Route(Vec<Step>);

/// Which text of a JSON member a place means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The key: the smallest text for an object or array.
    Key,
    /// The value.
    Value,
}

/// What in a file is meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// The file as a whole; drawn at its first line.
    File,
    /// A byte range, for formats whose parser gives ranges at once (XML) and for syntax errors.
    Span(Span),
    /// A member or element of a JSON text.
    Json(Route, Part),
    /// A part of a string of a JSON text, as bytes of the decoded string: one call in a long expression.
    Within(Route, Part, Span),
}

/// A place in the input that can be shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// Where in it.
    pub target: Target,
}

impl Text {
    /// A text under the name that reports show.
    pub fn new(name: impl Into<FileName>, text: impl Into<String>) -> Self {
        Text { name: name.into(), text: Arc::new(text.into()), ..Text::default() }
    }

    /// The name that reports show.
    pub fn name(&self) -> &FileName {
        &self.name
    }

    /// The decoded text, without a byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Byte offsets at which lines start. Computed on first use: most files are never reported on.
    pub fn line_starts(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
            std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect()
        })
    }

    /// The index, from 0, of the line that holds `offset`.
    pub fn line_index(&self, offset: usize) -> usize {
        self.line_starts().partition_point(|start| *start <= offset) - 1
    }

    /// The bytes of the line with this index, without its line break.
    pub fn line_span(&self, index: usize) -> Span {
        let starts = self.line_starts();
        let start = starts[index];
        let end = starts.get(index + 1).map_or(self.text.len(), |next| next - 1);
        let end = if self.text[start..end].ends_with('\r') { end - 1 } else { end };
        Span { start, end }
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        let offset = floor_char_boundary(&self.text, offset);
        let line = self.line_index(offset);
        let start = self.line_starts()[line];
        let Count { characters, utf16 } = if offset - start < BLOCK {
            Count::of(&self.text.as_bytes()[start..offset])
        } else {
            self.count_before(offset).minus(self.count_before(start))
        };
        Position { line: line + 1, column: characters + 1, utf16_column: utf16 + 1 }
    }

    /// The bytes of the character at an offset; none at the end of the text.
    pub(crate) fn character(&self, offset: usize) -> Span {
        let start = floor_char_boundary(&self.text, offset);
        let length = self.text[start..].chars().next().map_or(0, char::len_utf8);
        Span::new(start, start + length)
    }

    /// What comes before a byte offset.
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

    /// The text, to be shared with the document that is made of it.
    pub(crate) fn shared(&self) -> Arc<String> {
        Arc::clone(&self.text)
    }

    /// The bytes that no report shows, kept from the first search.
    pub(crate) fn secrets(&self, find: impl FnOnce() -> Vec<Span>) -> &[Span] {
        self.secrets.get_or_init(find)
    }

    /// What the text is as JSON: kept from its first reading, or read now. `None` where it is not JSON.
    pub(crate) fn document(
        &self,
        read: impl FnOnce(Arc<String>) -> Option<Arc<Document>>,
    ) -> Option<&Document> {
        self.document.get_or_init(|| read(self.shared())).as_deref()
    }
}

/// The length of a part of a text, in the units that columns count.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    /// Unicode scalar values.
    characters: usize,
    /// UTF-16 code units.
    utf16: usize,
}

impl Count {
    /// The characters that begin in these bytes of a UTF-8 text. One of four bytes takes two units of UTF-16.
    fn of(bytes: &[u8]) -> Self {
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

/// The greatest character boundary at or before `offset`.
pub fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl Sources {
    /// Adds a text.
    pub fn add(&mut self, text: Text) -> FileId {
        self.texts.push(text);
        FileId(self.texts.len() - 1)
    }

    /// Every text, in the order of reading.
    pub fn iter(&self) -> impl Iterator<Item = &Text> {
        self.texts.iter()
    }

    /// Puts a text in the place of another one.
    pub(crate) fn replace(&mut self, file: FileId, text: Text) {
        self.texts[file.0] = text;
    }

    /// The text of a file.
    pub fn get(&self, file: FileId) -> &Text {
        &self.texts[file.0]
    }
}

impl Span {
    /// An empty span is widened by nobody: it marks a position.
    pub fn new(start: usize, end: usize) -> Self {
        Span { start, end }
    }
}

impl Step {
    /// The key, where it is one.
    pub fn key(&self) -> Option<&str> {
        match self {
            Step::Key(key) => Some(key),
            Step::Index(_) => None,
        }
    }
}

impl Route {
    /// The route of the root.
    pub fn root() -> Self {
        Route::default()
    }

    /// A route made of keys only.
    pub fn of<'a>(keys: impl IntoIterator<Item = &'a str>) -> Self {
        Route(keys.into_iter().map(|key| Step::Key(key.to_owned())).collect())
    }

    /// This route as reports show it: a name on the way may hold a secret, which a JSON pointer writes so that nobody
    /// would find it any more (`https:~1~1user:…@`).
    pub(crate) fn shown(&self) -> String {
        let shown = |step: &Step| match step {
            Step::Key(key) => Step::Key(crate::secrets::masked(key).into_owned()),
            Step::Index(index) => Step::Index(*index),
        };
        self.0.iter().map(shown).collect::<Route>().to_string()
    }

    /// The steps from the root.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether this route leads to the other one or into it.
    pub fn starts_with(&self, other: &Route) -> bool {
        self.0.starts_with(&other.0)
    }

    /// This route and one key more.
    pub fn key(&self, key: &str) -> Self {
        self.with(Step::Key(key.to_owned()))
    }

    /// This route and several keys more.
    pub fn keys(&self, keys: &[&str]) -> Self {
        keys.iter().fold(self.clone(), |route, key| route.with(Step::Key((*key).to_owned())))
    }

    /// This route and one index more.
    pub fn index(&self, index: usize) -> Self {
        self.with(Step::Index(index))
    }

    fn with(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Route(steps)
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
        for step in &self.0 {
            match step {
                Step::Key(key) => write!(f, "/{}", key.replace('~', "~0").replace('/', "~1"))?,
                Step::Index(index) => write!(f, "/{index}")?,
            }
        }
        Ok(())
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

    /// The route, where the place is in a JSON text.
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
    fn positions_count_characters_and_crlf_belongs_to_no_line() {
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
            let start = text.line_starts()[text.line_index(offset)];
            let before = &text.text()[start..offset];
            let position = text.position(offset);
            assert_eq!(position.column, before.chars().count() + 1, "{offset}");
            assert_eq!(position.utf16_column, before.encode_utf16().count() + 1, "{offset}");
        }
        assert_eq!(text.position(usize::MAX).column, 18_001);
    }

    #[test]
    fn a_route_prints_as_a_json_pointer() {
        let route = Route::of(["actions", "a/b~c"]).index(0);
        assert_eq!(route.to_string(), "/actions/a~1b~0c/0");
    }
}
