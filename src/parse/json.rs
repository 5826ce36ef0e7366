//! The JSON parser. A single pass over a text creates the [`Document`] that later stages read.
//!
//! serde_json defines which texts are valid and what strings mean: it decodes strings with escapes, and explains every
//! text that is refused. A property test and a fuzz target check that both accept the same texts.

use crate::bytes::{Block, before_first};
use crate::limit::{DEEPEST_JSON, Limit};
use crate::memory::ByteString;
use crate::source::Span;
use crate::source::document::{Characters, Document, DocumentBuilder, Key, MOST_BYTES, NodeKind};

/// Why a JSON text could not be parsed, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct JsonError {
    /// The problem in serde_json's words, without the position.
    pub message: String,
    /// The byte offset of the problem.
    pub offset: usize,
}

/// Parses a JSON text.
///
/// # Errors
/// Invalid syntax, more nesting than serde_json's limit of 128 (the deepest public flow has 37), or a size of 4 GiB or
/// more.
pub(crate) fn parse(text: ByteString) -> Result<Document, JsonError> {
    if text.len() > MOST_BYTES {
        return Err(JsonError { message: "it is longer than 4 GiB".to_owned(), offset: 0 });
    }
    let builder = DocumentBuilder::new(text.clone());
    let mut reader = JsonReader { text: &text, at: 0, builder };
    match reader.document() {
        Some(()) => Ok(reader.builder.finish()),
        None => Err(explain(&text, reader.at)),
    }
}

/// Explains why a text cannot be parsed, with serde_json's message. `offset` is where this parser stopped.
fn explain(text: &str, offset: usize) -> JsonError {
    let Err(error) = serde_json::from_str::<serde_json::Value>(text) else {
        return JsonError { message: "this JSON cannot be parsed".to_owned(), offset };
    };
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(what, _)| what).to_owned();
    let message = if error.is_syntax() && message.starts_with("recursion limit") {
        format!("it exceeds the limit of {}", Limit::JsonDepth(DEEPEST_JSON))
    } else {
        message
    };
    JsonError { message, offset: offset_of(text, error.line(), error.column()) }
}

/// The byte offset of a position of serde_json: the line from 1, and the byte in it from 1 (0 before the first byte).
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start = match line {
        0 | 1 => 0,
        _ => text.bytes().enumerate().filter(|(_, b)| *b == b'\n').nth(line - 2).map_or(0, |(at, _)| at + 1),
    };
    (start + column.saturating_sub(1)).min(text.len())
}

/// A parser that reads from left to right. Its methods return `None` if the text is not valid JSON.
struct JsonReader<'a> {
    text: &'a str,
    at: usize,
    builder: DocumentBuilder,
}

/// A string literal.
struct Quoted {
    /// The span without the quotes.
    span: Span,
    /// Whether it contains escapes. These are not validated yet.
    has_escapes: bool,
    /// The characters, if there are no escapes.
    characters: Characters,
}

impl<'a> JsonReader<'a> {
    fn document(&mut self) -> Option<()> {
        self.skip_whitespace();
        self.value(None)?;
        while let Some((is_object, is_empty)) = self.builder.innermost() {
            self.skip_whitespace();
            let closing = if is_object { b'}' } else { b']' };
            if self.peek()? == closing {
                self.at += 1;
                self.builder.close();
                continue;
            }
            if !is_empty {
                self.eat(b',')?;
                self.skip_whitespace();
            }
            let key = if is_object { Some(self.key()?) } else { None };
            self.value(key)?;
        }
        self.skip_whitespace();
        (self.at == self.text.len()).then_some(())
    }

    /// Reads a key and the colon after it.
    fn key(&mut self) -> Option<Key> {
        self.eat(b'"')?;
        let Quoted { span, has_escapes, characters } = self.string()?;
        let text: &'a str = self.text;
        let key = match has_escapes {
            false => Key::plain(span, characters.flags_of_key(&text[span.start..span.end])),
            true => {
                let text = self.decoded(span)?;
                self.builder.escaped_key(span, &text)
            }
        };
        self.skip_whitespace();
        self.eat(b':')?;
        // Nearly always, there is one space or none.
        self.at += usize::from(self.peek() == Some(b' '));
        self.skip_whitespace();
        Some(key)
    }

    /// Reads a scalar, or the start of an object or array.
    fn value(&mut self, key: Option<Key>) -> Option<()> {
        let start = self.at;
        match self.peek()? {
            b'"' => {
                self.at += 1;
                let Quoted { span, has_escapes, characters } = self.string()?;
                if has_escapes {
                    let text = self.decoded(span)?;
                    self.builder.escaped(key, span, &text);
                } else {
                    let flags = characters.flags_of_string(&self.text[span.start..span.end]);
                    self.builder.string(key, span, flags);
                }
            }
            bracket @ (b'{' | b'[') => {
                self.at += 1;
                let kind = if bracket == b'{' { NodeKind::Object } else { NodeKind::Array };
                self.builder.open(key, kind, start);
                if self.builder.depth() > DEEPEST_JSON {
                    return None;
                }
            }
            b't' => self.word(key, "true", NodeKind::Bool)?,
            b'f' => self.word(key, "false", NodeKind::Bool)?,
            b'n' => self.word(key, "null", NodeKind::Null)?,
            b'-' | b'0'..=b'9' => {
                self.number()?;
                self.builder.value(key, NodeKind::Number, Span::new(start, self.at));
            }
            _ => return None,
        }
        Some(())
    }

    fn word(&mut self, key: Option<Key>, word: &str, kind: NodeKind) -> Option<()> {
        let start = self.at;
        if !self.text.as_bytes()[start..].starts_with(word.as_bytes()) {
            return None;
        }
        self.at += word.len();
        self.builder.value(key, kind, Span::new(start, self.at));
        Some(())
    }

    fn number(&mut self) -> Option<()> {
        let start = self.at;
        let _ = self.eat(b'-');
        match self.peek()? {
            b'0' => self.at += 1,
            _ => self.digits()?,
        }
        let whole = self.at;
        if self.eat(b'.').is_some() {
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        // serde_json refuses numbers that exceed the range of floats.
        const SURELY_FINITE: usize = 100;
        let is_short = self.at == whole && whole - start < SURELY_FINITE;
        let is_finite = || self.text[start..self.at].parse::<f64>().is_ok_and(f64::is_finite);
        (is_short || is_finite()).then_some(())
    }

    /// Reads one or more digits.
    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    /// Reads a string. The position is after the opening quote before, and after the closing quote afterwards.
    #[inline]
    fn string(&mut self) -> Option<Quoted> {
        let bytes = self.text.as_bytes();
        let (start, mut has_escapes, mut characters) = (self.at, false, Characters::none());
        loop {
            // After the end of the text, there are zeros: control characters.
            let block = Block::of(bytes.get(self.at..)?);
            let end = block.equal(b'"') | block.equal(b'\\') | block.is_control();
            let count = end.before_first();
            if count > Block::LENGTH {
                characters = characters.and(block, Block::all(u8::MAX));
                self.at += Block::LENGTH;
                continue;
            }
            characters = characters.and(block, Block::first(count as u8));
            self.at += count;
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Some(Quoted { span: Span::new(start, self.at - 1), has_escapes, characters });
                }
                b'\\' => {
                    has_escapes = true;
                    self.at += 2;
                }
                _ => return None,
            }
        }
    }

    /// Decodes a string with escapes.
    fn decoded(&self, span: Span) -> Option<String> {
        serde_json::from_str(&self.text[span.start - 1..=span.end]).ok()
    }

    #[inline]
    fn skip_whitespace(&mut self) {
        if self.peek().is_some_and(|byte| byte <= b' ') {
            self.skip_blanks();
        }
    }

    /// Skips line ends and indentation, which may be half of a text.
    fn skip_blanks(&mut self) {
        self.at += before_first(&self.text.as_bytes()[self.at..], |block| !block.is_blank());
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        let is_next = self.peek()? == byte;
        self.at += usize::from(is_next);
        is_next.then_some(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::source::{ContentFlags, Part, Route};

    fn document(text: &str) -> Document {
        parse(text.into()).expect("JSON")
    }

    #[test]
    fn the_last_of_two_equal_keys_counts() {
        let text = r#"{"c": 2, "a": 1, "\u0061": {"b": [10, "x y"]}}"#;
        let document = document(text);
        let text_at =
            |route: &Route, part| document.locate(route, part).map(|span| &text[span.start..span.end]);
        let route = Route::of(["a", "b"]);
        assert_eq!(text_at(&route.index(1), Part::Value), Some("x y"));
        assert_eq!(text_at(&route, Part::Key), Some("b"));
        assert_eq!(text_at(&Route::of(["a"]), Part::Key), Some("\\u0061"));
        assert_eq!(text_at(&Route::of(["nothing"]), Part::Key), None);
        assert_eq!(text_at(&route.index(2), Part::Value), None);
        let keys: Vec<&str> = document.root().as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["a", "c"]);
    }

    #[test]
    fn a_syntax_error_has_the_offset_of_the_problem() {
        let error = parse("{\n  \"a\": 1,\n}".into()).expect_err("a trailing comma");
        assert_eq!(error, JsonError { message: "trailing comma".to_owned(), offset: 12 });
    }

    #[test]
    fn invalid_texts_are_refused_in_the_words_of_serde_json() {
        for text in [
            "",
            " ",
            "{",
            "[1",
            "[1,]",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "01",
            "1.",
            "-",
            "1e",
            "+1",
            "1e999",
            "tru",
            "nul",
            "\"",
            "\"\\",
            "\"\\x\"",
            "\"\\ud800\"",
            "\"\n\"",
            "1 2",
            "[1 2]",
            "{\"a\":1 \"b\":2}",
            "\u{FEFF}1",
            "\u{A0}1",
            "]",
            "}",
            ",",
            "[}",
            "{]",
            "\"\u{0}\"",
        ] {
            let expected = serde_json::from_str::<Value>(text).expect_err(text).to_string();
            let error = parse(text.into()).expect_err(text);
            assert!(expected.starts_with(&error.message), "{text:?}: {expected} is not {}", error.message);
        }
        for text in [
            "0",
            "-0.0e-0",
            "1e308",
            "123456789012345678901234567890",
            " [ ] ",
            "\t{\r\n} ",
            "\"\\ud83d\\ude00\"",
        ] {
            assert!(parse(text.into()).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn the_nesting_limit_is_that_of_serde_json() {
        let nested = |depth: usize| ByteString::from("[".repeat(depth) + &"]".repeat(depth));
        assert!(parse(nested(DEEPEST_JSON)).is_ok());
        let error = parse(nested(DEEPEST_JSON + 1)).expect_err("too deep");
        assert_eq!(error.message, "it exceeds the limit of 127 levels of JSON (`--max-json-depth`)");
        assert!(parse(nested(1_000_000)).is_err());
    }

    #[test]
    fn what_does_not_fit_into_a_node_is_read_like_everything_else() {
        let repeat = |count: usize| "x".repeat(count);
        let many = |count: usize| (0..count).rev().map(|at| format!(r#""a long prefix {}": {at}"#, at % 900));
        let object = |count: usize| format!("{{{}}}", many(count).collect::<Vec<_>>().join(","));
        let list = |item: &str, count: usize| format!("[{}]", vec![item; count].join(" ,"));
        let around = |limit: usize| limit - 2..limit + 2;
        let keys =
            around(255).chain(around(65_535)).map(|length| format!(r#"{{"{}": [1]}}"#, repeat(length)));
        let escaped_keys =
            around(255).map(|length| format!(r#"{{"\t{}" : [1], "\t": {{}}}}"#, repeat(length)));
        let strings = around(65_535).map(|length| format!(r#"["{}", "\n{0}"]"#, repeat(length)));
        let texts = [
            object(31),
            object(32),
            object(950),
            format!(r#"{{"a": {}, "b" :[{{}} , [ ]]}}"#, object(33)),
            format!("[0.{}1]", "0".repeat(65_535)),
            list(r#""\n""#, 65_537),
            format!(r#"{{"a": {{"b": [1, {{"c": 2}}] }}, "z": {}}}"#, list("{}", 65_600)),
        ];
        for text in texts.into_iter().chain(keys).chain(escaped_keys).chain(strings) {
            assert!(parse(text.clone().into()).is_ok(), "{}", &text[..90]);
            crate::fuzzing::locate(text.as_bytes());
        }
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,20}".prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 60, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(".{0,5}", inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn flags_state_what_a_string_contains(text in "[p-sR@:= \"\\\\é]{0,30}", before in "[p-s@:=]{0,9}") {
            let json = serde_json::json!([before, {text.clone(): 1}, [text.clone()], 5]).to_string();
            let document = document(&json);
            let elements: Vec<_> = document.root().as_array().expect("an array").iter().collect();
            let telling = ["=", "r ", "R "].as_slice();
            for (flags, parts) in [(ContentFlags::AT, ["@"].as_slice()), (ContentFlags::COLON, &[":"]), (ContentFlags::TELLING, telling)] {
                let holds = |text: &str| parts.iter().any(|part| text.contains(part));
                prop_assert_eq!(elements[0].may_hold(flags), holds(&before), "{}", before);
                prop_assert_eq!(elements[1].may_hold(flags), holds(&text), "{}", text);
                prop_assert_eq!(elements[2].may_hold(flags), holds(&text), "{}", text);
                prop_assert!(!elements[3].may_hold(flags));
                prop_assert_eq!(document.root().may_hold(flags), holds(&text) || holds(&before));
            }
        }

        #[test]
        fn a_call_without_its_at_is_marked(text in "[ @a]{0,2}(f\\(\"?\\))?[a\\]\\) \n]{0,3}") {
            let document = document(&serde_json::json!([text.clone(), {text.clone(): 1}]).to_string());
            let holds = |index: usize| document.root().as_array()?.get(index).map(|json| json.may_hold(ContentFlags::CALL));
            let is_call = text.contains('(') && text.trim_end().ends_with([')', ']']) && !text.starts_with('@');
            prop_assert_eq!(holds(0), Some(is_call), "{}", text);
            prop_assert_eq!(holds(1), Some(false), "{}", text);
        }

        #[test]
        fn valid_texts_are_read_as_by_serde_json(value in json(), pretty in any::<bool>()) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
            crate::fuzzing::locate(text.expect("a value prints").as_bytes());
        }

        #[test]
        fn damaged_texts_are_refused_as_by_serde_json(
            value in json(), at in any::<prop::sample::Index>(), byte in any::<u8>(),
        ) {
            let mut bytes = value.to_string().into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            crate::fuzzing::locate(&bytes);
        }
    }
}
