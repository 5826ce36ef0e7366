//! Groups of packages that have to do with each other. Rules report the same about a group as about all packages of a run,
//! so a run over thousands of packages needs the memory for the largest group only.
//!
//! All inputs are read twice. The first time, each package is read by itself, and only its [`Facts`] are kept: what it
//! defines and what it refers to. Packages that refer to each other become a group, and everything else that a rule has to
//! know about other packages is in [`RunFacts`]. The second time, the packages of a group are read and checked together.

mod facts;
mod joined;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::analysis::Analysis;
use crate::limit::Limit;
use crate::load::limits::Limits;
use crate::load::{Input, Listing, LoadError};
use crate::model::{PackageNames, Prefer, RunFacts};
use crate::source::{FileName, Sources};
use crate::wording::count;
use facts::Facts;
use joined::{Joined, joined};

/// How a run reads its inputs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    pub(crate) limits: Limits,
    pub(crate) prefer: Prefer,
    /// Whether the run goes on if an input cannot be used.
    pub(crate) keeps_going: bool,
    /// Whether to keep the names of all flows, for [`Groups::names`].
    pub(crate) keeps_names: bool,
}

/// The packages of a run in groups.
pub(crate) struct Groups {
    listing: Listing,
    /// Sorted by the first path.
    groups: Vec<Group>,
    run: Arc<RunFacts>,
    names: Vec<PackageNames>,
    reading: Reading,
}

/// Packages that refer to each other.
#[derive(Debug)]
pub(crate) struct Group {
    /// Their units in the listing.
    units: Vec<usize>,
    /// The length of their texts, in bytes.
    size: usize,
}

/// The length of the texts that are checked at the same time, in bytes. One group can be larger.
const WINDOW: usize = 64 << 20;

/// The most groups that are checked at the same time. Each needs some memory, even if it has hardly any text.
const MOST_GROUPS: usize = 1024;

impl Groups {
    /// Reads all inputs, and joins their packages to groups. Returns the inputs if there is only one unit to read: groups
    /// would have no effect.
    ///
    /// # Errors
    /// Every input that cannot be used; if the run keeps going, only inputs that do not exist.
    pub(crate) fn of(inputs: &[Input], reading: Reading) -> Result<Option<Self>, Vec<LoadError>> {
        let mut listing = Listing::of(inputs.to_vec(), reading.limits);
        if listing.len() < 2 {
            return Ok(None);
        }
        let read = |units: Vec<usize>| Facts::of(&listing, units, reading);
        let units = (0..listing.len()).map(|unit| vec![unit]).collect();
        let mut all = crate::parallel::map(units, read);
        read_empty_folders(&mut listing, &mut all, reading);
        fail_on_errors(&mut all)?;
        let mut all = with_copies(&listing, all, reading);
        fail_on_errors(&mut all)?;
        all.sort_by(|a, b| a.path.cmp(&b.path));
        let groups = groups(&all, reading.limits)?;
        let (mut run, mut names) = (RunFacts::default(), Vec::new());
        for facts in all {
            run.join(facts.run);
            names.extend(facts.names);
        }
        names.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Some(Groups { listing, groups, run: Arc::new(run), names, reading }))
    }

    /// The number of groups.
    pub(crate) fn len(&self) -> usize {
        self.groups.len()
    }

    /// The groups, in slices that are checked at the same time.
    pub(crate) fn windows(&self) -> impl Iterator<Item = &[Group]> {
        let mut rest = self.groups.as_slice();
        std::iter::from_fn(move || {
            let mut size = 0_usize;
            let fits = |group: &&Group| {
                size = size.saturating_add(group.size);
                size <= WINDOW
            };
            let fitting = rest.iter().take(MOST_GROUPS).take_while(fits).count();
            let (window, others) = rest.split_at(fitting.max(1).min(rest.len()));
            rest = others;
            (!window.is_empty()).then_some(window)
        })
    }

    /// Reads a group again. Its texts follow those of `sources`.
    ///
    /// # Errors
    /// Every input that cannot be used, because it has changed since.
    pub(crate) fn open(&self, group: &Group, sources: Sources) -> Result<Analysis, Vec<LoadError>> {
        let mut loaded = self.listing.load(sources, &group.units);
        if self.reading.keeps_going {
            loaded.keep_going();
        }
        Analysis::of_part(loaded, self.reading.prefer, &self.run)
    }

    /// An analysis with the names of all flows and solutions, if the run keeps them.
    pub(crate) fn names(&mut self, sources: Sources) -> Analysis {
        Analysis::of_names(sources, std::mem::take(&mut self.names), &self.run)
    }
}

fn fail_on_errors(all: &mut [Facts]) -> Result<(), Vec<LoadError>> {
    let errors: Vec<LoadError> = all.iter_mut().flat_map(|facts| facts.errors.drain(..)).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Reads folders without any package as a whole, for the message that says so.
fn read_empty_folders(listing: &mut Listing, all: &mut Vec<Facts>, reading: Reading) {
    let has_packages: BTreeSet<usize> =
        all.iter().filter(|facts| facts.has_packages).flat_map(|facts| facts.units.clone()).collect();
    let folders: Vec<(usize, Vec<usize>)> = listing.folders().collect();
    for (folder, units) in folders {
        if units.iter().any(|unit| has_packages.contains(unit)) {
            continue;
        }
        let whole = listing.read_whole(folder);
        let units: BTreeSet<usize> = units.into_iter().collect();
        all.retain(|facts| !facts.units.iter().any(|unit| units.contains(unit)));
        all.push(Facts::of(listing, vec![whole], reading));
    }
}

/// Reads copies of a solution together, because only one of them counts.
fn with_copies(listing: &Listing, all: Vec<Facts>, reading: Reading) -> Vec<Facts> {
    let mut joined = Joined::new(all.len());
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (index, facts) in all.iter().enumerate() {
        for name in &facts.solutions {
            joined.join(*first.entry(name.as_str()).or_insert(index), index);
        }
    }
    let sets = joined.sets();
    let mut all: Vec<Option<Facts>> = all.into_iter().map(Some).collect();
    let mut take = |set: &[usize]| -> Vec<Facts> { set.iter().filter_map(|at| all[*at].take()).collect() };
    let sets: Vec<Vec<Facts>> = sets.iter().map(|set| take(set)).collect();
    let read = |set: Vec<Facts>| match set.len() {
        1 => set.into_iter().next(),
        _ => {
            let units = set.iter().flat_map(|facts| facts.units.clone()).collect();
            Some(Facts::of(listing, units, reading))
        }
    };
    crate::parallel::map(sets, read).into_iter().flatten().collect()
}

/// Joins packages that refer to each other.
///
/// # Errors
/// Groups that exceed the limit for a run.
fn groups(all: &[Facts], limits: Limits) -> Result<Vec<Group>, Vec<LoadError>> {
    let mut sets = joined(all.iter().map(|facts| &facts.links), all.len());
    join_enclosed(all, &mut sets);
    let (mut groups, mut errors) = (Vec::new(), Vec::new());
    for set in sets.sets() {
        let size: usize = set.iter().map(|at| all[*at].size).sum();
        if size as u64 > limits.total_bytes {
            let what = format!("and {} that belong to it exceed", count(set.len() - 1, "package"));
            errors.push(LoadError::limit(&all[set[0]].path, &what, Limit::TotalBytes(limits.total_bytes)));
        }
        groups.push(Group { units: set.iter().flat_map(|at| all[*at].units.clone()).collect(), size });
    }
    if errors.is_empty() { Ok(groups) } else { Err(errors) }
}

/// Joins a solution in a folder with everything else below the folder.
fn join_enclosed(all: &[Facts], sets: &mut Joined) {
    let roots: HashMap<&str, usize> = all
        .iter()
        .enumerate()
        .flat_map(|(at, facts)| {
            facts.packages.iter().map(move |path| (path.as_str().trim_end_matches('/'), at))
        })
        .collect();
    for (at, facts) in all.iter().enumerate() {
        for path in facts.packages.iter().chain([&facts.path]) {
            for outer in enclosing(path) {
                if let Some(root) = roots.get(outer) {
                    sets.join(*root, at);
                }
            }
        }
    }
}

/// The folders and archives around a file, and the current folder.
fn enclosing(path: &FileName) -> impl Iterator<Item = &str> {
    let text = path.as_str();
    let ends = text.match_indices(['/', '!']).map(|(end, _)| &text[..end]);
    ends.chain(["."])
}
