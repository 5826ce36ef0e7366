//! The binary: arguments, the terminal, exit codes. Everything else is the library.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use flowvet::cli::{Cli, Color, arguments};
use flowvet::{Outcome, Style};

fn main() -> ExitCode {
    let cli = Cli::parse_from(arguments(std::env::args_os()));
    let style = style(cli.color);
    if cli.command.reads_solutions() {
        // The variable that programs with rayon have for it.
        let wanted = std::env::var("RAYON_NUM_THREADS").ok();
        flowvet::join_in(wanted.and_then(|wanted| wanted.trim().parse().ok()));
    }
    let Outcome { output, stderr, code, .. } = flowvet::run(cli, style);
    let written = write(io::stdout(), &output).and_then(|()| write(io::stderr(), &stderr));
    match written {
        Ok(()) => ExitCode::from(code),
        // The reader has seen enough: `flowvet rules | head` is no failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(code),
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: could not write the report: {error}");
            ExitCode::from(2)
        }
    }
}

fn write(mut stream: impl Write, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes())?;
    stream.flush()
}

/// Colour and line drawing only where somebody looks at them.
fn style(color: Color) -> Style {
    let is_terminal = io::stdout().is_terminal();
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let color = match color {
        Color::Auto => is_terminal && !refused,
        Color::Always => true,
        Color::Never => false,
    };
    let progress = io::stderr().is_terminal();
    let links = color && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout);
    Style { color, links, width: width(is_terminal), progress }
}

/// The columns of the terminal within reason. A pipe gets what `COLUMNS` says, which shells do not hand on by themselves,
/// or 80.
fn width(is_terminal: bool) -> usize {
    let columns = if is_terminal {
        terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
    } else {
        std::env::var("COLUMNS").ok().and_then(|columns| columns.trim().parse().ok())
    };
    columns.unwrap_or(80).clamp(60, 140)
}
