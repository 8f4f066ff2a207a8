use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User<'a> {
    #[model(hash_key)]
    pk: &'a str,
}

fn main() {}
