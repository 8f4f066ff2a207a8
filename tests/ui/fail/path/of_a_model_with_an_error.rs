use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}", hooka)]
struct User {
    id: u32,
    name: String,
    #[model(compressed)]
    notes: String,
}

fn main() {
    let _ = User::update(1).set(|u| u.name, "a").set(|u| u.notes, "n").when(|u| u.name.exists());
}
