//! The error of reading a configuration.

use super::UnknownKey;
use crate::source::Span;

/// Why a text is no configuration.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) message: String,
    pub(crate) span: Option<Span>,
    pub(crate) help: Option<String>,
}

impl From<toml::de::Error> for Broken {
    fn from(error: toml::de::Error) -> Self {
        let span = error.span().map(|range| Span::new(range.start, range.end));
        Broken { message: error.message().replace('\n', ", "), span, help: None }
    }
}

impl Broken {
    /// What is missing is often there under a misspelled key.
    pub(super) fn hint(mut self, unknown_keys: &[UnknownKey]) -> Self {
        self.help = unknown_keys.iter().find_map(|unknown| {
            let near = crate::suggest::nearest(&unknown.key.text, unknown.known.iter().copied())?;
            Some(format!("`{}` is no key: did you mean `{near}`?", unknown.key.text))
        });
        self
    }
}
