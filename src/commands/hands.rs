//! `flowvet init`, `flowvet completions`, `flowvet man`: what makes the tool easy to reach for.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

use clap::CommandFactory;
use clap_complete::shells::{Bash, Fish, PowerShell, Zsh};

use super::{CLEAN, Outcome};
use crate::cli::{Cli, InitArgs, Shell};
use crate::config::FILE_NAME;
use crate::report::text::clean;

/// The file to start from. Every setting in it is commented out, so that it changes nothing yet.
const START: &str = include_str!("init.toml");

/// Writes the file to start from; one that is there is left alone.
pub(super) fn init(args: &InitArgs) -> Outcome {
    let path = args.folder.join(FILE_NAME);
    let name = path.strip_prefix(".").unwrap_or(&path).display().to_string();
    let opened = OpenOptions::new().write(true).create_new(true).open(&path);
    match opened.and_then(|mut file| file.write_all(START.as_bytes())) {
        Ok(()) => Outcome::output(format!("wrote {}\n", clean(&name)), CLEAN),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Outcome::failure(
            &format!("{name}: is there already, and was left as it is"),
            Some("take it away first if you want to start anew"),
        ),
        Err(error) => Outcome::failure(&format!("{name}: could not be written: {error}"), None),
    }
}

/// Completions for a shell.
pub(super) fn completions(shell: Shell) -> Outcome {
    let mut command = Cli::command();
    let mut out = Vec::new();
    match shell {
        Shell::Bash => clap_complete::generate(Bash, &mut command, "flowvet", &mut out),
        Shell::Zsh => clap_complete::generate(Zsh, &mut command, "flowvet", &mut out),
        Shell::Fish => clap_complete::generate(Fish, &mut command, "flowvet", &mut out),
        Shell::Powershell => clap_complete::generate(PowerShell, &mut command, "flowvet", &mut out),
    }
    Outcome::output(String::from_utf8_lossy(&out).into_owned(), CLEAN)
}

/// The manual page of flowvet or of one of its commands.
pub(super) fn man(name: Option<&str>) -> Outcome {
    let mut command = Cli::command();
    // Options that every command has are only put into the commands when all is built.
    command.build();
    let page = match name {
        None => command,
        Some(name) => match command.find_subcommand(name) {
            Some(found) => found.clone(),
            None => {
                let names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
                let help = match crate::suggest::nearest(name, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the commands are {}", names.join(", ")),
                };
                return Outcome::failure(&format!("`{name}` is no command"), Some(&help));
            }
        },
    };
    let mut out = Vec::new();
    match clap_mangen::Man::new(page).render(&mut out) {
        Ok(()) => Outcome::output(String::from_utf8_lossy(&out).into_owned(), CLEAN),
        Err(error) => Outcome::failure(&error.to_string(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_to_start_from_is_a_configuration_with_and_without_its_comments() {
        for text in [START.to_owned(), uncommented()] {
            let config = crate::config::read(&text).unwrap_or_else(|broken| panic!("{broken:?}\n{text}"));
            assert!(config.unknown_keys.is_empty(), "{:?}", config.unknown_keys);
        }
    }

    /// The settings that the comments show: lines after `# ` that look like TOML.
    fn uncommented() -> String {
        let is_setting = |line: &&str| line.starts_with('[') || line.contains(" = ");
        let lines = START.lines().filter_map(|line| line.strip_prefix("# "));
        lines.filter(is_setting).collect::<Vec<_>>().join("\n")
    }
}
