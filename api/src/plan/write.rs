//! The answer's bytes, from the rows that were fetched. They are those that the GraphQL library writes.

use std::io::Write as _;

use async_graphql::Value as Data;

use super::rows::{Group, Rows};
use super::{
    EdgeField, EntryObject, FacetField, Found, FoundEdge, FoundField, Given, GroupField, Info, Item, Object, Page,
    PageField, Plan, Records, Unanswered, Value,
};
use crate::graph::cursor::{Cursor, CursorKey, MOMENT, global_id, revision_text, typed_id};
use crate::graph::facet::{Facet, Group as FacetGroup};
use crate::graph::language::{Localised, choose, is_served_by_own};
use crate::graph::moment::{Moment, Past, date_time_text};
use crate::graph::search::find::{self, Search};
use crate::graph::{Scalar, Type, api_name, kinds};
use crate::graphql::int;

/// Writes the data of an answer; `left` has what resolvers answer.
pub fn write(
    plan: &Plan,
    given: &Given,
    fetched: &[Rows],
    key: &CursorKey,
    left: Option<&Data>,
    bytes: &mut Vec<u8>,
) -> Result<(), Unanswered> {
    let pasts = plan.pasts(given, fetched)?;
    let mut writer = Writer { fetched, given, pasts: &pasts, key, bytes };
    for (position, (key, value)) in plan.root.iter().enumerate() {
        writer.raw(if position == 0 { "{" } else { "," });
        writer.text(key)?;
        writer.raw(":");
        if let Some(value) = value {
            writer.value(value, None)?;
            continue;
        }
        let left = match left {
            Some(Data::Object(fields)) => fields.get(key.as_str()),
            _ => None,
        };
        let left = left.ok_or_else(|| Unanswered::Failed("resolvers left a field out".to_owned()))?;
        serde_json::to_writer(&mut *writer.bytes, left).map_err(|error| Unanswered::Failed(error.to_string()))?;
    }
    writer.raw(end(&plan.root));
    Ok(())
}

struct Writer<'a> {
    fetched: &'a [Rows],
    given: &'a Given,
    /// The states that the moments of the plan mean.
    pasts: &'a [Past],
    key: &'a CursorKey,
    bytes: &'a mut Vec<u8>,
}

/// The row that is written: none at the root.
type Row<'a> = Option<(&'a Rows, usize)>;

impl<'a> Writer<'a> {
    fn rows(&self, fetch: usize) -> Result<&'a Rows, Unanswered> {
        self.fetched.get(fetch).ok_or_else(|| Unanswered::Failed("a fetch was not run".to_owned()))
    }

    fn past(&self, moment: usize) -> Result<Past, Unanswered> {
        self.pasts.get(moment).copied().ok_or_else(rootless)
    }

    fn moment(&self, moment: Option<usize>) -> Result<Moment, Unanswered> {
        moment.map_or(Ok(Moment::Now), |moment| self.past(moment).map(Into::into))
    }

    fn raw(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn text(&mut self, text: &str) -> Result<(), Unanswered> {
        serde_json::to_writer(&mut *self.bytes, text).map_err(|error| Unanswered::Failed(error.to_string()))
    }

    fn number(&mut self, number: impl std::fmt::Display) -> Result<(), Unanswered> {
        write!(self.bytes, "{number}").map_err(|error| Unanswered::Failed(error.to_string()))
    }

    fn object(&mut self, Object(fields): &Object, row: Row<'_>) -> Result<(), Unanswered> {
        for (before, value) in fields {
            self.raw(before);
            self.value(value, row)?;
        }
        self.raw(end(fields));
        Ok(())
    }

    fn value(&mut self, value: &Value, row: Row<'_>) -> Result<(), Unanswered> {
        // Of a fetch that belongs to nobody the root is the only parent.
        let place = row.map_or(0, |(_, row)| row);
        match value {
            Value::Fixed(json) => self.raw(json),
            Value::Column { column, ty } => {
                let (rows, row) = row.ok_or_else(rootless)?;
                return self.column(rows, row, *column, *ty);
            }
            Value::Id { column, name, moment } => {
                let (rows, row) = row.ok_or_else(rootless)?;
                let key = rows.int(row, *column).ok_or_else(rootless)?;
                return self.text(&typed_id(name, key, self.moment(*moment)?));
            }
            Value::MomentId(moment) => return self.text(&typed_id(MOMENT, 0, self.past(*moment)?.into())),
            Value::MomentAt(moment) => return self.text(&date_time_text(self.past(*moment)?.at)),
            Value::Object(object) => return self.object(object, row),
            Value::Optional { column, object } => {
                let (rows, row) = row.ok_or_else(rootless)?;
                if rows.is_null(row, *column) {
                    self.raw("null");
                } else {
                    return self.object(object, Some((rows, row)));
                }
            }
            Value::One { fetch, object } => {
                let rows = self.rows(*fetch)?;
                match rows.group(place).and_then(|(_, group)| group.rows.clone().next()) {
                    Some(row) => return self.object(object, Some((rows, row))),
                    None => self.raw("null"),
                }
            }
            Value::OneOf { kind, kinds, nullable } => {
                let (rows, row) = row.ok_or_else(rootless)?;
                let code = rows.text(row, *kind).ok_or_else(rootless)?;
                let found = kinds.iter().find(|(known, ..)| *known == code).map(|(_, fetch, object)| {
                    let rows = self.rows(*fetch)?;
                    let only = rows.group(place).and_then(|(_, group)| group.rows.clone().next());
                    Ok::<_, Unanswered>(only.map(|row| (object, rows, row)))
                });
                match found.transpose()?.flatten() {
                    Some((object, rows, row)) => return self.object(object, Some((rows, row))),
                    None if *nullable => self.raw("null"),
                    None => return Err(Unanswered::Failed("a record was deleted meanwhile".to_owned())),
                }
            }
            Value::RecordId { kind, key, moment } => {
                let (rows, row) = row.ok_or_else(rootless)?;
                let kind = rows.text(row, *kind).and_then(kinds::by_code).ok_or_else(rootless)?;
                let key = rows.int(row, *key).ok_or_else(rootless)?;
                return self.text(&global_id(kind, key, self.moment(*moment)?));
            }
            Value::Revision { column } => {
                let (rows, row) = row.ok_or_else(rootless)?;
                return self.text(&revision_text(rows.int(row, *column).ok_or_else(rootless)?));
            }
            Value::Localised { value, language, asked, others } => {
                let (rows, row) = row.ok_or_else(rootless)?;
                let (Some(value), Some(tag)) = (rows.text(row, *value), rows.text(row, *language)) else {
                    self.raw("null");
                    return Ok(());
                };
                if is_served_by_own(asked, tag) {
                    return self.text(value);
                }
                let other_rows = self.rows(*others)?;
                let group = other_rows.group(row).map(|(_, group)| group.rows.clone()).unwrap_or_default();
                let localised =
                    |row| Some(Localised { language: other_rows.text(row, 0)?, value: other_rows.text(row, 1)? });
                let others: Vec<_> = group.filter_map(localised).collect();
                return self.text(choose(asked, Localised { language: tag, value }, &others).value);
            }
            Value::FieldName { column } => {
                let (rows, row) = row.ok_or_else(rootless)?;
                match rows.text(row, *column) {
                    Some(name) => return self.text(&api_name(name)),
                    None => self.raw("null"),
                }
            }
            Value::List { own, fetch, item } => return self.list(own.as_ref(), *fetch, item, row),
            Value::Nodes { kinds, ids } => {
                self.raw("[");
                for (position, (place, key)) in ids.iter().enumerate() {
                    self.raw(if position == 0 { "" } else { "," });
                    let (fetch, column, object) = kinds.get(*place).ok_or_else(rootless)?;
                    let rows = self.rows(*fetch)?;
                    let found = (0..rows.len()).find(|row| rows.int(*row, *column) == Some(*key));
                    match found {
                        Some(row) => self.object(object, Some((rows, row)))?,
                        None => self.raw("null"),
                    }
                }
                self.raw("]");
            }
            Value::Page(page) => return self.page(page, place),
            Value::Found(found) => return self.found(found),
        }
        Ok(())
    }

    /// A list without pages.
    fn list(
        &mut self,
        own: Option<&(usize, Object)>,
        fetch: usize,
        item: &Item,
        row: Row<'_>,
    ) -> Result<(), Unanswered> {
        self.raw("[");
        let start = self.bytes.len();
        if let (Some((present, object)), Some((rows, row))) = (own, row)
            && !rows.is_null(row, *present)
        {
            self.object(object, Some((rows, row)))?;
        }
        let rows = self.rows(fetch)?;
        let parent = row.map_or(0, |(_, row)| row);
        let found = rows.group(parent).map(|(_, group)| group.rows.clone()).unwrap_or_default();
        for row in found {
            if self.bytes.len() > start {
                self.raw(",");
            }
            match item {
                Item::Object(object) => self.object(object, Some((rows, row)))?,
                Item::Text { column } => self.text(rows.text(row, *column).unwrap_or_default())?,
            }
        }
        self.raw("]");
        Ok(())
    }

    fn column(&mut self, rows: &Rows, row: usize, column: usize, ty: Type) -> Result<(), Unanswered> {
        if rows.is_null(row, column) {
            self.raw("null");
            return Ok(());
        }
        let number = || rows.int(row, column).ok_or_else(rootless);
        let text = || rows.text(row, column).ok_or_else(rootless);
        match ty {
            Type::Text => self.text(text()?),
            // It is kept as the JSON that it is.
            Type::List => {
                self.raw(text()?);
                Ok(())
            }
            Type::Int | Type::Key => {
                let number = number()?;
                self.number(int(number))
            }
            Type::Bool => {
                self.raw(if number()? == 0 { "false" } else { "true" });
                Ok(())
            }
            Type::Time => self.text(&date_time_text(number()?)),
        }
    }

    fn page(&mut self, page: &Page, parent: usize) -> Result<(), Unanswered> {
        let rows = self.rows(page.fetch)?;
        let nobody = (usize::MAX, &Group::default());
        let (place, group) = rows.group(parent).unwrap_or(nobody);
        for (before, field) in &page.fields {
            self.raw(before);
            match field {
                PageField::Fixed(json) => self.raw(json),
                PageField::Entries { object, present } => {
                    self.raw("[");
                    let start = self.bytes.len();
                    for row in in_order(group, page) {
                        if present.is_some_and(|column| rows.is_null(row, column)) {
                            continue;
                        }
                        if self.bytes.len() > start {
                            self.raw(",");
                        }
                        match object {
                            EntryObject::Node(object) => self.object(object, Some((rows, row)))?,
                            EntryObject::Edge(fields) => self.edge(fields, page, rows, row)?,
                        }
                    }
                    self.raw("]");
                }
                PageField::Info(fields) => self.info(fields, page, rows, place, group)?,
                PageField::Count => {
                    let first = group.rows.clone().next();
                    let count = first.and_then(|row| rows.int(row, rows.width().checked_sub(1)?)).unwrap_or(0);
                    self.number(int(count))?;
                }
                PageField::Total { fetch } => {
                    let counted = self.rows(*fetch)?;
                    let count = counted.group(place).and_then(|(_, group)| counted.int(group.rows.start, 0));
                    let count = count.or_else(|| i64::try_from(group.rows.len()).ok()).unwrap_or(i64::MAX);
                    self.number(int(count))?;
                }
                PageField::Facets(fields) => self.facets(fields, place)?,
            }
        }
        self.raw(end(&page.fields));
        Ok(())
    }

    fn facets(&mut self, fields: &[(Box<str>, FacetField)], place: usize) -> Result<(), Unanswered> {
        for (before, field) in fields {
            self.raw(before);
            match field {
                FacetField::Fixed(json) => self.raw(json),
                FacetField::Groups { facet, fetch, fields } => {
                    let rows = self.rows(*fetch)?;
                    let found = rows.group(place).map(|(_, group)| group.rows.clone()).unwrap_or_default();
                    self.raw("[");
                    for (position, row) in found.enumerate() {
                        self.raw(if position == 0 { "" } else { "," });
                        self.group(facet, fields, &group_of(rows, row))?;
                    }
                    self.raw("]");
                }
            }
        }
        self.raw(end(fields));
        Ok(())
    }

    fn group(
        &mut self,
        facet: &Facet,
        fields: &[(Box<str>, GroupField)],
        group: &FacetGroup,
    ) -> Result<(), Unanswered> {
        for (before, field) in fields {
            self.raw(before);
            match (field, &group.value) {
                (GroupField::Fixed(json), _) => self.raw(json),
                (GroupField::Value, None) => self.raw("null"),
                (GroupField::Value, Some(value)) => self.text(value)?,
                (GroupField::Label, _) => self.text(&facet.label(group))?,
                (GroupField::Count, _) => self.number(int(group.count))?,
            }
        }
        self.raw(end(fields));
        Ok(())
    }

    fn edge(
        &mut self,
        fields: &[(Box<str>, EdgeField)],
        page: &Page,
        rows: &Rows,
        row: usize,
    ) -> Result<(), Unanswered> {
        for (before, field) in fields {
            self.raw(before);
            match field {
                EdgeField::Cursor => self.cursor(page, rows, row)?,
                EdgeField::Value(value) => self.value(value, Some((rows, row)))?,
                EdgeField::Node { present, .. } if present.is_some_and(|column| rows.is_null(row, column)) => {
                    self.raw("null");
                }
                EdgeField::Node { object, .. } => self.object(object, Some((rows, row)))?,
            }
        }
        self.raw(end(fields));
        Ok(())
    }

    fn cursor(&mut self, page: &Page, rows: &Rows, row: usize) -> Result<(), Unanswered> {
        let value = |(column, term): (&usize, &crate::graph::OrderBy)| {
            let text = || rows.text(row, *column).map(|text| Scalar::Text(text.to_owned()));
            let flag =
                |number| if term.column.ty == Type::Bool { Scalar::Bool(number != 0) } else { Scalar::Int(number) };
            rows.int(row, *column).map(flag).or_else(text)
        };
        let values = page.terms.iter().zip(&page.list.order).map(value).collect();
        let text = page.list.cursor_text_at(&Cursor(values), self.moment(page.moment)?, self.key);
        self.text(&text)
    }

    fn info(
        &mut self,
        fields: &[(Box<str>, Info)],
        page: &Page,
        rows: &Rows,
        place: usize,
        group: &Group,
    ) -> Result<(), Unanswered> {
        let outside = page.outside.map(|fetch| self.rows(fetch)).transpose()?;
        let is_outside = |column| {
            let outside = outside.and_then(|rows| rows.int(rows.group(place)?.1.rows.start, column));
            outside.is_some_and(|flag| flag != 0)
        };
        let has_more = |at_start: bool| group.has_more && page.list.page.backward == at_start;
        let has = Sides { before: is_outside(0) || has_more(true), behind: is_outside(1) || has_more(false) };
        let ends = [in_order(group, page).next(), in_order(group, page).last()];
        self.page_info(fields, &has, ends, |writer, row| writer.cursor(page, rows, row))
    }

    /// What a page is: whether there is more on either side of it, and the cursors of its first and last rows.
    fn page_info(
        &mut self,
        fields: &[(Box<str>, Info)],
        has: &Sides,
        [first, last]: [Option<usize>; 2],
        cursor: impl Fn(&mut Self, usize) -> Result<(), Unanswered>,
    ) -> Result<(), Unanswered> {
        for (before, info) in fields {
            self.raw(before);
            let row = match info {
                Info::Fixed(json) => {
                    self.raw(json);
                    continue;
                }
                Info::HasNext | Info::HasPrevious => {
                    let is_so = if matches!(info, Info::HasNext) { has.behind } else { has.before };
                    self.raw(if is_so { "true" } else { "false" });
                    continue;
                }
                Info::Start => first,
                Info::End => last,
            };
            match row {
                Some(row) => cursor(self, row)?,
                None => self.raw("null"),
            }
        }
        self.raw(end(fields));
        Ok(())
    }
}

/// Whether there are rows before a page and behind it.
struct Sides {
    before: bool,
    behind: bool,
}

/// A group as a row of three columns holds it.
fn group_of(rows: &Rows, row: usize) -> FacetGroup {
    let text = |column| {
        let number = rows.int(row, column).map(|number| number.to_string());
        number.or_else(|| rows.text(row, column).map(str::to_owned))
    };
    FacetGroup { value: text(0), label: text(1), count: rows.int(row, 2).unwrap_or_default() }
}

impl Writer<'_> {
    /// One page of what a search finds.
    fn found(&mut self, found: &Found) -> Result<(), Unanswered> {
        let rows = self.rows(found.fetch)?;
        let group = rows.group(0).map(|(_, group)| group.clone()).unwrap_or_default();
        for (before, field) in &found.fields {
            self.raw(before);
            match field {
                FoundField::Fixed(json) => self.raw(json),
                FoundField::Nodes(records) => {
                    self.each(records, (rows, &group), |writer, _, object, row| writer.object(object, Some(row)))?;
                }
                FoundField::Edges(fields, records) => {
                    self.each(records, (rows, &group), |writer, place, object, row| {
                        writer.found_edge(fields, found, (rows, place), (object, row))
                    })?;
                }
                FoundField::Info(fields) => self.found_info(fields, found, rows, &group)?,
                FoundField::Total(fetch) => {
                    let counted = self.rows(*fetch)?;
                    let count = (0..counted.len()).filter_map(|row| counted.int(row, 1)).sum();
                    self.number(int(count))?;
                }
            }
        }
        self.raw(end(&found.fields));
        Ok(())
    }

    fn found_edge(
        &mut self,
        fields: &[(Box<str>, FoundEdge)],
        found: &Found,
        (rows, place): (&Rows, usize),
        (object, row): (&Object, (&Rows, usize)),
    ) -> Result<(), Unanswered> {
        for (before, field) in fields {
            self.raw(before);
            match field {
                FoundEdge::Fixed(json) => self.raw(json),
                FoundEdge::Cursor => self.found_cursor(found, rows, place)?,
                FoundEdge::Score => self.score(found, rows, place)?,
                FoundEdge::Node => self.object(object, Some(row))?,
            }
        }
        self.raw(end(fields));
        Ok(())
    }

    /// A list of the records of a page. One may be deleted between two statements.
    fn each(
        &mut self,
        records: &Records,
        (rows, group): (&Rows, &Group),
        mut entry: impl FnMut(&mut Self, usize, &Object, (&Rows, usize)) -> Result<(), Unanswered>,
    ) -> Result<(), Unanswered> {
        self.raw("[");
        let start = self.bytes.len();
        for place in group.rows.clone() {
            let kind = rows.text(place, 1).ok_or_else(rootless)?;
            let of_kind = records.0.iter().find(|(sign, ..)| *sign == kind);
            let (_, fetch, object) = of_kind.ok_or_else(rootless)?;
            let found = self.rows(*fetch)?;
            let Some(row) = found.group(place).and_then(|(_, group)| group.rows.clone().next()) else { continue };
            if self.bytes.len() > start {
                self.raw(",");
            }
            entry(self, place, object, (found, row))?;
        }
        self.raw("]");
        Ok(())
    }

    fn searched(&self, found: &Found) -> Result<&Search, Unanswered> {
        self.given.searches.get(found.search).map(|searched| searched.search.as_ref()).ok_or_else(rootless)
    }

    fn found_cursor(&mut self, found: &Found, rows: &Rows, row: usize) -> Result<(), Unanswered> {
        let (rank, key) = (rows.int(row, 3).map(Scalar::Int), rows.int(row, 0).map(Scalar::Int));
        let label = rows.text(row, 2).map(|label| Scalar::Text(label.to_owned()));
        let search = self.searched(found)?;
        let text = find::Found::cursor_text(search, found.kinds.as_ref(), &Cursor(vec![rank, label, key]), self.key);
        self.text(&text)
    }

    fn score(&mut self, found: &Found, rows: &Rows, row: usize) -> Result<(), Unanswered> {
        let score = self.searched(found)?.score(rows.int(row, 3).ok_or_else(rootless)?);
        serde_json::to_writer(&mut *self.bytes, &score).map_err(|error| Unanswered::Failed(error.to_string()))
    }

    fn found_info(
        &mut self,
        fields: &[(Box<str>, Info)],
        found: &Found,
        rows: &Rows,
        group: &Group,
    ) -> Result<(), Unanswered> {
        let has = Sides { before: !found.is_first, behind: group.has_more };
        let ends = [group.rows.clone().next(), group.rows.clone().last()];
        self.page_info(fields, &has, ends, |writer, row| writer.found_cursor(found, rows, row))
    }
}

/// The rows of a page in the order of the list, whichever end it was read from.
fn in_order(group: &Group, page: &Page) -> impl Iterator<Item = usize> + use<> {
    let (rows, backward) = (group.rows.clone(), page.list.page.backward);
    let (start, end) = (rows.start, rows.end);
    rows.map(move |row| if backward { start + end - 1 - row } else { row })
}

/// What ends an object with these fields, the first of which began it.
fn end<T>(fields: &[T]) -> &'static str {
    if fields.is_empty() { "{}" } else { "}" }
}

fn rootless() -> Unanswered {
    Unanswered::Failed("a column is read that is not there".to_owned())
}
