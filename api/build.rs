//! Makes the pages of `web/` for the service to embed, where Node and npm are there. Without them, or when their
//! registry cannot be reached, the service is built all the same, and the addresses of the pages say what is missing.
//!
//! Nothing is written outside cargo's own folder. Set `ATLAS_WEB=off` to leave the pages out.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::{env, fs, io};

/// What the pages are made of, within `web/`.
const SOURCES: [&str; 6] = ["package.json", "package-lock.json", ".npmrc", "build.mjs", "src", "examples"];

fn main() -> io::Result<()> {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-env-changed=ATLAS_WEB");
    for source in SOURCES {
        println!("cargo::rerun-if-changed={}", web.join(source).display());
    }
    let pages = out.join("pages");
    if pages.exists() {
        fs::remove_dir_all(&pages)?;
    }
    fs::create_dir_all(&pages)?;
    if let Err(reason) = make(&web, &out.join("web"), &pages) {
        println!("cargo::warning=The playground is left out: {reason}");
        println!("cargo::rustc-env=ATLAS_PAGES_MISSING={reason}");
    }
    fs::write(out.join("pages.rs"), table_of(&pages)?)
}

/// The files of a folder as a Rust expression: names and bytes, in the order of the names.
fn table_of(folder: &Path) -> io::Result<String> {
    let mut names = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<Vec<String>>>()?;
    names.sort();
    let line = |name: &String| {
        let path = folder.join(name).display().to_string();
        format!("({name:?}, include_bytes!({path:?})),")
    };
    Ok(format!("&[\n{}\n]\n", names.iter().map(line).collect::<Vec<_>>().join("\n")))
}

/// Makes the pages from a copy of their sources.
fn make(web: &Path, copy: &Path, pages: &Path) -> Result<(), String> {
    if env::var_os("ATLAS_WEB").is_some_and(|value| value == "off") {
        return Err("it was built with ATLAS_WEB=off".to_owned());
    }
    if !succeeds(Command::new("node").arg("--version").output().map(|output| output.status)) {
        return Err("Node.js (18 or later, with npm) was not found when it was built".to_owned());
    }
    let said = |error: io::Error| format!("its sources could not be copied ({error})");
    for source in SOURCES {
        copy_all(&web.join(source), &copy.join(source)).map_err(said)?;
    }
    // The packages stay where they are until others are asked for.
    let lock = fs::read(copy.join("package-lock.json")).map_err(said)?;
    let stamp = copy.join("node_modules/.atlas-lock");
    if fs::read(&stamp).ok().as_ref() != Some(&lock) {
        let retries = ["--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"];
        let mut npm = Command::new("npm");
        npm.args(["ci", "--omit=dev", "--prefer-offline", "--loglevel=error"]).args(retries).current_dir(copy);
        if !succeeds(npm.status()) {
            return Err("npm could not fetch its packages when it was built".to_owned());
        }
        fs::write(&stamp, lock).map_err(said)?;
    }
    if !succeeds(Command::new("node").arg("build.mjs").arg(pages).current_dir(copy).status()) {
        return Err("its sources in web/ could not be built".to_owned());
    }
    Ok(())
}

fn succeeds(status: io::Result<ExitStatus>) -> bool {
    status.is_ok_and(|status| status.success())
}

/// Copies a file, or a folder in place of the one that is there.
fn copy_all(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        return fs::copy(from, to).map(drop);
    }
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy_all(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}
