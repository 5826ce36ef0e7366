//! The nesting depth of a text, checked before it is parsed. The scans ignore what they do not understand; the parser
//! reports it.

use crate::limit::Limit;

/// The most attributes of an XML element. Public files have up to 13. roxmltree compares each with all others.
const MOST_ATTRIBUTES: usize = 512;
/// The most namespaces in scope at an XML element. Public files have 1. roxmltree copies them for each element that adds
/// one.
const MOST_NAMESPACES: usize = 64;

/// The offset at which a JSON text exceeds this depth.
pub(crate) fn json(text: &str, limit: usize) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => {
                depth += 1;
                if depth > limit {
                    return Some(at);
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// The limit that an XML text exceeds, and the offset of the element at which it does.
pub(crate) fn xml(text: &str, limit: usize) -> Option<(Limit, usize)> {
    // Namespaces in scope at each open element.
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    let bytes = text.as_bytes();
    while let Some(found) = memchr::memchr(b'<', &bytes[at..]) {
        let start = at + found;
        let rest = &bytes[start + 1..];
        at = if rest.first() == Some(&b'/') {
            open.pop();
            start + 1 + memchr::memchr(b'>', rest)? + 1
        } else if rest.starts_with(b"?") {
            end_of(text, start, "?>")?
        } else if rest.starts_with(b"!--") {
            end_of(text, start + 4, "-->")?
        } else if rest.starts_with(b"![CDATA[") {
            end_of(text, start, "]]>")?
        } else {
            let tag = Tag::read(text, start + 1)?;
            let namespaces = open.last().copied().unwrap_or(0) + tag.namespaces;
            let faults = [
                (tag.attributes > MOST_ATTRIBUTES, Limit::XmlAttributes(MOST_ATTRIBUTES)),
                (namespaces > MOST_NAMESPACES, Limit::XmlNamespaces(MOST_NAMESPACES)),
                (open.len() >= limit, Limit::XmlDepth(limit)),
            ];
            if let Some((_, fault)) = faults.into_iter().find(|(is_fault, _)| *is_fault) {
                return Some((fault, start));
            }
            if !tag.is_empty {
                open.push(namespaces);
            }
            tag.end
        };
    }
    None
}

fn end_of(text: &str, from: usize, end: &str) -> Option<usize> {
    text.get(from..)?.find(end).map(|found| from + found + end.len())
}

/// An opening tag.
struct Tag {
    /// The offset after its `>`.
    end: usize,
    is_empty: bool,
    attributes: usize,
    namespaces: usize,
}

impl Tag {
    /// Reads up to the first `>` outside quotes; `None` if there is none. Each value in quotes is that of an attribute.
    fn read(text: &str, start: usize) -> Option<Self> {
        let bytes = text.as_bytes();
        let mut tag = Tag { end: start, is_empty: false, attributes: 0, namespaces: 0 };
        loop {
            let before = tag.end;
            let at = before + memchr::memchr3(b'"', b'\'', b'>', &bytes[before..])?;
            tag.end = at + 1;
            if bytes[at] == b'>' {
                tag.is_empty = bytes[at - 1] == b'/';
                return Some(tag);
            }
            tag.end += memchr::memchr(bytes[at], &bytes[tag.end..])? + 1;
            tag.attributes += 1;
            tag.namespaces += usize::from(is_namespace(&bytes[before..at]));
        }
    }
}

/// Whether an attribute declares a namespace, given what is in front of its value: ` xmlns:x = `.
fn is_namespace(before: &[u8]) -> bool {
    let is_space = |byte: &u8| byte.is_ascii_whitespace();
    let name = before.trim_ascii_end().strip_suffix(b"=").unwrap_or(before).trim_ascii_end();
    name.rsplit(is_space).next().is_some_and(|name| name.starts_with(b"xmlns"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_in_strings_does_not_nest() {
        assert_eq!(json(r#"{"a{[\"{": ["}"]}"#, 2), None);
        assert_eq!(json("[ [] , [[]]]", 2), Some(8));
        assert_eq!(json(&"[".repeat(100_000), 127), Some(127));
    }

    #[test]
    fn only_elements_nest() {
        let text =
            "<?xml version='1.0'?><!-- <a><a><a> --><a b='<a>' c=\"/>\"><![CDATA[<a><a>]]><b/><b></b></a>";
        assert_eq!(xml(text, 2), None);
        assert_eq!(xml(text, 1), Some((Limit::XmlDepth(1), text.find("<b/>").expect("there"))));
        assert_eq!(xml(&"<a>".repeat(300_000), 256), Some((Limit::XmlDepth(256), 3 * 256)));
        for unfinished in ["<", "<!--", "<a b='>", "<![CDATA[", "</", "<?x", "<!-->"] {
            assert_eq!(xml(unfinished, 0), None, "{unfinished}");
        }
    }

    #[test]
    fn attributes_and_namespaces_are_bounded() {
        let with = |count: usize, name: &str| -> String {
            let attributes: String = (0..count).map(|at| format!(" {name}{at}='='")).collect();
            format!("<r{attributes}><c{attributes}/></r>")
        };
        assert_eq!(xml(&with(512, "a"), 9), None);
        assert_eq!(xml(&with(513, "a"), 9), Some((Limit::XmlAttributes(MOST_ATTRIBUTES), 0)));
        for spaces in ["xmlns:", "xmlns:é", "\n\t x='' xmlns:"] {
            let text = with(40, spaces).replace("='='", " =\n'='");
            let inner = text.find("<c").expect("there");
            assert_eq!(xml(&text, 9), Some((Limit::XmlNamespaces(MOST_NAMESPACES), inner)));
        }
    }
}
