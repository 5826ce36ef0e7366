//! Inputs that are listed before they are read, so that a run can read them in parts. A folder is listed once; each package,
//! zip and JSON file in it is a unit. Every other input is a unit, too.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::folder::Folder;
use super::input::list;
use super::layout::{Layout, Part};
use super::limits::Limits;
use super::{Container, Input, Loaded, Loader, Replaced};
use crate::source::{FileName, Sources};

/// The units of the inputs of a run.
pub(crate) struct Listing {
    folders: Vec<ListedFolder>,
    units: Vec<Unit>,
    limits: Limits,
}

/// A folder and its parts.
struct ListedFolder {
    input: Input,
    label: FileName,
    folder: Arc<Folder>,
    paths: Vec<String>,
    layout: Layout,
}

/// The smallest part of the inputs that is read by itself.
enum Unit {
    /// An input that is not a folder, or a folder that could not be listed.
    Input(Input),
    /// A part of the folder with this index.
    Part(usize, Part),
    /// What could not be listed of the folder with this index.
    Unlisted(usize),
}

impl Listing {
    /// Lists the inputs. Only files that say what belongs to a solution are read, in folders with the YAML format.
    pub(crate) fn of(inputs: Vec<Input>, limits: Limits) -> Self {
        let mut listing = Listing { folders: Vec::new(), units: Vec::new(), limits };
        for input in inputs {
            match listed(&input, limits) {
                Some(folder) => listing.add(folder),
                None => listing.units.push(Unit::Input(input)),
            }
        }
        listing
    }

    fn add(&mut self, folder: ListedFolder) {
        let index = self.folders.len();
        if !folder.folder.unlisted.is_empty() {
            self.units.push(Unit::Unlisted(index));
        }
        self.units.extend(folder.layout.parts().map(|part| Unit::Part(index, part)));
        self.folders.push(folder);
    }

    /// The number of units. They are numbered from 0, in the order of the inputs.
    pub(crate) fn len(&self) -> usize {
        self.units.len()
    }

    /// Every folder, as the number of its unit for [`Listing::read_whole`] and the numbers of the units in it.
    pub(crate) fn folders(&self) -> impl Iterator<Item = (usize, Vec<usize>)> {
        let mut units = vec![Vec::new(); self.folders.len()];
        for (unit, of) in self.units.iter().enumerate() {
            match of {
                Unit::Input(_) => {}
                Unit::Part(folder, _) | Unit::Unlisted(folder) => units[*folder].push(unit),
            }
        }
        units.into_iter().enumerate()
    }

    /// Adds a unit for all of a folder, and returns its number.
    pub(crate) fn read_whole(&mut self, folder: usize) -> usize {
        self.units.push(Unit::Input(self.folders[folder].input.clone()));
        self.units.len() - 1
    }

    /// The name of a unit: of the file, zip or package.
    pub(crate) fn name(&self, unit: usize) -> FileName {
        match &self.units[unit] {
            Unit::Input(Input::Path(path) | Input::Overlay { folder: path, .. }) => FileName::of_path(path),
            Unit::Input(Input::Bytes { name, .. } | Input::Files { name, .. }) => {
                FileName::new(name.as_str())
            }
            Unit::Unlisted(folder) => self.folders[*folder].label.clone(),
            Unit::Part(folder, part) => {
                let ListedFolder { label, folder, paths, layout, .. } = &self.folders[*folder];
                match part {
                    Part::Package(at) => {
                        Container::Folder(Arc::clone(folder)).package_name(label, &layout.packages[*at])
                    }
                    Part::Loose(at) | Part::Archive(at) | Part::Cabinet(at) => label.in_folder(&paths[*at]),
                }
            }
        }
    }

    /// Reads some units, and adds their texts to `sources`. The limit for a run applies to these units. A folder without a
    /// package is an error only in [`Listing::read_whole`].
    pub(crate) fn load(&self, sources: Sources, units: &[usize]) -> Loaded {
        let replaced = Replaced::new();
        let mut loader = Loader::new(sources, &replaced, self.limits);
        for unit in units {
            let result = match &self.units[*unit] {
                Unit::Input(input) => loader.input(input.clone()),
                Unit::Unlisted(folder) => {
                    let ListedFolder { label, folder, .. } = &self.folders[*folder];
                    loader.unlisted(folder, label);
                    Ok(())
                }
                Unit::Part(folder, part) => {
                    let ListedFolder { label, folder, paths, layout, .. } = &self.folders[*folder];
                    let mut container = Container::Folder(Arc::clone(folder));
                    loader.part(&mut container, label, (paths, layout), *part, 0);
                    let logic_apps = std::mem::take(&mut loader.logic_apps);
                    loader.out.skipped.extend(logic_apps.into_iter().map(|(name, _)| name));
                    Ok(())
                }
            };
            if !loader.goes_on_after(result) {
                break;
            }
        }
        loader.out
    }
}

/// A folder with its parts; `None` if the input is something else, or if reading it will explain why it cannot be listed.
fn listed(input: &Input, limits: Limits) -> Option<ListedFolder> {
    let Input::Path(path) = input else { return None };
    let path: &Path = path;
    if !path.is_dir() {
        return None;
    }
    let (label, folder) = list(path, &FileName::of_path(path), BTreeMap::new(), limits.files);
    let folder = Arc::new(folder.ok()?);
    let paths = folder.paths();
    let mut container = Container::Folder(Arc::clone(&folder));
    let replaced = Replaced::new();
    let layout = Loader::new(Sources::default(), &replaced, limits).layout(&mut container, &label, &paths);
    Some(ListedFolder { input: input.clone(), label, folder, paths, layout })
}
