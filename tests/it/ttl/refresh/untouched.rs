//! Operations that read items and do not count as access.

use singlet::{Collection, Model, Projection};

use super::{Cart, Site, Visit, stored, visits};
use crate::stand;
use crate::transport::Transport;

#[derive(Debug, PartialEq, Projection)]
#[projection(of = Visit)]
struct Place {
    page: String,
}

#[derive(Debug, Collection)]
struct User {
    visits: Vec<Visit>,
    carts: Vec<Cart>,
}

#[tokio::test]
async fn scans_parts_and_groups_refresh_nothing() {
    stand::run(async |stand| {
        visits().await;
        stand.advance(60);
        let transport = Transport::recording();
        let client = stand.through(&transport);
        assert_eq!(Visit::scan().client(&client).await.unwrap().len(), 5);
        assert_eq!(Visit::scan().client(&client).hydrate().await.unwrap().len(), 5);
        assert_eq!(Visit::query("u").client(&client).count().await.unwrap(), 5);
        assert!(Visit::exists(("u", 1)).client(&client).await.unwrap());
        assert_eq!(Visit::query("u").client(&client).select::<Place>().await.unwrap().len(), 5);
        assert_eq!(Visit::index(Site::KEYS).query("home").client(&client).keys().await.unwrap().len(), 5);
        let user = User::query("u").client(&client).await.unwrap();
        assert_eq!((user.visits.len(), user.carts.len()), (5, 0));
        assert!(singlet::transact_get(Visit::get(("u", 1))).client(&client).await.unwrap().is_some());
        let statement = singlet::statement::<Visit>(r#"SELECT * FROM "site""#).client(&client);
        assert_eq!(statement.await.unwrap().len(), 5);
        assert!(transport.sent().iter().all(|sent| sent.operation != "UpdateItem"));
        assert_eq!(stored(stand, "VISIT#0001").await, 0);
    })
    .await;
}
