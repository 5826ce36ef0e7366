//! Globs for names of flows and solutions, with their span in the configuration.

use globset::{GlobBuilder, GlobMatcher};
use toml::Spanned;

use super::broken::Broken;
use crate::model::{Flow, FlowId};
use crate::source::Span;

/// A glob for names. It ignores case, and `*` matches anything, because names are not paths.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// The glob, as written.
    pub(crate) text: String,
    /// The span in the configuration, without quotes.
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
        written.iter().map(|glob| Pattern::read(text, glob)).collect()
    }

    /// Whether the glob matches a name.
    pub(crate) fn fits(&self, name: &str) -> bool {
        self.glob.is_match(name)
    }

    /// Whether the glob matches the name of a flow, or is the flow's id.
    pub(crate) fn fits_flow(&self, flow: &Flow) -> bool {
        FlowId::parse(&self.text).is_some_and(|id| id == flow.id) || self.fits(&flow.name)
    }
}

/// The span of a value without the surrounding quotes.
pub(crate) fn unquoted<T>(text: &str, value: &Spanned<T>) -> Span {
    let (start, end) = (value.span().start, value.span().end);
    let written = text.get(start..end).unwrap_or_default();
    let quotes = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| written.starts_with(quote));
    let quotes = quotes.map_or(0, str::len);
    if written.len() >= 2 * quotes { Span::new(start + quotes, end - quotes) } else { Span::new(start, end) }
}
