//! The nesting depth of a text, checked before it is parsed. The scans ignore what they do not understand; the parser
//! reports it.

use crate::limit::Limit;
use crate::markup::Signs;

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
    let bytes = text.as_bytes();
    let mut signs = Signs::from(bytes, 0);
    // One search of the whole text for `xmlns` is cheaper than a check of every attribute.
    let may_exceed_namespaces = memchr::memmem::find_iter(bytes, b"xmlns").nth(MOST_NAMESPACES).is_some();
    loop {
        let start = signs.until(b'<')?;
        let rest = &bytes[start + 1..];
        if rest.starts_with(b"/") {
            open.pop();
            signs.until(b'>')?;
        } else if rest.starts_with(b"?") {
            signs.go_to(end_of(text, start, "?>")?);
        } else if rest.starts_with(b"!--") {
            signs.go_to(end_of(text, start + 4, "-->")?);
        } else if rest.starts_with(b"![CDATA[") {
            signs.go_to(end_of(text, start, "]]>")?);
        } else {
            let tag = Tag::read(&mut signs, start + 1, may_exceed_namespaces)?;
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
        }
    }
}

fn end_of(text: &str, from: usize, end: &str) -> Option<usize> {
    text.get(from..)?.find(end).map(|found| from + found + end.len())
}

/// An opening tag.
struct Tag {
    is_empty: bool,
    attributes: usize,
    namespaces: usize,
}

impl Tag {
    /// Reads up to the first `>` outside quotes; `None` if there is none. Each value in quotes is that of an attribute.
    /// `start` is the offset after the `<`. Counts namespaces only if `counts_namespaces`.
    fn read(signs: &mut Signs<'_>, start: usize, counts_namespaces: bool) -> Option<Self> {
        let text = signs.text;
        let mut tag = Tag { is_empty: false, attributes: 0, namespaces: 0 };
        let mut before = start;
        loop {
            let at = signs.find(|at| !matches!(text[*at], b'<' | b'&'))?;
            if text[at] == b'>' {
                tag.is_empty = text[at - 1] == b'/';
                return Some(tag);
            }
            tag.attributes += 1;
            tag.namespaces += usize::from(counts_namespaces && is_namespace(&text[before..at]));
            before = signs.until(text[at])? + 1;
        }
    }
}

/// Whether an attribute declares a namespace, given what is in front of its value: ` xmlns:x = `.
fn is_namespace(before: &[u8]) -> bool {
    let is_space = |byte: &u8| byte.is_ascii_whitespace();
    let name = || before.trim_ascii_end().strip_suffix(b"=").unwrap_or(before).trim_ascii_end();
    name().rsplit(is_space).next().is_some_and(|name| name.starts_with(b"xmlns"))
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
