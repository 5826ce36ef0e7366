//! The boundaries of characters, and characters that deceive: they act instead of being shown, show nothing, or start a
//! formula in a spreadsheet. Reports escape them, and the search for secrets ignores them.

/// The last character boundary at or before `offset`.
pub fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Whether a character acts instead of being shown, shows nothing, or is none: controls, marks of direction, what Unicode
/// calls "default ignorable" except for the characters of [`is_joiner`], blanks that are not spaces, and noncharacters,
/// which XML cannot contain.
pub(crate) fn is_unsafe(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control();
    }
    let is_noncharacter = u32::from(character) & 0xFFFE == 0xFFFE;
    character.is_control()
        || is_noncharacter
        || matches!(character,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}'
            | '\u{3164}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FE00}'..='\u{FE0E}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}' | '\u{13430}'..='\u{1345F}' | '\u{16FE4}' | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D159}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Whether a character is invisible and not escaped, because scripts and emoji need it: the joiners, and the mark for the
/// coloured form of the character before it.
pub(crate) fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200C}' | '\u{200D}' | '\u{FE0F}')
}

/// What a reader takes a character for that only looks like ASCII, or not even that: a space for a blank of any width,
/// `=` for a wide `＝`, and nothing for an invisible character. `None` for all others.
pub(crate) fn folded(character: char) -> Option<Folded> {
    match character {
        '\u{0}'..='\u{7E}' if !character.is_control() => None,
        '\t' | '\n' | '\r' => None,
        '\u{FF01}'..='\u{FF5E}' => {
            char::from_u32(u32::from(character) - u32::from('\u{FF01}') + u32::from('!')).map(Folded::Ascii)
        }
        _ if character.is_whitespace() => Some(Folded::Ascii(' ')),
        _ if is_unsafe(character) || is_joiner(character) => Some(Folded::Nothing),
        _ => None,
    }
}

/// What a reader takes a character for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Folded {
    Ascii(char),
    Nothing,
}

/// The first characters of a formula, in both widths.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}'];

/// A cell of a spreadsheet in which an apostrophe precedes everything that could be read as a formula.
///
/// Excel and other programs read a cell as a formula if it starts with `=`, `+`, `-` or `@`, even in quotes, and a formula
/// can send the content of the sheet elsewhere: <https://owasp.org/www-community/attacks/CSV_Injection>. In some locales,
/// a cell also starts after a semicolon or a vertical bar.
pub(crate) fn without_formulas(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 1);
    let mut starts = true;
    for character in text.chars() {
        if starts && FORMULA.contains(&character) {
            out.push('\'');
        }
        out.push(character);
        starts = may_precede_formula(character, starts);
    }
    out
}

/// The text of a cell that [`without_formulas`] wrote. It is exact unless the text has such an apostrophe itself.
pub(crate) fn of_cell(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len());
    let mut starts = true;
    let mut rest = cell.chars().peekable();
    while let Some(character) = rest.next() {
        let is_added = starts && character == '\'' && rest.peek().is_some_and(|next| FORMULA.contains(next));
        if !is_added {
            out.push(character);
        }
        starts = is_added || may_precede_formula(character, starts);
    }
    out
}

/// Whether a formula may follow a character. `starts` tells whether the character is at the start of a cell.
fn may_precede_formula(character: char, starts: bool) -> bool {
    let is_skipped = |c: char| c.is_whitespace() || c == '"' || is_joiner(c);
    matches!(character, ';' | '|') || starts && is_skipped(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_read_as_the_text() {
        for text in ["=1", "a;\u{200D}=1", "a|-b; +c", "a = b", "\u{FF1D}1", "-", "it's", "==", "", "' =1"] {
            assert_eq!(of_cell(&without_formulas(text)), text);
        }
    }

    #[test]
    fn a_reader_sees_no_invisible_characters() {
        assert_eq!(folded('\u{A0}'), Some(Folded::Ascii(' ')));
        assert_eq!(folded('＝'), Some(Folded::Ascii('=')));
        for nothing in ['\u{200D}', '\u{AD}', '\u{1}', '\u{7F}'] {
            assert_eq!(folded(nothing), Some(Folded::Nothing));
        }
        for character in ['a', ' ', '\t', '\n', '~', '名', 'ä'] {
            assert_eq!(folded(character), None);
        }
    }
}
