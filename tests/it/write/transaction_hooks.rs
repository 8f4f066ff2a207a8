//! Hooks of the operations of a transaction, and of writes that become one.

use std::sync::{Arc, Mutex};

use singlet::{Error, ErrorKind, HookContext, Hooks, Model, Operation, Result, Target};

use crate::stand;
use crate::transport::Transport;

tokio::task_local! {
    static LOG: Arc<Mutex<Vec<(&'static str, Operation)>>>;
}

fn log(what: &'static str, cx: &HookContext<'_>) {
    LOG.with(|log| log.lock().unwrap().push((what, cx.operation)));
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "notes", hash_key = "NOTE#{id}", range_key = "NOTE", hooks)]
struct Note {
    id: u32,
    #[model(unique)]
    title: String,
    text: Option<String>,
}

impl Hooks for Note {
    async fn before_save(&mut self, cx: &HookContext<'_>) -> Result<()> {
        log("before_save", cx);
        self.title = self.title.trim().to_owned();
        if self.title.is_empty() { Err(Error::hook("a note needs a title")) } else { Ok(()) }
    }

    async fn after_save(&mut self, cx: &HookContext<'_>) -> Result<()> {
        log("after_save", cx);
        Ok(())
    }

    async fn before_delete(_: Target<'_, Self>, cx: &HookContext<'_>) -> Result<()> {
        log("before_delete", cx);
        Ok(())
    }

    async fn after_delete(_: Target<'_, Self>, cx: &HookContext<'_>) -> Result<()> {
        log("after_delete", cx);
        Ok(())
    }

    async fn before_update(_: Target<'_, Self>, cx: &HookContext<'_>) -> Result<()> {
        log("before_update", cx);
        Ok(())
    }

    async fn after_update(target: Target<'_, Self>, cx: &HookContext<'_>) -> Result<()> {
        // The local value is the new one by now.
        assert!(target.value.is_none_or(|note| note.text.is_some()));
        log("after_update", cx);
        Ok(())
    }
}

fn note(id: u32, title: &str) -> Note {
    Note { id, title: title.to_owned(), text: None }
}

async fn logged(test: impl AsyncFnOnce(&stand::Stand)) -> Vec<(&'static str, Operation)> {
    let log = Arc::new(Mutex::new(Vec::new()));
    let run = stand::run(async |stand| {
        Note::create_table().await.unwrap();
        test(stand).await;
    });
    LOG.scope(log.clone(), run).await;
    Arc::try_unwrap(log).unwrap().into_inner().unwrap()
}

#[tokio::test]
async fn all_run_before_and_all_run_after() {
    let log = logged(async |_| {
        let (mut first, mut second, third) = (note(1, " a "), note(2, "b"), note(3, "c"));
        second.create().skip_hooks(true).await.unwrap();
        singlet::transact_write()
            .write(first.create())
            .write(second.modify().set(|n| n.text, "x"))
            .write(third.delete())
            .write(note(4, "d").save().skip_hooks(true))
            .check(Note::check(5).not_exists())
            .await
            .unwrap();
        assert_eq!((first.title.as_str(), second.text.as_deref()), ("a", Some("x")));
    })
    .await;
    assert_eq!(
        log,
        [
            ("before_save", Operation::Create),
            ("before_update", Operation::Update),
            ("before_delete", Operation::Delete),
            ("after_save", Operation::Create),
            ("after_update", Operation::Update),
            ("after_delete", Operation::Delete),
        ]
    );
}

#[tokio::test]
async fn an_error_before_prevents_all_of_it() {
    let log = logged(async |stand| {
        let transport = Transport::recording();
        let (mut good, mut bad) = (note(1, "a"), note(2, " "));
        let both = singlet::transact_write().write(good.save()).write(bad.save());
        let error = both.client(&stand.through(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::Hook, Some("Note")));
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
    assert_eq!(log, [("before_save", Operation::Save), ("before_save", Operation::Save)]);
}

#[tokio::test]
async fn a_transaction_that_fails_runs_none_after() {
    let log = logged(async |_| {
        let mut first = note(1, "a");
        let error = singlet::transact_write().write(first.create()).check(Note::check(2)).await.unwrap_err();
        assert!(error.is_not_found());
        singlet::transact_write().write(first.create()).skip_hooks(true).await.unwrap();
        // A write with unique values is a transaction of its own.
        note(2, "a").create().await.unwrap_err();
        first.title = "b".into();
        first.save().await.unwrap();
    })
    .await;
    let before = |operation| ("before_save", operation);
    let expected = [Operation::Create, Operation::Create, Operation::Save].map(before);
    assert_eq!(log[..3], expected);
    assert_eq!(log[3..], [("after_save", Operation::Save)]);
}
