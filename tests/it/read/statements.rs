//! Statements of PartiQL.

use singlet::{ErrorKind, Model, Table};

use crate::emulator::{Feature, supports};
use crate::shop::{Customer, Order, Shop, customer, order};
use crate::stand;
use crate::transport::Transport;

async fn shop() {
    Shop::create_table().await.unwrap();
    for id in 0..12 {
        order("c-1", id).save().await.unwrap();
    }
    customer("c-1").save().await.unwrap();
}

const OF_CUSTOMER: &str = r#"SELECT * FROM "shop" WHERE pk = ?"#;

#[tokio::test]
async fn a_statement_gives_the_models_items_of_all_pages() {
    stand::run(async |stand| {
        shop().await;
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let orders = singlet::statement::<Order>(OF_CUSTOMER).parameter("CUSTOMER#c-1").page_size(5).client(&client);
        let orders = orders.await.unwrap();
        assert_eq!(orders, (0..12).map(|id| order("c-1", id)).collect::<Vec<_>>());
        if supports(Feature::StatementPages) {
            assert!(transport.sent().len() >= 3, "{} requests", transport.sent().len());
        }
        let customers = singlet::statement::<Customer>(OF_CUSTOMER).parameter("CUSTOMER#c-1").await.unwrap();
        assert_eq!(customers, [customer("c-1")]);
        let some = singlet::statement::<Order>(OF_CUSTOMER).parameter("CUSTOMER#c-1").page_size(2).limit(3).await;
        assert_eq!(some.unwrap().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_statement_writes_too() {
    stand::run(async |_| {
        shop().await;
        let text = r#"UPDATE "shop" SET cents = ? WHERE pk = ? AND sk = ?"#;
        let update =
            singlet::statement::<Order>(text).parameter(5_u64).parameter("CUSTOMER#c-1").parameter("ORDER#000001");
        assert!(update.await.unwrap().is_empty());
        assert_eq!(Order::get(("c-1", 1)).await.unwrap().unwrap().cents, 5);
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_statement_is_said() {
    stand::run(async |stand| {
        shop().await;
        let error = singlet::statement::<Order>("SELEKT").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Validation);
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let error = singlet::statement::<Order>(OF_CUSTOMER).parameter(f64::NAN).client(&client).await.unwrap_err();
        assert_eq!((error.kind(), transport.sent().len()), (ErrorKind::Encode, 0));
        let request = singlet::statement::<Order>(OF_CUSTOMER).parameter("CUSTOMER#c-1").explain().unwrap();
        assert_eq!(request.operation(), "ExecuteStatement");
        assert!(request.body().contains(r#""Parameters":[{"S":"CUSTOMER#c-1"}]"#), "{request}");
    })
    .await;
}
