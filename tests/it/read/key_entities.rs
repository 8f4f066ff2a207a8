//! Models in a table without an entity attribute: the literal beginnings of the keys identify their items.

mod beginnings;
mod collections;

use singlet::stream::StreamEvent;
use singlet::{Cost, ErrorKind, Item, Model, Projection, RawExpression, SkipReason, Table};

use self::collections::Row;
use super::skipped::Skipped;
use crate::stand::{self, Stand, item, n, s};

#[derive(Table)]
#[table(name = "desk", hash_key = "pk", range_key = "sk")]
#[table(index(name = "by_day", hash_key = "day_pk", range_key = "day_sk"))]
#[table(index(name = "inverted", hash_key = "sk", range_key = "pk"))]
struct Desk;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Desk, hash_key = "DESK#{desk}", range_key = "PROFILE")]
struct Profile {
    desk: String,
    owner: Option<String>,
}

/// Every field but the key may be absent, so that items of other models fit it.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Desk, hash_key = "DESK#{desk}", range_key = "NOTE#{id}")]
#[model(index(by_day, hash_key = "DAY#{day}", range_key = "{id}"))]
#[model(index(inverted, hash_key = "NOTE#{id}", range_key = "DESK#{desk}"))]
struct Note {
    #[model(key_only)]
    desk: String,
    #[model(key_only)]
    id: u32,
    day: Option<String>,
    text: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Desk, hash_key = "DESK#{desk}", range_key = "TASK#{id}")]
#[model(index(by_day, hash_key = "DAY#{day}", range_key = "{id}"))]
#[model(index(inverted, hash_key = "TASK#{id}", range_key = "DESK#{desk}"))]
struct Task {
    #[model(key_only)]
    desk: String,
    #[model(key_only)]
    id: u32,
    day: Option<String>,
    text: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[projection(of = Note)]
struct Text {
    text: Option<String>,
}

fn profile(desk: &str) -> Profile {
    Profile { desk: desk.into(), owner: Some("ann".into()) }
}

fn note(id: u32) -> Note {
    Note { desk: "d-1".into(), id, day: Some("mon".into()), text: Some(format!("note {id}")) }
}

fn task(id: u32) -> Task {
    Task { desk: "d-1".into(), id, day: Some("mon".into()), text: Some(format!("task {id}")) }
}

/// What another program wrote into the partition: its keys are nearly those of the models.
fn foreign(sk: &str) -> Item {
    item([("pk", s("DESK#d-1")), ("sk", s(sk)), ("desk", s("d-1")), ("text", s("foreign"))])
}

/// The desk `d-1` with a profile, notes 1 to 3, tasks 1 and 2 and foreign items; and an item of another hash key.
async fn fill(stand: &Stand) {
    Desk::create_table().await.unwrap();
    let batch = singlet::batch_write().put(profile("d-1")).put(profile("d-2"));
    batch.put_all([note(1), note(2), note(3)]).put_all([task(1), task(2)]).await.unwrap();
    for sk in ["NOTE", "PROFILE#2", "PROFILES", "NOTEBOOK#0000000001"] {
        stand.put_raw("desk", foreign(sk)).await;
    }
    let mut room = foreign("PROFILE");
    room.insert("pk".into(), s("ROOM#d-1"));
    stand.put_raw("desk", room).await;
}

#[tokio::test]
async fn a_scan_reads_and_counts_the_items_whose_keys_begin_like_those_of_the_model() {
    stand::run(async |stand| {
        fill(stand).await;
        let mut notes = Note::scan().await.unwrap();
        notes.sort_by_key(|note| note.id);
        assert_eq!(notes, [note(1), note(2), note(3)]);
        assert_eq!(Task::scan().await.unwrap().len(), 2);
        assert_eq!((Note::scan().count().await.unwrap(), Task::scan().count().await.unwrap()), (3, 2));
        // A template without placeholders is the whole key.
        assert_eq!(Profile::scan().await.unwrap().len(), 2);
        assert_eq!(Profile::scan().count().await.unwrap(), 2);
        assert_eq!(Note::scan().filter(|note| note.text.eq("note 2")).await.unwrap(), [note(2)]);
        assert_eq!(Note::scan().limit(2).await.unwrap().len(), 2);
        assert_eq!(Note::scan().segments(3).await.unwrap().len(), 3);
        assert_eq!(Note::scan().select::<Text>().await.unwrap().len(), 3);
        assert_eq!(Note::scan().fields(|note| (note.text,)).await.unwrap().len(), 3);
        assert_eq!(Note::index(Desk::BY_DAY).scan().await.unwrap().len(), 3);
        let request = Profile::scan().explain().unwrap();
        let body: serde_json::Value = serde_json::from_str(request.body()).unwrap();
        assert_eq!(body["FilterExpression"], "begins_with(#0, :0) AND #1 = :1");
    })
    .await;
}

#[tokio::test]
async fn an_index_that_models_share_is_read_and_counted_by_model() {
    stand::run(async |stand| {
        fill(stand).await;
        let skipped = Skipped::default();
        let client = stand.observed(skipped.clone());
        let day = || Note::index(Desk::BY_DAY).query("mon");
        assert_eq!(day().client(&client).await.unwrap(), [note(1), note(2), note(3)]);
        // Tasks have the same attributes, so only their keys show that they are not notes.
        let texts = [1, 2, 3].map(|id| Text { text: note(id).text });
        assert_eq!(day().select::<Text>().client(&client).await.unwrap(), texts);
        let fields = day().fields(|note| (note.text,)).client(&client).await.unwrap();
        assert_eq!(fields, texts.map(|text| (text.text,)));
        assert_eq!(skipped.take("desk"), [("Note", SkipReason::WrongEntity); 6]);
        assert_eq!(day().count().await.unwrap(), 3);
        assert_eq!(day().keys().await.unwrap().len(), 3);
        let inverted = || Note::index(Desk::INVERTED).query(2);
        assert_eq!(inverted().await.unwrap(), [note(2)]);
        assert_eq!(inverted().count().await.unwrap(), 1);
        // The key condition of the table holds the literal texts, so the count needs no filter, which could not name them.
        assert_eq!(Note::query("d-1").await.unwrap().len(), 3);
        assert_eq!(Note::query("d-1").count().await.unwrap(), 3);
        assert_eq!(Profile::query("d-1").await.unwrap(), [profile("d-1")]);
        assert_eq!(Profile::query("d-1").count().await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_foreign_item_is_an_error_and_never_a_value() {
    stand::run(async |stand| {
        fill(stand).await;
        let kind = |result: singlet::Result<Note>| result.unwrap_err().kind();
        for sk in ["NOTE", "PROFILE", "TASK#0000000001", "NOTEBOOK#0000000001"] {
            assert_eq!(kind(Note::from_item(&foreign(sk))), ErrorKind::WrongEntity, "{sk}");
        }
        for sk in ["PROFILE#2", "PROFILES", "NOTE"] {
            assert_eq!(Profile::from_item(&foreign(sk)).unwrap_err().kind(), ErrorKind::WrongEntity, "{sk}");
        }
        assert_eq!(kind(Note::from_item(&task(1).to_item().unwrap())), ErrorKind::WrongEntity);
        let error = Note::from_item(&foreign("PROFILE")).unwrap_err();
        assert_eq!(error.model(), Some("Note"));
        assert!(!error.to_string().contains("PROFILE"), "{error}");
        // The key begins like one of the model, so the item is one of it that is damaged.
        assert_eq!(kind(Note::from_item(&foreign("NOTE#first"))), ErrorKind::Decode);
        assert_eq!(Note::from_item(&note(1).to_item().unwrap()).unwrap(), note(1));

        let read = singlet::batch_get((Note::get(("d-1", 1)), Task::get(("d-1", 1)), Profile::get("d-9")));
        assert_eq!(read.await.unwrap(), (Some(note(1)), Some(task(1)), None));
        let read = singlet::transact_get((Note::get(("d-1", 1)), Task::get(("d-1", 1)), Profile::get("d-9")));
        assert_eq!(read.await.unwrap(), (Some(note(1)), Some(task(1)), None));
        assert_eq!(Note::get(("d-1", 1)).select::<Text>().await.unwrap(), Some(Text { text: note(1).text }));
    })
    .await;
}

/// Writes name a key of the model, so what they find there is an item of the model.
#[tokio::test]
async fn writes_return_and_replace_the_items_under_keys_of_the_model() {
    stand::run(async |stand| {
        fill(stand).await;
        let changed = Note { text: None, ..note(1) };
        assert_eq!(changed.clone().save().return_old().await.unwrap(), Some(note(1)));
        let update = Note::update(("d-1", 2)).set(|note| note.text, "new".to_owned());
        assert_eq!(update.return_old().await.unwrap(), Some(note(2)));
        assert_eq!(Note::delete_by_key(("d-1", 3)).return_old().await.unwrap(), Some(note(3)));
        let mut damaged = foreign("NOTE#0000000007");
        damaged.insert("text".into(), n(7));
        stand.put_raw("desk", damaged).await;
        assert_eq!(Note::get(("d-1", 7)).await.unwrap_err().kind(), ErrorKind::Decode);
        assert_eq!(Note::delete_by_key(("d-1", 7)).return_old().await.unwrap_err().kind(), ErrorKind::Decode);
    })
    .await;
}

#[tokio::test]
async fn the_filter_on_keys_joins_those_of_the_user() {
    stand::run(async |stand| {
        fill(stand).await;
        let either = Note::scan().filter(|note| note.text.eq("note 1") | note.text.eq("task 1"));
        assert_eq!(either.await.unwrap(), [note(1)]);
        // A user's placeholder may stand for a key, too.
        let raw = || RawExpression::new("#t = :a OR #t = :b OR #k = :t").name("#t", "text").name("#k", "sk");
        let raw = || raw().value(":a", "note 2").value(":b", "task 2").value(":t", "TASK#0000000001");
        assert_eq!(Note::scan().filter(|_| raw()).await.unwrap(), [note(2)]);
        assert_eq!(Note::scan().filter(|_| raw()).count().await.unwrap(), 1);
        let on_keys = RawExpression::new("sk = :sk").value(":sk", "NOTE#0000000003");
        assert_eq!(Note::scan().filter(|_| on_keys).await.unwrap(), [note(3)]);
    })
    .await;
}

#[tokio::test]
async fn the_filter_on_keys_costs_nothing() {
    stand::run(async |_| {
        Desk::create_table().await.unwrap();
        singlet::batch_write().put_all((1..=40).map(note)).await.unwrap();
        let (whole, any) = (Note::scan().detailed().await.unwrap(), Anything::scan().detailed().await.unwrap());
        assert_eq!((whole.value.len(), &whole.cost), (40, &any.cost));
        let paged = Note::scan().page_size(10).detailed().await.unwrap();
        assert_eq!(paged.cost, Anything::scan().page_size(10).detailed().await.unwrap().cost);
        let limited = Note::scan().limit(5).detailed().await.unwrap();
        assert_eq!((limited.value.len(), limited.cost.requests), (5, 1));
        let counted: Cost = Note::scan().count().detailed().await.unwrap().cost;
        assert_eq!(counted, whole.cost);
    })
    .await;
}

#[tokio::test]
async fn a_backfill_writes_only_items_of_the_model() {
    stand::run(async |stand| {
        fill(stand).await;
        // The attributes of the index are missing.
        stand.put_raw("desk", item([("pk", s("DESK#d-1")), ("sk", s("NOTE#0000000009")), ("day", s("sun"))])).await;
        let others = async || {
            let mut items = stand.stored("desk").await;
            items.retain(|item| !item["sk"].as_s().unwrap().starts_with("NOTE#"));
            items.sort_by_key(|item| (item["pk"].as_s().unwrap().clone(), item["sk"].as_s().unwrap().clone()));
            items
        };
        let before = others().await;
        let report = Note::backfill().await.unwrap();
        assert_eq!((report.progress.read, report.progress.changed, report.failures.len()), (4, 1, 0), "{report:?}");
        assert_eq!(others().await, before);
        assert_eq!(Note::index(Desk::BY_DAY).query("sun").await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn keys_alone_are_recognized_like_whole_items() {
    stand::run(async |stand| {
        fill(stand).await;
        let skipped = Skipped::default();
        let client = stand.observed(skipped.clone());
        let keys = || Note::index(Desk::BY_DAY).query("mon").client(&client).keys();
        assert_eq!(keys().await.unwrap().len(), 3);
        assert_eq!(skipped.take("desk"), [("Note", SkipReason::WrongEntity); 2]);
        assert_eq!(Note::index(Desk::BY_DAY).query("mon").hydrate().await.unwrap().len(), 3);
        let mut damaged = foreign("NOTE#first");
        damaged.extend(item([("day_pk", s("DAY#mon")), ("day_sk", s("1"))]));
        stand.put_raw("desk", damaged).await;
        assert_eq!(keys().await.unwrap_err().kind(), ErrorKind::Decode);
        assert_eq!(Note::index(Desk::BY_DAY).query("mon").await.unwrap_err().kind(), ErrorKind::Decode);
    })
    .await;
}

#[test]
fn an_item_of_another_model_is_not_a_golden_item() {
    singlet::assert_round_trip::<Note>([note(1).to_item()]);
    let checked = std::panic::catch_unwind(|| singlet::assert_round_trip::<Note>([task(1).to_item()]));
    let message = *checked.unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains("another entity"), "{message}");
}

#[test]
fn a_record_of_a_stream_is_of_the_model_that_its_key_tells() {
    let event = StreamEvent::from_slice(
        br#"{"Records":[{"eventName":"INSERT","dynamodb":{"SequenceNumber":"1",
        "Keys":{"pk":{"S":"DESK#d-1"},"sk":{"S":"TASK#0000000001"}},
        "NewImage":{"pk":{"S":"DESK#d-1"},"sk":{"S":"TASK#0000000001"},"text":{"S":"x"}}}},
        {"eventName":"INSERT","dynamodb":{"SequenceNumber":"2",
        "Keys":{"pk":{"S":"DESK#d-1"},"sk":{"S":"NOTE#0000000001"}},
        "NewImage":{"pk":{"S":"DESK#d-1"},"sk":{"S":"NOTE#0000000001"},"text":{"S":"x"}}}}]}"#,
    )
    .unwrap();
    let [of_task, of_note] = event.records() else { panic!("two records") };
    assert_eq!((of_task.is_of::<Note>(), of_note.is_of::<Note>()), (false, true));
    assert_eq!(of_task.new_image::<Note>().unwrap_err().kind(), ErrorKind::WrongEntity);
    assert_eq!(of_task.new_image_as::<Row>().unwrap_err().kind(), ErrorKind::WrongEntity);
    let note = Note { day: None, text: Some("x".into()), ..note(1) };
    assert_eq!(of_note.new_image_as::<Row>().unwrap(), Some(Row::Note(note.clone())));
    assert_eq!(of_note.new_image::<Note>().unwrap(), Some(note));
}

fn never(_: &mut Item) {
    panic!("an item of another model is not upgraded");
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Desk, hash_key = "DESK#{desk}", range_key = "LAMP#{id}", schema = 2, upgrade(never))]
struct Lamp {
    desk: String,
    id: u32,
}

#[tokio::test]
async fn items_of_other_models_are_not_upgraded() {
    stand::run(async |stand| {
        fill(stand).await;
        Lamp { desk: "d-1".into(), id: 1 }.save().await.unwrap();
        assert_eq!(Lamp::from_item(&foreign("NOTE#1")).unwrap_err().kind(), ErrorKind::WrongEntity);
        assert_eq!(Lamp::scan().await.unwrap().len(), 1);
    })
    .await;
}

/// Without literal text in the keys, all items of the table are of the model.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Desk)]
struct Anything {
    #[model(hash_key)]
    pk: String,
    #[model(range_key)]
    sk: String,
}

#[tokio::test]
async fn keys_without_literal_text_are_those_of_any_item() {
    stand::run(async |stand| {
        fill(stand).await;
        let raw = [("pk", s("x")), ("sk", s("y")), ("count", n(1))];
        stand.put_raw("desk", item(raw)).await;
        assert_eq!(Anything::scan().await.unwrap().len(), 13);
        assert_eq!(Anything::scan().count().await.unwrap(), 13);
        assert!(!Anything::scan().explain().unwrap().body().contains("FilterExpression"));
    })
    .await;
}
