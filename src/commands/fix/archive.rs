//! Copies of zips with fixed entries. All other entries are copied as they are, compressed, in the same order.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::path::PathBuf;

use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, ZipArchive};

use super::EditedFile;
use crate::commands::reading::{Opened, Reading};
use crate::commands::{Outcome, unread};
use crate::load::limits::Limits;
use crate::load::{self, EncodedText, Input, LoadError};
use crate::model::Solution;
use crate::source::FileName;

/// The path of an input on disk.
pub(super) fn path(input: &Input) -> Option<PathBuf> {
    match input {
        Input::Path(path) => Some(path.clone()),
        Input::Bytes { .. } | Input::Files { .. } | Input::Overlay { .. } => None,
    }
}

/// The inputs that are zips.
pub(super) fn zips(reading: &Reading<'_>, opened: &Opened) -> Vec<FileName> {
    let sources = &opened.session.analysis().sources;
    let mut names: Vec<FileName> = Vec::new();
    for input in &reading.inputs {
        let name = match input {
            Input::Path(path) if path.is_file() => FileName::of_path(path),
            Input::Bytes { name, .. } => FileName::new(name.as_str()),
            _ => continue,
        };
        let is_in = |text: &FileName| text.inside().is_some() && text.outermost() == name.as_str();
        if sources.iter().any(|text| is_in(text.name())) {
            names.push(name);
        }
    }
    names
}

/// Refuses inputs that consist of managed solutions.
pub(super) fn refuse_managed(opened: &Opened) -> Result<(), Outcome> {
    let solutions = &opened.session.analysis().workspace.solutions;
    match solutions.first() {
        Some(first) if solutions.iter().all(Solution::is_managed) => {
            let message = format!("{}: a managed solution cannot be fixed", first.path);
            let help = "fix the flows in the environment that it was exported from, or in its unpacked source, and \
                        export it again";
            Err(Outcome::failure(&message, Some(help)))
        }
        _ => Ok(()),
    }
}

/// The bytes of an input.
pub(super) fn read(input: &Input, limits: Limits) -> Result<Vec<u8>, Outcome> {
    match input {
        Input::Path(path) => load::read_zip(path, limits).map_err(|error| unread(&error)),
        Input::Bytes { bytes, .. } => Ok(bytes.clone()),
        Input::Files { .. } | Input::Overlay { .. } => Ok(Vec::new()),
    }
}

/// An entry of a zip that is an input or in a folder.
pub(super) fn entry(name: &FileName, reading: &Reading<'_>) -> Result<EncodedText, LoadError> {
    let limits = reading.limits();
    let given = reading.inputs.iter().find_map(|input| match input {
        Input::Bytes { name: given, bytes } if given == name.outermost() => Some(bytes.clone()),
        _ => None,
    });
    let read = || load::read_zip(&PathBuf::from(name.outermost()), limits);
    let zip = given.map_or_else(read, Ok)?;
    EncodedText::read_entry(zip, name, limits)
}

/// A copy of a zip with new contents of some entries, which may be in zips in the zip.
pub(super) fn copied(
    zip: &[u8],
    edited: &[(&FileName, &EditedFile)],
    limits: Limits,
) -> Result<Vec<u8>, Outcome> {
    let edited = edited.iter().map(|(name, file)| {
        let path = name.containers().skip(1).chain([name.path()]).collect();
        Edited { path, bytes: file.bytes() }
    });
    copy_of(zip, edited.collect(), limits)
        .map_err(|reason| Outcome::failure(&format!("the copy of the zip failed: {reason}"), None))
}

/// An entry with new contents.
struct Edited<'a> {
    /// The zips around it in the zip, outermost first, and then the entry itself.
    path: Vec<&'a str>,
    bytes: Vec<u8>,
}

/// The new contents of entries, by path.
type Contents<'a> = BTreeMap<&'a str, Vec<u8>>;

fn copy_of(zip: &[u8], edited: Vec<Edited<'_>>, limits: Limits) -> Result<Vec<u8>, String> {
    let mut contents = Contents::new();
    let mut inside: BTreeMap<&str, Vec<Edited<'_>>> = BTreeMap::new();
    for Edited { path, bytes } in edited {
        match path.as_slice() {
            [] => {}
            [entry] => drop(contents.insert(entry, bytes)),
            [inner, rest @ ..] => {
                inside.entry(inner).or_default().push(Edited { path: rest.to_vec(), bytes });
            }
        }
    }
    for (inner, edited) in inside {
        let old = load::entry_of(zip.to_vec(), inner, limits)?;
        contents.insert(inner, copy_of(&old, edited, limits)?);
    }
    let copy = write_copy(zip, &contents).map_err(|error| error.to_string())?;
    read_back(zip, &copy, &contents)?;
    Ok(copy)
}

fn write_copy(zip: &[u8], contents: &Contents<'_>) -> zip::result::ZipResult<Vec<u8>> {
    let mut old = ZipArchive::new(Cursor::new(zip))?;
    let mut new = ZipWriter::new(Cursor::new(Vec::new()));
    new.set_raw_comment(old.comment().into());
    for index in 0..old.len() {
        let entry = old.by_index_raw(index)?;
        let Some(bytes) = contents.get(path_of(entry.name_raw(), entry.name()).as_str()) else {
            new.raw_copy_file(entry)?;
            continue;
        };
        let mut options = SimpleFileOptions::default().compression_method(match entry.compression() {
            CompressionMethod::Stored => CompressionMethod::Stored,
            _ => CompressionMethod::Deflated,
        });
        if let Some(time) = entry.last_modified() {
            options = options.last_modified_time(time);
        }
        if let Some(mode) = entry.unix_mode() {
            options = options.unix_permissions(mode);
        }
        let name = entry.name().to_owned();
        drop(entry);
        new.start_file(name, options)?;
        new.write_all(bytes)?;
    }
    Ok(new.finish()?.into_inner())
}

/// The path of an entry as `load` has it.
fn path_of(raw: &[u8], name: &str) -> String {
    let name = std::str::from_utf8(raw).unwrap_or(name);
    name.replace('\\', "/")
}

/// Compares the copy with the original: the same entries in the same order, and the same bytes except for those that were
/// fixed.
fn read_back(old: &[u8], new: &[u8], contents: &Contents<'_>) -> Result<(), String> {
    let [mut old, mut new] =
        [old, new].map(|bytes| ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string()));
    let (old, new) =
        (old.as_mut().map_err(|error| error.clone())?, new.as_mut().map_err(|error| error.clone())?);
    if old.len() != new.len() {
        return Err("the number of entries differs".to_owned());
    }
    let mut changed = 0;
    for index in 0..old.len() {
        let (one, other) = (entry_at(old, index)?, entry_at(new, index)?);
        if one.0 != other.0 {
            return Err(format!("the entry `{}` has another name", one.0));
        }
        match contents.get(one.0.as_str()) {
            Some(bytes) => {
                changed += 1;
                if *bytes != content_at(new, index)? {
                    return Err(format!("the entry `{}` has other bytes than intended", one.0));
                }
            }
            None if one != other => return Err(format!("the entry `{}` differs", one.0)),
            None => {}
        }
    }
    if changed == contents.len() { Ok(()) } else { Err("an entry to fix was not found".to_owned()) }
}

/// The path of an entry and its bytes as they are stored.
fn entry_at(zip: &mut ZipArchive<Cursor<&[u8]>>, index: usize) -> Result<(String, Vec<u8>), String> {
    let mut entry = zip.by_index_raw(index).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok((path_of(entry.name_raw(), entry.name()), bytes))
}

fn content_at(zip: &mut ZipArchive<Cursor<&[u8]>>, index: usize) -> Result<Vec<u8>, String> {
    let mut entry = zip.by_index(index).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}
