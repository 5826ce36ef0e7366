//! The floor: the work that no implementation can avoid, on one thread. It inflates and parses every file that the check
//! needs.

use std::fs;
use std::hint::black_box;
use std::io::{Cursor, Read};
use std::path::Path;

/// Does the work for a zip.
pub(crate) fn of_zip(bytes: &[u8]) {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).expect("an entry");
        if is_needed(entry.name()) {
            let mut text = String::with_capacity(usize::try_from(entry.size()).unwrap_or(0));
            entry.read_to_string(&mut text).expect("UTF-8");
            parse(&text);
        }
    }
}

/// Does the work for a zip, or for a folder and those below it.
pub(crate) fn of_path(path: &Path) {
    if path.is_dir() {
        fs::read_dir(path).expect("a folder").flatten().for_each(|entry| of_path(&entry.path()));
    } else if path.extension().is_some_and(|extension| extension == "zip") {
        of_zip(&fs::read(path).expect("a file"));
    } else if is_needed(&path.to_string_lossy()) {
        if let Ok(text) = fs::read_to_string(path) {
            parse(&text);
        }
    }
}

fn parse(text: &str) {
    let text = text.trim_start_matches('\u{FEFF}');
    if text.starts_with('<') {
        black_box(roxmltree::Document::parse(text).expect("XML").root().range());
    } else {
        black_box(serde_json::from_str::<serde_json::Value>(text).expect("JSON"));
    }
}

/// Whether the check needs a file: flows, variables, tables, and the two XML files about the solution.
fn is_needed(path: &str) -> bool {
    let path = path.to_ascii_lowercase().replace('\\', "/");
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let is_in = |folder: &str| folders.split('/').any(|one| one == folder);
    let is_component = is_in("workflows") || is_in("environmentvariabledefinitions");
    matches!(name, "solution.xml" | "customizations.xml" | "entity.xml")
        || is_component && (name.ends_with(".json") || name.ends_with(".xml"))
}
