//! Loading the seeds: once or twice, by one process or by two, changed, and with mistakes in them.

use std::collections::BTreeMap;

use api::graph::kinds;
use api::seed::{self, Outcome};
use serde_json::json;
use tests::{Atlas, Backend, Invented, both};

/// The number of rows of every table that has a past or notes one.
async fn row_counts(atlas: &Atlas) -> BTreeMap<String, i64> {
    let tables = kinds::NODES.iter().map(|kind| kind.table).chain(kinds::LINKS.iter().map(|link| link.table));
    let mut counts = BTreeMap::new();
    for table in tables
        .flat_map(|table| [table.to_owned(), format!("{table}_history")])
        .chain(["change", "record", "tally"].map(str::to_owned))
    {
        let count = atlas.number(&format!("SELECT count(*) FROM {table}")).await;
        counts.insert(table, count);
    }
    counts
}

async fn revision(atlas: &Atlas) -> String {
    atlas.ask("{ atlas { revision } }").await["atlas"]["revision"].as_str().unwrap_or_default().to_owned()
}

async fn seeding_twice_changes_nothing(on: Backend) {
    let atlas = on.seeded().await;
    let (before, counts) = (revision(&atlas).await, row_counts(&atlas).await);
    let outcome = seed::load(&atlas.app).await.expect("the seeds can be loaded again");
    let records: i64 = kinds::NODES.iter().map(|kind| counts[kind.table]).sum();
    assert_eq!(outcome, Outcome { created: 0, updated: 0, unchanged: u64::try_from(records).expect("a count") });
    assert_eq!(revision(&atlas).await, before);
    assert_eq!(row_counts(&atlas).await, counts);
    assert_eq!(counts.iter().filter(|(table, _)| table.ends_with("_history")).map(|(_, count)| count).sum::<i64>(), 0);
}

async fn of_two_that_seed_an_empty_atlas_at_once_one_wins(on: Backend) {
    let atlas = on.empty().await;
    let other = atlas.another().await;
    let (one, two) = tokio::join!(seed::load_if_empty(&atlas.app), seed::load_if_empty(&other));
    let outcomes = [one.expect("the first ends"), two.expect("the second ends")];
    assert_eq!(outcomes.iter().flatten().count(), 1, "{outcomes:?}");
    let created = outcomes.iter().flatten().next().map_or(0, |outcome| outcome.created);
    assert_eq!(
        atlas.number("SELECT count(*) FROM change WHERE operation = 'CREATED'").await,
        i64::try_from(created).expect("a count")
    );
    assert_eq!(seed::load_if_empty(&other).await.expect("a third ends"), None);
}

async fn of_two_that_seed_the_same_at_once_one_changes_nothing(on: Backend) {
    let atlas = on.empty().await;
    let other = atlas.another().await;
    let (one, two) = tokio::join!(seed::load(&atlas.app), seed::load(&other));
    let mut outcomes = [one.expect("the first ends"), two.expect("the second ends")];
    outcomes.sort_by_key(|outcome| outcome.created);
    assert_eq!((outcomes[0].created, outcomes[0].updated), (0, 0), "{outcomes:?}");
    assert_eq!(outcomes[0].unchanged, outcomes[1].created, "{outcomes:?}");
}

// ---------------------------------------------------------------- mistakes

/// What a file of seeds begins with: 12 lines.
const HEAD: &str = "\
[[source]]
key = 'test'
name = 'Test'
[[issue]]
slug = 'one'
name = 'One'
cites = [{ source = 'test' }]
[[organisation]]
slug = 'alpha'
name = 'Alpha'
cites = [{ source = 'test' }]

";

/// What is added to the head, the line of the mistake in the whole file, and what is said of it.
const MISTAKES: &[(&str, usize, &str)] = &[
    // Links to what is not there.
    (
        "[[standard]]\nidentifier = 'A 1'\ntype = 'GUIDE'\nstatus = 'UNKNOWN'\npublishers = ['beta']\ncites = [{ source = 'test' }]",
        17,
        "there is no organisation `beta`",
    ),
    (
        "[[standard]]\nidentifier = 'A 1'\ntype = 'GUIDE'\nstatus = 'UNKNOWN'\ncommittees = ['beta']\ncites = [{ source = 'test' }]",
        17,
        "there is no committee `beta`",
    ),
    (
        "[[standard]]\nidentifier = 'A 1'\ntype = 'GUIDE'\nstatus = 'UNKNOWN'\nissues = [\n  'one',\n  'two',\n]\ncites = [{ source = 'test' }]",
        19,
        "there is no issue `two`",
    ),
    (
        "[[standard]]\nidentifier = 'A 1'\ntype = 'GUIDE'\nstatus = 'UNKNOWN'\nissues = ['one', 'one']\ncites = [{ source = 'test' }]",
        17,
        "`one` stands here twice",
    ),
    (
        "[[issue]]\nslug = 'two'\nname = 'Two'\nparent = 'zero'\ncites = [{ source = 'test' }]",
        16,
        "there is no issue `zero`",
    ),
    (
        "[[committee]]\nslug = 'c'\ndesignation = 'C'\nparent = 'd'\ncites = [{ source = 'test' }]",
        16,
        "there is no committee `d`",
    ),
    (
        "[[committee]]\nslug = 'c'\ndesignation = 'C'\nowners = ['beta']\ncites = [{ source = 'test' }]",
        16,
        "there is no organisation `beta`",
    ),
    (
        "[[channel]]\nowner = 'beta'\nplatform = 'RSS'\ncites = [{ source = 'test' }]",
        14,
        "there is no organisation `beta`",
    ),
    (
        "[[channel]]\nowner = 'alpha'\nowner_kind = 'EVENT'\nplatform = 'RSS'\ncites = [{ source = 'test' }]",
        14,
        "there is no event `alpha`",
    ),
    (
        "[[event]]\nslug = 'e'\ntitle = 'E'\nformat = 'ONLINE'\norganisers = ['beta']\ncites = [{ source = 'test' }]",
        17,
        "there is no organisation `beta`",
    ),
    (
        "[[event]]\nslug = 'e'\ntitle = 'E'\nformat = 'ONLINE'\ncountry = 'XX'\ncites = [{ source = 'test' }]",
        17,
        "`XX` is no ISO 3166-1",
    ),
    (
        "[[instrument]]\nslug = 'i'\nname = 'I'\nkind = 'OTHER'\nparties = [{ country = 'ch' }]\ncites = [{ source = 'test' }]",
        17,
        "`ch` is no ISO 3166-1",
    ),
    (
        "[[instrument]]\nslug = 'i'\nname = 'I'\nkind = 'OTHER'\nparties = [{ country = 'CH' }, { country = 'CH' }]\ncites = [{ source = 'test' }]",
        17,
        "CH stands here twice",
    ),
    (
        "[[instrument]]\nslug = 'i'\nname = 'I'\nkind = 'OTHER'\ncustodians = ['beta']\ncites = [{ source = 'test' }]",
        17,
        "there is no organisation `beta`",
    ),
    (
        "[[initiative]]\nslug = 'i'\nname = 'I'\nkind = 'OTHER'\nparticipants = [{ organisation = 'beta', role = 'LEAD' }]\ncites = [{ source = 'test' }]",
        17,
        "there is no organisation `beta`",
    ),
    (
        "[[resource]]\nslug = 'r'\nname = 'R'\nkind = 'TOOL'\navailability = 'LIVE'\nproviders = ['beta']\ncites = [{ source = 'test' }]",
        18,
        "there is no organisation `beta`",
    ),
    (
        "[[organisation]]\nslug = 'beta'\nname = 'Beta'\ncites = [{ source = 'test' }]\n[[organisation.issues]]\nissue = 'two'\nheading = 'Two'\ncites = [{ source = 'test' }]",
        18,
        "there is no issue `two`",
    ),
    (
        "[[organisation]]\nslug = 'beta'\nname = 'Beta'\npartners = [{ organisation = 'gamma', role = 'HOST' }]\ncites = [{ source = 'test' }]",
        16,
        "there is no organisation `gamma`",
    ),
    (
        "[[organisation]]\nslug = 'beta'\nname = 'Beta'\naddress = { text = 'A', country = 'QQ' }\ncites = [{ source = 'test' }]",
        16,
        "`QQ` is no ISO 3166-1",
    ),
    ("[[issue]]\nslug = 'two'\nname = 'Two'\ncites = [{ source = 'rumour' }]", 16, "there is no source `rumour`"),
    // The same thing twice.
    (
        "[[issue]]\nslug = 'one'\nname = 'Another'\ncites = [{ source = 'test' }]",
        14,
        "the issue `one` is made twice: first in a.toml:5",
    ),
    (
        "[[organisation]]\nslug = 'alpha'\nname = 'Another'\ncites = [{ source = 'test' }]",
        14,
        "the organisation `alpha` is made twice",
    ),
    ("[[source]]\nkey = 'test'\nname = 'Another'", 14, "the source `test` is made twice"),
    (
        "[[channel]]\nowner = 'alpha'\nplatform = 'RSS'\ncites = [{ source = 'test' }]\n[[channel]]\nowner = 'alpha'\nplatform = 'RSS'\ncites = [{ source = 'test' }]",
        19,
        "the channel `alpha-rss` is made twice",
    ),
    (
        "[[organisation]]\nslug = 'beta'\nname = 'Beta'\nissues = [\n  { issue = 'one', heading = 'One', cites = [{ source = 'test' }] },\n  { issue = 'one', heading = 'One', cites = [{ source = 'test' }] },\n]\ncites = [{ source = 'test' }]",
        18,
        "`one` is treated twice under \"One\"",
    ),
    (
        "[[organisation]]\nslug = 'beta'\nname = 'Beta'\npartners = [{ organisation = 'alpha', role = 'HOST' }, { organisation = 'alpha', role = 'HOST' }]\ncites = [{ source = 'test' }]",
        16,
        "`alpha` has this role twice",
    ),
    (
        "[[standard]]\nidentifier = 'A 1'\ntype = 'GUIDE'\nstatus = 'UNKNOWN'\ncites = [{ source = 'test' }]\n[[standard]]\nslug = 'other'\nidentifier = 'a1'\ntype = 'GUIDE'\nstatus = 'UNKNOWN'\ncites = [{ source = 'test' }]",
        20,
        "the document `a1` stands here a second time",
    ),
    (
        "[[standard]]\nidentifier = 'A 1'\ntype = 'GUIDE'\nstatus = 'UNKNOWN'\nrelations = [{ kind = 'RELATED', identifier = 'B 1' }, { kind = 'RELATED', identifier = 'b1' }]\ncites = [{ source = 'test' }]",
        17,
        "the relation to b1 stands here twice",
    ),
    (
        "[[standard]]\nidentifier = 'A 1'\ntype = 'GUIDE'\nstatus = 'UNKNOWN'\nsubjects = [{ scheme = 'ICS', code = '1' }, { scheme = 'ICS', code = '1' }]\ncites = [{ source = 'test' }]",
        14,
        "the subject ICS 1 stands here twice",
    ),
    (
        "[[standard]]\nidentifier = 'A 1'\ntype = 'GUIDE'\nstatus = 'UNKNOWN'\nother_identifiers = ['B', 'B']\ncites = [{ source = 'test' }]",
        14,
        "the other identifier B stands here twice",
    ),
    ("[[source]]\nkey = 'more'\nname = 'Test'", 14, "the name of the source `more` stands here a second time"),
    (
        "[[issue]]\nslug = 'two'\nname = 'Two'\ncites = [{ source = 'test', locator = 'x' }, { source = 'test' }, { source = 'test', locator = 'x' }]",
        16,
        "the citation of `test` stands here twice",
    ),
    // What the API could not serve as it promises.
    ("[[issue]]\nslug = 'two'\nname = ' '\ncites = [{ source = 'test' }]", 14, "a name is empty"),
    (
        "[[organisation]]\nslug = 'beta'\nname = 'Beta'\nwebsite = 'www.example.org'\ncites = [{ source = 'test' }]",
        14,
        "\"www.example.org\" is no absolute address",
    ),
    (
        "[[organisation]]\nslug = 'beta'\nname = 'Beta'\nestablished_year = 99999999999\ncites = [{ source = 'test' }]",
        14,
        "99999999999 is no year",
    ),
    (
        "[[issue]]\nslug = 'two'\nname = 'Two'\ncites = [{ source = 'test', field = 'colour' }]",
        16,
        "`colour`, which is no field",
    ),
    (
        "[[event]]\nslug = 'e'\ntitle = 'E'\nformat = 'ONLINE'\nstarts_on = '2022-06-16'\nends_on = '2022-05'\ncites = [{ source = 'test' }]",
        18,
        "ends before it starts",
    ),
    // Texts in other languages.
    (
        "[[organisation]]\nslug = 'beta'\nname = 'Beta'\ncites = [{ source = 'test' }]\n[organisation.names]\nfr = 'Bêta'\n'' = 'None'",
        19,
        "`` is no language: write a BCP 47 tag",
    ),
    (
        "[[organisation]]\nslug = 'beta'\nname = 'Beta'\nnames = { ' ' = 'Bêta' }\ncites = [{ source = 'test' }]",
        16,
        "` ` is no language",
    ),
    (
        "[[organisation]]\nslug = 'beta'\nname = 'Beta'\nnames = { fr_CA = 'Bêta' }\ncites = [{ source = 'test' }]",
        16,
        "`fr_CA` is no language",
    ),
    (
        "[[organisation]]\nslug = 'beta'\nname = 'Beta'\nnames = { fr = ' ' }\ncites = [{ source = 'test' }]",
        16,
        "a name is empty",
    ),
    (
        "[[organisation]]\nslug = 'beta'\nname = 'Beta'\nnames = { en = 'Beta' }\ncites = [{ source = 'test' }]",
        16,
        "the language `en` stands here a second time",
    ),
    (
        "[[standard]]\nidentifier = 'A 1'\ntype = 'GUIDE'\nstatus = 'UNKNOWN'\ncites = [{ source = 'test' }]\n[standard.titles]\nfr-CA = 'Un'\nfr-ca = 'Un'",
        20,
        "the language `fr-ca` stands here a second time",
    ),
    (
        "[[standard]]\nidentifier = 'A 1'\ntype = 'GUIDE'\nstatus = 'UNKNOWN'\ntitles = { francophonie = 'Un' }\ncites = [{ source = 'test' }]",
        17,
        "`francophonie` is no language",
    ),
    // What is not in a vocabulary, and what is no date.
    (
        "[[standard]]\nidentifier = 'A 1'\ntype = 'STANDART'\nstatus = 'UNKNOWN'\ncites = [{ source = 'test' }]",
        15,
        "`STANDART` is none of INTERNATIONAL_STANDARD, STANDARD",
    ),
    (
        "[[standard]]\nidentifier = 'A 1'\ntype = 'GUIDE'\nstatus = 'published'\ncites = [{ source = 'test' }]",
        16,
        "`published` is none of UNDER_DEVELOPMENT",
    ),
    (
        "[[standard]]\nidentifier = 'A 1'\ntype = 'GUIDE'\nstatus = 'UNKNOWN'\nrelations = [{ kind = 'FOLLOWS', identifier = 'A 2' }]\ncites = [{ source = 'test' }]",
        17,
        "`FOLLOWS` is none of REPLACES",
    ),
    (
        "[[standard]]\nidentifier = 'A 1'\ntype = 'GUIDE'\nstatus = 'UNKNOWN'\npublished_on = '2022-02-30'\ncites = [{ source = 'test' }]",
        17,
        "\"2022-02-30\" is no date",
    ),
    (
        "[[event]]\nslug = 'e'\ntitle = 'E'\nformat = 'ONLINE'\nstarts_at = '2022-06-16T15:00:00'\ncites = [{ source = 'test' }]",
        17,
        "is not a moment",
    ),
    (
        "[[event]]\nslug = 'e'\ntitle = 'E'\nformat = 'ONLINE'\ntime_zone = 'Europe/Geneva'\ncites = [{ source = 'test' }]",
        17,
        "`Europe/Geneva` is no time zone",
    ),
    (
        "[[channel]]\nowner = 'alpha'\nplatform = 'MYSPACE'\ncites = [{ source = 'test' }]",
        15,
        "`MYSPACE` is none of BLOG",
    ),
    (
        "[[organisation]]\nslug = 'beta'\nname = 'Beta'\nstakeholder_group = 'MOON'\ncites = [{ source = 'test' }]",
        16,
        "`MOON` is none of",
    ),
    (
        "[[organisation]]\nslug = 'beta'\nname = 'Beta'\npartners = [{ organisation = 'alpha', role = 'FRIEND' }]\ncites = [{ source = 'test' }]",
        16,
        "`FRIEND` is none of MEMBER",
    ),
    (
        "[[resource]]\nslug = 'r'\nname = 'R'\nkind = 'TOOL'\navailability = 'SOON'\ncites = [{ source = 'test' }]",
        17,
        "`SOON` is none of LIVE",
    ),
    // What is missing or should not be there.
    ("[[issue]]\nslug = 'two'\nname = 'Two'\ncites = []", 14, "a citation is missing"),
    ("[[issue]]\nslug = 'two'\nname = 'Two'", 13, "missing field `cites`"),
    (
        "[[issue]]\nslug = 'two'\nname = 'Two'\nname_of_it = 'Two'\ncites = [{ source = 'test' }]",
        16,
        "unknown field `name_of_it`",
    ),
    ("[[isue]]\nslug = 'two'", 13, "unknown field `isue`"),
    ("[[issue]]\nslug = 'two'\nname = 2\ncites = [{ source = 'test' }]", 15, "expected a string"),
    ("[[issue]]\nslug = 'two'\nname = 'Two", 15, "invalid"),
    ("[[issue]]\nslug = 'Two'\nname = 'Two'\ncites = [{ source = 'test' }]", 14, "`Two` is no slug"),
    ("[[issue]]\nslug = ''\nname = 'Two'\ncites = [{ source = 'test' }]", 14, "is no slug"),
    // Parents that never end.
    (
        "[[issue]]\nslug = 'two'\nname = 'Two'\nparent = 'two'\ncites = [{ source = 'test' }]",
        14,
        "the parents of `two` never end",
    ),
    (
        "[[committee]]\nslug = 'c'\ndesignation = 'C'\nparent = 'd'\ncites = [{ source = 'test' }]\n[[committee]]\nslug = 'd'\ndesignation = 'D'\nparent = 'c'\ncites = [{ source = 'test' }]",
        14,
        "the parents of `c` never end",
    ),
];

async fn mistakes_are_shown_with_file_and_line_and_nothing_is_written(on: Backend) {
    let atlas = on.empty().await;
    let none = row_counts(&atlas).await;
    atlas.try_load(&[("a.toml", HEAD)]).await.expect("the head holds no mistake");
    let atlas = on.empty().await;
    for (added, line, words) in MISTAKES {
        let message = atlas.try_load(&[("a.toml", &format!("{HEAD}{added}"))]).await.expect_err(added);
        let place = format!("a.toml:{line}: ");
        let told = message.lines().find(|told| told.contains(&place)).unwrap_or_default();
        assert!(told.contains(words), "{added}\nis answered with\n{message}\nand not with {place}{words}");
        assert!(message.contains("nothing was written"), "{message}");
    }
    assert_eq!(revision(&atlas).await, "0000000000000000");
    assert_eq!(row_counts(&atlas).await, none);
}

async fn mistakes_of_all_files_are_shown_together(on: Backend) {
    let atlas = on.empty().await;
    let two = "[[issue]]\nslug = 'one'\nname = 'Again'\nparent = 'zero'\ncites = [{ source = 'test' }]";
    let three =
        "[[event]]\nslug = 'e'\ntitle = 'E'\nformat = 'LOUD'\nissues = ['one']\ncites = [{ source = 'gossip' }]";
    let message = atlas.try_load(&[("a.toml", HEAD), ("b.toml", two), ("c.toml", three)]).await.expect_err("mistakes");
    for told in [
        "4 mistakes",
        "b.toml:2: the issue `one` is made twice: first in a.toml:5",
        "b.toml:4: ",
        "c.toml:4: ",
        "c.toml:6: there is no source `gossip`",
    ] {
        assert!(message.contains(told), "{told} is missing in\n{message}");
    }
    let countries = "code,alpha3,name,region\nCH,CHE,Switzerland,Europe\nCH,CHE,Again,Europe\nX,Y\n";
    let loaded = seed::load_files(&atlas.app, ("lands.csv", countries), &[("a.toml", HEAD)]).await;
    let message = loaded.expect_err("mistakes").to_string();
    for told in ["lands.csv:3: the country CH stands here twice", "lands.csv:4: 2 fields"] {
        assert!(message.contains(told), "{told} is missing in\n{message}");
    }
    assert_eq!(revision(&atlas).await, "0000000000000000");
}

// ---------------------------------------------------------------- changed seeds

fn small() -> Invented {
    Invented::new()
        .with("issue", json!({ "slug": "one" }))
        .with("issue", json!({ "slug": "two", "parent": "one" }))
        .with("organisation", json!({
            "slug": "alpha", "name": "Alpha", "established_year": 1990,
            "issues": [{ "issue": "one", "heading": "First", "text": "Words." }, { "issue": "two", "heading": "Second" }],
            "partners": [{ "organisation": "beta", "role": "MEMBER" }],
        }))
        .with("organisation", json!({ "slug": "beta", "name": "Beta" }))
        .with("standard", json!({ "identifier": "A 1", "publishers": ["alpha"], "issues": ["one"] }))
        .with("standard", json!({ "identifier": "A 2", "publishers": ["alpha", "beta"], "issues": ["one", "two"] }))
}

const IDS: &str = "{ organisations { nodes { slug id version } } issues { nodes { slug id version } } standards { nodes { slug id version } } }";

/// The newest entries of the log as "KIND slug version fields".
async fn entries(atlas: &Atlas, after: i64) -> Vec<String> {
    let mut entries = Vec::new();
    for kind in kinds::RECORDS {
        let select = format!(
            "SELECT c.kind || ' ' || r.slug || ' ' || CAST(c.version AS TEXT) || ' ' || c.changed_fields FROM change c JOIN {} r ON r.id = c.record_id WHERE c.sequence > {after} ORDER BY c.sequence",
            kind.table
        );
        entries.extend(atlas.texts(&select).await);
    }
    entries
}

async fn a_changed_record_gets_a_version_an_entry_and_a_past(on: Backend) {
    let mut records = small();
    let atlas = on.atlas(&records).await;
    let (ids, first) = (atlas.ask(IDS).await, atlas.number("SELECT sequence FROM log_head").await);
    records.change("organisation", "alpha", json!({ "name": "Álpha", "established_year": null }));
    let outcome = atlas.load(&records).await;
    assert_eq!((outcome.created, outcome.updated), (0, 1));
    assert_eq!(entries(&atlas, first).await, [r#"ORGANISATION alpha 2 ["establishedYear","name"]"#]);
    let past = "SELECT name || ' ' || CAST(established_year AS TEXT) || ' ' || name_fold || ' ' || CAST(version AS TEXT) FROM organisation_history";
    assert_eq!(atlas.texts(past).await, ["Alpha 1990 alpha 1"]);
    let seq = first + 1;
    assert_eq!(atlas.numbers("SELECT to_seq FROM organisation_history").await, [seq]);
    let held = "SELECT from_seq FROM organisation WHERE slug = 'alpha'";
    assert_eq!(atlas.number(held).await, seq);
    let came = "SELECT h.from_seq - c.sequence FROM organisation_history h JOIN change c ON c.record_id = h.id AND c.operation = 'CREATED'";
    assert_eq!(atlas.numbers(came).await, [0]);
    let mut expected = ids.clone();
    for node in expected["organisations"]["nodes"].as_array_mut().into_iter().flatten() {
        if node["slug"] == "alpha" {
            node["version"] = json!(2);
        }
    }
    assert_eq!(atlas.ask(IDS).await, expected, "ids stay, and so does everything else");
    let answer =
        atlas.ask(r#"{ organisation(slug: "alpha") { name label establishedYear createdAt updatedAt } }"#).await;
    assert_eq!(
        answer["organisation"],
        json!({ "name": "Álpha", "label": "Álpha", "establishedYear": null,
            "createdAt": "2026-01-01T00:00:00.000000Z", "updatedAt": "2026-01-01T00:00:00.000001Z" })
    );
}

async fn a_changed_link_is_filed_under_its_owner(on: Backend) {
    let mut records = small();
    let atlas = on.atlas(&records).await;
    let link = "SELECT id FROM organisation_issue WHERE heading = 'First'";
    let (key, first) = (atlas.number(link).await, atlas.number("SELECT sequence FROM log_head").await);
    let alpha = json!({ "issues": [
        { "issue": "one", "heading": "First", "text": "Other words.", "cites": [{ "source": "test" }] },
        { "issue": "two", "heading": "Second", "cites": [{ "source": "test" }] },
    ] });
    records.change("organisation", "alpha", alpha);
    assert_eq!(atlas.load(&records).await.updated, 1);
    assert_eq!(entries(&atlas, first).await, [r#"ORGANISATION alpha 2 ["issues"]"#]);
    assert_eq!(atlas.number(link).await, key, "a link that changes stays the same link");
    assert_eq!(atlas.texts("SELECT text FROM organisation_issue_history").await, ["Words."]);
    assert_eq!(atlas.numbers("SELECT to_seq FROM organisation_issue_history").await, [first + 1]);
    assert_eq!(atlas.numbers("SELECT from_seq FROM organisation_issue WHERE heading = 'First'").await, [first + 1]);
    assert_eq!(
        atlas.numbers("SELECT version FROM organisation_history").await,
        [1],
        "the owner's row goes to its twin too"
    );
}

async fn a_removed_link_goes_to_the_twin_and_an_added_one_counts(on: Backend) {
    let mut records = small();
    let atlas = on.atlas(&records).await;
    let first = atlas.number("SELECT sequence FROM log_head").await;
    let tally = |what: &str, table: &str, slug: &str| {
        format!("SELECT t.{what} FROM tally t JOIN {table} r ON r.id = t.record_id WHERE r.slug = '{slug}'")
    };
    assert_eq!(atlas.number(&tally("standards", "organisation", "alpha")).await, 2);
    assert_eq!(atlas.number(&tally("standards", "organisation", "beta")).await, 1);
    assert_eq!(atlas.number(&tally("standards", "issue", "one")).await, 2);
    assert_eq!(atlas.number(&tally("organisations", "issue", "two")).await, 1);
    records.change("standard", "A 1", json!({ "publishers": ["beta"], "issues": ["two"] }));
    records.change(
        "organisation",
        "beta",
        json!({ "issues": [
        { "issue": "two", "heading": "A", "cites": [{ "source": "test" }] },
        { "issue": "two", "heading": "B", "cites": [{ "source": "test" }] },
    ] }),
    );
    let outcome = atlas.load(&records).await;
    assert_eq!((outcome.created, outcome.updated), (0, 2));
    let expected = [r#"ORGANISATION beta 2 ["citations","issues"]"#, r#"STANDARD a-1 2 ["issues","publishers"]"#];
    assert_eq!(entries(&atlas, first).await, expected);
    for table in ["standard_publisher", "standard_issue"] {
        let gone = format!(
            "SELECT h.to_seq - c.sequence FROM {table}_history h JOIN change c ON c.record_id = h.standard_id AND c.version = 2"
        );
        assert_eq!(atlas.numbers(&gone).await, [0], "{table}");
        assert_eq!(
            atlas
                .number(&format!(
                    "SELECT count(*) FROM {table} l JOIN standard s ON s.id = l.standard_id WHERE s.slug = 'a-1'"
                ))
                .await,
            1
        );
    }
    assert_eq!(atlas.number(&tally("standards", "organisation", "alpha")).await, 1);
    assert_eq!(atlas.number(&tally("standards", "organisation", "beta")).await, 2);
    assert_eq!(atlas.number(&tally("standards", "issue", "one")).await, 1);
    assert_eq!(atlas.number(&tally("standards", "issue", "two")).await, 2);
    assert_eq!(atlas.number(&tally("organisations", "issue", "two")).await, 2, "an organisation counts once");
    let ordered =
        atlas.ask("{ issues(orderBy: [{ field: STANDARD_COUNT, direction: DESC }]) { nodes { slug } } }").await;
    assert_eq!(ordered["issues"]["nodes"], json!([{ "slug": "two" }, { "slug": "one" }]));
}

async fn a_link_that_comes_back_has_two_pasts(on: Backend) {
    let mut records = small();
    let atlas = on.atlas(&records).await;
    for publishers in [json!([]), json!(["alpha"]), json!([])] {
        records.change("standard", "A 1", json!({ "publishers": publishers }));
        assert_eq!(atlas.load(&records).await.updated, 1);
    }
    let spans = "SELECT to_seq - from_seq FROM standard_publisher_history ORDER BY from_seq";
    let spans = atlas.numbers(spans).await;
    assert_eq!(spans.len(), 2);
    assert!(spans.iter().all(|span| *span > 0), "{spans:?}");
    assert_eq!(atlas.numbers("SELECT version FROM standard WHERE slug = 'a-1'").await, [4]);
    assert_eq!(atlas.numbers("SELECT version FROM standard_history ORDER BY version").await, [1, 2, 3]);
}

async fn a_new_record_in_changed_seeds_touches_no_other(on: Backend) {
    let mut records = small();
    let atlas = on.atlas(&records).await;
    let first = atlas.number("SELECT sequence FROM log_head").await;
    records.add("standard", json!({ "identifier": "A 3", "publishers": ["beta"], "relations": [{ "kind": "REPLACES", "identifier": "a1" }] }));
    let outcome = atlas.load(&records).await;
    assert_eq!((outcome.created, outcome.updated), (1, 0));
    assert_eq!(entries(&atlas, first).await, ["STANDARD a-3 1 []"]);
    let answer =
        atlas.ask(r#"{ standard(slug: "a-1") { relatedFrom { edges { kind identifier node { slug } } } } }"#).await;
    assert_eq!(
        answer["standard"]["relatedFrom"]["edges"],
        json!([{ "kind": "REPLACES", "identifier": "A 3", "node": { "slug": "a-3" } }])
    );
}

async fn a_record_that_was_renamed_is_found_by_the_slug_of_its_seed(on: Backend) {
    let records = small();
    let atlas = on.atlas(&records).await;
    let id = atlas.number("SELECT id FROM issue WHERE slug = 'two'").await;
    atlas.execute("UPDATE issue SET slug = 'deux' WHERE slug = 'two'").await;
    let alias = format!(
        "INSERT INTO slug_alias (id, record_id, kind, slug, from_seq) VALUES (900000, {id}, 'ISSUE', 'two', 1)"
    );
    atlas.execute(&alias).await;
    let outcome = atlas.load(&records).await;
    assert_eq!((outcome.created, outcome.updated), (0, 0), "the seeds' own slug is a former one now");
    assert_eq!(atlas.ask(r#"{ issue(slug: "two") { slug } }"#).await, json!({ "issue": { "slug": "deux" } }));
}

// ---------------------------------------------------------------- one log

async fn a_channel_keeps_its_slug_when_another_arrives_beside_it(on: Backend) {
    let mut records = small().with("channel", json!({ "owner": "alpha", "platform": "TWITTER", "handle": "a" }));
    let atlas = on.atlas(&records).await;
    let channels = "{ channels { nodes { slug handle id } } }";
    let before = atlas.ask(channels).await["channels"]["nodes"][0].clone();
    assert_eq!(before["slug"], "alpha-twitter");
    records.add("channel", json!({ "owner": "alpha", "platform": "TWITTER", "handle": "b" }));
    let outcome = atlas.load(&records).await;
    assert_eq!((outcome.created, outcome.updated), (1, 0));
    let after = atlas.ask(channels).await["channels"]["nodes"].clone();
    assert_eq!(after[0], before);
    assert_eq!(after[1]["slug"], "alpha-twitter-b");
    assert_eq!(atlas.load(&records).await.unchanged, outcome.unchanged + 1, "and a third time nothing changes");
}

async fn the_log_is_dense_and_its_time_grows(on: Backend) {
    let mut records = small();
    let atlas = on.atlas(&records).await;
    for year in [2000, 2001, 2002] {
        records.change("organisation", "alpha", json!({ "established_year": year }));
        records.change("organisation", "beta", json!({ "established_year": year }));
        atlas.load(&records).await;
    }
    let sequences = atlas.numbers("SELECT sequence FROM change ORDER BY sequence").await;
    assert_eq!(sequences, (1..=i64::try_from(sequences.len()).expect("a count")).collect::<Vec<_>>());
    let times = atlas.numbers("SELECT at FROM change ORDER BY sequence").await;
    let created = times.len() - 6;
    // The clock stands still; every write is later than the one before all the same, and its entries share one time.
    let expected: Vec<i64> =
        (0..created).map(|_| 0).chain([1, 1, 2, 2, 3, 3]).map(|later| tests::NOW + later).collect();
    assert_eq!(times, expected);
    assert_eq!(atlas.numbers("SELECT at FROM log_head").await, [tests::NOW + 3]);
    assert_eq!(atlas.numbers("SELECT sequence FROM log_head").await, [*sequences.last().expect("a log")]);
    assert_eq!(atlas.texts("SELECT DISTINCT actor FROM change").await, ["seed"]);
}

async fn every_row_carries_the_sequence_of_its_entry(on: Backend) {
    let atlas = on.garden().await;
    for kind in kinds::NODES {
        let stray = format!(
            "SELECT count(*) FROM {} r WHERE NOT EXISTS (SELECT 1 FROM change c WHERE c.sequence = r.from_seq AND c.record_id = r.id AND c.kind = '{}')",
            kind.table, kind.code
        );
        assert_eq!(atlas.number(&stray).await, 0, "{}", kind.name);
    }
    for link in kinds::LINKS {
        let stray = format!(
            "SELECT count(*) FROM {} r WHERE NOT EXISTS (SELECT 1 FROM change c WHERE c.sequence = r.from_seq AND c.record_id = r.{})",
            link.table, link.owner.name
        );
        assert_eq!(atlas.number(&stray).await, 0, "{}", link.table);
        let rows = atlas.number(&format!("SELECT count(*) FROM {}", link.table)).await;
        assert!(rows > 0 || link.table == "slug_alias", "the garden has a {}", link.table);
    }
}

async fn ids_are_unique_across_all_tables(on: Backend) {
    let atlas = on.garden().await;
    let tables = kinds::NODES.iter().map(|kind| kind.table).chain(kinds::LINKS.iter().map(|link| link.table));
    let mut ids: Vec<i64> = Vec::new();
    for table in tables {
        ids.extend(atlas.numbers(&format!("SELECT id FROM {table}")).await);
    }
    ids.sort_unstable();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(ids.last() < atlas.numbers("SELECT next_id FROM log_head").await.first());
    assert!(ids.first() > Some(&0));
}

both!(
    seeding_twice_changes_nothing,
    of_two_that_seed_an_empty_atlas_at_once_one_wins,
    of_two_that_seed_the_same_at_once_one_changes_nothing,
    mistakes_are_shown_with_file_and_line_and_nothing_is_written,
    mistakes_of_all_files_are_shown_together,
    a_changed_record_gets_a_version_an_entry_and_a_past,
    a_changed_link_is_filed_under_its_owner,
    a_removed_link_goes_to_the_twin_and_an_added_one_counts,
    a_link_that_comes_back_has_two_pasts,
    a_new_record_in_changed_seeds_touches_no_other,
    a_record_that_was_renamed_is_found_by_the_slug_of_its_seed,
    a_channel_keeps_its_slug_when_another_arrives_beside_it,
    the_log_is_dense_and_its_time_grows,
    every_row_carries_the_sequence_of_its_entry,
    ids_are_unique_across_all_tables,
);
