use singlet::Model;

struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}")]
struct User {
    id: String,
}

fn main() {}
