//! The texts that are open in the editor. They replace those on disk.

use std::collections::BTreeMap;

use lsp_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri};

use super::position::Encoding;
use super::uri::{path_of, uri_of};
use crate::source::Text;

/// An open text.
#[derive(Debug)]
pub(super) struct OpenText {
    /// The URI, in the spelling of the client.
    pub(super) uri: Uri,
    pub(super) version: i32,
    pub(super) text: Text,
    /// The text of the client, if it differs: see [`with_line_feeds`].
    original: Option<String>,
}

impl OpenText {
    fn set(&mut self, original: String) {
        let text = with_line_feeds(&original);
        self.original = text.is_some().then(|| original.clone());
        self.text = Text::new(self.text.name(), text.unwrap_or(original));
    }
}

/// Every open text, by path.
#[derive(Debug, Default)]
pub(super) struct Documents {
    open: BTreeMap<String, OpenText>,
    encoding: Encoding,
}

impl Documents {
    pub(super) fn new(encoding: Encoding) -> Self {
        Documents { open: BTreeMap::new(), encoding }
    }

    pub(super) fn open(&mut self, item: TextDocumentItem) {
        let Some(path) = path_of(&item.uri) else { return };
        let text = Text::new(path.clone(), "");
        let mut open = OpenText { uri: item.uri, version: item.version, text, original: None };
        open.set(item.text);
        self.open.insert(path, open);
    }

    pub(super) fn close(&mut self, uri: &Uri) {
        if let Some(path) = path_of(uri) {
            self.open.remove(&path);
        }
    }

    /// Applies changes in their order. Each refers to the text after the one before it.
    pub(super) fn change(&mut self, uri: &Uri, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        let Some(open) = path_of(uri).and_then(|path| self.open.get_mut(&path)) else { return };
        open.version = version;
        for change in changes {
            let text = match change.range {
                None => change.text,
                Some(range) => {
                    let span = self.encoding.span(&open.text, range);
                    let before = open.original.as_deref().unwrap_or(open.text.text());
                    [&before[..span.start], &change.text, &before[span.end..]].concat()
                }
            };
            open.set(text);
        }
    }

    /// The texts after changes, by path, as if the files that change were open. `None` if one of them has no URI.
    pub(super) fn with(&self, changed: BTreeMap<&str, String>) -> Option<Self> {
        let copy = |(path, open): (&String, &OpenText)| {
            let OpenText { uri, version, text, .. } = open;
            let open = OpenText { uri: uri.clone(), version: *version, text: text.clone(), original: None };
            (path.clone(), open)
        };
        let mut documents = Documents { open: self.open.iter().map(copy).collect(), encoding: self.encoding };
        for (path, text) in changed {
            let uri = self.get(path).map(|open| open.uri.clone()).or_else(|| uri_of(path))?;
            let open = OpenText { uri, version: 0, text: Text::new(path, text), original: None };
            documents.open.insert(path.to_owned(), open);
        }
        Some(documents)
    }

    pub(super) fn get(&self, path: &str) -> Option<&OpenText> {
        self.open.get(path)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &OpenText)> {
        self.open.iter().map(|(path, open)| (path.as_str(), open))
    }
}

/// The text with `\n` for each `\r` that stands alone; `None` if there is none. The protocol counts it as a line break, and a
/// [`Text`] does not. In the formats that flowvet reads, both mean the same, and they have the same length.
fn with_line_feeds(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_single = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    if !(0..bytes.len()).any(is_single) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\r') {
        out.push_str(&rest[..at]);
        out.push(if rest[at + 1..].starts_with('\n') { '\r' } else { '\n' });
        rest = &rest[at + 1..];
    }
    Some(out + rest)
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use lsp_types::{Position, Range};

    use super::*;

    #[test]
    fn changes_apply_in_order() {
        let uri = Uri::from_str("file:///a").expect("a URI");
        let mut documents = Documents::new(Encoding::Utf16);
        let item = |text: &str| TextDocumentItem::new(uri.clone(), "json".to_owned(), 1, text.to_owned());
        documents.open(item("a😀b\r\nc"));
        let at = |line, character| Position { line, character };
        let change = |start, end, text: &str| TextDocumentContentChangeEvent {
            range: Some(Range { start, end }),
            range_length: None,
            text: text.to_owned(),
        };
        let changes = vec![
            change(at(0, 1), at(0, 3), "名"),
            change(at(0, 2), at(1, 0), "\n"),
            change(at(9, 0), at(9, 0), "!"),
        ];
        documents.change(&uri, 2, changes);
        let open = documents.get("/a").expect("open");
        assert_eq!((open.text.text(), open.version), ("a名\nc!", 2));
        // A line feed after a single carriage return makes one line break of both.
        documents.open(item("a\rb"));
        documents.change(&uri, 3, vec![change(at(1, 0), at(1, 0), "\n"), change(at(1, 0), at(1, 1), "c")]);
        assert_eq!(documents.get("/a").expect("open").text.text(), "a\r\nc");
        documents.close(&uri);
        assert!(documents.get("/a").is_none());
    }

    #[test]
    fn single_carriage_returns_become_line_feeds() {
        assert_eq!(with_line_feeds("a\rb\r\nc\r\r").as_deref(), Some("a\nb\r\nc\n\n"));
        assert_eq!(with_line_feeds("a\r\nb\n"), None);
    }
}
