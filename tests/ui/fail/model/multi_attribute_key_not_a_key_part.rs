use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "users", hash_key = "pk", index(name = "by_team", hash_key("gsi1team", "gsi1region"), range_key = "gsi1sk"))]
struct Users;

#[derive(Model)]
#[model(table = Users, hash_key = "USER#{id}")]
#[model(index(by_team, hash_key("TEAM#{team}", "REGION#{region}"), range_key = "USER#{id}"))]
struct User {
    id: String,
    team: f64,
    region: String,
}

fn main() {}
