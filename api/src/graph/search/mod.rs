//! Full-text search, the same on both databases.
//!
//! What a word is, is decided here and nowhere else: [`word`] cuts, folds and stems texts, `store::index` keeps the words
//! of every record in the transaction that changes it, [`query`] reads what people type, and [`find`] makes conditions and
//! ranks of it. A database is only asked in which rows a word stands; how well a record matches depends on the query and
//! the record alone. [`near`] finds what a mistyped word may have meant, [`mod@reference`] what a record is known by,
//! [`stored`] which words are there, [`text`] what there is to look through, and [`highlight`] shows where the words are.

pub mod find;
pub mod highlight;
pub mod near;
mod postgres;
pub mod query;
pub mod reference;
pub mod sqlite;
pub mod stored;
pub mod text;
pub mod word;
