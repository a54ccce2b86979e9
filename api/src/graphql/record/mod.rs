//! The types of the API, one file for each kind: names, words and nullability. What their lists do is in
//! [`super::connection`].

pub mod change;
pub mod channel;
pub mod citation;
pub mod committee;
pub mod country;
pub mod event;
pub mod initiative;
pub mod instrument;
pub mod issue;
pub mod language;
pub mod organisation;
pub mod partner;
pub mod resource;
pub mod source;
pub mod standard;
pub mod vocabulary;

/// A number as the API has it; the database's are wider.
pub fn int(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(if number < 0 { i32::MIN } else { i32::MAX })
}

/// A list of texts that a row holds as a JSON array.
pub fn texts(json: &str) -> Vec<String> {
    serde_json::from_str(json).unwrap_or_default()
}

/// A record of the API: what all records have, the fields of its own, and its lists as in [`super::connection::object`].
macro_rules! record {
    ($(#[$about:meta])* $name:ident($row:ty) of $kind:expr, { $($by_hand:tt)* } $($lists:tt)*) => {
        $crate::graphql::record::record! {
            $(#[$about])*
            $name($row) of $kind, in $crate::graphql::connection::Connection<$crate::graphql::connection::Edge<$name>>, { $($by_hand)* }
            $($lists)*
        }
    };
    (
        $(#[$about:meta])*
        $name:ident($row:ty) of $kind:expr, in $connection:ty, { $($by_hand:tt)* }
        $($lists:tt)*
    ) => {
        $(#[$about])*
        pub struct $name(pub std::sync::Arc<$row>, pub $crate::graph::moment::Moment);

        impl $name {
            fn place(&self) -> $crate::graphql::connection::Place {
                $crate::graphql::connection::Place { key: self.0.id, moment: self.1 }
            }
        }

        impl $crate::graphql::connection::Node for $name {
            type Row = $row;
            type Connection = $connection;
            const KIND: &'static $crate::graph::Kind = $kind;
            fn show(row: std::sync::Arc<$row>, moment: $crate::graph::moment::Moment) -> Self {
                Self(row, moment)
            }
        }

        $crate::graphql::connection::object! {
            $(#[$about])*
            $name with Always {
                /// Opaque and stable for the record's life; `node(id:)` finds the record by it.
                pub async fn id(&self) -> async_graphql::ID {
                    $crate::graph::cursor::global_id($kind, self.0.id, self.1).into()
                }

                /// Short name for links: lower case, hyphens between words. After a rename the old one still finds the record.
                pub async fn slug(&self) -> &str {
                    &self.0.slug
                }

                /// What a person would call it.
                pub async fn label(&self) -> &str {
                    &self.0.label
                }

                /// Starts at 1 and grows by one with every change of the record or of a link that it owns.
                pub async fn version(&self) -> i32 {
                    $crate::graphql::record::int(self.0.version)
                }

                /// When the record was created.
                pub async fn created_at(&self) -> $crate::graphql::scalars::DateTime {
                    $crate::graphql::scalars::DateTime(self.0.created_at)
                }

                /// When the record or a link that it owns was last changed.
                pub async fn updated_at(&self) -> $crate::graphql::scalars::DateTime {
                    $crate::graphql::scalars::DateTime(self.0.updated_at)
                }

                /// Where the record as a whole, or one of its facts, comes from, in the order of entry.
                pub async fn citations(
                    &self,
                    ctx: &async_graphql::Context<'_>,
                    #[graphql(desc = "How many entries from the start: 0 to 100, 20 where neither `first` nor `last` is given.")] first: Option<i32>,
                    #[graphql(desc = "Only entries that follow this cursor.")] after: Option<String>,
                    #[graphql(desc = "How many entries from the end: 0 to 100. Not together with `first`.")] last: Option<i32>,
                    #[graphql(desc = "Only entries that precede this cursor.")] before: Option<String>,
                ) -> $crate::graphql::error::Result<$crate::graphql::record::citation::CitationConnection> {
                    let arguments = $crate::graph::list::Arguments { first, after, last, before };
                    $crate::graphql::record::citation::of_record(ctx, self.place(), arguments).await
                }

                /// What the change log says of the record, oldest first.
                pub async fn history(
                    &self,
                    ctx: &async_graphql::Context<'_>,
                    #[graphql(desc = "How many entries from the start: 0 to 100, 20 where neither `first` nor `last` is given.")] first: Option<i32>,
                    #[graphql(desc = "Only entries after this revision.")] after: Option<String>,
                    #[graphql(desc = "How many entries from the end: 0 to 100. Not together with `first`.")] last: Option<i32>,
                    #[graphql(desc = "Only entries before this revision.")] before: Option<String>,
                ) -> $crate::graphql::error::Result<$crate::graphql::record::change::ChangeConnection> {
                    let arguments = $crate::graph::list::Arguments { first, after, last, before };
                    $crate::graphql::record::change::of_record(ctx, self.place(), arguments).await
                }

                $($by_hand)*
            }
            $($lists)*
        }
    };
}
pub(crate) use record;
