use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk")]
#[table(index(name = "gsi1", hash_key = "email"))]
struct Shop;

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}")]
#[model(index(gsi1, hash_key = "{a}#{b}#{c}#{d}#{e}#{f}#{g}#{h}#{i}"))]
struct User {
    id: String,
    a: u8,
    b: u8,
    c: u8,
    d: u8,
    e: u8,
    f: u8,
    g: u8,
    h: u8,
    i: u8,
}

fn main() {}
