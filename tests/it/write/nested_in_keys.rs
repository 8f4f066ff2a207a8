//! Index keys that are made from fields of nested and flattened structs. However an item is written, its index keys are
//! those that a save of it would store, or the write is refused.

use singlet::{Attribute, Error, ErrorKind, Model, Table};

use crate::stand::{self, Stand, n, s};

#[derive(Table)]
#[table(name = "parcels", hash_key = "pk", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "gsi2", hash_key = "gsi2pk", range_key = "gsi2sk"))]
#[table(index(name = "gsi3", hash_key = "gsi3pk", range_key = "gsi3sk"))]
struct Parcels;

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Address {
    city: String,
    street: String,
    zip: Option<String>,
    #[attribute(rename = "cc")]
    country: String,
    #[attribute(flatten)]
    area: Area,
}

#[derive(Debug, Clone, Default, PartialEq, Attribute)]
struct Area {
    zone: u16,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Place {
    hall: String,
    floor: u8,
    shelf: Shelf,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Shelf {
    row: u8,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Back {
    city: String,
    country: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Parcels, hash_key = "PARCEL#{id}")]
#[model(index(gsi1, hash_key = "CITY#{address.city:lower}", range_key = "{address.zip}#{id}"))]
#[model(index(
    gsi2,
    hash_key = "ZONE#{address.area.zone:plain}#{address.country}",
    range_key = "{floor.floor}#{state}#{floor.shelf.row}"
))]
#[model(index(gsi3, hash_key = "BACK#{back.city}", range_key = "{back.country}"))]
struct Parcel {
    id: u32,
    state: String,
    address: Address,
    #[model(flatten)]
    floor: Place,
    back: Option<Back>,
    #[model(version)]
    version: u64,
}

const KEYS: [&str; 6] = ["gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk", "gsi3pk", "gsi3sk"];

fn address() -> Address {
    let (city, street, country) = ("Oslo".into(), "Storgata".into(), "NO".into());
    Address { city, street, zip: Some("0155".into()), country, area: Area { zone: 3 } }
}

fn back() -> Back {
    Back { city: "Rome".into(), country: "IT".into() }
}

fn parcel() -> Parcel {
    let floor = Place { hall: "A".into(), floor: 2, shelf: Shelf { row: 7 } };
    Parcel { id: 1, state: "new".into(), address: address(), floor, back: Some(back()), version: 0 }
}

/// Checks that the stored keys are those that a save stores, and returns the item.
async fn checked(stand: &Stand) -> Parcel {
    let stored = stand.only_item("parcels").await;
    let value = Parcel::from_item(&stored).unwrap();
    let saved = value.to_item().unwrap();
    for key in KEYS {
        assert_eq!(stored.get(key), saved.get(key), "{key}");
    }
    value
}

async fn created() -> Parcel {
    Parcels::create_table().await.unwrap();
    let mut parcel = parcel();
    parcel.create().await.unwrap();
    parcel
}

#[track_caller]
fn assert_unknown(error: &Error, attribute: &str) {
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some(attribute)), "{error}");
    assert!(error.to_string().contains(".assume(..)"), "{error}");
}

#[tokio::test]
async fn every_write_of_a_whole_item_stores_the_keys() {
    stand::run(async |stand| {
        Parcels::create_table().await.unwrap();
        parcel().create().await.unwrap();
        let stored = stand.only_item("parcels").await;
        let expected = ["CITY#oslo", "0155#0000000001", "ZONE#3#NO", "002#new#007", "BACK#Rome", "IT"];
        assert_eq!(KEYS.map(|key| &stored[key]), expected.map(s).each_ref());
        // The structs are stored as without keys: one as a map, one as attributes.
        assert_eq!((&stored["address"].as_m().unwrap()["zone"], &stored["floor"]), (&n(3), &n(2)));

        let mut read = Parcel::get(1).await.unwrap().unwrap();
        read.address.zip = None;
        read.back = None;
        read.save().await.unwrap();
        let saved = checked(stand).await;
        assert!(saved.to_item().unwrap().keys().all(|name| !name.starts_with("gsi1") && !name.starts_with("gsi3")));

        Parcel::delete_by_key(1).await.unwrap();
        singlet::transact_write().write(parcel().create()).await.unwrap();
        assert_eq!(checked(stand).await.version, 1);
    })
    .await;
}

#[tokio::test]
async fn queries_take_the_values_of_nested_fields() {
    stand::run(async |_| {
        created().await;
        let of_city = Parcel::index(Parcels::GSI1).query("OSLO").begins_with("01").await.unwrap();
        let of_zone = Parcel::index(Parcels::GSI2).query((3, "NO")).ge((2, "new")).await.unwrap();
        let returned = Parcel::index(Parcels::GSI3).query("Rome").eq("IT").await.unwrap();
        assert_eq!([of_city.len(), of_zone.len(), returned.len()], [1, 1, 1]);
        assert!(Parcel::index(Parcels::GSI2).query((3, "NO")).gt(2).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_update_of_a_nested_field_writes_the_keys() {
    stand::run(async |stand| {
        let mut parcel = created().await;
        parcel.modify().set(|p| p.address.city, "Bergen").set(|p| p.floor.shelf.row, 9).await.unwrap();
        assert_eq!((checked(stand).await.address.city, parcel.address.city.as_str()), ("Bergen".into(), "Bergen"));
        parcel.modify().set(|p| p.address.area.zone, 4).set(|p| p.floor.floor, 5).await.unwrap();
        assert_eq!(checked(stand).await.address.area.zone, 4);
        // Without its value, the item leaves the index.
        parcel.modify().remove(|p| p.address.zip).await.unwrap();
        assert!(!stand.only_item("parcels").await.contains_key("gsi1pk"));
        checked(stand).await;
        parcel.modify().set(|p| p.address.zip, "5003").await.unwrap();
        assert_eq!(stand.only_item("parcels").await["gsi1sk"], s("5003#0000000001"));
        checked(stand).await;
        parcel.modify().set_or_remove(|p| p.address.zip, None::<&str>).await.unwrap();
        checked(stand).await;

        let mut changed = parcel.clone();
        changed.address.zip = Some("1".into());
        changed.back = Some(Back { city: "Bari".into(), ..back() });
        changed.floor.hall = "B".into();
        changed.update_from(&parcel).await.unwrap();
        assert_eq!(checked(stand).await.back.unwrap().city, "Bari");
    })
    .await;
}

#[tokio::test]
async fn an_update_of_a_struct_as_a_whole_writes_the_keys() {
    stand::run(async |stand| {
        let mut parcel = created().await;
        let moved = Address { city: "Bergen".into(), zip: None, ..address() };
        parcel.modify().set(|p| p.address, moved).await.unwrap();
        assert_eq!(checked(stand).await.address.city, "Bergen");
        let again = Address { country: "SE".into(), ..address() };
        Parcel::update(1)
            .set(|p| p.address, again)
            .set(|p| p.state, "x")
            .set(|p| p.floor.floor, 1)
            .assume(|p| p.floor.shelf.row, 7)
            .await
            .unwrap();
        assert_eq!(checked(stand).await.address.country, "SE");
        Parcel::update(1).remove(|p| p.back).await.unwrap();
        assert!(!stand.only_item("parcels").await.contains_key("gsi3pk"));
        checked(stand).await;
        Parcel::update(1).set(|p| p.back, back()).await.unwrap();
        assert_eq!(checked(stand).await.back, Some(back()));
        // A new map holds what the update sets, and so do the keys.
        Parcel::update(1).remove(|p| p.back).await.unwrap();
        let update = || Parcel::update(1).set(|p| p.back.city, "Pisa").set(|p| p.back.country, "IT");
        let error = update().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some("back")));
        update().create_parents().await.unwrap();
        assert_eq!((checked(stand).await.back.unwrap().city, 1), ("Pisa".into(), 1));
        assert!(stand.only_item("parcels").await.contains_key("gsi3sk"));
    })
    .await;
}

#[tokio::test]
async fn an_update_that_lacks_the_other_values_is_refused() {
    stand::run(async |stand| {
        created().await;
        assert_unknown(&Parcel::update(1).set(|p| p.address.city, "Bergen").await.unwrap_err(), "address.zip");
        assert_unknown(&Parcel::update(1).set(|p| p.back.city, "Pisa").await.unwrap_err(), "back.country");
        Parcel::update(1).set(|p| p.back.city, "Pisa").assume(|p| p.back.country, "IT").await.unwrap();
        checked(stand).await;
        let wrong = Parcel::update(1).set(|p| p.back.city, "Bari").assume(|p| p.back.country, "FR").await.unwrap_err();
        assert!(wrong.is_condition_failed());
        assert_eq!(wrong.attribute(), Some("back.country"));
        // What is assumed of the struct is assumed of its fields.
        let known = Back { city: "Pisa".into(), ..back() };
        Parcel::update(1).set(|p| p.back.country, "FR").assume(|p| p.back, known.clone()).await.unwrap();
        assert_eq!(checked(stand).await.back.unwrap().country, "FR");
        let again = Parcel::update(1).set(|p| p.back.country, "IT").assume(|p| p.back, known).await.unwrap_err();
        assert_eq!((again.is_condition_failed(), again.attribute()), (true, Some("back")));
        let update = Parcel::update(1).set(|p| p.state, "open").assume(|p| p.address, address());
        let update = update.assume(|p| p.floor.floor, 2).assume(|p| p.floor.shelf.row, 7);
        update.await.unwrap();
        assert_eq!(checked(stand).await.state, "open");
        // A local value that is outdated is not written into a key.
        let mut outdated = parcel();
        outdated.version = checked(stand).await.version;
        outdated.address.area.zone = 9;
        let error = outdated.modify().set(|p| p.address.country, "SE").await.unwrap_err();
        assert!(error.is_condition_failed());
        assert_eq!(error.attribute(), Some("address.zone"));
    })
    .await;
}

#[tokio::test]
async fn a_nested_value_that_is_computed_is_refused() {
    stand::run(async |stand| {
        let mut parcel = created().await;
        let before = stand.only_item("parcels").await;
        let errors = [
            parcel.modify().add(|p| p.address.area.zone, 1).await.unwrap_err(),
            parcel.modify().set_if_absent(|p| p.address.zip, "1").await.unwrap_err(),
            parcel.modify().set(|p| p.address.city, Parcel::FIELDS.address.street).await.unwrap_err(),
        ];
        for (error, attribute) in errors.iter().zip(["address.zone", "address.zip", "address.city"]) {
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some(attribute)), "{error}");
            assert!(error.to_string().contains("set it to a known value"), "{error}");
        }
        assert_eq!(stand.only_item("parcels").await, before);
        // An attribute of a flattened struct is one of the item, whose number can be read first.
        Parcel::update(1).add(|p| p.floor.floor, 3).await.unwrap();
        assert_eq!(checked(stand).await.floor.floor, 5);
        assert_eq!(stand.only_item("parcels").await["gsi2sk"], s("005#new#007"));
    })
    .await;
}

#[tokio::test]
async fn an_update_of_other_fields_leaves_the_keys_alone() {
    stand::run(async |stand| {
        created().await;
        let update = Parcel::update(1).set(|p| p.address.street, "Karl Johans gate").set(|p| p.floor.hall, "B");
        assert!(!update.explain().unwrap().body().contains("gsi"));
        Parcel::update(1).set(|p| p.address.street, "Karl Johans gate").await.unwrap();
        assert_eq!(checked(stand).await.address.street, "Karl Johans gate");
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Contact {
    mail: String,
    #[attribute(skip)]
    shown: bool,
}

fn nobody() -> Contact {
    Contact { mail: "none".into(), shown: false }
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Parcels, hash_key = "DESK#{id}", index(gsi1, hash_key = "MAIL#{contact.mail}", range_key = "{name}"))]
struct Desk {
    id: u32,
    name: String,
    #[model(default = nobody())]
    contact: Contact,
}

#[tokio::test]
async fn an_upsert_makes_the_keys_of_a_new_item() {
    stand::run(async |stand| {
        Parcels::create_table().await.unwrap();
        // The default of the struct is that of its fields.
        Desk::upsert(1).set(|d| d.name, "front").assume(|d| d.contact, nobody()).await.unwrap();
        let stored = stand.only_item("parcels").await;
        assert_eq!((&stored["gsi1pk"], stored.contains_key("contact")), (&s("MAIL#none"), false));
        assert_eq!(Desk::index(Parcels::GSI1).query("none").await.unwrap(), [Desk::get(1).await.unwrap().unwrap()]);

        let contact = Contact { mail: "a@b.c".into(), shown: false };
        Desk::upsert(1).set(|d| d.name, "back").set(|d| d.contact, contact).await.unwrap();
        assert_eq!(stand.only_item("parcels").await["gsi1pk"], s("MAIL#a@b.c"));
        let mut desk = Desk::get(1).await.unwrap().unwrap();
        desk.modify().set(|d| d.contact.mail, "d@e.f").await.unwrap();
        assert_eq!(stand.only_item("parcels").await["gsi1pk"], s("MAIL#d@e.f"));
        let mut writes = singlet::transact_write();
        writes = writes.write(Desk::update(1).set(|d| d.contact.mail, "g@h.i").assume(|d| d.name, "back"));
        writes.await.unwrap();
        assert_eq!(stand.only_item("parcels").await["gsi1pk"], s("MAIL#g@h.i"));
    })
    .await;
}

mod visible {
    //! A struct may have fields whose types are more private than it is.

    use singlet::Attribute;

    #[derive(Debug, Clone, PartialEq, Attribute)]
    struct Secret(String);

    #[derive(Debug, Clone, PartialEq, Attribute)]
    pub(super) struct Safe {
        pub(super) label: String,
        code: Secret,
        pub(super) owner: super::Owner,
    }

    pub(super) fn safe() -> Safe {
        Safe { label: "l".into(), code: Secret("s".into()), owner: super::Owner("o".into()) }
    }
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Owner(String);

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Parcels, hash_key = "SAFE#{id}", index(gsi1, hash_key = "LABEL#{safe.label}", range_key = "SAFE"))]
struct Kept {
    id: u32,
    safe: visible::Safe,
}

#[test]
fn a_public_field_of_a_struct_with_private_ones_can_be_in_a_key() {
    let item = Kept { id: 1, safe: visible::safe() }.to_item().unwrap();
    assert_eq!(item["gsi1pk"], s("LABEL#l"));
}

/// The derive lists the fields in rows of ten, and flattened structs after the attributes.
#[derive(Debug, Clone, Default, PartialEq, Attribute)]
struct Route {
    stop_0: u8,
    #[attribute(flatten)]
    area: Area,
    stop_1: u8,
    stop_2: u8,
    stop_3: u8,
    #[attribute(skip)]
    shown: bool,
    stop_4: u8,
    stop_5: u8,
    #[attribute(default)]
    stop_6: u8,
    stop_7: u8,
    stop_8: u8,
    stop_9: u8,
    stop_10: u8,
    #[attribute(rename = "eleven")]
    stop_11: Option<u8>,
    stop_12: u8,
    stop_13: u8,
    stop_14: u8,
    stop_15: u8,
    stop_16: u8,
    stop_17: u8,
    stop_18: u8,
    stop_19: u8,
    stop_20: u8,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Parcels, hash_key = "TRIP#{id}")]
#[model(index(gsi1, hash_key = "{route.stop_0}#{route.stop_9}#{route.stop_10}", range_key = "{route.stop_20}"))]
#[model(index(gsi2, hash_key = "{route.stop_11}", range_key = "{route.area.zone}"))]
struct Trip {
    id: u32,
    route: Route,
}

#[tokio::test]
async fn each_field_of_a_struct_with_many_fields_can_be_in_a_key() {
    stand::run(async |stand| {
        Parcels::create_table().await.unwrap();
        let route = Route {
            stop_0: 1,
            area: Area { zone: 3 },
            stop_9: 9,
            stop_10: 10,
            stop_11: Some(11),
            stop_20: 20,
            ..Route::default()
        };
        let mut trip = Trip { id: 1, route };
        trip.save().await.unwrap();
        let item = stand.only_item("parcels").await;
        let keys = ["gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk"].map(|name| &item[name]);
        assert_eq!(keys, [&s("001#009#010"), &s("020"), &s("011"), &s("00003")]);
        assert_eq!(Trip::index(Parcels::GSI1).query((1, 9, 10)).await.unwrap(), [trip.clone()]);

        trip.modify().remove(|t| t.route.stop_11).set(|t| t.route.stop_20, 21).await.unwrap();
        let item = stand.only_item("parcels").await;
        assert_eq!((&item["gsi1sk"], item.contains_key("gsi2pk")), (&s("021"), false));
    })
    .await;
}
