//! What the reader of profiles gives, for invented organisations and, in numbers, for the document that the first
//! profiles of the atlas come from.

use std::path::PathBuf;

use formats::record::{
    Address, ChannelPlatform, EventFormat, Organisation, Record, StakeholderGroup, StandardStatus, Treatment,
};
use formats::{Entry, Item, Outcome, Reader as _, profile};

fn read_bytes(bytes: &[u8]) -> Vec<Item> {
    let mut items = Vec::new();
    let mut reader = profile::reader();
    let mut sink = |item| {
        items.push(item);
        Ok(())
    };
    reader.read(Entry { path: "some.txt", contents: &mut &*bytes }, &mut sink).unwrap();
    reader.finish(&mut sink).unwrap();
    items
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/profile").join(name)).unwrap()
}

fn organisations(bytes: &[u8]) -> Vec<Organisation> {
    read_bytes(bytes)
        .into_iter()
        .filter_map(|item| match item.outcome {
            Outcome::Record(Record::Organisation(organisation)) => Some(*organisation),
            _ => None,
        })
        .collect()
}

fn only(bytes: &[u8]) -> Organisation {
    let mut all = organisations(bytes);
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn headings(organisation: &Organisation) -> Vec<&str> {
    organisation.issues.iter().map(|issue| issue.heading.as_str()).collect()
}

fn issue<'a>(organisation: &'a Organisation, heading: &str) -> &'a Treatment {
    organisation.issues.iter().find(|issue| issue.heading == heading).unwrap()
}

fn channels(organisation: &Organisation) -> Vec<(ChannelPlatform, Option<&str>)> {
    organisation.channels.iter().map(|channel| (channel.platform, channel.handle.as_deref())).collect()
}

#[test]
fn the_head_of_a_profile_is_read_line_by_line() {
    let ifb = only(&fixture("complete.txt"));
    assert_eq!(ifb.name, "International Fishing-net Body");
    assert_eq!(ifb.acronym.as_deref(), Some("IFB"));
    assert_eq!(ifb.established_year, Some(1931));
    assert_eq!(ifb.website.as_deref(), Some("https://ifb.example.org/home.html"));
    assert_eq!(ifb.stakeholder_group, Some(StakeholderGroup::InternationalAndRegionalOrganisations));
    assert_eq!(
        ifb.address,
        Address {
            text: Some("Fish Quay 8-14, 9911 Codport 10, Fishland".into()),
            street: Some("Fish Quay 8-14".into()),
            postal_code: Some("9911".into()),
            locality: Some("Codport 10".into()),
            country: Some("Fishland".into()),
        }
    );
}

#[test]
fn texts_are_common_mark_that_means_what_was_written() {
    let ifb = only(&fixture("complete.txt"));
    assert_eq!(
        ifb.summary.as_deref(),
        Some(
            "IFB counts nets and knots. It has * no * boats & no \\[oars](of any kind).\n\nIt meets on Fridays. Write to \
             for more."
        )
    );
    assert_eq!(
        ifb.digital_activities.as_deref(),
        Some(
            "IFB puts numbers on nets.\n\n## Digital tools\n\nKnotBase is a list of knots.\n\n## Knot viewer\n\nIt shows \
             knots."
        )
    );
}

#[test]
fn headings_are_issues_and_parts_of_issues_stay_in_their_texts() {
    let ifb = only(&fixture("complete.txt"));
    assert_eq!(
        headings(&ifb),
        [
            "Quantum trade",
            "Sea data and the internet of fish",
            "Encryption",
            "Rights of fish",
            "Tidal energy/Digital sea",
            "NetBase",
            "Net neutrality",
        ]
    );
    assert_eq!(
        issue(&ifb, "Sea data and the internet of fish").text.as_deref(),
        Some(
            "The work is as follows:\n\n## Counting\n\nCounting is done by hand.\n\n## Weighing\n\nWeighing is planned \
             until 2040 (2).\n\n(2) IFB/99/1; IFB/99/2"
        )
    );
    assert_eq!(
        issue(&ifb, "Encryption").text.as_deref(),
        Some(
            "IFB has forty, both published and in development (e.g. ISO 99001).\n\n## ISO 99001 for boats\n\nBoats have \
             ISO 99001 too.\n\n## Read more\n\n- e-net\n- Nets of the World\n- Video\n- Nets in motion"
        )
    );
    assert_eq!(issue(&ifb, "Tidal energy/Digital sea").text, None);
}

#[test]
fn footnotes_tell_the_words_that_an_organisation_has_for_issues() {
    let ifb = only(&fixture("complete.txt"));
    assert_eq!(issue(&ifb, "Quantum trade").local_term.as_deref(), Some("small fish"));
    // An issue that is no heading comes behind the heading with the mark.
    let extra = issue(&ifb, "Net neutrality");
    assert_eq!((extra.local_term.as_deref(), extra.text.as_deref()), (Some("fair nets"), None));
    assert_eq!(issue(&ifb, "NetBase").local_term, None);
}

#[test]
fn cited_standards_have_mended_identifiers_and_the_status_that_the_text_tells() {
    let ifb = only(&fixture("complete.txt"));
    let cited = |heading| {
        issue(&ifb, heading)
            .standards
            .iter()
            .map(|standard| (standard.identifier.as_str(), standard.status.unwrap()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        cited("Quantum trade"),
        [
            ("ISO/IEC 99086-1", StandardStatus::Published),
            ("ISO/IEC TR 99024", StandardStatus::Published),
            ("ISO/TR 99332.2", StandardStatus::UnderDevelopment),
            ("ISO/IEC 99944-1", StandardStatus::UnderDevelopment),
        ]
    );
    assert_eq!(cited("Encryption"), [("ISO 99001", StandardStatus::Unknown)]);
}

#[test]
fn channels_keep_their_handles_and_questions_without_an_answer_are_left_out() {
    let ifb = only(&fixture("complete.txt"));
    assert_eq!(
        channels(&ifb),
        [
            (ChannelPlatform::Facebook, Some("FishingNetBody")),
            (ChannelPlatform::Instagram, Some("ifb_nets")),
            (ChannelPlatform::Linkedin, Some("fishing-net-body")),
            (ChannelPlatform::Twitter, Some("IFB")),
            (ChannelPlatform::Youtube, Some("IFB – Fishing-net Body")),
            (ChannelPlatform::Newsletter, None),
        ]
    );
    assert_eq!(
        ifb.future_of_meetings.as_deref(),
        Some("## Any reference to online or remote meetings?\n\nAll meetings are held in boats.")
    );
}

#[test]
fn an_announcement_before_the_profiles_is_an_event() {
    let items = read_bytes(&fixture("complete.txt"));
    assert_eq!(items.len(), 2);
    let Outcome::Record(Record::Event(event)) = &items[0].outcome else { panic!("{items:?}") };
    assert_eq!(event.title, "Mending nets with numbers");
    assert_eq!(event.format, Some(EventFormat::Online));
    assert_eq!(event.starts_at.as_deref(), Some("2031-05-03T09:30:00+02:00"));
    assert_eq!(event.description.as_deref(), Some("The Board of Knots (BOK) will show how nets are counted."));
    assert_eq!(items[0].position.as_deref(), Some("line 1"));
    assert_eq!(items[1].position.as_deref(), Some("line 9"));
}

#[test]
fn several_profiles_stand_in_one_file() {
    let all = organisations(&fixture("two.txt"));
    let [bok, uhl] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!((bok.name.as_str(), bok.acronym.as_deref()), ("Board of Knots", Some("BOK")));
    assert_eq!(bok.website.as_deref(), Some("https://www.bok.example.org"));
    assert_eq!(channels(bok), [(ChannelPlatform::Twitter, Some("bok")), (ChannelPlatform::Twitter, Some("bok_news"))]);
    assert_eq!((uhl.name.as_str(), uhl.acronym.as_deref()), ("Union of Hooks and Lines", Some("UHL")));
    assert_eq!(uhl.stakeholder_group, Some(StakeholderGroup::PrivateSector));
    assert_eq!(uhl.summary.as_deref(), Some("It hooks lines."));
    assert_eq!(uhl.future_of_meetings.as_deref(), Some("UHL meets online."));
}

#[test]
fn what_is_missing_is_not_made_up() {
    let none = only(&fixture("missing.txt"));
    assert_eq!((none.name.as_str(), none.acronym.as_deref()), ("NOTITLE", Some("NOTITLE")));
    assert_eq!((none.established_year, none.website.as_deref(), none.stakeholder_group), (None, None, None));
    assert_eq!(none.address, Address::default());
    assert_eq!((&none.summary, &none.digital_activities, &none.future_of_meetings), (&None, &None, &None));
    assert_eq!(headings(&none), ["Spam", "Taxation"]);
    assert_eq!(none.channels, []);
}

#[test]
fn without_the_heading_of_all_issues_they_follow_the_activities() {
    let text = "Board of Knots\nAcronym: BOK\n\nDigital activities\n\nKnots.\n\nRope identities\n\nRopes have names.\n\n\
                Spam\n\nFuture of meetings\n\nOnline.\n";
    let bok = only(text.as_bytes());
    assert_eq!(bok.digital_activities.as_deref(), Some("Knots."));
    assert_eq!(headings(&bok), ["Rope identities", "Spam"]);
}

#[test]
fn the_parts_come_in_any_order_and_without_empty_lines() {
    let lol = only(&fixture("odd-order.txt"));
    assert_eq!((lol.name.as_str(), lol.acronym.as_deref()), ("League of Lighthouses", Some("LOL")));
    assert_eq!(lol.established_year, Some(1899));
    assert_eq!(lol.stakeholder_group, Some(StakeholderGroup::NgosAndAssociations));
    assert_eq!(lol.summary.as_deref(), Some("The league keeps lights."));
    assert_eq!(lol.digital_activities.as_deref(), Some("Lights are digital."));
    assert_eq!(lol.future_of_meetings.as_deref(), Some("The league meets at night."));
    assert_eq!(headings(&lol), ["Telecommunications infrastructure", "Access"]);
    assert_eq!(
        lol.issues[0].text.as_deref(),
        Some(
            "Lights tell ships where the land is, and they have told it for a hundred years, which is long. Ships know it."
        )
    );
}

#[test]
fn line_ends_make_no_difference() {
    let gulls = only(&fixture("crlf.txt"));
    assert_eq!(channels(&gulls), [(ChannelPlatform::Flickr, Some("gulls"))]);
    assert_eq!(gulls.issues[0].text.as_deref(), Some("Gulls have access."));
    let text = String::from_utf8(fixture("complete.txt")).unwrap();
    let expected = organisations(text.as_bytes());
    for variant in
        [text.replace('\n', "\r\n"), text.replace('\n', "\r"), text.trim_end().to_owned(), format!("\u{feff}{text}")]
    {
        assert_eq!(organisations(variant.as_bytes()), expected);
    }
}

#[test]
fn a_wrapped_text_is_read_like_one_with_long_lines() {
    let long = "Guild of Gulls\n\nAcronym: GOG\n\nGulls guide ships into the harbour at night and by day, whatever the weather \
                is. They have done so for years and years, as long as anyone remembers. They like it, and so do the ships \
                that they guide.\n\nDigital policy issues\n\nAccess\n\nEvery ship has access to gulls, and every gull has \
                access to fish, so that all of them are content in the end.\n";
    let mut wrapped = String::new();
    for line in long.lines() {
        let mut width = 0;
        for word in line.split(' ') {
            if width > 0 && width + word.len() > 70 {
                wrapped.push('\n');
                width = 0;
            } else if width > 0 {
                wrapped.push(' ');
            }
            wrapped.push_str(word);
            width += word.len() + 1;
        }
        wrapped.push('\n');
    }
    assert!(wrapped.lines().all(|line| line.len() <= 70));
    assert_eq!(organisations(wrapped.as_bytes()), organisations(long.as_bytes()));
}

#[test]
fn only_plain_text_with_labels_under_a_title_is_taken_for_profiles() {
    for name in ["complete.txt", "two.txt", "odd-order.txt", "crlf.txt"] {
        assert!(profile::recognises(name, &fixture(name)), "{name}");
    }
    let head = fixture("two.txt");
    assert!(profile::recognises("folder/profiles", &head));
    // A head may end within a character.
    assert!(profile::recognises("a.txt", &[head.as_slice(), &[0xe2, 0x80]].concat()));
    for path in ["README.txt", "README", "two.md", "two.json", "two.xml", "two.yaml"] {
        assert!(!profile::recognises(path, &head), "{path}");
    }
    for other in [
        "# Data\n\nWebsite: https://example.org\nAddress: Codport\n",
        "Contact\n\nWebsite: https://example.org\nAddress: Codport\n",
        "Acronym: ABC\nEstablished: 1999\n",
        "The title ends.\nAcronym: ABC\nEstablished: 1999\n",
        "Title\n\nAcronym: ABC\n\nText.\n\nWebsite: https://example.org\n",
        "{\"Acronym\": \"ABC\"}",
        "",
    ] {
        assert!(!profile::recognises("a.txt", other.as_bytes()), "{other}");
    }
    assert!(!profile::recognises("a.txt", b"Title\nAcronym: A\0\nEstablished: 1999\n"));
}

#[test]
fn a_file_without_a_profile_is_rejected_and_an_empty_one_says_nothing() {
    let items = read_bytes(b"Some text.\n\nMore of it.\n");
    assert!(matches!(items.as_slice(), [Item { outcome: Outcome::Rejected(_), .. }]), "{items:?}");
    assert_eq!(read_bytes(b""), []);
    assert_eq!(read_bytes(b"\n \n"), []);
}

#[test]
fn a_profile_that_is_too_long_is_rejected_and_the_next_one_is_read() {
    let mut bytes = fixture("two.txt");
    let at = bytes.windows(5).position(|window| window == b"Knots").unwrap() + "Knots".len();
    let at = at + bytes[at..].windows(5).position(|window| window == b"Knots").unwrap();
    let filler = "Knots are tied. ".repeat(100) + "\n\n";
    let filler = filler.repeat(profile::MOST / filler.len() + 9);
    bytes.splice(at..at, filler.bytes());
    let items = read_bytes(&bytes);
    assert!(matches!(&items[0].outcome, Outcome::Rejected(reason) if reason.contains("longer")));
    assert_eq!(items[0].position.as_deref(), Some("line 1"));
    let Outcome::Record(Record::Organisation(uhl)) = &items[1].outcome else { panic!("no second profile") };
    assert_eq!(uhl.acronym.as_deref(), Some("UHL"));
    assert_eq!(items.len(), 2);
}

#[test]
fn one_line_that_is_too_long_is_no_shorter_profile() {
    let text = format!("Guild of Gulls\nAcronym: GOG\n\n{}", " ".repeat(profile::MOST + 1) + "end\n");
    let items = read_bytes(text.as_bytes());
    assert!(matches!(items.as_slice(), [Item { outcome: Outcome::Rejected(_), .. }]));
}

#[test]
fn reading_ends_where_no_more_is_wanted() {
    let bytes = fixture("two.txt");
    let mut count = 0;
    let result = profile::reader().read(Entry { path: "two.txt", contents: &mut bytes.as_slice() }, &mut |_| {
        count += 1;
        Err(formats::Stop)
    });
    assert_eq!((result, count), (Err(formats::Stop), 1));
}

/// The document is only there where the project is worked on; `ATLAS_DOCUMENTS` names its folder elsewhere.
#[test]
fn the_first_profiles_of_the_atlas_are_read_as_they_were_by_hand() {
    let folder = std::env::var_os("ATLAS_DOCUMENTS")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/seeds")), PathBuf::from);
    let Ok(bytes) = std::fs::read(folder.join("profiles.txt")) else { return };
    assert!(profile::recognises("profiles.txt", &bytes[..bytes.len().min(8192)]));
    let all = organisations(&bytes);
    // Year, issues, issues with the organisation's own word, standards, of these not simply published, channels.
    let figures: Vec<_> = all
        .iter()
        .map(|one| {
            let standards: Vec<_> = one.issues.iter().flat_map(|issue| &issue.standards).collect();
            let unpublished = standards.iter().filter(|cited| cited.status != Some(StandardStatus::Published)).count();
            let local = one.issues.iter().filter(|issue| issue.local_term.is_some()).count();
            (one.established_year.unwrap(), one.issues.len(), local, standards.len(), unpublished, one.channels.len())
        })
        .collect();
    assert_eq!(
        figures,
        [
            (1906, 4, 0, 2, 0, 5),
            (1961, 7, 0, 1, 0, 2),
            (1947, 10, 0, 65, 31, 5),
            (1954, 5, 5, 0, 0, 5),
            (1947, 11, 0, 0, 0, 6),
            (1995, 8, 2, 0, 0, 5),
            (1964, 6, 0, 0, 0, 0),
        ]
    );
    for one in &all {
        assert!(one.acronym.is_some() && one.website.is_some() && one.stakeholder_group.is_some());
        assert!(one.address.postal_code.as_ref().is_some_and(|code| code.len() == 4));
        assert!(one.summary.is_some() && one.digital_activities.is_some());
    }
    assert_eq!(all.iter().filter(|one| one.future_of_meetings.is_some()).count(), 4);
}
