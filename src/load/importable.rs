//! Whether a zip can be imported, according to its paths. flowvet reads some zips that an import rejects: the solution may
//! be in a folder, or the zip may be of another kind.

use super::layout;
use super::package_layout::PackageKind;

/// The files that an import expects at the root of a zip.
const ROOT_FILES: [&str; 3] = ["solution.xml", "customizations.xml", "[Content_Types].xml"];

/// Why a zip cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotImportable {
    /// It is an exported solution without some of the files that have to be at its root.
    Lacks(Vec<&'static str>),
    /// The exported solution is in this folder, which ends in `/`.
    Below(String),
    /// It contains the source of a solution, as `pac solution unpack` or Git integration writes it.
    Source,
    /// It contains flow files in a folder `Workflows`, but no manifest.
    NoManifest,
    /// It contains several solutions, as folders or zips.
    Several,
    /// It is a package of a flow that was exported outside solutions.
    Legacy,
}

/// Why a zip with these files cannot be imported. `None` if it can, or if it is made for another tool: packages for
/// Package Deployer or AppSource contain solutions that the tool imports.
///
/// A zip inside another input, at a `depth` above 0, is meant to be imported only if it contains one solution.
pub(crate) fn fault(paths: &[String], depth: usize) -> Option<NotImportable> {
    let has = |path: &str| paths.iter().any(|own| own.eq_ignore_ascii_case(path));
    let missing: Vec<&str> = ROOT_FILES.into_iter().filter(|file| !has(file)).collect();
    if missing.is_empty() || is_for_another_tool(paths) {
        return None;
    }
    let layout = layout::detect(paths);
    let (solutions, others): (Vec<_>, Vec<_>) =
        layout.packages.iter().partition(|package| package.kind == PackageKind::Solution);
    if !layout.yaml.is_empty() {
        return Some(NotImportable::Source);
    }
    match solutions.as_slice() {
        [] if depth > 0 => None,
        [] if others.iter().any(|package| package.kind == PackageKind::Legacy) => Some(NotImportable::Legacy),
        [] => (!layout.archives.is_empty()).then_some(NotImportable::Several),
        [solution] => {
            let root = solution.root.as_str();
            let has = |path: &str| has(&format!("{root}{path}"));
            Some(match (has(ROOT_FILES[0]) || has(ROOT_FILES[1]), root) {
                (true, "") => NotImportable::Lacks(missing),
                (true, _) => NotImportable::Below(root.to_owned()),
                (false, _) if has("Other/Solution.xml") || has("Other/Customizations.xml") => {
                    NotImportable::Source
                }
                (false, _) => NotImportable::NoManifest,
            })
        }
        _ => (depth == 0).then_some(NotImportable::Several),
    }
}

/// `ImportConfig.xml` is the list in a package for Package Deployer. `input.xml` describes a package for AppSource.
fn is_for_another_tool(paths: &[String]) -> bool {
    let is_list = |path: &String| {
        let file = path.rsplit('/').next().unwrap_or(path);
        file.eq_ignore_ascii_case("importconfig.xml") || path.eq_ignore_ascii_case("input.xml")
    };
    paths.iter().any(is_list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(paths: &[&str], depth: usize) -> Option<NotImportable> {
        fault(&paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>(), depth)
    }

    #[test]
    fn an_export_has_three_files_at_its_root() {
        let whole = ["solution.xml", "customizations.xml", "[Content_Types].xml", "Workflows/A.json"];
        assert_eq!(of(&whole, 0), None);
        assert_eq!(of(&whole[..2], 0), Some(NotImportable::Lacks(vec!["[Content_Types].xml"])));
        assert_eq!(of(&whole[..2], 1), Some(NotImportable::Lacks(vec!["[Content_Types].xml"])));
        let below = whole.map(|path| format!("Orders/{path}"));
        assert_eq!(fault(&below, 0), Some(NotImportable::Below("Orders/".to_owned())));
    }

    #[test]
    fn other_kinds_of_zips_are_distinguished() {
        let source =
            ["repo-main/src/Other/Solution.xml", "repo-main/src/Workflows/A.json", "repo-main/README.md"];
        assert_eq!(of(&source, 0), Some(NotImportable::Source));
        assert_eq!(of(&["Workflows/A.json"], 0), Some(NotImportable::NoManifest));
        assert_eq!(of(&["a/solution.xml", "b/solution.xml"], 0), Some(NotImportable::Several));
        assert_eq!(of(&["a.zip", "b.zip"], 0), Some(NotImportable::Several));
        let legacy = ["manifest.json", "Microsoft.Flow/flows/1/definition.json"];
        assert_eq!(of(&legacy, 0), Some(NotImportable::Legacy));
        for inside in [["a.zip", "b.zip"], ["a/solution.xml", "b/solution.xml"], legacy] {
            assert_eq!(of(&inside, 1), None, "a zip inside another input is not meant to be imported");
        }
    }

    #[test]
    fn packages_for_other_tools_are_not_judged() {
        assert_eq!(of(&["[Content_Types].xml", "PkgAssets/ImportConfig.xml", "PkgAssets/a.zip"], 0), None);
        assert_eq!(of(&["[Content_Types].xml", "input.xml", "package.zip"], 0), None);
    }
}
