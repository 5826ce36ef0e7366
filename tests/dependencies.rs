//! The library does not depend on crates that only the command line needs.

mod support;

use std::collections::BTreeSet;
use std::process::Command;

/// Crates of the features `cli`, `human` and `server`.
const OF_COMMAND_LINE: [&str; 18] = [
    "anstyle",
    "anstyle-query",
    "clap",
    "clap_complete",
    "clap_mangen",
    "dunce",
    "indicatif",
    "libdeflater",
    "lsp-server",
    "lsp-types",
    "mimalloc",
    "open",
    "percent-encoding",
    "quick-junit",
    "supports-hyperlinks",
    "tempfile",
    "terminal_size",
    "textwrap",
];

/// The names of all crates that a build with these arguments compiles.
fn crates(arguments: &[&str]) -> BTreeSet<String> {
    let tree = [
        "tree",
        "--package",
        "flowvet",
        "--locked",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ];
    let output = Command::new(env!("CARGO"))
        .current_dir(support::root())
        .args(tree)
        .args(arguments)
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().filter_map(|line| line.split(' ').next()).map(ToOwned::to_owned).collect()
}

#[test]
fn the_library_alone_has_no_crate_of_the_command_line() {
    let (default, library) = (crates(&[]), crates(&["--no-default-features"]));
    assert!(library.contains("roxmltree"), "{library:?}");
    for name in OF_COMMAND_LINE {
        assert!(default.contains(name), "`{name}` is not a dependency any more: adapt this list");
        assert!(!library.contains(name), "`{name}` is a dependency of the library");
    }
}
