//! What `Cargo.toml` says about the project: the only place with the names of its owner.

use std::path::Path;

use serde::Deserialize;

/// The head of `Cargo.toml`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Project {
    pub(crate) version: String,
    pub(crate) description: String,
    /// The address of the repository; empty if the project has no public home.
    #[serde(default)]
    pub(crate) repository: String,
    /// The address of the site; empty if it is not published.
    #[serde(default)]
    pub(crate) homepage: String,
}

#[derive(Deserialize)]
struct Manifest {
    package: Project,
}

impl Project {
    /// Reads `Cargo.toml`.
    ///
    /// # Errors
    ///
    /// It cannot be read, or lacks a key.
    pub(crate) fn read(root: &Path) -> Result<Project, String> {
        let text = crate::read(root, "Cargo.toml")?;
        let manifest: Manifest = toml::from_str(&text).map_err(|error| format!("Cargo.toml: {error}"))?;
        let Project { version, description, repository, homepage } = manifest.package;
        let bare = |address: String| address.trim_end_matches('/').to_owned();
        Ok(Project { version, description, repository: bare(repository), homepage: bare(homepage) })
    }

    /// The address of a file in the repository at the tag of this version; `None` without a repository.
    pub(crate) fn source_file(&self, path: &str) -> Option<String> {
        let Project { version, repository, .. } = self;
        (!repository.is_empty()).then(|| format!("{repository}/blob/v{version}/{path}"))
    }

    /// The owner of the repository.
    pub(crate) fn owner(&self) -> Option<&str> {
        self.repository.strip_suffix("/flowvet")?.rsplit('/').next()
    }
}
