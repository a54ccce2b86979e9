//! From a document to a plan: which statements are run, and what the answer is written from.

mod facet;
mod moment;
mod step;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use async_graphql::Value as Constant;
use async_graphql::parser::types::{Field, Selection, SelectionSet};
use sea_orm::DbBackend;
use sea_orm::sea_query::{Expr, ExprTrait, JoinType, Query, SelectStatement, Value as Bound};

use self::moment::{AT, Settled};
use super::document::{Chosen, Document, FilterText, Given, ObjectType};
use super::moment::LateMoment;
use super::shelf::{Luck, Shelves};
use super::sql::text_of;
use super::{
    CursorOf, EdgeField, EntryObject, Fetch, Form, FoundEdge, FoundField, Info, Item, Kept, KeptBy, LateCursor,
    LateSearch, LateText, Lean, MAX_TOGETHER, Needed, Object, Of, Page, PageField, Parameter, Plan, Records, Text,
    Then, Together, Value,
};
use crate::graph::cursor::{Cursor, CursorKey, TREATMENT, read_id};
use crate::graph::document::{part_of, target_of};
use crate::graph::language::{MAX_LANGUAGES, USUAL};
use crate::graph::list::{Arguments, List, PageSize, Source, limit};
use crate::graph::predicate::{Predicate, column};
use crate::graph::search::find::{Among, Found, SEARCHED, Search, any_statement};
use crate::graph::search::stored;
use crate::graph::statement::{
    AFTER, BEFORE, ENTRY, Selected, Tables, ancestors, array_keys, facts, key_of_code, key_of_identifier,
    key_of_latest_edition, key_of_slug, key_values, later, one_row,
};
use crate::graph::{Column, Kind, Link, OrderBy, Relation, Scalar, Side, Type, Via, kinds};
use crate::graphql::{MAX_NODES, filter, order};

/// Most statements of a plan.
const MAX_FETCHES: usize = 256;

/// Compiles an operation. Fields of the root that ask for something that the planner does not know, or have a mistake in
/// them, are left to the resolvers; none where all are.
pub fn compile(
    document: &mut Document<'_>,
    backend: DbBackend,
    key: &CursorKey,
    shelves: Option<&Arc<Shelves>>,
) -> Option<Plan> {
    let set = &document.operation.selection_set.node;
    let is_plain =
        set.items.iter().all(|item| matches!(&item.node, Selection::Field(field) if field.node.directives.is_empty()));
    let mut compiler = Compiler::new(document, (backend, key, shelves.map(Arc::as_ref)));
    let mut root = Vec::new();
    for chosen in compiler.document.collect(&[set], ObjectType::plain("Query"))? {
        let before = compiler.made();
        let value = compiler.entry_point(&chosen);
        if value.is_none() {
            compiler.forget(before);
        }
        root.push((chosen.key.to_owned(), value));
    }
    let planned = root.iter().filter(|(_, value)| value.is_some()).count();
    // Of fields in fragments and with directives it is not so easy to say who answers.
    if planned < root.len() && (planned == 0 || !is_plain) {
        return None;
    }
    let Compiler { texts, cursors, searches, is_fleeting, moments, fetches, .. } = compiler;
    let made: Vec<Made> = fetches.into_iter().collect::<Option<_>>()?;
    if made.len() > MAX_FETCHES {
        return None;
    }
    let mut variables: BTreeSet<String> = texts.iter().map(|text| text.variable.clone()).collect();
    variables.extend(cursors.iter().map(|cursor| cursor.variable.clone()));
    variables.extend(moments.iter().filter_map(Settled::variable));
    let searched = |search: &LateSearch| match &search.text {
        Text::Variable(name) => Some(name.clone()),
        Text::Always(_) => None,
    };
    variables.extend(searches.iter().filter_map(searched));
    let moments: Vec<LateMoment> = moments.into_iter().map(Settled::moment).collect();
    // SQLite answers in the same thread: several statements take no longer than one.
    let steps =
        if backend == DbBackend::Postgres { step::steps(&made, &moments, shelves.is_some())? } else { Vec::new() };
    let mut fetches: Vec<Fetch> = made.into_iter().map(|made| made.fetch).collect();
    if backend == DbBackend::Postgres {
        step::keep_no_more(&steps, &mut fetches);
    }
    Some(Plan {
        fetches,
        steps,
        root,
        variables,
        texts,
        cursors,
        moments,
        searches,
        shelves: shelves.cloned(),
        is_fleeting,
    })
}

struct Compiler<'c, 'a> {
    document: &'c mut Document<'a>,
    backend: DbBackend,
    key: &'c CursorKey,
    /// Where rows are kept, if they are.
    shelves: Option<&'c Shelves>,
    /// Each has its place before those that it leads to; it is made when it is known what is read of its rows.
    fetches: Vec<Option<Made>>,
    texts: Vec<LateText>,
    cursors: Vec<LateCursor>,
    moments: Vec<Settled>,
    /// At which of them is seen what is being compiled; none of the present.
    moment: Option<usize>,
    searches: Vec<LateSearch>,
    is_fleeting: bool,
}

/// A fetch, and the statement that its text is of.
struct Made {
    fetch: Fetch,
    query: SelectStatement,
    /// That of its [`Together`].
    together: Option<SelectStatement>,
    /// Those that find what is not kept.
    lean: LeanQueries,
    named: Named,
}

/// Statements that find of a list what is not kept: of its page, and of the whole lists of all parents together.
#[derive(Default)]
struct LeanQueries {
    page: Option<SelectStatement>,
    together: Option<SelectStatement>,
}

/// What a statement that is to find no more than is not kept does without.
#[derive(Default)]
struct LeftOut {
    /// The aliases of the records.
    aliases: Vec<String>,
    /// Terms of the order that are theirs, by their positions.
    terms: Vec<(usize, &'static Column)>,
}

impl LeftOut {
    fn note(&mut self, list: &List, selected: &Selected) {
        self.aliases.extend(selected.left_out().map(str::to_owned));
        self.terms = list.terms_of_records(selected);
    }

    /// Whether the text of the statement names them all the same.
    fn is_named_in(&self, text: &str) -> bool {
        self.aliases.iter().any(|alias| text.contains(&format!("\"{alias}\".")))
    }
}

/// What the names of a statement's parameters are about.
#[derive(Clone, Copy)]
struct Named {
    bounds: Bounds,
    /// When it is seen.
    moment: Option<usize>,
}

/// Which cursors bound a page, where they come late: their places among those of the plan.
#[derive(Clone, Copy, Debug, Default)]
struct Bounds {
    after: Option<usize>,
    before: Option<usize>,
}

/// Which row a column is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    Record,
    Link,
    /// One that the record leads to, by its place among those that are joined.
    Joined(usize),
}

/// What is read of the rows of a statement.
#[derive(Debug)]
struct Reads {
    fetch: usize,
    columns: Vec<(Row, &'static Column)>,
    joined: Vec<(Row, &'static Column, &'static Kind)>,
    /// Whether the columns of the order are read too, behind the others.
    has_terms: bool,
    /// Whether the count of the whole list is read too, behind all else.
    has_count: bool,
}

impl Reads {
    fn new(fetch: usize) -> Self {
        Self { fetch, columns: Vec::new(), joined: Vec::new(), has_terms: false, has_count: false }
    }

    /// The place of a column of a row, which is read once.
    fn column(&mut self, row: Row, column: &'static Column) -> usize {
        let known = self.columns.iter().position(|known| *known == (row, column));
        known.unwrap_or_else(|| {
            self.columns.push((row, column));
            self.columns.len() - 1
        })
    }

    /// The row that a column of another leads to.
    fn join(&mut self, row: Row, column: &'static Column, kind: &'static Kind) -> Row {
        let known = self.joined.iter().position(|known| *known == (row, column, kind));
        Row::Joined(known.unwrap_or_else(|| {
            self.joined.push((row, column, kind));
            self.joined.len() - 1
        }))
    }

    /// Adds the columns to a statement whose rows are of a record and a link.
    fn add(&self, query: &mut SelectStatement, record: &str, link: Option<&str>, tables: &mut Tables) {
        if self.columns.is_empty() && !self.has_terms && !self.has_count {
            // Rows of nothing are no rows.
            query.expr(Expr::cust("1"));
        }
        self.add_columns(query, record, link, tables);
    }

    fn add_columns(&self, query: &mut SelectStatement, record: &str, link: Option<&str>, tables: &mut Tables) {
        let all: Vec<usize> = (0..self.columns.len()).collect();
        self.add_places(&all, query, record, link, tables);
    }

    /// Adds the columns at some places.
    fn add_places(
        &self,
        places: &[usize],
        query: &mut SelectStatement,
        record: &str,
        link: Option<&str>,
        tables: &mut Tables,
    ) {
        let mut joined: Vec<String> = Vec::new();
        let alias = |row: Row, joined: &[String]| match row {
            Row::Record => record.to_owned(),
            Row::Link => link.unwrap_or(record).to_owned(),
            Row::Joined(place) => joined.get(place).cloned().unwrap_or_default(),
        };
        for (row, reference, kind) in &self.joined {
            let key = column(&alias(*row, &joined), reference);
            joined.push(tables.join_optional(query, kind, key));
        }
        for place in places {
            if let Some((row, read)) = self.columns.get(*place) {
                query.expr_as(column(&alias(*row, &joined), read), format!("c{place}"));
            }
        }
    }

    fn types(&self) -> impl Iterator<Item = Type> {
        self.columns.iter().map(|(_, column)| column.ty)
    }

    /// Whether a row is the record, or one that it leads to.
    fn is_of_record(&self, row: Row) -> bool {
        match row {
            Row::Record => true,
            Row::Link => false,
            Row::Joined(place) => self.joined.get(place).is_some_and(|(near, ..)| self.is_of_record(*near)),
        }
    }

    /// The places of the columns that depend on the key of the record alone, without the key itself.
    fn of_record(&self, kind: &Kind) -> impl Iterator<Item = usize> {
        let is_kept = |(row, column): &(Row, &'static Column)| {
            self.is_of_record(*row) && (*row, *column) != (Row::Record, kind.key())
        };
        self.columns.iter().enumerate().filter(move |(_, read)| is_kept(read)).map(|(place, _)| place)
    }

    /// Adds the columns to a statement in which nothing is read of the record but its key.
    fn add_lean(&self, selected: &mut Selected, kind: &Kind) {
        for (position, (row, read)) in self.columns.iter().enumerate() {
            let value = match (row, &selected.link) {
                (Row::Record, _) if *read == kind.key() => selected.key_of_record(kind),
                (Row::Link, Some(link)) => column(link, read),
                _ => Expr::cust("NULL"),
            };
            selected.query.expr_as(value, format!("c{position}"));
        }
    }
}

impl<'c, 'a> Compiler<'c, 'a> {
    fn new(
        document: &'c mut Document<'a>,
        (backend, key, shelves): (DbBackend, &'c CursorKey, Option<&'c Shelves>),
    ) -> Self {
        Self {
            document,
            backend,
            key,
            shelves,
            fetches: Vec::new(),
            texts: Vec::new(),
            cursors: Vec::new(),
            moments: Vec::new(),
            moment: None,
            searches: Vec::new(),
            is_fleeting: false,
        }
    }

    /// How much was made so far.
    fn made(&self) -> [usize; 5] {
        [self.fetches.len(), self.texts.len(), self.cursors.len(), self.moments.len(), self.searches.len()]
    }

    /// Forgets what was made since.
    fn forget(&mut self, [fetches, texts, cursors, moments, searches]: [usize; 5]) {
        self.fetches.truncate(fetches);
        self.texts.truncate(texts);
        self.cursors.truncate(cursors);
        self.moments.truncate(moments);
        self.searches.truncate(searches);
    }

    /// An object with these fields.
    fn object(
        &mut self,
        fields: Vec<Chosen<'a>>,
        mut value: impl FnMut(&mut Self, &Chosen<'a>) -> Option<Value>,
    ) -> Option<Object> {
        self.fields(fields, |compiler, chosen| value(compiler, chosen)).map(Object)
    }

    fn fields<T>(
        &mut self,
        fields: Vec<Chosen<'a>>,
        mut value: impl FnMut(&mut Self, &Chosen<'a>) -> Option<T>,
    ) -> Option<Vec<(Box<str>, T)>> {
        let mut written = Vec::with_capacity(fields.len());
        for chosen in fields {
            let before = before(written.len(), chosen.key);
            written.push((before, value(self, &chosen)?));
        }
        Some(written)
    }

    /// A field of the root.
    fn entry_point(&mut self, chosen: &Chosen<'a>) -> Option<Value> {
        match chosen.name() {
            "__typename" => Some(fixed("Query")),
            "asOf" => self.as_of(chosen),
            _ => self.question(chosen),
        }
    }

    /// A field that the present and any moment of the past have.
    fn question(&mut self, chosen: &Chosen<'a>) -> Option<Value> {
        let name = chosen.name();
        match name {
            "changes" => return self.list(Source::Root(&kinds::CHANGE), None, chosen),
            "node" => {
                let Given::Value(id) = self.document.argument(chosen.field, "id")? else { return None };
                return self.node(id, chosen);
            }
            "nodes" => {
                let Given::Value(ids) = self.document.argument(chosen.field, "ids")? else { return None };
                return self.nodes(items(ids), chosen);
            }
            "search" if self.moment.is_none() => return self.search(chosen),
            _ => {}
        }
        let kind =
            kinds::NODES.iter().copied().find(|kind| kind.plural() == name || kind.code.to_lowercase() == name)?;
        if kind.plural() == name {
            return self.list(Source::Root(kind), None, chosen);
        }
        self.found(kind, chosen)
    }

    /// The one record that a text names.
    fn found(&mut self, kind: &'static Kind, chosen: &Chosen<'a>) -> Option<Value> {
        let mut named = Vec::new();
        for (argument, form) in [("slug", Form::Slug), ("identifier", Form::Identifier), ("code", Form::Code)] {
            self.text(argument, form, chosen.field, &mut named)?;
        }
        let [(form, text)] = <[_; 1]>::try_from(named).ok()?;
        let fetch = self.reserve();
        let mut reads = Reads::new(fetch);
        let object = self.record(kind, Row::Record, &mut reads, &chosen.selections)?;
        self.records(kind, &reads, |key, tables| {
            key.eq(match form {
                Form::Slug => key_of_slug(kind, &text, tables),
                Form::Identifier => key_of_identifier(&text, tables),
                Form::Code => key_of_code(&text, tables),
            })
        })?;
        Some(Value::One { fetch, object })
    }

    /// Notes what a text means that is an argument of a field, where it is given.
    fn text(&mut self, argument: &str, form: Form, field: &Field, named: &mut Vec<(Form, Expr)>) -> Option<()> {
        if let Some((variable, _)) = self.document.text_variable(field, argument) {
            self.texts.push(LateText { variable, form });
            named.push((form, later(&format!("${}", self.texts.len() - 1))));
            return Some(());
        }
        match self.document.argument(field, argument)? {
            Given::Absent | Given::Value(Constant::Null) => {}
            Given::Value(value) => named.push((form, Expr::val(form.read(&text(value)?)?))),
        }
        Some(())
    }

    /// What a global id stands for.
    fn node(&mut self, id: Constant, chosen: &Chosen<'a>) -> Option<Value> {
        let Value::Nodes { kinds, ids } = self.nodes(vec![id], chosen)? else { return None };
        let [(fetch, _, object)] = <[_; 1]>::try_from(kinds).ok()?;
        (ids.len() == 1).then_some(Value::One { fetch, object })
    }

    /// What global ids stand for: one statement for each kind.
    fn nodes(&mut self, ids: Vec<Constant>, chosen: &Chosen<'a>) -> Option<Value> {
        if ids.len() > MAX_NODES {
            return None;
        }
        let mut keys: Vec<(&'static Kind, Option<usize>, Vec<i64>)> = Vec::new();
        let mut places = Vec::with_capacity(ids.len());
        for id in ids {
            let id = read_id(&text(id)?)?;
            let kind = kinds::NODES.iter().copied().find(|kind| kind.name == id.name)?;
            let moment = if id.moment.is_now() { self.moment } else { Some(self.moment_of_id(id.moment)?) };
            let known = keys.iter().position(|(known, at, _)| *known == kind && *at == moment);
            let place = known.unwrap_or_else(|| {
                keys.push((kind, moment, Vec::new()));
                keys.len() - 1
            });
            keys.get_mut(place)?.2.push(id.key);
            places.push((place, id.key));
        }
        let kinds = keys.into_iter().map(|(kind, moment, keys)| {
            self.at(moment, |compiler| {
                let fetch = compiler.reserve();
                let mut reads = Reads::new(fetch);
                let key = reads.column(Row::Record, kind.key());
                let object = compiler.record(kind, Row::Record, &mut reads, &chosen.selections)?;
                compiler.records(kind, &reads, |key, tables| key.in_subquery(key_values(&keys, tables.backend())))?;
                Some((fetch, key, object))
            })
        });
        Some(Value::Nodes { kinds: kinds.collect::<Option<_>>()?, ids: places })
    }

    /// The rows of a kind whose keys are among some, which lead from nowhere.
    fn records(
        &mut self,
        kind: &'static Kind,
        reads: &Reads,
        among: impl FnOnce(Expr, &mut Tables) -> Expr,
    ) -> Option<()> {
        let mut tables = self.tables();
        let mut query = Query::select();
        let record = tables.from(&mut query, kind.table);
        query.and_where(among(column(&record, kind.key()), &mut tables));
        reads.add(&mut query, &record, None, &mut tables);
        tables.end(&mut query);
        self.make(reads, &query, Vec::new(), Of::Nobody, None)
    }

    fn reserve(&mut self) -> usize {
        self.fetches.push(None);
        self.fetches.len() - 1
    }

    fn make(
        &mut self,
        reads: &Reads,
        query: &SelectStatement,
        more: Vec<Type>,
        of: Of,
        list: Option<(&List, Bounds)>,
    ) -> Option<()> {
        let bounds = list.map(|(_, bounds)| bounds).unwrap_or_default();
        let mut made = self.fetch(query, reads.types().chain(more).collect(), of, bounds)?;
        made.fetch.is_batch = of != Of::Nobody && !made.fetch.parameters.contains(&Parameter::Parent);
        made.fetch.limit = list.map(|(list, _)| usize::try_from(list.page.limit)).transpose().ok()?;
        *self.fetches.get_mut(reads.fetch)? = Some(made);
        Some(())
    }

    /// A fetch by a statement that is run once for each of those whose rows it finds, all of which are shown.
    fn fetch(&self, query: &SelectStatement, columns: Vec<Type>, of: Of, bounds: Bounds) -> Option<Made> {
        let named = self.named(bounds);
        let (sql, parameters) = named.built(text_of(query, self.backend))?;
        let (needed, then, together) = (None, Then::Nothing, None);
        let (is_batch, limit, kept) = (false, None, None);
        let fetch = Fetch { sql, parameters, columns, of, needed, then, is_batch, limit, together, kept };
        Some(Made { fetch, query: query.clone(), together: None, lean: LeanQueries::default(), named })
    }

    /// A statement that gives some columns for each of its parents.
    fn make_batch(&mut self, query: &SelectStatement, columns: Vec<Type>, of: Of, bounds: Bounds) -> Option<usize> {
        let mut made = self.fetch(query, columns, of, bounds)?;
        made.fetch.is_batch = true;
        self.fetches.push(Some(made));
        Some(self.fetches.len() - 1)
    }

    /// A statement that belongs to nobody, whose rows decide something.
    fn make_deciding(&mut self, query: &SelectStatement, columns: Vec<Type>, then: Then) -> Option<()> {
        let mut made = self.fetch(query, columns, Of::Nobody, Bounds::default())?;
        made.fetch.then = then;
        self.fetches.push(Some(made));
        Some(())
    }

    fn named(&self, bounds: Bounds) -> Named {
        Named { bounds, moment: self.moment }
    }

    /// The object of a record, whose columns are those of a row.
    fn record(
        &mut self,
        kind: &'static Kind,
        row: Row,
        reads: &mut Reads,
        sets: &[&'a SelectionSet],
    ) -> Option<Object> {
        let interfaces: &[&str] = match kind.is_record() {
            true => &["AtlasRecord", "Node"],
            false if kinds::NODES.contains(&kind) || *kind == kinds::CHANGE => &["Node"],
            false => &[],
        };
        let fields = self.document.collect(sets, ObjectType { name: kind.name, interfaces })?;
        self.object(fields, |compiler, chosen| compiler.record_field(kind, row, reads, chosen))
    }

    fn record_field(&mut self, kind: &'static Kind, row: Row, reads: &mut Reads, chosen: &Chosen<'a>) -> Option<Value> {
        let name = chosen.name();
        match name {
            "__typename" => return Some(fixed(kind.name)),
            "id" => {
                return Some(Value::Id { column: reads.column(row, kind.key()), name: kind.name, moment: self.moment });
            }
            _ => {}
        }
        if is_own(kind, name) {
            return self.of_its_own(kind, row, reads, chosen);
        }
        if *kind == kinds::CITATIONS && name == kinds::FIELD.name {
            return Some(Value::FieldName { column: reads.column(row, &kinds::FIELD) });
        }
        let full = format!("{}.{name}", kind.name);
        let is_of_all = |relation: &Relation| {
            kind.is_record() && relation.name.strip_prefix("AtlasRecord.").is_some_and(|field| field == name)
        };
        let relation = kinds::RELATIONS.iter().copied().find(|relation| relation.name == full || is_of_all(relation));
        if let Some(relation) = relation.filter(|relation| !matches!(relation.via, Via::Reference { .. })) {
            let key = reads.column(row, kind.key());
            return self.list(Source::Related(relation), Some((reads.fetch, key)), chosen);
        }
        let shown = |column: &&'static Column| column.api_name() == name;
        let column = kind.read_columns().find(shown)?;
        if part_of(column).is_some() {
            return self.parts(kind, row, reads, chosen);
        }
        if let Some(language) = column.language {
            return self.localised(kind, row, column, language, reads, chosen);
        }
        if column.ty == Type::Key {
            return self.reference(kind, row, column, reads, &chosen.selections);
        }
        Some(Value::Column { column: reads.column(row, column), ty: column.ty })
    }

    /// The row that a column leads to.
    fn reference(
        &mut self,
        kind: &'static Kind,
        row: Row,
        column: &'static Column,
        reads: &mut Reads,
        sets: &[&'a SelectionSet],
    ) -> Option<Value> {
        let target = target_of(column, Some(kind))?;
        let joined = reads.join(row, column, target);
        let object = self.record(target, joined, reads, sets)?;
        Some(Value::Optional { column: reads.column(joined, target.key()), object })
    }

    /// Columns that are shown together as one object, which is there where its text is.
    fn parts(&mut self, kind: &'static Kind, row: Row, reads: &mut Reads, chosen: &Chosen<'a>) -> Option<Value> {
        let whole = chosen.name();
        if whole != kinds::ADDRESS_TEXT.api_name() {
            return None;
        }
        let part = |name: &str| {
            let mut columns = kind.read_columns().filter(|column| column.api_name() == whole);
            columns.find(|column| part_of(column).as_deref() == Some(name))
        };
        let fields = self.document.collect(&chosen.selections, ObjectType::plain("PostalAddress"))?;
        let object = self.object(fields, |compiler, chosen| match chosen.name() {
            "__typename" => Some(fixed("PostalAddress")),
            name => {
                let column = part(name)?;
                match column.ty {
                    Type::Key => compiler.reference(kind, row, column, reads, &chosen.selections),
                    ty => Some(Value::Column { column: reads.column(row, column), ty }),
                }
            }
        })?;
        Some(Value::Optional { column: reads.column(row, &kinds::ADDRESS_TEXT), object })
    }

    /// A text that others may have in other languages.
    fn localised(
        &mut self,
        kind: &'static Kind,
        row: Row,
        column: &'static Column,
        language: &'static Column,
        reads: &mut Reads,
        chosen: &Chosen<'a>,
    ) -> Option<Value> {
        let asked = match self.document.argument(chosen.field, "languages")? {
            Given::Absent | Given::Value(Constant::Null) => vec![USUAL.to_owned()],
            Given::Value(Constant::String(tag)) => vec![tag],
            Given::Value(Constant::List(tags)) if tags.len() <= MAX_LANGUAGES => {
                tags.into_iter().map(text).collect::<Option<_>>()?
            }
            Given::Value(_) => return None,
        };
        let (value, language) = (reads.column(row, column), reads.column(row, language));
        let asked: Arc<[String]> = asked.into();
        let (others, _) = self.translations(kind, row, reads)?;
        let needed = Needed::InOtherLanguages { language, asked: Arc::clone(&asked) };
        self.fetches.get_mut(others)?.as_mut()?.fetch.needed = Some(needed);
        Some(Value::Localised { value, language, asked, others })
    }

    /// A text of a record in other languages: the language, then the text.
    fn translations(&mut self, kind: &'static Kind, row: Row, reads: &mut Reads) -> Option<(usize, [usize; 2])> {
        let link = kind.links.iter().copied().find(|link| link.columns.contains(&&kinds::LANGUAGE))?;
        let of = Of::Rows { fetch: reads.fetch, key: reads.column(row, kind.key()) };
        let fetch = self.reserve();
        let mut others = Reads::new(fetch);
        let columns = [&kinds::LANGUAGE, &kinds::VALUE].map(|column| others.column(Row::Record, column));
        self.facts(link, link.owner, &others, of)?;
        Some((fetch, columns))
    }

    /// Rows of a link without pages, which are read as if they were records.
    fn facts(&mut self, link: &'static Link, near: &'static Column, reads: &Reads, of: Of) -> Option<()> {
        let tables = self.tables();
        let query =
            facts(link, near, self.keys(), tables, |query, alias, tables| reads.add(query, alias, None, tables));
        self.make(reads, &query, Vec::new(), of, None)
    }

    /// A list of a record that has no pages, or a record that it leads to by more than a key: those of [`is_own`].
    fn of_its_own(&mut self, kind: &'static Kind, row: Row, reads: &mut Reads, chosen: &Chosen<'a>) -> Option<Value> {
        let name = chosen.name();
        let own_key = |reads: &mut Reads| Of::Rows { fetch: reads.fetch, key: reads.column(row, kind.key()) };
        Some(match (kind.name, name) {
            ("Standard", "titles") | ("Organisation", "names") => {
                let (fetch, [language, value]) = self.translations(kind, row, reads)?;
                let text = kind.read_columns().find(|column| column.language.is_some())?;
                let own_language = reads.column(row, text.language?);
                let own_value = reads.column(row, text);
                let fields = self.document.collect(&chosen.selections, ObjectType::plain("LocalisedText"))?;
                let mut objects = [(own_language, own_value), (language, value)].map(|(language, value)| {
                    let fields = fields.iter().map(|chosen| {
                        Some((
                            chosen,
                            match chosen.name() {
                                "__typename" => fixed("LocalisedText"),
                                "language" => Value::Column { column: language, ty: Type::Text },
                                "value" => Value::Column { column: value, ty: Type::Text },
                                _ => return None,
                            },
                        ))
                    });
                    fields.collect::<Option<Vec<_>>>().map(|fields| {
                        let named = fields.into_iter().enumerate();
                        Object(named.map(|(position, (chosen, value))| (before(position, chosen.key), value)).collect())
                    })
                });
                let (item, own) = (objects[1].take()?, objects[0].take()?);
                Value::List { own: Some((own_value, own)), fetch, item: Item::Object(item) }
            }
            ("Standard", "otherIdentifiers") => {
                let of = own_key(reads);
                let fetch = self.reserve();
                let mut rows = Reads::new(fetch);
                let column = rows.column(Row::Record, &kinds::RELATION_IDENTIFIER);
                self.facts(&kinds::STANDARD_IDENTIFIER, &kinds::STANDARD_ID, &rows, of)?;
                Value::List { own: None, fetch, item: Item::Text { column } }
            }
            ("Standard", "subjects") => {
                let of = own_key(reads);
                let fetch = self.reserve();
                let mut rows = Reads::new(fetch);
                let fields = self.document.collect(&chosen.selections, ObjectType::plain("Subject"))?;
                let object = self.object(fields, |_, chosen| {
                    let column = match chosen.name() {
                        "__typename" => return Some(fixed("Subject")),
                        name => kinds::STANDARD_SUBJECT.columns.iter().find(|column| column.api_name() == name)?,
                    };
                    Some(Value::Column { column: rows.column(Row::Record, column), ty: column.ty })
                })?;
                self.facts(&kinds::STANDARD_SUBJECT, &kinds::STANDARD_ID, &rows, of)?;
                Value::List { own: None, fetch, item: Item::Object(object) }
            }
            ("Standard", "latestEdition") => {
                let of = own_key(reads);
                let fetch = self.reserve();
                let mut rows = Reads::new(fetch);
                let object = self.record(kind, Row::Record, &mut rows, &chosen.selections)?;
                self.row_of_each(kind, &rows, of, |key, tables| key_of_latest_edition(&key, tables))?;
                Value::One { fetch, object }
            }
            ("Channel", "owner" | "organisation") => return self.owner(kind, row, reads, chosen),
            (kinds::CHANGE_NAME, "revision") => Value::Revision { column: reads.column(row, kind.key()) },
            (kinds::CHANGE_NAME, "recordId") => Value::RecordId {
                kind: reads.column(row, kinds::CHANGE_KIND),
                key: reads.column(row, &kinds::RECORD_ID),
                moment: self.moment,
            },
            (kinds::CHANGE_NAME, "record") => {
                let (code, key) = (reads.column(row, kinds::CHANGE_KIND), reads.column(row, &kinds::RECORD_ID));
                let of = Of::Rows { fetch: reads.fetch, key };
                return self.one_of(kinds::RECORDS.to_vec(), code, of, true, &chosen.selections);
            }
            ("Issue", "ancestors") => {
                let of = own_key(reads);
                let fetch = self.reserve();
                let mut rows = Reads::new(fetch);
                let object = self.record(kind, Row::Record, &mut rows, &chosen.selections)?;
                let query = ancestors(self.keys(), self.tables(), |query, alias, tables| {
                    rows.add(query, alias, None, tables);
                });
                self.make(&rows, &query, Vec::new(), of, None)?;
                Value::List { own: None, fetch, item: Item::Object(object) }
            }
            _ => return None,
        })
    }

    /// The record whose channel a channel is, or null where an organisation is asked for and it is another.
    fn owner(&mut self, kind: &'static Kind, row: Row, reads: &mut Reads, chosen: &Chosen<'a>) -> Option<Value> {
        let only = kinds::RELATIONS.iter().find(|relation| relation.name == format!("{}.{}", kind.name, chosen.name()));
        let kinds = only.map_or_else(|| kinds::RECORDS.to_vec(), |relation| vec![relation.far]);
        let (code, key) = (reads.column(row, &kinds::OWNER_KIND), reads.column(row, &kinds::OWNER_ID));
        self.one_of(kinds, code, Of::Rows { fetch: reads.fetch, key }, only.is_some(), &chosen.selections)
    }

    /// Records of several kinds: a column holds the code of the kind. Null where there is none, if `nullable`.
    fn one_of(
        &mut self,
        kinds: Vec<&'static Kind>,
        column: usize,
        of: Of,
        nullable: bool,
        sets: &[&'a SelectionSet],
    ) -> Option<Value> {
        let kinds = self.of_kinds(kinds, |kind| kind.code, column, of, sets)?;
        Some(Value::OneOf { kind: column, kinds, nullable })
    }

    /// Records of several kinds by their keys, one fetch for each kind, for the rows that hold its sign in a column: the
    /// sign, the fetch and the object.
    fn of_kinds(
        &mut self,
        kinds: impl IntoIterator<Item = &'static Kind>,
        sign: impl Fn(&Kind) -> &'static str,
        column: usize,
        of: Of,
        sets: &[&'a SelectionSet],
    ) -> Option<Vec<(&'static str, usize, Object)>> {
        let of_kind = |kind: &'static Kind| {
            let fetch = self.reserve();
            let mut reads = Reads::new(fetch);
            let object = self.record(kind, Row::Record, &mut reads, sets)?;
            self.row_of_each(kind, &reads, of, |key, _| key)?;
            self.keep_rows(kind, &reads)?;
            self.fetches.get_mut(fetch)?.as_mut()?.fetch.needed = Some(Needed::Having { column, value: sign(kind) });
            Some((sign(kind), fetch, object))
        };
        kinds.into_iter().map(of_kind).collect()
    }

    /// For each parent the row of a kind whose key is made of the parent's.
    fn row_of_each(
        &mut self,
        kind: &'static Kind,
        reads: &Reads,
        of: Of,
        key: impl FnOnce(Expr, &mut Tables) -> Expr,
    ) -> Option<()> {
        let mut tables = self.tables();
        let key = key(Expr::col(("keys", "value")), &mut tables);
        let mut query = one_row(kind, key, &mut tables, |query, alias, tables| reads.add(query, alias, None, tables));
        query.with_cte(tables.with(Some(self.keys())));
        self.make(reads, &query, Vec::new(), of, None)
    }

    /// The keys of a statement's parents.
    fn keys(&self) -> SelectStatement {
        array_keys(later(PARENTS), self.backend)
    }

    /// One page of a list, as an object.
    fn list(&mut self, source: Source, parent: Option<(usize, usize)>, chosen: &Chosen<'a>) -> Option<Value> {
        let (mut list, bounds) = self.read_list(source, chosen.field)?;
        let moment = self.moment_of_page(&list, bounds.before.or(bounds.after));
        self.at(moment, |compiler| {
            list.moment = compiler.seen();
            compiler.list_of(list, bounds, parent, chosen)
        })
    }

    fn list_of(
        &mut self,
        list: List,
        bounds: Bounds,
        parent: Option<(usize, usize)>,
        chosen: &Chosen<'a>,
    ) -> Option<Value> {
        let source = list.source;
        let fetch = self.reserve();
        let mut reads = Reads::new(fetch);
        let (connection, edge) = type_names(source);
        let fields = self.document.collect(&chosen.selections, ObjectType::plain(&connection))?;
        let of = parent.map_or(Of::Nobody, |(fetch, key)| Of::Rows { fetch, key });
        let same = Of::Same { page: fetch };
        let mut outside = None;
        // What has no row on its first page is empty.
        let is_first = !list.page.is_bounded() && list.page.limit > 0;
        let tells_count = is_first && parent.is_none() && self.moment.is_none();
        let fields = self.fields(fields, |compiler, chosen| match chosen.name() {
            "__typename" => Some(PageField::Fixed(json(&connection))),
            "nodes" => {
                let object = compiler.record(source.kind(), Row::Record, &mut reads, &chosen.selections)?;
                let present = Self::present(source, &mut reads);
                Some(PageField::Entries { object: EntryObject::Node(object), present })
            }
            "edges" => {
                let object = compiler.edge(source, &edge, &mut reads, &chosen.selections)?;
                let present = Self::present(source, &mut reads).filter(|_| !is_relation(source));
                Some(PageField::Entries { object: EntryObject::Edge(object), present })
            }
            "pageInfo" => {
                let info = compiler.page_info(chosen)?;
                reads.has_terms |= info.iter().any(|(_, info)| matches!(info, Info::Start | Info::End));
                let asks = info.iter().any(|(_, info)| match info {
                    Info::HasNext => list.page.before.is_some(),
                    Info::HasPrevious => list.page.after.is_some(),
                    _ => false,
                });
                if asks && outside.is_none() {
                    outside = Some(compiler.outside(&list, bounds, same)?);
                }
                Some(PageField::Info(info))
            }
            "totalCount" if tells_count => {
                reads.has_count = true;
                Some(PageField::Count)
            }
            "totalCount" => {
                let of = if is_first { Of::Longer { page: fetch } } else { same };
                Some(PageField::Total { fetch: compiler.total(&list, of)? })
            }
            "facets" => Some(PageField::Facets(compiler.facets(&list, same, chosen)?)),
            _ => None,
        })?;
        let is_short = owns(source) && self.moment.is_none() && !list.page.is_bounded();
        // The rows are told apart, and are in order, by what the order names, where cursors bound them, they are of the
        // past, or they may be read together with others.
        reads.has_terms |= list.page.is_bounded() || !list.moment.is_now() || is_short;
        let terms: Vec<Type> =
            if reads.has_terms { list.order.iter().map(|term| term.column.ty).collect() } else { Vec::new() };
        let is_kept = self.keeps(source.kind(), &mut reads);
        let query = self.page(&list, parent.is_some(), &reads, None);
        let more = terms.iter().copied().chain(reads.has_count.then_some(Type::Int)).collect();
        self.make(&reads, &query, more, of, Some((&list, bounds)))?;
        if is_short {
            self.add_together(&list, &reads)?;
        }
        if is_kept {
            self.keep_list(&list, bounds, parent.is_some(), is_short, &reads)?;
        }
        let terms: Vec<usize> = (reads.columns.len()..).take(terms.len()).collect();
        Some(Value::Page(Box::new(Page { list, moment: self.moment, fetch, terms, outside, fields })))
    }

    /// The statement of a page. Where something may be left out, nothing is read of the records but their keys.
    fn page(
        &self,
        list: &List,
        has_parent: bool,
        reads: &Reads,
        mut left_out: Option<&mut LeftOut>,
    ) -> SelectStatement {
        let mut tables = match left_out {
            Some(_) => Tables::links_only(self.backend),
            None => Tables::at(list.moment, self.backend),
        };
        let mut add = |selected: &mut Selected, tables: &mut Tables| {
            if let Some(left_out) = &mut left_out {
                reads.add_lean(selected, list.source.kind());
                left_out.note(list, selected);
            } else {
                reads.add(&mut selected.query, &selected.record, selected.link.as_deref(), tables);
            }
            if reads.has_terms {
                list.terms_of(selected);
            }
            if reads.has_count {
                let count = list.count(None, tables);
                selected.query.expr_as(count, "count");
            }
        };
        if !has_parent || self.backend == DbBackend::Sqlite {
            // SQLite answers in the same thread: one search for each parent stops where the page ends.
            let parent = has_parent.then(|| later(PARENT));
            let mut query = list.page_of(parent.as_ref(), &mut tables, &mut add);
            tables.end(&mut query);
            return query;
        }
        let parent = Expr::col(("keys", "value"));
        let rows = list.page_of(Some(&parent), &mut tables, &mut add);
        let mut query = Query::select();
        query.expr_as(parent, "parent").expr(Expr::cust("page.*")).from("keys");
        query.join_lateral(JoinType::InnerJoin, rows, "page", Expr::cust("TRUE"));
        query.with_cte(tables.with(Some(self.keys())));
        query
    }

    /// Lets the lists of several parents be read at once, where they are short.
    fn add_together(&mut self, list: &List, reads: &Reads) -> Option<()> {
        let tables = Tables::at(list.moment, self.backend);
        let query = list.together(self.keys(), MAX_TOGETHER, tables, |selected, tables| {
            reads.add_columns(&mut selected.query, &selected.record, selected.link.as_deref(), tables);
        });
        let (sql, parameters) = self.named(Bounds::default()).built(text_of(&query, self.backend))?;
        let is_long = AtomicBool::new(false);
        let made = self.fetches.get_mut(reads.fetch)?.as_mut()?;
        let order = (reads.columns.len()..).zip(list.sorting()).collect();
        made.fetch.together = Some(Together { sql, parameters, order, is_long });
        made.together = Some(query);
        Some(())
    }

    /// Whether anything is kept of what is being compiled: the past is not.
    fn may_keep(&self) -> bool {
        self.shelves.is_some() && self.moment.is_none()
    }

    /// Whether what is read of the records of a kind is kept; then their keys are read too.
    fn keeps(&self, kind: &'static Kind, reads: &mut Reads) -> bool {
        let is_of_link = |(row, ..): &(Row, &'static Column, &'static Kind)| !reads.is_of_record(*row);
        let is_kept = self.may_keep()
            && kinds::NODES.contains(&kind)
            && kind.key().ty == Type::Key
            && !reads.joined.iter().any(is_of_link)
            && reads.of_record(kind).next().is_some();
        if is_kept {
            reads.column(Row::Record, kind.key());
        }
        is_kept
    }

    /// What is kept of the rows of a fetch: beside columns of the records these terms of the order, by their columns.
    fn kept(
        &self,
        kind: &'static Kind,
        reads: &Reads,
        key: KeptBy,
        terms: &[(usize, &'static Column)],
    ) -> Option<Kept> {
        let mut tables = self.tables();
        let mut query = Query::select();
        let record = tables.from(&mut query, kind.table);
        let columns: Vec<usize> = match key {
            KeptBy::Parent => (0..reads.columns.len()).collect(),
            KeptBy::Column(_) => reads.of_record(kind).collect(),
        };
        reads.add_places(&columns, &mut query, &record, None, &mut tables);
        for (_, term) in terms {
            query.expr(column(&record, term));
        }
        let (statement, _) = text_of(&query, self.backend);
        let kept_at = self.shelves?.of(statement);
        let terms = terms.iter().map(|(position, _)| reads.columns.len() + position);
        let (columns, luck) = (columns.into_iter().chain(terms).collect(), Luck::default());
        Some(Kept { shelf: kept_at, key, columns, page: None, together: None, luck })
    }

    /// Keeps the rows of a kind that are found by the keys of their parents.
    fn keep_rows(&mut self, kind: &'static Kind, reads: &Reads) -> Option<()> {
        if self.may_keep() && reads.of_record(kind).next().is_some() {
            let kept = self.kept(kind, reads, KeptBy::Parent, &[])?;
            self.fetches.get_mut(reads.fetch)?.as_mut()?.fetch.kept = Some(kept);
        }
        Some(())
    }

    /// Keeps what is read of the records of a list, where its statements can do without them.
    fn keep_list(
        &mut self,
        list: &List,
        bounds: Bounds,
        has_parent: bool,
        is_short: bool,
        reads: &Reads,
    ) -> Option<()> {
        let kind = list.source.kind();
        let key = reads.columns.iter().position(|read| *read == (Row::Record, kind.key()))?;
        let [mut of_page, mut of_whole] = [LeftOut::default(), LeftOut::default()];
        let page = self.page(list, has_parent, reads, Some(&mut of_page));
        let together = is_short.then(|| {
            let tables = Tables::links_only(self.backend);
            list.together(self.keys(), MAX_TOGETHER, tables, |selected, _| {
                reads.add_lean(selected, kind);
                of_whole.note(list, selected);
            })
        });
        let terms = if reads.has_terms { of_page.terms.as_slice() } else { &[] };
        let mut kept = self.kept(kind, reads, KeptBy::Column(key), terms)?;
        // What names the records cannot do without them.
        let lean = |query: SelectStatement, left_out: &LeftOut, bounds: Bounds| {
            let text = text_of(&query, self.backend);
            if left_out.is_named_in(&text.0) {
                return Some((None, None));
            }
            let (sql, parameters) = self.named(bounds).built(text)?;
            Some((Some(Lean { sql, parameters }), Some(query)))
        };
        let (page, page_query) = lean(page, &of_page, bounds)?;
        let whole = |query| lean(query, &of_whole, Bounds::default());
        let (together, together_query) = together.map_or(Some((None, None)), whole)?;
        if page.is_none() && together.is_none() {
            return Some(());
        }
        if self.backend == DbBackend::Sqlite {
            (kept.page, kept.together) = (page, together);
        }
        let made = self.fetches.get_mut(reads.fetch)?.as_mut()?;
        made.fetch.kept = Some(kept);
        made.lean = LeanQueries { page: page_query, together: together_query };
        Some(())
    }

    /// Whether rows lie outside a page.
    fn outside(&mut self, list: &List, bounds: Bounds, of: Of) -> Option<usize> {
        let query = list.outside_of(self.keys(), self.backend);
        self.make_batch(&query, vec![Type::Bool, Type::Bool], of, bounds)
    }

    /// How many rows a list has.
    fn total(&mut self, list: &List, of: Of) -> Option<usize> {
        let mut whole = list.clone();
        whole.page.after = None;
        whole.page.before = None;
        let query = whole.count_of(self.keys(), self.backend);
        self.make_batch(&query, vec![Type::Int], of, Bounds::default())
    }

    /// What tells that the record of a row is there, where it may not be.
    fn present(source: Source, reads: &mut Reads) -> Option<usize> {
        let (is_there, _) = source.told_apart();
        (!is_there).then(|| reads.column(Row::Record, source.kind().key()))
    }

    fn edge(
        &mut self,
        source: Source,
        name: &str,
        reads: &mut Reads,
        sets: &[&'a SelectionSet],
    ) -> Option<Vec<(Box<str>, EdgeField)>> {
        let fields = self.document.collect(sets, ObjectType::plain(name))?;
        self.fields(fields, |compiler, chosen| match (chosen.name(), source) {
            ("__typename", _) => Some(EdgeField::Value(fixed(name))),
            ("cursor", _) => {
                reads.has_terms = true;
                Some(EdgeField::Cursor)
            }
            ("node", _) => {
                let object = compiler.record(source.kind(), Row::Record, reads, &chosen.selections)?;
                Some(EdgeField::Node { object, present: Self::present(source, reads) })
            }
            ("linkId", Source::Related(_)) => Some(EdgeField::Value(Value::Id {
                column: reads.column(Row::Link, &kinds::ID),
                name: TREATMENT,
                moment: compiler.moment,
            })),
            // The document that names this one.
            ("identifier", Source::Related(relation)) if *relation == kinds::STANDARD_RELATED_FROM => {
                let column = reads.column(Row::Record, &kinds::IDENTIFIER);
                Some(EdgeField::Value(Value::Column { column, ty: Type::Text }))
            }
            ("citations", Source::Related(_)) => {
                let of = Of::Rows { fetch: reads.fetch, key: reads.column(Row::Link, &kinds::ID) };
                let fetch = compiler.reserve();
                let mut rows = Reads::new(fetch);
                let object = compiler.record(&kinds::CITATIONS, Row::Record, &mut rows, &chosen.selections)?;
                compiler.facts(&kinds::CITATION, &kinds::LINK_ID, &rows, of)?;
                Some(EdgeField::Value(Value::List { own: None, fetch, item: Item::Object(object) }))
            }
            (name, Source::Related(relation)) => {
                let column = relation.edge_columns().iter().copied().find(|column| column.api_name() == name)?;
                let (column, ty) = (reads.column(Row::Link, column), column.ty);
                Some(EdgeField::Value(Value::Column { column, ty }))
            }
            _ => None,
        })
    }

    /// A list as its field asks for it.
    fn read_list(&mut self, source: Source, field: &Field) -> Option<(List, Bounds)> {
        let kind = source.kind();
        let (mut predicate, mut order, mut arguments) = (None, Vec::new(), Arguments::default());
        let (mut only, mut of_kinds, mut texts) = (None, None, Vec::new());
        let [after, before] = self.late_cursors(field);
        for (argument, _) in &field.arguments {
            let name = argument.node.as_str();
            let value = match (name, &after, &before) {
                (AFTER, Some((_, text)), _) | (BEFORE, _, Some((_, text))) => Constant::String(text.clone()),
                ("filter", ..) => {
                    let (given, found) = self.document.filter(field, name, kinds::BY_TEXT.field)?;
                    texts = found;
                    match given {
                        Given::Absent | Given::Value(Constant::Null) => continue,
                        Given::Value(value) => value,
                    }
                }
                _ => match self.document.argument(field, name)? {
                    Given::Absent | Given::Value(Constant::Null) => continue,
                    Given::Value(value) => value,
                },
            };
            match name {
                "filter" => predicate = Some(filter::read(kind, &value).ok()?),
                "orderBy" => {
                    order = items(value).iter().map(|term| order::read(kind, term).ok()).collect::<Option<_>>()?;
                }
                "first" => arguments.first = Some(number(&value)?),
                "last" => arguments.last = Some(number(&value)?),
                AFTER => arguments.after = Some(text(value)?),
                BEFORE => arguments.before = Some(text(value)?),
                "roles" => only = Some((&kinds::ROLE, items(value).into_iter().map(text).collect::<Option<_>>()?)),
                "kinds" if source.is_log() => {
                    of_kinds = Some(items(value).into_iter().map(text).collect::<Option<_>>()?);
                }
                "kinds" => {
                    let kinds = items(value).into_iter().map(text).collect::<Option<_>>()?;
                    only = Some((kinds::STANDARD_RELATION_KIND, kinds));
                }
                _ => return None,
            }
        }
        if source == Source::Root(&kinds::CHANGE) {
            predicate = Some(Predicate::of_changes(of_kinds));
        }
        let is_ranked = order.iter().any(|term: &OrderBy| term.side == Side::Rank);
        if is_ranked && predicate.as_ref().and_then(Predicate::ranking).is_none() {
            return None;
        }
        if let Some(predicate) = &mut predicate {
            self.understand_all(predicate, texts)?;
        }
        let mut list =
            List::read(source, self.asked(), predicate, &order, arguments, PageSize::of(source), self.key).ok()?;
        list.only = only;
        list.page.late = after.is_some() || before.is_some();
        let bounds = Bounds {
            after: self.late(after, &list, list.page.after.as_ref()),
            before: self.late(before, &list, list.page.before.as_ref()),
        };
        Some((list, bounds))
    }

    /// Lets the full-text queries of a filter be understood; `texts` says where they are written.
    fn understand_all(&mut self, predicate: &mut Predicate, texts: Vec<FilterText>) -> Option<()> {
        let searches = predicate.searches();
        // The words of the past are not known.
        if searches.len() > filter::MAX_TEXTS || self.moment.is_some() && !searches.is_empty() {
            return None;
        }
        // Where a variable holds more than a text, none is known to be the one that is written.
        let are_written = texts.len() == searches.len();
        let texts = texts.into_iter().filter(|_| are_written).map(Some).chain(std::iter::repeat_with(|| None));
        for ((kind, search), text) in searches.into_iter().zip(texts) {
            self.is_fleeting |= !matches!(text, Some(FilterText::Written | FilterText::Variable(_)));
            let text = match text {
                Some(FilterText::Variable(name)) => Text::Variable(name),
                _ => Text::Always(search.query.text().to_owned()),
            };
            let place = self.understand(text, search, Among::kinds([kind.code]))?;
            let any = any_statement(search, Some(kind.code), self.backend);
            self.make_deciding(&any, Vec::new(), Then::Mean(place))?;
        }
        Some(())
    }

    /// Lets a full-text query be understood when the plan is run, before what names it. Gives its place.
    fn understand(&mut self, text: Text, search: &mut Search, among: Among) -> Option<usize> {
        let place = self.searches.len();
        self.searches.push(LateSearch { text, shape: search.shape(), among });
        let asked = stored::statement(|question| later(&format!("{QUESTION} {place} {question}")), self.backend);
        self.make_deciding(&asked, vec![Type::Key, Type::Text], Then::Understand(place))?;
        search.late = Some(place);
        Some(place)
    }

    /// One page of what a search finds.
    fn search(&mut self, chosen: &Chosen<'a>) -> Option<Value> {
        let (mut first, mut kinds) = (None, None);
        let field = chosen.field;
        let after = self.document.text_variable(field, AFTER);
        for (argument, _) in &field.arguments {
            let name = argument.node.as_str();
            if name == "query" || name == AFTER && after.is_some() {
                continue;
            }
            let value = match self.document.argument(field, name)? {
                Given::Absent | Given::Value(Constant::Null) => continue,
                Given::Value(value) => value,
            };
            match name {
                "first" => first = Some(number(&value)?),
                "kinds" => kinds = Some(items(value).into_iter().map(text).collect::<Option<Vec<String>>>()?),
                _ => return None,
            }
        }
        let limit = limit("first", first, PageSize::USUAL).ok()?;
        let (text, mut search) = self.searched_text(field)?;
        let query = search.query.text().to_owned();
        let among = Among::kinds(kinds.iter().flatten());
        let place = self.understand(text, &mut search, among)?;
        let (cursor, after) = match after {
            None => (None, None),
            Some((variable, text)) => {
                let (after, near) = Found::read_cursor(&text, &query, kinds.as_ref(), self.key)?;
                let known: Vec<bool> = after.0.iter().map(Option::is_some).collect();
                if near || known.contains(&false) {
                    return None;
                }
                let of = CursorOf::Search { search: place, kinds: kinds.clone() };
                self.cursors.push(LateCursor { variable, of, known, beneath: None });
                (Some(self.cursors.len() - 1), Some(after))
            }
        };
        self.search_page(&Found { search, kinds, limit, after }, place, cursor, chosen)
    }

    /// The text of a search, and what it is as it stands.
    fn searched_text(&mut self, field: &Field) -> Option<(Text, Search)> {
        if let Some((variable, text)) = self.document.text_variable(field, "query") {
            self.document.searched.insert(variable.clone());
            return Some((Text::Variable(variable), Search::read(&text).ok()?));
        }
        let Given::Value(Constant::String(text)) = self.document.argument(field, "query")? else { return None };
        let written = field.get_argument("query").map(|value| &value.node);
        self.is_fleeting |= matches!(written, Some(async_graphql_value::Value::Variable(_)));
        let search = Search::read(&text).ok()?;
        Some((Text::Always(text), search))
    }

    /// The page of a search that is understood, as an object.
    fn search_page(
        &mut self,
        found: &Found,
        search: usize,
        after: Option<usize>,
        chosen: &Chosen<'a>,
    ) -> Option<Value> {
        let fetch = self.reserve();
        let columns = vec![Type::Key, Type::Text, Type::Text, Type::Int];
        let bounds = Bounds { after, before: None };
        let mut made = self.fetch(&found.statement(self.backend), columns, Of::Nobody, bounds)?;
        made.fetch.then = if after.is_none() { Then::Mean(search) } else { Then::Nothing };
        made.fetch.limit = usize::try_from(found.limit).ok();
        *self.fetches.get_mut(fetch)? = Some(made);
        let fields = self.document.collect(&chosen.selections, ObjectType::plain("SearchConnection"))?;
        let fields = self.fields(fields, |compiler, chosen| match chosen.name() {
            "__typename" => Some(FoundField::Fixed(json("SearchConnection"))),
            "nodes" => Some(FoundField::Nodes(compiler.found_records(found, fetch, &chosen.selections)?)),
            "edges" => compiler.found_edges(found, fetch, chosen),
            "pageInfo" => compiler.page_info(chosen).map(FoundField::Info),
            "totalCount" => {
                let whole = Found { limit: 0, after: None, ..found.clone() };
                let query = whole.count_statement(compiler.backend);
                compiler.make_deciding(&query, vec![Type::Text, Type::Int], Then::Nothing)?;
                Some(FoundField::Total(compiler.fetches.len() - 1))
            }
            _ => None,
        })?;
        let (kinds, is_first) = (found.kinds.clone(), after.is_none());
        Some(Value::Found(Box::new(super::Found { search, kinds, fetch, is_first, fields })))
    }

    fn found_edges(&mut self, found: &Found, fetch: usize, chosen: &Chosen<'a>) -> Option<FoundField> {
        let fields = self.document.collect(&chosen.selections, ObjectType::plain("SearchEdge"))?;
        let mut records = None;
        let fields = self.fields(fields, |compiler, chosen| {
            Some(match chosen.name() {
                "__typename" => FoundEdge::Fixed(json("SearchEdge")),
                "cursor" => FoundEdge::Cursor,
                "score" => FoundEdge::Score,
                "node" if records.is_none() => {
                    records = Some(compiler.found_records(found, fetch, &chosen.selections)?);
                    FoundEdge::Node
                }
                _ => return None,
            })
        })?;
        // An edge is there where its record is.
        let records = match records {
            Some(records) => records,
            None => self.found_records(found, fetch, &[])?,
        };
        Some(FoundField::Edges(fields, records))
    }

    /// The records of a page of a search: one statement for each kind of which there are any.
    fn found_records(&mut self, found: &Found, page: usize, sets: &[&'a SelectionSet]) -> Option<Records> {
        let is_asked =
            |kind: &&Kind| found.kinds.as_ref().is_none_or(|kinds| kinds.iter().any(|code| code == kind.code));
        let kinds = kinds::RECORDS.iter().copied().filter(is_asked);
        let of = Of::Rows { fetch: page, key: 0 };
        let records = self.of_kinds(kinds, |kind| stored::sign(kind.code), 1, of, sets)?;
        if let [(_, fetch, _)] = records.as_slice() {
            // Nothing else is found.
            self.fetches.get_mut(*fetch)?.as_mut()?.fetch.needed = None;
        }
        Some(Records(records))
    }

    fn page_info(&mut self, chosen: &Chosen<'a>) -> Option<Vec<(Box<str>, Info)>> {
        let fields = self.document.collect(&chosen.selections, ObjectType::plain("PageInfo"))?;
        self.fields(fields, |_, chosen| {
            Some(match chosen.name() {
                "__typename" => Info::Fixed(json("PageInfo")),
                "hasNextPage" => Info::HasNext,
                "hasPreviousPage" => Info::HasPrevious,
                "startCursor" => Info::Start,
                "endCursor" => Info::End,
                _ => return None,
            })
        })
    }

    /// The variables that hold the cursors of a list, `after` and `before`, and their texts: of both or of none, where both
    /// are given.
    fn late_cursors(&mut self, field: &Field) -> [Option<(String, String)>; 2] {
        let both = [AFTER, BEFORE].map(|name| self.document.text_variable(field, name));
        let is_other = |(name, late): (&str, &Option<(String, String)>)| {
            late.is_none() && field.get_argument(name).is_some_and(|value| !self.document.is_nothing(&value.node))
        };
        if [AFTER, BEFORE].into_iter().zip(&both).any(is_other) { [None, None] } else { both }
    }

    /// Notes a cursor that comes late.
    fn late(&mut self, late: Option<(String, String)>, list: &List, cursor: Option<&Cursor>) -> Option<usize> {
        let (variable, _) = late?;
        let known = cursor?.0.iter().map(Option::is_some).collect();
        let of = CursorOf::List(Box::new(list.clone()));
        self.cursors.push(LateCursor { variable, of, known, beneath: self.moment });
        Some(self.cursors.len() - 1)
    }
}

/// What the parameters of a statement are called that hold the key of its parent, or those of all.
const PARENT: &str = "parent";
const PARENTS: &str = "parents";
/// What one is called that holds what is asked of a full-text query: this, the place of the query and that of the question.
const QUESTION: &str = "question";

impl Named {
    /// A statement's text, and what its parameters hold.
    fn built(self, (sql, values): (String, Vec<Bound>)) -> Option<(Arc<str>, Vec<Parameter>)> {
        let parameters = values.into_iter().map(|value| {
            Some(match value {
                Bound::String(Some(text)) => Parameter::Always(Scalar::Text(text)),
                Bound::Bool(Some(flag)) => Parameter::Always(Scalar::Bool(flag)),
                Bound::BigInt(Some(number)) => Parameter::Always(Scalar::Int(number)),
                Bound::Int(Some(number)) => Parameter::Always(Scalar::Int(number.into())),
                Bound::Bytes(Some(bytes)) => self.parameter(std::str::from_utf8(&bytes).ok()?)?,
                _ => return None,
            })
        });
        let parameters = parameters.collect::<Option<_>>()?;
        Some((sql.into(), parameters))
    }

    /// The parameter of a name.
    fn parameter(self, name: &str) -> Option<Parameter> {
        match name {
            ENTRY => self.moment.map(Parameter::Entry),
            AT => self.moment.map(Parameter::Instant),
            name => self.bounds.parameter(name),
        }
    }
}

impl Bounds {
    /// The parameter of a name, which is none of the moment.
    fn parameter(self, name: &str) -> Option<Parameter> {
        if let Some(text) = name.strip_prefix('$') {
            return text.parse().ok().map(Parameter::Text);
        }
        match name.split(' ').collect::<Vec<_>>().as_slice() {
            [PARENT] => Some(Parameter::Parent),
            [PARENTS] => Some(Parameter::Parents),
            [side @ (AFTER | BEFORE), position] => {
                let cursor = if *side == AFTER { self.after } else { self.before };
                Some(Parameter::Cursor { cursor: cursor?, position: position.parse().ok()? })
            }
            [SEARCHED, search, place] => {
                Some(Parameter::Searched { search: search.parse().ok()?, place: place.parse().ok()? })
            }
            [QUESTION, search, place] => {
                Some(Parameter::Question { search: search.parse().ok()?, place: place.parse().ok()? })
            }
            _ => None,
        }
    }
}

/// Whether a field is neither a column nor a list with pages.
fn is_own(kind: &Kind, field: &str) -> bool {
    matches!(
        (kind.name, field),
        ("Organisation", "names")
            | ("Standard", "titles" | "otherIdentifiers" | "subjects" | "latestEdition")
            | ("Issue", "ancestors")
            | ("Channel", "owner" | "organisation")
            | (kinds::CHANGE_NAME, "revision" | "recordId" | "record")
    )
}

/// What is written before the field at a position of its object.
fn before(position: usize, key: &str) -> Box<str> {
    format!("{}\"{key}\":", if position == 0 { '{' } else { ',' }).into()
}

fn items(value: Constant) -> Vec<Constant> {
    match value {
        Constant::List(items) => items,
        single => vec![single],
    }
}

fn text(value: Constant) -> Option<String> {
    match value {
        Constant::String(text) => Some(text),
        Constant::Enum(name) => Some(name.to_string()),
        _ => None,
    }
}

fn number(value: &Constant) -> Option<i32> {
    match value {
        Constant::Number(number) => number.as_i64().and_then(|number| i32::try_from(number).ok()),
        _ => None,
    }
}

fn fixed(name: &str) -> Value {
    Value::Fixed(json(name))
}

fn json(name: &str) -> Box<str> {
    format!("\"{name}\"").into()
}

/// Whether a list is of what its parent owns, which is seldom much.
fn owns(source: Source) -> bool {
    match source {
        Source::Root(_) => false,
        Source::Related(relation) => match &relation.via {
            Via::Link { link, near, once, .. } => link.owner == *near && !once,
            Via::Targets { inverse } => !inverse,
            Via::Children { column, .. } => **column == kinds::OWNER_ID,
            Via::Reference { .. } | Via::Editions => false,
        },
    }
}

/// Whether a list shows entries whose record is not there.
fn is_relation(source: Source) -> bool {
    matches!(source, Source::Related(Relation { via: Via::Targets { .. }, .. }))
}

/// The types of a list and of its entries.
fn type_names(source: Source) -> (String, String) {
    let edge = match source {
        Source::Related(relation) if relation.edge_columns().is_empty() => format!("{}Edge", relation.far.name),
        Source::Related(relation) => match (&relation.via, relation.name) {
            (Via::Targets { .. }, _) => "StandardRelationEdge".to_owned(),
            (_, "Organisation.issues") => "OrganisationIssueEdge".to_owned(),
            (_, "Issue.organisations") => "IssueOrganisationEdge".to_owned(),
            _ if *relation.far == kinds::COUNTRY => "PartyEdge".to_owned(),
            _ => "PartnerEdge".to_owned(),
        },
        Source::Root(kind) => format!("{}Edge", kind.name),
    };
    (edge.replace("Edge", "Connection"), edge)
}
