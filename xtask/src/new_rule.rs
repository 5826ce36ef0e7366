//! `cargo xtask new-rule`: writes the files of a rule, so that everything compiles and only its test fails.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use crate::{read, write};

const PAGE: &str = include_str!("../templates/page.md");
const FLOW_RULE: &str = include_str!("../templates/flow_rule.rs");
const WORKSPACE_RULE: &str = include_str!("../templates/workspace_rule.rs");
const COMPARISON_RULE: &str = include_str!("../templates/comparison_rule.rs");
const FLOW: &str = include_str!("../templates/flow.json");

/// What the check of a rule looks at.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope {
    /// One flow at a time.
    Flow,
    /// All inputs at once.
    Workspace,
    /// Two versions of a solution.
    Comparison,
}

/// The category of the rules about two versions. All its rules are about two versions, and those of other categories
/// are not.
const COMPARED: &str = "upgrade";

/// Writes the page, the check and the fixtures of `category/id`, and registers the check in its category. Returns the
/// paths of the written files. In the category `upgrade`, the scope is always two versions.
///
/// # Errors
///
/// The name is not a valid rule name, the category does not exist, or the rule already exists.
pub(crate) fn new_rule(root: &Path, rule: &str, scope: Scope) -> Result<Vec<String>, String> {
    let (category, id) = rule.split_once('/').ok_or("the rule has to be written as `category/id`")?;
    if !is_kebab_case(id) {
        return Err(format!("`{id}` has to be lower-case words with hyphens, such as `child-flow-off`"));
    }
    let folder = format!("src/rules/{}", category.replace('-', "_"));
    let registry = format!("{folder}/mod.rs");
    let known = categories(root)?;
    if !known.iter().any(|name| name == category) {
        return Err(format!("there is no category `{category}`, only {}", known.join(", ")));
    }
    let page = format!("rules/{rule}.md");
    if root.join(&page).exists() {
        return Err(format!("{page} exists already"));
    }
    let module = id.replace('-', "_");
    let registered = register(&read(root, &registry)?, &module)
        .ok_or_else(|| format!("{registry} has no list `RULES` whose modules are declared one line each"))?;
    let version = version(&read(root, "Cargo.toml")?);
    let fill = |template: &str| {
        template.replace("{id}", id).replace("{category}", category).replace("{version}", &version)
    };
    let scope = if category == COMPARED { Scope::Comparison } else { scope };
    let (check, sides) = match scope {
        Scope::Flow => (FLOW_RULE, [""].as_slice()),
        Scope::Workspace => (WORKSPACE_RULE, [""].as_slice()),
        Scope::Comparison => (COMPARISON_RULE, ["old/", "new/"].as_slice()),
    };
    let flow = format!("Workflows/Example-{}.json", guid(rule));
    let mut files = vec![(page, fill(PAGE)), (format!("{folder}/{module}.rs"), fill(check))];
    for kind in ["bad", "good"] {
        let fixtures = sides.iter().map(|side| format!("fixtures/{rule}/{kind}/{side}{flow}"));
        files.extend(fixtures.map(|path| (path, FLOW.to_owned())));
    }
    files.push((registry, registered));
    for (path, text) in &files {
        write(&root.join(path), text.as_bytes()).map_err(|error| format!("{path}: {error}"))?;
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}

fn is_kebab_case(id: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    id.starts_with(|first: char| first.is_ascii_lowercase()) && id.split('-').all(is_word)
}

/// The folders of `rules` that have a folder in `src/rules`.
fn categories(root: &Path) -> Result<Vec<String>, String> {
    let folders = fs::read_dir(root.join("rules")).map_err(|error| format!("rules: {error}"))?;
    let names = folders.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let has_code = |name: &String| root.join("src/rules").join(name.replace('-', "_")).is_dir();
    let mut names: Vec<String> = names.filter(has_code).collect();
    names.sort();
    Ok(names)
}

/// The version of the package, which is the first version with the rule.
fn version(manifest: &str) -> String {
    let version = manifest.lines().find_map(|line| line.strip_prefix("version = \""));
    version.and_then(|rest| rest.split('"').next()).unwrap_or("0.0.0").to_owned()
}

/// A GUID in capitals, as in file names. It is always the same for a rule.
fn guid(rule: &str) -> String {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (rule, salt).hash(&mut hasher);
        hasher.finish()
    };
    let digits = format!("{:016X}{:016X}", half(0), half(1));
    // Version 4, variant 1, like those of the platform.
    format!("{}-{}-4{}-8{}-{}", &digits[..8], &digits[8..12], &digits[13..16], &digits[17..20], &digits[20..])
}

/// Adds a module and its `RULE` to the `mod.rs` of a category, in order if the lists are in order.
fn register(text: &str, module: &str) -> Option<String> {
    const LIST: &str = "const RULES: &[Rule] =";
    let after = text.find(LIST)? + LIST.len();
    let start = after + text[after..].find("&[")? + 2;
    let end = start + text[start..].find("];")?;
    let mut rules: Vec<&str> =
        text[start..end].split(',').map(str::trim).filter(|rule| !rule.is_empty()).collect();
    let declaration = format!("mod {};", rules.first()?.strip_suffix("::RULE")?);
    let rule = format!("{module}::RULE");
    insert(&mut rules, &rule);
    let rules: String = rules.iter().map(|rule| format!("    {rule},\n")).collect();

    let lines: Vec<&str> = text[..start].lines().collect();
    let known = lines.iter().position(|line| *line == declaration)?;
    let is_module = |line: &&str| line.starts_with("mod ");
    let first = known - lines[..known].iter().rev().take_while(|line| is_module(line)).count();
    let last = known + lines[known..].iter().take_while(|line| is_module(line)).count();
    let mut modules = lines[first..last].to_vec();
    let declaration = format!("mod {module};");
    insert(&mut modules, &declaration);
    let head = [&lines[..first], &modules, &lines[last..]].concat().join("\n");
    Some(format!("{head}\n{rules}{}", &text[end..]))
}

/// Inserts in order, or at the end if the list is not in order.
fn insert<'a>(list: &mut Vec<&'a str>, new: &'a str) {
    let at = if list.is_sorted() { list.partition_point(|item| *item < new) } else { list.len() };
    list.insert(at, new);
}

#[cfg(test)]
pub(crate) mod tests {
    use std::process::Command;

    use tempfile::TempDir;

    use super::*;

    pub(crate) fn root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository")
    }

    pub(crate) fn copy_of(paths: &[&str]) -> TempDir {
        let copy = TempDir::new().expect("a folder");
        copy_to(copy.path(), paths);
        copy
    }

    /// Copies files and folders of the repository.
    fn copy_to(copy: &Path, paths: &[&str]) {
        for path in paths {
            let mut files = crate::fixture::Files::new();
            if root().join(path).is_dir() {
                crate::read_folder(&root().join(path), "/", &mut files).expect("a folder");
            } else {
                files.push((String::new(), fs::read(root().join(path)).expect("a file")));
            }
            for (file, bytes) in files {
                write(&copy.join(format!("{path}{file}")), &bytes).expect("a file");
            }
        }
    }

    fn run(command: &mut Command) -> (bool, String) {
        let output = command.output().expect("the program is installed");
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (output.status.success(), text.concat())
    }

    #[test]
    fn a_rule_is_registered_in_every_category() {
        let copy = copy_of(&["Cargo.toml", "rustfmt.toml", "rules", "src/rules"]);
        for category in categories(copy.path()).expect("categories") {
            let rule = format!("{category}/made-up-fault");
            let written = new_rule(copy.path(), &rule, Scope::Flow).expect("a rule");
            let registry = written.last().expect("a path");
            let text = fs::read_to_string(copy.path().join(registry)).expect("a text");
            assert_eq!(text.matches("mod made_up_fault;\n").count(), 1, "{text}");
            assert_eq!(text.matches("    made_up_fault::RULE,\n").count(), 1, "{text}");
            // The result is valid Rust, and the modules are in order.
            let (_, report) = run(Command::new("rustfmt")
                .args(["--check", "--edition", "2024", registry])
                .current_dir(&copy));
            assert!(!report.contains("error") && !report.contains("mod made_up"), "{report}");
            let page = fs::read_to_string(copy.path().join(&written[0])).expect("a text");
            assert!(page.contains("id = \"made-up-fault\"") && !page.contains('{'), "{page}");
            let side = if category == COMPARED { "old/" } else { "" };
            assert!(written[2].starts_with(&format!("fixtures/{rule}/bad/{side}Workflows/")), "{written:?}");
            let check = fs::read_to_string(copy.path().join(&written[1])).expect("a text");
            let kind = if category == COMPARED { "Check::Comparison(" } else { "Check::Flow(" };
            assert!(check.contains(kind), "{check}");
            assert_eq!(
                new_rule(copy.path(), &rule, Scope::Flow),
                Err(format!("rules/{rule}.md exists already"))
            );
        }
    }

    #[test]
    fn invalid_and_existing_rules_are_rejected() {
        let copy = copy_of(&["Cargo.toml", "rules", "src/rules"]);
        let error = |rule: &str| new_rule(copy.path(), rule, Scope::Flow).expect_err("refused");
        assert_eq!(error("made-up-fault"), "the rule has to be written as `category/id`");
        assert!(
            error("nothing/made-up-fault").starts_with("there is no category `nothing`, only activation, ")
        );
        for id in ["", "A", "a_b", "-a", "a--b", "1a", "a/b", ".."] {
            assert!(error(&format!("package/{id}")).contains("lower-case words"), "{id}");
        }
    }

    #[test]
    fn unordered_lists_are_appended_to() {
        let text = "mod help;\n\nmod b;\nmod z;\n\npub(super) const RULES: &[Rule] = &[z::RULE, b::RULE];\n\nfn f() {}\n";
        let expected = "mod help;\n\nmod b;\nmod c;\nmod z;\n\npub(super) const RULES: &[Rule] = &[\n    z::RULE,\n    b::RULE,\n    c::RULE,\n];\n\nfn f() {}\n";
        assert_eq!(register(text, "c").as_deref(), Some(expected));
        assert_eq!(register("mod a;\n", "c"), None);
    }

    /// Everything compiles, and the test of the rule fails, because its check finds nothing.
    #[test]
    #[ignore = "compiles flowvet"]
    fn a_new_rule_compiles_and_its_test_fails() {
        let needed = [
            "Cargo.toml",
            "Cargo.lock",
            "README.md",
            "rules",
            "src",
            "fixtures",
            "tests",
            "benches",
            "xtask",
        ];
        // Always the same folder, because cargo caches by path.
        let copy = root().join("target/new-rule");
        if copy.exists() {
            fs::remove_dir_all(&copy).expect("a folder of this test");
        }
        copy_to(&copy, &needed);
        for (rule, scope) in [
            ("definition/made-up-fault", Scope::Flow),
            ("package/made-up-gap", Scope::Workspace),
            ("upgrade/made-up-change", Scope::Comparison),
        ] {
            new_rule(&copy, rule, scope).expect("a rule");
        }
        let (is_ok, report) = run(Command::new(env!("CARGO"))
            .args(["test", "--offline", "--test", "rules", "bad_fixtures_break_their_rule_only"])
            .current_dir(&copy)
            .env("CARGO_TARGET_DIR", copy.join("target"))
            // Uses the compiled dependencies. A different profile separates the copy from the original, which cargo
            // does not distinguish by path.
            .env("CARGO_BUILD_BUILD_DIR", root().join("target"))
            .args(["--config", "profile.dev.package.flowvet.debug=false"]));
        assert!(!is_ok && !report.contains("could not compile"), "{report}");
        let is_found_missing = |id: &str| report.contains(&format!("right: {{\"{id}\"}}"));
        assert!(is_found_missing("made-up-fault") || is_found_missing("made-up-gap"), "{report}");
    }
}
