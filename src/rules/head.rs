//! Reads the head of a rule's page: the lines between two lines `+++`, such as `id = "call-cycle"`. A head is TOML, of
//! which this knows texts, lists of texts on one line, and `true` and `false`.
//!
//! The compiler runs these functions, so a run of flowvet does not read heads, and a wrong head does not compile. That is
//! why they panic, and why they go through bytes with loops.

/// The keys that a head can have.
const KEYS: [&str; 12] = [
    "id",
    "category",
    "severity",
    "confidence",
    "codes",
    "since",
    "summary",
    "default",
    "activation",
    "blocks",
    "fix",
    "security-severity",
];

/// The head of a page.
pub(super) struct Head {
    /// The value of each key, as written.
    values: [Option<&'static [u8]>; KEYS.len()],
    /// The Markdown below the head.
    pub(super) body: &'static str,
}

impl Head {
    /// Reads the head of a page.
    ///
    /// # Panics
    /// There is no head, or it has an unknown key, or the same key twice.
    pub(super) const fn of(page: &'static str) -> Self {
        let mut rest = page.as_bytes();
        if !is_equal(take_until(&mut rest, b'\n'), b"+++") {
            panic!("the first line of the page is not `+++`");
        }
        let mut values = [None; KEYS.len()];
        loop {
            let line = take_until(&mut rest, b'\n');
            if is_equal(line, b"+++") {
                return Head { values, body: utf8(rest.trim_ascii_start()) };
            }
            let mut value = line;
            let key = take_until(&mut value, b' ');
            let [b'=', b' ', value @ ..] = value else {
                fail("neither `key = value` nor the `+++` after the head", line)
            };
            let known = &mut values[index_of(key)];
            if known.is_some() {
                fail("second entry for the key", key);
            }
            *known = Some(value);
        }
    }

    /// The text of a key.
    ///
    /// # Panics
    /// There is no such key, or its value is not a text. The functions below panic for the same reasons.
    pub(super) const fn text(&self, key: &str) -> &'static str {
        unquoted(self.required(key))
    }

    /// The text of a key, or another text if there is no such key.
    pub(super) const fn text_or(&self, key: &str, default: &'static str) -> &'static str {
        match self.value(key) {
            Some(value) => unquoted(value),
            None => default,
        }
    }

    /// Whether there is a key with the value `true`.
    pub(super) const fn is_true(&self, key: &str) -> bool {
        match self.value(key) {
            None | Some(b"false") => false,
            Some(b"true") => true,
            Some(other) => fail("neither `true` nor `false`", other),
        }
    }

    /// The list of a key. `N` is its length.
    pub(super) const fn list<const N: usize>(&self, key: &str) -> [&'static str; N] {
        let mut items = self.items(key);
        let mut list = [""; N];
        let mut at = 0;
        while at < N {
            list[at] = take_item(&mut items);
            at += 1;
        }
        list
    }

    /// The length of the list of a key.
    pub(super) const fn length_of(&self, key: &str) -> usize {
        let mut items = self.items(key);
        let mut length = 0;
        while !items.is_empty() {
            take_item(&mut items);
            length += 1;
        }
        length
    }

    const fn items(&self, key: &str) -> &'static [u8] {
        match self.required(key) {
            [b'[', items @ .., b']'] => items,
            other => fail("not a list on one line", other),
        }
    }

    const fn required(&self, key: &str) -> &'static [u8] {
        match self.value(key) {
            Some(value) => value,
            None => fail("missing key", key.as_bytes()),
        }
    }

    const fn value(&self, key: &str) -> Option<&'static [u8]> {
        self.values[index_of(key.as_bytes())]
    }
}

/// The index of a key in [`KEYS`].
const fn index_of(key: &[u8]) -> usize {
    let mut at = 0;
    while at < KEYS.len() {
        if is_equal(KEYS[at].as_bytes(), key) {
            return at;
        }
        at += 1;
    }
    fail("unknown key", key)
}

/// Removes the first item of a list, and returns it.
const fn take_item(items: &mut &'static [u8]) -> &'static str {
    match take_until(items, b',') {
        [b' ', item @ ..] | item => unquoted(item),
    }
}

/// The content of a string without escapes.
const fn unquoted(value: &'static [u8]) -> &'static str {
    match value {
        [b'"', text @ .., b'"'] if !contains(text, b'"') && !contains(text, b'\\') => utf8(text),
        _ => fail("not a text in quotes without escapes", value),
    }
}

/// Removes the text before the first `sign`, or all of it, and the sign. Returns what was before the sign.
const fn take_until(text: &mut &'static [u8], sign: u8) -> &'static [u8] {
    let (before, rest) = text.split_at(position(text, sign));
    *text = match rest {
        [_, after @ ..] => after,
        [] => rest,
    };
    before
}

/// Where the first `sign` is; the length of the text if there is none.
const fn position(text: &[u8], sign: u8) -> usize {
    let mut at = 0;
    while at < text.len() && text[at] != sign {
        at += 1;
    }
    at
}

const fn contains(text: &[u8], sign: u8) -> bool {
    position(text, sign) < text.len()
}

const fn is_equal(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len()
}

const fn utf8(text: &[u8]) -> &str {
    match std::str::from_utf8(text) {
        Ok(text) => text,
        Err(_) => panic!("a text is cut inside a character"),
    }
}

/// Says what is wrong with which part of a head. `panic!` does not join texts in constants.
pub(super) const fn fail(problem: &str, part: &[u8]) -> ! {
    let texts = [problem.as_bytes(), b": ", part];
    let mut message = [0; 200];
    let (mut length, mut text) = (0, 0);
    while text < texts.len() {
        let mut at = 0;
        while at < texts[text].len() && length < message.len() {
            message[length] = texts[text][at];
            (at, length) = (at + 1, length + 1);
        }
        text += 1;
    }
    panic!("{}", utf8(message.split_at(length).0))
}
