//! The technical committees of ISO, as JSON Lines: a committee a line, as ISO Open Data publishes them.
//!
//! Beside the committees it names the bodies that take part in them: those of countries, and organisations in liaison.
//! The source knows them by number and short name only. After the last line they are given, and ISO with its members
//! and liaisons.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use crate::item::{Entry, Item, Outcome, Reader, Sink, Stop};
use crate::json;
use crate::lines::{self, Line};
use crate::record::{Body, Committee, Group, Organisation, Partner, PartnerRole, Record};
use crate::text;

/// How many bodies and committees are remembered. Bodies beyond are left out, committees beyond are nobody's parents.
const BOUND: usize = 100_000;

/// How many committees wait for one that stands behind them. Beyond, they are given without the one above them.
const WAITING: usize = 10_000;

/// Whether these are the first bytes of such a file.
pub fn recognises(_path: &str, head: &[u8]) -> bool {
    let head = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let head = text::head(head);
    head.trim_start().starts_with('{')
        && ["\"reference\"", "\"parentId\"", "\"secretariat\""].iter().all(|member| head.contains(member))
}

/// Reads the committees.
pub fn reader() -> IsoCommittees {
    IsoCommittees::default()
}

/// Reads the committees, and remembers their numbers and those of the bodies.
#[derive(Debug, Default)]
pub struct IsoCommittees {
    /// By number, the designations of committees.
    references: HashMap<i64, String>,
    waiting: Vec<(Item, i64)>,
    /// By number, their short names.
    national: BTreeMap<i64, String>,
    liaisons: BTreeMap<i64, String>,
}

impl Reader for IsoCommittees {
    fn read(&mut self, entry: Entry<'_>, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let mut number = 0_usize;
        while let Some(line) = lines::next(entry.contents) {
            number += 1;
            let item =
                |outcome| Item { path: entry.path.to_owned(), position: Some(format!("line {number}")), outcome };
            let line = match line {
                Line::Text(line) if line.trim().is_empty() => continue,
                Line::Text(line) => line,
                Line::TooLong => {
                    sink(item(Outcome::Rejected("a line that is too long".to_owned())))?;
                    continue;
                }
                Line::Broken(reason) => return sink(item(Outcome::Rejected(reason))),
            };
            match self.line(&line) {
                Ok((committee, parent)) => {
                    let item = item(Outcome::Record(Record::Committee(Box::new(committee))));
                    self.give(item, parent, sink)?;
                }
                Err(reason) => sink(item(Outcome::Rejected(reason)))?,
            }
        }
        Ok(())
    }

    fn finish(&mut self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        for (item, parent) in std::mem::take(&mut self.waiting) {
            sink(with_parent(item, self.references.get(&parent)))?;
        }
        self.bodies(sink)
    }
}

impl IsoCommittees {
    /// The committee of a line, and the number of the one above it.
    fn line(&mut self, line: &str) -> Result<(Committee, Option<i64>), String> {
        let value: Value =
            serde_json::from_str(line.trim_start_matches('\u{feff}')).map_err(|error| error.to_string())?;
        let designation = text::plain(json::text(&value, "reference").unwrap_or_default());
        if designation.is_empty() {
            return Err("no reference".to_owned());
        }
        let english = |member: &str| value.get(member).and_then(|texts| json::text(texts, "en"));
        let committee = Committee {
            group: Group {
                name: english("title").map(text::plain).filter(|name| !name.is_empty() && *name != designation),
                owners: owners(&designation),
                designation: designation.clone(),
                parent: None,
            },
            scope: english("scope").map(text::markdown).filter(|scope| !scope.is_empty()),
        };
        if let Some(id) = value.get("id").and_then(Value::as_i64)
            && self.references.len() < BOUND
        {
            self.references.insert(id, designation);
        }
        for (member, national) in
            [("secretariat", true), ("pMembers", true), ("oMembers", true), ("organizationLiaisons", false)]
        {
            let bodies = if national { &mut self.national } else { &mut self.liaisons };
            let listed = match value.get(member) {
                Some(Value::Array(list)) => list.as_slice(),
                Some(single) => std::slice::from_ref(single),
                None => &[],
            };
            for body in listed {
                if let (Some(id), Some(acronym)) = (body.get("id").and_then(Value::as_i64), json::text(body, "acronym"))
                    && bodies.len() < BOUND
                    && !bodies.contains_key(&id)
                {
                    let acronym = text::plain(acronym);
                    if !acronym.is_empty() {
                        bodies.insert(id, acronym);
                    }
                }
            }
        }
        Ok((committee, value.get("parentId").and_then(Value::as_i64)))
    }

    /// Gives a committee, or keeps it until the one above it is read.
    fn give(&mut self, item: Item, parent: Option<i64>, sink: &mut Sink<'_>) -> Result<(), Stop> {
        match parent {
            Some(parent) if !self.references.contains_key(&parent) && self.waiting.len() < WAITING => {
                self.waiting.push((item, parent));
                Ok(())
            }
            Some(parent) => sink(with_parent(item, self.references.get(&parent))),
            None => sink(item),
        }
    }

    /// Gives the bodies, those of countries first, and ISO with them as members and liaisons.
    fn bodies(&mut self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let mut beside = |organisation| {
            let outcome = Outcome::Beside(Record::Organisation(Box::new(organisation)));
            sink(Item { path: String::new(), position: None, outcome })
        };
        let mut taken = HashSet::new();
        let mut partners = Vec::new();
        let national = std::mem::take(&mut self.national).into_iter().map(|body| (body, PartnerRole::Member));
        let liaisons = std::mem::take(&mut self.liaisons).into_iter().map(|body| (body, PartnerRole::Liaison));
        for ((_, short), role) in national.chain(liaisons) {
            let is_new = taken.insert(short.to_lowercase());
            let body = if !is_new {
                // Another body has this short name.
                let kind = if role == PartnerRole::Member { "member" } else { "liaison" };
                Body { name: Some(format!("{short} ({kind} of ISO)")), ..Body::default() }
            } else if role == PartnerRole::Liaison && short.contains(char::is_whitespace) {
                Body { name: Some(short), ..Body::default() }
            } else {
                Body { acronym: Some(short.clone()), name: Some(short), ..Body::default() }
            };
            beside(Organisation {
                acronym: body.acronym.clone(),
                name: body.name.clone().unwrap_or_default(),
                ..Organisation::default()
            })?;
            partners.push(Partner { body, role, note: None });
        }
        if partners.is_empty() {
            return Ok(());
        }
        beside(Organisation {
            acronym: Some("ISO".to_owned()),
            name: "International Organization for Standardization".to_owned(),
            partners,
            ..Organisation::default()
        })
    }
}

fn with_parent(mut item: Item, parent: Option<&String>) -> Item {
    if let Outcome::Record(Record::Committee(committee)) = &mut item.outcome {
        committee.group.parent = parent.filter(|parent| **parent != committee.group.designation).cloned();
    }
    item
}

/// Whose committee it is, by the first words of its designation: "ISO/TC 20", "ISO/IEC JTC 1", "IEC/ISO JTC 3".
fn owners(designation: &str) -> Vec<Body> {
    let mut owners = Vec::new();
    for word in designation.split(['/', ' ']) {
        let name = match word {
            "ISO" => "International Organization for Standardization",
            "IEC" => "International Electrotechnical Commission",
            _ => break,
        };
        owners.push(Body { acronym: Some(word.to_owned()), name: Some(name.to_owned()), ..Body::default() });
    }
    if owners.is_empty() { owners_of_iso() } else { owners }
}

fn owners_of_iso() -> Vec<Body> {
    owners("ISO/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &str) -> Vec<Item> {
        crate::item::items_of(reader(), [("committees.jsonl", lines)])
    }

    fn committees(items: &[Item]) -> Vec<&Committee> {
        items
            .iter()
            .filter_map(|item| match &item.outcome {
                Outcome::Record(Record::Committee(committee)) => Some(&**committee),
                _ => None,
            })
            .collect()
    }

    const BELOW: &str = r#"{"id": 2, "reference": "ISO/IEC JTC 9/SC 1", "title": {"en": "Wicks"}, "parentId": 1,
        "secretariat": {"id": 51, "acronym": "LMB"}, "scope": {"en": "<p>All <b>wicks</b>.</p><ul><li>Cotton</li></ul>"},
        "pMembers": [{"id": 51, "acronym": "LMB"}, {"id": 52, "acronym": "OIL"}], "oMembers": null,
        "organizationLiaisons": [{"id": 91, "acronym": "OIL"}, {"id": 92, "acronym": "World Lamp Union"}]}"#;
    const ABOVE: &str =
        r#"{"id": 1, "reference": "ISO/IEC JTC 9", "title": {"en": "Lamps"}, "scope": {}, "parentId": null}"#;

    fn line(text: &str) -> String {
        text.replace('\n', " ")
    }

    #[test]
    fn a_committee_has_name_scope_owners_and_the_one_above_it_in_any_order() {
        for lines in [[BELOW, ABOVE], [ABOVE, BELOW]] {
            let items = read(&lines.map(line).join("\n"));
            let committees = committees(&items);
            let below = committees.iter().find(|committee| committee.scope.is_some()).unwrap();
            assert_eq!(below.group.designation, "ISO/IEC JTC 9/SC 1");
            assert_eq!(below.group.name.as_deref(), Some("Wicks"));
            assert_eq!(below.group.parent.as_deref(), Some("ISO/IEC JTC 9"));
            let owners: Vec<_> = below.group.owners.iter().map(|owner| owner.acronym.as_deref().unwrap()).collect();
            assert_eq!(owners, ["ISO", "IEC"]);
            assert_eq!(below.scope.as_deref(), Some("All **wicks**.\n\n-  Cotton"));
            assert_eq!(committees.len(), 2);
        }
    }

    #[test]
    fn bodies_come_once_and_iso_has_them_as_partners() {
        let items = read(&[BELOW, ABOVE, BELOW].map(line).join("\n"));
        let organisations: Vec<_> = items
            .iter()
            .filter_map(|item| match &item.outcome {
                Outcome::Beside(Record::Organisation(organisation)) => Some(organisation),
                _ => None,
            })
            .collect();
        let names: Vec<_> = organisations
            .iter()
            .map(|organisation| (organisation.acronym.as_deref(), organisation.name.as_str()))
            .collect();
        let expected = [
            (Some("LMB"), "LMB"),
            (Some("OIL"), "OIL"),
            // Another body than the one of the country.
            (None, "OIL (liaison of ISO)"),
            (None, "World Lamp Union"),
            (Some("ISO"), "International Organization for Standardization"),
        ];
        assert_eq!(names, expected);
        let roles: Vec<_> = organisations[4].partners.iter().map(|partner| partner.role).collect();
        assert_eq!(roles, [PartnerRole::Member, PartnerRole::Member, PartnerRole::Liaison, PartnerRole::Liaison]);
    }

    #[test]
    fn lines_that_are_no_committees_are_rejected_and_empty_ones_passed_over() {
        let items = read(&format!("{{\n\n{{\"id\": 3}}\n[1]\n{}\n", line(ABOVE)));
        let positions: Vec<_> = items
            .iter()
            .filter(|item| matches!(item.outcome, Outcome::Rejected(_)))
            .map(|item| item.position.as_deref().unwrap())
            .collect();
        assert_eq!(positions, ["line 1", "line 3", "line 4"]);
        assert_eq!(committees(&items).len(), 1);
    }

    #[test]
    fn owners_are_told_by_the_designation() {
        for (designation, acronyms) in
            [("ISO/TC 1", &["ISO"][..]), ("IEC/ISO JTC 3", &["IEC", "ISO"]), ("ISO/IEC/JTC 4", &["ISO", "IEC"])]
        {
            let owners: Vec<_> = owners(designation).into_iter().filter_map(|owner| owner.acronym).collect();
            assert_eq!(owners, acronyms);
        }
    }

    #[test]
    fn addresses_of_people_are_not_kept() {
        let items = read(
            r#"{"id": 1, "reference": "ISO/TC 99 a@lamp.example", "title": {"en": "Lamps (b&#64;lamp.example)"}}
            {"id": 2, "reference": "a@lamp.example"}"#,
        );
        let committee = committees(&items)[0];
        assert_eq!(committee.group.designation, "ISO/TC 99");
        assert_eq!(committee.group.name.as_deref(), Some("Lamps"));
        assert_eq!(items[1].outcome, Outcome::Rejected("no reference".to_owned()));
    }
}
