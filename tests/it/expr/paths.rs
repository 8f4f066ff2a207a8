//! The paths that the derives make: what they are called in the table, and what is sent for them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use singlet::{Attribute, CompressedAttribute, Model, Table};

use crate::stand;

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Geo {
    lat: f64,
    /// A name that paths have as a method.
    exists: bool,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
#[attribute(rename_all = "camelCase")]
struct Address {
    city: String,
    #[attribute(rename = "location.geo")]
    geo: Option<Geo>,
    r#type: String,
    post_code: Option<String>,
    #[attribute(flatten)]
    audit: Audit,
    #[attribute(compressed(algorithm = "lz4", min_size = 10))]
    directions: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Attribute)]
struct Audit {
    changed_by: String,
    #[attribute(flatten)]
    origin: Origin,
}

#[derive(Debug, Clone, Default, PartialEq, Attribute)]
struct Origin {
    source: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Line {
    sku: String,
    at: u64,
    key: BTreeMap<String, Geo>,
    ship: Option<Address>,
}

/// A type that contains itself.
#[derive(Debug, Clone, PartialEq, Attribute)]
struct Comment {
    text: String,
    parent: Option<Box<Comment>>,
    replies: Vec<Comment>,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Id(String);

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Home(Address);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Settings {
    theme: String,
}

#[derive(Table)]
#[table(name = "paths-shop", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
struct Shop;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{id}", range_key = "PROFILE")]
#[model(index(gsi1, hash_key = "EMAIL#{email}", range_key = "CUSTOMER"))]
struct Customer {
    id: Id,
    email: String,
    #[model(rename = "größe")]
    größe: u32,
    address: Address,
    home: Option<Home>,
    #[model(default)]
    lines: Vec<Line>,
    #[model(default)]
    meta: BTreeMap<String, String>,
    tags: BTreeSet<String>,
    comment: Option<Comment>,
    #[model(flatten)]
    audit: Audit,
    #[model(compressed(algorithm = "lz4", min_size = 10))]
    notes: CompressedAttribute,
    #[model(compressed)]
    draft: Option<String>,
    #[model(serde)]
    settings: Settings,
    #[model(serde)]
    extra: Option<Settings>,
    #[model(default)]
    set: bool,
    #[model(default)]
    path: u64,
    #[model(skip)]
    local: u8,
}

fn shown(path: impl std::fmt::Debug) -> String {
    format!("{path:?}")
}

#[test]
fn a_path_is_the_names_that_are_stored() {
    let c = Customer::FIELDS;
    assert_eq!(shown(c.id), "Path(id)");
    assert_eq!(shown(c.größe), "Path(größe)");
    assert_eq!(shown(&c.address), "Path(address)");
    assert_eq!(shown(c.address.post_code), "Path(address.postCode)");
    assert_eq!(shown(c.address.r#type), "Path(address.type)");
    assert_eq!(shown(c.address.geo.exists), "Path(address.location.geo.exists)");
    assert_eq!(shown(c.home.geo.lat), "Path(home.location.geo.lat)");
    assert_eq!(shown((c.set, c.path)), "(Path(set), Path(path))");
}

#[test]
fn a_flattened_struct_adds_no_step() {
    let c = Customer::FIELDS;
    assert_eq!(shown(c.audit.changed_by), "Path(changed_by)");
    assert_eq!(shown(c.audit.origin.source), "Path(source)");
    assert_eq!(shown(c.address.audit.origin.source), "Path(address.source)");
    let ship = c.lines.at(0).ship;
    assert_eq!(shown(&ship.audit.origin.source), "Path(lines[0].ship.source)");
}

#[test]
fn a_path_goes_through_lists_maps_and_boxes() {
    let c = Customer::FIELDS;
    let line = c.lines.at(3);
    assert_eq!(shown(&line), "Path(lines[3])");
    assert_eq!(shown(&line.at), "Path(lines[3].at)");
    assert_eq!(shown(&line.key.key("a.b").lat), "Path(lines[3].key[..].lat)");
    assert_eq!(shown(&line.ship.geo.lat), "Path(lines[3].ship.location.geo.lat)");
    assert_eq!(shown(c.meta.key("x")), "Path(meta[..])");
    assert_eq!(shown(c.comment.replies.at(1).parent.inner::<Comment>().text), "Path(comment.replies[1].parent.text)");
}

#[test]
fn a_path_can_be_a_constant() {
    const CITY: singlet::expr::Path<Customer, String> = Customer::FIELDS.address.city;
    assert_eq!(shown(CITY), "Path(address.city)");
}

#[test]
fn the_path_of_a_struct_stands_for_a_value_of_it() {
    let update = Customer::update("c-1")
        .set(|c| c.address, Customer::FIELDS.lines.at(0).ship)
        .when(|c| c.address.ne(c.lines.at(1).ship) & c.home.exists());
    let body = update.explain().unwrap().body().to_owned();
    assert!(
        body.contains("SET #4 = #2[0].#3")
            && body.contains("NOT attribute_type(#2[0].#3, :1) AND #4 <> #2[1].#3 AND ")
            && body.contains("attribute_exists(#5) AND NOT attribute_type(#5, "),
        "{body}"
    );
}

fn customer() -> Customer {
    Customer {
        id: Id("c-1".into()),
        email: "ann@example.com".into(),
        größe: 3,
        address: Address {
            city: "Oslo".into(),
            geo: None,
            r#type: "home".into(),
            post_code: None,
            audit: Audit { changed_by: "bob".into(), ..Audit::default() },
            directions: Some("left ".repeat(20)),
        },
        home: None,
        lines: vec![Line { sku: "s".into(), at: 1, key: BTreeMap::new(), ship: None }],
        meta: BTreeMap::new(),
        tags: BTreeSet::new(),
        comment: None,
        audit: Audit { changed_by: "ann".into(), ..Audit::default() },
        notes: "x".repeat(100).into(),
        draft: Some("d".into()),
        settings: Settings { theme: "dark".into() },
        extra: Some(Settings { theme: "none".into() }),
        set: false,
        path: 0,
        local: 0,
    }
}

/// What an update sets is what a save of the same value stores, whatever form the field is stored in.
#[tokio::test]
async fn an_update_stores_what_a_save_stores() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let wanted = customer();
        let settings = Settings { theme: String::new() };
        let mut stored = Customer { notes: "".into(), draft: None, settings, extra: None, ..wanted.clone() };
        stored.address.directions = None;
        stored.save().await.unwrap();
        let updated = Customer::update("c-1")
            .set(|c| c.notes, "x".repeat(100))
            .set(|c| c.draft, "d")
            .set(|c| c.settings, &wanted.settings)
            .set(|c| c.extra, wanted.extra.clone().unwrap())
            .set(|c| c.address.directions, "left ".repeat(20))
            .await
            .unwrap();
        assert_eq!(updated, wanted);
        let item = stand.only_item("paths-shop").await;
        assert!(item["notes"].as_s().unwrap().starts_with("LZ4:") && item["draft"].as_s().unwrap() == "d");
        assert_eq!(item, wanted.to_item().unwrap());

        let cleared = Customer::update("c-1")
            .remove(|c| c.draft)
            .remove(|c| c.extra)
            .remove(|c| c.address.directions)
            .when(|c| c.notes.exists() & c.extra.exists() & c.audit.changed_by.ne(Customer::FIELDS.email))
            .await
            .unwrap();
        assert_eq!((cleared.draft, cleared.extra, cleared.address.directions), (None, None, None));
    })
    .await;
}
