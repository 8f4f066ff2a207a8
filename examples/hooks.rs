//! Hooks that run before and after a model's operations: validate, normalize, audit.

use singlet::{Client, Error, ErrorKind, HookContext, Hooks, Model, Result, Target};

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "users", hooks)]
struct User {
    #[model(hash_key)]
    id: String,
    email: String,
    /// Not stored. `after_load` derives it from the email.
    #[model(skip)]
    domain: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "audit", hash_key = "USER#{user}")]
struct Audit {
    user: String,
    event: String,
}

impl Hooks for User {
    async fn before_save(&mut self, _: &HookContext<'_>) -> Result<()> {
        self.email = self.email.trim().to_lowercase();
        if self.email.contains('@') { Ok(()) } else { Err(Error::hook("this is not an email address")) }
    }

    /// Uses the client of the operation, so the entry is written to the same database.
    async fn after_delete(target: Target<'_, Self>, cx: &HookContext<'_>) -> Result<()> {
        let (user,) = target.key.parts()?;
        Audit { user, event: "deleted".into() }.save().client(cx.client).await
    }

    async fn after_load(&mut self, _: &HookContext<'_>) -> Result<()> {
        self.domain = self.email.split_once('@').map_or_else(String::new, |(_, domain)| domain.to_owned());
        Ok(())
    }
}

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    singlet::set_default_client(Client::embedded());
    User::create_table().await?;
    Audit::create_table().await?;

    let mut ann = User::builder().id("1").email(" Ann@Example.com ").build();
    ann.save().await?;
    let read = User::get("1").await?.ok_or("the user is missing")?;
    println!("saved as {}, of {}", read.email, read.domain);
    assert_eq!((read.email.as_str(), read.domain.as_str()), ("ann@example.com", "example.com"));

    let mut bob = User::builder().id("2").email("bob").build();
    let error = bob.save().await.err().ok_or("the hook refuses")?;
    assert_eq!(error.kind(), ErrorKind::Hook);
    println!("refused: {error}");
    assert!(!User::exists("2").await?);

    // A migration can skip the hooks.
    bob.save().skip_hooks(true).await?;
    assert!(User::exists("2").await?);

    ann.delete().await?;
    let entry = Audit::get("1").await?.ok_or("the entry is missing")?;
    println!("audit: {} was {}", entry.user, entry.event);
    Ok(())
}
