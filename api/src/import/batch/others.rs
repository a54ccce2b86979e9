//! Records of every other kind than standards.
//!
//! # Identity of events
//!
//! An event is told by its title, its first day and its address; where either side has no address, by title and day.
//! Its slug is its title with the first day behind it.

use std::collections::{HashMap, HashSet};

use formats::record::{
    Body, Channel, Cited, Committee, Country, Event, EventFormat, Group, Initiative, InitiativeKind, Instrument,
    InstrumentKind, Issue, Organisation, Partner, Record, Resource, ResourceAvailability, ResourceKind, Statement,
    Subject, Treatment,
};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DbErr};

use super::Batch;
use crate::graph::fold::{composed, sort_key};
use crate::graph::statement::text_values;
use crate::graph::{Column, Kind, Scalar, identifier, kinds};
use crate::import::origin::{self, Claim, Origin};
use crate::import::prepare::{self, Identity, code, digest, hashed_slug, localised, shortened};
use crate::import::report::Fate;
use crate::store::put::{column, list, text};
use crate::store::{Draft, Error, Kept, LinkRow, LinkRows, Values, channel, standard};

/// A record and where it stands: the path, the place in the source, the record, whether it counts.
type Placed = (usize, String, Record, bool);

/// A record that the source describes: the path, its key, where in the source it stands, what is said, whether it counts.
struct Described {
    path: usize,
    id: i64,
    locator: String,
    digest: i64,
    is_counted: bool,
}

/// What is made of a record.
type Made = Result<i64, String>;

/// What tells an event apart: the key of its title, its first day, its address.
type EventKey = (String, Option<String>);

impl Batch<'_, '_> {
    /// Brings these records to what the source says.
    pub(super) async fn others(&mut self, others: Vec<Placed>) -> Result<(), Error> {
        if others.is_empty() {
            return Ok(());
        }
        self.read_again(&others).await?;
        let events = self.events_there(&others).await?;
        let mut events_new: HashMap<EventKey, Vec<(i64, Option<String>)>> = events;
        let mut described = Vec::with_capacity(others.len());
        for (path, locator, record, counted) in others {
            let digest = digest_of(&record);
            let made = match record {
                Record::Organisation(organisation) => self.organisation(*organisation, &locator, path).await?,
                Record::Committee(committee) => self.committee(&committee, &locator, path),
                Record::Event(event) => self.event(*event, &locator, path, &mut events_new).await?,
                Record::Channel(channel) => self.channel_alone(*channel, &locator, path).await?,
                Record::Instrument(instrument) => self.instrument(&instrument, &locator, path),
                Record::Initiative(initiative) => self.initiative(&initiative, &locator, path),
                Record::Resource(resource) => self.resource(&resource, &locator, path),
                Record::Issue(issue) => self.issue(&issue, &locator, path),
                Record::Country(country) => {
                    let fate = self.country(&country);
                    self.fate(path, counted, fate);
                    continue;
                }
                Record::Subject(subject) => {
                    let fate = self.subject(&subject).await?;
                    self.fate(path, counted, fate);
                    continue;
                }
                Record::Relation(statement) => {
                    let fate = self.statement(&statement).await?;
                    self.fate(path, counted, fate);
                    continue;
                }
                Record::Standard(_) | Record::Document(_) => {
                    Err("standards and documents are prepared before".to_owned())
                }
            };
            match made {
                Ok(id) => described.push(Described { path, id, locator, digest, is_counted: counted }),
                Err(reason) => {
                    self.fate(path, counted, Fate::Rejected);
                    self.run.rejected(path, locator, reason);
                }
            }
        }
        self.note(described).await
    }

    fn fate(&mut self, path: usize, counted: bool, fate: Fate) {
        if counted {
            let path = self.path(path);
            self.run.report.count(&path, fate);
        }
    }

    /// Notes what the source said of records, and counts them when all is written.
    async fn note(&mut self, described: Vec<Described>) -> Result<(), Error> {
        let ids: Vec<i64> = described.iter().map(|described| described.id).collect();
        let known = origin::read(self.write.reader(), self.source_id, &ids).await?;
        let (mut counted, mut noted) = (HashSet::new(), HashSet::new());
        for Described { path, id, locator, digest, is_counted } in described {
            let origin = known.get(&id);
            if is_counted {
                if self.run.met.contains(&id) || !counted.insert(id) {
                    self.fate(path, true, Fate::Merged);
                    continue;
                }
                self.counted.push((path, id, origin.is_some()));
            }
            let is_same = origin.is_some_and(|origin| origin.digest == digest && origin.locator == locator);
            if noted.contains(&id) || is_same {
                continue;
            }
            noted.insert(id);
            if origin.is_some() {
                self.replaced.push(id);
            }
            let version = origin.map_or(1, |origin| origin.version);
            self.origins.push(Origin { record: id, locator, freshness: String::new(), digest, version });
        }
        Ok(())
    }

    /// Reads what is there of the organisations and committees that are described.
    async fn read_again(&mut self, others: &[Placed]) -> Result<(), Error> {
        let mut ids: HashMap<&'static str, (&'static Kind, Vec<i64>)> = HashMap::new();
        for (_, _, record, _) in others {
            let found = match record {
                Record::Organisation(organisation) => {
                    self.run.directory.organisation(&body_of(organisation)).map(|id| (&kinds::ORGANISATION, id))
                }
                Record::Committee(committee) => {
                    let owners: Vec<i64> = committee
                        .group
                        .owners
                        .iter()
                        .filter_map(|owner| self.run.directory.organisation(owner))
                        .collect();
                    let slug = self.run.directory.committee_slug(&committee.group, &owners);
                    self.run.directory.committee(&slug).map(|known| (&kinds::COMMITTEE, known.id))
                }
                Record::Instrument(record) => self.found(&kinds::INSTRUMENT, record.acronym.as_deref(), &record.name),
                Record::Initiative(record) => self.found(&kinds::INITIATIVE, record.acronym.as_deref(), &record.name),
                Record::Resource(record) => self.found(&kinds::RESOURCE, record.acronym.as_deref(), &record.name),
                Record::Issue(issue) => self.run.directory.issue(&issue.name).map(|id| (&kinds::ISSUE, id)),
                _ => None,
            };
            if let Some((kind, id)) = found {
                ids.entry(kind.table).or_insert((kind, Vec::new())).1.push(id);
            }
        }
        for (kind, ids) in ids.into_values() {
            self.read_stored(kind, &ids).await?;
        }
        Ok(())
    }

    /// A record that is told by its acronym or name.
    fn found(&self, kind: &'static Kind, acronym: Option<&str>, name: &str) -> Option<(&'static Kind, i64)> {
        [acronym.unwrap_or_default(), name]
            .iter()
            .map(|name| shortened(&identifier::slug(name)).to_owned())
            .filter(|slug| !slug.is_empty())
            .find_map(|slug| self.run.directory.by_slug(kind, &slug))
            .map(|id| (kind, id))
    }

    // ------------------------------------------------------------ organisations

    async fn organisation(&mut self, said: Organisation, locator: &str, path: usize) -> Result<Made, Error> {
        let body = body_of(&said);
        let kind = &kinds::ORGANISATION;
        let by_acronym = self.run.directory.organisation(&body);
        let found = self
            .run
            .directory
            .organisation_named(&body)
            .or_else(|| by_acronym.filter(|id| !self.run.described.contains(id)));
        let Some(id) = found.or_else(|| self.new_body(&body, locator)) else {
            return Ok(Err("an organisation needs a name or an acronym".to_owned()));
        };
        self.read_stored(kind, &[id]).await?;
        let address = &said.address;
        let country = address.country.as_deref().and_then(|country| self.run.directory.country(country));
        let acronym = said.acronym.as_deref().filter(|acronym| !acronym.is_empty());
        let name = if said.name.is_empty() { acronym } else { Some(said.name.as_str()) };
        let values = Values::default()
            .with(column(kind, "name"), text(name))
            .with(column(kind, "name_language"), said.name_language.clone().unwrap_or_else(|| "en".to_owned()))
            .with(column(kind, "acronym"), text(acronym))
            .with(column(kind, "other_names"), list(&said.other_names))
            .with(column(kind, "established_year"), said.established_year.map(Scalar::Int))
            .with(column(kind, "stakeholder_group"), said.stakeholder_group.map(|group| Scalar::Text(code(group))))
            .with(column(kind, "address_text"), text(address.text.as_deref()))
            .with(column(kind, "address_street"), text(address.street.as_deref()))
            .with(column(kind, "address_postal_code"), text(address.postal_code.as_deref()))
            .with(column(kind, "address_locality"), text(address.locality.as_deref()))
            .with(column(kind, "country_id"), country.map(Scalar::Int))
            .with(column(kind, "website"), text(said.website.as_deref()))
            .with(column(kind, "summary"), text(said.summary.as_deref()))
            .with(column(kind, "digital_activities"), text(said.digital_activities.as_deref()))
            .with(column(kind, "future_of_meetings"), text(said.future_of_meetings.as_deref()))
            .with(column(kind, "membership"), text(said.membership.as_deref()));
        if let Err(error) = crate::store::check(kind.table, &values) {
            return Ok(Err(error.to_string()));
        }
        for known in said.other_names.iter().chain(said.names.iter().map(|name| &name.value)) {
            self.run.directory.know_name(id, known);
        }
        let partners = self.partners(&kinds::PARTNER_ID, &said.partners, locator);
        let names = unique(said.names.iter().map(localised), &kinds::ORGANISATION_NAME);
        let mut treatments = Vec::new();
        let mut cited = Vec::new();
        for (position, treatment) in (1..).zip(&said.issues) {
            for issue in self.issues_of_heading(treatment, locator) {
                treatments.push(
                    Values::default()
                        .with(&kinds::ISSUE_ID, issue)
                        .with(&kinds::HEADING, text(Some(&treatment.heading)))
                        .with(&kinds::LOCAL_TERM, text(treatment.local_term.as_deref()))
                        .with(&kinds::TEXT, text(treatment.text.as_deref()))
                        .with(&kinds::POSITION, position),
                );
                cited.extend(treatment.standards.iter().map(|standard| (standard.clone(), issue)));
            }
        }
        let links = vec![
            added(&kinds::ORGANISATION_ISSUE, unique(treatments.into_iter(), &kinds::ORGANISATION_ISSUE)),
            added(&kinds::ORGANISATION_PARTNER, partners),
            added(&kinds::ORGANISATION_NAME, names),
            self.citation(id, locator),
        ];
        let name = self.path(path);
        self.add(Draft { kind, id, is_new: false, values, links }, &name);
        let channels: Vec<Channel> = said.channels;
        self.channels(kind, id, &channels, locator, &name).await?;
        self.cite_standards(cited, locator, &name).await?;
        Ok(Ok(id))
    }

    /// The issues of a heading, which may name several; one is made where none is known.
    fn issues_of_heading(&mut self, treatment: &Treatment, locator: &str) -> Vec<i64> {
        let heading = treatment.heading.trim();
        if heading.is_empty() {
            return Vec::new();
        }
        if let Some(id) = self.run.directory.issue(heading) {
            return vec![id];
        }
        for separator in ["/", " and "] {
            let parts: Vec<Option<i64>> =
                heading.split(separator).map(|part| self.run.directory.issue(part.trim())).collect();
            if parts.len() > 1 && parts.iter().all(Option::is_some) {
                return parts.into_iter().flatten().collect();
            }
        }
        self.issue_named(heading, locator).into_iter().collect()
    }

    fn issue_named(&mut self, name: &str, locator: &str) -> Option<i64> {
        if let Some(id) = self.run.directory.issue(name) {
            return Some(id);
        }
        let kind = &kinds::ISSUE;
        let slug = shortened(&identifier::slug(name)).to_owned();
        if slug.is_empty() {
            return None;
        }
        let slug = if self.run.directory.by_slug(kind, &slug).is_some() { hashed_slug(&slug, name) } else { slug };
        let id = self.write.new_id();
        self.new.insert(id);
        self.run.directory.know_issue(&slug, name, id);
        let values = Values::default()
            .with(&kinds::SLUG, slug)
            .with(column(kind, "name"), text(Some(name)))
            .with(column(kind, "other_names"), "[]");
        let links = vec![self.citation(id, locator)];
        self.drafts.insert(id, Draft { kind, id, is_new: true, values, links });
        Some(id)
    }

    fn partners(&mut self, far: &'static Column, partners: &[Partner], locator: &str) -> Vec<LinkRow> {
        let mut rows: Vec<Values> = Vec::with_capacity(partners.len());
        for partner in partners {
            let Some(body) = self.body(&partner.body, locator) else { continue };
            rows.push(
                Values::default()
                    .with(far, body)
                    .with(&kinds::ROLE, code(partner.role))
                    .with(&kinds::NOTE, text(partner.note.as_deref())),
            );
        }
        let link = if far.name == kinds::PARTNER_ID.name {
            &kinds::ORGANISATION_PARTNER
        } else {
            &kinds::INITIATIVE_PARTICIPANT
        };
        unique(rows.into_iter(), link)
    }

    /// Channels of a record, each told by platform and handle, or platform and address.
    async fn channels(
        &mut self,
        owner_kind: &'static Kind,
        owner: i64,
        channels: &[Channel],
        locator: &str,
        path: &str,
    ) -> Result<Vec<i64>, Error> {
        let mut ids = Vec::new();
        if channels.is_empty() {
            return Ok(ids);
        }
        let kind = &kinds::CHANNEL;
        let mut there: Vec<Values> = Vec::new();
        if !self.new.contains(&owner) {
            let mut query = Query::select();
            query
                .columns(["id", "slug", "platform", "handle", "url"])
                .from("channel")
                .and_where(Expr::col("owner_id").eq(owner));
            for row in self.write.reader().query_all(&query).await? {
                let mut values = Values::default();
                for known in
                    [&kinds::ID, &kinds::SLUG, column(kind, "platform"), column(kind, "handle"), column(kind, "url")]
                {
                    values.set(known, Scalar::read(&row, known.name, known.ty)?);
                }
                there.push(values);
            }
        }
        for (id, draft) in &self.drafts {
            if *draft.kind == *kind && draft.values.int("owner_id") == Some(owner) && draft.is_new {
                there.push(draft.values.clone().with(&kinds::ID, *id));
            }
        }
        let owner_slug = self.slug_of_record(owner);
        for channel in channels {
            let platform = code(channel.platform);
            let same = |row: &Values| {
                row.text("platform") == Some(&platform)
                    && (channel.handle.is_some()
                        && row.text("handle").map(str::to_lowercase)
                            == channel.handle.as_deref().map(str::to_lowercase)
                        || channel.url.is_some() && row.text("url") == channel.url.as_deref()
                        || channel.handle.is_none() && channel.url.is_none())
            };
            let values = Values::default()
                .with(column(kind, "platform"), platform.as_str())
                .with(column(kind, "handle"), text(channel.handle.as_deref()))
                .with(column(kind, "url"), text(channel.url.as_deref()))
                .with(&kinds::OWNER_ID, owner)
                .with(&kinds::OWNER_KIND, owner_kind.code);
            if crate::store::check(kind.table, &values).is_err() {
                continue;
            }
            let found = there.iter().find(|row| same(row)).and_then(|row| row.int("id"));
            let (id, is_new) = match found {
                Some(id) => (id, false),
                None => (self.write.new_id(), true),
            };
            let mut values = values;
            if is_new {
                let several = there.iter().any(|row| row.text("platform") == Some(&platform));
                let plain = channel::slug_of(&owner_slug, &platform, channel.handle.as_deref(), several);
                let plain = shortened(&plain).to_owned();
                let slug = if self.run.directory.by_slug(kind, &plain).is_some() {
                    hashed_slug(&plain, &format!("{platform} {:?} {:?}", channel.handle, channel.url))
                } else {
                    plain
                };
                self.run.directory.take_slug(kind, slug.clone(), id);
                values.set(&kinds::SLUG, Some(slug.into()));
                self.new.insert(id);
                there.push(values.clone().with(&kinds::ID, id));
            } else {
                self.read_stored(kind, &[id]).await?;
            }
            let links = vec![self.citation(id, locator)];
            self.add(Draft { kind, id, is_new, values, links }, path);
            ids.push(id);
        }
        Ok(ids)
    }

    fn slug_of_record(&self, id: i64) -> String {
        let drafted = self.drafts.get(&id).and_then(|draft| draft.values.text(kinds::SLUG.name));
        let stored = self.stored.get(&id).and_then(|stored| stored.values.text(kinds::SLUG.name));
        let known = self.run.directory.organisations.get(&id).map(|known| known.slug.as_str());
        drafted.or(stored).or(known).unwrap_or("channel").to_owned()
    }

    async fn channel_alone(&mut self, said: Channel, locator: &str, path: usize) -> Result<Made, Error> {
        let Some(owner) = said.owner.as_ref().and_then(|owner| self.body(owner, locator)) else {
            return Ok(Err("a channel needs an owner".to_owned()));
        };
        let path = self.path(path);
        let ids = self.channels(&kinds::ORGANISATION, owner, &[said], locator, &path).await?;
        Ok(ids.first().copied().ok_or_else(|| "a text of the channel is too long".to_owned()))
    }

    /// Standards that a text cites. One without year or edition stands for all editions.
    async fn cite_standards(&mut self, cited: Vec<(Cited, i64)>, locator: &str, path: &str) -> Result<(), Error> {
        let kind = &kinds::STANDARD;
        if cited.is_empty() {
            return Ok(());
        }
        let keys: Vec<String> = cited.iter().map(|(standard, _)| identifier::key(&standard.identifier)).collect();
        let mut query = Query::select();
        query
            .columns(["id", "identifier_key"])
            .from("standard")
            .and_where(
                Expr::col("identifier_key").in_subquery(text_values(&keys, self.write.reader().get_database_backend())),
            )
            .order_by("undated", sea_orm::sea_query::Order::Asc)
            .order_by("id", sea_orm::sea_query::Order::Desc);
        // The undated one comes last, and stays.
        let mut there: HashMap<String, i64> = HashMap::new();
        for row in self.write.reader().query_all(&query).await? {
            there.insert(row.try_get("", "identifier_key")?, row.try_get("", "id")?);
        }
        let ids: Vec<i64> = there.values().copied().collect();
        self.read_stored(kind, &ids).await?;
        for (standard, issue) in cited {
            let key = identifier::key(&standard.identifier);
            let written = composed(standard.identifier.trim());
            if key.is_empty() || identifier::slug(&written).is_empty() {
                continue;
            }
            let publishers: Vec<i64> = publishers_of(&written)
                .into_iter()
                .filter_map(|acronym| {
                    self.run.directory.organisation(&Body { acronym: Some(acronym), ..Body::default() })
                })
                .collect();
            let mut values = Values::default();
            let id = if let Some(id) = there.get(&key) {
                *id
            } else {
                let id = self.write.new_id();
                self.new.insert(id);
                there.insert(key, id);
                let plain = shortened(&identifier::slug(&written)).to_owned();
                values = values
                    .with(&kinds::SLUG, plain)
                    .with(column(kind, "identifier"), text(Some(&written)))
                    .with(column(kind, "undated_identifier"), text(Some(&written)))
                    .with(column(kind, "undated"), !has_year(&written))
                    .with(column(kind, "title_language"), "en")
                    .with(column(kind, "type"), "OTHER")
                    .with(column(kind, "languages"), "[]");
                id
            };
            let status = standard.status.map_or_else(|| "PUBLISHED".to_owned(), code);
            let is_new = self.new.contains(&id);
            if is_new {
                values.set(column(kind, "status"), Some(status.into()));
            }
            values.set(column(kind, "title"), text(standard.title.as_deref()));
            let rows = |far, ids: &[i64]| ids.iter().map(|id| Values::default().with(far, *id).into()).collect();
            let links = vec![
                added(&kinds::STANDARD_ISSUE, rows(&kinds::ISSUE_ID, &[issue])),
                added(&kinds::STANDARD_PUBLISHER, rows(&kinds::ORGANISATION_ID, &publishers)),
                self.citation(id, locator),
            ];
            self.add(Draft { kind, id, is_new, values, links }, path);
        }
        Ok(())
    }

    // ------------------------------------------------------------ committees

    fn committee(&mut self, said: &Committee, locator: &str, path: usize) -> Made {
        let kind = &kinds::COMMITTEE;
        let owners: Vec<i64> = said.group.owners.iter().filter_map(|owner| self.body(owner, locator)).collect();
        let Some(id) = self.group(&said.group, &owners, locator) else {
            return Err("a committee needs a designation".to_owned());
        };
        let parent = said.group.parent.as_ref().and_then(|parent| {
            let parent = Group { designation: parent.clone(), owners: said.group.owners.clone(), ..Group::default() };
            self.group(&parent, &owners, locator)
        });
        let values = Values::default()
            .with(column(kind, "designation"), text(Some(said.group.designation.trim())))
            .with(column(kind, "name"), text(said.group.name.as_deref()))
            .with(column(kind, "scope"), text(said.scope.as_deref()))
            .with(&kinds::PARENT_ID, parent.filter(|parent| *parent != id).map(Scalar::Int));
        crate::store::check(kind.table, &values).map_err(|error| error.to_string())?;
        let rows = owners.iter().map(|owner| Values::default().with(&kinds::ORGANISATION_ID, *owner));
        let links =
            vec![added(&kinds::COMMITTEE_OWNER, unique(rows, &kinds::COMMITTEE_OWNER)), self.citation(id, locator)];
        let path = self.path(path);
        self.add(Draft { kind, id, is_new: false, values, links }, &path);
        Ok(id)
    }

    // ------------------------------------------------------------ events

    /// The events that are there, by title and first day.
    async fn events_there(&self, others: &[Placed]) -> Result<HashMap<EventKey, Vec<(i64, Option<String>)>>, DbErr> {
        let titles: Vec<String> = others
            .iter()
            .filter_map(|(_, _, record, _)| match record {
                Record::Event(event) => Some(sort_key(&composed(&event.title))),
                _ => None,
            })
            .collect();
        let mut there: HashMap<EventKey, Vec<(i64, Option<String>)>> = HashMap::new();
        if titles.is_empty() {
            return Ok(there);
        }
        let db = self.write.reader();
        let mut query = Query::select();
        query
            .columns(["id", "title_sort", "starts_on", "url"])
            .from("event")
            .and_where(Expr::col("title_sort").in_subquery(text_values(&titles, db.get_database_backend())));
        for row in db.query_all(&query).await? {
            let key = (row.try_get("", "title_sort")?, row.try_get("", "starts_on")?);
            there.entry(key).or_default().push((row.try_get("", "id")?, row.try_get("", "url")?));
        }
        Ok(there)
    }

    async fn event(
        &mut self,
        said: Event,
        locator: &str,
        path: usize,
        there: &mut HashMap<EventKey, Vec<(i64, Option<String>)>>,
    ) -> Result<Made, Error> {
        let kind = &kinds::EVENT;
        let title = composed(said.title.trim());
        let slug = identifier::slug(&title);
        if title.is_empty() {
            return Ok(Err("an event needs a title".to_owned()));
        }
        let partial = |date: &Option<String>| date.clone().filter(|date| crate::store::event::days(date).is_some());
        let (starts_on, ends_on) = (partial(&said.starts_on), partial(&said.ends_on));
        let moment = |moment: &Option<String>| {
            moment.as_deref().and_then(|moment| crate::graphql::scalars::read_date_time(moment).ok())
        };
        let key = (sort_key(&title), starts_on.clone());
        let same = there
            .get(&key)
            .into_iter()
            .flatten()
            .find(|(_, url)| url.is_none() || said.url.is_none() || *url == said.url);
        let (id, is_new) = match same {
            Some((id, _)) => (*id, false),
            None => (self.write.new_id(), true),
        };
        let country = said.country.as_deref().and_then(|country| self.run.directory.country(country));
        let mut values = Values::default()
            .with(column(kind, "title"), text(Some(&title)))
            .with(column(kind, "description"), text(said.description.as_deref()))
            .with(column(kind, "starts_on"), text(starts_on.as_deref()))
            .with(column(kind, "ends_on"), text(ends_on.as_deref()))
            .with(column(kind, "starts_at"), moment(&said.starts_at).map(Scalar::Int))
            .with(column(kind, "ends_at"), moment(&said.ends_at).map(Scalar::Int))
            .with(
                column(kind, "time_zone"),
                text(said.time_zone.as_deref().filter(|zone| jiff::tz::TimeZone::get(zone).is_ok())),
            )
            .with(column(kind, "date_text"), text(said.date_text.as_deref()))
            .with(column(kind, "format"), code(said.format.unwrap_or(EventFormat::Unknown)))
            .with(column(kind, "location"), text(said.location.as_deref()))
            .with(&kinds::COUNTRY_ID, country.map(Scalar::Int))
            .with(column(kind, "url"), text(said.url.as_deref()))
            .with(column(kind, "registration_url"), text(said.registration_url.as_deref()));
        if let Err(error) = crate::store::check(kind.table, &values) {
            return Ok(Err(error.to_string()));
        }
        if is_new {
            let dated = starts_on.as_deref().map_or_else(|| slug.clone(), |day| format!("{}-{day}", shortened(&slug)));
            let dated = if dated.is_empty() { "event".to_owned() } else { dated };
            let free = self.is_free(kind, &dated).await?;
            let slug =
                if free { dated } else { hashed_slug(&dated, &format!("{key:?} {:?} {:?}", said.url, said.uid)) };
            self.run.directory.take_slug(kind, slug.clone(), id);
            values.set(&kinds::SLUG, Some(slug.into()));
            self.new.insert(id);
            there.entry(key).or_default().push((id, said.url.clone()));
        } else {
            self.read_stored(kind, &[id]).await?;
        }
        let mut organisers: Vec<i64> = Vec::new();
        for body in &said.organisers {
            organisers.extend(self.body(body, locator).filter(|id| !organisers.contains(id)));
        }
        let mut issues: Vec<i64> = Vec::new();
        for issue in &said.issues {
            issues.extend(self.run.directory.issue(issue).filter(|id| !issues.contains(id)));
        }
        let rows = |far, ids: Vec<i64>| ids.into_iter().map(|id| Values::default().with(far, id).into()).collect();
        let links = vec![
            added(&kinds::EVENT_ORGANISER, rows(&kinds::ORGANISATION_ID, organisers)),
            added(&kinds::EVENT_ISSUE, rows(&kinds::ISSUE_ID, issues)),
            self.citation(id, locator),
        ];
        let name = self.path(path);
        self.add(Draft { kind, id, is_new, values, links }, &name);
        self.channels(kind, id, &said.channels, locator, &name).await?;
        Ok(Ok(id))
    }

    /// Whether no event has or had this slug.
    async fn is_free(&self, kind: &'static Kind, slug: &str) -> Result<bool, DbErr> {
        if self.run.directory.by_slug(kind, slug).is_some() {
            return Ok(false);
        }
        let mut present = Query::select();
        present.column("id").from(kind.table).and_where(Expr::col("slug").eq(slug));
        let mut former = Query::select();
        former
            .column("record_id")
            .from("slug_alias")
            .and_where(Expr::col("kind").eq(kind.code))
            .and_where(Expr::col("slug").eq(slug));
        let db = self.write.reader();
        Ok(db.query_one(&present).await?.is_none() && db.query_one(&former).await?.is_none())
    }

    // ------------------------------------------------------------ instruments, initiatives, resources, issues

    /// The key of a record that is told by its slug, and the slug where it is new.
    fn by_name(
        &mut self,
        kind: &'static Kind,
        acronym: Option<&str>,
        name: &str,
    ) -> Result<(i64, Option<String>), String> {
        if let Some((_, id)) = self.found(kind, acronym, name) {
            return Ok((id, None));
        }
        let plain = [acronym.unwrap_or_default(), name]
            .iter()
            .map(|name| shortened(&identifier::slug(name)).to_owned())
            .find(|slug| !slug.is_empty());
        let Some(slug) = plain else { return Err("there is no name".to_owned()) };
        let id = self.write.new_id();
        self.new.insert(id);
        self.run.directory.take_slug(kind, slug.clone(), id);
        Ok((id, Some(slug)))
    }

    #[expect(clippy::too_many_arguments, reason = "what a record of any kind is made of")]
    fn finish(
        &mut self,
        kind: &'static Kind,
        id: i64,
        slug: Option<String>,
        mut values: Values,
        mut links: Vec<LinkRows>,
        locator: &str,
        path: usize,
    ) -> Made {
        crate::store::check(kind.table, &values).map_err(|error| error.to_string())?;
        let is_new = slug.is_some();
        if let Some(slug) = slug {
            values.set(&kinds::SLUG, Some(slug.into()));
        }
        links.push(self.citation(id, locator));
        let path = self.path(path);
        self.add(Draft { kind, id, is_new, values, links }, &path);
        Ok(id)
    }

    fn countries(&self, names: &[String], link: &'static crate::graph::Link) -> LinkRows {
        let rows = names.iter().filter_map(|name| self.run.directory.country(name));
        added(link, unique(rows.map(|id| Values::default().with(&kinds::PARTY_ID, id).without(&kinds::NOTE)), link))
    }

    fn issues(&self, names: &[String], link: &'static crate::graph::Link) -> LinkRows {
        let rows = names.iter().filter_map(|name| self.run.directory.issue(name));
        added(link, unique(rows.map(|id| Values::default().with(&kinds::ISSUE_ID, id)), link))
    }

    fn bodies(&mut self, bodies: &[Body], link: &'static crate::graph::Link, locator: &str) -> LinkRows {
        let ids: Vec<i64> = bodies.iter().filter_map(|body| self.body(body, locator)).collect();
        added(link, unique(ids.into_iter().map(|id| Values::default().with(&kinds::ORGANISATION_ID, id)), link))
    }

    fn instrument(&mut self, said: &Instrument, locator: &str, path: usize) -> Made {
        let kind = &kinds::INSTRUMENT;
        let (id, slug) = self.by_name(kind, said.acronym.as_deref(), &said.name)?;
        let values = Values::default()
            .with(column(kind, "name"), text(Some(&said.name)))
            .with(column(kind, "acronym"), text(said.acronym.as_deref()))
            .with(column(kind, "kind"), code(said.kind.unwrap_or(InstrumentKind::Other)))
            .with(column(kind, "adopted_year"), said.adopted_year.map(Scalar::Int))
            .with(column(kind, "description"), text(said.description.as_deref()))
            .with(column(kind, "stated_party_count"), said.stated_party_count.map(Scalar::Int));
        let links = vec![
            self.bodies(&said.custodians, &kinds::INSTRUMENT_CUSTODIAN, locator),
            self.issues(&said.issues, &kinds::INSTRUMENT_ISSUE),
            self.countries(&said.parties, &kinds::INSTRUMENT_PARTY),
        ];
        self.finish(kind, id, slug, values, links, locator, path)
    }

    fn initiative(&mut self, said: &Initiative, locator: &str, path: usize) -> Made {
        let kind = &kinds::INITIATIVE;
        let (id, slug) = self.by_name(kind, said.acronym.as_deref(), &said.name)?;
        let values = Values::default()
            .with(column(kind, "name"), text(Some(&said.name)))
            .with(column(kind, "acronym"), text(said.acronym.as_deref()))
            .with(column(kind, "kind"), code(said.kind.unwrap_or(InitiativeKind::Other)))
            .with(column(kind, "started_year"), said.started_year.map(Scalar::Int))
            .with(column(kind, "description"), text(said.description.as_deref()));
        let participants = self.partners(&kinds::ORGANISATION_ID, &said.participants, locator);
        let links = vec![
            added(&kinds::INITIATIVE_PARTICIPANT, participants),
            self.countries(&said.countries, &kinds::INITIATIVE_COUNTRY),
            self.issues(&said.issues, &kinds::INITIATIVE_ISSUE),
        ];
        self.finish(kind, id, slug, values, links, locator, path)
    }

    fn resource(&mut self, said: &Resource, locator: &str, path: usize) -> Made {
        let kind = &kinds::RESOURCE;
        let (id, slug) = self.by_name(kind, said.acronym.as_deref(), &said.name)?;
        let values = Values::default()
            .with(column(kind, "name"), text(Some(&said.name)))
            .with(column(kind, "acronym"), text(said.acronym.as_deref()))
            .with(column(kind, "kind"), code(said.kind.unwrap_or(ResourceKind::Other)))
            .with(column(kind, "availability"), code(said.availability.unwrap_or(ResourceAvailability::Unknown)))
            .with(column(kind, "description"), text(said.description.as_deref()))
            .with(column(kind, "url"), text(said.url.as_deref()));
        let links = vec![
            self.bodies(&said.providers, &kinds::RESOURCE_PROVIDER, locator),
            self.issues(&said.issues, &kinds::RESOURCE_ISSUE),
        ];
        self.finish(kind, id, slug, values, links, locator, path)
    }

    fn issue(&mut self, said: &Issue, locator: &str, path: usize) -> Made {
        let kind = &kinds::ISSUE;
        let Some(id) = self.issue_named(&said.name, locator) else { return Err("an issue needs a name".to_owned()) };
        let parent = said.parent.as_ref().and_then(|parent| self.issue_named(parent, locator));
        let values = Values::default()
            .with(column(kind, "description"), text(said.description.as_deref()))
            .with(column(kind, "other_names"), list(&said.other_names))
            .with(&kinds::PARENT_ID, parent.filter(|parent| *parent != id).map(Scalar::Int));
        self.finish(kind, id, None, values, Vec::new(), locator, path)
    }

    // ------------------------------------------------------------ countries, subjects, relations

    fn country(&mut self, said: &Country) -> Fate {
        let kind = &kinds::COUNTRY;
        let code = said.code.trim().to_uppercase();
        if self.run.directory.country(&code).is_some() {
            return Fate::Unchanged;
        }
        let id = self.write.new_id();
        self.run.directory.know_country(&code, id);
        let values = Values::default()
            .with(column(kind, "code"), code.as_str())
            .with(column(kind, "alpha3"), said.alpha3.as_deref().unwrap_or_default().trim().to_uppercase())
            .with(column(kind, "name"), text(said.name.as_deref()))
            .with(column(kind, "region"), text(said.region.as_deref()));
        self.new.insert(id);
        self.drafts.insert(id, Draft { kind, id, is_new: true, values, links: Vec::new() });
        Fate::Created
    }

    async fn subject(&mut self, said: &Subject) -> Result<Fate, Error> {
        let (scheme, code) = (composed(said.scheme.trim()), composed(said.code.trim()));
        if scheme.is_empty() || code.is_empty() {
            return Ok(Fate::Rejected);
        }
        let title = said.title.as_deref().map(composed).filter(|title| !title.is_empty());
        // Even one that is known: a run that was ended may not have given its title to the standards.
        self.run.subjects_met = true;
        let key = digest(&(&scheme, &code));
        if !self.run.met.insert(key) {
            return Ok(Fate::Merged);
        }
        let known = self.run.directory.subject(&scheme, &code).cloned();
        let fate = match known {
            None => {
                let id = self.write.new_id();
                let row = vec![id.into(), scheme.clone().into(), code.clone().into(), title.clone().into()];
                self.write.insert_beside("subject", &["id", "scheme", "code", "title"], row).await?;
                Fate::Created
            }
            Some(known) if known == title || title.is_none() => return Ok(Fate::Unchanged),
            Some(_) => {
                let mut update = Query::update();
                update
                    .table("subject")
                    .value("title", title.clone())
                    .and_where(Expr::col("scheme").eq(scheme.as_str()))
                    .and_where(Expr::col("code").eq(code.as_str()));
                self.write.change_beside(&update).await?;
                Fate::Updated
            }
        };
        self.run.directory.know_subject(&scheme, &code, title);
        Ok(fate)
    }

    /// A relation that is told apart from both standards: it waits for its owner, and joins it at the end of the run.
    async fn statement(&mut self, said: &Statement) -> Result<Fate, Error> {
        let (mut owner, kind) = prepare::stated(said);
        let mut target = Identity::of_target(&said.relation);
        let mut identifier = composed(said.relation.identifier.trim());
        if said.relation.inverse {
            std::mem::swap(&mut owner, &mut target);
            identifier = composed(said.identifier.trim());
        }
        if owner.key.is_empty() || target.key.is_empty() || owner == target {
            return Ok(Fate::Rejected);
        }
        let key = digest(&(&owner, kind, &target));
        if !self.run.met.insert(key) {
            return Ok(Fate::Merged);
        }
        let mut known = Query::select();
        known
            .column("kind")
            .from("import_claim")
            .and_where(Expr::col("owner_key").eq(owner.key.as_str()))
            .and_where(Expr::col("source_id").eq(self.source_id))
            .and_where(Expr::col("kind").eq(kind))
            .and_where(Expr::col("target_key").eq(target.key.as_str()));
        if self.write.reader().query_one(&known).await?.is_some() {
            return Ok(Fate::Unchanged);
        }
        self.claims.push(Claim { record: None, owner, kind: kind.to_owned(), identifier, target });
        Ok(Fate::Created)
    }
}

/// An organisation as others would name it.
fn body_of(said: &Organisation) -> Body {
    Body {
        acronym: said.acronym.clone(),
        name: Some(said.name.clone()).filter(|name| !name.is_empty()),
        website: said.website.clone(),
        country: said.address.country.clone(),
    }
}

/// Rows that come to those that are there.
fn added(link: &'static crate::graph::Link, rows: Vec<LinkRow>) -> LinkRows {
    LinkRows { link, rows, kept: Kept::All }
}

/// Rows of a link, each once.
fn unique(rows: impl Iterator<Item = Values>, link: &'static crate::graph::Link) -> Vec<LinkRow> {
    let mut seen = std::collections::HashSet::new();
    rows.filter(|row| seen.insert(row.key(link.unique))).map(Into::into).collect()
}

fn digest_of(record: &Record) -> i64 {
    digest(&format!("{record:?}"))
}

/// The acronyms that an identifier begins with: "ISO/IEC 27001" is ISO's and IEC's.
fn publishers_of(identifier: &str) -> Vec<String> {
    let first = identifier.split_whitespace().next().unwrap_or_default();
    let first = first.split('-').next().unwrap_or_default();
    first
        .split('/')
        .filter(|part| part.chars().all(char::is_alphabetic) && !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether an identifier names a year or edition.
fn has_year(identifier: &str) -> bool {
    let year = identifier.rsplit([':', '-', '(']).next().unwrap_or_default().trim_end_matches(')');
    identifier.contains([':', '('])
        && year.len() >= 4
        && standard::year_of(year.rsplit('/').next().unwrap_or_default()).is_some()
}
