//! The words of the bodies for kinds, stages and relations, in terms of the atlas.

use crate::record::{RelationKind, StandardStatus, StandardType};

/// What kind of document it is, by the word for it, the scheme of its identifier, and the identifier, which alone tells
/// some amendments and all kinds of bodies that have one word for everything.
pub fn kind(word: Option<&str>, scheme: &str, identifier: &str) -> Option<StandardType> {
    use StandardType as Type;
    if let Some(part) = part_kind(identifier, scheme) {
        return Some(part);
    }
    match scheme {
        "ECMA" => {
            return Some(if identifier.starts_with("ECMA-") {
                Type::Standard
            } else if identifier.contains("TR") {
                Type::TechnicalReport
            } else {
                Type::Other
            });
        }
        "CIE" => {
            let number = identifier.strip_prefix("CIE ").unwrap_or(identifier);
            return Some(if number.starts_with("S ") || number.starts_with("DS ") || number.starts_with("ISO") {
                Type::Standard
            } else if number.starts_with(|character: char| character.is_ascii_digit()) {
                Type::TechnicalReport
            } else {
                Type::Other
            });
        }
        "IHO" => return Some(if identifier.starts_with("S-") { Type::Standard } else { Type::Other }),
        "XEP" => return Some(Type::TechnicalSpecification),
        "IETF" => return Some(Type::Rfc),
        "IANA" => return Some(Type::Other),
        "W3C" => return Some(Type::WebStandard),
        _ => {}
    }
    Some(match word?.to_lowercase().as_str() {
        "international-standard" => Type::InternationalStandard,
        // What the IETF cites from other bodies is called an RFC there.
        "standard"
        | "rfc"
        | "ieee"
        | "european standard"
        | "european telecommunication standard"
        | "etsi standard"
        | "interim european telecommunication standard"
        | "norme européenne de télécommunication"
        | "community-standard"
        | "abstract-specification-topic" => Type::Standard,
        "technical-specification"
        | "technical specification"
        | "ts"
        | "gsm technical specification"
        | "specification"
        | "group specification" => Type::TechnicalSpecification,
        "publicly-available-specification" => Type::PubliclyAvailableSpecification,
        "technical-report"
        | "technical report"
        | "tr"
        | "etsi technical report"
        | "group report"
        | "special report"
        | "technical committee reference technical report"
        | "engineering-report"
        | "discussion-paper"
        | "report"
        | "reference-model"
        | "tech-note"
        | "tec"
        | "sttr" => Type::TechnicalReport,
        "guide" | "etsi guide" | "handbook" | "best-practice" | "community-practice" | "practice" => Type::Guide,
        "recommendation" | "rmg" => Type::Recommendation,
        "recommendation-amendment" | "amendment" => Type::Amendment,
        "recommendation-corrigendum" | "technical-corrigendum" | "corrigendum" => Type::Corrigendum,
        "recommendation-supplement" | "recommendation-annex" | "annex" | "supplement" | "addendum" => Type::Supplement,
        "internet-draft" => Type::InternetDraft,
        "technicalreport" => Type::WebStandard,
        _ => Type::Other,
    })
}

/// Whether an identifier is that of an amendment, a corrigendum or a supplement.
fn part_kind(identifier: &str, scheme: &str) -> Option<StandardType> {
    // A consolidated version brings its amendments along.
    let last = identifier.rsplit('/').next().filter(|last| last.len() < identifier.len())?;
    let is_word = |word: &str| {
        last.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
            && last.get(word.len()..).is_some_and(|rest| {
                rest.trim_start_matches(['.', ' '])
                    .starts_with(|character: char| character.is_ascii_digit() || character == ':')
            })
    };
    match () {
        () if is_word("amd") => Some(StandardType::Amendment),
        () if is_word("cor") => Some(StandardType::Corrigendum),
        () if is_word("add") || is_word("suppl") || is_word("sup") => Some(StandardType::Supplement),
        () if scheme == "ETSI" && is_word("a") => Some(StandardType::Amendment),
        () if scheme == "ETSI" && is_word("c") => Some(StandardType::Corrigendum),
        () => None,
    }
}

/// The status that a stage stands for; none for words that are not known.
pub fn status(stage: &str, substage: Option<&str>) -> Option<StandardStatus> {
    use StandardStatus as Status;
    let is_code = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_code(stage) || stage.split_once('.').is_some_and(|(stage, substage)| is_code(stage) && is_code(substage)) {
        let (stage, substage) = stage.split_once('.').unwrap_or((stage, substage.unwrap_or_default()));
        return iso_status(stage, substage);
    }
    Some(match stage.to_lowercase().as_str() {
        "published"
        | "in force"
        | "in-force"
        | "approved"
        | "standard"
        | "new"
        | "replaces"
        | "recommendation"
        | "note"
        | "statement"
        | "registry"
        | "active"
        | "edited recommendation"
        | "group note"
        | "rec"
        | "confirmed" => Status::Published,
        "revised" | "replaced" | "superseded" | "superseded recommendation" | "obsolete" | "obsoleted" => {
            Status::Superseded
        }
        "withdrawal"
        | "withdrawn"
        | "inactive"
        | "retired"
        | "obsolete recommendation"
        | "rescinded recommendation" => Status::Withdrawn,
        "cancelled" | "canceled" | "discontinued draft" | "deleted" | "rejected" => Status::Cancelled,
        word if word.ends_with("draft") || word.starts_with("draft") || word.contains("working draft") => {
            Status::UnderDevelopment
        }
        word if word.starts_with("candidate ") || word.starts_with("proposed ") => Status::UnderDevelopment,
        "proposal" | "committee-draft" | "working-draft" | "final-draft" | "candidate recommendation snapshot" => {
            Status::UnderDevelopment
        }
        _ => return None,
    })
}

/// The harmonised stage codes of ISO: the first two figures say the stage, the last two what came of it.
fn iso_status(stage: &str, substage: &str) -> Option<StandardStatus> {
    use StandardStatus as Status;
    Some(match (stage, substage) {
        // Only the end of a withdrawal withdraws: 95.20 to 95.92 is the vote on it.
        ("95", "99") => Status::Withdrawn,
        // Under publication.
        ("60", "00") => Status::UnderDevelopment,
        // Under review, whatever the review decides: revision (90.92), confirmation (90.93), withdrawal (90.99).
        ("60" | "90" | "95", _) => Status::Published,
        // The project is deleted or its proposal rejected.
        ("00" | "10" | "20" | "30" | "40" | "50", "98") => Status::Cancelled,
        ("00" | "10" | "20" | "30" | "40" | "50", _) => Status::UnderDevelopment,
        _ => return None,
    })
}

/// The status of a record that tells no stage.
pub fn status_without_stage(scheme: &str, identifier: &str, is_dated: bool) -> StandardStatus {
    use StandardStatus as Status;
    match scheme {
        // The versions before 3 are drafts; whoever approves one numbers it 3 or more.
        "3GPP" => match identifier.rsplit_once('/').and_then(|(_, version)| version.split('.').next()) {
            Some("0" | "1" | "2") => Status::UnderDevelopment,
            _ if is_dated => Status::Published,
            _ => Status::Unknown,
        },
        // Catalogues that list only what is published.
        "IETF" | "CIE" | "ECMA" | "IANA" => Status::Published,
        "ETSI" | "OGC" | "OASIS" | "PLATEAU" | "BIPM" | "ADOBE" | "CCSDS" | "CalConnect" | "EASC" | "IHO" | "ISO"
        | "IEC" | "CCITT" | "ANSI" | "FIPS" | "NIST" | "PKCS" | "IEEE"
            if is_dated =>
        {
            Status::Published
        }
        _ => Status::Unknown,
    }
}

/// The kind of a relation, and whether it is said from the other side. None for what relates no two documents.
pub fn relation(word: &str) -> Option<(RelationKind, bool)> {
    use RelationKind as Kind;
    Some(match word {
        "obsoletes" | "supersedes" | "successorOf" | "replaces" => (Kind::Replaces, false),
        "obsoletedBy" | "supersededBy" | "hasSuccessor" | "replacedBy" => (Kind::Replaces, true),
        "updates" => (Kind::Updates, false),
        "updatedBy" => (Kind::Updates, true),
        "adoptedFrom" => (Kind::AdoptedFrom, false),
        "adoptedAs" => (Kind::AdoptedFrom, true),
        "partOf" | "includedIn" => (Kind::PartOf, false),
        "hasPart" | "includes" => (Kind::PartOf, true),
        "editionOf" | "instanceOf" => (Kind::EditionOf, false),
        "hasEdition" | "hasInstance" => (Kind::EditionOf, true),
        "complementOf" => (Kind::Supplements, false),
        "hasComplement" => (Kind::Supplements, true),
        "amends" => (Kind::Amends, false),
        "amendedBy" | "hasAmendment" => (Kind::Amends, true),
        "corrects" => (Kind::Corrects, false),
        "correctedBy" | "hasCorrection" => (Kind::Corrects, true),
        "cites" | "references" => (Kind::References, false),
        "isCitedIn" | "citedBy" => (Kind::References, true),
        "normative" | "normativeReference" | "requires" => (Kind::Requires, false),
        "derivedFrom" => (Kind::DerivedFrom, false),
        "derives" => (Kind::DerivedFrom, true),
        "translatedFrom" => (Kind::TranslatedFrom, false),
        "translatedAs" | "hasTranslation" => (Kind::TranslatedFrom, true),
        "identical" | "identicalTo" => (Kind::IdenticalTo, false),
        // Other forms of the same document.
        "hasManifestation" | "manifestationOf" | "hasExpression" | "expressionOf" | "hasRepresentation"
        | "hasReproduction" | "reproductionOf" => return None,
        _ => (Kind::Related, false),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_body_s_words_have_a_status() {
        use StandardStatus as Status;
        for (stage, substage, expected) in [
            ("60", Some("60"), Status::Published),
            ("60", Some("00"), Status::UnderDevelopment),
            ("90", Some("99"), Status::Published),
            ("95", Some("99"), Status::Withdrawn),
            ("95", Some("20"), Status::Published),
            ("40", Some("98"), Status::Cancelled),
            ("40", Some("99"), Status::UnderDevelopment),
            ("PUBLISHED", None, Status::Published),
            ("REVISED", None, Status::Superseded),
            ("Withdrawal", None, Status::Withdrawn),
            ("in-force", None, Status::Published),
            ("Last Call Working Draft", None, Status::UnderDevelopment),
            ("Candidate Recommendation Snapshot", None, Status::UnderDevelopment),
            ("Draft Note", None, Status::UnderDevelopment),
            ("Discontinued Draft", None, Status::Cancelled),
            ("Recommendation", None, Status::Published),
        ] {
            assert_eq!(status(stage, substage), Some(expected), "{stage}");
        }
        assert_eq!(status("hm", None), None);
    }

    #[test]
    fn drafts_of_3gpp_are_told_by_their_version() {
        assert_eq!(status_without_stage("3GPP", "3GPP TS 99.999:REL-9/1.0.0", true), StandardStatus::UnderDevelopment);
        assert_eq!(status_without_stage("3GPP", "3GPP TS 99.999:REL-9/9.0.0", true), StandardStatus::Published);
    }

    #[test]
    fn amendments_are_told_by_their_identifier() {
        let kind = |identifier| kind(Some("international-standard"), "ISO", identifier);
        assert_eq!(kind("ISO 99:2000/Amd 1:2001"), Some(StandardType::Amendment));
        assert_eq!(kind("ISO 99:2000/COR1:2001"), Some(StandardType::Corrigendum));
        assert_eq!(kind("ISO 99:2000/Add 1:2001"), Some(StandardType::Supplement));
        assert_eq!(kind("ISO/IEC 99:2000"), Some(StandardType::InternationalStandard));
        assert_eq!(kind("IEC 99:2000+AMD1:2001 CSV"), Some(StandardType::InternationalStandard));
    }

    #[test]
    fn relations_have_a_direction() {
        assert_eq!(relation("obsoletedBy"), Some((RelationKind::Replaces, true)));
        assert_eq!(relation("includes"), Some((RelationKind::PartOf, true)));
        assert_eq!(relation("complementOf"), Some((RelationKind::Supplements, false)));
        assert_eq!(relation("hasManifestation"), None);
        assert_eq!(relation("something"), Some((RelationKind::Related, false)));
    }
}
