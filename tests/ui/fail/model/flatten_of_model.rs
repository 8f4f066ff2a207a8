use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(flatten)]
    other: Other,
}

#[derive(Model)]
#[model(table = "users")]
struct Other {
    #[model(hash_key)]
    id: String,
}

fn main() {}
