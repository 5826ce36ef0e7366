//! Findings, which rules produce, and the `Sink` that collects them. After this stage, `config` filters findings, and
//! reports print them.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::fix::Fix;
use crate::model::{FlowIx, step_path, step_title};
use crate::source::{Place, Route, Step};

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Likely to fail, or a risk in operation.
    Warning,
    /// Will fail.
    Error,
}

/// How certain a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The package alone proves the problem.
    Certain,
    /// The problem depends on what the target environment already contains.
    Environment,
}

/// Which flows a problem prevents from being turned on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blocks {
    /// No flow.
    Nothing,
    /// The flow that the finding is about.
    Flow,
    /// The flows that call that flow.
    Callers,
}

/// A problem at a place.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The id of the rule: `child-flow-off`.
    pub rule: &'static str,
    /// The category of the rule: `activation`.
    pub category: &'static str,
    /// How serious it is.
    pub severity: Severity,
    /// How certain it is.
    pub confidence: Confidence,
    /// The platform error codes that it causes.
    pub codes: &'static [&'static str],
    /// What is wrong: lower case, no full stop, names in backticks.
    pub message: String,
    /// What to click or change.
    pub help: Option<String>,
    /// The primary place and its label, then further places in the same file with the same problem.
    pub labels: Vec<Label>,
    /// Places elsewhere that explain the problem.
    pub related: Vec<Label>,
    /// The flow whose file contains the primary place.
    pub flow: Option<FlowIx>,
    /// Which flows it prevents from being turned on, if it is an error.
    pub blocks: Blocks,
    /// Further flows that it is about. For example, many flows may use a reference that is not declared.
    pub also_blocked: Vec<FlowIx>,
    /// Distinguishes the finding from others of the same rule and flow, for fingerprints. Stays the same when the
    /// message is reworded. Empty if the places suffice.
    pub keys: Vec<String>,
    /// A change that solves the problem, if the rule knows one.
    pub fix: Option<Fix>,
}

/// A place with a message.
#[derive(Debug, Clone)]
pub struct Label {
    /// The place.
    pub place: Place,
    /// The message.
    pub message: String,
}

impl Finding {
    /// The primary place: the smallest text that is wrong.
    pub fn place(&self) -> &Place {
        &self.labels[0].place
    }

    /// Sets what to click or change.
    pub(crate) fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a label at another place of the same file.
    pub(crate) fn also(&mut self, place: Place, message: impl Into<String>) -> &mut Self {
        self.labels.push(Label { place, message: message.into() });
        self
    }

    /// Adds a related place.
    pub(crate) fn relate(&mut self, place: Place, message: impl Into<String>) -> &mut Self {
        self.related.push(Label { place, message: message.into() });
        self
    }

    /// Sets the flow, for findings whose primary place is not in the flow's file.
    pub(crate) fn about(&mut self, flow: FlowIx) -> &mut Self {
        self.flow = Some(flow);
        self
    }

    /// Takes back the platform error codes of the rule, where they belong to other findings of it.
    pub(crate) fn without_codes(&mut self) -> &mut Self {
        self.codes = &[];
        self
    }

    /// Adds flows that the problem prevents from being turned on.
    pub(crate) fn also_blocks(&mut self, flows: impl IntoIterator<Item = FlowIx>) -> &mut Self {
        self.also_blocked.extend(flows);
        self
    }

    /// Sets the fix.
    pub(crate) fn fix(&mut self, fix: impl Into<Option<Fix>>) -> &mut Self {
        self.fix = fix.into();
        self
    }

    /// Adds keys that distinguish the finding from others of its rule. See [`Finding::keys`].
    pub(crate) fn key<'a>(&mut self, keys: impl IntoIterator<Item = &'a str>) -> &mut Self {
        self.keys.extend(keys.into_iter().map(ToOwned::to_owned));
        self
    }

    /// Makes its texts fit for readers: the steps that it points at, and their containers, are named as the designer names
    /// them, and a backtick in the name of the flow does not end the name. Other steps keep their keys: they may stand for
    /// what an expression has to say.
    pub(crate) fn show_names(&mut self, flow: Option<&str>) {
        const MOST_LABELS: usize = 8;
        let labels = self.labels.iter().take(MOST_LABELS).chain(self.related.iter().take(MOST_LABELS));
        let steps = labels.filter_map(|label| label.place.route()).flat_map(step_path);
        let keys: BTreeSet<&str> = steps.chain(flow).collect();
        let flow_name = |name: &str| name.replace('`', "'");
        let shown = |key: &str| if Some(key) == flow { flow_name(key) } else { flow_name(&step_title(key)) };
        // Most keys are in no text.
        let quoted: Vec<&[u8]> = self.texts().flat_map(|text| after_backticks(text)).collect();
        let is_named = |key: &&str| quoted.iter().any(|text| begins_with_name(text, key));
        let named: Vec<(String, String)> = keys
            .into_iter()
            .filter(is_named)
            .map(|key| (format!("`{key}`"), format!("`{}`", shown(key))))
            .filter(|(written, shown)| written != shown)
            .collect();
        for (written, shown) in named {
            for text in self.texts_mut().filter(|text| text.contains(&written)) {
                *text = text.replace(&written, &shown);
            }
        }
    }

    /// The texts that readers see.
    fn texts(&self) -> impl Iterator<Item = &String> {
        let labels = self.labels.iter().chain(&self.related).map(|label| &label.message);
        let title = self.fix.as_ref().map(|fix| &fix.title);
        [&self.message].into_iter().chain(&self.help).chain(title).chain(labels)
    }

    /// The same as [`Finding::texts`].
    fn texts_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let labels = self.labels.iter_mut().chain(&mut self.related).map(|label| &mut label.message);
        let title = self.fix.as_mut().map(|fix| &mut fix.title);
        [&mut self.message].into_iter().chain(&mut self.help).chain(title).chain(labels)
    }

    /// The approximate size of the printed finding in bytes: the message and the keys of the route.
    fn weight(&self) -> usize {
        let steps = self.place().route().into_iter().flat_map(Route::steps);
        let keys = steps.map(|step| match step {
            Step::Key(key) => key.len(),
            Step::Index(_) => 0,
        });
        self.message.len() + keys.sum::<usize>()
    }

    /// Keeps only the platform error that this fault causes, of those on the rule's page; none where the page does not
    /// list it.
    pub(crate) fn code(&mut self, code: Option<&str>) -> &mut Self {
        let kept = self.codes.iter().position(|one| Some(*one) == code);
        self.codes = kept.map_or(&[], |at| &self.codes[at..=at]);
        self
    }

    /// Overrides the severity that the rule's page states.
    pub(crate) fn severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = severity;
        self
    }
}

/// What follows each backtick of a text.
fn after_backticks(text: &str) -> impl Iterator<Item = &[u8]> {
    memchr::memchr_iter(b'`', text.as_bytes()).map(|at| &text.as_bytes()[at + 1..])
}

/// Whether a text begins with a name and a backtick.
fn begins_with_name(text: &[u8], name: &str) -> bool {
    text.get(name.len()) == Some(&b'`') && text.starts_with(name.as_bytes())
}

/// The values that all findings of a rule share.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamp {
    pub(crate) rule: &'static str,
    pub(crate) category: &'static str,
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) codes: &'static [&'static str],
    pub(crate) blocks: Blocks,
}

/// Collects the findings of a rule.
#[derive(Debug)]
pub(crate) struct Sink {
    stamp: Stamp,
    findings: Vec<Finding>,
    /// How many more bytes findings may take.
    budget: usize,
    /// The last finding that did not fit, and the number of those.
    overflow: Vec<Finding>,
    dropped: usize,
}

impl Sink {
    /// Creates a sink for findings about texts of this total length. The limit protects against hostile files: with a
    /// long name and a thousand problems, reports would repeat the name a thousand times. Real files stay far below it.
    pub(crate) fn new(stamp: Stamp, length: usize) -> Self {
        const MIN_BUDGET: usize = 64 << 10;
        const BUDGET_PER_BYTE: usize = 32;
        let budget = MIN_BUDGET.saturating_add(length.saturating_mul(BUDGET_PER_BYTE));
        Sink { stamp, findings: Vec::new(), budget, overflow: Vec::new(), dropped: 0 }
    }

    /// Reports a problem: its place, the label there, and the message.
    pub(crate) fn report(
        &mut self,
        place: Place,
        label: impl Into<String>,
        message: impl Into<String>,
    ) -> &mut Finding {
        let Stamp { rule, category, severity, confidence, codes, blocks } = self.stamp;
        let finding = Finding {
            rule,
            category,
            severity,
            confidence,
            codes,
            message: message.into(),
            help: None,
            labels: vec![Label { place, message: label.into() }],
            related: Vec::new(),
            flow: None,
            blocks,
            also_blocked: Vec::new(),
            keys: Vec::new(),
            fix: None,
        };
        let weight = finding.weight();
        let list = if self.findings.is_empty() || self.dropped == 0 && weight <= self.budget {
            self.budget = self.budget.saturating_sub(weight);
            &mut self.findings
        } else {
            self.dropped += 1;
            self.overflow.clear();
            &mut self.overflow
        };
        list.push(finding);
        let last = list.len() - 1;
        &mut list[last]
    }

    /// The findings. If some were dropped, the help of the last finding states how many.
    pub(crate) fn into_findings(self) -> Vec<Finding> {
        let Sink { mut findings, dropped, .. } = self;
        if let Some(last) = findings.last_mut().filter(|_| dropped > 0) {
            let more = format!("there are {dropped} more like this one");
            last.help = Some(last.help.take().map_or_else(|| more.clone(), |help| format!("{help}; {more}")));
        }
        findings
    }
}

impl Severity {
    /// The word that reports print.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "info" => Ok(Severity::Info),
            "warning" => Ok(Severity::Warning),
            "error" => Ok(Severity::Error),
            other => Err(format!("unknown severity `{other}`: expected `error`, `warning` or `info`")),
        }
    }
}

impl Confidence {
    /// The word that reports print.
    pub fn as_str(self) -> &'static str {
        match self {
            Confidence::Certain => "certain",
            Confidence::Environment => "environment",
        }
    }
}
