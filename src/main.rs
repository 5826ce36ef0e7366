//! The binary: arguments, the terminal and exit codes. The library does everything else.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
#[cfg(feature = "server")]
use flowvet::cli::Command;
use flowvet::cli::explorer::{self, Start};
use flowvet::cli::{Cli, Color, arguments, printable_error};
use flowvet::{Outcome, Style};
use mimalloc::MiMalloc;

/// See `Cargo.toml` for the reason.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Prints help, or an error about the arguments.
fn refuse(error: &clap::Error) -> u8 {
    let printed = match printable_error(error) {
        Some(text) if error.use_stderr() => write(io::stderr(), &text),
        _ => error.print(),
    };
    // The reader may have closed the pipe, as in `flowvet --help | head`.
    let _ = printed;
    u8::try_from(error.exit_code()).unwrap_or(2)
}

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let has_window = io::stdin().is_terminal() && io::stdout().is_terminal();
    if has_window && explorer::is_parent() { run_in_window(arguments) } else { run(arguments) }.into()
}

/// Runs in a window that closes at the end, so it waits until the user has read what it shows. Reports that are open in a
/// browser do not need it.
fn run_in_window(arguments: Vec<OsString>) -> u8 {
    let (code, is_shown_elsewhere) = match Start::of(arguments) {
        Start::Alone => {
            let _ = write(io::stdout(), explorer::GUIDE);
            (0, false)
        }
        Start::Dropped(arguments) => {
            let code = run(arguments);
            (code, code < 2)
        }
        Start::Shortcut(arguments) => (run(arguments), false),
    };
    if !is_shown_elsewhere {
        let _ = write(io::stdout(), "\nPress Enter to close this window.\n");
        let _ = io::stdin().read_line(&mut String::new());
    }
    code
}

/// Runs the command. Returns the exit code.
fn run(all: Vec<OsString>) -> u8 {
    let cli = match Cli::try_parse_from(arguments(all)) {
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
        Command::Server(_) => return flowvet::serve(),
        Command::Mcp(args) => return flowvet::serve_agent(&args.folders),
        _ => {}
    }
    let Outcome { output, stderr, code, open, .. } = flowvet::run_to(cli, style, &mut io::stdout().lock());
    let written = write(io::stdout(), &output).and_then(|()| write(io::stderr(), &stderr));
    if let Some(Err(message)) = open.map(|path| flowvet::open_in_browser(&path)) {
        let _ = write(io::stderr(), &message);
        return 2;
    }
    match written {
        Ok(()) => code,
        // The reader has closed the pipe, as in `flowvet rules | head`. That is not an error.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => code,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: could not write the report: {error}");
            2
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
    let takes_colors = is_terminal && takes_colors();
    let is_disabled = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let color = match color {
        Color::Auto => takes_colors && !is_disabled,
        Color::Always => true,
        Color::Never => false,
    };
    let progress = io::stderr().is_terminal();
    let links = color && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout);
    Style { color, links, width: width(is_terminal), progress }
}

/// Whether the terminal understands the sequences for colours. Older consoles of Windows do once they are asked to.
fn takes_colors() -> bool {
    anstyle_query::windows::enable_ansi_colors() != Some(false)
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
