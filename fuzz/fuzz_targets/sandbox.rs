//! Runs a command line in a temporary folder, which becomes the current folder of the process.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use flowvet::fuzzing::CommandLine;

static FOLDER: OnceLock<PathBuf> = OnceLock::new();

/// Runs what the bytes mean, if anything.
pub(crate) fn run(bytes: &[u8]) {
    let Some(command) = CommandLine::read(bytes) else { return };
    let folder = FOLDER.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("flowvet-fuzz-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        std::env::set_current_dir(&folder).expect("a folder");
        folder
    });
    for (name, bytes) in &command.files {
        fs::write(folder.join(name), bytes).expect("a file");
    }
    command.run();
    empty(folder);
}

/// Deletes what the run read and wrote.
fn empty(folder: &Path) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        let is_folder = entry.file_type().expect("a type").is_dir();
        let _ = if is_folder { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    }
}
