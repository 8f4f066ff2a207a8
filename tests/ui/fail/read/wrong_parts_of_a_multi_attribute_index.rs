use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", index(name = "gsi1", hash_key("country", "city"), range_key("day", "slot")))]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "EVENT#{id}")]
#[model(index(gsi1, hash_key("COUNTRY#{land}", city), range_key(day, "SLOT#{hour}")))]
struct Event {
    id: u32,
    land: String,
    city: String,
    day: String,
    hour: u32,
}

fn main() {
    let _ = Event::index(Shop::GSI1).query("France");
    let _ = Event::index(Shop::GSI1).query(("France", "Paris")).ge(7);
    let _ = Event::index(Shop::GSI1).query(("France", "Paris")).begins_with(7);
}
