//! flowvet reads exported Power Automate solutions and says, offline, whether their flows will turn on, in which
//! order, with which connections, and whether their events will arrive.
//!
//! Data flows one way, and imports only point to the left:
//!
//! ```text
//! source <- load <- parse <- model <- webhooks <- graph <- activation <- semantic <- import_order <- finding <- config <- rules <- verdict <- analysis <- baseline <- report <- cli <- commands <- main
//! ```
//!
//! Paths and bytes become named texts (`load`), trees (`parse`), typed solutions and flows (`model`) and a graph.
//! Rules look at these and write findings; a finding's place is a route into a file that only a report turns into
//! bytes. [`run`] is the whole program; [`Analysis`] is the library's face.
//!
//! ```no_run
//! use flowvet::{Analysis, Input, Limits};
//!
//! let analysis = Analysis::load(vec![Input::Path("MySolution.zip".into())], Limits::default());
//! for finding in analysis.expect("a solution").check() {
//!     eprintln!("{}: {}", finding.rule, finding.message);
//! }
//! ```

mod activation;
mod analysis;
mod atomic_write;
mod baseline;
mod catalog;
pub mod cli;
mod commands;
mod config;
mod errors;
pub mod expression;
pub mod finding;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod graph;
pub mod import_order;
mod load;
pub mod model;
mod parallel;
mod parse;
mod report;
mod rules;
mod secrets;
mod semantic;
pub mod source;
mod suggest;
pub mod verdict;
mod webhooks;

pub use activation::{Activation, ExternalFlow};
pub use analysis::Analysis;
pub use commands::{Outcome, run};
pub use load::limits::Limits;
pub use load::{EXPECTED, Input, LoadError, LoadErrorKind};
pub use parallel::join_in;
pub use report::human::Style;
