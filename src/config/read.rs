//! Reads a [`Config`] from the text of a `flowvet.toml`.
//!
//! An unknown key is a finding, not an error, so it is reported along with other findings. Broken syntax or a wrong
//! type is an error, because it is unclear which check was intended.

use std::path::PathBuf;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::broken::Broken;
use super::date::Date;
use super::file::{File, IgnoreTable, KEYS, Levels, OverrideTable, WebhookTable};
use super::pattern::{Pattern, unquoted};
use super::{Config, Ignore, LevelEntry, Override, SpannedText, UnknownKey, WebhookExpectation};
use crate::source::Span;

/// Reads a configuration.
pub(crate) fn read(text: &str) -> Result<Config, Broken> {
    let mut unknown_keys = Vec::new();
    collect_unknown(
        text,
        DeTable::parse(text).map_err(|error| Broken::toml(text, &error))?.get_ref(),
        "",
        &mut unknown_keys,
    );
    unknown_keys.sort_by_key(|unknown| unknown.key.span);
    let file: File = toml::from_str(text)
        .map_err(|error| Broken::toml(text, &error).in_plain_terms(text).or_misspelled(&unknown_keys))?;
    check_counts(text, &file)?;
    let spanned =
        |values: &[Spanned<String>]| values.iter().map(|value| SpannedText::of(text, value)).collect();
    Ok(Config {
        text: None,
        file: None,
        folder: PathBuf::new(),
        profile: file.profile,
        fail_on: file.fail_on,
        levels: levels(text, &file.rules),
        overrides: file.overrides.iter().map(|table| read_override(text, table)).collect::<Result<_, _>>()?,
        require_own_connections: Pattern::all(text, &file.run_only.require_own_connections)?,
        webhooks: file.webhook.iter().map(|table| webhook(text, table)).collect::<Result<_, _>>()?,
        target_solutions: spanned(&file.target.solutions),
        settings: spanned(&file.settings),
        ignores: file.ignore.iter().map(|table| ignore(text, table)).collect::<Result<_, _>>()?,
        unknown_keys,
        selected_rules: Vec::new(),
        today: None,
    })
}

/// The most globs, tables, severities and settings files. What a configuration holds is compared with every flow and
/// every finding, so it must not hold any number.
const MOST_GLOBS: usize = 1000;
const MOST_TABLES: usize = 2000;
const MOST_LEVELS: usize = 2000;
const MOST_SETTINGS: usize = 100;

/// Refuses a configuration that holds too much of a kind.
fn check_counts(text: &str, file: &File) -> Result<(), Broken> {
    let overrides = || file.overrides.iter();
    let globs = overrides().flat_map(|table| table.flows.iter().chain(&table.solutions));
    let globs = globs.chain(&file.run_only.require_own_connections);
    let globs = globs.chain(file.webhook.iter().map(|table| &table.receiver));
    let globs = globs.chain(file.ignore.iter().flat_map(|table| table.flow.iter().chain(&table.solution)));
    let levels = file.rules.keys().chain(overrides().flat_map(|table| table.rules.keys()));
    let tables = file.ignore.iter().map(|table| &table.rule);
    let faults = [
        (beyond(text, globs, MOST_GLOBS), "globs", MOST_GLOBS),
        (beyond(text, levels, MOST_LEVELS), "severities", MOST_LEVELS),
        (beyond(text, tables, MOST_TABLES), "ignores", MOST_TABLES),
        (beyond(text, file.target.solutions.iter(), MOST_TABLES), "solutions of the target", MOST_TABLES),
        (beyond(text, file.settings.iter(), MOST_SETTINGS), "settings files", MOST_SETTINGS),
    ];
    let fault = faults.into_iter().find(|(span, _, _)| span.is_some());
    let few_tables = file.overrides.len() <= MOST_TABLES;
    match fault {
        Some((span, what, most)) => Err(too_many(what, most, span)),
        None if few_tables => Ok(()),
        None => Err(too_many("overrides", MOST_TABLES, None)),
    }
}

/// The span of the first value beyond the limit.
fn beyond<'a>(
    text: &str,
    mut values: impl Iterator<Item = &'a Spanned<String>>,
    most: usize,
) -> Option<Span> {
    values.nth(most).map(|value| unquoted(text, value))
}

fn too_many(what: &str, most: usize, span: Option<Span>) -> Broken {
    let help =
        "for findings that are known and many, write a baseline: `flowvet check --write-baseline FILE`";
    Broken { message: format!("more than {most} {what}"), span, help: Some(help.to_owned()) }
}

impl SpannedText {
    fn of(text: &str, written: &Spanned<String>) -> Self {
        SpannedText { text: written.get_ref().clone(), span: unquoted(text, written) }
    }
}

fn levels(text: &str, levels: &Levels) -> Vec<LevelEntry> {
    levels
        .iter()
        .map(|(name, level)| LevelEntry { name: SpannedText::of(text, name), level: *level })
        .collect()
}

fn read_override(text: &str, table: &OverrideTable) -> Result<Override, Broken> {
    Ok(Override {
        flows: Pattern::all(text, &table.flows)?,
        solutions: Pattern::all(text, &table.solutions)?,
        levels: levels(text, &table.rules),
    })
}

fn webhook(text: &str, table: &WebhookTable) -> Result<WebhookExpectation, Broken> {
    let empty = table.events.iter().find(|event| event.get_ref().trim().is_empty());
    if let Some(empty) = empty {
        return Err(Broken {
            message: "an event without a name".to_owned(),
            span: Some(unquoted(text, empty)),
            help: None,
        });
    }
    Ok(WebhookExpectation {
        receiver: Pattern::read(text, &table.receiver)?,
        events: table.events.iter().map(|event| SpannedText::of(text, event)).collect(),
    })
}

fn ignore(text: &str, table: &IgnoreTable) -> Result<Ignore, Broken> {
    let pattern = |written: &Option<Spanned<String>>| {
        written.as_ref().map(|written| Pattern::read(text, written)).transpose()
    };
    if table.reason.get_ref().trim().is_empty() {
        return Err(Broken {
            message: "an ignore without a reason".to_owned(),
            span: Some(unquoted(text, &table.reason)),
            help: Some("write why you accept the finding, for those who read this later".to_owned()),
        });
    }
    let until = table.until.as_ref().map(|written| {
        Date::of_toml(written.get_ref()).ok_or_else(|| Broken {
            message: "a time without a date".to_owned(),
            span: Some(unquoted(text, written)),
            help: Some("write a date: `until = 2027-01-31`".to_owned()),
        })
    });
    if let Some(at) = table.at.as_ref().filter(|at| !at.get_ref().starts_with('/')) {
        return Err(Broken {
            message: format!("`{}` is not a JSON pointer: it has to begin with `/`", at.get_ref()),
            span: Some(unquoted(text, at)),
            help: Some("`flowvet check --format json` shows the `pointer` of each finding".to_owned()),
        });
    }
    Ok(Ignore {
        rule: SpannedText::of(text, &table.rule),
        flow: pattern(&table.flow)?,
        solution: pattern(&table.solution)?,
        at: table.at.as_ref().map(|at| at.get_ref().trim_end_matches('/').to_owned()),
        until: until.transpose()?,
    })
}

/// Collects the keys that their table does not support, at any depth.
fn collect_unknown(text: &str, table: &DeTable<'_>, path: &str, out: &mut Vec<UnknownKey>) {
    let Some((_, known)) = KEYS.iter().find(|(name, _)| *name == path) else { return };
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        if !known.contains(&name) {
            let written = SpannedText { text: name.to_owned(), span: unquoted(text, key) };
            let table = if path.is_empty() { None } else { Some(path.to_owned()) };
            out.push(UnknownKey { key: written, table, known });
            continue;
        }
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        match value.get_ref() {
            DeValue::Table(inner) => collect_unknown(text, inner, &path, out),
            DeValue::Array(list) => {
                let tables = list.iter().filter_map(|element| element.get_ref().as_table());
                tables.for_each(|inner| collect_unknown(text, inner, &path, out));
            }
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_are_found_at_any_depth() {
        let text = "fail_on = \"error\"\n[[ignore]]\nrule = \"a\"\nreason = \"b\"\nuntill = 2027-01-01\n";
        let config = read(text).unwrap_or_else(|broken| panic!("{broken:?}"));
        let keys: Vec<&str> = config
            .unknown_keys
            .iter()
            .map(|unknown| &text[unknown.key.span.start..unknown.key.span.end])
            .collect();
        assert_eq!(keys, ["fail_on", "untill"]);
    }

    #[test]
    fn spans_exclude_quotes() {
        let text = "[run-only]\nrequire-own-connections = ['Partner - *']\n[rules]\n\"a-b\" = \"off\"\n";
        let config = read(text).unwrap_or_else(|broken| panic!("{broken:?}"));
        let at = |span: Span| &text[span.start..span.end];
        assert_eq!(at(config.require_own_connections[0].span), "Partner - *");
        assert!(config.require_own_connections[0].fits("PARTNER - send/receive"));
        assert_eq!(at(config.levels[0].name.span), "a-b");
    }

    #[test]
    fn invalid_values_are_rejected() {
        for (text, part) in [
            ("fail-on = \"fatal\"", "unknown value `fatal`"),
            ("[[ignore]]\nrule = \"a\"\n", "missing key `reason`"),
            ("[[ignore]]\nrule = \"a\"\nreason = \" \"\n", "without a reason"),
            ("[[ignore]]\nrule = \"a\"\nreason = \"b\"\nat = \"x\"\n", "not a JSON pointer"),
            ("[[ignore]]\nrule = \"a\"\nreason = \"b\"\nuntil = 10:00:00\n", "without a date"),
            ("[[webhook]]\nreceiver = \"[\"\nevents = []\n", "not a valid glob"),
        ] {
            let broken = read(text).expect_err(text);
            assert!(broken.message.contains(part), "{text}: {broken:?}");
            assert!(broken.span.is_some(), "{text}: {broken:?}");
        }
    }

    #[test]
    fn mistakes_get_a_suggestion() {
        let ignore = "[[ignore]]\nrule = \"a\"\n";
        for (text, help) in [
            ("fail-on = \"warnings\"", "did you mean `warning`?"),
            ("profile = \"Strict\"", "did you mean `strict`?"),
            ("[rules]\na = \"eror\"", "did you mean `error`?"),
            ("[[override]]\nflow = [\"x\"]\nrules = {a = \"of\"}", "did you mean `off`?"),
            ("settings = \"a.json\"", "write `[\"a.json\"]`"),
            ("[ignore]\nrule = \"a\"\nreason = \"b\"", "write `[[ignore]]`"),
            (&format!("{ignore}reasn = \"b\""), "unknown key `reasn`, did you mean `reason`?"),
            (&format!("{ignore}reason = \"b\"\nuntil = \"2027-01-31\""), "write a date without quotes"),
        ] {
            let broken = read(text).expect_err(text);
            assert!(broken.help.as_ref().is_some_and(|it| it.contains(help)), "{text}: {broken:?}");
        }
        let broken = read("[[webhook]]\nevents = []\nfilter = 1\n").expect_err("no receiver");
        assert_eq!((broken.message.as_str(), broken.help), ("missing key `receiver`", None));
    }

    #[test]
    fn configurations_have_limits() {
        let list = |key: &str, count: usize| format!("{key} = [{}]\n", "'a',".repeat(count));
        let ignores = |count: usize| "[[ignore]]\nrule = 'a'\nreason = 'b'\n".repeat(count);
        let rules =
            |count: usize| -> String { (0..count).map(|at| format!("r{at} = 'off'\n")).collect::<String>() };
        let at_limit = [
            format!("[run-only]\n{}", list("require-own-connections", MOST_GLOBS)),
            ignores(MOST_TABLES),
            format!("[rules]\n{}", rules(MOST_LEVELS)),
            list("settings", MOST_SETTINGS),
            "[[override]]\nrules = {}\n".repeat(MOST_TABLES),
            format!("a = {}1{}", "[".repeat(50), "]".repeat(50)),
        ];
        for text in at_limit {
            assert!(read(&text).is_ok(), "{}", &text[..60]);
        }
        let nested =
            |open: &str, close: &str| format!("a = {}1{}", open.repeat(100_000), close.repeat(100_000));
        for (text, part) in [
            (format!("[run-only]\n{}", list("require-own-connections", MOST_GLOBS + 1)), "1000 globs"),
            (ignores(MOST_TABLES + 1), "2000 ignores"),
            (format!("[rules]\n{}", rules(MOST_LEVELS + 1)), "2000 severities"),
            (list("settings", MOST_SETTINGS + 1), "100 settings files"),
            ("[[override]]\nrules = {}\n".repeat(MOST_TABLES + 1), "2000 overrides"),
            (nested("[", "]"), "80 levels"),
            (nested("{a=", "}"), "80 levels"),
            (format!("{}a = 1", "a.".repeat(100_000)), "80 levels"),
            (format!("[{}a]", "a.".repeat(100_000)), "80 levels"),
            (
                format!("[run-only]\nrequire-own-connections = ['{}']", "{".repeat(100_000)),
                "100000 characters",
            ),
            (format!("[[ignore]]\nrule='a'\nreason='b'\nflow='{}'", "{".repeat(250)), "nested more than"),
            (
                format!("[[override]]\nrules = {{}}\nsolutions=['{}']", "?".repeat(500_000)),
                "500000 characters",
            ),
        ] {
            let broken = read(&text).expect_err(part);
            assert!(
                broken.message.contains(part),
                "{part}: {}",
                &broken.message[..broken.message.len().min(200)]
            );
            assert!(broken.message.len() < 500, "{part}: {} bytes", broken.message.len());
            assert!(broken.span.is_some() || part.ends_with("overrides"), "{part}");
        }
    }
}
