//! Which part of a list is asked for: page arguments, order terms and cursors. No statements and no API types here,
//! so that whoever answers a document calls the same functions.

use super::cursor::{Cursor, CursorKey, Refused, read_revision, revision_text};
use super::moment::Moment;
use super::predicate::Predicate;
use super::{Column, Kind, OrderBy, Relation, Scalar, Side, kinds};

/// What a list is a list of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    Root(&'static Kind),
    Related(&'static Relation),
}

/// One list as asked, apart from whose it is: what all parents at one place of a document share.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct List {
    pub source: Source,
    pub moment: Moment,
    pub filter: Option<Predicate>,
    /// Links to keep: those whose column holds one of the values.
    pub only: Option<(&'static Column, Vec<String>)>,
    pub order: Vec<OrderBy>,
    pub page: Page,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Page {
    pub limit: i64,
    /// True for `last`: the page is counted from the end.
    pub backward: bool,
    pub after: Option<Cursor>,
    pub before: Option<Cursor>,
    /// Whether what the cursors hold goes into the statement as parameters whose values come when it is run.
    pub late: bool,
}

/// Page arguments as they were written.
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    pub first: Option<i32>,
    pub after: Option<String>,
    pub last: Option<i32>,
    pub before: Option<String>,
}

/// How long a page is and may be.
#[derive(Clone, Copy, Debug)]
pub struct PageSize {
    pub default: i64,
    pub max: i64,
}

impl PageSize {
    pub const USUAL: Self = Self { default: 20, max: 100 };
    /// Parties and countries, which people want to see whole.
    pub const COUNTRIES: Self = Self { default: 20, max: 250 };

    /// How long a page of a list is and may be.
    pub fn of(source: Source) -> Self {
        if *source.kind() == kinds::COUNTRY { Self::COUNTRIES } else { Self::USUAL }
    }
}

impl Page {
    /// Whether cursors bound it.
    pub fn is_bounded(&self) -> bool {
        self.after.is_some() || self.before.is_some()
    }
}

impl Source {
    pub fn kind(&self) -> &'static Kind {
        match self {
            Self::Root(kind) => kind,
            Self::Related(relation) => relation.far,
        }
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Root(kind) => kind.name,
            Self::Related(relation) => relation.name,
        }
    }

    /// Whether it lists entries of the log, whose cursors are their plain positions.
    pub fn is_log(&self) -> bool {
        *self.kind() == kinds::CHANGE
    }

    /// What tells rows apart: whether their record has a key, and whether there may be several rows of one record.
    pub fn told_apart(&self) -> (bool, bool) {
        use super::Via::{Children, Editions, Link, Reference, Targets};
        match self {
            Self::Root(_) => (true, false),
            Self::Related(relation) => match relation.via {
                Link { .. } | Targets { inverse: true } => (true, true),
                // The record may not be there.
                Targets { inverse: false } => (false, true),
                Children { .. } | Reference { .. } | Editions => (true, false),
            },
        }
    }

    /// The order asked for, or the default one, made total by the keys of the record and of the link, which follow the
    /// last direction given. The record's comes first: a copy of the atlas has the same. A column named twice counts once.
    pub fn order(&self, asked: &[OrderBy]) -> Vec<OrderBy> {
        let default = match self {
            Self::Root(kind) => kind.default_order,
            Self::Related(relation) => relation.default_order(),
        };
        let mut order: Vec<OrderBy> = Vec::new();
        for term in if asked.is_empty() { default } else { asked } {
            if !order.iter().any(|earlier| (earlier.side, earlier.column) == (term.side, term.column)) {
                order.push(*term);
            }
        }
        if order.iter().any(|term| term.side == Side::Rank) {
            // Many match equally well.
            let descending = order.last().is_some_and(|term| term.descending);
            let label = OrderBy { descending, ..OrderBy::record(&kinds::LABEL_SORT) };
            if !order.iter().any(|term| (term.side, term.column) == (label.side, label.column)) {
                order.push(label);
            }
        }
        let descending = order.last().is_some_and(|term| term.descending);
        let (by_record, by_link) = self.told_apart();
        if by_record {
            order.push(OrderBy { side: Side::Record, column: self.kind().key(), descending });
        }
        // Links of one record come as its document lists them.
        let has_places = |relation: &Relation| relation.edge_columns().contains(&&kinds::POSITION);
        let place = OrderBy { side: Side::Link, column: &kinds::POSITION, descending };
        if matches!(self, Self::Related(relation) if has_places(relation))
            && !order.iter().any(|term| (term.side, term.column) == (place.side, place.column))
        {
            order.push(place);
        }
        if by_link {
            order.push(OrderBy { side: Side::Link, column: &kinds::ID, descending });
        }
        order
    }
}

impl List {
    /// Reads the arguments of a list field.
    ///
    /// # Errors
    /// The sentence for the client, naming the argument.
    pub fn read(
        source: Source,
        moment: Moment,
        filter: Option<Predicate>,
        asked: &[OrderBy],
        arguments: Arguments,
        size: PageSize,
        key: &CursorKey,
    ) -> Result<Self, String> {
        let (limit, backward) = match (arguments.first, arguments.last) {
            (Some(_), Some(_)) => return Err("`first` and `last` cannot both be given: ask for one end".to_owned()),
            (first, None) => (limit("first", first, size)?, false),
            (None, last) => (limit("last", last, size)?, true),
        };
        let page = Page { limit, backward, after: None, before: None, late: false };
        let mut list = Self { source, moment, filter, only: None, order: source.order(asked), page };
        list.page.after = list.read_cursor("after", arguments.after, key)?;
        list.page.before = list.read_cursor("before", arguments.before, key)?;
        Ok(list)
    }

    /// Reads a cursor of this list at a moment, with the state that its page comes from.
    pub fn cursor_at(&self, text: &str, asked: Moment, key: &CursorKey) -> Option<(Cursor, Moment)> {
        if self.source.is_log() {
            let sequence = read_revision(text)?;
            return Some((Cursor(vec![Some(Scalar::Int(sequence))]), asked));
        }
        let (cursor, moment) = Cursor::read(text, key, &self.signature(), self.order.len()).ok()?;
        goes_on(moment, asked).then_some((cursor, moment))
    }

    /// Reads a cursor of this list. A page of the past goes on from the state that its cursor comes from.
    fn read_cursor(&mut self, name: &str, text: Option<String>, key: &CursorKey) -> Result<Option<Cursor>, String> {
        let Some(text) = text else { return Ok(None) };
        if self.source.is_log() {
            let sequence = read_revision(&text);
            let sequence =
                sequence.ok_or_else(|| format!("`{name}` is not a revision: 16 digits, as `revision` gives them"))?;
            return Ok(Some(Cursor(vec![Some(Scalar::Int(sequence))])));
        }
        let (cursor, moment) =
            Cursor::read(&text, key, &self.signature(), self.order.len()).map_err(|refused| match refused {
                Refused::Unreadable => {
                    format!("`{name}` is not a cursor of this atlas: take it from `pageInfo` or an edge, unchanged")
                }
                Refused::Foreign => {
                    format!("`{name}` is a cursor of another list or of another order: use it with the arguments it came from")
                }
            })?;
        if !goes_on(moment, self.moment) {
            return Err(format!("`{name}` is a cursor of another moment: use it under the `asOf` that it came from"));
        }
        self.moment = moment;
        Ok(Some(cursor))
    }

    /// Makes it the whole list, so that all pages of it and all orders are one.
    pub fn forget_page(&mut self) {
        self.order = Vec::new();
        self.page = Page { limit: 0, backward: false, after: None, before: None, late: false };
    }

    /// The text of a position in this list.
    pub fn cursor_text(&self, cursor: &Cursor, key: &CursorKey) -> String {
        self.cursor_text_at(cursor, self.moment, key)
    }

    /// The text of a position in this list as it stands at a moment.
    pub fn cursor_text_at(&self, cursor: &Cursor, moment: Moment, key: &CursorKey) -> String {
        match cursor.0.first() {
            Some(Some(Scalar::Int(sequence))) if self.source.is_log() => revision_text(*sequence),
            _ => key.seal(&cursor.payload(&self.signature(), moment)),
        }
    }

    /// What the cursors of this list belong to.
    fn signature(&self) -> String {
        signature(self.source, &self.order)
    }
}

/// Whether a page that is asked for at a moment goes on from a cursor of another: the present from the present, and a
/// moment of the past in whichever state it was seen first.
fn goes_on(cursor: Moment, asked: Moment) -> bool {
    match (cursor, asked) {
        (Moment::Now, Moment::Now) => true,
        (Moment::Past(cursor), Moment::Past(asked)) => cursor.at == asked.at,
        _ => false,
    }
}

/// The number of entries that a page is asked for.
///
/// # Errors
/// The sentence for the client, naming the argument.
pub fn limit(name: &str, asked: Option<i32>, size: PageSize) -> Result<i64, String> {
    let limit = asked.map_or(size.default, i64::from);
    if (0..=size.max).contains(&limit) {
        Ok(limit)
    } else {
        Err(format!("`{name}` is {limit}: a page holds 0 to {} entries", size.max))
    }
}

fn signature(source: Source, order: &[OrderBy]) -> String {
    let mut signature = source.name().to_owned();
    for term in order {
        let side = match term.side {
            Side::Record => "",
            Side::Link => "link.",
            Side::Tally => "count.",
            Side::Rank => "match.",
        };
        signature.push(' ');
        signature.push_str(side);
        signature.push_str(term.column.name);
        signature.push(if term.descending { '-' } else { '+' });
    }
    signature
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(first: Option<i32>, last: Option<i32>) -> Result<(i64, bool), String> {
        let arguments = Arguments { first, last, ..Arguments::default() };
        let key = CursorKey::new(&[0; 32]);
        List::read(Source::Root(&kinds::ISSUE), Moment::Now, None, &[], arguments, PageSize::USUAL, &key)
            .map(|list| (list.page.limit, list.page.backward))
    }

    #[test]
    fn page_arguments_are_bounded() {
        assert_eq!(read(None, None), Ok((20, false)));
        assert_eq!(read(Some(0), None), Ok((0, false)));
        assert_eq!(read(None, Some(100)), Ok((100, true)));
        for (first, last, named) in [
            (Some(1), Some(1), "`first` and `last`"),
            (Some(-1), None, "`first` is -1"),
            (Some(101), None, "0 to 100"),
            (None, Some(i32::MAX), "`last` is 2147483647"),
        ] {
            assert!(read(first, last).is_err_and(|message| message.contains(named)), "{named}");
        }
    }

    #[test]
    fn every_order_ends_in_the_unique_key_and_follows_the_last_direction() {
        let by_name = kinds::ISSUE.order("NAME").expect("an order").by;
        let order = Source::Root(&kinds::ISSUE).order(&[by_name.descending(), by_name]);
        assert_eq!(signature(Source::Root(&kinds::ISSUE), &order), "Issue name_sort- id-");
        let order = Source::Related(&kinds::ORGANISATION_ISSUES).order(&[]);
        let signature = signature(Source::Related(&kinds::ORGANISATION_ISSUES), &order);
        assert_eq!(signature, "Organisation.issues link.position+ id+ link.id+");
    }
}
