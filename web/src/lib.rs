//! flowvet for a page in the browser: files in, reports out. `page/worker.js` calls it.
//!
//! It has no rules and no formats of its own. The same files give the same findings as on the command line.

mod given;

use flowvet::{
    ComparisonSession, ErrorText, Limits, LoadError, LoadErrorKind, LoadErrors, Session, TextError,
    VersionInputs,
};
use wasm_bindgen::prelude::wasm_bindgen;

pub use given::{Folder, Given};

#[wasm_bindgen]
extern "C" {
    /// Called before a panic ends the program, with the place in the source code.
    #[wasm_bindgen(js_name = flowvetPanicked)]
    fn panicked(place: &str);
}

/// Prepares the program. Called once, by the generated JavaScript.
#[wasm_bindgen(start)]
pub fn start() {
    // The message of a panic may quote the input, so only the place is passed on.
    std::panic::set_hook(Box::new(|panic| {
        panicked(&panic.location().map(ToString::to_string).unwrap_or_default());
    }));
}

/// The most bytes of all files. The page checks this before it reads them.
#[wasm_bindgen(js_name = mostBytes)]
pub fn most_bytes() -> f64 {
    // Exact up to 2^53.
    Limits::default().total_bytes as f64
}

/// Whether the content of a file in a folder may be read.
#[wasm_bindgen(js_name = mayRead)]
pub fn may_read(path: &str) -> bool {
    flowvet::Input::may_read(path)
}

/// The files of a check after reading, and the reports on them.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Reports {
    session: Session,
}

/// Reads the files and checks them.
///
/// # Errors
/// The files that cannot be used, as a JSON array of objects with `message` and `help`.
#[wasm_bindgen]
pub fn check(given: Given) -> Result<Reports, String> {
    session(given).map(|session| Reports { session }).map_err(|errors| json(&errors))
}

fn session(given: Given) -> Result<Session, Vec<ErrorText>> {
    let mut session = Session::load(given.solutions, Limits::default()).map_err(not_loaded)?;
    if let Some(config) = given.config {
        session.configure(config);
    }
    for (name, text) in given.settings {
        session.add_settings(name, &text).map_err(|error| refused(&error))?;
    }
    if let Some((name, text)) = given.order {
        session.set_order(name, &text).map_err(|error| refused(&error))?;
    }
    Ok(session)
}

/// Two versions after reading, and the reports on what differs.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Comparison {
    session: ComparisonSession,
}

/// Reads the files and compares them with those of an older version. Of these, only the solutions count; an activation
/// order does not.
///
/// # Errors
/// As for [`check`].
#[wasm_bindgen]
pub fn compare(older: Given, given: Given) -> Result<Comparison, String> {
    comparison(older, given).map(|session| Comparison { session }).map_err(|errors| json(&errors))
}

fn comparison(older: Given, given: Given) -> Result<ComparisonSession, Vec<ErrorText>> {
    let inputs = VersionInputs { old: older.solutions, new: given.solutions, others: Vec::new() };
    let mut session = ComparisonSession::load(inputs, Limits::default()).map_err(not_loaded)?;
    for (name, text) in given.settings {
        session.add_settings(name, &text).map_err(|error| refused(&error))?;
    }
    if let Some(config) = given.config {
        session.configure(config);
    }
    Ok(session)
}

fn refused(error: &TextError) -> Vec<ErrorText> {
    vec![error.into()]
}

fn not_loaded(errors: LoadErrors) -> Vec<ErrorText> {
    let text = |error: &LoadError| {
        let mut text = ErrorText::from(error);
        if matches!(error.found, LoadErrorKind::Limit(_)) {
            text.help = Some("this page cannot raise the limit, but the command line can".to_owned());
        }
        text
    };
    errors.iter().map(text).collect()
}

fn json(errors: &[ErrorText]) -> String {
    // The struct has string keys and no numbers: writing it cannot fail.
    serde_json::to_string(errors).unwrap_or_default()
}

#[wasm_bindgen]
impl Reports {
    /// The report for people, an HTML document.
    pub fn html(&self) -> String {
        self.session.report_html()
    }

    /// The findings as JSON.
    pub fn json(&self) -> String {
        self.session.check_json()
    }

    /// The findings as SARIF.
    pub fn sarif(&self) -> String {
        self.session.check_sarif()
    }

    /// The runbook in Markdown.
    pub fn runbook(&self) -> String {
        self.session.runbook_markdown()
    }

    /// The activation order in Markdown.
    pub fn order(&self) -> String {
        self.session.order_markdown()
    }

    /// The activation order as JSON, which can be given to a later check as an order that the user maintains.
    #[wasm_bindgen(js_name = orderJson)]
    pub fn order_json(&self) -> String {
        self.session.order_json()
    }
}

#[wasm_bindgen]
impl Comparison {
    /// The comparison for people, an HTML document.
    pub fn html(&self) -> String {
        self.session.html()
    }

    /// The findings and the changes as JSON.
    pub fn json(&self) -> String {
        self.session.json()
    }

    /// The findings and the changes in Markdown.
    pub fn markdown(&self) -> String {
        self.session.markdown()
    }

    /// The runbook of the upgrade in Markdown.
    pub fn runbook(&self) -> String {
        self.session.runbook_markdown()
    }
}
