//! Structs that are flattened with a prefix. Everything that names one of their fields names the stored attribute.

use std::collections::BTreeMap;

use singlet::{Attribute, ErrorKind, Item, Model, Projection, Table};

use crate::stand::{self, n, s};

#[derive(Table)]
#[table(name = "prefixed-orders", hash_key = "pk", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
struct Orders;

#[derive(Debug, Clone, PartialEq, Attribute)]
#[attribute(rename_all = "camelCase")]
struct Address {
    city: String,
    #[attribute(alias = "zip", alias = "code")]
    post_code: Option<String>,
    #[attribute(default)]
    floor: u8,
    door: Door,
    #[attribute(flatten, prefix = "geo \"")]
    geo: Geo,
    #[attribute(flatten)]
    note: Note,
}

/// Stored as a map, so its own names have the prefixes that it gives, and no others.
#[derive(Debug, Clone, PartialEq, Attribute)]
struct Door {
    name: String,
    #[attribute(flatten, prefix = "at_")]
    at: Geo,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Geo {
    lat: f64,
    #[attribute(alias = "y")]
    lon: f64,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Note {
    note: Option<String>,
    labels: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Orders, hash_key = "ORDER#{id}")]
#[model(index(
    gsi1,
    hash_key = "CITY#{shipping.city}",
    range_key = "{shipping.geo.lat_zone.zone}#{billing.city}#{id}"
))]
struct Order {
    id: u32,
    #[model(flatten, prefix = "ship_")]
    shipping: Shipping,
    #[model(flatten, prefix = "bill_")]
    billing: Address,
    #[model(default)]
    stops: Vec<Stop>,
}

/// As an address, with a part that keys are made from.
#[derive(Debug, Clone, PartialEq, Attribute)]
struct Shipping {
    city: String,
    #[attribute(flatten, prefix = "geo_")]
    geo: Zones,
    #[attribute(flatten)]
    address: Note,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Zones {
    #[attribute(flatten, prefix = "lat_")]
    lat_zone: Zone,
    #[attribute(flatten, prefix = "lon_")]
    lon_zone: Zone,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Zone {
    zone: u16,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Stop {
    day: u8,
    #[attribute(flatten, prefix = "to_")]
    to: Address,
}

#[derive(Debug, PartialEq, Projection)]
#[projection(of = Order)]
struct OnlyId {
    id: u32,
}

fn note() -> Note {
    Note { note: None, labels: BTreeMap::from([("a".into(), "b".into())]) }
}

fn address(city: &str) -> Address {
    let geo = Geo { lat: 1.5, lon: 2.5 };
    let door = Door { name: "front".into(), at: geo.clone() };
    Address { city: city.into(), post_code: Some("75".into()), floor: 3, door, geo, note: note() }
}

fn order() -> Order {
    let geo = Zones { lat_zone: Zone { zone: 7 }, lon_zone: Zone { zone: 8 } };
    let shipping = Shipping { city: "Oslo".into(), geo, address: note() };
    let stops = vec![Stop { day: 1, to: address("Rome") }];
    Order { id: 1, shipping, billing: address("Paris"), stops }
}

fn sorted(item: &std::collections::HashMap<String, aws_sdk_dynamodb::types::AttributeValue>) -> Vec<&str> {
    let mut names: Vec<&str> = item.keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

const OF_BILLING: [&str; 8] = ["city", "door", "floor", "geo \"lat", "geo \"lon", "labels", "note", "postCode"];

#[test]
fn the_stored_names_have_the_prefixes() {
    let item = order().to_item().unwrap();
    let mut expected: Vec<String> = OF_BILLING.iter().map(|name| format!("bill_{name}")).collect();
    expected.retain(|name| name != "bill_note");
    let shipping = ["ship_city", "ship_geo_lat_zone", "ship_geo_lon_zone", "ship_labels"];
    expected
        .extend(["_type", "gsi1pk", "gsi1sk", "id", "pk", "stops"].iter().chain(&shipping).map(ToString::to_string));
    expected.sort();
    assert_eq!(sorted(&item), expected);
    // A map inside of a flattened struct has its own names.
    assert_eq!(sorted(item["bill_door"].as_m().unwrap()), ["at_lat", "at_lon", "name"]);
    assert_eq!(sorted(item["bill_labels"].as_m().unwrap()), ["a"]);
    let stop = item["stops"].as_l().unwrap()[0].as_m().unwrap();
    assert_eq!(sorted(stop)[..3], ["day", "to_city", "to_door"]);
    assert_eq!(sorted(stop["to_door"].as_m().unwrap()), ["at_lat", "at_lon", "name"]);
    assert_eq!((&item["gsi1pk"], &item["gsi1sk"]), (&s("CITY#Oslo"), &s("00007#Paris#0000000001")));
    assert_eq!(Order::from_item(&item).unwrap(), order());
}

#[test]
fn plain_json_has_the_prefixes() {
    let dict = order().to_dict().unwrap();
    assert_eq!(
        (&dict["bill_floor"], &dict["bill_geo \"lat"], &dict["ship_city"]),
        (&3.into(), &1.5.into(), &"Oslo".into())
    );
    assert_eq!(Order::from_dict(&dict).unwrap(), order());
}

#[test]
fn former_names_have_the_prefixes() {
    let mut item = order().to_item().unwrap();
    let lon = item.remove("bill_geo \"lon").unwrap();
    item.insert("bill_geo \"y".into(), lon);
    let code = item.remove("bill_postCode").unwrap();
    item.insert("code".into(), s("unrelated"));
    item.insert("bill_code".into(), s("older"));
    item.insert("bill_zip".into(), code);
    assert_eq!(Order::from_item(&item).unwrap(), order());

    // An update removes what is under the former names, and conditions include them.
    let update = Order::update(1).set(|o| o.billing.post_code, "76").when(|o| o.billing.geo.lon.eq(2.5));
    let body = update.explain().unwrap().body().to_owned();
    for name in ["bill_postCode", "bill_zip", "bill_code", "bill_geo \\\"lon", "bill_geo \\\"y"] {
        assert!(body.contains(&format!("\"{name}\"")), "{name}: {body}");
    }
}

#[test]
fn faults_name_the_stored_attribute() {
    let attribute = |change: &dyn Fn(&mut Item)| {
        let mut item = order().to_item().unwrap();
        change(&mut item);
        let error = Order::from_item(&item).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        error.attribute().unwrap().to_owned()
    };
    assert_eq!(attribute(&|item| drop(item.remove("bill_city"))), "bill_city");
    assert_eq!(attribute(&|item| drop(item.remove("bill_geo \"lat"))), "bill_geo \"lat");
    assert_eq!(attribute(&|item| drop(item.remove("ship_geo_lon_zone"))), "ship_geo_lon_zone");
    assert_eq!(attribute(&|item| drop(item.insert("ship_geo_lat_zone".into(), s("x")))), "ship_geo_lat_zone");
    let former = |item: &mut Item| {
        item.remove("bill_postCode");
        item.insert("bill_zip".into(), n(1));
    };
    assert_eq!(attribute(&former), "bill_zip");
    let inner = |item: &mut Item| {
        let door = AttributeMap::from([("name".to_owned(), s("x")), ("at_lat".to_owned(), n(1))]);
        item.insert("bill_door".into(), aws_sdk_dynamodb::types::AttributeValue::M(door));
    };
    assert_eq!(attribute(&inner), "bill_door.at_lon");

    let encode = |change: &dyn Fn(&mut Order)| {
        let mut order = order();
        change(&mut order);
        let error = order.to_item().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Encode);
        error.attribute().unwrap().to_owned()
    };
    assert_eq!(encode(&|order| order.billing.geo.lat = f64::NAN), "bill_geo \"lat");
    assert_eq!(encode(&|order| order.billing.door.at.lon = f64::NAN), "bill_door.at_lon");
    assert_eq!(encode(&|order| order.stops[0].to.geo.lon = f64::NAN), "stops.to_geo \"lon");
    assert_eq!(encode(&|order| order.stops[0].to.door.at.lat = f64::NAN), "stops.to_door.at_lat");
}

type AttributeMap = std::collections::HashMap<String, aws_sdk_dynamodb::types::AttributeValue>;

#[test]
fn paths_lead_to_the_stored_attributes() {
    let f = &Order::FIELDS;
    let constant = format!("{:?} {:?} {:?}", f.billing.geo.lat, f.billing.door.at.lat, f.shipping.geo.lon_zone.zone);
    assert_eq!(constant, "Path(bill_geo \"lat) Path(bill_door.at_lat) Path(ship_geo_lon_zone)");
    assert_eq!(format!("{:?}", f.shipping.address.labels.key("a")), "Path(ship_labels[..])");
    let stop = f.stops.at(0);
    let in_list = format!("{:?} {:?} {:?}", stop.day, stop.to.geo.lon, stop.to.door.at.lon);
    assert_eq!(in_list, "Path(stops[0].day) Path(stops[0].to_geo \"lon) Path(stops[0].to_door.at_lon)");
    assert_eq!(format!("{:?}", stop.to.note.note), "Path(stops[0].to_note)");
}

#[tokio::test]
async fn operations_use_the_stored_attributes() {
    stand::run(async |stand| {
        Orders::create_table().await.unwrap();
        order().create().await.unwrap();
        assert_eq!(Order::get(1).await.unwrap(), Some(order()));
        assert_eq!(Order::get(1).select::<OnlyId>().await.unwrap(), Some(OnlyId { id: 1 }));
        let read = Order::get(1).fields(|o| (o.billing.city, o.shipping.geo.lat_zone.zone, o.billing.door.at.lat));
        assert_eq!(read.await.unwrap(), Some(("Paris".to_owned(), 7, 1.5)));
        assert_eq!(
            Order::scan().filter(|o| o.billing.geo.lat.lt(2.0) & o.shipping.city.eq("Oslo")).count().await.unwrap(),
            1
        );
        assert_eq!(Order::scan().filter(|o| o.billing.city.eq("Oslo")).count().await.unwrap(), 0);

        // An update of one of the two does not change the other.
        let update = Order::update(1).set(|o| o.billing.post_code, "76").remove(|o| o.billing.note.note);
        update.add(|o| o.billing.floor, 2).when(|o| o.billing.city.eq("Paris")).await.unwrap();
        let stored = stand.only_item("prefixed-orders").await;
        assert_eq!(
            (&stored["bill_postCode"], &stored["bill_floor"], &stored["ship_city"]),
            (&s("76"), &n(5), &s("Oslo"))
        );

        // `update_from` sends the attributes that differ, and the keys that are made from them.
        let old = Order::get(1).await.unwrap().unwrap();
        let mut new = old.clone();
        new.shipping.geo.lat_zone.zone = 9;
        new.billing.door.at.lat = 4.0;
        new.update_from(&old).await.unwrap();
        let stored = stand.only_item("prefixed-orders").await;
        assert_eq!(Order::from_item(&stored).unwrap(), new);
        assert_eq!((&stored["gsi1sk"], &stored["ship_geo_lat_zone"]), (&s("00009#Paris#0000000001"), &n(9)));

        // A nested field of a key is assumed and set under its stored name.
        let error = Order::update(1).set(|o| o.shipping.geo.lat_zone.zone, 10).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some("bill_city")), "{error}");
        let update = Order::update(1).set(|o| o.shipping.geo.lat_zone.zone, 10).set(|o| o.shipping.city, "Bergen");
        update.assume(|o| o.billing.city, "Paris").await.unwrap();
        let found = Order::index(Orders::GSI1).query("Bergen").eq(10).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].to_item().unwrap(), stand.only_item("prefixed-orders").await);
    })
    .await;
}
