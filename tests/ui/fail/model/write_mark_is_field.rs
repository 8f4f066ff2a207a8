use singlet::Model;

#[derive(Model)]
#[model(table = "jobs", hash_key = "JOB#{id}", write_mark = "owner")]
struct Job {
    id: u32,
    owner: String,
}

fn main() {}
