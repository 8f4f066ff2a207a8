//! The names that tables have in one environment: stated once, on the client.

use singlet::cache::Cache;
use singlet::kv::KeyValueStore;
use singlet::registry::Registry;
use singlet::{Client, Collection, Error, ErrorKind, Model, ModelConfig, Table};

use crate::stand;
use crate::transport::{Fate, Transport};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk"))]
struct Shop;

fn repeated() -> ModelConfig {
    ModelConfig::new("shop").max_size(1_000)
}

/// Its config repeats the declared name.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "C#{id}", range_key = "A", config = repeated)]
struct Profile {
    id: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "C#{id}", range_key = "B")]
#[model(index(gsi1, hash_key = "CITY#{city}"))]
struct Address {
    id: String,
    city: String,
}

fn exception() -> ModelConfig {
    ModelConfig::new("shop-archive")
}

/// Its config names another table than its neighbours have.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "C#{id}", range_key = "D", config = exception)]
struct Archived {
    id: String,
}

/// In a table that is declared by name.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "audit_logs", hash_key = "LOG#{id}", range_key = "LOG")]
struct Log {
    id: u32,
}

#[derive(Debug, PartialEq, Collection)]
struct Person {
    profile: Option<Profile>,
    address: Option<Address>,
}

#[derive(Debug, PartialEq, Collection)]
struct Scattered {
    profile: Option<Profile>,
    archived: Option<Archived>,
}

fn profile() -> Profile {
    Profile { id: "1".into() }
}

fn address() -> Address {
    Address { id: "1".into(), city: "Rome".into() }
}

#[tokio::test]
async fn a_name_that_is_stated_once_applies_everywhere() {
    stand::run(async |stand| {
        let client = stand.client.clone().with_table_name_prefix("prod-").with_table_name("shop", "shop-prod");
        singlet::with_client(client.clone(), async {
            Shop::create_table().await.unwrap();
            Log::create_table().await.unwrap();
            assert_eq!(Shop::describe_table().await.unwrap().name, "shop-prod");
            assert!(Shop::verify_table().await.unwrap().is_match());
            assert!(Address::verify_table().await.unwrap().is_match());

            singlet::transact_write().write(profile().create()).write(address().create()).await.unwrap();
            singlet::batch_write().put(profile()).put(&Log { id: 1 }).await.unwrap();
            assert_eq!(stand.stored("shop-prod").await.len(), 2);
            assert_eq!(stand.stored("prod-audit_logs").await.len(), 1);

            let person = Person::query("1").await.unwrap();
            assert_eq!(person, Person { profile: Some(profile()), address: Some(address()) });
            let reads = || (Profile::get("1"), Address::get("1"), Log::get(1));
            let all = (Some(profile()), Some(address()), Some(Log { id: 1 }));
            assert_eq!(singlet::batch_get(reads()).await.unwrap(), all);
            assert_eq!(singlet::transact_get(reads()).await.unwrap(), all);
            assert_eq!(Address::index(Shop::GSI1).query("Rome").await.unwrap(), [address()]);

            let sql = format!(r#"SELECT * FROM "{}""#, client.table_of("shop").unwrap());
            assert_eq!(singlet::statement::<Address>(sql).await.unwrap(), [address()]);
            let import = singlet::import("audit_logs", &br#"{"pk": {"S": "LOG#2"}, "sk": {"S": "LOG"}}"#[..]).await;
            let error = import.unwrap_err();
            assert_eq!((error.kind(), error.table()), (ErrorKind::TableNotFound, Some("audit_logs")), "a literal name");

            let refused = Shop::delete_table().confirm("shop").await.unwrap_err();
            assert_eq!((refused.kind(), refused.table()), (ErrorKind::Configuration, Some("shop-prod")));
            Shop::delete_table().confirm("shop-prod").await.unwrap();
            let error = Profile::get("1").await.unwrap_err();
            assert_eq!((error.kind(), error.table()), (ErrorKind::TableNotFound, Some("shop-prod")));
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_systems_have_tables_of_the_environment() {
    stand::run(async |stand| {
        let client = stand.client.clone().with_table_name_prefix("prod-");
        let cache = Cache::builder().client(&client).build().unwrap();
        let store = KeyValueStore::new(client.clone());
        let registries = [Registry::new(client.clone()), Registry::builder(client.clone()).build().unwrap()];
        assert_eq!((cache.table(), store.table()), ("prod-singlet_cache", "prod-key-values"));
        assert!(registries.iter().all(|registry| registry.table() == "prod-services"));

        cache.create_table().await.unwrap();
        cache.set_record("key", &1).await.unwrap();
        assert!(!stand.stored("prod-singlet_cache").await.is_empty());
        store.create_table().await.unwrap();
        store.put("key", &1).await.unwrap();
        assert_eq!(stand.stored("prod-key-values").await.len(), 1);

        let named = Cache::builder().client(&client).table("sessions").build().unwrap();
        assert_eq!(named.table(), "sessions");
        assert_eq!(KeyValueStore::new(client.clone()).with_table("locks").table(), "locks");
        assert_eq!(Registry::builder(client).table("mine").build().unwrap().table(), "mine");
    })
    .await;
}

#[tokio::test]
async fn a_model_in_another_table_than_its_neighbours_is_visible() {
    let client = Client::embedded().with_table_name("shop", "shop-prod");
    singlet::with_client(client.clone(), async {
        let (mut profile, mut archived) = (profile(), Archived { id: "1".into() });
        let request = singlet::transact_write().write(profile.save()).write(archived.save()).explain().unwrap();
        for table in ["\"shop-prod\"", "\"shop-archive\""] {
            assert!(request.body().contains(table), "{request}");
        }
        // The error shows both tables.
        let error = singlet::transact_get((Profile::get("1"), Archived::get("1"))).await.unwrap_err();
        assert_eq!(error.table(), Some("shop-prod, shop-archive"));
        let error = Scattered::query("1").await.unwrap_err();
        let (model, table) = (error.model(), error.table());
        assert_eq!((error.kind(), model, table), (ErrorKind::Configuration, Some("Archived"), Some("shop-archive")));
        // The same table, once by the client's name and once by the config's.
        let same = client.with_table_name("shop", "shop-archive");
        let error = Scattered::query("1").client(&same).await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::TableNotFound, Some("shop-archive")));
    })
    .await;
}

#[tokio::test]
async fn the_name_on_a_call_is_literal() {
    let client = Client::embedded().with_table_name_prefix("prod-");
    let request = Profile::get("1").table("shop").client(&client).explain().unwrap();
    assert!(request.body().contains(r#""TableName":"shop""#), "{request}");
}

#[tokio::test]
async fn a_cursor_is_valid_in_its_own_environment_only() {
    stand::run(async |stand| {
        let [one, other] = ["one-", "other-"].map(|prefix| stand.client.clone().with_table_name_prefix(prefix));
        Shop::create_table().client(&one).await.unwrap();
        singlet::batch_write().put(profile()).put(address()).client(&one).await.unwrap();
        let page = Profile::scan().limit(1).client(&one).page().await.unwrap();
        let cursor = page.cursor.unwrap();
        assert!(Profile::scan().cursor(&cursor).client(&one).page().await.is_ok());
        let error = Profile::scan().cursor(&cursor).client(&other).page().await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::InvalidCursor, Some("other-shop")));
    })
    .await;
}

fn refused(outcome: Result<impl std::fmt::Debug, Error>, what: &str) {
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration, "{what}: {error}");
    assert!(error.to_string().contains("name"), "{what}: {error}");
}

#[tokio::test]
async fn names_that_cannot_work_are_refused() {
    let builder = || Client::builder().region("eu-west-1").credentials("a", "b", None);
    let arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/";
    for name in ["", "ab", "a b", "shöp", "arn:aws:s3:::shop", arn, "arn:aws:dynamodb:::table/shop", &"a".repeat(256)]
    {
        refused(builder().table_name("shop", name).build().await, name);
        let client = Client::embedded().with_table_name("shop", name);
        refused(Profile::get("1").client(&client).await, name);
        refused(Log::get(1).client(&client).await, name);
        let name = name.to_owned();
        let client = Client::embedded().with_table_names(move |_| name.clone());
        refused(Shop::create_table().client(&client).await, "a function");
        refused(KeyValueStore::new(client.clone()).get::<u8>("key").await, "a function");
        refused(Cache::builder().client(&client).build(), "a function");
        refused(Registry::builder(client.clone()).build(), "a function");
        refused(Registry::new(client).instances("web").await, "a function");
    }
    refused(builder().table_name("", "shop").build().await, "an empty declaration");
    refused(builder().table_name_prefix("prod/").build().await, "a prefix");
    refused(builder().table_name("shop", "one").table_name("audit_logs", "one").build().await, "one name for two");

    assert!(builder().table_name("shop", format!("{arn}shop")).table_name_prefix("").build().await.is_ok());
    let swapped = builder().table_name("shop", "audit_logs").table_name("audit_logs", "shop").build().await.unwrap();
    assert_eq!(swapped.table_of("shop").unwrap(), "audit_logs");
    assert_eq!(swapped.table_of("audit_logs").unwrap(), "shop");
}

/// What the client cannot know when it is built, it refuses when the second table is used.
#[tokio::test]
async fn two_tables_never_share_a_name() {
    let one = Client::embedded().with_table_names(|_| "one".to_owned());
    let prefixed = Client::embedded().with_table_name_prefix("prod-").with_table_name("shop", "prod-audit_logs");
    let declared = Client::embedded().with_table_name("shop", "audit_logs");
    for client in [one, prefixed, declared] {
        let first = client.table_of("shop").unwrap().into_owned();
        refused(Log::get(1).client(&client).await, "the second table");
        refused(singlet::batch_write().put(&Log { id: 1 }).client(&client).await, "the second table");
        refused(singlet::batch_get((Profile::get("1"), Log::get(1))).client(&client).await, "the second table");
        refused(singlet::transact_get((Profile::get("1"), Log::get(1))).client(&client).await, "the second table");
        assert_eq!(client.table_of("shop").unwrap(), first);
    }
}

/// A table by its ARN, in the derive. The service answers with either name.
#[tokio::test]
async fn a_table_is_declared_by_its_arn() {
    #[derive(Table)]
    #[table(name = "arn:aws:dynamodb:eu-west-1:123456789012:table/shared", hash_key = "pk", entity = "_type")]
    struct Shared;

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = Shared, hash_key = "P#{id}")]
    struct Part {
        id: String,
    }

    let client = Client::embedded().with_table_name_prefix("prod-");
    let arn = Shared::SCHEMA.name;
    assert_eq!(client.table_of(arn).unwrap(), arn, "an ARN has no prefix");
    for answered in [arn, "shared"] {
        let item = r#"{"pk": {"S": "P#1"}, "_type": {"S": "Part"}, "id": {"S": "1"}}"#;
        let read = format!(r#"{{"Responses": {{"{answered}": [{item}]}}, "UnprocessedKeys": {{}}}}"#);
        let unread = format!(
            r#"{{"Responses": {{}}, "UnprocessedKeys": {{"{answered}": {{"Keys": [{{"pk": {{"S": "P#1"}}}}]}}}}}}"#
        );
        let transport =
            Transport::new(move |n, _| Fate::Answer(200, if n == 0 { unread.clone() } else { read.clone() }));
        let sender = transport.between(&client).with_batch_retries(4, std::time::Duration::ZERO);
        assert_eq!(Part::batch_get(["1"]).client(&sender).await.unwrap(), [Some(Part { id: "1".into() })]);
        assert!(transport.sent().iter().all(|sent| sent.json()["RequestItems"][arn].is_object()));

        let left = format!(r#"{{"UnprocessedItems": {{"{answered}": [{{"PutRequest": {{"Item": {item}}}}}]}}}}"#);
        let done = r#"{"UnprocessedItems": {}}"#.to_owned();
        let transport = Transport::new(move |n, _| Fate::Answer(200, if n == 0 { left.clone() } else { done.clone() }));
        let sender = transport.between(&client).with_batch_retries(4, std::time::Duration::ZERO);
        singlet::batch_write().put(&Part { id: "1".into() }).client(&sender).await.unwrap();
        assert_eq!(transport.sent().len(), 2);
    }
}
