use singlet::Model;

#[derive(Model)]
#[model(table = "users", max_size = "10 KB")]
struct User {
    #[model(hash_key)]
    pk: String,
}

fn main() {}
