use singlet::Model;

#[derive(Model)]
#[model(table = "jobs", hash_key = "JOB#{id}", write_mark = "pk")]
struct Job {
    id: u32,
    state: String,
}

fn main() {}
