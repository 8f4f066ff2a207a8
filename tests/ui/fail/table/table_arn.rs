use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "arn:aws:s3:eu-west-1:123456789012:table/shop", hash_key = "pk")]
struct Shop;

#[derive(Model)]
#[model(table = "arn:aws:dynamodb:eu-west-1:123456789012:table/shop/index/gsi1")]
struct User {
    #[model(hash_key)]
    id: String,
}

fn main() {}
