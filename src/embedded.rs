//! Reads the data that is part of the program: the catalogs in `rules/catalog`.
//!
//! These texts are TOML, and every run reads some of them. They use a small part of the language, and this reader knows
//! no more: it takes a tenth of the time of the crate `toml`, which reads what users write. A test compares both.

use std::borrow::Cow;

use serde::de::value::{Error, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

/// Reads a text.
///
/// # Errors
/// The text uses more of TOML than this reader knows, or does not fit the type.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let table = table(text).map_err(|line| Error::custom(format!("cannot be read: `{line}`")))?;
    T::deserialize(Fact::Table(table))
}

/// A value.
#[derive(Debug)]
enum Fact<'t> {
    Bool(bool),
    Number(i64),
    Text(Cow<'t, str>),
    List(Vec<Fact<'t>>),
    Table(Table<'t>),
}

/// The keys and values of a table, in the order of the text.
type Table<'t> = Vec<(&'t str, Fact<'t>)>;

/// The text as a table, or the first line that is not understood.
fn table(text: &str) -> Result<Table<'_>, &str> {
    let mut root = Table::new();
    let mut path: Vec<&str> = Vec::new();
    let mut reader = Reader { rest: text };
    loop {
        reader.skip(true);
        if reader.rest.is_empty() {
            return Ok(root);
        }
        let rest = reader.rest;
        reader.line(&mut root, &mut path).ok_or_else(|| rest.lines().next().unwrap_or_default())?;
    }
}

/// The name of a table, and whether it is an element of a list: `[name]`, `[[name]]`.
fn header(line: &str) -> Option<(&str, bool)> {
    let inner = line.strip_prefix('[')?.strip_suffix(']')?;
    Some(match inner.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
        Some(name) => (name, true),
        None => (inner, false),
    })
}

/// The table at a path. The last element of a list counts. Tables that do not exist are added.
fn inside<'r, 't>(root: &'r mut Table<'t>, path: &[&'t str]) -> Option<&'r mut Table<'t>> {
    let mut table = root;
    for name in path {
        let at = table.iter().rposition(|(key, _)| key == name).unwrap_or_else(|| {
            table.push((name, Fact::Table(Table::new())));
            table.len() - 1
        });
        table = match &mut table[at].1 {
            Fact::Table(inner) => inner,
            Fact::List(list) => match list.last_mut()? {
                Fact::Table(inner) => inner,
                _ => return None,
            },
            _ => return None,
        };
    }
    Some(table)
}

/// Adds an empty table to a list.
fn push<'t>(table: &mut Table<'t>, name: &'t str) {
    match table.iter_mut().find(|(key, _)| *key == name) {
        Some((_, Fact::List(list))) => list.push(Fact::Table(Table::new())),
        _ => table.push((name, Fact::List(vec![Fact::Table(Table::new())]))),
    }
}

struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    /// A header or an entry, up to the end of its line. `path` is that of the table that entries belong to.
    fn line(&mut self, root: &mut Table<'t>, path: &mut Vec<&'t str>) -> Option<()> {
        let line = if self.rest.starts_with('[') { self.rest.lines().next()? } else { "" };
        if let Some((header, is_list)) = header(line) {
            *path = header.split('.').collect();
            let (name, above) = path.split_last()?;
            let above = inside(root, above)?;
            if is_list {
                push(above, name);
            } else {
                above.push((name, Fact::Table(Table::new())));
            }
            self.rest = &self.rest[line.len()..];
        } else {
            inside(root, path)?.push(self.entry()?);
        }
        self.skip(false);
        if self.rest.is_empty() { Some(()) } else { self.eat("\n") }
    }

    /// Skips spaces and comments, and line breaks if `lines`.
    fn skip(&mut self, lines: bool) {
        loop {
            let length = match self.rest.as_bytes() {
                [b' ', ..] => 1,
                [b'\n', ..] if lines => 1,
                [b'#', rest @ ..] => 1 + memchr::memchr(b'\n', rest).unwrap_or(rest.len()),
                _ => return,
            };
            self.rest = &self.rest[length..];
        }
    }

    fn eat(&mut self, sign: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(sign)?;
        Some(())
    }

    /// `key = value`.
    fn entry(&mut self) -> Option<(&'t str, Fact<'t>)> {
        let key = self.word();
        self.skip(false);
        self.eat("=")?;
        self.skip(false);
        (!key.is_empty()).then_some((key, self.value()?))
    }

    fn word(&mut self) -> &'t str {
        let is_of_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let (word, rest) = self.rest.split_at(self.rest.bytes().take_while(|byte| is_of_word(byte)).count());
        self.rest = rest;
        word
    }

    fn value(&mut self) -> Option<Fact<'t>> {
        if self.eat("\"").is_some() {
            return self.text();
        }
        if self.eat("[").is_some() {
            return self.items("]", Reader::value).map(Fact::List);
        }
        if self.eat("{").is_some() {
            return self.items("}", Reader::entry).map(Fact::Table);
        }
        match self.word() {
            "true" => Some(Fact::Bool(true)),
            "false" => Some(Fact::Bool(false)),
            number => number.parse().ok().map(Fact::Number),
        }
    }

    /// The rest of a string after its quote.
    fn text(&mut self) -> Option<Fact<'t>> {
        let mut text = Cow::Borrowed("");
        loop {
            let end = memchr::memchr3(b'"', b'\\', b'\n', self.rest.as_bytes())?;
            // Appending to an empty `Cow` borrows.
            text += &self.rest[..end];
            self.rest = &self.rest[end..];
            if self.eat("\"").is_some() {
                return Some(Fact::Text(text));
            }
            self.eat("\\")?;
            let sign = self.rest.chars().next().filter(|sign| matches!(sign, '"' | '\\'))?;
            text.to_mut().push(sign);
            self.rest = &self.rest[1..];
        }
    }

    /// The items of a list or table, up to its end. There may be a comma after the last one.
    fn items<T>(&mut self, end: &str, item: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut items = Vec::new();
        loop {
            self.skip(true);
            if self.eat(end).is_some() {
                return Some(items);
            }
            items.push(item(self)?);
            self.skip(true);
            if self.eat(",").is_none() {
                self.eat(end)?;
                return Some(items);
            }
        }
    }
}

impl<'de> IntoDeserializer<'de> for Fact<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Fact<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Fact::Bool(value) => visitor.visit_bool(value),
            Fact::Number(number) => visitor.visit_i64(number),
            Fact::Text(Cow::Borrowed(text)) => visitor.visit_str(text),
            Fact::Text(Cow::Owned(text)) => visitor.visit_string(text),
            Fact::List(list) => visitor.visit_seq(SeqDeserializer::new(list.into_iter())),
            Fact::Table(table) => visitor.visit_map(MapDeserializer::new(table.into_iter())),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Fact::Text(text) => text.into_deserializer().deserialize_enum(name, variants, visitor),
            other => other.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        newtype_struct tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use serde_json::Value;

    use super::*;

    /// The files with this ending below a folder.
    fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
        let entries = folder.read_dir().expect("a folder").flatten().map(|entry| entry.path());
        let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
        let inner = folders.iter().flat_map(|folder| self::files(folder, ending));
        files.into_iter().filter(|path| path.to_string_lossy().ends_with(ending)).chain(inner).collect()
    }

    #[test]
    fn every_catalog_is_read_as_toml() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/catalog");
        let catalogs = files(&folder, ".toml");
        assert!(catalogs.len() > 15);
        for path in catalogs {
            let text = std::fs::read_to_string(path).expect("a text");
            let expected: Value = toml::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
            assert_eq!(read::<Value>(&text).expect("can be read"), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for line in ["a", "a = ", "a = 'b'", "a = \"b", "a = \"\\n\"", "a = 1.5", "a = [1", "a = 1 2", "= 1"]
        {
            let error = read::<Value>(&format!("b = 1\n{line}\n")).expect_err(line).to_string();
            assert_eq!(error, format!("cannot be read: `{line}`"));
        }
        let text = "a = [\n  1, # one\n  2,\n]\n[b]\nc = { d = true }\n[[e.f]]\n[[e.f]]\ng = \"\\\"\\\\\"\n";
        assert_eq!(read::<Value>(text).ok(), toml::from_str(text).ok());
    }
}
