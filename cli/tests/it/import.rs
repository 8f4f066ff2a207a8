//! Tests `import`: it stores lines in DynamoDB's export format as items.

use std::io::Write as _;
use std::process::Stdio;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use singlet::Table as _;

use crate::stand::{self, Shop, output_of, s};

/// Lines with this many items.
fn lines(count: usize) -> String {
    (0..count).fold(String::new(), |lines, at| {
        let line = json!({ "Item": { "pk": { "S": format!("p{at}") }, "sk": { "S": "s" }, "n": { "N": "1.50" } } });
        lines + &line.to_string() + "\n"
    })
}

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_file_is_imported_as_often_as_one_likes() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let path = stand.path("items.json");
        std::fs::write(&path, lines(60)).unwrap();
        for _ in 0..2 {
            let ran = stand.singlet(&["import", "shop", &path]).await.done();
            assert_eq!(ran.out, "imported 60 items into `shop`\n");
            assert_eq!(stand.stored("shop").await.len(), 60);
        }
        let document = stand.singlet(&["import", "shop", &path, "--json", "--concurrency", "1"]).await.done().json();
        let expected = json!({ "table": "shop", "files": [path], "items": 60, "bytes": lines(60).len() });
        assert_eq!(document, expected);
    })
    .await;
}

#[tokio::test]
async fn files_compressed_with_gzip_are_recognised() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let all = lines(60);
        let (first, rest) = all.split_at(lines(10).len());
        // The file name does not matter, and a file may consist of several gzip members.
        let (a, b) = (stand.path("a"), stand.path("b.json"));
        std::fs::write(&a, [packed(&first[..200]), packed(&first[200..])].concat()).unwrap();
        std::fs::write(&b, rest).unwrap();
        let ran = stand.singlet(&["import", "shop", &a, &b, "--json"]).await.done();
        assert_eq!(ran.json()["items"], 60);
        assert_eq!(stand.stored("shop").await.len(), 60);

        std::fs::write(&a, &packed(&all)[..150]).unwrap();
        let ran = stand.singlet(&["import", "shop", &a]).await;
        assert_eq!((ran.code, ran.out.as_str(), ran.err.lines().count()), (1, "", 1), "{ran:?}");
        assert!(ran.err.contains(" of the import cannot be read"), "{ran:?}");
    })
    .await;
}

#[tokio::test]
async fn a_damaged_line_is_named_and_its_text_is_not_shown() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let (good, bad) = (stand.path("good.json"), stand.path("bad.json"));
        std::fs::write(&good, lines(3)).unwrap();
        for (damaged, why) in [
            ("{\"Item\": {\"pk\": {\"S\": \"secret\"}", "syntax"),
            ("{\"pk\": \"secret\"}", "form"),
            ("{\"Item\": {\"pk\": {\"S\": \"a\"}, \"n\": {\"N\": \"secret\"}}}", "number"),
        ] {
            std::fs::write(&bad, format!("{}{damaged}\n", lines(30))).unwrap();
            let ran = stand.singlet(&["import", "shop", &good, &bad]).await;
            assert_eq!((ran.code, ran.out.as_str(), ran.err.lines().count()), (1, "", 1), "{why}: {ran:?}");
            assert!(ran.err.contains("bad.json: line 31 of the import cannot be read"), "{why}: {ran:?}");
            assert!(ran.err.contains("3 items of previous files were imported"), "{why}: {ran:?}");
            assert!(!ran.err.contains("secret"), "{why}: {ran:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_the_service_refuses_is_said_without_values() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let path = stand.path("items.json");
        // The range key is a number, but the table requires a string.
        std::fs::write(&path, "{\"Item\": {\"pk\": {\"S\": \"secret\"}, \"sk\": {\"N\": \"-4711.25\"}}}\n").unwrap();
        let ran = stand.singlet(&["import", "shop", &path]).await;
        assert_eq!((ran.code, ran.err.lines().count()), (1, 1), "{ran:?}");
        assert!(
            ran.err.contains("line 1 of the import: DynamoDB rejected the request: ValidationException"),
            "{ran:?}"
        );
        assert!(ran.err.contains("(table `shop`)"), "{ran:?}");
        assert!(!ran.err.contains("secret") && !ran.err.contains("4711.25"), "{ran:?}");
        let ran = stand.singlet(&["import", "absent", &path]).await;
        assert!(ran.code == 1 && ran.err.contains("the table or index does not exist"), "{ran:?}");
    })
    .await;
}

#[tokio::test]
async fn an_import_keeps_to_its_capacity() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let path = stand.path("items.json");
        std::fs::write(&path, lines(60)).unwrap();
        let started = std::time::Instant::now();
        let paced = ["import", "shop", &path, "--max-capacity", "100", "--concurrency", "1"];
        stand.singlet(&paced).await.done();
        assert!(started.elapsed().as_millis() >= 490, "50 units are earned before the last request");
    })
    .await;
}

/// Runs the binary with a pipe, on a server only, because other processes cannot reach the embedded DynamoDB.
#[tokio::test]
async fn standard_input_is_a_file_too() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let Some(mut command) = stand.binary(&["import", "shop", "-"]) else { return };
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(&packed(&lines(30))).unwrap();
        let output = tokio::task::spawn_blocking(|| child.wait_with_output()).await.unwrap().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "imported 30 items into `shop`\n");
        assert!(stand.stored("shop").await.iter().all(|item| item["sk"] == s("s")));
    })
    .await;
}

/// Runs the binary, which waits for lines that nobody writes.
#[cfg(unix)]
#[tokio::test]
async fn an_import_that_waits_for_input_can_be_interrupted() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let Some(mut command) = stand.binary(&["import", "shop", "-"]) else { return };
        let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(lines(200).as_bytes()).unwrap();
        while stand.stored("shop").await.is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let mut kill = std::process::Command::new("kill");
        assert_eq!(output_of(kill.args(["-INT", &child.id().to_string()])).code, 0);
        let output = tokio::task::spawn_blocking(|| child.wait_with_output()).await.unwrap().unwrap();
        drop(input);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(130), "{said}");
        assert!(said.ends_with("you can run the import again\n"), "{said}");
    })
    .await;
}
