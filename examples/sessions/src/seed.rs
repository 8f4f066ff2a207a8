//! Sessions to begin with.

use std::error::Error;
use std::time::Duration;

use singlet::Client;

use crate::memories::{life, memory};
use crate::server;
use crate::session::Session;
use crate::settings::Store;

/// Stores `count` sessions in a table of `client`'s, each for as many seconds as `ttl` says of it.
pub async fn write(client: &Client, count: usize, ttl: impl Fn(usize) -> u64) -> singlet::Result<()> {
    singlet::with_client(client.clone(), async {
        for n in 0..count {
            let (user, fragment) = memory(n);
            Session::open(user.to_owned(), fragment.to_owned(), Some(Duration::from_secs(ttl(n)))).await?;
        }
        Ok(())
    })
    .await
}

/// Lives for a demo, in seconds: some short, some long.
pub fn mixed(n: usize) -> u64 {
    life(n)
}

/// `seed`: writes to DynamoDB, or posts to the application at `url` where the table is inside of that.
pub async fn run(store: Store, count: usize, ttl: u64, url: &str) -> Result<(), Box<dyn Error>> {
    match store {
        Store::DynamoDb => {
            let client = store.client().await;
            server::prepare(&client).await?;
            write(&client, count, |_| ttl).await?;
        }
        Store::Embedded => post(url, count, ttl).await?,
    }
    println!("{count} sessions, each for {ttl} s");
    Ok(())
}

async fn post(url: &str, count: usize, ttl: u64) -> Result<(), Box<dyn Error>> {
    let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build()?;
    let (address, ttl) = (format!("{}/sessions", url.trim_end_matches('/')), ttl.to_string());
    for n in 0..count {
        let (user, fragment) = memory(n);
        let form = [("user_name", user), ("memory_fragment", fragment), ("ttl", &ttl)];
        let answer = client.post(&address).form(&form).send().await.map_err(|error| {
            if error.is_connect() {
                format!("nothing answers at {url}: start the application first, or name a DynamoDB by `AWS_ENDPOINT_URL_DYNAMODB`")
            } else {
                error.to_string()
            }
        })?;
        if !answer.status().is_success() {
            return Err(format!("{url} refused a session: {}", answer.text().await?).into());
        }
    }
    Ok(())
}
