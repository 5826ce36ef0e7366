//! The YAML source control format: read like the other formats, from folders and zips, and safe on hostile input.

mod support;

use support::{Files, TestFlow, flowvet, id, transcript, write_all, zip_of};
use tempfile::TempDir;

const MANIFEST: &str = "ImportExportXml:
  '@SolutionPackageVersion': 9.2
  SolutionManifest:
    UniqueName: NAME
    Version: 1.0.0.1
    Managed: 0
";

/// One solution of a root, with flows.
struct Solution<'a> {
    name: &'a str,
    flows: &'a [TestFlow],
}

/// The files of solutions that share a root.
fn tree(solutions: &[Solution<'_>]) -> Files {
    let mut files = Files::new();
    for Solution { name, flows } in solutions {
        let mut add = |path: String, text: String| files.push((path, text.into_bytes()));
        let folder = format!("solutions/{name}");
        add(format!("{folder}/solution.yml"), MANIFEST.replace("NAME", name));
        let roots =
            flows.iter().map(|flow| format!("  - '@type': 29\n    '@id': '{{{}}}'\n", id(flow.number)));
        add(
            format!("{folder}/rootcomponents.yml"),
            format!("RootComponents:\n  RootComponent:\n{}", roots.collect::<String>()),
        );
        let paths = flows.iter().map(|flow| format!("  - '@path': /modernflows/{}\n", id(flow.number)));
        add(
            format!("{folder}/solutioncomponents.yml"),
            format!("SolutionComponents:\n  Component:\n{}", paths.collect::<String>()),
        );
        for flow in *flows {
            let id = id(flow.number);
            let file = format!("modernflows/{id}/Flow{}-{}.json", flow.number, id.to_uppercase());
            let (state, status) = if flow.is_on { (1, 2) } else { (0, 1) };
            add(
                format!("modernflows/{id}/workflow.yml"),
                format!(
                    "Workflow:\n  '@WorkflowId': '{{{id}}}'\n  '@Name': Flow {}\n  '@Description': >-\n    Two\n    lines\n  \
                     JsonFileName: /{file}\n  Category: 5\n  StateCode: {state}\n  StatusCode: {status}\n",
                    flow.number
                ),
            );
            add(file, flow.json());
        }
    }
    files
}

fn desk() -> Files {
    let flows = [TestFlow::new(1, [2]), TestFlow { is_on: false, ..TestFlow::new(2, []) }];
    tree(&[Solution { name: "Desk", flows: &flows }])
}

fn run(files: &Files, arguments: &[&str]) -> String {
    let folder = TempDir::new().expect("a folder");
    write_all(folder.path(), files);
    transcript(flowvet().current_dir(folder.path()).args(arguments))
}

#[test]
fn a_tree_is_a_solution() {
    insta::assert_snapshot!("tree", run(&desk(), &["check", ".", "--no-config"]));
    insta::assert_snapshot!("order", run(&desk(), &["order", "."]));
}

#[test]
fn a_part_of_a_tree_leads_to_its_root() {
    for part in ["solutions", "solutions/Desk", "solutions/Desk/solution.yml"] {
        let report = run(&desk(), &["check", part, "--no-config"]);
        assert!(report.contains("pass the folder that contains `solutions`"), "{part}: {report}");
    }
}

#[test]
fn components_go_to_the_solution_that_lists_them() {
    let (one, two) = ([TestFlow::new(1, [2])], [TestFlow::new(2, [])]);
    let files = tree(&[Solution { name: "A", flows: &one }, Solution { name: "B", flows: &two }]);
    insta::assert_snapshot!("two", run(&files, &["order", ".", "--solutions"]));
}

#[test]
fn records_and_lists_are_checked_against_each_other() {
    let without = |ending: &str| {
        let files = desk().into_iter().filter(|(path, _)| !(path.contains(&id(2)) && path.ends_with(ending)));
        run(&files.collect(), &["check", ".", "--no-config"])
    };
    insta::assert_snapshot!("without_record", without("workflow.yml"));
    insta::assert_snapshot!("without_file", without(".json"));
    let mut files = desk();
    for (path, text) in &mut files {
        if path.ends_with("rootcomponents.yml") {
            *text = b"RootComponents: {}\n".to_vec();
        }
    }
    insta::assert_snapshot!("without_roots", run(&files, &["check", ".", "--no-config"]));
}

#[test]
fn a_zip_of_a_tree_is_read_and_is_not_one_to_import() {
    let files = desk();
    let zip = zip_of(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    let report = run(&vec![("desk.zip".to_owned(), zip)], &["check", "desk.zip", "--no-config"]);
    assert!(
        report.contains("child-flow-off") && report.contains("contains the source of a solution"),
        "{report}"
    );
}

#[test]
fn hostile_texts_are_findings() {
    let deep = "- ".repeat(50_000);
    let laughs = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n".to_owned();
    let texts = [
        ("alias", laughs),
        ("deep", deep),
        ("broken", "Workflow: [1".to_owned()),
        ("tab", "a:\n\t- b".to_owned()),
    ];
    let mut reports = String::new();
    for (name, text) in texts {
        let mut files = desk();
        for (path, bytes) in &mut files {
            if path.ends_with("workflow.yml") && path.contains(&id(1)) {
                *bytes = text.clone().into_bytes();
            }
        }
        let report = run(&files, &["check", ".", "--no-config"]);
        let head: Vec<&str> = report.lines().take(6).collect();
        reports.push_str(&format!("{name}\n{}\n", head.join("\n")));
    }
    insta::assert_snapshot!("hostile", reports);
}

/// The time to read a text must be proportional to its size.
#[test]
fn large_texts_are_read_in_proportion() {
    let texts = [
        "Workflow:\n".to_owned() + &"  a: b\n".repeat(60_000),
        format!("Workflow: {{{}}}", "ä: b, ".repeat(60_000)),
        format!("Workflow: '{}'", "ä ".repeat(200_000)),
        format!("Workflow: >-\n{}", "  word\n".repeat(60_000)),
        format!("Workflow: [{}]", "[1],".repeat(60_000)),
        "? a\n".repeat(60_000),
        "&a ".repeat(60_000),
        "#\n".repeat(100_000),
    ];
    for text in texts {
        let mut files = desk();
        files.retain(|(path, _)| !path.ends_with("workflow.yml"));
        files.push((format!("modernflows/{}/workflow.yml", id(1)), text.clone().into_bytes()));
        let started = std::time::Instant::now();
        run(&files, &["check", ".", "--no-config"]);
        let took = started.elapsed();
        assert!(took.as_secs() < 10, "{took:?} for {}", &text[..20]);
    }
}

/// Texts with changed, dropped and doubled bytes: nothing panics, and every place is inside its text.
#[test]
fn damaged_texts_are_read_or_refused() {
    let seeds: Vec<Vec<u8>> =
        desk().into_iter().filter(|(path, _)| path.ends_with(".yml")).map(|(_, bytes)| bytes).collect();
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below.max(1)).expect("small")).expect("small")
    };
    const PIECES: [&str; 14] =
        ["'", "\"", "[", "{", "- ", "? ", ": ", "\n  ", "\t", "&a ", "*a", "ä", "|\n", "%YAML 1.2\n"];
    for round in 0..4000 {
        let mut bytes = seeds[round % seeds.len()].clone();
        for _ in 0..=random(4) {
            let at = random(bytes.len());
            match random(3) {
                0 => drop(bytes.splice(at..at, PIECES[random(PIECES.len())].bytes())),
                1 => drop(bytes.drain(at..(at + random(9)).min(bytes.len()))),
                _ => bytes.extend_from_within(at..(at + random(40)).min(bytes.len())),
            }
        }
        flowvet::fuzzing::yaml(&bytes);
    }
}
