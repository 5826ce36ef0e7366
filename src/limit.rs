//! The limits on reading, with their texts for messages. `parse` and `load` share them.

use std::fmt;

pub(crate) const MEBIBYTE: u64 = 1 << 20;

/// The deepest JSON that serde_json reads. `--max-json-depth` can only lower it.
pub(crate) const DEEPEST_JSON: usize = 127;

/// A limit that an input exceeds, with its value. Its text completes "the limit of ".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    Entries(usize),
    FileBytes(u64),
    TotalBytes(u64),
    Ratio(u64),
    Nesting(usize),
    JsonDepth(usize),
    XmlDepth(usize),
    /// This limit and the next have no option. They bound the time that the XML reader takes.
    XmlAttributes(usize),
    XmlNamespaces(usize),
    Files(usize),
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::Entries(limit) => write!(f, "{limit} entries (`--max-entries`)"),
            Limit::FileBytes(limit) => write!(f, "{} for one file (`--max-file-size`)", size(*limit)),
            Limit::TotalBytes(limit) => write!(f, "{} for one run (`--max-total-size`)", size(*limit)),
            Limit::Ratio(limit) => write!(f, "{limit} times its packed size (`--max-ratio`)"),
            Limit::Nesting(limit) => write!(f, "{limit} nested zips (`--max-zip-depth`)"),
            Limit::JsonDepth(limit) => write!(f, "{limit} levels of JSON (`--max-json-depth`)"),
            Limit::XmlDepth(limit) => write!(f, "{limit} levels of XML (`--max-xml-depth`)"),
            Limit::XmlAttributes(limit) => write!(f, "{limit} attributes of one XML element"),
            Limit::XmlNamespaces(limit) => write!(f, "{limit} XML namespaces in scope"),
            Limit::Files(limit) => write!(f, "{limit} files and folders (`--max-files`)"),
        }
    }
}

/// A number of bytes in the largest unit that divides it.
fn size(bytes: u64) -> String {
    let units = [(1 << 30, "GiB"), (MEBIBYTE, "MiB"), (1 << 10, "KiB")];
    let unit = units.iter().find(|(unit, _)| bytes >= *unit && bytes % *unit == 0);
    unit.map_or_else(|| format!("{bytes} bytes"), |(unit, name)| format!("{} {name}", bytes / unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_shown_exactly() {
        assert_eq!(
            [size(1 << 30), size(128 << 20), size(1025), size(2048)],
            ["1 GiB", "128 MiB", "1025 bytes", "2 KiB"]
        );
    }
}
