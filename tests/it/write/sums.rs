//! Additions to numbers on which indexes depend.

use std::time::Duration;

use futures_util::future::try_join_all;
use singlet::{Attribute, ErrorKind, ExpiredItems, Item, Model, ModelConfig, Number, TTLAttribute, Table};

use crate::stand::{self, Stand, item, n, s};
use crate::transport::Transport;

#[derive(Table)]
#[table(name = "games", hash_key = "pk", entity = "_type", ttl = "expires_at")]
#[table(index(name = "by_score", hash_key = "game", range_key = "score", range_key_type = "N"))]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "gsi2", hash_key = "gsi2pk", range_key = "rank", range_key_type = "N"))]
struct Games;

/// The number is the key of one index, and part of the key of another one.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Games, hash_key = "PLAYER#{name}")]
#[model(index(by_score, hash_key = game, range_key = score))]
#[model(index(gsi1, hash_key = "GAME#{game}", range_key = "WINS#{wins:06}#{price}"))]
#[model(index(gsi2, hash_key = "OPEN#{game}", range_key = rank, when = Player::is_open(state, rank)))]
struct Player {
    name: String,
    game: String,
    score: u64,
    wins: u32,
    #[model(default)]
    price: Number,
    state: State,
    rank: Option<i32>,
    /// No index depends on it.
    coins: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Attribute)]
enum State {
    Open,
    Closed,
}

impl Player {
    // `when` calls it with references.
    #[allow(clippy::trivially_copy_pass_by_ref)]
    fn is_open(state: &State, rank: Option<&i32>) -> bool {
        *state == State::Open && rank.is_some_and(|rank| *rank > 0)
    }
}

fn player(name: &str) -> Player {
    let (game, state) = ("chess".into(), State::Open);
    Player { name: name.into(), game, score: 10, wins: 3, price: "1.5".parse().unwrap(), state, rank: None, coins: 9 }
}

/// Checks that the stored item has the index keys that a save of this value stores.
async fn assert_stored(stand: &Stand, value: &Player) {
    let keys = async || {
        let stored = stand.only_item("games").await;
        stored.into_iter().filter(|(name, _)| name.starts_with("gsi")).collect::<Item>()
    };
    let stored = keys().await;
    assert_eq!(Player::get(&*value.name).await.unwrap().as_ref(), Some(value));
    value.clone().save().await.unwrap();
    assert_eq!(keys().await, stored);
}

#[tokio::test]
async fn a_sum_leaves_the_keys_that_a_save_makes() {
    stand::run(async |stand| {
        Games::create_table().await.unwrap();
        let mut ann = player("ann");
        ann.create().await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let mut seen = 0;
        let mut sent = || {
            let targets: Vec<String> = transport.sent().into_iter().skip(seen).map(|sent| sent.operation).collect();
            seen += targets.len();
            targets
        };

        // The key of an index is the number itself: DynamoDB adds.
        ann = Player::update("ann").add(|p| p.score, 5_u64).client(&client).await.unwrap();
        assert_eq!((ann.score, sent()), (15, vec!["UpdateItem".to_owned()]));
        assert_stored(stand, &ann).await;

        // A key that a template makes contains the sum.
        ann = Player::update("ann").add(|p| p.wins, 2_u32).client(&client).await.unwrap();
        assert_eq!((ann.wins, sent()), (5, vec!["GetItem".to_owned(), "UpdateItem".to_owned()]));
        assert_stored(stand, &ann).await;
        let price: Number = "0.75".parse().unwrap();
        ann = Player::update("ann").subtract(|p| p.price, price).add(|p| p.score, 1_u64).await.unwrap();
        assert_eq!((ann.price, ann.score), (price, 16));
        assert_stored(stand, &ann).await;

        // A number on which no index depends.
        ann = Player::update("ann").add(|p| p.wins, 1_u32).subtract(|p| p.coins, 2_u64).await.unwrap();
        assert_eq!((ann.wins, ann.coins), (6, 7));
        let refused = Player::update("ann").add(|p| p.wins, 1_u32).subtract(|p| p.coins, 8_u64).await.unwrap_err();
        assert_eq!((refused.kind(), refused.attribute()), (ErrorKind::ConditionFailed, Some("coins")));

        // The number decides whether the item is in an index.
        for (change, in_index) in [(2, 1), (-2, 0), (7, 1)] {
            ann = Player::update("ann").add(|p| p.rank, change).await.unwrap();
            let open = Player::index(Games::GSI2).query("chess").count().await.unwrap();
            assert_eq!((open, ann.rank.unwrap() > 0), (in_index, in_index == 1));
            assert_stored(stand, &ann).await;
        }

        // What the caller has is enough, and what another writer has changed is read from the refusal.
        Player::update("ann")
            .set(|p| p.wins, 7_u32)
            .assume(|p| p.price, price)
            .assume(|p| p.game, "chess")
            .await
            .unwrap();
        sent();
        ann.modify().add(|p| p.wins, 1_u32).client(&client).await.unwrap();
        assert_eq!((ann.wins, sent()), (8, vec!["UpdateItem".to_owned(), "UpdateItem".to_owned()]));
        assert_stored(stand, &ann).await;
    })
    .await;
}

#[tokio::test]
async fn a_sum_that_cannot_be_is_refused() {
    stand::run(async |stand| {
        Games::create_table().await.unwrap();
        let error = Player::update("nobody").add(|p| p.wins, 1_u32).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        let error = Player::update("nobody").subtract(|p| p.wins, 1_u32).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        let mut ann = player("ann");
        ann.create().await.unwrap();
        let refused = Player::update("ann").subtract(|p| p.wins, 4_u32).await.unwrap_err();
        assert_eq!((refused.kind(), refused.attribute()), (ErrorKind::ConditionFailed, Some("wins")));
        let refused = Player::update("ann").add(|p| p.wins, 1_u32).when(|p| p.score.gt(10)).await.unwrap_err();
        assert_eq!((refused.kind(), refused.attribute()), (ErrorKind::ConditionFailed, None));
        let wrong = Player::update("ann").add(|p| p.wins, 1_u32).assume(|p| p.game, "go").await.unwrap_err();
        assert_eq!((wrong.kind(), wrong.attribute()), (ErrorKind::ConditionFailed, Some("game")));
        // The width of the key.
        let wide = Player::update("ann").add(|p| p.wins, 1_000_000_u32).await.unwrap_err();
        assert_eq!(wide.kind(), ErrorKind::InvalidKey);
        // A transaction is not sent again with what it has read.
        let sum = Player::update("ann").add(|p| p.wins, 1_u32);
        let refused = singlet::transact_write().write(sum).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Validation);
        assert_stored(stand, &ann).await;
    })
    .await;
}

#[tokio::test]
async fn an_upsert_adds_to_nothing() {
    stand::run(async |stand| {
        Games::create_table().await.unwrap();
        let add = || {
            Player::upsert("ann")
                .add(|p| p.wins, 2_u32)
                .set(|p| p.game, "chess")
                .set(|p| p.score, 1_u64)
                .set(|p| p.coins, 0_u64)
        };
        let new = add().set(|p| p.state, State::Closed).await.unwrap();
        assert_eq!(new.wins, 2);
        let new = add().set(|p| p.state, State::Closed).await.unwrap();
        assert_eq!((new.wins, new.rank), (4, None));
        assert_stored(stand, &new).await;
    })
    .await;
}

#[tokio::test]
async fn no_addition_of_several_writers_is_lost() {
    stand::run(async |stand| {
        Games::create_table().await.unwrap();
        player("ann").create().await.unwrap();
        let adders = (0..6).map(|_| async {
            for _ in 0..4 {
                Player::update("ann").add(|p| p.wins, 1_u32).add(|p| p.score, 2_u64).await?;
            }
            Ok::<_, singlet::Error>(())
        });
        try_join_all(adders).await.unwrap();
        let ann = Player::get("ann").await.unwrap().unwrap();
        assert_eq!((ann.wins, ann.score), (27, 58));
        assert_stored(stand, &ann).await;
    })
    .await;
}

/// An expired guest counts as absent.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Games, hash_key = "GUEST#{id}", index(gsi1, hash_key = "GUESTS", range_key = "VISITS#{visits}"))]
#[model(config = hidden)]
struct Guest {
    id: u32,
    visits: u32,
    expires_at: Option<TTLAttribute>,
}

fn hidden() -> ModelConfig {
    ModelConfig::new("games").ttl(Duration::from_mins(30)).expired(ExpiredItems::Hide)
}

#[tokio::test]
async fn an_expired_number_and_one_of_another_model_are_no_numbers() {
    stand::run(async |stand| {
        Games::create_table().await.unwrap();
        let visit = || Guest::update(1).add(|guest| guest.visits, 1_u32);
        Guest::upsert(1).add(|guest| guest.visits, 5_u32).await.unwrap();
        assert_eq!(visit().await.unwrap().visits, 6);
        stand.advance(1_801);
        assert_eq!(visit().await.unwrap_err().kind(), ErrorKind::NotFound);
        let new = Guest::upsert(1).add(|guest| guest.visits, 2_u32).await.unwrap();
        assert_eq!(new.visits, 2);
        assert_eq!(Guest::index(Games::GSI1).query(()).await.unwrap(), [new]);

        let other = item([("pk", s("GUEST#0000000002")), ("_type", s("Other")), ("visits", n(7))]);
        stand.put_raw("games", other).await;
        for refused in [
            Guest::update(2).add(|guest| guest.visits, 1_u32).await.unwrap_err(),
            Guest::upsert(2).add(|guest| guest.visits, 1_u32).await.unwrap_err(),
        ] {
            assert_eq!(refused.kind(), ErrorKind::WrongEntity);
        }
    })
    .await;
}
