//! Writes the records through [`Write`] and [`put()`], as seeds and imports do, so that the log, the counts, the twins
//! and whatever else a write keeps come about by themselves.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use api::app::{App, Clock};
use api::auth::Editor;
use api::config::Config;
use api::graph::{Column, Kind, Link, Scalar, identifier, kinds};
use api::store::put::{column, list, text};
use api::store::{Draft, LinkRow, LinkRows, Values, Write, put, standard};
use tests::COUNTRIES;

use crate::records::{self, Committee, Issue, Organisation, Standard, Standards};
use crate::words::Words;

/// When the records were written: 2024-01-01T00:00:00Z, in microseconds.
const CREATED: i64 = 1_704_067_200_000_000;
/// When a tenth of the standards were changed: 2025-01-01T00:00:00Z.
const CHANGED: i64 = 1_735_689_600_000_000;
/// A moment between the two.
pub const BEFORE_CHANGES: &str = "2024-07-01T00:00:00Z";
/// Records of one transaction.
const BATCH: usize = 2_000;

/// Fills an empty database, and says how fast that went.
pub async fn fill(config: Config, size: usize) {
    let now = Arc::new(AtomicI64::new(CREATED));
    let app = App::open_at(config, Clock::Fixed(Arc::clone(&now))).await.expect("the database can be opened");
    let mut fill = Fill::new(&app);
    let (organisations, keys) = fill.around().await;
    fill.standards(&organisations, &keys, size).await;
    now.store(CHANGED, Ordering::SeqCst);
    fill.change().await;
    app.close().await;
}

pub struct Fill<'a> {
    app: &'a App,
    pub words: Words,
    /// What every record cites.
    source: i64,
    /// Keys of the standards, in the order of the generator.
    standards: Vec<i64>,
}

impl<'a> Fill<'a> {
    pub fn new(app: &'a App) -> Self {
        Self { app, words: Words::new(), source: 0, standards: Vec::new() }
    }

    /// Writes what standards lead to.
    pub async fn around(&mut self) -> (Vec<Organisation>, Keys) {
        let started = Instant::now();
        let mut write = self.begin().await;
        let countries = countries(&mut write).await;
        self.source = source(&mut write).await;
        let issues = self.issues(&mut write).await;
        let organisations = records::organisations(&self.words, countries.len());
        let organisation_keys = self.organisations(&mut write, &organisations, &countries, &issues).await;
        let committees = self.committees(&mut write, &organisations, &organisation_keys).await;
        write.save().await.expect("the write can be saved");
        tell(
            "organisations, committees and issues",
            organisations.len() + committees.len() + issues.len(),
            started.elapsed(),
        );
        (organisations, Keys { source: self.source, issues, organisations: organisation_keys, committees })
    }

    async fn begin(&self) -> Write {
        Self::new_write(self.app).await
    }

    pub async fn new_write(app: &App) -> Write {
        Write::begin(app, Editor::seed()).await.expect("a write can begin")
    }

    async fn issues(&self, write: &mut Write) -> Vec<i64> {
        let issues = records::issues(&self.words);
        let keys: Vec<i64> = issues.iter().map(|_| write.new_id()).collect();
        let drafts = issues.iter().zip(&keys).map(|(issue, key)| issue_draft(issue, *key, &keys, self.source));
        put(write, drafts.collect()).await.expect("issues can be written");
        keys
    }

    async fn organisations(
        &self,
        write: &mut Write,
        organisations: &[Organisation],
        countries: &[i64],
        issues: &[i64],
    ) -> Vec<i64> {
        let keys: Vec<i64> = organisations.iter().map(|_| write.new_id()).collect();
        let drafts = organisations.iter().zip(&keys).map(|(organisation, key)| {
            organisation_draft(organisation, *key, countries[organisation.country], issues, self.source)
        });
        put(write, drafts.collect()).await.expect("organisations can be written");
        keys
    }

    async fn committees(&self, write: &mut Write, organisations: &[Organisation], owners: &[i64]) -> Vec<i64> {
        let committees = records::committees(&self.words, organisations);
        let keys: Vec<i64> = committees.iter().map(|_| write.new_id()).collect();
        let drafts = committees
            .iter()
            .zip(&keys)
            .map(|(committee, key)| committee_draft(committee, *key, owners[committee.owner], self.source));
        put(write, drafts.collect()).await.expect("committees can be written");
        keys
    }

    async fn standards(&mut self, organisations: &[Organisation], keys: &Keys, size: usize) {
        let started = Instant::now();
        let mut standards = Standards::new(&self.words, organisations).take(size);
        while self.standards.len() < size {
            let mut write = self.begin().await;
            let mut drafts = Vec::with_capacity(BATCH);
            for standard in standards.by_ref().take(BATCH) {
                let key = write.new_id();
                self.standards.push(key);
                drafts.push(standard_draft(&standard, key, keys));
            }
            put(&mut write, drafts).await.expect("standards can be written");
            write.save().await.expect("the write can be saved");
            if self.standards.len().is_multiple_of(50 * BATCH) {
                tell("standards so far", self.standards.len(), started.elapsed());
            }
        }
        tell("standards created", size, started.elapsed());
    }

    /// Gives a tenth of the standards a past.
    async fn change(&self) {
        let started = Instant::now();
        let revised = |(place, key): (usize, &i64)| Some((*key, records::revision(&self.words, place)?));
        let revisions: Vec<_> = self.standards.iter().enumerate().filter_map(revised).collect();
        for revisions in revisions.chunks(BATCH) {
            let mut write = self.begin().await;
            let draft = |(key, revision): &(i64, records::Revision)| {
                let values = Values::default()
                    .with(column(&kinds::STANDARD, "title"), text(Some(&revision.title)))
                    .with(column(&kinds::STANDARD, "status"), revision.status);
                Draft { kind: &kinds::STANDARD, id: *key, is_new: false, values, links: Vec::new() }
            };
            put(&mut write, revisions.iter().map(draft).collect()).await.expect("standards can be changed");
            write.save().await.expect("the write can be saved");
        }
        tell("standards changed", revisions.len(), started.elapsed());
    }
}

fn tell(what: &str, records: usize, took: Duration) {
    let each_second = records as u128 * 1_000 / took.as_millis().max(1);
    eprintln!("{records} {what} in {:.1} s, {each_second} a second", took.as_secs_f64());
}

/// The keys of what standards lead to, by place.
pub struct Keys {
    source: i64,
    issues: Vec<i64>,
    organisations: Vec<i64>,
    committees: Vec<i64>,
}

async fn countries(write: &mut Write) -> Vec<i64> {
    let mut keys = Vec::new();
    let mut drafts = Vec::new();
    for line in COUNTRIES.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [code, alpha3, name @ .., region] = fields.as_slice() else { continue };
        let kind = &kinds::COUNTRY;
        let values = Values::default()
            .with(column(kind, "code"), *code)
            .with(column(kind, "alpha3"), *alpha3)
            .with(column(kind, "name"), text(Some(name.join(",").trim_matches('"'))))
            .with(column(kind, "region"), text(Some(region)));
        let id = write.new_id();
        keys.push(id);
        drafts.push(Draft { kind, id, is_new: true, values, links: Vec::new() });
    }
    put(write, drafts).await.expect("countries can be written");
    keys
}

async fn source(write: &mut Write) -> i64 {
    let id = write.new_id();
    let values = Values::default().with(column(&kinds::SOURCE, "name"), "Generator");
    let draft = Draft { kind: &kinds::SOURCE, id, is_new: true, values, links: Vec::new() };
    put(write, vec![draft]).await.expect("the source can be written");
    id
}

/// A new record with its slug and its citation.
fn record(kind: &'static Kind, id: i64, slug: String, values: Values, source: i64) -> Draft {
    let citation = Values::default()
        .with(&kinds::POSITION, 1)
        .with(&kinds::SOURCE_ID, source)
        .without(&kinds::LOCATOR)
        .without(&kinds::FIELD)
        .without(&kinds::NOTE);
    let links = vec![LinkRows::exactly(&kinds::CITATION, vec![citation.into()])];
    Draft { kind, id, is_new: true, values: values.with(&kinds::SLUG, slug), links }
}

fn plain(link: &'static Link, far: &'static Column, keys: impl IntoIterator<Item = i64>) -> LinkRows {
    LinkRows::exactly(link, keys.into_iter().map(|key| Values::default().with(far, key).into()).collect())
}

fn issue_draft(issue: &Issue, key: i64, keys: &[i64], source: i64) -> Draft {
    let kind = &kinds::ISSUE;
    let values = Values::default()
        .with(column(kind, "name"), text(Some(&issue.name)))
        .with(column(kind, "other_names"), list(&[]))
        .with(&kinds::PARENT_ID, issue.parent.map(|place| Scalar::Int(keys[place])));
    record(kind, key, identifier::slug(&issue.name), values, source)
}

fn organisation_draft(organisation: &Organisation, key: i64, country: i64, issues: &[i64], source: i64) -> Draft {
    let kind = &kinds::ORGANISATION;
    let established = i64::try_from(organisation.established).expect("a year");
    let values = Values::default()
        .with(column(kind, "name"), text(Some(&organisation.name)))
        .with(column(kind, "acronym"), text(Some(&organisation.acronym)))
        .with(column(kind, "other_names"), list(&[]))
        .with(column(kind, "established_year"), established)
        .with(column(kind, "stakeholder_group"), organisation.group)
        .with(&kinds::ADDRESS_COUNTRY_ID, country);
    let mut draft = record(kind, key, identifier::slug(&organisation.acronym), values, source);
    let treatments = (1..).zip(&organisation.issues).map(|(position, treatment)| {
        let values = Values::default()
            .with(&kinds::ISSUE_ID, issues[treatment.issue])
            .with(&kinds::HEADING, treatment.heading.as_str())
            .without(&kinds::LOCAL_TERM)
            .with(&kinds::TEXT, treatment.text.as_str())
            .with(&kinds::POSITION, Scalar::Int(position));
        LinkRow::from(values)
    });
    draft.links.push(LinkRows::exactly(&kinds::ORGANISATION_ISSUE, treatments.collect()));
    draft
}

fn committee_draft(committee: &Committee, key: i64, owner: i64, source: i64) -> Draft {
    let kind = &kinds::COMMITTEE;
    let values = Values::default()
        .with(column(kind, "designation"), text(Some(&committee.designation)))
        .with(column(kind, "name"), text(Some(&committee.name)));
    let mut draft = record(kind, key, identifier::slug(&committee.designation), values, source);
    draft.links.push(plain(&kinds::COMMITTEE_OWNER, &kinds::ORGANISATION_ID, [owner]));
    draft
}

pub fn standard_draft(standard: &Standard, key: i64, keys: &Keys) -> Draft {
    let kind = &kinds::STANDARD;
    let year = standard.published_on.as_deref().and_then(standard::year_of);
    let values = Values::default()
        .with(column(kind, "identifier"), text(Some(&standard.identifier)))
        .with(column(kind, "undated_identifier"), text(Some(&standard.undated_identifier)))
        .with(column(kind, "undated"), false)
        .with(column(kind, "title"), text(Some(&standard.title)))
        .with(column(kind, "abstract"), text(standard.summary.as_deref()))
        .with(column(kind, "type"), standard.ty)
        .with(column(kind, "status"), standard.status)
        .with(column(kind, "published_on"), text(standard.published_on.as_deref()))
        .with(column(kind, "published_year"), year.map(Scalar::Int))
        .with(column(kind, "languages"), list(&["en".to_owned()]));
    let slug = standard::slug_of(&standard.identifier, None);
    let mut draft = record(kind, key, slug, values, keys.source);
    let subject = standard.subject.as_deref().map(|code| {
        let values = Values::default().with(&kinds::SCHEME, "ICS").with(&kinds::SUBJECT_CODE, code);
        LinkRow::from(values.without(&kinds::SUBJECT_TITLE))
    });
    let among = |places: &[usize], keys: &[i64]| places.iter().map(|place| keys[*place]).collect::<Vec<_>>();
    let committee: Vec<usize> = standard.committee.into_iter().collect();
    draft.links.extend([
        plain(&kinds::STANDARD_PUBLISHER, &kinds::ORGANISATION_ID, among(&standard.publishers, &keys.organisations)),
        plain(&kinds::STANDARD_COMMITTEE, &kinds::COMMITTEE_ID, among(&committee, &keys.committees)),
        plain(&kinds::STANDARD_ISSUE, &kinds::ISSUE_ID, among(&standard.issues, &keys.issues)),
        LinkRows::exactly(&kinds::STANDARD_SUBJECT, subject.into_iter().collect()),
    ]);
    draft
}
