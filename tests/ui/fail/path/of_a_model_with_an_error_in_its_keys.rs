use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{custmer}", range_key = "ORDER#{id", index(gsi1, hash_key = "STATE#{stat}"))]
struct Order {
    customer: String,
    id: u32,
    state: String,
}

#[derive(Model)]
#[model(hash_key = "USER#{id}")]
struct User {
    id: u32,
    name: String,
}

fn main() {
    let _ = Order::get(("c-1", 7));
    let _ = Order::query("c-1").ge(7).filter(|o| o.state.eq("open"));
    let _ = Order::index(Shop::GSI1).query("open").begins_with("x");
    let _ = Order::builder().customer("c-1").id(7).state("open").build().key();
    let _ = User::update(1).set(|u| u.name, "Ann");
}
