//! The functions of the workflow definition language. The data is in `rules/catalog/functions.toml`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{LazyLock, OnceLock};

use serde::Deserialize;

use crate::expression::ast::{Expr, ExprKind};
use crate::suggest::Suggestions;
use crate::wording::joined;

/// A function.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// The name as the reference spells it. Calls may use any case.
    pub name: String,
    /// The minimum number of arguments.
    pub min: usize,
    /// The maximum number of arguments; `None` if unlimited.
    pub max: Option<usize>,
    /// The accepted types of each argument. The last entry applies to all further arguments.
    #[serde(default)]
    args: Vec<Kinds>,
    /// The types of the result, if they depend neither on the arguments nor on the run.
    pub result: Option<Kinds>,
    /// The only positions in which a call has a meaning; empty if there is no restriction.
    #[serde(default)]
    pub only_in: Vec<ArgumentPosition>,
    /// The only host that has the function.
    pub host: Option<Host>,
    /// The function that the reference recommends instead. This one is deprecated, unless the note states otherwise.
    pub instead: Option<String>,
    /// Why the entry differs from its source.
    pub note: Option<String>,
    /// The key of the source in the table.
    pub source: String,
}

/// A position in a definition that a function may be restricted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArgumentPosition {
    /// The inputs of a webhook trigger or action.
    Webhook,
    /// The `unsubscribe` section of a webhook.
    WebhookUnsubscribe,
    /// The `trackedProperties` of an action.
    TrackedProperties,
    /// The condition of a Do until loop.
    UntilCondition,
    /// Inside an Apply to each or Do until loop.
    Loop,
    /// An action that processes items: Apply to each, Select, Filter array, Create table.
    RepeatingAction,
}

/// The product that runs a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Host {
    /// Single-tenant Azure Logic Apps, not Power Automate.
    LogicAppsStandard,
}

/// The source of facts in the table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentedIn {
    /// The title of the page.
    pub title: String,
    /// The URL.
    pub url: String,
}

/// A function of the table.
struct Entry {
    name: &'static str,
    /// The lines about the function.
    lines: &'static str,
    /// Read on first use: a run calls few of the functions.
    function: OnceLock<Option<Function>>,
}

impl Entry {
    /// The entry with these lines. The name is on the first of them.
    fn of(lines: &'static str) -> Option<Self> {
        let name = lines.strip_prefix("name = \"")?.split('"').next()?;
        Some(Entry { name, lines, function: OnceLock::new() })
    }

    /// The function. The table is part of the program, and a test reads it, so this cannot fail here.
    fn function(&self) -> Option<&Function> {
        self.function.get_or_init(|| crate::embedded::read(self.lines).ok()).as_ref()
    }
}

/// The head of an entry.
const HEAD: &str = "[[function]]\n";

static TABLE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/catalog/functions.toml"));

static ENTRIES: LazyLock<Vec<Entry>> =
    LazyLock::new(|| TABLE.split(HEAD).skip(1).filter_map(Entry::of).collect());

/// The entries by [`slot`]. Every call of every flow is looked up.
static BY_SLOT: LazyLock<Vec<Vec<&'static Entry>>> = LazyLock::new(|| {
    let mut slots = Vec::new();
    for entry in ENTRIES.iter() {
        let slot = slot(entry.name);
        if slots.len() <= slot {
            slots.resize_with(slot + 1, Vec::new);
        }
        slots[slot].push(entry);
    }
    slots
});

/// The length of a name and its first letter, ignoring case. Few functions have both in common.
fn slot(name: &str) -> usize {
    name.len() << 5 | name.as_bytes().first().map_or(0, |first| usize::from(first & 0b1_1111))
}

/// The sources by key.
static SOURCES: LazyLock<BTreeMap<String, DocumentedIn>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Table {
        sources: BTreeMap<String, DocumentedIn>,
    }
    let table = TABLE.split(HEAD).next().unwrap_or_default();
    crate::embedded::read::<Table>(table).map(|table| table.sources).unwrap_or_default()
});

/// Every function, in the order of the table.
pub fn all() -> impl Iterator<Item = &'static Function> {
    ENTRIES.iter().filter_map(Entry::function)
}

/// The function with this name, ignoring case.
pub fn lookup(name: &str) -> Option<&'static Function> {
    BY_SLOT.get(slot(name))?.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))?.function()
}

/// The known name closest to an unknown one, if any is close.
pub(crate) fn did_you_mean(name: &str, suggestions: &Suggestions) -> Option<&'static str> {
    suggestions.nearest(name, ENTRIES.iter().map(|entry| entry.name))
}

impl Function {
    /// Whether the function takes this many arguments.
    pub fn takes(&self, count: usize) -> bool {
        count >= self.min && self.max.is_none_or(|max| count <= max)
    }

    /// The accepted types of the argument at `index`, from 0.
    pub fn argument(&self, index: usize) -> Kinds {
        self.args.get(index).or(self.args.last()).copied().unwrap_or(Kinds::ANY)
    }

    /// The number of arguments, in words: `no argument`, `1 argument`, `2 to 3 arguments`, `at least 1 argument`.
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

    /// The source of the entry.
    pub fn source(&self) -> Option<&'static DocumentedIn> {
        SOURCES.get(&self.source)
    }
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// A number with a decimal point or an exponent.
    Float,
    /// `true` or `false`.
    Boolean,
    /// An array.
    Array,
    /// A JSON object. Files and XML are objects too.
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

    /// The type of a literal; `None` if it is known only at run time.
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

/// A set of types. In the table it is written `array | string`, where `number` means `integer | float` and `any` means all
/// types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Kinds(u8);

impl Kinds {
    /// Every type.
    pub const ANY: Kinds = Kinds(0b111_1111);

    /// Whether the set contains a type.
    pub fn contains(self, kind: ValueKind) -> bool {
        self.0 & kind.bit() != 0
    }

    /// Whether this is the only type.
    pub(crate) fn is_only(self, kind: ValueKind) -> bool {
        self == Kinds::from(kind)
    }

    /// Whether both sets contain a common type.
    pub fn overlaps(self, other: Kinds) -> bool {
        self.0 & other.0 != 0
    }

    /// The types that a word of the table stands for.
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
            let more = Kinds::of_word(word).ok_or_else(|| format!("unknown type `{word}`"))?;
            Ok(Kinds(kinds.0 | more.0))
        })
    }
}

/// Prints the types in words: `array, string or object`.
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
