//! The rules. A rule is data and a function: a page (`rules/<category>/<id>.md`), whose head is the only place that
//! states its facts, and a check. `CONTRIBUTING.md` shows how to add a rule.

mod activation;
mod compared;
mod config;
mod connections;
mod data;
mod definition;
mod edits;
mod flow_context;
mod head;
mod odata;
mod package;
mod page;
mod run_only;
mod upgrade;
mod webhooks;

use std::sync::OnceLock;

use crate::activation::Activation;
use crate::config::{Allow, Config, Policy, Suppression};
use crate::finding::{Blocks, Finding, Severity, Sink};
use crate::graph::{CallSite, Graph};
use crate::model::{FlowIx, GivenOrder, MissingDependency, Settings, Solution, Workspace};
use crate::semantic::SemanticModel;
use crate::source::{FileId, Sources, Text};
use crate::suggest::Suggestions;
use crate::webhooks::Webhooks;
use crate::wording::count;

pub(crate) use compared::{Compared, FlowUses, Side, compare};
use flow_context::FlowContext;
use head::Head;
pub(crate) use page::{DefaultState, Page, page};

/// A rule.
pub(crate) struct Rule {
    /// Its page.
    pub(crate) page: Page,
    /// Finds and reports the problem.
    pub(crate) check: Check,
}

/// The function of a rule, and what it inspects.
#[derive(Clone, Copy)]
pub(crate) enum Check {
    /// Inspects all inputs at once.
    Workspace(fn(&Context<'_>, &mut Sink)),
    /// Inspects a flow at a time.
    Flow(fn(&FlowContext<'_, '_>, &mut Sink)),
    /// Two versions of packages. Only `flowvet compare` runs these.
    Comparison(fn(&Compared<'_>, &mut Sink)),
}

/// What checks have access to.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) sources: &'a Sources,
    pub(crate) workspace: &'a Workspace,
    pub(crate) webhooks: &'a Webhooks,
    pub(crate) graph: &'a Graph,
    /// The activation order, once a rule has asked for it.
    pub(crate) activation: &'a OnceLock<Activation>,
    /// Deployment settings files, usually one for each environment.
    pub(crate) settings: &'a [Settings],
    /// The activation order that was given as a file of its own.
    pub(crate) given_order: Option<&'a GivenOrder>,
    pub(crate) config: &'a Config,
    /// The suppressions, with their uses counted. Empty until the rules of all other categories have run.
    pub(crate) suppressions: &'a [Suppression<'a>],
    pub(crate) scope: Scope,
}

/// What a check is about. A run over many packages checks them in groups, and the configuration at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All packages of the run and the configuration.
    Everything,
    /// Some packages of the run. The configuration applies, but is not checked.
    Flows,
    /// Only the configuration.
    Configuration,
}

/// Every rule, by category.
static CATEGORIES: [&[Rule]; 9] = [
    activation::RULES,
    run_only::RULES,
    connections::RULES,
    data::RULES,
    definition::RULES,
    webhooks::RULES,
    package::RULES,
    upgrade::RULES,
    config::RULES,
];

/// The category about the configuration itself. It runs last, because it reports unused suppressions.
const LAST_CATEGORY: &str = "config";

impl Rule {
    /// Whether the rule is about two versions of packages, so that only `flowvet compare` runs it.
    pub(crate) fn compares(&self) -> bool {
        matches!(self.check, Check::Comparison(_))
    }

    /// Whether the rule runs after all others, on their findings.
    fn is_last(&self) -> bool {
        self.page.category == LAST_CATEGORY
    }
}

/// Every rule, in the order of the categories.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    CATEGORIES.into_iter().flatten()
}

/// The rule with this id. The category may come before it: `activation/child-flow-off`.
pub(crate) fn find(id: &str) -> Option<&'static Rule> {
    let bare = id.rsplit_once('/').map_or(id, |(_, id)| id);
    all().find(|rule| rule.page.id == bare)
}

/// The address of the project's site; empty if `Cargo.toml` has none. `cargo xtask owner` sets it.
pub(crate) const HOMEPAGE: &str = env!("CARGO_PKG_HOMEPAGE");

/// The URL of a rule's page; `None` for unknown rules, or if the site has no address.
pub(crate) fn page_address(id: &str) -> Option<String> {
    page_on(HOMEPAGE, find(id)?.page.id)
}

/// The URL of a rule's page on a site. `cargo xtask site` writes the page there.
fn page_on(homepage: &str, id: &str) -> Option<String> {
    (!homepage.is_empty()).then(|| format!("{}/rules/{id}.html", homepage.trim_end_matches('/')))
}

/// The result of all rules.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    pub(crate) findings: Vec<Finding>,
    /// The number of suppressed findings.
    pub(crate) ignored: usize,
    /// The findings that block flows, whether the configuration shows them or not. Verdicts follow from these: what the
    /// platform does with a flow does not depend on what is reported.
    pub(crate) blocking: Vec<Finding>,
    /// The number of findings that each ignore of the configuration suppressed, in the order of the configuration.
    pub(crate) ignore_uses: Vec<usize>,
}

/// Runs the rules about single flows on these flows. [`check`] takes the results.
pub(crate) fn visit(context: &Context<'_>, flows: Vec<FlowIx>) -> Found {
    run_all(context, &context.policy(), |rule| !rule.is_last() && matches!(rule.check, Check::Flow(_)), flows)
}

/// Runs the rules, applies the configuration, and sorts the remaining findings by file, offset and rule, so that the
/// same input always has the same output. `found` is what [`visit`] returned for other flows, and `flows` are the remaining ones.
pub(crate) fn check(context: &Context<'_>, flows: Vec<FlowIx>, mut found: Found) -> Checked {
    let Context { sources, workspace, config, .. } = *context;
    let policy = context.policy();
    found.extend([run_all(context, &policy, |rule| !rule.is_last(), flows)]);
    let Found { findings, mut blocking, allows } = found;
    let mut suppressions = crate::config::suppressions(config, &allows);
    let count = findings.len();
    let mut findings = policy.apply_suppressions(findings, &mut suppressions);
    let ignored = count - findings.len();
    let (of_config, of_flows): (Vec<_>, Vec<_>) =
        suppressions.into_iter().partition(Suppression::is_in_config);
    let ignore_uses = of_config.iter().map(|one| one.uses).collect();
    let suppressions = match context.scope {
        Scope::Flows => of_flows,
        Scope::Everything | Scope::Configuration => of_config.into_iter().chain(of_flows).collect(),
    };
    let last = Context { suppressions: &suppressions, ..*context };
    findings.extend(run_all(&last, &policy, Rule::is_last, Vec::new()).findings);
    drop_unusable_fixes(sources, workspace, &mut findings);
    sort(sources, &mut findings);
    sort(sources, &mut blocking);
    Checked { findings, ignored, blocking, ignore_uses }
}

/// Runs the rules about the configuration, after all packages were checked in groups. `uses` are the sums of
/// [`Checked::ignore_uses`].
pub(crate) fn check_configuration(context: &Context<'_>, uses: &[usize]) -> Vec<Finding> {
    let Context { sources, config, .. } = *context;
    let policy = context.policy();
    let mut suppressions = crate::config::suppressions(config, &[]);
    for (suppression, uses) in suppressions.iter_mut().zip(uses) {
        suppression.uses = *uses;
    }
    let last = Context { suppressions: &suppressions, ..*context };
    let mut findings = run_all(&last, &policy, Rule::is_last, Vec::new()).findings;
    sort(sources, &mut findings);
    findings
}

/// Removes the fixes that nobody can apply: of files in managed solutions, which are fixed where they were exported.
fn drop_unusable_fixes(sources: &Sources, workspace: &Workspace, findings: &mut [Finding]) {
    let managed: Vec<&Solution> =
        workspace.solutions.iter().filter(|solution| solution.is_managed()).collect();
    for finding in findings {
        let is_closed = |file: FileId| {
            let name = sources.get(file).name();
            managed.iter().any(|solution| name.is_in(&solution.path))
        };
        finding.fix = finding.fix.take().filter(|fix| !fix.files().any(is_closed));
    }
}

fn sort(sources: &Sources, findings: &mut [Finding]) {
    findings.sort_by_cached_key(|finding| {
        let place = finding.place();
        let name = sources.get(place.file).name();
        let span = crate::parse::locate(sources, place);
        (name.to_owned(), span, finding.rule, finding.message.clone())
    });
}

/// A unit of work. Jobs run in parallel.
enum Job {
    /// A rule that inspects all inputs at once.
    Rule(ActiveRule),
    /// All rules about single flows, on this flow.
    Flow(FlowIx),
}

/// A rule that runs, and whether the profile turns it on.
type ActiveRule = (&'static Rule, bool);

/// What rules found.
#[derive(Default)]
pub(crate) struct Found {
    /// With the severities that the configuration sets, and without the findings that it turns off.
    findings: Vec<Finding>,
    /// The findings that block flows, as the rules reported them.
    blocking: Vec<Finding>,
    /// The suppressions in the flows that were visited.
    allows: Vec<Allow>,
}

impl Found {
    /// Applies the configured severities to the findings of a rule. `is_on` tells whether the profile turns the rule on.
    fn leveled(found: Vec<Finding>, policy: &Policy<'_>, is_on: bool) -> Self {
        if found.is_empty() {
            return Found::default();
        }
        let is_blocking =
            |finding: &&Finding| finding.severity == Severity::Error && finding.blocks != Blocks::Nothing;
        let blocking = found.iter().filter(is_blocking).cloned().collect();
        Found { blocking, findings: policy.apply_levels(found, is_on), allows: Vec::new() }
    }
}

impl Extend<Found> for Found {
    fn extend<T: IntoIterator<Item = Found>>(&mut self, others: T) {
        for Found { findings, blocking, allows } in others {
            self.findings.extend(findings);
            self.blocking.extend(blocking);
            self.allows.extend(allows);
        }
    }
}

/// Runs some of the rules and sets the severities of their findings as configured.
fn run_all(
    context: &Context<'_>,
    policy: &Policy<'_>,
    is_selected: impl Fn(&Rule) -> bool,
    flows: Vec<FlowIx>,
) -> Found {
    let profile = context.config.profile.unwrap_or_default();
    let (flow_rules, workspace_rules): (Vec<ActiveRule>, Vec<ActiveRule>) = all()
        .filter(|rule| is_selected(rule) && !rule.compares())
        .map(|rule| (rule, rule.page.is_in(profile)))
        .filter(|(rule, is_on)| *is_on || policy.turns_on(rule.page.category, rule.page.id))
        .partition(|(rule, _)| matches!(rule.check, Check::Flow(_)));
    let jobs = workspace_rules.into_iter().map(Job::Rule).chain(flows.into_iter().map(Job::Flow)).collect();
    let length = context.sources.iter().map(Text::len).sum();
    let total = context.workspace.text_length_of_run().unwrap_or(length);
    let results = crate::parallel::map(jobs, |job| match job {
        Job::Rule((rule, is_on)) => Found::leveled(run(rule, context, length, None), policy, is_on),
        Job::Flow(index) => run_in_flow(&flow_rules, context, policy, (index, total)),
    });
    let mut found = Found::default();
    found.extend(results);
    found.findings.retain(|finding| !is_moot(context, finding));
    found.blocking.retain(|finding| !is_moot(context, finding));
    found
}

/// The rules that still report about a flow that an import leaves out.
const FOR_LEFT_OUT_FLOWS: [&str; 2] = ["flow-record-missing", "secret-in-definition"];

/// Whether a finding does not matter, because an import leaves its flow out.
fn is_moot(context: &Context<'_>, finding: &Finding) -> bool {
    let workspace = context.workspace;
    let is_left_out = finding.flow.is_some_and(|flow| workspace.is_left_out(workspace.flow(flow)));
    is_left_out && !FOR_LEFT_OUT_FLOWS.contains(&finding.rule)
}

/// Builds the semantic model of a flow and runs the rules about single flows on it. `total` is the length of all texts of
/// the run.
fn run_in_flow(
    rules: &[ActiveRule],
    context: &Context<'_>,
    policy: &Policy<'_>,
    (index, total): (FlowIx, usize),
) -> Found {
    let flow = context.workspace.flow(index);
    let Some(content) = &flow.content else { return Found::default() };
    let mut found = Found { allows: crate::config::allows_in(index, flow, content), ..Found::default() };
    let semantic = SemanticModel::of(&content.definition);
    let length = flow.file.map_or(0, |file| context.sources.get(file).len());
    let suggestions = Suggestions::of_flow(length, total);
    let flow_context = FlowContext { run: context, index, flow, content, semantic: &semantic, suggestions };
    let run = |rule| run(rule, context, length, Some(&flow_context));
    found.extend(rules.iter().map(|(rule, is_on)| Found::leveled(run(*rule), policy, *is_on)));
    content.definition.document().forget_parents();
    found
}

/// Runs a rule on a flow, or on all inputs. `length` is the total length of the inspected texts.
fn run(
    rule: &'static Rule,
    context: &Context<'_>,
    length: usize,
    flow: Option<&FlowContext<'_, '_>>,
) -> Vec<Finding> {
    let mut sink = Sink::new(rule.page.stamp(), length);
    match (rule.check, flow) {
        (Check::Workspace(check), _) => check(context, &mut sink),
        (Check::Flow(check), Some(flow)) => check(flow, &mut sink),
        (Check::Flow(_), None) | (Check::Comparison(_), _) => {}
    }
    let mut findings = sink.into_findings();
    for finding in &mut findings {
        finding.flow = finding.flow.or_else(|| flow_of(context, finding.place().file));
        // Before the flow is released: reports need the place and not the text.
        let labels = finding.labels.iter().chain(&finding.related);
        labels.for_each(|label| crate::parse::remember(context.sources, &label.place));
        finding.show_names(finding.flow.map(|flow| context.workspace.flow(flow).name.as_str()));
    }
    findings
}

fn flow_of(context: &Context<'_>, file: FileId) -> Option<FlowIx> {
    context.workspace.flow_in(file)
}

impl<'a> Context<'a> {
    fn policy(&self) -> Policy<'a> {
        Policy { sources: self.sources, workspace: self.workspace, config: self.config }
    }

    /// The name of a flow, in backticks.
    pub(crate) fn name(&self, flow: FlowIx) -> String {
        format!("`{}`", self.workspace.flow(flow).name)
    }

    /// The order in which the flows can be turned on.
    pub(crate) fn activation(&self) -> &Activation {
        self.activation.get_or_init(|| Activation::of(self.workspace, self.graph))
    }

    /// Whether the configuration says that the target environment has a solution. Its components are not missing then.
    pub(crate) fn is_in_target(&self, solution: Option<&str>) -> bool {
        solution.is_some_and(|solution| self.config.has_in_target(solution))
    }

    /// The name of the calling action.
    pub(crate) fn action_name(&self, call: &CallSite) -> &str {
        let content = self.workspace.flow(call.caller).content.as_ref();
        content.map_or("", |content| content.definition.action(call.action).name)
    }

    /// Adds the calls of a child as related places.
    pub(crate) fn relate_callers(&self, finding: &mut Finding, calls: &[CallSite]) {
        self.relate_calls(finding, calls, |call| format!("{} calls it here", self.name(call.caller)));
    }

    /// Adds the second and later calls of one child by one flow as related places.
    pub(crate) fn relate_other_calls(&self, finding: &mut Finding, calls: &[CallSite]) {
        self.relate_calls(finding, &calls[1..], |_| "and called here".to_owned());
    }

    fn relate_calls(&self, finding: &mut Finding, calls: &[CallSite], message: impl Fn(&CallSite) -> String) {
        for call in calls.iter().take(MOST_RELATED) {
            finding.relate(call.place(self.workspace), message(call));
        }
        if let Some(next) = calls.get(MOST_RELATED) {
            let more = calls.len() - MOST_RELATED;
            let message = format!("and {}, from here on", count(more, "more call"));
            finding.relate(next.place(self.workspace), message);
        }
    }

    /// Every given activation order: in a file of its own, or in a deployment settings file.
    pub(crate) fn given_orders(&self) -> impl Iterator<Item = &GivenOrder> {
        self.given_order
            .into_iter()
            .chain(self.settings.iter().filter_map(|settings| settings.order.as_ref()))
    }
}

/// Where a missing dependency comes from, to follow "which".
pub(crate) fn origin_in_words(missing: &MissingDependency) -> String {
    match &missing.solution {
        Some(owner) => format!("comes with another solution, `{owner}`"),
        None => "was unmanaged at export and does not come with any solution".to_owned(),
    }
}

/// The help for a secret in a package.
pub(crate) const REVOKE: &str = "revoke this secret: everyone who can read the solution can read it. Store the new \
    one in Azure Key Vault, and read it through an environment variable of type secret";

/// The maximum number of calls that a finding points at.
const MOST_RELATED: usize = 8;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn rules_have_an_address_if_the_site_has() {
        let expected = Some("https://flowvet.example/docs/rules/call-cycle.html".to_owned());
        assert_eq!(page_on("https://flowvet.example/docs", "call-cycle"), expected);
        assert_eq!(page_on("https://flowvet.example/docs/", "call-cycle"), expected);
        assert_eq!(page_on("", "call-cycle"), None);
        assert_eq!(page_address("call-cycle").is_some(), !HOMEPAGE.is_empty());
        assert_eq!(page_address("made-up"), None);
    }

    #[test]
    fn ids_are_unique_and_pages_begin_with_a_paragraph() {
        let mut ids = BTreeSet::new();
        for Rule { page, .. } in all() {
            assert!(ids.insert(page.id), "two rules have the id {}", page.id);
            let paragraph = page.first_paragraph();
            assert!((20..=1024).contains(&paragraph.len()), "{} bytes: {paragraph}", paragraph.len());
        }
    }

    /// Rules that errors mention exist, and the other way round.
    #[test]
    fn rules_and_errors_that_refer_to_each_other_exist() {
        for error in crate::errors::all() {
            for rule in &error.rules {
                assert!(find(rule).is_some(), "{} names the unknown rule {rule}", error.code);
            }
        }
        for rule in all() {
            for code in rule.page.codes {
                assert!(
                    crate::errors::find(code).is_some(),
                    "{} prevents {code}, which `explain` does not know",
                    rule.page.id
                );
            }
        }
    }
}
