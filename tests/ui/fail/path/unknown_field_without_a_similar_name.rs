use singlet::{Attribute, Model};

#[derive(Attribute)]
struct Address {
    city: String,
}

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    name: String,
    address: Address,
}

fn main() {
    let _ = User::update(1).set(|u| u.birthday, "1990-01-01");
    let _ = User::update(1).set(|u| u.address.zip_code, "75001");
}
