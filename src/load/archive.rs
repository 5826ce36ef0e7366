//! A zip in memory: the names and contents of its entries. Nothing is written to disk.
//!
//! `rawzip` finds the entries. It uses the directory at the end of the zip, not the header before each file. As in .NET's
//! `ZipArchive`, the last end record counts, and the directory must have as many entries as that record declares. The
//! inflated contents are limited and checked here.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::sync::Arc;

use rawzip::{CompressionMethod, ZipArchive, ZipArchiveEntryWayfinder, ZipFileHeaderRecord, ZipSliceArchive};

use super::decode::decode;
use super::entry_name;
use super::inflater::{self, Inflater, checksum};
use super::limits::{Budget, Limits, Packed, ReadFault};
use crate::limit::Limit;
use crate::memory::{ByteString, Bytes};
use crate::source::StoredText;

/// An opened zip.
pub(crate) struct Archive {
    zip: Arc<Zip>,
    /// The number of bytes inflated so far.
    inflated: u64,
    /// Files that were inflated in advance, by their index in `paths`.
    ahead: BTreeMap<usize, Inflated>,
}

/// The bytes of a zip, and what its directory says about them.
struct Zip {
    archive: ZipSliceArchive<Bytes>,
    /// The files, sorted by path.
    entries: Vec<Entry>,
}

/// A file in the zip, as the directory describes it.
struct Entry {
    /// With `/`.
    path: String,
    method: CompressionMethod,
    is_encrypted: bool,
    is_link: bool,
    /// Its position and sizes.
    location: ZipArchiveEntryWayfinder,
}

/// The content of a file.
struct Inflated {
    bytes: Bytes,
    /// Its compressed size.
    packed: u64,
}

/// A file that can be inflated in one call.
struct Usual<'a> {
    /// Its index in `paths`.
    index: usize,
    packed: &'a [u8],
    /// Its declared size.
    size: usize,
    checksum: u32,
}

/// Why a zip could not be opened.
#[derive(Debug)]
pub(crate) enum ArchiveError {
    /// The directory is missing or damaged: the file is truncated or not a zip.
    Broken(String),
    /// More entries than the limit.
    TooMany(usize, Limit),
    /// Two files with the same name. Programs differ in which one they read.
    Duplicate(String),
    /// Two files whose names differ only in case. On Windows, where packages are made, they are the same file.
    Alike(String, String),
}

impl Archive {
    /// Opens a zip.
    pub(crate) fn open(bytes: Bytes, limit: usize) -> Result<Self, ArchiveError> {
        let archive = ZipArchive::from_slice(bytes)
            .map_err(|_| ArchiveError::Broken("the directory at its end is missing or damaged".to_owned()))?;
        let (count, declared) = (archive.entries().flatten().count(), archive.entries_hint());
        if count > limit {
            return Err(ArchiveError::TooMany(count, Limit::Entries(limit)));
        }
        if count as u64 != declared {
            let reason = format!("its directory declares {declared} entries and contains {count}");
            return Err(ArchiveError::Broken(reason));
        }
        let mut entries: Vec<Entry> = archive.entries().flatten().map(|record| Entry::of(&record)).collect();
        entries.retain(|entry| !entry.path.ends_with('/'));
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        if let Some(pair) = entries.windows(2).find(|pair| pair[0].path == pair[1].path) {
            return Err(ArchiveError::Duplicate(pair[0].path.clone()));
        }
        if let Some((one, other)) = alike(&entries) {
            return Err(ArchiveError::Alike(one, other));
        }
        Ok(Archive { zip: Arc::new(Zip { archive, entries }), inflated: 0, ahead: BTreeMap::new() })
    }

    /// The paths of the files, sorted, always with `/`.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.zip.entries.iter().map(|entry| entry.path.clone()).collect()
    }

    /// Whether every file is encrypted.
    pub(crate) fn is_encrypted(&self) -> bool {
        !self.zip.entries.is_empty() && self.zip.entries.iter().all(|entry| entry.is_encrypted)
    }

    /// Inflates the files at these indices in `paths` on all cores, keeps them for later reads, and returns what `work`
    /// makes of each. Declared sizes are not trusted, but they bound the work: no file is inflated beyond its declared size,
    /// and none is inflated if the declared sizes exceed a limit. Only files that have their declared size are kept. Other
    /// files are inflated again by [`Archive::read`], which counts the bytes and reports errors.
    pub(crate) fn read_ahead<T: Send>(
        &mut self,
        indices: Vec<usize>,
        budget: &Budget,
        work: impl Fn(usize, &Bytes) -> T + Sync,
    ) -> BTreeMap<usize, T> {
        let mut results = BTreeMap::new();
        let size = |index: &usize| self.declared(*index);
        let declared: u64 = indices.iter().map(size).fold(0, u64::saturating_add);
        let whole = self.zip.packed(u64::MAX, self.inflated);
        if budget.allows(declared) && !whole.exceeds(declared, budget.limits().ratio) {
            let length = |index: &usize| usize::try_from(size(index)).unwrap_or(0);
            let read = crate::parallel::map_largest_first(
                groups(indices, length),
                |indices| indices.iter().map(length).sum(),
                |indices| {
                    let inflated = self.zip.inflate_together(indices, budget).into_iter();
                    inflated.map(|(index, file)| (index, work(index, &file.bytes), file)).collect::<Vec<_>>()
                },
            );
            for (index, result, file) in read.into_iter().flatten() {
                results.insert(index, result);
                self.ahead.insert(index, file);
            }
        }
        results
    }

    /// The content of the file at this index in `paths`.
    pub(crate) fn read(&mut self, index: usize, budget: &mut Budget) -> Result<Bytes, EntryFault> {
        if let Some(Inflated { bytes, packed }) = self.ahead.remove(&index) {
            if budget.takes(bytes.len() as u64, self.zip.packed(packed, self.inflated)) {
                self.inflated += bytes.len() as u64;
                return Ok(bytes);
            }
        }
        let file = self.zip.inflate(&self.zip.entries[index], self.inflated, budget)?;
        self.inflated += file.bytes.len() as u64;
        Ok(file.bytes)
    }

    /// The size of the file at this index in `paths` that the directory declares.
    pub(crate) fn declared(&self, index: usize) -> u64 {
        self.zip.entries.get(index).map_or(0, Entry::size)
    }

    /// A text that was read before, to be read again. The zip stays in memory, packed.
    pub(crate) fn stored(&self, index: usize) -> StoredText {
        let zip = Arc::clone(&self.zip);
        StoredText::new(move || zip.text(index))
    }
}

impl Zip {
    /// The text of a file. Its first reading succeeded, so this cannot fail, and limits are not checked again.
    fn text(&self, index: usize) -> ByteString {
        let limits =
            Limits { file_bytes: u64::MAX, total_bytes: u64::MAX, ratio: u64::MAX, ..Limits::default() };
        let file = self.inflate_together(vec![index], &Budget::new(limits)).remove(&index);
        file.and_then(|file| decode(file.bytes).ok()).unwrap_or_default()
    }

    /// Inflates files into one buffer, because the allocator rounds up each block. Files that do not have their declared size
    /// and checksum get their own.
    fn inflate_together(&self, indices: Vec<usize>, budget: &Budget) -> BTreeMap<usize, Inflated> {
        let usual: Vec<Usual<'_>> = indices.iter().filter_map(|index| self.usual(*index, budget)).collect();
        let mut buffer = vec![0; usual.iter().map(|one| one.size).sum()];
        let mut done = Vec::new();
        let mut start = 0;
        for Usual { index, packed, size, checksum } in usual {
            let range = start..start + size;
            start = range.end;
            let bytes = &mut buffer[range.clone()];
            if inflater::at_once(packed, bytes) && inflater::checksum(bytes) == checksum {
                done.push((index, range, packed.len() as u64));
            }
        }
        let buffer = Bytes::from(buffer);
        let slice = |(index, range, packed)| (index, Inflated { bytes: buffer.slice(range), packed });
        let mut inflated: BTreeMap<usize, Inflated> = done.into_iter().map(slice).collect();
        for index in indices {
            if !inflated.contains_key(&index) {
                inflated.extend(self.inflate_as_declared(index, budget).map(|file| (index, file)));
            }
        }
        inflated
    }

    /// A file that has its declared size. It has a separate budget of this size, so the result does not depend on other
    /// files, nor on the speed of the cores.
    fn inflate_as_declared(&self, index: usize, budget: &Budget) -> Option<Inflated> {
        let entry = self.entries.get(index)?;
        let mut own = budget.for_one(entry.size())?;
        let file = self.inflate(entry, 0, &mut own).ok()?;
        (file.bytes.len() as u64 == entry.size()).then_some(file)
    }

    /// A file that can be inflated in one call, if it has its declared size. [`Zip::inflate`] handles all others.
    fn usual(&self, index: usize, budget: &Budget) -> Option<Usual<'_>> {
        let entry = self.entries.get(index)?;
        let is_usual = !entry.is_encrypted && !entry.is_link && entry.method == CompressionMethod::DEFLATE;
        if !inflater::KNOWS_AT_ONCE || !is_usual {
            return None;
        }
        budget.for_one(entry.size())?;
        let found = self.archive.get_entry(entry.location).ok()?;
        let packed = found.data();
        if self.packed(packed.len() as u64, 0).exceeds(entry.size(), budget.limits().ratio) {
            return None;
        }
        let size = usize::try_from(entry.size()).ok()?;
        Some(Usual { index, packed, size, checksum: found.claim_verifier().crc })
    }

    /// Inflates a file and checks it. `inflated` is the number of bytes inflated from the zip before.
    fn inflate(&self, entry: &Entry, inflated: u64, budget: &mut Budget) -> Result<Inflated, EntryFault> {
        if entry.is_encrypted {
            return Err(EntryFault::Encrypted);
        }
        if entry.is_link {
            return Err(EntryFault::Link);
        }
        let found = self.archive.get_entry(entry.location)?;
        let (data, size) = (found.data(), entry.size());
        // Reading one byte more than declared detects larger files.
        let most = size.saturating_add(1);
        let file = match entry.method {
            CompressionMethod::STORE => {
                let packed = data.len() as u64;
                let bytes = budget.inflate(data.take(most), size, |_| self.packed(packed, inflated))?;
                Inflated { bytes: bytes.into(), packed }
            }
            CompressionMethod::DEFLATE => Inflater::with(data, |inflater| {
                let mut inflater = inflater.take(most);
                let packed = |inflater: &Inflater<'_>| self.packed(inflater.total_in(), inflated);
                let bytes = budget.inflate(&mut inflater, size, |inflater| packed(inflater.get_ref()))?;
                Ok::<_, EntryFault>(Inflated { bytes: bytes.into(), packed: inflater.get_ref().total_in() })
            })?,
            other => return Err(EntryFault::Method(other)),
        };
        if file.bytes.len() as u64 > size {
            return Err(EntryFault::Size(size));
        }
        if checksum(&file.bytes) != found.claim_verifier().crc {
            return Err(EntryFault::Checksum);
        }
        Ok(file)
    }

    /// The counts for the compression ratio: `entry` compressed bytes of a file, and `inflated` bytes inflated before.
    fn packed(&self, entry: u64, inflated: u64) -> Packed {
        Packed { entry, zip: self.archive.get_ref().len() as u64, inflated }
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

    /// The size that the directory declares.
    fn size(&self) -> u64 {
        self.location.uncompressed_size_hint()
    }
}

/// Groups of adjacent files that are inflated together: about 64, or more of about a mebibyte in a large zip.
fn groups(indices: Vec<usize>, size: impl Fn(&usize) -> usize) -> Vec<Vec<usize>> {
    const GROUPS: usize = 64;
    const LARGE_ENOUGH: usize = 1 << 20;
    let target = (indices.iter().map(&size).sum::<usize>() / GROUPS).min(LARGE_ENOUGH);
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut length = target;
    for index in indices {
        if length >= target {
            groups.push(Vec::new());
            length = 0;
        }
        length += size(&index);
        groups.last_mut().into_iter().for_each(|group| group.push(index));
    }
    groups
}

/// The first two names that differ only in case; the entries are sorted. Only names of files that may be read are
/// compared: a repository may contain both a `README` and a `readme`.
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
    #[error("it is a link, which flowvet does not follow")]
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
