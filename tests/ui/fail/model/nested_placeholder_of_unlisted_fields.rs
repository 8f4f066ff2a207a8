use singlet::{Attribute, Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", index(name = "gsi1", hash_key = "gsi1pk"))]
struct Shop;

#[derive(Attribute)]
struct Address {
    #[attribute(default)]
    city: String,
}

#[derive(Attribute)]
struct Place {
    floor: u8,
    address: Address,
}

/// No key can be made from any field of the struct.
#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}", index(gsi1, hash_key = "CITY#{address.city}"))]
struct User {
    id: String,
    address: Address,
}

/// The struct inside has no such field.
#[derive(Model)]
#[model(table = Shop, hash_key = "DESK#{id}", index(gsi1, hash_key = "CITY#{place.hall.city}"))]
struct Desk {
    id: String,
    place: Place,
}

/// The type is not a struct.
#[derive(Model)]
#[model(table = Shop, hash_key = "NOTE#{id}", index(gsi1, hash_key = "TEXT#{text.length}"))]
struct Note {
    id: String,
    text: String,
}

fn main() {}
