//! Makes the pages of `web/` for the service to embed, where Node and npm are there. Without them, or when their
//! registry cannot be reached, the service is built all the same, and the addresses of the pages say what is missing.
//!
//! Files are written in cargo's own folder alone (npm keeps its cache where it always does). `ATLAS_WEB=off` leaves the
//! pages out. What failed is tried again once a file in `web/` is newer: `touch web/build.mjs`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{env, fs, io};

/// What the pages are made of, within `web/`.
const SOURCES: [&str; 7] = ["package.json", "package-lock.json", ".npmrc", "build.mjs", "src", "examples", "licences"];

/// The oldest Node.js that builds them.
const NODE: u32 = 18;

/// Longest wait for npm, and for the pages.
const PATIENCE: Duration = Duration::from_mins(4);

fn main() -> io::Result<()> {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-env-changed=ATLAS_WEB");
    for source in SOURCES {
        println!("cargo::rerun-if-changed={}", web.join(source).display());
    }
    let pages = out.join("pages");
    empty(&pages)?;
    let reason = make(&web, &out.join("web"), &pages).err().unwrap_or_default();
    if !reason.is_empty() {
        empty(&pages)?;
        println!("cargo::warning=The playground is left out: {reason}");
    }
    println!("cargo::rustc-env=ATLAS_PAGES_MISSING={reason}");
    fs::write(out.join("pages.rs"), table_of(&pages)?)
}

fn empty(folder: &Path) -> io::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)
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
    let version = Command::new("node").arg("--version").output().ok().filter(|output| output.status.success());
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let major = version.as_deref().and_then(|text| text.strip_prefix('v')?.split('.').next()?.parse::<u32>().ok());
    match (version, major) {
        (_, Some(major)) if major >= NODE => {}
        (Some(version), _) => return Err(format!("Node.js {version} was found when it was built, {NODE} is needed")),
        (None, _) => return Err(format!("Node.js {NODE} or later was not found when it was built")),
    }
    let uncopied = |error: io::Error| format!("its sources could not be copied ({error})");
    for source in SOURCES {
        copy_all(&web.join(source), &copy.join(source)).map_err(uncopied)?;
    }
    // The packages stay where they are until others are asked for, or they turn out to be broken.
    let lock = fs::read(copy.join("package-lock.json")).map_err(uncopied)?;
    let stamp = copy.join("node_modules/.atlas-lock");
    if fs::read(&stamp).is_ok_and(|known| known == lock) && bundle(copy, pages).is_ok() {
        return Ok(());
    }
    fetch(copy)?;
    fs::write(&stamp, lock).map_err(|error| format!("its packages could not be kept ({error})"))?;
    bundle(copy, pages)?;
    // A release is built seldom, and its packages are large.
    if env::var_os("PROFILE").is_some_and(|profile| profile == "release") {
        fs::remove_dir_all(copy.join("node_modules")).map_err(|error| format!("its packages stay ({error})"))?;
    }
    Ok(())
}

fn fetch(copy: &Path) -> Result<(), String> {
    let patience = [
        "--fetch-timeout=20000",
        "--fetch-retries=2",
        "--fetch-retry-mintimeout=1000",
        "--fetch-retry-maxtimeout=5000",
    ];
    let mut npm = Command::new("npm");
    npm.args(["ci", "--omit=dev", "--include=optional", "--prefer-offline", "--loglevel=error"]).args(patience);
    // Whatever else npm is told to do in this environment: here it fetches.
    for setting in ["dry_run", "global", "package_lock_only", "optional", "production", "ignore_scripts"] {
        npm.env_remove(format!("npm_config_{setting}"));
    }
    run(&mut npm, copy).map_err(|said| format!("npm could not fetch its packages when it was built ({said})"))
}

fn bundle(copy: &Path, pages: &Path) -> Result<(), String> {
    run(Command::new("node").arg("build.mjs").arg(pages), copy)
        .map_err(|said| format!("its sources in web/ could not be built ({said})"))
}

/// Runs a command in a folder, to its end or for as long as patience lasts.
///
/// # Errors
/// The first line of what it said on its way, in short.
fn run(command: &mut Command, folder: &Path) -> Result<(), String> {
    let log = folder.join("said.log");
    let file = fs::File::create(&log).map_err(|error| error.to_string())?;
    let mut child = command
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(file)
        .spawn()
        .map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    let started = Instant::now();
    let status = loop {
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(status) => break status,
            None if started.elapsed() > PATIENCE => {
                child.kill().and_then(|()| child.wait()).map_err(|error| error.to_string())?;
                return Err(format!("it took longer than {} s", PATIENCE.as_secs()));
            }
            None => sleep(Duration::from_millis(50)),
        }
    };
    if status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&fs::read(&log).unwrap_or_default()).into_owned();
    let lines = said.lines().map(|line| line.trim_start_matches("npm error").trim());
    let telling = lines.filter(|line| !line.is_empty() && !line.starts_with("code ")).take(2).collect::<Vec<_>>();
    let telling: String = telling.join("; ").chars().filter(|c| !c.is_control()).take(200).collect();
    Err(if telling.is_empty() { status.to_string() } else { telling })
}

/// Copies a file, or a folder in place of the one that is there. Only the bytes: a source may be read-only.
fn copy_all(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        return fs::write(to, fs::read(from)?);
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
