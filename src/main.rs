//! The binary: arguments, the terminal and exit codes. The library does everything else.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
#[cfg(feature = "server")]
use flowvet::cli::Command;
use flowvet::cli::{Cli, Color, arguments, printable_error};
use flowvet::{Outcome, Style};

/// Prints help, or an error about the arguments.
fn refuse(error: &clap::Error) -> ExitCode {
    let printed = match printable_error(error) {
        Some(text) if error.use_stderr() => write(io::stderr(), &text),
        _ => error.print(),
    };
    // The reader may have closed the pipe, as in `flowvet --help | head`.
    let _ = printed;
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse_from(arguments(std::env::args_os())) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    let style = style(cli.color);
    if cli.command.reads_solutions() {
        // The variable that programs with rayon have for it.
        let wanted = std::env::var("RAYON_NUM_THREADS").ok();
        flowvet::join_in(wanted.and_then(|wanted| wanted.trim().parse().ok()));
    }
    #[cfg(feature = "server")]
    match &cli.command {
        Command::Server(_) => return ExitCode::from(flowvet::serve()),
        Command::Mcp(args) => return ExitCode::from(flowvet::serve_agent(&args.folders)),
        _ => {}
    }
    let Outcome { output, stderr, code, .. } = flowvet::run(cli, style);
    let written = write(io::stdout(), &output).and_then(|()| write(io::stderr(), &stderr));
    match written {
        Ok(()) => ExitCode::from(code),
        // The reader has closed the pipe, as in `flowvet rules | head`. That is not an error.
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

/// Colours and links are for terminals.
fn style(color: Color) -> Style {
    let is_terminal = io::stdout().is_terminal();
    let is_disabled = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let color = match color {
        Color::Auto => is_terminal && !is_disabled,
        Color::Always => true,
        Color::Never => false,
    };
    let progress = io::stderr().is_terminal();
    let links = color && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout);
    Style { color, links, width: width(is_terminal), progress }
}

/// The columns of the terminal, within limits. For a pipe, `COLUMNS`, which shells do not export by default, or 80.
fn width(is_terminal: bool) -> usize {
    let columns = if is_terminal {
        terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
    } else {
        std::env::var("COLUMNS").ok().and_then(|columns| columns.trim().parse().ok())
    };
    columns.unwrap_or(80).clamp(60, 140)
}
