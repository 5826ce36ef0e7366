//! How long the stages take, beside a floor: what cannot be avoided, on one thread (inflate what is needed, serde_json
//! to `Value`, roxmltree). Quote ratios from one run (`docs/performance.md`), not times.

mod workload;

use std::io::{Cursor, Read};

use divan::{Bencher, black_box};
use flowvet::{Analysis, Input, Limits};

fn main() {
    divan::main();
}

const FLOWS: [usize; 2] = [100, 1000];

fn input(bytes: &[u8]) -> Vec<Input> {
    vec![Input::Bytes { name: "bench.zip".to_owned(), bytes: bytes.to_vec() }]
}

/// What no reader of the package can do without.
#[divan::bench(args = FLOWS)]
fn floor(bencher: Bencher<'_, '_>, flows: usize) {
    let bytes = workload::zip(flows);
    bencher.bench_local(|| {
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes.as_slice())).expect("a zip");
        for index in 0..zip.len() {
            let mut entry = zip.by_index(index).expect("an entry");
            let mut text = String::with_capacity(usize::try_from(entry.size()).unwrap_or(0));
            entry.read_to_string(&mut text).expect("UTF-8");
            if text.starts_with('<') {
                black_box(roxmltree::Document::parse(&text).expect("XML").root().range());
            } else {
                black_box(serde_json::from_str::<serde_json::Value>(&text).expect("JSON"));
            }
        }
    });
}

/// Loading, parsing, the model and the graph.
#[divan::bench(args = FLOWS)]
fn load(bencher: Bencher<'_, '_>, flows: usize) {
    let bytes = workload::zip(flows);
    bencher.bench_local(|| Analysis::load(input(&bytes), Limits::default()).expect("a solution"));
}

/// The rules alone.
#[divan::bench(args = FLOWS)]
fn rules(bencher: Bencher<'_, '_>, flows: usize) {
    let bytes = workload::zip(flows);
    let analysis = Analysis::load(input(&bytes), Limits::default()).expect("a solution");
    bencher.bench_local(|| black_box(analysis.check()));
}

/// The order alone.
#[divan::bench(args = FLOWS)]
fn order(bencher: Bencher<'_, '_>, flows: usize) {
    let bytes = workload::zip(flows);
    let analysis = Analysis::load(input(&bytes), Limits::default()).expect("a solution");
    bencher.bench_local(|| black_box(analysis.activation()));
}

/// The whole check, without starting a process.
#[divan::bench(args = FLOWS)]
fn whole_check(bencher: Bencher<'_, '_>, flows: usize) {
    let bytes = workload::zip(flows);
    bencher.bench_local(|| {
        let analysis = Analysis::load(input(&bytes), Limits::default()).expect("a solution");
        black_box(analysis.check())
    });
}
