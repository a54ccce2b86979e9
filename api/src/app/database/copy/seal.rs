//! The seal of a backup: a checksum by which any change of the file is seen.
//!
//! SQLite looks at the structure of its pages, and sees no wrong byte in a text. So a backup carries in two numbers that
//! the format leaves to applications (`application_id` and `user_version`, at fixed places of the header) a mark and the
//! CRC-32 of all its other bytes. It remains a database like any other. One that is opened to be written is no longer
//! what was saved: the seal is taken away.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;

use flate2::Crc;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use super::Stop;

/// "Atls" in ASCII.
const MARK: u32 = 0x41_74_6c_73;
/// Where the header has `user_version`: the checksum.
const CHECKSUM_AT: Range<usize> = 60..64;
/// Where the header has `application_id`: the mark.
const MARK_AT: Range<usize> = 68..72;
const CHUNK: usize = 1 << 20;

/// What a file says of its own state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seal {
    /// None: a database as it is used.
    None,
    /// All bytes are as they were saved.
    Whole,
    /// Some are not.
    Broken,
    /// Another application's mark.
    Foreign,
}

/// Copies a file byte by byte, and judges its seal on the way.
pub(super) fn copy(from: impl Read, to: impl Write, stop: &Stop) -> anyhow::Result<Seal> {
    let Numbers { mark, checksum, sum } = pass(from, to, stop)?;
    Ok(match (mark, checksum) {
        (0, 0) => Seal::None,
        (MARK, _) if checksum == sum => Seal::Whole,
        // Nothing of the atlas sets the one without the other.
        (MARK | 0, _) => Seal::Broken,
        _ => Seal::Foreign,
    })
}

/// Seals a file that nobody has open.
pub(super) fn put(file: &mut File, stop: &Stop) -> anyhow::Result<()> {
    write(file, MARK_AT, MARK)?;
    file.seek(SeekFrom::Start(0))?;
    let numbers = pass(&mut *file, io::sink(), stop)?;
    write(file, CHECKSUM_AT, numbers.sum)
}

/// Takes the seal from a file that nobody has open.
pub(super) fn remove(file: &mut File) -> anyhow::Result<()> {
    write(file, MARK_AT, 0)?;
    write(file, CHECKSUM_AT, 0)
}

/// The mark and the checksum that a file carries, and the checksum that it should carry.
#[derive(Default)]
struct Numbers {
    mark: u32,
    checksum: u32,
    sum: u32,
}

fn pass(mut from: impl Read, mut to: impl Write, stop: &Stop) -> anyhow::Result<Numbers> {
    let (mut numbers, mut crc) = (Numbers::default(), Crc::new());
    let mut chunk = Vec::with_capacity(CHUNK);
    loop {
        stop.look()?;
        chunk.clear();
        from.by_ref().take(CHUNK as u64).read_to_end(&mut chunk)?;
        to.write_all(&chunk)?;
        if crc.amount() == 0 && chunk.len() >= MARK_AT.end {
            (numbers.mark, numbers.checksum) = (number(&chunk[MARK_AT]), number(&chunk[CHECKSUM_AT]));
            chunk[CHECKSUM_AT].fill(0);
        }
        crc.update(&chunk);
        if chunk.len() < CHUNK {
            to.flush()?;
            numbers.sum = crc.sum();
            return Ok(numbers);
        }
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

fn write(file: &mut File, place: Range<usize>, number: u32) -> anyhow::Result<()> {
    file.seek(SeekFrom::Start(place.start as u64))?;
    Ok(file.write_all(&number.to_be_bytes())?)
}

/// Takes the seal from a database that is opened to be written: a backup that somebody put in place by hand.
pub(crate) async fn break_open(read: &impl ConnectionTrait, write: &impl ConnectionTrait) -> Result<(), DbErr> {
    if read.get_database_backend() != DbBackend::Sqlite {
        return Ok(());
    }
    let marked = Statement::from_string(DbBackend::Sqlite, "PRAGMA application_id");
    let mark: Option<i64> = read.query_one_raw(marked).await?.map(|row| row.try_get_by_index(0)).transpose()?;
    if mark == Some(MARK.into()) {
        // The mark goes last: where only the checksum is gone, the next to open the file finds it and goes on.
        write.execute_unprepared("PRAGMA user_version = 0; PRAGMA application_id = 0").await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(bytes: &[u8]) -> Seal {
        let (stop, _waiting) = tokio::sync::oneshot::channel();
        let mut copied = Vec::new();
        let seal = copy(bytes, &mut copied, &Stop(stop)).unwrap();
        assert!(copied == bytes);
        seal
    }

    #[test]
    fn a_seal_tells_every_change() {
        for length in [100, 5_000, CHUNK, CHUNK + 100] {
            let plain = vec![0; length];
            assert_eq!(judge(&plain), Seal::None);
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&plain).unwrap();
            let (stop, _waiting) = tokio::sync::oneshot::channel();
            put(&mut file, &Stop(stop)).unwrap();
            let sealed = bytes(&mut file);
            assert_eq!(judge(&sealed), Seal::Whole);
            for place in [0, 24, 59, 60, 63, 64, 72, 99, length / 2, length - 1] {
                let mut changed = sealed.clone();
                changed[place] ^= 4;
                assert_eq!(judge(&changed), Seal::Broken, "{place} of {length}");
            }
            let mut other = sealed.clone();
            other[70] ^= 4;
            assert_eq!(judge(&other), Seal::Foreign);
            assert_eq!(judge(&[&sealed[..], &[0]].concat()), Seal::Broken);
            assert_eq!(judge(&sealed[..length - 1]), Seal::Broken);
            remove(&mut file).unwrap();
            assert!(bytes(&mut file) == plain);
        }
    }

    #[test]
    fn work_that_nobody_waits_for_stops() {
        let (stop, waiting) = tokio::sync::oneshot::channel();
        drop(waiting);
        assert!(copy(io::repeat(7), io::sink(), &Stop(stop)).is_err());
    }

    fn bytes(file: &mut File) -> Vec<u8> {
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(0)).unwrap();
        file.read_to_end(&mut bytes).unwrap();
        bytes
    }
}
