//! Ten thousand sessions under four policies, used at random for half a simulated day, beside a model of them that is
//! simple enough to be right by reading it.

use std::collections::HashMap;
use std::time::Duration;

use singlet::{Error, ErrorKind, ExpiredItems, Model, ModelConfig, TTLAttribute, Table};

use super::{Lives, TTL};
use crate::emulator;
use crate::stand::{self, START};

/// What a session's model says of lives.
#[derive(Debug, Clone, Copy)]
struct Policy {
    refreshes: bool,
    hides: bool,
}

/// A session as the naive model keeps it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Naive {
    clicks: u64,
    expires_at: i64,
}

macro_rules! sessions {
    ($($name:ident, $prefix:literal, $refreshes:literal, $hides:expr;)*) => {$(
        #[derive(Debug, Clone, PartialEq, Model)]
        #[model(table = Lives, hash_key = $prefix, range_key = "S", config = Self::lives)]
        struct $name {
            id: u64,
            clicks: u64,
            expires_at: Option<TTLAttribute>,
        }

        impl $name {
            fn lives() -> ModelConfig {
                let config = ModelConfig::new("lives").ttl(Duration::from_secs(TTL)).refresh_after(0.0);
                config.refresh_ttl($refreshes).expired($hides)
            }

            fn seen(&self) -> Naive {
                Naive { clicks: self.clicks, expires_at: self.expires_at.unwrap().epoch_seconds() }
            }

            async fn act(id: u64, act: Act) -> Result<Option<Naive>, ErrorKind> {
                let seen = |session: Option<Self>| session.map(|session| session.seen());
                let kind = |error: Error| error.kind();
                let new = || $name { id, clicks: 0, expires_at: None };
                match act {
                    Act::Get => Self::get(id).await.map(seen).map_err(kind),
                    Act::Query => Self::query(id).one().await.map(seen).map_err(kind),
                    Act::Exists => {
                        let exists = Self::exists(id).await.map_err(kind)?;
                        Ok(exists.then_some(Naive { clicks: 0, expires_at: 0 }))
                    }
                    Act::Update => {
                        Self::update(id).add(|s| s.clicks, 1_u64).await.map(|new| seen(Some(new))).map_err(kind)
                    }
                    Act::Upsert => {
                        Self::upsert(id).add(|s| s.clicks, 1_u64).await.map(|new| seen(Some(new))).map_err(kind)
                    }
                    Act::Create => {
                        let mut session = new();
                        session.create().await.map_err(kind)?;
                        Ok(seen(Some(session)))
                    }
                    Act::Save => {
                        let mut session = new();
                        session.save().await.map_err(kind)?;
                        Ok(seen(Some(session)))
                    }
                    Act::Resave => {
                        let Some(mut session) = Self::get(id).refresh_ttl(false).await.map_err(kind)? else {
                            return Ok(None);
                        };
                        session.clicks += 1;
                        session.save().await.map_err(kind)?;
                        Ok(seen(Some(session)))
                    }
                    Act::SaveFor(seconds) => {
                        let mut session = new();
                        session.save().ttl(Duration::from_secs(seconds)).await.map_err(kind)?;
                        Ok(seen(Some(session)))
                    }
                    Act::Extend(seconds) => {
                        new().extend_ttl(singlet::ExpiresIn::seconds(seconds)).await.map_err(kind)?;
                        Ok(None)
                    }
                    Act::Set(seconds) => {
                        new().set_ttl(singlet::ExpiresIn::seconds(seconds)).await.map_err(kind)?;
                        Ok(None)
                    }
                    Act::Delete => {
                        Self::delete_by_key(id).await.map_err(kind)?;
                        Ok(None)
                    }
                }
            }
        }
    )*};
}

sessions! {
    Sliding, "SLIDING#{id}", true, ExpiredItems::Hide;
    SlidingShown, "SLIDING-SHOWN#{id}", true, ExpiredItems::Return;
    Fixed, "FIXED#{id}", false, ExpiredItems::Hide;
    FixedShown, "FIXED-SHOWN#{id}", false, ExpiredItems::Return;
}

#[derive(Debug, Clone, Copy)]
enum Act {
    Get,
    Query,
    Exists,
    Update,
    Upsert,
    Create,
    Save,
    Resave,
    SaveFor(u64),
    Extend(u64),
    Set(u64),
    Delete,
}

const POLICIES: [Policy; 4] = [
    Policy { refreshes: true, hides: true },
    Policy { refreshes: true, hides: false },
    Policy { refreshes: false, hides: true },
    Policy { refreshes: false, hides: false },
];

async fn act(policy: usize, id: u64, act: Act) -> Result<Option<Naive>, ErrorKind> {
    match policy {
        0 => Sliding::act(id, act).await,
        1 => SlidingShown::act(id, act).await,
        2 => Fixed::act(id, act).await,
        _ => FixedShown::act(id, act).await,
    }
}

/// All that is stored, by the rules alone.
#[derive(Default)]
struct World {
    stored: HashMap<(usize, u64), Naive>,
}

impl World {
    fn act(&mut self, policy: usize, id: u64, act: Act, now: i64) -> Result<Option<Naive>, ErrorKind> {
        let Policy { refreshes, hides } = POLICIES[policy];
        let key = (policy, id);
        let default = now.saturating_add_unsigned(TTL);
        let in_seconds = |seconds: u64| now.saturating_add_unsigned(seconds);
        let stored = self.stored.get(&key).copied();
        let is_live = stored.is_some_and(|session| session.expires_at > now);
        let visible = stored.filter(|_| is_live || !hides);
        // Access extends the TTL of items that have not expired.
        let refreshed = |session: Naive| {
            let is_refreshed = refreshes && session.expires_at > now;
            let expires_at = if is_refreshed { session.expires_at.max(default) } else { session.expires_at };
            Naive { expires_at, ..session }
        };
        let clicked = |session: Naive| Naive { clicks: session.clicks + 1, ..session };
        let new = Naive { clicks: 0, expires_at: default };
        let next = match act {
            Act::Exists => return Ok(visible.map(|_| Naive { clicks: 0, expires_at: 0 })),
            Act::Get | Act::Query => match visible {
                None => return Ok(None),
                Some(session) => refreshed(session),
            },
            Act::Update => match visible {
                // What is hidden stays stored until something takes its place.
                None => return Err(ErrorKind::NotFound),
                Some(session) => clicked(refreshed(session)),
            },
            Act::Upsert => visible.map_or(clicked(new), |session| clicked(refreshed(session))),
            Act::Create if is_live => return Err(ErrorKind::ConditionFailed),
            Act::Create | Act::Save => new,
            Act::SaveFor(seconds) => Naive { clicks: 0, expires_at: in_seconds(seconds) },
            Act::Resave => match visible {
                None => return Ok(None),
                // What is saved is written anew, so that it lives again.
                Some(session) if refreshes => Naive { expires_at: session.expires_at.max(default), ..clicked(session) },
                Some(session) => clicked(session),
            },
            Act::Extend(_) | Act::Set(_) if stored.is_none() => return Err(ErrorKind::NotFound),
            Act::Extend(_) if !is_live => return Err(ErrorKind::Expired),
            Act::Extend(seconds) | Act::Set(seconds) => {
                let expires_at = in_seconds(seconds);
                self.stored.entry(key).and_modify(|session| session.expires_at = expires_at);
                return Ok(None);
            }
            Act::Delete => {
                self.stored.remove(&key);
                return Ok(None);
            }
        };
        self.stored.insert(key, next);
        Ok(Some(next))
    }

    /// What DynamoDB does at some time or other.
    fn sweep(&mut self, now: i64) {
        self.stored.retain(|_, session| session.expires_at > now);
    }
}

/// The same numbers each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    fn act(&mut self) -> Act {
        match self.below(100) {
            0..40 => Act::Get,
            40..50 => Act::Query,
            50..54 => Act::Exists,
            54..70 => Act::Update,
            70..76 => Act::Upsert,
            76..80 => Act::Create,
            80..83 => Act::Save,
            83..89 => Act::Resave,
            89..92 => Act::SaveFor(1 + self.below(2 * TTL)),
            92..95 => Act::Extend(self.below(2 * TTL)),
            95..98 => Act::Set(self.below(2 * TTL)),
            _ => Act::Delete,
        }
    }
}

#[tokio::test]
async fn ten_thousand_sessions_keep_every_rule() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        // A server takes milliseconds for a request.
        let is_remote = emulator::endpoint().is_some();
        let (sessions, steps) = if is_remote { (1_000, 2_000) } else { (10_000_u64, 12_000) };
        let mut world = World::default();
        let mut dice = Dice(7);
        create_all(&mut world, sessions / 4).await;
        for step in 0..steps {
            stand.advance(dice.below(10));
            let now = stand.client.now();
            // Most of the time a few of them are used.
            let id = if dice.below(10) < 8 { dice.below(sessions / 40) } else { dice.below(sessions / 4) };
            let (policy, what) = (usize::try_from(dice.below(4)).unwrap(), dice.act());
            let expected = world.act(policy, id, what, now);
            let found = act(policy, id, what).await;
            assert_eq!(found, expected, "step {step}: {what:?} of {id} under {:?}", POLICIES[policy]);
            if !is_remote && dice.below(500) == 0 {
                stand.client.sweep_expired().await.unwrap();
                world.sweep(now);
            }
        }
        assert!(stand.client.now() > START + 3_600, "hours have passed");
        assert_same(&stand.stored("lives").await, &world);
    })
    .await;
}

async fn create_all(world: &mut World, ids: u64) {
    macro_rules! put {
        ($model:ident, $policy:literal) => {
            let all: Vec<$model> = (0..ids).map(|id| $model { id, clicks: 0, expires_at: None }).collect();
            singlet::batch_write().put_all(&all).await.unwrap();
            for id in 0..ids {
                world.act($policy, id, Act::Save, START).unwrap();
            }
        };
    }
    put!(Sliding, 0);
    put!(SlidingShown, 1);
    put!(Fixed, 2);
    put!(FixedShown, 3);
}

/// What is stored is what the naive world says.
fn assert_same(stored: &[singlet::Item], world: &World) {
    let number = |item: &singlet::Item, name: &str| item[name].as_n().unwrap().parse::<i64>().unwrap();
    let mut left = world.stored.clone();
    for item in stored {
        let key = item["pk"].as_s().unwrap();
        let policy = ["SLIDING#", "SLIDING-SHOWN#", "FIXED#", "FIXED-SHOWN#"];
        let policy = policy.iter().position(|prefix| key.starts_with(prefix)).unwrap();
        let id = u64::try_from(number(item, "id")).unwrap();
        let expected = left.remove(&(policy, id)).unwrap();
        assert_eq!(
            (number(item, "clicks"), number(item, "expires_at")),
            (i64::try_from(expected.clicks).unwrap(), expected.expires_at)
        );
    }
    assert_eq!(left, HashMap::new(), "sessions are lost");
}
