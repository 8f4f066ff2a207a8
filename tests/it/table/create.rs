//! Tables: what `create_table` creates, and what `describe_table` says of it.

use aws_sdk_dynamodb::types::ScalarAttributeType::{B, N, S};
use aws_sdk_dynamodb::types::{BillingMode, KeyType, ProjectionType, TableDescription, TableStatus, TimeToLiveStatus};
use singlet::stream::StreamView;
use singlet::tables::{Billing, ProjectionDescription};
use singlet::{ErrorKind, Model, Table, key};

use crate::shop::{Session, Shop, session};
use crate::stand::{self, START, Stand, item, n, s};
use crate::transport::{Fate, Transport};

#[derive(Table)]
#[table(name = "wide", hash_key = "pk", range_key = "n", range_key_type = "N", entity = "_type")]
#[table(index(name = "by-bytes", hash_key = "bytes", hash_key_type = "B", projection = "keys_only"))]
#[table(index(name = "by.day", hash_key = "pk", range_key = "day", include("title", "a.b")))]
#[table(index(name = "local", local, range_key = "rank"))]
struct Wide;

async fn described(stand: &Stand, table: &str) -> TableDescription {
    stand.client.sdk().describe_table().table_name(table).send().await.unwrap().table.unwrap()
}

fn keys(elements: &[aws_sdk_dynamodb::types::KeySchemaElement]) -> Vec<(&str, &KeyType)> {
    elements.iter().map(|element| (element.attribute_name(), element.key_type())).collect()
}

#[tokio::test]
async fn keys_and_indexes_are_those_of_the_schema() {
    stand::run(async |stand| {
        Wide::create_table().await.unwrap();
        let table = described(stand, "wide").await;
        assert_eq!(keys(table.key_schema()), [("pk", &KeyType::Hash), ("n", &KeyType::Range)]);
        let mut types: Vec<_> =
            table.attribute_definitions().iter().map(|a| (a.attribute_name(), a.attribute_type().clone())).collect();
        types.sort_by_key(|(name, _)| *name);
        assert_eq!(types, [("bytes", B), ("day", S), ("n", N), ("pk", S), ("rank", S)]);

        let mut global: Vec<_> = table.global_secondary_indexes().to_vec();
        global.sort_by_key(|index| index.index_name().unwrap().to_owned());
        assert_eq!(global.len(), 2);
        assert_eq!((global[0].index_name(), global[1].index_name()), (Some("by-bytes"), Some("by.day")));
        assert_eq!(keys(global[0].key_schema()), [("bytes", &KeyType::Hash)]);
        assert_eq!(keys(global[1].key_schema()), [("pk", &KeyType::Hash), ("day", &KeyType::Range)]);
        let projections: Vec<_> = global.iter().map(|index| index.projection().unwrap()).collect();
        assert_eq!(projections[0].projection_type(), Some(&ProjectionType::KeysOnly));
        assert_eq!(projections[1].projection_type(), Some(&ProjectionType::Include));
        assert_eq!(projections[1].non_key_attributes(), ["title", "a.b"]);

        let [local] = table.local_secondary_indexes() else { panic!("one local index") };
        assert_eq!(keys(local.key_schema()), [("pk", &KeyType::Hash), ("rank", &KeyType::Range)]);
        assert_eq!(local.projection().unwrap().projection_type(), Some(&ProjectionType::All));
        let billing = table.billing_mode_summary().and_then(|summary| summary.billing_mode());
        assert_eq!(billing, Some(&BillingMode::PayPerRequest));
    })
    .await;
}

#[tokio::test]
async fn the_keys_of_an_index_may_be_several_attributes() {
    #[derive(Table)]
    #[table(name = "shop", hash_key = "pk")]
    #[table(index(
        name = "gsi1",
        hash_key("tenant", "region"),
        range_key("kind", "size", "at"),
        range_key_type("S", "N", "S")
    ))]
    struct Wide;

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = Wide, hash_key = "ITEM#{id}")]
    struct Item {
        id: u8,
        tenant: String,
        region: String,
        kind: String,
        size: u64,
        at: String,
    }

    stand::run(async |stand| {
        Wide::create_table().await.unwrap();
        assert!(Wide::verify_table().await.unwrap().is_match());
        let table = described(stand, "shop").await;
        let expected = [("tenant", "HASH"), ("region", "HASH"), ("kind", "RANGE"), ("size", "RANGE"), ("at", "RANGE")];
        let found = keys(table.global_secondary_indexes()[0].key_schema());
        assert_eq!(found.into_iter().map(|(name, role)| (name, role.as_str())).collect::<Vec<_>>(), expected);

        for (id, region) in [(1, "eu"), (2, "us")] {
            let (tenant, kind, at) = ("t".into(), "k".into(), "now".into());
            Item { id, tenant, region: region.into(), kind, size: 5, at }.save().await.unwrap();
        }
        let query = stand.client.sdk().query().table_name("shop").index_name("gsi1");
        let query = query.key_condition_expression("tenant = :t AND #r = :r AND kind = :k AND #s > :s");
        let query = query.expression_attribute_names("#r", "region").expression_attribute_names("#s", "size");
        let values = item([(":t", s("t")), (":r", s("us")), (":k", s("k")), (":s", n(4))]);
        let page = query.set_expression_attribute_values(Some(values)).send().await.unwrap();
        assert_eq!(page.items().len(), 1);
        assert_eq!(Item::from_item(&page.items()[0]).unwrap().id, 2);
    })
    .await;
}

#[tokio::test]
async fn a_table_of_one_model_has_the_models_keys() {
    #[derive(Debug, Model)]
    #[model(table = "alone")]
    struct Alone {
        #[model(hash_key, rename = "the hash")]
        hash: u64,
        #[model(range_key)]
        range: singlet::Binary,
    }

    #[derive(Debug, Model)]
    #[model(table = "templated", hash_key = "A#{id}", range_key = "B")]
    struct Templated {
        id: u8,
    }

    stand::run(async |stand| {
        Alone::create_table().await.unwrap();
        let table = described(stand, "alone").await;
        assert_eq!(keys(table.key_schema()), [("the hash", &KeyType::Hash), ("range", &KeyType::Range)]);
        let alone = Alone { hash: 1, range: vec![1].into() };
        assert_eq!((alone.hash, alone.range.len()), (1, 1));

        Templated::create_table().await.unwrap();
        let table = described(stand, "templated").await;
        assert_eq!(keys(table.key_schema()), [("pk", &KeyType::Hash), ("sk", &KeyType::Range)]);
        assert_eq!(Templated { id: 1 }.key().unwrap().hash().as_str(), Some("A#001"));
    })
    .await;
}

#[tokio::test]
async fn a_description_has_keys_indexes_and_ttl() {
    stand::run(async |_| {
        Wide::create_table().await.unwrap();
        let table = Wide::describe_table().await.unwrap();
        assert_eq!((table.name.as_str(), &table.status), ("wide", &TableStatus::Active));
        assert!(table.arn.is_some_and(|arn| arn.ends_with("table/wide")));
        assert_eq!((table.billing, table.stream, table.deletion_protection), (Billing::OnDemand, None, false));
        let shown = |keys: &[singlet::tables::KeyDescription]| keys.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            (shown(&table.hash_key), shown(&table.range_key)),
            (vec!["`pk` (S)".into()], vec!["`n` (N)".into()])
        );
        assert_eq!((table.ttl.status, table.ttl.attribute), (TimeToLiveStatus::Disabled, None));

        let [bytes, day, local] = &table.indexes[..] else { panic!("three indexes") };
        assert_eq!((bytes.name.as_str(), day.name.as_str(), local.name.as_str()), ("by-bytes", "by.day", "local"));
        assert_eq!((bytes.local, local.local), (false, true));
        assert_eq!((bytes.hash_key[0].key_type, bytes.range_key.len()), (Some(key::KeyType::B), 0));
        assert_eq!((bytes.provisioned, bytes.items, bytes.bytes), (None, 0, 0));
        assert_eq!(bytes.projection, ProjectionDescription::KeysOnly);
        assert_eq!(day.projection.to_string(), "INCLUDE (a.b, title)");
        assert_eq!(shown(&local.range_key), ["`rank` (S)"]);
    })
    .await;
}

#[tokio::test]
async fn a_description_counts_items_and_names_the_ttl() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        session("t", singlet::TTLAttribute::from_epoch_seconds(START + 5)).save().await.unwrap();
        let table = Session::describe_table().await.unwrap();
        assert_eq!((table.ttl.status, table.ttl.attribute.as_deref()), (TimeToLiveStatus::Enabled, Some("expires_at")));
        assert_eq!((table.items, table.bytes > 20), (1, true));
    })
    .await;
}

#[tokio::test]
async fn a_table_that_is_not_there_is_not_found() {
    stand::run(async |_| {
        let errors = [
            Shop::describe_table().await.unwrap_err(),
            Session::describe_table().table("other").await.unwrap_err(),
            Shop::verify_table().await.unwrap_err(),
            Shop::delete_table().confirm("shop").await.unwrap_err(),
        ];
        for error in &errors {
            assert_eq!(error.kind(), ErrorKind::TableNotFound);
        }
        assert_eq!((errors[1].table(), errors[1].model()), (Some("other"), Some("Session")));
    })
    .await;
}

#[tokio::test]
async fn provisioned_units_are_those_of_the_table_and_of_each_index() {
    stand::run(async |_| {
        Wide::create_table().provisioned(5, 4).index_provisioned("by.day", 3, 2).await.unwrap();
        let table = Wide::describe_table().await.unwrap();
        assert!(matches!(table.billing, Billing::Provisioned { read: 5, write: 4, .. }));
        let units = |name| table.index(name).unwrap().provisioned;
        assert_eq!((units("by-bytes"), units("by.day"), units("local")), (Some((5, 4)), Some((3, 2)), None));
    })
    .await;
}

#[tokio::test]
async fn capacities_that_do_not_fit_are_refused_before_sending() {
    stand::run(async |stand| {
        let transport = Transport::recording();
        let client = stand.through(&transport);
        for create in [
            Wide::create_table().index_provisioned("by.day", 1, 1),
            Wide::create_table().provisioned(1, 1).index_provisioned("local", 1, 1),
            Wide::create_table().provisioned(1, 1).index_provisioned("absent", 1, 1),
            Wide::create_table().provisioned(1, 0),
            Wide::create_table().provisioned(1, 1).index_provisioned("by.day", u64::MAX, 1),
        ] {
            assert_eq!(create.client(&client).await.unwrap_err().kind(), ErrorKind::Configuration);
        }
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_stream_and_protection_are_turned_on() {
    stand::run(async |stand| {
        Shop::create_table().streams(StreamView::OldImage).deletion_protection(true).await.unwrap();
        let table = Shop::describe_table().await.unwrap();
        let stream = table.stream.unwrap();
        assert_eq!(stream.view, Some(StreamView::OldImage));
        assert!(stream.arn.is_some_and(|arn| arn.contains("table/shop/stream/")));
        assert!(table.deletion_protection);
        let error = Shop::delete_table().confirm("shop").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Validation);
        let update = stand.client.sdk().update_table().table_name("shop").deletion_protection_enabled(false);
        update.send().await.unwrap();
        Shop::delete_table().confirm("shop").await.unwrap();
    })
    .await;
}

/// DynamoDB Local has no tags.
#[tokio::test]
async fn tags_and_customized_options_are_sent() {
    let request = Shop::create_table()
        .tag("team", "a")
        .tag("stage", "test")
        .customize(|create| create.table_class(aws_sdk_dynamodb::types::TableClass::StandardInfrequentAccess))
        .explain()
        .unwrap();
    let body: serde_json::Value = serde_json::from_str(request.body()).unwrap();
    assert_eq!(body["Tags"][1], serde_json::json!({ "Key": "stage", "Value": "test" }));
    assert_eq!(body["TableClass"], "STANDARD_INFREQUENT_ACCESS");
    assert_eq!((&body["BillingMode"], &body["StreamSpecification"]), (&"PAY_PER_REQUEST".into(), &().into()));

    let client = singlet::Client::embedded();
    Shop::create_table().tag("team", "a").client(&client).await.unwrap();
    let arn = Shop::describe_table().client(&client).await.unwrap().arn;
    let tags = client.sdk().list_tags_of_resource().set_resource_arn(arn).send().await.unwrap();
    assert_eq!((tags.tags()[0].key(), tags.tags()[0].value()), ("team", "a"));
}

const CREATING: &str = r#"{"Table":{"TableName":"shop","TableStatus":"CREATING"}}"#;

#[tokio::test]
async fn creating_waits_until_the_table_is_active() {
    stand::run(async |stand| {
        let transport = Transport::new(|number, _| match number {
            1 => Fate::Answer(400, crate::transport::error_body("ResourceNotFoundException")),
            2 => Fate::Answer(200, CREATING.into()),
            _ => Fate::Pass,
        });
        Shop::create_table().client(&stand.through(&transport)).await.unwrap();
        let operations: Vec<_> = transport.sent().into_iter().map(|sent| sent.operation).collect();
        assert_eq!(operations[..4], ["CreateTable", "DescribeTable", "DescribeTable", "DescribeTable"]);
    })
    .await;
}

#[tokio::test]
async fn the_wait_is_bounded() {
    stand::run(async |stand| {
        let transport = Transport::new(|_, sent| match sent.operation.as_str() {
            "DescribeTable" => Fate::Answer(200, CREATING.into()),
            _ => Fate::Pass,
        });
        let client = stand.through(&transport);
        let error = Shop::create_table().wait(std::time::Duration::ZERO).client(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        let delete = Shop::delete_table().confirm("shop").wait(std::time::Duration::from_millis(60));
        assert_eq!(delete.client(&client).await.unwrap_err().kind(), ErrorKind::Timeout);
        assert_eq!(transport.sent().iter().filter(|sent| sent.operation == "DescribeTable").count(), 1 + 3);
    })
    .await;
}
