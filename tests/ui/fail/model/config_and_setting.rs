use singlet::{Model, ModelConfig};

#[derive(Model)]
#[model(table = "users", config = settings, max_size = 10, consistent_read)]
struct User {
    #[model(hash_key)]
    pk: String,
}

fn settings() -> ModelConfig {
    ModelConfig::new("users")
}

fn main() {}
