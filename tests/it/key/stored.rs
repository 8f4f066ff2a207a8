//! An item is written back where it was read: a stored key that the fields do not form is an error on every read path.

use singlet::stream::StreamEvent;
use singlet::{Attribute, Collection, Error, ErrorKind, Model, Projection, Table};

use crate::stand::{self, Stand, item, n, s};

#[derive(Table)]
#[table(name = "legacy", hash_key = "PK", range_key = "SK", entity = "entityType")]
#[table(index(name = "by_name", hash_key = "nameKey", range_key = "SK"))]
struct Legacy;

/// Another program writes its keys with the plain id.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Legacy, hash_key = "USER#{id}", range_key = "USER#{id:plain}")]
#[model(index(by_name, hash_key = "NAME#{name}", range_key = "USER#{id:plain}"))]
struct User {
    id: u32,
    name: String,
}

/// The template of that program.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Legacy, hash_key = "USER#{id:plain}", range_key = "USER#{id:plain}", entity_name = "User")]
struct PlainUser {
    id: u32,
    name: String,
}

/// The keys as they are.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Legacy, entity_name = "User")]
struct RawUser {
    #[model(hash_key, rename = "PK")]
    pk: String,
    #[model(range_key, rename = "SK")]
    sk: String,
    name: String,
}

#[derive(Debug, PartialEq, Projection)]
#[projection(of = User)]
struct Name {
    name: String,
}

#[derive(Debug, PartialEq, Collection)]
#[collection(index_only)]
enum Row {
    User(User),
}

async fn legacy(stand: &Stand) {
    Legacy::create_table().await.unwrap();
    let user = item([
        ("PK", s("USER#7")),
        ("SK", s("USER#7")),
        ("entityType", s("User")),
        ("id", n(7)),
        ("name", s("Ann")),
        ("nameKey", s("NAME#Ann")),
    ]);
    stand.put_raw("legacy", user).await;
}

fn check(what: &str, error: &Error) {
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some("PK")), "{what}: {error}");
    let text = error.to_string();
    assert!(text.contains(":plain") && text.contains("hash_key") && !text.contains("USER"), "{what}: {text}");
}

#[tokio::test]
async fn another_stored_key_is_an_error_on_every_read_path() {
    stand::run(async |stand| {
        legacy(stand).await;
        assert_eq!(User::get(7).await.unwrap(), None, "its key is another");
        check("scan", &User::scan().await.unwrap_err());
        check("one", &User::scan().one().await.unwrap_err());
        check("page", &User::scan().page().await.unwrap_err());
        let by_name = || User::index(Legacy::BY_NAME).query("Ann");
        check("index", &by_name().await.unwrap_err());
        check("first", &by_name().first().await.unwrap_err());
        check("collection", &Row::index(Legacy::BY_NAME).query("Ann").await.unwrap_err());
        let all = "SELECT * FROM legacy";
        check("statement", &singlet::statement::<User>(all).await.unwrap_err());
        let stored = stand.only_item("legacy").await;
        check("from_item", &User::from_item(&stored).unwrap_err());
        let event = br#"{"Records":[{"eventName":"INSERT","dynamodb":{"SequenceNumber":"1","Keys":{"PK":{"S":"USER#7"},
            "SK":{"S":"USER#7"}},"NewImage":{"PK":{"S":"USER#7"},"SK":{"S":"USER#7"},"entityType":{"S":"User"},
            "id":{"N":"7"},"name":{"S":"Ann"}}}}]}"#;
        let event = StreamEvent::from_slice(event).unwrap();
        check("stream", &event.records()[0].new_image::<User>().unwrap_err());

        // Reads that hold no whole item, and models that form the key.
        assert_eq!(by_name().select::<Name>().await.unwrap(), [Name { name: "Ann".into() }]);
        let mut plain = PlainUser::get(7).await.unwrap().unwrap();
        plain.name = "Bob".into();
        plain.save().await.unwrap();
        let raw = RawUser::get(("USER#7", "USER#7")).await.unwrap().unwrap();
        assert_eq!(raw.name, "Bob");
        raw.delete().await.unwrap();
        assert_eq!(stand.stored("legacy").await, []);
    })
    .await;
}

/// The key is right and the field beside it is not: somebody changed one of them.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "pairs", hash_key = "P#{a}", range_key = "Q#{b}#{c}")]
struct Pair {
    a: String,
    #[model(key_only)]
    b: String,
    c: u8,
}

#[tokio::test]
async fn a_field_that_differs_from_its_key_is_an_error_of_gets_and_returned_items_too() {
    stand::run(async |stand| {
        Pair::create_table().await.unwrap();
        let mut pair = Pair { a: "a b".into(), b: "#".into(), c: 7 };
        pair.save().await.unwrap();
        let key = || ("a b", "#", 7);
        assert_eq!(Pair::get(key()).await.unwrap(), Some(pair.clone()));
        let mut stored = stand.only_item("pairs").await;
        stored.insert("c".into(), n(8));
        stand.put_raw("pairs", stored).await;
        let expect = |what: &str, error: Error| {
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some("sk")), "{what}: {error}");
        };
        expect("get", Pair::get(key()).await.unwrap_err());
        expect("query", Pair::query("a b").await.unwrap_err());
        expect("batch_get", Pair::batch_get([key()]).await.unwrap_err());
        expect("transact_get", singlet::transact_get(Pair::get(key())).await.unwrap_err());
        expect("delete", Pair::delete_by_key(key()).return_old().await.unwrap_err());
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct At(time::OffsetDateTime);

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "dates")]
struct Dated {
    #[model(hash_key)]
    id: uuid::Uuid,
    #[model(range_key)]
    at: At,
}

#[tokio::test]
async fn a_key_field_that_other_tools_write_in_another_form() {
    stand::run(async |stand| {
        Dated::create_table().await.unwrap();
        let mut dated = Dated { id: uuid::Uuid::nil(), at: At(time::OffsetDateTime::UNIX_EPOCH) };
        dated.save().await.unwrap();
        assert_eq!(Dated::scan().await.unwrap(), [dated.clone()]);
        dated.delete().await.unwrap();
        for (id, at, attribute) in [
            ("00000000-0000-0000-0000-000000000000", "1970-01-01T00:00:00.000Z", "at"),
            ("00000000000000000000000000000000", "1970-01-01T00:00:00.000000000Z", "id"),
        ] {
            stand.put_raw("dates", item([("id", s(id)), ("at", s(at))])).await;
            let error = Dated::scan().await.unwrap_err();
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some(attribute)), "{error}");
            let raw = stand.only_item("dates").await;
            stand.client.sdk().delete_item().table_name("dates").set_key(Some(raw)).send().await.unwrap();
        }
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Legacy, hash_key = "USER#{user}", range_key = "LOGIN#{at}", entity_name = "Login")]
struct Login {
    #[model(key_only)]
    user: String,
    #[model(key_only)]
    at: time::OffsetDateTime,
}

#[tokio::test]
async fn a_stored_key_from_which_a_template_cannot_take_its_values_is_no_key_of_the_caller() {
    stand::run(async |stand| {
        Legacy::create_table().await.unwrap();
        for (hash, range, attribute) in [
            ("USER#ann", "LOGIN#2024-03-01T12:30:15.123Z", "SK"),
            ("USER#ann", "LOGOUT#2024-03-01T12:30:15.123000000Z", "SK"),
            ("U#ann", "LOGIN#2024-03-01T12:30:15.123000000Z", "PK"),
        ] {
            let stored = [("PK", s(hash)), ("SK", s(range)), ("entityType", s("Login"))];
            stand.put_raw("legacy", item(stored)).await;
            let error = Login::scan().await.unwrap_err();
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some(attribute)), "{error}");
            assert!(error.item_key().is_some() && error.to_string().contains("`String`"), "{error}");
            assert_eq!(Login::scan().skip_undecodable().await.unwrap(), []);
            let raw = stand.only_item("legacy").await;
            let key = ["PK", "SK"].map(|name| (name.to_owned(), raw[name].clone()));
            stand.client.sdk().delete_item().table_name("legacy").set_key(Some(key.into())).send().await.unwrap();
        }
        // What a caller gives is still the caller's mistake.
        let error = Login::get(("", time::OffsetDateTime::UNIX_EPOCH)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidKey);
    })
    .await;
}
