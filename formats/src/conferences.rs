//! Conferences as the JSON of conference-data: a list for each year and topic.
//!
//! The same conference stands in the lists of several topics; it is given as often. Calls for papers and codes of conduct
//! are passed over.

use serde_json::Value;

use crate::item::{Entry, Item, Outcome, Reader, Sink, Stop};
use crate::json;
use crate::record::{Channel, ChannelPlatform, Event, EventFormat, Record};
use crate::text;

/// Whether these are the first bytes of such a file.
pub fn recognises(path: &str, head: &[u8]) -> bool {
    json::is_list_with(path, head, &["\"name\"", "\"startDate\"", "\"url\""])
}

/// Reads lists of conferences.
pub fn reader() -> Conferences {
    Conferences
}

/// Reads lists of conferences. It remembers nothing.
#[derive(Debug)]
pub struct Conferences;

impl Reader for Conferences {
    fn read(&mut self, entry: Entry<'_>, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let path = entry.path;
        let read = json::list(entry.contents, &mut |place, value| {
            let outcome = match event(&value) {
                Ok(event) => Outcome::Record(Record::Event(Box::new(event))),
                Err(reason) => Outcome::Rejected(reason.to_owned()),
            };
            sink(Item { path: path.to_owned(), position: Some(format!("entry {place}")), outcome })
        })?;
        match read {
            Ok(()) => Ok(()),
            Err(reason) => sink(Item { path: path.to_owned(), position: None, outcome: Outcome::Rejected(reason) }),
        }
    }
}

fn event(value: &Value) -> Result<Event, &'static str> {
    let own = |member: &str| json::text(value, member).map(text::plain).filter(|text| !text.is_empty());
    let address = |member: &str| json::text(value, member).map(text::line);
    // A name in the brackets of a tag is no tag.
    let in_brackets = || json::text(value, "name").map(text::words);
    let title = own("name").or_else(in_brackets).filter(|name| !name.is_empty()).ok_or("no name")?;
    let starts_on = own("startDate").ok_or("no first day")?;
    let starts_on = text::date(&starts_on).ok_or("a first day that is no date")?;
    // A last day before the first one is a slip.
    let ends_on = own("endDate").and_then(|date| text::date(&date)).filter(|date| *date >= starts_on);
    let city = own("city");
    let online = value.get("online").and_then(Value::as_bool).unwrap_or_default();
    let place = own("country");
    let country = place.as_deref().map(country);
    // What the code of the country does not tell goes to the place: "Edinburgh, Scotland".
    let part = place.as_deref().filter(|place| matches!(*place, "England" | "Northern Ireland" | "Scotland" | "Wales"));
    let location = match (&city, part) {
        (Some(city), Some(part)) => Some(format!("{city}, {part}")),
        (Some(city), None) => Some(city.clone()),
        (None, _) => place.clone(),
    };
    let format = match (online, location.is_some()) {
        (true, true) => EventFormat::Hybrid,
        (true, false) => EventFormat::Online,
        (false, true) => EventFormat::InPerson,
        (false, false) => EventFormat::Unknown,
    };
    let channels = [
        ("twitter", ChannelPlatform::Twitter),
        ("mastodon", ChannelPlatform::Mastodon),
        ("bluesky", ChannelPlatform::Bluesky),
    ]
    .into_iter()
    .filter_map(|(member, platform)| channel(platform, &address(member)?))
    .collect();
    Ok(Event {
        title,
        starts_on: Some(starts_on),
        ends_on,
        format: Some(format),
        location,
        country: country.map(str::to_owned),
        url: address("url").as_deref().and_then(text::web_address),
        channels,
        ..Event::default()
    })
}

/// The ISO 3166-1 code of a country that the lists do not call by its usual name, else the name.
fn country(name: &str) -> &str {
    match name {
        "U.S.A." | "USA" | "U.S." | "US" | "United States" => "US",
        "U.K." | "UK" | "United Kingdom" | "Great Britain" | "England" | "Northern Ireland" | "Scotland" | "Wales" => {
            "GB"
        }
        "Czech Republic" => "CZ",
        "Korea" | "South Korea" => "KR",
        "Turkey" => "TR",
        "U.A.E." | "UAE" => "AE",
        name => name,
    }
}

/// A channel by its handle ("@lamps", "@lamps@lamp.example", "lamps.lamp.example") or its address. The server that an
/// account of Mastodon is on stands in the address only.
fn channel(platform: ChannelPlatform, written: &str) -> Option<Channel> {
    let written = written.trim();
    if let Some(url) = text::web_address(written) {
        let path = url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        let handle = path.rsplit('/').next().unwrap_or_default().trim_start_matches('@');
        let handle = handle.split('@').next().filter(|handle| !handle.is_empty()).map(str::to_owned);
        return Some(Channel { platform, handle, url: Some(url), owner: None });
    }
    let handle = written.trim_start_matches('@');
    let is_handle = |handle: &str| {
        !handle.is_empty()
            && handle.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '-' | '.'))
    };
    let (handle, url) = match (platform, handle.split_once('@')) {
        (ChannelPlatform::Mastodon, Some((user, host))) if is_handle(user) && is_handle(host) => {
            (user, Some(format!("https://{host}/@{user}")))
        }
        (ChannelPlatform::Twitter, None) if is_handle(handle) => {
            (handle, Some(format!("https://twitter.com/{handle}")))
        }
        (ChannelPlatform::Bluesky, None) if is_handle(handle) => {
            (handle, handle.contains('.').then(|| format!("https://bsky.app/profile/{handle}")))
        }
        (_, None) if is_handle(handle) => (handle, None),
        _ => return None,
    };
    Some(Channel { platform, handle: Some(handle.to_owned()), url, owner: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(contents: &str) -> Vec<Item> {
        crate::item::items_of(reader(), [("2031/lamps.json", contents)])
    }

    fn event(members: &str) -> Event {
        let items = read(&format!(r#"[{{"name": "LampConf", "startDate": "2031-05-01", {members}}}]"#));
        match items.into_iter().next().unwrap().outcome {
            Outcome::Record(Record::Event(event)) => *event,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_conference_has_dates_place_and_channels() {
        let event = event(
            r#""endDate": "2031-05-03", "city": "Lucerne", "country": "Switzerland", "url": "https://lamp.example",
               "online": false, "twitter": "@lampconf", "mastodon": "@lamp@social.example", "bluesky": "lamp.example""#,
        );
        assert_eq!(event.starts_on.as_deref(), Some("2031-05-01"));
        assert_eq!(event.ends_on.as_deref(), Some("2031-05-03"));
        assert_eq!((event.location.as_deref(), event.country.as_deref()), (Some("Lucerne"), Some("Switzerland")));
        assert_eq!(event.format, Some(EventFormat::InPerson));
        let channels: Vec<_> = event
            .channels
            .iter()
            .map(|channel| (channel.handle.as_deref().unwrap(), channel.url.as_deref().unwrap()))
            .collect();
        assert_eq!(
            channels,
            [
                ("lampconf", "https://twitter.com/lampconf"),
                ("lamp", "https://social.example/@lamp"),
                ("lamp.example", "https://bsky.app/profile/lamp.example"),
            ]
        );
    }

    #[test]
    fn the_format_follows_from_place_and_online() {
        for (members, format) in [
            (r#""online": true"#, EventFormat::Online),
            (r#""online": true, "city": "Lucerne""#, EventFormat::Hybrid),
            (r#""online": false"#, EventFormat::Unknown),
        ] {
            assert_eq!(event(members).format, Some(format));
        }
    }

    #[test]
    fn countries_that_the_lists_shorten_have_their_code() {
        for (country, code) in [("U.S.A.", "US"), ("U.K.", "GB"), ("Scotland", "GB"), ("Peru", "Peru")] {
            let event = event(&format!(r#""city": "X", "country": "{country}""#));
            assert_eq!(event.country.as_deref(), Some(code));
        }
        assert_eq!(event(r#""city": "Perth", "country": "Scotland""#).location.as_deref(), Some("Perth, Scotland"));
    }

    #[test]
    fn an_entry_without_name_or_day_is_rejected_and_the_next_one_read() {
        let items = read(
            r#"[{"startDate": "2031-05-01"}, {"name": "A", "startDate": "May"}, 7, {"name": "<LAMP/>", "startDate": "2031"}]"#,
        );
        let rejected: Vec<_> = items.iter().map(|item| matches!(item.outcome, Outcome::Rejected(_))).collect();
        assert_eq!(rejected, [true, true, true, false]);
        assert_eq!(items[1].position.as_deref(), Some("entry 2"));
    }

    #[test]
    fn what_is_before_a_break_is_kept() {
        let items = read(r#"[{"name": "A", "startDate": "2031-05-01"}, {"name": "#);
        assert!(matches!(items[0].outcome, Outcome::Record(_)));
        assert!(matches!(items[1].outcome, Outcome::Rejected(_)));
    }

    #[test]
    fn addresses_of_people_are_not_kept() {
        let event = event(r#""city": "Lucerne <a@lamp.example>", "mastodon": "lamp@social.example""#);
        assert_eq!(event.location.as_deref(), Some("Lucerne"));
        assert_eq!(event.channels[0].url.as_deref(), Some("https://social.example/@lamp"));
        let items = read(r#"[{"name": "<a@lamp.example>", "startDate": "2031-05-01"}]"#);
        assert_eq!(items[0].outcome, Outcome::Rejected("no name".to_owned()));
    }
}
