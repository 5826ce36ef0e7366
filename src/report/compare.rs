//! What differs between two versions, with what the import will break. For people, for programs, and for a pull request.

mod changes;
#[cfg(feature = "cli")]
mod human;
mod json;

use super::text::{clean, markdown as escaped, markdown_in_table};
use super::{Counts, Report};
use crate::analysis::Analysis;
use crate::compare::{Comparison, ImportKind, SolutionPair, managed, version};
use crate::model::{Solution, SolutionIx};
use crate::report::markdown::{Limit, tables};
use crate::versions::Versions;
use crate::wording::{count, plural};
pub use changes::ComponentChange;
pub(crate) use changes::changes;
pub(super) use changes::{Detail, Fate, Item, Section, Sides, sections};
#[cfg(feature = "cli")]
pub(crate) use human::human;
pub(crate) use json::json;

/// What the reports of a comparison show.
pub(crate) struct Compared<'a> {
    pub(crate) versions: &'a Versions,
    pub(crate) comparison: &'a Comparison,
    pub(crate) kind: ImportKind,
    /// The findings. Its analysis is that of the new version.
    pub(crate) report: &'a Report<'a>,
}

/// A comment for a pull request: the findings, and a table for each kind of component that changed.
pub(crate) fn markdown(compared: &Compared<'_>) -> String {
    const LIMIT: Limit = Limit::Comment;
    /// Room for the line that says what was left out.
    const LAST_LINE: usize = 200;
    let mut head = "<!-- flowvet compare 1 -->\n".to_owned();
    for line in compared.headlines() {
        head.push_str(&format!("### {}\n", escaped(&line)));
    }
    head.push_str(&format!("\n{}\n\n{}\n", escaped(&compared.summary()), compared.remarks().join("\n")));
    let mut out = tables(head, compared.report, LIMIT);
    let mut left_out = 0;
    for section in sections(compared) {
        let heading = format!(
            "\n#### {}\n\n| | {} | what changes |\n|---|---|---|\n",
            section.headline(compared),
            section.kind
        );
        let rows: Vec<String> = section.items.iter().map(|item| row(item, compared.kind)).collect();
        let mut is_begun = false;
        for row in rows {
            let text = if is_begun { row } else { format!("{heading}{row}") };
            if LIMIT.cost(&out) + LIMIT.cost(&text) + LAST_LINE <= LIMIT.most() {
                out.push_str(&text);
                is_begun = true;
            } else {
                left_out += 1;
            }
        }
    }
    if left_out > 0 {
        out.push_str(&format!(
            "\nLeft out, since a comment cannot be longer: {}.\n",
            count(left_out, "change")
        ));
    }
    out
}

fn row(item: &Item, kind: ImportKind) -> String {
    let details: Vec<String> =
        item.lines().map(|(label, text)| format!("{label}: {}", markdown_in_table(&text))).collect();
    let title = markdown_in_table(&item.title());
    format!("| {} | {title} | {} |\n", item.fate.word(kind), details.join("<br>"))
}

impl Section {
    /// `flows`.
    pub(super) fn plural(&self) -> String {
        plural(2, self.kind)
    }

    /// `2 flows added, 1 changed`.
    pub(super) fn headline(&self, compared: &Compared<'_>) -> String {
        let number = |fate| self.items.iter().filter(|item| item.fate == fate).count();
        let fates = [Fate::Added, Fate::Removed, Fate::Changed];
        let mut parts: Vec<String> = Vec::new();
        for fate in fates.into_iter().filter(|fate| number(*fate) > 0) {
            let word = fate.word(compared.kind);
            parts.push(match parts.is_empty() {
                true => format!("{} {word}", count(number(fate), self.kind)),
                false => format!("{} {word}", number(fate)),
            });
        }
        if self.kind == "flow" {
            let unchanged = compared.comparison.kept.len() - number(Fate::Changed);
            parts.push(format!("{unchanged} unchanged"));
        }
        parts.join(", ")
    }
}

impl Compared<'_> {
    fn old_solution(&self, solution: SolutionIx) -> &Solution {
        self.versions.old.workspace.solution(solution)
    }

    fn new_solution(&self, solution: SolutionIx) -> &Solution {
        self.versions.new.workspace.solution(solution)
    }

    /// A line for each solution: `Core 1.0.0.3 -> 1.0.0.4 (managed)`.
    pub(super) fn headlines(&self) -> Vec<String> {
        let comparison = self.comparison;
        let pair = |pair: &SolutionPair| {
            let (old, new) = (self.old_solution(pair.old), self.new_solution(pair.new));
            let name = if old.name() == new.name() {
                new.name().to_owned()
            } else {
                format!("{} -> {}", old.name(), new.name())
            };
            let versions = match (version(old), version(new)) {
                (old, new) if old == new => old.to_owned(),
                (old, new) => format!("{old} -> {new}"),
            };
            let kind = match managed(new) {
                Some(true) => " (managed)",
                Some(false) => " (unmanaged)",
                None => "",
            };
            clean(format!("{name} {versions}{kind}").trim())
        };
        let added = |index: &SolutionIx| {
            let solution = self.new_solution(*index);
            clean(&format!("{} {}: only in the new version", solution.name(), version(solution)))
        };
        let removed = |index: &SolutionIx| {
            let solution = self.old_solution(*index);
            clean(&format!(
                "{} {}: only in the old version; an import does not change it",
                solution.name(),
                version(solution)
            ))
        };
        let mut lines: Vec<String> = comparison.pairs.iter().map(pair).collect();
        lines.extend(comparison.solutions_added.iter().map(added));
        lines.extend(comparison.solutions_removed.iter().map(removed));
        lines
    }

    /// What the import does, and what limits the comparison.
    pub(super) fn remarks(&self) -> Vec<String> {
        let mut remarks = vec![self.import().to_owned()];
        // A patch has a unique name of its own.
        if self.kind != ImportKind::Patch && self.comparison.pairs.iter().any(|pair| !pair.replaces) {
            remarks.push("The solutions have different unique names: an import of the new one does not replace the old one.".to_owned());
        }
        for (number, version) in self.unread() {
            if number > 0 {
                let files = count(number, "part");
                remarks.push(format!(
                    "{files} of the {version} version could not be read and {} not compared: `flowvet check` shows what.",
                    if number == 1 { "is" } else { "are" }
                ));
            }
        }
        remarks
    }

    /// How many files or values of each version could not be read.
    fn unread(&self) -> [(usize, &'static str); 2] {
        let number = |analysis: &Analysis| analysis.workspace.faults.len();
        [(number(&self.versions.old), "old"), (number(&self.versions.new), "new")]
    }

    /// What the import does, in a sentence.
    fn import(&self) -> &'static str {
        match self.kind {
            ImportKind::Update => "Imported as an update: what the new version lacks stays in the target.",
            ImportKind::Upgrade => {
                "Imported as an upgrade: what the new version lacks is deleted in the target."
            }
            ImportKind::Patch => "Imported as a patch: what it does not contain stays as it is.",
        }
    }

    /// `2 errors, 1 warning; 1 ignored`.
    pub(super) fn summary(&self) -> String {
        let found = Counts::of(self.report.findings).in_words();
        let found = match (found.is_empty(), self.comparison.is_empty()) {
            (true, true) => self.no_differences().to_owned(),
            (true, false) => "no problems found".to_owned(),
            (false, _) => found,
        };
        if self.report.ignored > 0 { format!("{found}; {} ignored", self.report.ignored) } else { found }
    }

    /// What to say if nothing differs.
    pub(super) fn no_differences(&self) -> &'static str {
        if self.unread().iter().any(|(number, _)| *number > 0) {
            "no differences found"
        } else {
            "no differences"
        }
    }
}
