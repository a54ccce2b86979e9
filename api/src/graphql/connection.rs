//! What all lists of the API share: edges, connections, pages, and the fields that lead to them.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

use async_graphql::{Context, Object, OutputType, SimpleObject, TypeName};
use sea_orm::{DbErr, FromQueryResult, QueryResult};

use super::context::{cursor_key, rows};
use super::error::{Maybe, Result, bad_input};
use super::facet::Counted;
use super::filter::{Filter, MAX_TEXTS};
use super::loader::{Columns, CountOf, ListOf, Row, SearchFor, Slice, typed};
use super::order::Order;
use crate::graph::cursor::Cursor;
use crate::graph::list::{Arguments, List, PageSize, Source};
use crate::graph::moment::Moment;
use crate::graph::predicate::Predicate;
use crate::graph::{Kind, Side};

/// A type of the API that shows one row of one kind.
pub trait Node: OutputType + 'static {
    type Row: Columns;
    /// What a list of plain edges to it gives.
    type Connection: Page;
    const KIND: &'static Kind;
    fn show(row: Arc<Self::Row>, moment: Moment) -> Self;
}

/// Whose list it is, and when it is looked at. Root lists have the parent 0.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub key: i64,
    pub moment: Moment,
}

/// What leads to a record in a list, with what the link says.
pub trait ListEdge: OutputType + 'static {
    type Node: Node;
    type Columns: Columns;
    /// What a list of it gives.
    type Connection: Page;
    fn edge(position: Position, node: Self::Node, columns: Arc<Self::Columns>) -> Self;
    fn connection() -> String {
        Self::type_name().replace("Edge", "Connection")
    }
}

/// Where an entry stands in its list; its cursor once it is asked for.
pub struct Position {
    list: Arc<List>,
    cursor: Cursor,
}

impl Position {
    /// The cursor as clients get it.
    ///
    /// # Errors
    /// Where the request carries no key to sign with.
    pub fn text(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(self.list.cursor_text(&self.cursor, cursor_key(ctx)?))
    }

    /// When its list is looked at.
    pub fn moment(&self) -> Moment {
        self.list.moment
    }
}

/// An edge that says nothing but where it leads.
pub struct Edge<N> {
    position: Position,
    node: N,
}

impl<N: Node> TypeName for Edge<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", N::KIND.name).into()
    }
}

/// An entry of a list.
#[Object(name_type)]
impl<N: Node> Edge<N> {
    /// Position of this entry: give it as `after` or `before` to go on from here, with the same order.
    async fn cursor(&self, ctx: &Context<'_>) -> Result<String> {
        self.position.text(ctx)
    }

    /// The record.
    async fn node(&self) -> &N {
        &self.node
    }
}

impl<N: Node> ListEdge for Edge<N> {
    type Node = N;
    type Columns = Plain;
    type Connection = N::Connection;
    fn edge(position: Position, node: N, _: Arc<Plain>) -> Self {
        Self { position, node }
    }
}

/// An edge without columns of its own.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

impl FromQueryResult for Plain {
    fn from_query_result(_: &QueryResult, _: &str) -> Result<Self, DbErr> {
        Ok(Self)
    }
}

/// Where a page stands in its list.
#[derive(SimpleObject)]
pub struct PageInfo {
    /// Whether entries follow this page.
    pub has_next_page: bool,
    /// Whether entries precede this page.
    pub has_previous_page: bool,
    /// Cursor of the first entry; null on an empty page.
    pub start_cursor: Option<String>,
    /// Cursor of the last entry; null on an empty page.
    pub end_cursor: Option<String>,
}

/// What a list field gives.
pub trait Page: OutputType + From<Listed> {}
impl<P: OutputType + From<Listed>> Page for P {}

/// One page of a list: what was asked for, and where it stands in the whole.
pub struct Connection<E> {
    page: Listed,
    edge: PhantomData<fn() -> E>,
}

impl<E> From<Listed> for Connection<E> {
    fn from(page: Listed) -> Self {
        Self { page, edge: PhantomData }
    }
}

impl<E: ListEdge> TypeName for Connection<E> {
    fn type_name() -> Cow<'static, str> {
        E::connection().into()
    }
}

/// One page of a list whose records are counted by what they have in common.
pub struct Faceted<N> {
    page: Listed,
    node: PhantomData<fn() -> N>,
}

/// A record whose lists have facets.
pub trait HasFacets: Node {
    type Facets: OutputType;
    fn facets(counted: Counted) -> Self::Facets;
}

impl<N> From<Listed> for Faceted<N> {
    fn from(page: Listed) -> Self {
        Self { page, node: PhantomData }
    }
}

impl<N: Node> TypeName for Faceted<N> {
    fn type_name() -> Cow<'static, str> {
        Edge::<N>::connection().into()
    }
}

/// What every connection of entries has. The attribute does not look into macros inside its block, so the macro stands
/// around it.
macro_rules! connection {
    (impl<$parameter:ident: $bound:ident> $name:ident<$_:ident>, $edge:ty, $node:ty, { $($own:tt)* }) => {
        /// One page of a list. Go on with `after: endCursor`, or back with `before: startCursor`.
        #[Object(name_type)]
        impl<$parameter: $bound> $name<$parameter> {
            /// The entries, with what each link says.
            async fn edges(&self) -> Result<Vec<$edge>> {
                self.page.edges()
            }

            /// The records of the entries, in the same order.
            async fn nodes(&self) -> Result<Vec<$node>> {
                self.page.nodes()
            }

            /// Where this page stands in the list.
            async fn page_info(&self, ctx: &Context<'_>) -> Result<PageInfo> {
                self.page.info(ctx)
            }

            /// Number of entries in the whole list, all pages together, under the same filter. Counted only when asked
            /// for.
            async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
                self.page.total(ctx).await
            }

            $($own)*
        }
    };
}

connection! { impl<E: ListEdge> Connection<E>, E, E::Node, {} }
connection! { impl<N: HasFacets> Faceted<N>, Edge<N>, N, {
    /// How many records of the whole list there are for each value of something, under the same filter. Each facet is
    /// counted only when asked for.
    async fn facets(
        &self,
        #[graphql(
            desc = "True: each facet leaves out the filter's own conditions on what it counts by, so that the other choices keep their numbers. Conditions within `or` and `not` stay.",
            default = false
        )]
        exclude_own: bool,
    ) -> N::Facets {
        N::facets(self.page.counted(exclude_own))
    }
} }

/// A page as read, and whose. What its rows are only [`Listed::load`] and whoever takes an entry know.
pub struct Listed {
    list: Arc<List>,
    parent: i64,
    pub slice: Arc<Slice>,
}

/// A row of a page, as what it was read as.
pub struct Entry<N, E> {
    /// Missing where the link leads to what the atlas does not hold.
    pub record: Option<Arc<N>>,
    pub edge: Arc<E>,
    pub position: Position,
}

impl Listed {
    /// The entries.
    ///
    /// # Errors
    /// Where the page was loaded as something else.
    fn edges<E: ListEdge>(&self) -> Result<Vec<E>> {
        let entry = |row| {
            let Entry { record, edge, position } = self.entry::<<E::Node as Node>::Row, E::Columns>(row)?;
            let moment = position.moment();
            Ok(record.map(|record| E::edge(position, E::Node::show(record, moment), edge)))
        };
        self.slice.rows.iter().filter_map(|row| entry(row).transpose()).collect()
    }

    /// The records of the entries.
    ///
    /// # Errors
    /// Where the page was loaded as something else.
    fn nodes<N: Node>(&self) -> Result<Vec<N>> {
        let records = self.slice.rows.iter().filter_map(|row| row.record.clone());
        records.map(|record| Ok(N::show(typed(record)?, self.list.moment))).collect()
    }

    /// The whole list, to be counted.
    fn counted(&self, exclude_own: bool) -> Counted {
        Counted::new(&self.list, self.parent, exclude_own)
    }

    /// Reads a page of a parent's list; of a root list for the parent 0.
    ///
    /// # Errors
    /// What the database or a limit says.
    pub async fn load<N: Columns, E: Columns>(ctx: &Context<'_>, list: List, parent: i64) -> Result<Self> {
        let list = Arc::new(list);
        let slice = rows(ctx)?.load_one(ListOf::new::<N, E>(Arc::clone(&list), parent)).await?.transpose()?;
        Ok(Self { list, parent, slice: slice.unwrap_or_default() })
    }

    /// A row of this page as what the page was loaded as.
    ///
    /// # Errors
    /// Where it was loaded as something else.
    pub fn entry<N: Columns, E: Columns>(&self, row: &Row) -> Result<Entry<N, E>> {
        let position = Position { list: Arc::clone(&self.list), cursor: row.cursor.clone() };
        Ok(Entry { record: row.record.clone().map(typed).transpose()?, edge: typed(Arc::clone(&row.edge))?, position })
    }

    /// Where the page stands in the list.
    ///
    /// # Errors
    /// Where the request carries no key to sign with.
    pub fn info(&self, ctx: &Context<'_>) -> Result<PageInfo> {
        let key = cursor_key(ctx)?;
        let cursor = |row: &Row| self.list.cursor_text(&row.cursor, key);
        Ok(PageInfo {
            has_next_page: self.slice.has_next,
            has_previous_page: self.slice.has_previous,
            start_cursor: self.slice.rows.first().map(cursor),
            end_cursor: self.slice.rows.last().map(cursor),
        })
    }

    /// How long the whole list is.
    ///
    /// # Errors
    /// What the database or a limit says.
    pub async fn total(&self, ctx: &Context<'_>) -> Result<i32> {
        // A list that fits its only page is counted already.
        let page = &self.list.page;
        if !page.is_bounded() && page.limit > 0 && !self.slice.has_next && !self.slice.has_previous {
            return Ok(i32::try_from(self.slice.rows.len()).unwrap_or(i32::MAX));
        }
        let mut list = (*self.list).clone();
        list.page.after = None;
        list.page.before = None;
        let count = rows(ctx)?.load_one(CountOf { list: Arc::new(list), parent: self.parent }).await?.transpose()?;
        Ok(i32::try_from(count.unwrap_or_default()).unwrap_or(i32::MAX))
    }
}

/// What a list field was asked for.
pub struct Asked<N> {
    pub filter: Option<Filter<N>>,
    pub order_by: Option<Vec<Order<N>>>,
    pub arguments: Arguments,
}

/// Reads a list field's arguments.
///
/// # Errors
/// What is wrong with them.
pub fn list<N: Node>(ctx: &Context<'_>, source: Source, moment: Moment, asked: Asked<N>) -> Result<List> {
    let order = asked.order_by.unwrap_or_default().into_iter().map(|order| order.by);
    let order: Vec<_> = order.collect::<Result<_, String>>().map_err(bad_input)?;
    let filter = asked.filter.map(|filter| filter.predicate).transpose().map_err(bad_input)?;
    List::read(source, moment, filter, &order, asked.arguments, PageSize::of(source), cursor_key(ctx)?)
        .map_err(bad_input)
}

/// Lets the full-text queries of a list's filter be understood by the atlas.
async fn settle(ctx: &Context<'_>, list: &mut List) -> Result<()> {
    let ranked = list.order.iter().any(|term| term.side == Side::Rank);
    if ranked && list.filter.as_ref().and_then(Predicate::ranking).is_none() {
        return Err(bad_input("`orderBy` RELEVANCE orders by how well records match `filter.text`: give one"));
    }
    let moment = list.moment;
    let searches: Vec<_> = list.filter.iter_mut().flat_map(Predicate::searches).collect();
    if searches.len() > MAX_TEXTS {
        return Err(bad_input(format!("`filter` holds {} full-text queries: {MAX_TEXTS} at most", searches.len())));
    }
    for (kind, search) in searches {
        if !moment.is_now() {
            return Err(bad_input("`text` searches the present only: leave it out under `asOf`"));
        }
        let asked = SearchFor { search: search.clone(), kind: Some(kind.code), near: None };
        if let Some(settled) = rows(ctx)?.load_one(asked).await? {
            *search = (*settled?).clone();
        }
    }
    Ok(())
}

/// Reads a list field's arguments and loads its page.
///
/// # Errors
/// What is wrong with the arguments, or what the database or a limit says.
pub async fn page<E: ListEdge>(
    ctx: &Context<'_>,
    source: Source,
    parent: Place,
    asked: Asked<E::Node>,
) -> Result<E::Connection> {
    let mut list = list(ctx, source, parent.moment, asked)?;
    settle(ctx, &mut list).await?;
    load::<E>(ctx, list, parent.key).await
}

/// Loads a page of a parent's list; of a root list for the parent 0.
///
/// # Errors
/// What the database or a limit says.
pub async fn load<E: ListEdge>(ctx: &Context<'_>, list: List, parent: i64) -> Result<E::Connection> {
    Ok(Listed::load::<<E::Node as Node>::Row, E::Columns>(ctx, list, parent).await?.into())
}

/// A list field that is there wherever its record is.
pub type Always<E> = Result<<E as ListEdge>::Connection>;
/// A list field that is null where it fails.
pub type Nullable<E> = Maybe<<E as ListEdge>::Connection>;

/// An object of the API: the fields written by hand, then its lists, [`Always`] or [`Nullable`]. `ordered` lists take a
/// filter and an order, `filtered` ones a filter, `paged` ones neither, and `chosen` ones a list of roles or kinds of
/// link. The attribute does not look into macros inside its block, so the macro stands around it.
macro_rules! object {
    (
        $(#[$about:meta])*
        $name:ident with $list:ident { $($by_hand:tt)* }
        $(ordered { $($(#[$ordered_doc:meta])* $ordered:ident: $ordered_edge:ty = $ordered_source:expr;)* })?
        $(filtered { $($(#[$filtered_doc:meta])* $filtered:ident: $filtered_edge:ty = $filtered_source:expr;)* })?
        $(paged { $($(#[$paged_doc:meta])* $paged:ident: $paged_edge:ty = $paged_source:expr;)* })?
        $(chosen {
            $($(#[$chosen_doc:meta])* $chosen:ident($choice:ident: $choices:ty, $choice_doc:literal) -> $chosen_list:ty = $read:path, $relation:expr;)*
        })?
    ) => {
        $(#[$about])*
        #[async_graphql::Object]
        impl $name {
            $($by_hand)*
            $($(
                $(#[$ordered_doc])*
                #[expect(clippy::too_many_arguments, reason = "the contract's arguments of a list")]
                async fn $ordered(
                    &self,
                    ctx: &async_graphql::Context<'_>,
                    #[graphql(desc = "Which records to keep. Left out, all.")]
                    filter: Option<$crate::graphql::filter::Filter<<$ordered_edge as $crate::graphql::connection::ListEdge>::Node>>,
                    #[graphql(desc = "The order, most important term first. The unique key ends every order.")]
                    order_by: Option<Vec<$crate::graphql::order::Order<<$ordered_edge as $crate::graphql::connection::ListEdge>::Node>>>,
                    #[graphql(desc = "How many entries from the start: 0 to 100, 20 where neither `first` nor `last` is given.")] first: Option<i32>,
                    #[graphql(desc = "Only entries that follow this cursor.")] after: Option<String>,
                    #[graphql(desc = "How many entries from the end: 0 to 100. Not together with `first`.")] last: Option<i32>,
                    #[graphql(desc = "Only entries that precede this cursor.")] before: Option<String>,
                ) -> $crate::graphql::connection::$list<$ordered_edge> {
                    let arguments = $crate::graph::list::Arguments { first, after, last, before };
                    let asked = $crate::graphql::connection::Asked { filter, order_by, arguments };
                    $crate::graphql::connection::page::<$ordered_edge>(ctx, $crate::graph::list::Source::from($ordered_source), self.place(), asked).await.into()
                }
            )*)?
            $($(
                $(#[$filtered_doc])*
                async fn $filtered(
                    &self,
                    ctx: &async_graphql::Context<'_>,
                    #[graphql(desc = "Which records to keep. Left out, all.")]
                    filter: Option<$crate::graphql::filter::Filter<<$filtered_edge as $crate::graphql::connection::ListEdge>::Node>>,
                    #[graphql(desc = "How many entries from the start: 0 to 100, 20 where neither `first` nor `last` is given.")] first: Option<i32>,
                    #[graphql(desc = "Only entries that follow this cursor.")] after: Option<String>,
                    #[graphql(desc = "How many entries from the end: 0 to 100. Not together with `first`.")] last: Option<i32>,
                    #[graphql(desc = "Only entries that precede this cursor.")] before: Option<String>,
                ) -> $crate::graphql::connection::$list<$filtered_edge> {
                    let arguments = $crate::graph::list::Arguments { first, after, last, before };
                    let asked = $crate::graphql::connection::Asked { filter, order_by: None, arguments };
                    $crate::graphql::connection::page::<$filtered_edge>(ctx, $crate::graph::list::Source::from($filtered_source), self.place(), asked).await.into()
                }
            )*)?
            $($(
                $(#[$paged_doc])*
                async fn $paged(
                    &self,
                    ctx: &async_graphql::Context<'_>,
                    #[graphql(desc = "How many entries from the start, 20 where neither `first` nor `last` is given.")] first: Option<i32>,
                    #[graphql(desc = "Only entries that follow this cursor.")] after: Option<String>,
                    #[graphql(desc = "How many entries from the end. Not together with `first`.")] last: Option<i32>,
                    #[graphql(desc = "Only entries that precede this cursor.")] before: Option<String>,
                ) -> $crate::graphql::connection::$list<$paged_edge> {
                    let arguments = $crate::graph::list::Arguments { first, after, last, before };
                    let asked = $crate::graphql::connection::Asked { filter: None, order_by: None, arguments };
                    $crate::graphql::connection::page::<$paged_edge>(ctx, $crate::graph::list::Source::from($paged_source), self.place(), asked).await.into()
                }
            )*)?
            $($(
                $(#[$chosen_doc])*
                async fn $chosen(
                    &self,
                    ctx: &async_graphql::Context<'_>,
                    #[graphql(desc = $choice_doc)] $choice: Option<Vec<$choices>>,
                    #[graphql(desc = "How many entries from the start: 0 to 100, 20 where neither `first` nor `last` is given.")] first: Option<i32>,
                    #[graphql(desc = "Only entries that follow this cursor.")] after: Option<String>,
                    #[graphql(desc = "How many entries from the end: 0 to 100. Not together with `first`.")] last: Option<i32>,
                    #[graphql(desc = "Only entries that precede this cursor.")] before: Option<String>,
                ) -> $crate::graphql::error::Result<$chosen_list> {
                    let arguments = $crate::graph::list::Arguments { first, after, last, before };
                    $read(ctx, $relation, self.place(), $choice, arguments).await
                }
            )*)?
        }
    };
}
pub(crate) use object;

impl From<&'static Kind> for Source {
    fn from(kind: &'static Kind) -> Self {
        Self::Root(kind)
    }
}

impl From<&'static crate::graph::Relation> for Source {
    fn from(relation: &'static crate::graph::Relation) -> Self {
        Self::Related(relation)
    }
}
