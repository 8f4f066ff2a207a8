//! Imports of lines in DynamoDB's export format.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read};
use std::time::{Duration, Instant};

use serde_json::json;
use singlet::{ErrorKind, ImportProgress, Model, Table, import};

use crate::shop::{Order, Shop, order};
use crate::stand;
use crate::transport::{Fate, Transport, error_body};

/// Orders as lines, with `separator` behind each.
fn lines(count: u32, separator: &str) -> String {
    (0..count).fold(String::new(), |mut lines, id| {
        let request = order("c-1", id).save().explain().unwrap();
        let body: serde_json::Value = serde_json::from_str(request.body()).unwrap();
        write!(lines, r#"{{"Item": {}}}{separator}"#, body["Item"]).unwrap();
        lines
    })
}

#[tokio::test]
async fn every_line_is_an_item() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        for separator in ["\n", "\r\n", "\n\n  \n"] {
            let lines = lines(60, separator);
            let summary = import("shop", lines.as_bytes()).await.unwrap();
            assert_eq!((summary.items, summary.bytes), (60, lines.len()));
            assert_eq!(Order::query("c-1").await.unwrap().len(), 60);
        }
        let unfinished = lines(1, "");
        assert_eq!(import("shop", unfinished.as_bytes()).await.unwrap().items, 1);
        assert_eq!(import("shop", io::empty()).await.unwrap().items, 0);
    })
    .await;
}

/// The orders 0 to 39, without wrapper and line ends.
fn items() -> Vec<serde_json::Value> {
    let parsed = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["Item"].take();
    lines(40, "\n").lines().map(parsed).collect()
}

#[tokio::test]
async fn every_form_of_other_tools_is_read() {
    let put = |item: &serde_json::Value| json!({ "PutRequest": { "Item": item } });
    let puts: Vec<_> = items().iter().map(put).collect();
    let scan = json!({ "Items": items(), "Count": 40, "ScannedCount": 40, "ConsumedCapacity": null });
    let api = format!(r#"{{"Count":40,"Items":{},"ScannedCount":40}}"#, json!(items()));
    let change = |item: &serde_json::Value| {
        let keys = json!({ "pk": item["pk"], "sk": item["sk"] });
        json!({ "Metadata": { "WriteTimestampMicros": { "N": "1680109764000000" } }, "Keys": keys, "NewImage": item })
    };
    let joined =
        |values: Vec<serde_json::Value>| values.iter().map(serde_json::Value::to_string).collect::<Vec<_>>().join("\n");
    let forms = [
        ("bare items", joined(items())),
        ("a byte order mark", format!("\u{feff}{}", lines(40, "\n"))),
        ("a list", json!(items()).to_string()),
        ("a list on many lines", serde_json::to_string_pretty(&items()).unwrap()),
        ("a list of lines", json!(items().iter().map(|item| json!({ "Item": item })).collect::<Vec<_>>()).to_string()),
        ("a scan of the CLI", serde_json::to_string_pretty(&scan).unwrap()),
        ("a scan of the API", api),
        ("a file of requests", serde_json::to_string_pretty(&json!({ "shop": puts })).unwrap()),
        ("the requests of a call", json!({ "RequestItems": { "shop": puts } }).to_string()),
        ("an incremental export", joined(items().iter().map(change).collect())),
    ];
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        for (form, text) in forms {
            let table = format!("shop-{}", form.replace(' ', "-"));
            Shop::create_table().table(&table).await.unwrap();
            let summary = import(&table, text.as_bytes()).await.unwrap_or_else(|error| panic!("{form}: {error}"));
            assert_eq!((summary.items, summary.bytes), (40, text.len()), "{form}");
            let found = Order::query("c-1").table(&table).await.unwrap();
            assert_eq!(found, (0..40).map(|id| order("c-1", id)).collect::<Vec<_>>(), "{form}");
        }
        assert!(stand.stored("shop").await.is_empty(), "the table of the call counts, not that of the file");
    })
    .await;
}

#[tokio::test]
async fn an_incremental_export_deletes_too() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        import("shop", lines(3, "\n").as_bytes()).await.unwrap();
        let gone = &items()[1];
        let change = json!({ "Metadata": { "WriteTimestampMicros": { "N": "1" } },
            "Keys": { "pk": gone["pk"], "sk": gone["sk"] }, "OldImage": gone });
        assert_eq!(import("shop", change.to_string().as_bytes()).await.unwrap().items, 1);
        assert_eq!(stand.stored("shop").await.len(), 2);
        assert_eq!(Order::get(("c-1", 1)).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn progress_is_told_after_each_request() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let lines = lines(60, "\n");
        let mut told = Vec::new();
        let progress = |at: ImportProgress| told.push((at.items, at.bytes));
        let summary = import("shop", lines.as_bytes()).progress(progress).client(&client).await.unwrap();
        assert_eq!(told.iter().map(|(items, _)| *items).collect::<Vec<_>>(), [25, 50, 60]);
        assert!(told.is_sorted() && told.last() == Some(&(60, summary.bytes)));
        assert_eq!(transport.sent().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn an_import_can_be_run_again() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let good = lines(30, "\n");
        let bad = good.replacen("\"Item\"", "\"Itme\"", 30).replacen("\"Itme\"", "\"Item\"", 27);
        let error = import("shop", bad.as_bytes()).await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::Input, Some("shop")));
        assert!(error.to_string().contains("line 28"), "{error}");
        assert_eq!(stand.stored("shop").await.len(), 25, "what stands before it may have been written");
        import("shop", good.as_bytes()).await.unwrap();
        import("shop", good.as_bytes()).await.unwrap();
        assert_eq!(stand.stored("shop").await.len(), 30);
    })
    .await;
}

#[tokio::test]
async fn a_line_that_is_no_item_is_refused_with_its_number() {
    stand::run(async |stand| {
        let transport = Transport::recording();
        let client = stand.through(&transport);
        for bad in [
            "x",
            "{}",
            "[{}]",
            "[1]",
            r#"[{"pk": {"S": "a"}},]"#,
            r#"{"tags": ["x"]}"#,
            r#"{"pk": "plain JSON"}"#,
            r#"{"shop": [{"PutRequest": {"Item": {"pk": {"S": "a"}}}}], "other": [{"PutRequest": {"Item": {"pk": {"S": "a"}}}}]}"#,
            r#"{"Item": {"pk": {"S": "a"}}"#,
            r#"{"Item": {"pk": {"S": "a"}}} x"#,
            r#"{"Item": {"pk": {"S": "a"}}, "Other": 1}"#,
            r#"{"Item": {"pk": "a"}}"#,
            r#"{"Item": {"pk": {"X": "a"}}}"#,
            r#"{"Item": {"pk": {"N": "one"}}}"#,
            r#"{"Item": {"pk": {"B": "?"}}}"#,
            r#"{"Item": []}"#,
            r#"{"Item": 1}"#,
        ] {
            let text = format!("\n{}{bad}\n", lines(1, "\n"));
            let error = import("shop", text.as_bytes()).client(&client).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Input, "{bad}");
            assert!(error.to_string().contains("line 3"), "{bad}: {error}");
        }
        let large = format!(r#"{{"Item": {{"pk": {{"S": "{}"}}}}}}"#, "x".repeat(409_600));
        assert_eq!(import("shop", large.as_bytes()).client(&client).await.unwrap_err().kind(), ErrorKind::Input);
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
}

/// `BatchWriteItem` refuses a key that a request has twice.
#[tokio::test]
async fn of_several_lines_with_one_key_the_last_wins() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        let line = lines(1, "\n");
        for other in ["", &lines(30, "\n")] {
            let twice = format!("{line}{other}{}", line.replace("1990", "5"));
            let summary = import("shop", twice.as_bytes()).await.unwrap();
            assert_eq!(summary.items, twice.lines().count());
            assert_eq!(Order::get(("c-1", 0)).await.unwrap().unwrap().cents, 5);
        }
    })
    .await;
}

#[tokio::test]
async fn the_line_of_an_item_that_the_service_refuses_is_named() {
    for bad in [1, 2, 25, 26, 40, 60] {
        stand::run(async |stand| {
            Shop::create_table().await.unwrap();
            let mut all: Vec<String> = lines(60, "\n").lines().map(str::to_owned).collect();
            all[bad - 1] = r#"{"Item":{"pk":{"S":"CUSTOMER#c-1"}}}"#.to_owned();
            let error = import("shop", all.join("\n").as_bytes()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Validation);
            assert!(error.to_string().starts_with(&format!("line {bad} of the import: ")), "{error}");
            assert_eq!(stand.stored("shop").await.len(), bad - 1, "the items before it are written");
            let read = (bad.next_multiple_of(25) + 1).min(60);
            assert_eq!(error.unprocessed().unwrap().len(), read - (bad - 1));
        })
        .await;
    }
}

#[tokio::test]
async fn an_input_that_fails_is_an_error_with_its_cause() {
    struct Failing;

    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk failed"))
        }
    }

    stand::run(async |_| {
        use std::error::Error as _;
        let lines = lines(1, "\n");
        let input = BufReader::new(lines.as_bytes().chain(Failing));
        let error = import("shop", input).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input);
        assert_eq!(error.source().unwrap().to_string(), "the disk failed");
        assert_eq!(BufReader::new(Failing).fill_buf().unwrap_err().kind(), io::ErrorKind::Other);
    })
    .await;
}

#[tokio::test]
async fn what_an_import_could_not_write_comes_back() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::new(|number, _| match number {
            0 => Fate::Pass,
            _ => Fate::Answer(400, error_body("ValidationException")),
        });
        let lines = lines(90, "\n");
        let client = stand.through(&transport);
        let mut told = Vec::new();
        let import = import("shop", lines.as_bytes()).progress(|at| told.push((at.items, at.bytes)));
        let error = import.client(&client).await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::Validation, Some("shop")));
        assert!(error.to_string().starts_with("line 26 of the import: "), "{error}");
        let left = error.into_unprocessed().unwrap();
        // The second request, and the line that was read to see that it is full.
        let ids: Vec<_> = left.puts_of::<Order>().unwrap().iter().map(|order| order.id).collect();
        assert_eq!(ids, (25..51).collect::<Vec<_>>());
        let bytes = lines.split_inclusive('\n').take(25).map(str::len).sum();
        assert_eq!(told, [(25, bytes), (25, bytes)]);
        left.into_batch().client(&stand.client).await.unwrap();
        assert_eq!(stand.stored("shop").await.len(), 51);
    })
    .await;
}

#[tokio::test]
async fn an_import_may_have_several_requests_under_way() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::new(|_, _| Fate::Hang);
        let lines = lines(200, "\n");
        let mut future =
            import("shop", lines.as_bytes()).concurrency(3).client(&stand.through(&transport)).into_future();
        for _ in 0..8 {
            tokio::select! { biased; _ = &mut future => unreachable!("it hangs"), () = tokio::task::yield_now() => {} }
        }
        drop(future);
        assert_eq!(transport.sent().len(), 3);
        let summary = import("shop", lines.as_bytes()).concurrency(8).await.unwrap();
        assert_eq!((summary.items, summary.bytes, stand.stored("shop").await.len()), (200, lines.len(), 200));
    })
    .await;
}

#[tokio::test]
async fn an_import_keeps_to_its_capacity() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        let lines = lines(60, "\n");
        let started = Instant::now();
        // Each item takes a unit and its index keys more; the last request is not waited for.
        let summary = import("shop", lines.as_bytes()).max_capacity_per_second(250.0).await.unwrap();
        assert_eq!(summary.items, 60);
        assert!(started.elapsed() >= Duration::from_millis(200), "{:?}", started.elapsed());
    })
    .await;
}

#[tokio::test]
async fn a_table_of_another_tool_can_be_imported_and_read() {
    #[derive(Debug, Model)]
    #[model(table = "app")]
    struct Raw {
        #[model(hash_key)]
        pk: String,
        #[model(range_key)]
        sk: String,
    }

    stand::run(async |stand| {
        Raw::create_table().await.unwrap();
        let fixture = include_str!("../../data/pydynox_app_table.jsonl");
        let summary = import("app", fixture.as_bytes()).await.unwrap();
        assert_eq!(summary.items, fixture.lines().count());
        let stored = stand.stored("app").await;
        assert_eq!(stored.len(), summary.items);
        let raw = Raw::from_item(&stored[0]).unwrap();
        assert!(!raw.pk.is_empty() && !raw.sk.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_input_without_line_ends_is_not_read_whole() {
    stand::run(async |_| {
        let endless = BufReader::new(io::repeat(b'x'));
        let error = import("shop", endless).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input);
        assert!(error.to_string().contains("line 1"), "{error}");
    })
    .await;
}
