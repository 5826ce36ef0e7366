//! The page of a rule. Its head is the only place that states the rule's id, severity and codes.

use super::head::{Head, fail};
use crate::config::Profile;
use crate::finding::{Blocks, Confidence, Severity, Stamp};
use crate::fix::Applicability;

/// The page of a rule: what its head states, and its text.
#[derive(Debug)]
pub(crate) struct Page {
    /// What is wrong: `child-flow-off`.
    pub(crate) id: &'static str,
    /// The category: `activation`.
    pub(crate) category: &'static str,
    /// How serious a finding is.
    pub(crate) severity: Severity,
    /// How certain a finding is.
    pub(crate) confidence: Confidence,
    /// The platform errors that the problem causes.
    pub(crate) codes: &'static [&'static str],
    /// The first version of flowvet with the rule.
    pub(crate) since: &'static str,
    /// What is wrong, in a few words.
    pub(crate) summary: &'static str,
    /// Whether the rule runs by default.
    pub(crate) default: DefaultState,
    /// Whether the problem can prevent a flow from being turned on.
    pub(crate) activation: bool,
    /// Which flows an error prevents from being turned on: see [`Blocks`].
    pub(crate) blocks: Blocks,
    /// How findings are fixed: the fix that `fixtures/` shows. Some findings of the rule may have another fix, or none.
    pub(crate) fix: Option<Applicability>,
    /// For rules about secrets: how serious a leak is, for GitHub code scanning. A number from 0.0 to 10.0 with one
    /// decimal place.
    pub(crate) security_severity: Option<&'static str>,
    /// The Markdown below the head.
    pub(crate) body: &'static str,
}

/// Whether a rule runs by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DefaultState {
    /// It runs in the profile `recommended`.
    On,
    /// It runs only in the profile `strict`, or when the configuration turns it on.
    Off,
}

/// The page `rules/<path>.md`. The compiler reads its head, and refuses a wrong one.
macro_rules! page {
    ($path:literal) => {{
        const TEXT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/", $path, ".md"));
        const HEAD: $crate::rules::Head = $crate::rules::Head::of(TEXT);
        const CODES: [&str; HEAD.length_of("codes")] = HEAD.list("codes");
        $crate::rules::Page::of(&HEAD, &CODES)
    }};
}
pub(crate) use page;

impl Page {
    /// The page with this head. `codes` is its list of this name, which only a constant can hold.
    ///
    /// # Panics
    /// A key is missing, or a value is wrong.
    pub(super) const fn of(head: &Head, codes: &'static [&'static str]) -> Page {
        Page {
            id: head.text("id"),
            category: head.text("category"),
            severity: match head.text("severity").as_bytes() {
                b"error" => Severity::Error,
                b"warning" => Severity::Warning,
                b"info" => Severity::Info,
                other => fail("unknown severity", other),
            },
            confidence: match head.text("confidence").as_bytes() {
                b"certain" => Confidence::Certain,
                b"environment" => Confidence::Environment,
                other => fail("unknown confidence", other),
            },
            codes,
            since: head.text("since"),
            summary: head.text("summary"),
            default: match head.text_or("default", "on").as_bytes() {
                b"on" => DefaultState::On,
                b"off" => DefaultState::Off,
                other => fail("`default` is neither `on` nor `off`", other),
            },
            activation: head.is_true("activation"),
            blocks: match head.text_or("blocks", "nothing").as_bytes() {
                b"nothing" => Blocks::Nothing,
                b"flow" => Blocks::Flow,
                b"callers" => Blocks::Callers,
                other => fail("`blocks` has an unknown value", other),
            },
            fix: match head.text_or("fix", "none").as_bytes() {
                b"none" => None,
                b"safe" => Some(Applicability::Safe),
                b"unsafe" => Some(Applicability::Unsafe),
                b"display" => Some(Applicability::Display),
                other => fail("unknown kind of fix", other),
            },
            security_severity: security_severity(head.text_or("security-severity", "none")),
            body: head.body,
        }
    }

    /// Whether a profile turns the rule on. Every profile reports problems of the configuration.
    pub(crate) fn is_in(&self, profile: Profile) -> bool {
        let is_on = self.default == DefaultState::On;
        match profile {
            Profile::Recommended => is_on,
            Profile::Strict => true,
            Profile::Activation => is_on && (self.activation || self.category == "config"),
        }
    }

    pub(crate) fn stamp(&self) -> Stamp {
        Stamp {
            rule: self.id,
            category: self.category,
            severity: self.severity,
            confidence: self.confidence,
            codes: self.codes,
            blocks: self.blocks,
        }
    }

    /// The first paragraph, which says what the rule does, on one line.
    pub(crate) fn first_paragraph(&self) -> String {
        let is_words = |line: &&str| !line.is_empty() && !line.starts_with('#');
        let lines = self.body.lines().skip_while(|line| !is_words(line)).take_while(is_words);
        lines.collect::<Vec<_>>().join(" ")
    }
}

const fn security_severity(text: &'static str) -> Option<&'static str> {
    match text.as_bytes() {
        b"none" => None,
        [b'0'..=b'9', b'.', b'0'..=b'9'] | b"10.0" => Some(text),
        other => fail("`security-severity` is not a number from 0.0 to 10.0 with one decimal place", other),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;
    use std::panic::catch_unwind;
    use std::path::Path;

    use serde_json::{Map, Value, json};

    use super::*;
    use crate::rules::{Rule, all};

    /// The compiler reads heads with functions of our own, so this compares them with the crate `toml`.
    #[test]
    fn every_head_is_read_as_toml() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
        for Rule { page, .. } in all() {
            let path = folder.join(page.category).join(format!("{}.md", page.id));
            let text = std::fs::read_to_string(&path).expect("the page");
            let (head, body) = text[3..].split_once("\n+++").expect("a head");
            let mut expected = json!({
                "default": "on", "activation": false, "blocks": "nothing", "fix": null, "security-severity": null,
            });
            let stated: Map<String, Value> = toml::from_str(head).expect("TOML");
            expected.as_object_mut().expect("an object").extend(stated);
            assert_eq!(facts(page), expected, "{head}");
            assert_eq!(page.body, body.trim_start());
        }
    }

    /// What the head of a page states.
    fn facts(page: &Page) -> Value {
        let word = |value: &dyn Debug| format!("{value:?}").to_lowercase();
        json!({
            "id": page.id,
            "category": page.category,
            "severity": page.severity,
            "confidence": page.confidence,
            "codes": page.codes,
            "since": page.since,
            "summary": page.summary,
            "default": word(&page.default),
            "activation": page.activation,
            "blocks": word(&page.blocks),
            "fix": page.fix,
            "security-severity": page.security_severity,
        })
    }

    const HEAD: &str = "+++
id = \"a\"
category = \"b\"
severity = \"info\"
confidence = \"certain\"
codes = [\"One\", \"Two\"]
since = \"0.1.0\"
summary = \"c\"
security-severity = \"7.5\"
+++

# A
";

    /// Why a page is refused.
    fn refusal(page: String) -> String {
        let page: &'static str = page.leak();
        let read = || {
            let head = Head::of(page);
            Page::of(&head, head.list::<2>("codes").to_vec().leak())
        };
        let error = catch_unwind(read).expect_err(page);
        let text = error.downcast_ref::<String>().cloned();
        text.or_else(|| error.downcast_ref::<&str>().map(|text| (*text).to_owned())).expect("a text")
    }

    #[test]
    fn a_wrong_head_is_refused() {
        let wrong = [
            ("+++\nid", "id", "the first line of the page is not `+++`"),
            ("7.5\"\n+++", "7.5\"", "neither `key = value` nor the `+++` after the head: "),
            ("id = ", "id: ", "neither `key = value` nor the `+++` after the head: id: \"a\""),
            ("id", "ident", "unknown key: ident"),
            ("category = \"b\"", "id = \"b\"", "second entry for the key: id"),
            ("since = \"0.1.0\"\n", "", "missing key: since"),
            ("codes", "default", "missing key: codes"),
            ("info", "fatal", "unknown severity: fatal"),
            ("certain", "sure", "unknown confidence: sure"),
            ("security-severity", "default", "`default` is neither `on` nor `off`: 7.5"),
            ("security-severity", "blocks", "`blocks` has an unknown value: 7.5"),
            ("security-severity", "fix", "unknown kind of fix: 7.5"),
            ("security-severity", "activation", "neither `true` nor `false`: \"7.5\""),
            ("\"info\"", "info", "not a text in quotes without escapes: info"),
            ("\"c\"", "\"\\u0063\"", "not a text in quotes without escapes: \"\\u0063\""),
            ("[\"One\", \"Two\"]", "\"One\"", "not a list on one line: \"One\""),
            ("\"Two\"", "2", "not a text in quotes without escapes: 2"),
        ];
        for (part, instead, message) in wrong {
            assert_eq!(refusal(HEAD.replacen(part, instead, 1)), message, "{instead}");
        }
    }

    #[test]
    fn a_security_severity_is_a_number_from_0_to_10() {
        assert!(["0.0", "7.5", "10.0"].into_iter().all(|text| security_severity(text) == Some(text)));
        for text in ["", "7", "7.25", "10.1", "11.0", "-1.0", "high"] {
            assert!(catch_unwind(|| security_severity(text)).is_err(), "{text}");
        }
    }
}
