//! From text to tokens, one at a time, as the parser asks for them.
//!
//! The alphabet is that of Microsoft's designer (`ExpressionScanner` in Azure/LogicAppsUX): a name is any run of characters that are
//! neither blank nor one of `. , ( ) { } [ ] @ ? '`, and every Unicode white space is a blank, U+00A0 among them.

use std::borrow::Cow;
use std::ops::Range;

use crate::expression::error::SyntaxError;

/// A token and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind<'a>,
    pub(super) range: Range<usize>,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind<'a> {
    /// The text of a string, quotes undone.
    String(Cow<'a, str>),
    /// A number; its text is the token's.
    Number,
    /// A name; its text is the token's.
    Name,
    /// One of the characters that stand for themselves.
    Punctuation(char),
    /// Nothing is left.
    End,
}

/// Reads tokens from a byte offset of the text on.
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

    /// The next character that is not blank, without passing it.
    pub(super) fn peek(&mut self) -> Option<char> {
        loop {
            // Nearly every character is ASCII, and told by its byte.
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

    /// Passes `wanted` if it is next.
    pub(super) fn take(&mut self, wanted: char) -> Option<Range<usize>> {
        (self.peek() == Some(wanted)).then(|| self.pass(wanted))
    }

    /// The next token where a value may begin.
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

    /// The next token where no value may begin, with all its text, to be shown in a message or to be the name of a member.
    pub(super) fn other(&mut self) -> Token<'a> {
        match self.peek() {
            Some(c @ '\'') => self.string().unwrap_or_else(|_| self.plain(c)),
            Some(c) => self.plain(c),
            None => Token { kind: TokenKind::End, range: self.at..self.at },
        }
    }

    fn plain(&mut self, c: char) -> Token<'a> {
        if !is_name(c) {
            return Token { kind: TokenKind::Punctuation(c), range: self.pass(c) };
        }
        let start = self.at;
        let bytes = &self.text.as_bytes()[start..];
        let ascii = bytes.iter().take_while(|byte| IS_NAME[usize::from(**byte)]).count();
        self.at = start + ascii;
        if bytes.get(ascii).is_some_and(|byte| !byte.is_ascii()) {
            self.at = self.past(self.at, is_name);
        }
        Token { kind: TokenKind::Name, range: start..self.at }
    }

    fn string(&mut self) -> Result<Token<'a>, SyntaxError> {
        let start = self.at;
        let mut value = Cow::Borrowed("");
        let mut at = start + 1;
        loop {
            let Some(length) = self.rest(at).as_bytes().iter().position(|byte| *byte == b'\'') else {
                return Err(SyntaxError::open_string(self.text, start));
            };
            // Adding to an empty text only borrows.
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
        let mut at = self.past_one(start, ['+', '-']);
        let whole = at;
        at = self.past(at, digits);
        at = self.past(self.past_one(at, ['.', '.']), digits);
        let has_digits = self.text[whole..at].contains(digits);
        let exponent = self.past_one(at, ['e', 'E']);
        let mut complete = has_digits;
        if exponent > at {
            let power = self.past_one(exponent, ['+', '-']);
            at = self.past(power, digits);
            complete &= at > power;
        }
        // `1+2` and `5days` are one wrong word to whoever wrote them.
        let end = self.past(at, |c| is_name(c) || c == '.');
        self.at = end;
        if !complete || end > at {
            return Err(SyntaxError::bad_number(self.text, start..end));
        }
        Ok(Token { kind: TokenKind::Number, range: start..end })
    }

    fn pass(&mut self, c: char) -> Range<usize> {
        let start = self.at;
        self.at += c.len_utf8();
        start..self.at
    }

    fn past(&self, at: usize, belongs: impl Fn(char) -> bool) -> usize {
        self.rest(at).find(|c| !belongs(c)).map_or(self.text.len(), |length| at + length)
    }

    fn past_one(&self, at: usize, either: [char; 2]) -> usize {
        if self.rest(at).starts_with(either) { at + 1 } else { at }
    }

    fn rest(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }
}

/// [`is_name`] of the ASCII characters.
const IS_NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        let c = byte as u8 as char;
        let is_blank = matches!(c, ' ' | '\t'..='\r');
        table[byte] = !is_blank && !is_bracket_or_mark(c);
        byte += 1;
    }
    table
};

const fn is_bracket_or_mark(c: char) -> bool {
    matches!(c, '.' | ',' | '(' | ')' | '{' | '}' | '[' | ']' | '@' | '?' | '\'')
}

fn is_name(c: char) -> bool {
    !c.is_whitespace() && !is_bracket_or_mark(c)
}
