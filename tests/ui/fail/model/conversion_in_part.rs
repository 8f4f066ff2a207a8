use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(with = points, stored_as = u64)]
    points: u64,
    #[model(write_with = write)]
    more: u64,
    #[model(read_with = read, stored_as = u64)]
    most: u64,
    #[model(read_with = read, serde)]
    least: u64,
}

fn main() {}
