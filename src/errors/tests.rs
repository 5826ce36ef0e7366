#[path = "../../tests/support/messages.rs"]
mod messages;
#[path = "../../tests/support/other_messages.rs"]
mod other_messages;

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::sentence::Sentence;
use super::*;

fn codes(text: &str) -> Vec<&'static str> {
    in_message(text).found.iter().map(|found| found.error.code.as_str()).collect()
}

#[test]
fn every_file_of_the_catalog_is_read() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/catalog/platform-errors");
    let entries = std::fs::read_dir(folder).expect("a folder");
    let on_disk: BTreeSet<String> = entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    assert_eq!(on_disk, FILES.iter().map(|(name, _)| (*name).to_owned()).collect());
    for (name, text) in FILES {
        let catalog = crate::embedded::read::<Catalog>(text);
        assert!(
            catalog.as_ref().is_ok_and(|catalog| !catalog.error.is_empty()),
            "{name}: {:?}",
            catalog.err()
        );
    }
}

#[test]
fn codes_are_unique_and_sentences_long_enough() {
    let mut seen = BTreeSet::new();
    for error in all() {
        for code in error.codes() {
            assert!(seen.insert(code.to_lowercase()), "{code} is there twice");
            assert!(find(code).is_some_and(|found| found.code == error.code), "{code}");
        }
        for says in &error.says {
            assert!(Sentence::new(says).length() >= 12, "{says}");
            let text = says.replace('*', "'some name'");
            let found = codes(&text);
            let is_narrowed = found
                .iter()
                .any(|code| find(code).is_some_and(|one| one.narrows.as_ref() == Some(&error.code)));
            assert!(found.contains(&error.code.as_str()) || is_narrowed, "{says}: {found:?}");
        }
        assert!(error.narrows.as_ref().is_none_or(|code| find(code).is_some()), "{}", error.code);
    }
}

#[test]
fn a_code_is_one_word() {
    assert_eq!(codes("{\"code\":\"childflowneverpublished\"}"), ["ChildFlowNeverPublished"]);
    assert_eq!(codes("ChildFlowNever\n>   Published"), ["ChildFlowNeverPublished"]);
    for text in [
        "XChildFlowNeverPublished",
        "an action failed",
        "invalid connection",
        "the operation timed out",
        "resource not found",
    ] {
        assert!(codes(text).is_empty(), "{text}: {:?}", codes(text));
    }
    assert_eq!(codes("XrmConnectionReferenceMissingConnection"), ["XrmConnectionReferenceMissingConnection"]);
}

#[test]
fn numbers_are_found_in_every_notation_and_not_in_guids() {
    for text in [
        "80048060",
        "error 0x80048060!",
        "[80048060]",
        "(-2147188640)",
        "HResult=-2147188640",
        "2147778656",
        "80048060: x",
    ] {
        assert_eq!(codes(text), ["0x80048060"], "{text}");
    }
    for text in
        ["80048060-1234-4321-8888-000000000000", "a80048060", "loc_80048060", "180048060", "x-80048060f"]
    {
        assert!(codes(text).is_empty(), "{text}: {:?}", codes(text));
    }
}

#[test]
fn occurrences_are_counted_once() {
    let message = r#"{"code":"ChildFlowNeverPublished","message":"The workflow with id 'x' cannot be used as a child workflow because it has never been published."}"#;
    let times = |text: &str| in_message(text).found.first().map(|found| found.times);
    assert_eq!(times(message), Some(1));
    assert_eq!(times(&format!("{message}\n").repeat(3)), Some(3));
    // One failure, told twice.
    assert_eq!(times(&format!("{message} ExceptionMessage = {message}")), Some(1));
    assert_eq!(times(&format!("{message} and {}", message.replace("'x'", "'y'"))), Some(2));
    // Also where pieces of the text meet.
    for before in [
        super::search::PIECE_FOR_TESTS - 100,
        super::search::PIECE_FOR_TESTS - 10,
        super::search::PIECE_FOR_TESTS,
    ] {
        let text = format!("{}é{message}", " ".repeat(before));
        assert_eq!(times(&text), Some(1), "{before}");
    }
}

#[test]
fn a_hostile_text_takes_no_longer() {
    for part in [
        "hasneverbeenpublished ",
        "the workflow trigger ",
        "code: X",
        "{",
        "\\",
        "&amp;",
        "0x80048060 ",
        "could not find connection ",
        "\\u0027",
        "é",
    ] {
        let text = part.repeat((1 << 20) / part.len());
        let started = std::time::Instant::now();
        let _ = in_message(&text);
        assert!(started.elapsed().as_secs() < 20, "{part}: {:?}", started.elapsed());
    }
}

#[test]
fn messages_of_other_programs_are_not_known() {
    for text in other_messages::OTHERS {
        for text in
            [text.to_owned(), format!("2022-08-27T21:48:19.0970465Z ##[error]{text}\nnpm ERR! {text}\n")]
        {
            assert!(codes(&text).is_empty(), "{text}: {:?}", codes(&text));
        }
    }
}

/// A message says the same in other quotes, escaped, as HTML, in capitals, on many lines, and in the middle of others.
#[test]
fn a_message_is_found_however_it_was_copied() {
    for (message, expected) in messages::MESSAGES {
        // Words that look like a command's output stay on their line.
        if message.contains('\n') || message.starts_with('-') {
            continue;
        }
        let mut known: Vec<&str> = expected.to_vec();
        known.sort_unstable();
        let escaped = serde_json::to_string(message).expect("JSON");
        let twice = serde_json::to_string(&escaped).expect("JSON");
        for copy in [
            message.to_uppercase(),
            message.replace(['"', '\''], "“"),
            message.replace('\'', "`"),
            message.replace(' ', "\r\n   "),
            message.replace('"', "&quot;").replace('\'', "&#39;"),
            message.replace('\'', "\\u0027").replace(". ", ".\\r\\n"),
            format!("Hello,\nI get this:\n> {message}\nCan anybody help? Regards"),
            escaped,
            twice,
        ] {
            // What is cut off has nothing behind it, and what somebody typed nothing around it.
            if message.contains("...") || message.contains('…') || message.len() < 20 {
                continue;
            }
            // Capitals lose what tells an escape.
            if copy == message.to_uppercase() && message.contains('\\') {
                continue;
            }
            let mut found = codes(&copy);
            found.sort_unstable();
            assert_eq!(found, known, "{copy}");
        }
    }
}

/// Names of our own are not words of the platform, and a message ends in any word.
#[test]
fn our_own_names_are_in_no_message() {
    for word in ["MissingPrivilege", "KeyVaultAccess", "ChildFlowSuspended", "key-vault-access"] {
        for text in [word.to_owned(), format!("</{word}>"), format!("<{word} />"), format!("a {word}\n")] {
            assert!(codes(&text).is_empty(), "{text}: {:?}", codes(&text));
        }
    }
    for word in ["MissingDependencies", "</MissingDependencies>"] {
        let message = format!("Some dependencies are missing. The missing dependencies are : {word}");
        assert_eq!(codes(&message), ["missing-dependencies"]);
        assert!(codes(&format!("x {word}")).is_empty());
    }
}

/// Codes with nothing but letters, as any of them may end a text.
fn words() -> Vec<String> {
    let codes = all().iter().flat_map(PlatformError::codes);
    let says = all().iter().flat_map(|error| &error.says).flat_map(|says| says.split('*'));
    codes.map(|code| code.replace('-', "")).chain(says.map(ToOwned::to_owned)).collect()
}

proptest! {
    /// Any text has an answer: whatever it is made of, and wherever it ends.
    #[test]
    fn any_text_is_read(
        parts in prop::collection::vec(
            prop_oneof![
                prop::sample::select(words()),
                prop::sample::select(vec![
                    "\\", "\\u", "\\u0027", "&", "&amp;", "&#x", "&quot;", "%", "%C3", "\u{1b}[", "é", "あ", "İ", "ß", "\n",
                    " ", "'", "{", "}", "...", "code: ", "error ", "0x", "-", "80048060", "2147778656", "##[error]",
                    "2022-08-27T21:48:19.0970465Z ", "\t",
                ]).prop_map(ToOwned::to_owned),
                any::<String>(),
                "[\\\\u&%;é0-9a-f]{0,6}",
            ],
            0..8,
        ),
        cut in any::<prop::sample::Index>(),
    ) {
        let text = parts.concat();
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        for text in [text.as_str(), &text[..*cut.get(&ends)]] {
            let search = in_message(text);
            prop_assert!(search.found.iter().all(|found| found.times > 0));
            let _ = plain(text);
        }
    }
}
