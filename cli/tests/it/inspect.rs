//! Tests `inspect`. The modules in `cli/tests/inspect` are what it writes: they are compared with what it writes now, they are
//! compiled here, and their own tests read every sampled item and write it back unchanged.

use std::path::Path;

use serde_json::json;
use singlet::tables::{self, IndexDefinition, TableDefinition};
use singlet::{import, key::KeyType};

use crate::stand::{self, Stand, read};

macro_rules! modules {
    ($($name:ident $path:literal,)*) => {$(
        #[path = $path]
        #[allow(unreachable_pub, dead_code, clippy::all, clippy::pedantic, reason = "written by the tool")]
        #[rustfmt::skip]
        mod $name;
    )*};
}
modules! {
    app_table "../inspect/app_table.rs",
    electrodb "../inspect/electrodb.rs",
    library "../inspect/library.rs",
    odd "../inspect/odd.rs",
    onetable "../inspect/onetable.rs",
    pynamodb "../inspect/pynamodb.rs",
}

/// A table of items that another library wrote, with one index.
const FOREIGN: &[&str] = &["--hash-key", "pk", "--range-key", "sk", "--index", "gsi1,hash=gsi1pk,range=gsi1sk"];

/// The keys of `odd_items.jsonl`.
const ODD: &[&str] =
    &["--hash-key", "pk", "--range-key", "sk:N", "--ttl", "when", "--index", "both,hash=key,range=part"];

/// The tables, the files with their items, and the options.
const CASES: [(&str, &str, &[&str]); 6] = [
    (
        "app_table",
        "../tests/data/pydynox_app_table.jsonl",
        &["--hash-key", "pk", "--range-key", "sk", "--ttl", "expires_at"],
    ),
    ("electrodb", "../tests/data/foreign/electrodb.jsonl", FOREIGN),
    ("library", "tests/inspect/library_model.json", &[]),
    ("odd", "tests/inspect/odd_items.jsonl", ODD),
    ("onetable", "../tests/data/foreign/onetable.jsonl", FOREIGN),
    ("pynamodb", "../tests/data/foreign/pynamodb.jsonl", FOREIGN),
];

/// Compares a file that was written with the one of the repository, or replaces that one.
fn assert_current(written: &str, name: &str) {
    let stored = Path::new("tests/inspect").join(name);
    if std::env::var_os("SINGLET_DOCUMENTS").is_some_and(|value| value == "overwrite") {
        std::fs::copy(written, stored).unwrap();
        return;
    }
    assert_eq!(read(written), read(stored), "{name} is out of date; run the test with SINGLET_DOCUMENTS=overwrite");
}

async fn inspect(stand: &Stand, table: &str, options: &[&str]) -> String {
    let out = stand.path(&format!("{table}.rs"));
    let ran = stand.singlet(&[&["inspect", table, "--out", &out, "--overwrite"], options].concat()).await.done();
    assert!(ran.out.contains(&format!("wrote {out}\n")), "{ran:?}");
    out
}

#[tokio::test]
async fn the_modules_are_those_of_the_items() {
    stand::run(async |stand| {
        for (table, items, options) in CASES {
            let out = inspect(stand, table, &[&["--items", items], options].concat()).await;
            assert_current(&out, &format!("{table}.rs"));
            assert_current(&out.replace(".rs", ".sample.jsonl"), &format!("{table}.sample.jsonl"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_live_table_gives_the_module_of_its_export() {
    stand::run(async |stand| {
        let gsi1 = IndexDefinition::global("gsi1").hash_key("gsi1pk", KeyType::S).range_key("gsi1sk", KeyType::S);
        let definition = TableDefinition::new("pk", KeyType::S).range_key("sk", KeyType::S).index(gsi1);
        for table in ["electrodb", "onetable", "pynamodb"] {
            tables::create(table, definition.clone()).await.unwrap();
            let lines = read(format!("../tests/data/foreign/{table}.jsonl"));
            import(table, lines.as_bytes()).await.unwrap();
            let out = inspect(stand, table, &[]).await;
            let ran = stand.singlet(&["inspect", table, "--hash-key", "pk", "--out", &out, "--overwrite"]).await;
            assert!(ran.code == 64 && ran.err.contains("--items"), "{ran:?}");
            assert_eq!(read(&out), read(format!("tests/inspect/{table}.rs")));
            assert_eq!(read(out.replace(".rs", ".sample.jsonl")), read(format!("tests/inspect/{table}.sample.jsonl")));
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_module_does_not_express_is_in_the_summary() {
    stand::run(async |stand| {
        let out = stand.path("odd.rs");
        let items = "tests/inspect/odd_items.jsonl";
        let arguments = [&["inspect", "odd", "--json", "--out", &out, "--items", items], ODD].concat();
        let document = stand.singlet(&arguments).await.done().json();
        let notes = document["not_expressed"].as_array().unwrap();
        for part in ["TTL on \"when\"", "\"mixed\"", "\"null\"", "\"map\"", "\"deep\""] {
            assert!(notes.iter().any(|note| note.as_str().unwrap().contains(part)), "{part}: {notes:?}");
            // The module says the same.
            assert!(read(&out).lines().any(|line| line.starts_with("//! * ") && line.contains(part)), "{part}");
        }
        assert_eq!((&document["items"], &document["entity"]), (&json!(13), &json!(null)));
        // A second run does not replace the files.
        let ran = stand.singlet(&arguments).await;
        assert!(ran.code == 64 && ran.err.contains("odd.rs: the file exists; use --overwrite"), "{ran:?}");
    })
    .await;
}

#[tokio::test]
async fn items_that_cannot_be_inspected_are_one_line() {
    stand::run(async |stand| {
        let (out, items) = (stand.path("x.rs"), stand.path("items.jsonl"));
        for (lines, options, code, part) in [
            ("", &["--hash-key", "pk"][..], 1, "no items"),
            (r#"{"pk":{"N":"1"}}"#, &["--hash-key", "pk"], 1, "item 1 of the sample has no `pk`"),
            (r#"{"pk":{"S":"a"}}"#, &["--hash-key", "pk", "--range-key", "sk"], 1, "has no `sk`"),
            (r#"{"pk":{"S":"a"}}"#, &["--hash-key", "pk", "--entity", "kind"], 1, "a text in `kind`"),
            (r#"{"pk":{"S":"a"}}"#, &[], 64, "--hash-key, or --definition"),
            (r#"{"pk":{"S":"a"},"m":{"L":[{"M":{"":{"S":"x"}}}]}}"#, &["--hash-key", "pk"], 1, "an empty name"),
            ("{", &["--hash-key", "pk"], 1, "line 1 of the items cannot be read"),
            (r#"{"DataModel":[]}"#, &[], 1, "no table"),
            (r#"{"pk":{"S":"a"}}"#, &["--hash-key", "pk", "--index", "by,hash=a"], 64, "`by` is not a valid name"),
        ] {
            std::fs::write(&items, lines).unwrap();
            let ran = stand.singlet(&[&["inspect", "shop", "--out", &out, "--items", &items], options].concat()).await;
            assert_eq!((ran.code, ran.out.as_str(), ran.err.lines().count()), (code, "", 1), "{lines}: {ran:?}");
            assert!(ran.err.contains(part), "{lines}: {ran:?}");
            assert!(!Path::new(&out).exists());
        }
    })
    .await;
}

#[tokio::test]
async fn what_other_libraries_wrote_gives_one_model_each() {
    stand::run(async |stand| {
        let profile = r#"hash_key = "USER#{user_id}", range_key = "PROFILE""#;
        for (table, structs, notes) in [
            ("boto3", &["Boto3", "UserProfile"][..], &["\"address\"", "\"logins\"", "\"nickname\""][..]),
            ("dynamoose", &["Dynamoose", "UserProfile", "UserProfileAddress"], &["\"nickname\""]),
            ("enhanced", &["Enhanced", "UserProfile", "UserProfileCounts"], &["\"address\""]),
            ("pydynox", &["Pydynox", "UserProfile", "UserProfileAddress"], &["\"logins\""]),
            ("toolbox", &["Toolbox", "User", "UserExtra"], &["\"address\"", "\"extra\""]),
        ] {
            let items = format!("../tests/data/foreign/{table}.jsonl");
            let out = stand.path("foreign.rs");
            let arguments =
                [&["inspect", table, "--json", "--out", &out, "--overwrite", "--items", &items], FOREIGN].concat();
            let document = stand.singlet(&arguments).await.done().json();
            assert_eq!(document["models"], json!([{ "name": structs[1], "items": 2 }]), "{table}");
            let found = document["not_expressed"].as_array().unwrap();
            assert_eq!(found.len(), notes.len(), "{table}: {found:?}");
            for (found, note) in found.iter().zip(notes) {
                assert!(found.as_str().unwrap().contains(note), "{table}: {found} {note}");
            }
            let module = read(&out);
            assert!(module.contains(profile), "{table}: {module}");
            assert!(module.contains("include_bytes!(\"foreign.sample.jsonl\")"), "{table}: {module}");
            let written = syn::parse_file(&module).unwrap().items.into_iter().filter_map(|item| match item {
                syn::Item::Struct(written) => Some(written.ident.to_string()),
                _ => None,
            });
            assert_eq!(written.collect::<Vec<_>>(), structs, "{table}");
        }
    })
    .await;
}

#[tokio::test]
async fn no_file_is_written_that_is_read() {
    stand::run(async |stand| {
        let export = r#"{"pk":{"S":"a"}}"#;
        let definition = TableDefinition::new("pk", KeyType::S);
        tables::create("shop", definition).await.unwrap();
        let described = stand.singlet(&["--json", "table", "describe", "shop"]).await.done().out;
        for (items, out, code) in [
            ("shop.jsonl", "shop.rs", 0),
            ("shop.sample.jsonl", "shop.rs", 64),
            ("shop.rs", "./shop.rs", 64),
            ("shop.jsonl", "..", 64),
        ] {
            let (items, out) = (stand.path(items), stand.path(out));
            std::fs::write(&items, export).unwrap();
            let run = ["inspect", "shop", "--overwrite", "--items", &items, "--out", &out, "--hash-key", "pk"];
            let ran = stand.singlet(&run).await;
            assert_eq!((ran.code, read(&items)), (code, export.to_owned()), "{items} {out}: {ran:?}");
        }
        // The definition is an input too.
        let (items, file) = (stand.path("shop.jsonl"), stand.path("defined.sample.jsonl"));
        std::fs::write(&file, &described).unwrap();
        let out = stand.path("defined.rs");
        let run = ["inspect", "shop", "--overwrite", "--items", &items, "--out", &out, "--definition", &file];
        let ran = stand.singlet(&run).await;
        assert_eq!((ran.code, read(&file)), (64, described), "{ran:?}");
    })
    .await;
}

#[tokio::test]
async fn attributes_of_keys_are_fields_however_many_there_are() {
    stand::run(async |stand| {
        let item = |id: &str| {
            let mut item = json!({ "pk": { "S": format!("USER#{id}") }, "zz": { "S": id }, "zkey": { "S": id } });
            for number in 0..250 {
                item[format!("a{number}")] = json!({ "N": "1" });
            }
            item.to_string()
        };
        let items = stand.path("wide.jsonl");
        std::fs::write(&items, format!("{}\n{}\n", item("ada"), item("bob"))).unwrap();
        let options = ["--items", &items, "--hash-key", "pk", "--index", "by_key,hash=zkey"];
        let module = read(inspect(stand, "wide", &options).await);
        let index = r#"#[model(index("by_key", hash_key = "{zz}"))]"#;
        for part in [r#"hash_key = "USER#{zz}""#, index, "pub zz: String"] {
            assert!(module.contains(part), "{part}: {module}");
        }
        assert!(module.contains("stays in the field for all other attributes, because a model has at most so many"));
    })
    .await;
}

#[tokio::test]
async fn options_that_have_no_effect_are_refused() {
    stand::run(async |stand| {
        let (items, file) = (stand.path("items.jsonl"), stand.path("definition.json"));
        std::fs::write(&items, r#"{"pk":{"S":"a"}}"#).unwrap();
        std::fs::write(&file, r#"{"DataModel":[]}"#).unwrap();
        for options in [
            &["--ttl", "x"][..],
            &["--hash-key", "pk"],
            &["--resource", "x"],
            &["--items", &items, "--ttl", "x"],
            &["--items", &file, "--index", "a,hash=b"],
            &["--items", &items, "--range-key", "x"],
            &["--items", &items, "--definition", &file, "--ttl", "x"],
            &["--items", &items, "--definition", &file, "--index", "a,hash=b"],
            &["--items", &items, "--hash-key", "pk", "--resource", "x"],
            &["--items", "-", "--definition", "-"],
        ] {
            let ran = stand.singlet(&[&["inspect", "x", "--out", &stand.path("x.rs")], options].concat()).await;
            assert!(ran.code == 64 && ran.out.is_empty(), "{options:?}: {ran:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_model_of_several_tables_needs_the_name_of_one() {
    stand::run(async |stand| {
        let table = |name: &str| {
            let key = json!({ "PartitionKey": { "AttributeName": "pk", "AttributeType": "S" } });
            json!({ "TableName": name, "KeyAttributes": key, "TableData": [{ "pk": { "S": format!("{name}-1") } }] })
        };
        let (items, out) = (stand.path("model.json"), stand.path("x.rs"));
        std::fs::write(&items, json!({ "DataModel": [table("one"), table("two")] }).to_string()).unwrap();
        let run = ["inspect", "two", "--overwrite", "--items", &items, "--out", &out];
        stand.singlet(&run).await.done();
        assert!(read(out.replace(".rs", ".sample.jsonl")).contains("two-1"));
        let other = ["inspect", "prod", "--overwrite", "--items", &items, "--out", &out];
        stand.singlet(&[&other[..], &["--resource", "one"]].concat()).await.done();
        assert!(read(out.replace(".rs", ".sample.jsonl")).contains("one-1"));
        // The keys may be stated besides.
        stand.singlet(&[&other[..], &["--hash-key", "pk", "--resource", "two"]].concat()).await.done();
        assert!(read(out.replace(".rs", ".sample.jsonl")).contains("two-1"));
        let ran = stand.singlet(&other).await;
        assert!(ran.code == 1 && ran.err.contains("--resource: `one`, `two`"), "{ran:?}");
        // The only table of a file is not taken for one of another name, if a name is stated.
        std::fs::write(&items, json!({ "DataModel": [table("one")] }).to_string()).unwrap();
        stand.singlet(&other).await.done();
        for command in [
            &other[..],
            &["table", "create", "shop", "--from", &items],
            &["table", "verify", "shop", "--against", &items],
        ] {
            let ran = stand.singlet(&[command, &["--resource", "typo"]].concat()).await;
            assert!(ran.code == 1 && ran.err.contains("does not define the table `typo`, but `one`"), "{ran:?}");
        }
        let ran = stand
            .singlet(&["inspect", "ab", "--overwrite", "--out", &out, "--items", &items, "--resource", "one"])
            .await;
        assert!(ran.code == 64 && ran.err.contains("`ab` is not a valid name"), "{ran:?}");
    })
    .await;
}
