//! Texts that can be read again, so that they need not stay in memory.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::{Document, Located, Target};
use crate::memory::ByteString;

/// A text that can be read again, and the places of findings in it, which reports need after it was released.
pub(crate) struct StoredText {
    read: Box<dyn Fn() -> ByteString + Send + Sync>,
    /// The document, while something has it in memory.
    document: Mutex<Weak<Document>>,
    places: Mutex<BTreeMap<Target, RememberedPlace>>,
}

/// A place in a stored text.
#[derive(Debug, Clone)]
pub(super) struct RememberedPlace {
    pub(super) located: Located,
    /// The text there, if it is short.
    pub(super) text: Option<Box<str>>,
}

impl StoredText {
    /// `read` reads the text. It returns the same each time.
    pub(crate) fn new(read: impl Fn() -> ByteString + Send + Sync + 'static) -> Self {
        StoredText { read: Box::new(read), document: Mutex::default(), places: Mutex::default() }
    }

    /// The text. Reads it, unless its document is in memory.
    pub(crate) fn text(&self) -> ByteString {
        self.document().map_or_else(|| (self.read)(), |document| document.text().clone())
    }

    /// The document, if it is in memory.
    pub(crate) fn document(&self) -> Option<Arc<Document>> {
        locked(&self.document).upgrade()
    }

    /// Lets others use a document that was parsed from this text, as long as it is in memory.
    pub(crate) fn lend(&self, document: &Arc<Document>) {
        *locked(&self.document) = Arc::downgrade(document);
    }

    /// The place, if it was remembered.
    pub(super) fn place(&self, target: &Target) -> Option<RememberedPlace> {
        locked(&self.places).get(target).cloned()
    }

    pub(super) fn remember(&self, target: &Target, place: RememberedPlace) {
        locked(&self.places).insert(target.clone(), place);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for StoredText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredText").finish_non_exhaustive()
    }
}
