//! Questions about what the source documents say, with the answers read from the documents themselves.

use serde_json::{Value, json};
use tests::{Backend, both};

/// A question, how it is asked, and what the documents answer.
struct Question {
    about: &'static str,
    document: &'static str,
    answer: fn() -> Value,
}

const QUESTIONS: &[Question] = &[
    Question {
        about: "which ISO standards on blockchain are under development",
        document: r#"{ standards(filter: { issue: { slug: { eq: "blockchain" } }, publisher: { slug: { eq: "iso" } }, status: [UNDER_DEVELOPMENT] }) { totalCount nodes { identifier } } }"#,
        answer: || {
            let identifiers = ["ISO/TR 23245.2", "ISO/TR 23576", "ISO/TS 23258", "ISO/TS 23259", "ISO/TS 23635"];
            json!({ "standards": { "totalCount": 5, "nodes": identifiers.map(|identifier| json!({ "identifier": identifier })) } })
        },
    },
    Question {
        about: "which standards on blockchain ISO has published",
        document: r#"{ organisation(slug: "iso") { standards(filter: { issue: { name: { eq: "Blockchain" } }, status: [PUBLISHED] }) { nodes { identifier } } } }"#,
        answer: || {
            let identifiers = ["ISO 22739", "ISO/TR 23244", "ISO/TR 23455"];
            json!({ "organisation": { "standards": { "nodes": identifiers.map(|identifier| json!({ "identifier": identifier })) } } })
        },
    },
    Question {
        about: "what the WTO calls digital standards",
        document: r#"{ organisation(slug: "wto") { issues(filter: { slug: { eq: "digital-standards" } }) { edges { heading localTerm node { name } } } } }"#,
        answer: || {
            json!({ "organisation": { "issues": { "edges": [
                { "heading": "Digital standards", "localTerm": "standards and regulations", "node": { "name": "Digital standards" } },
            ] } } })
        },
    },
    Question {
        about: "what the WTO calls arbitration",
        document: r#"{ issue(slug: "arbitration") { organisations { edges { heading localTerm node { label } } } parent { slug } ancestors { slug } } }"#,
        answer: || {
            json!({ "issue": {
                "organisations": { "edges": [{ "heading": "Arbitration", "localTerm": "market access", "node": { "label": "WTO" } }] },
                "parent": { "slug": "legal-and-regulatory" }, "ancestors": [{ "slug": "legal-and-regulatory" }],
            } })
        },
    },
    Question {
        about: "on which channels ISO speaks",
        document: r#"{ organisation(slug: "iso") { channels { totalCount nodes { slug label platform handle organisation { acronym } owner { __typename slug } } } } }"#,
        answer: || {
            let channel = |name: &str, handle: &str| {
                json!({
                    "slug": format!("iso-{}", name.to_lowercase()), "label": format!("{name} @{handle}"),
                    "platform": name.to_uppercase(), "handle": handle, "organisation": { "acronym": "ISO" },
                    "owner": { "__typename": "Organisation", "slug": "iso" },
                })
            };
            json!({ "organisation": { "channels": { "totalCount": 5, "nodes": [
                channel("Facebook", "isostandards"), channel("Instagram", "iisostandards"), channel("LinkedIn", "isostandards"),
                channel("Twitter", "isostandards"), channel("YouTube", "iso"),
            ] } } })
        },
    },
    Question {
        about: "whose committee SC 42 is",
        document: r#"{ committee(slug: "iso-iec-jtc-1-sc-42") { designation name parent { designation parent { id } } owners { nodes { acronym } } } }"#,
        answer: || {
            json!({ "committee": {
                "designation": "ISO/IEC JTC 1/SC 42", "name": "Artificial intelligence",
                "parent": { "designation": "ISO/IEC JTC 1", "parent": null },
                "owners": { "nodes": [{ "acronym": "IEC" }, { "acronym": "ISO" }] },
            } })
        },
    },
    Question {
        about: "how far ISO/IEC 30149 has come, which the profile contradicts itself about",
        document: r#"{ standard(identifier: "iso/iec  30149") { identifier status undated otherIdentifiers } }"#,
        answer: || {
            json!({ "standard": {
                "identifier": "ISO/IEC 30149", "status": "UNKNOWN", "undated": true, "otherIdentifiers": ["IS O/IEC 30149"],
            } })
        },
    },
    Question {
        about: "when the webinar of the ITU takes place",
        document: r#"{ events(filter: { organiser: { acronym: { eq: "ITU" } } }) { nodes { startsAt endsAt startsOn endsOn timeZone dateText format organisers { nodes { acronym } } } } }"#,
        answer: || {
            json!({ "events": { "nodes": [{
                "startsAt": "2022-06-16T13:00:00.000000Z", "endsAt": "2022-06-16T15:00:00.000000Z",
                "startsOn": "2022-06-16", "endsOn": "2022-06-16", "timeZone": "Europe/Zurich",
                "dateText": "16 June 2022, 15:00–17:00 CEST", "format": "ONLINE", "organisers": { "nodes": [{ "acronym": "ITU" }] },
            }] } })
        },
    },
    Question {
        about: "which events take place on 16 June 2022",
        document: r#"{ events(filter: { startsAt: { gte: "2022-06-16T00:00:00Z", lt: "2022-06-17T00:00:00Z" } }) { nodes { title } } }"#,
        answer: || {
            let title = "Enhancing signalling security and privacy using globally interoperable digital signatures";
            json!({ "events": { "nodes": [{ "title": title }] } })
        },
    },
    Question {
        about: "how many take part in the Information Technology Agreement and its expansion",
        document: r#"{ instruments(filter: { name: { contains: "information technology agreement" } }) { nodes { label kind adoptedYear statedPartyCount parties { totalCount } custodians { nodes { acronym } } } } }"#,
        answer: || {
            let agreement = |label: &str, year: i32, count: i32| {
                json!({
                    "label": label, "kind": "AGREEMENT", "adoptedYear": year, "statedPartyCount": count,
                    "parties": { "totalCount": 0 }, "custodians": { "nodes": [{ "acronym": "WTO" }] },
                })
            };
            json!({ "instruments": { "nodes": [agreement("ITA-I", 1996, 83), agreement("ITA-II", 2015, 55)] } })
        },
    },
    Question {
        about: "who takes part in the action on International Digital Cooperation",
        document: r#"{ initiative(slug: "international-digital-cooperation") { name kind participants { edges { role node { label } } } } }"#,
        answer: || {
            let edge = |role: &str, label: &str| json!({ "role": role, "node": { "label": label } });
            json!({ "initiative": {
                "name": "International Digital Cooperation", "kind": "PROGRAMME",
                "participants": { "edges": [
                    edge("PARTNER", "DG CONNECT"), edge("PARTNER", "EEAS"), edge("IMPLEMENTER", "ETSI"), edge("LEAD", "FPI"),
                ] },
            } })
        },
    },
    Question {
        about: "who implements the project on ICT standardisation",
        document: r#"{ initiatives(filter: { participant: { slug: { eq: "etsi" } } }) { nodes { slug participants(roles: [IMPLEMENTER]) { edges { node { name } } } } } }"#,
        answer: || {
            let etsi = json!({ "edges": [{ "node": { "name": "European Telecommunications Standards Institute" } }] });
            json!({ "initiatives": { "nodes": [
                { "slug": "international-digital-cooperation", "participants": etsi },
                { "slug": "international-digital-cooperation-ict-standardisation", "participants": etsi },
            ] } })
        },
    },
    Question {
        about: "which standard is written iso ts 23258",
        document: r#"{ standard(identifier: "iso ts 23258") { slug identifier undatedIdentifier type status publishers { nodes { slug } } issues { nodes { slug } } committees { nodes { designation } } } }"#,
        answer: || {
            json!({ "standard": {
                "slug": "iso-ts-23258", "identifier": "ISO/TS 23258", "undatedIdentifier": "ISO/TS 23258",
                "type": "TECHNICAL_SPECIFICATION", "status": "UNDER_DEVELOPMENT", "publishers": { "nodes": [{ "slug": "iso" }] },
                "issues": { "nodes": [{ "slug": "blockchain" }] }, "committees": { "nodes": [{ "designation": "ISO/TC 307" }] },
            } })
        },
    },
    Question {
        about: "what stands under technologies",
        document: r#"{ issue(slug: "technologies") { children { nodes { slug } } } }"#,
        answer: || {
            let slugs = [
                "artificial-intelligence",
                "automated-driving",
                "blockchain",
                "cloud-computing",
                "emerging-technologies",
                "internet-of-things",
            ];
            json!({ "issue": { "children": { "nodes": slugs.map(|slug| json!({ "slug": slug })) } } })
        },
    },
    Question {
        about: "under which headings ISO treats which issues, in the profile's order",
        document: r#"{ organisation(slug: "iso") { issues { edges { position heading node { slug } } } } }"#,
        answer: || {
            let headings = [
                ("Artificial intelligence", "artificial-intelligence"),
                ("Cloud computing", "cloud-computing"),
                ("Internet of things", "internet-of-things"),
                ("Telecommunication infrastructure", "telecommunications-infrastructure"),
                ("Blockchain", "blockchain"),
                ("Emerging technologies", "emerging-technologies"),
                ("Encryption", "encryption"),
                ("Data governance", "data-governance"),
                ("Digital identities", "digital-identities"),
                ("Privacy and data protection", "privacy-and-data-protection"),
            ];
            let edge = |(position, (heading, slug)): (i32, (&str, &str))| json!({ "position": position, "heading": heading, "node": { "slug": slug } });
            json!({ "organisation": { "issues": { "edges": (1..).zip(headings).map(edge).collect::<Vec<_>>() } } })
        },
    },
    Question {
        about: "where ISO has its seat, and since when it has been there",
        document: r#"{ organisation(slug: "iso") { name acronym establishedYear stakeholderGroup website address { text postalCode locality country { code alpha3 name region } } } }"#,
        answer: || {
            json!({ "organisation": {
                "name": "International Organization for Standardization", "acronym": "ISO", "establishedYear": 1947,
                "stakeholderGroup": "INTERNATIONAL_AND_REGIONAL_ORGANISATIONS", "website": "https://www.iso.org/iso/home.html",
                "address": {
                    "text": "Chemin de Blandonnet 8, 1214 Vernier, Geneva, Switzerland", "postalCode": "1214", "locality": "Vernier, Geneva",
                    "country": { "code": "CH", "alpha3": "CHE", "name": "Switzerland", "region": "Europe" },
                },
            } })
        },
    },
    Question {
        about: "which organisations in Switzerland treat both cybersecurity and e-commerce",
        document: r#"{ organisations(filter: { country: ["ch"], and: [{ issue: { slug: { eq: "cybersecurity" } } }, { issue: { slug: { eq: "e-commerce-and-trade" } } }] }) { nodes { label } } }"#,
        answer: || json!({ "organisations": { "nodes": [{ "label": "WTO" }] } }),
    },
    Question {
        about: "which standards on encryption there are, and which of them are not published yet",
        document: r#"{
            all: standards(filter: { issue: { under: "encryption" } }) { nodes { identifier } }
            coming: standards(filter: { issue: { under: "encryption" }, not: { status: [PUBLISHED] } }) { nodes { identifier status } } }"#,
        answer: || {
            let identifiers = ["ISO 19092", "ISO/IEC 18033-1", "ISO/IEC 18033-3", "ISO/IEC 19772"];
            json!({
                "all": { "nodes": identifiers.map(|identifier| json!({ "identifier": identifier })) },
                "coming": { "nodes": [{ "identifier": "ISO/IEC 18033-1", "status": "UNDER_DEVELOPMENT" }] },
            })
        },
    },
    Question {
        about: "in which committees of the WTO e-commerce is explored",
        document: r#"{ committee(slug: "wto-general-council") { children { nodes { designation } } } }"#,
        answer: || {
            let four = [
                "Committee on Trade and Development",
                "Council for Trade in Goods",
                "Council for Trade in Services",
                "TRIPS Council",
            ];
            json!({ "committee": { "children": { "nodes": four.map(|designation| json!({ "designation": designation })) } } })
        },
    },
    Question {
        about: "which negotiations Switzerland takes part in",
        document: r#"{ initiatives(filter: { country: ["CH"], kind: [NEGOTIATION] }) { nodes { acronym startedYear } } }"#,
        answer: || json!({ "initiatives": { "nodes": [{ "acronym": "JSI", "startedYear": 2017 }] } }),
    },
    Question {
        about: "what PICASSO offers to read",
        document: r#"{ organisation(slug: "picasso") { acronym label resources(filter: { availability: [LIVE] }) { nodes { name kind } } } }"#,
        answer: || {
            json!({ "organisation": {
                "acronym": null, "label": "PICASSO",
                "resources": { "nodes": [{ "name": "PICASSO policy papers", "kind": "PUBLICATION" }] },
            } })
        },
    },
    Question {
        about: "who the members of Ecma are, and with whom it has a liaison",
        document: r#"{ organisation(slug: "ecma") { members: partners(roles: [MEMBER], first: 50) { nodes { name } } liaisons: partners(roles: [LIAISON]) { nodes { label } } } }"#,
        answer: || {
            let members = [
                "Alibaba",
                "Apple",
                "Bloomberg",
                "Google",
                "Hitachi",
                "HP",
                "Huawei",
                "IBM",
                "Intel",
                "Meta",
                "Microsoft",
                "Netflix",
                "PayPal",
            ];
            let liaisons = ["ETSI", "IEC", "ISO"].map(|label| json!({ "label": label }));
            json!({ "organisation": {
                "members": { "nodes": members.map(|name| json!({ "name": name })) },
                "liaisons": { "nodes": liaisons },
            } })
        },
    },
    Question {
        about: "which technical committees Ecma has",
        document: r#"{ organisation(slug: "ecma") { committees(filter: { designation: { startsWith: "tc" } }) { nodes { slug designation name } } } }"#,
        answer: || {
            let committee = |number: i32, name: &str| json!({ "slug": format!("ecma-tc{number}"), "designation": format!("TC{number}"), "name": name });
            json!({ "organisation": { "committees": { "nodes": [
                committee(31, "Information storage"),
                committee(38, "Product-related environmental attributes"),
                committee(39, "ECMAScript language"),
                committee(45, "Office open XML formats"),
                committee(51, "Access systems and information exchange between systems"),
                committee(53, "ECMAScript modules for embedded systems"),
            ] } } })
        },
    },
    Question {
        about: "which standards Ecma publishes, and which of them stand for all their editions",
        document: r#"{ standards(filter: { publisher: { slug: { eq: "ecma" } } }) { nodes { slug identifier publishedOn undated issues { totalCount } } } }"#,
        answer: || {
            let standard = |number: i32, published: Option<&str>, undated: bool| {
                json!({
                    "slug": format!("ecma-{number}"), "identifier": format!("ECMA-{number}"), "publishedOn": published,
                    "undated": undated, "issues": { "totalCount": 0 },
                })
            };
            json!({ "standards": { "nodes": [
                standard(9, Some("1965"), false), standard(262, None, true), standard(334, None, true),
                standard(420, Some("2021-12"), false),
            ] } })
        },
    },
    Question {
        about: "which open software CERN offers",
        document: r#"{ organisation(slug: "cern") { resources(filter: { kind: [SOFTWARE] }) { totalCount nodes { label } } } }"#,
        answer: || {
            let labels = [
                "CERNBox",
                "CTA",
                "EOS",
                "FTS",
                "GeantIV",
                "Indico",
                "InvenioRDM",
                "REANA",
                "ROOT",
                "RUCIO",
                "SWAN",
                "Zenodo",
            ];
            json!({ "organisation": { "resources": { "totalCount": 12, "nodes": labels.map(|label| json!({ "label": label })) } } })
        },
    },
    Question {
        about: "when CERN's initiatives began",
        document: r#"{ a: initiative(slug: "cern-qti") { name startedYear kind } b: initiative(slug: "wlcg") { name startedYear } c: initiative(slug: "eosc") { name startedYear } d: initiative(slug: "cern-openlab") { name kind } }"#,
        answer: || {
            json!({
                "a": { "name": "CERN Quantum Technology Initiative", "startedYear": 2020, "kind": "PROGRAMME" },
                "b": { "name": "Worldwide LHC Computing Grid", "startedYear": 2002 },
                "c": { "name": "European Open Science Cloud", "startedYear": 2016 },
                "d": { "name": "CERN openlab", "kind": "PARTNERSHIP" },
            })
        },
    },
    Question {
        about: "of which organisations CERN is a member",
        document: r#"{ organisation(slug: "cern") { partnerOf(roles: [MEMBER]) { nodes { slug } } } }"#,
        answer: || json!({ "organisation": { "partnerOf": { "nodes": [{ "slug": "eiroforum" }, { "slug": "eosc-association" }] } } }),
    },
    Question {
        about: "which tools of UNECE are planned",
        document: r"{ resources(filter: { availability: [PLANNED] }) { nodes { slug label providers { nodes { label } } } } }",
        answer: || {
            let planned = |slug: &str, label: &str| json!({ "slug": slug, "label": label, "providers": { "nodes": [{ "label": "UNECE" }] } });
            json!({ "resources": { "nodes": [planned("ecmr", "eCMR"), planned("ecpd", "eCPD")] } })
        },
    },
    Question {
        about: "which conventions UNECE keeps, of which year, with how many parties",
        document: r#"{ instruments(filter: { kind: [CONVENTION], custodian: { slug: { eq: "unece" } } }) { nodes { slug adoptedYear statedPartyCount } } }"#,
        answer: || {
            let convention = |slug: &str, year: i32, count: Option<i32>| json!({ "slug": slug, "adoptedYear": year, "statedPartyCount": count });
            json!({ "instruments": { "nodes": [
                convention("cmr", 1956, None),
                convention("customs-convention-on-the-temporary-importation-of-commercial-road-vehicles", 1956, None),
                convention("customs-convention-on-the-temporary-importation-of-private-road-vehicles", 1954, None),
                convention("additional-protocol-to-cmr-concerning-the-electronic-consignment-note", 2008, None),
                convention("tir-convention", 1975, Some(77)),
                convention("vienna-convention-on-road-traffic", 1968, None),
            ] } })
        },
    },
    Question {
        about: "which regulations on vehicles there are, and which agreement binds 54 countries",
        document: r#"{ regulations: instruments(filter: { kind: [REGULATION] }) { nodes { slug issues(filter: { slug: { eq: "critical-infrastructure" } }) { totalCount } } }
            agreement: instrument(slug: "1958-agreement") { name statedPartyCount } }"#,
        answer: || {
            let regulation = |slug: &str| json!({ "slug": slug, "issues": { "totalCount": 1 } });
            json!({
                "regulations": { "nodes": [regulation("un-regulation-no-155"), regulation("un-regulation-no-156")] },
                "agreement": { "name": "1958 Agreement", "statedPartyCount": 54 },
            })
        },
    },
    Question {
        about: "to which body GRVA belongs",
        document: r#"{ committee(slug: "unece-grva") { designation name parent { slug designation name } owners { nodes { label } } } }"#,
        answer: || {
            json!({ "committee": {
                "designation": "GRVA", "name": "Working Party on Automated/Autonomous and Connected Vehicles",
                "parent": {
                    "slug": "unece-wp-29", "designation": "WP.29", "name": "World Forum for Harmonization of Vehicle Regulations",
                },
                "owners": { "nodes": [{ "label": "UNECE" }] },
            } })
        },
    },
    Question {
        about: "where the data protection commissioners met in 2017",
        document: r#"{ events(filter: { startsAt: { gte: "2017-09-25T00:00:00Z", lt: "2017-09-26T00:00:00Z" } }) { nodes { title startsOn endsOn location country { code } } } }"#,
        answer: || {
            json!({ "events": { "nodes": [{
                "title": "39th International Conference of Data Protection and Privacy Commissioners",
                "startsOn": "2017-09-25", "endsOn": "2017-09-29", "location": "Hong Kong", "country": { "code": "HK" },
            }] } })
        },
    },
    Question {
        about: "what UNCTAD offers as databases and platforms",
        document: r#"{ organisation(slug: "unctad") { resources(filter: { kind: [DATABASE, PLATFORM] }) { nodes { slug } } } }"#,
        answer: || {
            let slugs = [
                "b2c-e-commerce-index",
                "e-learning-on-trade",
                "etradeforall-org",
                "global-cyberlaw-tracker",
                "toolbox-for-financing-for-sdgs",
                "unctadstat",
            ];
            json!({ "organisation": { "resources": { "nodes": slugs.map(|slug| json!({ "slug": slug })) } } })
        },
    },
    Question {
        about: "which conformity assessment goes with IEC 62443, and where that standard belongs",
        document: r#"{ standard(identifier: "iec 62443") { undated status publishers { nodes { label } } issues { nodes { slug } } }
            initiative(slug: "iecee") { label name participants(roles: [LEAD]) { nodes { label } } } }"#,
        answer: || {
            json!({
                "standard": {
                    "undated": true, "status": "PUBLISHED", "publishers": { "nodes": [{ "label": "IEC" }] },
                    "issues": { "nodes": [{ "slug": "critical-infrastructure" }, { "slug": "network-security" }] },
                },
                "initiative": {
                    "label": "IECEE",
                    "name": "IEC System of Conformity Assessment Schemes for Electrotechnical Equipment and Components",
                    "participants": { "nodes": [{ "label": "IEC" }] },
                },
            })
        },
    },
    Question {
        about: "to which issues ISO/IEC 27001 belongs: to those of both profiles that cite it",
        document: r#"{ standard(identifier: "ISO/IEC 27001") { issues { nodes { slug } } } }"#,
        answer: || {
            let slugs = ["critical-infrastructure", "internet-of-things", "network-security"];
            json!({ "standard": { "issues": { "nodes": slugs.map(|slug| json!({ "slug": slug })) } } })
        },
    },
    Question {
        about: "under which name IEC speaks on YouTube",
        document: r#"{ channel(slug: "iec-youtube") { handle organisation { label } } organisation(slug: "unece") { channels { nodes { platform handle } } } }"#,
        answer: || {
            let channel = |platform: &str, handle: Option<&str>| json!({ "platform": platform, "handle": handle });
            json!({
                "channel": { "handle": "IEC – International Electrotechnical Commission", "organisation": { "label": "IEC" } },
                "organisation": { "channels": { "nodes": [
                    channel("FACEBOOK", Some("UNECE")), channel("FLICKR", Some("UNECE")), channel("INSTAGRAM", Some("un_ece")),
                    channel("NEWSLETTER", None), channel("TWITTER", Some("UNECE")), channel("YOUTUBE", Some("UNECE")),
                ] } },
            })
        },
    },
    Question {
        about: "when and where the seven profiles' organisations were founded",
        document: r"{ organisations(filter: { establishedYear: { isNull: false } }, orderBy: [{ field: ESTABLISHED_YEAR }]) { nodes { label establishedYear stakeholderGroup address { country { code } } } } }",
        answer: || {
            let founded = |label: &str, year: i32, group: &str| json!({ "label": label, "establishedYear": year, "stakeholderGroup": group, "address": { "country": { "code": "CH" } } });
            let (states, associations) = ("INTERNATIONAL_AND_REGIONAL_ORGANISATIONS", "NGOS_AND_ASSOCIATIONS");
            json!({ "organisations": { "nodes": [
                founded("IEC", 1906, states), founded("ISO", 1947, states), founded("UNECE", 1947, states),
                founded("CERN", 1954, associations), founded("Ecma", 1961, associations), founded("UNCTAD", 1964, states),
                founded("WTO", 1995, states),
            ] } })
        },
    },
    Question {
        about: "what is not in the atlas",
        document: r#"{ organisation(slug: "nowhere") { id } issue(slug: "") { id } standard(identifier: "ISO 1") { id } country(code: "XX") { id } }"#,
        answer: || json!({ "organisation": null, "issue": null, "standard": null, "country": null }),
    },
];

async fn questions_get_the_answers_of_the_documents(on: Backend) {
    let atlas = on.seeded().await;
    for Question { about, document, answer } in QUESTIONS {
        assert_eq!(atlas.ask(document).await, answer(), "{about}");
    }
}

/// The examples that the playground opens with, as they stand in its sources.
fn examples() -> Vec<(String, String, Value)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/examples");
    let read = |path: &std::path::Path| std::fs::read_to_string(path).expect("a file of the examples");
    let mut examples: Vec<(String, String, Value)> = std::fs::read_dir(folder)
        .expect("the folder of the examples")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "graphql"))
        .map(|path| {
            let variables = path.with_extension("json");
            let variables = if variables.exists() { read(&variables) } else { "{}".to_owned() };
            let variables = serde_json::from_str(&variables).expect("variables in JSON");
            (path.file_stem().expect("a name").to_string_lossy().into_owned(), read(&path), variables)
        })
        .collect();
    examples.sort_by(|one, other| one.0.cmp(&other.0));
    examples
}

async fn every_example_of_the_playground_has_an_answer_with_something_in_it(on: Backend) {
    let atlas = on.seeded().await;
    let examples = examples();
    assert_eq!(examples.len(), 8);
    for (name, document, variables) in examples {
        assert!(document.starts_with("# "), "{name} begins with a comment");
        let answer = atlas.ask_with(&document, variables).await;
        assert_filled(&name, &answer);
    }
}

/// Every field of an answer is there, and no list at the root is empty.
fn assert_filled(question: &str, answer: &Value) {
    for (field, value) in answer.as_object().expect("data") {
        let lists = ["nodes", "edges"].map(|list| value[list].as_array().map(Vec::len));
        assert!(!value.is_null() && !lists.contains(&Some(0)), "{question}\n{field} is {value}");
    }
}

/// What stands in the README between fences of this language.
fn blocks(language: &str) -> Vec<&'static str> {
    let readme = include_str!("../../README.md");
    let fenced = readme.split("```").skip(1).step_by(2);
    fenced.filter_map(|block| block.strip_prefix(&format!("{language}\n"))).collect()
}

async fn the_readme_asks_what_can_be_answered_and_shows_the_answer(on: Backend) {
    let atlas = on.seeded().await;
    let (_, rest) = blocks("sh")[1].split_once("'query=").expect("the first question");
    let (question, _) = rest.rsplit_once('\'').expect("its end");
    let shown: Value = serde_json::from_str(blocks("json")[0]).expect("the answer is JSON");
    assert_eq!(atlas.ask(question).await, shown["data"]);
    let questions = blocks("graphql");
    assert!(questions.len() > 6);
    for question in questions {
        let at = api::graph::moment::date_time_text(tests::NOW);
        assert_filled(question, &atlas.ask_with(question, json!({ "at": at })).await);
    }
}

async fn the_e_commerce_negotiation_has_its_87_members_under_their_names(on: Backend) {
    let atlas = on.seeded().await;
    let document = r#"{ initiative(slug: "joint-statement-initiative-on-e-commerce") {
        countries(first: 100) { totalCount pageInfo { hasNextPage } edges { note node { code name } } } } }"#;
    let countries = &atlas.ask(document).await["initiative"]["countries"];
    assert_eq!(countries["totalCount"], 87);
    assert_eq!(countries["pageInfo"]["hasNextPage"], false);
    let edges = countries["edges"].as_array().expect("edges");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut names: Vec<String> = edges.iter().map(|edge| text(&edge["note"])).collect();
    let mut expected: Vec<&str> = include_str!("../fixtures/e-commerce-negotiation.txt").lines().collect();
    names.sort();
    expected.sort_unstable();
    assert_eq!(names, expected);
    // The countries come under their ISO names, in the order of these.
    let codes = |wanted: &str| edges.iter().find(|edge| edge["note"] == wanted).map(|edge| text(&edge["node"]["code"]));
    for (name, code) in [
        ("Separate Customs Territory of Taiwan, Penghu, Kinmen and Matsu", "TW"),
        ("Hong Kong, China", "HK"),
        ("Korea, Republic of", "KR"),
        ("Turkey", "TR"),
        ("Côte D’Ivoire", "CI"),
        ("Slovak Republic", "SK"),
    ] {
        assert_eq!(codes(name).as_deref(), Some(code), "{name}");
    }
    let labels: Vec<String> =
        edges.iter().map(|edge| api::graph::fold::sort_key(&text(&edge["node"]["name"]))).collect();
    assert!(labels.is_sorted(), "{labels:?}");
}

async fn both_sides_of_a_contradiction_are_cited(on: Backend) {
    let atlas = on.seeded().await;
    let document =
        r#"{ standard(identifier: "ISO/IEC 30149") { citations { nodes { field note locator source { name } } } } }"#;
    let answer = atlas.ask(document).await;
    let citations = answer["standard"]["citations"]["nodes"].as_array().expect("citations");
    let sides: Vec<&Value> = citations.iter().filter(|citation| citation["field"] == "status").collect();
    assert_eq!(sides.len(), 2, "{sides:?}");
    for (side, words) in sides.iter().zip(["both published and in development", "under development"]) {
        assert!(side["note"].as_str().is_some_and(|note| note.contains(words)), "{side}");
        assert_eq!(side["locator"], "International Organization for Standardization › Internet of things");
    }
}

async fn every_record_says_where_it_comes_from(on: Backend) {
    let atlas = on.seeded().await;
    for kind in api::graph::kinds::RECORDS {
        let uncited = format!(
            "SELECT slug FROM {} r WHERE NOT EXISTS (SELECT 1 FROM citation c WHERE c.record_id = r.id AND c.link_id IS NULL) ORDER BY slug",
            kind.table
        );
        assert_eq!(atlas.texts(&uncited).await, Vec::<String>::new(), "{}", kind.name);
    }
    let links =
        "SELECT heading FROM organisation_issue l WHERE NOT EXISTS (SELECT 1 FROM citation c WHERE c.link_id = l.id)";
    assert_eq!(atlas.texts(links).await, Vec::<String>::new());
}

async fn the_atlas_counts_its_records(on: Backend) {
    let atlas = on.seeded().await;
    let answer = atlas.ask("{ atlas { revision updatedAt recordCounts { kind count } } }").await;
    let counts = answer["atlas"]["recordCounts"].as_array().expect("counts");
    let kinds: Vec<&str> = counts.iter().filter_map(|count| count["kind"].as_str()).collect();
    let expected: Vec<&str> = api::graph::kinds::RECORDS.iter().map(|kind| kind.code).collect();
    assert_eq!(kinds, expected);
    for (kind, count) in api::graph::kinds::RECORDS.iter().zip(counts) {
        let rows = atlas.number(&format!("SELECT count(*) FROM {}", kind.table)).await;
        assert_eq!(count["count"], rows, "{}", kind.name);
        assert!(rows > 0, "the seeds hold a {}", kind.name);
    }
    let changes = atlas.number("SELECT max(sequence) FROM change").await;
    assert_eq!(answer["atlas"]["revision"], format!("{changes:016}"));
    assert_eq!(answer["atlas"]["updatedAt"], "2026-01-01T00:00:00.000000Z");
}

async fn the_documents_issues_all_stand_in_the_tree(on: Backend) {
    let atlas = on.seeded().await;
    let tree = [
        (
            "technologies",
            "artificial-intelligence internet-of-things automated-driving cloud-computing blockchain emerging-technologies",
        ),
        ("infrastructure", "telecommunications-infrastructure critical-infrastructure digital-standards access"),
        ("security", "cybersecurity network-security encryption trust"),
        (
            "legal-and-regulatory",
            "data-governance privacy-and-data-protection intellectual-property-rights digital-identities arbitration",
        ),
        ("economic", "e-commerce-and-trade consumer-protection"),
        ("development", "sustainable-development digital-and-environment capacity-development"),
        ("human-rights", "gender-rights-online"),
    ];
    let roots = atlas.ask("{ issues(filter: { root: true }) { totalCount } }").await;
    assert_eq!(roots["issues"]["totalCount"], tree.len());
    for (root, children) in tree {
        let document = format!("{{ issue(slug: \"{root}\") {{ parent {{ id }} children {{ nodes {{ slug }} }} }} }}");
        let answer = atlas.ask(&document).await;
        let nodes = answer["issue"]["children"]["nodes"].as_array().cloned().unwrap_or_default();
        let mut slugs: Vec<&str> = nodes.iter().filter_map(|node| node["slug"].as_str()).collect();
        let mut expected: Vec<&str> = children.split(' ').collect();
        slugs.sort_unstable();
        expected.sort_unstable();
        assert_eq!(slugs, expected, "{root}");
        assert_eq!(answer["issue"]["parent"], Value::Null);
    }
}

both!(
    questions_get_the_answers_of_the_documents,
    every_example_of_the_playground_has_an_answer_with_something_in_it,
    the_readme_asks_what_can_be_answered_and_shows_the_answer,
    the_e_commerce_negotiation_has_its_87_members_under_their_names,
    both_sides_of_a_contradiction_are_cited,
    every_record_says_where_it_comes_from,
    the_atlas_counts_its_records,
    the_documents_issues_all_stand_in_the_tree,
);

/// Everything of the seeds, ids and cursors included, as far as documents of usual size reach.
#[test]
fn both_databases_answer_alike_to_the_letter() {
    tests::run(Backend::Sqlite, env!("CARGO_TARGET_TMPDIR"), |sqlite| async move {
        let (sqlite, postgres) = (sqlite.seeded().await, Backend::Postgres.seeded().await);
        let every = |list: &str, more: &str| {
            format!(
                "{{ {list}(first: 100) {{ totalCount pageInfo {{ hasNextPage endCursor }} edges {{ cursor node {{ id {more} }} }} }} }}"
            )
        };
        let record = "slug label version createdAt updatedAt citations(first: 100) { nodes { id locator field note source { id name } } }";
        let documents = [
            every("organisations", &format!("{record} name issues(first: 100) {{ edges {{ cursor linkId heading localTerm text position citations {{ id note }} node {{ slug }} }} }} partners {{ edges {{ cursor role note node {{ slug }} }} }} standards {{ edges {{ cursor node {{ id }} }} }}")),
            every("issues", &format!("{record} name description otherNames ancestors {{ id }} organisations {{ edges {{ cursor linkId }} }} standards {{ edges {{ cursor }} }}")),
            every("standards", &format!("{record} identifier undatedIdentifier title abstract otherIdentifiers subjects {{ code }} latestEdition {{ id }} relations {{ edges {{ cursor identifier node {{ id }} }} }}")),
            every("committees", &format!("{record} designation scope parent {{ id }}")),
            every("events", &format!("{record} title startsOn endsOn startsAt endsAt country {{ id }}")),
            every("channels", &format!("{record} handle url owner {{ id }}")),
            every("instruments", &format!("{record} name description parties {{ edges {{ cursor note node {{ id }} }} }}")),
            every("initiatives", &format!("{record} name description countries(first: 250) {{ edges {{ cursor note node {{ id }} }} }} participants {{ edges {{ cursor role note node {{ id }} }} }}")),
            every("resources", &format!("{record} name description url")),
            every("sources", "name url publisher licence attribution accessedOn"),
            "{ countries(first: 250) { edges { cursor node { id code alpha3 name region } } } atlas { version revision updatedAt recordCounts { kind count } } }".to_owned(),
        ];
        for document in documents.iter().map(String::as_str).chain(QUESTIONS.iter().map(|question| question.document)) {
            let (one, other) = (sqlite.ask(document).await, postgres.ask(document).await);
            assert_eq!(one.to_string(), other.to_string(), "{document}");
        }
    });
}
