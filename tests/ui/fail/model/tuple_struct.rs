use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#1")]
struct User(String);

fn main() {}
