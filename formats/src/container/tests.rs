use std::{fs, io::Cursor};

use flate2::{Compression, write::GzEncoder};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

/// What a walk gave: the paths with their contents or the error that they ended in, and the damages.
#[derive(Debug, Default, PartialEq)]
struct Seen {
    entries: Vec<(String, Result<String, String>)>,
    damages: Vec<String>,
}

impl Seen {
    fn visit(&mut self, found: Result<Entry<'_>, Damage>) {
        match found {
            Ok(entry) => {
                let mut text = String::new();
                let read = entry.contents.read_to_string(&mut text);
                self.entries.push((entry.path.to_owned(), read.map(|_| text).map_err(|error| error.to_string())));
            }
            Err(damage) => self.damages.push(damage.to_string()),
        }
    }

    fn paths(&self) -> Vec<&str> {
        self.entries.iter().map(|(path, _)| path.as_str()).collect()
    }

    fn texts(&self) -> Vec<(&str, &str)> {
        self.entries.iter().map(|(path, text)| (path.as_str(), text.as_deref().unwrap_or("an error"))).collect()
    }
}

fn walked(path: &Path) -> Seen {
    let mut seen = Seen::default();
    let consumed = Arc::new(AtomicU64::new(0));
    walk(path, &consumed, &mut |found| {
        seen.visit(found);
        Ok(())
    })
    .unwrap();
    assert_eq!(consumed.load(Ordering::Relaxed), size(path), "the bytes consumed add up to the size");
    seen
}

fn streamed(bytes: &[u8]) -> Seen {
    let mut seen = Seen::default();
    let consumed = Arc::new(AtomicU64::new(0));
    // One byte at a time, as the slowest pipe gives them.
    let mut slow = Slow(Cursor::new(bytes));
    walk_stream("-", &mut slow, &consumed, &mut |found| {
        seen.visit(found);
        Ok(())
    })
    .unwrap();
    seen
}

struct Slow<R>(R);

impl<R: Read> Read for Slow<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer.get_mut(..1).unwrap_or_default())
    }
}

fn stored(name: &str, bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn tarred(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (path, contents) in members {
        let mut header = ::tar::Header::new_gnu();
        // As it stands: the crate itself writes no path that leads upwards.
        if path.len() < 100 {
            header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
        }
        header.set_size(contents.len() as u64);
        header.set_mode(0o644);
        header.set_entry_type(::tar::EntryType::Regular);
        if path.len() < 100 {
            header.set_cksum();
            builder.append(&header, *contents).unwrap();
        } else {
            builder.append_data(&mut header, path, *contents).unwrap();
        }
    }
    builder.into_inner().unwrap()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstandard(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, contents) in members {
        if path.ends_with('/') {
            writer.add_directory(*path, SimpleFileOptions::default()).unwrap();
        } else {
            writer.start_file(*path, SimpleFileOptions::default()).unwrap();
            writer.write_all(contents).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

/// Bytes that do not compress: what a linear congruence gives.
fn noise(length: usize) -> String {
    let mut state = 7_u32;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from(b' ' + u8::try_from((state >> 24) % 90).unwrap())
        })
        .collect()
}

const MEMBERS: &[(&str, &[u8])] = &[("bodies/b.yaml", b"name: B"), ("bodies/a.yaml", b"name: A")];
const TEXTS: &[(&str, &str)] = &[("bodies/b.yaml", "name: B"), ("bodies/a.yaml", "name: A")];

#[test]
fn a_file_is_its_own_entry() {
    let (_folder, path) = stored("one.csv", b"a,b\n1,2\n");
    assert_eq!(walked(&path).texts(), [("one.csv", "a,b\n1,2\n")]);
}

#[test]
fn a_compressed_file_is_called_as_the_file_in_it() {
    for (name, bytes) in [("one.csv.gz", gzipped(b"a,b")), ("one.csv.zst", zstandard(b"a,b"))] {
        let (_folder, path) = stored(name, &bytes);
        assert_eq!(walked(&path).texts(), [("one.csv", "a,b")], "{name}");
    }
}

#[test]
fn the_parts_of_a_compressed_file_are_one_file() {
    let twice = [gzipped(b"a,"), gzipped(b"b")].concat();
    assert_eq!(streamed(&twice).texts(), [("-", "a,b")]);
    let twice = [zstandard(b"a,"), zstandard(b"b")].concat();
    assert_eq!(streamed(&twice).texts(), [("-", "a,b")]);
}

#[test]
fn an_archive_gives_its_members_in_their_order() {
    let tar = tarred(MEMBERS);
    for (name, bytes) in [
        ("x.tar", tar.clone()),
        ("x.tar.gz", gzipped(&tar)),
        ("x.tgz", gzipped(&tar)),
        ("x.tar.zst", zstandard(&tar)),
        ("x.zip", zipped(MEMBERS)),
        // The first bytes tell, not the name.
        ("archive", zipped(MEMBERS)),
        ("data.json", gzipped(&tar)),
    ] {
        let (_folder, path) = stored(name, &bytes);
        let seen = walked(&path);
        assert_eq!(seen.texts(), TEXTS, "{name}");
        assert!(seen.damages.is_empty(), "{name}");
    }
}

#[test]
fn standard_input_may_be_any_of_them() {
    let tar = tarred(MEMBERS);
    for bytes in [tar.clone(), gzipped(&tar), zstandard(&tar), zipped(MEMBERS), gzipped(&zipped(MEMBERS))] {
        assert_eq!(streamed(&bytes).texts(), TEXTS);
    }
    assert_eq!(streamed(b"plain").texts(), [("-", "plain")]);
    assert_eq!(streamed(b"").texts(), [("-", "")]);
}

#[test]
fn a_folder_is_read_in_the_order_of_names_without_what_is_hidden() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("b/c")).unwrap();
    fs::create_dir_all(at(".git")).unwrap();
    fs::create_dir_all(at("__MACOSX")).unwrap();
    for name in ["z.txt", "b/c/2.txt", "b/1.txt", ".hidden", ".git/config", "__MACOSX/x", "b/Thumbs.db", "b/1.txt~"] {
        fs::write(at(name), name).unwrap();
    }
    fs::write(at("a.tar.gz"), gzipped(&tarred(MEMBERS))).unwrap();
    fs::write(at("b/d.csv.zst"), zstandard(b"d")).unwrap();
    let seen = walked(folder.path());
    assert_eq!(
        seen.paths(),
        ["a.tar.gz/bodies/b.yaml", "a.tar.gz/bodies/a.yaml", "b/1.txt", "b/c/2.txt", "b/d.csv", "z.txt"]
    );
}

#[cfg(unix)]
#[test]
fn links_are_followed_but_not_in_circles() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("one.txt"), "1").unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("in/circle")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("in/linked")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.path().join("in/lost")).unwrap();
    let seen = walked(folder.path());
    assert_eq!(seen.texts(), [("in/linked/one.txt", "1")]);
    assert_eq!(seen.damages, Vec::<String>::new());
}

#[test]
fn a_member_that_is_compressed_is_unpacked_once() {
    let members: &[(&str, &[u8])] =
        &[("a.json.gz", &gzipped(b"{}")), ("b.json.zst", &zstandard(b"[]")), ("c.gz", &gzipped(&gzipped(b"c")))];
    for archive in [tarred(members), zipped(members)] {
        let seen = streamed(&archive);
        assert_eq!(seen.paths(), ["a.json", "b.json", "c"]);
        assert_eq!(seen.texts().get(..2).unwrap(), [("a.json", "{}"), ("b.json", "[]")]);
    }
}

#[test]
fn an_archive_within_an_archive_is_told_of() {
    let inner = tarred(MEMBERS);
    let members: &[(&str, &[u8])] =
        &[("in.tar", &inner), ("in.tgz", &gzipped(&inner)), ("in.zip", &zipped(MEMBERS)), ("a.txt", b"a")];
    let seen = streamed(&tarred(members));
    assert_eq!(seen.texts(), [("a.txt", "a")]);
    assert_eq!(
        seen.damages,
        ["in.tar", "in.tgz", "in.zip"]
            .map(|name| format!("-/{name}: is an archive within an archive: unpack the outer one first"))
    );
}

#[test]
fn documents_that_are_zip_inside_stay_whole() {
    let bytes = zipped(MEMBERS);
    let (_folder, path) = stored("letter.docx", &bytes);
    assert_eq!(walked(&path).paths(), ["letter.docx"]);
}

#[test]
fn members_that_are_links_or_hidden_are_passed_over() {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (kind, name) in [
        (::tar::EntryType::Symlink, "link"),
        (::tar::EntryType::Link, "hard"),
        (::tar::EntryType::Directory, "folder/"),
        (::tar::EntryType::Char, "device"),
        (::tar::EntryType::Fifo, "pipe"),
        (::tar::EntryType::Regular, "folder/._file"),
        (::tar::EntryType::Regular, "folder/file"),
    ] {
        let mut header = ::tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(0);
        header.set_path(name).unwrap();
        if matches!(kind, ::tar::EntryType::Symlink | ::tar::EntryType::Link) {
            header.set_link_name("/etc/passwd").unwrap();
        }
        header.set_cksum();
        builder.append(&header, io::empty()).unwrap();
    }
    let seen = streamed(&builder.into_inner().unwrap());
    assert_eq!(seen.texts(), [("folder/file", "")]);
    assert!(seen.damages.is_empty());
    assert_eq!(streamed(&zipped(&[("folder/", b""), ("folder/file", b"x")])).texts(), [("folder/file", "x")]);
}

#[test]
fn a_path_that_leads_upwards_is_only_a_name() {
    let members: &[(&str, &[u8])] = &[("../../etc/a", b"a"), ("/b", b"b"), ("./c", b"c"), ("d\u{7}", b"d")];
    assert_eq!(streamed(&tarred(members)).paths(), ["etc/a", "b", "c", "d\u{fffd}"]);
}

#[test]
fn long_paths_are_whole() {
    let long = format!("{}/end.yaml", "folder/".repeat(60).trim_end_matches('/'));
    assert_eq!(streamed(&tarred(&[(&long, b"x")])).paths(), [long.as_str()]);
}

#[test]
fn a_cut_off_archive_gives_what_stands_before_the_cut() {
    let text = noise(600_000);
    let members: &[(&str, &[u8])] = &[("a", b"whole"), ("b", text.as_bytes())];
    let tar = tarred(members);
    for (name, bytes) in [
        ("x.tar", tar.clone()),
        ("x.tar.gz", gzipped(&tar)),
        ("x.tar.zst", zstandard(&tar)),
        ("x.zip", zipped(members)),
    ] {
        let cut = bytes.get(..bytes.len() / 2).unwrap();
        let (_folder, path) = stored(name, cut);
        let seen = walked(&path);
        assert_eq!(seen.entries.first().unwrap(), &("a".to_owned(), Ok("whole".to_owned())), "{name}");
        assert!(seen.entries.iter().skip(1).all(|(_, text)| text.is_err()), "{name}: half a file is an error");
        assert_eq!(seen.damages.len(), 1, "{name}: {:?}", seen.damages);
        let damage = seen.damages.first().unwrap();
        assert!(damage.starts_with(&format!("{name}: the archive is damaged, get it anew: ")), "{damage}");
    }
}

#[test]
fn a_cut_off_file_ends_in_an_error_that_is_told() {
    let text = noise(600_000);
    for (name, bytes) in [("x.csv.gz", gzipped(text.as_bytes())), ("x.csv.zst", zstandard(text.as_bytes()))] {
        let (_folder, path) = stored(name, bytes.get(..bytes.len() / 2).unwrap());
        let seen = walked(&path);
        assert!(matches!(seen.entries.as_slice(), [(_, Err(_))]), "{name}");
        assert!(
            seen.damages.first().unwrap().starts_with(&format!("{name}: cannot be read to its end, get it anew: ")),
            "{:?}",
            seen.damages
        );
    }
}

#[test]
fn damage_in_one_file_of_a_folder_leaves_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let bad = tarred(&[("m", noise(3000).as_bytes())]);
    fs::write(folder.path().join("a.tar"), bad.get(..1500).unwrap()).unwrap();
    fs::write(folder.path().join("b.zip"), b"PK\x03\x04 nothing behind it").unwrap();
    fs::write(folder.path().join("c.txt"), "c").unwrap();
    let seen = walked(folder.path());
    assert_eq!(seen.entries.last().unwrap(), &("c.txt".to_owned(), Ok("c".to_owned())));
    assert_eq!(seen.damages.len(), 2, "{:?}", seen.damages);
}

#[test]
fn what_is_not_there_is_told_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none");
    let seen = walked(&path);
    assert_eq!(seen.damages, [format!("{}: does not exist: check the path", path.display())]);
}

#[test]
fn a_member_gives_no_more_than_its_limit() {
    let mut limited = Limited::new(io::repeat(b'x'), 1000);
    let mut bytes = Vec::new();
    let error = limited.read_to_end(&mut bytes).unwrap_err();
    assert_eq!(bytes.len(), 1000);
    assert!(error.to_string().contains("1000 bytes"), "{error}");
    let mut exact = Limited::new(Cursor::new(vec![b'x'; 1000]), 1000);
    assert_eq!(io::copy(&mut exact, &mut io::sink()).unwrap(), 1000);
}

#[test]
fn a_name_that_never_ends_is_not_kept() {
    let mut header = ::tar::Header::new_gnu();
    header.set_entry_type(::tar::EntryType::GNULongName);
    header.set_path("././@LongLink").unwrap();
    header.set_size(1 << 40);
    header.set_cksum();
    let mut endless = Cursor::new(header.as_bytes().to_vec()).chain(io::repeat(b'x'));
    let mut seen = Seen::default();
    let consumed = Arc::new(AtomicU64::new(0));
    walk_stream("-", &mut endless, &consumed, &mut |found| {
        seen.visit(found);
        Ok(())
    })
    .unwrap();
    assert!(seen.entries.is_empty());
    assert!(seen.damages.first().unwrap().contains("the headers of a member are too long"), "{:?}", seen.damages);
    assert!(consumed.load(Ordering::Relaxed) < 2 * HEADER_LIMIT + 2 * FILE_BUFFER as u64);
}

#[test]
fn what_a_visitor_leaves_is_read_past() {
    let text = noise(3_000_000);
    let mut paths = Vec::new();
    let bytes = zstandard(&tarred(&[("a", text.as_bytes()), ("b", b"b")]));
    walk_stream("-", &mut bytes.as_slice(), &Arc::default(), &mut |found| {
        paths.push(found.unwrap().path.to_owned());
        Ok(())
    })
    .unwrap();
    assert_eq!(paths, ["a", "b"]);
}

#[test]
fn the_visitor_can_end_the_walk() {
    let mut count = 0;
    let ended = walk_stream("-", &mut tarred(MEMBERS).as_slice(), &Arc::default(), &mut |_| {
        count += 1;
        Err(Stop)
    });
    assert_eq!((ended, count), (Err(Stop), 1));
}

#[test]
fn the_head_of_an_entry_is_there_at_once() {
    let text = noise(50_000);
    let members: &[(&str, &[u8])] = &[("long", text.as_bytes()), ("short", b"short")];
    let mut lengths = Vec::new();
    let bytes = tarred(members);
    walk_stream("-", &mut Slow(bytes.as_slice()), &Arc::default(), &mut |found| {
        lengths.push(found.unwrap().contents.fill_buf().unwrap().len());
        Ok(())
    })
    .unwrap();
    assert_eq!(lengths, [HEAD, 5]);
}
