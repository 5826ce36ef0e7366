//! Input texts and places in them. This is the first stage; every other stage may use it.
//!
//! The model stores its origin as a [`Place`]: a file and a *route* of keys and array indices in it. A place is turned
//! into bytes only when something is reported about it, by the parser that knows the format (see `parse::locate`).

pub(crate) mod document;
mod file_name;
mod leaves;
mod location;
mod stored;
mod text;
mod text_error;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

pub use crate::characters::floor_char_boundary;
pub(crate) use document::ContentFlags;
pub use document::{Array, Document, Json, NodeId, Number, Object, Value};
pub use file_name::FileName;
pub(crate) use leaves::leaves;
pub(crate) use location::Located;
pub use location::{Location, Position};
pub(crate) use stored::StoredText;
pub use text::Text;
pub use text_error::TextError;

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

    /// Frees the memory of all texts that can be read again.
    pub(crate) fn release(&mut self) {
        self.texts.iter_mut().for_each(Text::release);
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
    fn a_route_prints_as_a_json_pointer() {
        let route = Route::of(["actions", "a/b~c"]).index(0);
        assert_eq!(route.to_string(), "/actions/a~1b~0c/0");
    }
}
