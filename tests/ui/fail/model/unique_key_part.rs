use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    #[model(unique)]
    id: String,
    name: String,
}

fn main() {}
