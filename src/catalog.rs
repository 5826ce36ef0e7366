//! Facts about providers of webhooks: a leaf that anyone may use. The files in `rules/catalog/webhooks` are the data,
//! and the README beside them says what each key means; no code knows a provider by name.

mod connectors;
mod platform;

use std::sync::LazyLock;

use serde::Deserialize;

pub(crate) use connectors::{Tier, connector};
pub(crate) use platform::{is_platform_solution, is_platform_table};

/// A provider whose events flows receive.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provider {
    /// What other files call it: `partner-center`.
    pub(crate) id: String,
    /// The name for people.
    pub(crate) name: String,
    /// Whether the sender can present an Entra token.
    pub(crate) sender_can_sign_in: bool,
    /// Headers that prove the sender. Compared without regard to case.
    pub(crate) signature_headers: Vec<String>,
    /// Parts of the body that prove the sender.
    #[serde(default)]
    pub(crate) signature_fields: Vec<String>,
    /// Where the facts stand.
    pub(crate) sources: Vec<Source>,
    /// How actions look that register.
    #[serde(rename = "registration")]
    pub(crate) registrations: Vec<RegistrationForm>,
    /// Which events there are.
    pub(crate) events: EventFacts,
    /// Events that belong together.
    #[serde(default, rename = "event_set")]
    pub(crate) event_sets: Vec<EventSet>,
    /// Lines for the runbook.
    #[serde(default)]
    pub(crate) after_activation: AfterActivation,
    /// A trigger that registers and unregisters by itself.
    pub(crate) trigger: Option<TriggerFacts>,
}

/// A page that states facts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    pub(crate) title: String,
    pub(crate) url: String,
}

/// How a registration looks: a connector's operation, or an HTTP call.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum RegistrationForm {
    Operation(OperationForm),
    Http(HttpForm),
}

/// A registration by a connector's operation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OperationForm {
    pub(crate) connector: String,
    pub(crate) operations: Vec<String>,
    pub(crate) url_parameter: String,
    pub(crate) events_parameter: Option<String>,
    #[serde(default)]
    pub(crate) overwrite_operations: Vec<String>,
    #[serde(default)]
    pub(crate) view_operations: Vec<String>,
}

/// A registration by an HTTP call.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HttpForm {
    pub(crate) method: Vec<String>,
    pub(crate) url_pattern: String,
    pub(crate) url_pointer: String,
    pub(crate) events_pointer: Option<String>,
    pub(crate) events_separator: Option<String>,
    #[serde(default)]
    pub(crate) overwrite_method: Vec<String>,
}

/// The events of a provider.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventFacts {
    pub(crate) known: Vec<String>,
    /// Whether `known` is all there is.
    pub(crate) closed: bool,
    /// Where the body of an event carries the name.
    pub(crate) field: Option<String>,
    /// The header that carries the name.
    pub(crate) header: Option<String>,
    /// What stands for all events.
    pub(crate) wildcard: Option<String>,
}

/// Events that belong together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventSet {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) events: Vec<String>,
    pub(crate) when_any: Vec<String>,
    pub(crate) source: String,
}

/// What no package shows.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AfterActivation {
    #[serde(default)]
    pub(crate) prerequisites: Vec<String>,
    #[serde(default)]
    pub(crate) inputs: Vec<String>,
    #[serde(default)]
    pub(crate) notes: Vec<String>,
}

/// A connector's trigger that makes its registration by itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TriggerFacts {
    pub(crate) connector: String,
    pub(crate) operation: String,
    #[serde(rename = "type")]
    pub(crate) type_name: String,
    pub(crate) message_parameter: String,
    pub(crate) entity_parameter: String,
    pub(crate) scope_parameter: String,
    pub(crate) run_as_parameter: String,
    pub(crate) filter_columns_parameter: String,
    pub(crate) filter_expression_parameter: String,
    pub(crate) required_parameters: Vec<String>,
    pub(crate) entity_max_length: usize,
    pub(crate) filter_max_length: usize,
    #[serde(rename = "message")]
    pub(crate) messages: Vec<Choice>,
    #[serde(rename = "scope")]
    pub(crate) scopes: Vec<Choice>,
    #[serde(rename = "run_as")]
    pub(crate) run_as: Vec<Choice>,
}

/// One value of a closed list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choice {
    pub(crate) value: i64,
    pub(crate) meaning: String,
    /// Only for messages: whether an added row is among them.
    pub(crate) includes_create: Option<bool>,
    /// Only for messages: whether a modified row is among them.
    pub(crate) includes_update: Option<bool>,
}

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"), "/rules/catalog/webhooks/", $name, ".toml"
        )))),*]
    };
}

/// Every file of the folder; a test compares. Sorted, so that reports of several providers have one order.
const FILES: [(&str, &str); 5] =
    files!["dataverse", "github", "microsoft-graph", "partner-center", "sharepoint"];

static PROVIDERS: LazyLock<Vec<Provider>> = LazyLock::new(|| {
    // The files are part of the program and a test reads each: a broken one cannot get here.
    FILES.iter().filter_map(|(_, text)| toml::from_str(text).ok()).collect()
});

/// Every provider, sorted by id.
pub(crate) fn providers() -> &'static [Provider] {
    &PROVIDERS
}

impl Provider {
    /// Whether a registration with this provider can be replaced at all.
    pub(crate) fn can_overwrite(&self) -> bool {
        self.registrations.iter().any(|form| match form {
            RegistrationForm::Operation(form) => !form.overwrite_operations.is_empty(),
            RegistrationForm::Http(form) => !form.overwrite_method.is_empty(),
        })
    }

    /// The name of an event as the provider spells it, if it has one of this name in any case.
    pub(crate) fn spelling(&self, event: &str) -> Option<&str> {
        self.events.known.iter().map(String::as_str).find(|known| known.eq_ignore_ascii_case(event))
    }

    /// Whether an event of this name is documented.
    pub(crate) fn knows(&self, event: &str) -> bool {
        self.events.known.iter().any(|known| known == event)
    }
}

impl EventSet {
    /// The name for people.
    pub(crate) fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_listed_and_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/catalog/webhooks");
        let names: BTreeSet<String> = folder
            .read_dir()
            .expect("the folder")
            .flatten()
            .filter_map(|entry| Some(entry.file_name().to_string_lossy().strip_suffix(".toml")?.to_owned()))
            .collect();
        let listed: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(names, listed, "add the new file to FILES");
        for (name, text) in FILES {
            let provider: Provider =
                toml::from_str(text).unwrap_or_else(|error| panic!("{name}.toml: {error}"));
            assert_eq!(provider.id, name);
        }
        assert!(FILES.is_sorted());
    }

    #[test]
    fn files_say_what_the_readme_asks_of_them() {
        for provider in providers() {
            let Provider { id, events, .. } = provider;
            assert!(!provider.sources.is_empty() && !provider.registrations.is_empty(), "{id}");
            for set in &provider.event_sets {
                assert!(set.events.iter().all(|event| events.known.contains(event)), "{id} {}", set.id);
                assert!(set.when_any.iter().all(|event| set.events.contains(event)), "{id} {}", set.id);
                assert!(set.source.starts_with("https://"), "{id} {}", set.id);
            }
            for form in &provider.registrations {
                match form {
                    RegistrationForm::Operation(form) => {
                        let all = form.overwrite_operations.iter().all(|one| form.operations.contains(one));
                        assert!(all, "{id}");
                    }
                    RegistrationForm::Http(form) => {
                        assert!(form.overwrite_method.iter().all(|one| form.method.contains(one)), "{id}");
                        assert!(form.url_pattern.starts_with("https://"), "{id}");
                    }
                }
            }
            if let Some(facts) = &provider.trigger {
                let is_told = |one: &Choice| one.includes_create.is_some() && one.includes_update.is_some();
                assert!(facts.messages.iter().all(is_told), "{id}");
            }
        }
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let text = FILES[0].1.replace("[events]", "[events]\nsurprise = 1");
        assert!(toml::from_str::<Provider>(&text).is_err());
    }
}
