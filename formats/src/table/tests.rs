use super::*;
use crate::record::{Country, Event, InstrumentKind, Localised, Organisation, PartnerRole, Record, StandardStatus};

fn items(mapping: &str, path: &str, contents: &[u8]) -> Vec<Item> {
    let mut items = Vec::new();
    reader_by(Mapping::parse(mapping).unwrap())
        .read(Entry { path, contents: &mut &contents[..] }, &mut |item| {
            items.push(item);
            Ok(())
        })
        .unwrap();
    items
}

/// What became of each row, in words.
fn told(items: &[Item]) -> Vec<String> {
    let told = |item: &Item| match &item.outcome {
        Outcome::Record(Record::Issue(issue)) => issue.name.clone(),
        Outcome::Record(record) => format!("{record:?}"),
        Outcome::Beside(_) => "beside".to_owned(),
        Outcome::Skipped(reason) => format!("skipped: {reason}"),
        Outcome::Rejected(reason) => format!("rejected: {reason}"),
    };
    items
        .iter()
        .map(|item| match &item.position {
            Some(position) => format!("{position}: {}", told(item)),
            None => told(item),
        })
        .collect()
}

const ISSUES: &str = "
    [[table]]
    record = 'issue'
    fields = { name = 'name' }
";

fn issues(path: &str, contents: &[u8]) -> Vec<String> {
    told(&items(ISSUES, path, contents))
}

fn only<T>(items: Vec<Item>, get: fn(Record) -> Option<Box<T>>) -> T {
    let mut items = items.into_iter();
    match (items.next(), items.next()) {
        (Some(Item { outcome: Outcome::Record(record), .. }), None) => *get(record).unwrap(),
        other => panic!("one record was expected: {other:?}"),
    }
}

fn standard(fields: &str, contents: &str) -> crate::record::Standard {
    let mapping = format!("[[table]]\nrecord = 'standard'\n[table.fields]\n{fields}");
    only(items(&mapping, "x.csv", contents.as_bytes()), |record| match record {
        Record::Standard(standard) => Some(standard),
        _ => None,
    })
}

fn rejected(fields: &str, contents: &str) -> String {
    let mapping = format!("[[table]]\nrecord = 'standard'\n[table.fields]\n{fields}");
    match items(&mapping, "x.csv", contents.as_bytes()).as_slice() {
        [Item { outcome: Outcome::Rejected(reason), .. }] => reason.clone(),
        other => panic!("one rejection was expected: {other:?}"),
    }
}

#[test]
fn every_built_in_mapping_is_read() {
    for (name, text) in BUILT_IN {
        assert!(Mapping::parse(text).is_ok(), "{name}: {:?}", Mapping::parse(text).err());
    }
}

#[test]
fn every_mapping_of_the_folder_is_built_in() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../seeds/mappings");
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    found.sort();
    let known: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
    assert_eq!(found, known);
}

#[test]
fn the_example_of_the_manual_works() {
    let manual = include_str!("mapping.rs");
    let example: String = manual
        .lines()
        .skip_while(|line| !line.ends_with("```toml"))
        .skip(1)
        .take_while(|line| !line.ends_with("```"))
        .map(|line| line.trim_start_matches("//!").trim().to_owned() + "\n")
        .collect();
    let contents = "number,title,kind,date,state\n007,Exact spoons,norm,3.2.2021,valid\n8,Spoons,leaflet,,\n";
    let items = items(&example, "x/data/standards_1.csv", contents.as_bytes());
    let [first, second] = items.as_slice() else { panic!("{items:?}") };
    assert_eq!(second.outcome, Outcome::Skipped("a leaflet"));
    let Outcome::Record(Record::Standard(standard)) = &first.outcome else { panic!("{first:?}") };
    assert_eq!(standard.identifier, "EXB 7");
    assert_eq!(standard.published_on.as_deref(), Some("2021-02-03"));
    assert_eq!(standard.status, Some(StandardStatus::Published));
    assert_eq!(standard.titles, [Localised { language: Some("en".to_owned()), value: "Exact spoons".to_owned() }]);
    assert_eq!(standard.publishers.first().unwrap().acronym.as_deref(), Some("EXB"));
}

#[test]
fn rows_come_from_csv_with_any_delimiter_and_from_tsv() {
    for contents in ["name,x\nA,1\n\"B, C\",2\n", "name;x\nA;1\nB, C;2\n", "name\tx\r\nA\t1\r\nB, C\t2\r\n"] {
        assert_eq!(issues("x.csv", contents.as_bytes()), ["line 2: A", "line 3: B, C"], "{contents:?}");
    }
    // One column, and a mark of the byte order.
    assert_eq!(issues("x", b"\xef\xbb\xbfname\nA\n\n\"B\nC\"\n"), ["line 2: A", "line 4: B C"]);
    assert_eq!(issues("x", b"name\r\nA\r\n\r\n\"B\r\nC\"\r\n"), ["line 2: A", "line 4: B C"]);
}

#[test]
fn a_header_may_come_from_the_mapping() {
    let mapping = "
        [[table]]
        header = ['id', 'name']
        delimiter = '|'
        record = 'issue'
        fields = { name = 'name' }
    ";
    assert_eq!(told(&items(mapping, "x.csv", b"1|A\n2|B\n")), ["line 1: A", "line 2: B"]);
}

#[test]
fn a_row_of_another_length_is_rejected_with_its_line() {
    assert_eq!(
        issues("x.csv", b"name,x\nA,1\nB\nC,2,3\nD,4\n"),
        [
            "line 2: A",
            "line 3: rejected: has 1 fields where the header has 2",
            "line 4: rejected: has 3 fields where the header has 2",
            "line 5: D"
        ]
    );
}

#[test]
fn a_row_that_is_not_utf_8_is_rejected_alone() {
    assert_eq!(
        issues("x.csv", b"name,x\nA,1\nB\xff,2\nC,3\n"),
        ["line 2: A", "line 3: rejected: is not written in UTF-8", "line 4: C"]
    );
}

#[test]
fn a_quotation_mark_that_is_never_closed_does_not_fill_the_memory() {
    let mut contents = b"name\nA\n\"".to_vec();
    contents.resize(contents.len() + usize::try_from(rows::ROW_LIMIT).unwrap() * 2, b'x');
    let told = issues("x.csv", &contents);
    assert_eq!(told.first().unwrap(), "line 2: A");
    assert!(told.last().unwrap().contains("is a quotation mark missing?"), "{told:?}");
}

#[test]
fn rows_come_from_lists_and_maps_of_json() {
    assert_eq!(
        issues("x.json", br#"[{"name": "A"}, {"name": "B"}, 7]"#),
        ["entry 1: A", "entry 2: B", "entry 3: rejected: holds no fields"]
    );
    let by_key = "[[table]]\nkey = 'name'\nrecord = 'issue'\nfields = { name = 'name' }";
    assert_eq!(told(&items(by_key, "x.json", br#"{"A": {"x": 1}, "B": {}}"#)), ["entry A: A", "entry B: B"]);
    let below = "[[table]]\nrows = 'all'\nrecord = 'issue'\nfields = { name = 'name' }";
    assert_eq!(told(&items(below, "x.json", br#"{"count": 1, "all": [{"name": "A"}]}"#)), ["entry 1: A"]);
    assert_eq!(
        told(&items(below, "x.json", br#"{"count": 1}"#)),
        ["rejected: has no \"all\" that the rows stand below"]
    );
    assert_eq!(issues("x.json", br#"{"name": "A", "x": {"y": 1}}"#), ["entry 1: A"], "one row alone");
}

#[test]
fn json_that_breaks_off_gives_what_stands_before() {
    let told = issues("x.json", br#"[{"name": "A"}, {"name": "#);
    assert_eq!(told.first().unwrap(), "entry 1: A");
    assert!(told.last().unwrap().starts_with("rejected: cannot be read any further: "), "{told:?}");
}

#[test]
fn rows_come_from_lines_of_json() {
    for path in ["x.jsonl", "x", "x.json"] {
        let told = issues(path, b"{\"name\": \"A\"}\n\n{\"name\": \"B\"}\n");
        assert_eq!(told, ["line 1: A", "line 3: B"], "{path}");
    }
    let told = issues("x.jsonl", b"{\"name\": \"A\"}\n{\n[1]\n{\"name\": \"B\"}");
    assert_eq!(told.first().unwrap(), "line 1: A");
    assert!(told.get(1).unwrap().starts_with("line 2: rejected: is no JSON: "), "{told:?}");
    assert_eq!(told.get(2..).unwrap(), ["line 3: rejected: is no JSON object", "line 4: B"]);
}

#[test]
fn columns_within_columns_and_lists_are_reached() {
    let mapping = "
        [[table]]
        record = 'organisation'
        [table.fields]
        name = 'names.full'
        other_names = 'names.others'
        established_year = 'year'
    ";
    let contents = br#"[{"names": {"full": "Example Body", "others": ["EB", "Body"]}, "year": 1999}]"#;
    let body = only(items(mapping, "x.json", contents), |record| match record {
        Record::Organisation(organisation) => Some(organisation),
        _ => None,
    });
    assert_eq!((body.name.as_str(), body.established_year), ("Example Body", Some(1999)));
    assert_eq!(body.other_names, ["EB", "Body"]);
}

#[test]
fn rows_come_from_maps_and_lists_of_yaml() {
    assert_eq!(
        issues("x.yaml", b"# list\n- name: A\n- name: 'B'\n- 7\n"),
        ["entry 1: A", "entry 2: B", "entry 3: rejected: holds no fields"]
    );
    assert_eq!(issues("x.yml", b"a:\n  name: A\n  none: null\nb:\n  name: no\n"), ["entry a: A", "entry b: no"]);
    assert_eq!(issues("x.yml", b"name: A\nof: [x, y]\n"), ["entry 1: A"], "one row alone");
    assert_eq!(issues("x.yml", b"name: ~\n"), ["entry 1: rejected: has no name: no issue is without it"]);
    let below = "[[table]]\nrows = 'all'\nrecord = 'issue'\nfields = { name = 'name' }";
    assert_eq!(told(&items(below, "x.yaml", b"count: 1\nall:\n- name: A\n")), ["entry 1: A"]);
}

#[test]
fn yaml_that_goes_too_far_is_rejected() {
    let deep = format!("- name: {}{}", "[".repeat(100), "]".repeat(100));
    assert_eq!(issues("x.yaml", deep.as_bytes()), ["rejected: is nested deeper than 64 levels"]);
    assert_eq!(
        issues("x.yaml", b"- &a {name: A}\n- *a\n"),
        ["entry 1: A", "rejected: uses an anchor (\"*name\"), which is not read"]
    );
    assert!(issues("x.yaml", b"- name: [A\n").last().unwrap().contains("cannot be read any further"));
}

#[test]
fn rows_come_from_the_tables_of_markdown_with_the_heading_above_them() {
    let mapping = "
        [[table]]
        columns = ['Name']
        record = 'issue'
        fields = { name = { template = '{heading}: {Name}' } }
    ";
    let contents = "\
# Top\n\ntext | with a bar\n\n## 2019 ##\n\n| Name | x |\n|:---|---:|\n| A | 1 |\n| B \\| C |\n| D | 1 | 2 |\n\
\n```\n| Name |\n|---|\n| no |\n```\n\n| Other |\n|---|\n| no |\n\n## 2020\nName | x\n--- | ---\nE | \n";
    assert_eq!(
        told(&items(mapping, "x.md", contents.as_bytes())),
        [
            "line 9: 2019: A",
            "line 10: 2019: B | C",
            "line 11: rejected: has 3 cells where the header has 2",
            "line 26: 2020: E"
        ]
    );
}

#[test]
fn a_column_that_the_mapping_names_and_the_file_lacks_is_told_of_once() {
    assert_eq!(issues("x.csv", b"title,x\nA,1\nB,2\n"), ["rejected: has no column \"name\"; it has \"title\", \"x\""]);
    let optional = "[[table]]\nrecord = 'issue'\nfields = { name = ['name', 'title'], description = { column = 'd', optional = true } }";
    assert_eq!(told(&items(optional, "x.csv", b"title\nA\n")), ["line 2: A"]);
}

#[test]
fn of_several_tables_the_first_whose_conditions_hold_takes_a_row() {
    let mapping = "
        [[table]]
        files = ['data/*.csv']
        columns = ['kind', 'name']
        when = [{ column = 'kind', equals = 'treaty' }]
        record = 'instrument'
        fields = { name = 'name', kind = { value = 'agreement' } }

        [[table]]
        files = ['data/*.csv']
        when = [{ column = 'kind', one_of = ['issue', 'theme'] }]
        only_if = [{ column = 'name', empty = false, reason = 'without name' }]
        skip_if = [{ column = 'name', matches = '^old ', reason = 'an old one' }]
        record = 'issue'
        fields = { name = 'name' }

        [[table]]
        files = ['data/notes.csv']
        skip = 'a note'

        [[table]]
        files = ['**/about.yaml']
        pass_over = 'no data'
    ";
    let contents = b"kind,name\ntreaty,T\nissue,I\ntheme,old J\nissue,\nnone,N\n";
    let found = items(mapping, "x/data/1.csv", contents);
    assert!(matches!(&found.first().unwrap().outcome,
        Outcome::Record(Record::Instrument(one)) if one.kind == Some(InstrumentKind::Agreement)));
    assert_eq!(
        told(found.get(1..).unwrap()),
        [
            "line 3: I",
            "line 4: skipped: an old one",
            "line 5: skipped: without name",
            "line 6: skipped: no table of the mapping is for this row"
        ]
    );
    assert_eq!(told(&items(mapping, "data/notes.csv", b"kind,name\nnone,N\n")), ["line 2: skipped: a note"]);
    assert!(items(mapping, "x/about.yaml", b"- no: [table").is_empty());
    assert_eq!(
        told(&items(mapping, "metadata/2/1.csv", contents)),
        ["rejected: no table of the mapping is for this file: see its \"files\" and \"columns\""]
    );
}

#[test]
fn values_are_rewritten_step_by_step() {
    let one = standard(
        "identifier = { column = 'n', trim_start = '0', trim_end = '.', replace = [{ match = '_+', as = ' ' }], \
         patterns = [{ match = '^([0-9]+) (.*)$', as = '${2} ${1}' }], prefix = 'EXB ' }\n\
         other_identifiers = { column = 'other', split = ';', except = '^-$' }\n\
         stage = { column = 'stage', otherwise = 'none' }\n\
         url = { template = 'https://example.org/{n}' }\n\
         volume = { column = 'stage', optional = true }",
        "n,other,stage\n0017__TR.,a; b ;-;a,\n",
    );
    assert_eq!(one.identifier, "EXB TR 17");
    assert_eq!(one.other_identifiers, ["a", "b"]);
    assert_eq!((one.stage.as_deref(), one.volume), (Some("none"), None));
    assert_eq!(one.url.as_deref(), Some("https://example.org/0017__TR."));
}

#[test]
fn lists_have_an_element_for_each_part_and_none_that_is_empty() {
    let one = standard(
        "identifier = 'n'\n\
         publishers = [{ acronym = { column = 'by', split = '/' } }, { name = 'more', country = { value = 'XA' } }]\n\
         titles = [{ language = { value = 'en' }, value = 'en' }, { language = { value = 'fr' }, value = 'fr' }]\n\
         languages = [{ value = 'en' }]\n\
         subjects = { scheme = { value = 'ICS' }, code = { column = 'ics', split = ' ' } }",
        "n,by,more,en,fr,ics\nEXB 1,EXB/EYB,,Title,,01 02\n",
    );
    let acronyms: Vec<_> = one.publishers.iter().map(|body| body.acronym.as_deref()).collect();
    assert_eq!(acronyms, [Some("EXB"), Some("EYB")]);
    assert_eq!(one.titles.len(), 1);
    assert_eq!(one.languages, ["en"]);
    let codes: Vec<_> = one.subjects.iter().map(|subject| (subject.scheme.as_str(), subject.code.as_str())).collect();
    assert_eq!(codes, [("ICS", "01"), ("ICS", "02")]);
}

#[test]
fn names_in_languages_come_from_columns_that_tell_them() {
    let mapping = "
        [[table]]
        empty = ['n/a']
        record = 'organisation'
        [table.fields]
        name = 'Name_en'
        names = { languages = 'Name_*', except = ['en'] }
        partners = { body = { name = 'of' }, role = { value = 'parent' } }
    ";
    let contents = "Name_en,Name_fr,Name_zh_Hant,Name_other_en,Name_de,of\nBody,Corps,機構,Bodies,n/a,Whole\n";
    let body: Organisation = only(items(mapping, "x.csv", contents.as_bytes()), |record| match record {
        Record::Organisation(organisation) => Some(organisation),
        _ => None,
    });
    let names: Vec<_> =
        body.names.iter().map(|name| (name.language.as_deref().unwrap(), name.value.as_str())).collect();
    assert_eq!(names, [("fr", "Corps"), ("zh-Hant", "機構")]);
    assert_eq!(body.partners.first().unwrap().role, PartnerRole::Parent);
}

#[test]
fn dates_are_read_in_the_form_that_the_mapping_tells() {
    let date = |form: &str, text: &str| {
        let mapping =
            format!("[[table]]\nrecord = 'event'\nfields = {{ title = 't', starts_on = {{ column = 'd'{form} }} }}");
        let contents = format!("t,d\nMeeting,{text}\n");
        let items = items(&mapping, "x.csv", contents.as_bytes());
        match items.into_iter().next().unwrap().outcome {
            Outcome::Record(Record::Event(event)) => {
                let Event { starts_on, .. } = *event;
                Ok(starts_on)
            }
            Outcome::Rejected(reason) => Err(reason),
            other => panic!("{other:?}"),
        }
    };
    let day = |text: &str| Ok(Some(text.to_owned()));
    assert_eq!(date(", date = 'D.M.Y'", "3.12.2021"), day("2021-12-03"));
    assert_eq!(date(", date = 'M/D/Y'", "12/03/2021"), day("2021-12-03"));
    assert_eq!(date(", date = 'M/Y'", "12/2021"), day("2021-12"));
    assert_eq!(date("", "2021-12"), day("2021-12"));
    assert_eq!(date("", "2020-02-29"), day("2020-02-29"));
    assert_eq!(date("", ""), Ok(None));
    assert_eq!(date(", optional = true", "soon"), Ok(None));
    for wrong in ["2021-02-29", "2021-13", "21-01-01", "2021-1-1", "soon", "2021-00-00"] {
        let reason = date("", wrong).unwrap_err();
        assert_eq!(reason, format!("column \"d\": \"{wrong}\" is no date such as 2022-10-25, 2022-10 or 2022"));
    }
    let reason = date(", date = 'D.M.Y'", "31.4.2021").unwrap_err();
    assert_eq!(reason, "column \"d\": \"31.4.2021\" is no date of the form D.M.Y");
}

#[test]
fn a_value_that_does_not_fit_is_rejected_with_what_would() {
    let mapped = "identifier = 'n'\nstatus = { column = 's', map = { valid = 'PUBLISHED' } }";
    assert_eq!(rejected(mapped, "n,s\nX,no\n"), "column \"s\": \"no\" is none of valid");
    let reason = rejected("identifier = 'n'\nstatus = 's'", "n,s\nX,no\n");
    assert!(reason.starts_with("column \"s\": \"no\" is none of UNDER_DEVELOPMENT, PUBLISHED, "), "{reason}");
    let pattern = "identifier = { column = 'n', patterns = [{ match = '^[0-9]+$', as = 'X' }] }";
    let long = "y".repeat(100);
    assert_eq!(
        rejected(pattern, &format!("n\n{long}\n")),
        format!("column \"n\": \"{}…\" fits none of the patterns", "y".repeat(40))
    );
    assert_eq!(rejected("identifier = 'n'", "n,s\n,x\n"), "has no identifier: no standard is without it");
}

#[test]
fn what_may_name_a_person_is_not_shown() {
    let contact = "identifier = 'n'\nstatus = 'Contact person'";
    let reason = rejected(contact, "n,Contact person\nX,Some Body\n");
    assert!(reason.starts_with("column \"Contact person\": its value is none of "), "{reason}");
    let reason = rejected("identifier = 'n'\nstatus = 's'", "n,s\nX,a@example.org\n");
    assert!(!reason.contains("example.org"), "{reason}");
}

#[test]
fn texts_lose_control_characters_and_are_composed() {
    let one = standard("identifier = 'n'\nabstract = 'a'", "n,a\n\"E\u{301}X\t \u{0} 1\",\"one\r\n\r\ntwo\u{7}\"\n");
    assert_eq!(one.identifier, "\u{c9}X 1");
    assert_eq!(one.r#abstract.as_deref(), Some("one\n\ntwo"));
}

#[test]
fn a_mistake_in_a_mapping_is_told_with_its_line_and_a_hint() {
    let mistake = |text: &str| Mapping::parse(text).unwrap_err().to_string();
    let table = "[[table]]\nrecord = 'standard'\n";
    for (text, told) in [
        ("", "line 1: a mapping needs a [[table]]".to_owned()),
        ("[[tabel]]\n", "line 1: there is no key \"tabel\": did you mean \"table\"?".to_owned()),
        (
            "[[table]]\nrecord = 'standart'\nfields = {}",
            "line 2: there is no record \"standart\": did you mean \"standard\"?".to_owned(),
        ),
        ("[[table]]\nrecord = 'issue'\n", "line 1: [table.fields] is missing".to_owned()),
        (
            "[[table]]\nrecord = 'issue'\nfields = {}\ncolums = ['a']",
            "line 3: \"name\" is missing: no issue is without it".to_owned(),
        ),
        (
            "[[table]]\nrecord = 'issue'\nfields = { name = 'n' }\ncolums = ['a']",
            "line 4: there is no key \"colums\": did you mean \"columns\"?".to_owned(),
        ),
        (
            &format!("{table}[table.fields]\nidentifier = 'n'\npublished = 'd'"),
            "line 5: there is no field \"published\": did you mean \"published_on\"?".to_owned(),
        ),
        (
            &format!("{table}[table.fields]\nidentifier = 'n'\npublishd_on = 'd'"),
            "line 5: there is no field \"publishd_on\": did you mean \"published_on\"?".to_owned(),
        ),
        (
            &format!("{table}[table.fields]\nidentifier = {{ colum = 'n' }}"),
            "line 4: there is no key \"colum\": did you mean \"column\"?".to_owned(),
        ),
        (
            &format!("{table}[table.fields]\nidentifier = {{ column = 'n', value = 'x' }}"),
            "line 4: a field needs one of column, value and template".to_owned(),
        ),
        (
            &format!("{table}[table.fields]\nidentifier = {{ column = 'n', only = '(' }}"),
            "line 4: no regular expression: ".to_owned(),
        ),
        (
            &format!("{table}[table.fields]\nidentifier = {{ template = 'a {{n' }}"),
            "line 4: a \"{\" of the template is not closed".to_owned(),
        ),
        (
            &format!("{table}[table.fields]\nidentifier = {{ column = 'n', date = 'day' }}"),
            "line 4: a date is written with Y".to_owned(),
        ),
        (
            "[[table]]\nskip_if = [{ column = 'a', equals = 'b' }]\nskip = 'x'",
            "line 2: this condition needs a \"reason\"".to_owned(),
        ),
        ("[[table]]\nlayout = 'xls'\nskip = 'x'", "line 2: there is no layout \"xls\"".to_owned()),
        ("[[table]\n", "line 1: ".to_owned()),
    ] {
        assert!(mistake(text).starts_with(&told), "{text}\n{}", mistake(text));
    }
}

#[test]
fn built_in_mappings_know_their_files_by_name_and_columns() {
    let country = b"alpha2,alpha3,numeric,name,region\nXA,XAA,001,Exland,Nowhere\n";
    assert!(recognises("anything", country));
    assert!(!recognises("anything.json", b"{\"alpha2\": 1, \"alpha3\": 1, \"name\": 1, \"region\": 1}"));
    assert!(!recognises("x.csv", b"alpha2,name\nXA,Exland\n"));
    assert!(!recognises("README.md", b"# Date, Event, Location, SDO"), "words are no table");
    let mut items = Vec::new();
    reader()
        .read(Entry { path: "-", contents: &mut &country[..] }, &mut |item| {
            items.push(item);
            Ok(())
        })
        .unwrap();
    let found: Country = only(items, |record| match record {
        Record::Country(country) => Some(country),
        _ => None,
    });
    assert_eq!((found.code.as_str(), found.region.as_deref()), ("XA", Some("Nowhere")));
}

#[test]
fn reading_ends_when_the_sink_wants_no_more() {
    let contents: &[(&str, &[u8])] = &[
        ("x.csv", b"name\nA\nB\n"),
        ("x.json", br#"[{"name": "A"}, {"name": "B"}]"#),
        ("x.jsonl", b"{\"name\": \"A\"}\n{\"name\": \"B\"}\n"),
        ("x.yaml", b"- name: A\n- name: B\n"),
        ("x.md", b"| name |\n|---|\n| A |\n| B |\n"),
    ];
    for (path, contents) in contents {
        let mut count = 0;
        let ended =
            reader_by(Mapping::parse(ISSUES).unwrap()).read(Entry { path, contents: &mut &contents[..] }, &mut |_| {
                count += 1;
                Err(Stop)
            });
        assert_eq!((ended, count), (Err(Stop), 1), "{path}");
    }
}

#[test]
fn no_input_makes_it_panic() {
    let seeds: &[(&str, &[u8])] = &[
        ("x.csv", b"name,x\n\"A\",1\nB;2|\t\n"),
        ("x.json", br#"{"a": {"name": "A", "l": [1, null, {"b": "\u00e9"}]}}"#),
        ("x.yaml", b"a: &x\n  name: 'A'\n  l: [1, {b: |\n c}]\n? - z\n: *x\n--- !t\n- \"q\\x41\"\n..."),
        ("x.md", b"# H\n| name | x |\n|---|:-:|\n| A | \\| |\n"),
        ("x.toml", BUILT_IN.first().unwrap().1.as_bytes()),
    ];
    let mut state = 1_u32;
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize
    };
    for (path, seed) in seeds {
        for _ in 0..2000 {
            let mut bytes = seed.to_vec();
            for _ in 0..=random() % 4 {
                let at = random() % bytes.len();
                match random() % 3 {
                    0 => bytes[at] = b"\"'{}[]:,|-\n\\*&!#\xff\0"[random() % 18],
                    1 => drop(bytes.remove(at)),
                    _ => bytes.insert(at, b"\"'{}[]:,|-\n\\*&!#\xc3 "[random() % 18]),
                }
            }
            if path.ends_with("toml") {
                drop(Mapping::parse(&String::from_utf8_lossy(&bytes)));
            } else {
                items(ISSUES, path, &bytes);
            }
        }
    }
}

#[test]
fn addresses_of_people_are_not_kept_but_in_handles_and_addresses_on_the_web() {
    let mapping = "[[table]]\nrecord = 'event'\n[table.fields]\ntitle = 'title'\ndescription = 'text'\n\
                   location = 'place'\nuid = 'uid'\nurl = 'url'\norganisers = { name = 'place', country = { value = 'XA' } }";
    let rows = "title,text,place,uid,url\n\
                Lamps (a@lamp.example),Ask a&#64;lamp.example.,a@lamp.example,x@lamp.example,https://lamp.example/@a@b.example\n";
    let event = only(items(mapping, "x.csv", rows.as_bytes()), |record| match record {
        Record::Event(event) => Some(event),
        _ => None,
    });
    assert_eq!(event.title, "Lamps");
    assert_eq!(event.description.as_deref(), Some("Ask."));
    assert_eq!((event.location, event.organisers), (None, Vec::new()));
    assert_eq!(event.uid.as_deref(), Some("x@lamp.example"));
    assert_eq!(event.url.as_deref(), Some("https://lamp.example/@a@b.example"));
    assert_eq!(issues("x.csv", b"name\na@lamp.example\n"), ["line 2: rejected: has no name: no issue is without it"]);
}

#[test]
fn the_names_of_columns_are_shown_without_control_characters() {
    let told = issues("x.csv", b"na\x07me,\"b\n c\"\nx,y\n");
    assert_eq!(told, ["rejected: has no column \"name\"; it has \"name\", \"b c\""]);
}

#[test]
fn what_has_a_form_of_its_own_is_kept_in_no_other() {
    let of = |field: &str, value: &str| {
        let mapping = format!("[[table]]\nrecord = 'event'\n[table.fields]\ntitle = 'title'\n{field} = 'value'");
        told(&items(&mapping, "x.csv", format!("title,value\nLamps,{value}\n").as_bytes())).remove(0)
    };
    for (field, value) in [("starts_at", "soon"), ("url", "https://lamp.example/a b")] {
        assert!(of(field, value).contains("rejected: column \"value\""), "{value}");
    }
    assert!(of("starts_at", "2031-05-01T09:00:00+02:00").contains("09:00"));
    let standard = standard("identifier = 'id'\nlanguages = ['language']", "id,language\nLMP 1,eng\n");
    assert_eq!(standard.languages, ["en"]);
    for (field, value) in [("languages", "\u{301}"), ("titles = { value = 'id' }\nlanguages", "Lampish tongue")] {
        let reason =
            rejected(&format!("identifier = 'id'\n{field} = ['value']"), &format!("id,value\nLMP 1,{value}\n"));
        assert!(reason.contains("is no code of a language"), "{reason}");
    }
}
