use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}", hooka)]
struct User {
    id: u32,
    name: String,
}

fn main() {
    let _ = User::update(1).set(|u| u.name, "a").when(|u| u.name.exists());
}
