//! What readers are given, and what they give.

use std::io::BufRead;

use crate::record::Record;

/// A file of a source, or a member of an archive.
pub struct Entry<'a> {
    /// Its path within the folder or archive; the name of the file where it stands alone. Separated by "/".
    pub path: &'a str,
    /// Its contents, unpacked.
    pub contents: &'a mut dyn BufRead,
}

/// What a reader says of one record of its source, or of something that came along with one.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The file that it stands in.
    pub path: String,
    /// Where in the file, where the file holds several: "line 12", "entry RFC2119".
    pub position: Option<String>,
    pub outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A record of the source.
    Record(Record),
    /// Something that the source names beside its records: the bodies of a list of committees. It is written, and not
    /// counted.
    Beside(Record),
    /// A record of the source that is nothing the atlas keeps, and why: "a journal article".
    Skipped(&'static str),
    /// A record of the source that cannot be read, and why.
    Rejected(String),
}

/// The caller wants no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("reading was ended")]
pub struct Stop;

/// Where items go, one by one. What it answers with an error, readers pass on and end.
pub type Sink<'a> = dyn FnMut(Item) -> Result<(), Stop> + 'a;

/// Reads the files of one source. Whatever the bytes are, it neither panics nor keeps more in memory than the largest
/// record needs, but where a format's files explain each other.
pub trait Reader {
    /// Reads one file. What cannot be read is an [`Outcome::Rejected`], and reading goes on behind it.
    ///
    /// # Errors
    /// That the sink wants no more.
    fn read(&mut self, entry: Entry<'_>, sink: &mut Sink<'_>) -> Result<(), Stop>;

    /// After the last file: what could only be told when all were read.
    ///
    /// # Errors
    /// That the sink wants no more.
    fn finish(&mut self, _sink: &mut Sink<'_>) -> Result<(), Stop> {
        Ok(())
    }
}

/// What a reader says of files, for tests.
#[cfg(test)]
pub(crate) fn items_of<'a>(mut reader: impl Reader, files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Item> {
    let mut items = Vec::new();
    let mut sink = |item| {
        items.push(item);
        Ok(())
    };
    for (path, contents) in files {
        reader.read(Entry { path, contents: &mut contents.as_bytes() }, &mut sink).unwrap();
    }
    reader.finish(&mut sink).unwrap();
    items
}
