use singlet::{Attribute, TTLAttribute};

#[derive(Attribute)]
struct Visit {
    #[attribute(ttl = "30m")]
    expires_at: TTLAttribute,
}

fn main() {}
