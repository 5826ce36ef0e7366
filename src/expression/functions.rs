//! The functions of the workflow definition language: a table that is data, `rules/catalog/functions.toml`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::expression::ast::{Expr, ExprKind};
use crate::suggest::nearest;
use crate::wording::joined;

/// One function, as the service knows it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// The name as the reference writes it; calls may use any case.
    pub name: String,
    /// The least number of arguments.
    pub min: usize,
    /// The greatest number of arguments; `None` where there is none.
    pub max: Option<usize>,
    /// The kinds of each argument; the last one stands for all that follow.
    #[serde(default)]
    args: Vec<Kinds>,
    /// The kinds of the value, where they depend neither on the arguments nor on the run.
    pub result: Option<Kinds>,
    /// The only places where a call means something; empty where it may stand anywhere.
    #[serde(default)]
    pub only_in: Vec<ArgumentPosition>,
    /// The only host that has it.
    pub host: Option<Host>,
    /// The function that the reference prefers. It is deprecated, unless the note says otherwise.
    pub instead: Option<String>,
    /// Why the entry differs from its source.
    pub note: Option<String>,
    /// The key of its source in the table.
    pub source: String,
}

/// A place in a definition to which a function can be bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArgumentPosition {
    /// Inputs of a webhook trigger or action.
    Webhook,
    /// The `unsubscribe` part of a webhook.
    WebhookUnsubscribe,
    /// `trackedProperties` of an action.
    TrackedProperties,
    /// The condition of an Until loop.
    UntilCondition,
    /// Inside a For each or Until loop.
    Loop,
    /// An action that works item by item: For each, Select, Filter array, Create table.
    RepeatingAction,
}

/// What runs the definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Host {
    /// Single-tenant Azure Logic Apps; not Power Automate.
    LogicAppsStandard,
}

/// Where facts of the table come from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentedIn {
    /// The name of the page.
    pub title: String,
    /// Its address.
    pub url: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    sources: BTreeMap<String, DocumentedIn>,
    function: Vec<Function>,
}

static TABLE_TEXT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/catalog/functions.toml"));

/// The table is part of the program: that it can be read is held by a test, not told to a user.
static TABLE: LazyLock<Table> = LazyLock::new(|| toml::from_str(TABLE_TEXT).unwrap_or_default());

/// By the length of the name: every call of every flow is looked up, and few functions have names of one length.
static BY_LENGTH: LazyLock<Vec<Vec<&'static Function>>> = LazyLock::new(|| {
    let longest = all().iter().map(|function| function.name.len()).max().unwrap_or(0);
    let of = |length: usize| all().iter().filter(|function| function.name.len() == length).collect();
    (0..=longest).map(of).collect()
});

/// Every function, in the order of the table.
pub fn all() -> &'static [Function] {
    &TABLE.function
}

/// The function of this name, in any case.
pub fn lookup(name: &str) -> Option<&'static Function> {
    let alike = BY_LENGTH.get(name.len())?;
    alike.iter().find(|function| function.name.eq_ignore_ascii_case(name)).copied()
}

/// The known name that is nearest to an unknown one, if any is near.
pub fn did_you_mean(name: &str) -> Option<&'static str> {
    nearest(name, all().iter().map(|function| function.name.as_str()))
}

impl Function {
    /// Whether it takes this many arguments.
    pub fn takes(&self, count: usize) -> bool {
        count >= self.min && self.max.is_none_or(|max| count <= max)
    }

    /// The kinds that the argument at `index`, counted from 0, may have.
    pub fn argument(&self, index: usize) -> Kinds {
        self.args.get(index).or(self.args.last()).copied().unwrap_or(Kinds::ANY)
    }

    /// How many arguments it takes, in words: `no argument`, `1 argument`, `2 to 3 arguments`, `at least 1 argument`.
    pub fn arity(&self) -> String {
        match (self.min, self.max) {
            (_, Some(0)) => "no argument".to_owned(),
            (1, Some(1)) => "1 argument".to_owned(),
            (min, Some(max)) if min == max => format!("{max} arguments"),
            (0, Some(1)) => "at most 1 argument".to_owned(),
            (0, Some(max)) => format!("at most {max} arguments"),
            (min, Some(max)) => format!("{min} to {max} arguments"),
            (1, None) => "at least 1 argument".to_owned(),
            (min, None) => format!("at least {min} arguments"),
        }
    }

    /// Where the facts of the entry come from.
    pub fn source(&self) -> Option<&'static DocumentedIn> {
        TABLE.sources.get(&self.source)
    }
}

/// A kind of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// A number with a point or an exponent.
    Float,
    /// True or false.
    Boolean,
    /// A list.
    Array,
    /// A JSON object; files and XML are objects too.
    Object,
    /// Null.
    Null,
}

impl ValueKind {
    const ALL: [ValueKind; 7] = [
        ValueKind::String,
        ValueKind::Integer,
        ValueKind::Float,
        ValueKind::Boolean,
        ValueKind::Array,
        ValueKind::Object,
        ValueKind::Null,
    ];

    /// The kind of a literal; `None` for what is known only when the flow runs.
    pub fn of_literal(expr: &Expr<'_>) -> Option<ValueKind> {
        match &expr.kind {
            ExprKind::String(_) => Some(ValueKind::String),
            ExprKind::Number(number) => {
                Some(if number.is_integer() { ValueKind::Integer } else { ValueKind::Float })
            }
            ExprKind::Bool(_) => Some(ValueKind::Boolean),
            ExprKind::Null => Some(ValueKind::Null),
            ExprKind::Call { .. } | ExprKind::Member { .. } | ExprKind::Index { .. } => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            ValueKind::String => "string",
            ValueKind::Integer => "integer",
            ValueKind::Float => "float",
            ValueKind::Boolean => "boolean",
            ValueKind::Array => "array",
            ValueKind::Object => "object",
            ValueKind::Null => "null",
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of kinds, written `array | string`; `number` is `integer | float`, and `any` is all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Kinds(u8);

impl Kinds {
    /// Every kind.
    pub const ANY: Kinds = Kinds(0b111_1111);

    /// Whether the kind is one of these.
    pub fn contains(self, kind: ValueKind) -> bool {
        self.0 & kind.bit() != 0
    }

    /// Whether it is this kind and no other.
    pub(crate) fn is_only(self, kind: ValueKind) -> bool {
        self == Kinds::from(kind)
    }

    /// Whether a kind is in both.
    pub fn overlaps(self, other: Kinds) -> bool {
        self.0 & other.0 != 0
    }

    /// The kinds of a word of the table.
    fn of_word(word: &str) -> Option<Kinds> {
        match word {
            "any" => Some(Kinds::ANY),
            "number" => Some(Kinds(ValueKind::Integer.bit() | ValueKind::Float.bit())),
            _ => ValueKind::ALL.into_iter().find(|kind| kind.name() == word).map(|kind| Kinds(kind.bit())),
        }
    }
}

impl From<ValueKind> for Kinds {
    fn from(kind: ValueKind) -> Kinds {
        Kinds(kind.bit())
    }
}

impl TryFrom<String> for Kinds {
    type Error = String;

    fn try_from(text: String) -> Result<Kinds, String> {
        text.split('|').map(str::trim).try_fold(Kinds(0), |kinds, word| {
            let more = Kinds::of_word(word).ok_or_else(|| format!("unknown kind `{word}`"))?;
            Ok(Kinds(kinds.0 | more.0))
        })
    }
}

/// In words: `array, string or object`.
impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Kinds::ANY {
            return f.write_str("any value");
        }
        let names: Vec<&str> =
            ValueKind::ALL.into_iter().filter(|kind| self.contains(*kind)).map(ValueKind::name).collect();
        f.write_str(if names.is_empty() { "no value".to_owned() } else { joined(&names, "or") }.as_str())
    }
}
