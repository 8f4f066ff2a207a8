//! Stores sample sessions, directly or through the API of a running application.

use std::error::Error;
use std::time::Duration;

use singlet::Client;

use crate::server;
use crate::session::Session;
use crate::settings::Store;

/// Stores `count` sessions with `client`. `ttl` returns the TTL of the `n`th session in seconds.
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

/// TTLs for a demo in seconds: some sessions expire soon, most take a while, none exceeds the default.
pub fn mixed(n: usize) -> u64 {
    const TTLS: [u64; 10] = [12, 45, 300, 120, 24, 240, 180, 300, 75, 210];
    TTLS[n % TTLS.len()]
}

/// The command `seed`: writes to DynamoDB, or posts to the application at `url` if that embeds its DynamoDB.
pub async fn run(store: Store, count: usize, ttl: u64, url: &str) -> Result<(), Box<dyn Error>> {
    match store {
        Store::DynamoDb => {
            let client = store.client().await;
            server::prepare(&client).await?;
            write(&client, count, |_| ttl).await?;
        }
        Store::Embedded => post(url, count, ttl).await?,
    }
    println!("stored {count} sessions with a TTL of {ttl} s");
    Ok(())
}

async fn post(url: &str, count: usize, ttl: u64) -> Result<(), Box<dyn Error>> {
    let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build()?;
    let (address, ttl) = (format!("{}/sessions", url.trim_end_matches('/')), ttl.to_string());
    for n in 0..count {
        let (user, fragment) = memory(n);
        let form = [("user_name", user), ("memory_fragment", fragment), ("ttl", &ttl)];
        let response = client.post(&address).form(&form).send().await.map_err(|error| {
            if error.is_connect() {
                format!(
                    "nothing answers at {url}; start the application first, or a database with `make db-up` (for another \
                     one, set `AWS_ENDPOINT_URL_DYNAMODB`)"
                )
            } else {
                error.to_string()
            }
        })?;
        if !response.status().is_success() {
            return Err(format!("{url} rejected a session: {}", response.text().await?).into());
        }
    }
    Ok(())
}

const USERS: [&str; 10] = ["Ada", "Bohumil", "Chidi", "Delphine", "Emre", "Fumiko", "Grace", "Hedy", "Ines", "Jun"];

const FRAGMENTS: [&str; 24] = [
    "The smell of rain on the platform, the night the last train did not come.",
    "A song my grandmother hummed, without its ending.",
    "The exact blue of the door we were told not to open.",
    "Seven digits of a telephone number that nobody answers now.",
    "How the sea sounded through the wall of the rented room.",
    "The word for snow in a language I no longer speak.",
    "Winning at chess, once, against my father.",
    "The weight of the key to a house that was pulled down.",
    "A joke so good that we had to stop the car.",
    "The second verse. Only ever the second verse.",
    "The taste of the first tomato of that summer.",
    "A face in the window of the tram going the other way.",
    "What the fortune cookie said, and that it was right.",
    "The corridor of the old school, at the size it had then.",
    "Learning to whistle on the roof.",
    "The name of the dog across the street.",
    "Where I put the letter so that I would not lose it.",
    "Three steps of a dance, and the hand that taught them.",
    "The last page of a book I have been looking for since.",
    "How quiet it was after the power went out.",
    "A promise made on a staircase.",
    "The colour of the stage lights, from behind.",
    "The shortcut through the orchard.",
    "The sentence I rehearsed and never said.",
];

/// The user and the fragment of the `n`th session.
fn memory(n: usize) -> (&'static str, &'static str) {
    (USERS[n % USERS.len()], FRAGMENTS[n % FRAGMENTS.len()])
}
