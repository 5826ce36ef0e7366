//! Facts about webhook providers and connectors, for any module to use. The data is in `rules/catalog/webhooks`, whose
//! README explains each key, and in `rules/catalog/connectors.toml`. No code depends on the name of a provider.

mod connectors;
mod platform;

use std::sync::LazyLock;

use serde::Deserialize;

pub(crate) use connectors::{Tier, connector, connector_in_words};
pub(crate) use platform::{is_platform_solution, is_platform_table};

/// A provider of webhook events.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provider {
    /// The id that other files use: `partner-center`.
    pub(crate) id: String,
    /// The display name.
    pub(crate) name: String,
    /// Whether the sender can send an Entra token.
    pub(crate) sender_can_sign_in: bool,
    /// Headers that authenticate the sender. Compared without regard to case.
    pub(crate) signature_headers: Vec<String>,
    /// Members of the body that authenticate the sender.
    #[serde(default)]
    pub(crate) signature_fields: Vec<String>,
    /// The pages that state the facts.
    pub(crate) sources: Vec<Source>,
    /// The kinds of actions that register a URL.
    #[serde(rename = "registration")]
    pub(crate) registrations: Vec<RegistrationForm>,
    /// The events of the provider.
    pub(crate) events: EventFacts,
    /// Sets of events that belong together.
    #[serde(default, rename = "event_set")]
    pub(crate) event_sets: Vec<EventSet>,
    /// Texts for the runbook.
    #[serde(default)]
    pub(crate) after_activation: AfterActivation,
    /// A trigger that registers and unregisters its own URL.
    pub(crate) trigger: Option<TriggerFacts>,
}

/// A page that states facts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    pub(crate) title: String,
    pub(crate) url: String,
}

/// The form of a registration: an operation of a connector, or an HTTP call.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum RegistrationForm {
    Operation(OperationForm),
    Http(HttpForm),
}

/// A registration by an operation of a connector.
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
    /// Whether `known` lists all events.
    pub(crate) closed: bool,
    /// The member of an event's body that contains the event's name.
    pub(crate) field: Option<String>,
    /// The header that contains the event's name.
    pub(crate) header: Option<String>,
    /// The name that stands for all events.
    pub(crate) wildcard: Option<String>,
}

/// A set of events that belong together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventSet {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) events: Vec<String>,
    pub(crate) when_any: Vec<String>,
    pub(crate) source: String,
}

/// Facts that a package does not contain, for the runbook.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AfterActivation {
    /// Connectors that make the provider relevant to a package without webhooks: `shared_partnercenterref`.
    #[serde(default)]
    pub(crate) connectors: Vec<String>,
    /// What has to be in place before the import.
    #[serde(default)]
    pub(crate) prerequisites: Vec<Advice>,
    /// What to enter when registering.
    #[serde(default)]
    pub(crate) inputs: Vec<Advice>,
    /// What to run, and what to look at.
    #[serde(default)]
    pub(crate) checks: Vec<Advice>,
    /// What to look at if events do not arrive or data does not sync.
    #[serde(default)]
    pub(crate) trouble: Vec<Advice>,
    /// The title of `trouble`: `Referrals do not sync`.
    #[serde(default)]
    pub(crate) trouble_title: String,
    /// What else to know.
    #[serde(default)]
    pub(crate) notes: Vec<Advice>,
}

/// A sentence of the runbook.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Advice {
    pub(crate) text: String,
    /// The page that states it: one of the provider's sources.
    pub(crate) source: String,
    /// Connectors and event sets. The sentence applies if the package uses one of them; always if the list is empty.
    #[serde(default)]
    pub(crate) when: Vec<String>,
}

impl AfterActivation {
    /// All sentences.
    #[cfg(test)]
    fn advice(&self) -> impl Iterator<Item = &Advice> {
        let lists = [&self.prerequisites, &self.inputs, &self.checks, &self.trouble, &self.notes];
        lists.into_iter().flatten()
    }
}

/// A connector's trigger that registers its own URL.
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

/// A value of a closed list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choice {
    pub(crate) value: i64,
    pub(crate) meaning: String,
    /// For messages only: whether the message includes added rows.
    pub(crate) includes_create: Option<bool>,
    /// For messages only: whether the message includes modified rows.
    pub(crate) includes_update: Option<bool>,
}

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"), "/rules/catalog/webhooks/", $name, ".toml"
        )))),*]
    };
}

/// Every file of the folder; a test checks this. Sorted, so that reports about several providers have a fixed order.
const FILES: [(&str, &str); 5] =
    files!["dataverse", "github", "microsoft-graph", "partner-center", "sharepoint"];

static PROVIDERS: LazyLock<Vec<Provider>> = LazyLock::new(|| {
    // The files are part of the program, and a test parses each, so parsing cannot fail here.
    FILES.iter().filter_map(|(_, text)| crate::embedded::read(text).ok()).collect()
});

/// Every provider, sorted by id.
pub(crate) fn providers() -> &'static [Provider] {
    &PROVIDERS
}

impl Provider {
    /// Whether a registration with this provider can be replaced.
    pub(crate) fn can_overwrite(&self) -> bool {
        self.registrations.iter().any(|form| match form {
            RegistrationForm::Operation(form) => !form.overwrite_operations.is_empty(),
            RegistrationForm::Http(form) => !form.overwrite_method.is_empty(),
        })
    }

    /// The provider's spelling of an event, ignoring case. `None` if the event is unknown.
    pub(crate) fn spelling(&self, event: &str) -> Option<&str> {
        self.events.known.iter().map(String::as_str).find(|known| known.eq_ignore_ascii_case(event))
    }

    /// Whether an event with exactly this name is documented.
    pub(crate) fn knows(&self, event: &str) -> bool {
        self.events.known.iter().any(|known| known == event)
    }
}

impl EventSet {
    /// The display name.
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
    fn every_file_of_the_folder_is_listed_and_parses() {
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
                crate::embedded::read(text).unwrap_or_else(|error| panic!("{name}.toml: {error}"));
            assert_eq!(provider.id, name);
        }
        assert!(FILES.is_sorted());
    }

    #[test]
    fn files_follow_the_readme() {
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
                        let all = form.overwrite_operations.iter().all(|name| form.operations.contains(name));
                        assert!(all, "{id}");
                    }
                    RegistrationForm::Http(form) => {
                        assert!(form.overwrite_method.iter().all(|name| form.method.contains(name)), "{id}");
                        assert!(form.url_pattern.starts_with("https://"), "{id}");
                    }
                }
            }
            let after = &provider.after_activation;
            for advice in after.advice() {
                let is_listed = provider.sources.iter().any(|source| source.url == advice.source);
                assert!(is_listed, "{id}: {} is not among the sources", advice.source);
                let is_known = |name: &String| {
                    name.starts_with("shared_") || provider.event_sets.iter().any(|set| set.id == *name)
                };
                assert!(advice.when.iter().all(is_known), "{id}: {:?}", advice.when);
                assert!(advice.text.ends_with(['.', '?']), "{id}: {}", advice.text);
            }
            assert_eq!(after.trouble.is_empty(), after.trouble_title.is_empty(), "{id}");
            if let Some(facts) = &provider.trigger {
                let is_documented =
                    |message: &Choice| message.includes_create.is_some() && message.includes_update.is_some();
                assert!(facts.messages.iter().all(is_documented), "{id}");
            }
        }
    }

    #[test]
    fn unknown_keys_are_refused() {
        let text = FILES[0].1.replace("[events]", "[events]\nsurprise = 1");
        assert!(crate::embedded::read::<Provider>(&text).is_err());
    }
}
