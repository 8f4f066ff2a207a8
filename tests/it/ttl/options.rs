//! The TTL options of a model: on a field, on the struct, and beside a config function.

use std::time::Duration;

use singlet::{ErrorKind, ExpiredItems, ExpiresIn, Model, ModelConfig, TTLAttribute, Table, TtlField};

use crate::stand::{self, START, n};

const HALF_HOUR: u64 = 1_800;

#[derive(Table)]
#[table(name = "tickets", hash_key = "pk", ttl = "gone_at", entity = "_type")]
struct Tickets;

/// The ttl is on the field, which the value may leave to the save.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "visits", refresh_ttl, refresh_after = 0.1)]
struct Visit {
    #[model(hash_key)]
    id: u32,
    #[model(ttl = "30m")]
    expires_at: Option<TTLAttribute>,
}

/// The ttl is on the field, in seconds, and the builder fills it in.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Tickets, hash_key = "PASS#{id}")]
struct Pass {
    id: u32,
    #[model(ttl = 1_800)]
    gone_at: TTLAttribute,
}

/// The ttl is on the struct, for the field.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Tickets, hash_key = "SEAT#{id}", ttl = "30m", refresh_ttl = false, expired = "hide")]
struct Seat {
    id: u32,
    #[model(default)]
    rows: u64,
    gone_at: TTLAttribute,
}

/// The ttl is on the struct, and the table type says where it is stored.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Tickets, hash_key = "CODE#{id}", ttl = "30m")]
struct Code {
    id: u32,
}

/// The ttl is on the struct of a table that is only a name.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "resets", hash_key = "RESET#{id}", ttl = "30m", expired = "return")]
struct Reset {
    id: u32,
}

/// The same, with a TTL attribute of its own choice.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "links", hash_key = "LINK#{id}", ttl = "30m", ttl_attribute = "valid-until")]
struct Link {
    id: u32,
}

/// The client's ttl, on the field: not on the other one.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "looks")]
struct Look {
    #[model(hash_key)]
    id: u32,
    seen_at: Option<TTLAttribute>,
    #[model(ttl)]
    expires_at: Option<TTLAttribute>,
}

/// The client's ttl, on the struct, with a field.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "glances", ttl, refresh_after = 1)]
struct Glance {
    #[model(hash_key)]
    id: u32,
    expires_at: Option<TTLAttribute>,
}

/// The client's ttl, on the struct, without a field.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "trails", ttl)]
struct Trail {
    #[model(hash_key)]
    id: u32,
}

/// The options hide items; when they expire is left to other writers.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Tickets, hash_key = "GUEST#{id}", expired = "hide")]
struct Guest {
    id: u32,
}

fn ten_minutes() -> ModelConfig {
    ModelConfig::new("tokens").ttl(Duration::from_mins(10))
}

/// A function says the ttl; the option, that the TTL attribute is written without a field.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "tokens", config = ten_minutes, ttl, ttl_attribute = "dies_at")]
struct Token {
    #[model(hash_key)]
    id: u32,
}

fn at(seconds_from_start: u64) -> TTLAttribute {
    TTLAttribute::from_epoch_seconds(START.saturating_add_unsigned(seconds_from_start))
}

#[test]
fn every_option_is_a_setting_of_the_config() {
    let half_hour = |table| ModelConfig::new(table).ttl(Duration::from_secs(HALF_HOUR));
    let hide = ExpiredItems::Hide;
    for (options, settings) in [
        (Visit::config(), half_hour("visits").refresh_ttl(true).refresh_after(0.1)),
        (Pass::config(), half_hour("tickets")),
        (Seat::config(), half_hour("tickets").refresh_ttl(false).expired(hide)),
        (Code::config(), half_hour("tickets")),
        (Reset::config(), half_hour("resets").expired(ExpiredItems::Return)),
        (Link::config(), half_hour("links")),
        (Look::config(), ModelConfig::new("looks").client_ttl()),
        (Glance::config(), ModelConfig::new("glances").client_ttl().refresh_after(1.0)),
        (Trail::config(), ModelConfig::new("trails").client_ttl()),
        (Guest::config(), ModelConfig::new("tickets").expired(hide)),
        (Token::config(), ten_minutes()),
    ] {
        assert_eq!(format!("{options:?}"), format!("{settings:?}"));
    }
}

#[test]
fn every_unit_is_a_number_of_seconds() {
    macro_rules! seconds {
        ($ttl:literal) => {{
            #[derive(Model)]
            #[model(table = "units", ttl = $ttl)]
            struct Unit {
                #[model(hash_key)]
                id: u32,
            }
            let _ = Unit { id: 1 }.id;
            format!("{:?}", Unit::config())
        }};
    }
    let texts = [seconds!("45s"), seconds!("2m"), seconds!("3h"), seconds!("4d"), seconds!("5w"), seconds!(6)];
    let seconds = [45, 120, 10_800, 345_600, 3_024_000, 6];
    assert_eq!(texts, seconds.map(|s| format!("{:?}", ModelConfig::new("units").ttl(Duration::from_secs(s)))));
}

#[test]
fn the_schema_names_the_attribute_that_is_written() {
    let of = |model: &'static singlet::schema::ModelSchema| (model.ttl, model.table.ttl);
    assert_eq!(of(Seat::SCHEMA), (Some("gone_at"), Some("gone_at")));
    assert_eq!(of(Code::SCHEMA), (Some("gone_at"), Some("gone_at")));
    assert_eq!(of(Reset::SCHEMA), (Some("expires_at"), Some("expires_at")));
    assert_eq!(of(Link::SCHEMA), (Some("valid-until"), Some("valid-until")));
    assert_eq!(of(Look::SCHEMA), (Some("expires_at"), Some("expires_at")));
    assert_eq!(of(Token::SCHEMA), (Some("dies_at"), Some("dies_at")));
    assert_eq!(of(Guest::SCHEMA), (None, Some("gone_at")));
}

#[tokio::test]
async fn the_builder_fills_in_a_plain_field() {
    stand::run(async |stand| {
        assert_eq!(Pass::builder().id(1).build().gone_at, at(HALF_HOUR));
        assert_eq!(Seat::builder().id(1).build().gone_at, at(HALF_HOUR));
        stand.advance(10);
        assert_eq!(Pass::builder().id(1).build().gone_at, at(10 + HALF_HOUR));
        assert_eq!(Pass::builder().id(1).gone_at(at(5)).build().gone_at, at(5));
        assert_eq!(Visit::builder().id(1).build().ttl(), None, "an `Option` is left to the save");
    })
    .await;
}

#[tokio::test]
async fn a_model_without_a_field_has_its_attribute_written_and_changed() {
    stand::run(async |stand| {
        Tickets::create_table().await.unwrap();
        Link::create_table().await.unwrap();
        let mut code = Code { id: 1 };
        code.save().await.unwrap();
        assert_eq!(stand.only_item("tickets").await["gone_at"], n(START.saturating_add_unsigned(HALF_HOUR)));
        code.set_ttl(ExpiresIn::hours(2)).await.unwrap();
        assert_eq!(stand.only_item("tickets").await["gone_at"], n(START + 7_200));
        stand.advance(7_200);
        let dead = code.extend_ttl(ExpiresIn::hours(1)).await.unwrap_err();
        assert_eq!(dead.kind(), ErrorKind::Expired);

        let mut link = Link { id: 1 };
        link.create().await.unwrap();
        let expiry = START.saturating_add_unsigned(7_200 + HALF_HOUR);
        assert_eq!(stand.only_item("links").await["valid-until"], n(expiry));
        assert_eq!(Link::from_item(&stand.only_item("links").await).unwrap(), link);
    })
    .await;
}

#[tokio::test]
async fn the_options_hold_for_writes() {
    stand::run(async |stand| {
        Tickets::create_table().await.unwrap();
        let mut seat = Seat::builder().id(1).build();
        seat.save().await.unwrap();
        stand.advance(60);
        seat.save().await.unwrap();
        assert_eq!(seat.gone_at, at(HALF_HOUR), "refresh is off");
        stand.advance(HALF_HOUR - 60);
        let gone = Seat::update(1).set(|s| s.rows, 1_u64).await.unwrap_err();
        assert_eq!(gone.kind(), ErrorKind::NotFound, "hidden is absent");

        let mut pass = Pass::builder().id(1).build();
        pass.save().await.unwrap();
        stand.advance(60);
        pass.save().await.unwrap();
        assert_eq!(pass.gone_at, at(HALF_HOUR + 60 + HALF_HOUR), "refresh is on");
    })
    .await;
}

#[tokio::test]
async fn a_ttl_without_a_value_is_the_clients() {
    stand::run(async |stand| {
        Look::create_table().await.unwrap();
        Trail::create_table().await.unwrap();
        let client = stand.client.clone().with_default_ttl(Duration::from_mins(1));
        let mut look = Look { id: 1, seen_at: None, expires_at: None };
        assert_eq!(look.save().await.unwrap_err().kind(), ErrorKind::Configuration, "the client has none");
        look.save().client(&client).await.unwrap();
        assert_eq!((look.seen_at, look.expires_at), (None, Some(at(60))));
        Trail { id: 1 }.save().client(&client).await.unwrap();
        assert_eq!(stand.only_item("trails").await["expires_at"], n(START + 60));
    })
    .await;
}

#[tokio::test]
async fn a_function_says_the_ttl_of_a_marked_model() {
    stand::run(async |stand| {
        Token::create_table().await.unwrap();
        let mut token = Token { id: 1 };
        token.save().await.unwrap();
        assert_eq!(stand.only_item("tokens").await["dies_at"], n(START + 600));
        token.extend_ttl(ExpiresIn::minutes(20)).await.unwrap();
        assert_eq!(stand.only_item("tokens").await["dies_at"], n(START + 1_200));
    })
    .await;
}
