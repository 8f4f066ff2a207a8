//! The constants and types of indexes, and the keys that models have in them.

use singlet::expr::Path;
use singlet::{Index, IndexOf, Model, Table};

use crate::stand::{self, n, s};

#[derive(Table)]
#[table(name = "index-types", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "by_email", hash_key = "email"))]
#[table(index(
    name = "by-Level.2",
    hash_key = "kind",
    range_key = "level",
    range_key_type = "N",
    include("name", "_type")
))]
#[table(index(name = "newest", local, range_key = "created"))]
#[table(index(name = "schema", hash_key = "kind"))]
struct Shop;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{id}", range_key = "PROFILE")]
#[model(index(gsi1, hash_key = "TEAM#{team}", range_key = "CUSTOMER#{level}#{id}"))]
#[model(index(by_email, hash_key = email))]
#[model(index("by-Level.2", hash_key = "KIND", range_key = level))]
#[model(index(newest, range_key = created))]
struct Customer {
    id: String,
    team: Option<u8>,
    level: u32,
    email: Option<String>,
    created: String,
}

fn customer() -> Customer {
    Customer {
        id: "c-1".into(),
        team: Some(7),
        level: 3,
        email: Some("ann@example.com".into()),
        created: "2024".into(),
    }
}

#[test]
fn an_index_is_a_constant_of_its_table() {
    fn name<I: Index>(_: I) -> (&'static str, bool) {
        (I::SCHEMA.name, I::SCHEMA.local)
    }
    assert_eq!(name(Shop::GSI1), ("gsi1", false));
    assert_eq!(name(Shop::BY_EMAIL), ("by_email", false));
    assert_eq!(name(Shop::BY_LEVEL_2), ("by-Level.2", false));
    assert_eq!(name(Shop::NEWEST), ("newest", true));
    // The table's own constant keeps its name.
    assert_eq!((name(Shop::SCHEMA_INDEX), Shop::SCHEMA.name), (("schema", false), "index-types"));
    assert_eq!(format!("{:?}", Shop::GSI1), "ShopGsi1");
}

#[test]
fn a_model_says_what_its_keys_in_an_index_are_made_of() {
    fn sources<I: IndexOf<Customer>>(_: I) -> String {
        let shown = format!("{:?}", (I::HASH, I::RANGE));
        ["Template", "Field", "[]", "pk", "email", "level", "created", "gsi1sk", "kind"]
            .into_iter()
            .filter(|word| {
                shown.contains(&format!("name: \"{word}\""))
                    || shown.contains(&format!("{word}("))
                    || shown.ends_with(&format!("{word})"))
            })
            .collect::<Vec<_>>()
            .join(" ")
    }
    assert_eq!(sources(Shop::GSI1), "Template gsi1sk");
    assert_eq!(sources(Shop::BY_EMAIL), "Field [] email");
    assert_eq!(sources(Shop::BY_LEVEL_2), "Template Field level kind");
    // A local index has the hash key of its table.
    assert_eq!(sources(Shop::NEWEST), "Template Field pk created");
}

#[test]
fn the_parts_of_an_index_key_are_types() {
    fn parts<I: IndexOf<Customer>>(_: I, _: I::HashParts, _: I::RangeParts) {}
    parts(Shop::GSI1, (7_u8,), (3_u32, String::new()));
    parts(Shop::BY_EMAIL, singlet::key::Field(String::new()), ());
    parts(Shop::BY_LEVEL_2, (), singlet::key::Field(3_u32));
    parts(Shop::NEWEST, (String::new(),), singlet::key::Field(String::new()));
}

#[tokio::test]
async fn a_field_is_the_key_of_an_index_and_sparse_where_it_is_none() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        customer().save().await.unwrap();
        let stored = stand.only_item("index-types").await;
        assert_eq!((&stored["email"], &stored["level"], &stored["kind"]), (&s("ann@example.com"), &n(3), &s("KIND")));

        let mut sparse = Customer { email: None, team: None, ..customer() };
        sparse.save().await.unwrap();
        let stored = stand.only_item("index-types").await;
        assert!(!stored.contains_key("email") && !stored.contains_key("gsi1pk") && !stored.contains_key("gsi1sk"));
        assert_eq!(Customer::get("c-1").await.unwrap(), Some(sparse));
    })
    .await;
}

#[test]
fn a_field_that_is_a_key_fits_a_key() {
    let empty = Customer { email: Some(String::new()), ..customer() };
    assert_eq!(empty.to_item().unwrap_err().to_string(), "the hash key is empty (model `Customer`, attribute `email`)");
    let long = Customer { created: "x".repeat(1_025), ..customer() };
    assert!(long.to_item().unwrap_err().to_string().starts_with("the range key has 1025 bytes"));
}

#[test]
fn an_update_sets_a_key_of_an_index_only_to_a_value() {
    // The role of a path that an index is keyed by.
    let _: Path<Customer, Option<String>, singlet::expr::IndexAttribute> = Customer::FIELDS.email;
    let _ = Customer::update("c-1").set(|c| c.email, "bob@example.com").remove(|c| c.email);
}
