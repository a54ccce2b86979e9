//! What makes two records of Relaton files one document.
//!
//! 1. The identifier is the first that is marked primary, else the first. Tags go ("`18<sup>e</sup>`"), runs of blanks
//!    are one. Nothing else changes, so that the same document has the same identifier in two sources.
//! 2. All other identifiers stay beside it: those that are marked primary too (ITU and ISO/IEC numbers of one text, the
//!    trademark form of IEEE, other languages of BIPM), URN, ISBN ("ISBN 978-…") and DOI ("doi:10.…"). Left out are
//!    `iso-reference`, which is the identifier with a language, and anchors, which are names of files; but "XEP-0001" is
//!    how the XSF itself writes.
//! 3. OGC and IHO number their documents without saying who they are ("06-121r9", "S-100"): that stays the identifier,
//!    and the form with the name in front is another one.
//! 4. The undated identifier leaves out what tells versions apart, which each body writes in its own way; see
//!    [`undated`]. Amendments keep their word and number: "ISO 1:2000/Amd 1:2001" is a version of "ISO 1/Amd 1". A document
//!    that is numbered without version has none, but where its editions are told apart by rule 5.
//! 5. Ecma and IHO give all editions of a document one identifier: there, and only there, the edition is part of the
//!    identity, and the volume where it comes in some. Others write the year or version into the identifier; an edition
//!    beside it would part what ISO and IEC both describe, one with and one without it.
//! 6. ISO has some documents in two or three files. The newer one wins, which is told first by the layout (document type
//!    at the top level: old; under `ext`: new; `docidentifier`: newest), then by the version of the schema, then by the day
//!    of fetching, then by that of publication. The layout goes first since only old files tell the day of fetching.
//! 7. A relation names its target like 1. ITU leaves out who it is in targets ("X.509 (2019)"): the prefix of the record that
//!    relates goes before. Targets of Ecma have edition and volume.

use crate::text;

/// Whether editions of one identifier are told apart by a number beside it (rule 5).
pub fn has_numbered_editions(scheme: &str) -> bool {
    matches!(scheme, "ECMA" | "IHO")
}

/// The identifier without what tells versions apart (rule 4); none where there is nothing of the kind. The scheme is the
/// `type` of the identifier.
pub fn undated(identifier: &str, scheme: &str) -> Option<String> {
    let undated = match scheme {
        "ECMA" | "IHO" => return Some(identifier.to_owned()),
        "3GPP" => before(identifier, ":").to_owned(),
        "ETSI" => before_version(identifier).to_owned(),
        "ITU" => itu(identifier),
        "IEEE" => ieee(identifier),
        "W3C" => w3c(identifier),
        "CCSDS" => ccsds(identifier),
        "OGC" => revision(identifier).to_owned(),
        "OASIS" => oasis(identifier),
        "PLATEAU" => match identifier.rsplit_once(' ') {
            Some((rest, version)) if version.contains('.') && is_version(version) => rest.to_owned(),
            _ => return None,
        },
        "EASC" => match identifier.rsplit_once('-') {
            Some((rest, year)) if matches!(year.len(), 2 | 4) && is_number(year) => rest.to_owned(),
            _ => return None,
        },
        "CIE" => {
            let undated = without_years(identifier, ':');
            match undated.rsplit_once('-') {
                Some((rest, year))
                    if is_year(year) && !rest.contains([' ', '-']) || is_plain_cie(&undated) && is_year(year) =>
                {
                    rest.to_owned()
                }
                _ => undated,
            }
        }
        "IEC" => {
            // A consolidated version is one of its base, whatever it brings along.
            let years = without_years(before(identifier, "+"), ':');
            let mut base = years.as_str();
            for kind in [" CSV", " RLV", " CMV", " EXV", " PRV", " SER"] {
                base = base.strip_suffix(kind).unwrap_or(base);
            }
            base.to_owned()
        }
        "IETF" | "IANA" | "XEP" | "ADOBE" => return None,
        _ => without_years(identifier, ':'),
    };
    // What the IETF cites has the year in one form, whosever it is.
    let undated = if undated == identifier { without_anchor_year(identifier).to_owned() } else { undated };
    // A blank may have stood before what went.
    let undated = text::words(&undated);
    (undated != identifier && !undated.is_empty()).then_some(undated)
}

/// A number of CIE itself, and not pages of proceedings.
fn is_plain_cie(identifier: &str) -> bool {
    let number = identifier.strip_prefix("CIE ").unwrap_or(identifier);
    let number = number.strip_prefix("S ").unwrap_or(number);
    number.bytes().next().is_some_and(|byte| byte.is_ascii_digit() || byte == b'S')
}

fn before<'a>(text: &'a str, mark: &str) -> &'a str {
    text.split_once(mark).map_or(text, |(before, _)| before)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_version(text: &str) -> bool {
    text.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && is_number(text) && (text.starts_with("18") || text.starts_with("19") || text.starts_with("20"))
}

/// Takes out each year behind a mark, with its month ("-05") and its language ("(E)").
fn without_years(identifier: &str, mark: char) -> String {
    let mut rest = identifier;
    let mut undated = String::with_capacity(identifier.len());
    while let Some((before, behind)) = rest.split_once(mark) {
        undated.push_str(before);
        let year = behind.get(..4).is_some_and(is_year);
        let mut tail = behind.get(4..).unwrap_or_default();
        if year && !tail.starts_with(|character: char| character.is_ascii_digit()) {
            let month = tail.strip_prefix('-').and_then(|tail| tail.get(..2)).is_some_and(is_number);
            let behind_month = tail.get(3..).unwrap_or_default();
            if month && !behind_month.starts_with(|character: char| character.is_ascii_digit()) {
                tail = behind_month;
            }
            rest = tail;
        } else {
            undated.push(mark);
            rest = behind;
        }
    }
    undated.push_str(rest);
    undated
}

/// "ISO 1000.1992": so does the IETF cite.
fn without_anchor_year(identifier: &str) -> &str {
    match identifier.rsplit_once('.') {
        Some((rest, year)) if is_year(year) => rest,
        _ => identifier,
    }
}

/// "ETSI EN 300 468 V1.1.1 (1996-12)", "ETSI ETR 001 ed.1 (1990-08)".
fn before_version(identifier: &str) -> &str {
    for mark in [" V", " ed."] {
        if let Some((rest, version)) = identifier.rsplit_once(mark)
            && version.starts_with(|character: char| character.is_ascii_digit())
        {
            return rest;
        }
    }
    before(identifier, " (")
}

/// "ITU-T X.509 (10/2019)", "ITU-T H.245 (V17) (03/2022)", "ITU-T T.808 (2005) Cor. 3 (05/2011)", "ITU-R P.2148-0".
fn itu(identifier: &str) -> String {
    let mut undated = String::with_capacity(identifier.len());
    let mut rest = identifier;
    while let Some((before, behind)) = rest.split_once(" (") {
        undated.push_str(before);
        let Some((inner, tail)) = behind.split_once(')') else {
            undated.push_str(" (");
            rest = behind;
            continue;
        };
        let is_date =
            is_year(inner) || inner.split_once('/').is_some_and(|(month, year)| is_number(month) && is_year(year));
        let is_edition = inner.strip_prefix(['V', 'v']).is_some_and(is_version);
        if !is_date && !is_edition {
            undated.push_str(" (");
            undated.push_str(inner);
            undated.push(')');
        }
        rest = tail;
    }
    undated.push_str(rest);
    if undated.starts_with("ITU-R ")
        && let Some((number, version)) = undated.rsplit_once('-')
        && is_number(version)
        && number.contains('.')
    {
        return number.to_owned();
    }
    undated
}

/// "IEEE Std 505-1977", "IEEE P1500/D-1.4-2021-11", "IEEE Std 1003.1-2017 Redline", "IEEE Std 802.3-2005/Cor 1-2006".
fn ieee(identifier: &str) -> String {
    // A draft of a corrigendum is none of its base.
    let without_draft = match identifier.split_once("/D") {
        Some((rest, draft)) if draft.starts_with(|character: char| character == '-' || character.is_ascii_digit()) => {
            match draft.split_once('/') {
                Some((_, part)) if part.starts_with("Cor") || part.starts_with("Amd") => format!("{rest}/{part}"),
                _ => rest.to_owned(),
            }
        }
        _ => identifier.to_owned(),
    };
    without_years(&without_years(&without_draft, '-'), ':')
}

/// "W3C WD-mathml4-20250918" is a version of "W3C mathml4".
fn w3c(identifier: &str) -> String {
    let Some((rest, date)) = identifier.rsplit_once('-') else { return identifier.to_owned() };
    if date.len() != 8 || !is_number(date) {
        return identifier.to_owned();
    }
    let Some(name) = rest.strip_prefix("W3C ") else { return rest.to_owned() };
    match name.split_once('-') {
        Some((maturity, name)) if maturity.len() > 1 && maturity.bytes().all(|byte| byte.is_ascii_uppercase()) => {
            format!("W3C {name}")
        }
        _ => rest.to_owned(),
    }
}

/// "CCSDS 320.0-B-1", "CCSDS 100.0-G-1-S", "CCSDS 133.0-B-1-S Cor. 2": the issue goes, and the mark of silver books.
fn ccsds(identifier: &str) -> String {
    let (prefix, rest) = match identifier.strip_prefix("CCSDS ") {
        Some(rest) => ("CCSDS ", rest),
        None => ("", identifier),
    };
    let (number, tail) = rest.split_once(' ').map_or((rest, ""), |(number, tail)| (number, tail));
    let number = number.strip_suffix("-S").unwrap_or(number);
    let number = match number.rsplit_once('-') {
        Some((colour, issue)) if issue.bytes().next().is_some_and(|byte| byte.is_ascii_digit()) => colour,
        _ => number,
    };
    if tail.is_empty() { format!("{prefix}{number}") } else { format!("{prefix}{number} {tail}") }
}

/// "09-147r3"
fn revision(identifier: &str) -> &str {
    match identifier.rsplit_once('r') {
        Some((rest, number)) if is_number(number) && rest.ends_with(|character: char| character.is_ascii_digit()) => {
            rest
        }
        _ => identifier,
    }
}

/// "OASIS CSAF-v2.0-CS03": the version goes, and the stage.
fn oasis(identifier: &str) -> String {
    let mut undated = String::with_capacity(identifier.len());
    for (at, part) in identifier.split('-').enumerate() {
        let is_version = is_version(part) && part.contains('.') || part.strip_prefix('v').is_some_and(is_version);
        let stage = part.trim_end_matches(|character: char| character.is_ascii_digit());
        let is_stage = matches!(
            stage,
            "CS" | "CSD" | "CSPRD" | "CN" | "CND" | "CNPRD" | "CD" | "PR" | "PS" | "PSD" | "OS" | "Errata"
        ) && stage != part
            || part == "OS";
        if at > 0 && (is_version || is_stage) {
            continue;
        }
        if at > 0 {
            undated.push('-');
        }
        undated.push_str(part);
    }
    undated
}

/// Another identifier in a clear form (rule 2); none where it is of no use.
pub fn other(identifier: &str, scheme: &str, scope: Option<&str>) -> Option<String> {
    let bare = |prefix: &str| {
        let start = identifier.get(..prefix.len()).filter(|start| start.eq_ignore_ascii_case(prefix));
        start.map_or(identifier, |_| identifier.get(prefix.len()..).unwrap_or_default()).trim_start_matches([' ', ':'])
    };
    match scheme.to_ascii_lowercase().as_str() {
        "iso-reference" | "anchor" | "metanorma" | "metanorma-ordinal" | "csd" => None,
        _ if scope == Some("anchor") && scheme != "XEP" => None,
        "isbn" => Some(format!("ISBN {}", bare("ISBN"))),
        "issn" => Some(format!("ISSN {}", bare("ISSN"))),
        "doi" => Some(format!("doi:{}", bare("doi"))),
        _ => Some(identifier.to_owned()),
    }
}

/// The form that says whose document it is, where the identifier does not (rule 3).
pub fn with_owner(identifier: &str, scheme: &str) -> Option<String> {
    let owner = match scheme {
        "OGC" => "OGC ",
        "IHO" => "IHO ",
        _ => return None,
    };
    (!identifier.starts_with(owner)).then(|| format!("{owner}{identifier}"))
}

/// What a relation points at, in full (rule 7). `own` is the identifier of the record that relates.
pub fn target(target: &str, own: &str) -> String {
    for prefix in ["ITU-T ", "ITU-R ", "ITU-D "] {
        let is_full = ["ITU", "ISO", "IEC"].iter().any(|body| target.starts_with(body));
        if own.starts_with(prefix) && !is_full {
            return format!("{prefix}{target}");
        }
    }
    target.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_share_their_undated_identifier() {
        for (scheme, identifier, expected) in [
            ("ISO", "ISO/IEC 99999:2022", Some("ISO/IEC 99999")),
            ("ISO", "ISO 99999-1:2022/Amd 1:2023", Some("ISO 99999-1/Amd 1")),
            ("ISO", "ISO/CD 99999", None),
            ("ISO", "ISO 99999 :2022", Some("ISO 99999")),
            ("ISO", "ISO/TS 19991:2018", Some("ISO/TS 19991")),
            ("ISO", "ISO 99999.1992", Some("ISO 99999")),
            ("IEEE", "IEEE 999-11D.2001", Some("IEEE 999-11D")),
            ("IEC", "IEC 99999:1997+AMD1:2005+AMD2:2006 CSV", Some("IEC 99999")),
            ("IEC", "IEC 99999-2:2020 RLV", Some("IEC 99999-2")),
            ("IEC", "IEC 99999:1981/AMD1:1984", Some("IEC 99999/AMD1")),
            ("IEC", "IEC 99999:2001-05", Some("IEC 99999")),
            ("ITU", "ITU-T Z.999 (10/2019)", Some("ITU-T Z.999")),
            ("ITU", "ITU-T Z.999 (V17) (03/2022)", Some("ITU-T Z.999")),
            ("ITU", "ITU-T Z.999 (2005) Cor. 3 (05/2011)", Some("ITU-T Z.999 Cor. 3")),
            ("ITU", "ITU-R ZZ.999-10", Some("ITU-R ZZ.999")),
            ("ITU", "ITU-R 999-1/6:", None),
            ("3GPP", "3GPP TS 99.999-1:REL-15/15.2.0", Some("3GPP TS 99.999-1")),
            ("ETSI", "ETSI EN 999 468 V1.1.1 (1996-12)", Some("ETSI EN 999 468")),
            ("ETSI", "ETSI ETR 999 ed.1 (1990-08)", Some("ETSI ETR 999")),
            ("W3C", "W3C WD-widget-9-20250918", Some("W3C widget-9")),
            ("W3C", "W3C NOTE-widget-20250918", Some("W3C widget")),
            ("W3C", "W3C widget", None),
            ("IEEE", "IEEE Std 9999.1-2017 Redline", Some("IEEE Std 9999.1 Redline")),
            ("IEEE", "IEEE P9999/D-1.4-2021-11", Some("IEEE P9999")),
            ("IEEE", "IEEE P9999/D-2.1/Cor1-2013", Some("IEEE P9999/Cor1")),
            ("IEEE", "IEEE Std 9999/Cor1-2006", Some("IEEE Std 9999/Cor1")),
            ("CCSDS", "CCSDS 999.0-B-1-S Cor. 2", Some("CCSDS 999.0-B Cor. 2")),
            ("CCSDS", "CCSDS 999.12-M-1", Some("CCSDS 999.12-M")),
            ("OGC", "99-147r3", Some("99-147")),
            ("OGC", "99-147", None),
            ("OASIS", "OASIS Widget-v2.0-CS03", Some("OASIS Widget")),
            ("OASIS", "OASIS Widget-3.0-Part1-PS01", Some("OASIS Widget-Part1")),
            ("CIE", "CIE 999:2017", Some("CIE 999")),
            ("CIE", "CIE 999-1980", Some("CIE 999")),
            ("CIE", "CIE OP99 1935-1939", None),
            ("EASC", "РМГ 999-97", Some("РМГ 999")),
            ("PLATEAU", "PLATEAU Handbook #99 1.0", Some("PLATEAU Handbook #99")),
            ("CalConnect", "CC/A 9905:2011", Some("CC/A 9905")),
            ("BIPM", "JCGM 999:2008 Corrigendum", Some("JCGM 999 Corrigendum")),
            ("ECMA", "ECMA-9999", Some("ECMA-9999")),
            ("IETF", "BCP 9999", None),
        ] {
            assert_eq!(undated(identifier, scheme).as_deref(), expected, "{identifier}");
        }
    }

    #[test]
    fn editions_are_part_of_the_identity_where_they_alone_tell_documents_apart() {
        assert!(has_numbered_editions("ECMA") && has_numbered_editions("IHO"));
        assert!(!has_numbered_editions("ISO"));
    }

    #[test]
    fn other_identifiers_say_what_they_are() {
        assert_eq!(other("10.9999/1", "doi", None).as_deref(), Some("doi:10.9999/1"));
        assert_eq!(other("ISBN 978-9", "ISBN", None).as_deref(), Some("ISBN 978-9"));
        assert_eq!(other("ISO 1(E)", "iso-reference", None), None);
        assert_eq!(other("ISO.1.1992", "ISO", Some("anchor")), None);
        assert_eq!(other("XEP-9999", "XEP", Some("anchor")).as_deref(), Some("XEP-9999"));
        assert_eq!(other("urn:iso:std:iso:1", "URN", None).as_deref(), Some("urn:iso:std:iso:1"));
        assert_eq!(with_owner("S-999", "IHO").as_deref(), Some("IHO S-999"));
        assert_eq!(with_owner("ISO 1", "ISO"), None);
    }

    #[test]
    fn targets_of_itu_get_their_prefix() {
        assert_eq!(target("Z.999 (2019)", "ITU-T Z.999 (10/2019)"), "ITU-T Z.999 (2019)");
        assert_eq!(target("ITU-R Z.1", "ITU-T Z.999"), "ITU-R Z.1");
        assert_eq!(target("ISO 1", "ISO 2"), "ISO 1");
    }
}
