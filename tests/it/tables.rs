//! Tables: what `create_table` creates.

use aws_sdk_dynamodb::types::ScalarAttributeType::{B, N, S};
use aws_sdk_dynamodb::types::{BillingMode, KeyType, ProjectionType, TableDescription};
use singlet::{Model, Table};

use crate::stand::{self, Stand};

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
