//! Tests the settings of a cache from code and environment.

use singlet::cache::{Cache, CacheTable};
use singlet::{Client, ErrorKind, Table};

use super::{cache, seconds};
use crate::stand::{self, START, n};

#[tokio::test]
async fn a_cache_without_settings_has_the_documented_ones() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        assert_eq!(cache.table(), "singlet_cache");
        cache.set_record("k", &1).await.unwrap();
        assert_eq!(stand.only_item("singlet_cache").await["expires_at"], n(START + 3_600));
        stand.advance(3_599);
        assert!(cache.get_record::<u8>("k").await.unwrap().is_some(), "active TTL is on");
        stand.advance(3_599);
        assert!(cache.get_record::<u8>("k").await.unwrap().is_some());
    })
    .await;
}

/// The environment belongs to the process, so this test runs itself again with another one.
#[tokio::test]
async fn the_environment_sets_up_a_cache() {
    const CHILD: &str = "SINGLET_TEST_CACHE_ENVIRONMENT";
    if std::env::var_os(CHILD).is_some() {
        return from_environment().await;
    }
    let run = |active: &str| {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["cache::config::the_environment_sets_up_a_cache", "--exact"])
            .envs([(CHILD, "1"), ("SINGLET_CACHE_TABLE", "sessions"), ("SINGLET_CACHE_DEFAULT_TTL", "300")])
            .env("SINGLET_CACHE_ACTIVE_TTL", active)
            .envs([("AWS_REGION", "eu-north-1"), ("AWS_ENDPOINT_URL_DYNAMODB", "http://sessions.example:8000")])
            .output()
            .unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (passed, said) = run("false");
    assert!(passed && said.contains("1 passed"), "{said}");
    let (passed, said) = run("maybe");
    assert!(!passed && said.contains("Configuration") && said.contains("`SINGLET_CACHE_ACTIVE_TTL`"), "{said}");
}

async fn from_environment() {
    // Without a current client, one is created from AWS's own variables.
    let cache = Cache::from_env().await.unwrap();
    let shown = format!("{:?}", cache.client());
    assert!(shown.contains("eu-north-1") && shown.contains("sessions.example"), "{shown}");

    stand::run(async |stand| {
        let cache = Cache::from_env().await.unwrap();
        cache.create_table().await.unwrap();
        cache.set_record("k", &1).await.unwrap();
        assert_eq!(stand.only_item("sessions").await["expires_at"], n(START + 300));
        stand.advance(299);
        assert!(cache.get_record::<u8>("k").await.unwrap().is_some());
        stand.advance(1);
        assert!(cache.get_record::<u8>("k").await.unwrap().is_none(), "active TTL is off");

        let own = Cache::builder().env().unwrap().table("own").build().unwrap();
        assert_eq!(own.table(), "own", "code after the environment wins");
    })
    .await;
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused() {
    let refused = |builder: singlet::cache::CacheBuilder| builder.build().unwrap_err().kind();
    let client = Client::embedded();
    assert_eq!(refused(Cache::builder()), ErrorKind::NoClient);
    assert_eq!(refused(Cache::builder().client(&client).default_ttl(seconds(0))), ErrorKind::Configuration);
    assert_eq!(refused(Cache::builder().client(&client).table("")), ErrorKind::Configuration);
    for part in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        let error = Cache::builder().client(&client).refresh_after(part).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{part}");
        assert!(error.to_string().contains("`refresh_after` must be a fraction of the ttl, from 0 to 1"), "{error}");
    }
}

#[tokio::test]
async fn the_table_is_made_and_verified() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        cache.verify_table().await.unwrap().into_result().unwrap();
        let description = CacheTable::describe_table().await.unwrap();
        assert_eq!(description.ttl.attribute.as_deref(), Some("expires_at"));
        cache.set_record("k", &1).await.unwrap();
        cache.create_table().await.unwrap();
        assert_eq!(cache.get_record::<u8>("k").await.unwrap(), Some(1), "the table that exists is unchanged");

        let absent = Cache::builder().table("absent").build().unwrap();
        assert_eq!(absent.verify_table().await.unwrap_err().kind(), ErrorKind::TableNotFound);
        let error = absent.set_record("k", &1).await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::TableNotFound, Some("absent")));
    })
    .await;
}

#[tokio::test]
async fn two_caches_may_have_a_table_each() {
    stand::run(async |stand| {
        let one = cache(stand).await;
        let two = Cache::builder().table("two").build().unwrap();
        two.create_table().await.unwrap();
        one.set_record("k", "one").await.unwrap();
        two.set_record("k", "two").await.unwrap();
        assert_eq!(one.get_record("k").await.unwrap(), Some("one".to_owned()));
        assert_eq!(two.get_all_records::<String>().await.unwrap().into_values().collect::<Vec<_>>(), ["two"]);
    })
    .await;
}

#[tokio::test]
async fn nothing_of_a_record_is_shown() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        let shown = format!(
            "{cache:?} {:?} {:?} {:?} {:?}",
            cache.set_record("S3CRET", "S3CRET"),
            cache.batch_set([("S3CRET", "S3CRET")]),
            cache.batch_delete(["S3CRET"]),
            cache.get_all_records::<String>().prefix("S3CRET")
        );
        assert!(!shown.contains("S3CRET"), "{shown}");
    })
    .await;
}
