//! A zip in memory: names and contents of its entries. Nothing is ever written.
//!
//! `rawzip` finds the entries. It trusts the directory at the end of the zip, not the header in front of each file. As in
//! .NET's `ZipArchive`, the last end record counts and the directory has to hold as many entries as that record declares.
//! What an entry inflates to is limited and checked here.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;

use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use rawzip::{CompressionMethod, ZipArchive, ZipArchiveEntryWayfinder, ZipFileHeaderRecord, ZipSliceArchive};

use super::entry_name;
use super::limits::{Budget, Packed, ReadFault};
use crate::limit::Limit;

/// An opened zip.
pub(crate) struct Archive {
    zip: ZipSliceArchive<Vec<u8>>,
    /// The files, sorted by path.
    entries: Vec<Entry>,
    /// Bytes that were inflated from it.
    inflated: u64,
    /// Files that were inflated before they were asked for, by their place in `paths`.
    ahead: BTreeMap<usize, Inflated>,
}

/// A file in the zip, as the directory describes it.
struct Entry {
    /// With `/`.
    path: String,
    method: CompressionMethod,
    is_encrypted: bool,
    is_link: bool,
    /// Where it is, and its sizes.
    location: ZipArchiveEntryWayfinder,
}

/// The content of a file.
struct Inflated {
    bytes: Vec<u8>,
    /// Bytes of the zip that it was inflated from.
    packed: u64,
}

/// Why a zip could not be opened.
#[derive(Debug)]
pub(crate) enum ArchiveError {
    /// No directory, or one that is damaged: cut short or not a zip.
    Broken(String),
    /// More entries than the limit.
    TooMany(usize, Limit),
    /// Two files of one name. Readers differ in which one they take.
    Duplicate(String),
    /// Two files whose names differ in nothing but case: one file on Windows, where packages are made.
    Alike(String, String),
}

impl Archive {
    /// Opens a zip.
    pub(crate) fn open(bytes: Vec<u8>, limit: usize) -> Result<Self, ArchiveError> {
        let zip = ZipArchive::from_slice(bytes)
            .map_err(|_| ArchiveError::Broken("the directory at its end is missing or damaged".to_owned()))?;
        let (count, declared) = (zip.entries().flatten().count(), zip.entries_hint());
        if count > limit {
            return Err(ArchiveError::TooMany(count, Limit::Entries(limit)));
        }
        if count as u64 != declared {
            let reason = format!("its directory declares {declared} entries and holds {count}");
            return Err(ArchiveError::Broken(reason));
        }
        let mut entries: Vec<Entry> = zip.entries().flatten().map(|record| Entry::of(&record)).collect();
        entries.retain(|entry| !entry.path.ends_with('/'));
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        if let Some(pair) = entries.windows(2).find(|pair| pair[0].path == pair[1].path) {
            return Err(ArchiveError::Duplicate(pair[0].path.clone()));
        }
        if let Some((one, other)) = alike(&entries) {
            return Err(ArchiveError::Alike(one, other));
        }
        Ok(Archive { zip, entries, inflated: 0, ahead: BTreeMap::new() })
    }

    /// Paths of the files, sorted, with `/` whatever the zip says.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.entries.iter().map(|entry| entry.path.clone()).collect()
    }

    /// Whether every file is encrypted.
    pub(crate) fn is_encrypted(&self) -> bool {
        !self.entries.is_empty() && self.entries.iter().all(|entry| entry.is_encrypted)
    }

    /// Inflates the files at these places in `paths` on all cores, to be read afterwards. What a header claims is not
    /// believed, but it bounds the work: no more is inflated than is claimed, nothing at all where the claims go beyond
    /// a limit, and only a file that turns out as claimed is kept. Every other one waits for [`Archive::read`], which
    /// counts as it goes and has words for what is wrong. So what is inflated here in vain is inflated there again, and
    /// counts there.
    pub(crate) fn read_ahead(&mut self, places: Vec<usize>, budget: &Budget) {
        let claim = |place: &usize| Some(self.entries.get(*place)?.size());
        let claims: u64 = places.iter().filter_map(claim).fold(0, u64::saturating_add);
        let whole = self.packed(u64::MAX, self.inflated);
        if budget.has_room_for(claims) && !whole.exceeds(claims, budget.limits().ratio) {
            let read =
                crate::parallel::map(places, |place| Some((place, self.inflate_as_claimed(place, budget)?)));
            self.ahead = read.into_iter().flatten().collect();
        }
    }

    /// A file that is as large as its header claims. It has a budget of its own, which ends with the claim: what comes
    /// out depends on no other file, and so not on which core was faster.
    fn inflate_as_claimed(&self, place: usize, budget: &Budget) -> Option<Inflated> {
        let entry = self.entries.get(place)?;
        let file = self.inflate(entry, 0, &mut budget.for_one(entry.size())?).ok()?;
        (file.bytes.len() as u64 == entry.size()).then_some(file)
    }

    /// The content of the file at this place in `paths`.
    pub(crate) fn read(&mut self, index: usize, budget: &mut Budget) -> Result<Vec<u8>, EntryFault> {
        if let Some(Inflated { bytes, packed }) = self.ahead.remove(&index) {
            if budget.takes(bytes.len() as u64, self.packed(packed, self.inflated)) {
                self.inflated += bytes.len() as u64;
                return Ok(bytes);
            }
        }
        let file = self.inflate(&self.entries[index], self.inflated, budget)?;
        self.inflated += file.bytes.len() as u64;
        Ok(file.bytes)
    }

    /// Inflates a file and checks it, after `inflated` bytes that came from the zip before.
    fn inflate(&self, entry: &Entry, inflated: u64, budget: &mut Budget) -> Result<Inflated, EntryFault> {
        if entry.is_encrypted {
            return Err(EntryFault::Encrypted);
        }
        if entry.is_link {
            return Err(EntryFault::Link);
        }
        let found = self.zip.get_entry(entry.location)?;
        let (data, size) = (found.data(), entry.size());
        // One byte more than is declared shows that there is more.
        let most = size.saturating_add(1);
        let file = match entry.method {
            CompressionMethod::STORE => {
                let packed = data.len() as u64;
                let bytes = budget.inflate(data.take(most), size, |_| self.packed(packed, inflated))?;
                Inflated { bytes, packed }
            }
            CompressionMethod::DEFLATE => {
                let mut inflater = DeflateDecoder::new(data).take(most);
                let packed = |inflater: &DeflateDecoder<_>| self.packed(inflater.total_in(), inflated);
                let bytes = budget.inflate(&mut inflater, size, |inflater| packed(inflater.get_ref()))?;
                Inflated { bytes, packed: inflater.get_ref().total_in() }
            }
            other => return Err(EntryFault::Method(other)),
        };
        if file.bytes.len() as u64 > size {
            return Err(EntryFault::Size(size));
        }
        let mut crc = Crc::new();
        crc.update(&file.bytes);
        if crc.sum() != found.claim_verifier().crc {
            return Err(EntryFault::Checksum);
        }
        Ok(file)
    }

    /// What `entry` packed bytes of a file stand for, after `inflated` bytes that came from the zip before.
    fn packed(&self, entry: u64, inflated: u64) -> Packed {
        Packed { entry, zip: self.zip.get_ref().len() as u64, inflated }
    }
}

impl Entry {
    fn of(record: &ZipFileHeaderRecord<'_>) -> Self {
        Entry {
            path: entry_name::path(record),
            method: record.compression_method(),
            is_encrypted: record.flags().is_encrypted(),
            is_link: record.mode().is_symlink(),
            location: record.wayfinder(),
        }
    }

    /// Bytes that the directory declares.
    fn size(&self) -> u64 {
        self.location.uncompressed_size_hint()
    }
}

/// Two names that are one where case does not count. The entries are sorted, so these are the first of all. Only names
/// of what may be read are compared: a repository may well hold a `README` and a `readme`.
fn alike(entries: &[Entry]) -> Option<(String, String)> {
    let mut seen: HashMap<String, &str> = HashMap::with_capacity(entries.len());
    for Entry { path: name, .. } in entries {
        let folded = name.to_lowercase();
        let may_be_read = [".xml", ".json", ".zip"].iter().any(|ending| folded.ends_with(ending));
        if let Some(other) = seen.insert(folded, name).filter(|_| may_be_read) {
            return Some((other.to_owned(), name.clone()));
        }
    }
    None
}

/// Why an entry could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EntryFault {
    #[error("it is encrypted")]
    Encrypted,
    #[error("it is a link, and links are not followed")]
    Link,
    #[error("the compression method {0} is not supported")]
    Method(CompressionMethod),
    #[error("it is larger than the {0} bytes that the zip declares")]
    Size(u64),
    #[error("its checksum is wrong")]
    Checksum,
    #[error("the zip is damaged there ({0})")]
    Damaged(#[from] rawzip::Error),
    #[error(transparent)]
    Read(#[from] ReadFault),
}
