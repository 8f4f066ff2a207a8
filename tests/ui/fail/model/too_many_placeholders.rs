use singlet::Model;

#[derive(Model)]
#[model(table = "users", hash_key = "{a}#{b}#{c}#{d}", range_key = "{e}#{f}#{g}#{h}#{i}")]
struct User {
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
