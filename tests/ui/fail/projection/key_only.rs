use singlet::{Model, Projection};

#[derive(Model)]
#[model(table = "tags", hash_key = "TAG#{id}")]
struct Tag {
    #[model(key_only)]
    id: u32,
    text: String,
}

#[derive(Projection)]
#[projection(of = Tag)]
struct Receipt {
    id: u32,
}


fn main() {}
