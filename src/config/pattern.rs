//! Globs over the names of flows and solutions, and the place in the configuration that wrote them.

use globset::{GlobBuilder, GlobMatcher};
use toml::Spanned;

use super::broken::Broken;
use crate::model::{Flow, FlowId};
use crate::source::Span;

/// A glob over names: case is disregarded, and `*` matches anything, since names are no paths.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// As it is written.
    pub(crate) text: String,
    /// Where it is written, without quotes.
    pub(crate) span: Span,
    glob: GlobMatcher,
}

impl Pattern {
    pub(crate) fn read(text: &str, written: &Spanned<String>) -> Result<Self, Broken> {
        let glob = GlobBuilder::new(written.get_ref())
            .case_insensitive(true)
            .literal_separator(false)
            .backslash_escape(true)
            .build()
            .map_err(|error| Broken {
                message: format!("`{}` is no glob: {}", written.get_ref(), error.kind()),
                span: Some(unquoted(text, written)),
                help: Some("put a `\\` before a character that is meant as it stands".to_owned()),
            })?;
        Ok(Pattern {
            text: written.get_ref().clone(),
            span: unquoted(text, written),
            glob: glob.compile_matcher(),
        })
    }

    pub(crate) fn all(text: &str, written: &[Spanned<String>]) -> Result<Vec<Self>, Broken> {
        written.iter().map(|one| Pattern::read(text, one)).collect()
    }

    /// Whether it fits a name.
    pub(crate) fn fits(&self, name: &str) -> bool {
        self.glob.is_match(name)
    }

    /// Whether it fits the name of a flow, or is its id.
    pub(crate) fn fits_flow(&self, flow: &Flow) -> bool {
        FlowId::parse(&self.text).is_some_and(|id| id == flow.id) || self.fits(&flow.name)
    }
}

/// The bytes of a value without the quotes around it.
pub(crate) fn unquoted<T>(text: &str, value: &Spanned<T>) -> Span {
    let (start, end) = (value.span().start, value.span().end);
    let written = text.get(start..end).unwrap_or_default();
    let quotes = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| written.starts_with(quote));
    let quotes = quotes.map_or(0, str::len);
    if written.len() >= 2 * quotes { Span::new(start + quotes, end - quotes) } else { Span::new(start, end) }
}
