use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "jobs", hash_key = "pk", ttl = "expires_at", entity = "_type")]
struct Jobs;

#[derive(Model)]
#[model(table = Jobs, hash_key = "JOB#{id}", write_mark = "expires_at")]
struct Job {
    id: u32,
}

fn main() {}
