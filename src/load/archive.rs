//! A zip in memory: names and contents of its entries. Nothing is ever written.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;

use zip::ZipArchive;
use zip::result::ZipError;

use super::limits::{Budget, Packed, ReadFault};
use crate::limit::Limit;

/// An opened zip.
pub(crate) struct Archive {
    zip: ZipArchive<Counting>,
    /// Paths of files with `/`, and their index in the zip. Sorted by path.
    entries: Vec<(String, usize)>,
    /// Bytes of the zip.
    size: u64,
    /// Bytes that were inflated from it.
    inflated: u64,
    /// Files that were inflated before they were asked for, by their place in `paths`.
    ahead: BTreeMap<usize, Ahead>,
}

/// A file that was inflated ahead, and is what its header claims.
struct Ahead {
    bytes: Vec<u8>,
    /// Bytes of the zip that it was inflated from.
    packed: u64,
}

/// Why a zip could not be opened.
#[derive(Debug)]
pub(crate) enum ArchiveError {
    /// No end of central directory: cut short or not a zip.
    Broken(String),
    /// More entries than the limit.
    TooMany(usize, Limit),
    /// Two entries of one name. Readers differ in which one they take.
    Duplicate(Option<String>),
    /// Two entries whose names differ in nothing but case: one file on Windows, where packages are made.
    Alike(String, String),
}

impl Archive {
    /// Opens a zip.
    pub(crate) fn open(bytes: Vec<u8>, limit: usize) -> Result<Self, ArchiveError> {
        let size = bytes.len() as u64;
        let reader = Counting(Cursor::new(Shared(Arc::new(bytes))));
        let zip = ZipArchive::new(reader).map_err(|error| match error {
            ZipError::InvalidArchive(what) => ArchiveError::Broken(what.into_owned()),
            other => ArchiveError::Broken(other.to_string()),
        })?;
        if zip.len() > limit {
            return Err(ArchiveError::TooMany(zip.len(), Limit::Entries(limit)));
        }
        if zip.has_duplicate_names() {
            return Err(ArchiveError::Duplicate(None));
        }
        let name = |raw: &[u8], index| match zip.name_for_index(index) {
            Some(Ok(name)) => name.replace('\\', "/"),
            // Bytes that are not in the encoding they claim are a name all the same.
            Some(Err(_)) | None => String::from_utf8_lossy(raw).replace('\\', "/"),
        };
        let mut entries: Vec<(String, usize)> = zip
            .file_names_raw()
            .enumerate()
            .map(|(index, raw)| (name(raw, index), index))
            .filter(|(name, _)| !name.ends_with('/'))
            .collect();
        entries.sort();
        if let Some(pair) = entries.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(ArchiveError::Duplicate(Some(pair[0].0.clone())));
        }
        if let Some((one, other)) = alike(&entries) {
            return Err(ArchiveError::Alike(one, other));
        }
        Ok(Archive { zip, entries, size, inflated: 0, ahead: BTreeMap::new() })
    }

    /// Paths of the files, sorted, with `/` whatever the zip says.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.entries.iter().map(|(path, _)| path.clone()).collect()
    }

    /// Whether every file is encrypted.
    pub(crate) fn is_encrypted(&self) -> bool {
        let metadata = self.zip.metadata();
        let encrypted = |index: usize| metadata.entry(index).is_ok_and(|entry| entry.encrypted());
        !self.entries.is_empty() && self.entries.iter().all(|(_, index)| encrypted(*index))
    }

    /// Inflates the files at these places in `paths` on all cores, to be read afterwards. What a header claims is not
    /// believed, but it bounds the work: no more is inflated than is claimed, nothing at all where the claims go beyond
    /// a limit, and only a file that turns out as claimed is kept. Every other one waits for [`Archive::read`], which
    /// counts as it goes and has words for what is wrong. So what is inflated here in vain is inflated there again, and
    /// counts there.
    pub(crate) fn read_ahead(&mut self, places: Vec<usize>, budget: &Budget) {
        let metadata = self.zip.metadata();
        let claim = |place: &usize| Some(metadata.entry(self.entries.get(*place)?.1).ok()?.size());
        let claims: u64 = places.iter().filter_map(claim).fold(0, u64::saturating_add);
        let whole = Packed { entry: u64::MAX, zip: self.size, inflated: self.inflated };
        if budget.has_room_for(claims) && !whole.exceeds(claims, budget.limits().ratio) {
            let read =
                crate::parallel::map(places, |place| Some((place, self.inflate_as_claimed(place, budget)?)));
            self.ahead = read.into_iter().flatten().collect();
        }
    }

    /// A file that is as large as its header claims. It has a budget of its own, which ends with the claim: what comes
    /// out depends on no other file, and so not on which core was faster.
    fn inflate_as_claimed(&self, place: usize, budget: &Budget) -> Option<Ahead> {
        let mut zip = self.zip.clone();
        let entry = zip.by_index(self.entries.get(place)?.1).ok()?;
        let (size, compressed, before) = (entry.size(), entry.compressed_size(), consumed());
        if entry.is_symlink() {
            return None;
        }
        let packed = || (consumed() - before).min(compressed);
        let bytes = budget
            .for_one(size)?
            .inflate(entry, size, |_| Packed { entry: packed(), zip: self.size, inflated: 0 })
            .ok()?;
        (bytes.len() as u64 == size).then(|| Ahead { bytes, packed: packed() })
    }

    /// The content of the file at this place in `paths`.
    pub(crate) fn read(&mut self, index: usize, budget: &mut Budget) -> Result<Vec<u8>, EntryFault> {
        if let Some(Ahead { bytes, packed }) = self.ahead.remove(&index) {
            let packed = Packed { entry: packed, zip: self.size, inflated: self.inflated };
            if budget.takes(bytes.len() as u64, packed) {
                self.inflated += bytes.len() as u64;
                return Ok(bytes);
            }
        }
        let (zip, inflated) = (self.size, self.inflated);
        let entry = self.zip.by_index(self.entries[index].1).map_err(EntryFault::from)?;
        if entry.is_symlink() {
            return Err(EntryFault::Link);
        }
        let (size, compressed, before) = (entry.size(), entry.compressed_size(), consumed());
        let packed = |_: &_| Packed { entry: (consumed() - before).min(compressed), zip, inflated };
        let bytes = budget.inflate(entry, size, packed).map_err(EntryFault::Read)?;
        self.inflated += bytes.len() as u64;
        Ok(bytes)
    }
}

/// Two names that are one where case does not count. The entries are sorted, so these are the first of all. Only names
/// of what may be read are compared: a repository may well hold a `README` and a `readme`.
fn alike(entries: &[(String, usize)]) -> Option<(String, String)> {
    let mut seen: HashMap<String, &str> = HashMap::with_capacity(entries.len());
    for (name, _) in entries {
        let folded = name.to_lowercase();
        let may_be_read = [".xml", ".json", ".zip"].iter().any(|ending| folded.ends_with(ending));
        if let Some(other) = seen.insert(folded, name).filter(|_| may_be_read) {
            return Some((other.to_owned(), name.clone()));
        }
    }
    None
}

/// The bytes of a zip, for several readers.
#[derive(Clone)]
struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

thread_local! {
    static CONSUMED: Cell<u64> = const { Cell::new(0) };
}

/// Bytes of zips that this thread has read so far, by whatever way. A file is inflated on one thread from its beginning
/// to its end, and what it took is the difference. The zip's reader is out of reach while it is read from.
fn consumed() -> u64 {
    CONSUMED.get()
}

/// The bytes of a zip, counting how many of them are read: see [`consumed`].
#[derive(Clone)]
struct Counting(Cursor<Shared>);

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(buffer)?;
        CONSUMED.set(CONSUMED.get() + count as u64);
        Ok(count)
    }
}

impl Seek for Counting {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

/// Why an entry could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EntryFault {
    #[error("it is encrypted")]
    Encrypted,
    #[error("it is a link, and links are not followed")]
    Link,
    #[error("{0}")]
    Zip(String),
    #[error(transparent)]
    Read(ReadFault),
}

impl From<ZipError> for EntryFault {
    fn from(error: ZipError) -> Self {
        match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => EntryFault::Encrypted,
            other => EntryFault::Zip(other.to_string()),
        }
    }
}
