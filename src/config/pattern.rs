//! Globs for names of flows and solutions, with their span in the configuration.

use globset::{GlobBuilder, GlobMatcher};
use toml::Spanned;

use super::broken::Broken;
use crate::model::{Flow, FlowId};
use crate::source::Span;

/// A glob for names. It ignores case, and `*` matches anything, because names are not paths.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    /// The glob, as written.
    pub(crate) text: String,
    /// The span in the configuration, without quotes.
    pub(crate) span: Span,
    glob: GlobMatcher,
}

impl Pattern {
    /// A glob that is in no file.
    ///
    /// # Errors
    /// The text is not a glob.
    #[cfg(feature = "cli")]
    pub(crate) fn new(glob: &str) -> Result<Self, globset::Error> {
        Pattern::at(glob, Span::new(0, 0))
    }

    fn at(text: &str, span: Span) -> Result<Self, globset::Error> {
        let glob = GlobBuilder::new(text)
            .case_insensitive(true)
            .literal_separator(false)
            .backslash_escape(true)
            .build()?;
        Ok(Pattern { text: text.to_owned(), span, glob: glob.compile_matcher() })
    }

    pub(crate) fn read(text: &str, written: &Spanned<String>) -> Result<Self, Broken> {
        let span = unquoted(text, written);
        Pattern::at(written.get_ref(), span).map_err(|error| Broken {
            message: format!("`{}` is no glob: {}", written.get_ref(), error.kind()),
            span: Some(span),
            help: Some("put a `\\` before a character that is meant as it stands".to_owned()),
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
