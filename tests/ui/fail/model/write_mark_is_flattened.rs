use singlet::{Attribute, Model};

#[derive(Attribute)]
struct Claim {
    owner: String,
}

#[derive(Model)]
#[model(table = "jobs", hash_key = "JOB#{id}", write_mark = "owner")]
struct Job {
    id: u32,
    #[model(flatten)]
    claim: Claim,
}

fn main() {}
