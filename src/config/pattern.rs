//! Globs for names of flows and solutions, with their span in the configuration.

use toml::Spanned;

use super::broken::Broken;
use super::glob::{Glob, GlobFault};
use crate::model::{Flow, FlowId};
use crate::source::Span;

/// A glob for names. It ignores case, and `*` matches anything, because names are not paths.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    /// The glob, as written.
    pub(crate) text: String,
    /// The span in the configuration, without quotes.
    pub(crate) span: Span,
    glob: Glob,
}

impl Pattern {
    /// A glob that is in no file.
    ///
    /// # Errors
    /// The text is not a glob.
    #[cfg(feature = "cli")]
    pub(crate) fn new(glob: &str) -> Result<Self, GlobFault> {
        Pattern::at(glob, Span::new(0, 0))
    }

    fn at(text: &str, span: Span) -> Result<Self, GlobFault> {
        Ok(Pattern { text: text.to_owned(), span, glob: Glob::new(text, false)? })
    }

    pub(crate) fn read(text: &str, written: &Spanned<String>) -> Result<Self, Broken> {
        let span = unquoted(text, written);
        Pattern::at(written.get_ref(), span).map_err(|fault| {
            let glob = start_of(written.get_ref());
            let help = match fault {
                GlobFault::Malformed(_) => "put a `\\` before a character that is meant literally",
                GlobFault::TooLong(_) | GlobFault::TooDeep | GlobFault::TooLarge => {
                    "use `*` for any text, or several shorter globs"
                }
            };
            Broken {
                message: format!("`{glob}` is not a valid glob: {fault}"),
                span: Some(span),
                help: Some(help.to_owned()),
            }
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

/// A glob as messages show it: the whole text, or the start of a long one.
fn start_of(glob: &str) -> String {
    const MOST: usize = 60;
    match glob.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &glob[..end]),
        None => glob.to_owned(),
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
