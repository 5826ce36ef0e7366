//! `flowvet compare --format html`: the page of a comparison.

mod support;

use std::path::Path;

use support::fixture::complete;
use support::html::{all, assert_valid, outline, read, text};
use support::{corpus, flowvet, read_folder, root, write_all};
use tempfile::TempDir;

/// The page. The arguments are relative to the folder.
fn page(folder: &Path, arguments: &[&str]) -> String {
    let mut command = flowvet();
    command
        .current_dir(folder)
        .args(["compare", "--no-config", "--quiet", "--format", "html"])
        .args(arguments);
    let output = command.output().expect("the binary runs");
    assert!(output.status.code() < Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    let page = String::from_utf8(output.stdout).expect("UTF-8");
    assert_valid(&page);
    page
}

/// A folder with completed copies of the versions of a fixture.
fn laid(fixture: &str) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    write_all(
        folder.path(),
        &complete(read_folder(&root().join("fixtures/upgrade").join(fixture).join("bad"))),
    );
    folder
}

#[test]
fn the_page_of_a_small_comparison() {
    let folder = laid("app-flow-connections-changed");
    insta::assert_snapshot!(outline(&read(&page(folder.path(), &["old", "new"]))));
}

#[test]
fn every_fixture_has_a_valid_page() {
    let fixtures = root().join("fixtures/upgrade").read_dir().expect("a folder");
    for fixture in fixtures {
        let fixture = fixture.expect("a folder").file_name().to_string_lossy().into_owned();
        let folder = laid(&fixture);
        let other = folder.path().join("other").is_dir().then_some("other");
        let arguments: Vec<&str> = ["--as", "upgrade", "old", "new"].into_iter().chain(other).collect();
        let page = read(&page(folder.path(), &arguments));
        assert!(!all(&page, "#runbook .task > input").is_empty(), "{fixture}");
        // A finding links to its flow only if the flow is in the list of changes.
        for link in all(&page, "a.flow") {
            let id = link.value().attr("href").expect("a link");
            assert_eq!(all(&page, &format!("article.change[id='{}']", &id[1..])).len(), 1, "{fixture}: {id}");
        }
    }
}

#[test]
fn a_version_does_not_differ_from_itself() {
    let folder = laid("removed-flow-in-use");
    let page = read(&page(folder.path(), &["--as", "update", "old", "old"]));
    assert_eq!(all(&page, ".change").len(), 0);
    assert_eq!(text(all(&page, "#changes")[0]), "ChangesNo differences.");
}

/// The lists in a terminal end after some names, and those of the page do not.
#[test]
fn long_lists_are_complete() {
    let folder = TempDir::new().expect("a folder");
    for (name, steps) in [("old", 0), ("new", 90)] {
        let step =
            |number| format!(r#""Step_{number}": {{"type": "Compose", "inputs": 1, "runAfter": {{}}}}"#);
        let steps: Vec<String> = (0..=steps).map(step).collect();
        let flow = format!(
            r#"{{"triggers": {{"manual": {{"type": "Request", "kind": "Button", "inputs": {{}}}}}}, "actions": {{{}}}}}"#,
            steps.join(",")
        );
        let path = format!("{name}/Workflows/Long-{}.json", support::id(1).to_uppercase());
        write_all(folder.path(), &complete(vec![(path, flow.into_bytes())]));
    }
    let page = read(&page(folder.path(), &["old", "new"]));
    assert_eq!(all(&page, "td.new li").len(), 90);
}

/// Names with markup, in every component that a comparison shows.
#[test]
fn names_are_text() {
    let folder = laid("app-flow-connections-changed");
    let hostile = |(path, bytes): (String, Vec<u8>)| {
        let text = String::from_utf8(bytes).expect("UTF-8");
        let name = "Name=\"&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x202e; ";
        (path, text.replace("Name=\"", name).into_bytes())
    };
    let files: Vec<_> = read_folder(folder.path()).into_iter().map(hostile).collect();
    let renamed = TempDir::new().expect("a folder");
    write_all(renamed.path(), &files);
    let page = page(renamed.path(), &["old", "new"]);
    assert!(page.contains("&lt;script&gt;alert(1)") && !page.contains('\u{202e}'), "{page}");
}

#[test]
fn the_pages_of_public_packages_are_valid() {
    let Some(corpus) = corpus() else { return };
    let [old, new] = ["3", "4"].map(|version| {
        let name = format!("zip/ErrorHandlinginPowerAutomate_1_0_0_{version}.zip");
        corpus.join(name).to_string_lossy().into_owned()
    });
    let page = read(&page(&corpus, &[&old, &new]));
    assert!(!all(&page, ".change").is_empty());
}
