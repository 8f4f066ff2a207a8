#!/usr/bin/env python3
"""Measures what a program with singlet costs to build and to start, next to the same program with serde_dynamo.

It generates a package in `target/builds`. Its programs have 1 or 50 models, each in a file of its own, with 14 attributes,
two nested structs and eight operations, and are written with singlet and with serde_dynamo and the SDK. Three more are like
a function on AWS Lambda: they get and put an item of one model, with singlet, with serde_dynamo and with the SDK alone.

    benches/builds.py                 # everything
    benches/builds.py incremental     # `cargo check` and a debug build after a change in one of the 50 models
    benches/builds.py release         # build time and machine code of the programs
    benches/builds.py lambda          # size of the functions, and the CPU time from their start to the first item

All times are CPU time with that of child processes. The sides take turns, and a ratio is the median of the ratios of the
rounds. The dependencies are built once for all programs, so they have the same features. `ROUNDS` sets the number of changes
of each kind, 7 by default; a release is built half as often.
"""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve() / "builds"
TARGET = WORK / "target"
MODELS = 50
CHANGED = 25
ROUNDS = int(os.environ.get("ROUNDS", "7"))
STARTS = 41

MANIFEST = f"""[package]
name = "builds"
version = "0.0.0"
edition = "2024"

[workspace]

[dependencies]
aws-config = {{ version = "1", default-features = false, features = ["rt-tokio", "behavior-version-latest", "default-https-client"] }}
aws-sdk-dynamodb = {{ version = "1", default-features = false, features = ["rt-tokio", "behavior-version-latest", "default-https-client"] }}
serde = {{ version = "1", features = ["derive"] }}
serde_dynamo = {{ version = "4", features = ["aws-sdk-dynamodb+1"] }}
singlet = {{ path = "{ROOT}" }}
tokio = {{ version = "1", features = ["macros", "rt"] }}
"""

STRUCTS = """
$NESTED
pub struct Address { pub street: String, pub city: String, pub zip: String, pub country: String }

$NESTED
pub struct Line { pub sku: String, pub count: u32, pub cents: u64 }

$MODEL
pub struct Entity {
    pub id: String, pub number: u64, pub status: String, pub cents: u64, pub count: u32, pub ratio: f64, pub paid: bool,
    pub created_at: i64, pub tags: Vec<String>, pub note: Option<String>, pub $FIELD: Option<u32>, pub address: Address,
    pub lines: Vec<Line>, pub score: i32,
}

impl Entity {
    pub fn total(&self) -> u64 {
        self.lines.iter().map(|line| line.cents * u64::from(line.count)).sum::<u64>() + $NUMBER
    }
}
"""

SINGLET_STRUCTS = "use singlet::{Attribute, Model};\n" + STRUCTS.replace(
    "$NESTED", "#[derive(Debug, Clone, Attribute)]"
).replace(
    "$MODEL",
    '#[derive(Debug, Clone, Model)]\n#[model(table = "shop", hash_key = "E$ID#{id}", range_key = "N#{number}")]',
)

SINGLET = (
    SINGLET_STRUCTS
    + """
use singlet::{Client, Result};

pub async fn save(entity: &mut Entity, client: &Client) -> Result<()> {
    entity.save().client(client).await
}

pub async fn create(entity: &mut Entity, client: &Client) -> Result<()> {
    entity.create().client(client).await
}

pub async fn delete(entity: &Entity, client: &Client) -> Result<()> {
    entity.delete().client(client).await
}

pub async fn get(id: &str, number: u64, client: &Client) -> Result<Option<Entity>> {
    Entity::get((id, number)).client(client).await
}

pub async fn exists(id: &str, number: u64, client: &Client) -> Result<bool> {
    Entity::exists((id, number)).client(client).await
}

pub async fn delete_by_key(id: &str, number: u64, client: &Client) -> Result<()> {
    Entity::delete_by_key((id, number)).client(client).await
}

pub async fn query(id: &str, client: &Client) -> Result<Vec<Entity>> {
    Entity::query(id).client(client).await
}

pub async fn put_all(entities: &[Entity], client: &Client) -> Result<()> {
    singlet::batch_write().put_all(entities).client(client).await.map(drop)
}
"""
)

SERDE_STRUCTS = "use serde::{Deserialize, Serialize};\n" + STRUCTS.replace(
    "$NESTED", "#[derive(Debug, Clone, Serialize, Deserialize)]"
).replace("$MODEL", "#[derive(Debug, Clone, Serialize, Deserialize)]")

SERDE_KEYS = """
use std::collections::HashMap;
use std::error::Error;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

fn hash_key(id: &str) -> AttributeValue {
    AttributeValue::S(format!("E$ID#{id}"))
}

fn range_key(number: u64) -> AttributeValue {
    AttributeValue::S(format!("N#{number:020}"))
}

pub fn to_item(entity: &Entity) -> Result<HashMap<String, AttributeValue>> {
    let mut item: HashMap<_, _> = serde_dynamo::to_item(entity)?;
    item.insert("pk".to_owned(), hash_key(&entity.id));
    item.insert("sk".to_owned(), range_key(entity.number));
    Ok(item)
}
"""

SERDE_GET_AND_SAVE = """
pub async fn save(entity: &Entity, client: &Client) -> Result<()> {
    client.put_item().table_name("shop").set_item(Some(to_item(entity)?)).send().await?;
    Ok(())
}

pub async fn get(id: &str, number: u64, client: &Client) -> Result<Option<Entity>> {
    let output = client.get_item().table_name("shop").key("pk", hash_key(id)).key("sk", range_key(number)).send().await?;
    Ok(output.item.map(serde_dynamo::from_item).transpose()?)
}
"""

SERDE = (
    SERDE_STRUCTS
    + SERDE_KEYS
    + SERDE_GET_AND_SAVE
    + """
use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};

pub async fn create(entity: &Entity, client: &Client) -> Result<()> {
    let item = to_item(entity)?;
    let request = client.put_item().table_name("shop").set_item(Some(item));
    request.condition_expression("attribute_not_exists(pk)").send().await?;
    Ok(())
}

pub async fn delete(entity: &Entity, client: &Client) -> Result<()> {
    delete_by_key(&entity.id, entity.number, client).await
}

pub async fn exists(id: &str, number: u64, client: &Client) -> Result<bool> {
    let request = client.get_item().table_name("shop").key("pk", hash_key(id)).key("sk", range_key(number));
    let output = request.projection_expression("pk").send().await?;
    Ok(output.item.is_some())
}

pub async fn delete_by_key(id: &str, number: u64, client: &Client) -> Result<()> {
    let request = client.delete_item().table_name("shop").key("pk", hash_key(id)).key("sk", range_key(number));
    request.send().await?;
    Ok(())
}

pub async fn query(id: &str, client: &Client) -> Result<Vec<Entity>> {
    let request = client.query().table_name("shop").key_condition_expression("pk = :pk");
    let mut pages = request.expression_attribute_values(":pk", hash_key(id)).into_paginator().send();
    let mut entities = Vec::new();
    while let Some(page) = pages.next().await {
        entities.extend(serde_dynamo::from_items::<_, Entity>(page?.items.unwrap_or_default())?);
    }
    Ok(entities)
}

pub async fn put_all(entities: &[Entity], client: &Client) -> Result<()> {
    for entities in entities.chunks(25) {
        let mut requests = Vec::new();
        for entity in entities {
            let put = PutRequest::builder().set_item(Some(to_item(entity)?)).build()?;
            requests.push(WriteRequest::builder().put_request(put).build());
        }
        let mut unprocessed = HashMap::from([("shop".to_owned(), requests)]);
        while !unprocessed.is_empty() {
            let output = client.batch_write_item().set_request_items(Some(unprocessed)).send().await?;
            unprocessed = output.unprocessed_items.unwrap_or_default();
        }
    }
    Ok(())
}
"""
)

# Uses every operation of a model.
RUN = """
pub async fn run(client: &Client) -> Result<()> {
    if let Some(mut entity) = get("a", 1, client).await? {
        save(&mut entity, client).await?;
        create(&mut entity, client).await?;
        delete(&entity, client).await?;
        put_all(&[entity], client).await?;
    }
    if exists("a", 2, client).await? {
        delete_by_key("a", 2, client).await?;
    }
    for entity in query("a", client).await? {
        println!("{entity:?} {}", entity.total());
    }
    Ok(())
}
"""

DECODE = """
pub fn run() {
    let _ = std::hint::black_box(<Entity as Model>::from_item as fn(&_) -> _);
}
"""

SINGLET_CLIENT = "singlet::Client::from_env().await"
SDK_CLIENT = "aws_sdk_dynamodb::Client::new(&aws_config::load_from_env().await)"

MAIN = """
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let client = $CLIENT;
$CALLS
    Ok(())
}
"""

# With the argument `put`, they also put the item that they get.
SINGLET_LAMBDA = MAIN.replace("$CLIENT", SINGLET_CLIENT).replace(
    "$CALLS",
    """    if let Some(mut entity) = Entity::get(("a", 1)).client(&client).await? {
        println!("{entity:?}");
        if std::env::args().nth(1).as_deref() == Some("put") {
            entity.save().client(&client).await?;
        }
    }""",
)
SERDE_LAMBDA = MAIN.replace("-> Result<(), Box<dyn std::error::Error + Send + Sync>>", "-> Result<()>").replace(
    "$CLIENT", SDK_CLIENT
).replace(
    "$CALLS",
    """    if let Some(entity) = get("a", 1, &client).await? {
        println!("{entity:?}");
        if std::env::args().nth(1).as_deref() == Some("put") {
            save(&entity, &client).await?;
        }
    }""",
)
SDK_LAMBDA = "use aws_sdk_dynamodb::types::AttributeValue;\n" + MAIN.replace("$CLIENT", SDK_CLIENT).replace(
    "$CALLS",
    """    let request = client.get_item().table_name("shop").key("pk", AttributeValue::S("E0#a".to_owned()));
    if let Some(item) = request.key("sk", AttributeValue::S("N#00000000000000000001".to_owned())).send().await?.item {
        println!("{item:?}");
        if std::env::args().nth(1).as_deref() == Some("put") {
            client.put_item().table_name("shop").set_item(Some(item)).send().await?;
        }
    }""",
)

ITEM = (
    '{"Item":{"pk":{"S":"E0#a"},"sk":{"S":"N#00000000000000000001"},"id":{"S":"a"},"number":{"N":"1"},"status":{"S":"open"},'
    '"cents":{"N":"1250"},"count":{"N":"2"},"ratio":{"N":"0.5"},"paid":{"BOOL":true},"created_at":{"N":"1700000000"},'
    '"tags":{"L":[{"S":"x"},{"S":"y"}]},"address":{"M":{"street":{"S":"1 Main Street"},"city":{"S":"Paris"},'
    '"zip":{"S":"75001"},"country":{"S":"FR"}}},"lines":{"L":[{"M":{"sku":{"S":"s"},"count":{"N":"2"},'
    '"cents":{"N":"625"}}}]},"score":{"N":"-3"}}}'
)


def write(path, text):
    """Writes a file, unless it already has this content, so that cargo builds only what has changed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def model(text, number, field="limit", constant=0):
    text = text.replace("$ID", str(number)).replace("$FIELD", field).replace("$NUMBER", str(constant))
    return "#![allow(dead_code)]\n" + text


def program(name, models, text, client):
    """Writes a program with this many models."""
    folder = WORK / "src/bin" / name
    for number in range(models):
        write(folder / f"m{number}.rs", model(text, number))
    modules = "".join(f"mod m{number};\n" for number in range(models))
    call = "    Box::pin(m{}::run(&client)).await?;\n" if client else "    m{}::run();\n"
    calls = "".join(call.format(number) for number in range(models))
    main = MAIN.replace("$CLIENT", client) if client else MAIN.replace("    let client = $CLIENT;\n", "")
    write(folder / "main.rs", modules + main.replace("$CALLS", calls))


def generate():
    write(WORK / "Cargo.toml", MANIFEST)
    if not (WORK / "Cargo.lock").exists():
        shutil.copy(ROOT / "Cargo.lock", WORK / "Cargo.lock")
    for models in (1, MODELS):
        program(f"decode-{models}", models, SINGLET_STRUCTS + DECODE, None)
        program(f"singlet-{models}", models, SINGLET + RUN, SINGLET_CLIENT)
        program(f"serde_dynamo-{models}", models, SERDE + RUN, SDK_CLIENT)
    lambdas = {
        "singlet": SINGLET_STRUCTS + SINGLET_LAMBDA,
        "serde_dynamo": SERDE_STRUCTS + SERDE_KEYS + SERDE_GET_AND_SAVE + SERDE_LAMBDA,
        "sdk": SDK_LAMBDA,
    }
    for name, text in lambdas.items():
        write(WORK / "src/bin" / f"lambda-{name}" / "main.rs", model(text, 0))


def cpu(command, **options):
    """Runs a command and returns the CPU seconds of its processes."""
    process = subprocess.Popen(command, **options)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command} failed")
    return usage.ru_utime + usage.ru_stime


def cargo(command, name, *options):
    environment = {**os.environ, "CARGO_TARGET_DIR": str(TARGET)}
    environment.pop("CARGO_INCREMENTAL", None)
    return cpu(["cargo", command, "--quiet", "--bin", name, *options], cwd=WORK, env=environment)


def ratio(of, to):
    return statistics.median(a / b for a, b in zip(of, to, strict=True))


def seconds(samples, digits=2):
    return f"{statistics.median(samples):.{digits}f} s"


def incremental():
    sides = {f"singlet-{MODELS}": SINGLET + RUN, f"serde_dynamo-{MODELS}": SERDE + RUN}
    print("| after a change in one of 50 models | singlet | serde_dynamo | ratio |\n|---|--:|--:|--:|")
    for command, title in (("check", "`cargo check`"), ("build", "debug build")):
        for name in sides:
            cargo(command, name)
        times = {}
        for step in range(2 * ROUNDS):
            # In turns, the body of a method and the name of a field change.
            kind = ("a body", "a field")[step % 2]
            field, constant = ("limit", "bound")[(step + 1) // 2 % 2], 1 + step // 2
            for name, text in sides.items():
                path = WORK / "src/bin" / name / f"m{CHANGED}.rs"
                path.write_text(model(text, CHANGED, field, constant))
                times.setdefault((kind, name), []).append(cargo(command, name))
        for kind in ("a body", "a field"):
            ours, theirs = (times[kind, name] for name in sides)
            print(
                f"| {title}, {kind} | {seconds(ours)} | {seconds(theirs)} | {ratio(ours, theirs):.2f} |", flush=True
            )


def text_size(path):
    return int(subprocess.check_output(["size", path], text=True).splitlines()[1].split()[0])


def release():
    names = [f"{name}-{models}" for models in (1, MODELS) for name in ("decode", "singlet", "serde_dynamo")]
    for name in ("lambda-singlet", "lambda-serde_dynamo"):
        # Builds the dependencies.
        cargo("build", name, "--release")
    times = {name: [] for name in names}
    for _ in range((ROUNDS + 1) // 2):
        for name in names:
            (WORK / "src/bin" / name / "main.rs").touch()
            times[name].append(cargo("build", name, "--release"))
    print("| program | release build | text |\n|---|--:|--:|")
    for name in names:
        text = text_size(TARGET / "release" / name)
        print(f"| {name} | {seconds(times[name], 1)} | {text / 1024:,.0f} KiB |", flush=True)


def serve(listener):
    """Answers every request with the item."""
    response = (
        f"HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\nx-amzn-requestid: r\r\n"
        f"content-length: {len(ITEM)}\r\n\r\n{ITEM}"
    ).encode()

    def answer(connection):
        with connection, connection.makefile("rb") as stream:
            while (line := stream.readline()) not in (b"", b"\r\n"):
                length = 0
                while line not in (b"", b"\r\n"):
                    name, _, value = line.partition(b":")
                    if name.lower() == b"content-length":
                        length = int(value)
                    line = stream.readline()
                stream.read(length)
                connection.sendall(response)

    while True:
        connection, _ = listener.accept()
        threading.Thread(target=answer, args=(connection,), daemon=True).start()


def functions():
    names = ["singlet", "serde_dynamo", "sdk"]
    sizes, texts = {}, {}
    for name in names:
        cargo("build", f"lambda-{name}", "--release")
        built, stripped = TARGET / "release" / f"lambda-{name}", WORK / f"lambda-{name}"
        subprocess.check_call(["strip", "-o", stripped, built])
        sizes[name], texts[name] = stripped.stat().st_size, text_size(built)
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{listener.getsockname()[1]}",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "eu-west-1",
    }
    times = {name: [] for name in names}
    for step in range(STARTS + 2):
        for name in names:
            time = cpu([WORK / f"lambda-{name}", "get"], env=environment, stdout=subprocess.DEVNULL)
            # The first starts read the file from the disk.
            if step > 1:
                times[name].append(time)
    print("| function | stripped | text | to the SDK's | start to first item | to the SDK's |\n|---|--:|--:|--:|--:|--:|")
    for name in names:
        size = f"{sizes[name] / 1e6:.2f} MB | {texts[name] / 1024:,.0f} KiB | {sizes[name] / sizes['sdk']:.3f}"
        time = f"{1000 * statistics.median(times[name]):.2f} ms | {ratio(times[name], times['sdk']):.3f}"
        print(f"| {name} | {size} | {time} |", flush=True)


PARTS = {"incremental": incremental, "release": release, "lambda": functions}

if __name__ == "__main__":
    if unknown := set(sys.argv[1:]) - set(PARTS):
        sys.exit(f"there is no part {', '.join(sorted(unknown))}; the parts are {', '.join(PARTS)}")
    generate()
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()
        print()
