use singlet::{Model, Table};

#[derive(Table)]
#[table(name = "tasks", hash_key = "pk", index(name = "by_due", hash_key = "gsi1pk", range_key = "gsi1sk"))]
struct Tasks;

#[derive(Model)]
#[model(table = Tasks, hash_key = "TASK#{id}")]
#[model(index(by_due, hash_key = "OWNER#{owner}", range_key = "DUE#{due?}"))]
struct Task {
    id: String,
    owner: String,
    #[model(key_only)]
    due: Option<u32>,
}

fn main() {}
