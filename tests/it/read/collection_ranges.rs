//! Ranges of queries of collections: values that all range keys share, and stored text.

use singlet::key::KeyValue;
use singlet::{Collection, CollectionQuery, ErrorKind, Key, KeyText, Model, Table};

use crate::stand;
use crate::transport::Transport;

#[derive(Table)]
#[table(name = "crm", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "by_agent", hash_key = "agent_pk", range_key("state", "agent_sk")))]
struct Crm;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Crm, hash_key = "CUSTOMER#{customer}", range_key = "{week:02}#{day}#NOTE#{id}")]
#[model(index(by_agent, hash_key = "AGENT#{agent}", range_key("{status}", "NOTE#{id}")))]
struct Note {
    customer: String,
    week: u8,
    day: String,
    id: u32,
    agent: String,
    status: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Crm, hash_key = "CUSTOMER#{caller}", range_key = "{number:02}#{weekday}#CALL#{id}")]
#[model(index(by_agent, hash_key = "AGENT#{agent}", range_key("{status}", "CALL#{id}")))]
struct Call {
    caller: String,
    number: u8,
    weekday: String,
    id: u32,
    agent: String,
    status: String,
}

/// It ends with literal text where the others go on.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Crm, hash_key = "CUSTOMER#{customer}", range_key = "{week:02}#{day}#REST")]
#[model(index(by_agent, hash_key = "AGENT#{agent}", range_key("{status}", "REST")))]
struct Rest {
    customer: String,
    week: u8,
    day: String,
    agent: String,
    status: String,
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum Event {
    Note(Note),
    Call(Call),
    Rest(Rest),
}

fn note(week: u8, day: &str, id: u32) -> Note {
    let status = if id.is_multiple_of(2) { "open" } else { "opened" };
    Note { customer: "ann".into(), week, day: day.into(), id, agent: "eve".into(), status: status.into() }
}

fn call(number: u8, weekday: &str, id: u32) -> Call {
    let Note { customer, agent, status, .. } = note(number, weekday, id);
    Call { caller: customer, number, weekday: weekday.into(), id, agent, status }
}

fn rest(week: u8, day: &str) -> Rest {
    let Note { customer, agent, status, .. } = note(week, day, 2);
    Rest { customer, week, day: day.into(), agent, status }
}

fn range_key<M: Model>(key: &Key<M>) -> String {
    key.range().and_then(KeyValue::as_str).unwrap().to_owned()
}

/// The week and the day of an item, and its range key.
fn keys(event: &Event) -> (u8, String, String) {
    match event {
        Event::Note(note) => (note.week, note.day.clone(), range_key(&note.key().unwrap())),
        Event::Call(call) => (call.number, call.weekday.clone(), range_key(&call.key().unwrap())),
        Event::Rest(rest) => (rest.week, rest.day.clone(), range_key(&rest.key().unwrap())),
    }
}

/// Values of which one begins with another, and with characters next to the separator.
const DAYS: [&str; 5] = ["fri", "fri!", "fri#x", "friday", "mon"];

/// Stores all events of `ann`, and those of another customer. Returns the former in the order of their range keys.
async fn fill() -> Vec<Event> {
    Crm::create_table().await.unwrap();
    let mut events = Vec::new();
    for week in [1, 2, 10] {
        for day in DAYS {
            events.push(Event::Note(note(week, day, 1)));
            events.push(Event::Note(note(week, day, 2)));
            events.push(Event::Call(call(week, day, 7)));
            events.push(Event::Rest(rest(week, day)));
        }
    }
    let mut batch = singlet::batch_write().put(Note { customer: "bob".into(), ..note(2, "fri", 1) });
    for event in events.clone() {
        batch = match event {
            Event::Note(note) => batch.put(note),
            Event::Call(call) => batch.put(call),
            Event::Rest(rest) => batch.put(rest),
        };
    }
    batch.await.unwrap();
    events.sort_by_key(|event| keys(event).2);
    events
}

fn those(events: &[Event], is_wanted: impl Fn(u8, &str, &str) -> bool) -> Vec<Event> {
    let is_wanted = |event: &&Event| {
        let (week, day, key) = keys(event);
        is_wanted(week, &day, &key)
    };
    events.iter().filter(is_wanted).cloned().collect()
}

/// Reads the query in both directions, page by page, and counts it.
async fn check(query: impl Fn() -> CollectionQuery<Event>, expected: Vec<Event>) {
    assert_eq!(query().await.unwrap(), expected);
    assert_eq!(query().count().await.unwrap(), expected.len() as u64);
    let mut backward = query().descending().await.unwrap();
    backward.reverse();
    assert_eq!(backward, expected);
    let mut read = Vec::new();
    let mut cursor = None;
    loop {
        let page = query().limit(3).cursor(cursor).page().await.unwrap();
        if let Some(previous) = &page.previous {
            let before = query().limit(3).cursor(previous).page().await.unwrap();
            assert_eq!(before.items, read[read.len() - 3..]);
        }
        read.extend(page.items);
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(read, expected);
}

#[tokio::test]
async fn values_that_all_range_keys_share_are_bounds() {
    stand::run(async |_| {
        let events = fill().await;
        let query = || Event::query("ann");
        check(|| query().eq(2), those(&events, |week, _, _| week == 2)).await;
        check(|| query().ge(2), those(&events, |week, _, _| week >= 2)).await;
        check(|| query().gt(2), those(&events, |week, _, _| week > 2)).await;
        check(|| query().lt(2), those(&events, |week, _, _| week < 2)).await;
        check(|| query().le(2), those(&events, |week, _, _| week <= 2)).await;
        check(|| query().between(2, 10), those(&events, |week, _, _| week >= 2)).await;
        for day in DAYS {
            let order = |week, other: &str| (week, other.to_owned()).cmp(&(2, day.to_owned()));
            check(|| query().eq((2, day)), those(&events, |week, other, _| order(week, other).is_eq())).await;
            check(|| query().ge((2, day)), those(&events, |week, other, _| order(week, other).is_ge())).await;
            check(|| query().gt((2, day)), those(&events, |week, other, _| order(week, other).is_gt())).await;
            check(|| query().lt((2, day)), those(&events, |week, other, _| order(week, other).is_lt())).await;
            check(|| query().le((2, day)), those(&events, |week, other, _| order(week, other).is_le())).await;
            let begins = |week: u8, other: &str| week == 2 && other.starts_with(day);
            check(|| query().begins_with((2, day)), those(&events, |week, other, _| begins(week, other))).await;
        }
        check(|| query().ge(2).lt((2, "friday")), those(&events, |week, day, _| week == 2 && day < "friday")).await;
        check(|| query().gt(2).lt(10), Vec::new()).await;
    })
    .await;
}

#[tokio::test]
async fn stored_text_is_compared_with_whole_keys() {
    stand::run(async |_| {
        let events = fill().await;
        let query = || Event::query("ann");
        let mut texts: Vec<String> = events.iter().map(|event| keys(event).2).collect();
        texts.extend(["0", "02#", "02#fri", "02#fri#NOTE", "9", "\u{10ffff}"].map(String::from));
        for text in texts.iter().map(String::as_str) {
            let text = || KeyText(text);
            assert_eq!(query().eq(text()).await.unwrap(), those(&events, |_, _, key| key == text().0));
            assert_eq!(query().ge(text()).await.unwrap(), those(&events, |_, _, key| key >= text().0));
            assert_eq!(query().gt(text()).await.unwrap(), those(&events, |_, _, key| key > text().0));
            assert_eq!(query().lt(text()).await.unwrap(), those(&events, |_, _, key| key < text().0));
            assert_eq!(query().le(text()).await.unwrap(), those(&events, |_, _, key| key <= text().0));
            let begins = query().begins_with(text()).await.unwrap();
            assert_eq!(begins, those(&events, |_, _, key| key.starts_with(text().0)));
        }
        check(|| query().begins_with(KeyText("02#")), those(&events, |week, _, _| week == 2)).await;
        check(|| query().begins_with(KeyText(String::new())), events.clone()).await;
        let between = || query().between(KeyText("02#fri"), KeyText("02#g"));
        check(between, those(&events, |week, day, _| week == 2 && day.starts_with("fri"))).await;
        let mixed = || query().eq(2).ge(KeyText("02#mon"));
        check(mixed, those(&events, |week, day, _| week == 2 && day == "mon")).await;
        let error = query().eq(KeyText("")).await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::InvalidKey, Some("Event")));
    })
    .await;
}

#[tokio::test]
async fn an_empty_range_sends_nothing() {
    stand::run(async |stand| {
        Crm::create_table().await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport);
        assert_eq!(Event::query("ann").ge(3).lt(2).client(&client).await.unwrap(), []);
        assert_eq!(transport.sent().len(), 0);
        Event::query("ann").ge(2).lt(3).client(&client).await.unwrap();
        assert_eq!(transport.sent().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_cursor_belongs_to_its_range() {
    stand::run(async |_| {
        fill().await;
        let cursor = Event::query("ann").ge(2).limit(2).page().await.unwrap().cursor.unwrap();
        for error in [
            Event::query("ann").ge(1).cursor(&cursor).page().await.unwrap_err(),
            Event::query("ann").cursor(&cursor).page().await.unwrap_err(),
            Event::query("ann").begins_with(KeyText("02#")).cursor(&cursor).page().await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidCursor);
        }
        // The same range is the same query, however it is written.
        let same = Event::query("ann").ge(KeyText("02#")).cursor(&cursor).page().await;
        assert!(same.is_ok());
    })
    .await;
}

/// Its range key begins with the same values, and other text.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Crm, hash_key = "CUSTOMER#{customer}", range_key = "BILL#{week:02}#{day}")]
struct Bill {
    customer: String,
    week: u8,
    day: String,
}

/// Its numbers have another width.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Crm, hash_key = "CUSTOMER#{customer}", range_key = "{week:03}#{day}#PLAN")]
struct Plan {
    customer: String,
    week: u8,
    day: String,
}

/// Its keys end where those of a note go on.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Crm, hash_key = "CUSTOMER#{customer}", range_key = "{week:02}#{day}")]
struct Weekday {
    customer: String,
    week: u8,
    day: String,
}

#[derive(Debug, PartialEq, Collection)]
enum Bills {
    Note(Note),
    Bill(Bill),
}

#[derive(Debug, PartialEq, Collection)]
enum Plans {
    Note(Note),
    Plan(Plan),
}

#[derive(Debug, PartialEq, Collection)]
struct Days {
    notes: Vec<Note>,
    days: Vec<Weekday>,
}

#[tokio::test]
async fn values_that_the_range_keys_do_not_share_are_refused() {
    stand::run(async |stand| {
        Crm::create_table().await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport);
        for error in [
            Bills::query("ann").eq(2).client(&client).await.unwrap_err(),
            Bills::query("ann").begins_with((2, "f")).client(&client).await.unwrap_err(),
            Plans::query("ann").ge(2).client(&client).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidKey, "{error}");
            assert!(error.to_string().contains("KeyText"), "{error}");
        }
        // The week is shared. After the day, the keys of one end and those of the other go on.
        let error = Days::query("ann").le((2, "fri")).client(&client).await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::InvalidKey, Some("Days")));
        assert_eq!(transport.sent().len(), 0);
        note(2, "fri", 1).save().await.unwrap();
        let day = Weekday { customer: "ann".into(), week: 2, day: "fri".into() };
        day.clone().save().await.unwrap();
        assert_eq!(Days::query("ann").le(2).await.unwrap(), Days { notes: vec![note(2, "fri", 1)], days: vec![day] });
        assert_eq!(Days::query("ann").begins_with((2, "fr")).await.unwrap().notes.len(), 1);
    })
    .await;
}

#[derive(Debug, PartialEq, Collection)]
struct Latest {
    last: Note,
    calls: Vec<Call>,
}

#[derive(Debug, PartialEq, Collection)]
#[collection(deny_unknown)]
struct NotesOnly {
    notes: Vec<Note>,
}

#[tokio::test]
async fn items_outside_of_the_range_are_not_read() {
    stand::run(async |_| {
        Crm::create_table().await.unwrap();
        note(1, "fri", 1).save().await.unwrap();
        call(2, "fri", 1).save().await.unwrap();
        assert_eq!(Latest::query("ann").eq(1).await.unwrap(), Latest { last: note(1, "fri", 1), calls: vec![] });
        let error = Latest::query("ann").eq(2).await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::NotFound, Some("Note")));
        // The call is of an unknown model for this collection, and only matters within the range.
        assert_eq!(NotesOnly::query("ann").lt(2).await.unwrap().notes, [note(1, "fri", 1)]);
        assert_eq!(NotesOnly::query("ann").ge(2).await.unwrap_err().kind(), ErrorKind::WrongEntity);
    })
    .await;
}

#[tokio::test]
async fn a_range_of_an_index_is_over_its_first_attributes() {
    stand::run(async |_| {
        fill().await;
        let query = || Event::index(Crm::BY_AGENT).query("eve");
        let status = |event: &Event| match event {
            Event::Note(Note { status, .. }) | Event::Call(Call { status, .. }) | Event::Rest(Rest { status, .. }) => {
                status.clone()
            }
        };
        let all = query().await.unwrap();
        assert_eq!(all.len(), 61);
        let those = |is_wanted: &dyn Fn(&str) -> bool| {
            all.iter().filter(|event| is_wanted(&status(event))).cloned().collect::<Vec<_>>()
        };
        // Items with equal keys come in no particular order.
        let sorted = |mut events: Vec<Event>| {
            events.sort_by_key(|event| format!("{event:?}"));
            events
        };
        assert_eq!(sorted(query().eq("open").await.unwrap()), sorted(those(&|status| status == "open")));
        assert_eq!(sorted(query().gt("open").await.unwrap()), sorted(those(&|status| status > "open")));
        assert_eq!(query().begins_with("open").await.unwrap().len(), 61);
        assert_eq!(query().lt(KeyText("opened")).await.unwrap().len(), those(&|status| status < "opened").len());
        let error = query().eq(KeyText("open")).gt("open").await.unwrap();
        assert_eq!(error, []);
    })
    .await;
}

#[derive(Table)]
#[table(name = "meter", hash_key = "pk", range_key = "at", range_key_type = "N", entity = "_type")]
struct Meter;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Meter, hash_key = "METER#{meter}")]
struct Reading {
    meter: String,
    #[model(range_key)]
    at: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Meter, hash_key = "METER#{meter}")]
struct Alarm {
    meter: String,
    #[model(range_key)]
    at: i64,
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum Signal {
    Reading(Reading),
    Alarm(Alarm),
}

#[derive(Table)]
#[table(name = "single", hash_key = "pk", entity = "_type")]
struct Single;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Single, hash_key = "ONLY#{id}")]
struct Only {
    id: u8,
}

#[derive(Debug, PartialEq, Collection)]
struct Onlys {
    only: Option<Only>,
}

#[tokio::test]
async fn range_keys_that_are_fields_take_their_values() {
    stand::run(async |_| {
        Meter::create_table().await.unwrap();
        let signals: Vec<Signal> = (-3..4)
            .map(|at| match at % 2 {
                0 => Signal::Reading(Reading { meter: "m".into(), at }),
                _ => Signal::Alarm(Alarm { meter: "m".into(), at }),
            })
            .collect();
        for signal in signals.clone() {
            match signal {
                Signal::Reading(mut reading) => reading.save().await.unwrap(),
                Signal::Alarm(mut alarm) => alarm.save().await.unwrap(),
            }
        }
        let query = || Signal::query("m");
        assert_eq!(query().between(-1, 2).await.unwrap(), signals[2..6]);
        assert_eq!(query().gt(0).await.unwrap(), signals[4..]);
        assert_eq!(query().eq(-3).await.unwrap(), signals[..1]);
        let error = query().ge(KeyText("1")).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::InvalidKey, Some("at")));
        let error = Onlys::query(1).ge(KeyText("1")).await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::InvalidKey, Some("Onlys")));
    })
    .await;
}
