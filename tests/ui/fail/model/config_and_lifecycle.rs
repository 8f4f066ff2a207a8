use singlet::{Model, ModelConfig, TTLAttribute};

fn settings() -> ModelConfig {
    ModelConfig::new("users")
}

#[derive(Model)]
#[model(table = "users", config = settings, ttl = "1h", refresh_ttl = false, refresh_after = 0.1, expired = "hide")]
struct User {
    #[model(hash_key)]
    pk: String,
}

#[derive(Model)]
#[model(table = "guests", config = settings)]
struct Guest {
    #[model(hash_key)]
    pk: String,
    #[model(ttl = "30m")]
    expires_at: TTLAttribute,
}

#[derive(Model)]
#[model(table = "staff", config = settings, ttl)]
struct Staff {
    #[model(hash_key)]
    pk: String,
    expires_at: TTLAttribute,
}

fn main() {}
