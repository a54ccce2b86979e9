//! Trees into records.

use super::identity;
use super::tree::Value;
use super::vocabulary;
use crate::item::Outcome;
use crate::record::{
    Body, Event, EventFormat, Group, Localised, Organisation, Record, Relation, Standard, StandardStatus, Subject,
};
use crate::text;

/// What a document says; none for files that belong to records and are none.
pub fn outcome(document: &Value<'_>) -> Option<Outcome> {
    let Value::Map(_) = document else {
        return Some(Outcome::Rejected("line 1: no Relaton record, since no map".to_owned()));
    };
    let identifiers = Identifiers::of(document);
    if identifiers.all.is_empty() {
        if *document.get("logo") != Value::Nothing && *document.get("title") == Value::Nothing {
            return None;
        }
        if let Some(organisation) = organisation(document) {
            return Some(Outcome::Record(Record::Organisation(Box::new(organisation))));
        }
        let has_title = !titles(document).is_empty();
        let reason = if has_title { "no identifier" } else { "neither identifier nor title" };
        return Some(Outcome::Rejected(format!("line 1: {reason}")));
    }
    let kind = doctype(document);
    Some(match (kind.as_deref(), document.get("type").text()) {
        (Some("article"), _) | (_, Some("article")) => Outcome::Skipped("a journal article"),
        (Some("meeting-report"), _) => Outcome::Record(Record::Event(Box::new(event(document, &identifiers)))),
        (
            Some("decision" | "resolution" | "action" | "recommendation" | "statement" | "declaration"),
            Some("proceedings"),
        ) => Outcome::Skipped("a decision of a meeting"),
        _ => Outcome::Record(Record::Standard(Box::new(standard(document, &identifiers, kind.as_deref())))),
    })
}

fn doctype(document: &Value<'_>) -> Option<String> {
    let ext = document.get("ext").get("doctype");
    let value = if *ext == Value::Nothing { document.get("doctype") } else { ext };
    value.text().map(text::plain)
}

/// So many titles, identifiers, contributors, subjects and committees of one record are looked at. The most that a known
/// record has of any is 216.
const MOST: usize = 1000;

/// One identifier of a record.
struct Identifier<'a> {
    text: String,
    scheme: &'a str,
    scope: Option<&'a str>,
}

struct Identifiers<'a> {
    all: Vec<Identifier<'a>>,
    primary: usize,
}

impl<'a> Identifiers<'a> {
    fn of(document: &'a Value<'_>) -> Self {
        let mut all = Vec::new();
        let mut primary = None;
        for entry in document.any(&["docidentifier", "docid"]).each().iter().take(MOST) {
            let Some(text) = entry.text().map(text::plain).filter(|text| !text.is_empty()) else { continue };
            if primary.is_none() && entry.get("primary").text() == Some("true") {
                primary = Some(all.len());
            }
            let scheme = entry.get("type").text().unwrap_or_default();
            all.push(Identifier { text, scheme, scope: entry.get("scope").text() });
        }
        Self { all, primary: primary.unwrap_or_default() }
    }

    fn primary(&self) -> Option<&Identifier<'a>> {
        self.all.get(self.primary)
    }

    fn others(&self) -> Vec<String> {
        let Some(primary) = self.primary() else { return Vec::new() };
        let mut others: Vec<String> = Vec::new();
        let rest = self.all.iter().enumerate().filter(|(at, _)| *at != self.primary).map(|(_, identifier)| identifier);
        let rest = rest.filter_map(|identifier| identity::other(&identifier.text, identifier.scheme, identifier.scope));
        for other in identity::with_owner(&primary.text, primary.scheme).into_iter().chain(rest) {
            if other != primary.text && !others.contains(&other) {
                others.push(other);
            }
        }
        others
    }
}

fn standard(document: &Value<'_>, identifiers: &Identifiers<'_>, kind: Option<&str>) -> Standard {
    let (identifier, scheme) =
        identifiers.primary().map_or(("", ""), |identifier| (identifier.text.as_str(), identifier.scheme));
    let published_on = published_on(document, scheme);
    let (stage, status) = status(document, scheme, identifier, published_on.is_some());
    let is_numbered = identity::has_numbered_editions(scheme);
    let publishers = publishers(document, scheme, identifier);
    Standard {
        undated_identifier: series(document, scheme, identifier).or_else(|| identity::undated(identifier, scheme)),
        edition: if is_numbered { edition(document) } else { None },
        volume: if is_numbered { volume(document) } else { None },
        other_identifiers: identifiers.others(),
        titles: titles(document),
        r#abstract: abstract_(document),
        r#type: vocabulary::kind(kind, scheme, identifier),
        status: Some(status),
        stage,
        url: url(document),
        languages: languages(document.get("language")),
        committees: committees(document, scheme),
        publishers,
        subjects: subjects(document),
        relations: relations(document, identifier, is_numbered),
        freshness: Some(freshness(document, published_on.as_deref())),
        published_on,
        identifier: identifier.to_owned(),
    }
}

/// The page of a series of W3C names its editions, and they name it: it is called what they are without their date.
fn series(document: &Value<'_>, scheme: &str, identifier: &str) -> Option<String> {
    if scheme != "W3C" {
        return None;
    }
    let relations = document.get("relation").each();
    let first = |kind: &str| relations.iter().find(|relation| relation.get("type").text() == Some(kind));
    match first("editionOf") {
        Some(edition) => Identifiers::of(edition.get("bibitem")).primary().map(|series| series.text.clone()),
        None => first("hasEdition").map(|_| identifier.to_owned()),
    }
}

fn languages(value: &Value<'_>) -> Vec<String> {
    let mut languages: Vec<String> = Vec::new();
    for language in value.each().iter().take(MOST).filter_map(Value::text).filter_map(text::language) {
        if !languages.contains(&language) {
            languages.push(language);
        }
    }
    languages
}

/// One title for each language: the main one, else its parts as ISO joins them. English goes first.
fn titles(document: &Value<'_>) -> Vec<Localised> {
    struct Parts {
        language: Option<String>,
        main: Option<String>,
        parts: [Option<String>; 3],
    }
    let mut all: Vec<Parts> = Vec::new();
    for title in document.get("title").each().iter().take(MOST) {
        let Some(content) = title.text().map(text::plain).filter(|content| text::says_something(content)) else {
            continue;
        };
        let language = title.get("language").text().and_then(text::language);
        let at = all.iter().position(|parts| parts.language == language).unwrap_or_else(|| {
            all.push(Parts { language, main: None, parts: [None, None, None] });
            all.len() - 1
        });
        let Some(parts) = all.get_mut(at) else { continue };
        let place = match title.get("type").text() {
            Some("title-intro") => &mut parts.parts[0],
            Some("title-main") => &mut parts.parts[1],
            Some("title-part") => &mut parts.parts[2],
            Some("main") | None => &mut parts.main,
            // Short titles, former titles and the like.
            Some(_) if parts.main.is_none() => &mut parts.main,
            Some(_) => continue,
        };
        place.get_or_insert(content);
    }
    let mut titles: Vec<Localised> = all
        .into_iter()
        .filter_map(|Parts { language, main, parts }| {
            let value = main.unwrap_or_else(|| parts.into_iter().flatten().collect::<Vec<_>>().join(" — "));
            (!value.is_empty()).then_some(Localised { language, value })
        })
        .collect();
    titles.sort_by_key(|title| title.language.as_deref() != Some("en"));
    titles
}

/// The abstract in English, else the one without language, else the first.
fn abstract_(document: &Value<'_>) -> Option<String> {
    let all = document.get("abstract").each();
    let language = |value: &Value<'_>| value.get("language").text().and_then(text::language);
    let of =
        |wanted: Option<&str>| all.iter().find(|value| language(value).as_deref() == wanted && value.text().is_some());
    let chosen = of(Some("en")).or_else(|| of(None)).or_else(|| all.first())?;
    let content = text::markdown(chosen.text()?);
    text::says_something(&content).then_some(content)
}

/// The day of publication: `published`, else `issued`, else `created`, else `updated`. IEEE has published old standards
/// anew on the web: there `issued` goes first, which is the date of the edition.
fn published_on(document: &Value<'_>, scheme: &str) -> Option<String> {
    let order = match scheme {
        "IEEE" => ["issued", "published", "created", "updated"],
        _ => ["published", "issued", "created", "updated"],
    };
    order.iter().find_map(|kind| date(document, kind).0)
}

/// The first date of a kind, and the last day where it takes several.
fn date(document: &Value<'_>, kind: &str) -> (Option<String>, Option<String>) {
    let mut dates = document.get("date").each().iter().filter(|date| date.get("type").text() == Some(kind));
    let read = |date: &Value<'_>| {
        let first = date.any(&["value", "at", "from", "on"]).text().and_then(text::date)?;
        Some((Some(first), date.get("to").text().and_then(text::date)))
    };
    dates.find_map(read).unwrap_or_default()
}

fn status(document: &Value<'_>, scheme: &str, identifier: &str, is_dated: bool) -> (Option<String>, StandardStatus) {
    let status = document.any(&["docstatus", "status"]);
    let stage = status.get("stage");
    let word = stage.any(&["content", "value"]).text().or_else(|| stage.text()).map(text::plain);
    let substage = status.get("substage").text().map(text::plain);
    // IEEE says of some what they are in another place.
    let word = word.or_else(|| document.get("ext").get("standard_status").text().map(text::plain));
    let Some(word) = word else {
        // The IETF cites what is published.
        let is_cited = matches!(doctype(document).as_deref(), Some("rfc" | "ieee")) && scheme != "XEP" && is_dated;
        let status = vocabulary::status_without_stage(scheme, identifier, is_dated);
        return (None, if is_cited { StandardStatus::Published } else { status });
    };
    let known = vocabulary::status(&word, substage.as_deref()).unwrap_or(StandardStatus::Unknown);
    (Some(substage.map_or_else(|| word.clone(), |substage| format!("{word}.{substage}"))), known)
}

fn edition(document: &Value<'_>) -> Option<String> {
    document.get("edition").text().map(text::plain).filter(|edition| !edition.is_empty())
}

/// The volume, or the annex and the like that it is on its own: "2", "annex A".
fn volume(document: &Value<'_>) -> Option<String> {
    document.get("extent").each().iter().find_map(|extent| {
        let localities = extent.any(&["locality", "locality_stack"]);
        localities.each().iter().find_map(|locality| {
            let number = locality.any(&["reference_from", "referenceFrom"]).text().map(text::plain)?;
            match locality.get("type").text() {
                Some("volume") | None => Some(number),
                Some(kind) => Some(format!("{kind} {number}")),
            }
        })
    })
}

/// Where the document is described, else where it is.
fn url(document: &Value<'_>) -> Option<String> {
    let links = document.any(&["link", "source", "uri"]).each();
    let order = ["citation", "src", "obp", "website", "self", "html", "pdf", "pub", "doi"];
    let chosen = order.iter().find_map(|kind| {
        let of_kind = links.iter().filter(|link| link.get("type").text() == Some(kind));
        of_kind.filter_map(Value::text).find_map(text::web_address)
    });
    let others = || {
        let others = links.iter().filter(|link| link.get("type").text() != Some("rss"));
        others.filter_map(Value::text).find_map(text::web_address)
    };
    chosen.or_else(others)
}

/// Bodies by the acronym that they are known by here. Names are those that the bodies use in English.
const BODIES: &[(&str, &str)] = &[
    ("3GPP", "3rd Generation Partnership Project"),
    ("ANSI", "American National Standards Institute"),
    ("Adobe", "Adobe Systems Incorporated"),
    ("BIPM", "International Bureau of Weights and Measures"),
    ("CCITT", "International Telegraph and Telephone Consultative Committee"),
    ("CCSDS", "Consultative Committee for Space Data Systems"),
    ("CIE", "International Commission on Illumination"),
    ("CalConnect", "The Calendaring and Scheduling Consortium"),
    ("EASC", "Eurasian Economic Standards Council"),
    ("ETSI", "European Telecommunications Standards Institute"),
    ("Ecma", "Ecma International"),
    ("IANA", "Internet Assigned Numbers Authority"),
    ("IEC", "International Electrotechnical Commission"),
    ("IEEE", "Institute of Electrical and Electronics Engineers"),
    ("IETF", "Internet Engineering Task Force"),
    ("IHO", "International Hydrographic Organization"),
    ("ISO", "International Organization for Standardization"),
    ("ITU", "International Telecommunication Union"),
    ("MLIT", "Ministry of Land, Infrastructure, Transport and Tourism"),
    ("NIST", "National Institute of Standards and Technology"),
    ("OASIS", "Organization for the Advancement of Structured Information Standards"),
    ("OGC", "Open Geospatial Consortium"),
    ("W3C", "World Wide Web Consortium"),
    ("XSF", "XMPP Standards Foundation"),
];

fn body(acronym: &str) -> Option<Body> {
    let (acronym, name) = BODIES.iter().find(|(known, _)| *known == acronym)?;
    Some(Body { acronym: Some((*acronym).to_owned()), name: Some((*name).to_owned()), ..Body::default() })
}

/// Whose identifiers a scheme has.
fn owner_of(scheme: &str) -> Option<Body> {
    body(match scheme {
        "ECMA" => "Ecma",
        "XEP" => "XSF",
        "FIPS" | "NIST" => "NIST",
        "PLATEAU" => "MLIT",
        "ADOBE" => "Adobe",
        other => other,
    })
}

/// An organisation as a contributor names it.
fn named(organisation: &Value<'_>) -> Option<Body> {
    let names = organisation.get("name").each();
    let language = |value: &&Value<'_>| value.get("language").text().and_then(text::language);
    let english = names.iter().find(|name| language(name).as_deref() == Some("en"));
    let name = english.or_else(|| names.first()).and_then(Value::text).map(text::plain).filter(|name| !name.is_empty());
    let acronym = organisation.get("abbreviation").text().map(text::plain).filter(|acronym| !acronym.is_empty());
    // The same body has one acronym and one name, however a file spells them.
    let spelt = |name: &str| {
        let known = match name {
            "Commission Internationale de L'Eclairage" => "CIE",
            "International Telecommunications Union" => "ITU",
            "Japanese Ministry of Land, Infrastructure, Transport and Tourism" => "MLIT",
            "International Telephone and Telegraph Consultative Committee" => "CCITT",
            name => {
                let by_name =
                    BODIES.iter().find(|(acronym, known)| known.eq_ignore_ascii_case(name) || *acronym == name);
                by_name.map_or("", |(acronym, _)| acronym)
            }
        };
        body(known)
    };
    if let Some(known) = name.as_deref().and_then(spelt).or_else(|| body(acronym.as_deref().unwrap_or_default())) {
        return Some(known);
    }
    let website = organisation.any(&["url", "uri"]).text().map(text::line);
    let website = website.filter(|url| !url.is_empty() && !text::has_email(url) && !url.contains(' '));
    let website = website.map(|url| if url.contains("://") { url } else { format!("https://{url}") });
    (name.is_some() || acronym.is_some()).then_some(Body { acronym, name, website, country: None })
}

fn organisations<'v, 'a>(document: &'v Value<'a>) -> impl Iterator<Item = (&'v Value<'a>, &'v Value<'a>)> {
    let contributors = document.get("contributor").each().iter().take(MOST);
    contributors
        .map(|contributor| (contributor.get("organization"), contributor.get("role")))
        .filter(|(organisation, _)| **organisation != Value::Nothing)
}

fn has_role(roles: &Value<'_>, wanted: &str) -> bool {
    roles.each().iter().any(|role| role.get("type").text().or_else(|| role.text()) == Some(wanted))
}

/// The organisations that publish it: those that the record says do, those that its identifier begins with ("ISO/IEC"),
/// and where both say nothing, whose identifiers it has.
fn publishers(document: &Value<'_>, scheme: &str, identifier: &str) -> Vec<Body> {
    let mut publishers: Vec<Body> = Vec::new();
    for (organisation, roles) in organisations(document) {
        if has_role(roles, "publisher")
            && let Some(body) = named(organisation)
            && !publishers.contains(&body)
        {
            publishers.push(body);
        }
    }
    let prefix = identifier.split([' ', ':']).next().unwrap_or_default();
    for body in prefix.split('/').filter(|part| matches!(*part, "ISO" | "IEC" | "IEEE")).filter_map(body) {
        if !publishers.iter().any(|known| known.acronym == body.acronym) {
            publishers.push(body);
        }
    }
    if publishers.is_empty() {
        publishers.extend(owner_of(scheme));
    }
    if publishers.is_empty() {
        // References to other bodies name those as authors.
        publishers.extend(organisations(document).filter_map(|(organisation, _)| named(organisation)).take(1));
    }
    publishers
}

fn subjects(document: &Value<'_>) -> Vec<Subject> {
    let ext = document.get("ext").get("ics");
    let codes = if *ext == Value::Nothing { document.get("ics") } else { ext };
    let mut subjects: Vec<Subject> = Vec::new();
    for entry in codes.each().iter().take(MOST) {
        let Some(code) = entry.get("code").text().or_else(|| entry.text()).map(text::plain) else { continue };
        let is_code = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if is_code && !subjects.iter().any(|subject| subject.code == code) {
            let title = entry.get("text").text().map(text::plain).filter(|title| !title.is_empty());
            subjects.push(Subject { scheme: "ICS".to_owned(), code, title });
        }
    }
    subjects
}

fn relations(document: &Value<'_>, identifier: &str, is_numbered: bool) -> Vec<Relation> {
    let mut relations: Vec<Relation> = Vec::new();
    for entry in document.get("relation").each() {
        let Some((kind, inverse)) = entry.get("type").text().and_then(vocabulary::relation) else { continue };
        let item = entry.get("bibitem");
        let identifiers = Identifiers::of(item);
        let named = identifiers.primary().map(|identifier| identifier.text.clone());
        let other = || item.get("formattedref").text().or_else(|| item.get("id").text()).map(text::plain);
        let Some(target) = named.or_else(other).filter(|target| !target.is_empty()) else { continue };
        relations.push(Relation {
            kind,
            inverse,
            identifier: identity::target(&target, identifier),
            edition: if is_numbered { edition(item) } else { None },
            volume: if is_numbered { volume(item) } else { None },
        });
    }
    relations
}

/// Rule 6 of [`identity`].
fn freshness(document: &Value<'_>, published_on: Option<&str>) -> String {
    let layout = if *document.get("docidentifier") != Value::Nothing {
        3
    } else if *document.get("doctype") == Value::Nothing && *document.get("ext") != Value::Nothing {
        2
    } else {
        1
    };
    let schema = document.any(&["schema_version", "schema-version"]).text().unwrap_or("-");
    let fetched = document.get("fetched").text().unwrap_or("-");
    text::plain(&format!("{layout} {schema} {fetched} {}", published_on.unwrap_or("-")))
}

/// The committees behind it, from the editorial group in all its shapes and from subdivisions of contributors.
fn committees(document: &Value<'_>, scheme: &str) -> Vec<Group> {
    let mut groups = Vec::new();
    let ext = document.get("ext").get("editorialgroup");
    let editorial = if *ext == Value::Nothing { document.get("editorialgroup") } else { ext };
    // IHO nests its lists.
    for entry in editorial.each().iter().flat_map(Value::each) {
        editorial_group(entry, scheme, &mut groups);
    }
    for (organisation, _) in organisations(document) {
        for part in organisation.get("subdivision").each() {
            let name = own_name(part).map(text::plain);
            let designation = part.get("identifier").text().map(text::plain).or_else(|| name.clone());
            let name = name.filter(|name| Some(name) != designation.as_ref());
            push_group(&mut groups, designation, name, None, scheme);
        }
    }
    groups
}

/// The name of a group, which may be a text alone.
fn own_name<'v>(group: &'v Value<'_>) -> Option<&'v str> {
    let content = if let Value::Text(_) = group { group } else { group.any(&["name", "content"]) };
    content.text()
}

fn editorial_group(entry: &Value<'_>, scheme: &str, groups: &mut Vec<Group>) {
    let mut is_structured = false;
    for key in ["technical_committee", "technical-committee", "subcommittee", "workgroup"] {
        for committee in entry.get(key).each() {
            is_structured = true;
            let name = own_name(committee).map(text::plain);
            let designation = committee.get("identifier").text().map(text::plain);
            match designation {
                Some(designation) => push_group(groups, Some(designation), name, None, scheme),
                None => push_group(groups, name, None, None, scheme),
            }
        }
    }
    for committee in entry.get("committee").each() {
        is_structured = true;
        let Value::Map(_) = committee else {
            push_group(groups, committee.text().map(text::plain), None, None, scheme);
            continue;
        };
        let above = abbreviated(committee, groups, None, scheme);
        for key in ["workgroup", "commission", "subcommittee"] {
            for part in committee.get(key).each() {
                abbreviated(part, groups, above.clone(), scheme);
            }
        }
    }
    if !is_structured {
        push_group(groups, own_name(entry).map(text::plain), None, None, scheme);
    }
}

/// A group with an abbreviation and a name; its designation.
fn abbreviated(group: &Value<'_>, groups: &mut Vec<Group>, parent: Option<String>, scheme: &str) -> Option<String> {
    let name = group.get("name").text().map(text::plain);
    let abbreviation = group.get("abbreviation").text().map(text::plain).or_else(|| name.clone());
    let designation = designation(&abbreviation?, scheme);
    push_group(groups, Some(designation.clone()), name, parent, scheme);
    Some(designation)
}

fn push_group(
    groups: &mut Vec<Group>,
    written: Option<String>,
    name: Option<String>,
    parent: Option<String>,
    scheme: &str,
) {
    let Some(written) = written.filter(|written| text::says_something(written)) else { return };
    // Some files have an address in the place of a name.
    if written.contains("://") || written.eq_ignore_ascii_case("unknown working group") {
        return;
    }
    let full = designation(&written, scheme);
    if groups.len() >= MOST || groups.iter().any(|group| group.designation == full) {
        return;
    }
    let name = name.filter(|name| text::says_something(name) && *name != full);
    let name = name.or_else(|| (scheme == "ETSI" && full != written).then_some(written));
    let parent = parent.or_else(|| parent_of(&full, scheme));
    groups.push(Group { owners: owners(&full, scheme), parent, designation: full, name });
}

/// The designation in full: bodies that number or name their groups without saying who they are get their name before.
fn designation(written: &str, scheme: &str) -> String {
    let has_owner = |owner: &str| written.get(..owner.len()).is_some_and(|start| start.eq_ignore_ascii_case(owner));
    match scheme {
        "IEC" if ["ISO", "IEC", "CISPR", "JTC", "ITU"].into_iter().any(has_owner) => written.to_owned(),
        "IEC" => format!("IEC {written}"),
        "OGC" if written == "technical" => "OGC Technical Committee".to_owned(),
        "CalConnect" if !has_owner("TC ") && !has_owner("CalConnect TC") => format!("CalConnect TC {written}"),
        "3GPP" | "ETSI" | "OASIS" | "CCSDS" | "IHO" | "OGC" if !written.starts_with(&format!("{scheme} ")) => {
            format!("{scheme} {written}")
        }
        _ => written.to_owned(),
    }
}

/// The group above, where the designation tells it: "ISO/TC 184" of "ISO/TC 184/SC 4", "CCSDS SLS" of "CCSDS SLS-SLP".
fn parent_of(designation: &str, scheme: &str) -> Option<String> {
    if scheme == "CCSDS" {
        let (area, _) = designation.split_once('-')?;
        return Some(area.trim_end().to_owned());
    }
    if !["ISO", "IEC", "CISPR", "JTC"].iter().any(|owner| designation.starts_with(owner)) {
        return None;
    }
    let (parent, last) = designation.rsplit_once('/')?;
    let is_part = ["SC ", "WG ", "AG ", "SG ", "JWG ", "CG ", "TA "].iter().any(|word| last.starts_with(word));
    let is_group = parent.contains("TC ") || parent.contains("SC ") || parent.contains("PC ");
    (is_part && is_group).then(|| parent.trim_end().to_owned())
}

fn owners(designation: &str, scheme: &str) -> Vec<Body> {
    let prefix = designation.split(' ').next().unwrap_or_default();
    if designation.starts_with("CISPR") {
        return body("IEC").into_iter().collect();
    }
    let named: Vec<Body> =
        prefix.split(['/', '-']).filter(|part| matches!(*part, "ISO" | "IEC" | "ITU")).filter_map(body).collect();
    if named.is_empty() { owner_of(scheme).into_iter().collect() } else { named }
}

fn organisation(document: &Value<'_>) -> Option<Organisation> {
    let acronym = document.get("abbreviation").text().map(text::plain).filter(|acronym| !acronym.is_empty());
    let known = |acronym: &str| BODIES.iter().find(|(known, _)| known.eq_ignore_ascii_case(acronym));
    let acronym = acronym.map(|acronym| known(&acronym).map_or(acronym, |(known, _)| (*known).to_owned()));
    let mut names: Vec<Localised> = document
        .get("name")
        .each()
        .iter()
        .filter_map(|name| {
            let value = name.text().map(text::plain).filter(|value| text::says_something(value))?;
            Some(Localised { language: name.get("language").text().and_then(text::language), value })
        })
        .collect();
    // The name without a language is the one in English.
    names.sort_by_key(|name| !matches!(name.language.as_deref(), None | Some("en")));
    let mut names = names.into_iter();
    let first = names.next();
    if first.is_none() && acronym.is_none() || document.get("title") != &Value::Nothing {
        return None;
    }
    let name_language = first.as_ref().and_then(|name| name.language.clone());
    let name = first.map(|name| name.value).or_else(|| acronym.clone())?;
    Some(Organisation { acronym, name, name_language, names: names.collect(), ..Organisation::default() })
}

fn event(document: &Value<'_>, identifiers: &Identifiers<'_>) -> Event {
    let titles = titles(document);
    let identifier = identifiers.primary().map(|identifier| identifier.text.clone());
    let title = titles.first().map(|title| title.value.clone()).or_else(|| identifier.clone()).unwrap_or_default();
    let (starts_on, ends_on) = ["published", "issued", "created", "updated"]
        .iter()
        .map(|kind| date(document, kind))
        .find(|(first, _)| first.is_some())
        .unwrap_or_default();
    let place = document.get("place").each().first();
    let city = place.and_then(|place| place.any(&["city", "name", "content"]).text().or_else(|| place.text()));
    let country = place
        .and_then(|place| place.get("country").each().first())
        .and_then(|country| country.get("name").text().or_else(|| country.text()));
    let is_online = title.to_lowercase().contains("(online)");
    Event {
        description: abstract_(document),
        starts_on,
        ends_on,
        format: Some(if is_online { EventFormat::Online } else { EventFormat::Unknown }),
        location: city.map(text::plain).filter(|city| !city.is_empty() && !is_online),
        country: country.map(text::plain),
        url: url(document),
        organisers: publishers(document, identifiers.primary().map_or("", |identifier| identifier.scheme), ""),
        uid: identifier,
        title,
        ..Event::default()
    }
}
