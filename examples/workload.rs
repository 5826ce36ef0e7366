//! Writes a generated solution, as the benches use it: `cargo run --release --example workload 100 > bench.zip`.

#[path = "../benches/workload/mod.rs"]
mod workload;

use std::io::Write as _;

fn main() {
    let flows = std::env::args().nth(1).and_then(|number| number.parse().ok()).expect("the number of flows");
    std::io::stdout().write_all(&workload::zip(flows)).expect("standard output");
}
