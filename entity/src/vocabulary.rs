//! The values that columns choose from. Each is kept as its name in the API: `PrivateSector` is `PRIVATE_SECTOR`.
//!
//! To add a value: a variant here and its words in `api::graphql`. Values may be added and never taken away.

use sea_orm::entity::prelude::*;

macro_rules! vocabulary {
    ($($(#[$doc:meta])* $name:ident { $($value:ident),+ $(,)? })+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
            #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
            pub enum $name {
                $($value),+
            }
        )+
    };
}

vocabulary! {
    /// The kinds of record.
    RecordKind { Organisation, Issue, Standard, Committee, Event, Channel, Instrument, Initiative, Resource }

    /// The group of stakeholders that an organisation belongs to.
    StakeholderGroup {
        InternationalAndRegionalOrganisations, NgosAndAssociations, Government, PrivateSector, Academia,
        TechnicalCommunity,
    }

    /// What an organisation is to another, or to an initiative.
    PartnerRole {
        Member, FoundingMember, Lead, Funder, Implementer, Partner, Liaison, JointBody, Parent, Subsidiary,
        Host, Secretariat, Other,
    }

    /// What kind of document a standard is.
    StandardType {
        InternationalStandard, Standard, TechnicalSpecification, PubliclyAvailableSpecification,
        TechnicalReport, Guide, Recommendation, Amendment, Corrigendum, Supplement, Rfc, InternetDraft,
        WebStandard, DataModel, Other,
    }

    /// How far a standard has come.
    StandardStatus { UnderDevelopment, Published, Superseded, Withdrawn, Cancelled, Unknown }

    /// How a standard relates to another: it KIND the other. `Requires` is a normative reference.
    StandardRelationKind {
        Replaces, Updates, AdoptedFrom, IdenticalTo, PartOf, EditionOf, Supplements, Amends, Corrects,
        References, Requires, DerivedFrom, TranslatedFrom, Related,
    }

    /// Whether people meet online or in person.
    EventFormat { Online, InPerson, Hybrid, Unknown }

    /// Where a channel is.
    ChannelPlatform {
        Blog, Bluesky, Facebook, Flickr, Instagram, Linkedin, Mastodon, Newsletter, Pinterest, Podcast, Rss,
        Twitter, Youtube, Other,
    }

    /// What kind of instrument it is.
    InstrumentKind { Agreement, Convention, Regulation, Recommendation, Declaration, Guidance, Other }

    /// What kind of initiative it is.
    InitiativeKind { Programme, Project, Partnership, Negotiation, EventSeries, Other }

    /// What kind of resource it is.
    ResourceKind { Tool, Platform, Database, Software, Publication, Course, Blog, Video, Other }

    /// Whether a resource can be used today.
    ResourceAvailability { Live, Planned, Retired, Unknown }

    /// What was done to a record.
    ChangeOperation { Created, Updated, Deleted }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_kept_as_their_names_in_the_api() {
        assert_eq!(StakeholderGroup::NgosAndAssociations.to_value(), "NGOS_AND_ASSOCIATIONS");
        assert_eq!(ChannelPlatform::try_from_value(&"YOUTUBE".to_owned()), Ok(ChannelPlatform::Youtube));
        assert_eq!(InitiativeKind::EventSeries.to_value(), "EVENT_SERIES");
    }
}
