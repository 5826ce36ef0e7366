//! Mutation tests with the public corpus: bytes overwritten, cut and doubled; keys dropped, types changed, ids swapped,
//! names replaced by ones that mean something to what shows them. For every damaged package, the exit code is 0, 1 or 2,
//! and every output is read back. So are damaged configurations, baselines, settings and orders.
//!
//! The seed is fixed. `FLOWVET_MUTATIONS=20000 cargo test --release --test mutation` runs more mutations, and
//! `FLOWVET_SEED=7` different ones.

mod support;

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use clap::Parser;
use flowvet::cli::Cli;
use flowvet::{Outcome, Style};
use serde_json::Value;
use support::formats::{EVIL_NAMES, OUTPUTS, assert_valid};
use support::{Files, corpus, corpus_packages, flowvet, is_read, read_folder, read_zip, write_all, zip_of};
use support::{TestFlow, solution_zip};

/// The number of mutations in a test run, and how often the binary is run as well.
const MUTATIONS: u64 = 400;
const BINARY_EVERY: u64 = 15;

/// A small generator with the same results on every machine (Knuth's MMIX constants).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % bound.max(1)
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// Larger files are not damaged: each takes the time of many small ones.
const LARGE: u64 = 300_000;

/// The files of a package that flowvet reads.
fn files_of(path: &Path) -> Files {
    let mut files = if path.is_dir() { read_folder(path) } else { read_zip(path, LARGE).unwrap_or_default() };
    files.retain(|(name, bytes)| is_read(name) && (bytes.len() as u64) < LARGE);
    files.sort();
    files
}

/// Applies a random mutation to a file.
fn damage(random: &mut Random, bytes: &mut Vec<u8>) {
    match random.below(10) {
        9 => rename(random, bytes),
        0 => (0..1 + random.below(16)).for_each(|_| {
            let (at, byte) = (random.below(bytes.len()), random.below(256));
            if let Some(old) = bytes.get_mut(at) {
                *old = u8::try_from(byte).expect("a byte");
            }
        }),
        1 => bytes.truncate(random.below(bytes.len())),
        2 => {
            let (a, b) = (random.below(bytes.len()), random.below(bytes.len()));
            bytes.drain(a.min(b)..a.max(b));
        }
        3 => {
            let (at, until) = (random.below(bytes.len()), random.below(bytes.len()));
            let piece = bytes[at.min(until)..at.max(until)].to_vec();
            bytes.splice(at..at, piece);
        }
        4 => swap_ids(random, bytes),
        _ => match serde_json::from_slice::<Value>(bytes) {
            Ok(mut value) => {
                (0..1 + random.below(6)).for_each(|_| damage_node(random, &mut value));
                *bytes = value.to_string().into_bytes();
            }
            Err(_) => damage_xml(random, bytes),
        },
    }
}

/// Replaces a name: the key of an object in JSON, or a value between quotes.
fn rename(random: &mut Random, bytes: &mut Vec<u8>) {
    let evil = *random.of(&EVIL_NAMES);
    if let Ok(mut value) = serde_json::from_slice::<Value>(bytes) {
        rename_key(random, &mut value, evil);
        *bytes = value.to_string().into_bytes();
        return;
    }
    let text = String::from_utf8_lossy(bytes).into_owned();
    let quotes: Vec<usize> = text.match_indices('"').map(|(at, _)| at).collect();
    let Some(pair) = quotes.len().checked_sub(2).map(|most| random.below(most / 2 + 1) * 2) else { return };
    // XML has no place for these.
    let evil: String = evil.chars().filter(|c| !c.is_control() && !"\u{fffe}\u{ffff}".contains(*c)).collect();
    let evil = evil.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    *bytes = format!("{}{evil}{}", &text[..=quotes[pair]], &text[quotes[pair + 1]..]).into_bytes();
}

fn rename_key(random: &mut Random, value: &mut Value, evil: &str) {
    let Value::Object(map) = value else { return };
    let at = random.below(map.len());
    let key = map.keys().nth(at).cloned();
    if let Some(key) = key {
        let is_deeper = random.below(4) > 0 && map[&key].is_object();
        if is_deeper {
            return rename_key(random, &mut map[&key], evil);
        }
        let value = map.remove(&key).unwrap_or_default();
        map.insert(evil.to_owned(), value);
    }
}

/// Replaces a GUID of the file by another one.
fn swap_ids(random: &mut Random, bytes: &mut [u8]) {
    let is_id = |window: &[u8]| {
        window.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    };
    let places: Vec<usize> =
        bytes.windows(36).enumerate().filter(|(_, window)| is_id(window)).map(|(at, _)| at).collect();
    if let (Some(_), from, to) = (places.first(), random.below(places.len()), random.below(places.len())) {
        bytes.copy_within(places[from]..places[from] + 36, places[to]);
    }
}

/// Drops, doubles or renames a tag, or removes its text.
fn damage_xml(random: &mut Random, bytes: &mut Vec<u8>) {
    let places: Vec<usize> =
        bytes.iter().enumerate().filter(|(_, byte)| **byte == b'<').map(|(at, _)| at).collect();
    let Some(_) = places.first() else { return };
    let (at, until) = (random.below(places.len()), random.below(places.len()));
    let (start, end) = (places[at.min(until)], places[at.max(until)]);
    match random.below(3) {
        0 => drop(bytes.drain(start..end)),
        1 => {
            let piece = bytes[start..end].to_vec();
            bytes.splice(end..end, piece);
        }
        _ => bytes[start + 1] = b'Z',
    }
}

/// Walks down to a random node and damages it.
fn damage_node(random: &mut Random, value: &mut Value) {
    let mut node = value;
    for _ in 0..random.below(12) {
        let size = node.as_object().map(serde_json::Map::len).or(node.as_array().map(Vec::len)).unwrap_or(0);
        if size == 0 {
            break;
        }
        let at = random.below(size);
        node = match node {
            Value::Object(map) => map.iter_mut().nth(at).map(|(_, value)| value).expect("in bounds"),
            Value::Array(list) => &mut list[at],
            _ => return,
        };
    }
    let strings = ["", "@", "@{", "@parameters('$connections')['x']", "Workflow", "a/b~c", "\u{202e}\u{0}"];
    *node = match random.below(9) {
        0 => Value::Null,
        1 => Value::Bool(true),
        2 => Value::from(-1),
        3 => Value::from(1e300),
        4 if random.below(2) == 0 => Value::String((*random.of(&EVIL_NAMES)).to_owned()),
        4 => Value::String((*random.of(&strings)).to_owned()),
        5 => Value::Array(vec![node.take()]),
        6 => Value::Object([("actions".to_owned(), node.take())].into_iter().collect()),
        7 => Value::Object(serde_json::Map::new()),
        _ => match node.take() {
            Value::Object(map) => {
                let skipped = random.below(map.len());
                Value::Object(
                    map.into_iter()
                        .enumerate()
                        .filter(|(at, _)| *at != skipped)
                        .map(|(_, member)| member)
                        .collect(),
                )
            }
            other => Value::String(other.to_string()),
        },
    };
}

fn run(args: &[&str]) -> Outcome {
    let cli = Cli::try_parse_from(std::iter::once("flowvet").chain(args.iter().copied())).expect("arguments");
    flowvet::run(cli, Style { color: false, links: false, width: 80, progress: false })
}

/// How many outputs of each damaged package are read back. All are in turn.
const OUTPUTS_EACH: usize = 6;

/// Runs some of the commands on a package, and reads what they print.
fn assert_answers(path: &str, number: u64) {
    let first = usize::try_from(number).unwrap_or(0) * OUTPUTS_EACH;
    let outputs = (first..first + OUTPUTS_EACH).map(|at| OUTPUTS[at % OUTPUTS.len()]);
    for args in outputs.chain([OUTPUTS[0]]) {
        let all = [args, &["--", path]].concat();
        let Outcome { output, stderr, code, .. } = run(&all);
        assert!(code <= 2, "{args:?}: exit code {code}");
        let is_error = stderr.contains("error: ");
        assert_eq!(code == 2, is_error, "{args:?}: {stderr}");
        assert!(is_error || stderr.is_empty() || stderr.starts_with("note: "), "{args:?}: {stderr}");
        if code < 2 {
            assert_valid(args, &output);
        }
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn damaged_packages_are_handled() {
    let Some(folder) = corpus() else { return };
    let packages: Vec<Files> = corpus_packages(&folder)
        .iter()
        .map(|path| files_of(path))
        .filter(|files| !files.is_empty())
        .collect();
    let target = tempfile::TempDir::new().expect("a folder");
    let seed = number("FLOWVET_SEED", 1);
    let mut answered = [0; 3];
    for number in 0..number("FLOWVET_MUTATIONS", MUTATIONS) {
        let mut random = Random(seed.wrapping_mul(1_000_003).wrapping_add(number));
        random.below(1);
        let mut files = random.of(&packages).clone();
        // A few files around a flow suffice, and are faster than a hundred.
        while files.len() > 12 {
            let at = random.below(files.len());
            let name = files[at].0.to_ascii_lowercase();
            if !name.ends_with("solution.xml") && !name.ends_with("customizations.xml")
                || random.below(9) == 0
            {
                files.remove(at);
            }
        }
        for _ in 0..1 + random.below(4) {
            let at = random.below(files.len());
            damage(&mut random, &mut files[at].1);
        }
        let path = target.path().join(format!("damaged{number}"));
        if random.below(2) == 0 {
            let mut zip = zip_of(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
            if random.below(4) == 0 {
                damage(&mut random, &mut zip);
            }
            fs::write(&path, zip).expect("a file");
        } else {
            write_all(&path, &files);
        }
        let argument = path.to_string_lossy().into_owned();
        let answer = catch_unwind(|| assert_answers(&argument, number));
        assert!(
            answer.is_ok(),
            "damage {number} of seed {seed} panics; it is in {}",
            target.keep().display()
        );
        answered[usize::from(run(&["check", &argument]).code)] += 1;
        if number % BINARY_EVERY == 0 {
            let output = flowvet().args(["check", &argument, "--format", "json"]).output().expect("runs");
            let code = output.status.code().expect("not killed by a signal");
            assert!((0..=2).contains(&code), "exit code {code}");
            assert_eq!(code < 2, serde_json::from_slice::<Value>(&output.stdout).is_ok());
        }
        let _ = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
    }
    assert!(answered.iter().all(|count| *count > 0), "the damage is too small or too large: {answered:?}");
}

/// A file that goes with the inputs, and the arguments that read it.
struct Companion {
    name: &'static str,
    text: String,
    args: &'static [&'static str],
}

fn companions(folder: &Path) -> Vec<Companion> {
    let of = |name, text: &str, args| Companion { name, text: text.to_owned(), args };
    let path = |name: &str| folder.join(name).display().to_string();
    run(&["check", &path("in.zip"), "--no-config", "--write-baseline", &path("new.json")]);
    let known = fs::read_to_string(folder.join("new.json")).expect("a baseline");
    let config = "profile = 'strict'\nfail-on = 'never'\n[rules]\nchild-flow-off = 'info'\nwebhooks = 'off'\n\
        [[override]]\nflows = ['Flow {0001,*2}']\nsolutions = ['I[mn]']\nrules = { call-cycle = 'off' }\n\
        [run-only]\nrequire-own-connections = ['Partner - *']\n[[webhook]]\nreceiver = 'Flow*'\nevents = ['a']\n\
        [target]\nsolutions = ['Base']\n[[ignore]]\nrule = 'activation/child-flow-missing'\nflow = 'Flow ????'\n\
        solution = '*'\nat = '/properties'\nreason = \"known\"\nuntil = 2027-01-31\n";
    let settings = r#"{"EnvironmentVariables": [{"SchemaName": "a_b", "Value": "x"}], "ConnectionReferences":
        [{"LogicalName": "a_c", "ConnectionId": "1", "ConnectorId": "/apis/shared_x"}], "ActivateFlowConfiguration":
        [{"solutionComponentName": "Flow 0001", "solutionComponentUniqueName": "00000001-0000-4000-8000-000000000000",
        "sortOrder": "1", "activate": "true"}]}"#;
    let order =
        r#"{"version": 1, "order": ["00000002-0000-4000-8000-000000000000", "Flow 0001", "Flw 0002"]}"#;
    let csv = "position,name,solution\n1,\"Flow 0002\",In\n2,'=Flow,In\n3,Flow 0001,In\n";
    let check: &[&str] = &["order", "in.zip", "--check", "FILE", "--format", "json"];
    vec![
        // Under its own name it would be found by the other commands.
        of("named.toml", config, &["check", "in.zip", "--format", "json", "--config", "FILE"]),
        of("known.json", &known, &["check", "in.zip", "--format", "json", "--baseline", "FILE"]),
        of("settings.json", settings, &["check", "in.zip", "--format", "json", "--settings", "FILE"]),
        of("runbook.json", settings, &["runbook", "in.zip", "--format", "json", "--settings", "FILE"]),
        of("into.json", settings, &["order", "in.zip", "--format", "alm", "--into", "FILE"]),
        of("order.json", order, check),
        of("order.csv", csv, check),
        of("order.txt", "# first\nFlow 0002\n\nFlow 0001\nFlw 0001\n", check),
    ]
}

/// Repeats a piece of a text until a limit is reached, or damages it as other files are.
fn damage_companion(random: &mut Random, bytes: &mut Vec<u8>) {
    const PIECES: [&str; 14] = [
        "{",
        "[",
        "[[",
        "a.",
        "?",
        "*",
        "{a,",
        "\"",
        "'",
        "(",
        "{\"a\":",
        "[a-z]",
        "\\",
        "\u{202e}\u{ffff}x",
    ];
    match random.below(5) {
        0 => {
            let times = [2, 9, 100, 130, 600, 20_000, 200_000][random.below(7)];
            let piece = random.of(&PIECES).repeat(times);
            let at = random.below(bytes.len() + 1);
            bytes.splice(at..at, piece.into_bytes());
        }
        1 => {
            // A whole line many times.
            let text = String::from_utf8_lossy(bytes).into_owned();
            let lines: Vec<&str> = text.lines().collect();
            if let Some(at) = lines.len().checked_sub(1).map(|last| random.below(last + 1)) {
                let repeated = format!("{}\n", lines[at]).repeat([2, 150, 3000][random.below(3)]);
                *bytes = [lines[..at].join("\n"), repeated, lines[at..].join("\n")].join("\n").into_bytes();
            }
        }
        2 => rename(random, bytes),
        _ => damage(random, bytes),
    }
}

#[test]
fn damaged_companions_are_handled() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let flows = [TestFlow::new(1, [2, 9]), TestFlow::new(2, [])];
    fs::write(folder.path().join("in.zip"), solution_zip("In", &flows)).expect("a file");
    let zip = folder.path().join("in.zip").display().to_string();
    let seed = number("FLOWVET_SEED", 1);
    for companion in companions(folder.path()) {
        let file = folder.path().join(companion.name);
        let named = file.display().to_string();
        let args: Vec<&str> = companion
            .args
            .iter()
            .map(|arg| match *arg {
                "FILE" => &*named,
                "in.zip" => &*zip,
                other => other,
            })
            .collect();
        let mut answered = [0; 3];
        for number in 0..number("FLOWVET_MUTATIONS", MUTATIONS) / 2 {
            let mut random = Random(seed.wrapping_mul(1_000_033).wrapping_add(number));
            random.below(1);
            let mut bytes = companion.text.clone().into_bytes();
            (0..random.below(3)).for_each(|_| damage_companion(&mut random, &mut bytes));
            fs::write(&file, &bytes).expect("a file");
            let outcome = catch_unwind(|| run(&args));
            let Ok(Outcome { output, stderr, code, .. }) = outcome else {
                panic!(
                    "damage {number} of {} with seed {seed} panics; it is in {}",
                    companion.name,
                    folder.keep().display()
                );
            };
            assert_eq!(code == 2, stderr.contains("error: "), "{args:?}: {stderr}");
            assert!(stderr.len() < 20_000, "{} bytes of errors", stderr.len());
            if code < 2 && args.contains(&"json") {
                assert_valid(&["check", "--format", "json"], &output);
            }
            if code < 2 && companion.name == "into.json" {
                let merged = fs::read(&file).expect("there");
                let text = String::from_utf8_lossy(&merged);
                let read = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}'));
                assert!(read.is_ok(), "{read:?}: {text}");
            }
            answered[usize::from(code)] += 1;
        }
        let accepted = answered[0] + answered[1];
        let is_any_text = ["order.csv", "order.txt"].contains(&companion.name);
        assert!(accepted > 0 && (answered[2] > 0 || is_any_text), "{}: {answered:?}", companion.name);
    }
}
