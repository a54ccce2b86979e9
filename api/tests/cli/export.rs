//! `atlas export` as a user meets it.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

use super::{atlas, fails, folder, succeeds};

#[test]
fn a_file_is_replaced_once_the_export_is_whole() {
    let folder = folder();
    succeeds(&mut atlas(folder.path(), &["seed"]));
    let out = folder.path().join("out");
    fs::create_dir(&out).expect("a folder");
    let file = out.join("all.jsonl");
    fs::write(&file, "old").expect("a file");
    // More than new files are given.
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).expect("it is ours");
    let names =
        || fs::read_dir(&out).expect("a folder").map(|entry| entry.expect("a file").file_name()).collect::<Vec<_>>();

    // No file may grow beyond some kilobytes.
    let binary = atlas(folder.path(), &[]).get_program().to_owned();
    let mut limited = Command::new("sh");
    limited
        .current_dir(folder.path())
        .env("ATLAS_LOG", "error")
        .args(["-c", "trap '' XFSZ; ulimit -f 100; exec \"$0\" \"$@\""]);
    limited.arg(binary).args(["export", "all", "--format", "jsonl", "--output", "out/all.jsonl"]);
    let told = fails(&mut limited);
    assert!(told.contains("the export cannot be written"), "{told}");
    assert_eq!((fs::read_to_string(&file).expect("a file").as_str(), names().len()), ("old", 1));

    succeeds(&mut atlas(folder.path(), &["export", "all", "--format", "jsonl", "--output", "out/all.jsonl"]));
    let whole = fs::read_to_string(&file).expect("a file");
    assert!(whole.len() > 100 * 1024 && whole.ends_with("}\n") && names().len() == 1);
    assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o666);
    assert_eq!(succeeds(&mut atlas(folder.path(), &["export", "all", "--format", "jsonl"])), whole);

    succeeds(&mut atlas(folder.path(), &["export", "all", "--format", "jsonl", "--output", "new.jsonl.gz"]));
    let mut text = String::new();
    let new = fs::File::open(folder.path().join("new.jsonl.gz")).expect("a file");
    flate2::read::GzDecoder::new(new).read_to_string(&mut text).expect("a whole text");
    assert_eq!(text, whole);
    // A link stays one, and has the file behind it written, whether that is there or not.
    symlink("behind", folder.path().join("between")).expect("a link");
    symlink("../between", out.join("link")).expect("a link");
    for _ in 0..2 {
        succeeds(&mut atlas(folder.path(), &["export", "all", "--format", "jsonl", "--output", "out/link"]));
        assert_eq!(fs::read_to_string(folder.path().join("behind")).expect("a file"), whole);
        assert!(out.join("link").is_symlink() && folder.path().join("between").is_symlink());
        fs::write(folder.path().join("behind"), "old").expect("a file");
    }
    // What is no file is written to as it is.
    succeeds(&mut atlas(folder.path(), &["export", "issues", "--format", "csv", "--output", "/dev/null"]));
}
