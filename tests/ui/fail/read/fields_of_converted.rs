use singlet::Model;

fn upper(text: &String) -> String {
    text.to_uppercase()
}

#[derive(Model)]
#[model(table = "bills")]
struct Bill {
    #[model(hash_key)]
    id: String,
    #[model(write_with = upper, stored_as = String)]
    currency: String,
}

fn main() {
    let _ = Bill::scan().fields(|b| (b.id, b.currency));
}
