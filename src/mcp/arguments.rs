//! The arguments of a tool call.

use serde_json::{Map, Value};

/// The arguments of a tool, which are read by name. A message says what is wrong with one, so that an agent can correct it.
#[derive(Debug)]
pub(super) struct Arguments<'a> {
    given: Option<&'a Map<String, Value>>,
}

impl<'a> Arguments<'a> {
    /// Checks that there are only known arguments.
    pub(super) fn new(given: Option<&'a Value>, known: &[&str]) -> Result<Self, String> {
        let given = match given {
            None | Some(Value::Null) => None,
            Some(Value::Object(given)) => Some(given),
            Some(_) => return Err("the arguments have to be an object".to_owned()),
        };
        let mut names = given.into_iter().flat_map(Map::keys);
        match names.find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(format!("unknown argument `{name}`; expected {}", listed(known))),
            None => Ok(Arguments { given }),
        }
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, String> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("`{name}` has to be a string")),
        }
    }

    /// A list of strings, or one string.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<&'a str>, String> {
        let wrong = || format!("`{name}` has to be a list of strings");
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(Value::String(text)) => Ok(vec![text]),
            Some(Value::Array(list)) => list.iter().map(|one| one.as_str().ok_or_else(wrong)).collect(),
            Some(_) => Err(wrong()),
        }
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, String> {
        match self.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(format!("`{name}` has to be `true` or `false`")),
        }
    }

    pub(super) fn number(&self, name: &str, otherwise: usize) -> Result<usize, String> {
        let Some(value) = self.get(name) else { return Ok(otherwise) };
        let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
        number.ok_or_else(|| format!("`{name}` has to be a whole number from 0"))
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.given?.get(name).filter(|value| !value.is_null())
    }
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
