//! Conversions between byte offsets and the positions of the protocol.

use lsp_types::{Position, PositionEncodingKind, Range};

use crate::source::{Span, Text, floor_char_boundary};

/// What the characters of positions count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units. Every client supports these.
    #[default]
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

impl Encoding {
    /// The encoding that costs least among those that the client offers.
    pub(super) fn negotiated(offered: Option<&[PositionEncodingKind]>) -> Self {
        let offers = |kind: &PositionEncodingKind| offered.is_some_and(|offered| offered.contains(kind));
        if offers(&PositionEncodingKind::UTF8) {
            Encoding::Utf8
        } else if offered.is_some()
            && !offers(&PositionEncodingKind::UTF16)
            && offers(&PositionEncodingKind::UTF32)
        {
            Encoding::Utf32
        } else {
            Encoding::Utf16
        }
    }

    pub(super) fn kind(self) -> PositionEncodingKind {
        match self {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    /// The position of a byte offset.
    pub(super) fn position(self, text: &Text, offset: usize) -> Position {
        let offset = floor_char_boundary(text.text(), offset);
        let located = text.position(offset);
        let line = located.line - 1;
        let character = match self {
            Encoding::Utf8 => offset - text.start_of_line(offset),
            Encoding::Utf16 => located.utf16_column - 1,
            Encoding::Utf32 => located.column - 1,
        };
        Position { line: number(line), character: number(character) }
    }

    pub(super) fn range(self, text: &Text, span: Span) -> Range {
        Range { start: self.position(text, span.start), end: self.position(text, span.end.max(span.start)) }
    }

    /// The byte offset of a position. A position after the end of its line counts as that end, and one after the last line
    /// as the end of the text.
    pub(super) fn offset(self, text: &Text, position: Position) -> usize {
        let line = position.line as usize;
        if line >= text.line_count() {
            return text.text().len();
        }
        let span = text.line_span(line);
        span.start + self.offset_in(&text.text()[span.start..span.end], position.character as usize)
    }

    pub(super) fn span(self, text: &Text, range: Range) -> Span {
        let start = self.offset(text, range.start);
        Span::new(start, self.offset(text, range.end).max(start))
    }

    /// The length of a text without line breaks.
    pub(super) fn length(self, text: &str) -> u32 {
        number(match self {
            Encoding::Utf8 => text.len(),
            Encoding::Utf16 => text.chars().map(char::len_utf16).sum(),
            Encoding::Utf32 => text.chars().count(),
        })
    }

    fn offset_in(self, line: &str, character: usize) -> usize {
        if self == Encoding::Utf8 {
            return floor_char_boundary(line, character);
        }
        let mut units = 0;
        for (at, c) in line.char_indices() {
            units += if self == Encoding::Utf16 { c.len_utf16() } else { 1 };
            // A position inside a surrogate pair counts as the start of the character.
            if units > character {
                return at;
            }
        }
        line.len()
    }
}

fn number(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn characters_are_counted_as_negotiated() {
        let text = Text::new("x", "a😀名b\r\nä");
        let at = |encoding: Encoding, offset| {
            let position = encoding.position(&text, offset);
            (position.line, position.character)
        };
        assert_eq!(
            (at(Encoding::Utf8, 8), at(Encoding::Utf16, 8), at(Encoding::Utf32, 8)),
            ((0, 8), (0, 4), (0, 3))
        );
        assert_eq!(at(Encoding::Utf16, 13), (1, 1));
        let offset = |line, character| Encoding::Utf16.offset(&text, Position { line, character });
        assert_eq!(
            (offset(0, 2), offset(0, 3), offset(0, 99), offset(1, 1), offset(9, 0)),
            (1, 5, 9, 13, 13)
        );
    }

    #[test]
    fn utf_8_is_preferred_and_utf_16_assumed() {
        use PositionEncodingKind as Kind;
        let negotiated = |offered: &[Kind]| Encoding::negotiated(Some(offered));
        assert_eq!(Encoding::negotiated(None), Encoding::Utf16);
        assert_eq!(negotiated(&[Kind::UTF16, Kind::UTF8]), Encoding::Utf8);
        assert_eq!(negotiated(&[Kind::UTF32]), Encoding::Utf32);
        assert_eq!(negotiated(&[Kind::UTF32, Kind::UTF16]), Encoding::Utf16);
    }

    proptest! {
        #[test]
        fn every_offset_survives_both_conversions(text in "([a😀名ä\n]|\r\n){0,40}", at in 0..200usize) {
            let text = Text::new("x", text);
            let offset = floor_char_boundary(text.text(), at);
            // Between `\r` and `\n` there is no position.
            let is_inside_break = text.text()[..offset].ends_with('\r') && text.text()[offset..].starts_with('\n');
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                let back = encoding.offset(&text, encoding.position(&text, offset));
                prop_assert_eq!(back, offset - usize::from(is_inside_break));
            }
        }
    }
}
