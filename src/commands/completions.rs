//! `flowvet completions` and `flowvet man`, both generated from the definition of the command line.

use clap::CommandFactory;
use clap_complete::shells::{Bash, Fish, PowerShell, Zsh};

use super::{CLEAN, Outcome};
use crate::cli::{Cli, Shell};

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
    // Global options are added to the commands by `build`.
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
                return Outcome::failure(&format!("unknown command `{name}`"), Some(&help));
            }
        },
    };
    let mut out = Vec::new();
    match clap_mangen::Man::new(page).render(&mut out) {
        Ok(()) => Outcome::output(String::from_utf8_lossy(&out).into_owned(), CLEAN),
        Err(error) => Outcome::failure(&error.to_string(), None),
    }
}
