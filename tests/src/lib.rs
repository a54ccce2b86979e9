//! The harness of the integration tests: a database for each test, on SQLite and on PostgreSQL, and an [`Atlas`] on it
//! that is asked in process.
//!
//! A test is an `async fn(Backend)`; [`both!`] makes two tests of it, one for each database. [`Backend::empty`],
//! [`Backend::seeded`], [`Backend::garden`] and [`Backend::atlas`] give it its records; [`Invented`] makes records up, and
//! [`Import`] files to import.

mod atlas;
mod database;
mod garden;
mod gardener;
mod import;
mod invented;
mod past;
mod schema;

pub use atlas::{Atlas, NOW, Reply, reply};
pub use database::{Backend, run};
pub use garden::garden;
pub use gardener::{Dice, Gardener, delete};
pub use import::{Failed, Import, Imported, yaml};
pub use invented::{COUNTRIES, Invented};
pub use past::{as_of, timeless};
pub use schema::{ListField, Schema, type_text};

/// Makes two tests of each function named, `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! both {
    ($($name:ident),+ $(,)?) => {
        $(
            mod $name {
                #[test]
                fn sqlite() {
                    $crate::run($crate::Backend::Sqlite, env!("CARGO_TARGET_TMPDIR"), super::$name);
                }

                #[test]
                fn postgres() {
                    $crate::run($crate::Backend::Postgres, env!("CARGO_TARGET_TMPDIR"), super::$name);
                }
            }
        )+
    };
}
