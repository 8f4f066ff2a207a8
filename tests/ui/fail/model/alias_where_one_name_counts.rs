use singlet::{Attribute, Model, TTLAttribute, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", index(name = "by_mail", hash_key = "mail_pk"))]
struct Shop;

#[derive(Attribute)]
struct Audit {
    by: String,
}

#[derive(Model)]
#[model(table = Shop, hash_key = "USER#{id}", range_key = "{part}", index(by_mail, hash_key = "MAIL#{mail}"))]
struct User {
    id: String,
    #[model(key_only, alias = "a")]
    part: String,
    #[model(alias = "b")]
    mail: String,
    #[model(version, alias = "c")]
    version: u64,
    #[model(created_at, alias = "d")]
    created: i64,
    #[model(updated_at, alias = "e")]
    updated: i64,
    #[model(unique, alias = "f")]
    name: String,
    #[model(skip, alias = "g")]
    cached: u64,
    #[model(flatten, alias = "h")]
    audit: Audit,
    #[model(alias = "i")]
    expires: TTLAttribute,
}

#[derive(Model)]
#[model(table = "sessions")]
struct Session {
    #[model(hash_key, alias = "j")]
    id: String,
    #[model(range_key, alias = "k")]
    at: u64,
    #[model(ttl, alias = "l")]
    expires: TTLAttribute,
}

fn main() {}
