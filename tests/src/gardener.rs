//! The gardener: changes an atlas in every way that a write can, at random but always the same for one seed.

use std::collections::{BTreeMap, BTreeSet};

use api::app::App;
use api::auth::Editor;
use api::graph::statement::{key_values, text_values};
use api::graph::{Column, Kind, Link, Scalar, Target, Type, kinds};
use api::store::row::read_rows;
use api::store::{Draft, LinkRow, LinkRows, Values, Write, derive, put, standard};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::{Atlas, NOW};

/// Names that are hard to compare, and shared by records so that orders have ties.
const WORDS: [&str; 9] =
    ["Ängström", "angstrom", "Zebra 9", "Zebra 10", "100% sure", "under_score", "ÉCOLE", "straße", "hub"];
const CODES: [&str; 4] = ["35.030", "35.3", "É35", "01.040"];
const DATES: [&str; 5] = ["2019", "2020-03", "2020-03-09", "2021-12", "2024-02-29"];

/// A stream of numbers that look random (xorshift).
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % bound.max(1)
    }

    /// Whether one of so many throws succeeds.
    fn one_in(&mut self, throws: usize) -> bool {
        self.below(throws) == 0
    }

    /// One of these; none of none.
    fn pick<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        of.get(self.below(of.len())).copied()
    }

    fn word(&mut self) -> &'static str {
        self.pick(&WORDS).unwrap_or_default()
    }
}

/// Writes to an atlas, one record after another.
pub struct Gardener {
    dice: Dice,
    /// Numbers what must be unique.
    next: usize,
    /// Slugs that records of a kind have or had, those of deleted ones too.
    slugs: BTreeMap<&'static str, BTreeSet<String>>,
    /// Whose links are changed next, in turn.
    turn: usize,
    renamed: Vec<(&'static Kind, i64)>,
    /// Slugs that are nobody's any more, by kind.
    free: Vec<(&'static str, String)>,
    /// What was done, so that a test can tell whether all of it was.
    pub done: BTreeMap<&'static str, usize>,
}

/// One write under way, and the records that it may still touch.
struct Work {
    write: Write,
    /// Keys by table, those of the records that this write deletes or makes left out.
    there: BTreeMap<&'static str, Vec<i64>>,
    touched: BTreeSet<i64>,
}

impl Gardener {
    /// A gardener who always does the same for one seed.
    pub fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed),
            next: 0,
            slugs: BTreeMap::new(),
            turn: 0,
            renamed: Vec::new(),
            free: Vec::new(),
            done: BTreeMap::new(),
        }
    }

    /// Every slug that a record of this kind has or had.
    pub fn slugs(&self, kind: &Kind) -> impl Iterator<Item = &str> {
        self.slugs.get(kind.table).into_iter().flatten().map(String::as_str)
    }

    /// The write with a number, a second behind the one before: the first plants, the others work.
    pub async fn go_on(&mut self, atlas: &Atlas, number: i64, each: usize) {
        atlas.set_clock(NOW + (number + 1) * 1_000_000);
        if number == 0 {
            self.plant(&atlas.app, each).await;
        } else {
            self.work(&atlas.app).await;
        }
    }

    /// Makes one write of two to five changes.
    pub async fn work(&mut self, app: &App) {
        let mut work = Work::begin(app).await;
        self.change_links(&mut work).await;
        for _ in 0..=self.dice.below(4) {
            match self.dice.below(10) {
                0..2 => self.change_fields(&mut work).await,
                2 | 3 => self.change_links(&mut work).await,
                4 | 5 => self.create(&mut work).await,
                6 | 7 => self.rename(&mut work).await,
                8 => self.change_country_or_source(&mut work).await,
                _ => self.delete(&mut work).await,
            }
        }
        work.write.save().await.expect("the write is saved");
    }

    /// Makes a write that creates this many records of every kind.
    pub async fn plant(&mut self, app: &App, each: usize) {
        let mut work = Work::begin(app).await;
        for kind in kinds::RECORDS {
            for _ in 0..each {
                self.create_of(&mut work, kind).await;
            }
        }
        work.write.save().await.expect("the write is saved");
    }

    /// Makes a write in which a new record takes the slug of one that goes, and all links that led there, and a new source
    /// the name of one that is renamed.
    pub async fn replace(&mut self, app: &App) {
        let mut work = Work::begin(app).await;
        let kind = self.dice.pick(&[&kinds::ORGANISATION, &kinds::ISSUE, &kinds::COMMITTEE]).expect("a kind");
        let id = self.untouched(&work, kind).expect("a record");
        let slug = work.row(kind, id).await.text("slug").unwrap_or_default().to_owned();
        let mut leading = Vec::new();
        for owner in kinds::RECORDS {
            for link in owner.links {
                let far = link.columns.iter().find(|column| matches!(column.target, Target::Row(far) if far == kind));
                let Some(far) = far.filter(|far| far.name != link.owner.name) else { continue };
                let rows = work.rows(link, far, id).await.into_iter();
                leading.extend(
                    rows.filter(|row| row.int(link.owner.name) != Some(id)).map(|row| (*owner, *link, *far, row)),
                );
            }
        }
        self.free.extend(work.delete_whole(kind, id).await);
        self.free.retain(|(table, free)| !(*table == kind.table && *free == slug));
        self.free.insert(0, (kind.table, slug));
        let new = self.create_of(&mut work, kind).await.expect("a record is made");
        self.note("replace");
        for (owner, link, far, row) in leading {
            let (key, near) = (work.write.new_id(), row.int(link.owner.name).unwrap_or_default());
            if work.of(owner).contains(&near) {
                let row = row.with(far, new);
                work.write.insert_link((owner, near), link, key, row).await.expect("a link can lead elsewhere");
                self.note("link moved");
            }
        }
        let source = self.untouched(&work, &kinds::SOURCE).expect("a source");
        let name = work.row(&kinds::SOURCE, source).await.text("name").unwrap_or_default().to_owned();
        for (id, is_new, name) in
            [(source, false, format!("{name} {}", self.number())), (work.write.new_id(), true, name)]
        {
            let values = Values::default().with(&kinds::NAME, name);
            work.put(Draft { kind: &kinds::SOURCE, id, is_new, values, links: Vec::new() }).await;
            work.write.flush().await.expect("rows are written");
        }
        work.write.save().await.expect("the write is saved");
    }

    fn note(&mut self, what: &'static str) {
        *self.done.entry(what).or_default() += 1;
    }

    fn number(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    fn record(&mut self, work: &Work) -> Option<(&'static Kind, i64)> {
        let kind = self.dice.pick(kinds::RECORDS)?;
        self.untouched(work, kind).map(|id| (kind, id))
    }

    /// A row of a kind that the write has not changed yet.
    fn untouched(&mut self, work: &Work, kind: &Kind) -> Option<i64> {
        let untouched: Vec<i64> = work.of(kind).iter().copied().filter(|id| !work.touched.contains(id)).collect();
        self.dice.pick(&untouched)
    }

    async fn change_fields(&mut self, work: &mut Work) {
        let Some((kind, id)) = self.record(work) else { return };
        let own: Vec<_> = kind.columns.iter().copied().filter(|column| is_own(column)).collect();
        let mut values = Values::default();
        for _ in 0..=self.dice.below(3) {
            let Some(column) = self.dice.pick(&own) else { return };
            if column.name == kinds::OWNER_ID.name || column.name == kinds::OWNER_KIND.name {
                self.set_owner(work, &mut values);
            } else {
                values.set(column, self.value(work, kind, column, id));
            }
        }
        self.note("fields");
        work.put(Draft { kind, id, is_new: false, values, links: Vec::new() }).await;
    }

    async fn change_country_or_source(&mut self, work: &mut Work) {
        let kind = if self.dice.one_in(2) { &kinds::COUNTRY } else { &kinds::SOURCE };
        let Some(id) = self.untouched(work, kind) else { return };
        let name = format!("{} {}", self.dice.word(), self.number());
        let values = Values::default().with(&kinds::NAME, name);
        self.note(kind.name);
        work.put(Draft { kind, id, is_new: false, values, links: Vec::new() }).await;
    }

    async fn change_links(&mut self, work: &mut Work) {
        let links = || kinds::RECORDS.iter().flat_map(|kind| kind.links.iter().map(move |link| (*kind, *link)));
        let free = (0..links().count()).find_map(|_| {
            let (kind, link) = links().cycle().nth(self.turn)?;
            self.turn += 1;
            self.untouched(work, kind).map(|id| (kind, link, id))
        });
        let Some((kind, link, id)) = free else { return };
        self.note(link.table);
        let links = self.links(work, kind, id, &[link]).await;
        work.put(Draft { kind, id, is_new: false, values: Values::default(), links }).await;
    }

    async fn create(&mut self, work: &mut Work) {
        let Some(kind) = self.dice.pick(kinds::RECORDS) else { return };
        self.create_of(work, kind).await;
    }

    /// Makes a record of a kind; none where it would lead to nothing.
    async fn create_of(&mut self, work: &mut Work, kind: &'static Kind) -> Option<i64> {
        let id = work.write.new_id();
        let free = self.free.iter().position(|(table, _)| *table == kind.table);
        let slug = match free {
            Some(place) => self.free.remove(place).1,
            None => format!("{}-{}", kind.table, self.number()),
        };
        self.slugs.entry(kind.table).or_default().insert(slug.clone());
        let mut values = Values::default().with(&kinds::SLUG, slug);
        for column in kind.columns.iter().copied().filter(|column| is_own(column)) {
            if column.name != kinds::OWNER_ID.name && column.name != kinds::OWNER_KIND.name {
                values.set(column, self.value(work, kind, column, id));
            }
        }
        if *kind == kinds::CHANNEL && !self.set_owner(work, &mut values) {
            return None;
        }
        let links = self.links(work, kind, id, kind.links).await;
        self.note("create");
        work.touched.insert(id);
        work.put(Draft { kind, id, is_new: true, values, links }).await;
        Some(id)
    }

    /// Gives a record another slug: a new one, or one that it had before.
    async fn rename(&mut self, work: &mut Work) {
        let renamed = self
            .renamed
            .last()
            .copied()
            .filter(|(kind, id)| work.of(kind).contains(id) && !work.touched.contains(id) && self.dice.one_in(2));
        let Some((kind, id)) = renamed.or_else(|| self.record(work)) else { return };
        let row = work.row(kind, id).await;
        let former = work.rows(&kinds::SLUG_ALIAS, &kinds::RECORD_ID, id).await;
        let back = former.first().filter(|_| self.dice.one_in(2)).cloned();
        let slug = match &back {
            Some(alias) => alias.text("slug").unwrap_or_default().to_owned(),
            None => format!("{}-{}", kind.table, self.number()),
        };
        self.note(if back.is_some() { "rename back" } else { "rename" });
        self.slugs.entry(kind.table).or_default().insert(slug.clone());
        let changed = Values::default().with(&kinds::SLUG, slug);
        let version = row.int("version").unwrap_or_default();
        work.write.update(kind, id, version, &changed).await.expect("a record can be renamed");
        if let Some(alias) = back {
            work.delete_link((kind, id), &kinds::SLUG_ALIAS, &alias).await;
        }
        let alias = Values::default()
            .with(kinds::SLUG_ALIAS_KIND, kind.code)
            .with(&kinds::SLUG, row.text("slug").unwrap_or_default());
        let key = work.write.new_id();
        work.write.insert_link((kind, id), &kinds::SLUG_ALIAS, key, &alias).await.expect("a former slug can be kept");
        self.renamed.push((kind, id));
        work.touched.insert(id);
    }

    /// Deletes a record that this write may have changed before, and whatever leads to it.
    async fn delete(&mut self, work: &mut Work) {
        let touched =
            kinds::RECORDS.iter().copied().find(|kind| work.of(kind).iter().any(|id| work.touched.contains(id)));
        let any = self.dice.pick(kinds::RECORDS);
        let Some(kind) = touched.filter(|_| self.dice.one_in(2)).or(any) else { return };
        if work.of(kind).len() < 3 {
            return;
        }
        let changed: Vec<i64> = work.of(kind).iter().copied().filter(|id| work.touched.contains(id)).collect();
        let Some(id) = self.dice.pick(if changed.is_empty() { work.of(kind) } else { &changed }) else { return };
        self.note(if work.touched.contains(&id) { "delete after a change" } else { "delete" });
        self.free.extend(work.delete_whole(kind, id).await);
    }

    fn set_owner(&mut self, work: &Work, values: &mut Values) -> bool {
        let owners: [&'static Kind; 3] = [&kinds::ORGANISATION, &kinds::ORGANISATION, &kinds::EVENT];
        let Some(kind) = self.dice.pick(&owners) else { return false };
        let Some(owner) = self.dice.pick(work.of(kind)) else { return false };
        values.set(&kinds::OWNER_ID, Some(owner.into()));
        values.set(&kinds::OWNER_KIND, Some(kind.code.into()));
        true
    }

    /// What a column of a record may hold.
    fn value(&mut self, work: &Work, kind: &Kind, column: &'static Column, id: i64) -> Option<Scalar> {
        // An address has a text, whatever else is known of it.
        if column.nullable && column.name != kinds::ADDRESS_TEXT.name && self.dice.one_in(3) {
            return None;
        }
        Some(match column.ty {
            Type::Bool => self.dice.one_in(5).into(),
            Type::Int => i64::try_from(1990 + self.dice.below(6)).unwrap_or_default().into(),
            Type::Time => (crate::NOW + i64::try_from(self.dice.below(1_000)).unwrap_or_default() * 1_000_000).into(),
            Type::List => json!([self.dice.word(), self.dice.word()]).to_string().into(),
            Type::Key => {
                let far = match column.target {
                    Target::Row(far) => work.of(far).to_vec(),
                    // A parent is older, so that no issue is above itself.
                    _ => work.at(kind.table).iter().copied().filter(|parent| *parent < id).collect(),
                };
                return self.dice.pick(&far).map(Scalar::Int);
            }
            Type::Text => self.text(kind, column.name).into(),
        })
    }

    fn text(&mut self, kind: &Kind, column: &str) -> String {
        let pick = |dice: &mut Dice, of: &[&'static str]| dice.pick(of).unwrap_or_default().to_owned();
        match (kind.name, column) {
            // What is its own is in English, all else is not.
            (_, "name_language" | "title_language") => "en".to_owned(),
            (_, "stakeholder_group") => pick(&mut self.dice, &["GOVERNMENT", "ACADEMIA"]),
            (_, "status") => pick(&mut self.dice, &["PUBLISHED", "WITHDRAWN", "UNDER_DEVELOPMENT"]),
            (_, "type") => pick(&mut self.dice, &["STANDARD", "GUIDE", "AMENDMENT"]),
            (_, "format") => pick(&mut self.dice, &["ONLINE", "HYBRID"]),
            (_, "platform") => pick(&mut self.dice, &["TWITTER", "RSS"]),
            (_, "availability") => pick(&mut self.dice, &["LIVE", "RETIRED"]),
            ("Instrument", "kind") => pick(&mut self.dice, &["AGREEMENT", "CONVENTION"]),
            ("Initiative", "kind") => pick(&mut self.dice, &["PROJECT", "NEGOTIATION"]),
            ("Resource", "kind") => pick(&mut self.dice, &["TOOL", "COURSE"]),
            (_, "identifier") => format!("INV {}", self.number()),
            (_, "undated_identifier") => format!("INV {}", 1 + self.dice.below(2)),
            (_, "edition" | "volume") => (1 + self.dice.below(11)).to_string(),
            (_, "published_on" | "starts_on" | "ends_on") => pick(&mut self.dice, &DATES),
            (_, "time_zone") => pick(&mut self.dice, &["Asia/Tokyo", "Europe/Zurich"]),
            (_, "url" | "website" | "registration_url") => format!("https://example.org/{}", self.dice.below(9)),
            _ => self.dice.word().to_owned(),
        }
    }

    /// The rows that a record shall own of each link: some of those it has, in another order, and new ones.
    async fn links(&mut self, work: &Work, kind: &'static Kind, id: i64, links: &[&'static Link]) -> Vec<LinkRows> {
        let mut all = links.to_vec();
        // Citations of treatments are citations of the organisation too.
        if *kind == kinds::ORGANISATION {
            all = kind.links.to_vec();
        }
        let mut wanted = Vec::new();
        for link in all {
            let mut rows = work.rows(link, link.owner, id).await;
            let is_cited = |row: &Values| row.int(kinds::LINK_ID.name);
            if link.table == kinds::CITATION.table {
                rows.retain(|row| is_cited(row).is_none());
            }
            if links.iter().any(|own| own.table == link.table) {
                rows.retain(|_| !self.dice.one_in(3));
                for _ in 0..=self.dice.below(3) {
                    rows.extend(self.link_row(work, link, id));
                }
                if self.dice.one_in(2) {
                    rows.reverse();
                }
            }
            wanted.push(LinkRows::exactly(link, self.linked(work, link, rows).await));
        }
        wanted
    }

    /// Rows each of which is there once, in their places and with what is cited for them.
    async fn linked(&mut self, work: &Work, link: &'static Link, rows: Vec<Values>) -> Vec<LinkRow> {
        let mut linked: Vec<LinkRow> = Vec::new();
        for mut values in rows {
            if linked.iter().any(|other| other.values.key(link.unique) == values.key(link.unique)) {
                continue;
            }
            let place = i64::try_from(linked.len() + 1).unwrap_or_default();
            if link.columns.iter().any(|column| column.name == kinds::POSITION.name) {
                values.set(&kinds::POSITION, Some(place.into()));
            }
            let mut citations = Vec::new();
            if link.table == kinds::ORGANISATION_ISSUE.table {
                if let Some(key) = values.int(kinds::ID.name) {
                    citations = work.rows(&kinds::CITATION, &kinds::LINK_ID, key).await;
                }
                if citations.is_empty() || self.dice.one_in(4) {
                    citations = self.link_row(work, &kinds::CITATION, 0).into_iter().collect();
                }
                let at = i64::try_from(citations.len()).unwrap_or_default();
                for citation in &mut citations {
                    citation.set(&kinds::POSITION, Some(at.into()));
                }
            }
            linked.push(LinkRow { values, citations });
        }
        linked
    }

    /// A new row of a link; none where there is nothing to lead to.
    fn link_row(&mut self, work: &Work, link: &'static Link, owner: i64) -> Option<Values> {
        if link.table == kinds::STANDARD_RELATION.table {
            let kind = if self.dice.one_in(2) { "REPLACES" } else { "REQUIRES" };
            return Some(standard::relation(kind, &format!("inv  {}", 1 + self.dice.below(self.next + 3))));
        }
        if link.table == kinds::STANDARD_IDENTIFIER.table {
            return Some(standard::other_identifier(&format!("Other {}", self.dice.below(9)), 0));
        }
        let mut row = Values::default();
        for column in link.columns.iter().copied().filter(|column| !column.derived) {
            row.set(
                column,
                match (column.name, column.target) {
                    (_, Target::Row(far)) => {
                        let others: Vec<i64> = work.of(far).iter().copied().filter(|far| *far != owner).collect();
                        Some(self.dice.pick(&others)?.into())
                    }
                    ("role", _) => Some(if self.dice.one_in(2) { "LEAD" } else { "MEMBER" }.into()),
                    ("scheme", _) => Some("ICS".into()),
                    ("code", _) => self.dice.pick(&CODES).map(Into::into),
                    ("field", _) => self.dice.one_in(2).then(|| "other_names".into()),
                    _ if column.ty == Type::Text && !(column.nullable && self.dice.one_in(2)) => {
                        Some(self.dice.word().into())
                    }
                    _ => None,
                },
            );
        }
        derive::keys(link.columns, &mut row);
        Some(row)
    }
}

/// Deletes records, by kind and slug, in one write, with their channels and all links that lead to them.
pub async fn delete(app: &App, records: &[(&'static Kind, &str)]) {
    let mut work = Work::begin(app).await;
    for (kind, slug) in records {
        let among = text_values(&[(*slug).to_owned()], work.write.reader().get_database_backend());
        let columns = [&kinds::ID, &kinds::SLUG];
        let rows = read_rows(work.write.reader(), kind.table, &columns, &kinds::SLUG, among).await;
        let found = rows.expect("a record can be read").into_values().flatten().next();
        let id = found.and_then(|row| row.int("id")).unwrap_or_else(|| panic!("there is no {} {slug}", kind.name));
        work.delete_whole(kind, id).await;
    }
    work.write.save().await.expect("the write is saved");
}

/// Whether a record's own column, which a curator fills.
fn is_own(column: &Column) -> bool {
    let kept = ["id", "slug", "label", "version", "created_at", "updated_at"];
    !column.derived && !kept.contains(&column.name)
}

impl Work {
    async fn begin(app: &App) -> Self {
        let write = Write::begin(app, Editor::seed()).await.expect("a write begins");
        let mut there = BTreeMap::new();
        for kind in kinds::NODES {
            let select = format!("SELECT id FROM {} ORDER BY id", kind.table);
            let statement = sea_orm::Statement::from_string(write.reader().get_database_backend(), select);
            let rows = write.reader().query_all_raw(statement).await.expect("keys can be read");
            let ids: Vec<i64> = rows.iter().map(|row| row.try_get_by_index(0).expect("a key")).collect();
            there.insert(kind.table, ids);
        }
        Self { write, there, touched: BTreeSet::new() }
    }

    fn at(&self, table: &str) -> &[i64] {
        self.there.get(table).map_or(&[], Vec::as_slice)
    }

    fn of(&self, kind: &Kind) -> &[i64] {
        self.at(kind.table)
    }

    async fn put(&mut self, draft: Draft) {
        self.touched.insert(draft.id);
        let what = format!("{draft:?}");
        if let Err(error) = put(&mut self.write, vec![draft]).await {
            panic!("{error:?}: {what}");
        }
    }

    async fn row(&self, kind: &'static Kind, id: i64) -> Values {
        let columns: Vec<_> = kind.columns.to_vec();
        let among = key_values(&[id], self.write.reader().get_database_backend());
        let rows = read_rows(self.write.reader(), kind.table, &columns, &kinds::ID, among).await;
        rows.expect("a record can be read").into_values().flatten().next().expect("the record is there")
    }

    /// Rows of a link that hold a key in a column.
    async fn rows(&self, link: &'static Link, by: &'static Column, id: i64) -> Vec<Values> {
        let columns: Vec<_> = link.all_columns().collect();
        let among = key_values(&[id], self.write.reader().get_database_backend());
        let rows = read_rows(self.write.reader(), link.table, &columns, by, among).await;
        rows.expect("links can be read").into_values().flatten().collect()
    }

    /// Records of a kind that hold a key in a column.
    async fn records(&self, kind: &'static Kind, by: &'static Column, id: i64) -> Vec<i64> {
        let among = key_values(&[id], self.write.reader().get_database_backend());
        let rows = read_rows(self.write.reader(), kind.table, &[&kinds::ID, by], by, among).await;
        rows.expect("records can be read").into_values().flatten().filter_map(|row| row.int("id")).collect()
    }

    async fn delete_link(&mut self, owner: (&'static Kind, i64), link: &'static Link, row: &Values) {
        let id = row.int("id").expect("a link has a key");
        self.write.delete_link(owner, link, id, row).await.expect("a link can be deleted");
    }

    /// Deletes a record with its channels and whatever leads to it; the slugs that were theirs.
    async fn delete_whole(&mut self, kind: &'static Kind, id: i64) -> Vec<(&'static str, String)> {
        let mut gone = vec![(kind, self.delete(kind, id).await)];
        for channel in self.records(&kinds::CHANNEL, &kinds::OWNER_ID, id).await {
            gone.push((&kinds::CHANNEL, self.delete(&kinds::CHANNEL, channel).await));
        }
        self.leave(kind, id).await;
        gone.into_iter().flat_map(|(kind, slugs)| slugs.into_iter().map(|slug| (kind.table, slug))).collect()
    }

    /// Deletes a record; the slugs that it had.
    async fn delete(&mut self, kind: &'static Kind, id: i64) -> Vec<String> {
        let row = self.row(kind, id).await;
        let mut slugs = vec![row.text("slug").unwrap_or_default().to_owned()];
        for alias in self.rows(&kinds::SLUG_ALIAS, &kinds::RECORD_ID, id).await {
            slugs.push(alias.text("slug").unwrap_or_default().to_owned());
        }
        let version = row.int("version").unwrap_or_default();
        self.write.delete(kind, id, version).await.expect("a record can be deleted");
        self.touched.insert(id);
        if let Some(ids) = self.there.get_mut(kind.table) {
            ids.retain(|known| *known != id);
        }
        slugs
    }

    /// Takes away what leads to a record that is gone.
    async fn leave(&mut self, kind: &'static Kind, id: i64) {
        let leads = |column: &&&'static Column| matches!(column.target, Target::Row(far) if far == kind);
        for owner in kinds::RECORDS {
            for link in owner.links {
                let Some(far) = link.columns.iter().find(leads) else { continue };
                for row in self.rows(link, far, id).await {
                    self.unlink(owner, link, &row).await;
                }
            }
        }
        if kind.columns.iter().any(|column| column.name == kinds::PARENT_ID.name) {
            for child in self.records(kind, &kinds::PARENT_ID, id).await {
                let version = self.row(kind, child).await.int("version").unwrap_or_default();
                let changed = Values::default().without(&kinds::PARENT_ID);
                self.write.update(kind, child, version, &changed).await.expect("a child can be left alone");
                self.touched.insert(child);
            }
        }
    }

    async fn unlink(&mut self, kind: &'static Kind, link: &'static Link, row: &Values) {
        let owner = row.int(link.owner.name).expect("a link has an owner");
        let version = self.row(kind, owner).await.int("version").unwrap_or_default();
        self.write.update(kind, owner, version, &Values::default()).await.expect("an owner can be noted");
        self.touched.insert(owner);
        if link.table == kinds::ORGANISATION_ISSUE.table {
            let key = row.int("id").unwrap_or_default();
            for citation in self.rows(&kinds::CITATION, &kinds::LINK_ID, key).await {
                self.delete_link((kind, owner), &kinds::CITATION, &citation).await;
            }
        }
        self.delete_link((kind, owner), link, row).await;
    }
}
