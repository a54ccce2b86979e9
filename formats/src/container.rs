//! Files, folders, archives and compressed streams, as one run of entries. What a thing is tells its first bytes, whatever
//! its name; an archive is read as a stream, member by member, and nothing is written but standard input that holds a zip
//! archive, whose directory stands at its end: it goes through a temporary file without a name.
//!
//! | input | entries |
//! | --- | --- |
//! | a folder | its files in the order of their names, folders within it too |
//! | tar, tar with gzip or zstd, zip | its members in their order |
//! | gzip, zstd | the one file in it |
//! | anything else | itself |
//!
//! A member that is itself compressed is unpacked, once; an archive within an archive is told of as a [`Damage`], as is
//! everything else that cannot be read. Reading goes on behind it where that is possible, so that of an archive that is
//! cut off everything before the cut is given. Hidden files (".name"), what operating systems leave behind
//! ("Thumbs.db", "`__MACOSX`/"), links within archives, devices and pipes are passed over. Links in folders are
//! followed, unless they lead back to a folder above them.
//!
//! Limits: one member gives [`MEMBER_LIMIT`] bytes at most; the name and the other headers of a member of a tar archive
//! take [`HEADER_LIMIT`] at most; zstd may look back 128 MiB, as the `zstd` tool itself allows without being asked. The
//! directory of a zip archive is kept in memory, the rest of an archive never is.

use std::{
    cell::Cell,
    fs::File,
    io::{self, BufRead, Read, Seek, SeekFrom, Write},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use flate2::bufread::MultiGzDecoder;
use walkdir::{DirEntry, WalkDir};
use zip::ZipArchive;

use crate::item::{Entry, Stop};

/// How much one member of an archive, or one compressed file, gives when unpacked, in bytes. It ends with an error there.
pub const MEMBER_LIMIT: u64 = 4 << 30;

/// How much the headers between two members of a tar archive take, in bytes.
pub const HEADER_LIMIT: u64 = 1 << 20;

/// How much of an entry can be looked at before it is read: as much as the first [`BufRead::fill_buf`] of its contents
/// gives, where the entry is not shorter.
pub const HEAD: usize = 8 << 10;

/// What is looked at to tell what a file is: the header of a tar archive.
const MAGIC: usize = 512;

const FILE_BUFFER: usize = 64 << 10;

/// Something that could not be read, or not to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct Damage {
    /// The file, or the archive and the member.
    pub path: String,
    /// What is wrong and what to do.
    pub reason: String,
}

impl Damage {
    fn new(path: &str, reason: impl Into<String>) -> Self {
        Self { path: path.to_owned(), reason: reason.into() }
    }
}

/// What is called with each entry, and with what could not be read. When it is called with the damage of an entry, it
/// has had the entry before, whose contents ended in an error.
pub type Visit<'a> = dyn FnMut(Result<Entry<'_>, Damage>) -> Result<(), Stop> + 'a;

/// How many bytes a file has, or the files of a folder together, packed as they are. What cannot be looked at counts
/// nothing.
pub fn size(path: &Path) -> u64 {
    if path.is_dir() {
        files(path)
            .filter_map(Result::ok)
            .filter_map(|entry| entry.metadata().ok())
            .filter(std::fs::Metadata::is_file)
            .map(|metadata| metadata.len())
            .sum()
    } else {
        std::fs::metadata(path).map_or(0, |metadata| metadata.len())
    }
}

/// Visits everything that a path holds. `consumed` is raised by the bytes read, packed as they are; in the end by as much
/// as [`size`] tells.
///
/// # Errors
/// That the visitor wants no more.
pub fn walk(path: &Path, consumed: &Arc<AtomicU64>, visit: &mut Visit<'_>) -> Result<(), Stop> {
    let shown = path.to_string_lossy();
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) => return visit(Err(Damage::new(&shown, cannot_open(&error)))),
    };
    if !metadata.is_dir() {
        let name = path.file_name().map_or_else(|| shown.clone(), |name| name.to_string_lossy());
        return file(path, &Names::alone(&name), consumed, visit);
    }
    for found in files(path) {
        match found {
            Ok(found) if found.file_type().is_file() => {
                let name = relative(found.path(), path);
                file(found.path(), &Names::in_folder(&name), consumed, visit)?;
            }
            Ok(_) => {}
            // A link to a folder above is no mistake; one that leads nowhere is none either.
            Err(error) if error.loop_ancestor().is_some() => {}
            Err(error) => {
                let lost = error.path().is_some_and(Path::is_symlink);
                if !lost {
                    let name = error.path().map_or_else(|| shown.to_string(), |below| relative(below, path));
                    let reason = error.io_error().map_or_else(|| "cannot be read".to_owned(), cannot_open);
                    visit(Err(Damage::new(&name, reason)))?;
                }
            }
        }
    }
    Ok(())
}

/// Visits everything that a stream holds, standard input for one. `name` stands for its path. `consumed` is raised by
/// the bytes read.
///
/// # Errors
/// That the visitor wants no more.
pub fn walk_stream(
    name: &str,
    stream: &mut dyn Read,
    consumed: &Arc<AtomicU64>,
    visit: &mut Visit<'_>,
) -> Result<(), Stop> {
    let counted = Counted::new(stream, None, consumed);
    any(Ahead::new(counted, FILE_BUFFER), &Names::alone(name), visit)
}

fn files(folder: &Path) -> impl Iterator<Item = walkdir::Result<DirEntry>> {
    WalkDir::new(folder)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !passed_over(&entry.file_name().to_string_lossy()))
}

fn relative(path: &Path, folder: &Path) -> String {
    let path = path.strip_prefix(folder).unwrap_or(path);
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    printable(&parts.join("/"))
}

/// Whether a file or folder of this name is of no interest wherever it stands.
fn passed_over(name: &str) -> bool {
    name.starts_with('.')
        || name.ends_with('~')
        || ["__MACOSX", "Thumbs.db", "desktop.ini"].iter().any(|junk| name.eq_ignore_ascii_case(junk))
}

/// The path of a member, or none where it is of no interest. A path that leads upwards or begins at the root says nothing
/// more than its names: nothing is written, so it only tells what is what.
fn member_path(raw: &[u8]) -> Option<String> {
    let raw = String::from_utf8_lossy(raw);
    let parts: Vec<&str> = raw.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
    if parts.is_empty() || parts.iter().any(|part| passed_over(part)) {
        return None;
    }
    Some(printable(&parts.join("/")))
}

fn printable(path: &str) -> String {
    path.replace(char::is_control, "\u{fffd}")
}

fn cannot_open(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "does not exist: check the path".to_owned(),
        io::ErrorKind::PermissionDenied => "may not be read: check its permissions".to_owned(),
        _ => format!("cannot be opened: {error}"),
    }
}

fn damaged(error: &dyn std::fmt::Display) -> String {
    format!("the archive is damaged, get it anew: {error}")
}

const NESTED: &str = "is an archive within an archive: unpack the outer one first";

/// What the entries of a file are called.
struct Names {
    /// The file's own name.
    own: String,
    /// What stands before the names of members.
    prefix: String,
}

impl Names {
    fn alone(name: &str) -> Self {
        Self { own: printable(name), prefix: String::new() }
    }

    fn in_folder(path: &str) -> Self {
        Self { own: path.to_owned(), prefix: format!("{path}/") }
    }

    fn member(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// For a message: the archive and the member.
    fn both(&self, path: &str) -> String {
        format!("{}/{path}", self.own)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Gzip,
    Zstd,
    Tar,
    Zip,
    Plain,
}

impl Kind {
    fn of(name: &str, head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, 8, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] if !zipped_document(name) => Self::Zip,
            _ if tar_header(name, head) => Self::Tar,
            _ => Self::Plain,
        }
    }
}

/// Documents that are zip archives inside: what they hold is nothing to walk through.
fn zipped_document(name: &str) -> bool {
    const ENDS: &[&str] = &["docx", "xlsx", "pptx", "odt", "ods", "odp", "epub", "jar"];
    Path::new(name).extension().is_some_and(|end| ENDS.iter().any(|known| end.eq_ignore_ascii_case(known)))
}

/// Whether these bytes begin a tar archive: their checksum is right, which no text gets by chance.
fn tar_header(name: &str, head: &[u8]) -> bool {
    let Some(block) = head.get(..MAGIC) else {
        return false;
    };
    if block.iter().all(|byte| *byte == 0) {
        return name.to_ascii_lowercase().ends_with(".tar");
    }
    let stated = block.get(148..156).unwrap_or_default();
    let digits: String = stated
        .iter()
        .map(|byte| char::from(*byte))
        .skip_while(|digit| *digit == ' ')
        .take_while(char::is_ascii_digit)
        .collect();
    let sum: u32 =
        block.iter().enumerate().map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u32::from(*byte) }).sum();
    u32::from_str_radix(&digits, 8) == Ok(sum)
}

fn without_suffix(name: &str, suffixes: &[&str]) -> String {
    let at = suffixes.iter().find_map(|suffix| {
        let at = name.len().checked_sub(suffix.len())?;
        let end = name.get(at..)?;
        (at > 0 && end.eq_ignore_ascii_case(suffix)).then_some(at)
    });
    at.and_then(|at| name.get(..at)).unwrap_or(name).to_owned()
}

fn file(path: &Path, names: &Names, consumed: &Arc<AtomicU64>, visit: &mut Visit<'_>) -> Result<(), Stop> {
    let opened = File::open(path).and_then(|file| {
        let size = file.metadata()?.len();
        Ok((file, size))
    });
    let (file, size) = match opened {
        Ok(opened) => opened,
        Err(error) => return visit(Err(Damage::new(&names.own, cannot_open(&error)))),
    };
    // A pipe has no size.
    let size = (size > 0).then_some(size);
    let buffer =
        size.and_then(|size| usize::try_from(size).ok()).map_or(FILE_BUFFER, |size| size.min(FILE_BUFFER - 1) + 1);
    let mut ahead = Ahead::new(Counted::new(file, size, consumed), buffer);
    if Kind::of(&names.own, ahead.head(MAGIC)) == Kind::Zip {
        let mut counted = ahead.inner;
        return match counted.rewind() {
            Ok(()) => zip(io::BufReader::with_capacity(FILE_BUFFER, counted), names, visit),
            // A pipe: what was read of it stands in the buffer still.
            Err(_) => any(Ahead { inner: counted, ..ahead }, names, visit),
        };
    }
    any(ahead, names, visit)
}

/// A stream that may be anything.
fn any<R: Read>(mut input: Ahead<R>, names: &Names, visit: &mut Visit<'_>) -> Result<(), Stop> {
    match Kind::of(&names.own, input.head(MAGIC)) {
        Kind::Gzip => {
            let name = without_suffix(&names.own, &[".gz", ".gzip"]);
            unpacked(MultiGzDecoder::new(input), &name, names, visit)
        }
        Kind::Zstd => {
            let name = without_suffix(&names.own, &[".zst", ".zstd"]);
            match zstd::Decoder::with_buffer(input) {
                Ok(decoder) => unpacked(decoder, &name, names, visit),
                Err(error) => visit(Err(Damage::new(&names.own, damaged(&error)))),
            }
        }
        Kind::Tar => tar(input, names, visit),
        Kind::Zip => spooled(input, names, visit),
        Kind::Plain => one(input, &names.own, &names.own, visit),
    }
}

/// What a compressed stream holds: an archive or a file.
fn unpacked<R: Read>(decoder: R, name: &str, names: &Names, visit: &mut Visit<'_>) -> Result<(), Stop> {
    let mut input = Ahead::new(decoder, FILE_BUFFER);
    if input.head(MAGIC).is_empty()
        && let Some(failure) = &input.failed
    {
        // Whether it is a file or an archive, nobody can tell.
        return visit(Err(Damage::new(&names.own, unreadable(failure))));
    }
    match Kind::of(name, input.head(MAGIC)) {
        Kind::Tar => tar(input, names, visit),
        Kind::Zip => spooled(input, names, visit),
        Kind::Gzip | Kind::Zstd | Kind::Plain => {
            let limited = Ahead::new(Limited::new(input, MEMBER_LIMIT), HEAD);
            one(limited, name, &names.own, visit)
        }
    }
}

/// Visits one entry, and tells of what its contents ended in.
fn one<R: Read>(mut contents: Ahead<R>, path: &str, shown: &str, visit: &mut Visit<'_>) -> Result<(), Stop> {
    visit(Ok(Entry { path, contents: &mut contents }))?;
    match contents.failed {
        Some(error) => visit(Err(Damage::new(shown, unreadable(&error)))),
        None => Ok(()),
    }
}

fn unreadable(failure: &Failure) -> String {
    if failure.told {
        failure.text.clone()
    } else {
        format!("cannot be read to its end, get it anew: {}", failure.text)
    }
}

/// Visits a member of an archive, unpacked if it is compressed. Answers whether the archive itself failed while it was
/// read.
fn member<R: Read>(contents: R, path: &str, names: &Names, visit: &mut Visit<'_>) -> Result<bool, Stop> {
    let mut contents = Ahead::new(Limited::new(contents, MEMBER_LIMIT), HEAD);
    let shown = names.both(path);
    let entry = names.member(path);
    match Kind::of(path, contents.head(MAGIC)) {
        Kind::Plain => {
            visit(Ok(Entry { path: &entry, contents: &mut contents }))?;
            match &contents.failed {
                None => Ok(false),
                Some(failure) if failure.told => {
                    visit(Err(Damage::new(&shown, unreadable(failure))))?;
                    Ok(false)
                }
                Some(_) => Ok(true),
            }
        }
        Kind::Gzip => {
            let name = without_suffix(&entry, &[".gz", ".gzip"]);
            inner(MultiGzDecoder::new(contents), &name, &shown, visit)?;
            Ok(false)
        }
        Kind::Zstd => {
            let name = without_suffix(&entry, &[".zst", ".zstd"]);
            match zstd::Decoder::with_buffer(contents) {
                Ok(decoder) => inner(decoder, &name, &shown, visit)?,
                Err(error) => visit(Err(Damage::new(&shown, damaged(&error))))?,
            }
            Ok(false)
        }
        Kind::Tar | Kind::Zip => {
            visit(Err(Damage::new(&shown, NESTED)))?;
            Ok(false)
        }
    }
}

fn inner<R: Read>(decoder: R, name: &str, shown: &str, visit: &mut Visit<'_>) -> Result<(), Stop> {
    let mut contents = Ahead::new(Limited::new(decoder, MEMBER_LIMIT), HEAD);
    match Kind::of(name, contents.head(MAGIC)) {
        Kind::Tar | Kind::Zip => visit(Err(Damage::new(shown, NESTED))),
        Kind::Gzip | Kind::Zstd | Kind::Plain => one(contents, name, shown, visit),
    }
}

fn tar<R: Read>(input: R, names: &Names, visit: &mut Visit<'_>) -> Result<(), Stop> {
    let allowed = Cell::new(HEADER_LIMIT);
    let mut archive = ::tar::Archive::new(Allowed { inner: input, allowed: &allowed });
    let entries = match archive.entries() {
        Ok(entries) => entries,
        Err(error) => return visit(Err(Damage::new(&names.own, damaged(&error)))),
    };
    let mut failed = false;
    for entry in entries {
        let mut entry = match entry {
            Ok(entry) => entry,
            Err(error) => return visit(Err(Damage::new(&names.own, damaged(&error)))),
        };
        let kind = entry.header().entry_type();
        // How much of the archive it takes. What the visitor leaves is read past.
        let mut stored = entry.size();
        let path = match kind {
            ::tar::EntryType::Regular | ::tar::EntryType::Continuous => member_path(&entry.path_bytes()),
            ::tar::EntryType::GNUSparse => {
                stored = entry.header().entry_size().unwrap_or(0);
                let path = member_path(&entry.path_bytes());
                if let Some(path) = path {
                    let reason = "is stored with holes, which is not read: pack it again without \"--sparse\"";
                    visit(Err(Damage::new(&names.both(&path), reason)))?;
                }
                None
            }
            _ => None,
        };
        allowed.set(u64::MAX);
        let mut left = stored;
        if let Some(path) = path {
            let mut exact = Exact { inner: &mut entry, left: stored };
            failed = member(&mut exact, &path, names, visit)?;
            left = exact.left;
        }
        allowed.set(left.saturating_add(HEADER_LIMIT));
    }
    if failed {
        visit(Err(Damage::new(&names.own, damaged(&"it ends early"))))?;
    }
    Ok(())
}

fn zip<R: Read + Seek>(mut input: R, names: &Names, visit: &mut Visit<'_>) -> Result<(), Stop> {
    let mut archive = match ZipArchive::new(&mut input) {
        Ok(archive) => archive,
        Err(error) => {
            // The directory at its end is lost; the members before it tell what they are as well.
            if input.rewind().is_ok() {
                while let Ok(Some(found)) = ::zip::read::read_zipfile_from_stream(&mut input) {
                    if let Some(path) = member_path(found.name_raw())
                        && found.is_file()
                        && member(found, &path, names, visit)?
                    {
                        break;
                    }
                }
            }
            return visit(Err(Damage::new(&names.own, damaged(&error))));
        }
    };
    for index in 0..archive.len() {
        let name = match archive.name_for_index(index) {
            Some(Ok(name)) => name.into_owned(),
            _ => format!("member {index}"),
        };
        match archive.by_index(index) {
            Ok(found) => {
                if found.is_file()
                    && let Some(path) = member_path(found.name_raw())
                    && member(found, &path, names, visit)?
                {
                    visit(Err(Damage::new(&names.both(&path), damaged(&"it cannot be read to its end"))))?;
                }
            }
            Err(error) => {
                if let Some(path) = member_path(name.as_bytes()) {
                    let reason =
                        format!("cannot be unpacked, pack it anew with \"deflate\" and without password: {error}");
                    visit(Err(Damage::new(&names.both(&path), reason)))?;
                }
            }
        }
    }
    Ok(())
}

/// A zip archive that cannot be read backwards.
fn spooled<R: Read>(mut input: R, names: &Names, visit: &mut Visit<'_>) -> Result<(), Stop> {
    let spooled = tempfile::tempfile().and_then(|mut spool| {
        let mut limited = Limited::new(&mut input, MEMBER_LIMIT);
        io::copy(&mut limited, &mut spool)?;
        spool.flush()?;
        spool.rewind()?;
        Ok(spool)
    });
    match spooled {
        Ok(spool) => zip(io::BufReader::with_capacity(FILE_BUFFER, spool), names, visit),
        Err(error) => {
            let reason = format!(
                "a zip archive that comes as a stream is kept in the folder for temporary files, which failed: {error}"
            );
            visit(Err(Damage::new(&names.own, reason)))
        }
    }
}

/// Counts what is read of a file.
struct Counted<R> {
    inner: R,
    size: Option<u64>,
    counted: u64,
    consumed: Arc<AtomicU64>,
}

impl<R> Counted<R> {
    fn new(inner: R, size: Option<u64>, consumed: &Arc<AtomicU64>) -> Self {
        Self { inner, size, counted: 0, consumed: Arc::clone(consumed) }
    }

    /// Counts no more than the file has, though parts of it be read twice.
    fn count(&mut self, bytes: u64) {
        let bytes = match self.size {
            Some(size) => bytes.min(size.saturating_sub(self.counted)),
            None => bytes,
        };
        self.counted = self.counted.saturating_add(bytes);
        self.consumed.fetch_add(bytes, Ordering::Relaxed);
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count(read as u64);
        Ok(read)
    }
}

impl<R: Seek> Seek for Counted<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

impl<R> Drop for Counted<R> {
    /// What nobody wanted to read is done with as well.
    fn drop(&mut self) {
        if let Some(size) = self.size {
            self.count(size);
        }
    }
}

/// Why reading ended.
struct Failure {
    kind: io::ErrorKind,
    text: String,
    /// Whether the text says what to do: it is a limit of ours.
    told: bool,
}

impl Failure {
    fn error(&self) -> io::Error {
        io::Error::new(self.kind, self.text.clone())
    }
}

/// A limit was met.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Limit(String);

/// A buffer that is filled as far as it goes, so that one can look ahead. An error comes after all that was read before
/// it, and stays.
struct Ahead<R> {
    inner: R,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    done: bool,
    failed: Option<Failure>,
}

impl<R: Read> Ahead<R> {
    fn new(inner: R, size: usize) -> Self {
        Self { inner, buffer: vec![0; size.max(MAGIC)].into_boxed_slice(), start: 0, end: 0, done: false, failed: None }
    }

    /// The first bytes, as many as asked for or as there are.
    fn head(&mut self, length: usize) -> &[u8] {
        self.fill();
        let waiting = self.waiting();
        waiting.get(..length).unwrap_or(waiting)
    }

    fn waiting(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Fills the buffer where it is empty.
    fn fill(&mut self) {
        if self.start < self.end {
            return;
        }
        self.start = 0;
        self.end = 0;
        while !self.done
            && let Some(room) = self.buffer.get_mut(self.end..)
            && !room.is_empty()
        {
            match self.inner.read(room) {
                Ok(0) => self.done = true,
                Ok(read) => self.end = (self.end + read).min(self.buffer.len()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.done = true;
                    self.failed = Some(Failure {
                        kind: error.kind(),
                        told: error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Limit>),
                        text: error.to_string(),
                    });
                }
            }
        }
    }
}

impl<R: Read> BufRead for Ahead<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.fill();
        if self.start == self.end
            && let Some(failure) = &self.failed
        {
            return Err(failure.error());
        }
        Ok(self.waiting())
    }

    fn consume(&mut self, amount: usize) {
        self.start = self.start.saturating_add(amount).min(self.end);
    }
}

impl<R: Read> Read for Ahead<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut waiting = self.fill_buf()?;
        let read = waiting.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

/// Gives so many bytes and then an error.
struct Limited<R> {
    inner: R,
    limit: u64,
    left: u64,
}

impl<R> Limited<R> {
    fn new(inner: R, limit: u64) -> Self {
        Self { inner, limit, left: limit }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            let mut probe = [0];
            if self.inner.read(&mut probe)? == 0 {
                return Ok(0);
            }
            let reason = format!("gives more than {} bytes when unpacked, which is the limit: divide it", self.limit);
            return Err(io::Error::other(Limit(reason)));
        }
        let most = usize::try_from(self.left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let read = self.inner.read(buffer.get_mut(..most).unwrap_or_default())?;
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}

/// Gives the bytes that a member is said to have, or an error where they are not there.
struct Exact<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Exact<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if read == 0 && self.left > 0 && !buffer.is_empty() {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive ends early"));
        }
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}

/// Lets so many bytes be read and then fails: the headers of a tar archive are kept in memory by who reads them.
struct Allowed<'a, R> {
    inner: R,
    allowed: &'a Cell<u64>,
}

impl<R: Read> Read for Allowed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let allowed = self.allowed.get();
        if allowed == 0 {
            return Err(io::Error::other("the headers of a member are too long"));
        }
        let most = usize::try_from(allowed).map_or(buffer.len(), |allowed| allowed.min(buffer.len()));
        let read = self.inner.read(buffer.get_mut(..most).unwrap_or_default())?;
        self.allowed.set(allowed.saturating_sub(read as u64));
        Ok(read)
    }
}

#[cfg(test)]
mod tests;
