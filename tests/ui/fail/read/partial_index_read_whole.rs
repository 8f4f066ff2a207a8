use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "gsi2", hash_key = "gsi2pk", projection = "keys_only"))]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{year:04}#{id}")]
#[model(index(gsi2, hash_key = "STATE#{state}"))]
struct Order {
    customer: String,
    year: u16,
    id: String,
    state: String,
}

async fn orders() -> singlet::Result<Vec<Order>> {
    Order::index(Shop::GSI2).query("open").await
}

async fn ids() -> singlet::Result<Vec<String>> {
    let orders = Order::index(Shop::GSI2).query("open").await?;
    Ok(orders.into_iter().map(|order| order.id).collect())
}

async fn any_error() -> Result<usize, Box<dyn std::error::Error>> {
    Ok(Order::index(Shop::GSI2).scan().await?.len())
}

fn main() {
    let _ = async { Order::index(Shop::GSI2).query("open").await.unwrap() };
    drop((orders(), ids(), any_error()));
}
