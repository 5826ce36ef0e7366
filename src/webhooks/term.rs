//! The few expressions that have to be understood to follow events: calls, their arguments and what is picked from
//! their results. Everything else is `None`: unknown.

/// How deep calls may stand in each other; more is no expression that a person wrote.
const MOST_NESTED: usize = 32;

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Term {
    /// `'text'`
    Text(String),
    /// `function(arguments)` and what is picked from it: `?['a']['b/c']` is `a`, `b`, `c`; an index is `[]`.
    Call { function: String, arguments: Vec<Term>, path: Vec<String> },
    /// Something else that is an argument: a number, `true`, `null`.
    Other,
}

/// What an index in a path is called, like in the catalog's fields.
pub(super) const ELEMENT: &str = "[]";

impl Term {
    /// Reads a string that is one expression as a whole: `@…`, or `@{…}` from end to end.
    pub(super) fn of(text: &str) -> Option<Term> {
        let text = text.trim();
        let inner = match text.strip_prefix("@{") {
            Some(inner) => {
                let end = end_of_braces(inner)?;
                (end == inner.len()).then(|| &inner[..end - 1])?
            }
            None => text.strip_prefix('@').filter(|rest| !rest.starts_with('@'))?,
        };
        let mut reader = Reader { rest: inner };
        let term = reader.term(0)?;
        reader.rest.trim().is_empty().then_some(term)
    }

    /// The function in lower case, its arguments and the path; `None` for what is no call.
    pub(super) fn call(&self) -> Option<(String, &[Term], &[String])> {
        match self {
            Term::Call { function, arguments, path } => {
                Some((function.to_ascii_lowercase(), arguments, path))
            }
            Term::Text(_) | Term::Other => None,
        }
    }
}

/// The offset behind the `}` that ends `@{`, when `text` begins behind that. Braces in quotes do not count.
pub(super) fn end_of_braces(text: &str) -> Option<usize> {
    let (mut depth, mut quoted) = (1_usize, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn eat(&mut self, token: char) -> bool {
        let trimmed = self.rest.trim_start();
        let stripped = trimmed.strip_prefix(token);
        self.rest = stripped.unwrap_or(trimmed);
        stripped.is_some()
    }

    fn word(&mut self) -> &'a str {
        let text = self.rest.trim_start();
        let end = text.find(|c: char| !(c.is_alphanumeric() || "_$-.".contains(c))).unwrap_or(text.len());
        self.rest = &text[end..];
        &text[..end]
    }

    /// `'text'`, in which `''` is a quote.
    fn text(&mut self) -> Option<String> {
        if !self.eat('\'') {
            return None;
        }
        let mut out = String::new();
        loop {
            let (before, after) = self.rest.split_once('\'')?;
            out.push_str(before);
            self.rest = after;
            match after.strip_prefix('\'') {
                Some(more) => self.rest = more,
                None => return Some(out),
            }
            out.push('\'');
        }
    }

    fn term(&mut self, depth: usize) -> Option<Term> {
        if depth > MOST_NESTED {
            return None;
        }
        if self.rest.trim_start().starts_with('\'') {
            return self.text().map(Term::Text);
        }
        let word = self.word();
        if word.is_empty() {
            return None;
        }
        if !self.eat('(') {
            return Some(Term::Other);
        }
        let arguments = self.arguments(depth)?;
        Some(Term::Call { function: word.to_owned(), arguments, path: self.path()? })
    }

    fn arguments(&mut self, depth: usize) -> Option<Vec<Term>> {
        let mut arguments = Vec::new();
        if self.eat(')') {
            return Some(arguments);
        }
        loop {
            arguments.push(self.term(depth + 1)?);
            if self.eat(')') {
                return Some(arguments);
            }
            if !self.eat(',') {
                return None;
            }
        }
    }

    fn path(&mut self) -> Option<Vec<String>> {
        let mut path = Vec::new();
        loop {
            let picks = self.eat('?');
            if self.eat('[') {
                match self.text() {
                    Some(key) => path.extend(key.split('/').map(ToOwned::to_owned)),
                    // An index; a computed key is not understood.
                    None => {
                        let index = self.word();
                        index.parse::<usize>().ok()?;
                        path.push(ELEMENT.to_owned());
                    }
                }
                if !self.eat(']') {
                    return None;
                }
            } else if self.eat('.') {
                path.extend(self.word().split('.').map(ToOwned::to_owned));
            } else {
                return (!picks).then_some(path);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        fn show(term: &Term) -> String {
            match term {
                Term::Text(text) => format!("'{text}'"),
                Term::Other => "_".to_owned(),
                Term::Call { function, arguments, path } => {
                    let arguments: Vec<String> = arguments.iter().map(show).collect();
                    format!("{function}({}){}", arguments.join(","), path.join("."))
                }
            }
        }
        Term::of(text).as_ref().map_or_else(|| "unknown".to_owned(), show)
    }

    #[test]
    fn the_usual_spellings_are_understood() {
        for (text, expected) in [
            ("@triggerBody()?['X']", "triggerBody()X"),
            ("@{triggerBody()?['X']}", "triggerBody()X"),
            ("@triggerBody()['a']['b']", "triggerBody()a.b"),
            ("@triggerBody()?.X", "triggerBody()X"),
            ("@triggerOutputs()?['body/X']", "triggerOutputs()body.X"),
            ("@ triggerOutputs( ) ?[ 'headers' ] ?[ 'x-Y' ]", "triggerOutputs()headers.x-Y"),
            ("@createArray(triggerBody()['text_1'], 'it''s')", "createArray(triggerBody()text_1,'it's')"),
            ("@body('Parse JSON')?['value'][0]?['c']", "body('Parse JSON')value.[].c"),
            ("@equals(1, true)", "equals(_,_)"),
            ("@{concat('}', '{')}", "concat('}','{')"),
            ("plain", "unknown"),
            ("@@literal", "unknown"),
            ("@{a()}@{b()}", "unknown"),
            ("x @{a()}", "unknown"),
            ("@a()[variables('x')]", "unknown"),
            ("@a(", "unknown"),
            ("@a('x", "unknown"),
            ("@a() + 1", "unknown"),
            ("@a()?", "unknown"),
            ("@", "unknown"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        assert_eq!(Term::of(&format!("@{}", "a(".repeat(10_000))), None);
    }
}
