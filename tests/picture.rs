//! The pictures in the README: `docs/check.svg`, a real run of `flowvet check`, drawn as a terminal window, and
//! `docs/calls.svg`, the output of `flowvet graph`.
//! `cargo xtask refresh --test picture` updates it.

mod support;

use std::fmt::Write as _;

use support::{flowvet, read_folder, root, write_all};
use tempfile::TempDir;

const PICTURE: &str = "docs/check.svg";
/// The fixture, and the name of its folder in the picture, which is short to leave space for the names of files.
const FIXTURE: &str = "fixtures/run-only/child-flow-run-only-connection/bad";
const FOLDER: &str = "leave";

const COLUMNS: usize = 90;
const LINE_HEIGHT: usize = 18;
/// The width of a character, in hundredths of a pixel at a font size of 13.
const CHARACTER_WIDTH: usize = 785;
const MARGIN: usize = 20;
const TITLE_BAR: usize = 36;

const BACKGROUND: &str = "#0d1117";
const BORDER: &str = "#3d444d";
const TEXT: &str = "#e6edf3";

/// The colour of an escape sequence for foreground colours.
fn color(code: u8) -> Option<&'static str> {
    Some(match code {
        31 | 91 => "#ff7b72",
        32 | 92 => "#7ee787",
        33 | 93 => "#e3b341",
        34 | 94 => "#79c0ff",
        35 | 95 => "#d2a8ff",
        36 | 96 => "#76e3ea",
        90 => "#8b949e",
        _ => return None,
    })
}

/// How a text is drawn.
#[derive(Clone, Copy, Default, PartialEq)]
struct Look {
    is_bold: bool,
    color: Option<&'static str>,
}

impl Look {
    /// Applies the numbers of an escape sequence `ESC [ … m`.
    fn apply(&mut self, codes: &str) {
        for code in codes.split(';') {
            match code.parse().unwrap_or(0) {
                0 => *self = Look::default(),
                1 => self.is_bold = true,
                code => {
                    let color = color(code).unwrap_or_else(|| panic!("the picture has no colour {code}"));
                    self.color = Some(color);
                }
            }
        }
    }
}

/// The texts of a line with their looks.
fn spans(line: &str) -> Vec<(Look, String)> {
    let mut look = Look::default();
    let mut parts = line.split("\u{1b}[");
    let mut spans = vec![(look, parts.next().unwrap_or_default().to_owned())];
    for part in parts {
        let (codes, text) = part.split_once('m').expect("a colour: the picture has no other sequences");
        look.apply(codes);
        spans.push((look, text.to_owned()));
    }
    spans.retain(|(_, text)| !text.is_empty());
    spans
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A terminal window with these lines.
fn svg(lines: &[String]) -> String {
    let width = COLUMNS * CHARACTER_WIDTH / 100 + 2 * MARGIN;
    let height = TITLE_BAR + lines.len() * LINE_HEIGHT + MARGIN;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
         <rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"{BACKGROUND}\" stroke=\"{BORDER}\"/>\n",
        width - 1,
        height - 1
    );
    for (index, color) in ["#ff5f57", "#febc2e", "#28c840"].into_iter().enumerate() {
        let x = MARGIN + index * 18;
        let _ = writeln!(out, "<circle cx=\"{x}\" cy=\"18\" r=\"5.5\" fill=\"{color}\"/>");
    }
    let fonts = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";
    let _ = writeln!(
        out,
        "<g font-family=\"{fonts}\" font-size=\"13\" fill=\"{TEXT}\" style=\"white-space: pre\">"
    );
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
        let y = TITLE_BAR + (index + 1) * LINE_HEIGHT - 5;
        let _ = write!(out, "<text x=\"{MARGIN}\" y=\"{y}\" xml:space=\"preserve\">");
        for (look, text) in spans(line) {
            let bold = if look.is_bold { " font-weight=\"bold\"" } else { "" };
            let color = look.color.map_or_else(String::new, |color| format!(" fill=\"{color}\""));
            let text = escaped(&text);
            if bold.is_empty() && color.is_empty() {
                out.push_str(&text);
            } else {
                let _ = write!(out, "<tspan{bold}{color}>{text}</tspan>");
            }
        }
        out.push_str("</text>\n");
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// What a terminal shows: the command and its output.
fn terminal() -> Vec<String> {
    let folder = TempDir::new().expect("a folder");
    write_all(&folder.path().join(FOLDER), &read_folder(&root().join(FIXTURE)));
    let output = flowvet()
        .current_dir(folder.path())
        .env("COLUMNS", COLUMNS.to_string())
        .args(["check", FOLDER, "--color", "always", "--no-config", "--format", "human"])
        .output()
        .expect("runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let prompt = format!("\u{1b}[90m$\u{1b}[0m \u{1b}[1mflowvet check {FOLDER}/\u{1b}[0m");
    std::iter::once(prompt).chain(text.lines().map(str::to_owned)).collect()
}

#[test]
fn the_picture_shows_the_output_of_today() {
    let lines = terminal();
    let columns = |line: &String| spans(line).iter().map(|(_, text)| text.chars().count()).sum::<usize>();
    let longest = lines.iter().map(columns).max().expect("a line");
    assert!(longest <= COLUMNS, "a line has {longest} columns, the picture has {COLUMNS}");
    let fresh = svg(&lines);
    let path = root().join(PICTURE);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &fresh).expect("a file");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == fresh, "{PICTURE} is out of date: run cargo xtask refresh --test picture");
}

/// The picture of calls in the README.
#[test]
fn the_picture_of_calls_is_that_of_today() {
    const CALLS: &str = "docs/calls.svg";
    let scenario = "fixtures/scenarios/co-sell-dynamics365/helper-off";
    let output = flowvet().args(["graph", scenario, "--format", "svg"]).output().expect("runs");
    let fresh = String::from_utf8(output.stdout).expect("UTF-8");
    let path = root().join(CALLS);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &fresh).expect("a file");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == fresh, "{CALLS} is out of date: run cargo xtask refresh --test picture");
}

#[test]
fn colours_and_markup_become_spans() {
    let red = Look { is_bold: true, color: color(31) };
    let line = "a \u{1b}[1m\u{1b}[31mb<c\u{1b}[0m d";
    let expected =
        [(Look::default(), "a ".to_owned()), (red, "b<c".to_owned()), (Look::default(), " d".to_owned())];
    assert!(spans(line) == expected);
    assert_eq!(spans("\u{1b}[1;31mx").len(), 1);
    assert_eq!(escaped("a < b && c > d"), "a &lt; b &amp;&amp; c &gt; d");
}
