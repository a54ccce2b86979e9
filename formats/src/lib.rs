//! What other people's files say, as records: bytes in, records and rejections out. Nothing here knows a database, and
//! reading has no effect but what it hands to its caller.
//!
//! | module | for |
//! | --- | --- |
//! | [`record`] | what a file can say, in terms of the atlas |
//! | [`item`] | what reading gives: records, and what was left out and why |
//! | [`container`] | files, folders, archives and compressed streams, as one run of entries |
//! | [`text`] | texts, dates and codes of languages as foreign files write them |
//! | [`format`](mod@format) | the formats by name, and which of them a file is in |
//! | [`conferences`] | conferences, as the JSON of conference-data |
//! | [`icalendar`] | events, as iCalendar |
//! | [`iso_committees`] | the committees of ISO, as JSON Lines |
//! | [`iso_ics`] | the International Classification for Standards, as XML and JSON-LD |
//! | [`jsonl`] | what an atlas exports |
//! | [`profile`] | profiles of organisations, as plain text |
//! | [`relaton`] | documents, as Relaton YAML and XML |
//! | [`rfc_index`] | the RFC index, as JSON |
//! | [`ris`] | documents, as RIS |
//! | [`specref`] | documents, as Specref's JSON |
//! | [`table`] | tables, read by a mapping that says what their columns mean |
//! | [`web_specs`] | web specifications, as the JSON of web-specs and browser-specs |
//!
//! A reader is a [`Reader`]: it is given the files of one source, one by one, and tells a sink what they say.

mod bodies;
pub mod conferences;
pub mod container;
pub mod format;
pub mod icalendar;
pub mod iso_committees;
pub mod iso_ics;
pub mod item;
mod json;
pub mod jsonl;
mod lines;
pub mod profile;
pub mod record;
pub mod relaton;
pub mod rfc_index;
pub mod ris;
pub mod specref;
pub mod table;
pub mod text;
pub mod web_specs;

pub use format::{Auto, Format, recognise};
pub use item::{Entry, Item, Outcome, Reader, Sink, Stop};
