use singlet::Model;

#[derive(Model)]
#[model(table = "users")]
struct User<T> {
    #[model(hash_key)]
    pk: T,
}

fn main() {}
