//! Zips with false sizes, bombs, overlapping entries, and misleading names.

use std::io::{Cursor, Write};

use flowvet::Limits;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::support::{TestFlow, solution, solution_zip, zip_of};
use crate::{findings, findings_in};

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";

/// The offsets of headers of a kind. The contents of these zips do not contain the magic bytes.
fn headers(zip: &[u8], magic: &[u8]) -> Vec<usize> {
    zip.windows(4).enumerate().filter(|(_, four)| *four == magic).map(|(at, _)| at).collect()
}

fn put(zip: &mut [u8], at: usize, number: u32) {
    zip[at..at + 4].copy_from_slice(&number.to_le_bytes());
}

fn number(zip: &[u8], at: usize, bytes: usize) -> usize {
    zip[at..at + bytes].iter().rev().fold(0, |number, byte| (number << 8) | usize::from(*byte))
}

fn small() -> Vec<u8> {
    solution_zip("Small", &[TestFlow::new(1, [2]), TestFlow::new(2, [])])
}

/// A solution with a file replaced or added.
fn with_file(path: &str, bytes: &[u8]) -> Vec<u8> {
    let mut files = solution("Small", &[TestFlow::new(1, [2]), TestFlow::new(2, [])]);
    files.retain(|(other, _)| other != path);
    files.push((path.to_owned(), bytes.to_vec()));
    zip_of(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())))
}

#[test]
fn a_flat_bomb_is_not_inflated() {
    let bomb = with_file("customizations.xml", &vec![b' '; 16 << 20]);
    let found = findings_in("bomb.zip", bomb.clone());
    assert!(found.contains("exceeds the limit of 100 times its packed size (`--max-ratio`)"), "{found}");
    assert!(found.contains("bomb.zip!customizations.xml"), "{found}");
    let found = findings("bomb.zip", bomb, Limits { ratio: 2000, file_bytes: 8 << 20, ..Limits::default() });
    assert!(found.contains("exceeds the limit of 8 MiB for one file (`--max-file-size`)"), "{found}");
}

#[test]
fn discarded_data_counts_towards_the_limit_of_the_run() {
    let flow = vec![b' '; 6 << 20];
    let files: Vec<(String, &[u8])> =
        (0..50).map(|number| (format!("Workflows/F{number}.json"), flow.as_slice())).collect();
    let mut files: Vec<(&str, &[u8])> = files.iter().map(|(path, bytes)| (path.as_str(), *bytes)).collect();
    files.push(("solution.xml", b"<ImportExportXml/>"));
    let limits = Limits { total_bytes: 20 << 20, ratio: 10_000, ..Limits::default() };
    let found = findings("many.zip", zip_of(files), limits);
    assert_eq!(
        found,
        "refused: many.zip!Workflows/F11.json: exceeds the limit of 20 MiB for one run \
         (`--max-total-size`)"
    );
}

#[test]
fn an_input_larger_than_the_run_may_read_is_refused() {
    let limits = Limits { total_bytes: 100, ..Limits::default() };
    let found = findings("stdin", small(), limits);
    assert_eq!(found, "refused: stdin: exceeds the limit of 100 bytes for one run (`--max-total-size`)");
}

#[test]
fn nested_bombs_end_at_the_nesting_limit() {
    let mut zip = small();
    for level in 0..12 {
        let name = format!("level{level}.zip");
        let files: Vec<(String, &[u8])> =
            (0..2).map(|copy| (format!("{copy}{name}"), zip.as_slice())).collect();
        zip = zip_of(files.iter().map(|(name, bytes)| (name.as_str(), *bytes)));
    }
    let found = findings_in("matryoshka.zip", zip.clone());
    assert!(found.contains("exceeds the limit of 3 nested zips (`--max-zip-depth`)"), "{found}");
    let found = findings("matryoshka.zip", zip, Limits { nesting: 0, ..Limits::default() });
    assert!(found.contains("0level11.zip` exceeds the limit of 0 nested zips"), "{found}");
}

/// A zip whose central directory lists its first entry many times.
fn overlapping(zip: &[u8], copies: u16) -> Vec<u8> {
    let (first, end) = (headers(zip, CENTRAL)[0], headers(zip, END)[0]);
    let name_length = number(zip, first + 28, 2);
    let record = &zip[first..first + 46 + name_length];
    let mut out = zip[..first].to_vec();
    for copy in 0..copies {
        let mut record = record.to_vec();
        record.splice(46 + name_length - 9..46 + name_length - 5, format!("{copy:04}").into_bytes());
        out.extend(record);
    }
    let size = u32::try_from(out.len() - first).expect("small");
    let directory = out.len();
    out.extend(&zip[end..]);
    out[directory + 8..directory + 10].copy_from_slice(&copies.to_le_bytes());
    out[directory + 10..directory + 12].copy_from_slice(&copies.to_le_bytes());
    put(&mut out, directory + 12, size);
    out
}

#[test]
fn overlapping_entries_count_each_time() {
    // Text that compresses badly, so that the entries do not look like bombs.
    let mut state = 1_u64;
    let text: String = (0..1 << 20)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            char::from(b'a' + u8::try_from((state >> 33) % 16).expect("small"))
        })
        .collect();
    let single = zip_of([("Workflows/F0000.json", text.as_bytes())]);
    assert!(!findings_in("one.zip", single.clone()).contains("--max-ratio"));
    let found = findings_in("overlap.zip", overlapping(&single, 200));
    assert!(found.contains("100 times its packed size (`--max-ratio`)"), "{found}");
    let many = overlapping(&single, 9999);
    let found = findings("overlap.zip", many, Limits { total_bytes: 64 << 20, ..Limits::default() });
    assert!(found.contains("exceeds the limit of 64 MiB for one run"), "{found}");
}

#[test]
fn sizes_in_headers_are_not_trusted() {
    let honest = findings_in("lie.zip", small());
    for claim in [0, 1, 0x7FFF_FFFF, 0xFFFF_FFFE, 0xFFFF_FFFF] {
        // Compressed and uncompressed size, in the central directory and in the local headers.
        for (magic, field) in [(CENTRAL, 20), (CENTRAL, 24), (LOCAL, 18), (LOCAL, 22)] {
            let mut zip = small();
            for at in headers(&zip, magic) {
                put(&mut zip, at + field, claim);
            }
            let found = findings_in("lie.zip", zip);
            if (magic, field) == (LOCAL, 18) || (magic, field) == (LOCAL, 22) {
                assert_eq!(found, honest, "local headers are not read");
            }
        }
    }
    let found = findings("many.zip", small(), Limits { entries: 3, ..Limits::default() });
    assert_eq!(
        found,
        "refused: many.zip: has 5 entries, which exceeds the limit of 3 entries (`--max-entries`)"
    );
}

/// Sets a size in all headers of the central directory: the compressed size at 20, the uncompressed size at 24.
fn claiming(mut zip: Vec<u8>, field: usize, claim: u32) -> Vec<u8> {
    for at in headers(&zip, CENTRAL) {
        put(&mut zip, at + field, claim);
    }
    zip
}

/// The findings, which must be the same in each run, because files are inflated on several threads.
fn findings_each_time(bytes: &[u8], limits: Limits) -> String {
    let found = findings("lie.zip", bytes.to_vec(), limits);
    for _ in 0..10 {
        assert_eq!(findings("lie.zip", bytes.to_vec(), limits), found);
    }
    found
}

/// A solution of some flows, each padded with spaces.
fn padded(flows: usize, blanks: usize) -> Vec<u8> {
    let flows: Vec<TestFlow> = (0..flows).map(|number| TestFlow::new(number, [])).collect();
    let mut files = solution("Padded", &flows);
    files.iter_mut().for_each(|(_, bytes)| bytes.extend(std::iter::repeat_n(b' ', blanks)));
    zip_of(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())))
}

#[test]
fn overstated_sizes_have_no_effect_and_understated_ones_are_reported() {
    let zip = small();
    let honest = findings_each_time(&zip, Limits::default());
    assert!(!honest.contains("could not be read"), "{honest}");
    for claim in [4096, 1 << 20, 1 << 27, 0x7FFF_FFFF] {
        assert_eq!(
            findings_each_time(&claiming(zip.clone(), 24, claim), Limits::default()),
            honest,
            "{claim}"
        );
    }
    for claim in [0, 1, 100] {
        let found = findings_each_time(&claiming(zip.clone(), 24, claim), Limits::default());
        let words = format!("it is larger than the {claim} bytes that the zip declares");
        assert_eq!(found.matches(&words).count(), 4, "{found}");
    }
}

#[test]
fn sizes_beyond_the_total_are_not_trusted() {
    let limits = Limits { total_bytes: 1 << 20, ..Limits::default() };
    let honest = findings_each_time(&small(), limits);
    assert!(!honest.contains("refused"), "{honest}");
    for claim in [1 << 19, 1 << 20, 0x7FFF_FFFF] {
        assert_eq!(findings_each_time(&claiming(small(), 24, claim), limits), honest, "{claim}");
    }
    // If the real size exceeds the limit, the refusal names the file, whatever the headers state.
    let zip = padded(20, 100_000);
    let refused = findings_each_time(&zip, limits);
    assert!(refused.contains("exceeds the limit of 1 MiB for one run"), "{refused}");
    for claim in [1 << 20, 0x7FFF_FFFF] {
        assert_eq!(findings_each_time(&claiming(zip.clone(), 24, claim), limits), refused, "{claim}");
    }
}

#[test]
fn the_ratio_is_measured_whatever_the_headers_state() {
    let zip = padded(6, 3 << 20);
    let honest = findings_each_time(&zip, Limits::default());
    assert_eq!(honest.matches("100 times its packed size (`--max-ratio`)").count(), 8, "{honest}");
    // A declared compressed size may include everything after the file, up to the end of the zip.
    let central = headers(&zip, CENTRAL);
    let rest = u32::try_from(zip.len() - central[0]).expect("small");
    let packed = u32::try_from(number(&zip, central[central.len() - 1] + 20, 4)).expect("small");
    for (field, claim) in [(24, 4 << 20), (24, 1 << 27), (20, packed + rest)] {
        let lie = claiming(zip.clone(), field, claim);
        assert_eq!(findings_each_time(&lie, Limits::default()), honest, "{field}: {claim}");
    }
    let found = findings_each_time(&claiming(zip.clone(), 20, packed + rest + 1), Limits::default());
    assert_eq!(found.matches("the zip is damaged there (Unexpected end of file)").count(), 1, "{found}");
    let found = findings_each_time(&claiming(zip, 20, 0x7FFF_FFFF), Limits::default());
    assert_eq!(found.matches("the zip is damaged there (Unexpected end of file)").count(), 8, "{found}");
}

#[test]
fn data_with_a_wrong_checksum_counts() {
    // Many entries over the same bytes, with a wrong checksum.
    let flow: String =
        (0..50_000).map(|number: u32| number.wrapping_mul(2_654_435_761).to_string()).collect();
    let mut zip = overlapping(&zip_of([("Workflows/F0000.json", flow.as_bytes())]), 1000);
    for at in headers(&zip, CENTRAL) {
        put(&mut zip, at + 16, 0);
    }
    let found =
        findings_each_time(&zip, Limits { total_bytes: 16 << 20, ratio: 100_000, ..Limits::default() });
    assert!(found.contains("exceeds the limit of 16 MiB for one run"), "{found}");
}

#[test]
fn two_entries_with_the_same_name_are_refused() {
    let mut zip = zip_of([("solution.xml", &b"<a/>"[..]), ("solution.xmk", b"<b/>"), ("c", b"")]);
    let places: Vec<usize> = (0..zip.len() - 3).filter(|at| zip[*at..].starts_with(b"xmk")).collect();
    places.into_iter().for_each(|at| zip[at..at + 3].copy_from_slice(b"xml"));
    let found = findings_in("twice.zip", zip);
    assert!(found.contains("found a zip with two entries named `solution.xml`"), "{found}");
    let zip = zip_of([("Workflows/a.json", &b"{}"[..]), ("Workflows\\a.json", b"{}")]);
    let found = findings_in("slashes.zip", zip);
    assert!(found.contains("two entries named `Workflows/a.json`"), "{found}");
}

#[test]
fn two_entries_that_differ_in_case_only_are_refused() {
    for (first, second) in [
        ("Solution.xml", "solution.xml"),
        ("Workflows/a.json", "workflows/A.JSON"),
        ("\u{c4}/x.zip", "\u{e4}/X.zip"),
        ("other\\Solution.xml", "Other/solution.xml"),
    ] {
        let zip = zip_of([(first, &b"<ImportExportXml/>"[..]), (second, b"{}")]);
        let found = findings_in("case.zip", zip);
        let words = format!(
            "refused: case.zip: found a zip with the entries `{}` and `{}`; expected",
            first.replace('\\', "/").min(second.to_owned()),
            first.replace('\\', "/").max(second.to_owned())
        );
        assert!(found.starts_with(&words), "{found}");
    }
    // Both layouts at once, as in real packages; files that are not read may have any name.
    let files = solution("Case", &[TestFlow::new(1, [])]);
    let mut files: Vec<(&str, &[u8])> =
        files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    let manifest = files[0].1;
    files.extend([("Other/Solution.xml", manifest), ("README", b"a"), ("readme", b"b")]);
    assert!(!findings_in("both.zip", zip_of(files)).contains("refused"));
}

#[test]
fn a_directory_that_declares_another_number_of_entries_is_refused() {
    let zip = small();
    let end = headers(&zip, END)[0];
    let holds = zip[end + 10];
    for declared in [holds - 1, holds + 1] {
        let words = format!("declares {declared} entries and contains {holds}");
        let mut zip = zip.clone();
        (zip[end + 8], zip[end + 10]) = (declared, declared);
        let found = findings_in("count.zip", zip);
        assert!(found.starts_with("refused: count.zip: ") && found.contains(&words), "{found}");
    }
}

#[test]
fn a_wrong_checksum_and_an_unknown_method_are_reported() {
    let mut zip = small();
    let central = headers(&zip, CENTRAL);
    put(&mut zip, central[0] + 16, 0);
    zip[central[3] + 10] = 12;
    let found = findings_in("odd.zip", zip);
    assert!(found.contains("solution.xml` could not be read: its checksum is wrong"), "{found}");
    assert!(
        found.contains("could not be read: the compression method 12 (BZIP2) is not supported"),
        "{found}"
    );
}

#[test]
fn data_before_and_after_a_zip_is_ignored() {
    let zip = small();
    let honest = findings_in("a.zip", zip.clone());
    // Offsets that count from the first entry, as in a program that unpacks itself.
    let before = [b"PK\x03\x04 is not an entry".as_slice(), &[0; 5000], &zip].concat();
    assert_eq!(findings_in("a.zip", before), honest);
    let with_suffix = [&zip, b"a signature".as_slice(), &[0; 5000]].concat();
    assert_eq!(findings_in("a.zip", with_suffix), honest);
}

/// The same zip with numbers of 64 bits: sizes and offsets of entries, and the end of the directory.
fn in_64_bits(zip: &[u8]) -> Vec<u8> {
    let (central, end) = (headers(zip, CENTRAL), headers(zip, END)[0]);
    let wide = |at: usize, bytes: usize| (number(zip, at, bytes) as u64).to_le_bytes();
    let mut out = zip[..central[0]].to_vec();
    for at in &central {
        let name_length = number(zip, at + 28, 2);
        let mut record = zip[*at..at + 46 + name_length].to_vec();
        record.extend([1, 0, 24, 0]);
        for field in [24, 20, 42] {
            put(&mut record, field, u32::MAX);
            record.extend(wide(at + field, 4));
        }
        record[30..32].copy_from_slice(&28_u16.to_le_bytes());
        record[32..34].fill(0);
        out.extend(record);
    }
    let size = out.len() - central[0];
    let (start, count) = (out.len() as u64, wide(end + 10, 2));
    out.extend([b"PK\x06\x06".as_slice(), &44_u64.to_le_bytes(), &[45, 0, 45, 0], &[0; 8]].concat());
    out.extend([count, count, (size as u64).to_le_bytes(), (central[0] as u64).to_le_bytes()].concat());
    out.extend([b"PK\x06\x07".as_slice(), &[0; 4], &start.to_le_bytes(), &[1, 0, 0, 0]].concat());
    out.extend([END, &[0; 4], &[0xFF; 12], &[0; 2]].concat());
    out
}

#[test]
fn a_zip_of_64_bits_is_read_and_its_sizes_are_not_trusted() {
    let honest = findings_in("wide.zip", small());
    let zip = in_64_bits(&small());
    assert_eq!(findings_in("wide.zip", zip.clone()), honest);
    let extra = headers(&zip, CENTRAL)[0] + 46 + "solution.xml".len() + 4;
    for (field, words) in
        [(0, ""), (8, "solution.xml` could not be read: the zip is damaged there"), (16, "damaged")]
    {
        let mut zip = zip.clone();
        zip[extra + field..extra + field + 8].fill(0xFF);
        let found = findings_in("wide.zip", zip);
        assert!(if field == 0 { found == honest } else { found.contains(words) }, "{field}: {found}");
    }
}

#[test]
fn names_with_paths_elsewhere_have_no_effect() {
    let files = solution("Escape", &[TestFlow::new(1, [])]);
    for prefix in ["../", "a/../../", "/", "//server/share/", "C:/", "C:\\", "..\\", "\u{0}/"] {
        let files: Vec<(String, &[u8])> =
            files.iter().map(|(path, bytes)| (format!("{prefix}{path}"), bytes.as_slice())).collect();
        let zip = zip_of(files.iter().map(|(path, bytes)| (path.as_str(), *bytes)));
        let found = findings_in("escape.zip", zip);
        let is_parent = prefix.contains("..");
        assert_eq!(found.starts_with("refused: "), is_parent, "{prefix:?}: {found}");
    }
}

#[test]
fn links_in_a_zip_are_not_followed() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    zip.start_file("solution.xml", options).expect("a name");
    zip.write_all(b"<ImportExportXml/>").expect("in memory");
    zip.add_symlink("customizations.xml", "/etc/passwd", options).expect("a link");
    let found = findings_in("link.zip", zip.finish().expect("in memory").into_inner());
    assert!(found.contains("it is a link, which flowvet does not follow"), "{found}");
}

/// Sets the encryption flag of entries in both headers.
fn encrypted(mut zip: Vec<u8>, which: impl Fn(usize) -> bool) -> Vec<u8> {
    for (magic, flag) in [(LOCAL, 6), (CENTRAL, 8)] {
        for (index, at) in headers(&zip, magic).into_iter().enumerate() {
            zip[at + flag] |= u8::from(which(index));
        }
    }
    zip
}

#[test]
fn encrypted_entries_affect_only_themselves() {
    let found = findings_in("secret.zip", encrypted(small(), |_| true));
    assert!(found.starts_with("refused: secret.zip: found an encrypted zip"), "{found}");
    let found = findings_in("secret.zip", encrypted(small(), |index| index == 0));
    assert!(found.contains("secret.zip!solution.xml` could not be read: it is encrypted"), "{found}");
    let found = findings_in("secret.zip", encrypted(small(), |index| index == 3));
    assert!(found.contains("it is encrypted") && !found.contains("refused"), "{found}");
}

#[test]
fn a_zip_truncated_at_any_byte_is_refused() {
    let zip = small();
    for end in 0..zip.len() {
        let found = findings_in("cut.zip", zip[..end].to_vec());
        assert!(found.starts_with("refused: "), "{end}: {found}");
    }
    for start in 1..zip.len() {
        findings_in("cut.zip", zip[start..].to_vec());
    }
}

#[test]
fn any_byte_may_be_corrupted() {
    let zip = small();
    for at in 0..zip.len() {
        for wrong in [0x00, 0xFF, zip[at] ^ 0x01, zip[at] ^ 0x80] {
            let mut zip = zip.clone();
            zip[at] = wrong;
            findings_in("wrong.zip", zip);
        }
    }
}
