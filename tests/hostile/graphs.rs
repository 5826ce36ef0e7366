//! Workspaces with extreme graphs: cycles, chains, and many flows. Nothing here may recurse over the graph.
//!
//! The largest test takes about ten seconds in debug builds: `cargo test --release --test hostile --
//! --include-ignored`.

use std::fmt::Write as _;

use flowvet::{Activation, Analysis, Input, Limits};

use crate::support::{TestFlow, id};

/// Flows in a solution without a zip, each as small as possible, so that creating them is cheap. `calls` returns the
/// flow that a flow calls.
fn analysis(flows: usize, calls: impl Fn(usize) -> Option<usize>) -> Analysis {
    let mut records = String::new();
    let mut files = Vec::with_capacity(flows + 2);
    for number in 0..flows {
        let flow = TestFlow::new(number, calls(number));
        let _ = write!(
            records,
            "<Workflow WorkflowId=\"{{{}}}\" Name=\"F{number}\"><JsonFileName>/{}</JsonFileName>\
             <Category>5</Category><StateCode>1</StateCode></Workflow>",
            id(number),
            flow.file()
        );
        files.push((flow.file(), flow.json().into_bytes()));
    }
    let customizations = format!("<ImportExportXml><Workflows>{records}</Workflows></ImportExportXml>");
    files.push(("customizations.xml".to_owned(), customizations.into_bytes()));
    files.push(("solution.xml".to_owned(), b"<ImportExportXml/>".to_vec()));
    files.push(("[Content_Types].xml".to_owned(), b"<Types/>".to_vec()));
    let zip = crate::support::zip_of(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    let input = Input::Bytes { name: "large.zip".to_owned(), bytes: zip };
    Analysis::load(vec![input], Limits::default()).expect("a solution")
}

/// Runs on a small stack, so that recursion over the input overflows it.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(work).expect("a thread");
    assert!(thread.join().is_ok());
}

fn rules(analysis: &Analysis) -> Vec<&'static str> {
    let mut rules: Vec<&str> = analysis.check().iter().map(|finding| finding.rule).collect();
    rules.dedup();
    rules
}

fn shape(activation: &Activation) -> (usize, usize, usize) {
    (activation.waves.len(), activation.flat().count(), activation.cycles.iter().map(Vec::len).sum())
}

#[test]
fn a_cycle_of_ten_thousand_flows() {
    on_a_small_stack(|| {
        let analysis = analysis(10_000, |number| Some((number + 1) % 10_000));
        assert_eq!(rules(&analysis), ["call-cycle"]);
        assert_eq!(shape(analysis.activation()), (0, 0, 10_000));
    });
}

#[test]
fn a_chain_of_fifty_thousand_calls() {
    on_a_small_stack(|| {
        let analysis = analysis(50_000, |number| (number + 1 < 50_000).then_some(number + 1));
        assert_eq!(rules(&analysis), Vec::<&str>::new());
        assert_eq!(shape(analysis.activation()), (50_000, 50_000, 0));
    });
}

#[test]
fn a_child_with_ten_thousand_callers() {
    on_a_small_stack(|| {
        let analysis = analysis(10_000, |number| (number > 0).then_some(0));
        assert_eq!(rules(&analysis), Vec::<&str>::new());
        assert_eq!(shape(analysis.activation()), (2, 10_000, 0));
    });
}

#[test]
#[ignore = "takes some ten seconds in debug; see the head of this file"]
fn a_hundred_thousand_flows() {
    on_a_small_stack(|| {
        let analysis = analysis(100_000, |number| (number % 3 == 0).then_some(number + 1));
        assert_eq!(rules(&analysis), ["child-flow-missing"]);
        assert_eq!(shape(analysis.activation()), (2, 100_000, 0));
    });
}
