//! RIS: lines of two-letter tags, as reference managers exchange them.
//!
//! A record is identified by its number (`SN`), where that is one of a series of documents and not an ISBN or ISSN, else
//! by its DOI as "doi:10.6028/…". With neither it is rejected. Authors and editors are passed over. Two records of one
//! number are one document: that of the later year and DOI is the newer.

use crate::bodies;
use crate::item::{Entry, Item, Outcome, Reader, Sink, Stop};
use crate::lines::{self, Line};
use crate::record::{Localised, Record, Standard, StandardStatus, StandardType};
use crate::text;

/// How much of a record is kept, in bytes. What is longer is rejected.
const BOUND: usize = 1 << 24;

/// Whether these are the first bytes of such a file.
pub fn recognises(_path: &str, head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    let head = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(head).trim_ascii_start();
    head.starts_with(b"TY  - ")
}

/// Reads the records.
pub fn reader() -> Ris {
    Ris
}

/// Reads the records. It remembers nothing.
#[derive(Debug)]
pub struct Ris;

/// The tags and values of a record. Only those that are of use are kept.
#[derive(Debug, Default)]
struct Draft {
    line: usize,
    fields: Vec<(String, String)>,
    size: usize,
}

/// What is kept of a record: nothing that names persons.
const KEPT: &[&str] =
    &["TY", "TI", "T1", "CT", "BT", "PY", "Y1", "DA", "PB", "SN", "DO", "UR", "L2", "AB", "N2", "LA", "ID", "ET", "VL"];

impl Reader for Ris {
    fn read(&mut self, entry: Entry<'_>, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let path = entry.path;
        let mut draft: Option<Draft> = None;
        let mut is_kept = false;
        let mut number = 0_usize;
        let mut any = false;
        while let Some(line) = lines::next(entry.contents) {
            number += 1;
            let line = match line {
                Line::Text(line) => line,
                Line::TooLong => {
                    if let Some(draft) = &mut draft {
                        draft.size = usize::MAX;
                    }
                    continue;
                }
                Line::Broken(reason) => return sink(item(path, number, Outcome::Rejected(reason))),
            };
            match tagged(&line) {
                Some(("TY", value)) => {
                    any = true;
                    if let Some(draft) = draft.take() {
                        sink(item(path, draft.line, draft.outcome()))?;
                    }
                    let mut new = Draft { line: number, ..Draft::default() };
                    new.add("TY", value);
                    draft = Some(new);
                    is_kept = true;
                }
                Some(("ER", _)) => {
                    if let Some(draft) = draft.take() {
                        sink(item(path, draft.line, draft.outcome()))?;
                    }
                }
                Some((tag, value)) => {
                    is_kept = KEPT.contains(&tag);
                    if is_kept && let Some(draft) = &mut draft {
                        draft.add(tag, value);
                    }
                }
                None => {
                    if is_kept && let Some(draft) = &mut draft {
                        draft.go_on(&line);
                    }
                }
            }
        }
        if let Some(draft) = draft {
            sink(item(path, draft.line, draft.outcome()))?;
        }
        if !any {
            sink(item(path, 1, Outcome::Rejected("no RIS record".to_owned())))?;
        }
        Ok(())
    }
}

fn item(path: &str, line: usize, outcome: Outcome) -> Item {
    Item { path: path.to_owned(), position: Some(format!("line {line}")), outcome }
}

/// The tag and value of "TI  - Title".
fn tagged(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start_matches('\u{feff}');
    let (tag, rest) = line.split_at_checked(2)?;
    let is_tag = tag.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let value = rest.strip_prefix("  -")?;
    (is_tag && (value.is_empty() || value.starts_with(' '))).then(|| (tag, value.trim()))
}

impl Draft {
    fn add(&mut self, tag: &str, value: &str) {
        self.size = self.size.saturating_add(value.len() + 64);
        if self.size <= BOUND {
            self.fields.push((tag.to_owned(), value.to_owned()));
        }
    }

    /// A line without tag goes on with what the last one says.
    fn go_on(&mut self, line: &str) {
        self.size = self.size.saturating_add(line.len() + 1);
        if self.size <= BOUND
            && let Some((_, value)) = self.fields.last_mut()
        {
            value.push('\n');
            value.push_str(line.trim());
        }
    }

    fn first(&self, tags: &[&str]) -> Option<&str> {
        tags.iter().find_map(|tag| {
            self.fields
                .iter()
                .find(|(own, value)| own == tag && !value.trim().is_empty())
                .map(|(_, value)| value.as_str())
        })
    }

    fn all<'d>(&'d self, tags: &'d [&str]) -> impl Iterator<Item = &'d str> {
        self.fields.iter().filter(|(own, _)| tags.contains(&own.as_str())).map(|(_, value)| value.trim())
    }

    fn outcome(&self) -> Outcome {
        if self.size > BOUND {
            return Outcome::Rejected(format!("a record of more than {BOUND} bytes"));
        }
        let kind = self.first(&["TY"]).unwrap_or_default();
        if let Some(reason) = no_standard(kind) {
            return Outcome::Skipped(reason);
        }
        let doi = self
            .all(&["DO"])
            .find_map(|text| doi(text, true))
            .or_else(|| self.all(&["UR", "L2", "ID"]).find_map(|text| doi(text, false)));
        let number = self.all(&["SN"]).map(text::plain).find(|number| is_number_of_document(number));
        let Some(identifier) = number.clone().or_else(|| doi.as_ref().map(|doi| format!("doi:{doi}"))) else {
            return Outcome::Rejected("neither a number (SN) nor a DOI (DO)".to_owned());
        };
        let published_on =
            ["DA", "PY", "Y1"].iter().filter_map(|tag| date(self.first(&[tag])?)).max_by_key(String::len);
        let freshness =
            format!("{} {}", published_on.as_deref().unwrap_or_default(), doi.as_deref().unwrap_or_default());
        let language = self.first(&["LA"]).and_then(text::language);
        let title = self.first(&["TI", "T1", "CT", "BT"]).map(text::plain).filter(|title| !title.is_empty());
        let url = self
            .all(&["UR"])
            .find_map(|url| text::web_address(&text::line(url)))
            .or_else(|| doi.as_ref().map(|doi| format!("https://doi.org/{doi}")));
        let standard = Standard {
            r#type: Some(document_type(kind, &identifier)),
            status: Some(if is_draft(&identifier) {
                StandardStatus::UnderDevelopment
            } else {
                StandardStatus::Published
            }),
            other_identifiers: match &doi {
                Some(doi) if number.is_some() => vec![format!("doi:{doi}")],
                _ => Vec::new(),
            },
            identifier,
            titles: title.map(|value| Localised { language: language.clone(), value }).into_iter().collect(),
            r#abstract: self.first(&["AB", "N2"]).map(text::markdown).filter(|text| !text.is_empty()),
            published_on,
            url,
            languages: language.into_iter().collect(),
            publishers: self.first(&["PB"]).and_then(bodies::body).into_iter().collect(),
            freshness: Some(freshness),
            ..Standard::default()
        };
        Outcome::Record(Record::Standard(Box::new(standard)))
    }
}

/// Why a record of this type is no standard, if it is none.
fn no_standard(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "JOUR" | "JFULL" | "EJOUR" | "MGZN" | "NEWS" | "ABST" | "INPR" => "a journal article",
        "CONF" | "CPAPER" => "a conference paper",
        "THES" => "a thesis",
        "CHAP" | "ECHAP" => "a chapter of a book",
        "BOOK" | "EBOOK" | "EDBOOK" | "SER" => "a book",
        "PAT" => "a patent",
        "ADVS" | "ART" | "FIGURE" | "MAP" | "MPCT" | "MULTI" | "MUSIC" | "SLIDE" | "SOUND" | "VIDEO" => {
            "a picture, a recording or a map"
        }
        "BLOG" | "CASE" | "HEAR" | "ICOMM" | "PCOMM" => "no document of a standards body",
        _ => return None,
    })
}

/// Whether it is a number of a series of documents: neither an ISBN nor an ISSN nor nothing.
fn is_number_of_document(number: &str) -> bool {
    number.chars().filter(|character| !matches!(character, 'X' | 'x')).any(char::is_alphabetic)
        && !["ISBN", "ISSN"].iter().any(|word| number.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(word)))
}

/// The DOI in `10.6028/NIST.1`, `doi:10.6028/NIST.1` or `https://doi.org/10.6028/NIST.1`; the first only where it may
/// stand `bare`.
fn doi(text: &str, bare: bool) -> Option<String> {
    let text = text.trim();
    let after = |prefix: &str| {
        text.get(..prefix.len())
            .filter(|start| start.eq_ignore_ascii_case(prefix))
            .and_then(|_| text.get(prefix.len()..))
    };
    let doi = ["https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi:"]
        .iter()
        .find_map(|prefix| after(prefix))
        .or(bare.then_some(text))?
        .trim();
    let is_doi = doi.starts_with("10.")
        && doi.contains('/')
        && !doi.chars().any(|character| character.is_whitespace() || character.is_control())
        && !text::has_email(doi);
    is_doi.then(|| text::clean(doi).into_owned())
}

/// "2020", "2020/05" or "2020/05/12/", as dates are written here, else as elsewhere.
fn date(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('/').take(3).map(str::trim).take_while(|part| !part.is_empty()).collect();
    let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    match parts.as_slice() {
        [year, rest @ ..] if year.len() == 4 && parts.iter().all(is_number) => {
            let mut date = (*year).to_owned();
            for part in rest {
                date.push('-');
                date.extend((part.len()..2).map(|_| '0'));
                date.push_str(part);
            }
            text::date(&date)
        }
        _ => text::date(text.trim()),
    }
}

fn document_type(kind: &str, identifier: &str) -> StandardType {
    let mut words = identifier.split_ascii_whitespace();
    let publisher = words.next();
    let series = if matches!(publisher, Some("NIST" | "NBS")) { words.next() } else { None };
    match series {
        Some("FIPS" | "CS") => StandardType::Standard,
        Some("IR" | "TN" | "RPT" | "report" | "GCR" | "NCSTAR") => StandardType::TechnicalReport,
        _ if publisher == Some("NISTIR") => StandardType::TechnicalReport,
        _ if kind == "STAND" => StandardType::Standard,
        _ => StandardType::Other,
    }
}

/// "NIST SP 800-1 ipd": the initial or a later public draft.
fn is_draft(identifier: &str) -> bool {
    let last = identifier.rsplit([' ', '.', '-']).next().unwrap_or_default();
    matches!(last, "draft" | "ipd" | "fpd")
        || last
            .strip_suffix("pd")
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(contents: &str) -> Vec<Item> {
        crate::item::items_of(reader(), [("x.ris", contents)])
    }

    fn one(lines: &str) -> Standard {
        let items = read(&format!("TY  - RPRT\r\n{lines}\r\nER  - \r\n"));
        assert_eq!(items.len(), 1);
        match items.into_iter().next().unwrap().outcome {
            Outcome::Record(Record::Standard(standard)) => *standard,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_report_has_its_number_its_doi_and_its_publisher() {
        let report = one(
            "TI  - Wicks \r\nAU  - Quill, Anna\r\nPY  - 2031\r\nPB  - National Institute of Standards and Technology (U.S.)\r\n\
             CY  - \"Lampville\r\nSN  - NIST  IR 99999\r\nDO  - 10.99999/NIST.IR.99999",
        );
        assert_eq!(report.identifier, "NIST IR 99999");
        assert_eq!(report.other_identifiers, ["doi:10.99999/NIST.IR.99999"]);
        assert_eq!(report.titles[0].value, "Wicks");
        assert_eq!(report.published_on.as_deref(), Some("2031"));
        assert_eq!(report.publishers[0].acronym.as_deref(), Some("NIST"));
        assert_eq!(report.url.as_deref(), Some("https://doi.org/10.99999/NIST.IR.99999"));
        assert_eq!(report.r#type, Some(StandardType::TechnicalReport));
        assert!(!format!("{report:?}").contains("Quill"));
    }

    #[test]
    fn a_doi_identifies_where_there_is_no_number() {
        assert_eq!(one("TI  - A\r\nSN  - \r\nDO  - 10.99999/x").identifier, "doi:10.99999/x");
        assert_eq!(
            one("TI  - A\r\nSN  - 978-3-16-148410-0\r\nUR  - https://doi.org/10.99999/x").identifier,
            "doi:10.99999/x"
        );
        let items = read("TY  - RPRT\nTI  - A\nER  - \n");
        assert!(matches!(items[0].outcome, Outcome::Rejected(_)));
    }

    #[test]
    fn the_newer_of_two_records_of_a_number_can_be_told() {
        let older = one("SN  - NIST X 9\r\nPY  - 2030\r\nDO  - 10.99999/b");
        let newer = one("SN  - NIST X 9\r\nPY  - 2031\r\nDO  - 10.99999/a");
        assert!(older.freshness < newer.freshness);
    }

    #[test]
    fn other_providers_write_other_tags() {
        let standard =
            one("T1  - On\r\n  lamps\r\nY1  - 2031/05//\r\nUR  - https://lamp.example/1\r\nAB  - All about lamps.\r\n\
             KW  - lamp\r\nLA  - eng\r\nSN  - LAMP 7");
        assert_eq!(standard.titles[0], Localised { language: Some("en".to_owned()), value: "On lamps".to_owned() });
        assert_eq!(standard.published_on.as_deref(), Some("2031-05"));
        assert_eq!(standard.url.as_deref(), Some("https://lamp.example/1"));
        assert_eq!(standard.r#abstract.as_deref(), Some("All about lamps."));
        assert_eq!(standard.languages, ["en"]);
    }

    #[test]
    fn several_records_stand_in_a_file_and_articles_are_skipped() {
        let items = read("TY  - JOUR\nTI  - A\nER  - \n\nTY  - STAND\nSN  - LAMP 8\nTY  - RPRT\nSN  - LAMP 9 ipd\n");
        let positions: Vec<_> = items.iter().map(|item| item.position.as_deref().unwrap()).collect();
        assert_eq!(positions, ["line 1", "line 5", "line 7"]);
        assert_eq!(items[0].outcome, Outcome::Skipped("a journal article"));
        let Outcome::Record(Record::Standard(draft)) = &items[2].outcome else { panic!() };
        assert_eq!(draft.status, Some(StandardStatus::UnderDevelopment));
    }

    #[test]
    fn what_is_no_ris_is_rejected() {
        assert!(matches!(read("lamps\n")[0].outcome, Outcome::Rejected(_)));
        assert!(matches!(read("")[0].outcome, Outcome::Rejected(_)));
        assert!(!recognises("x.ris", b"TI  - A"));
    }

    #[test]
    fn addresses_of_people_are_not_kept() {
        let report = one("TI  - Lamps a@lamp.example\nSN  - NIST IR 1 <a@lamp.example>\nDO  - 10.1/a@lamp.example");
        assert_eq!(report.identifier, "NIST IR 1");
        assert_eq!(report.titles[0].value, "Lamps");
        assert_eq!((report.url, report.other_identifiers), (None, Vec::new()));
    }
}
