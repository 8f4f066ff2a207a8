use singlet::{Collection, Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", entity = "_type")]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{id}", range_key = "PROFILE")]
struct Customer {
    id: String,
}

#[derive(Collection)]
enum Row {
    Customer(Customer),
    #[collection(other)]
    Other(String),
}


fn main() {}
