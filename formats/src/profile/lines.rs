//! What a line of a profile is, by itself.

use super::cited;
use super::text::fold;
use crate::record::{Channel, ChannelPlatform, StakeholderGroup};
use crate::text::words;

/// A line that is not empty.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Counted from 1.
    pub number: usize,
    /// Cleaned.
    pub text: String,
    /// Whether it follows the line before it without an empty one between.
    pub close: bool,
    /// Whether more than an empty line sets it apart from what is before it, or it ends in a blank: headings of a
    /// higher rank do so where the profile was a page before.
    pub apart: bool,
    pub indented: bool,
    /// How many characters it had before it was joined with others.
    pub width: usize,
}

/// What a line of the head tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    Acronym,
    Name,
    OtherNames,
    Established,
    Address,
    Website,
    StakeholderGroup,
    Membership,
}

const LABELS: &[(&str, Label)] = &[
    ("acronym", Label::Acronym),
    ("abbreviation", Label::Acronym),
    ("name", Label::Name),
    ("full name", Label::Name),
    ("other names", Label::OtherNames),
    ("other name", Label::OtherNames),
    ("also known as", Label::OtherNames),
    ("established", Label::Established),
    ("established in", Label::Established),
    ("year established", Label::Established),
    ("year of establishment", Label::Established),
    ("year", Label::Established),
    ("founded", Label::Established),
    ("founded in", Label::Established),
    ("address", Label::Address),
    ("headquarters", Label::Address),
    ("website", Label::Website),
    ("web site", Label::Website),
    ("homepage", Label::Website),
    ("url", Label::Website),
    ("stakeholder group", Label::StakeholderGroup),
    ("stakeholder", Label::StakeholderGroup),
    ("membership", Label::Membership),
    ("members", Label::Membership),
];

/// The label that the line begins with, and its value, which may be empty.
pub fn label(text: &str) -> Option<(Label, &str)> {
    let (name, value) = labelled(text)?;
    let name = fold(name);
    LABELS.iter().find(|(label, _)| *label == name).map(|(_, label)| (*label, value))
}

/// "Word or two: value", whether or not the word is known.
pub fn labelled(text: &str) -> Option<(&str, &str)> {
    let (at, colon) = text.char_indices().take(41).find(|(_, character)| matches!(character, ':' | '：'))?;
    let (name, value) = (text.get(..at)?, text.get(at + colon.len_utf8()..)?);
    let is_short = (1..=4).contains(&name.split_whitespace().count());
    let is_word = name.starts_with(char::is_alphabetic)
        && name.chars().all(|character| character.is_alphabetic() || matches!(character, ' ' | '-' | '/' | '\''));
    (is_short && is_word && !value.starts_with("//")).then(|| (name.trim(), value.trim()))
}

/// Whether the line has a label that is not known, among those that are: "Phone: 99 99".
pub fn is_other_label(text: &str) -> bool {
    label(text).is_none()
        && text.len() <= 160
        && labelled(text).is_some_and(|(_, value)| !value.is_empty() && value.len() <= 80)
}

/// The parts that every profile may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Summary,
    Activities,
    Issues,
    Tools,
    Meetings,
    Membership,
    Channels,
    Footnotes,
}

/// The part that a heading begins.
pub fn section(text: &str) -> Option<Section> {
    if text.len() > 80 {
        return None;
    }
    let name = fold(strip_marks(text).0);
    Some(match name.as_str() {
        "about"
        | "about us"
        | "summary"
        | "overview"
        | "introduction"
        | "about the organisation"
        | "about the organization" => Section::Summary,
        "digital activities" | "digital activity" => Section::Activities,
        "digital policy issues" | "digital policy issue" | "policy issues" | "digital issues" => Section::Issues,
        "digital tools"
        | "digital tools and resources"
        | "digital tools and initiatives"
        | "digital resources"
        | "tools"
        | "tools and resources"
        | "tools/resources"
        | "resources"
        | "resources and tools" => Section::Tools,
        "future of meetings" | "future of the meetings" | "future of meeting" => Section::Meetings,
        "membership" | "members" => Section::Membership,
        "social media channels"
        | "social medial channels"
        | "social media channel"
        | "social media"
        | "social channels"
        | "social media accounts" => Section::Channels,
        "footnotes" | "notes" => Section::Footnotes,
        _ => return None,
    })
}

/// Whether the line looks like a title or heading: short, a capital first, and no sentence.
pub fn is_heading(text: &str) -> bool {
    if text.len() > 200 {
        return false;
    }
    let (bare, _) = strip_marks(text);
    let words = bare.split_whitespace().count();
    let mut characters = bare.chars();
    let first = characters.next();
    let begins = first.is_some_and(|first| first.is_uppercase() || first.is_ascii_digit())
        // "eHealth", "e-commerce"
        || first.is_some_and(char::is_lowercase)
            && characters.next().is_some_and(|second| second.is_uppercase() || second == '-');
    let is_question = text.contains('?');
    // A line that was wrapped.
    let goes_on = [
        "a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "of", "on", "or", "that", "the", "their",
        "they", "this", "to", "which", "with",
    ]
    .contains(&bare.rsplit(' ').next().unwrap_or_default());
    (1..=18).contains(&words)
        && bare.len() <= 160
        && begins
        && !goes_on
        && !bare.ends_with(['.', ',', ';', ':', '!', '…'])
        && !bare.contains(". ")
        && !bare.contains("? ")
        && (!is_question || words <= 6 && bare.len() <= 60)
        && item(text).is_none()
        && label(text).is_none()
        && !bare.contains("://")
        && channels(text).is_empty()
}

/// A heading that is no name of an issue: a number in it, a standard, marks within.
pub fn is_odd(text: &str) -> bool {
    let first = text.split_whitespace().next().map(str::to_lowercase).unwrap_or_default();
    text.contains([':', '|', '@', '=', '“', '"', '…'])
        || [" – ", " — ", " - "].iter().any(|dash| text.contains(dash))
        || text
            .split(|character: char| !character.is_alphanumeric())
            .any(|word| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_digit()))
        || [
            "under", "in", "on", "at", "by", "with", "from", "for", "to", "of", "as", "see", "through", "within",
            "the", "this", "these", "more", "read", "visit", "watch", "video", "download", "how", "what", "why", "who",
            "when",
        ]
        .contains(&first.as_str())
        || cited::any(text)
}

/// A heading that only announces links and the like.
pub fn announces_links(text: &str) -> bool {
    matches!(
        fold(text).as_str(),
        "read more"
            | "learn more"
            | "further reading"
            | "further information"
            | "more information"
            | "see also"
            | "related links"
            | "links"
            | "useful links"
            | "video"
            | "videos"
            | "publications"
            | "related publications"
            | "related resources"
            | "related"
    )
}

/// "Name of an Agreement (ABC)": the capitals of a name, and its short form behind it.
pub fn is_named_thing(text: &str) -> bool {
    let Some((name, short)) = text.strip_suffix(')').and_then(|text| text.split_once(" (")) else { return false };
    let mut words = name.split_whitespace().skip(1).filter(|word| word.len() > 3).peekable();
    words.peek().is_some()
        && words.all(|word| word.starts_with(char::is_uppercase))
        && short.chars().filter(|character| character.is_uppercase()).count() > 1
}

/// Names that profiles commonly give to issues. They only help to tell the heading of the next issue from that of a
/// further part of the one before, where the profile has such parts; a heading need not be one of these.
const COMMON_ISSUES: &[&str] = &[
    "access",
    "access and inclusion",
    "arbitration",
    "artificial intelligence",
    "automated driving",
    "blockchain",
    "capacity development",
    "child safety online",
    "children's rights",
    "cloud computing",
    "consumer protection",
    "content policy",
    "critical infrastructure",
    "critical internet resources",
    "cryptocurrencies",
    "cultural diversity",
    "cyberconflict and warfare",
    "cybercrime",
    "cybersecurity",
    "data governance",
    "digital and environment",
    "digital business models",
    "digital identities",
    "digital standards",
    "e-commerce and trade",
    "e-money and virtual currencies",
    "electronic commerce",
    "emerging technologies",
    "encryption",
    "freedom of expression",
    "freedom of the press",
    "future of work",
    "gender rights online",
    "human rights principles",
    "inclusive finance",
    "interdisciplinary approaches",
    "intellectual property rights",
    "intermediaries",
    "internet of things",
    "jurisdiction",
    "liability of intermediaries",
    "multilingualism",
    "net neutrality",
    "network security",
    "online education",
    "privacy and data protection",
    "rights of persons with disabilities",
    "spam",
    "sustainable development",
    "taxation",
    "telecommunication infrastructure",
    "telecommunications",
    "telecommunications infrastructure",
    "violent extremism",
];

/// Whether the heading is a common name of an issue, or joins some: "Cybercrime and the internet of things".
pub fn is_common_issue(heading: &str) -> bool {
    fn known(name: &str) -> bool {
        let name = name.trim();
        COMMON_ISSUES.contains(&name.strip_prefix("the ").unwrap_or(name))
    }
    let name = fold(heading).replace('’', "'");
    known(&name)
        || name.split('/').all(known)
        || name.match_indices(" and ").any(|(at, and)| {
            name.get(..at).is_some_and(|one| one.split(", ").all(known))
                && name.get(at + and.len()..).is_some_and(known)
        })
}

/// The heading without marks of footnotes and a question mark at its end, and the number of the footnote.
pub fn strip_marks(heading: &str) -> (&str, Option<u32>) {
    let mut rest = heading.trim();
    let mut number = None;
    loop {
        let bare = rest.trim_end_matches(['?', '*', '†', ' ']);
        let (bare, found) = match bare.strip_suffix([')', ']']).and_then(|text| text.rsplit_once(['(', '['])) {
            Some((before, mark)) if mark.len() <= 2 => match mark.parse() {
                Ok(mark) => (before.trim_end(), Some(mark)),
                Err(_) => (bare, None),
            },
            _ => {
                let without = bare.trim_end_matches(is_superscript);
                (without, superscript(bare.get(without.len()..).unwrap_or_default()))
            }
        };
        number = number.or(found);
        if bare.len() == rest.len() {
            break;
        }
        rest = bare;
    }
    (rest, number)
}

fn is_superscript(character: char) -> bool {
    "⁰¹²³⁴⁵⁶⁷⁸⁹".contains(character)
}

fn superscript(text: &str) -> Option<u32> {
    let digits: String = text
        .chars()
        .filter_map(|character| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|digit| digit == character))
        .map(|digit| digit.to_string())
        .collect();
    digits.parse().ok()
}

/// What a line of a list says.
pub fn item(text: &str) -> Option<&str> {
    let mut characters = text.chars();
    let first = characters.next()?;
    let rest = characters.as_str();
    let is_item = match first {
        '•' | '·' | '‣' | '▪' | '◦' | '●' | '○' | '■' | '➢' => true,
        '-' | '–' | '—' | '*' | '+' => rest.starts_with(' '),
        _ => false,
    };
    Some(rest.trim()).filter(|rest| is_item && !rest.is_empty())
}

/// "1-What it says", "(1) What it says", "¹ What it says".
pub fn footnote(text: &str) -> Option<(u32, &str)> {
    if let Some((mark, rest)) = text.strip_prefix(['(', '[']).and_then(|text| text.split_once([')', ']'])) {
        let number = (mark.len() <= 2).then(|| mark.parse().ok())??;
        return Some((number, rest.trim_start_matches(['.', ':', ' ']))).filter(|(_, rest)| !rest.is_empty());
    }
    let rest = text.trim_start_matches(is_superscript);
    if rest.len() < text.len() {
        let number = superscript(text.get(..text.len() - rest.len()).unwrap_or_default())?;
        return Some((number, rest.trim())).filter(|(_, rest)| !rest.is_empty());
    }
    let rest = text.trim_start_matches(|character: char| character.is_ascii_digit());
    let digits = text.get(..text.len() - rest.len()).filter(|digits| digits.len() <= 2)?;
    let number = digits.parse().ok()?;
    let said = rest.trim_start().strip_prefix(['-', '–', '—', '.', ')', ':'])?.trim();
    (!said.is_empty()).then_some((number, said))
}

const PLATFORMS: &[(&str, ChannelPlatform)] = &[
    ("x (formerly twitter)", ChannelPlatform::Twitter),
    ("x (twitter)", ChannelPlatform::Twitter),
    ("twitter/x", ChannelPlatform::Twitter),
    ("x/twitter", ChannelPlatform::Twitter),
    ("twitter", ChannelPlatform::Twitter),
    ("x", ChannelPlatform::Twitter),
    ("blog", ChannelPlatform::Blog),
    ("bluesky", ChannelPlatform::Bluesky),
    ("facebook", ChannelPlatform::Facebook),
    ("flickr", ChannelPlatform::Flickr),
    ("instagram", ChannelPlatform::Instagram),
    ("linkedin", ChannelPlatform::Linkedin),
    ("mastodon", ChannelPlatform::Mastodon),
    ("newsletter", ChannelPlatform::Newsletter),
    ("pinterest", ChannelPlatform::Pinterest),
    ("podcast", ChannelPlatform::Podcast),
    ("rss", ChannelPlatform::Rss),
    ("youtube", ChannelPlatform::Youtube),
    ("discord", ChannelPlatform::Other),
    ("github", ChannelPlatform::Other),
    ("medium", ChannelPlatform::Other),
    ("reddit", ChannelPlatform::Other),
    ("slideshare", ChannelPlatform::Other),
    ("snapchat", ChannelPlatform::Other),
    ("soundcloud", ChannelPlatform::Other),
    ("spotify", ChannelPlatform::Other),
    ("telegram", ChannelPlatform::Other),
    ("threads", ChannelPlatform::Other),
    ("tiktok", ChannelPlatform::Other),
    ("vimeo", ChannelPlatform::Other),
    ("vkontakte", ChannelPlatform::Other),
    ("wechat", ChannelPlatform::Other),
    ("weibo", ChannelPlatform::Other),
    ("whatsapp", ChannelPlatform::Other),
];

/// The platform that the text begins with, and what is behind its name.
fn platform(text: &str) -> Option<(ChannelPlatform, &str)> {
    PLATFORMS.iter().find_map(|(name, platform)| {
        let (begin, rest) = text.split_at_checked(name.len())?;
        (begin.eq_ignore_ascii_case(name) && !rest.starts_with(char::is_alphanumeric)).then_some((*platform, rest))
    })
}

/// The channels of a line: "Platform @handle", "Platform: https://…", several handles of one platform.
pub fn channels(text: &str) -> Vec<Channel> {
    let text = item(text).unwrap_or(text);
    let Some((platform, rest)) = platform(text) else { return Vec::new() };
    let rest = rest.trim_start_matches([':', '-', '–', '—', ' ']);
    let channel = |handle: Option<&str>, url: Option<&str>| Channel {
        platform,
        handle: handle.map(str::to_owned),
        url: url.map(str::to_owned),
        owner: None,
    };
    if let Some(handles) = rest.strip_prefix('@') {
        return handles
            .split(", @")
            .flat_map(|handles| handles.split(" and @"))
            .flat_map(|handles| handles.split(" @"))
            .map(|handle| handle.trim().trim_end_matches([',', ';']))
            .filter(|handle| !handle.is_empty())
            .map(|handle| channel(Some(handle), None))
            .collect();
    }
    rest.split_whitespace()
        .map(|word| word.trim_matches([',', ';', '(', ')', '<', '>']))
        .filter_map(url)
        .map(|address| channel(None, Some(&address)))
        .collect()
}

/// A line among the channels that is none of [`channels`]: a platform alone, a bare address, or a newsletter.
pub fn loose_channel(text: &str) -> Option<Channel> {
    let make = |platform, handle: Option<&str>, url| {
        Some(Channel { platform, handle: handle.map(str::to_owned), url, owner: None })
    };
    let text = item(text).unwrap_or(text);
    if let Some((platform, rest)) = platform(text) {
        let handle = rest.trim_start_matches([':', '-', '–', '—', ' ']);
        let is_handle = rest.trim_start().starts_with(':') && handle.split_whitespace().count() == 1;
        if handle.is_empty() || is_handle {
            return make(platform, Some(handle).filter(|handle| !handle.is_empty()), None);
        }
    }
    if let Some(address) = url(text) {
        let host = address.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
        let host = host.to_ascii_lowercase();
        let on = |name: &str| host == name || host.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'));
        let platform = [
            ("facebook.com", ChannelPlatform::Facebook),
            ("flickr.com", ChannelPlatform::Flickr),
            ("instagram.com", ChannelPlatform::Instagram),
            ("linkedin.com", ChannelPlatform::Linkedin),
            ("pinterest.com", ChannelPlatform::Pinterest),
            ("twitter.com", ChannelPlatform::Twitter),
            ("x.com", ChannelPlatform::Twitter),
            ("youtube.com", ChannelPlatform::Youtube),
            ("bsky.app", ChannelPlatform::Bluesky),
        ]
        .into_iter()
        .find(|(name, _)| on(name))
        .map_or(ChannelPlatform::Other, |(_, platform)| platform);
        return make(platform, None, Some(address));
    }
    let lower = text.to_lowercase();
    if lower.contains("newsletter") {
        return make(ChannelPlatform::Newsletter, None, lower.split_whitespace().find_map(url));
    }
    None
}

/// A web address in full: "www.example.org" is one with "https://" before it.
pub fn url(text: &str) -> Option<String> {
    let text = text.trim_matches(['<', '>', '(', ')', ',', ';', ' ']).trim_end_matches('.');
    let lower = text.to_ascii_lowercase();
    let (address, host) = match lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")) {
        Some(host) => (text.to_owned(), host),
        None if lower.starts_with("www.") => (format!("https://{text}"), lower.as_str()),
        None => return None,
    };
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    let is_host = host.contains('.')
        && !host.contains('@')
        && host
            .split('.')
            .all(|label| !label.is_empty() && label.chars().all(|one| one.is_alphanumeric() || "-:".contains(one)));
    (is_host && !text.contains(char::is_whitespace)).then_some(address)
}

/// The group of stakeholders by its name.
pub fn stakeholder_group(text: &str) -> Option<StakeholderGroup> {
    let name = fold(text).replace('z', "s").replace('&', "and").replace("non-governmental organisations", "ngos");
    Some(match name.as_str() {
        "international and regional organisations"
        | "international and regional organisation"
        | "international organisations"
        | "international organisation"
        | "regional organisations"
        | "regional organisation"
        | "intergovernmental organisation"
        | "intergovernmental organisations" => StakeholderGroup::InternationalAndRegionalOrganisations,
        "ngos and associations"
        | "ngo and associations"
        | "ngos"
        | "ngo"
        | "associations"
        | "association"
        | "civil society" => StakeholderGroup::NgosAndAssociations,
        "government" | "governments" | "national government" | "permanent missions" => StakeholderGroup::Government,
        "private sector" | "business" | "business sector" | "companies" => StakeholderGroup::PrivateSector,
        "academia" | "academia and think tanks" | "academia and research" => StakeholderGroup::Academia,
        "technical community" => StakeholderGroup::TechnicalCommunity,
        _ => return None,
    })
}

/// A line of the file as it comes.
pub fn line(number: usize, raw: &str, blank_before: usize, spaced_before: bool) -> Option<Line> {
    let text = words(raw);
    let raw = raw.trim_end_matches(['\n', '\r']);
    (!text.is_empty()).then(|| Line {
        number,
        width: text.chars().count(),
        close: blank_before == 0 && !spaced_before,
        apart: spaced_before || blank_before > 1 || raw.ends_with(char::is_whitespace),
        indented: raw.starts_with(char::is_whitespace),
        text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_known_in_any_case_and_spacing() {
        assert_eq!(label("Acronym: XYZ"), Some((Label::Acronym, "XYZ")));
        assert_eq!(label("WEBSITE : https://example.org"), Some((Label::Website, "https://example.org")));
        assert_eq!(label("Stakeholder  group:"), Some((Label::StakeholderGroup, "")));
        assert_eq!(label("The address: here"), None);
        assert_eq!(label("https://example.org"), None);
    }

    #[test]
    fn headings_lose_their_marks() {
        assert_eq!(strip_marks("Quantum trade (2)"), ("Quantum trade", Some(2)));
        assert_eq!(strip_marks("Quantum trade?"), ("Quantum trade", None));
        assert_eq!(strip_marks("Quantum trade? [12]"), ("Quantum trade", Some(12)));
        assert_eq!(strip_marks("Quantum trade¹²"), ("Quantum trade", Some(12)));
        assert_eq!(strip_marks("Quantum trade (QT)"), ("Quantum trade (QT)", None));
        assert_eq!(strip_marks("(1)"), ("", Some(1)));
    }

    #[test]
    fn sentences_are_no_headings() {
        for heading in
            ["Quantum trade", "Sustainable fish/Digital sea", "Data of fish? (3)", "5G", "eHealth", "e-fishing"]
        {
            assert!(is_heading(heading), "{heading}");
        }
        for other in [
            "The body meets twice.",
            "These are:",
            "- an item",
            "• an item",
            "Twitter @somebody",
            "Acronym: XYZ",
            "lower case",
            "See https://example.org",
            "Is there any word on meetings that are held online?",
            "",
        ] {
            assert!(!is_heading(other), "{other}");
        }
    }

    #[test]
    fn channels_come_in_many_shapes() {
        let read =
            |text: &str| channels(text).into_iter().map(|one| (one.platform, one.handle, one.url)).collect::<Vec<_>>();
        let twitter = |handle: &str| (ChannelPlatform::Twitter, Some(handle.to_owned()), None);
        assert_eq!(read("Twitter @one"), [twitter("one")]);
        assert_eq!(read("X: @one, @two and @three"), [twitter("one"), twitter("two"), twitter("three")]);
        assert_eq!(read("• X (formerly Twitter) – @one"), [twitter("one")]);
        assert_eq!(
            read("YouTube @One – of many words"),
            [(ChannelPlatform::Youtube, Some("One – of many words".to_owned()), None)]
        );
        assert_eq!(
            read("LinkedIn: https://www.linkedin.com/company/one"),
            [(ChannelPlatform::Linkedin, None, Some("https://www.linkedin.com/company/one".to_owned()))]
        );
        assert_eq!(read("Twitter is a platform"), []);
        assert_eq!(read("Xylophone @one"), []);
    }

    #[test]
    fn a_web_address_is_given_in_full() {
        assert_eq!(url("www.example.org/a").as_deref(), Some("https://www.example.org/a"));
        assert_eq!(url("<http://example.org>").as_deref(), Some("http://example.org"));
        assert_eq!(url("somebody@example.org"), None);
        assert_eq!(url("https://"), None);
        assert_eq!(url("not yet"), None);
    }

    #[test]
    fn joint_headings_are_common_issues_where_all_parts_are() {
        assert!(is_common_issue("Encryption and the internet of things"));
        assert!(is_common_issue("Spam/Taxation"));
        assert!(is_common_issue("Privacy and data protection"));
        assert!(is_common_issue("Spam, taxation and e-commerce and trade"));
        assert!(!is_common_issue("Spam and fishing"));
    }
}
