//! Indexes whose key is the table's entity attribute list all items of one model.

use singlet::{ErrorKind, Model, Table};

use crate::stand;
use crate::transport::Transport;

#[derive(Table)]
#[table(name = "listed", hash_key = "pk", entity = "_type")]
#[table(index(name = "by_type", hash_key = "_type", range_key = "created", range_key_type = "N"))]
#[table(index(name = "by_state", hash_key = "state_key", range_key = "_type"))]
struct Listed;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Listed, hash_key = "ITEM#{id}")]
#[model(index(by_type, hash_key = "Item", range_key = created))]
#[model(index(by_state, hash_key = "STATE#{state}", range_key = "Item"))]
struct Item {
    id: String,
    created: u64,
    state: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Listed, hash_key = "TAG#{id}")]
#[model(index(by_type, hash_key = "Tag", range_key = created))]
struct Tag {
    id: String,
    created: u64,
}

#[tokio::test]
async fn all_items_of_a_model_are_listed_by_an_index_on_the_entity() {
    stand::run(async |stand| {
        Listed::create_table().await.unwrap();
        for (id, created) in [("b", 5), ("a", 9), ("c", 7)] {
            Item { id: id.into(), created, state: "open".into() }.create().await.unwrap();
        }
        Tag { id: "t".into(), created: 8 }.save().await.unwrap();
        let transport = Transport::recording();
        let list = || Item::index(Listed::BY_TYPE).query(()).client(&stand.through(&transport));
        let ids = |items: Vec<Item>| items.into_iter().map(|item| item.id).collect::<Vec<_>>();
        assert_eq!(ids(list().await.unwrap()), ["b", "c", "a"]);
        assert_eq!(ids(list().gt(5).descending().await.unwrap()), ["a", "c"]);
        assert_eq!(list().count().await.unwrap(), 3);
        assert_eq!(Tag::index(Listed::BY_TYPE).query(()).await.unwrap().len(), 1);
        assert_eq!(ids(Item::index(Listed::BY_STATE).query("open").await.unwrap()).len(), 3);

        // The attribute is written once, also where the keys of an index are rewritten.
        let body = Item { id: "d".into(), created: 1, state: "open".into() }.create().explain().unwrap();
        assert_eq!(body.body().matches("\"_type\":{\"S\"").count(), 1, "{}", body.body());
        Item::upsert("e").set(|i| i.created, 6).set(|i| i.state, "done").await.unwrap();
        Item::update("a").set(|i| i.created, 1).set(|i| i.state, "done").await.unwrap();
        assert_eq!(ids(list().await.unwrap()), ["a", "b", "e", "c"]);
        assert_eq!(Item::index(Listed::BY_STATE).query("done").count().await.unwrap(), 2);
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "filtered")]
struct Line {
    #[model(hash_key)]
    pk: String,
    #[model(range_key)]
    sk: String,
    total: i64,
}

#[tokio::test]
async fn a_filter_on_a_key_is_refused_before_sending() {
    stand::run(async |stand| {
        Line::create_table().await.unwrap();
        Line { pk: "a".into(), sk: "ORDER#1".into(), total: 1 }.save().await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let query = || Line::query("a").client(&client);
        for (query, attribute) in [
            (query().filter(|o| o.sk.begins_with("ORDER")), "sk"),
            (query().filter(|o| o.total.gt(0) & !o.pk.eq("b")), "pk"),
            (query().filter(|o| o.total.gt(0)).filter(|o| o.sk.exists()), "sk"),
        ] {
            let error = query.await.unwrap_err();
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some(attribute)), "{error}");
        }
        let created = Item::index(Listed::BY_TYPE).query(()).filter(|i| i.created.gt(1)).client(&client);
        let error = created.await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some("created")));
        assert_eq!(transport.sent().len(), 0);
        assert_eq!(Line::scan().filter(|o| o.sk.begins_with("ORDER")).await.unwrap().len(), 1);
    })
    .await;
}
