use singlet::{Attribute, Model};

#[derive(Attribute)]
#[attribute(untagged)]
enum Contact {
    Phone { number: String },
    Mail(String),
}

#[derive(Model)]
#[model(table = "people", hash_key = "PERSON#{id}")]
struct Person {
    id: u32,
    contact: Contact,
}

fn main() {
    let _ = Person::scan().filter(|p| p.contact.phone.number.eq("1"));
}
