//! Benchmarks of the stages, compared with a floor: the unavoidable work on one thread (inflating the needed files,
//! serde_json to `Value`, roxmltree). Quote ratios within a run (`docs/performance.md`), not times. `cargo xtask
//! instructions` counts instructions instead.

mod workload;

use std::path::PathBuf;

use divan::{Bencher, black_box};
use flowvet::{Analysis, Input, Limits, Session};
use workload::floor;

fn main() {
    // As `main` does.
    flowvet::join_in(None);
    divan::main();
}

/// 200 flows have 7 MB, like the largest public kits.
const FLOWS: [usize; 2] = [200, 1000];

/// The public zips, if present.
fn corpus() -> Vec<Vec<u8>> {
    let Ok(folder) = std::fs::read_dir("../shared/corpus/zip") else { return Vec::new() };
    let paths = folder.flatten().map(|entry| entry.path());
    paths.filter_map(|path| std::fs::read(path).ok()).collect()
}

/// The unpacked public kits, if present. Compared with the generated flows, they have more XML and more findings.
fn kits() -> Vec<PathBuf> {
    let Ok(folder) = std::fs::read_dir("../shared/corpus/unpacked") else { return Vec::new() };
    let mut paths: Vec<PathBuf> = folder.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn input(bytes: &[u8]) -> Vec<Input> {
    vec![Input::Bytes { name: "bench.zip".to_owned(), bytes: bytes.to_vec() }]
}

/// The work that every reader of the package has to do.
#[divan::bench(args = FLOWS)]
fn floor(bencher: Bencher<'_, '_>, flows: usize) {
    let bytes = workload::zip(flows);
    bencher.bench_local(|| floor::of_zip(&bytes));
}

/// The floor for the public zips, one after the other.
#[divan::bench(ignore = corpus().is_empty())]
fn corpus_floor(bencher: Bencher<'_, '_>) {
    let zips = corpus();
    bencher.bench_local(|| zips.iter().for_each(|zip| floor::of_zip(zip)));
}

/// The floor for the unpacked kits, one after the other.
#[divan::bench(ignore = kits().is_empty())]
fn kits_floor(bencher: Bencher<'_, '_>) {
    let kits = kits();
    bencher.bench_local(|| kits.iter().for_each(|kit| floor::of_path(kit)));
}

/// Loading, parsing, the model and the graph.
#[divan::bench(args = FLOWS)]
fn load(bencher: Bencher<'_, '_>, flows: usize) {
    let bytes = workload::zip(flows);
    bencher.bench_local(|| Analysis::load(input(&bytes), Limits::default()).expect("a solution"));
}

/// The rules only.
#[divan::bench(args = FLOWS)]
fn rules(bencher: Bencher<'_, '_>, flows: usize) {
    let bytes = workload::zip(flows);
    let analysis = Analysis::load(input(&bytes), Limits::default()).expect("a solution");
    bencher.bench_local(|| black_box(analysis.check()));
}

/// The activation order only. An analysis computes it once.
#[divan::bench(args = FLOWS)]
fn order(bencher: Bencher<'_, '_>, flows: usize) {
    let bytes = workload::zip(flows);
    let load = || Analysis::load(input(&bytes), Limits::default()).expect("a solution");
    bencher.with_inputs(load).bench_local_refs(|analysis| black_box(analysis.activation().waves.len()));
}

/// 300 flows, each of which calls one to three others.
fn calling() -> Vec<Input> {
    const FLOWS: usize = 300;
    let id = |number: usize| format!("{number:08x}-0000-4000-8000-000000000000");
    let file = |number: usize| format!("Workflows/Flow-{}.json", id(number));
    let manifest = "<ImportExportXml><SolutionManifest><UniqueName>Kit</UniqueName></SolutionManifest></ImportExportXml>";
    let records = (0..FLOWS).map(|number| {
        let (id, file) = (id(number), file(number));
        format!(
            "<Workflow WorkflowId=\"{{{id}}}\" Name=\"Order desk | Step {number} of the delivery\">\
             <JsonFileName>/{file}</JsonFileName><Category>5</Category><StateCode>1</StateCode></Workflow>"
        )
    });
    let records: String = records.collect();
    let mut files = vec![
        ("solution.xml".to_owned(), manifest.to_owned()),
        (
            "customizations.xml".to_owned(),
            format!("<ImportExportXml><Workflows>{records}</Workflows></ImportExportXml>"),
        ),
    ];
    for number in 0..FLOWS {
        let calls = (0..=number % 3).map(|call| {
            let child = id(number + 1 + (number * 7 + call * 13) % 40);
            format!("\"Call_{call}\": {{\"type\": \"Workflow\", \"inputs\": {{\"host\": {{\"workflowReferenceName\": \"{child}\"}}}}}}")
        });
        let calls: Vec<String> = calls.collect();
        let flow = format!(
            "{{\"properties\": {{\"connectionReferences\": {{}}, \"definition\": {{\"triggers\": {{}}, \"actions\": {{{}}}}}}}}}",
            calls.join(", ")
        );
        files.push((file(number), flow));
    }
    vec![Input::files(files)]
}

/// The picture of 300 flows, with the check and the verdicts that it shows.
#[divan::bench]
fn picture(bencher: Bencher<'_, '_>) {
    let session = Session::load(calling(), Limits::default()).expect("a solution");
    bencher.bench_local(|| black_box(session.graph_svg()));
}

/// The check and the verdicts of the same flows, without the picture.
#[divan::bench]
fn picture_without_drawing(bencher: Bencher<'_, '_>) {
    let session = Session::load(calling(), Limits::default()).expect("a solution");
    bencher.bench_local(|| black_box(session.order_json()));
}

/// A complete check, without starting a process.
#[divan::bench(args = FLOWS)]
fn whole_check(bencher: Bencher<'_, '_>, flows: usize) {
    let bytes = workload::zip(flows);
    bencher.bench_local(|| {
        let analysis = Analysis::load(input(&bytes), Limits::default()).expect("a solution");
        black_box(analysis.check())
    });
}

/// Complete checks of the public zips, one after the other.
#[divan::bench(ignore = corpus().is_empty())]
fn corpus_whole_check(bencher: Bencher<'_, '_>) {
    let zips = corpus();
    bencher.bench_local(|| {
        for zip in &zips {
            black_box(Analysis::load(input(zip), Limits::default()).expect("a solution").check());
        }
    });
}

/// Complete checks of the unpacked kits, one after the other.
#[divan::bench(ignore = kits().is_empty())]
fn kits_whole_check(bencher: Bencher<'_, '_>) {
    let kits = kits();
    bencher.bench_local(|| {
        for kit in &kits {
            black_box(
                Analysis::load(vec![Input::Path(kit.clone())], Limits::default())
                    .expect("a solution")
                    .check(),
            );
        }
    });
}
