//! flowvet checks exported Power Automate solutions offline: whether their flows will turn on, in which order, with which
//! connections, and whether their events will arrive.
//!
//! # The API
//!
//! A [`Session`] reads [`Input`]s: paths, bytes, files in memory, or a folder with unsaved changes. It returns
//! [`Diagnostic`]s as plain data, and the documents that the commands print: orders, connections, graph and runbook.
//! [`RulePage`] provides the page of each rule. A [`ComparisonSession`] compares two versions.
//!
//! ```
//! use flowvet::{Config, Input, Limits, Session};
//!
//! let manifest = "<ImportExportXml><SolutionManifest><UniqueName>Kit</UniqueName></SolutionManifest></ImportExportXml>";
//! let records = r#"<ImportExportXml><Workflows>
//!   <Workflow WorkflowId="{00000001-0000-4000-8000-000000000000}" Name="Send the bill">
//!     <JsonFileName>/Workflows/Send-00000001-0000-4000-8000-000000000000.json</JsonFileName>
//!     <Category>5</Category><StateCode>1</StateCode>
//!   </Workflow>
//! </Workflows></ImportExportXml>"#;
//! let flow = r#"{"properties": {"connectionReferences": {}, "definition": {
//!   "triggers": {"Daily": {"type": "Recurrence", "recurrence": {"frequency": "Day", "interval": 1}}},
//!   "actions": {"Bill": {"type": "Compose", "inputs": "@outputs('Read')", "runAfter": {}}}
//! }}, "schemaVersion": "1.0.0.0"}"#;
//!
//! let mut session = Session::load(
//!     [Input::files([
//!         ("solution.xml", manifest),
//!         ("customizations.xml", records),
//!         ("Workflows/Send-00000001-0000-4000-8000-000000000000.json", flow),
//!     ])],
//!     Limits::default(),
//! )?;
//! session.configure(Config::from_toml("flowvet.toml", "[rules]\nunknown-action = \"warning\"")?);
//!
//! let found = session.check().diagnostics;
//! for diagnostic in &found {
//!     let (place, rule, message) = (&diagnostic.location, diagnostic.rule, &diagnostic.message);
//!     println!("{}:{}:{}: {rule}: {message}", place.file, place.start.line, place.start.column);
//! }
//! // A diagnostic prints as such a line, which is safe to print to a terminal.
//! assert_eq!(
//!     found[0].to_string(),
//!     "Workflows/Send-00000001-0000-4000-8000-000000000000.json:3:55: unknown-action: \
//!      `Send the bill` reads the action `Read`, which it does not have"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Items that are not documented here are internal. They are public for this project's tests and benchmarks, and may change
//! at any time.
//!
//! # How it works
//!
//! Data flows one way through five bands. Each uses only the bands before it. `docs/architecture.md` lists their modules:
//!
//! ```text
//! text <- model <- knowledge <- judgement <- outside
//! ```
//!
//! Paths and bytes become named texts (`load`), trees (`parse`), typed solutions and flows (`model`) and a graph.
//! Rules read these and write findings. The place of a finding is a route in a file, which reports convert to a byte range.
//! `run` is the whole program.
//!
//! # Features
//!
//! `cli` (default) adds the command line, `server` (default) its servers for editors and agents, `human` the report for
//! people, and `parallel` (default) the use of all cores.
//! Without them, the library also compiles to WebAssembly.

#![warn(missing_docs)]
// Only the commands and servers use some items, such as tables, baselines and explanations. A build with all of them still
// finds unused items, so there is no condition on each item.
#![cfg_attr(not(feature = "server"), allow(dead_code))]

mod activation;
mod analysis;
#[cfg(feature = "cli")]
mod atomic_write;
mod baseline;
mod bytes;
mod catalog;
mod characters;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
#[cfg(feature = "cli")]
mod commands;
mod compare;
mod config;
mod embedded;
#[cfg(feature = "cli")]
mod errors;
#[doc(hidden)]
pub mod expression;
#[doc(hidden)]
pub mod finding;
mod fix;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
#[doc(hidden)]
pub mod graph;
#[cfg(feature = "cli")]
mod groups;
#[doc(hidden)]
pub mod import_order;
mod layered;
mod limit;
mod load;
mod markup;
#[cfg(feature = "server")]
mod mcp;
mod memory;
#[cfg(feature = "cli")]
mod mentions;
#[doc(hidden)]
pub mod model;
mod parallel;
mod parse;
#[cfg(feature = "cli")]
mod recheck;
mod remembered;
mod report;
mod rules;
mod secrets;
mod semantic;
#[cfg(feature = "server")]
mod server;
mod session;
#[doc(hidden)]
pub mod source;
mod suggest;
#[doc(hidden)]
pub mod verdict;
mod versions;
mod webhooks;
mod wording;

#[doc(hidden)]
pub use activation::{Activation, ExternalFlow};
#[doc(hidden)]
pub use analysis::Analysis;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub use commands::{Outcome, open_in_browser, run, run_to};
pub use compare::ImportKind;
pub use config::{Config, FailOn, Profile};
pub use finding::{Confidence, Severity};
pub use fix::Applicability;
pub use load::limits::Limits;
pub use load::{EXPECTED, Input, LoadError, LoadErrorKind};
#[cfg(feature = "server")]
#[doc(hidden)]
pub use mcp::serve as serve_agent;
pub use model::Prefer;
#[doc(hidden)]
pub use parallel::join_in;
pub use report::compare::ComponentChange;
#[cfg(feature = "human")]
#[doc(hidden)]
pub use report::layout::Style;
#[cfg(feature = "server")]
#[doc(hidden)]
pub use server::serve;
pub use session::{
    CheckReport, ComparisonSession, Diagnostic, DiagnosticEdit, DiagnosticFix, ErrorText, FlowRef,
    LoadErrors, Related, RulePage, Session,
};
pub use source::{FileName, Location, Position, TextError};
pub use versions::VersionInputs;
