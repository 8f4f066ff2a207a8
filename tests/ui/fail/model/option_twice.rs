use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}", partition_key = "U#{id}")]
struct User {
    id: String,
}

fn main() {}
