//! Where a file is to stand, and what is done to files there.

use std::ffi::OsString;
use std::fs::{self, File, Permissions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use rustix::fs::{FlockOperation, fcntl_lock};
use tempfile::{NamedTempFile, TempDir, TempPath};

/// What SQLite appends to a file's name for the changes that are not in it yet, and for what it remembers of them.
const JOURNALS: [&str; 3] = ["-wal", "-journal", "-shm"];

/// How the names of folders begin in which something is being made.
const UNFINISHED: &str = ".atlas-unfinished-";

/// A folder that goes, with all that is in it, at the latest when somebody else needs one in the same place.
pub(super) struct Workplace {
    folder: TempDir,
    _lock: File,
}

/// A name for a file, which may be there.
pub(super) struct Place {
    /// As the user wrote it.
    pub shown: PathBuf,
    /// Where it leads: without links, so that SQLite's files beside it are found, and a renaming replaces no link.
    pub path: PathBuf,
    folder: PathBuf,
}

impl Place {
    pub(super) fn at(file: &Path) -> anyhow::Result<Self> {
        let shown = file.display();
        let Some(name) = file.file_name() else { bail!("{shown} is not the name of a file") };
        let path = match fs::canonicalize(file) {
            Ok(path) if path.is_dir() => bail!("{shown} is a folder: name a file"),
            // A device or a pipe has no copies and must not be replaced by one.
            Ok(path) if !path.is_file() => bail!("{shown} is not a file on a disk: name one"),
            Ok(path) => path,
            Err(error) if error.kind() == ErrorKind::NotFound && fs::symlink_metadata(file).is_ok() => {
                bail!("{shown} is a link to a file that is not there: make the link anew, or name another file")
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
                let found = fs::canonicalize(folder).with_context(|| {
                    format!("the folder {} is not there: make it, or name another file", folder.display())
                })?;
                found.join(name)
            }
            Err(error) => return Err(error).with_context(|| format!("{shown} cannot be read")),
        };
        let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
        Ok(Self { shown: file.to_owned(), path, folder })
    }

    /// Whether there is a file.
    pub(super) fn is_taken(&self) -> bool {
        self.path.exists()
    }

    /// Whether there is something in the file.
    pub(super) fn is_filled(&self) -> bool {
        fs::metadata(&self.path).is_ok_and(|file| file.len() > 0)
    }

    /// Whether both are the same file, or this one is where SQLite keeps what belongs to the other.
    pub(super) fn touches(&self, other: &Self) -> bool {
        let one_file = || {
            let (this, that) = (fs::metadata(&self.path).ok()?, fs::metadata(&other.path).ok()?);
            Some((this.dev(), this.ino()) == (that.dev(), that.ino()))
        };
        self.path == other.path || other.journals().contains(&self.path) || one_file().unwrap_or_default()
    }

    /// The place of a file that has this one's name and something more.
    pub(super) fn sibling(&self, suffix: &str) -> Self {
        Self { shown: appended(&self.shown, suffix), path: appended(&self.path, suffix), folder: self.folder.clone() }
    }

    /// The files that SQLite would take for changes of this one.
    pub(super) fn journals(&self) -> [PathBuf; 3] {
        JOURNALS.map(|suffix| appended(&self.path, suffix))
    }

    /// The first file beside this one that holds changes SQLite would apply to it.
    pub(super) fn waiting_changes(&self) -> Option<PathBuf> {
        let holds = |file: &PathBuf| fs::metadata(file).is_ok_and(|file| file.len() > 0);
        // The last of them holds nothing by itself.
        self.journals().into_iter().take(2).find(holds)
    }

    /// Removes what SQLite left beside a file that is not there or that nobody can open now, and sees that it is gone for
    /// good before anything takes the file's place.
    pub(super) fn remove_journals(&self) -> anyhow::Result<()> {
        for file in self.journals() {
            match fs::remove_file(&file) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("{} cannot be removed", file.display()));
                }
                _ => {}
            }
        }
        self.keep_names()
    }

    /// Holds the file by the lock that those of SQLite would contradict, whatever is in it. It lasts until the first of all
    /// the process's openings of this file is closed.
    pub(super) fn lock(&self) -> anyhow::Result<File> {
        let shown = self.shown.display();
        let opened = File::options().read(true).write(true).open(&self.path);
        let file = opened.with_context(|| format!("{shown} cannot be written"))?;
        match fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive).map_err(io::Error::from) {
            Ok(()) => Ok(file),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::PermissionDenied) => {
                Err(self.in_use())
            }
            Err(error) => Err(error).with_context(|| format!("{shown} cannot be locked")),
        }
    }

    pub(super) fn in_use(&self) -> anyhow::Error {
        anyhow::anyhow!("the database {} is used by another process: end that one first", self.shown.display())
    }

    /// A folder on the same disk for what is not finished. What others left there who were killed is removed.
    pub(super) fn workplace(&self) -> anyhow::Result<Workplace> {
        self.make_workplace().with_context(|| format!("{} cannot be written", self.shown.display()))
    }

    fn make_workplace(&self) -> io::Result<Workplace> {
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let is_folder = entry.file_type().is_ok_and(|entry| entry.is_dir());
            if is_folder && entry.file_name().as_encoded_bytes().starts_with(UNFINISHED.as_bytes()) {
                sweep(&entry.path());
            }
        }
        loop {
            let folder = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(&self.folder)?;
            let lock = match File::open(folder.path()) {
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                opened => opened?,
            };
            // Somebody may have taken it for a forgotten one before it was locked.
            let is_lost = matches!(lock.try_lock(), Err(TryLockError::WouldBlock)) || !folder.path().exists();
            if !is_lost {
                return Ok(Workplace { folder, _lock: lock });
            }
        }
    }

    /// Gives a finished file this name.
    pub(super) fn put(&self, finished: TempPath, replace: bool) -> anyhow::Result<()> {
        let put = if replace { finished.persist(&self.path) } else { finished.persist_noclobber(&self.path) };
        put.map_err(|error| error.error).with_context(|| format!("{} cannot be written", self.shown.display()))?;
        self.keep_names()
    }

    /// Sees that the names in the folder are on the disk.
    pub(super) fn keep_names(&self) -> anyhow::Result<()> {
        let kept = File::open(&self.folder).and_then(|folder| folder.sync_all());
        kept.with_context(|| format!("the folder {} cannot be written", self.folder.display()))
    }
}

/// Removes a folder in which nobody is at work any more. Where the file system has no locks, that is not known.
fn sweep(folder: &Path) {
    let swept = File::open(folder).and_then(|lock| match lock.try_lock() {
        Ok(()) => fs::remove_dir_all(folder),
        Err(_) => Ok(()),
    });
    if let Err(error) = swept {
        tracing::debug!("{} stays: {error}", folder.display());
    }
}

/// An empty file to be finished, which may be read and written by whoever may do so with the file `like`.
pub(super) fn empty(work: &Workplace, like: &Path) -> anyhow::Result<NamedTempFile> {
    let file = NamedTempFile::new_in(&work.folder)?;
    // Whoever may not write the file that it is made from still has to finish this one.
    let mode = fs::metadata(like)?.mode() | 0o600;
    file.as_file().set_permissions(Permissions::from_mode(mode))?;
    Ok(file)
}

/// Gives a file to the owner of another, so that a service can use what its administrator put in place. Only an
/// administrator can; for others nothing changes.
pub(super) fn give_to_owner_of(file: &Path, like: &Path) -> anyhow::Result<()> {
    let (owner, wanted) = (fs::metadata(file)?, fs::metadata(like)?);
    if (owner.uid(), owner.gid()) != (wanted.uid(), wanted.gid())
        && let Err(error) = chown(file, Some(wanted.uid()), Some(wanted.gid()))
    {
        tracing::warn!("{} has a new owner, since it cannot be given to the former one: {error}", like.display());
    }
    Ok(())
}

fn appended(file: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(suffix);
    name.into()
}
