use singlet::{Attribute, CompressedAttribute, Model};

#[derive(Attribute)]
struct Address {
    city: String,
}

#[derive(Attribute)]
struct Audit {
    by: String,
}

struct Settings;

#[derive(Model)]
#[model(table = "users", hash_key = "USER#{id}")]
struct User {
    id: u32,
    #[model(renam = "n")]
    name: String,
    #[model(rename = 7)]
    address: Address,
    #[model(flatten, rename = "audit")]
    audit: Audit,
    #[model(flatten)]
    optional: Option<Audit>,
    #[model(compressed(algoritm = "lz4"))]
    biography: CompressedAttribute,
    #[model(serde = true)]
    settings: Settings,
    #[model(default(7))]
    points: u64,
    #[model(flatten, compressed)]
    notes: String,
}

fn main() {
    let _ = User::update(1)
        .set(|u| u.name, "Ann")
        .set(|u| u.address.city, "Paris")
        .set(|u| u.audit.by, "root")
        .set(|u| u.optional.by, "root")
        .set(|u| u.biography, "born in ..")
        .set(|u| u.settings, Settings)
        .add(|u| u.points, 1)
        .set(|u| u.notes, "none".to_owned())
        .when(|u| u.address.city.exists() & u.settings.exists());
    let address = Address { city: "Paris".into() };
    let _ = User::builder().id(1).name("Ann").address(address).biography("born in ..").settings(Settings);
}
