use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: String,
    #[model(version)]
    version: u32,
}

fn main() {
    let _ = User::update("1").set(|u| u.version, 2_u32);
}
