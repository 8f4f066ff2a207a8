use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: String,
    #[model(unique)]
    number: u32,
}

fn main() {
    let _ = User::update("1").add(|u| u.number, 2_u32);
}
