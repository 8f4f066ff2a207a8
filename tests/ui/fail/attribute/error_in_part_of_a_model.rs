use singlet::{Attribute, Model};

#[derive(Attribute)]
struct Point(u32, u32);

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    at: Point,
}

fn main() {
    let _ = User::builder().pk("USER#1").at(Point(1, 2)).build();
}
