//! Models whose keys begin with the literal text of another model's keys.

use singlet::{ErrorKind, Model, Table};

use crate::stand;

#[derive(Table)]
#[table(name = "depot", hash_key = "pk")]
struct Depot;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Depot, hash_key = "BOX#{name}")]
struct Crate {
    #[model(key_only)]
    name: String,
    note: Option<String>,
}

/// Its keys begin with the text that those of a crate begin with.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Depot, hash_key = "BOX#PART#{name}")]
struct Part {
    #[model(key_only)]
    name: String,
    note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Depot, hash_key = "TRUCK#{name}")]
struct Truck {
    #[model(key_only)]
    name: String,
    note: Option<String>,
}

/// A filter of DynamoDB compares only the beginning, so the items of the longer literal text reach the model with the shorter one. It
/// never takes them for its own: a value in a key is escaped, so their keys do not have the form of its template.
#[tokio::test]
async fn items_whose_keys_go_on_with_the_text_of_another_model_are_an_error() {
    stand::run(async |_| {
        Depot::create_table().await.unwrap();
        let truck = Truck { name: "t".into(), note: None };
        let part = Part { name: "p".into(), note: None };
        let of_crate = Crate { name: "PART#p".into(), note: None };
        singlet::batch_write().put(truck.clone()).put(part.clone()).put(of_crate.clone()).await.unwrap();
        assert_eq!((Truck::scan().await.unwrap(), Part::scan().await.unwrap()), (vec![truck], vec![part.clone()]));
        assert_eq!(Crate::get("PART#p").await.unwrap(), Some(of_crate));
        assert_eq!(Crate::scan().await.unwrap_err().kind(), ErrorKind::Decode);
        assert_eq!(Crate::from_item(&part.to_item().unwrap()).unwrap_err().kind(), ErrorKind::Decode);
    })
    .await;
}
