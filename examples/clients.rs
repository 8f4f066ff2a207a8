//! How singlet chooses the client of a request: from the call, the task, the model, or the default.

use std::sync::OnceLock;

use singlet::{Client, ErrorKind, Model, ModelConfig};

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "audit_logs", config = audit_config)]
struct AuditLog {
    #[model(hash_key)]
    pk: String,
}

/// Every operation calls `audit_config`, so the client is created once and cloned, which is cheap.
fn audit_client() -> Client {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    CLIENT.get_or_init(Client::embedded).clone()
}

fn audit_config() -> ModelConfig {
    ModelConfig::new("audit_logs").client(audit_client()).max_size(10_000)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let error = User::get("USER#1").await.err().ok_or("there is no client yet")?;
    assert_eq!(error.kind(), ErrorKind::NoClient);
    println!("without a client: {error}\n");

    // A service uses `Client::from_env().await` or `Client::builder().region("eu-west-1").build().await?`.
    let main_client = Client::embedded();
    singlet::set_default_client(main_client.clone());
    User::create_table().await?;
    AuditLog::create_table().await?;
    assert_eq!(tables(&main_client).await?, ["users"]);
    assert_eq!(tables(&audit_client()).await?, ["audit_logs"]);
    println!("the default client has the table `users`, the model's own client has `audit_logs`");

    // Operations inside use another database, for example in a test or for one tenant's request.
    let scoped = Client::embedded();
    singlet::with_client(scoped.clone(), async {
        User::create_table().await?;
        User { pk: "USER#1".into() }.save().await
    })
    .await?;
    assert!(User::exists("USER#1").client(&scoped).await?);
    assert!(!User::exists("USER#1").await?);
    println!("only the scoped client has the user");
    Ok(())
}

async fn tables(client: &Client) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    Ok(client.sdk().list_tables().send().await?.table_names().to_vec())
}
