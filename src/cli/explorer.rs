//! Starts by Windows Explorer: a double click on the program, or files that are dropped on it. Windows opens a window for
//! the program, which closes when the program ends.

use std::ffi::OsString;
use std::path::Path;

/// How Explorer started the program.
#[derive(Debug, PartialEq, Eq)]
pub enum Start {
    /// Without arguments: a double click on the program.
    Alone,
    /// With files or folders that were dropped on the program. The arguments check them and open the report.
    Dropped(Vec<OsString>),
    /// With other arguments: a shortcut that someone made.
    Shortcut(Vec<OsString>),
}

impl Start {
    /// Finds out from the arguments, of which the first is the program. Explorer passes absolute paths.
    pub fn of(arguments: Vec<OsString>) -> Self {
        match arguments.split_first() {
            None | Some((_, [])) => Start::Alone,
            Some((program, paths)) if paths.iter().all(|path| Path::new(path).is_absolute()) => {
                let command = ["check", "--open", "--"].map(OsString::from);
                Start::Dropped([program].into_iter().chain(&command).chain(paths).cloned().collect())
            }
            Some(_) => Start::Shortcut(arguments),
        }
    }
}

/// What a double click on the program shows.
pub const GUIDE: &str = "\
flowvet finds out whether the flows of an exported Power Automate solution will turn on, before you import it.

To check a solution, drop its zip on this program in Explorer. The report opens in your browser.

For everything else, use a terminal such as PowerShell:

  flowvet check MySolution.zip    check a solution
  flowvet --help                  list all commands
";

/// Whether Explorer started this process.
pub fn is_parent() -> bool {
    parent().is_some_and(|name| name.eq_ignore_ascii_case("explorer.exe"))
}

/// The name of the program that started this process.
#[cfg(windows)]
fn parent() -> Option<String> {
    use winsafe::prelude::*;
    let mut list =
        winsafe::HPROCESSLIST::CreateToolhelp32Snapshot(winsafe::co::TH32CS::SNAPPROCESS, None).ok()?;
    let processes: Vec<(u32, u32, String)> = list
        .iter_processes()
        .map_while(Result::ok)
        .map(|process| (process.th32ProcessID, process.th32ParentProcessID, process.szExeFile()))
        .collect();
    let (_, parent, _) = processes.iter().find(|(id, ..)| *id == std::process::id())?;
    processes.iter().find(|(id, ..)| id == parent).map(|(.., name)| name.clone())
}

#[cfg(not(windows))]
fn parent() -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(arguments: &[&str]) -> Start {
        Start::of(arguments.iter().map(OsString::from).collect())
    }

    #[test]
    fn dropped_files_are_checked() {
        let (one, two) =
            if cfg!(windows) { (r"C:\a b\x.zip", r"\\server\y.zip") } else { ("/a b/x.zip", "/y.zip") };
        let expected = ["flowvet", "check", "--open", "--", one, two].map(OsString::from).to_vec();
        assert_eq!(start(&["flowvet", one, two]), Start::Dropped(expected));
    }

    #[test]
    fn other_arguments_stay() {
        assert_eq!(start(&["flowvet"]), Start::Alone);
        assert_eq!(start(&[]), Start::Alone);
        for arguments in [&["flowvet", "check", "/a.zip"][..], &["flowvet", "--help"], &["flowvet", "x.zip"]]
        {
            let expected = arguments.iter().map(OsString::from).collect();
            assert_eq!(start(arguments), Start::Shortcut(expected));
        }
    }

    #[test]
    fn a_test_is_not_started_by_explorer() {
        assert!(!is_parent());
    }
}
