//! Where an operation's table, client and limits come from.

use std::sync::OnceLock;

use singlet::{Client, Error, ErrorKind, HookContext, Hooks, Model, ModelConfig, Result};

use crate::stand;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "notes", max_size = 100, consistent_read)]
struct Note {
    #[model(hash_key)]
    pk: String,
    text: String,
}

fn note(text: &str) -> Note {
    Note { pk: "NOTE#1".into(), text: text.into() }
}

#[tokio::test]
async fn a_call_may_go_to_another_table() {
    stand::run(async |stand| {
        Note::create_table().await.unwrap();
        Note::create_table().table("tenant-7").await.unwrap();
        let mut here = note("here");
        here.save().table("tenant-7").await.unwrap();
        assert_eq!(stand.stored("notes").await.len(), 0);
        assert_eq!(Note::get("NOTE#1").await.unwrap(), None);
        assert_eq!(Note::get("NOTE#1").table("tenant-7").await.unwrap(), Some(here.clone()));
        assert!(Note::exists("NOTE#1").table("tenant-7").await.unwrap());
        assert_eq!(Note::query("NOTE#1").table("tenant-7").await.unwrap().len(), 1);
        here.delete().table("tenant-7").await.unwrap();
        assert_eq!(stand.stored("tenant-7").await.len(), 0);
    })
    .await;
}

fn late() -> ModelConfig {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    let client = CLIENT.get_or_init(Client::embedded);
    ModelConfig::new("chosen-late").client(client.clone())
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "named-early", config = late)]
struct Late {
    #[model(hash_key)]
    pk: String,
}

#[tokio::test]
async fn a_function_may_make_the_config() {
    Late::create_table().await.unwrap();
    let mut saved = Late { pk: "a".into() };
    saved.save().await.unwrap();
    let client = late();
    assert_eq!((client.table(), Late::config().table()), ("chosen-late", "chosen-late"));
    assert_eq!(Late::get("a").await.unwrap(), Some(saved));
    assert!(Late::get("a").explain().unwrap().body().contains(r#""TableName":"chosen-late""#));
}

#[tokio::test]
async fn a_scope_goes_before_the_config_and_a_call_before_both() {
    singlet::with_client(Client::embedded(), async {
        let error = Late::get("a").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TableNotFound);
    })
    .await;
    let error = Late::get("a").client(&Client::embedded()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TableNotFound);
}

#[tokio::test]
async fn without_a_client_the_error_says_how_to_set_one() {
    let error = Note::get("NOTE#1").await.unwrap_err();
    assert_eq!((error.kind(), error.model()), (ErrorKind::NoClient, Some("Note")));
    for way in ["set_default_client", "ModelConfig::client", ".client(&client)"] {
        assert!(error.to_string().contains(way), "{error}");
    }
}

#[tokio::test]
async fn a_larger_item_than_max_size_is_not_sent() {
    stand::run(async |stand| {
        Note::create_table().await.unwrap();
        // 2 + 6 + 4 bytes are the key and the name.
        note(&"x".repeat(88)).save().await.unwrap();
        let error = note(&"x".repeat(89)).save().await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::TooLarge, Some("Note")));
        assert!(error.to_string().contains("max_size"), "{error}");
        assert_eq!(stand.only_item("notes").await["text"].as_s().unwrap().len(), 88);
        let error = singlet::batch_write().put(note(&"x".repeat(89))).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooLarge);
    })
    .await;
}

#[tokio::test]
async fn an_update_that_makes_an_item_too_large_says_that_it_was_applied() {
    let too_large = |error: &Error| {
        assert_eq!((error.kind(), error.model()), (ErrorKind::TooLarge, Some("Note")), "{error:?}");
        assert!(error.may_have_been_written() && error.to_string().contains("max_size"), "{error}");
    };
    stand::run(async |stand| {
        Note::create_table().await.unwrap();
        let (fits, large) = ("x".repeat(88), "x".repeat(89));
        let mut local = note("a");
        local.save().await.unwrap();
        let update = |text: &str| Note::update(&local.pk).set(|n| n.text, text);
        assert_eq!(update(&fits).await.unwrap().text, fits);
        too_large(&update(&large).await.unwrap_err());
        assert_eq!(stand.only_item("notes").await["text"].as_s().unwrap(), &large);
        too_large(&Note::upsert(&local.pk).set(|n| n.text, &large).await.unwrap_err());
        too_large(&local.modify().set(|n| n.text, &large).await.unwrap_err());
        assert_eq!(local.text, large, "the local value is what is stored");
        let before = Note { text: fits.clone(), ..local.clone() };
        too_large(&local.update_from(&before).await.unwrap_err());
        too_large(&singlet::transact_write().write(local.modify().set(|n| n.text, &large)).await.unwrap_err());
        // What returns nothing cannot be measured. The next save is refused before it is sent.
        Note::update(&local.pk).set(|n| n.text, &large).return_nothing().await.unwrap();
        let error = local.save().await.unwrap_err();
        assert_eq!((error.kind(), error.may_have_been_written()), (ErrorKind::TooLarge, false));
    })
    .await;
}

#[test]
fn a_larger_item_than_dynamodb_takes_is_refused() {
    #[derive(Debug, Model)]
    #[model(table = "posts")]
    struct Post {
        #[model(hash_key)]
        pk: String,
        body: String,
    }
    let mut post = Post { pk: "P".into(), body: "x".repeat(409_600 - 7) };
    assert!(post.save().explain().is_ok());
    post.body.push('x');
    assert_eq!(post.save().explain().unwrap_err().kind(), ErrorKind::TooLarge);
}

#[test]
fn reads_are_consistent_where_the_config_or_the_call_says_so() {
    #[derive(Debug, Model)]
    #[model(table = "notes")]
    struct Loose {
        #[model(hash_key)]
        pk: String,
    }
    let is_consistent = |body: &str| body.contains(r#""ConsistentRead":true"#);
    assert!(is_consistent(Note::get("a").explain().unwrap().body()));
    assert!(!is_consistent(Note::get("a").consistent_read(false).explain().unwrap().body()));
    assert!(is_consistent(Note::query("a").explain().unwrap().body()));
    assert!(!is_consistent(Loose::get("a").explain().unwrap().body()));
    assert!(is_consistent(Loose::get("a").consistent().explain().unwrap().body()));
    assert!(is_consistent(Loose::query("a").consistent().explain().unwrap().body()));
    assert_eq!(Loose { pk: "a".into() }.pk, "a");
}

#[derive(Debug, Model)]
#[model(table = "guarded", hooks, skip_hooks)]
struct Guarded {
    #[model(hash_key)]
    pk: String,
}

impl Hooks for Guarded {
    async fn before_save(&mut self, _: &HookContext<'_>) -> Result<()> {
        Err(Error::hook("always refused"))
    }
}

#[tokio::test]
async fn a_call_wins_over_the_config_on_hooks() {
    stand::run(async |_| {
        Guarded::create_table().await.unwrap();
        let mut guarded = Guarded { pk: "a".into() };
        guarded.save().await.unwrap();
        assert_eq!(guarded.save().skip_hooks(false).await.unwrap_err().kind(), ErrorKind::Hook);
        guarded.save().skip_hooks(true).await.unwrap();
    })
    .await;
}
