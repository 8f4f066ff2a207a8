//! `partition_key` and `sort_key` wherever `hash_key` and `range_key` are accepted, and no other word for a key.

use singlet::{Model, Table};

/// Keys of several attributes and of other types than text, in the table and in its indexes.
#[derive(Debug, Table)]
#[table(name = "shop", partition_key = "pk", partition_key_type = "S", sort_key = "sk", sort_key_type = "S")]
#[table(index(name = "gsi1", partition_key = "gsi1pk", sort_key = "points", sort_key_type = "N"))]
#[table(index(
    name = "gsi2",
    partition_key("tenant", "region"),
    partition_key_type("S", "S"),
    sort_key("year", "number"),
    sort_key_type("N", "N")
))]
#[table(index(name = "lsi1", local, sort_key = "lsi1sk"))]
struct Shop;

/// Templates on the struct; templates, fields and lists in the indexes.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, partition_key = "CUSTOMER#{id}", sort_key = "PROFILE")]
#[model(index(gsi1, partition_key = "EMAIL#{email}", sort_key = points))]
#[model(index(gsi2, partition_key("TENANT#{tenant}", "REGION#{id}"), sort_key(year, number)))]
#[model(index(lsi1, sort_key = "NICK#{email}"))]
struct Customer {
    id: String,
    email: String,
    points: u64,
    #[model(rename = "owner")]
    tenant: String,
    year: u16,
    number: u32,
}

/// Marks on fields, in a table that is only a name.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "events")]
struct Event {
    #[model(partition_key)]
    device: String,
    #[model(sort_key)]
    at: u64,
}

/// Runs it.
///
/// # Panics
///
/// If a key has another name.
pub fn main() {
    let names = |keys: &[singlet::schema::KeySchema]| keys.iter().map(|key| key.attribute.name).collect::<Vec<_>>();
    assert_eq!(Shop::SCHEMA.hash_key.attribute.name, "pk");
    assert_eq!(Shop::SCHEMA.range_key.map(|key| key.attribute.name), Some("sk"));
    let by_tenant = Shop::SCHEMA.indexes[1];
    assert_eq!((by_tenant.hash_key.attribute.name, names(by_tenant.more_hash_keys)), ("tenant", vec!["region"]));
    assert_eq!(by_tenant.range_key.map(|key| key.attribute.name), Some("year"));
    assert_eq!(names(by_tenant.more_range_keys), ["number"]);

    let request = Customer::index(Shop::GSI2).query(("t-1", "c-1")).ge((2024, 7)).explain().unwrap();
    assert!(request.body().contains("TENANT#t-1") && request.body().contains("REGION#c-1"), "{}", request.body());
    let request = Customer::index(Shop::GSI1).query("a@b.c").ge(5).explain().unwrap();
    assert!(request.body().contains("EMAIL#a@b.c"), "{}", request.body());
    let request = Customer::index(Shop::LSI1).query("c-1").eq("ann").explain().unwrap();
    assert!(request.body().contains("NICK#ann"), "{}", request.body());

    let event = Event { device: "d-1".into(), at: 9 };
    assert_eq!(event.key().unwrap(), Event::key_of(("d-1", 9)).unwrap());
}
