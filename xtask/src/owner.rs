//! `cargo xtask owner`: names the owner of the repository in every file that has to. `Cargo.toml` is the place that
//! counts: the tool, the site and the packages read it. Other files only repeat it, for people who copy from them.

use std::fs;
use std::path::Path;

use crate::project::Project;
use crate::{read, write};

/// What stands for the owner until there is one.
const NOBODY: &str = "<owner>";

/// The files and folders with texts that name the repository.
pub(crate) const PLACES: [&str; 8] = [
    "README.md",
    "RELEASING.md",
    "docs",
    "action.yml",
    "azure-pipelines",
    "examples",
    "packaging",
    ".pre-commit-hooks.yaml",
];

/// What stands before the name of the repository, in addresses and in the keys of workflows.
const CONTEXTS: [&str; 5] = ["github.com/", "ghcr.io/", "uses: ", "name: ", "--repo "];

const BADGES: (&str, &str) = ("<!-- badges -->\n", "<!-- end of badges -->\n");

/// Names a new owner of the repository on GitHub, whether or not there was one. The site is at GitHub Pages if `homepage` is
/// not given. Returns the paths of the changed files.
///
/// # Errors
///
/// The name is not one that GitHub allows, or a file cannot be read or written.
pub(crate) fn rename(root: &Path, owner: &str, homepage: Option<&str>) -> Result<Vec<String>, String> {
    let is_valid = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if owner.is_empty() || owner.starts_with('-') || !is_valid(owner) {
        return Err(format!("`{owner}` is not the name of a user or an organisation on GitHub"));
    }
    let pages = format!("https://{}.github.io/flowvet", owner.to_lowercase());
    let homepage = homepage.unwrap_or(&pages);
    if !homepage.starts_with("https://") || homepage.contains(['"', '\\']) {
        return Err(format!("`{homepage}` is not an address: it has to begin with `https://`"));
    }
    let repository = format!("https://github.com/{owner}/flowvet");
    let old = Project::read(root)?.owner().unwrap_or(NOBODY).to_owned();
    let mut changed = Vec::new();
    let mut replace = |path: String, text: &str, new: String| {
        if new != text {
            write(&root.join(&path), new.as_bytes()).map_err(|error| format!("{path}: {error}"))?;
            changed.push(path);
        }
        Ok::<(), String>(())
    };
    let manifest = read(root, "Cargo.toml")?;
    replace("Cargo.toml".to_owned(), &manifest, with_addresses(&manifest, &repository, homepage))?;
    for path in texts(root)? {
        let text = read(root, &path)?;
        let new = with_owner(&text, &old, owner);
        let new = if path == "README.md" { with_badges(&new, &repository) } else { new };
        replace(path, &text, new)?;
    }
    Ok(changed)
}

fn with_owner(text: &str, old: &str, new: &str) -> String {
    CONTEXTS.iter().fold(text.to_owned(), |text, context| {
        // Names of container images have no capital letters.
        let name = |owner: &str| if *context == "ghcr.io/" { owner.to_lowercase() } else { owner.to_owned() };
        text.replace(&format!("{context}{}/flowvet", name(old)), &format!("{context}{}/flowvet", name(new)))
    })
}

/// The manifest with these keys after the licence.
fn with_addresses(manifest: &str, repository: &str, homepage: &str) -> String {
    let is_old = |line: &&str| !line.starts_with("repository = ") && !line.starts_with("homepage = ");
    let mut out = String::new();
    for line in manifest.lines().filter(is_old) {
        out.push_str(line);
        out.push('\n');
        if line.starts_with("license = ") {
            out.push_str(&format!("repository = \"{repository}\"\nhomepage = \"{homepage}\"\n"));
        }
    }
    out
}

fn with_badges(readme: &str, repository: &str) -> String {
    let parts =
        readme.split_once(BADGES.0).and_then(|(head, rest)| Some((head, rest.split_once(BADGES.1)?.1)));
    let Some((head, tail)) = parts else { return readme.to_owned() };
    let workflow = format!("{repository}/actions/workflows/ci.yml");
    format!(
        "{head}{}[![The state of the tests]({workflow}/badge.svg)]({workflow})\n{}{tail}",
        BADGES.0, BADGES.1
    )
}

/// The paths of all files in [`PLACES`].
fn texts(root: &Path) -> Result<Vec<String>, String> {
    let mut paths = Vec::new();
    let mut open: Vec<String> = PLACES.iter().map(|place| (*place).to_owned()).collect();
    while let Some(path) = open.pop() {
        let full = root.join(&path);
        if full.is_dir() {
            let entries = fs::read_dir(&full).map_err(|error| format!("{path}: {error}"))?.flatten();
            open.extend(entries.map(|entry| format!("{path}/{}", entry.file_name().to_string_lossy())));
        } else if fs::read(&full).is_ok_and(|bytes| String::from_utf8(bytes).is_ok()) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::new_rule::tests::{copy_of, root};

    fn copy() -> TempDir {
        let there = PLACES.iter().filter(|place| root().join(place).exists());
        copy_of(&[&["Cargo.toml"], &there.copied().collect::<Vec<_>>()[..]].concat())
    }

    /// The owners that the texts name.
    fn named(root: &Path) -> Vec<(String, String)> {
        let mut named = Vec::new();
        for path in texts(root).expect("texts") {
            let text = read(root, &path).expect("a text");
            for (at, _) in text.match_indices("/flowvet") {
                let word = |character: char| !character.is_ascii_alphanumeric() && !"-<>".contains(character);
                let owner = text[..at].rsplit(word).next().unwrap_or_default();
                let before = &text[..at - owner.len()];
                if owner == NOBODY || CONTEXTS.iter().any(|context| before.ends_with(context)) {
                    named.push((path.clone(), owner.to_owned()));
                }
            }
        }
        named
    }

    #[test]
    fn every_text_names_the_owner_in_the_manifest() {
        let project = Project::read(root()).expect("a project");
        let expected = project.owner().unwrap_or(NOBODY);
        let named = named(root());
        assert!(named.len() >= 3, "{named:?}");
        for (path, owner) in named {
            assert!(owner.eq_ignore_ascii_case(expected), "{path}: {owner}: run cargo xtask owner");
        }
    }

    #[test]
    fn an_owner_can_be_named_and_renamed() {
        let copy = copy();
        let count = named(copy.path()).len();
        for owner in ["First-1", "second"] {
            let changed = rename(copy.path(), owner, None).expect("changed");
            assert!(changed.contains(&"docs/ci.md".to_owned()), "{changed:?}");
            let project = Project::read(copy.path()).expect("a project");
            assert_eq!(project.repository, format!("https://github.com/{owner}/flowvet"));
            assert_eq!(project.homepage, format!("https://{}.github.io/flowvet", owner.to_lowercase()));
            let named = named(copy.path());
            let is_new = |(_, name): &(String, String)| name.eq_ignore_ascii_case(owner);
            assert!(named.len() >= count && named.iter().all(is_new), "{named:?}");
            let readme = read(copy.path(), "README.md").expect("a text");
            assert_eq!(
                readme.matches(&format!("{owner}/flowvet/actions/workflows/ci.yml/badge.svg")).count(),
                1
            );
        }
        assert_eq!(rename(copy.path(), "second", None), Ok(Vec::new()));
        rename(copy.path(), "second", Some("https://flowvet.example")).expect("changed");
        assert_eq!(Project::read(copy.path()).expect("a project").homepage, "https://flowvet.example");
    }

    #[test]
    fn invalid_names_are_rejected() {
        for owner in ["", "-a", "a/b", "a b", "<owner>", "a\"b"] {
            assert!(rename(root(), owner, None).is_err(), "{owner}");
        }
        for homepage in ["flowvet.example", "http://flowvet.example", "https://a\"b"] {
            assert!(rename(root(), "me", Some(homepage)).is_err(), "{homepage}");
        }
    }
}
