//! Checked seeds as drafts of records: slugs become keys, lists become links.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;

use super::check::{Country, Seeds, moment, owner_kind, standard_slug};
use super::file::{
    Address, Channel, Cite, Committee, Event, Initiative, Instrument, Issue, Name, Organisation, Partner, Party,
    Resource, Source, Standard,
};
use crate::graph::fold::composed;
use crate::graph::statement::{key_values, text_values};
use crate::graph::{Column, Kind, Link, Scalar, kinds};
use crate::store::put::{column, list, text};
use crate::store::row::read_rows;
use crate::store::{Draft, Error, LinkRow, LinkRows, Outcome, Values, Write, standard};

/// Keys of what the seeds name, by kind and slug, code or name.
#[derive(Default)]
struct Keys {
    known: HashMap<(&'static str, String), (i64, bool)>,
    /// Names of sources by their key in the files.
    sources: HashMap<String, String>,
}

/// Writes what the seeds say and the atlas does not hold yet.
///
/// # Errors
/// What the database says.
pub async fn put(write: &mut Write, seeds: &Seeds) -> Result<Outcome, Error> {
    let mut keys = Keys::default();
    let names = names(seeds);
    for (kind, names) in names {
        keys.assign(write, kind, names).await?;
    }
    keys.assign_channels(write, seeds).await?;
    for source in seeds.files.iter().flat_map(|file| &file.source) {
        keys.sources.insert(source.key.get_ref().clone(), source.name.clone());
    }
    let mut drafts: Vec<Draft> = seeds.countries.iter().map(|country| keys.country(country)).collect();
    for file in &seeds.files {
        drafts.extend(file.source.iter().map(|source| keys.source(source)));
        drafts.extend(file.issue.iter().map(|issue| keys.issue(issue)));
        drafts.extend(file.organisation.iter().map(|organisation| keys.organisation(organisation)));
        drafts.extend(file.committee.iter().map(|committee| keys.committee(committee)));
        drafts.extend(file.standard.iter().map(|standard| keys.standard(standard)));
        drafts.extend(file.event.iter().map(|event| keys.event(event)));
        drafts.extend(file.channel.iter().map(|channel| keys.channel(channel, &seeds.channels.slug_of(channel))));
        drafts.extend(file.instrument.iter().map(|instrument| keys.instrument(instrument)));
        drafts.extend(file.initiative.iter().map(|initiative| keys.initiative(initiative)));
        drafts.extend(file.resource.iter().map(|resource| keys.resource(resource)));
    }
    crate::store::put(write, drafts).await
}

/// What the seeds make, by kind.
fn names(seeds: &Seeds) -> Vec<(&'static Kind, Vec<String>)> {
    let of = |name: &Name| name.get_ref().clone();
    let files = || seeds.files.iter();
    vec![
        (&kinds::COUNTRY, seeds.countries.iter().map(|country| country.code.clone()).collect()),
        (&kinds::SOURCE, files().flat_map(|file| &file.source).map(|source| composed(&source.name)).collect()),
        (&kinds::ISSUE, files().flat_map(|file| &file.issue).map(|issue| of(&issue.slug)).collect()),
        (
            &kinds::ORGANISATION,
            files().flat_map(|file| &file.organisation).map(|organisation| of(&organisation.slug)).collect(),
        ),
        (&kinds::COMMITTEE, files().flat_map(|file| &file.committee).map(|committee| of(&committee.slug)).collect()),
        (&kinds::STANDARD, files().flat_map(|file| &file.standard).map(standard_slug).collect()),
        (&kinds::EVENT, files().flat_map(|file| &file.event).map(|event| of(&event.slug)).collect()),
        (
            &kinds::INSTRUMENT,
            files().flat_map(|file| &file.instrument).map(|instrument| of(&instrument.slug)).collect(),
        ),
        (
            &kinds::INITIATIVE,
            files().flat_map(|file| &file.initiative).map(|initiative| of(&initiative.slug)).collect(),
        ),
        (&kinds::RESOURCE, files().flat_map(|file| &file.resource).map(|resource| of(&resource.slug)).collect()),
    ]
}

/// The rows of texts by language.
fn localised<'a>(link: &'static Link, texts: impl Iterator<Item = (&'a Name, &'a String)>) -> LinkRows {
    let row = |(language, value): (&Name, &String)| {
        Values::default()
            .with(&kinds::LANGUAGE, language.get_ref().as_str())
            .with(&kinds::VALUE, text(Some(value)))
            .into()
    };
    LinkRows::exactly(link, texts.map(row).collect())
}

/// Rows of a link that say nothing but where they lead.
fn plain(link: &'static Link, far: &'static Column, keys: impl Iterator<Item = i64>) -> LinkRows {
    LinkRows::exactly(link, keys.map(|key| Values::default().with(far, key).into()).collect())
}

impl Keys {
    /// Finds the keys of what is there, under its present or a former name, and makes keys for the rest.
    async fn assign(&mut self, write: &mut Write, kind: &'static Kind, names: Vec<String>) -> Result<(), Error> {
        let [natural] = kind.natural_key else { return Ok(()) };
        let backend = write.reader().get_database_backend();
        let found =
            read_rows(write.reader(), kind.table, &[&kinds::ID, natural], natural, text_values(&names, backend))
                .await?;
        let mut former = HashMap::new();
        if kind.is_record() {
            let columns = [&kinds::RECORD_ID, &kinds::KIND, &kinds::SLUG];
            former = read_rows(
                write.reader(),
                kinds::SLUG_ALIAS.table,
                &columns,
                &kinds::SLUG,
                text_values(&names, backend),
            )
            .await?;
        }
        for name in names {
            let key = Scalar::Text(name.clone());
            let present = found.get(&key).and_then(|rows| rows.first()?.int(kinds::ID.name));
            let renamed =
                || former.get(&key)?.iter().find(|row| row.text("kind") == Some(kind.code))?.int(kinds::RECORD_ID.name);
            let id = match present.or_else(renamed) {
                Some(id) => (id, false),
                None => (write.new_id(), true),
            };
            self.known.insert((kind.table, name), id);
        }
        Ok(())
    }

    /// Finds the channels that are there by owner, platform and handle: a slug stays though another channel on the same
    /// platform arrives, which would have made it otherwise.
    async fn assign_channels(&mut self, write: &mut Write, seeds: &Seeds) -> Result<(), Error> {
        let kind = &kinds::CHANNEL;
        let channels: Vec<&Channel> = seeds.files.iter().flat_map(|file| &file.channel).collect();
        let owner = |keys: &Self, channel: &Channel| {
            owner_kind(channel).and_then(|owner| keys.key(owner, channel.owner.get_ref()))
        };
        let owners: Vec<i64> = channels.iter().filter_map(|channel| owner(self, channel)).collect();
        let columns: Vec<_> = kind.read_columns().collect();
        let among = key_values(&owners, write.reader().get_database_backend());
        let stored = read_rows(write.reader(), kind.table, &columns, &kinds::OWNER_ID, among).await?;
        let mut unknown = Vec::new();
        for channel in channels {
            let slug = seeds.channels.slug_of(channel);
            let same = owner(self, channel).and_then(|owner| {
                stored.get(&Scalar::Int(owner))?.iter().find(|row| {
                    row.text("platform") == Some(channel.platform.get_ref())
                        && row.get("handle") == text(channel.handle.as_deref()).as_ref()
                })
            });
            match same.and_then(|row| row.int(kinds::ID.name)) {
                Some(id) => _ = self.known.insert((kind.table, slug), (id, false)),
                None => unknown.push(slug),
            }
        }
        self.assign(write, kind, unknown).await
    }

    /// The key of what the checks have found to be there.
    fn key(&self, kind: &'static Kind, name: &str) -> Option<i64> {
        self.known.get(&(kind.table, name.to_owned())).map(|(id, _)| *id)
    }

    fn keys<'a>(&'a self, kind: &'static Kind, names: &'a [Name]) -> impl Iterator<Item = i64> + 'a {
        names.iter().filter_map(move |name| self.key(kind, name.get_ref()))
    }

    fn draft(&self, kind: &'static Kind, name: &str, values: Values) -> Draft {
        let (id, is_new) = self.known.get(&(kind.table, name.to_owned())).copied().unwrap_or_default();
        Draft { kind, id, is_new, values, links: Vec::new() }
    }

    fn record(&self, kind: &'static Kind, slug: &str, values: Values, cites: &[Cite]) -> Draft {
        let values = if self.is_new(kind, slug) { values.with(&kinds::SLUG, slug) } else { values };
        let mut draft = self.draft(kind, slug, values);
        let rows = self.citations(cites).into_iter().map(LinkRow::from).collect();
        draft.links.push(LinkRows::exactly(&kinds::CITATION, rows));
        draft
    }

    fn is_new(&self, kind: &'static Kind, name: &str) -> bool {
        self.known.get(&(kind.table, name.to_owned())).is_some_and(|(_, is_new)| *is_new)
    }

    fn citations(&self, cites: &[Cite]) -> Vec<Values> {
        let row = |(position, cite): (i64, &Cite)| {
            let name = self.sources.get(cite.source.get_ref()).map(|name| composed(name)).unwrap_or_default();
            let source = self.key(&kinds::SOURCE, &name);
            Values::default()
                .with(&kinds::POSITION, position)
                .with(&kinds::SOURCE_ID, source.map(Scalar::Int))
                .with(&kinds::LOCATOR, text(cite.locator.as_deref()))
                .with(&kinds::FIELD, text(cite.field.as_deref()))
                .with(&kinds::NOTE, text(cite.note.as_deref()))
        };
        (1..).zip(cites).map(row).collect()
    }

    fn partners(&self, far: &'static Column, partners: &[Partner]) -> Vec<LinkRow> {
        let row = |partner: &Partner| {
            let organisation = self.key(&kinds::ORGANISATION, partner.organisation.get_ref()).map(Scalar::Int);
            let values = Values::default().with(far, organisation).with(&kinds::ROLE, partner.role.get_ref().as_str());
            values.with(&kinds::NOTE, text(partner.note.as_deref())).into()
        };
        partners.iter().map(row).collect()
    }

    fn parties(&self, link: &'static Link, parties: &[Party]) -> LinkRows {
        let row = |party: &Party| {
            let country = self.key(&kinds::COUNTRY, party.country.get_ref()).map(Scalar::Int);
            Values::default().with(&kinds::PARTY_ID, country).with(&kinds::NOTE, text(party.note.as_deref())).into()
        };
        LinkRows::exactly(link, parties.iter().map(row).collect())
    }

    fn country(&self, country: &Country) -> Draft {
        let kind = &kinds::COUNTRY;
        let values = Values::default()
            .with(column(kind, "code"), country.code.as_str())
            .with(column(kind, "alpha3"), country.alpha3.as_str())
            .with(column(kind, "name"), text(Some(&country.name)))
            .with(column(kind, "region"), text(country.region.as_deref()));
        self.draft(kind, &country.code, values)
    }

    fn source(&self, source: &Source) -> Draft {
        let kind = &kinds::SOURCE;
        let values = Values::default()
            .with(column(kind, "name"), text(Some(&source.name)))
            .with(column(kind, "url"), text(source.url.as_deref()))
            .with(column(kind, "publisher"), text(source.publisher.as_deref()))
            .with(column(kind, "licence"), text(source.licence.as_deref()))
            .with(column(kind, "attribution"), text(source.attribution.as_deref()))
            .with(column(kind, "accessed_on"), named(source.accessed_on.as_ref()));
        self.draft(kind, &composed(&source.name), values)
    }

    fn issue(&self, issue: &Issue) -> Draft {
        let kind = &kinds::ISSUE;
        let parent = issue.parent.as_ref().and_then(|parent| self.key(kind, parent.get_ref()));
        let values = Values::default()
            .with(column(kind, "name"), text(Some(&issue.name)))
            .with(column(kind, "description"), text(issue.description.as_deref()))
            .with(column(kind, "other_names"), list(&issue.other_names))
            .with(&kinds::PARENT_ID, parent.map(Scalar::Int));
        self.record(kind, issue.slug.get_ref(), values, &issue.cites)
    }

    fn organisation(&self, organisation: &Organisation) -> Draft {
        let kind = &kinds::ORGANISATION;
        let address = organisation.address.as_ref();
        let part = |part: fn(&Address) -> Option<&str>| text(address.and_then(part));
        let country = address
            .and_then(|address| address.country.as_ref())
            .and_then(|code| self.key(&kinds::COUNTRY, code.get_ref()));
        let values = Values::default()
            .with(column(kind, "name"), text(Some(&organisation.name)))
            .with(column(kind, "acronym"), text(organisation.acronym.as_deref()))
            .with(column(kind, "other_names"), list(&organisation.other_names))
            .with(column(kind, "established_year"), organisation.established_year.map(Scalar::Int))
            .with(column(kind, "stakeholder_group"), named(organisation.stakeholder_group.as_ref()))
            .with(column(kind, "address_text"), part(|address| Some(&address.text)))
            .with(column(kind, "address_street"), part(|address| address.street.as_deref()))
            .with(column(kind, "address_postal_code"), part(|address| address.postal_code.as_deref()))
            .with(column(kind, "address_locality"), part(|address| address.locality.as_deref()))
            .with(&kinds::ADDRESS_COUNTRY_ID, country.map(Scalar::Int))
            .with(column(kind, "website"), text(organisation.website.as_deref()))
            .with(column(kind, "summary"), text(organisation.summary.as_deref()))
            .with(column(kind, "digital_activities"), text(organisation.digital_activities.as_deref()))
            .with(column(kind, "future_of_meetings"), text(organisation.future_of_meetings.as_deref()))
            .with(column(kind, "membership"), text(organisation.membership.as_deref()));
        let mut draft = self.record(kind, organisation.slug.get_ref(), values, &organisation.cites);
        let treatments = (1..).zip(&organisation.issues).map(|(position, treatment)| LinkRow {
            values: Values::default()
                .with(&kinds::ISSUE_ID, self.key(&kinds::ISSUE, treatment.issue.get_ref()).map(Scalar::Int))
                .with(&kinds::HEADING, text(Some(&treatment.heading)))
                .with(&kinds::LOCAL_TERM, text(treatment.local_term.as_deref()))
                .with(&kinds::TEXT, text(treatment.text.as_deref()))
                .with(&kinds::POSITION, Scalar::Int(position)),
            citations: self.citations(&treatment.cites),
        });
        draft.links.push(LinkRows::exactly(&kinds::ORGANISATION_ISSUE, treatments.collect()));
        let partners = self.partners(&kinds::PARTNER_ID, &organisation.partners);
        draft.links.push(LinkRows::exactly(&kinds::ORGANISATION_PARTNER, partners));
        draft.links.push(localised(&kinds::ORGANISATION_NAME, organisation.names.iter()));
        draft
    }

    fn standard(&self, standard: &Standard) -> Draft {
        let kind = &kinds::STANDARD;
        let identifier = standard.identifier.get_ref();
        let undated = standard.undated_identifier.as_ref().unwrap_or(identifier);
        let year = standard.published_on.as_ref().and_then(|date| standard::year_of(date.get_ref()));
        let mut titles = standard.titles.iter();
        let (language, title) = match &standard.title {
            Some(title) => ("en", Some(title)),
            // A title in whatever language is better than none.
            None => titles.next().map_or(("en", None), |(language, title)| (language.get_ref(), Some(title))),
        };
        let values = Values::default()
            .with(column(kind, "identifier"), text(Some(identifier)))
            .with(column(kind, "undated_identifier"), text(Some(undated)))
            .with(column(kind, "undated"), standard.undated)
            .with(column(kind, "title"), text(title.map(String::as_str)))
            .with(column(kind, "title_language"), language)
            .with(column(kind, "abstract"), text(standard.r#abstract.as_deref()))
            .with(column(kind, "type"), named(Some(&standard.r#type)))
            .with(column(kind, "status"), named(Some(&standard.status)))
            .with(column(kind, "stage"), text(standard.stage.as_deref()))
            .with(column(kind, "edition"), text(standard.edition.as_deref()))
            .with(column(kind, "volume"), text(standard.volume.as_deref()))
            .with(column(kind, "published_on"), named(standard.published_on.as_ref()))
            .with(column(kind, "published_year"), year.map(Scalar::Int))
            .with(column(kind, "url"), text(standard.url.as_deref()))
            .with(column(kind, "languages"), list(&standard.languages));
        let mut draft = self.record(kind, &standard_slug(standard), values, &standard.cites);
        let relations = standard
            .relations
            .iter()
            .map(|relation| standard::relation(relation.kind.get_ref(), &composed(&relation.identifier)).into());
        let subjects = standard.subjects.iter().map(|subject| {
            let values = Values::default()
                .with(&kinds::SCHEME, text(Some(&subject.scheme)))
                .with(&kinds::SUBJECT_CODE, text(Some(&subject.code)));
            values.with(&kinds::SUBJECT_TITLE, text(subject.title.as_deref())).into()
        });
        let others = (1..)
            .zip(&standard.other_identifiers)
            .map(|(position, other)| standard::other_identifier(&composed(other), position).into());
        draft.links.extend([
            plain(
                &kinds::STANDARD_PUBLISHER,
                &kinds::ORGANISATION_ID,
                self.keys(&kinds::ORGANISATION, &standard.publishers),
            ),
            plain(&kinds::STANDARD_COMMITTEE, &kinds::COMMITTEE_ID, self.keys(&kinds::COMMITTEE, &standard.committees)),
            plain(&kinds::STANDARD_ISSUE, &kinds::ISSUE_ID, self.keys(&kinds::ISSUE, &standard.issues)),
            LinkRows::exactly(&kinds::STANDARD_RELATION, relations.collect()),
            LinkRows::exactly(&kinds::STANDARD_SUBJECT, subjects.collect()),
            LinkRows::exactly(&kinds::STANDARD_IDENTIFIER, others.collect()),
            localised(&kinds::STANDARD_TITLE, titles),
        ]);
        draft
    }

    fn committee(&self, committee: &Committee) -> Draft {
        let kind = &kinds::COMMITTEE;
        let parent = committee.parent.as_ref().and_then(|parent| self.key(kind, parent.get_ref()));
        let values = Values::default()
            .with(column(kind, "designation"), text(Some(&committee.designation)))
            .with(column(kind, "name"), text(committee.name.as_deref()))
            .with(column(kind, "scope"), text(committee.scope.as_deref()))
            .with(&kinds::PARENT_ID, parent.map(Scalar::Int));
        let mut draft = self.record(kind, committee.slug.get_ref(), values, &committee.cites);
        draft.links.push(plain(
            &kinds::COMMITTEE_OWNER,
            &kinds::ORGANISATION_ID,
            self.keys(&kinds::ORGANISATION, &committee.owners),
        ));
        draft
    }

    fn event(&self, event: &Event) -> Draft {
        let kind = &kinds::EVENT;
        let country = event.country.as_ref().and_then(|code| self.key(&kinds::COUNTRY, code.get_ref()));
        let values = Values::default()
            .with(column(kind, "title"), text(Some(&event.title)))
            .with(column(kind, "description"), text(event.description.as_deref()))
            .with(column(kind, "starts_on"), named(event.starts_on.as_ref()))
            .with(column(kind, "ends_on"), named(event.ends_on.as_ref()))
            .with(column(kind, "starts_at"), moment(event.starts_at.as_ref()).map(Scalar::Int))
            .with(column(kind, "ends_at"), moment(event.ends_at.as_ref()).map(Scalar::Int))
            .with(column(kind, "time_zone"), named(event.time_zone.as_ref()))
            .with(column(kind, "date_text"), text(event.date_text.as_deref()))
            .with(column(kind, "format"), named(Some(&event.format)))
            .with(column(kind, "location"), text(event.location.as_deref()))
            .with(&kinds::COUNTRY_ID, country.map(Scalar::Int))
            .with(column(kind, "url"), text(event.url.as_deref()))
            .with(column(kind, "registration_url"), text(event.registration_url.as_deref()));
        let mut draft = self.record(kind, event.slug.get_ref(), values, &event.cites);
        draft.links.extend([
            plain(&kinds::EVENT_ORGANISER, &kinds::ORGANISATION_ID, self.keys(&kinds::ORGANISATION, &event.organisers)),
            plain(&kinds::EVENT_ISSUE, &kinds::ISSUE_ID, self.keys(&kinds::ISSUE, &event.issues)),
        ]);
        draft
    }

    fn channel(&self, channel: &Channel, slug: &str) -> Draft {
        let kind = &kinds::CHANNEL;
        let owner_kind = owner_kind(channel).unwrap_or(&kinds::ORGANISATION);
        let values = Values::default()
            .with(column(kind, "platform"), named(Some(&channel.platform)))
            .with(column(kind, "handle"), text(channel.handle.as_deref()))
            .with(column(kind, "url"), text(channel.url.as_deref()))
            .with(&kinds::OWNER_ID, self.key(owner_kind, channel.owner.get_ref()).map(Scalar::Int))
            .with(&kinds::OWNER_KIND, owner_kind.code);
        self.record(kind, slug, values, &channel.cites)
    }

    fn instrument(&self, instrument: &Instrument) -> Draft {
        let kind = &kinds::INSTRUMENT;
        let values = Values::default()
            .with(column(kind, "name"), text(Some(&instrument.name)))
            .with(column(kind, "acronym"), text(instrument.acronym.as_deref()))
            .with(column(kind, "kind"), named(Some(&instrument.kind)))
            .with(column(kind, "adopted_year"), instrument.adopted_year.map(Scalar::Int))
            .with(column(kind, "description"), text(instrument.description.as_deref()))
            .with(column(kind, "stated_party_count"), instrument.stated_party_count.map(Scalar::Int));
        let mut draft = self.record(kind, instrument.slug.get_ref(), values, &instrument.cites);
        draft.links.extend([
            plain(
                &kinds::INSTRUMENT_CUSTODIAN,
                &kinds::ORGANISATION_ID,
                self.keys(&kinds::ORGANISATION, &instrument.custodians),
            ),
            plain(&kinds::INSTRUMENT_ISSUE, &kinds::ISSUE_ID, self.keys(&kinds::ISSUE, &instrument.issues)),
            self.parties(&kinds::INSTRUMENT_PARTY, &instrument.parties),
        ]);
        draft
    }

    fn initiative(&self, initiative: &Initiative) -> Draft {
        let kind = &kinds::INITIATIVE;
        let values = Values::default()
            .with(column(kind, "name"), text(Some(&initiative.name)))
            .with(column(kind, "acronym"), text(initiative.acronym.as_deref()))
            .with(column(kind, "kind"), named(Some(&initiative.kind)))
            .with(column(kind, "started_year"), initiative.started_year.map(Scalar::Int))
            .with(column(kind, "description"), text(initiative.description.as_deref()));
        let mut draft = self.record(kind, initiative.slug.get_ref(), values, &initiative.cites);
        let participants = self.partners(&kinds::ORGANISATION_ID, &initiative.participants);
        draft.links.extend([
            LinkRows::exactly(&kinds::INITIATIVE_PARTICIPANT, participants),
            self.parties(&kinds::INITIATIVE_COUNTRY, &initiative.countries),
            plain(&kinds::INITIATIVE_ISSUE, &kinds::ISSUE_ID, self.keys(&kinds::ISSUE, &initiative.issues)),
        ]);
        draft
    }

    fn resource(&self, resource: &Resource) -> Draft {
        let kind = &kinds::RESOURCE;
        let values = Values::default()
            .with(column(kind, "name"), text(Some(&resource.name)))
            .with(column(kind, "acronym"), text(resource.acronym.as_deref()))
            .with(column(kind, "kind"), named(Some(&resource.kind)))
            .with(column(kind, "availability"), named(Some(&resource.availability)))
            .with(column(kind, "description"), text(resource.description.as_deref()))
            .with(column(kind, "url"), text(resource.url.as_deref()));
        let mut draft = self.record(kind, resource.slug.get_ref(), values, &resource.cites);
        draft.links.extend([
            plain(
                &kinds::RESOURCE_PROVIDER,
                &kinds::ORGANISATION_ID,
                self.keys(&kinds::ORGANISATION, &resource.providers),
            ),
            plain(&kinds::RESOURCE_ISSUE, &kinds::ISSUE_ID, self.keys(&kinds::ISSUE, &resource.issues)),
        ]);
        draft
    }
}

fn named(name: Option<&Name>) -> Option<Scalar> {
    text(name.map(|name| name.get_ref().as_str()))
}
