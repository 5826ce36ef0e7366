//! A zip that flowvet can read but that cannot be imported as a solution.

use std::collections::HashMap;

use crate::finding::{Severity, Sink};
use crate::load::NotImportable;
use crate::model::{FlowIx, Workspace};
use crate::rules::{Check, Context, Rule, page};
use crate::source::Place;

pub(super) const RULE: Rule =
    Rule { page: page!("package/package-not-importable"), check: Check::Workspace(check) };

fn check(context: &Context<'_>, sink: &mut Sink) {
    if context.workspace.not_importable.is_empty() {
        return;
    }
    let flows = flows_by_archive(context.workspace);
    for (file, why) in &context.workspace.not_importable {
        let name = context.sources.get(*file).name();
        let message = match why {
            NotImportable::Lacks(missing) => {
                let missing: Vec<String> = missing.iter().map(|file| format!("`{file}`")).collect();
                format!("`{name}` has no {} at its root", missing.join(" and no "))
            }
            NotImportable::Below(folder) => {
                let folder = folder.trim_end_matches('/');
                format!("the solution in `{name}` is in the folder `{folder}`, not at the root of the zip")
            }
            NotImportable::Source => {
                format!("`{name}` contains the source of a solution, which has to be packed before an import")
            }
            NotImportable::NoManifest => {
                format!("`{name}` is not a solution: it contains flows but no `solution.xml`")
            }
            NotImportable::Several => {
                format!(
                    "`{name}` is not a solution: it contains packages that have to be imported one by one"
                )
            }
            NotImportable::Legacy => {
                format!("`{name}` is a flow package (My flows > Export > Package), not a solution")
            }
        };
        let finding = sink.report(Place::file(*file), "this zip", message);
        let flows = flows.get(name.as_str()).into_iter().flatten().copied();
        finding.severity(severity(why)).help(help(why)).also_blocks(flows);
    }
}

/// The flows in each zip, by its name.
fn flows_by_archive(workspace: &Workspace) -> HashMap<&str, Vec<FlowIx>> {
    let mut flows: HashMap<&str, Vec<FlowIx>> = HashMap::new();
    for (index, flow) in workspace.indexed() {
        for name in workspace.solution(flow.solution).path.with_archives() {
            flows.entry(name).or_default().push(index);
        }
    }
    flows
}

/// An error only if the zip is certainly meant to be imported as a solution.
fn severity(why: &NotImportable) -> Severity {
    match why {
        NotImportable::Lacks(_) | NotImportable::Below(_) => Severity::Error,
        NotImportable::Source | NotImportable::NoManifest | NotImportable::Several => Severity::Warning,
        NotImportable::Legacy => Severity::Info,
    }
}

fn help(why: &NotImportable) -> &'static str {
    match why {
        NotImportable::Lacks(_) => {
            "export the solution again, or create the zip with `pac solution pack`: other tools leave out files that the \
             import needs"
        }
        NotImportable::Below(_) => {
            "import the zip as it was exported; if you only have this one, zip the content of the folder instead of the \
             folder"
        }
        NotImportable::Source => {
            "pack the folder with `pac solution pack`, or download the zip from the releases of the repository"
        }
        NotImportable::NoManifest => {
            "add the flows to a solution in make.powerautomate.com and export the solution, or pass the files to flowvet \
             as a folder"
        }
        NotImportable::Several => {
            "unzip it and import the packages inside; `flowvet order --solutions` prints the order of the solutions"
        }
        NotImportable::Legacy => {
            "import it with My flows > Import > Import Package (Legacy). To deliver the flow in a solution, add it to a \
             solution (Add existing > Automation > Cloud flow) and export the solution"
        }
    }
}
