//! A short description of a JSON value, which tells most different values apart.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::Flow;
use crate::source::{Json, Value};

impl Flow {
    /// A digest of the definition; `None` if the flow has none. Equal definitions have equal digests, however they are laid
    /// out.
    pub(crate) fn digest(&self) -> Option<u64> {
        let mut hasher = DefaultHasher::new();
        add(self.definition()?, &mut hasher);
        Some(hasher.finish())
    }

    /// The value of `properties.definition` in its file.
    pub(crate) fn definition(&self) -> Option<Json<'_>> {
        self.content.as_ref()?.definition.document().root().at(&["properties", "definition"])
    }
}

/// Adds a value. Parsing limits the depth of the recursion.
fn add(json: Json<'_>, hasher: &mut impl Hasher) {
    match json.value() {
        Value::Object(members) => {
            members.len().hash(hasher);
            for (key, value) in members {
                key.hash(hasher);
                add(value, hasher);
            }
        }
        Value::Array(elements) => {
            elements.len().hash(hasher);
            elements.into_iter().for_each(|element| add(element, hasher));
        }
        Value::String(text) => text.hash(hasher),
        Value::Bool(value) => value.hash(hasher),
        // Texts and names are enough to tell definitions apart.
        Value::Null | Value::Number(_) => hasher.write_u8(0),
    }
}
