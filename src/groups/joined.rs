//! Joins what refers to the same thing, with a disjoint-set forest.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What a package shares with others. Each entry is the hash of the kind of a thing and its name. If hashes are equal by
/// chance, a group is larger than it has to be.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// Joined with every package that has the same entry here.
    same: Vec<u64>,
    /// What it provides.
    provides: Vec<u64>,
    /// Joined with every package that provides it.
    needs: Vec<u64>,
}

/// The kind of a thing that packages share.
#[derive(Debug, Clone, Copy, Hash)]
pub(super) enum Kind {
    Flow,
    ConnectionReference,
    Variable,
    /// A provider of webhooks.
    Provider,
    /// A flow by its name and the digest of its definition.
    Copy,
}

impl Links {
    pub(super) fn same(&mut self, kind: Kind, name: impl Hash) {
        self.same.push(hash(kind, name));
    }

    pub(super) fn provide(&mut self, kind: Kind, name: impl Hash) {
        self.provides.push(hash(kind, name));
    }

    pub(super) fn need(&mut self, kind: Kind, name: impl Hash) {
        self.needs.push(hash(kind, name));
    }

    /// Removes entries that occur several times.
    pub(super) fn shrink(&mut self) {
        for list in [&mut self.same, &mut self.provides, &mut self.needs] {
            list.sort_unstable();
            list.dedup();
            list.shrink_to_fit();
        }
    }
}

fn hash(kind: Kind, name: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    (kind, name).hash(&mut hasher);
    hasher.finish()
}

/// Disjoint sets of the numbers from 0.
#[derive(Debug)]
pub(super) struct Joined {
    /// A member of the same set with a smaller number, or the number itself.
    parents: Vec<usize>,
}

impl Joined {
    /// A set for each number.
    pub(super) fn new(count: usize) -> Self {
        Joined { parents: (0..count).collect() }
    }

    /// Joins the sets of two numbers.
    pub(super) fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first(one), self.first(other));
        self.parents[one.max(other)] = one.min(other);
    }

    /// The smallest number of a set.
    fn first(&mut self, mut number: usize) -> usize {
        while self.parents[number] != number {
            // Halves the path for the next search.
            self.parents[number] = self.parents[self.parents[number]];
            number = self.parents[number];
        }
        number
    }

    /// The sets, sorted by their smallest number, each sorted.
    pub(super) fn sets(mut self) -> Vec<Vec<usize>> {
        let mut sets = vec![Vec::new(); self.parents.len()];
        for number in 0..sets.len() {
            let first = self.first(number);
            sets[first].push(number);
        }
        sets.retain(|set: &Vec<usize>| !set.is_empty());
        sets
    }
}

/// The sets of packages that are linked with each other.
pub(super) fn joined<'a>(all: impl Iterator<Item = &'a Links> + Clone, count: usize) -> Joined {
    let mut joined = Joined::new(count);
    let mut same: HashMap<u64, usize> = HashMap::new();
    let mut needed: HashMap<u64, Option<usize>> = HashMap::new();
    for (index, links) in all.clone().enumerate() {
        for link in &links.same {
            joined.join(*same.entry(*link).or_insert(index), index);
        }
        needed.extend(links.needs.iter().map(|link| (*link, None)));
    }
    for (index, links) in all.clone().enumerate() {
        for link in &links.provides {
            if let Some(provider) = needed.get_mut(link) {
                joined.join(*provider.get_or_insert(index), index);
            }
        }
    }
    for (index, links) in all.enumerate() {
        for link in &links.needs {
            if let Some(provider) = needed.get(link).copied().flatten() {
                joined.join(provider, index);
            }
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sets of packages, each described by words: `=a` is the same, `+a` provides and `-a` needs something.
    fn sets(packages: &[&str]) -> Vec<Vec<usize>> {
        let links = |package: &&str| {
            let mut links = Links::default();
            for word in package.split_whitespace() {
                match word.split_at(1) {
                    ("=", name) => links.same(Kind::Flow, name),
                    ("+", name) => links.provide(Kind::Flow, name),
                    (_, name) => links.need(Kind::Flow, name),
                }
            }
            links
        };
        let all: Vec<Links> = packages.iter().map(links).collect();
        joined(all.iter(), all.len()).sets()
    }

    #[test]
    fn packages_with_the_same_thing_are_joined() {
        assert_eq!(sets(&["=a", "=b", "=a =c", "=d", "=c"]), [vec![0, 2, 4], vec![1], vec![3]]);
    }

    #[test]
    fn needs_are_joined_with_all_that_provide_them() {
        assert_eq!(sets(&["+a", "+a", "+b", "-c", "-c"]), [[0], [1], [2], [3], [4]]);
        assert_eq!(sets(&["-a", "+b", "+a", "+a"]), [vec![0, 2, 3], vec![1]]);
    }

    #[test]
    fn different_kinds_are_different_things() {
        assert_ne!(hash(Kind::Flow, "a"), hash(Kind::Variable, "a"));
    }
}
