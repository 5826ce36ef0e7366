//! Fixes of findings. Rules describe what to change in terms of places and decoded texts; `resolve` turns that into edits
//! of the text as it is written, so that layout, line ends and escapes stay. Reports show the edits, and
//! `flowvet check --fix` applies them.

mod json;
mod layout;
mod resolve;
#[cfg(test)]
mod tests;
mod xml;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub(crate) use json::with_comma;
#[cfg(any(test, feature = "cli"))]
pub(crate) use resolve::apply;
pub(crate) use resolve::resolve;
pub(crate) use xml::{append_element, append_sibling, remove_element};

use crate::source::{FileId, Place, Span};

/// Whether flowvet may apply a fix by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// `--fix` applies it: what the flow does stays the same, or the result is certainly what was meant.
    Safe,
    /// Only `--unsafe-fixes` applies it: it solves the problem, but may change what the flow does.
    Unsafe,
    /// It is only shown: it is incomplete, and a person has to finish it.
    Display,
}

impl Applicability {
    /// The word that reports print.
    pub fn as_str(self) -> &'static str {
        match self {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "unsafe",
            Applicability::Display => "display",
        }
    }
}

/// A change that solves the problem of a finding. It is applied completely or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fix {
    /// What it does: an imperative in lower case, without a full stop, with names in backticks.
    pub title: String,
    /// Whether flowvet may apply it by itself.
    pub applicability: Applicability,
    /// Shared: a rule gives all findings about a list the fix of the whole list.
    pub(crate) edits: Arc<[Edit]>,
    /// Which problems it may reveal that were there already.
    pub(crate) reveals: Reveals,
}

/// The problems that a fix may reveal. Any other new problem means that the fix does harm.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) enum Reveals {
    #[default]
    Nothing,
    /// Those of a rule.
    Rule(&'static str),
    /// Any problem: the file could not be checked before.
    Everything,
}

/// A replacement of a range of a decoded text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TextEdit {
    /// The range. It is empty for an insertion.
    pub(crate) span: Span,
    /// The new text, as it is written in the file.
    pub(crate) text: String,
}

/// A change at a place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Edit {
    pub(crate) place: Place,
    pub(crate) change: Change,
}

/// What happens at a place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Change {
    /// The text there becomes this one: a string, a key or a part of them in JSON, and a range in other formats. The text
    /// is decoded. A range of an XML file gets its escapes; any other range is written as it is.
    Text(String),
    /// The range there becomes this text, as it is written.
    Raw(String),
    /// The JSON value there becomes this one.
    Value(NewValue),
    /// The member or element is removed, with its comma. It may be given by its range, from the quote of its key.
    Remove,
    /// A member is added at the end of the object there.
    Member(String, NewValue),
    /// An element is added at the end of the array there.
    Element(NewValue),
}

/// A JSON value to write.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum NewValue {
    /// A string, decoded.
    Text(String),
    /// A number, `true`, `false`, `null`, or a string with its quotes and escapes.
    Json(String),
    /// An array.
    Array(Vec<NewValue>),
    /// An object with its members in this order.
    Object(Vec<(&'static str, NewValue)>),
}

impl Fix {
    /// A fix that `--fix` applies.
    pub(crate) fn safe(title: impl Into<String>, edits: impl IntoIterator<Item = Edit>) -> Self {
        Fix::new(Applicability::Safe, title, edits)
    }

    /// A fix that only `--unsafe-fixes` applies.
    pub(crate) fn unsafe_(title: impl Into<String>, edits: impl IntoIterator<Item = Edit>) -> Self {
        Fix::new(Applicability::Unsafe, title, edits)
    }

    /// A fix that is only shown.
    pub(crate) fn display(title: impl Into<String>, edits: impl IntoIterator<Item = Edit>) -> Self {
        Fix::new(Applicability::Display, title, edits)
    }

    /// States which problems it may reveal.
    pub(crate) fn revealing(mut self, reveals: Reveals) -> Self {
        self.reveals = reveals;
        self
    }

    /// The files that it changes.
    pub(crate) fn files(&self) -> impl Iterator<Item = FileId> {
        self.edits.iter().map(|edit| edit.place.file)
    }

    fn new(
        applicability: Applicability,
        title: impl Into<String>,
        edits: impl IntoIterator<Item = Edit>,
    ) -> Self {
        let edits = edits.into_iter().collect();
        Fix { title: title.into(), applicability, edits, reveals: Reveals::default() }
    }
}

impl Edit {
    /// Replaces the text at a place.
    pub(crate) fn text(place: Place, text: impl Into<String>) -> Self {
        Edit { place, change: Change::Text(text.into()) }
    }

    /// Replaces the JSON value at a place.
    pub(crate) fn value(place: Place, value: NewValue) -> Self {
        Edit { place, change: Change::Value(value) }
    }

    /// Replaces a range by a text, as it is written.
    pub(crate) fn raw(place: Place, text: impl Into<String>) -> Self {
        Edit { place, change: Change::Raw(text.into()) }
    }

    /// Removes the member or element at a place.
    pub(crate) fn remove(place: Place) -> Self {
        Edit { place, change: Change::Remove }
    }

    /// Adds a member to the object at a place.
    pub(crate) fn member(place: Place, key: impl Into<String>, value: NewValue) -> Self {
        Edit { place, change: Change::Member(key.into(), value) }
    }

    /// Adds an element to the array at a place.
    pub(crate) fn element(place: Place, value: NewValue) -> Self {
        Edit { place, change: Change::Element(value) }
    }
}

impl NewValue {
    /// A string.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        NewValue::Text(text.into())
    }
}
