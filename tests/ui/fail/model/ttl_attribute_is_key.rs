use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}", ttl = "1h", ttl_attribute = "pk")]
struct User {
    id: u32,
}

fn main() {}
