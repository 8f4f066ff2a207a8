//! `verify_table`: each difference between a live table and its definition.

use aws_sdk_dynamodb::types::TimeToLiveStatus;
use singlet::tables::{Difference, Pending};
use singlet::{CostHint, Error, ErrorKind, Model, TTLAttribute, Table};

use crate::shop::{Customer, Session, Shop};
use crate::stand;
use crate::transport::{Fate, Transport};

/// What is live in most of these tests.
#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", range_key_type = "N", ttl = "ttl")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk", projection = "keys_only"))]
#[table(index(name = "gsi2", hash_key = "gsi2pk", include("b", "a")))]
#[table(index(name = "lsi1", local, range_key = "rank"))]
struct Live;

async fn verified<T: Table>() -> Vec<String> {
    let verification = T::verify_table().await.unwrap();
    assert_eq!(verification.is_match(), verification.differences().is_empty());
    verification.differences().iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_table_matches_the_definition_that_made_it() {
    stand::run(async |_| {
        Live::create_table().await.unwrap();
        let verification = Live::verify_table().await.unwrap();
        assert_eq!((verification.differences(), verification.pending()), (&[][..], &[][..]));
        assert_eq!(verification.to_string(), "the table matches its definition");
        assert_eq!(verification.into_result().unwrap().name, "shop");
    })
    .await;
}

/// A table whose indexes have the expiry or lack it.
#[derive(Table)]
#[table(name = "shop", hash_key = "pk", ttl = "ttl")]
#[table(
    index(name = "keys", hash_key = "a", projection = "keys_only"),
    index(name = "some", hash_key = "a", include("b"))
)]
#[table(index(name = "all", hash_key = "a"), index(name = "with", hash_key = "a", include("ttl")))]
#[table(index(name = "of_others", hash_key = "c", projection = "keys_only"))]
struct Expiring;

/// Hides expired items.
#[derive(Model)]
#[model(table = Expiring, hash_key = "A#{id}", ttl = "1h", expired = "hide")]
#[model(index(keys, hash_key = "{id}"), index(some, hash_key = "{id}"))]
#[model(index(all, hash_key = "{id}"), index(with, hash_key = "{id}"))]
struct Hiding {
    id: String,
}

/// Returns expired items.
#[derive(Model)]
#[model(table = Expiring, hash_key = "A#{id}", index(keys, hash_key = "{id}"), ttl = "1h")]
struct Returning {
    id: String,
}

#[tokio::test]
async fn an_index_without_the_expiry_is_a_hint_for_a_model_that_hides() {
    stand::run(async |_| {
        Expiring::create_table().await.unwrap();
        let verification = Hiding::verify_table().await.unwrap();
        assert!(verification.is_match(), "a hint is not a difference");
        let hint = |index: &str| CostHint::ExpiryNotInIndex {
            model: "Hiding".into(),
            index: index.into(),
            attribute: "ttl".into(),
        };
        assert_eq!(verification.hints(), [hint("keys"), hint("some")]);
        assert_eq!(Returning::verify_table().await.unwrap().hints(), []);
        assert_eq!(Expiring::verify_table().await.unwrap().hints(), []);
    })
    .await;
}

#[tokio::test]
async fn keys_of_another_name_or_type_are_differences() {
    #[derive(Table)]
    #[table(name = "shop", hash_key = "id", range_key = "sk", ttl = "ttl")]
    #[table(index(name = "gsi1", hash_key = "gsi1pk", projection = "keys_only"))]
    #[table(index(name = "gsi2", hash_key = "gsi2pk", hash_key_type = "B", range_key = "at", include("a", "b")))]
    #[table(index(name = "lsi1", local, range_key = "rank"))]
    struct Other;

    stand::run(async |_| {
        Live::create_table().await.unwrap();
        assert_eq!(
            verified::<Other>().await,
            [
                "the table has the hash key `pk` (S), but the definition says `id` (S)",
                "the table has the range key `sk` (N), but the definition says `sk` (S)",
                "index `gsi1` has the range key `gsi1sk` (S), but the definition has none",
                "index `gsi2` has the hash key `gsi2pk` (S), but the definition says `gsi2pk` (B)",
                "index `gsi2` has no range key, but the definition says `at` (S)",
                // A local index has the hash key of its table.
                "index `lsi1` has the hash key `pk` (S), but the definition says `id` (S)",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn indexes_and_projections_are_compared() {
    #[derive(Table)]
    #[table(name = "shop", hash_key = "pk", range_key = "sk", range_key_type = "N", ttl = "ttl")]
    #[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
    #[table(index(name = "gsi2", hash_key = "gsi2pk", include("a", "c")))]
    #[table(index(name = "gsi3", hash_key = "gsi1sk"))]
    struct Other;

    stand::run(async |_| {
        Live::create_table().await.unwrap();
        assert_eq!(
            verified::<Other>().await,
            [
                "index `gsi1`: projection is KEYS_ONLY, but the definition says ALL",
                "index `gsi2`: projection is INCLUDE (a, b), but the definition says INCLUDE (a, c)",
                "index `gsi3` is missing",
                "index `lsi1` is not in the definition",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_local_index_is_no_global_one() {
    #[derive(Table)]
    #[table(name = "shop", hash_key = "pk", range_key = "sk", range_key_type = "N", ttl = "ttl")]
    #[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk", projection = "keys_only"))]
    #[table(index(name = "gsi2", hash_key = "gsi2pk", include("b", "a")))]
    #[table(index(name = "lsi1", hash_key = "pk", range_key = "rank"))]
    struct Other;

    stand::run(async |_| {
        Live::create_table().await.unwrap();
        assert_eq!(verified::<Other>().await, ["index `lsi1` is local, but the definition says global"]);
        Other::create_table().table("other").await.unwrap();
        let verification = Live::verify_table().table("other").await.unwrap();
        assert_eq!(verification.to_string(), "index `lsi1` is global, but the definition says local");
    })
    .await;
}

#[tokio::test]
async fn the_ttl_is_that_of_the_definition() {
    #[derive(Table)]
    #[table(name = "shop", hash_key = "pk", ttl = "ttl")]
    struct Ttl;
    #[derive(Table)]
    #[table(name = "shop", hash_key = "pk", ttl = "expires_at")]
    struct OtherTtl;
    #[derive(Table)]
    #[table(name = "shop", hash_key = "pk")]
    struct NoTtl;

    stand::run(async |_| {
        Ttl::create_table().await.unwrap();
        assert_eq!(verified::<OtherTtl>().await, ["time to live is on `ttl`, but the definition says `expires_at`"]);
        assert_eq!(verified::<NoTtl>().await, ["time to live is on `ttl`, but the definition has none"]);
        NoTtl::create_table().table("none").await.unwrap();
        let verification = Ttl::verify_table().table("none").await.unwrap();
        let expected = Difference::TtlDisabled { expected: "ttl".into(), status: TimeToLiveStatus::Disabled };
        assert_eq!(verification.differences(), [expected]);
        assert_eq!(verification.to_string(), "time to live is disabled, but the definition says `ttl`");
    })
    .await;
}

/// What DynamoDB says for up to an hour; neither stand does.
fn with_ttl(status: &'static str, attribute: &'static str) -> Transport {
    let ttl = format!(r#"{{"TimeToLiveDescription":{{"TimeToLiveStatus":"{status}","AttributeName":"{attribute}"}}}}"#);
    Transport::new(move |_, sent| match sent.operation.as_str() {
        "DescribeTimeToLive" => Fate::Answer(200, ttl.clone()),
        _ => Fate::Pass,
    })
}

#[tokio::test]
async fn a_ttl_on_its_way_is_pending() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let verify = async |status, attribute| {
            let client = stand.through(&with_ttl(status, attribute));
            Shop::verify_table().client(&client).await.unwrap()
        };
        let enabling = verify("ENABLING", "expires_at").await;
        assert!(enabling.is_match());
        assert_eq!(enabling.pending(), [Pending::TtlEnabling { attribute: "expires_at".into() }]);
        assert_eq!(enabling.pending()[0].to_string(), "time to live on `expires_at` is being enabled");
        let other = verify("ENABLING", "ttl").await;
        assert_eq!(other.to_string(), "time to live is on `ttl`, but the definition says `expires_at`");
        assert_eq!(other.pending(), []);
        let disabling = verify("DISABLING", "expires_at").await;
        assert_eq!(disabling.to_string(), "time to live is being disabled, but the definition says `expires_at`");
    })
    .await;
}

#[tokio::test]
async fn a_table_and_an_index_in_the_making_are_pending() {
    #[derive(Table)]
    #[table(name = "shop", hash_key = "pk", index(name = "gsi1", hash_key = "email"))]
    struct Indexed;

    stand::run(async |stand| {
        Indexed::create_table().await.unwrap();
        let live = r#"{"Table":{"TableName":"shop","TableStatus":"UPDATING","KeySchema":[{"AttributeName":"pk","KeyType":
            "HASH"}],"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"email",
            "AttributeType":"S"}],"GlobalSecondaryIndexes":[{"IndexName":"gsi1","IndexStatus":"CREATING","KeySchema":
            [{"AttributeName":"email","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]}}"#;
        let transport = Transport::new(|_, sent| match sent.operation.as_str() {
            "DescribeTable" => Fate::Answer(200, live.into()),
            _ => Fate::Pass,
        });
        let verification = Indexed::verify_table().client(&stand.through(&transport)).await.unwrap();
        assert!(verification.is_match());
        let said: Vec<_> = verification.pending().iter().map(ToString::to_string).collect();
        assert_eq!(said, ["the table is UPDATING", "index `gsi1` is CREATING"]);
    })
    .await;
}

#[tokio::test]
async fn a_mismatch_becomes_an_error_that_says_all() {
    #[derive(Table)]
    #[table(name = "shop", hash_key = "pk")]
    struct Bare;

    stand::run(async |_| {
        Bare::create_table().await.unwrap();
        let error: Error = Customer::verify_table().await.unwrap().into_result().unwrap_err();
        assert_eq!(
            (error.kind(), error.model(), error.table()),
            (ErrorKind::TableMismatch, Some("Customer"), Some("shop"))
        );
        assert_eq!(
            error.to_string(),
            "the table has no range key, but the definition says `sk` (S); index `gsi1` is missing; time to live is \
             disabled, but the definition says `expires_at` (model `Customer`, table `shop`)"
        );
    })
    .await;
}

#[derive(Debug, Model)]
#[model(table = "tokens", config = tokens)]
struct Token {
    #[model(hash_key)]
    pk: String,
    expires_at: TTLAttribute,
}

fn tokens() -> singlet::ModelConfig {
    singlet::ModelConfig::new(["tok", "ens-", "eu"].concat())
}

/// A derived table refuses the other TTL attribute at compile time; here it is known at run time only.
#[tokio::test]
async fn a_model_of_a_table_named_at_run_time_is_verified() {
    #[derive(Table)]
    #[table(name = "tokens-eu", hash_key = "pk", ttl = "valid_until", index(name = "gsi1", hash_key = "owner"))]
    struct Live;

    #[derive(Debug, Model)]
    #[model(table = "tokens-eu")]
    struct Forever {
        #[model(hash_key)]
        pk: String,
    }

    stand::run(async |_| {
        Live::create_table().await.unwrap();
        let verification = Token::verify_table().await.unwrap();
        assert_eq!(verification.description().name, "tokens-eu");
        let differences = verification.differences();
        let [Difference::TtlAttribute { found, expected }] = differences else { panic!("{differences:?}") };
        assert_eq!((found.as_str(), expected.as_str()), ("valid_until", "expires_at"));
        // Other models may need the index and the TTL that this one does not.
        assert!(Forever::verify_table().await.unwrap().is_match());
        assert_eq!(Token { pk: Forever { pk: "a".into() }.pk, expires_at: TTLAttribute::MAX }.pk, "a");
    })
    .await;
}

#[tokio::test]
async fn a_model_of_a_derived_table_is_verified_with_its_table() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        assert!(Session::verify_table().await.unwrap().is_match());
        assert!(Customer::verify_table().await.unwrap().is_match());
    })
    .await;
}

#[tokio::test]
async fn a_definition_known_only_at_run_time_is_compared() {
    use singlet::key::KeyType;
    use singlet::tables::{IndexDefinition, ProjectionDescription, TableDefinition, verify};

    fn definition() -> TableDefinition {
        let gsi1 = IndexDefinition::global("gsi1").hash_key("gsi1pk", KeyType::S).range_key("gsi1sk", KeyType::S);
        let names = ProjectionDescription::Include(vec!["b".into(), "a".into()]);
        TableDefinition::new("pk", KeyType::S)
            .range_key("sk", KeyType::N)
            .index(gsi1.projection(ProjectionDescription::KeysOnly))
            .index(IndexDefinition::global("gsi2").hash_key("gsi2pk", KeyType::S).projection(names))
            // Its hash key is that of the table.
            .index(IndexDefinition::local("lsi1").range_key("rank", KeyType::S))
            .ttl("ttl")
    }

    stand::run(async |stand| {
        Live::create_table().await.unwrap();
        let verification = verify("shop", definition()).client(&stand.client).await.unwrap();
        assert_eq!(verification.differences(), []);
        let other = TableDefinition::new("pk", KeyType::B);
        let verification = verify("shop", other.clone()).await.unwrap();
        let differences: Vec<_> = verification.differences().iter().map(ToString::to_string).collect();
        assert_eq!(
            differences,
            [
                "the table has the hash key `pk` (S), but the definition says `pk` (B)",
                "the table has the range key `sk` (N), but the definition has none",
                "index `gsi1` is not in the definition",
                "index `gsi2` is not in the definition",
                "index `lsi1` is not in the definition",
                "time to live is on `ttl`, but the definition has none",
            ]
        );
        // Who needs no more than that minds neither indexes nor time to live.
        assert_eq!(verify("shop", other.at_least()).await.unwrap().differences().len(), 2);
        assert_eq!(verify("absent", definition()).await.unwrap_err().kind(), ErrorKind::TableNotFound);
        assert_eq!(singlet::tables::describe("shop").await.unwrap(), *verification.description());
    })
    .await;
}
