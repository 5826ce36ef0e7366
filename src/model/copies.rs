//! Several copies of a solution: a zip and its source, or two versions. An environment can contain only one, so one copy is
//! checked and the others are listed.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::SolutionIx;
use super::manifest::Manifest;
use crate::load::{Package, PackageKind};
use crate::source::FileName;

/// Which copy of a solution to check. If several copies remain, unpacked sources are preferred, then the newest version,
/// then the unmanaged copy, then the first path.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Prefer {
    /// The unpacked source, which users edit.
    #[default]
    Source,
    /// The zip, which users import.
    Zip,
    /// The newest version.
    Newest,
}

/// A copy of a solution that is not checked.
#[derive(Debug, Clone)]
pub struct SolutionCopy {
    /// Its path.
    pub path: FileName,
    /// Its version.
    pub version: String,
    /// The copy that is checked instead.
    pub kept: SolutionIx,
}

/// For each package, the index of the copy that is checked instead, or its own index. Packages without a unique name have no
/// copies.
pub(super) fn kept<'a>(
    packages: impl Iterator<Item = (&'a Package, Option<&'a Manifest>)>,
    prefer: Prefer,
) -> Vec<usize> {
    let packages: Vec<_> = packages.collect();
    let mut copies: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, (package, manifest)) in packages.iter().enumerate() {
        let name = manifest.map(|manifest| manifest.unique_name.to_lowercase()).unwrap_or_default();
        if package.kind == PackageKind::Solution && !name.is_empty() {
            copies.entry(name).or_default().push(index);
        }
    }
    let mut kept: Vec<usize> = (0..packages.len()).collect();
    for copies in copies.into_values() {
        let rank = |index: &usize| {
            let (package, manifest) = packages[*index];
            let version = Reverse(manifest.map(Manifest::version_number));
            let is_zip = package.path.inside().is_some() || is_zip(package.path.as_str());
            let is_managed = manifest.is_some_and(|manifest| manifest.managed == Some(true));
            let rest = (is_managed, &package.path);
            match prefer {
                Prefer::Source => (Some(is_zip), version, is_zip, rest),
                Prefer::Zip => (Some(!is_zip), version, is_zip, rest),
                Prefer::Newest => (None, version, is_zip, rest),
            }
        };
        let Some(first) = copies.iter().copied().min_by_key(rank) else { continue };
        copies.iter().for_each(|index| kept[*index] = first);
    }
    kept
}

/// Whether the root of a package is a zip.
fn is_zip(path: &str) -> bool {
    path.to_ascii_lowercase().ends_with(".zip")
}
