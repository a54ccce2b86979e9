//! A profile out of its lines.

use std::collections::HashSet;

use super::cited::{both, cited};
use super::footnotes::{Footnote, LocalTerm, refers};
use super::lines::{
    Label, Line, Section, announces_links, channels, is_common_issue, is_heading, is_named_thing, is_odd,
    is_other_label, item, label, loose_channel, section, stakeholder_group, strip_marks, url,
};
use super::text::{Block, common_mark, fold};
use super::{announcement::year, footnotes};
use crate::record::{Address, Organisation, StandardStatus, Treatment};

/// Reads a profile from its first line on: the title, or the first label where there is none.
///
/// # Errors
/// That it names no organisation.
pub fn organisation(lines: &[Line]) -> Result<Organisation, String> {
    let lines = unwrapped(lines);
    let mut organisation = Organisation::default();
    let body = match lines.split_first() {
        Some((title, body)) if label(&title.text).is_none() => {
            strip_marks(&title.text).0.clone_into(&mut organisation.name);
            body
        }
        _ => &lines,
    };
    let (body, notes) = footnotes::split(body);
    let mut parts = Parts::read(&body, &mut organisation);
    let mut issues = issues(&parts.issues, &mut parts.activities);
    for note in &notes {
        place(note, &mut issues, &mut parts);
    }
    name(&mut organisation)?;
    let mut known = HashSet::new();
    organisation
        .channels
        .retain(|channel| known.insert((channel.platform, channel.handle.clone(), channel.url.clone())));
    if let Some(tools) = heading_with(parts.tools_heading.as_deref(), parts.tools) {
        parts.activities.extend(tools);
    }
    organisation.summary = common_mark(&parts.summary);
    organisation.digital_activities = common_mark(&parts.activities);
    organisation.future_of_meetings = common_mark(&without_open_questions(&parts.meetings));
    if organisation.membership.is_none() {
        organisation.membership = common_mark(&parts.membership);
    }
    organisation.issues = treatments(issues);
    Ok(organisation)
}

/// The lines, with those joined that were one paragraph before the text was wrapped.
fn unwrapped(lines: &[Line]) -> Vec<Line> {
    let longest = lines.iter().map(|line| line.width).max().unwrap_or_default();
    let is_wrapped = longest <= 120 && lines.iter().filter(|line| line.close && line.width > 50).count() > 2;
    let mut out: Vec<Line> = Vec::with_capacity(lines.len());
    let mut kind = Kind::Text;
    for line in lines {
        let own = Kind::of(&line.text);
        match out.last_mut() {
            Some(before) if line.close && own == Kind::Text && goes_on(before, kind, line, is_wrapped) => {
                before.text.push(' ');
                before.text.push_str(&line.text);
                before.width = line.width;
            }
            _ => {
                kind = own;
                out.push(line.clone());
            }
        }
    }
    out
}

/// What a line is that is not simply a text.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Label,
    /// The heading of a part, or a channel.
    Alone,
    Item,
    Footnote,
    Text,
}

impl Kind {
    fn of(text: &str) -> Self {
        if label(text).is_some() {
            Self::Label
        } else if section(text).is_some() || !channels(text).is_empty() {
            Self::Alone
        } else if item(text).is_some() {
            Self::Item
        } else if footnotes::at_start(text) {
            Self::Footnote
        } else {
            Self::Text
        }
    }
}

/// Whether a text goes on in the next line. `kind` is what its first line is.
fn goes_on(before: &Line, kind: Kind, line: &Line, is_wrapped: bool) -> bool {
    let text = before.text.as_str();
    match kind {
        Kind::Label => return text.ends_with(','),
        Kind::Alone => return false,
        _ => {}
    }
    if !is_wrapped && is_heading(text) && is_heading(&line.text) {
        return false;
    }
    let ended = text.ends_with(['.', '!', '?', ':', ';', '”', '"', '’', ')']);
    before.width > 50 && (is_wrapped || !ended)
        || before.width > 30 && !ended && line.text.starts_with(char::is_lowercase)
        || kind == Kind::Item && line.indented && !ended
}

/// What stands under which heading.
#[derive(Default)]
struct Parts {
    summary: Vec<Block>,
    activities: Vec<Block>,
    tools_heading: Option<String>,
    tools: Vec<Block>,
    meetings: Vec<Block>,
    membership: Vec<Block>,
    issues: Vec<Line>,
}

impl Parts {
    fn read(lines: &[Line], organisation: &mut Organisation) -> Self {
        let mut parts = Self::default();
        let has_issues = lines.iter().any(|line| section(&line.text) == Some(Section::Issues));
        let mut current = Section::Summary;
        let (mut in_head, mut begun) = (true, false);
        for (index, line) in lines.iter().enumerate() {
            let text = line.text.as_str();
            let next = lines.get(index + 1);
            if let Some(found) = section(text) {
                current = found;
                begun = true;
                in_head = false;
                if found == Section::Tools {
                    parts.tools_heading = Some(strip_marks(text).0.trim_end_matches(':').to_owned());
                }
                continue;
            }
            let beside = |other: Option<&Line>| other.is_some_and(|other| label(&other.text).is_some());
            let among_labels = beside(next) || beside(index.checked_sub(1).and_then(|at| lines.get(at)));
            if let Some((name, value)) = label(text) {
                if !begun || among_labels {
                    tell(name, value, organisation);
                    continue;
                }
            } else if !begun && (in_head || among_labels) && is_other_label(text) {
                continue;
            }
            in_head = false;
            let listed = channels(text);
            if !listed.is_empty() && (current == Section::Channels || listed.iter().any(|one| one.handle.is_some())) {
                organisation.channels.extend(listed);
                continue;
            }
            let heading = is_heading(text);
            let mark = strip_marks(text).1.filter(|_| heading);
            let has_text = next.is_some_and(|next| is_content(&next.text));
            match current {
                // A heading over nothing, before one that goes on with the issues.
                Section::Tools
                    if heading && (mark.is_some() || parts.tools.is_empty() && has_issues && is_common_issue(text)) =>
                {
                    if parts.tools.is_empty() {
                        parts.tools_heading = None;
                    }
                    current = Section::Issues;
                }
                // The heading of all issues is missing.
                Section::Activities | Section::Summary
                    if !has_issues
                        && heading
                        && (mark.is_some()
                            || is_common_issue(text)
                            || current == Section::Activities && has_text && !is_odd(text)) =>
                {
                    current = Section::Issues;
                }
                _ => {}
            }
            let block = block(text, has_text);
            match current {
                Section::Summary => parts.summary.push(block),
                Section::Activities => parts.activities.push(block),
                Section::Tools => parts.tools.push(block),
                Section::Meetings => parts.meetings.push(meeting_block(text, block)),
                Section::Membership => parts.membership.push(block),
                Section::Issues => parts.issues.push(line.clone()),
                Section::Channels => organisation.channels.extend(loose_channel(text)),
                Section::Footnotes => {}
            }
        }
        parts
    }
}

/// Whether the line is neither a heading nor one of those that stand by themselves.
fn is_content(text: &str) -> bool {
    !is_heading(text) && section(text).is_none() && label(text).is_none() && channels(text).is_empty()
}

fn block(text: &str, has_text: bool) -> Block {
    match item(text) {
        Some(item) => Block::Item(item.to_owned()),
        None if has_text && is_heading(text) => Block::Heading(text.to_owned()),
        None => Block::Paragraph(text.to_owned()),
    }
}

/// The questions of the form that profiles are made with are headings of their answers.
fn meeting_block(text: &str, block: Block) -> Block {
    if text.ends_with('?') && item(text).is_none() { Block::Heading(text.to_owned()) } else { block }
}

fn without_open_questions(blocks: &[Block]) -> Vec<Block> {
    let is_open = |index: usize| {
        let answered = matches!(blocks.get(index + 1), Some(Block::Paragraph(_) | Block::Item(_)));
        matches!(blocks.get(index), Some(Block::Heading(text)) if text.ends_with('?') && !answered)
    };
    (0..blocks.len()).filter(|index| !is_open(*index)).filter_map(|index| blocks.get(index).cloned()).collect()
}

fn heading_with(heading: Option<&str>, blocks: Vec<Block>) -> Option<Vec<Block>> {
    let heading = heading.filter(|_| !blocks.is_empty())?;
    let mut out = vec![Block::Heading(heading.to_owned())];
    out.extend(blocks);
    Some(out)
}

fn tell(name: Label, value: &str, organisation: &mut Organisation) {
    fn set<T>(field: &mut Option<T>, value: Option<T>) {
        if field.is_none() {
            *field = value;
        }
    }
    match name {
        Label::Acronym => {
            let is_short = value.len() <= 60 && !value.is_empty() && !value.contains(". ");
            set(&mut organisation.acronym, is_short.then(|| strip_marks(value).0.to_owned()));
        }
        Label::Name if !value.is_empty() => {
            let title = std::mem::replace(&mut organisation.name, value.to_owned());
            if !title.is_empty() && title != organisation.name {
                organisation.other_names.push(title);
            }
        }
        Label::Name => {}
        Label::OtherNames => {
            organisation
                .other_names
                .extend(value.split(';').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned));
        }
        Label::Established => set(&mut organisation.established_year, year(value)),
        Label::Address => {
            if organisation.address == Address::default() {
                organisation.address = address(value);
            }
        }
        Label::Website => set(&mut organisation.website, value.split_whitespace().find_map(url)),
        Label::StakeholderGroup => set(&mut organisation.stakeholder_group, stakeholder_group(value)),
        Label::Membership => {
            set(&mut organisation.membership, common_mark(&[Block::Paragraph(value.to_owned())]));
        }
    }
}

/// The name, and the acronym where it stands behind the name in parentheses.
///
/// # Errors
/// That there is neither.
fn name(organisation: &mut Organisation) -> Result<(), String> {
    if let Some((name, short)) = organisation.name.strip_suffix(')').and_then(|name| name.rsplit_once(" (")) {
        let is_acronym = short.len() <= 20
            && !short.contains(char::is_whitespace)
            && short.chars().filter(|character| character.is_uppercase()).count() > 1;
        if is_acronym && organisation.acronym.as_deref().is_none_or(|acronym| acronym == short) && !name.is_empty() {
            organisation.acronym = Some(short.to_owned());
            organisation.name = name.to_owned();
        }
    }
    if organisation.name.is_empty() {
        organisation.name = organisation.acronym.clone().ok_or("it names no organisation")?;
    }
    Ok(())
}

/// "Street 1, 12345 Place, Country" in its parts, where they can be told.
fn address(value: &str) -> Address {
    let parts: Vec<&str> = value.split(',').map(str::trim).filter(|part| crate::text::says_something(part)).collect();
    let mut out = Address::default();
    if parts.is_empty() {
        return out;
    }
    out.text = Some(parts.join(", "));
    let country = parts.last().filter(|last| parts.len() > 1 && last.chars().all(|one| !one.is_ascii_digit()));
    out.country = country.map(|country| country.trim_end_matches('.').to_owned());
    let (_, places) = match (country, parts.split_last()) {
        (Some(_), Some((last, places))) => (Some(last), places),
        _ => (None, parts.as_slice()),
    };
    let postal: Vec<_> =
        places.iter().enumerate().filter_map(|(index, part)| Some((index, postal_code(part)?))).collect();
    let long_numbers = places
        .iter()
        .filter(|part| part.split(|one: char| !one.is_ascii_digit()).any(|number| number.len() > 3))
        .count();
    // "1889 Some Street, Some Place 20006" looks alike; there no part is sure.
    if let ([(index, (code, place))], 1) = (postal.as_slice(), long_numbers) {
        let (streets, localities) = places.split_at_checked(*index).unwrap_or_default();
        out.street = Some(streets.join(", ")).filter(|street| !street.is_empty());
        out.postal_code = Some((*code).to_owned());
        let further = localities.iter().skip(1).copied();
        out.locality = Some(std::iter::once(*place).chain(further).collect::<Vec<_>>().join(", "));
    }
    out
}

/// The postal code that the part of an address begins with, and the place behind it: "1211 Geneva 20", "CH-1211
/// Geneva", "2514 AB The Hague".
fn postal_code(part: &str) -> Option<(&str, &str)> {
    let (first, place) = part.split_once(' ')?;
    let digits = first.rsplit('-').next()?;
    let country = first.strip_suffix(digits)?;
    let is_code = (4..=6).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && country.len() <= 3
        && country.strip_suffix('-').unwrap_or(country).bytes().all(|byte| byte.is_ascii_uppercase());
    if !is_code {
        return None;
    }
    if let Some((letters, town)) = place.split_once(' ')
        && letters.len() == 2
        && letters.bytes().all(|byte| byte.is_ascii_uppercase())
        && digits.len() == 4
    {
        let code = part.get(..first.len() + 1 + letters.len())?;
        return Some((code, town));
    }
    place.starts_with(char::is_alphabetic).then_some((first, place))
}

/// A section on an issue.
struct Issue {
    heading: String,
    folded: String,
    mark: Option<u32>,
    local_term: Option<String>,
    blocks: Vec<Block>,
}

impl Issue {
    fn new(heading: &str) -> Self {
        let (heading, mark) = strip_marks(heading);
        Self { heading: heading.to_owned(), folded: fold(heading), mark, local_term: None, blocks: Vec::new() }
    }
}

/// The sections on issues. What stands before the first of them goes to `before`.
fn issues(lines: &[Line], before: &mut Vec<Block>) -> Vec<Issue> {
    let mut out: Vec<Issue> = Vec::new();
    // Whether links are being listed, and whether the section said that parts of it follow.
    let (mut in_links, mut in_parts) = (false, false);
    for (index, line) in lines.iter().enumerate() {
        let text = line.text.as_str();
        let next = lines.get(index + 1).map(|next| next.text.as_str());
        let has_text = next.is_some_and(is_content);
        let has_prose = has_text && next.is_some_and(|next| item(next).is_none());
        if !is_heading(text) {
            in_links &= item(text).is_some();
            let block = block(text, false);
            out.last_mut().map_or(&mut *before, |issue| &mut issue.blocks).push(block);
            continue;
        }
        let Some(issue) = out.last_mut() else {
            if announces_links(text) {
                before.push(block(text, has_text));
            } else {
                out.push(Issue::new(text));
            }
            continue;
        };
        if in_links && !line.apart && !has_prose {
            issue.blocks.push(Block::Item(text.to_owned()));
            continue;
        }
        in_links = announces_links(text);
        if in_links {
            issue.blocks.push(Block::Heading(text.to_owned()));
            continue;
        }
        if let Some(Block::Paragraph(last)) = issue.blocks.last() {
            let said = last.to_lowercase();
            in_parts |= said.ends_with("follows:") || said.ends_with("following:");
        }
        let odd = is_odd(text);
        let (bare, mark) = strip_marks(text);
        let is_issue = mark.is_some()
            || text.ends_with('?')
            || !odd
                && (is_common_issue(bare)
                    || !(issue.blocks.is_empty() && is_named_thing(bare))
                        && (line.apart || !in_parts)
                        && (has_text || bare.split_whitespace().count() <= 8));
        if is_issue {
            in_parts = false;
            out.push(Issue::new(text));
        } else {
            issue.blocks.push(block(text, has_text));
        }
    }
    for issue in &mut out {
        while matches!(issue.blocks.last(), Some(Block::Heading(last)) if announces_links(last)) {
            issue.blocks.pop();
        }
    }
    out
}

/// Puts a footnote where it belongs: the organisation's own word for an issue, or a paragraph of the text that it is a
/// note to. Without such a text it is left out.
fn place(note: &Footnote, issues: &mut Vec<Issue>, parts: &mut Parts) {
    let marked = issues.iter().position(|issue| issue.mark == Some(note.number));
    if let Some(LocalTerm { issue, term, passive }) = note.local_term() {
        let named = issue.as_ref().map(|name| fold(name));
        let is_named = |other: &Issue| named.as_ref().is_some_and(|name| other.folded == *name);
        let own =
            marked.filter(|at| issues.get(*at).is_some_and(|marked| !passive || named.is_none() || is_named(marked)));
        if let Some(issue) = own.or_else(|| issues.iter().position(is_named)).and_then(|at| issues.get_mut(at)) {
            issue.local_term.get_or_insert(term);
            return;
        }
        // Another issue, which the footnote alone names.
        if let Some(name) = issue.filter(|_| passive) {
            let mut letters = name.chars();
            let heading: String =
                letters.next().into_iter().flat_map(char::to_uppercase).chain(letters.by_ref()).collect();
            let mut extra = Issue::new(&heading);
            extra.mark = None;
            extra.local_term = Some(term);
            if !extra.heading.is_empty() {
                let at = marked.map_or(issues.len(), |at| at + 1);
                issues.insert(at.min(issues.len()), extra);
            }
            return;
        }
    }
    if let Some(issue) = marked.and_then(|at| issues.get_mut(at)) {
        issue.blocks.push(Block::Paragraph(note.text.clone()));
        return;
    }
    let texts = [&mut parts.summary, &mut parts.activities, &mut parts.tools, &mut parts.meetings]
        .into_iter()
        .chain(issues.iter_mut().map(|issue| &mut issue.blocks));
    for blocks in texts {
        if blocks.iter().any(|block| refers(block.text(), note.number)) {
            blocks.push(Block::Paragraph(format!("({}) {}", note.number, note.text)));
            return;
        }
    }
}

/// The sections as records. What one of them says of a standard's status holds for the profile.
fn treatments(issues: Vec<Issue>) -> Vec<Treatment> {
    let mut out: Vec<Treatment> = issues
        .into_iter()
        .filter(|issue| !issue.heading.is_empty())
        .map(|issue| Treatment {
            text: common_mark(&issue.blocks),
            standards: cited(&issue.blocks),
            heading: issue.heading,
            local_term: issue.local_term,
        })
        .collect();
    let mut told = std::collections::HashMap::<String, Option<StandardStatus>>::new();
    for standard in out.iter().flat_map(|treatment| &treatment.standards) {
        let status = told.entry(standard.identifier.clone()).or_default();
        *status = both(*status, standard.status);
    }
    for standard in out.iter_mut().flat_map(|treatment| &mut treatment.standards) {
        let status = told.get(&standard.identifier).copied().flatten();
        standard.status = Some(status.unwrap_or(StandardStatus::Published));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_in_parts_where_they_are_sure() {
        let read = |text: &str| {
            let address = address(text);
            [address.street, address.postal_code, address.locality, address.country].map(Option::unwrap_or_default)
        };
        assert_eq!(
            read("Fish Quay 8-14, 9911 Codport 10 , Fishland"),
            ["Fish Quay 8-14", "9911", "Codport 10", "Fishland"]
        );
        assert_eq!(read("9911 Codport, Fishland"), ["", "9911", "Codport", "Fishland"]);
        assert_eq!(read("Quay 1, F-99111 Codport, Bay, Fishland"), ["Quay 1", "F-99111", "Codport, Bay", "Fishland"]);
        assert_eq!(read("Quay 1, 9911 AB The Cod, Fishland"), ["Quay 1", "9911 AB", "The Cod", "Fishland"]);
        assert_eq!(read("1889 Cod Street, Codport, FI 20006, Fishland"), ["", "", "", "Fishland"]);
        assert_eq!(read("Codport"), ["", "", "", ""]);
        assert_eq!(read("9911 Codport, Fishland, ."), ["", "9911", "Codport", "Fishland"]);
        assert_eq!(address("Quay 1 , 9911 Codport").text.as_deref(), Some("Quay 1, 9911 Codport"));
    }
}
