//! Opens a report in the browser.

use std::io::ErrorKind;
use std::path::Path;

use super::error_message;
use crate::source::FileName;

/// Opens a file in the program that the system has for it, and does not wait for that.
///
/// # Errors
/// There is no such program; the text is the message for the user.
pub fn open_in_browser(path: &Path) -> Result<(), String> {
    let absolute = std::path::absolute(path);
    absolute.and_then(open::that_detached).map_err(|error| {
        let reason = match error.kind() {
            ErrorKind::NotFound => "there is no program for it".to_owned(),
            _ => error.to_string(),
        };
        let message = format!("{}: could not be opened: {reason}", FileName::of_path(path));
        error_message(&message, Some("this is the report: open it in a browser"))
    })
}
