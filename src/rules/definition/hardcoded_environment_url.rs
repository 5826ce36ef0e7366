//! The hard-coded address of a tenant or environment.

use std::collections::BTreeMap;

use super::report_at;
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{ContentFlags, Part, Place, Span, Target, leaves};

pub(super) const RULE: Rule =
    Rule { page: page!("definition/hardcoded-environment-url"), check: Check::Flow(check) };

/// The parameter with the site of a SharePoint step, which `sharepoint-site-hardcoded` reports.
const SITE: &str = "dataset";

/// Suffixes of hosts that belong to one tenant or environment.
const HOSTS: [&str; 4] = [".dynamics.com", ".sharepoint.com", ".api.powerplatform.com", ".vault.azure.net"];

/// Hosts with these suffixes that are the same for everyone.
const COMMON: [&str; 10] = [
    "admin.services.crm.dynamics.com",
    "api.businesscentral.dynamics.com",
    "businesscentral.dynamics.com",
    "community.dynamics.com",
    "disco.crm.dynamics.com",
    "experience.dynamics.com",
    "globaldisco.crm.dynamics.com",
    "home.dynamics.com",
    "lcs.dynamics.com",
    "www.dynamics.com",
];

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let Some(file) = context.flow.file else { return };
    let mut hosts: BTreeMap<String, Vec<Place>> = BTreeMap::new();
    for owner in context.semantic.owners() {
        for (section, value) in context.semantic.body(owner) {
            if matches!(section, "description" | "metadata") {
                continue;
            }
            leaves(value, section, ContentFlags::COLON, &mut |leaf| {
                let Some(text) = leaf.value.as_str() else { return };
                // Another rule reports the site of a SharePoint step.
                if leaf.key == SITE {
                    return;
                }
                let Some((host, span)) = host_in(text) else { return };
                let route = leaf.route(&context.semantic.route(owner));
                let place = Place { file, target: Target::Within(route, Part::Value, span) };
                hosts.entry(host).or_default().push(place);
            });
        }
    }
    for (host, places) in hosts {
        let message = format!(
            "`{}` contains the address `{host}`, which belongs to one tenant or environment",
            context.flow.name
        );
        if let Some(finding) = report_at(sink, places, "stays the same in the target", message) {
            finding.help("store the address in an environment variable, and use the variable in the steps");
        }
    }
}

/// The first host in a text that belongs to one tenant or environment, and its byte range.
fn host_in(text: &str) -> Option<(String, Span)> {
    let scheme = "https://";
    let mut from = 0;
    while let Some(found) = text[from..].find(scheme) {
        let start = from + found + scheme.len();
        let length = text[start..]
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || b".-".contains(byte))
            .count();
        let host = text[start..start + length].to_ascii_lowercase();
        let is_own = HOSTS.iter().any(|end| host.ends_with(end) && host.len() > end.len());
        if is_own && !COMMON.contains(&host.as_str()) {
            return Some((host, Span::new(start, start + length)));
        }
        from = start;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hosts_of_one_environment_count() {
        let (host, span) = host_in("see https://a.b, https://hlb.crm4.dynamics.com/x").expect("a host");
        assert_eq!((host.as_str(), span.start), ("hlb.crm4.dynamics.com", 25));
        assert_eq!(host_in("https://globaldisco.crm.dynamics.com/ https://.sharepoint.com"), None);
        assert_eq!(host_in("https://businesscentral.dynamics.com/ https://WWW.dynamics.com/"), None);
        assert!(host_in("https://www.dynamics.com/ https://hlb.businesscentral.dynamics.com").is_some());
        assert_eq!(host_in("https://@{variables('org')}.crm.dynamics.com"), None);
    }
}
