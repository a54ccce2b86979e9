//! How kinds lead to each other: the lists of the API and the insides of its filters.

use super::column::*;
use super::kind::*;
use super::link::*;
use crate::graph::{Column, Kind, Link, OrderBy, Relation, Via};

const fn over(
    name: &'static str,
    far: &'static Kind,
    link: &'static Link,
    near_column: &'static Column,
    far_column: &'static Column,
) -> Relation {
    Relation {
        name,
        far,
        via: Via::Link { link, near: near_column, far: far_column, columns: &[], once: false },
        order: &[],
    }
}
const fn children(name: &'static str, far: &'static Kind, column: &'static Column) -> Relation {
    Relation { name, far, via: Via::Children { column, unless: None }, order: &[] }
}
const fn reference(name: &'static str, far: &'static Kind, column: &'static Column) -> Relation {
    Relation { name, far, via: Via::Reference { column }, order: &[] }
}

const TREATMENT: &[&Column] = &[&ID, &HEADING, &LOCAL_TERM, &TEXT, &POSITION];
const PARTNERSHIP: &[&Column] = &[&ROLE, &NOTE];
const PARTY: &[&Column] = &[&NOTE];

pub static ORGANISATION_ISSUES: Relation = Relation {
    name: "Organisation.issues",
    far: &ISSUE,
    via: Via::Link {
        link: &ORGANISATION_ISSUE,
        near: &ORGANISATION_ID,
        far: &ISSUE_ID,
        columns: TREATMENT,
        once: false,
    },
    order: &[OrderBy::link(&POSITION)],
};
pub static ORGANISATION_STANDARDS: Relation =
    over("Organisation.standards", &STANDARD, &STANDARD_PUBLISHER, &ORGANISATION_ID, &STANDARD_ID);
pub static ORGANISATION_COMMITTEES: Relation =
    over("Organisation.committees", &COMMITTEE, &COMMITTEE_OWNER, &ORGANISATION_ID, &COMMITTEE_ID);
pub static ORGANISATION_EVENTS: Relation =
    over("Organisation.events", &EVENT, &EVENT_ORGANISER, &ORGANISATION_ID, &EVENT_ID);
pub static ORGANISATION_CHANNELS: Relation = children("Organisation.channels", &CHANNEL, &OWNER_ID);
pub static ORGANISATION_INSTRUMENTS: Relation =
    over("Organisation.instruments", &INSTRUMENT, &INSTRUMENT_CUSTODIAN, &ORGANISATION_ID, &INSTRUMENT_ID);
pub static ORGANISATION_INITIATIVES: Relation = Relation {
    name: "Organisation.initiatives",
    far: &INITIATIVE,
    via: Via::Link {
        link: &INITIATIVE_PARTICIPANT,
        near: &ORGANISATION_ID,
        far: &INITIATIVE_ID,
        columns: &[],
        once: true,
    },
    order: &[],
};
pub static ORGANISATION_RESOURCES: Relation =
    over("Organisation.resources", &RESOURCE, &RESOURCE_PROVIDER, &ORGANISATION_ID, &RESOURCE_ID);
pub static ORGANISATION_PARTNERS: Relation = Relation {
    name: "Organisation.partners",
    far: &ORGANISATION,
    via: Via::Link {
        link: &ORGANISATION_PARTNER,
        near: &ORGANISATION_ID,
        far: &PARTNER_ID,
        columns: PARTNERSHIP,
        once: false,
    },
    order: &[],
};
pub static ORGANISATION_PARTNER_OF: Relation = Relation {
    name: "Organisation.partnerOf",
    far: &ORGANISATION,
    via: Via::Link {
        link: &ORGANISATION_PARTNER,
        near: &PARTNER_ID,
        far: &ORGANISATION_ID,
        columns: PARTNERSHIP,
        once: false,
    },
    order: &[],
};
pub static ORGANISATION_COUNTRY: Relation = reference("Organisation.country", &COUNTRY, &ADDRESS_COUNTRY_ID);

pub static ISSUE_CHILDREN: Relation = children("Issue.children", &ISSUE, &PARENT_ID);
pub static ISSUE_ORGANISATIONS: Relation = Relation {
    name: "Issue.organisations",
    far: &ORGANISATION,
    via: Via::Link {
        link: &ORGANISATION_ISSUE,
        near: &ISSUE_ID,
        far: &ORGANISATION_ID,
        columns: TREATMENT,
        once: false,
    },
    order: &[],
};
pub static ISSUE_STANDARDS: Relation = over("Issue.standards", &STANDARD, &STANDARD_ISSUE, &ISSUE_ID, &STANDARD_ID);
pub static ISSUE_EVENTS: Relation = over("Issue.events", &EVENT, &EVENT_ISSUE, &ISSUE_ID, &EVENT_ID);
pub static ISSUE_INSTRUMENTS: Relation =
    over("Issue.instruments", &INSTRUMENT, &INSTRUMENT_ISSUE, &ISSUE_ID, &INSTRUMENT_ID);
pub static ISSUE_INITIATIVES: Relation =
    over("Issue.initiatives", &INITIATIVE, &INITIATIVE_ISSUE, &ISSUE_ID, &INITIATIVE_ID);
pub static ISSUE_RESOURCES: Relation = over("Issue.resources", &RESOURCE, &RESOURCE_ISSUE, &ISSUE_ID, &RESOURCE_ID);

pub static STANDARD_EDITIONS: Relation = Relation {
    name: "Standard.editions",
    far: &STANDARD,
    via: Via::Editions,
    order: &[OrderBy::record(&EDITION_SORT).descending()],
};
pub static STANDARD_PUBLISHERS: Relation =
    over("Standard.publishers", &ORGANISATION, &STANDARD_PUBLISHER, &STANDARD_ID, &ORGANISATION_ID);
pub static STANDARD_COMMITTEES: Relation =
    over("Standard.committees", &COMMITTEE, &STANDARD_COMMITTEE, &STANDARD_ID, &COMMITTEE_ID);
pub static STANDARD_ISSUES: Relation = over("Standard.issues", &ISSUE, &STANDARD_ISSUE, &STANDARD_ID, &ISSUE_ID);
pub static STANDARD_RELATIONS: Relation = Relation {
    name: "Standard.relations",
    far: &STANDARD,
    via: Via::Targets { inverse: false },
    order: &[OrderBy::link(&RELATION_SORT)],
};
pub static STANDARD_RELATED_FROM: Relation =
    Relation { name: "Standard.relatedFrom", far: &STANDARD, via: Via::Targets { inverse: true }, order: &[] };

pub static COMMITTEE_CHILDREN: Relation = children("Committee.children", &COMMITTEE, &PARENT_ID);
pub static COMMITTEE_OWNERS: Relation =
    over("Committee.owners", &ORGANISATION, &COMMITTEE_OWNER, &COMMITTEE_ID, &ORGANISATION_ID);
pub static COMMITTEE_STANDARDS: Relation =
    over("Committee.standards", &STANDARD, &STANDARD_COMMITTEE, &COMMITTEE_ID, &STANDARD_ID);

pub static EVENT_ORGANISERS: Relation =
    over("Event.organisers", &ORGANISATION, &EVENT_ORGANISER, &EVENT_ID, &ORGANISATION_ID);
pub static EVENT_ISSUES: Relation = over("Event.issues", &ISSUE, &EVENT_ISSUE, &EVENT_ID, &ISSUE_ID);
pub static EVENT_COUNTRY: Relation = reference("Event.country", &COUNTRY, &COUNTRY_ID);

pub static CHANNEL_ORGANISATION: Relation = reference("Channel.organisation", &ORGANISATION, &OWNER_ID);

pub static INSTRUMENT_CUSTODIANS: Relation =
    over("Instrument.custodians", &ORGANISATION, &INSTRUMENT_CUSTODIAN, &INSTRUMENT_ID, &ORGANISATION_ID);
pub static INSTRUMENT_PARTIES: Relation = Relation {
    name: "Instrument.parties",
    far: &COUNTRY,
    via: Via::Link { link: &INSTRUMENT_PARTY, near: &INSTRUMENT_ID, far: &PARTY_ID, columns: PARTY, once: false },
    order: &[],
};
pub static INSTRUMENT_ISSUES: Relation =
    over("Instrument.issues", &ISSUE, &INSTRUMENT_ISSUE, &INSTRUMENT_ID, &ISSUE_ID);

pub static INITIATIVE_PARTICIPANTS: Relation = Relation {
    name: "Initiative.participants",
    far: &ORGANISATION,
    via: Via::Link {
        link: &INITIATIVE_PARTICIPANT,
        near: &INITIATIVE_ID,
        far: &ORGANISATION_ID,
        columns: PARTNERSHIP,
        once: false,
    },
    order: &[],
};
pub static INITIATIVE_COUNTRIES: Relation = Relation {
    name: "Initiative.countries",
    far: &COUNTRY,
    via: Via::Link { link: &INITIATIVE_COUNTRY, near: &INITIATIVE_ID, far: &PARTY_ID, columns: PARTY, once: false },
    order: &[],
};
pub static INITIATIVE_ISSUES: Relation =
    over("Initiative.issues", &ISSUE, &INITIATIVE_ISSUE, &INITIATIVE_ID, &ISSUE_ID);

pub static RESOURCE_PROVIDERS: Relation =
    over("Resource.providers", &ORGANISATION, &RESOURCE_PROVIDER, &RESOURCE_ID, &ORGANISATION_ID);
pub static RESOURCE_ISSUES: Relation = over("Resource.issues", &ISSUE, &RESOURCE_ISSUE, &RESOURCE_ID, &ISSUE_ID);

/// The sources of a record as a whole; what is cited for a link stands on its edge.
pub static RECORD_CITATIONS: Relation = Relation {
    name: "AtlasRecord.citations",
    far: &CITATIONS,
    via: Via::Children { column: &RECORD_ID, unless: Some(&LINK_ID) },
    order: &[],
};

/// What the log says of a record.
pub static RECORD_HISTORY: Relation = children("AtlasRecord.history", &CHANGE, &RECORD_ID);

/// Every relation.
pub static RELATIONS: &[&Relation] = &[
    &ORGANISATION_ISSUES,
    &ORGANISATION_STANDARDS,
    &ORGANISATION_COMMITTEES,
    &ORGANISATION_EVENTS,
    &ORGANISATION_CHANNELS,
    &ORGANISATION_INSTRUMENTS,
    &ORGANISATION_INITIATIVES,
    &ORGANISATION_RESOURCES,
    &ORGANISATION_PARTNERS,
    &ORGANISATION_PARTNER_OF,
    &ORGANISATION_COUNTRY,
    &ISSUE_CHILDREN,
    &ISSUE_ORGANISATIONS,
    &ISSUE_STANDARDS,
    &ISSUE_EVENTS,
    &ISSUE_INSTRUMENTS,
    &ISSUE_INITIATIVES,
    &ISSUE_RESOURCES,
    &STANDARD_EDITIONS,
    &STANDARD_PUBLISHERS,
    &STANDARD_COMMITTEES,
    &STANDARD_ISSUES,
    &STANDARD_RELATIONS,
    &STANDARD_RELATED_FROM,
    &COMMITTEE_CHILDREN,
    &COMMITTEE_OWNERS,
    &COMMITTEE_STANDARDS,
    &EVENT_ORGANISERS,
    &EVENT_ISSUES,
    &EVENT_COUNTRY,
    &CHANNEL_ORGANISATION,
    &INSTRUMENT_CUSTODIANS,
    &INSTRUMENT_PARTIES,
    &INSTRUMENT_ISSUES,
    &INITIATIVE_PARTICIPANTS,
    &INITIATIVE_COUNTRIES,
    &INITIATIVE_ISSUES,
    &RESOURCE_PROVIDERS,
    &RESOURCE_ISSUES,
    &RECORD_CITATIONS,
    &RECORD_HISTORY,
];
