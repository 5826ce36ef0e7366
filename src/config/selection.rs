//! The selection of findings on the command line, in addition to the configuration.

use super::Pattern;
use super::glob::{Glob, GlobFault};
use super::suppress::names_rule;
use crate::finding::Finding;
use crate::model::Workspace;
use crate::source::Sources;

/// Which findings are reported. The default selects all.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// Rules and categories. A finding has to match one of them, unless there are none.
    pub(crate) select: Vec<String>,
    /// Rules and categories that are left out.
    pub(crate) ignore: Vec<String>,
    /// Flows. A finding has to match one of them, unless there are none.
    pub(crate) flows: Vec<Pattern>,
    /// Files that are left out.
    pub(crate) exclude: Vec<PathPattern>,
}

impl Selection {
    /// Whether a finding is selected.
    pub(crate) fn shows(&self, workspace: &Workspace, sources: &Sources, finding: &Finding) -> bool {
        let named = |names: &[String]| {
            names.iter().any(|name| *name == finding.category || names_rule(name, finding))
        };
        let in_flow = || {
            let flow = finding.flow.map(|flow| workspace.flow(flow));
            flow.is_some_and(|flow| self.flows.iter().any(|pattern| pattern.fits_flow(flow)))
        };
        let name = || sources.get(finding.place().file).name().as_str();
        (self.select.is_empty() || named(&self.select))
            && !named(&self.ignore)
            && (self.flows.is_empty() || in_flow())
            && !self.exclude.iter().any(|pattern| pattern.fits(name()))
    }
}

/// A glob for paths, as reports print them. It matches files, and folders and archives with everything in them. Without a
/// `/`, it is compared with each part of a path.
#[derive(Debug, Clone)]
pub(crate) struct PathPattern {
    glob: Glob,
    has_folder: bool,
}

impl PathPattern {
    /// A glob in which `*` matches within a name, and `**` matches across folders.
    ///
    /// # Errors
    /// The text is not a glob.
    pub(crate) fn new(glob: &str) -> Result<Self, GlobFault> {
        let glob = glob.trim_start_matches("./").trim_end_matches('/');
        let has_folder = glob.contains(['/', '!']);
        Ok(PathPattern { glob: Glob::new(glob, true)?, has_folder })
    }

    fn fits(&self, path: &str) -> bool {
        let path = path.trim_start_matches("./");
        let ends = path.match_indices(['/', '!']).map(|(at, _)| at).chain([path.len()]);
        let mut start = 0;
        ends.into_iter().any(|end| {
            let candidate = if self.has_folder { &path[..end] } else { &path[start..end] };
            start = end + 1;
            self.glob.is_match(candidate)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_or_archive_is_excluded_with_its_content() {
        let fits = |glob: &str, path: &str| PathPattern::new(glob).expect("a glob").fits(path);
        for (glob, path, expected) in [
            ("*.zip", "kits/a.zip!Workflows/x.json", true),
            ("a.zip", "kits/A.zip!Workflows/x.json", true),
            ("x.json", "a.zip!Workflows/x.json", true),
            ("kits", "kits/a.zip!Workflows/x.json", true),
            ("kits/", "./kits/a.zip", true),
            ("./kits/*", "kits/a.zip!Workflows/x.json", true),
            ("kits/*.json", "kits/a.zip!Workflows/x.json", false),
            ("**/Workflows", "kits/a/Workflows/x.json", true),
            ("a.zip!Workflows/x*", "a.zip!Workflows/x.json", true),
            ("kit", "kits/a.zip", false),
            ("s/a.zip", "kits/a.zip", false),
        ] {
            assert_eq!(fits(glob, path), expected, "{glob} {path}");
        }
        assert!(PathPattern::new("[").is_err());
    }
}
