use singlet::Model;

#[derive(Model)]
#[model(table = "readings")]
struct Reading {
    #[model(hash_key)]
    sensor: u32,
    #[model(range_key)]
    second: i64,
}

fn main() {
    let _ = Reading::query(1).begins_with(5);
}
