//! Everything that is known about the folders of the workspace at a time: the solutions in them, with the texts of the
//! editor laid over the files, and the findings.
//!
//! It is computed anew after each change. That takes milliseconds, and so nothing can be out of date.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::documents::Documents;
use crate::analysis::Analysis;
use crate::commands::config::{is_inside, today};
use crate::config::{self, Config, SpannedText};
use crate::finding::Finding;
use crate::fix::{TextEdit, apply};
use crate::load::limits::Limits;
use crate::load::{self, Input, LoadErrorKind};
use crate::model::FlowIx;
use crate::recheck::{Found, harm};
use crate::session::Session;
use crate::source::{FileId, FileName, Text, TextError};

/// Folders that are checked together: those with the same configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// The folders, none of which is in another one.
    pub(super) folders: Vec<String>,
    /// The path of the configuration.
    pub(super) config: Option<String>,
}

/// The state of a group.
pub(super) struct Snapshot {
    pub(super) group: Group,
    /// `None` if the folders contain no solution.
    session: Option<Session>,
    pub(super) findings: Vec<Finding>,
    /// Why the configuration or a settings file cannot be used.
    pub(super) errors: Vec<TextError>,
    /// Why a folder cannot be read, for the log of the editor.
    pub(super) messages: Vec<String>,
    /// Which fixes do no harm: see [`Snapshot::is_harmless`].
    proofs: RefCell<HashMap<Vec<usize>, bool>>,
}

/// Groups the folders of the workspace by the configuration that applies to them.
pub(super) fn groups(folders: &[String], documents: &Documents) -> Vec<Group> {
    let roots: BTreeSet<String> = folders.iter().map(|folder| root_of(folder)).collect();
    let is_nested = |folder: &String| roots.iter().any(|other| other != folder && is_below(folder, other));
    let mut groups: BTreeMap<Option<String>, Vec<String>> = BTreeMap::new();
    for folder in roots.iter().filter(|folder| !is_nested(folder)) {
        groups.entry(config_of(folder, documents)).or_default().push(folder.clone());
    }
    groups.into_iter().map(|(config, folders)| Group { folders, config }).collect()
}

/// Whether a path is in a folder.
pub(super) fn is_below(path: &str, folder: &str) -> bool {
    relative(path, folder).is_some()
}

/// The path of a file in a folder, relative to the folder.
fn relative<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    path.strip_prefix(folder.trim_end_matches('/'))?.strip_prefix('/').filter(|rest| !rest.is_empty())
}

/// The folder itself or, if it is inside an unpacked solution, the folder of the solution.
fn root_of(folder: &str) -> String {
    solution_around(Path::new(folder)).unwrap_or_else(|| folder.to_owned())
}

/// The folder of the unpacked solution that contains a file or folder.
pub(super) fn solution_around(path: &Path) -> Option<String> {
    const MANIFESTS: [&str; 3] = ["solution.xml", "Other/Solution.xml", "Solution.xml"];
    let is_solution = |path: &&Path| MANIFESTS.iter().any(|name| path.join(name).is_file());
    path.ancestors().skip(1).find(is_solution).map(spelled)
}

fn spelled(path: &Path) -> String {
    FileName::of_path(path).into()
}

/// The nearest `flowvet.toml` in or above a folder.
fn config_of(folder: &str, documents: &Documents) -> Option<String> {
    let candidates = Path::new(folder).ancestors().map(|folder| spelled(&folder.join(config::FILE_NAME)));
    candidates.into_iter().find(|path| {
        let on_disk = Path::new(path);
        documents.get(path).is_some() || on_disk.is_file() || on_disk.is_symlink()
    })
}

impl Snapshot {
    /// Reads and checks a group.
    pub(super) fn of(group: Group, documents: &Documents, limits: Limits) -> Self {
        let mut snapshot = Snapshot {
            group,
            session: None,
            findings: Vec::new(),
            errors: Vec::new(),
            messages: Vec::new(),
            proofs: RefCell::default(),
        };
        let config = snapshot.config(documents, limits);
        if let Some(mut session) = snapshot.load(documents, limits) {
            snapshot.settings(&config, &mut session, documents, limits);
            session.configure(config);
            snapshot.findings = session.findings().findings;
            snapshot.session = Some(session);
        }
        snapshot
    }

    /// The analysis; `None` if the folders contain no solution.
    pub(super) fn analysis(&self) -> Option<&Analysis> {
        self.session.as_ref().map(Session::analysis)
    }

    /// What [`Snapshot::is_harmless`] found out before.
    pub(super) fn known_harmless(&self, fixed: &[usize]) -> Option<bool> {
        self.proofs.borrow().get(fixed).copied()
    }

    /// Whether edits that fix findings, given by their indices, close these and cause no other, as `check --fix` requires.
    /// This checks everything again, and remembers the answer.
    pub(super) fn is_harmless(
        &self,
        fixed: &[usize],
        edits: &[(FileId, TextEdit)],
        documents: &Documents,
    ) -> bool {
        let is_harmless = self.after(edits, documents).is_some_and(|after| {
            let harm = self.found().zip(after.found()).map(|(before, after)| harm(before, after, fixed));
            harm == Some(None) && after.errors.len() <= self.errors.len()
        });
        self.proofs.borrow_mut().insert(fixed.to_vec(), is_harmless);
        is_harmless
    }

    fn found(&self) -> Option<Found<'_>> {
        Some(Found { analysis: self.analysis()?, findings: &self.findings })
    }

    /// The group after edits.
    fn after(&self, edits: &[(FileId, TextEdit)], documents: &Documents) -> Option<Snapshot> {
        let sources = &self.analysis()?.sources;
        let mut by_file: BTreeMap<FileId, Vec<TextEdit>> = BTreeMap::new();
        for (file, edit) in edits {
            by_file.entry(*file).or_default().push(edit.clone());
        }
        let changed = by_file.iter().map(|(file, edits)| {
            let text = sources.get(*file);
            (text.name().as_str(), apply(text.text(), edits))
        });
        let documents = documents.with(changed.collect())?;
        Some(Snapshot::of(self.group.clone(), &documents, Limits::default()))
    }

    /// Whether a path belongs to the group.
    pub(super) fn holds(&self, path: &str) -> bool {
        let Group { folders, config } = &self.group;
        config.as_deref() == Some(path)
            || folders.iter().any(|folder| is_below(path, folder))
            || self.file(path).is_some()
    }

    /// The file at a path, if it was read.
    pub(super) fn file(&self, path: &str) -> Option<FileId> {
        self.analysis()?.sources.named(path)
    }

    /// The flow in the file at a path.
    pub(super) fn flow(&self, path: &str) -> Option<FlowIx> {
        self.analysis()?.workspace.flow_in(self.file(path)?)
    }

    /// Reads the folders. A folder without a solution is left out.
    fn load(&mut self, documents: &Documents, limits: Limits) -> Option<Session> {
        let mut folders = self.group.folders.clone();
        while !folders.is_empty() {
            let inputs = folders.iter().map(|folder| overlay(folder, documents));
            let errors = match Session::load(inputs, limits) {
                Ok(session) => return Some(session),
                Err(errors) => errors,
            };
            let count = folders.len();
            folders.retain(|folder| errors.iter().all(|error| error.name.as_str() != folder));
            let serious = errors.iter().filter(|error| !matches!(error.found, LoadErrorKind::NoSolution(_)));
            self.messages.extend(serious.map(|error| error.path_and_reason()));
            if folders.len() == count {
                break;
            }
        }
        None
    }

    /// Reads the configuration. One that is invalid has no effect.
    fn config(&mut self, documents: &Documents, limits: Limits) -> Config {
        let Some(path) = self.group.config.clone() else { return Config::default() };
        if documents.get(&path).is_none() && Path::new(&path).is_symlink() {
            self.messages.push(format!("{path}: this is a symbolic link, which is not read"));
            return Config::default();
        }
        let Some(text) = self.text(&path, documents, limits) else { return Config::default() };
        match Config::from_text(text) {
            Ok(config) => {
                let folder = Path::new(&path).parent().map(Path::to_owned).unwrap_or_default();
                config.with_folder(folder).with_unix_time(today())
            }
            Err(error) => {
                self.errors.push(error);
                Config::default()
            }
        }
    }

    /// Adds the settings files of the configuration.
    fn settings(&mut self, config: &Config, session: &mut Session, documents: &Documents, limits: Limits) {
        for written in &config.settings {
            if !is_inside(&config.folder, &written.text, limits) {
                self.refuse(config, written, "is outside the folder of the configuration, and is not read");
                continue;
            }
            let path = config.folder.join(&written.text);
            // Patterns match files on disk; another path may be a file that is not saved yet.
            let matching = if documents.get(&tidy(&path)).is_some() {
                Ok(vec![path])
            } else {
                load::expand(&path, limits)
            };
            let Ok(paths) = matching else {
                self.refuse(config, written, "is not a file");
                continue;
            };
            for path in paths {
                let Some(text) = self.text(&tidy(&path), documents, limits) else { continue };
                if let Err(error) = session.add_settings_text(text) {
                    self.errors.push(error);
                }
            }
        }
    }

    fn refuse(&mut self, config: &Config, written: &SpannedText, why: &str) {
        let Some(text) = config.text() else { return };
        let message = format!("the settings file `{}` {why}", written.text);
        self.errors.push(TextError::new(text.clone(), written.span, message, None));
    }

    /// A text of the editor, or else of the disk.
    fn text(&mut self, path: &str, documents: &Documents, limits: Limits) -> Option<Text> {
        if let Some(open) = documents.get(path) {
            return Some(open.text.clone());
        }
        match load::read_text(Path::new(path), limits) {
            Ok(text) => Some(Text::new(path, text.text())),
            Err(error) => {
                self.messages.push(error.path_and_reason());
                None
            }
        }
    }
}

/// A folder with the open texts laid over it.
fn overlay(folder: &str, documents: &Documents) -> Input {
    let files = documents.iter().filter_map(|(path, open)| {
        let path = relative(path, folder)?;
        Some((path.to_owned(), open.text.text().as_bytes().to_vec()))
    });
    Input::Overlay { folder: PathBuf::from(folder), files: files.collect() }
}

/// A path as the names of files are spelled, without `.` and `..`.
fn tidy(path: &Path) -> String {
    let spelled = spelled(path);
    let mut parts: Vec<&str> = Vec::new();
    for part in spelled.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_with_one_configuration_are_checked_together() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let make = |path: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(&path, "").expect("a file");
        };
        for path in ["a/src/x", "b/x", "c/flowvet.toml", "d/Other/Solution.xml", "d/Workflows/x"] {
            make(path);
        }
        let root = spelled(folder.path());
        let at = |path: &str| format!("{root}/{path}");
        let folders = ["a", "a/src", "b", "c", "d/Workflows"].map(at);
        let groups = groups(&folders, &Documents::default());
        let expected = [
            Group { folders: vec![at("a"), at("b"), at("d")], config: None },
            Group { folders: vec![at("c")], config: Some(at("c/flowvet.toml")) },
        ];
        assert_eq!(groups, expected);
    }

    #[test]
    fn a_path_is_below_its_folders_only() {
        assert!(is_below("/a/b", "/a") && is_below("/a", "/") && is_below("/a/b", "/a/"));
        assert!(!is_below("/ab", "/a") && !is_below("/a", "/a"));
        assert_eq!(tidy(Path::new("/a/./b/../c")), "/a/c");
    }
}
