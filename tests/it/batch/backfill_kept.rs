//! A backfill keeps the attributes that no struct declares, at every depth.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Attribute, Item, Model};

use crate::stand::{self, item, n, s};

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Stop {
    #[attribute(alias = "town")]
    city: String,
    #[attribute(alias = "past")]
    before: Option<Vec<Stop>>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "trips", hash_key = "TRIP#{id}")]
struct Trip {
    id: u32,
    #[model(alias = "places")]
    stops: Vec<Stop>,
    ends: [Stop; 2],
    by_day: HashMap<String, Vec<Stop>>,
    first: Stop,
}

/// A stop that contains another, with the names of its attributes and an attribute that the model does not declare.
fn stop([city, before]: [&str; 2], name: &str) -> AttributeValue {
    let inner = item([(city, s("Bergen")), ("zip", s("5003"))]);
    let before_it = AttributeValue::L(vec![AttributeValue::M(inner)]);
    AttributeValue::M(item([(city, s(name)), ("zip", s("0150")), (before, before_it)]))
}

fn trip(stops: &str, names: [&str; 2]) -> Item {
    let two = || AttributeValue::L(vec![stop(names, "Oslo"), stop(names, "Rome")]);
    let by_day = AttributeValue::M(item([("monday", two())]));
    let [pk, id, first] = [("pk", s("TRIP#0000000001")), ("id", n(1)), ("first", stop(names, "Oslo"))];
    item([pk, id, (stops, two()), ("ends", two()), ("by_day", by_day), first, ("note", s("kept"))])
}

#[tokio::test]
async fn what_nobody_declares_remains_at_every_depth() {
    let current = || trip("stops", ["city", "before"]);
    stand::run(async |stand| {
        Trip::create_table().await.unwrap();
        stand.put_raw("trips", trip("places", ["town", "past"])).await;
        assert_eq!(Trip::backfill().await.unwrap().progress.changed, 1);
        assert_eq!(stand.only_item("trips").await, current());
        assert_eq!(Trip::backfill().await.unwrap().progress.changed, 0);

        // An element that is altered may be another one. The others remain whole.
        let report = Trip::backfill().change(|trip| trip.stops[0].city = "Kiel".into()).await.unwrap();
        assert_eq!(report.progress.changed, 1);
        let mut wanted = current();
        let inner = item([("city", s("Bergen"))]);
        let before = AttributeValue::L(vec![AttributeValue::M(inner)]);
        let altered = AttributeValue::M(item([("city", s("Kiel")), ("before", before)]));
        wanted.insert("stops".into(), AttributeValue::L(vec![altered, stop(["city", "before"], "Rome")]));
        assert_eq!(stand.only_item("trips").await, wanted);

        // So do the elements before one that is added, and after one that is removed at the end.
        stand.put_raw("trips", current()).await;
        Trip::backfill().change(|trip| trip.stops.truncate(1)).await.unwrap();
        wanted.insert("stops".into(), AttributeValue::L(vec![stop(["city", "before"], "Oslo")]));
        assert_eq!(stand.only_item("trips").await, wanted);
    })
    .await;
}
