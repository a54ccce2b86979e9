use super::*;

fn read(contents: &str) -> Vec<Item> {
    crate::item::items_of(reader(), [("lamps.ics", contents)])
}

fn calendar(lines: &str) -> String {
    format!("BEGIN:VCALENDAR\nVERSION:2.0\n{lines}\nEND:VCALENDAR\n")
}

/// The event of some lines.
fn event(lines: &str) -> Event {
    event_with("", lines)
}

fn event_with(zones: &str, lines: &str) -> Event {
    let items = read(&calendar(&format!("{zones}\nBEGIN:VEVENT\nSUMMARY:Lamps\n{lines}\nEND:VEVENT")));
    assert_eq!(items.len(), 1);
    match items.into_iter().next().unwrap().outcome {
        Outcome::Record(Record::Event(event)) => *event,
        other => panic!("{other:?}"),
    }
}

fn times(event: &Event) -> [Option<&str>; 5] {
    [&event.starts_on, &event.ends_on, &event.starts_at, &event.ends_at, &event.time_zone].map(Option::as_deref)
}

#[test]
fn whole_days_end_on_their_last_day() {
    let two_days = event("DTSTART;VALUE=DATE:20310501\nDTEND;VALUE=DATE:20310503");
    assert_eq!(times(&two_days), [Some("2031-05-01"), Some("2031-05-02"), None, None, None]);
    let one_day = event("DTSTART;VALUE=DATE:20310501\nDTEND;VALUE=DATE:20310501");
    assert_eq!(times(&one_day), [Some("2031-05-01"), Some("2031-05-01"), None, None, None]);
    let by_length = event("DTSTART;VALUE=DATE:20310501\nDURATION:P1W");
    assert_eq!(by_length.ends_on.as_deref(), Some("2031-05-07"));
}

#[test]
fn times_in_utc_are_points_in_time() {
    let event = event("DTSTART:20310501T170000Z\nDTEND:20310501T183000Z");
    let expected =
        [Some("2031-05-01"), Some("2031-05-01"), Some("2031-05-01T17:00:00Z"), Some("2031-05-01T18:30:00Z"), None];
    assert_eq!(times(&event), expected);
}

#[test]
fn times_in_a_zone_have_its_offset_on_that_day() {
    for name in ["Europe/Zurich", "\"/lamps.example/2031/Europe/Zurich\""] {
        let winter = event(&format!("DTSTART;TZID={name}:20310115T233000\nDURATION:PT1H"));
        let expected = [
            Some("2031-01-15"),
            Some("2031-01-16"),
            Some("2031-01-15T23:30:00+01:00"),
            Some("2031-01-16T00:30:00+01:00"),
            Some("Europe/Zurich"),
        ];
        assert_eq!(times(&winter), expected);
        let summer = event(&format!("DTSTART;TZID={name}:20310715T233000"));
        assert_eq!(summer.starts_at.as_deref(), Some("2031-07-15T23:30:00+02:00"));
    }
}

#[test]
fn a_zone_of_the_calendars_own_is_what_it_says() {
    let zone = "BEGIN:VTIMEZONE\nTZID:Lampland\nBEGIN:STANDARD\nDTSTART:19701025T030000\nTZOFFSETFROM:+0200\n\
                TZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\nBEGIN:DAYLIGHT\n\
                DTSTART:19700329T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n\
                RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT\nEND:VTIMEZONE";
    let summer = event_with(zone, "DTSTART;TZID=Lampland:20310715T120000");
    assert_eq!(summer.starts_at.as_deref(), Some("2031-07-15T12:00:00+02:00"));
    assert_eq!(summer.time_zone, None);
    let winter = event_with(zone, "DTSTART;TZID=Lampland:20311115T120000");
    assert_eq!(winter.starts_at.as_deref(), Some("2031-11-15T12:00:00+01:00"));
    let fixed = "BEGIN:VTIMEZONE\nTZID:Far\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:-0330\n\
                 TZOFFSETTO:-0330\nEND:STANDARD\nEND:VTIMEZONE";
    let event = event_with(fixed, "DTSTART;TZID=Far:20310715T120000");
    assert_eq!(event.starts_at.as_deref(), Some("2031-07-15T12:00:00-03:30"));
}

#[test]
fn a_zone_may_stand_behind_its_events() {
    let zone = "BEGIN:VTIMEZONE\nTZID:Far\nBEGIN:STANDARD\nTZOFFSETTO:+0530\nEND:STANDARD\nEND:VTIMEZONE";
    let lines = "BEGIN:VEVENT\nSUMMARY:Lamps\nDTSTART;TZID=Far:20310715T120000\nEND:VEVENT\n";
    let items = read(&calendar(&format!("{lines}{zone}")));
    let Outcome::Record(Record::Event(event)) = &items[0].outcome else { panic!() };
    assert_eq!(event.starts_at.as_deref(), Some("2031-07-15T12:00:00+05:30"));
}

#[test]
fn times_without_zone_are_told_as_text() {
    let event = event("DTSTART:20310501T090000\nDTEND:20310501T103000");
    assert_eq!(times(&event), [Some("2031-05-01"), Some("2031-05-01"), None, None, None]);
    assert_eq!(event.date_text.as_deref(), Some("09:00 to 10:30 local time"));
}

#[test]
fn an_event_that_ends_at_midnight_ends_on_the_day_before() {
    let event = event("DTSTART:20310501T200000Z\nDTEND:20310502T000000Z");
    assert_eq!(event.ends_on.as_deref(), Some("2031-05-01"));
}

#[test]
fn rules_of_recurrence_are_told_in_words() {
    for (rule, words) in [
        ("FREQ=WEEKLY;INTERVAL=2", "every 2 weeks from 2031-05-01"),
        ("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=6", "every week on Tuesday and Thursday from 2031-05-01, 6 times"),
        ("FREQ=DAILY;UNTIL=20310509T000000Z", "every day from 2031-05-01 to 2031-05-09"),
        ("FREQ=MONTHLY;BYDAY=2MO", "recurs by FREQ=MONTHLY;BYDAY=2MO"),
    ] {
        let event = event(&format!("DTSTART;VALUE=DATE:20310501\nRRULE:{rule}"));
        assert_eq!(event.date_text.as_deref(), Some(words));
    }
}

#[test]
fn folded_lines_and_escapes_are_undone() {
    let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Lamps\\, tor\r\n ches\\; \\\\\r\nDTSTART:20310501\r\n\
                DESCRIPTION:One\\nTw\r\n\to <b>three</b>\r\nBEGIN:VALARM\r\nDESCRIPTION:no\r\nEND:VALARM\r\n\
                LOCATION:Online (Zoom)\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let items = read(text);
    let Outcome::Record(Record::Event(event)) = &items[0].outcome else { panic!() };
    assert_eq!(event.title, "Lamps, torches; \\");
    assert_eq!(event.description.as_deref(), Some("One\nTwo **three**"));
    assert_eq!(event.format, Some(EventFormat::Online));
    assert_eq!(items[0].position.as_deref(), Some("line 2"));
}

#[test]
fn persons_and_their_addresses_are_left_out() {
    let event = event(
        "DTSTART:20310501\nORGANIZER;CN=Some Body:mailto:some@lamps.example\nATTENDEE:mailto:any@lamps.example\n\
         DESCRIPTION:All about lamps. Presented by S. Body. Ask some@lamps.example now.\nUID:some@lamps.example",
    );
    let all = format!("{event:?}");
    assert!(!all.contains("Body") && !all.contains('@'), "{all}");
    assert_eq!(event.description.as_deref(), Some("All about lamps. Ask now."));
    assert_eq!(event.uid.map(|uid| uid.len()), Some(32));
}

#[test]
fn changed_occurrences_are_events_of_their_own() {
    let series = event("DTSTART:20310501T090000Z\nUID:7\nRRULE:FREQ=WEEKLY");
    let changed = event("DTSTART:20310508T100000Z\nUID:7\nRECURRENCE-ID:20310508T090000Z");
    assert_ne!(series.uid, changed.uid);
}

#[test]
fn cancelled_events_and_tasks_are_skipped() {
    let items = read(&calendar(
        "BEGIN:VEVENT\nSUMMARY:Lamps\nDTSTART:20310501\nSTATUS:CANCELLED\nEND:VEVENT\nBEGIN:VTODO\nSUMMARY:Buy\nEND:VTODO",
    ));
    assert_eq!(items[0].outcome, Outcome::Skipped("a cancelled event"));
    assert_eq!(items[1].outcome, Outcome::Skipped("a task or a journal entry"));
}

#[test]
fn broken_events_are_rejected_one_by_one() {
    let items = read(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20310501\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:A\nDTSTART:May\nEND:VEVENT\n\
         BEGIN:VEVENT\nSUMMARY:B\nDTSTART:20310501\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:C\n",
    );
    let kinds: Vec<_> = items.iter().map(|item| matches!(item.outcome, Outcome::Rejected(_))).collect();
    assert_eq!(kinds, [true, true, false, true]);
    assert!(matches!(read("nothing")[0].outcome, Outcome::Rejected(_)));
}

#[test]
fn hostile_calendars_end_soon() {
    for unit in
        ["BEGIN:VEVENT\n", "BEGIN:VTIMEZONE\nBEGIN:STANDARD\n", " x\n", "A;B=\":\n", "BEGIN:VEVENT\n x\nEND:VEVENT\n"]
    {
        read(&calendar(&unit.repeat(100_000)));
    }
    for start in ["99999999T999999", "20310230", "2031０501", "20310501T0", "20310501T000000ZZ"] {
        read(&calendar(&format!("BEGIN:VEVENT\nSUMMARY:A\nDTSTART:{start}\nDURATION:P99999999999999W\nEND:VEVENT")));
    }
}

#[test]
fn an_empty_rule_of_recurrence_says_nothing() {
    for rule in ["", " ", "\u{200b}"] {
        assert_eq!(event(&format!("DTSTART:20310501T170000Z\nRRULE:{rule}")).date_text, None);
    }
}

#[test]
fn addresses_of_people_are_not_kept() {
    let event = event("DTSTART:20310501\nLOCATION:Hall (a&#64;lamp.example)\nDESCRIPTION:Ask a@lamp.example");
    assert_eq!(event.location.as_deref(), Some("Hall"));
    assert_eq!(event.description.as_deref(), Some("Ask"));
}
