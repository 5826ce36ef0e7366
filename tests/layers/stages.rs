//! Checks the code against the tables of `docs/architecture.md`: which module may use which, and which files may use
//! the file system and the environment.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::modules::{Modules, Name};
use super::support;

static MODULES: LazyLock<Modules> = LazyLock::new(Modules::read);

/// The cells of a table's rows, without its head. `first` is the head of the first column.
fn table(first: &str) -> Vec<Vec<String>> {
    let page = std::fs::read_to_string(support::root().join("docs/architecture.md")).expect("the page");
    let head = format!("| {first} |");
    let rows = page.lines().skip_while(|line| !line.starts_with(&head)).skip(2);
    let rows: Vec<Vec<String>> = rows
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect();
    assert!(!rows.is_empty(), "docs/architecture.md has no table `{first}`");
    rows
}

/// The texts in backticks.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(ToOwned::to_owned).collect()
}

#[test]
fn modules_use_only_modules_before_them() {
    let order: Vec<String> =
        table("band").iter().flat_map(|row| quoted(row.last().expect("cells"))).collect();
    let modules = &*MODULES;
    let listed: BTreeSet<String> = order.iter().cloned().collect();
    assert_eq!(&listed, modules.top_level(), "the modules in docs/architecture.md and in lib.rs differ");
    assert_eq!(listed.len(), order.len(), "the table lists a module twice");
    let place = |name: &Name| order.iter().position(|module| *module == name[0]);
    let uses = modules.uses();
    let wrong: Vec<String> = uses
        .iter()
        .filter(|(user, used)| !used.is_empty() && place(used) > place(user))
        .map(|(user, used)| format!("{} uses {}", user.join("::"), used.join("::")))
        .collect();
    assert!(wrong.is_empty(), "uses against the order in docs/architecture.md:\n{}", wrong.join("\n"));
    assert!(uses.len() > 300, "found only {} uses: does the test still read all code?", uses.len());
}

/// A folder's `mod.rs` and its files may use each other; the files among themselves must not form a cycle. A subfolder
/// counts as one file.
#[test]
fn files_of_a_folder_form_no_cycle() {
    let modules = &*MODULES;
    let mut folders: BTreeMap<&[String], BTreeSet<(&str, &str)>> = BTreeMap::new();
    for (user, used) in modules.uses() {
        let shared = user.iter().zip(used).take_while(|(a, b)| a == b).count();
        if let (Some(a), Some(b)) = (user.get(shared), used.get(shared)) {
            folders.entry(&user[..shared]).or_default().insert((a, b));
        }
    }
    let cycles: Vec<String> = folders
        .into_iter()
        .flat_map(|(folder, uses)| {
            cycles(&uses).into_iter().map(|cycle| format!("{}: {cycle}", folder.join("::")))
        })
        .collect();
    assert!(cycles.is_empty(), "{}", cycles.join("\n"));
}

fn cycles(uses: &BTreeSet<(&str, &str)>) -> Vec<String> {
    let mut graph: DiGraph<&str, ()> = DiGraph::new();
    let mut nodes: BTreeMap<&str, NodeIndex> = BTreeMap::new();
    for (user, used) in uses {
        let [user, used] =
            [user, used].map(|name| *nodes.entry(name).or_insert_with(|| graph.add_node(name)));
        graph.add_edge(user, used, ());
    }
    let cycles = tarjan_scc(&graph).into_iter().filter(|cycle| cycle.len() > 1);
    cycles.map(|cycle| cycle.into_iter().map(|node| graph[node]).collect::<Vec<_>>().join(" <-> ")).collect()
}

#[test]
fn the_library_documents_the_same_bands() {
    let bands: Vec<String> = table("band").iter().map(|row| row[0].clone()).collect();
    let library = std::fs::read_to_string(support::root().join("src/lib.rs")).expect("lib.rs");
    let line = bands.join(" <- ");
    assert!(library.contains(&line), "lib.rs does not contain `{line}`");
}

#[test]
fn few_files_reach_the_outside_world() {
    let modules = &*MODULES;
    for row in table("crate or module") {
        let [what, files] = [&row[0], &row[1]].map(|cell| quoted(cell));
        let what: Vec<&str> = what[0].split("::").collect();
        let allowed: BTreeSet<String> = files.into_iter().collect();
        let found: BTreeSet<String> = modules.users_of(&what).map(|name| name.join("::")).collect();
        assert_eq!(found, allowed, "users of `{}`", what.join("::"));
    }
}
