use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", index(name = "gsi1", hash_key = "gsi1pk"))]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id}", index(gsi1, hash_key = "STATE#{state}"))]
struct Order {
    customer: String,
    id: u32,
    state: String,
}

async fn awaits() -> singlet::Result<()> {
    Order::check(("c-1", 7)).when(|o| o.state.eq("open")).await?;
    let open = Order::index(Shop::GSI1).await?;
    let orders = Order::query("c-1").stream().await?;
    let pages = Order::query("c-1").limit(10).pages().await?;
    Ok(())
}

fn main() {
    drop(awaits());
}
