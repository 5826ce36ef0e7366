//! Properties that findings must not depend on: the order of inputs, of zip entries and of JSON keys, line endings,
//! encodings and indentation. Compares rules, messages, pointers and flows; lines and columns may differ.

mod support;

use std::path::PathBuf;

use flowvet::{Analysis, Input, Limits};
use serde_json::Value;
use support::fixture::complete;
use support::{Files, corpus, corpus_packages, read_folder, read_zip, root, zip_of};

/// The parts of a finding that must not differ.
type Seen = (&'static str, String, String, String);

/// A small generator with the same results on every machine (Knuth's MMIX constants).
struct Random(u64);

impl Random {
    fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            list.swap(at, usize::try_from(self.0 >> 33).expect("31 bits") % (at + 1));
        }
    }
}

/// The findings of inputs in the order of the report, or why the inputs are rejected.
fn findings(inputs: Vec<Input>) -> Result<Vec<Seen>, String> {
    let limits = Limits { ratio: u64::MAX, ..Limits::default() };
    let analysis = Analysis::load(inputs, limits)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let findings = analysis.check();
    let seen = findings.iter().map(|finding| {
        let pointer = finding.place().route().map(ToString::to_string).unwrap_or_default();
        let flow = finding.flow.map(|flow| analysis.workspace.flow(flow).id.to_string()).unwrap_or_default();
        (finding.rule, finding.message.clone(), pointer, flow)
    });
    Ok(seen.collect())
}

fn sorted(findings: Result<Vec<Seen>, String>) -> Result<Vec<Seen>, String> {
    findings.map(|mut seen| {
        seen.sort();
        seen
    })
}

fn of_zip(files: &Files) -> Result<Vec<Seen>, String> {
    let bytes = zip_of(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    findings(vec![Input::Bytes { name: "in.zip".to_owned(), bytes }])
}

/// Every bad fixture, every scenario, and the public packages.
fn packages() -> Vec<(PathBuf, Files)> {
    let mut packages = Vec::new();
    for family in root().join("fixtures").read_dir().expect("fixtures").flatten() {
        if !family.path().is_dir() {
            continue;
        }
        for case in family.path().read_dir().expect("a family").flatten() {
            for folder in case.path().read_dir().expect("a case").flatten() {
                if !folder.path().is_dir() {
                    continue;
                }
                let files = complete(read_folder(&folder.path()));
                packages.push((folder.path(), files));
            }
        }
    }
    for path in corpus().iter().flat_map(|folder| corpus_packages(folder)) {
        if path.extension().is_some_and(|ending| ending == "zip")
            && !path.to_string_lossy().contains("legacy")
        {
            packages.push((path.clone(), read_zip(&path, 200_000).expect("a zip")));
        }
    }
    // Rewriting a file removes duplicate keys.
    packages.retain(|(path, files)| {
        !files.is_empty() && path.components().all(|part| part.as_os_str() != "repeated-key")
    });
    packages.sort();
    packages
}

/// Compares the findings of every package before and after changing its files.
fn assert_same_findings(change: impl Fn(&str, Vec<u8>) -> Vec<u8>) {
    for (path, files) in packages() {
        let changed = files.iter().map(|(name, bytes)| (name.clone(), change(name, bytes.clone()))).collect();
        assert_eq!(sorted(of_zip(&changed)), sorted(of_zip(&files)), "{}", path.display());
    }
}

/// Changes UTF-8 texts and leaves other files unchanged.
fn text(bytes: Vec<u8>, change: impl Fn(&str) -> String) -> Vec<u8> {
    let bare = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    match std::str::from_utf8(bare) {
        Ok(text) => change(text).into_bytes(),
        Err(_) => bytes,
    }
}

fn is_json(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".json")
}

#[test]
fn the_order_of_entries_does_not_matter() {
    let mut random = Random(1);
    for (path, mut files) in packages() {
        let first = of_zip(&files);
        random.shuffle(&mut files);
        assert_eq!(of_zip(&files), first, "{}", path.display());
        files.sort();
        assert_eq!(of_zip(&files), first, "{}", path.display());
    }
}

#[test]
fn the_order_of_inputs_does_not_matter() {
    let mut inputs: Vec<Input> = packages()
        .into_iter()
        .enumerate()
        .map(|(number, (_, files))| {
            let bytes = zip_of(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
            Input::Bytes { name: format!("{number:03}.zip"), bytes }
        })
        .filter(|input| findings(vec![input.clone()]).is_ok())
        .collect();
    let first = findings(inputs.clone()).expect("each was read by itself");
    assert!(first.len() > 30, "{}", first.len());
    let mut random = Random(2);
    for _ in 0..2 {
        random.shuffle(&mut inputs);
        assert_eq!(findings(inputs.clone()).as_ref(), Ok(&first));
    }
}

#[test]
fn line_endings_do_not_matter() {
    let crlf = |text: &str| text.replace("\r\n", "\n").replace('\n', "\r\n");
    assert_same_findings(|name, bytes| if is_json(name) { text(bytes, crlf) } else { bytes });
    // In XML, some values contain line breaks, and parsers normalise them.
    assert_same_findings(|_, bytes| text(bytes, crlf));
}

#[test]
fn encodings_do_not_matter() {
    assert_same_findings(|_, bytes| text(bytes, |text| format!("\u{FEFF}{text}")));
    let utf16 = |bytes: Vec<u8>, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let bare = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
        match std::str::from_utf8(bare) {
            Ok(text) => std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(unit).collect(),
            Err(_) => bytes,
        }
    };
    assert_same_findings(|_, bytes| utf16(bytes, u16::to_le_bytes));
    assert_same_findings(|_, bytes| utf16(bytes, u16::to_be_bytes));
}

#[test]
fn indentation_and_escapes_do_not_matter() {
    let changed =
        |bytes: Vec<u8>, print: &dyn Fn(&Value) -> String| match serde_json::from_slice::<Value>(&bytes) {
            Ok(value) => print(&value).into_bytes(),
            Err(_) => bytes,
        };
    assert_same_findings(
        |name, bytes| if is_json(name) { changed(bytes, &|value| value.to_string()) } else { bytes },
    );
    assert_same_findings(
        |name, bytes| if is_json(name) { changed(bytes, &|value| format!("{value:#}")) } else { bytes },
    );
    let escaped = |value: &Value| {
        let text = value.to_string();
        text.chars().map(|c| if c.is_ascii() { c.to_string() } else { escape(c) }).collect()
    };
    assert_same_findings(|name, bytes| if is_json(name) { changed(bytes, &escaped) } else { bytes });
}

fn escape(character: char) -> String {
    let mut units = [0; 2];
    character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

/// Prints a value with the keys of each object in reverse order.
fn with_reversed_keys(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let members: Vec<String> = map
                .iter()
                .rev()
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), with_reversed_keys(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(list) => {
            let elements: Vec<String> = list.iter().map(with_reversed_keys).collect();
            format!("[{}]", elements.join(","))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

#[test]
fn the_order_of_keys_does_not_matter() {
    assert_same_findings(|name, bytes| match serde_json::from_slice::<Value>(&bytes) {
        Ok(value) if is_json(name) => with_reversed_keys(&value).into_bytes(),
        Ok(_) | Err(_) => bytes,
    });
}
