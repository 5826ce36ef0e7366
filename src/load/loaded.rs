//! What loading results in: texts, packages, and what could not be read.

use std::collections::BTreeMap;

use super::error::{LoadError, LoadErrorKind};
use super::importable::NotImportable;
use super::package_layout::{PackageKind, Role};
use crate::source::{FileId, FileName, Place, Sources, Text};

/// The files of one solution, legacy package or loose flow.
#[derive(Debug)]
pub(crate) struct Package {
    /// Where it was found: `solution.zip`, `folder/sub`, `outer.zip!PkgAssets/inner.zip`.
    pub(crate) path: FileName,
    pub(crate) kind: PackageKind,
    pub(crate) files: Vec<PackageFile>,
    /// Whether it contains agents in addition to flows.
    pub(crate) has_agents: bool,
    /// The names of the custom APIs in it, in lower case.
    pub(crate) custom_apis: Vec<String>,
}

/// A file of a package.
#[derive(Debug)]
pub(crate) struct PackageFile {
    pub(crate) role: Role,
    pub(crate) file: FileId,
    /// The path inside the container, with `/`.
    pub(crate) path: String,
    /// Whether there is a text to parse. If not, the reason is in `Loaded::faults`.
    pub(crate) readable: bool,
}

/// A part of an input that could not be read. Other parts could.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) place: Place,
    /// What is wrong: a predicate, to be printed after "`name` ".
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    /// Whether flows may be missing because of it, so that no rule can state that a flow is in no input.
    pub(crate) hides_flows: bool,
    /// Whether it is a file of a solution, a zip or folder that may contain solutions, or an input.
    pub(crate) kind: FaultKind,
}

/// The kinds of unreadable parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// A file that belongs to a solution.
    File,
    /// A zip or folder inside the input.
    Container,
    /// A whole input.
    Input,
}

/// Everything that was read.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) sources: Sources,
    pub(crate) packages: Vec<Package>,
    pub(crate) faults: Vec<Fault>,
    /// The zips that cannot be imported.
    pub(crate) not_importable: Vec<(FileId, NotImportable)>,
    /// Files that were skipped because they contain no solution.
    pub(crate) skipped: Vec<FileName>,
    pub(crate) errors: Vec<LoadError>,
}

/// New contents of files of the inputs, by name. Unlike [`Input::Overlay`], they can be in zips.
pub(crate) type Replaced = BTreeMap<FileName, Vec<u8>>;

impl Loaded {
    /// Turns inputs that cannot be used into faults, so that the run goes on with the others. Paths that do not exist stay errors: they are mistakes in the command.
    pub(crate) fn keep_going(&mut self) {
        for error in std::mem::take(&mut self.errors) {
            let message = match &error.found {
                LoadErrorKind::Nothing | LoadErrorKind::NoMatch(_) => {
                    self.errors.push(error);
                    continue;
                }
                LoadErrorKind::NoSolution(what) => format!("is {what} without a solution"),
                LoadErrorKind::Other(what) => format!("is {what}"),
                other @ (LoadErrorKind::Unreadable(_) | LoadErrorKind::Limit(_)) => other.to_string(),
            };
            let place = Place::file(self.sources.add(Text::new(error.name, "")));
            let kind = FaultKind::Input;
            self.faults.push(Fault { place, message, help: error.help, hides_flows: true, kind });
        }
    }
}
