//! A file of the input, with what is computed from its text on first use. If the text can be read again (`stored.rs`), it can
//! be released.

use std::borrow::Cow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::stored::RememberedPlace;
use super::{Document, FileName, Located, Location, Position, Span, StoredText, Target, floor_char_boundary};
use crate::memory::ByteString;

/// A file of the input, decoded to UTF-8.
#[derive(Debug, Clone, Default)]
pub struct Text {
    name: FileName,
    /// The length in bytes.
    length: usize,
    /// Empty if it was released. Then it is read again on first use.
    text: OnceLock<ByteString>,
    /// Reads the text again. Only a text that has this can be released.
    stored: Option<Arc<StoredText>>,
    /// The number of line breaks before each block. See [`LINE_BLOCK`].
    lines: OnceLock<Box<[u32]>>,
    /// The lengths of the text before each block. See [`BLOCK`].
    blocks: OnceLock<Vec<Count>>,
    /// The parsed text, or `None` if it is not JSON. Empty until it is first needed.
    document: OnceLock<Option<Arc<Document>>>,
    /// The parts of the text that reports mask.
    secrets: OnceLock<Vec<Span>>,
    /// The number of bytes that reports have searched for secrets so far, for all copies.
    searched: Arc<AtomicUsize>,
}

/// The number of bytes between two stored character counts. Finding a column deep in a long line counts from the
/// nearest of them.
const BLOCK: usize = 4096;

/// The number of bytes between two stored line numbers. A list of all lines of all files with findings would take a quarter
/// of the size of their texts.
const LINE_BLOCK: usize = 512;

impl Text {
    /// Creates a text with the file name that reports show.
    pub fn new(name: impl Into<FileName>, text: impl Into<ByteString>) -> Self {
        let text = text.into();
        Text { name: name.into(), length: text.len(), text: text.into(), ..Text::default() }
    }

    /// A text of this length in bytes, which is read when it is needed.
    pub(crate) fn on_demand(name: FileName, length: usize, stored: StoredText) -> Self {
        Text { name, length, stored: Some(Arc::new(stored)), ..Text::default() }
    }

    /// Reads the text again, if that is possible.
    pub(crate) fn stored(&self) -> Option<&Arc<StoredText>> {
        self.stored.as_ref()
    }

    /// The number of bytes that can be released.
    pub(crate) fn releasable(&self) -> usize {
        if self.stored.is_some() { self.length } else { 0 }
    }

    /// Whether the text is in memory.
    #[cfg(test)]
    pub(crate) fn is_kept(&self) -> bool {
        self.text.get().is_some()
    }

    /// Frees the memory of the text and its document, if the text can be read again.
    pub(crate) fn release(&mut self) {
        if self.stored.is_some() {
            self.text = OnceLock::new();
            self.document = OnceLock::new();
        }
    }

    /// The range of a place and its positions, if [`Text::remember`] was called for the place.
    pub(crate) fn remembered(&self, target: &Target) -> Option<Located> {
        Some(self.stored.as_ref()?.place(target)?.located)
    }

    /// The text at a place. Calls `find` unless the place was remembered with its text.
    pub(crate) fn text_at(&self, target: &Target, find: impl FnOnce() -> Span) -> Cow<'_, str> {
        let place = self.stored.as_ref().and_then(|stored| stored.place(target));
        match place.and_then(|place| place.text) {
            Some(text) => Cow::Owned(text.into()),
            None => Cow::Borrowed(self.get(find())),
        }
    }

    /// Remembers where a place is, if the text can be released.
    pub(crate) fn remember(&self, target: &Target, find: impl FnOnce() -> Span) {
        const SHORT: usize = 128;
        if let Some(stored) = &self.stored {
            let span = find();
            let text = Some(self.get(span)).filter(|text| text.len() <= SHORT).map(Into::into);
            stored.remember(target, RememberedPlace { located: self.positions_of(span), text });
        }
    }

    /// The text in a range; empty if the range is not in the text.
    fn get(&self, span: Span) -> &str {
        self.text().get(span.start..span.end).unwrap_or_default()
    }

    /// The location of a byte range, without a JSON pointer.
    pub(crate) fn location(&self, span: Span) -> Location {
        Location::new(self.name.clone(), self.positions_of(span), None)
    }

    /// The positions of a byte range.
    pub(crate) fn positions_of(&self, span: Span) -> Located {
        Located { span, start: self.position(span.start), end: self.position(span.end) }
    }

    /// The file name that reports show.
    pub fn name(&self) -> &FileName {
        &self.name
    }

    /// The decoded text, without a byte order mark.
    pub fn text(&self) -> &str {
        self.text.get_or_init(|| self.read_again())
    }

    /// The length of the text in bytes.
    #[allow(clippy::len_without_is_empty, reason = "it is not a collection")]
    pub fn len(&self) -> usize {
        self.length
    }

    fn read_again(&self) -> ByteString {
        self.stored.as_ref().map(|stored| stored.text()).unwrap_or_default()
    }

    /// The number of lines: one more than there are line breaks.
    pub fn line_count(&self) -> usize {
        self.line_index(self.length) + 1
    }

    /// The index, from 0, of the line that contains `offset`.
    pub fn line_index(&self, offset: usize) -> usize {
        let block = offset / LINE_BLOCK;
        self.breaks_before_blocks()[block] as usize
            + breaks(&self.text().as_bytes()[block * LINE_BLOCK..offset]).count()
    }

    /// The byte offset of the start of the line with this index; `None` if there are fewer lines.
    pub fn line_start(&self, index: usize) -> Option<usize> {
        let Some(last_break) = index.checked_sub(1) else { return Some(0) };
        let blocks = self.breaks_before_blocks();
        let block = blocks.partition_point(|breaks| *breaks as usize <= last_break) - 1;
        let start = block * LINE_BLOCK;
        let in_block = last_break - blocks[block] as usize;
        breaks(&self.text().as_bytes()[start..]).nth(in_block).map(|at| start + at + 1)
    }

    /// The start of the line that contains `offset`.
    pub fn start_of_line(&self, offset: usize) -> usize {
        self.line_start(self.line_index(offset)).unwrap_or(0)
    }

    /// Computed on first use, because most files have no findings.
    fn breaks_before_blocks(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let full_blocks = self.text().as_bytes().chunks_exact(LINE_BLOCK).scan(0, |total, block| {
                *total += u32::try_from(breaks(block).count()).unwrap_or(0);
                Some(*total)
            });
            std::iter::once(0).chain(full_blocks).collect()
        })
    }

    /// The byte range of the line with this index, without the line break. It is empty, at the end of the text, if there are
    /// fewer lines.
    pub fn line_span(&self, index: usize) -> Span {
        let Some(start) = self.line_start(index) else { return Span::new(self.length, self.length) };
        let end = self.line_start(index + 1).map_or(self.length, |next| next - 1);
        let end = if self.text()[start..end].ends_with('\r') { end - 1 } else { end };
        Span { start, end }
    }

    /// The line and column of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        let offset = floor_char_boundary(self.text(), offset);
        let line = self.line_index(offset);
        let start = self.line_start(line).unwrap_or(0);
        let Count { characters, utf16 } = if offset - start < BLOCK {
            Count::of(&self.text().as_bytes()[start..offset])
        } else {
            self.count_before(offset).minus(self.count_before(start))
        };
        Position { line: line + 1, column: characters + 1, utf16_column: utf16 + 1 }
    }

    /// The byte range of the character at an offset. It is empty at the end of the text.
    pub(crate) fn character(&self, offset: usize) -> Span {
        let start = floor_char_boundary(self.text(), offset);
        let length = self.text()[start..].chars().next().map_or(0, char::len_utf8);
        Span::new(start, start + length)
    }

    /// The length of the text before a byte offset.
    fn count_before(&self, offset: usize) -> Count {
        let bytes = self.text().as_bytes();
        let blocks = self.blocks.get_or_init(|| {
            let counts = bytes.chunks(BLOCK).scan(Count::default(), |total, block| {
                *total = total.plus(Count::of(block));
                Some(*total)
            });
            std::iter::once(Count::default()).chain(counts).collect()
        });
        let block = offset / BLOCK;
        blocks[block].plus(Count::of(&bytes[block * BLOCK..offset]))
    }

    /// The text, to parse it: the document shares it. If it was released, it is read, but not kept.
    pub(crate) fn shared(&self) -> ByteString {
        self.text.get().cloned().unwrap_or_else(|| self.read_again())
    }

    /// The byte ranges that reports mask. `find` is called on first use only.
    pub(crate) fn secrets(&self, find: impl FnOnce() -> Vec<Span>) -> &[Span] {
        self.secrets.get_or_init(find)
    }

    /// The number of bytes that reports have searched for secrets so far.
    pub(crate) fn searched(&self) -> usize {
        self.searched.load(Ordering::Relaxed)
    }

    /// Counts a search for secrets in this number of bytes. Returns the new sum.
    pub(crate) fn add_searched(&self, bytes: usize) -> usize {
        self.searched.fetch_add(bytes, Ordering::Relaxed) + bytes
    }

    /// The text as JSON, or `None` if it is not JSON. `read` is called on first use only.
    pub(crate) fn document(
        &self,
        read: impl FnOnce(ByteString) -> Option<Arc<Document>>,
    ) -> Option<&Document> {
        let lent = || self.stored.as_ref()?.document();
        self.document.get_or_init(|| lent().or_else(|| read(self.shared()))).as_deref()
    }
}

/// The offsets of the line breaks in a text.
fn breaks(text: &[u8]) -> memchr::Memchr<'_> {
    memchr::memchr_iter(b'\n', text)
}

/// The length of a piece of text, in the units that columns use.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    /// Unicode scalar values.
    characters: usize,
    /// UTF-16 code units.
    utf16: usize,
}

impl Count {
    /// Counts the characters that start in these bytes of a UTF-8 text. A character of four bytes takes two UTF-16
    /// units.
    fn of(bytes: &[u8]) -> Self {
        if bytes.is_ascii() {
            return Count { characters: bytes.len(), utf16: bytes.len() };
        }
        let characters = bytes.iter().filter(|byte| (**byte & 0b1100_0000) != 0b1000_0000).count();
        let long = bytes.iter().filter(|byte| **byte >= 0b1111_0000).count();
        Count { characters, utf16: characters + long }
    }

    fn plus(self, other: Count) -> Self {
        Count { characters: self.characters + other.characters, utf16: self.utf16 + other.utf16 }
    }

    fn minus(self, other: Count) -> Self {
        Count { characters: self.characters - other.characters, utf16: self.utf16 - other.utf16 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_exclude_crlf() {
        let text = Text::new("a", "名前\r\nx\n");
        let at = |line, column| Position { line, column, utf16_column: column };
        assert_eq!(text.position(0), at(1, 1));
        assert_eq!(text.position("名".len()), at(1, 2));
        assert_eq!(text.position("名前\r\n".len()), at(2, 1));
        assert_eq!(text.line_span(0), Span::new(0, "名前".len()));
        assert_eq!(text.line_span(2), Span::new(10, 10));
        assert_eq!(text.position(10_000), at(3, 1));
    }

    #[test]
    fn columns_of_a_long_line_are_counted_in_blocks() {
        let text = Text::new("a", format!("é\n{}\n{}", "名é🎉x".repeat(3000), "ab".repeat(9000)));
        for offset in (0..text.text().len()).step_by(97) {
            let offset = floor_char_boundary(text.text(), offset);
            let start = text.start_of_line(offset);
            let before = &text.text()[start..offset];
            let position = text.position(offset);
            assert_eq!(position.column, before.chars().count() + 1, "{offset}");
            assert_eq!(position.utf16_column, before.encode_utf16().count() + 1, "{offset}");
        }
        assert_eq!(text.position(usize::MAX).column, 18_001);
    }

    proptest::proptest! {
        #[test]
        fn lines_are_found_as_in_the_whole_text(parts in proptest::collection::vec("\n|\r\n|[a\n]{500,520}|[aé]{0,90}", 0..20)) {
            let text = Text::new("a", parts.concat());
            let starts: Vec<usize> =
                std::iter::once(0).chain(text.text().match_indices('\n').map(|(at, _)| at + 1)).collect();
            proptest::prop_assert_eq!(text.line_count(), starts.len());
            for (index, start) in starts.iter().enumerate() {
                proptest::prop_assert_eq!(text.line_start(index), Some(*start));
                let end = starts.get(index + 1).map_or(text.text().len(), |next| next - 1);
                let line = text.text()[*start..end].trim_end_matches('\r');
                proptest::prop_assert_eq!(text.line_span(index), Span::new(*start, start + line.len()));
                for offset in [*start, end, end.min(start + 300)] {
                    proptest::prop_assert_eq!((text.line_index(offset), text.start_of_line(offset)), (index, *start));
                }
            }
            proptest::prop_assert_eq!(text.line_start(starts.len()), None);
        }
    }
}
