//! A literal URL of a flow's trigger.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Sink;
use crate::model::{FlowContent, Owner};
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{ContentFlags, Place, floor_char_boundary};
use crate::webhooks::{TextSite, strings};

pub(super) const RULE: Rule =
    Rule { page: page!("webhooks/webhook-url-hardcoded"), check: Check::Flow(check) };

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let FlowContext { run, index, flow, .. } = *context;
    let (Some(file), Some(content)) = (flow.file, &flow.content) else { return };
    // The same URL in several steps is one finding.
    let found = strings(content, ContentFlags::COLON, |text| !flow_urls(text).is_empty());
    let mut urls: BTreeMap<FlowUrl<'_>, Vec<&TextSite<'_>>> = BTreeMap::new();
    for one in &found {
        // A text may contain the same URL many times.
        let of_text: BTreeSet<FlowUrl<'_>> = flow_urls(one.text).into_iter().collect();
        of_text.into_iter().for_each(|url| urls.entry(url).or_default().push(one));
    }
    for (FlowUrl { host, .. }, places) in urls {
        let Some((first, others)) = places.split_first() else { continue };
        let name = place_name(content, first);
        let message =
            format!("{} contains the URL of a flow's trigger at `{host}`, in {name}", run.name(index));
        let finding =
            sink.report(Place::value(file, first.route.clone()), "belongs to one environment", message);
        for other in others {
            finding.also(Place::value(file, other.route.clone()), "and here");
        }
        let retired = if is_below(host, OLD) { RETIRED } else { "" };
        finding.help(format!(
            "{retired}call a flow of the same solution with Run a Child Flow, make the URL an input, or read it from an \
             environment variable without a default value; if the URL contains a signature, replace the flow that it \
             belongs to by a copy with a new URL",
        ));
    }
}

/// The end of the old hosts of flows in the commercial cloud.
const OLD: &str = ".logic.azure.com";

/// The ends of all old hosts: in the commercial cloud, in those of the US government, and in China.
const OLD_HOSTS: [&str; 3] = [OLD, ".logic.azure.us", ".logic.azure.cn"];

/// The ends of the new hosts: in the commercial cloud, in GCC, GCC High and DoD, and in China.
///
/// Source: microsoft/Agents-for-js, packages/agents-copilotstudio-client/src/powerPlatformEnvironment.ts.
const NEW_HOSTS: [&str; 5] = [
    ".api.powerplatform.com",
    ".api.gov.powerplatform.microsoft.us",
    ".api.high.powerplatform.microsoft.us",
    ".api.appsplatform.us",
    ".api.powerplatform.partner.microsoftonline.cn",
];

/// The beginning of the help for old hosts. Workflows of Azure Logic Apps still have them.
const RETIRED: &str = "flows in the commercial cloud stopped answering at `logic.azure.com` on 2025-11-30, and their triggers show \
    the new URL; ";

/// Whether a host ends like this, ignoring case.
fn is_below(host: &str, end: &str) -> bool {
    host.len() >= end.len() && host.as_bytes()[host.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes())
}

fn is_below_any(host: &str, ends: &[&str]) -> bool {
    ends.iter().any(|end| is_below(host, end))
}

fn place_name(content: &FlowContent, found: &TextSite<'_>) -> String {
    match found.site {
        Some(Owner::Action(action)) => format!("`{}`", content.definition.action(action).name),
        Some(Owner::Trigger(_)) => "its trigger".to_owned(),
        None => "a parameter".to_owned(),
    }
}

/// The URL of a flow, without its query, which may contain the signature.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct FlowUrl<'a> {
    whole: &'a str,
    host: &'a str,
}

/// The literal URLs of flows in a text.
fn flow_urls(text: &str) -> Vec<FlowUrl<'_>> {
    const SCHEME: &str = "https://";
    // Most texts of a flow do not contain an address.
    if !text.as_bytes().contains(&b':') || !text.contains("://") {
        return Vec::new();
    }
    let lower = text.to_ascii_lowercase();
    lower.match_indices(SCHEME).filter_map(|(at, _)| flow_url(&text[at..], SCHEME.len())).collect()
}

fn flow_url(text: &str, scheme: usize) -> Option<FlowUrl<'_>> {
    // The limit keeps hostile texts cheap, with many beginnings of URLs and no end.
    const LONGEST: usize = 4096;
    let is_host = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    let host = text[scheme..].split(|c| !is_host(c)).next()?;
    let is_old = is_below_any(host, &OLD_HOSTS);
    if !is_old && !is_below_any(host, &NEW_HOSTS) {
        return None;
    }
    let is_end = |c: char| c.is_whitespace() || "\"'<>\\?".contains(c);
    let text = &text[..floor_char_boundary(text, LONGEST)];
    let whole = text.split(is_end).next()?;
    // An expression computes a part of it, so its destination is not known.
    if whole.contains('{') {
        return None;
    }
    let path = whole.get(scheme + host.len()..)?.to_ascii_lowercase();
    let is_flow = path.contains("/workflows/") && (is_old || path.contains("/invoke"));
    is_flow.then_some(FlowUrl { whole, host })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_flows_are_found_without_their_query() {
        let found = |text: &str| -> Vec<String> {
            flow_urls(text).iter().map(|url| format!("{} {}", url.host, url.whole)).collect()
        };
        const OLD: &str =
            "https://prod-27.westeurope.logic.azure.com:443/workflows/0d9c/triggers/manual/paths/invoke";
        const NEW: &str = "https://x.c3.environment.api.powerplatform.com/powerautomate/workflows/71f2/triggers/manual/paths/invoke";
        assert_eq!(found(&format!("{OLD}?sig=a")), [format!("prod-27.westeurope.logic.azure.com {OLD}")]);
        assert_eq!(found(&format!("@concat('{NEW}', '?sig=a')")).len(), 1);
        for host in ["logic.azure.us", "logic.azure.cn"] {
            assert_eq!(found(&OLD.replace("logic.azure.com", host)).len(), 1);
        }
        assert_eq!(found(&NEW.replace("powerplatform.com", "gov.powerplatform.microsoft.us")).len(), 1);
        assert_eq!(found(&OLD.to_uppercase()).len(), 1);
        assert_eq!(found(&format!("{OLD} and {NEW}")).len(), 2);
        for other in [
            "https://prod-27.westeurope.logic.azure.com/operations/x",
            "https://x.api.powerplatform.com/powerautomate/workflows/1",
            "https://logic.azure.com.example/workflows/1",
            "https://prod-27.westeurope.logic.azure.com/workflows/@{variables('id')}/invoke",
            "https://logic.azure.com",
            "https://",
        ] {
            assert!(found(other).is_empty(), "{other}");
        }
        assert!(found(&"https://".repeat(100_000)).is_empty());
    }
}
