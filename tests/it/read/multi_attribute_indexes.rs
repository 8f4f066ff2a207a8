//! Models in indexes whose keys are several attributes: templates and fields, strings and numbers.

use singlet::{Collection, ErrorKind, Key, Model, Table};

use crate::stand::{self, n, s};
use crate::transport::Transport;

#[derive(Table)]
#[table(name = "freight", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "gsi1", hash_key("g1_tenant", "g1_region"), range_key("g1_status", "g1_order"),))]
#[table(index(
    name = "gsi2",
    hash_key("tenant", "depot"),
    hash_key_type("S", "N"),
    range_key("kind", "weight", "label"),
    range_key_type("S", "N", "S"),
    projection = "keys_only"
))]
struct Freight;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Freight, hash_key = "PARCEL#{id}", range_key = "PARCEL")]
#[model(index(gsi1, hash_key("T#{tenant}", "R#{region}"), range_key("{status}", "ORDER#{placed:04}#{id}")))]
#[model(index(gsi2, hash_key(tenant, depot), range_key("PARCEL", weight, label)))]
struct Parcel {
    id: u8,
    tenant: String,
    region: Option<String>,
    status: String,
    placed: u16,
    depot: u32,
    weight: i64,
    label: String,
}

fn parcel(id: u8) -> Parcel {
    Parcel {
        id,
        tenant: "acme".into(),
        region: Some("eu".into()),
        status: "open".into(),
        placed: u16::from(id) * 10,
        depot: 7,
        weight: i64::from(id) - 3,
        label: format!("l-{id}"),
    }
}

/// Another model at the same places.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Freight, hash_key = "CLAIM#{id}", range_key = "CLAIM")]
#[model(index(gsi1, hash_key("T#{tenant}", "R#{region}"), range_key("{status}", "CLAIM#{id}")))]
struct Claim {
    id: u8,
    tenant: String,
    region: String,
    status: String,
}

/// Literal text takes no part in a query.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Freight, hash_key = "DEPOT#{name}", range_key = "DEPOT")]
#[model(index(gsi1, hash_key("ALL", "DEPOTS"), range_key("DEPOT", "{name}")))]
struct Depot {
    name: String,
}

/// One placeholder in the two attributes of each key.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Freight, hash_key = "LANE#{from}#{to}", range_key = "LANE")]
#[model(index(gsi1, hash_key("LANES", "FROM#{from}"), range_key("TO#{to}", "LANE")))]
struct Lane {
    from: String,
    to: String,
}

async fn parcels(ids: impl IntoIterator<Item = u8>) {
    Freight::create_table().await.unwrap();
    for id in ids {
        parcel(id).save().await.unwrap();
    }
}

fn ids(parcels: &[Parcel]) -> Vec<u8> {
    parcels.iter().map(|parcel| parcel.id).collect()
}

fn key_ids(keys: &[Key<Parcel>]) -> Vec<u8> {
    keys.iter().map(|key| key.parts().unwrap().0).collect()
}

/// The key condition with the names instead of their placeholders.
fn condition(request: &singlet::RequestPlan) -> String {
    let body: serde_json::Value = serde_json::from_str(request.body()).unwrap();
    let mut condition = body["KeyConditionExpression"].as_str().unwrap().to_owned();
    for (placeholder, name) in body["ExpressionAttributeNames"].as_object().unwrap() {
        condition = condition.replace(placeholder, name.as_str().unwrap());
    }
    condition
}

#[tokio::test]
async fn every_attribute_of_the_keys_is_written() {
    stand::run(async |stand| {
        parcels([5]).await;
        let stored = stand.only_item("freight").await;
        for (attribute, value) in [
            ("g1_tenant", s("T#acme")),
            ("g1_region", s("R#eu")),
            ("g1_status", s("open")),
            ("g1_order", s("ORDER#0050#005")),
            ("tenant", s("acme")),
            ("depot", n(7)),
            ("kind", s("PARCEL")),
            ("weight", n(2)),
        ] {
            assert_eq!(stored[attribute], value, "{attribute}");
        }
        assert_eq!(Parcel::get(5).await.unwrap(), Some(parcel(5)));
    })
    .await;
}

#[tokio::test]
async fn the_partition_is_equality_on_every_hash_attribute() {
    stand::run(async |_| {
        parcels([1, 2]).await;
        Parcel { region: Some("us".into()), ..parcel(3) }.save().await.unwrap();
        Parcel { tenant: "umbrella".into(), ..parcel(4) }.save().await.unwrap();
        let index = || Parcel::index(Freight::GSI1);
        assert_eq!(ids(&index().query(("acme", "eu")).await.unwrap()), [1, 2]);
        assert_eq!(ids(&index().query(("acme", "us")).await.unwrap()), [3]);
        assert_eq!(ids(&index().query(("umbrella", "us")).await.unwrap()), [0_u8; 0]);
        assert_eq!(index().query(("umbrella", "eu")).count().await.unwrap(), 1);
        let request = index().query(("acme", "eu")).explain().unwrap();
        assert_eq!(condition(&request), "g1_tenant = :0 AND g1_region = :1");
        let mut scanned = ids(&index().scan().await.unwrap());
        scanned.sort_unstable();
        assert_eq!(scanned, [1, 2, 3, 4]);
    })
    .await;
}

#[tokio::test]
async fn placeholders_from_the_left_are_equalities_and_the_last_a_range() {
    stand::run(async |_| {
        parcels([1, 2, 3, 4]).await;
        Parcel { status: "closed".into(), ..parcel(5) }.save().await.unwrap();
        let query = || Parcel::index(Freight::GSI1).query(("acme", "eu"));
        assert_eq!(ids(&query().await.unwrap()), [5, 1, 2, 3, 4]);
        assert_eq!(ids(&query().eq("open").await.unwrap()), [1, 2, 3, 4]);
        assert_eq!(ids(&query().gt("closed").await.unwrap()), [1, 2, 3, 4]);
        assert_eq!(ids(&query().lt("open").await.unwrap()), [5]);
        assert_eq!(ids(&query().eq(("open", 20)).await.unwrap()), [2]);
        assert_eq!(ids(&query().eq(("open", 20, 2)).await.unwrap()), [2]);
        assert_eq!(ids(&query().eq(("open", 20, 3)).await.unwrap()), [0_u8; 0]);
        assert_eq!(ids(&query().ge(("open", 20)).await.unwrap()), [2, 3, 4]);
        assert_eq!(ids(&query().gt(("open", 20)).lt(("open", 40)).await.unwrap()), [3]);
        assert_eq!(ids(&query().between(("open", 20), ("open", 30)).descending().await.unwrap()), [3, 2]);
        assert_eq!(ids(&query().eq("open").le(("open", 20)).await.unwrap()), [1, 2]);
        assert_eq!(ids(&query().begins_with("op").await.unwrap()), [1, 2, 3, 4]);
    })
    .await;
}

#[tokio::test]
async fn literal_text_takes_no_part_in_a_query() {
    stand::run(async |_| {
        parcels([]).await;
        let depot = |name: &str| Depot { name: name.into() };
        for name in ["north", "northeast", "south"] {
            depot(name).save().await.unwrap();
        }
        let depots = || Depot::index(Freight::GSI1).query(());
        assert_eq!(depots().await.unwrap(), [depot("north"), depot("northeast"), depot("south")]);
        assert_eq!(depots().eq("north").await.unwrap(), [depot("north")]);
        assert_eq!(depots().gt(("north",)).await.unwrap(), [depot("northeast"), depot("south")]);

        let lane = |to: &str| Lane { from: "north".into(), to: to.into() };
        for to in ["east", "south"] {
            lane(to).save().await.unwrap();
        }
        let lanes = || Lane::index(Freight::GSI1).query("north");
        assert_eq!(lanes().descending().await.unwrap(), [lane("south"), lane("east")]);
        assert_eq!(lanes().le("east").await.unwrap(), [lane("east")]);
        let one = lanes().eq("south").explain().unwrap();
        assert!(condition(&one).ends_with("g1_status = :2 AND g1_order = :3"), "{}", condition(&one));
    })
    .await;
}

#[tokio::test]
async fn fields_of_each_type_bound_the_range() {
    stand::run(async |_| {
        parcels([1, 2, 3, 4, 5]).await;
        Parcel { label: "m".into(), ..parcel(6) }.save().await.unwrap();
        Parcel { label: "x".into(), weight: 3, ..parcel(7) }.save().await.unwrap();
        let query = || Parcel::index(Freight::GSI2).query(("acme", 7)).keys();
        // By number: -2, -1, 0, 1, 2, then two of 3 by their labels.
        assert_eq!(key_ids(&query().await.unwrap()), [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(key_ids(&query().descending().limit(2).await.unwrap()), [7, 6]);
        let query = || Parcel::index(Freight::GSI2).query(("acme", 7));
        assert_eq!(key_ids(&query().gt(-1).keys().await.unwrap()), [3, 4, 5, 6, 7]);
        assert_eq!(key_ids(&query().between(-1, 1).keys().await.unwrap()), [2, 3, 4]);
        assert_eq!(key_ids(&query().ge((3, "n")).keys().await.unwrap()), [7]);
        assert_eq!(key_ids(&query().begins_with((3, "m")).keys().await.unwrap()), [6]);
        assert_eq!(key_ids(&query().begins_with((2, "l-")).keys().await.unwrap()), [5]);
        let whole = query().eq(3).hydrate().await.unwrap();
        assert_eq!(whole.iter().map(|parcel| (parcel.id, &*parcel.label)).collect::<Vec<_>>(), [(6, "m"), (7, "x")]);
    })
    .await;
}

#[test]
fn literal_text_bounds_an_attribute_once_those_before_are_given() {
    let query = || Parcel::index(Freight::GSI1).query(("acme", "eu"));
    let hash = "g1_tenant = :0 AND g1_region = :1";
    assert_eq!(condition(&query().explain().unwrap()), hash);
    assert_eq!(condition(&query().ge("open").explain().unwrap()), format!("{hash} AND g1_status >= :2"));
    let bounded = query().eq("open").explain().unwrap();
    assert_eq!(condition(&bounded), format!("{hash} AND g1_status = :2 AND begins_with(g1_order, :3)"));
    assert!(bounded.body().contains("ORDER#"));
    let since = query().ge(("open", 20)).explain().unwrap();
    assert_eq!(condition(&since), format!("{hash} AND g1_status = :2 AND g1_order BETWEEN :3 AND :4"));
    // A source of text alone is given from the start.
    let fields = Parcel::index(Freight::GSI2).query(("acme", 7)).keys().explain().unwrap();
    assert_eq!(condition(&fields), "tenant = :0 AND depot = :1 AND kind = :2");
}

#[tokio::test]
async fn both_ends_of_a_range_agree_on_all_but_the_last_attribute() {
    stand::run(async |stand| {
        let transport = Transport::recording();
        let query = || Parcel::index(Freight::GSI1).query(("acme", "eu")).client(&stand.through(&transport));
        let error = query().between(("closed", 1), ("open", 2)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Validation);
        assert!(error.to_string().starts_with("a range over a multi-attribute key"), "{error}");
        // What lies in both of two that do not meet is nothing, which needs no request.
        assert_eq!(query().eq("closed").eq("open").await.unwrap(), []);
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn cursors_hold_every_key_attribute_and_go_both_ways() {
    stand::run(async |stand| {
        parcels(1..=5).await;
        let query = || Parcel::index(Freight::GSI1).query(("acme", "eu")).eq("open").limit(2);
        let first = query().page().await.unwrap();
        let second = query().cursor(&first.cursor).page().await.unwrap();
        let third = query().cursor(&second.cursor).page().await.unwrap();
        assert_eq!([ids(&first.items), ids(&second.items), ids(&third.items)], [vec![1, 2], vec![3, 4], vec![5]]);
        assert!(third.cursor.is_none());
        let back = query().cursor(&third.previous).page().await.unwrap();
        assert_eq!(ids(&back.items), [3, 4]);
        let back = query().cursor(&back.previous).page().await.unwrap();
        assert_eq!(ids(&back.items), [1, 2]);

        let newest = || Parcel::index(Freight::GSI2).query(("acme", 7)).descending().limit(3).keys();
        let page = newest().page().await.unwrap();
        assert_eq!(key_ids(&page.items), [5, 4, 3]);
        assert_eq!(key_ids(&newest().cursor(&page.cursor).page().await.unwrap().items), [2, 1]);

        let transport = Transport::recording();
        let client = stand.through(&transport);
        for other in [("acme", "us"), ("umbrella", "eu")] {
            let foreign = Parcel::index(Freight::GSI1).query(other).eq("open").cursor(&first.cursor).client(&client);
            assert_eq!(foreign.page().await.unwrap_err().kind(), ErrorKind::InvalidCursor);
        }
        for foreign in [query().eq(("open", 10)), query().ge(("open", 10))] {
            let page = foreign.cursor(&first.cursor).client(&client).page().await;
            assert_eq!(page.unwrap_err().kind(), ErrorKind::InvalidCursor);
        }
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn an_item_without_one_of_the_values_has_none_of_the_keys() {
    stand::run(async |stand| {
        parcels([]).await;
        let mut sparse = Parcel { region: None, ..parcel(1) };
        sparse.save().await.unwrap();
        let stored = stand.only_item("freight").await;
        assert!(stored.keys().all(|name| !name.starts_with("g1_")), "{:?}", stored.keys());
        assert_eq!(Parcel::index(Freight::GSI1).scan().count().await.unwrap(), 0);
        assert_eq!(key_ids(&Parcel::index(Freight::GSI2).query(("acme", 7)).keys().await.unwrap()), [1]);
    })
    .await;
}

#[tokio::test]
async fn an_update_rewrites_the_attributes_made_from_what_it_sets() {
    stand::run(async |stand| {
        parcels([1]).await;
        let moved = Parcel::update(1).set(|p| p.status, "closed").assume(|p| p.region, "eu");
        let moved = moved.assume(|p| p.tenant, "acme").assume(|p| p.placed, 10).await.unwrap();
        let stored = stand.only_item("freight").await;
        assert_eq!((&stored["g1_status"], &stored["g1_order"]), (&s("closed"), &s("ORDER#0010#001")));
        assert_eq!(stored, moved.to_item().unwrap());
        assert_eq!(ids(&Parcel::index(Freight::GSI1).query(("acme", "eu")).eq("closed").await.unwrap()), [1]);

        // A field that is a key attribute itself needs no rewriting.
        Parcel::update(1).set(|p| p.weight, 9).await.unwrap();
        assert_eq!(key_ids(&Parcel::index(Freight::GSI2).query(("acme", 7)).ge(9).keys().await.unwrap()), [1]);

        Parcel::update(1).remove(|p| p.region).await.unwrap();
        let stored = stand.only_item("freight").await;
        assert!(stored.keys().all(|name| !name.starts_with("g1_")), "{:?}", stored.keys());

        let unknown = Parcel::update(1).set(|p| p.region, "us").await.unwrap_err();
        assert_eq!(unknown.kind(), ErrorKind::Validation);
    })
    .await;
}

#[tokio::test]
async fn a_collection_reads_the_partition_of_several_attributes() {
    #[derive(Debug, PartialEq, Collection)]
    #[collection(index_only)]
    enum Row {
        Parcel(Parcel),
        Claim(Claim),
    }

    stand::run(async |_| {
        parcels([1]).await;
        let claim = |region: &str| Claim { id: 2, tenant: "acme".into(), region: region.into(), status: "new".into() };
        claim("eu").save().await.unwrap();
        Claim { id: 3, ..claim("us") }.save().await.unwrap();
        let rows = Row::index(Freight::GSI1).query(("acme", "eu")).await.unwrap();
        assert_eq!(rows, [Row::Claim(claim("eu")), Row::Parcel(parcel(1))]);
        // A model's own query leaves the other out.
        assert_eq!(ids(&Parcel::index(Freight::GSI1).query(("acme", "eu")).await.unwrap()), [1]);
    })
    .await;
}

#[test]
fn each_attribute_has_the_lengths_of_a_key() {
    let empty = Parcel { status: String::new(), ..parcel(1) };
    assert_eq!(empty.to_item().unwrap_err().kind(), ErrorKind::InvalidKey);
    let empty = Parcel { label: String::new(), ..parcel(1) };
    assert!(empty.to_item().unwrap_err().to_string().contains("attribute `label`"));
    let long = "x".repeat(1_025);
    let query = Parcel::index(Freight::GSI1).query(("acme", "eu")).eq(long.as_str());
    assert_eq!(query.explain().unwrap_err().kind(), ErrorKind::InvalidKey);
    let query = Parcel::index(Freight::GSI2).query(("", 7)).keys();
    assert_eq!(query.explain().unwrap_err().kind(), ErrorKind::InvalidKey);
}
