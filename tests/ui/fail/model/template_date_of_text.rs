use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "DAY#{at:date}", range_key = "{id:simple}")]
struct Event {
    at: String,
    id: u32,
}

#[derive(Model)]
#[model(table = "users", hash_key = "DAY#{at:dat}")]
struct Misspelt {
    at: time::OffsetDateTime,
}

fn main() {}
