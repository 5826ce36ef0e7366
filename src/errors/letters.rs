//! The letters and digits of a pasted text, in lower case, and nothing else.
//!
//! Messages come with other quotes, escaped once or three times, wrapped in the middle of a word, as HTML, as JSON in a
//! string of JSON. None of that changes their letters. Where words begin is kept, so that a code is found as a whole.

/// The letters of a text, and where each stands.
#[derive(Debug, Default)]
pub(super) struct Letters {
    /// In lower case.
    pub(super) text: String,
    /// For each byte of `text`: its place in the text they are from.
    places: Vec<u32>,
    /// The length of the text they are from.
    length: usize,
    /// For each byte of `text`: whether something other than a letter is before it.
    begins_word: Vec<bool>,
}

impl Letters {
    /// The letters of a text shorter than 4 GiB.
    pub(super) fn of(text: &str) -> Self {
        let mut letters = Letters { length: text.len(), ..Letters::default() };
        let (mut at, mut begins_word, mut begins_line) = (0, true, true);
        while at < text.len() {
            let rest = &text[at..];
            if begins_line {
                begins_line = false;
                let mark = mark_of_log(rest);
                if mark > 0 {
                    (at, begins_word) = (at + mark, true);
                    continue;
                }
            }
            let (character, length) = next(rest);
            match character.filter(|character| character.is_alphanumeric()) {
                Some(character) => {
                    letters.push(character, at, begins_word);
                    begins_word = false;
                }
                None => begins_word = true,
            }
            begins_line = rest.starts_with('\n');
            at += length;
        }
        letters
    }

    fn push(&mut self, character: char, place: usize, begins_word: bool) {
        for (number, lower) in character.to_lowercase().enumerate() {
            self.text.push(lower);
            let bytes = lower.len_utf8();
            self.places.extend(std::iter::repeat_n(u32::try_from(place).unwrap_or(u32::MAX), bytes));
            self.begins_word.push(begins_word && number == 0);
            self.begins_word.extend(std::iter::repeat_n(false, bytes - 1));
        }
    }

    /// The place of a letter in the text they are from; behind the last letter, the end of the text.
    pub(super) fn place(&self, letter: usize) -> usize {
        self.places.get(letter).map_or(self.length, |place| *place as usize)
    }

    /// The place behind a letter.
    pub(super) fn end(&self, text: &str, letter: usize) -> usize {
        let place = self.place(letter);
        text.get(place..).filter(|rest| !rest.is_empty()).map_or(self.length, |rest| place + next(rest).1)
    }

    /// Whether a range is made of whole words.
    pub(super) fn is_whole(&self, start: usize, end: usize) -> bool {
        let is_edge = |at: usize| self.begins_word.get(at).copied().unwrap_or(true);
        is_edge(start) && is_edge(end)
    }
}

/// The letters of a sentence of the catalog.
pub(super) fn of_sentence(sentence: &str) -> String {
    sentence.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A text without its escapes, every quote as `'`, for whoever looks for names between quotes.
pub(crate) fn plain(text: &str) -> String {
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    while at < text.len() {
        let (character, length) = next(&text[at..]);
        let is_quote = |c: char| matches!(c, '"' | '`' | '\u{2018}'..='\u{201F}' | '\u{AB}' | '\u{BB}');
        out.extend(character.map(|character| if is_quote(character) { '\'' } else { character }));
        at += length;
    }
    out
}

/// A text from the middle of a log, without what a pipeline writes at the beginning of its lines.
pub(super) fn without_marks(text: &str) -> String {
    let lines = text.split('\n').enumerate();
    let unmarked = lines.map(|(number, line)| if number > 0 { &line[mark_of_log(line)..] } else { line });
    unmarked.collect::<Vec<_>>().join("\n")
}

/// The length of what a pipeline writes at the beginning of a line: the job and the step (`gh run view --log`), the time,
/// and `##[error]`.
fn mark_of_log(line: &str) -> usize {
    let step = step_of_log(line);
    match time_of_log(&line[step..]) {
        0 if step > 0 => 0,
        time => step + time + mark_of_error(&line[step + time..]),
    }
}

/// The length of `job<TAB>step<TAB>`.
fn step_of_log(line: &str) -> usize {
    const LONGEST: usize = 200;
    let tabs = line.bytes().take(LONGEST).take_while(|byte| *byte != b'\n').enumerate();
    tabs.filter(|(_, byte)| *byte == b'\t').nth(1).map_or(0, |(at, _)| at + 1)
}

/// The length of `2022-08-27T21:48:19.0970465Z`, behind a byte order mark, too.
fn time_of_log(line: &str) -> usize {
    let mark = if line.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let line = &line[mark..];
    let bytes = line.as_bytes();
    let is_time = bytes.len() > 19
        && bytes[..4].iter().all(u8::is_ascii_digit)
        && (bytes[4], bytes[7], bytes[10], bytes[13]) == (b'-', b'-', b'T', b':');
    if !is_time {
        return 0;
    }
    let is_part = |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b'-' | b':' | b'.' | b'T' | b'Z');
    mark + bytes.iter().take_while(is_part).count()
}

/// The length of `##[error]`.
fn mark_of_error(line: &str) -> usize {
    let blanks = line.len() - line.trim_start_matches(' ').len();
    let mark = line[blanks..].strip_prefix("##[").and_then(|mark| mark.find(']'));
    mark.filter(|end| *end < 16).map_or(0, |end| blanks + end + 4)
}

/// The character that a text begins with, its escapes undone, and how many bytes it takes; `None` for an escape that
/// stands for no letter.
fn next(rest: &str) -> (Option<char>, usize) {
    match rest.as_bytes()[0] {
        b'\\' => backslashed(rest),
        b'&' => entity(rest),
        b'%' => match hexadecimal(rest.get(1..3)) {
            Some(character) => (Some(character), 3),
            None => (None, 1),
        },
        0x1B => (None, colour(rest)),
        _ => {
            let character = rest.chars().next();
            (character, character.map_or(1, char::len_utf8))
        }
    }
}

/// `\n`, `\\\"`, `\u0027`: a run of backslashes, as a text has after it was quoted several times, is one.
fn backslashed(rest: &str) -> (Option<char>, usize) {
    let run = rest.bytes().take_while(|byte| *byte == b'\\').count();
    match rest.as_bytes().get(run) {
        Some(b'n' | b'r' | b't') => (Some('\n'), run + 1),
        Some(b'u') => match hexadecimal(rest.get(run + 1..run + 5)) {
            Some(character) => (Some(character), run + 5),
            None => (None, run),
        },
        _ => (None, run),
    }
}

fn hexadecimal(digits: Option<&str>) -> Option<char> {
    char::from_u32(u32::from_str_radix(digits?, 16).ok()?)
}

/// `&quot;`, `&amp;quot;`, `&#39;`.
fn entity(rest: &str) -> (Option<char>, usize) {
    const LONGEST: usize = 8;
    let mut at = 1;
    while rest[at..].starts_with("amp;") {
        at += 4;
    }
    let name = rest.as_bytes()[at..].iter().take(LONGEST).position(|byte| *byte == b';');
    let Some(name) = name.and_then(|end| rest.get(at..at + end)) else { return (None, at) };
    let length = at + name.len() + 1;
    let number = match name.strip_prefix('#').map(|digits| (digits, digits.strip_prefix(['x', 'X']))) {
        Some((_, Some(digits))) => u32::from_str_radix(digits, 16).ok(),
        Some((digits, None)) => digits.parse().ok(),
        None => {
            let known = [("quot", '"'), ("apos", '\''), ("lt", '<'), ("gt", '>'), ("nbsp", ' ')];
            let character = known.iter().find(|(known, _)| *known == name).map(|(_, character)| *character);
            return (character, if character.is_some() { length } else { at });
        }
    };
    number.map_or((None, at), |number| (char::from_u32(number), length))
}

/// The length of what sets a colour at a terminal.
fn colour(rest: &str) -> usize {
    const LONGEST: usize = 16;
    let bytes = rest.as_bytes();
    if bytes.get(1) != Some(&b'[') {
        return 1;
    }
    let end = bytes[2..].iter().take(LONGEST).position(u8::is_ascii_alphabetic);
    end.map_or(2, |end| end + 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_quotes_and_line_breaks_are_no_letters() {
        for text in [
            "The 'x' is",
            "THE “x”\r\n  is",
            r#"the \"x\" is"#,
            r"the\\r\\n\\\u0027x\u0027 is",
            "the &quot;x&amp;quot; &#39;is&#x27;",
            "th\n> e x is",
            "import\tRun pac\t2022-08-27T21:48:19.0970465Z ##[error]the x\nimport\tRun pac\t2022-08-27T21:48:20.0Z is",
            "2022-08-27T21:48:19.0970465Z ##[error]the x\n2022-08-27T21:48:20.0Z is",
            "\u{1b}[31;1mthe x\u{1b}[0m is",
            "the%20%27x%27%20is",
            "t\0h\0e\0 \0x\0 \0i\0s\0",
        ] {
            assert_eq!(Letters::of(text).text, "thexis", "{text}");
        }
        assert_eq!(Letters::of("Größe & 100% \\").text, "größe100");
    }

    #[test]
    fn quotes_become_one() {
        assert_eq!(plain(r#"a \\\"b\\\" &quot;c&quot; “d” \u0027e\u0027"#), "a 'b' 'c' 'd' 'e'");
    }

    #[test]
    fn words_keep_their_beginnings_and_places() {
        let letters = Letters::of("ab \\\"cd\\\" é");
        assert_eq!(letters.text, "abcdé");
        assert!(letters.is_whole(0, 2) && letters.is_whole(2, 4) && letters.is_whole(4, 6));
        assert!(!letters.is_whole(1, 2) && !letters.is_whole(2, 3));
        assert_eq!((letters.place(2), letters.place(4), letters.place(6)), (5, 10, 12));
    }
}
