//! Reads the seeds and finds every mistake before anything is written.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use entity::vocabulary::{
    ChannelPlatform, EventFormat, InitiativeKind, InstrumentKind, PartnerRole, RecordKind, ResourceAvailability,
    ResourceKind, StakeholderGroup, StandardRelationKind, StandardStatus, StandardType,
};
use sea_orm::ActiveEnum;

use super::file::{Channel, Cite, File, Name, Partner, Party, Standard};
use crate::graph::fold::composed;
use crate::graph::language::is_tag;
use crate::graph::{Kind, api_name, identifier, kinds};
use crate::graphql::scalars::read_date_time;
use crate::store::{channel, event, standard};

/// Most mistakes that are shown at once.
const MAX_SHOWN: usize = 20;

/// Years in which something may have been founded, adopted or begun.
const YEARS: std::ops::RangeInclusive<i64> = 1000..=2100;

/// The seeds, checked.
pub struct Seeds {
    pub countries: Vec<Country>,
    pub files: Vec<File>,
    pub channels: Channels,
}

/// How many channels an owner has on a platform, which decides their slugs.
#[derive(Default)]
pub struct Channels(HashMap<(String, String), usize>);

impl Channels {
    fn add(&mut self, channel: &Channel) {
        *self.0.entry(Self::place(channel)).or_default() += 1;
    }

    /// The slug of a channel.
    pub fn slug_of(&self, channel: &Channel) -> String {
        let is_one_of_several = self.0.get(&Self::place(channel)).is_some_and(|count| *count > 1);
        let (owner, platform) = (channel.owner.get_ref(), channel.platform.get_ref());
        channel::slug_of(owner, platform, channel.handle.as_deref(), is_one_of_several)
    }

    fn place(channel: &Channel) -> (String, String) {
        (channel.owner.get_ref().clone(), channel.platform.get_ref().clone())
    }
}

/// A line of the table of countries.
pub struct Country {
    pub code: String,
    pub alpha3: String,
    pub name: String,
    pub region: Option<String>,
}

/// Something wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub file: String,
    /// From 1.
    pub line: usize,
    pub message: String,
}

/// Every mistake that was found; nothing was written.
#[derive(Debug)]
pub struct Mistakes(pub Vec<Mistake>);

impl fmt::Display for Mistakes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the seeds hold {} mistakes, and nothing was written", self.0.len())?;
        for Mistake { file, line, message } in self.0.iter().take(MAX_SHOWN) {
            write!(out, "\n  {file}:{line}: {message}")?;
        }
        if self.0.len() > MAX_SHOWN {
            write!(out, "\n  … and {} more", self.0.len() - MAX_SHOWN)?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}

/// Reads and checks the seeds.
///
/// # Errors
/// Every mistake.
pub fn read(countries: (&str, &str), files: &[(&str, &str)]) -> Result<Seeds, Mistakes> {
    let mut mistakes = Vec::new();
    let countries = read_countries(countries, &mut mistakes);
    let mut read = Vec::new();
    for (name, text) in files {
        match toml::from_str::<File>(text) {
            Ok(file) => read.push((*name, *text, file)),
            Err(error) => {
                let line = error.span().map_or(1, |span| line_of(text, span.start));
                mistakes.push(Mistake {
                    file: (*name).to_owned(),
                    line,
                    message: error.message().trim().replace('\n', " "),
                });
            }
        }
    }
    let mut channels = Channels::default();
    // Where a file cannot be read, what others refer to would be missing.
    if mistakes.is_empty() {
        let mut checker = Checker::default();
        checker.codes.extend(countries.iter().map(|country| country.code.clone()));
        for (name, text, file) in &read {
            checker.enter(name, text);
            checker.collect(file);
        }
        for (name, text, file) in &read {
            checker.enter(name, text);
            checker.check(file);
        }
        (mistakes, channels) = (checker.mistakes, checker.channels);
    }
    if mistakes.is_empty() {
        Ok(Seeds { countries, files: read.into_iter().map(|(_, _, file)| file).collect(), channels })
    } else {
        Err(Mistakes(mistakes))
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// `code,alpha3,name,region`, with a field in quotes where it holds a comma.
fn read_countries((name, text): (&str, &str), mistakes: &mut Vec<Mistake>) -> Vec<Country> {
    let mut countries: Vec<Country> = Vec::new();
    for (number, line) in text.lines().enumerate().skip(1) {
        let mut wrong = |message: String| mistakes.push(Mistake { file: name.to_owned(), line: number + 1, message });
        let [code, alpha3, name, region] = match <[String; 4]>::try_from(fields(line)) {
            Ok(fields) => fields,
            Err(fields) => {
                wrong(format!("{} fields: code, alpha3, name and region are expected", fields.len()));
                continue;
            }
        };
        if code.len() != 2 || alpha3.len() != 3 || name.is_empty() {
            wrong(format!("\"{code}\" and \"{alpha3}\" are no codes of a country"));
        } else if countries.iter().any(|known| known.code == code) {
            wrong(format!("the country {code} stands here twice"));
        }
        countries.push(Country { code, alpha3, name, region: Some(region).filter(|region| !region.is_empty()) });
    }
    countries
}

fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut is_quoted = false;
    for character in line.chars() {
        match character {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => fields.push(String::new()),
            _ => fields.last_mut().into_iter().for_each(|field| field.push(character)),
        }
    }
    fields
}

/// What all files together name, and what is wrong in them.
#[derive(Default)]
struct Checker<'a> {
    file: &'a str,
    text: &'a str,
    mistakes: Vec<Mistake>,
    /// Slugs by kind, with the place of the first use.
    slugs: HashMap<&'static str, BTreeMap<String, String>>,
    parents: HashMap<(&'static str, String), String>,
    sources: HashSet<String>,
    /// What no two may share though their slugs differ: names of sources, keys of standards.
    unique: HashSet<(&'static str, String)>,
    codes: HashSet<String>,
    channels: Channels,
}

impl<'a> Checker<'a> {
    fn enter(&mut self, file: &'a str, text: &'a str) {
        (self.file, self.text) = (file, text);
    }

    fn wrong(&mut self, at: &Name, message: String) {
        let line = line_of(self.text, at.span().start);
        self.mistakes.push(Mistake { file: self.file.to_owned(), line, message });
    }

    /// Takes note of what the file makes.
    fn collect(&mut self, file: &File) {
        for source in &file.source {
            if !self.sources.insert(source.key.get_ref().clone()) {
                self.wrong(&source.key, format!("the source `{}` is made twice", source.key.get_ref()));
            }
            self.only("the name of the source", &source.key, composed(&source.name));
        }
        for issue in &file.issue {
            self.make(&kinds::ISSUE, &issue.slug, issue.slug.get_ref());
            self.parent(&kinds::ISSUE, &issue.slug, issue.parent.as_ref());
        }
        for organisation in &file.organisation {
            self.make(&kinds::ORGANISATION, &organisation.slug, organisation.slug.get_ref());
        }
        for standard in &file.standard {
            self.make(&kinds::STANDARD, &standard.identifier, &standard_slug(standard));
            let Standard { edition, volume, undated, .. } = standard;
            let key = format!("{} {edition:?} {volume:?} {undated}", identifier::key(standard.identifier.get_ref()));
            self.only("the document", &standard.identifier, key);
        }
        for committee in &file.committee {
            self.make(&kinds::COMMITTEE, &committee.slug, committee.slug.get_ref());
            self.parent(&kinds::COMMITTEE, &committee.slug, committee.parent.as_ref());
        }
        for event in &file.event {
            self.make(&kinds::EVENT, &event.slug, event.slug.get_ref());
        }
        for instrument in &file.instrument {
            self.make(&kinds::INSTRUMENT, &instrument.slug, instrument.slug.get_ref());
        }
        for initiative in &file.initiative {
            self.make(&kinds::INITIATIVE, &initiative.slug, initiative.slug.get_ref());
        }
        for resource in &file.resource {
            self.make(&kinds::RESOURCE, &resource.slug, resource.slug.get_ref());
        }
        for channel in &file.channel {
            self.channels.add(channel);
        }
    }

    fn make(&mut self, kind: &'static Kind, at: &Name, slug: &str) {
        if slug != identifier::slug(slug) || slug.is_empty() {
            self.wrong(at, format!("`{slug}` is no slug: small letters, digits and single hyphens"));
        }
        let place = format!("{}:{}", self.file, line_of(self.text, at.span().start));
        let slugs = self.slugs.entry(kind.name).or_default();
        match slugs.get(slug) {
            Some(first) => {
                let message = format!("the {} `{slug}` is made twice: first in {first}", kind.name.to_lowercase());
                self.wrong(at, message);
            }
            None => {
                slugs.insert(slug.to_owned(), place);
            }
        }
    }

    /// Takes note of what only one may have.
    fn only(&mut self, what: &'static str, at: &Name, key: String) {
        if self.unique.contains(&(what, key.clone())) {
            self.wrong(at, format!("{what} `{}` stands here a second time", at.get_ref()));
        }
        self.unique.insert((what, key));
    }

    fn parent(&mut self, kind: &'static Kind, slug: &Name, parent: Option<&Name>) {
        if let Some(parent) = parent {
            self.parents.insert((kind.name, slug.get_ref().clone()), parent.get_ref().clone());
        }
    }

    /// Finds what is wrong in a file, knowing what all files make.
    fn check(&mut self, file: &File) {
        for source in &file.source {
            self.date(source.accessed_on.as_ref());
        }
        for issue in &file.issue {
            self.refer(&kinds::ISSUE, &issue.parent);
            self.climb(&kinds::ISSUE, &issue.slug);
            self.name(&issue.slug, &issue.name);
            self.cites(&issue.slug, &issue.cites, |field| has_field(&kinds::ISSUE, field));
        }
        for organisation in &file.organisation {
            self.value::<StakeholderGroup>(organisation.stakeholder_group.as_ref());
            self.country(organisation.address.as_ref().and_then(|address| address.country.as_ref()));
            let mut treated = HashSet::new();
            for treatment in &organisation.issues {
                self.refer(&kinds::ISSUE, [&treatment.issue]);
                self.cites(&treatment.issue, &treatment.cites, |field| {
                    kinds::ORGANISATION_ISSUE.columns.iter().any(|column| column.name == field)
                });
                if !treated.insert((treatment.issue.get_ref(), &treatment.heading)) {
                    self.wrong(
                        &treatment.issue,
                        format!("`{}` is treated twice under \"{}\"", treatment.issue.get_ref(), treatment.heading),
                    );
                }
            }
            self.partners(&organisation.partners);
            self.name(&organisation.slug, &organisation.name);
            self.languages(&organisation.names, true);
            self.url(&organisation.slug, organisation.website.as_deref());
            self.year(&organisation.slug, organisation.established_year);
            if let Some(own) = organisation
                .partners
                .iter()
                .find(|partner| partner.organisation.get_ref() == organisation.slug.get_ref())
            {
                self.wrong(&own.organisation, "an organisation is no partner of itself".to_owned());
            }
            self.cites(&organisation.slug, &organisation.cites, |field| has_field(&kinds::ORGANISATION, field));
        }
        for standard in &file.standard {
            self.standard(standard);
        }
        for committee in &file.committee {
            self.refer(&kinds::COMMITTEE, &committee.parent);
            self.climb(&kinds::COMMITTEE, &committee.slug);
            self.refer(&kinds::ORGANISATION, &committee.owners);
            self.name(&committee.slug, &committee.designation);
            self.cites(&committee.slug, &committee.cites, |field| has_field(&kinds::COMMITTEE, field));
        }
        for event in &file.event {
            self.event(event);
        }
        for channel in &file.channel {
            self.channel(channel);
        }
        for instrument in &file.instrument {
            self.value::<InstrumentKind>(Some(&instrument.kind));
            self.refer(&kinds::ORGANISATION, &instrument.custodians);
            self.refer(&kinds::ISSUE, &instrument.issues);
            self.parties(&instrument.parties);
            self.name(&instrument.slug, &instrument.name);
            self.year(&instrument.slug, instrument.adopted_year);
            self.cites(&instrument.slug, &instrument.cites, |field| has_field(&kinds::INSTRUMENT, field));
        }
        for initiative in &file.initiative {
            self.value::<InitiativeKind>(Some(&initiative.kind));
            self.partners(&initiative.participants);
            self.parties(&initiative.countries);
            self.refer(&kinds::ISSUE, &initiative.issues);
            self.name(&initiative.slug, &initiative.name);
            self.year(&initiative.slug, initiative.started_year);
            self.cites(&initiative.slug, &initiative.cites, |field| has_field(&kinds::INITIATIVE, field));
        }
        for resource in &file.resource {
            self.value::<ResourceKind>(Some(&resource.kind));
            self.value::<ResourceAvailability>(Some(&resource.availability));
            self.refer(&kinds::ORGANISATION, &resource.providers);
            self.refer(&kinds::ISSUE, &resource.issues);
            self.name(&resource.slug, &resource.name);
            self.url(&resource.slug, resource.url.as_deref());
            self.cites(&resource.slug, &resource.cites, |field| has_field(&kinds::RESOURCE, field));
        }
    }

    fn standard(&mut self, standard: &Standard) {
        self.value::<StandardType>(Some(&standard.r#type));
        self.value::<StandardStatus>(Some(&standard.status));
        self.date(standard.published_on.as_ref());
        self.refer(&kinds::ORGANISATION, &standard.publishers);
        self.refer(&kinds::COMMITTEE, &standard.committees);
        self.refer(&kinds::ISSUE, &standard.issues);
        self.languages(&standard.titles, standard.title.is_some());
        let mut seen = HashSet::new();
        for relation in &standard.relations {
            self.value::<StandardRelationKind>(Some(&relation.kind));
            if !seen.insert((relation.kind.get_ref(), identifier::key(&relation.identifier))) {
                self.wrong(&relation.kind, format!("the relation to {} stands here twice", relation.identifier));
            }
        }
        let mut seen = HashSet::new();
        for subject in &standard.subjects {
            if !seen.insert((&subject.scheme, &subject.code)) {
                self.wrong(
                    &standard.identifier,
                    format!("the subject {} {} stands here twice", subject.scheme, subject.code),
                );
            }
        }
        let mut seen = HashSet::new();
        for other in &standard.other_identifiers {
            if !seen.insert(other) {
                self.wrong(&standard.identifier, format!("the other identifier {other} stands here twice"));
            }
        }
        self.cites(&standard.identifier, &standard.cites, |field| has_field(&kinds::STANDARD, field));
        self.url(&standard.identifier, standard.url.as_deref());
    }

    fn event(&mut self, event: &super::file::Event) {
        self.value::<EventFormat>(Some(&event.format));
        self.date(event.starts_on.as_ref());
        self.date(event.ends_on.as_ref());
        for moment in [&event.starts_at, &event.ends_at].into_iter().flatten() {
            if let Err(message) = read_date_time(moment.get_ref()) {
                self.wrong(moment, message);
            }
        }
        if let Some(zone) = &event.time_zone
            && jiff::tz::TimeZone::get(zone.get_ref()).is_err()
        {
            self.wrong(zone, format!("`{}` is no time zone: write an IANA name such as Europe/Zurich", zone.get_ref()));
        }
        self.country(event.country.as_ref());
        self.refer(&kinds::ORGANISATION, &event.organisers);
        self.refer(&kinds::ISSUE, &event.issues);
        self.name(&event.slug, &event.title);
        self.url(&event.slug, event.url.as_deref());
        self.url(&event.slug, event.registration_url.as_deref());
        let starts = event.starts_on.as_ref().and_then(|date| event::days(date.get_ref()));
        if let (Some((first, _)), Some(ends)) = (starts, &event.ends_on)
            && event::days(ends.get_ref()).is_some_and(|(_, last)| last < first)
        {
            self.wrong(ends, "the event ends before it starts".to_owned());
        }
        self.cites(&event.slug, &event.cites, |field| has_field(&kinds::EVENT, field));
    }

    fn channel(&mut self, channel: &Channel) {
        self.value::<ChannelPlatform>(Some(&channel.platform));
        self.value::<RecordKind>(channel.owner_kind.as_ref());
        if let Some(kind) = owner_kind(channel) {
            self.refer(kind, [&channel.owner]);
        }
        self.make(&kinds::CHANNEL, &channel.platform, &self.channels.slug_of(channel));
        self.cites(&channel.platform, &channel.cites, |field| has_field(&kinds::CHANNEL, field));
        self.url(&channel.platform, channel.url.as_deref());
    }

    fn refer<'n>(&mut self, kind: &'static Kind, names: impl IntoIterator<Item = &'n Name>) {
        let mut seen = HashSet::new();
        for name in names {
            if !self.slugs.get(kind.name).is_some_and(|slugs| slugs.contains_key(name.get_ref())) {
                self.wrong(name, format!("there is no {} `{}`", kind.name.to_lowercase(), name.get_ref()));
            }
            if !seen.insert(name.get_ref()) {
                self.wrong(name, format!("`{}` stands here twice", name.get_ref()));
            }
        }
    }

    /// Follows the parents of a record upwards, which must end.
    fn climb(&mut self, kind: &'static Kind, slug: &Name) {
        let mut at = slug.get_ref();
        for _ in 0..32 {
            match self.parents.get(&(kind.name, at.clone())) {
                Some(parent) => at = parent,
                None => return,
            }
        }
        self.wrong(slug, format!("the parents of `{}` never end", slug.get_ref()));
    }

    fn partners(&mut self, partners: &[Partner]) {
        let mut seen = HashSet::new();
        for partner in partners {
            self.refer(&kinds::ORGANISATION, [&partner.organisation]);
            self.value::<PartnerRole>(Some(&partner.role));
            if !seen.insert((partner.organisation.get_ref(), partner.role.get_ref())) {
                self.wrong(&partner.organisation, format!("`{}` has this role twice", partner.organisation.get_ref()));
            }
        }
    }

    fn parties(&mut self, parties: &[Party]) {
        let mut seen = HashSet::new();
        for party in parties {
            self.country(Some(&party.country));
            if !seen.insert(party.country.get_ref()) {
                self.wrong(&party.country, format!("{} stands here twice", party.country.get_ref()));
            }
        }
    }

    fn country(&mut self, code: Option<&Name>) {
        if let Some(code) = code
            && !self.codes.contains(code.get_ref())
        {
            self.wrong(code, format!("`{}` is no ISO 3166-1 alpha-2 code of a country", code.get_ref()));
        }
    }

    fn date(&mut self, date: Option<&Name>) {
        if let Some(date) = date
            && event::days(date.get_ref()).is_none()
        {
            self.wrong(date, format!("\"{}\" is no date: write YYYY, YYYY-MM or YYYY-MM-DD", date.get_ref()));
        }
    }

    fn name(&mut self, at: &Name, name: &str) {
        if name.trim().is_empty() {
            self.wrong(at, "a name is empty".to_owned());
        }
    }

    /// Texts in several languages. Where the record has a text of its own, that one is in English.
    fn languages(&mut self, texts: &BTreeMap<Name, String>, has_own: bool) {
        let mut seen: HashSet<String> = has_own.then(|| "en".to_owned()).into_iter().collect();
        for (tag, text) in texts {
            if !is_tag(tag.get_ref()) {
                self.wrong(
                    tag,
                    format!("`{}` is no language: write a BCP 47 tag such as fr or zh-Hant", tag.get_ref()),
                );
            } else if !seen.insert(tag.get_ref().to_lowercase()) {
                self.wrong(tag, format!("the language `{}` stands here a second time", tag.get_ref()));
            }
            self.name(tag, text);
        }
    }

    fn url(&mut self, at: &Name, url: Option<&str>) {
        let is_web = |url: &str| {
            let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
            rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
        };
        if let Some(url) = url.filter(|url| !is_web(url)) {
            self.wrong(at, format!("\"{url}\" is no absolute address of the web: write https://…"));
        }
    }

    fn year(&mut self, at: &Name, year: Option<i64>) {
        if let Some(year) = year.filter(|year| !YEARS.contains(year)) {
            self.wrong(at, format!("{year} is no year between {} and {}", YEARS.start(), YEARS.end()));
        }
    }

    fn value<T: ActiveEnum<Value = String>>(&mut self, name: Option<&Name>) {
        if let Some(name) = name
            && T::try_from_value(name.get_ref()).is_err()
        {
            let values: Vec<String> = T::values();
            self.wrong(name, format!("`{}` is none of {}", name.get_ref(), values.join(", ")));
        }
    }

    fn cites(&mut self, at: &Name, cites: &[Cite], has: impl Fn(&str) -> bool) {
        if cites.is_empty() {
            self.wrong(at, "a citation is missing: say where this comes from".to_owned());
        }
        let mut seen = HashSet::new();
        for cite in cites {
            if !self.sources.contains(cite.source.get_ref()) {
                self.wrong(&cite.source, format!("there is no source `{}`", cite.source.get_ref()));
            }
            if let Some(field) = cite.field.as_deref().filter(|field| !has(field)) {
                self.wrong(&cite.source, format!("a citation speaks for `{field}`, which is no field here"));
            }
            if !seen.insert((cite.source.get_ref(), &cite.locator, &cite.field, &cite.note)) {
                self.wrong(&cite.source, format!("the citation of `{}` stands here twice", cite.source.get_ref()));
            }
        }
    }
}

/// The slug that a standard is given or makes.
pub fn standard_slug(standard: &Standard) -> String {
    standard.slug.as_ref().map_or_else(
        || standard::slug_of(standard.identifier.get_ref(), standard.edition.as_deref()),
        |slug| slug.get_ref().clone(),
    )
}

/// The kind of a channel's owner: an organisation where nothing else is said.
pub fn owner_kind(channel: &Channel) -> Option<&'static Kind> {
    channel.owner_kind.as_ref().map_or(Some(&kinds::ORGANISATION), |kind| kinds::by_code(kind.get_ref()))
}

/// A moment that was checked.
pub fn moment(text: Option<&Name>) -> Option<i64> {
    text.and_then(|text| read_date_time(text.get_ref()).ok())
}

/// Whether a citation may speak for this: a column or a link of the kind.
fn has_field(kind: &'static Kind, field: &str) -> bool {
    let is_link = kind.links.iter().any(|link| link.field == api_name(field));
    is_link || kind.read_columns().any(|column| column.name == field || column.api_name() == field)
}
