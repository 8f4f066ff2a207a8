//! Reads a table that pydynox wrote, and writes new items to it: `cargo run --example quickstart`.
//!
//! The example imports `examples/data/pydynox_app_table.jsonl`, a file in DynamoDB's export format, into the
//! embedded DynamoDB.

#[allow(unreachable_pub, reason = "shown as they stand in a library")]
mod models;

use std::error::Error;
use std::fmt::Write as _;
use std::fs::File;
use std::io::BufReader;

use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use singlet::{Client, ExpiresIn, Model, Table};
use time::{Date, OffsetDateTime};

use models::{App, Document, Limits, Line, Order, Session, Settings, Status, Theme, User};

const EXPORT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/pydynox_app_table.jsonl");

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Outcome {
    singlet::set_default_client(Client::embedded());
    App::create_table().await?;

    import_table().await?;
    report_users().await?;
    report_documents().await?;
    report_sessions().await?;
    write_and_read_back().await
}

async fn import_table() -> Outcome {
    heading("Import", "A file in DynamoDB's export format is loaded into a DynamoDB inside this process.");
    let lines = BufReader::new(File::open(EXPORT)?);
    let progress = |at: singlet::ImportProgress| println!("{:>7} items {:>8} bytes", at.items, at.bytes);
    let summary = singlet::import(App::SCHEMA.name, lines).progress(progress).await?;
    println!("{:>7} items in the table `{}`", summary.items, App::SCHEMA.name);
    println!("{:>7} users, 56 orders, 5 documents and 12 sessions", 8);
    assert_eq!(summary.items, 8 + 56 + 5 + 12, "users, orders, documents and sessions");
    Ok(())
}

/// The name is the last column because its width depends on the font of the terminal.
async fn report_users() -> Outcome {
    heading("Users and their orders", "A get reads each user, and a query reads the orders in the user's partition.");
    println!("{:>7} {:>4} {:>6} {:>7} {:>9}  {:<10}  name", "user", "age", "theme", "orders", "total", "latest");
    let mut count = 0;
    for number in 0..8 {
        let user = User::get(format!("{number:04}")).await?.ok_or("a user is missing")?;
        let orders = Order::query(&user.id).await?;
        assert!(orders.iter().all(|order| order.total == sum(&order.lines)), "every total is the sum of its lines");
        count += orders.len();

        let total: Decimal = orders.iter().map(|order| order.total).sum();
        let latest = orders.last().map(|order| date(order.placed_at)).transpose()?;
        let latest = latest.map_or("none".to_owned(), |date| date.to_string());
        let theme = format!("{:?}", user.settings.theme).to_lowercase();
        let (id, age, name, n) = (&user.id, user.age, &user.name, orders.len());
        println!("{id:>7} {age:>4} {theme:>6} {n:>7} {total:>9.2}  {latest:<10}  {name}");
    }
    assert_eq!(count, 56);
    println!("{count:>27} orders, and every total is the sum of its lines");
    Ok(())
}

async fn report_documents() -> Outcome {
    heading(
        "Documents",
        "The same text in bytes, as it is and compressed with each algorithm. Models decompress it when they read it.",
    );
    println!("{:>8} {:>6} {:>6} {:>6} {:>6}  {:<8}  title", "document", "text", "zstd", "lz4", "gzip", "SHA-256");
    for id in 0..5 {
        let document = Document::get((id, 1)).await?.ok_or("a document is missing")?;
        let bodies = [&document.body_zstd, &document.body_lz4, &document.body_gzip];
        let is_sound = bodies.iter().all(|body| sha256(body) == document.sha256);
        assert!(is_sound, "every body decompresses to the text that was hashed");

        let size = document.size()?;
        let bytes = |body: &str| size.attributes().find(|(name, _)| *name == body).map_or(0, |(_, bytes)| bytes);
        let [zstd, lz4, gzip] =
            ["body_zstd", "body_lz4", "body_gzip"].map(|body| bytes(body).saturating_sub(body.len()));
        let (text, title) = (document.body_zstd.len(), &document.title);
        println!("{id:>8} {text:>6} {zstd:>6} {lz4:>6} {gzip:>6}  {:<8}  {title}", "3 match");
    }
    Ok(())
}

async fn report_sessions() -> Outcome {
    heading("Sessions", "DynamoDB deletes expired items late. Until then, a model tells whether its item has expired.");
    println!("{:>7} {:>5}  {:<10}  state", "session", "user", "expires");
    let mut expired = 0;
    for id in 0..12 {
        let session = Session::get(id).await?.ok_or("a session is missing")?;
        expired += usize::from(session.is_expired());
        let state = match session.expires_in() {
            Some(left) => format!("expires in {} days", left.as_secs() / 86_400),
            None => "expired, but not deleted yet".to_owned(),
        };
        println!("{id:>7} {:>5}  {}  {state}", session.user_id, date(session.expires_at.epoch_seconds())?);
    }
    println!("{expired:>7} of 12 have expired");
    Ok(())
}

async fn write_and_read_back() -> Outcome {
    heading("New items", "Four models write to the same table. `create` refuses to replace an item.");
    let settings = Settings { theme: Theme::Dark, limits: Limits { daily: 5, ratio: 0.25 }, last: None };
    let user = User::builder().id("0008").name("Grace Hopper").email("grace@example.com").age(85);
    let mut user = user.settings(settings).build();
    user.create().await?;
    println!("{:>12}  {}", "created", user.name);
    let refusal = user.create().await.err().ok_or("a second create must fail")?;
    println!("{:>12}  {refusal}", "refused");

    let lines = vec![Line { sku: "SKU-001".into(), qty: 2, price: "19.95".parse()? }];
    let order = Order::builder().user_id("0008").id("0008-00000").placed_at(1_750_000_000);
    let order = order.status(Status::Placed).total(sum(&lines)).lines(lines).build();
    let body = "The most dangerous phrase in the language is: we have always done it this way. ".repeat(50);
    let document = Document::builder().id(5).version(1).title("phrases.txt").sha256(sha256(&body));
    let document = document.body_zstd(&*body).body_lz4(&*body).body_gzip(&*body).build();
    singlet::batch_write().put(&order).put(&document).await?;

    let mut session = Session::builder().id(12).user_id("0008").expires_at(ExpiresIn::minutes(30)).build();
    session.create().await?;
    session.extend_ttl(ExpiresIn::days(7)).await?;

    assert_eq!(User::get("0008").await?.as_ref(), Some(&user));
    assert_eq!(Order::query("0008").descending().limit(1).await?, [order]);
    assert_eq!(Document::get((5, 1)).await?.as_ref(), Some(&document));
    assert_eq!(Session::get(12).await?, Some(session));
    println!("{:>12}  user, order, document and session are equal to what was written", "read back");

    heading("The new user as JSON", "Each line is an attribute of the model.");
    for (name, value) in user.to_dict()? {
        println!("{name:>12}  {value}");
    }
    let text =
        format!("Bytes per attribute. The document has three compressed copies of {} bytes of text.", body.len());
    heading("The size of the new document", &text);
    println!("{}", document.size()?);
    println!("\nThe models are in examples/quickstart/models.rs, and this program is main.rs beside them.");
    Ok(())
}

fn sum(lines: &[Line]) -> Decimal {
    lines.iter().map(|line| line.price * Decimal::from(line.qty)).sum()
}

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn date(epoch_seconds: i64) -> Outcome<Date> {
    Ok(OffsetDateTime::from_unix_timestamp(epoch_seconds)?.date())
}

/// Prints a title, and what the lines below it show.
fn heading(title: &str, text: &str) {
    println!("\n{title}\n{}\n{text}", "-".repeat(title.len()));
}
