//! Hooks: when they run, what they see, and what their errors stop.

use std::sync::{Arc, Mutex};

use singlet::{Error, ErrorKind, ExpiresIn, HookContext, Hooks, Model, Operation, Result, TTLAttribute, Target};

use crate::stand;

tokio::task_local! {
    /// What the hooks of one test have done.
    static LOG: Arc<Mutex<Vec<String>>>;
}

fn log(what: &str, cx: &HookContext<'_>) {
    LOG.with(|log| log.lock().unwrap().push(format!("{what} {:?} {}", cx.operation, cx.table)));
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "posts", hooks)]
struct Post {
    #[model(hash_key)]
    pk: String,
    title: String,
    expires_at: Option<TTLAttribute>,
}

impl Hooks for Post {
    async fn before_save(&mut self, cx: &HookContext<'_>) -> Result<()> {
        log("before_save", cx);
        self.title = self.title.trim().to_owned();
        if self.title.is_empty() { Err(Error::hook("a post needs a title")) } else { Ok(()) }
    }

    async fn after_save(&mut self, cx: &HookContext<'_>) -> Result<()> {
        log("after_save", cx);
        if self.title == "late" { Err(Error::hook_failed(std::io::Error::other("too late"))) } else { Ok(()) }
    }

    async fn before_delete(target: Target<'_, Self>, cx: &HookContext<'_>) -> Result<()> {
        log(if target.value.is_some() { "before_delete of a value" } else { "before_delete" }, cx);
        if target.key.hash().as_str() == Some("POST#pinned") { Err(Error::hook("pinned")) } else { Ok(()) }
    }

    async fn after_delete(_: Target<'_, Self>, cx: &HookContext<'_>) -> Result<()> {
        log("after_delete", cx);
        Ok(())
    }

    async fn before_update(target: Target<'_, Self>, cx: &HookContext<'_>) -> Result<()> {
        assert_eq!(target.value.unwrap().expires_at, None);
        log("before_update", cx);
        Ok(())
    }

    async fn after_update(target: Target<'_, Self>, cx: &HookContext<'_>) -> Result<()> {
        assert!(target.value.unwrap().expires_at.is_some());
        log("after_update", cx);
        Ok(())
    }

    async fn after_load(&mut self, cx: &HookContext<'_>) -> Result<()> {
        log("after_load", cx);
        self.title.push('!');
        Ok(())
    }
}

fn post(pk: &str, title: &str) -> Post {
    Post { pk: pk.to_owned(), title: title.to_owned(), expires_at: None }
}

/// What the hooks did in `test`, which has the table.
async fn logged(test: impl AsyncFnOnce(&stand::Stand)) -> Vec<String> {
    let log = Arc::new(Mutex::new(Vec::new()));
    LOG.scope(log.clone(), async {
        stand::run(async |stand| {
            Post::create_table().await.unwrap();
            test(stand).await;
        })
        .await;
    })
    .await;
    Arc::try_unwrap(log).unwrap().into_inner().unwrap()
}

#[tokio::test]
async fn every_operation_runs_its_hooks_in_order() {
    let log = logged(async |_| {
        let mut saved = post("POST#1", " title ");
        saved.save().await.unwrap();
        assert_eq!(saved.title, "title");
        assert_eq!(Post::get("POST#1").await.unwrap().unwrap().title, "title!");
        assert_eq!(Post::get("POST#2").await.unwrap(), None);
        assert_eq!(Post::query("POST#1").await.unwrap()[0].title, "title!");
        saved.extend_ttl(ExpiresIn::hours(1)).await.unwrap();
        saved.delete().await.unwrap();
        saved.create().await.unwrap();
        Post::delete_by_key("POST#1").table("posts").await.unwrap();
    })
    .await;
    assert_eq!(
        log,
        [
            "before_save Save posts",
            "after_save Save posts",
            "after_load Get posts",
            "after_load Query posts",
            "before_update ExtendTtl posts",
            "after_update ExtendTtl posts",
            "before_delete of a value Delete posts",
            "after_delete Delete posts",
            "before_save Create posts",
            "after_save Create posts",
            "before_delete Delete posts",
            "after_delete Delete posts",
        ]
    );
}

#[tokio::test]
async fn an_error_before_prevents_the_write() {
    let log = logged(async |stand| {
        let error = post("POST#1", " ").save().await.unwrap_err();
        assert_eq!((error.kind(), error.model(), error.table()), (ErrorKind::Hook, Some("Post"), Some("posts")));
        assert_eq!(stand.stored("posts").await.len(), 0);

        post("POST#pinned", "x").save().await.unwrap();
        assert_eq!(Post::delete_by_key("POST#pinned").await.unwrap_err().kind(), ErrorKind::Hook);
        assert_eq!(stand.stored("posts").await.len(), 1);
    })
    .await;
    assert_eq!(
        log,
        ["before_save Save posts", "before_save Save posts", "after_save Save posts", "before_delete Delete posts"]
    );
}

#[tokio::test]
async fn an_error_after_is_returned_and_the_item_is_written() {
    use std::error::Error as _;
    logged(async |stand| {
        let error = post("POST#1", "late").save().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Hook);
        assert_eq!(error.source().unwrap().to_string(), "too late");
        assert_eq!(stand.stored("posts").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn no_after_hook_runs_when_the_write_fails() {
    let log = logged(async |_| {
        post("POST#1", "x").save().skip_hooks(true).await.unwrap();
        post("POST#1", "x").create().await.unwrap_err();
        post("POST#1", "x").save().table("absent").await.unwrap_err();
        post("POST#2", "x").extend_ttl(ExpiresIn::hours(1)).await.unwrap_err();
    })
    .await;
    assert_eq!(log, ["before_save Create posts", "before_save Save absent", "before_update ExtendTtl posts"]);
}

#[tokio::test]
async fn a_call_may_skip_hooks() {
    let log = logged(async |_| {
        let mut saved = post("POST#pinned", " ");
        saved.save().skip_hooks(true).await.unwrap();
        assert_eq!(Post::get("POST#pinned").skip_hooks(true).await.unwrap().unwrap().title, " ");
        assert_eq!(Post::query("POST#pinned").skip_hooks(true).await.unwrap()[0].title, " ");
        saved.set_ttl(ExpiresIn::hours(1)).skip_hooks(true).await.unwrap();
        saved.delete().skip_hooks(true).await.unwrap();
        post("POST#1", " ").save().explain().unwrap();
    })
    .await;
    assert_eq!(log, [""; 0]);
}

#[tokio::test]
async fn a_batch_does_not_skip_hooks_silently() {
    logged(async |stand| {
        let posts = [post("POST#1", " "), post("POST#2", " ")];
        let error = singlet::batch_write().put_all(&posts).await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::Validation, Some("Post")));
        assert_eq!(stand.stored("posts").await.len(), 0);
        singlet::batch_write().put_all(&posts).skip_hooks(true).await.unwrap();
        assert_eq!(stand.stored("posts").await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_hook_may_use_the_client() {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "posts")]
    struct Audit {
        #[model(hash_key)]
        pk: String,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "posts", hooks)]
    struct Audited {
        #[model(hash_key)]
        pk: String,
    }

    impl Hooks for Audited {
        async fn after_save(&mut self, cx: &HookContext<'_>) -> Result<()> {
            assert_eq!(cx.operation, Operation::Save);
            Audit { pk: format!("AUDIT#{}", self.pk) }.save().client(cx.client).await
        }
    }

    logged(async |_| {
        Audited { pk: "a".into() }.save().await.unwrap();
        assert!(Audit::exists("AUDIT#a").await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn every_way_of_reading_many_runs_after_load_once_per_item() {
    let log = logged(async |_| {
        for n in 0..3 {
            post(&format!("POST#{n}"), "x").save().skip_hooks(true).await.unwrap();
        }
        let query = || Post::query("POST#1");
        assert_eq!(query().page().await.unwrap().items[0].title, "x!");
        assert_eq!(query().stream().next().await.unwrap().unwrap().title, "x!");
        assert_eq!(query().pages().next().await.unwrap().unwrap().items[0].title, "x!");
        assert_eq!(query().first().await.unwrap().unwrap().title, "x!");
        assert_eq!(query().skip_hooks(true).one().await.unwrap().unwrap().title, "x");
        let text = r#"SELECT * FROM "posts" WHERE pk = ?"#;
        assert_eq!(singlet::statement::<Post>(text).parameter("POST#1").await.unwrap()[0].title, "x!");
        assert!(Post::scan().segments(2).page_size(1).await.unwrap().iter().all(|post| post.title == "x!"));
        assert_eq!(Post::scan().count().await.unwrap(), 3);
    })
    .await;
    let expected = [&["after_load Query posts"; 4][..], &["after_load Statement posts"], &["after_load Scan posts"; 3]];
    assert_eq!(log, expected.concat());
}
