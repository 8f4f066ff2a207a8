use singlet::{Model, ModelConfig};

fn config() -> ModelConfig {
    ModelConfig::new("users")
}

#[derive(Model)]
#[model(table = "users", config = config, ttl = "30m")]
struct User {
    #[model(hash_key)]
    pk: String,
}

fn main() {}
