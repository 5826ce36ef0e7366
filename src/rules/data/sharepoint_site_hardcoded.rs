//! The hard-coded address of a SharePoint site.

use std::collections::BTreeMap;

use super::calls;
use super::sharepoint_title_missing::SHAREPOINT;
use crate::finding::Sink;
use crate::rules::{Check, FlowContext, Rule, page};
use crate::source::{Part, Place};
use crate::wording::count;

pub(super) const RULE: Rule =
    Rule { page: page!("data/sharepoint-site-hardcoded"), check: Check::Flow(check) };

/// The parameter with the address of the site.
const SITE: &str = "dataset";

/// The maximum number of steps that a finding points at.
const MOST_LABELS: usize = 6;

fn check(context: &FlowContext<'_, '_>, sink: &mut Sink) {
    let mut sites: BTreeMap<&str, Vec<Place>> = BTreeMap::new();
    for call in calls::all(context).filter(|call| call.connector.eq_ignore_ascii_case(SHAREPOINT)) {
        let Some(site) = call.literal(SITE).filter(|site| site.starts_with("https://")) else { continue };
        sites.entry(site).or_default().extend(call.place(context, &[SITE], Part::Value));
    }
    for (site, places) in sites {
        let steps = count(places.len(), "step");
        let mut places = places.into_iter();
        let Some(first) = places.next() else { continue };
        let message =
            format!("`{}` has the SharePoint site `{site}` hard-coded in {steps}", context.flow.name);
        let finding = sink.report(first, "stays the same in the target", message);
        for place in places.take(MOST_LABELS - 1) {
            finding.also(place, "and here");
        }
        finding.key([site]).help(
            "store the site and the list in environment variables of the type \"Data source\"; if the account that turns \
             on the flow cannot open the list, the flow stays off",
        );
    }
}
