//! JSON: serde_json reads, `locate` finds the bytes of what is reported.
//!
//! The two must agree: of two equal keys the last one counts, for both.

use serde_json::Value;

use crate::load::limits::{DEEPEST_JSON, Limit};
use crate::source::{Members, Part, Route, Span, Step};

/// Why a JSON text could not be read, and the byte at which the reader gave up.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct JsonError {
    /// What was found, in serde_json's words, without the position.
    pub message: String,
    /// The byte offset of the fault.
    pub offset: usize,
}

/// Reads a JSON text.
///
/// # Errors
/// Broken syntax, or nesting deeper than serde_json's limit of 128 (the deepest public flow has 37).
pub(crate) fn parse(text: &str) -> Result<Value, JsonError> {
    serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(what, _)| what).to_owned();
        let message = if error.is_syntax() && message.starts_with("recursion limit") {
            format!("it goes beyond the limit of {}", Limit::JsonDepth(DEEPEST_JSON))
        } else {
            message
        };
        JsonError { message, offset: offset_of(text, error.line(), error.column()) }
    })
}

/// serde_json counts lines from 1 and bytes in the line from 1 (0 before the first byte of a line).
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start = match line {
        0 | 1 => 0,
        _ => text.bytes().enumerate().filter(|(_, b)| *b == b'\n').nth(line - 2).map_or(0, |(at, _)| at + 1),
    };
    (start + column.saturating_sub(1)).min(text.len())
}

/// The bytes of the key or the value at the end of `route`, without the quotes of a string.
///
/// `None` where the text has no such member. The text must be valid JSON (it was parsed before).
pub(crate) fn locate(text: &str, route: &Route, part: Part) -> Option<Span> {
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0 };
    scanner.blank();
    let found = scanner.find(route.steps())??;
    match (part, found.key) {
        (Part::Key, Some(span)) => Some(span),
        (Part::Key, None) | (Part::Value, _) => Some(unquoted(text, found.value)),
    }
}

/// Where every member stands: [`locate`] for all routes at once. What is no valid JSON ends it early.
pub(crate) fn members(text: &str) -> Members {
    let mut members = Members::default();
    let root = members.add(None, None);
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0 };
    // Open objects and lists: the member, where it starts, and the next index of a list.
    let mut open: Vec<(usize, usize, Option<usize>)> = Vec::new();
    let mut next = Some(root);
    while let Some(node) = next {
        scanner.blank();
        let start = scanner.at;
        match scanner.peek() {
            Some(bracket @ (b'{' | b'[')) => {
                scanner.at += 1;
                open.push((node, start, (bracket == b'[').then_some(0)));
            }
            Some(_) => {
                let Some(span) = scanner.value() else { break };
                members.set_value(node, unquoted(text, span));
            }
            None => break,
        }
        next = next_member(text, &mut scanner, &mut open, &mut members);
    }
    members
}

/// Closes what ends here and adds the member that begins next.
fn next_member(
    text: &str,
    scanner: &mut Scanner<'_>,
    open: &mut Vec<(usize, usize, Option<usize>)>,
    members: &mut Members,
) -> Option<usize> {
    loop {
        scanner.blank();
        let (parent, start, index) = open.last_mut()?;
        match (scanner.peek()?, index) {
            (b',', _) => scanner.at += 1,
            (b'}' | b']', _) => {
                scanner.at += 1;
                members.set_value(*parent, Span::new(*start, scanner.at));
                open.pop();
            }
            (_, Some(index)) => {
                *index += 1;
                return Some(members.add(Some((*parent, Step::Index(*index - 1))), None));
            }
            (_, None) => {
                let quoted = scanner.string()?;
                let key = serde_json::from_str(&text[quoted.start..quoted.end]).ok()?;
                scanner.punctuation(b':')?;
                return Some(members.add(Some((*parent, Step::Key(key))), Some(unquoted(text, quoted))));
            }
        }
    }
}

fn unquoted(text: &str, span: Span) -> Span {
    if text.as_bytes()[span.start] == b'"' { Span::new(span.start + 1, span.end - 1) } else { span }
}

/// A member or element.
struct Found {
    /// Without quotes; `None` for elements and the root.
    key: Option<Span>,
    value: Span,
}

/// Walks over valid JSON without building anything.
struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn punctuation(&mut self, byte: u8) -> Option<()> {
        self.blank();
        if self.peek()? != byte {
            return None;
        }
        self.at += 1;
        self.blank();
        Some(())
    }

    /// The string at the scanner, quotes included.
    fn string(&mut self) -> Option<Span> {
        let start = self.at;
        if self.peek()? != b'"' {
            return None;
        }
        self.at += 1;
        loop {
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Some(Span::new(start, self.at));
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
    }

    /// The whole value at the scanner, which stands behind it afterwards.
    fn value(&mut self) -> Option<Span> {
        let start = self.at;
        match self.peek()? {
            b'"' => return self.string(),
            b'{' | b'[' => {}
            _ => {
                self.scalar();
                return (self.at > start).then_some(Span::new(start, self.at));
            }
        }
        let mut depth = 0_usize;
        loop {
            match *self.bytes.get(self.at)? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.checked_sub(1)?,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(Span::new(start, self.at));
            }
        }
    }

    fn scalar(&mut self) {
        while !matches!(
            self.peek(),
            None | Some(b',' | b'}' | b']' | b'{' | b'[' | b':' | b'"' | b' ' | b'\t' | b'\r' | b'\n')
        ) {
            self.at += 1;
        }
    }

    /// Passes over the value at the scanner and finds what is at the end of `steps` in it, in one reading: of equal keys
    /// the last one counts, so each object has to be read to its end. As deep as the steps are, which parsing limits.
    ///
    /// The outer `None` is a text that is no valid JSON, the inner one a value without such a member.
    fn find(&mut self, steps: &[Step]) -> Option<Option<Found>> {
        let Some((step, rest)) = steps.split_first() else {
            return Some(Some(Found { key: None, value: self.value()? }));
        };
        match (step, self.peek()?) {
            (Step::Key(name), b'{') => self.find_member(name, rest),
            (Step::Index(index), b'[') => self.find_element(*index, rest),
            (Step::Key(_) | Step::Index(_), _) => self.value().map(|_| None),
        }
    }

    fn find_member(&mut self, name: &str, rest: &[Step]) -> Option<Option<Found>> {
        self.punctuation(b'{')?;
        let mut found = None;
        while self.peek()? != b'}' {
            let key = self.string()?;
            self.punctuation(b':')?;
            if self.is_key(key, name) {
                found = self.find(rest)?;
                if let (Some(found), []) = (&mut found, rest) {
                    found.key = Some(Span::new(key.start + 1, key.end - 1));
                }
            } else {
                self.value()?;
            }
            self.next()?;
        }
        self.at += 1;
        Some(found)
    }

    fn find_element(&mut self, index: usize, rest: &[Step]) -> Option<Option<Found>> {
        self.punctuation(b'[')?;
        let (mut found, mut at) = (None, 0);
        while self.peek()? != b']' {
            if at == index {
                found = self.find(rest)?;
            } else {
                self.value()?;
            }
            at += 1;
            self.next()?;
        }
        self.at += 1;
        Some(found)
    }

    /// To the next member or element, or the end of them.
    fn next(&mut self) -> Option<()> {
        self.blank();
        if self.peek()? == b',' {
            self.punctuation(b',')?;
        }
        Some(())
    }

    fn is_key(&self, key: Span, name: &str) -> bool {
        let quoted = &self.bytes[key.start..key.end];
        let raw = &quoted[1..quoted.len() - 1];
        if raw.contains(&b'\\') {
            serde_json::from_slice::<String>(quoted).is_ok_and(|decoded| decoded == name)
        } else {
            raw == name.as_bytes()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text_at<'a>(text: &'a str, route: &Route, part: Part) -> Option<&'a str> {
        locate(text, route, part).map(|span| &text[span.start..span.end])
    }

    #[test]
    fn the_last_of_two_equal_keys_counts() {
        let text = r#"{"a": 1, "\u0061": {"b": [10, "x y"]}, "c": 2}"#;
        let route = Route::of(["a", "b"]);
        assert_eq!(text_at(text, &route.index(1), Part::Value), Some("x y"));
        assert_eq!(text_at(text, &route, Part::Key), Some("b"));
        assert_eq!(text_at(text, &Route::of(["a"]), Part::Key), Some("\\u0061"));
        assert_eq!(text_at(text, &Route::of(["nothing"]), Part::Key), None);
        assert_eq!(text_at(text, &route.index(2), Part::Value), None);
        let members = members(text);
        for route in [route.index(1), route.index(2), route.clone(), Route::of(["a"]), Route::of(["nothing"])]
        {
            assert_eq!(members.get(&route, Part::Key), locate(text, &route, Part::Key), "{route}");
            assert_eq!(members.get(&route, Part::Value), locate(text, &route, Part::Value), "{route}");
        }
    }

    #[test]
    fn a_syntax_error_has_the_offset_of_the_fault() {
        let error = parse("{\n  \"a\": 1,\n}").expect_err("a trailing comma");
        assert_eq!(error, JsonError { message: "trailing comma".to_owned(), offset: 12 });
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 60, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(".{0,5}", inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    fn every_node<'a>(value: &'a Value, route: Route, out: &mut Vec<(Route, &'a Value)>) {
        match value {
            Value::Object(map) => map.iter().for_each(|(k, v)| every_node(v, route.key(k), out)),
            Value::Array(list) => {
                list.iter().enumerate().for_each(|(i, v)| every_node(v, route.index(i), out));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        out.push((route, value));
    }

    proptest! {
        #[test]
        fn locate_finds_every_node_that_serde_json_reads(value in json(), pretty in any::<bool>()) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
            let text = text.expect("a value prints");
            let mut nodes = Vec::new();
            every_node(&value, Route::root(), &mut nodes);
            let members = members(&text);
            for (route, node) in nodes {
                let span = locate(&text, &route, Part::Value).expect("every node is there");
                for part in [Part::Key, Part::Value] {
                    prop_assert_eq!(members.get(&route, part), locate(&text, &route, part), "{}", route);
                }
                let quotes = usize::from(node.is_string());
                let read: Value = serde_json::from_str(&text[span.start - quotes..span.end + quotes]).expect("json");
                prop_assert_eq!(&read, node);
            }
        }
    }
}
