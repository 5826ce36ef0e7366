//! Files that are read in addition to the inputs: configuration, baseline, deployment settings, and a given order.

use super::{assert_place, assert_printable, small_limits};
use crate::baseline::Baseline;
use crate::config::Config;
use crate::load::Input;
use crate::parse::json;
use crate::report::alm;
use crate::report::human::render_error;
use crate::session::Session;
use crate::source::TextError;

/// Reads any text as a configuration. It is rejected with a place in the text, or applied to a small solution.
pub fn config(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let config = match Config::from_toml("flowvet.toml", text) {
        Ok(config) => config,
        Err(error) => return assert_refused(&error),
    };
    let mut session = small_session();
    session.configure(config.with_unix_time(1_800_000_000));
    assert_checks(&session);
}

/// Reads any text as a baseline. It is rejected with a reason, or read and written again without loss.
pub fn baseline(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(baseline) = Baseline::read(text) else { return };
    let written = baseline.to_json();
    let again = Baseline::read(&written).unwrap_or_else(|error| panic!("{error}: {written:?}"));
    assert_eq!(again.known(), baseline.known());
    assert_eq!(again.gone(&[]).len(), baseline.len());
}

/// Reads any text as deployment settings, and as a file that an order is merged into.
pub fn settings(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut session = small_session();
    match session.add_settings("settings.json", text) {
        Ok(()) => assert_checks(&session),
        Err(error) => assert_refused(&error),
    }
    let analysis = session.analysis();
    let entries = alm::entries(analysis, analysis.activation());
    if let Ok(merged) = alm::merged(text, &entries) {
        let read = json::parse(merged.clone().into());
        assert!(read.is_ok(), "{text:?} becomes {merged:?}");
        assert_eq!(
            alm::merged(&merged, &entries).ok(),
            Some(merged),
            "{text:?}: a second time changes nothing"
        );
    }
}

/// Reads any text as an order, and checks the order.
pub fn order(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut session = small_session();
    match session.set_order("order.txt", text) {
        Ok(()) => assert_checks(&session),
        Err(error) => assert_refused(&error),
    }
}

fn assert_refused(error: &TextError) {
    assert_printable(&render_error(error, super::STYLE));
}

fn assert_checks(session: &Session) {
    let analysis = session.analysis();
    for finding in session.findings().findings {
        let labels = finding.labels.iter().chain(&finding.related);
        labels.for_each(|label| assert_place(&analysis.sources, &label.place));
    }
    for diagnostic in session.check().diagnostics {
        assert_printable(&diagnostic.to_string());
    }
}

const MANIFEST: &str = "<ImportExportXml><SolutionManifest><UniqueName>Small</UniqueName><Version>1.0</Version>\
    <Managed>0</Managed></SolutionManifest></ImportExportXml>";

const CUSTOMIZATIONS: &str = "<ImportExportXml><Workflows>\
    <Workflow WorkflowId=\"{00000001-0000-4000-8000-000000000000}\" Name=\"Parent\"><JsonFileName>/Workflows/A.json\
    </JsonFileName><Category>5</Category><StateCode>1</StateCode></Workflow>\
    <Workflow WorkflowId=\"{00000002-0000-4000-8000-000000000000}\" Name=\"Child\"><JsonFileName>/Workflows/B.json\
    </JsonFileName><Category>5</Category><StateCode>0</StateCode></Workflow></Workflows><connectionreferences>\
    <connectionreference connectionreferencelogicalname=\"new_ref\"><connectorid>/apis/shared_office365</connectorid>\
    </connectionreference></connectionreferences></ImportExportXml>";

const PARENT: &str = r#"{"properties": {"connectionReferences": {}, "definition": {"triggers": {"t": {"type": "Request",
    "kind": "Button", "inputs": {"schema": {}}}}, "actions": {"Call": {"type": "Workflow", "description":
    "flowvet: allow child-flow-off - known", "inputs": {"host": {"workflowReferenceName":
    "00000002-0000-4000-8000-000000000000"}}}}}}}"#;

const CHILD: &str = r#"{"properties": {"connectionReferences": {}, "definition": {"triggers": {"t": {"type": "Request",
    "kind": "Button", "inputs": {"schema": {}}}}, "actions": {"Wait": {"type": "Compose", "inputs":
    "@outputs('Wiat')"}}}}}"#;

/// A solution with two flows and a connection reference.
fn small_session() -> Session {
    let files = [
        ("solution.xml", MANIFEST),
        ("customizations.xml", CUSTOMIZATIONS),
        ("Workflows/A-00000001-0000-4000-8000-000000000000.json", PARENT),
        ("Workflows/B-00000002-0000-4000-8000-000000000000.json", CHILD),
    ];
    let loaded = Session::load([Input::files(files)], small_limits());
    loaded.unwrap_or_else(|errors| panic!("{errors:?}"))
}
