//! Parts 1 and 2: what has to be in place, and the import.

use std::collections::BTreeMap;

use super::super::Runbook;
use super::super::import::ImportedPackage;
use super::super::needs::{NeededSolution, Prerequisites};
use super::super::webhooks::Part;
use super::page::{Page, verb};
use super::upgrade;
use crate::model::step_title;
use crate::wording::{count, joined};

const LICENCES: &str = "https://learn.microsoft.com/power-platform/admin/power-automate-licensing/types";
const POLICIES: &str = "https://learn.microsoft.com/power-platform/admin/dlp-connector-classification";
const SHARING: &str =
    "https://learn.microsoft.com/power-apps/maker/data-platform/create-connection-reference";
const OWNERSHIP: &str = "https://learn.microsoft.com/power-automate/import-flow-solution";
const VAULT: &str =
    "https://learn.microsoft.com/power-apps/maker/data-platform/environmentvariables-azure-key-vault-secrets";
const PAC: &str = "https://learn.microsoft.com/power-platform/developer/cli/reference/solution";

/// How many flows and steps are named in a line.
const MOST_NAMED: usize = 3;

/// How many components of another solution are named.
const MOST_COMPONENTS: usize = 5;

pub(super) fn before(page: &mut Page, runbook: &Runbook<'_>) {
    page.part("1. Before the import");
    let needs = &runbook.needs;
    if let Some(upgrade) = &runbook.upgrade {
        upgrade::before(page, upgrade);
    }
    account(page, runbook);
    licences(page, needs);
    policies(page, needs);
    for solution in needs.solutions.iter().filter(|solution| !solution.platform) {
        let text = solution_text(page, solution);
        page.marked_step(&text, &solution.findings);
    }
    for flow in &needs.flows {
        let name = page.markup.name(flow.name.as_deref().unwrap_or(&flow.id));
        let owner =
            flow.solution.as_ref().map(|owner| format!(" of the solution {}", page.markup.code(owner)));
        page.step(&format!(
            "The target has the flow {name}{}, and it is on: flows of this package call it.",
            owner.unwrap_or_default()
        ));
    }
    for connector in needs.connectors.iter().filter(|connector| connector.custom && !connector.in_package) {
        let name = page.markup.code(connector.name);
        page.step(&format!("Install the custom connector {name}."));
    }
    for variable in needs.variables.iter().filter(|variable| variable.display_name.is_none()) {
        let name = page.markup.code(variable.name);
        page.marked_step(
            &format!("The target has the environment variable {name}: flows read it, and the package does not define it."),
            &variable.findings,
        );
    }
    secrets(page, needs);
    for one in &runbook.outside {
        if one.lines_of(Part::Before).next().is_some() {
            page.heading(one.provider);
        }
        for line in one.lines_of(Part::Before) {
            let source = page.cite(line.source);
            page.step(&format!("{}{source}", line.text));
        }
    }
}

/// Who imports: the flows and connection references will be theirs.
fn account(page: &mut Page, runbook: &Runbook<'_>) {
    if runbook.upgrade.is_some() {
        return page
            .step("Choose the account that imports: the one that imported the old version, if possible.");
    }
    if runbook.references.is_empty() && runbook.turn_on.is_empty() && runbook.cycles.is_empty() {
        return page.step("Choose the account that imports.");
    }
    let owner = page.cite(OWNERSHIP);
    let sharing = page.cite(SHARING);
    let bound = if runbook.references.is_empty() {
        String::new()
    } else {
        let use_right = page.markup.label("Can use");
        format!(
            " It owns the connections of part 3, or they are shared with it ({use_right}). A service principal can only \
             use shared ones.{sharing}"
        )
    };
    page.step(&format!(
        "Choose the account that imports: a service account, if you have one. It will own the flows.{owner}{bound}"
    ));
}

/// The premium connectors and operations, and the flows and steps that use them.
fn licences(page: &mut Page, needs: &Prerequisites<'_>) {
    if needs.licences.is_empty() {
        return;
    }
    let source = page.cite(LICENCES);
    let code = page.markup.code("MissingAdequateQuotaPolicy");
    page.step(&format!(
        "The owner of the flows below has a Power Automate Premium licence, or each flow has a Process licence. \
         Otherwise, turning on fails with {code}.{source}"
    ));
    let mut by_name: BTreeMap<&str, Vec<PremiumUse<'_>>> = BTreeMap::new();
    for licence in &needs.licences {
        for (name, steps) in licence.premium.iter().zip(&licence.steps) {
            by_name.entry(name).or_default().push(PremiumUse { flow: licence.flow.name, steps });
        }
    }
    let mut many = Vec::new();
    for (name, uses) in by_name {
        let name = page.markup.text(name);
        if uses.len() > MOST_NAMED + 1 {
            many.push(format!("{name} ({})", count(uses.len(), "flow")));
        } else {
            let used: Vec<String> = uses.iter().map(|one| flow_and_steps(page, one)).collect();
            page.detail(&format!("{name}: {}", joined(&used, "and")));
        }
    }
    if !many.is_empty() {
        page.detail(&format!("{}: the appendix has the steps", joined(&many, "and")));
    }
}

/// A flow that uses something premium.
struct PremiumUse<'a> {
    flow: &'a str,
    steps: &'a [Vec<&'a str>],
}

/// A flow and the first of its steps.
fn flow_and_steps(page: &Page, PremiumUse { flow, steps }: &PremiumUse<'_>) -> String {
    let titles = steps.iter().take(MOST_NAMED).filter_map(|step| step.last());
    let mut titles: Vec<String> = titles.map(|step| page.markup.text(&step_title(step))).collect();
    titles.extend((steps.len() > MOST_NAMED).then(|| format!("{} more", steps.len() - MOST_NAMED)));
    let flow = page.markup.name(flow);
    if titles.is_empty() { flow } else { format!("{flow} ({})", titles.join(", ")) }
}

fn policies(page: &mut Page, needs: &Prerequisites<'_>) {
    let name = |connector: &super::super::needs::NeededConnector<'_>| {
        connector.display_name.map_or_else(|| page.markup.code(connector.name), |name| page.markup.text(name))
    };
    let mut names: Vec<String> = needs.connectors.iter().map(name).collect();
    names.sort();
    names.extend(needs.built_in.iter().map(|name| page.markup.text(name)));
    if names.is_empty() {
        return;
    }
    let source = page.cite(POLICIES);
    let what = verb(names.len(), "this connector", "these connectors");
    page.step(&format!(
        "No data policy of the target blocks {what}, or separates those that a flow uses together: {}.{source}",
        joined(&names, "and")
    ));
}

fn solution_text(page: &Page, solution: &NeededSolution<'_>) -> String {
    let named = page.names(solution.components.iter().copied(), MOST_COMPONENTS, "component");
    match solution.name {
        Some(name) if named.is_empty() => format!("The target has the solution {}.", page.markup.code(name)),
        Some(name) => format!("The target has the solution {}, for {named}.", page.markup.code(name)),
        None => format!("The target has these customizations: {named}."),
    }
}

fn secrets(page: &mut Page, needs: &Prerequisites<'_>) {
    if needs.secrets.is_empty() {
        return;
    }
    let names: Vec<String> = needs.secrets.iter().map(|name| page.markup.code(name)).collect();
    let source = page.cite(VAULT);
    page.step(&format!(
        "The account that imports can read the secrets of {}: it has the role {} on the key vault, and the subscription \
         of the vault has the resource provider {}.{source}",
        joined(&names, "and"),
        page.markup.label("Key Vault Secrets User"),
        page.markup.code("Microsoft.PowerPlatform"),
    ));
}

pub(super) fn import(page: &mut Page, runbook: &Runbook<'_>) {
    page.part("2. Import");
    let import = &runbook.import;
    let packages = &import.packages;
    if packages.iter().any(|package| package.import.is_some()) {
        let source = page.cite(PAC);
        page.command(
            &format!("Connect to the target as the account of part 1{source}"),
            "pac auth create --environment https://ORGANIZATION.crm.dynamics.com",
        );
    }
    if let [first, others @ ..] = import.settings.as_slice() {
        let more = page.names(others.iter().copied(), MOST_NAMED, "file");
        let more = if more.is_empty() {
            String::new()
        } else {
            format!(" For another environment, use {more} instead.")
        };
        page.point(&format!("The settings file is {}.{more}", page.markup.code(first)));
    }
    let is_long = packages.len() > 1;
    for package in packages {
        if is_long {
            let name = page.markup.code(package.name);
            page.heading(&format!("{name} {}", page.markup.text(package.version.unwrap_or_default())));
        }
        imported(page, package);
    }
    for cycle in &import.cycles {
        let names: Vec<String> = cycle.iter().map(|name| page.markup.code(name)).collect();
        page.line(&format!("\n{} need each other, so no order is right.", joined(&names, "and")));
    }
    for connector in runbook.needs.connectors.iter().filter(|one| one.custom && one.in_package) {
        let name = page.markup.code(connector.name);
        page.step(&format!(
            "After the import, create a connection of the custom connector {name}, which comes with this package. Bind it \
             in part 3."
        ));
    }
}

fn imported(page: &mut Page, package: &ImportedPackage<'_>) {
    let path = page.markup.code(package.path);
    let Some(import) = &package.import else {
        return page.step(&match package.kind {
            "legacy" => format!(
                "Import {path} in Power Automate: {}. It is not a solution.",
                page.markup.label("My flows > Import > Import Package (Legacy)")
            ),
            "flow" => {
                format!("{path} is a single flow, which cannot be imported. Add the flow to a solution.")
            }
            _ => format!("{path} has no solution.xml, so it cannot be imported."),
        });
    };
    for after in package.after.iter().take(MOST_NAMED) {
        let reason = page.markup.text(&after.reason.replace('`', "\""));
        page.point(&format!("After {}: {reason}.", page.markup.code(&after.solution)));
    }
    if let Some(outer) = package.inside {
        page.step(&format!("Extract {path} from {}.", page.markup.code(outer)));
    }
    if let Some(pack) = &package.pack {
        page.command("Pack the folder", pack);
    }
    if let Some(zip) = &package.zip {
        page.step(&format!("Zip the content of the folder {path} as {}.", page.markup.code(zip)));
    }
    if let Some(create) = &package.create_settings {
        page.command(
            "Create the settings file, and enter the connection IDs and values of parts 3 and 4",
            create,
        );
    }
    page.command("Import", import);
    if package.managed == Some(false) {
        page.detail("The solution is unmanaged. For test and production environments, export it as managed.");
    }
}
