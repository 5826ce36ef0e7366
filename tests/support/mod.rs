//! Shared helpers of the integration tests: running the binary, creating packages, and the corpus.
#![allow(dead_code, reason = "each test file uses a part")]

pub(crate) mod fixture;
pub(crate) mod formats;
pub(crate) mod html;
pub(crate) mod messages;
pub(crate) mod other_messages;

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use assert_cmd::Command;
pub(crate) use fixture::Files;
use tempfile::TempDir;
use zip::write::{SimpleFileOptions, ZipWriter};

/// The binary to test: that of this build, or the program in `FLOWVET_PROGRAM`, which may run one for another system.
pub(crate) fn program() -> PathBuf {
    std::env::var_os("FLOWVET_PROGRAM").map_or_else(|| assert_cmd::cargo::cargo_bin("flowvet"), PathBuf::from)
}

/// A command that runs the binary in the project's folder, independent of the user's environment.
pub(crate) fn flowvet() -> Command {
    let mut command = Command::new(program());
    command.current_dir(root());
    for name in [
        "NO_COLOR",
        "GITHUB_ACTIONS",
        "GITHUB_STEP_SUMMARY",
        "TF_BUILD",
        "AGENT_TEMPDIRECTORY",
        "SOURCE_DATE_EPOCH",
        "COLUMNS",
    ] {
        command.env_remove(name);
    }
    command
}

/// A folder with a completed copy of `fixtures/<rule>` at the same path. `rule` is `category/id`.
pub(crate) fn lay(rule: &str) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for kind in ["bad", "good"] {
        let path = format!("fixtures/{rule}/{kind}");
        write_all(&folder.path().join(&path), &fixture::complete(read_folder(&root().join(&path))));
    }
    folder
}

/// The output and exit code of a run, as a text for snapshots.
pub(crate) fn transcript(command: &mut Command) -> String {
    let output = command.output().expect("the binary runs");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let mut out = text(&output.stdout);
    if !output.stderr.is_empty() {
        let _ = write!(out, "--- stderr\n{}", text(&output.stderr));
    }
    let _ = write!(out, "--- exit code {}", output.status.code().expect("not killed"));
    out
}

/// The project's folder.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of public packages, if it exists next to the project.
pub(crate) fn corpus() -> Option<PathBuf> {
    shared("corpus")
}

/// A folder of `../shared`. Says that the test is skipped if it does not exist.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let folder = root().parent()?.join("shared").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    skipped(&format!("there is no ../shared/{name}"));
    None
}

/// Prints why a test is skipped. Writes to the stream directly: the test harness captures what the macros print in
/// passing tests.
pub(crate) fn skipped(reason: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {reason}");
}

/// Every package of the corpus, sorted, relative to the project.
pub(crate) fn corpus_packages(folder: &Path) -> Vec<PathBuf> {
    let mut packages = Vec::new();
    for kind in ["zip", "unpacked", "legacy"] {
        let entries = folder.join(kind).read_dir().expect("a folder of the corpus");
        packages.extend(entries.map(|entry| entry.expect("an entry").path()));
    }
    packages.sort();
    packages
}

/// A zip with these entries.
pub(crate) fn zip_of<'a>(entries: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(name, SimpleFileOptions::default()).expect("a name");
        zip.write_all(bytes).expect("in memory");
    }
    zip.finish().expect("in memory").into_inner()
}

/// Whether flowvet looks for flows and solutions in files with this name.
pub(crate) fn is_read(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(".json") || name.ends_with(".xml")
}

/// Every file below a folder.
pub(crate) fn read_folder(folder: &Path) -> Files {
    let mut files = Files::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in next.read_dir().expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below").to_string_lossy().replace('\\', "/");
                files.push((name, std::fs::read(&path).expect("a file")));
            }
        }
    }
    files
}

/// The entries of a zip that flowvet reads and that have fewer than `limit` bytes; `None` if the file is not a zip.
pub(crate) fn read_zip(path: &Path, limit: u64) -> Option<Files> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).expect("a file")).ok()?;
    let mut files = Files::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).expect("an entry");
        let name = entry.name().replace('\\', "/");
        if is_read(&name) && entry.size() < limit {
            let mut bytes = Vec::new();
            std::io::copy(&mut entry, &mut bytes).expect("inflates");
            files.push((name, bytes));
        }
    }
    Some(files)
}

/// A flow of a generated solution.
#[derive(Debug, Clone)]
pub(crate) struct TestFlow {
    pub(crate) number: usize,
    pub(crate) is_on: bool,
    /// The numbers of the flows that it calls.
    pub(crate) calls: Vec<usize>,
}

impl TestFlow {
    pub(crate) fn new(number: usize, calls: impl IntoIterator<Item = usize>) -> Self {
        TestFlow { number, is_on: true, calls: calls.into_iter().collect() }
    }

    pub(crate) fn json(&self) -> String {
        let mut actions: Vec<String> = self
            .calls
            .iter()
            .enumerate()
            .map(|(at, child)| {
                let id = id(*child);
                format!(
                    r#""Call_{at}": {{"type": "Workflow", "inputs": {{"host": {{"workflowReferenceName": "{id}"}}}}}}"#
                )
            })
            .collect();
        actions.push(
            r#""Respond": {"type": "Response", "kind": "PowerApp", "inputs": {"statusCode": 200}}"#
                .to_owned(),
        );
        format!(
            r#"{{"properties": {{"connectionReferences": {{}}, "definition": {{
                "triggers": {{"manual": {{"type": "Request", "kind": "Button", "inputs": {{"schema": {{"type": "object", "properties": {{}}}}}}}}}},
                "actions": {{{}}}}}}}, "schemaVersion": "1.0.0.0"}}"#,
            actions.join(",\n")
        )
    }

    pub(crate) fn file(&self) -> String {
        format!("Workflows/Flow{}-{}.json", self.number, id(self.number).to_uppercase())
    }

    fn record(&self) -> String {
        let (state, status) = if self.is_on { (1, 2) } else { (0, 1) };
        format!(
            r#"<Workflow WorkflowId="{{{}}}" Name="Flow {:04}"><JsonFileName>/{}</JsonFileName><Category>5</Category><StateCode>{state}</StateCode><StatusCode>{status}</StatusCode></Workflow>"#,
            id(self.number),
            self.number,
            self.file()
        )
    }
}

/// The id of a generated flow.
pub(crate) fn id(number: usize) -> String {
    format!("{number:08x}-0000-4000-8000-000000000000")
}

/// The files of an exported solution.
pub(crate) fn solution(name: &str, flows: &[TestFlow]) -> Vec<(String, Vec<u8>)> {
    let records: String = flows.iter().map(TestFlow::record).collect();
    let manifest = format!(
        "<ImportExportXml><SolutionManifest><UniqueName>{name}</UniqueName><Version>1.0.0.0</Version>\
         <Managed>0</Managed><MissingDependencies/></SolutionManifest></ImportExportXml>"
    );
    let customizations =
        format!("<ImportExportXml><Workflows>{records}</Workflows><connectionreferences/></ImportExportXml>");
    let mut files = vec![
        ("solution.xml".to_owned(), manifest.into_bytes()),
        ("customizations.xml".to_owned(), customizations.into_bytes()),
        ("[Content_Types].xml".to_owned(), b"<Types/>".to_vec()),
    ];
    files.extend(flows.iter().map(|flow| (flow.file(), flow.json().into_bytes())));
    files
}

/// An exported solution.
pub(crate) fn solution_zip(name: &str, flows: &[TestFlow]) -> Vec<u8> {
    let files = solution(name, flows);
    zip_of(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())))
}

/// Writes files below a folder.
pub(crate) fn write_all(folder: &Path, files: &[(String, Vec<u8>)]) {
    for (path, bytes) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }
}
