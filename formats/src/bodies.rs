//! Bodies that sources name in passing, as they call themselves.

use crate::record::Body;
use crate::text;

/// Acronym and name of a body, and other ways of writing it, in small letters.
type Known = (Option<&'static str>, &'static str, &'static [&'static str]);

const KNOWN: &[Known] = &[
    (Some("3GPP"), "3rd Generation Partnership Project", &[]),
    (Some("ANSI"), "American National Standards Institute", &[]),
    (Some("BIPM"), "International Bureau of Weights and Measures", &["bureau international des poids et mesures"]),
    (Some("CIE"), "International Commission on Illumination", &["commission internationale de l'eclairage"]),
    (Some("ETSI"), "European Telecommunications Standards Institute", &[]),
    (Some("IAB"), "Internet Architecture Board", &[]),
    (Some("IANA"), "Internet Assigned Numbers Authority", &[]),
    (Some("IEC"), "International Electrotechnical Commission", &[]),
    (
        Some("IEEE"),
        "Institute of Electrical and Electronics Engineers",
        &["the institute of electrical and electronics engineers"],
    ),
    (Some("IETF"), "Internet Engineering Task Force", &[]),
    (Some("IRTF"), "Internet Research Task Force", &[]),
    (
        Some("ISO"),
        "International Organization for Standardization",
        &["international organisation for standardization"],
    ),
    (Some("ITU"), "International Telecommunication Union", &["itu-t", "itu-r"]),
    (Some("NBS"), "National Bureau of Standards", &[]),
    (
        Some("NIST"),
        "National Institute of Standards and Technology",
        &[
            "national institute of standards and technology (u.s.)",
            "u.s. department of commerce/national institute of standards and technology",
        ],
    ),
    (Some("OASIS"), "Organization for the Advancement of Structured Information Standards", &[]),
    (Some("OGC"), "Open Geospatial Consortium", &["opengis consortium", "open geospatial consortium inc."]),
    (Some("OMA"), "Open Mobile Alliance", &[]),
    (Some("SMPTE"), "Society of Motion Picture and Television Engineers", &[]),
    (Some("W3C"), "World Wide Web Consortium", &["world wide web consortium (w3c)"]),
    (Some("WHATWG"), "Web Hypertext Application Technology Working Group", &[]),
    (Some("WICG"), "Web Incubator Community Group", &["web platform incubator community group"]),
    (Some("WG21"), "ISO/IEC JTC 1/SC 22/WG 21", &[]),
    (Some("Ecma"), "Ecma International", &[]),
    (None, "Khronos Group", &["khronos", "the khronos group"]),
    (None, "RFC Editor", &[]),
    (None, "Unicode Consortium", &["the unicode consortium", "unicode"]),
];

/// The body that a name or acronym stands for, as written where it is not known. None for an empty one.
pub(crate) fn body(name: &str) -> Option<Body> {
    let name = text::plain(name);
    if name.is_empty() {
        return None;
    }
    let small = name.to_lowercase();
    // "International Organization for Standardization (ISO)"
    let without_acronym = small.split_once(" (").map_or(small.as_str(), |(name, _)| name);
    let known = KNOWN.iter().find(|(acronym, full, others)| {
        acronym.is_some_and(|acronym| acronym.eq_ignore_ascii_case(&small))
            || [small.as_str(), without_acronym]
                .iter()
                .any(|small| full.eq_ignore_ascii_case(small) || others.contains(small))
    });
    Some(match known {
        Some((acronym, full, _)) => {
            Body { acronym: acronym.map(str::to_owned), name: Some((*full).to_owned()), ..Body::default() }
        }
        None => Body { name: Some(name), ..Body::default() },
    })
}

/// The bodies of "ISO/IEC" or "W3C/OGC", else the single one.
pub(crate) fn bodies(name: &str) -> Vec<Body> {
    let parts: Vec<Body> = name.split('/').filter_map(body).collect();
    if parts.len() > 1 && parts.iter().all(|body| body.acronym.is_some()) {
        parts
    } else {
        body(name).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_known_by_acronym_and_by_name() {
        for name in [
            "ISO",
            "International Organization for Standardization",
            "International Organization for Standardization (ISO)",
        ] {
            assert_eq!(body(name).unwrap().acronym.as_deref(), Some("ISO"), "{name}");
        }
        assert_eq!(body("Guild of Lamplighters").unwrap().acronym, None);
        assert_eq!(body(" "), None);
    }

    #[test]
    fn joint_publishers_are_several_bodies() {
        let acronyms = |name| bodies(name).into_iter().map(|body| body.acronym.unwrap_or_default()).collect::<Vec<_>>();
        assert_eq!(acronyms("W3C/OGC"), ["W3C", "OGC"]);
        assert_eq!(bodies("Lamps/Torches").len(), 1);
    }
}
