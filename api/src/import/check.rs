//! Whether a record can be kept, before anything is written.

use formats::record::{Body, Record};

use crate::graph::identifier;
use crate::store::derive::{MAX_LONG, MAX_SHORT};

/// # Errors
/// Why a record cannot be kept.
pub fn check(record: &Record) -> Result<(), String> {
    match record {
        // `prepare.rs` and `document.rs` check these as they read them.
        Record::Standard(_) | Record::Document(_) => Ok(()),
        Record::Organisation(organisation) => {
            named("an organisation", &[Some(organisation.name.as_str()), organisation.acronym.as_deref()])?;
            short("the name", &organisation.name)?;
            long([&organisation.summary, &organisation.digital_activities, &organisation.membership])?;
            organisation.partners.iter().try_for_each(|partner| body(&partner.body))?;
            organisation.issues.iter().try_for_each(|issue| short("a heading", &issue.heading))
        }
        Record::Committee(committee) => {
            named("a committee", &[Some(committee.group.designation.as_str())])?;
            short("the designation", &committee.group.designation)?;
            committee.group.owners.iter().try_for_each(body)?;
            long([&committee.scope])
        }
        Record::Event(event) => {
            if event.title.trim().is_empty() {
                return Err("an event needs a title".to_owned());
            }
            long([&Some(event.title.clone()), &event.description, &event.location, &event.date_text])
        }
        Record::Channel(channel) => match &channel.owner {
            Some(owner) => {
                body(owner)?;
                named("the owner of a channel", &[owner.name.as_deref(), owner.acronym.as_deref()])
            }
            None => Err("a channel needs an owner".to_owned()),
        },
        Record::Instrument(instrument) => thing("an instrument", &instrument.name, instrument.description.as_deref()),
        Record::Initiative(initiative) => thing("an initiative", &initiative.name, initiative.description.as_deref()),
        Record::Resource(resource) => thing("a resource", &resource.name, resource.description.as_deref()),
        Record::Issue(issue) => thing("an issue", &issue.name, issue.description.as_deref()),
        Record::Country(country) => {
            let letters =
                |code: &str, length| code.len() == length && code.bytes().all(|byte| byte.is_ascii_alphabetic());
            if !letters(country.code.trim(), 2) {
                return Err("a country needs its code of two letters (ISO 3166-1 alpha-2)".to_owned());
            }
            if !country.alpha3.as_deref().is_some_and(|code| letters(code.trim(), 3)) {
                return Err("a country needs its code of three letters (ISO 3166-1 alpha-3)".to_owned());
            }
            named("a country", &[country.name.as_deref()])
        }
        Record::Subject(subject) => {
            if subject.scheme.trim().is_empty() || subject.code.trim().is_empty() {
                return Err("a subject needs a scheme and a code".to_owned());
            }
            short("the scheme", &subject.scheme)?;
            short("the code", &subject.code)
        }
        Record::Relation(statement) => {
            let keys = [&statement.identifier, &statement.relation.identifier].map(|text| identifier::key(text));
            if keys.iter().any(String::is_empty) {
                return Err("a relation needs the identifiers of both standards".to_owned());
            }
            if keys[0] == keys[1] {
                return Err("a standard does not relate to itself".to_owned());
            }
            short("an identifier", &statement.identifier)?;
            short("an identifier", &statement.relation.identifier)
        }
    }
}

fn thing(what: &str, name: &str, description: Option<&str>) -> Result<(), String> {
    named(what, &[Some(name)])?;
    short("the name", name)?;
    description.map_or(Ok(()), |description| fits("a text", description, MAX_LONG))
}

/// One of the names has a letter or digit, so that it makes a slug.
fn named(what: &str, names: &[Option<&str>]) -> Result<(), String> {
    if names.iter().flatten().any(|name| !identifier::slug(name).is_empty()) {
        Ok(())
    } else {
        Err(format!("{what} needs a name with a letter or digit"))
    }
}

fn body(body: &Body) -> Result<(), String> {
    [&body.acronym, &body.name].into_iter().flatten().try_for_each(|name| short("a name", name))
}

fn short(what: &str, text: &str) -> Result<(), String> {
    fits(what, text, MAX_SHORT)
}

fn long<'a>(texts: impl IntoIterator<Item = &'a Option<String>>) -> Result<(), String> {
    texts.into_iter().flatten().try_for_each(|text| fits("a text", text, MAX_LONG))
}

fn fits(what: &str, text: &str, most: usize) -> Result<(), String> {
    // Bytes first: counting characters costs more.
    if text.len() > most && text.chars().count() > most {
        return Err(format!("{what} has {} characters: {most} at most", text.chars().count()));
    }
    if text.contains('\0') {
        return Err(format!("{what} holds a NUL character"));
    }
    Ok(())
}
