//! The YAML parser, for the source control format of solutions. It builds a tree from the events of saphyr, within limits
//! for hostile input.
//!
//! Aliases are refused: the platform writes none, and they can expand a small text to a huge tree. Scalars are texts, such as
//! `9.2` and `'1'`; later stages interpret them.

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

use crate::source::{Span, floor_char_boundary};

/// A YAML text as a tree. Values are numbered in the order of the text; 0 is the root.
#[derive(Debug)]
pub(crate) struct Document {
    nodes: Vec<Node>,
}

#[derive(Debug)]
enum Node {
    Scalar { text: String, span: Span },
    Sequence { items: Vec<usize>, span: Span },
    Mapping { members: Vec<Member>, span: Span },
}

#[derive(Debug)]
struct Member {
    key: String,
    key_span: Span,
    value: usize,
}

/// Why a YAML text could not be parsed, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct YamlError {
    /// The problem, to be printed after "is not valid YAML: ".
    pub(crate) message: String,
    /// The byte offset of the fault.
    pub(crate) offset: usize,
}

/// The deepest nesting that is parsed. Public files have 8 levels.
const DEEPEST: usize = 64;

/// Parses a YAML text with a single document.
///
/// # Errors
/// Invalid syntax, an alias, a key that is not a scalar, more than one document, or nesting deeper than 64.
pub(crate) fn parse(text: &str) -> Result<Document, YamlError> {
    let mut builder =
        Builder { offsets: Offsets { text, character: 0, byte: 0 }, nodes: Vec::new(), open: Vec::new() };
    let mut documents = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| builder.syntax_error(&error))?;
        let start = builder.offsets.byte_of(span.start.index());
        match event {
            Event::DocumentStart(_) => documents += 1,
            Event::Scalar(text, style, ..) => {
                let end = builder.offsets.byte_of(span.end.index());
                builder.scalar(text.into_owned(), style, Span::new(start, end))?;
            }
            Event::SequenceStart(..) => {
                builder.begin(Node::Sequence { items: Vec::new(), span: Span::new(start, start) })?
            }
            Event::MappingStart(..) => {
                builder.begin(Node::Mapping { members: Vec::new(), span: Span::new(start, start) })?
            }
            Event::SequenceEnd | Event::MappingEnd => drop(builder.open.pop()),
            Event::Alias(_) => return Err(error("it uses an alias, which flowvet does not support", start)),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        if documents > 1 {
            return Err(error("it contains more than one document", start));
        }
    }
    if builder.nodes.is_empty() {
        builder.nodes.push(Node::Scalar { text: String::new(), span: Span::new(0, 0) });
    }
    Ok(Document { nodes: builder.nodes })
}

fn error(message: &str, offset: usize) -> YamlError {
    YamlError { message: message.to_owned(), offset }
}

struct Builder<'a> {
    offsets: Offsets<'a>,
    nodes: Vec<Node>,
    open: Vec<Open>,
}

/// A sequence or mapping that is not complete yet.
struct Open {
    node: usize,
    /// The key whose value comes next.
    key: Option<(String, Span)>,
}

impl Builder<'_> {
    fn syntax_error(&mut self, fault: &ScanError) -> YamlError {
        error(fault.info(), self.offsets.byte_of(fault.marker().index()))
    }

    fn scalar(&mut self, text: String, style: ScalarStyle, span: Span) -> Result<(), YamlError> {
        // The quotes are not part of the text.
        let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted)
            && span.end > span.start + 1;
        let span = if quoted { Span::new(span.start + 1, span.end - 1) } else { span };
        let Builder { nodes, open, .. } = self;
        let is_key =
            |open: &&mut Open| open.key.is_none() && matches!(nodes[open.node], Node::Mapping { .. });
        if let Some(open) = open.last_mut().filter(is_key) {
            open.key = Some((text, span));
            return Ok(());
        }
        // A plain `null` or `~` means that there is no value.
        let is_null = style == ScalarStyle::Plain && matches!(text.as_str(), "~" | "null" | "Null" | "NULL");
        self.add(Node::Scalar { text: if is_null { String::new() } else { text }, span }, span.start)
            .map(drop)
    }

    fn begin(&mut self, node: Node) -> Result<(), YamlError> {
        let (Node::Scalar { span, .. } | Node::Sequence { span, .. } | Node::Mapping { span, .. }) = &node;
        let start = span.start;
        if self.open.len() >= DEEPEST {
            return Err(error(&format!("it is nested deeper than {DEEPEST} levels"), start));
        }
        let node = self.add(node, start)?;
        self.open.push(Open { node, key: None });
        Ok(())
    }

    fn add(&mut self, node: Node, start: usize) -> Result<usize, YamlError> {
        let number = self.nodes.len();
        if let Some(Open { node: around, key }) = self.open.last_mut() {
            match &mut self.nodes[*around] {
                Node::Sequence { items, .. } => items.push(number),
                Node::Mapping { members, .. } => {
                    let Some((key, key_span)) = key.take() else {
                        return Err(error("a key is not a scalar", start));
                    };
                    members.push(Member { key, key_span, value: number });
                }
                Node::Scalar { .. } => {}
            }
        }
        self.nodes.push(node);
        Ok(number)
    }
}

/// Converts character offsets, which saphyr reports in increasing order, to byte offsets.
struct Offsets<'a> {
    text: &'a str,
    character: usize,
    byte: usize,
}

impl Offsets<'_> {
    fn byte_of(&mut self, character: usize) -> usize {
        while self.character > character && self.byte > 0 {
            self.byte = floor_char_boundary(self.text, self.byte - 1);
            self.character -= 1;
        }
        for next in self.text[self.byte..].chars().take(character - self.character) {
            self.byte += next.len_utf8();
            self.character += 1;
        }
        self.byte
    }
}

/// A value in a document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value<'a> {
    document: &'a Document,
    node: usize,
}

impl Document {
    pub(crate) fn root(&self) -> Value<'_> {
        Value { document: self, node: 0 }
    }
}

impl<'a> Value<'a> {
    fn node(self) -> &'a Node {
        &self.document.nodes[self.node]
    }

    /// The text of a scalar.
    pub(crate) fn text(self) -> Option<&'a str> {
        match self.node() {
            Node::Scalar { text, .. } => Some(text),
            Node::Sequence { .. } | Node::Mapping { .. } => None,
        }
    }

    /// The span of a scalar without its quotes, or the start of another value.
    pub(crate) fn span(self) -> Span {
        match self.node() {
            Node::Scalar { span, .. } | Node::Sequence { span, .. } | Node::Mapping { span, .. } => *span,
        }
    }

    /// The members of a mapping, in the order of the text: the span of the key, the key, and the value.
    pub(crate) fn members(self) -> impl Iterator<Item = (Span, &'a str, Value<'a>)> {
        let members: &[Member] = match self.node() {
            Node::Mapping { members, .. } => members,
            Node::Scalar { .. } | Node::Sequence { .. } => &[],
        };
        members.iter().map(move |one| (one.key_span, one.key.as_str(), Value { node: one.value, ..self }))
    }

    /// The elements of a sequence. Another value is returned as the only element.
    pub(crate) fn elements(self) -> impl Iterator<Item = Value<'a>> {
        let (items, own): (&[usize], _) = match self.node() {
            Node::Sequence { items, .. } => (items, None),
            Node::Scalar { .. } | Node::Mapping { .. } => (&[], Some(self)),
        };
        items.iter().map(move |node| Value { node: *node, ..self }).chain(own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        parse(text).expect_err("refused").message
    }

    #[test]
    fn scalars_are_texts_and_spans_are_bytes() {
        for newline in ["\n", "\r\n"] {
            let text = [
                "# ä",
                "Wörkflow:",
                "  '@Näme': 'Ordér desk'",
                "  Version: 9.2",
                "  Note: >-",
                "    a",
                "    b",
                "  List:",
                "    - 1",
                "    - x",
                "  Nothing: null",
                "",
            ]
            .join(newline);
            let document = parse(&text).expect("YAML");
            let (span, key, workflow) = document.root().members().next().expect("a member");
            assert_eq!((key, &text[span.start..span.end]), ("Wörkflow", "Wörkflow"));
            let members: Vec<_> = workflow.members().collect();
            let shown = |at: usize| &text[members[at].2.span().start..members[at].2.span().end];
            assert_eq!(
                (members[0].1, members[0].2.text(), shown(0)),
                ("@Näme", Some("Ordér desk"), "Ordér desk")
            );
            assert_eq!((members[1].2.text(), shown(1)), (Some("9.2"), "9.2"));
            assert_eq!(members[2].2.text(), Some("a b"));
            let list: Vec<_> = members[3].2.elements().filter_map(Value::text).collect();
            assert_eq!(list, ["1", "x"]);
            assert_eq!(members[4].2.text(), Some(""));
        }
    }

    #[test]
    fn what_grows_or_nests_is_refused() {
        assert_eq!(refused("a: &x [1]\nb: *x"), "it uses an alias, which flowvet does not support");
        assert_eq!(refused(&"[".repeat(100)), "it is nested deeper than 64 levels");
        assert_eq!(refused(&"[".repeat(100_000)), "recursion limit exceeded", "by the parser");
        assert_eq!(refused(&"- ".repeat(100_000)), "it is nested deeper than 64 levels");
        assert_eq!(refused("{[a]: b}"), "a key is not a scalar");
        assert_eq!(refused("a: 1\n---\nb: 2"), "it contains more than one document");
        assert!(!refused("a: [1").is_empty());
        assert_eq!(parse("").expect("YAML").root().text(), Some(""));
    }
}
