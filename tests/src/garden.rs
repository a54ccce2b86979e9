//! The garden: invented records in which every kind, link, list and filter has something to show, with ties, unknown
//! values, accents and wildcards among the values. One record of each kind, the hub, has several of everything.

use serde_json::{Value, json};

use crate::atlas::NOW;
use crate::invented::Invented;

/// Names that are hard to compare.
const NAMES: [&str; 12] = [
    "Ångström Übung",
    "angstrom ubung",
    "100% sure",
    "100 sure",
    "under_score",
    "underXscore",
    r"back\slash",
    "Zebra 9",
    "Zebra 10",
    "ÉCOLE œuvre",
    "Straße",
    "hub of hubs",
];
const GROUPS: [&str; 3] = ["GOVERNMENT", "ACADEMIA", "NGOS_AND_ASSOCIATIONS"];
const CODES: [&str; 5] = ["CH", "CI", "DE", "JP", "TR"];

/// The records.
pub fn garden() -> Invented {
    let mut garden = Invented::new();
    issues(&mut garden);
    organisations(&mut garden);
    committees(&mut garden);
    standards(&mut garden);
    events(&mut garden);
    others(&mut garden);
    channels(&mut garden);
    garden
}

/// The garden as it grew, a second between two writes, and when each was made: the hubs had other texts before, so that
/// they have a history. The last is the garden.
pub(crate) fn growth() -> Vec<(i64, Invented)> {
    let step = |ago: i64| {
        let mut garden = garden();
        if ago > 0 {
            let text = format!("{ago} seconds ago");
            for (kind, field) in ["issue", "event", "instrument", "initiative", "resource"]
                .map(|kind| (kind, "description"))
                .into_iter()
                .chain([("organisation", "membership"), ("committee", "scope"), ("standard", "abstract")])
            {
                let slug = if kind == "standard" { "HUB 1" } else { "hub" };
                garden.change(kind, slug, json!({ field: text }));
            }
            garden.change("channel", "BLOG", json!({ "url": format!("https://example.org/{ago}") }));
        }
        (NOW - ago * 1_000_000, garden)
    };
    (0..5).rev().map(step).collect()
}

fn issues(garden: &mut Invented) {
    garden.add("issue", json!({ "slug": "hub", "name": "Hub", "other_names": ["Nabe"], "cites": cites(5) }));
    garden.add("issue", json!({ "slug": "lonely", "name": "Lonely" }));
    for number in 1..=9 {
        let name = format!("Branch {number}");
        garden.add("issue", json!({ "slug": format!("branch-{number}"), "name": name, "parent": "hub" }));
    }
    for number in 1..=4 {
        let parent = format!("branch-{}", number.min(2));
        garden.add("issue", json!({ "slug": format!("leaf-{number}"), "name": "Léaf", "parent": parent }));
    }
    garden.add("issue", json!({ "slug": "bud", "name": "bud", "parent": "leaf-1" }));
}

fn organisations(garden: &mut Invented) {
    for (number, name) in (0_usize..).zip(NAMES) {
        let is_hub = name == "hub of hubs";
        let slug = if is_hub { "hub".to_owned() } else { format!("o-{number}") };
        let address = (number % 4 != 3).then(|| json!({ "text": "A street", "country": CODES[number % 5] }));
        let treatments: Vec<Value> = match number {
            0..6 => vec![
                json!({ "issue": "hub", "heading": "One", "text": "First." }),
                json!({ "issue": "hub", "heading": "Two", "local_term": "nave" }),
                json!({ "issue": format!("branch-{}", number + 1), "heading": "Three" }),
            ],
            6 => vec![json!({ "issue": "bud", "heading": "Bud" })],
            11 => {
                let branch = |number: usize| json!({ "issue": format!("branch-{number}"), "heading": "Branch" });
                (1..=9).rev().map(branch).chain([json!({ "issue": "hub", "heading": "Hub" })]).collect()
            }
            _ => Vec::new(),
        };
        let partners: Vec<Value> = if is_hub {
            let partner =
                |number: usize| json!({ "organisation": format!("o-{number}"), "role": "MEMBER", "note": "joined" });
            (0..7).map(partner).chain([json!({ "organisation": "o-0", "role": "LEAD" })]).collect()
        } else {
            vec![json!({ "organisation": "hub", "role": if number % 2 == 0 { "HOST" } else { "PARENT" } })]
        };
        garden.add(
            "organisation",
            json!({
                "slug": slug,
                "name": name,
                "acronym": (number % 3 != 1).then(|| format!("Á{}", number / 3)),
                "established_year": (number % 4 != 2).then(|| 1950 + number / 4),
                "stakeholder_group": (number % 5 != 4).then(|| GROUPS[number % 3]),
                "address": address,
                "other_names": if is_hub { vec!["Nabe"] } else { Vec::new() },
                "names": is_hub.then(|| json!({ "de": "Nabe der Naben", "fr": "moyeu des moyeux" })),
                "issues": treatments,
                "partners": partners,
                "cites": cites(if is_hub { 7 } else { 1 }),
            }),
        );
    }
}

fn cites(number: usize) -> Value {
    let cite = |number| json!({ "source": if number % 2 == 0 { "other" } else { "test" }, "locator": format!("page {number}") });
    (1..=number).map(cite).collect()
}

fn committees(garden: &mut Invented) {
    let owners = ["hub", "o-0", "o-1", "o-2", "o-3", "o-4"];
    garden.add(
        "committee",
        json!({ "slug": "hub", "designation": "HUB 1", "owners": owners, "name": "Náve", "cites": cites(5) }),
    );
    for number in 1..=8 {
        let designation = format!("HUB 1/SC {}", 2 * number);
        let slug = format!("sc-{number}");
        garden
            .add("committee", json!({ "slug": slug, "designation": designation, "parent": "hub", "owners": ["hub"] }));
    }
    garden.add("committee", json!({ "slug": "free", "designation": "Frée" }));
}

fn standards(garden: &mut Invented) {
    let numbers =
        |prefix: &str, from: usize, to: usize| -> Value { (from..=to).map(|n| format!("{prefix}{n}")).collect() };
    let relations: Vec<Value> = (1..=6)
        .map(|number| json!({ "kind": if number % 2 == 0 { "REQUIRES" } else { "REFERENCES" }, "identifier": format!("ABC {number}") }))
        .chain([json!({ "kind": "RELATED", "identifier": "Not here 1" })])
        .collect();
    garden.add(
        "standard",
        json!({
            "identifier": "HUB 1", "undated": true, "title": "Náve", "type": "STANDARD",
            "publishers": ["hub", "o-0", "o-1", "o-2", "o-3", "o-4"],
            "committees": ["hub", "sc-1", "sc-2", "sc-3", "sc-4", "sc-5"],
            "issues": ["hub", "branch-1", "branch-2", "branch-3", "branch-4", "branch-5"],
            "relations": relations,
            "subjects": [{ "scheme": "ICS", "code": "35.030", "title": "IT Security" }, { "scheme": "ICS", "code": "01.040" }, { "scheme": "UDC", "code": "É35" }],
            "other_identifiers": ["Hub-One", "H 1"],
            "languages": ["en", "fr"],
            "cites": cites(5),
        }),
    );
    for (year, status) in [
        (2001, "SUPERSEDED"),
        (2004, "WITHDRAWN"),
        (2009, "PUBLISHED"),
        (2015, "PUBLISHED"),
        (2022, "PUBLISHED"),
        (2026, "UNDER_DEVELOPMENT"),
    ] {
        garden.add(
            "standard",
            json!({
                "identifier": format!("HUB 1:{year}"), "undated_identifier": "HUB 1", "published_on": year.to_string(),
                "status": status, "title": format!("Nave of {year}"),
                "titles": (year == 2022).then(|| json!({ "fr": "Moyeu de 2022" })), "edition": (year > 2001).then(|| (year / 5 - 400).to_string()),
                "publishers": ["hub"], "issues": ["hub"],
            }),
        );
    }
    garden.add(
        "standard",
        json!({
            "identifier": "HUB 1:2022/Amd 1:2024", "undated_identifier": "HUB 1", "published_on": "2024-05",
            "type": "AMENDMENT", "publishers": ["hub"], "relations": [{ "kind": "AMENDS", "identifier": "HUB 1:2022" }],
        }),
    );
    for number in 1_usize..=12 {
        let dates = ["2020", "2020-03", "2020-03-09", "2021-12"];
        garden.add(
            "standard",
            json!({
                "identifier": format!("ABC {number}"),
                "title": (number % 3 != 0).then(|| NAMES[number % 7]),
                "type": (["STANDARD", "TECHNICAL_REPORT", "GUIDE"][number % 3]),
                "status": (["PUBLISHED", "UNDER_DEVELOPMENT", "UNKNOWN", "WITHDRAWN"][number % 4]),
                "published_on": (number % 5 != 0).then(|| dates[number % 4]),
                "publishers": if number % 2 == 0 { vec!["o-0", "hub"] } else { vec!["o-1"] },
                "committees": if number < 9 { vec!["hub"] } else { Vec::new() },
                "issues": if number % 2 == 0 { vec!["hub"] } else { vec!["leaf-1"] },
                "relations": if number > 5 { vec![json!({ "kind": "SUPPLEMENTS", "identifier": "hub  1" })] } else { Vec::new() },
                "subjects": if number % 3 == 0 { vec![json!({ "scheme": "ICS", "code": format!("35.{number:03}") })] } else { Vec::new() },
            }),
        );
    }
    garden.add("standard", json!({ "identifier": "ISO/TS 9", "issues": numbers("branch-", 1, 2) }));
}

fn events(garden: &mut Invented) {
    let organisers: Vec<String> = (0..6).map(|number| format!("o-{number}")).chain(["hub".to_owned()]).collect();
    garden.add(
        "event",
        json!({
            "slug": "hub", "title": "Hub day", "organisers": organisers, "country": "CH", "format": "HYBRID",
            "issues": ["hub", "branch-1", "branch-2", "branch-3", "branch-4", "branch-5"],
            "starts_at": "2024-03-01T09:30:00+01:00", "ends_at": "2024-03-01T17:00:00+01:00", "time_zone": "Europe/Zurich", "cites": cites(5),
        }),
    );
    let dates = ["2024", "2024-03", "2024-03-01", "2023-12-31"];
    for number in 1_usize..=9 {
        garden.add(
            "event",
            json!({
                "slug": format!("e-{number}"), "title": NAMES[number],
                "starts_on": (number % 5 != 0).then(|| dates[number % 4]),
                "ends_on": (number % 5 == 1).then_some("2025-01"),
                "time_zone": (number % 3 == 0).then_some("Asia/Tokyo"),
                "format": (["ONLINE", "IN_PERSON", "UNKNOWN"][number % 3]),
                "country": (number % 2 == 0).then(|| CODES[number % 5]),
                "organisers": if number < 8 { vec!["hub"] } else { Vec::new() },
                "issues": if number < 8 { vec!["hub"] } else { vec!["leaf-2"] },
            }),
        );
    }
}

fn others(garden: &mut Invented) {
    let party = |code: &str| json!({ "country": code, "note": format!("as {code}") });
    let many: Vec<Value> = ["AT", "BR", "CH", "CI", "DE", "FR", "TR"].into_iter().map(party).collect();
    let organisations: Vec<String> = (0..6).map(|number| format!("o-{number}")).collect();
    let participants: Vec<Value> = organisations
        .iter()
        .map(|slug| json!({ "organisation": slug, "role": "PARTNER" }))
        .chain([
            json!({ "organisation": "hub", "role": "LEAD", "note": "leads" }),
            json!({ "organisation": "hub", "role": "FUNDER" }),
        ])
        .collect();
    let branches: Vec<String> = (1..=6).map(|number| format!("branch-{number}")).collect();
    for number in 0_usize..=7 {
        let is_hub = number == 0;
        let slug = |prefix: &str| {
            if is_hub { "hub".to_owned() } else { format!("{prefix}-{number}") }
        };
        let name = NAMES[number];
        let acronym = (number % 3 == 2).then(|| format!("N{number}"));
        let issues = if is_hub { branches.clone() } else { vec!["hub".to_owned()] };
        let bodies = if is_hub { organisations.clone() } else { vec!["hub".to_owned()] };
        let year = (number % 4 != 1).then(|| 1990 + number / 3);
        let citations = cites(if is_hub { 5 } else { 1 });
        let parties = if is_hub { many.clone() } else { vec![party(CODES[number % 5])] };
        garden.add(
            "instrument",
            json!({
                "slug": slug("ins"), "name": name, "acronym": acronym, "adopted_year": year, "custodians": bodies,
                "kind": (["AGREEMENT", "CONVENTION", "GUIDANCE"][number % 3]), "parties": parties, "issues": issues, "cites": citations,
            }),
        );
        garden.add(
            "initiative",
            json!({
                "slug": slug("ini"), "name": name, "acronym": acronym, "started_year": year,
                "kind": (["PROJECT", "NEGOTIATION"][number % 2]),
                "participants": if is_hub { participants.clone() } else { vec![json!({ "organisation": "hub", "role": "LEAD" }), json!({ "organisation": "hub", "role": "HOST" })] },
                "countries": parties, "issues": issues, "cites": citations,
            }),
        );
        garden.add(
            "resource",
            json!({
                "slug": slug("res"), "name": name, "acronym": acronym,
                "kind": (["TOOL", "DATABASE", "COURSE"][number % 3]), "availability": (["LIVE", "PLANNED"][number % 2]),
                "providers": bodies, "issues": issues, "cites": citations,
            }),
        );
    }
}

fn channels(garden: &mut Invented) {
    let platforms = ["BLOG", "FACEBOOK", "INSTAGRAM", "LINKEDIN", "TWITTER", "YOUTUBE"];
    for platform in platforms {
        let handle = (platform != "BLOG").then(|| format!("hub_{}", platform.to_lowercase()));
        garden.add("channel", json!({ "owner": "hub", "platform": platform, "handle": handle, "cites": cites(5) }));
    }
    garden.add("channel", json!({ "owner": "hub", "platform": "TWITTER", "handle": "Hüb%" }));
    garden.add("channel", json!({ "owner": "o-0", "platform": "TWITTER", "handle": "o0" }));
    garden.add("channel", json!({ "owner": "e-1", "owner_kind": "EVENT", "platform": "TWITTER", "handle": "e1" }));
    garden.add("channel", json!({ "owner": "abc-1", "owner_kind": "STANDARD", "platform": "RSS" }));
}
