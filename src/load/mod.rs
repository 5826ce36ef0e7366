//! Loading: converts paths and bytes to named texts, and groups them into packages. Limits, encodings and broken zips are
//! handled here, so later stages need not. Files are not parsed, except single JSON files, to find out what they are.

mod archive;
#[cfg(feature = "cli")]
mod companion;
mod decode;
mod depth;
mod entry_name;
mod error;
mod folder;
mod importable;
mod inflater;
mod input;
mod json_kind;
mod layout;
pub(crate) mod limits;
#[cfg(feature = "cli")]
mod listing;
mod loaded;
mod package;
mod package_layout;
mod package_text;
#[cfg(feature = "cli")]
mod patterns;
mod yaml_layout;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::limit::Limit;
use crate::memory::{ByteString, Bytes};
use crate::source::{FileId, FileName, Place, Sources, StoredText, Text};
use crate::wording::count;
use archive::{Archive, ArchiveError, EntryFault};
use folder::Folder;
use layout::{Layout, Part};
use limits::{Budget, Limits, ReadFault};

#[cfg(feature = "cli")]
pub(crate) use companion::{
    EncodedText, any_text, entry_of, read_any_text, read_text, read_zip, replaced_text,
};
pub use error::{EXPECTED, LoadError, LoadErrorKind};
pub(crate) use importable::NotImportable;
pub use input::Input;
use json_kind::{JsonKind, LOGIC_APP_HELP};
pub(crate) use layout::CONNECTOR;
#[cfg(feature = "cli")]
pub(crate) use listing::Listing;
pub(crate) use loaded::{Fault, FaultKind, Loaded, Package, PackageFile, Replaced};
pub use package_layout::PackageKind;
use package_layout::PackageLayout;
pub(crate) use package_layout::Role;
#[cfg(feature = "cli")]
pub(crate) use patterns::expand;

/// Reads every input, and adds its texts to `sources`. Files in `replaced` have the content there. Inputs that cannot be
/// used are in `errors`; the caller decides whether to use the others.
pub(crate) fn load(sources: Sources, inputs: Vec<Input>, replaced: &Replaced, limits: Limits) -> Loaded {
    let mut loader = Loader::new(sources, replaced, limits);
    for input in inputs {
        let result = loader.input(input);
        if !loader.goes_on_after(result) {
            break;
        }
    }
    loader.out
}

/// A container. Zips and folders are read by the same code.
enum Container {
    Folder(Arc<Folder>),
    Archive(Archive),
}

impl Container {
    fn paths(&self) -> Vec<String> {
        match self {
            Container::Folder(folder) => folder.paths(),
            Container::Archive(archive) => archive.paths(),
        }
    }

    fn read(&mut self, index: usize, budget: &mut Budget) -> Result<Bytes, EntryFault> {
        match self {
            Container::Folder(folder) => Ok(folder.read(index, budget)?.into()),
            Container::Archive(archive) => archive.read(index, budget),
        }
    }

    /// Inflates these files in advance and calls `work` for each, if the container is an archive.
    fn read_ahead<T: Send>(
        &mut self,
        indices: Vec<usize>,
        budget: &Budget,
        work: impl Fn(usize, &Bytes) -> T + Sync,
    ) -> BTreeMap<usize, T> {
        match self {
            Container::Folder(_) => BTreeMap::new(),
            Container::Archive(archive) => archive.read_ahead(indices, budget, work),
        }
    }

    /// The size that a zip declares for a file, which may be wrong; 0 in a folder.
    fn declared(&self, index: usize) -> u64 {
        match self {
            Container::Folder(_) => 0,
            Container::Archive(archive) => archive.declared(index),
        }
    }

    /// The text of a file, to be read again. `None` in a folder, because files on disk can change.
    fn stored(&self, index: usize) -> Option<StoredText> {
        match self {
            Container::Folder(_) => None,
            Container::Archive(archive) => Some(archive.stored(index)),
        }
    }

    /// The name of a file in this container.
    fn name(&self, label: &FileName, path: &str) -> FileName {
        match self {
            Container::Archive(_) => label.in_archive(path),
            Container::Folder(_) => label.in_folder(path),
        }
    }

    /// The name of a package in this container.
    fn package_name(&self, label: &FileName, package: &PackageLayout) -> FileName {
        let root = package.root.trim_end_matches('/');
        if root.is_empty() { label.clone() } else { self.name(label, root) }
    }
}

struct Loader<'a> {
    out: Loaded,
    budget: Budget,
    replaced: &'a Replaced,
    /// The file at which the run exceeded its total size.
    spent: Option<FileName>,
    /// The Logic Apps in the container that is being read, with a description.
    logic_apps: Vec<(FileName, &'static str)>,
}

impl<'a> Loader<'a> {
    fn new(sources: Sources, replaced: &'a Replaced, limits: Limits) -> Self {
        let out = Loaded { sources, ..Loaded::default() };
        Loader { out, budget: Budget::new(limits), replaced, spent: None, logic_apps: Vec::new() }
    }
}

impl Loader<'_> {
    fn input(&mut self, input: Input) -> Result<(), LoadError> {
        let limit = self.budget.limits().total_bytes;
        match input {
            Input::Path(path) => self.path(&path),
            Input::Files { name, files } => self.files(FileName::new(name), files),
            Input::Overlay { folder, files } => self.overlay(&folder, files),
            Input::Bytes { name, bytes } if bytes.len() as u64 > limit => {
                Err(LoadError::limit(&FileName::new(name), "exceeds", Limit::TotalBytes(limit)))
            }
            Input::Bytes { name, bytes } => self.file(&FileName::new(name), bytes.into()),
        }
    }

    /// Keeps the error of an input, and tells whether the run may read more.
    fn goes_on_after(&mut self, result: Result<(), LoadError>) -> bool {
        if let Some(name) = self.spent.take() {
            let limit = Limit::TotalBytes(self.budget.limits().total_bytes);
            self.out.errors.push(LoadError::limit(&name, "exceeds", limit));
            return false;
        }
        self.out.errors.extend(result.err());
        true
    }

    /// A file that was given by its path or read from a pipe.
    fn file(&mut self, label: &FileName, bytes: Bytes) -> Result<(), LoadError> {
        let bytes = self.new_content(label).unwrap_or(bytes);
        if bytes.starts_with(b"PK") {
            return self.archive(label, bytes, 0);
        }
        let limit = self.budget.limits().file_bytes;
        if bytes.len() as u64 > limit {
            return Err(LoadError::limit(label, "exceeds", Limit::FileBytes(limit)));
        }
        let (what, help) = error::describe(label, &bytes);
        let Ok(text) = decode::decode(bytes) else {
            return Err(LoadError::other(label, what, help));
        };
        if !text.trim_start().starts_with('{') {
            return Err(LoadError::other(label, what, help));
        }
        if let Some((limit, _)) = package_text::too_deep(Role::LooseFlow, &text, self.budget.limits()) {
            return Err(LoadError::limit(label, "exceeds", limit));
        }
        if let Err(error) = crate::parse::json::parse(text.clone()) {
            let at = Text::new(label.clone(), text).position(error.offset);
            let found = format!("invalid JSON (line {}, column {}: {})", at.line, at.column, error.message);
            return Err(LoadError::other(label, found, None));
        }
        match JsonKind::of(&text) {
            JsonKind::Flow => self.loose(label.clone(), label.path().to_owned(), text),
            JsonKind::LogicApp(what) => return Err(LoadError::other(label, what, Some(LOGIC_APP_HELP))),
            JsonKind::Other => {
                let found =
                    "JSON that is not a flow (it has no `properties.definition` with triggers and actions)";
                return Err(LoadError::other(label, found, None));
            }
        }
        Ok(())
    }

    fn archive(&mut self, label: &FileName, bytes: Bytes, depth: usize) -> Result<(), LoadError> {
        let size = bytes.len();
        let archive = Archive::open(bytes, self.budget.limits().entries).map_err(|error| match error {
            ArchiveError::Broken(reason) => LoadError::other(
                label,
                format!("a truncated or damaged zip ({size} bytes; {reason})"),
                Some("export or download it again"),
            ),
            ArchiveError::TooMany(entries, limit) => {
                LoadError::limit(label, &format!("has {entries} entries, which exceeds"), limit)
            }
            ArchiveError::Duplicate(name) => {
                let help = "it is unclear which of them an import would read: export the solution again";
                LoadError::other(label, format!("a zip with two entries named `{name}`"), Some(help))
            }
            ArchiveError::Alike(one, other) => {
                let help = "on Windows, both names are the same file: export the solution again";
                LoadError::other(label, format!("a zip with the entries `{one}` and `{other}`"), Some(help))
            }
        })?;
        let what = format!("a zip with {}", count(archive.paths().len(), "file"));
        if archive.is_encrypted() {
            let help = "pass the zip without a password, as Power Apps exported it";
            return Err(LoadError::other(label, "an encrypted zip", Some(help)));
        }
        let not_importable = importable::fault(&archive.paths(), depth);
        self.container_with_packages(Container::Archive(archive), label, depth, &what)?;
        if let Some(why) = not_importable {
            let file = self.out.sources.add(Text::new(label, ""));
            self.out.not_importable.push((file, why));
        }
        Ok(())
    }

    /// Reads a container that has to contain at least one package.
    fn container_with_packages(
        &mut self,
        container: Container,
        label: &FileName,
        depth: usize,
        what: &str,
    ) -> Result<(), LoadError> {
        let (packages, faults) = (self.out.packages.len(), self.out.faults.len());
        let before = self.logic_apps.len();
        let layout = self.container(container, label, depth);
        let logic_apps = self.logic_apps.split_off(before);
        if self.out.packages.len() > packages {
            self.out.skipped.extend(logic_apps.into_iter().map(|(name, _)| name));
            return Ok(());
        }
        if depth > 0 && self.out.faults.len() > faults {
            return Ok(());
        }
        // There is nothing to check, so the unreadable part becomes the error instead of a finding.
        let unread = self.out.faults.drain(faults..).next();
        Err(match unread {
            Some(fault) => {
                let name = self.out.sources.get(fault.place.file).name();
                let found = format!("{what}, but no readable solution (`{name}` {})", fault.message);
                LoadError::other(label, found, fault.help.as_deref())
            }
            None => nothing_in(label, what, &layout, logic_apps.first()),
        })
    }

    fn container(&mut self, mut container: Container, label: &FileName, depth: usize) -> Layout {
        let paths = container.paths();
        let layout = self.layout(&mut container, label, &paths);
        for part in layout.parts() {
            self.part(&mut container, label, (&paths, &layout), part, depth);
        }
        layout
    }

    /// The packages and other parts of a container.
    fn layout(&mut self, container: &mut Container, label: &FileName, paths: &[String]) -> Layout {
        let mut layout = layout::detect(paths);
        for root in std::mem::take(&mut layout.yaml) {
            let mut lists = BTreeMap::new();
            for (solution, index) in root.lists() {
                let name = container.name(label, &paths[index]);
                let text =
                    self.read(container, &name, index).ok().and_then(|bytes| decode::decode(bytes).ok());
                lists.insert(solution.to_owned(), yaml_layout::listed(&text.unwrap_or_default()));
            }
            layout.packages.extend(root.packages(&lists));
        }
        layout
    }

    /// Reads a part of a container.
    fn part(
        &mut self,
        container: &mut Container,
        label: &FileName,
        (paths, layout): (&[String], &Layout),
        part: Part,
        depth: usize,
    ) {
        match part {
            Part::Package(at) => self.package(container, label, paths, &layout.packages[at]),
            Part::Loose(index) => self.loose_candidate(container, label, &paths[index], index),
            Part::Archive(index) => {
                let name = container.name(label, &paths[index]);
                self.nested(container, &name, index, depth + 1);
            }
            Part::Cabinet(index) => self.out.skipped.push(container.name(label, &paths[index])),
        }
    }

    /// Reads a file of a container, and remembers the first file that exceeds the total size of the run.
    fn read(
        &mut self,
        container: &mut Container,
        name: &FileName,
        index: usize,
    ) -> Result<Bytes, EntryFault> {
        let result = container.read(index, &mut self.budget);
        if result.is_err() && self.budget.is_spent() {
            self.spent.get_or_insert_with(|| name.clone());
        }
        result.map(|bytes| self.new_content(name).unwrap_or(bytes))
    }

    /// The content that replaces that of a file.
    fn new_content(&self, name: &FileName) -> Option<Bytes> {
        self.replaced.get(name).cloned().map(Bytes::from)
    }

    /// A JSON file in a folder or zip, outside every solution. Its content decides whether it is a flow.
    fn loose_candidate(&mut self, container: &mut Container, label: &FileName, path: &str, index: usize) {
        let name = container.name(label, path);
        let bytes = match self.read(container, &name, index) {
            Ok(bytes) => bytes,
            Err(EntryFault::Read(ReadFault::Limit(limit))) => {
                return self.container_fault(&name, format!("exceeds the limit of {limit}"), None);
            }
            Err(_) => return,
        };
        let Ok(text) = decode::decode(bytes) else { return };
        if package_text::too_deep(Role::LooseFlow, &text, self.budget.limits()).is_some() {
            return;
        }
        match JsonKind::of(&text) {
            JsonKind::Flow => self.loose(name, path.to_owned(), text),
            JsonKind::LogicApp(what) => self.logic_apps.push((name, what)),
            JsonKind::Other => {}
        }
    }

    fn loose(&mut self, name: FileName, path: String, text: ByteString) {
        let file = self.out.sources.add(Text::new(name.clone(), text));
        let files = vec![PackageFile { role: Role::LooseFlow, file, path, readable: true }];
        let (kind, has_agents, custom_apis) = (PackageKind::Loose, false, Vec::new());
        self.out.packages.push(Package { path: name, kind, files, has_agents, custom_apis });
    }

    /// A zip inside a folder or zip. If it cannot be read, this is a fault of the container, not an error of the run.
    fn nested(&mut self, container: &mut Container, name: &FileName, index: usize, depth: usize) {
        let limit = self.budget.limits().nesting;
        if depth > limit {
            let message = format!("exceeds the limit of {}", Limit::Nesting(limit));
            self.container_fault(name, message, None);
            return;
        }
        let bytes = match self.read(container, name, index) {
            Ok(bytes) => bytes,
            Err(reason) => {
                self.container_fault(name, format!("could not be read: {reason}"), None);
                return;
            }
        };
        if !bytes.starts_with(b"PK") {
            let (what, help) = error::describe(name, &bytes);
            self.container_fault(name, format!("is {what}"), help.map(ToOwned::to_owned));
            return;
        }
        match self.archive(name, bytes, depth) {
            Ok(()) => {}
            // A zip without a solution inside a package or repository is normal: test data, web resources.
            Err(LoadError { found: LoadErrorKind::NoSolution(_), .. }) => self.out.skipped.push(name.clone()),
            Err(error) => {
                let what = match error.found {
                    LoadErrorKind::Other(what) => format!("is {what}"),
                    other => other.to_string(),
                };
                self.container_fault(name, what, error.help);
            }
        }
    }

    fn container_fault(&mut self, name: &FileName, message: String, help: Option<String>) {
        let file = self.out.sources.add(Text::new(name, ""));
        let place = Place::file(file);
        self.out.faults.push(Fault { place, message, help, hides_flows: true, kind: FaultKind::Container });
    }

    fn file_fault(
        &mut self,
        name: &FileName,
        text: impl Into<ByteString>,
        offset: usize,
        message: String,
    ) -> FileId {
        let file = self.out.sources.add(Text::new(name, text));
        let place = Place::span(file, self.out.sources.get(file).character(offset));
        self.out.faults.push(Fault { place, message, help: None, hides_flows: false, kind: FaultKind::File });
        file
    }
}

/// The help for a part of a source tree in the YAML format.
const YAML_HELP: &str =
    "pass the folder that contains `solutions`, `publishers` and the folders of the components";

fn nothing_in(
    label: &FileName,
    what: &str,
    layout: &Layout,
    logic_app: Option<&(FileName, &str)>,
) -> LoadError {
    if !layout.cabinets.is_empty() {
        let found = format!("{what}, but its solutions are in .cab archives");
        return LoadError::other(label, found, Some("unpack the .cab archives first"));
    }
    let (found, help) = match logic_app {
        Some((name, kind)) => (format!("{what} ({kind}: `{name}`)"), Some(LOGIC_APP_HELP.to_owned())),
        None => (what.to_owned(), layout.has_part_of_yaml.then(|| YAML_HELP.to_owned())),
    };
    LoadError { name: label.clone(), found: LoadErrorKind::NoSolution(found), help }
}
