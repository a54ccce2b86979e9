//! The built-in seeds: the profiles that every atlas starts with. They are read and checked as a whole, and only then
//! written, through [`Write`] like everything else; a mistake is shown with file and line, and nothing is written.
//!
//! To add a file: put it into `seeds/` and name it in [`FILES`].

mod check;
mod draft;
pub mod file;

use anyhow::Context as _;

use crate::app::App;
use crate::auth::Editor;
use crate::store::Write;

pub use crate::store::Outcome;
pub use check::{Mistake, Mistakes};

/// A file's name and text.
pub type Text = (&'static str, &'static str);

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../seeds/", $name)))),*]
    };
}

/// The table of countries.
pub const COUNTRIES: Text = ("countries.csv", include_str!("../../../seeds/countries.csv"));

/// Every other file of the seeds.
pub const FILES: &[Text] = embedded![
    "sources.toml",
    "issues.toml",
    "cern.toml",
    "dg-connect.toml",
    "ecma.toml",
    "eeas.toml",
    "etsi.toml",
    "eu.toml",
    "european-commission.toml",
    "fpi.toml",
    "iec.toml",
    "ieee.toml",
    "iso.toml",
    "itu.toml",
    "picasso.toml",
    "unctad.toml",
    "unece.toml",
    "wto.toml",
];

/// Brings the atlas to what the built-in seeds say; a second time changes nothing.
///
/// # Errors
/// What the database says.
pub async fn load(app: &App) -> anyhow::Result<Outcome> {
    load_files(app, COUNTRIES, FILES).await
}

/// Loads the built-in seeds into an atlas in which nothing was ever written. Of several processes that try at once,
/// one does it and the others find it done.
///
/// # Errors
/// What the database says.
pub async fn load_if_empty(app: &App) -> anyhow::Result<Option<Outcome>> {
    let write = begin(app).await?;
    // Most starts end here, and need not read the seeds.
    if !write.is_first() {
        return Ok(None);
    }
    write_seeds(write, &check::read(COUNTRIES, FILES)?).await.map(Some)
}

/// Brings the atlas to what these files say.
///
/// # Errors
/// Every mistake in the files, with file and line, before anything is written; and what the database says.
pub async fn load_files(app: &App, countries: (&str, &str), files: &[(&str, &str)]) -> anyhow::Result<Outcome> {
    let seeds = check::read(countries, files)?;
    write_seeds(begin(app).await?, &seeds).await
}

async fn begin(app: &App) -> anyhow::Result<Write> {
    Write::begin(app, Editor::seed()).await.context(UNWRITTEN)
}

async fn write_seeds(mut write: Write, seeds: &check::Seeds) -> anyhow::Result<Outcome> {
    let outcome = draft::put(&mut write, seeds).await?;
    write.save().await.context(UNWRITTEN)?;
    Ok(outcome)
}

const UNWRITTEN: &str = "the seeds cannot be written";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_loaded() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../seeds");
        let mut found: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder of the seeds")
            .map(|entry| entry.expect("an entry"))
            // The mappings of the importer are in a folder of their own.
            .filter(|entry| entry.path().is_file())
            .map(|entry| entry.file_name().into_string().expect("a name"))
            .collect();
        let mut known: Vec<&str> = FILES.iter().chain([&COUNTRIES]).map(|(name, _)| *name).collect();
        found.sort();
        known.sort_unstable();
        assert_eq!(found, known);
    }

    #[test]
    fn the_built_in_seeds_hold_no_mistake() {
        check::read(COUNTRIES, FILES).expect("seeds without a mistake");
    }
}
