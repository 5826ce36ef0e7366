//! Part 2: the commands of the import, solution by solution.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::analysis::Analysis;
use crate::import_order::ImportOrder;
use crate::model::{PackageKind, Solution, SolutionIx};
use crate::report::text::{shell_word, shown};

/// What to import, in order.
#[derive(Serialize)]
pub(super) struct Import<'a> {
    pub(super) packages: Vec<ImportedPackage<'a>>,
    /// Groups of solutions that need each other, so that no order is right.
    pub(super) cycles: Vec<Vec<&'a str>>,
    /// The settings files with connections or values that were given.
    pub(super) settings: Vec<&'a str>,
}

/// How packages are imported.
pub(super) struct Mode<'m> {
    /// Whether connections or values have to be set.
    pub(super) sets_values: bool,
    /// Whether the import of a solution deletes what its old version has in addition.
    pub(super) is_upgraded: &'m dyn Fn(SolutionIx) -> bool,
}

/// A package to import.
#[derive(Serialize)]
pub(super) struct ImportedPackage<'a> {
    pub(super) name: &'a str,
    pub(super) version: Option<&'a str>,
    /// `null` if the package does not state it.
    pub(super) managed: Option<bool>,
    /// `solution`, `legacy` for an export outside solutions, or `flow` for a single flow file.
    pub(super) kind: &'static str,
    pub(super) path: &'a str,
    /// The archive to extract it from, if it is inside another one.
    pub(super) inside: Option<&'a str>,
    /// The solutions that have to be there first, with a reason each.
    pub(super) after: Vec<AfterSolution>,
    /// Creates the zip of an unpacked solution.
    pub(super) pack: Option<String>,
    /// The zip to create of a folder that has the files of an export.
    pub(super) zip: Option<String>,
    /// Creates the settings file; `null` if there is nothing to set, or settings were given.
    pub(super) create_settings: Option<String>,
    /// `null` if `pac` cannot import the package.
    pub(super) import: Option<String>,
}

/// A solution that another one needs.
#[derive(Serialize)]
pub(super) struct AfterSolution {
    pub(super) solution: String,
    pub(super) reason: String,
}

impl<'a> Import<'a> {
    pub(super) fn of(analysis: &'a Analysis, mode: &Mode<'_>) -> Self {
        let order = analysis.import_order();
        let workspace = &analysis.workspace;
        let with_values =
            analysis.settings.iter().filter(|one| one.references.is_some() || one.variables.is_some());
        let settings: Vec<&str> =
            with_values.map(|one| analysis.sources.get(one.file).name().as_str()).collect();
        let files: BTreeSet<&str> = analysis.sources.iter().map(|text| text.name().as_str()).collect();
        let named = order.waves.iter().chain(&order.cycles).flatten().copied();
        let mut unnamed: Vec<SolutionIx> = workspace
            .indexed_solutions()
            .filter(|(_, solution)| solution.unique_name().is_none())
            .map(|(index, _)| index)
            .collect();
        unnamed.sort_by_key(|index| &workspace.solution(*index).path);
        let package = |index| {
            ImportedPackage::of(
                analysis,
                &order,
                index,
                &Context { settings: &settings, files: &files, mode },
            )
        };
        let cycle =
            |cycle: &Vec<SolutionIx>| cycle.iter().map(|one| workspace.solution(*one).name()).collect();
        Import {
            packages: named.chain(unnamed).map(package).collect(),
            cycles: order.cycles.iter().map(cycle).collect(),
            settings,
        }
    }
}

impl<'a> ImportedPackage<'a> {
    fn of(analysis: &'a Analysis, order: &ImportOrder, index: SolutionIx, context: &Context<'_>) -> Self {
        let solution = analysis.workspace.solution(index);
        let manifest = solution.manifest.as_ref();
        let managed = manifest.and_then(|manifest| manifest.managed);
        let path = &solution.path;
        let is_importable = solution.kind == PackageKind::Solution && manifest.is_some();
        let commands = is_importable
            .then(|| Commands::of(solution, managed, context, (context.mode.is_upgraded)(index)));
        let after = order.needs_of(index).map(|(needed, reason)| AfterSolution {
            solution: analysis.workspace.solution(needed).name().to_owned(),
            reason: reason.to_owned(),
        });
        ImportedPackage {
            name: solution.name(),
            version: manifest.map(|manifest| manifest.version.as_str()).filter(|version| !version.is_empty()),
            managed,
            kind: match solution.kind {
                PackageKind::Solution => "solution",
                PackageKind::Legacy => "legacy",
                PackageKind::Loose => "flow",
            },
            path: path.as_str(),
            inside: path.inside().map(|_| path.outermost()),
            after: after.collect(),
            pack: commands.as_ref().and_then(|commands| commands.pack.clone()),
            zip: commands.as_ref().and_then(|commands| commands.zip.clone()),
            create_settings: commands.as_ref().and_then(|commands| commands.create_settings.clone()),
            import: commands.map(|commands| commands.import),
        }
    }
}

/// What the commands depend on besides the solution.
struct Context<'c> {
    /// The settings files that were given.
    settings: &'c [&'c str],
    /// The names of all files.
    files: &'c BTreeSet<&'c str>,
    mode: &'c Mode<'c>,
}

struct Commands {
    pack: Option<String>,
    zip: Option<String>,
    create_settings: Option<String>,
    import: String,
}

impl Commands {
    fn of(solution: &Solution, managed: Option<bool>, context: &Context<'_>, is_upgraded: bool) -> Self {
        let Context { settings, files, mode } = context;
        let path = solution.path.as_str();
        let is_zip = starts_any(files, &format!("{path}!"));
        // Names of files in the current folder have no folder.
        let folder = if path == "." { String::new() } else { format!("{path}/") };
        let is_export = files.contains(format!("{folder}solution.xml").as_str());
        let name = file_stem(solution.unique_name().unwrap_or_default());
        let own_zip = format!("{name}.zip");
        let zip = path_word(if is_zip { solution.path.path() } else { &own_zip });
        let pack = (!is_zip && !is_export).then(|| pack(solution, managed, &zip));
        let has_any = solution.references.as_ref().is_some_and(|references| !references.is_empty())
            || !solution.variables.is_empty();
        let has_settings = mode.sets_values && has_any;
        let own = path_word(&format!("{name}.settings.json"));
        let create = format!("pac solution create-settings --solution-zip {zip} --settings-file {own}");
        let settings_file = match settings.first() {
            Some(given) => format!(" --settings-file {}", path_word(given)),
            None if has_settings => format!(" --settings-file {own}"),
            None => String::new(),
        };
        let publish = if managed == Some(false) { " --publish-changes" } else { "" };
        let upgrade = if is_upgraded { " --stage-and-upgrade" } else { "" };
        Commands {
            pack,
            zip: (!is_zip && is_export).then_some(own_zip),
            create_settings: (has_settings && settings.is_empty()).then_some(create),
            import: format!("pac solution import --path {zip}{settings_file}{publish}{upgrade}"),
        }
    }
}

/// A folder of both packs as managed: that is for the environments that a runbook is for.
fn pack(solution: &Solution, managed: Option<bool>, zip: &str) -> String {
    let kind = if managed == Some(false) { "Unmanaged" } else { "Managed" };
    let folder = path_word(solution.path.path());
    format!("pac solution pack --folder {folder} --zipfile {zip} --packagetype {kind}")
}

/// A path in a command. It is never an option.
fn path_word(path: &str) -> String {
    if path.starts_with('-') { shell_word(&format!("./{path}")) } else { shell_word(path) }
}

/// The name of a solution as the name of a new file in the current folder.
fn file_stem(name: &str) -> String {
    const LONGEST: usize = 100;
    let safe = |c: char| if c.is_alphanumeric() || c == '_' { c } else { '_' };
    // Secrets are masked first, because they cannot be recognised after the replacement.
    let stem: String = shown(name).chars().take(LONGEST).map(safe).collect();
    if stem.is_empty() { "solution".to_owned() } else { stem }
}

fn starts_any(names: &BTreeSet<&str>, prefix: &str) -> bool {
    names.range(prefix..).next().is_some_and(|name| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_commands_are_files_of_the_current_folder() {
        assert_eq!(file_stem("Contoso_Kit"), "Contoso_Kit");
        assert_eq!(file_stem("../-x; rm y"), "____x__rm_y");
        assert_eq!(file_stem(""), "solution");
        assert_eq!(path_word("kits/a b.zip"), "\"kits/a b.zip\"");
        assert_eq!(path_word("-x.zip"), "./-x.zip");
        assert_eq!(path_word("$(x).zip"), "'$(x).zip'");
    }
}
