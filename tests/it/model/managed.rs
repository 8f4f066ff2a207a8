//! Versions, timestamps and generated ids: what singlet fills in itself.

use singlet::{Attribute, ErrorKind, Model, Table};
use time::OffsetDateTime;

use crate::stand;

#[derive(Debug, Clone, PartialEq, Attribute)]
struct DocumentId(String);

#[derive(Table)]
#[table(name = "kept", hash_key = "pk")]
struct Kept;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Kept, hash_key = "DOCUMENT#{id}")]
struct Document {
    #[model(generated = "ulid")]
    id: DocumentId,
    #[model(generated)]
    token: uuid::Uuid,
    #[model(version)]
    version: u32,
    #[model(created_at)]
    created: Option<OffsetDateTime>,
    #[model(updated_at)]
    updated: i64,
    #[model(unique)]
    slug: Option<String>,
    text: String,
}

fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds).unwrap()
}

#[test]
fn a_builder_asks_for_none_of_them() {
    let document = Document::builder().text("a").build();
    assert_eq!((document.version, document.created, document.updated), (0, None, 0));
    assert_eq!((document.id.0.len(), document.token.get_version_num()), (26, 7));
    let given = Document::builder().id("d-1").text("a").build();
    assert_eq!(given.id.0, "d-1");
}

/// Each way to make a value has its ids before anything is sent.
#[tokio::test]
async fn ids_are_new_and_have_the_time_of_the_clock() {
    stand::run(async |stand| {
        let made = || {
            let (built, other) = (Document::builder().text("a").build(), Document::builder().text("a").build());
            [built.id, other.id, Document::generate_id(), Document::generate_id()].map(|id| id.0)
        };
        let first = made();
        stand.advance(1);
        let second = made();
        for (n, id) in first.iter().enumerate() {
            assert!(!first[..n].contains(id) && second.iter().all(|later| later > id), "ulids sort by their time");
        }
        assert_ne!(Document::generate_token(), Document::generate_token());
    })
    .await;
}

#[derive(Table)]
#[table(name = "blog", hash_key = "pk", range_key = "sk", entity = "_type")]
struct Blog;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Blog, hash_key = "POST#{id}", range_key = "POST")]
struct Post {
    #[model(generated)]
    id: String,
    title: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Blog, hash_key = "POST#{post}", range_key = "TAG#{tag}")]
struct Tag {
    post: String,
    tag: String,
}

#[tokio::test]
async fn a_parent_and_its_children_are_created_in_one_transaction() {
    stand::run(async |stand| {
        Blog::create_table().await.unwrap();
        let mut built = Post::builder().title("a").build();
        let mut literal = Post { id: Post::generate_id(), title: "b".into() };
        for post in [&mut built, &mut literal] {
            let mut tags = ["x", "y"].map(|tag| Tag { post: post.id.clone(), tag: tag.into() });
            let parent = singlet::transact_write().write(post.create());
            parent.write_all(tags.iter_mut().map(Model::create)).await.unwrap();
            assert_eq!(Tag::query(&*post.id).await.unwrap(), tags);
            assert_eq!(Post::get(&*post.id).await.unwrap().as_ref(), Some(&*post));
        }
        // A child of a parent without an id has no key.
        let mut orphaned = Post { id: String::new(), title: "c".into() };
        let mut tag = Tag { post: orphaned.id.clone(), tag: "x".into() };
        let error = singlet::transact_write().write(orphaned.create()).write(tag.create()).await.unwrap_err();
        assert_eq!((error.kind(), error.model(), error.attribute()), (ErrorKind::InvalidKey, Some("Tag"), Some("pk")));
        assert!(error.to_string().contains("`post`"), "{error}");
        assert_eq!(stand.stored("blog").await.len(), 6);
    })
    .await;
}

#[test]
fn the_schema_says_which_they_are() {
    let schema = Document::SCHEMA;
    let unique: Vec<_> = schema.unique.iter().map(|unique| unique.attribute).collect();
    assert_eq!((schema.managed.version, &unique[..]), (Some("version"), &["slug"][..]));
    let times = [schema.managed.created_at, schema.managed.updated_at].map(|time| time.unwrap().attribute);
    assert_eq!(
        (times, schema.required().collect::<Vec<_>>()),
        (["created", "updated"], vec!["id", "token", "version", "updated", "text"])
    );
}

#[tokio::test]
async fn a_save_fills_them_in_and_counts() {
    stand::run(async |stand| {
        Kept::create_table().await.unwrap();
        let mut document = Document::builder().text("a").build();
        document.create().await.unwrap();
        assert!(document.id.0.len() == 26 && document.token.get_version_num() == 7);
        assert_eq!((document.version, document.created), (1, Some(at(stand::START))));
        assert_eq!(document.updated, stand::START * 1_000);

        let first = document.clone();
        stand.advance(60);
        document.save().await.unwrap();
        assert_eq!((document.version, document.created), (2, first.created));
        assert_eq!(document.updated, (stand::START + 60) * 1_000);
        assert_eq!((&document.id, document.token), (&first.id, first.token));
        assert_eq!(Document::get(&*first.id.0).await.unwrap().as_ref(), Some(&document));

        // A failed save leaves the local value as it was.
        let mut stale = first.clone();
        stale.save().await.unwrap_err();
        assert_eq!(stale, first);
    })
    .await;
}

#[tokio::test]
async fn an_update_keeps_them_up() {
    stand::run(async |stand| {
        Kept::create_table().await.unwrap();
        let created = Document::upsert("d-1").set(|d| d.text, "a").set(|d| d.token, uuid::Uuid::max()).await.unwrap();
        assert_eq!((created.version, created.created), (1, Some(at(stand::START))));
        assert_eq!((created.id.0.as_str(), created.updated), ("d-1", stand::START * 1_000));
        stand.advance(5);
        let updated = Document::update("d-1").set(|d| d.text, "b").await.unwrap();
        assert_eq!((updated.version, updated.created), (2, created.created));
        assert_eq!(updated.updated, (stand::START + 5) * 1_000);
    })
    .await;
}
