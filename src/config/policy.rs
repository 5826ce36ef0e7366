//! Applies the severities of a configuration to findings.

use super::{Config, LevelEntry, Override};
use crate::finding::Finding;
use crate::model::Workspace;
use crate::source::Sources;

/// The configuration and what is needed to apply it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy<'a> {
    pub(crate) sources: &'a Sources,
    pub(crate) workspace: &'a Workspace,
    pub(crate) config: &'a Config,
}

impl<'a> Policy<'a> {
    /// Whether the configuration or the command line enables a rule by its id, anywhere.
    pub(crate) fn turns_on(&self, category: &str, id: &str) -> bool {
        self.is_selected(category, id)
            || self
                .config
                .all_levels()
                .any(|entry| is_rule(&entry.name.text, category, id) && entry.level != super::Level::Off)
    }

    fn is_selected(&self, category: &str, id: &str) -> bool {
        self.config.selected_rules.iter().any(|name| is_rule(name, category, id))
    }

    /// Sets the severities of a rule's findings and removes findings that are off. For a rule that is off by default,
    /// keeps only the findings for which the configuration enables it.
    pub(crate) fn apply_levels(&self, findings: Vec<Finding>, is_on: bool) -> Vec<Finding> {
        if findings.is_empty() {
            return findings;
        }
        let leveled = findings.into_iter().filter_map(|mut finding| {
            let is_selected = self.is_selected(finding.category, finding.rule);
            match self.level(&finding, is_on).map(|entry| entry.level.severity()) {
                Some(Some(severity)) => finding.severity = severity,
                Some(None) if !is_selected => return None,
                None if !is_on && !is_selected => return None,
                Some(None) | None => {}
            }
            Some(finding)
        });
        leveled.collect()
    }

    /// The setting that applies: from the last matching override that has one, or else from `[rules]`.
    fn level(&self, finding: &Finding, is_on: bool) -> Option<&'a LevelEntry> {
        let matching = self.config.overrides.iter().rev().filter(|table| self.matches(table, finding));
        let mut lists = matching.map(|table| &table.levels).chain([&self.config.levels]);
        lists.find_map(|levels| {
            let by_name =
                levels.iter().find(|entry| is_rule(&entry.name.text, finding.category, finding.rule));
            let by_category = levels.iter().find(|entry| is_on && entry.name.text == finding.category);
            by_name.or(by_category)
        })
    }

    fn matches(&self, table: &Override, finding: &Finding) -> bool {
        let flow = finding.flow.map(|flow| self.workspace.flow(flow));
        let in_flow = table.flows.is_empty()
            || flow.is_some_and(|flow| table.flows.iter().any(|pattern| pattern.fits_flow(flow)));
        let in_solution = table.solutions.is_empty()
            || self
                .solution_name(finding)
                .is_some_and(|name| table.solutions.iter().any(|pattern| pattern.fits(name)));
        in_flow && in_solution
    }

    /// The unique name of the solution that a finding is about, or else the solution's path.
    pub(crate) fn solution_name(&self, finding: &Finding) -> Option<&'a str> {
        let solution = match finding.flow {
            Some(flow) => self.workspace.solution_of(flow),
            None => self.workspace.solution(self.workspace.solution_in(finding.place().file, self.sources)?),
        };
        Some(solution.name())
    }
}

fn is_rule(name: &str, category: &str, id: &str) -> bool {
    match name.split_once('/') {
        Some((prefix, rule)) => prefix == category && rule == id,
        None => name == id,
    }
}
