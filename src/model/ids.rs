//! Names that identify things. Each has its own type, so that they cannot be mixed up.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The id of a flow: its `WorkflowId`, a GUID in lower case without braces.
///
/// File names contain it in upper case, and records in braces; parsing normalises it. A loose flow file without a GUID
/// in its name uses the file stem as id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowId(String);

impl FlowId {
    /// Parses a GUID in any case, with or without braces.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(text);
        is_guid(text.as_bytes()).then(|| FlowId(text.to_ascii_lowercase()))
    }

    /// The GUID at the end of a file stem: `Name-6093B58A-….json`.
    pub fn in_file_name(path: &str) -> Option<Self> {
        let stem = file_stem(path);
        let at = stem.len().checked_sub(GUID_LENGTH)?;
        stem.get(at..).and_then(FlowId::parse)
    }

    /// The id in a record, which should be a GUID. `None` if it is empty.
    pub(crate) fn of_record(text: &str) -> Option<Self> {
        let bare = text.trim_matches(['{', '}', ' ']).to_ascii_lowercase();
        FlowId::parse(text).or_else(|| (!bare.is_empty()).then_some(FlowId(bare)))
    }

    /// Whether it is a GUID, like every id that the platform assigns.
    pub fn is_guid(&self) -> bool {
        is_guid(self.0.as_bytes())
    }

    /// Whether it is the GUID of zeros.
    pub fn is_nil(&self) -> bool {
        self.is_guid() && self.0.bytes().all(|byte| matches!(byte, b'0' | b'-'))
    }

    /// A substitute id for a flow without one.
    pub(crate) fn of_stem(path: &str) -> Self {
        FlowId(file_stem(path).to_lowercase())
    }

    /// The normalised id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FlowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a file without folders and without its last extension.
pub(crate) fn file_stem(path: &str) -> &str {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

const GUID_LENGTH: usize = 36;

fn is_guid(text: &[u8]) -> bool {
    text.len() == GUID_LENGTH
        && text.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// A name that Dataverse compares without regard to case. Keeps its spelling. Copies share their text.
#[derive(Debug, Clone)]
pub struct Name(Arc<str>);

impl Name {
    /// Creates a name. Keeps the spelling.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Name(text.into())
    }

    /// The name as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        let (own, other) = (self.0.as_bytes(), other.0.as_bytes());
        // The names of a solution start alike, so most bytes are equal without folding.
        for (a, b) in own.iter().zip(other).filter(|(a, b)| a != b) {
            let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
            if a != b {
                return a.cmp(&b);
            }
        }
        own.len().cmp(&other.len())
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Eight bytes at a time: hashing takes about as long for eight as for one.
        let words = self.0.as_bytes().chunks_exact(8);
        let rest = words.remainder();
        for word in words {
            state.write(&std::array::from_fn::<u8, 8, _>(|at| word[at].to_ascii_lowercase()));
        }
        rest.iter().for_each(|byte| state.write_u8(byte.to_ascii_lowercase()));
        state.write_u8(0xFF);
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Name);

        impl $name {
            /// Creates a name. Keeps the spelling; comparisons ignore case.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                $name(Name::new(text))
            }

            /// The name as written.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl Borrow<Name> for $name {
            fn borrow(&self) -> &Name {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

names! {
    /// The logical name of a connection reference: `contoso_SharedDataverse_1a2b3`.
    LogicalName;
    /// The schema name of an environment variable: `contoso_ApiUrl`.
    SchemaName;
    /// The name of a connector: `shared_commondataserviceforapps`, the last part of its id.
    ConnectorName;
}

impl ConnectorName {
    /// Whether two names mean the same connector. The name of a custom connector ends in a hash that differs between
    /// environments (`shared_x-5f8e72098c633fab51`), so the comparison ignores it.
    pub fn is_same(&self, other: &ConnectorName) -> bool {
        without_hash(self.as_str()).eq_ignore_ascii_case(without_hash(other.as_str()))
    }

    /// The connector name in an id such as `/providers/Microsoft.PowerApps/apis/shared_sql`. Also accepts a bare name.
    pub fn in_id(id: &str) -> Option<Self> {
        ConnectorName::text_in_id(id).map(ConnectorName::new)
    }

    /// The text of the name that [`ConnectorName::in_id`] returns.
    pub(super) fn text_in_id(id: &str) -> Option<&str> {
        let name = id.trim_end_matches('/').rsplit('/').next()?;
        Some(name).filter(|name| !name.is_empty() && !name.starts_with('@'))
    }
}

/// Removes the hash of a custom connector's name: `-5f`, which encodes `_`, and 16 hexadecimal digits.
fn without_hash(name: &str) -> &str {
    const LENGTH: usize = "-5f".len() + 16;
    let is_hash = |end: &str| {
        end.strip_prefix("-5f").is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    let mut name = name;
    while let Some((head, end)) = name.len().checked_sub(LENGTH).and_then(|at| name.split_at_checked(at)) {
        if !is_hash(end) {
            break;
        }
        name = head;
    }
    name
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, DefaultHasher};

    use super::*;

    #[test]
    fn guids_are_normalised() {
        let id = FlowId::parse("6093b58a-4fea-eb11-bacb-000d3a578f6c");
        assert!(id.is_some());
        assert_eq!(id, FlowId::parse(" {6093B58A-4FEA-EB11-BACB-000D3A578F6C} "));
        assert_eq!(id, FlowId::in_file_name("/Workflows/名-6093B58A-4FEA-EB11-BACB-000D3A578F6C.json"));
        assert_eq!(FlowId::parse("{6093b58a-4fea-eb11-bacb-000d3a578f6c"), None);
        assert_eq!(FlowId::in_file_name("Workflows/Name.json"), None);
        assert_eq!(FlowId::of_stem("a/Some Flow.json").as_str(), "some flow");
    }

    #[test]
    fn names_ignore_case_and_keep_their_spelling() {
        let name = LogicalName::new("admin_CoECore");
        assert_eq!(name, LogicalName::new("ADMIN_coecore"));
        assert_eq!(name.to_string(), "admin_CoECore");
        let is_less = |a: &str, b: &str| LogicalName::new(a) < LogicalName::new(b);
        assert!(is_less("a", "B") && is_less("admin_Core", "ADMIN_core_a") && is_less("Admin_a", "admin_B"));
        let hash = |name: &str| {
            std::hash::BuildHasherDefault::<DefaultHasher>::default().hash_one(LogicalName::new(name))
        };
        assert_eq!(hash("admin_CoECore_Shared"), hash("ADMIN_coecore_shared"));
        assert_ne!(hash("admin_coecore_shared"), hash("admin_coecore_shares"));
        let connector = |name: &str| ConnectorName::new(name);
        let here = connector("shared_a-5fx-5fcb336cc1377ded3a-5fe4caae088dbe83f8");
        assert!(here.is_same(&connector("shared_A-5fx-5f0000000000000000")));
        assert!(!connector("shared_a-5fx").is_same(&connector("shared_a-5fy")));
        assert_eq!(
            ConnectorName::in_id("/providers/x/apis/shared_sql"),
            Some(ConnectorName::new("shared_SQL"))
        );
    }
}
