//! What other people's files say, as records: bytes in, records and rejections out. Nothing here knows a database, and
//! reading has no effect but what it hands to its caller.
//!
//! | module | for |
//! | --- | --- |
//! | [`record`] | what a file can say, in terms of the atlas |
//! | [`item`] | what reading gives: records, and what was left out and why |
//! | [`text`] | texts, dates and codes of languages as foreign files write them |
//!
//! A reader is a [`Reader`]: it is given the files of one source, one by one, and tells a sink what they say.

pub mod item;
pub mod record;
pub mod relaton;
pub mod text;

pub use item::{Entry, Item, Outcome, Reader, Sink, Stop};
