//! Builds a package from public packages: 114 flows and 7 MB of JSON and XML, a third of it in `customizations.xml`. Generated
//! flows resemble these flows, but have no tables, forms or apps.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use zip::ZipArchive;

use crate::{Outcome, workload};

/// Where the parts are in `../shared/corpus`: a solution whose flows are copied, and two with many tables.
const FLOW_SOLUTION: &str = "unpacked/jenschristianschroder-CenterofExcellenceCoreComponents";
const TABLE_PACKAGES: [&str; 2] =
    ["zip/mpa_HardwareRequestAndManagement_managed.zip", "zip/mpa_MeetingRoomServices_managed.zip"];

/// The number of flows in the kit.
const FLOW_COUNT: usize = 114;

/// Writes the kit. Returns whether its parts are there.
pub(crate) fn write_kit(root: &Path, path: &Path) -> Result<bool, String> {
    let corpus = root.join("../shared/corpus");
    if !corpus.exists() {
        println!("skipped: `{}` does not exist", corpus.display());
        return Ok(false);
    }
    let mut files = files(&corpus)?;
    files.sort();
    let size: usize = files.iter().map(|(_, text)| text.len()).sum();
    fs::write(path, workload::zip_of(files)).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("{}: {FLOW_COUNT} flows, {} KB of JSON and XML", path.display(), size / 1000);
    Ok(true)
}

/// Writes the kit to a path that a user gave.
pub(crate) fn kit(root: &Path, path: &str) -> Outcome {
    write_kit(root, Path::new(path)).map(drop)
}

/// A flow: its id in lower case, the name of its file, its text and its record.
struct Flow {
    id: String,
    name: String,
    text: String,
    record: String,
}

/// The files of the kit, by path.
fn files(corpus: &Path) -> Result<Vec<(String, String)>, String> {
    let solution = corpus.join(FLOW_SOLUTION);
    let flows = flows(&solution.join("Workflows"))?;
    let ids: Vec<&str> = flows.iter().map(|flow| flow.id.as_str()).collect();
    let (mut files, mut records) = (Vec::new(), String::new());
    for (index, flow) in flows.iter().cycle().take(FLOW_COUNT).enumerate() {
        let copy = index / flows.len();
        let renamed = |text: &str| with_other_ids(text, &ids, copy);
        files.push((format!("Workflows/{copy}-{}", renamed(&flow.name)), renamed(&flow.text)));
        records += &renamed(&flow.record).replace(">/Workflows/", &format!(">/Workflows/{copy}-"));
    }
    let own = read(&solution.join("Other/Customizations.xml"))?;
    let [first, second] = TABLE_PACKAGES.map(|package| customizations(&corpus.join(package)));
    let (first, second) = (first?, second?);
    let tables = inner(&first, "Entities").to_owned() + inner(&second, "Entities");
    let first = replaced(&first, "Entities", &tables)?;
    let first = replaced(&first, "Workflows", &records)?;
    let first = replaced(&first, "connectionreferences", inner(&own, "connectionreferences"))?;
    files.push(("customizations.xml".to_owned(), first));
    files.push(("solution.xml".to_owned(), read(&solution.join("Other/Solution.xml"))?));
    files.push(("[Content_Types].xml".to_owned(), "<Types/>".to_owned()));
    Ok(files)
}

/// The flows in a folder, in the order of their names.
fn flows(folder: &Path) -> Result<Vec<Flow>, String> {
    const ID: usize = 36;
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".json")).collect();
    names.sort();
    let flow = |name: String| {
        let stem = name.trim_end_matches(".json");
        let id = stem.get(stem.len().saturating_sub(ID)..).unwrap_or(stem).to_ascii_lowercase();
        let record = read(&folder.join(format!("{name}.data.xml")))?;
        // Unpacked, a record is a file of its own. In `customizations.xml`, it is an element.
        let record = record.split_once("?>").map_or(&*record, |(_, element)| element);
        let namespace = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";
        Ok(Flow { id, text: read(&folder.join(&name))?, record: record.replace(namespace, ""), name })
    };
    names.into_iter().map(flow).collect()
}

/// A text in which a copy of the flows has ids of its own. The first copy keeps them.
fn with_other_ids(text: &str, ids: &[&str], copy: usize) -> String {
    if copy == 0 {
        return text.to_owned();
    }
    ids.iter().fold(text.to_owned(), |text, id| {
        let other = format!("c{copy:03}{}", &id[4..]);
        text.replace(id, &other).replace(&id.to_ascii_uppercase(), &other.to_ascii_uppercase())
    })
}

/// What is between the tags of the first element with this name; empty if there is none.
fn inner<'a>(text: &'a str, name: &str) -> &'a str {
    let rest = text.split_once(&format!("<{name}>")).map(|(_, rest)| rest);
    rest.and_then(|text| text.split_once(&format!("</{name}>"))).map_or("", |(inner, _)| inner)
}

/// A text in which the first element with this name has another content.
fn replaced(text: &str, name: &str, content: &str) -> Result<String, String> {
    let element = format!("<{name}>{}</{name}>", inner(text, name));
    if !text.contains(&element) {
        return Err(format!("there is no element `{name}` to replace"));
    }
    Ok(text.replacen(&element, &format!("<{name}>{content}</{name}>"), 1))
}

/// The `customizations.xml` of a zip.
fn customizations(zip: &Path) -> Result<String, String> {
    let read = || {
        let mut zip = ZipArchive::new(File::open(zip)?)?;
        let mut bytes = Vec::new();
        zip.by_name("customizations.xml")?.read_to_end(&mut bytes)?;
        Ok::<_, zip::result::ZipError>(decoded(&bytes))
    };
    read().map_err(|error| format!("{}: {error}", zip.display()))
}

fn read(path: &Path) -> Result<String, String> {
    fs::read(path).map(|bytes| decoded(&bytes)).map_err(|error| format!("{}: {error}", path.display()))
}

/// Decodes UTF-8 or UTF-16LE without its byte order mark.
fn decoded(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => {
            let units = rest.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    text.trim_start_matches('\u{FEFF}').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_have_other_ids() {
        let id = "0a1b2c3d-0000-0000-0000-00000000000f";
        let text = format!("{id} {}", id.to_uppercase());
        assert_eq!(with_other_ids(&text, &[id], 0), text);
        let other = "c0022c3d-0000-0000-0000-00000000000f";
        assert_eq!(with_other_ids(&text, &[id], 2), format!("{other} {}", other.to_uppercase()));
    }

    #[test]
    fn an_element_gets_another_content() {
        let text = "<a><b>1</b><b>2</b></a>";
        assert_eq!(replaced(text, "b", "<c/>").as_deref(), Ok("<a><b><c/></b><b>2</b></a>"));
        assert!(replaced(text, "c", "").is_err());
        assert_eq!((inner("<b>1</b>", "b"), inner("<a/>", "b")), ("1", ""));
    }

    #[test]
    fn both_encodings_are_decoded() {
        assert_eq!(decoded(b"\xEF\xBB\xBFa"), "a");
        assert_eq!(decoded(b"\xFF\xFEa\0"), "a");
    }
}
