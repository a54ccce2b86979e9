//! Who and what is meant: organisations, committees, issues and countries of the atlas by all they are known by. Kept in
//! memory for a run, since every record names some, and read anew when somebody else has written.
//!
//! # Identity of organisations
//!
//! A body is the organisation that has its name, among other names and names in other languages too; else the one that
//! has its acronym, unless both are known to act for different countries; else a new one. Whoever has both its name and
//! its acronym is meant whatever the country: an organisation at the border is in two. Of two entries of one register
//! with one acronym and different names, each is an organisation. Names that only stand for their acronym are no names,
//! and give way to the first one that is. A new one takes its acronym as slug where nobody has it, else acronym and country, else
//! its name, else its name with a short hash.
//!
//! # Identity of committees
//!
//! A committee is told by its slug: the designation with the acronyms of its owners in front, where it does not begin
//! with them ("ISO/IEC JTC 1/SC 27" and "iso/iec jtc1/sc27" are one, "TC39" is Ecma's).

use std::collections::{HashMap, HashSet};

use formats::record::{Body, Group};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbErr};

use crate::graph::fold::fold;
use crate::graph::{Kind, identifier, kinds};

/// An organisation, as far as others name it.
#[derive(Clone, Debug, Default)]
pub struct Organisation {
    pub slug: String,
    pub acronym: Option<String>,
    pub country: Option<i64>,
    /// Whether its name is more than its acronym.
    pub has_name: bool,
}

/// A committee, as far as others name it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Committee {
    pub id: i64,
    pub has_name: bool,
}

/// All that records may name.
#[derive(Default)]
pub struct Directory {
    /// The newest entry of the log that is known here.
    sequence: Option<i64>,
    pub organisations: HashMap<i64, Organisation>,
    by_name: HashMap<String, Vec<i64>>,
    by_acronym: HashMap<String, Vec<i64>>,
    /// By [`committee_key`] of the slug.
    committees: HashMap<String, Committee>,
    issues: HashMap<String, i64>,
    countries: HashMap<String, i64>,
    /// Titles of subjects by scheme and code.
    subjects: HashMap<(String, String), Option<String>>,
    /// Sources by name.
    pub sources: HashMap<String, i64>,
    /// Sources that the built-in records cite.
    pub curated_sources: HashSet<i64>,
    /// Slugs in use, former ones too, of all kinds but standards and events: by table and slug.
    slugs: HashMap<&'static str, HashMap<String, i64>>,
}

impl Directory {
    /// Reads everything anew if the log has grown since.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn refresh<C: ConnectionTrait>(&mut self, db: &C, sequence: i64) -> Result<(), DbErr> {
        if self.sequence == Some(sequence) {
            return Ok(());
        }
        *self = Self::default();
        self.read_organisations(db).await?;
        self.read_committees(db).await?;
        let mut issues = Query::select();
        issues.columns(["id", "slug", "name", "other_names"]).from("issue");
        for row in db.query_all(&issues).await? {
            let id: i64 = row.try_get("", "id")?;
            let slug: String = row.try_get("", "slug")?;
            let others: String = row.try_get("", "other_names")?;
            let others: Vec<String> = serde_json::from_str(&others).unwrap_or_default();
            let name: String = row.try_get("", "name")?;
            for known in [slug.clone(), fold(&name)].into_iter().chain(others.iter().map(|other| fold(other))) {
                self.issues.entry(known).or_insert(id);
            }
            self.take_slug(&kinds::ISSUE, slug, id);
        }
        let mut countries = Query::select();
        countries.columns(["id", "code", "alpha3", "name_fold"]).from("country");
        for row in db.query_all(&countries).await? {
            let id: i64 = row.try_get("", "id")?;
            for column in ["code", "alpha3", "name_fold"] {
                self.countries.insert(fold(&row.try_get::<String>("", column)?), id);
            }
        }
        let mut subjects = Query::select();
        subjects.columns(["scheme", "code", "title"]).from("subject");
        for row in db.query_all(&subjects).await? {
            self.subjects.insert((row.try_get("", "scheme")?, row.try_get("", "code")?), row.try_get("", "title")?);
        }
        let mut sources = Query::select();
        sources.columns(["id", "name"]).from("source");
        for row in db.query_all(&sources).await? {
            self.sources.insert(row.try_get("", "name")?, row.try_get("", "id")?);
        }
        for row in db.query_all(&curated_sources()).await? {
            self.curated_sources.insert(row.try_get("", "record_id")?);
        }
        for kind in [&kinds::INSTRUMENT, &kinds::INITIATIVE, &kinds::RESOURCE, &kinds::CHANNEL] {
            let mut slugs = Query::select();
            slugs.columns(["id", "slug"]).from(kind.table);
            for row in db.query_all(&slugs).await? {
                self.take_slug(kind, row.try_get("", "slug")?, row.try_get("", "id")?);
            }
        }
        let mut former = Query::select();
        former
            .columns(["record_id", "kind", "slug"])
            .from("slug_alias")
            .and_where(Expr::col("kind").is_not_in([kinds::STANDARD.code, kinds::EVENT.code]));
        for row in db.query_all(&former).await? {
            if let Some(kind) = kinds::by_code(&row.try_get::<String>("", "kind")?) {
                self.take_slug(kind, row.try_get("", "slug")?, row.try_get("", "record_id")?);
            }
        }
        self.sequence = Some(sequence);
        Ok(())
    }

    async fn read_organisations<C: ConnectionTrait>(&mut self, db: &C) -> Result<(), DbErr> {
        let mut organisations = Query::select();
        organisations.columns(["id", "slug", "name", "acronym", "other_names", "country_id"]).from("organisation");
        // Of several that have one name or acronym, the oldest is meant.
        organisations.order_by("id", Order::Asc);
        let mut other_names = Vec::new();
        for row in db.query_all(&organisations).await? {
            let id: i64 = row.try_get("", "id")?;
            let others: String = row.try_get("", "other_names")?;
            let others: Vec<String> = serde_json::from_str(&others).unwrap_or_default();
            let name: String = row.try_get("", "name")?;
            let acronym: Option<String> = row.try_get("", "acronym")?;
            let known = Organisation {
                slug: row.try_get("", "slug")?,
                has_name: acronym.as_ref() != Some(&name),
                acronym,
                country: row.try_get("", "country_id")?,
            };
            self.know_organisation(id, known, [name]);
            other_names.extend(others.into_iter().map(|other| (id, other)));
        }
        // Whose own name it is, is meant before those who have it among others.
        for (id, other) in other_names {
            self.know_name(id, &other);
        }
        let mut names = Query::select();
        names.columns(["organisation_id", "value"]).from("organisation_name").order_by("organisation_id", Order::Asc);
        for row in db.query_all(&names).await? {
            let value: String = row.try_get("", "value")?;
            self.by_name.entry(fold(&value)).or_default().push(row.try_get("", "organisation_id")?);
        }
        Ok(())
    }

    async fn read_committees<C: ConnectionTrait>(&mut self, db: &C) -> Result<(), DbErr> {
        let mut committees = Query::select();
        committees.columns(["id", "slug", "name"]).from("committee");
        for row in db.query_all(&committees).await? {
            let known = Committee {
                id: row.try_get("", "id")?,
                has_name: row.try_get::<Option<String>>("", "name")?.is_some(),
            };
            self.know_committee(row.try_get("", "slug")?, known);
        }
        Ok(())
    }

    /// The log has grown to here by this run itself.
    pub fn is_at(&mut self, sequence: i64) {
        self.sequence = Some(sequence);
    }

    /// Forgets everything, where what was written is undone.
    pub fn forget(&mut self) {
        self.sequence = None;
    }

    /// Adds an organisation, with its names.
    pub fn know_organisation(&mut self, id: i64, known: Organisation, names: impl IntoIterator<Item = String>) {
        for name in names {
            self.know_name(id, &name);
        }
        if let Some(acronym) = &known.acronym {
            self.by_acronym.entry(fold(acronym)).or_default().push(id);
        }
        self.take_slug(&kinds::ORGANISATION, known.slug.clone(), id);
        self.organisations.insert(id, known);
    }

    /// Adds a name of an organisation.
    pub fn know_name(&mut self, id: i64, name: &str) {
        let ids = self.by_name.entry(fold(name)).or_default();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }

    pub fn know_committee(&mut self, slug: String, known: Committee) {
        self.committees.insert(committee_key(&slug), known);
        self.take_slug(&kinds::COMMITTEE, slug, known.id);
    }

    pub fn know_issue(&mut self, slug: &str, name: &str, id: i64) {
        for known in [slug.to_owned(), fold(name)] {
            self.issues.entry(known).or_insert(id);
        }
        self.take_slug(&kinds::ISSUE, slug.to_owned(), id);
    }

    pub fn know_subject(&mut self, scheme: &str, code: &str, title: Option<String>) {
        self.subjects.insert((scheme.to_owned(), code.to_owned()), title);
    }

    pub fn know_country(&mut self, code: &str, id: i64) {
        self.countries.insert(fold(code), id);
    }

    /// Notes that a slug is in use.
    pub fn take_slug(&mut self, kind: &'static Kind, slug: String, id: i64) {
        self.slugs.entry(kind.table).or_default().entry(slug).or_insert(id);
    }

    /// Whose slug it is.
    pub fn by_slug(&self, kind: &'static Kind, slug: &str) -> Option<i64> {
        self.slugs.get(kind.table).and_then(|slugs| slugs.get(slug)).copied()
    }

    /// The organisation that has the name of this body; that with its acronym where this is all it says.
    pub fn organisation_named(&self, body: &Body) -> Option<i64> {
        if name_of(body).is_none() {
            return self.organisation(body);
        }
        self.organisation(&Body { acronym: None, ..body.clone() }).filter(|id| {
            let name = body.name.as_deref().map(fold).unwrap_or_default();
            self.by_name.get(&name).is_some_and(|ids| ids.contains(id))
        })
    }

    /// The organisation that is meant.
    pub fn organisation(&self, body: &Body) -> Option<i64> {
        let country = body.country.as_deref().and_then(|country| self.country(country));
        let fits = |id: &&i64| match (country, self.organisations.get(id).and_then(|known| known.country)) {
            (Some(wanted), Some(own)) => wanted == own,
            _ => true,
        };
        let acronym = body.acronym.as_deref();
        let has_acronym = |id: &&i64| {
            let own = self.organisations.get(id).and_then(|known| known.acronym.as_deref()).map(fold);
            own.is_some() && own == acronym.map(fold)
        };
        let named = |name: &str| {
            let ids = self.by_name.get(&fold(name))?;
            ids.iter().find(fits).or_else(|| ids.iter().find(has_acronym))
        };
        let name = name_of(body);
        let by_acronym = |acronym: &str| self.by_acronym.get(&fold(acronym)).and_then(|ids| ids.iter().find(fits));
        // What stands as a name may be an acronym or the other way round.
        name.and_then(named)
            .or_else(|| acronym.and_then(by_acronym))
            .or_else(|| acronym.and_then(named))
            .or_else(|| if acronym.is_none() { name.and_then(by_acronym) } else { None })
            .copied()
    }

    /// A slug for a new organisation.
    pub fn organisation_slug(&self, body: &Body, name: &str) -> String {
        let free = |slug: &String| !slug.is_empty() && self.by_slug(&kinds::ORGANISATION, slug).is_none();
        let acronym = body.acronym.as_deref().map(identifier::slug).filter(|slug| !slug.is_empty());
        let by_name = super::prepare::shortened(&identifier::slug(name)).to_owned();
        let with_country = acronym
            .as_ref()
            .zip(body.country.as_deref())
            .map(|(acronym, country)| identifier::slug(&format!("{acronym} {country}")));
        let hashed = || super::prepare::hashed_slug(if by_name.is_empty() { "body" } else { &by_name }, name);
        [acronym, with_country, Some(by_name.clone())].into_iter().flatten().find(free).unwrap_or_else(hashed)
    }

    /// The committee with this slug.
    pub fn committee(&self, slug: &str) -> Option<&Committee> {
        self.committees.get(&committee_key(slug))
    }

    pub fn committee_mut(&mut self, slug: &str) -> Option<&mut Committee> {
        self.committees.get_mut(&committee_key(slug))
    }

    /// The slug of a group whose owners are known.
    pub fn committee_slug(&self, group: &Group, owners: &[i64]) -> String {
        let plain = identifier::slug(&group.designation);
        let acronyms: Vec<&str> =
            owners.iter().filter_map(|owner| self.organisations.get(owner)).map(|owner| owner.slug.as_str()).collect();
        let begins =
            |prefix: &str| plain.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        let slug = if acronyms.is_empty() || acronyms.iter().any(|acronym| begins(acronym)) {
            plain
        } else {
            format!("{}-{plain}", acronyms.join("-"))
        };
        super::prepare::shortened(&slug).to_owned()
    }

    /// The issue of this name or slug.
    pub fn issue(&self, name: &str) -> Option<i64> {
        self.issues.get(&fold(name)).copied()
    }

    /// The country with this code or name.
    pub fn country(&self, name: &str) -> Option<i64> {
        let folded = fold(name.trim().trim_end_matches('.'));
        let usual = match folded.replace('.', "").as_str() {
            "usa" | "united states" | "united states of america" => "us",
            "uk" | "united kingdom" | "great britain" | "england" | "scotland" => "gb",
            "south korea" | "korea" | "republic of korea" => "kr",
            "czech republic" => "cz",
            "russia" => "ru",
            "turkey" => "tr",
            "vietnam" => "vn",
            "taiwan" => "tw",
            "the netherlands" => "nl",
            "uae" => "ae",
            _ => folded.as_str(),
        }
        .to_owned();
        self.countries.get(&usual).copied()
    }

    /// The title that the classification itself gives.
    pub fn subject(&self, scheme: &str, code: &str) -> Option<&Option<String>> {
        self.subjects.get(&(scheme.to_owned(), code.to_owned()))
    }
}

/// The name of a body, where it is more than its acronym.
fn name_of(body: &Body) -> Option<&str> {
    let acronym = body.acronym.as_deref().map(fold);
    body.name.as_deref().filter(|name| acronym.is_none_or(|acronym| acronym != fold(name)))
}

/// The keys of sources that the built-in records cite.
pub fn curated_sources() -> SelectStatement {
    let mut curated = Query::select();
    curated
        .column("record_id")
        .from("change")
        .and_where(Expr::col("kind").eq(kinds::SOURCE.code))
        .and_where(Expr::col("actor").eq("seed"));
    curated
}

/// Slugs of committees without their hyphens: "jtc-1" and "jtc1" are one.
fn committee_key(slug: &str) -> String {
    let mut key = String::with_capacity(slug.len());
    let mut characters = slug.chars().peekable();
    while let Some(character) = characters.next() {
        // A hyphen between digits tells numbers apart.
        let between_digits =
            key.ends_with(|last: char| last.is_ascii_digit()) && characters.peek().is_some_and(char::is_ascii_digit);
        if character != '-' || between_digits {
            key.push(character);
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory() -> Directory {
        let mut directory = Directory::default();
        directory.know_country("GB", 1);
        directory.know_country("DE", 2);
        let body = |slug: &str, acronym: &str, country| Organisation {
            slug: slug.to_owned(),
            acronym: Some(acronym.to_owned()),
            country,
            has_name: true,
        };
        directory.know_organisation(10, body("iwo", "IWO", None), ["International Widget Organization".to_owned()]);
        directory.know_organisation(11, body("bsw", "BSW", Some(1)), ["British Widgets".to_owned()]);
        directory
    }

    fn named(acronym: Option<&str>, name: Option<&str>, country: Option<&str>) -> Body {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Body { acronym: owned(acronym), name: owned(name), website: None, country: owned(country) }
    }

    #[test]
    fn bodies_are_found_by_name_then_by_acronym() {
        let directory = directory();
        for (body, expected) in [
            (named(Some("iwo"), None, None), Some(10)),
            (named(None, Some("international widget organization"), None), Some(10)),
            (named(Some("XX"), Some("International Widget Organization"), None), Some(10)),
            (named(Some("IWO"), Some("Another Spelling"), None), Some(10)),
            (named(None, Some("IWO"), None), Some(10)),
            (named(Some("BSW"), None, Some("GB")), Some(11)),
            (named(Some("BSW"), None, Some("DE")), None),
            (named(None, Some("British Widgets"), Some("DE")), None),
            (named(Some("BSW"), Some("British Widgets"), Some("DE")), Some(11)),
            (named(Some("ZZZ"), Some("Nobody"), None), None),
        ] {
            assert_eq!(directory.organisation(&body), expected, "{body:?}");
        }
    }

    #[test]
    fn an_acronym_is_no_name() {
        let mut directory = directory();
        directory.know_name(11, "IWO");
        assert_eq!(directory.organisation_named(&named(Some("IWO"), Some("iwo"), None)), Some(10));
        assert_eq!(directory.organisation_named(&named(Some("IWO"), None, None)), Some(10));
        assert_eq!(directory.organisation(&named(Some("IWO"), Some("iwo"), None)), Some(10));
        assert_eq!(directory.organisation_named(&named(None, Some("IWO"), None)), Some(11));
    }

    #[test]
    fn a_second_body_with_an_acronym_takes_the_country_or_its_name() {
        let directory = directory();
        let slug = |body: &Body| directory.organisation_slug(body, body.name.as_deref().unwrap_or_default());
        assert_eq!(slug(&named(Some("BSW"), Some("Bund"), Some("DE"))), "bsw-de");
        assert_eq!(slug(&named(Some("IWO"), Some("Other Body"), None)), "other-body");
        assert_eq!(slug(&named(Some("NEW"), Some("New Body"), None)), "new");
        assert_eq!(slug(&named(Some("IWO"), Some("Bsw"), None)), super::super::prepare::hashed_slug("bsw", "Bsw"));
    }

    #[test]
    fn committees_are_one_however_their_designation_is_spaced() {
        let mut directory = directory();
        let group = |designation: &str| Group { designation: designation.to_owned(), ..Group::default() };
        let slug = directory.committee_slug(&group("IWO/TC 1/SC 2"), &[10]);
        assert_eq!(slug, "iwo-tc-1-sc-2");
        directory.know_committee(slug, Committee { id: 5, ..Committee::default() });
        let other = directory.committee_slug(&group("iwo/tc1/sc2"), &[10]);
        assert_eq!(directory.committee(&other).map(|known| known.id), Some(5));
        assert!(directory.committee(&directory.committee_slug(&group("IWO/TC 12"), &[10])).is_none());
        assert_eq!(directory.committee_slug(&group("TC39"), &[10]), "iwo-tc39");
    }
}
