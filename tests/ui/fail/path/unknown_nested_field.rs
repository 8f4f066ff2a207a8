use singlet::{Attribute, Model};

#[derive(Attribute)]
struct Address {
    city: String,
}

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    address: Address,
}

fn main() {
    let _ = User::FIELDS.address.town;
}
