//! The lexer. The parser requests one token at a time.
//!
//! The character classes are those of Microsoft's designer (`ExpressionScanner` in Azure/LogicAppsUX). A name is a run
//! of characters other than whitespace and `. , ( ) { } [ ] @ ? '`. All Unicode whitespace counts, including U+00A0.

use std::borrow::Cow;
use std::ops::Range;

use crate::expression::error::SyntaxError;

/// A token and its range.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind<'a>,
    pub(super) range: Range<usize>,
}

/// The kinds of tokens.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind<'a> {
    /// A string, unquoted.
    String(Cow<'a, str>),
    /// A number.
    Number,
    /// A name.
    Name,
    /// A punctuation character.
    Punctuation(char),
    /// The end of the text.
    End,
}

/// Reads tokens, starting at a byte offset.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str, at: usize) -> Lexer<'a> {
        Lexer { text, at }
    }

    /// The whole text.
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// The next character that is not whitespace, without consuming it.
    pub(super) fn peek(&mut self) -> Option<char> {
        loop {
            // Fast path: nearly every character is ASCII.
            match *self.text.as_bytes().get(self.at)? {
                b' ' | b'\t'..=b'\r' => self.at += 1,
                byte if byte.is_ascii() => return Some(char::from(byte)),
                _ => {
                    let c = self.rest(self.at).chars().next()?;
                    if !c.is_whitespace() {
                        return Some(c);
                    }
                    self.at += c.len_utf8();
                }
            }
        }
    }

    /// Consumes `wanted`, which is ASCII, if it is the next character that is not whitespace.
    #[inline]
    pub(super) fn take(&mut self, wanted: char) -> Option<Range<usize>> {
        // Fast path: there is hardly any whitespace.
        let is_next = self.text.as_bytes().get(self.at).copied().map(char::from) == Some(wanted);
        (is_next || self.peek() == Some(wanted)).then(|| self.advance(wanted))
    }

    /// The next token, where a value may start.
    pub(super) fn value(&mut self) -> Result<Token<'a>, SyntaxError> {
        let Some(c) = self.peek() else {
            return Ok(Token { kind: TokenKind::End, range: self.at..self.at });
        };
        match c {
            '\'' => self.string(),
            '+' | '-' | '0'..='9' => self.number(),
            '.' if self.rest(self.at + 1).starts_with(|c: char| c.is_ascii_digit()) => self.number(),
            _ => Ok(self.plain(c)),
        }
    }

    /// The next token, where no value may start: for messages, and for the names of members.
    pub(super) fn other(&mut self) -> Token<'a> {
        match self.peek() {
            Some(c @ '\'') => self.string().unwrap_or_else(|_| self.plain(c)),
            Some(c) => self.plain(c),
            None => Token { kind: TokenKind::End, range: self.at..self.at },
        }
    }

    fn plain(&mut self, c: char) -> Token<'a> {
        if !is_name(c) {
            return Token { kind: TokenKind::Punctuation(c), range: self.advance(c) };
        }
        let start = self.at;
        let bytes = &self.text.as_bytes()[start..];
        let ascii = bytes.iter().take_while(|byte| IS_NAME[usize::from(**byte)]).count();
        self.at = start + ascii;
        if bytes.get(ascii).is_some_and(|byte| !byte.is_ascii()) {
            self.at = self.skip_while(self.at, is_name);
        }
        Token { kind: TokenKind::Name, range: start..self.at }
    }

    fn string(&mut self) -> Result<Token<'a>, SyntaxError> {
        let start = self.at;
        let mut value = Cow::Borrowed("");
        let mut at = start + 1;
        loop {
            let Some(length) = memchr::memchr(b'\'', self.rest(at).as_bytes()) else {
                return Err(SyntaxError::unterminated_string(self.text, start));
            };
            // Appending to an empty `Cow` borrows.
            value += &self.rest(at)[..length];
            at += length + 1;
            if !self.rest(at).starts_with('\'') {
                break;
            }
            value += "'";
            at += 1;
        }
        self.at = at;
        Ok(Token { kind: TokenKind::String(value), range: start..at })
    }

    fn number(&mut self) -> Result<Token<'a>, SyntaxError> {
        let start = self.at;
        let digits = |c: char| c.is_ascii_digit();
        let mut at = self.skip_either(start, ['+', '-']);
        let whole = at;
        at = self.skip_while(at, digits);
        at = self.skip_while(self.skip_either(at, ['.', '.']), digits);
        let has_digits = self.text[whole..at].contains(digits);
        let exponent = self.skip_either(at, ['e', 'E']);
        let mut is_complete = has_digits;
        if exponent > at {
            let power = self.skip_either(exponent, ['+', '-']);
            at = self.skip_while(power, digits);
            is_complete &= at > power;
        }
        // To the author, `1+2` and `5days` are single words, so the error covers all of it.
        let end = self.skip_while(at, |c| is_name(c) || c == '.');
        self.at = end;
        if !is_complete || end > at {
            return Err(SyntaxError::bad_number(self.text, start..end));
        }
        Ok(Token { kind: TokenKind::Number, range: start..end })
    }

    /// Consumes the character that [`Lexer::peek`] returned.
    pub(super) fn advance(&mut self, c: char) -> Range<usize> {
        let start = self.at;
        self.at += c.len_utf8();
        start..self.at
    }

    fn skip_while(&self, at: usize, belongs: impl Fn(char) -> bool) -> usize {
        self.rest(at).find(|c| !belongs(c)).map_or(self.text.len(), |length| at + length)
    }

    fn skip_either(&self, at: usize, either: [char; 2]) -> usize {
        if self.rest(at).starts_with(either) { at + 1 } else { at }
    }

    fn rest(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }
}

/// [`is_name`] for ASCII characters.
const IS_NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        let c = byte as u8 as char;
        let is_whitespace = matches!(c, ' ' | '\t'..='\r');
        table[byte] = !is_whitespace && !is_punctuation(c);
        byte += 1;
    }
    table
};

const fn is_punctuation(c: char) -> bool {
    matches!(c, '.' | ',' | '(' | ')' | '{' | '}' | '[' | ']' | '@' | '?' | '\'')
}

fn is_name(c: char) -> bool {
    !c.is_whitespace() && !is_punctuation(c)
}
