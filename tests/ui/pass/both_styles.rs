//! Key templates and plain key fields, over derived and named tables, with every option.
#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    unused_qualifications,
    clippy::pedantic
)]
// Two indexes of one key attribute repeat `hash_key = ".."`, which Clippy takes for a slip.
#![allow(clippy::duplicated_attributes)]

use singlet::{Attribute, CompressedAttribute, Model, ModelConfig, TTLAttribute, Table};

/// A table.
#[derive(Debug, Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk", projection = "keys_only"))]
#[table(index(name = "by-day", partition_key = "day", sort_key = "gsi1sk", include("email", "points")))]
#[table(index(name = "local1", range_key = "lsi", local))]
#[non_exhaustive]
pub struct Shop;

/// An id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Attribute)]
pub struct CustomerId(String);

/// A state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Attribute)]
#[attribute(rename_all = "snake_case")]
pub enum Status {
    /// One.
    OpenNow,
    /// Two.
    #[attribute(rename = "shut")]
    Closed,
}

/// An address.
#[derive(Debug, Clone, PartialEq, Attribute)]
#[attribute(rename_all = "camelCase")]
pub struct Address {
    /// The street.
    pub street_name: String,
    /// The city.
    #[attribute(default = "Paris")]
    pub city: String,
    /// Not stored.
    #[attribute(skip)]
    pub cached: u8,
}

/// Who and when.
#[derive(Debug, Clone, PartialEq, Attribute)]
pub struct Audit {
    /// When.
    pub created_at: u64,
    /// By whom.
    pub created_by: Option<CustomerId>,
}

/// A customer.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{id}", range_key = "PROFILE#{n:06}#{status}")]
#[model(index(gsi1, hash_key = "EMAIL#{email}", range_key = "NICK#{nick}#{expires_at2}"))]
#[model(index("local1", range_key = "POINTS#{points}"))]
#[model(max_size = 10_000, skip_hooks, consistent_read, entity = "optional", entity_name = "customer")]
pub struct Customer {
    /// The id.
    #[model(key_only)]
    pub id: CustomerId,
    /// The number.
    pub n: u32,
    /// The state.
    #[model(sensitive)]
    pub status: Status,
    /// The mail.
    #[model(rename = "e-mail", sensitive)]
    pub email: String,
    /// Points.
    #[model(default)]
    pub points: u64,
    /// A nick name.
    pub nick: Option<String>,
    /// Another.
    pub expires_at2: Option<i64>,
    /// Where.
    pub address: Address,
    /// Where as well.
    pub others: Vec<Address>,
    /// Who.
    #[model(flatten)]
    pub audit: Audit,
    /// Notes.
    #[model(compressed(algorithm = "lz4", min_size = 200, threshold = 0.8))]
    pub notes: CompressedAttribute,
    /// More notes.
    #[model(compressed)]
    pub more: Option<String>,
    /// Tags.
    pub tags: std::collections::HashSet<String>,
    /// Level.
    #[model(default = 7)]
    pub level: u8,
    /// Label.
    #[model(default = "none")]
    pub label: String,
    /// Not stored.
    #[model(skip, default = vec![1, 2])]
    pub cache: Vec<u8>,
    /// Expiry.
    pub expires_at: Option<TTLAttribute>,
}

fn sessions() -> ModelConfig {
    ModelConfig::new("sessions")
}

/// A session.
#[derive(Debug, Model)]
#[model(table = "sessions", config = sessions, rename_all = "camelCase")]
pub struct Session {
    /// The key.
    #[model(hash_key)]
    pub user_id: CustomerId,
    /// The other key.
    #[model(range_key)]
    pub started: u64,
    /// Expiry.
    #[model(ttl)]
    pub until: TTLAttribute,
    /// Another.
    pub other: TTLAttribute,
}

/// A table whose indexes share key attributes, with the table and among themselves.
#[derive(Debug, Table)]
#[table(name = "graph", hash_key = "pk", range_key = "sk")]
#[table(index(name = "inverse", hash_key = "sk", range_key = "pk"))]
#[table(index(name = "by_state", hash_key = "state_key", range_key = "weight_key"))]
#[table(index(name = "by_weight", hash_key = "sk", range_key = "weight_key"))]
#[non_exhaustive]
pub struct Graph;

/// An edge.
#[derive(Debug, Model)]
#[model(table = Graph, hash_key = "NODE#{from}", range_key = "EDGE#{to}")]
#[model(index(inverse, hash_key = "EDGE#{to}", range_key = "NODE#{from}"))]
#[model(index(by_state, hash_key = "STATE#{state}", range_key = "{weight:plain}"))]
#[model(index(by_weight, hash_key = "EDGE#{to}", range_key = "{weight:plain}"))]
pub struct Edge {
    /// From here.
    pub from: String,
    /// To there.
    pub to: String,
    /// Marked.
    pub state: Option<Status>,
    /// How far.
    pub weight: u8,
}

fn edges() {
    let mut edge = Edge::builder().from("a").to("b").weight(7).build();
    let keys = |edge: &Edge| {
        let item = edge.to_item().unwrap();
        ["pk", "sk", "state_key", "weight_key"].map(|name| item.get(name).map(|value| value.as_s().unwrap().clone()))
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(keys(&edge), [text("NODE#a"), text("EDGE#b"), None, text("7")]);
    edge.state = Some(Status::Closed);
    assert_eq!(keys(&edge), [text("NODE#a"), text("EDGE#b"), text("STATE#shut"), text("7")]);
    assert_eq!(edge.size().unwrap().attributes().count(), 8);
}

/// Runs the checks.
///
/// # Panics
///
/// One does not hold.
pub fn main() {
    edges();
    let customer = Customer::builder()
        .id("c#1")
        .n(5)
        .status(Status::OpenNow)
        .email("ann@example.com")
        .nick("ann")
        .maybe_expires_at2(Some(-5))
        .address(Address { street_name: "rue".into(), city: "Lyon".into(), cached: 0 })
        .others(vec![])
        .audit(Audit { created_at: 1, created_by: None })
        .notes("notes")
        .build();
    assert_eq!(customer.level, 7);
    assert_eq!(customer.label, "none");
    assert_eq!(customer.cache, [1, 2]);
    let item = customer.to_item().unwrap();
    let text = |name: &str| item[name].as_s().unwrap().as_str();
    assert_eq!(text("pk"), "CUSTOMER#c%231");
    assert_eq!(text("sk"), "PROFILE#000005#open_now");
    assert_eq!(text("_type"), "customer");
    assert_eq!(text("gsi1pk"), "EMAIL#ann@example.com");
    assert_eq!(text("gsi1sk"), "NICK#ann#n9999999999999999994");
    assert_eq!(text("lsi"), "POINTS#00000000000000000000");
    assert!(!item.contains_key("id") && item.contains_key("created_at"));
    assert_eq!(Customer::from_item(&item).unwrap(), customer);
    let key = customer.key().unwrap();
    assert_eq!(key.parts().unwrap(), (CustomerId("c#1".into()), 5, Status::OpenNow));
    assert_eq!(Customer::key_of(("c#1", 5, Status::OpenNow)).unwrap(), key);
    assert_eq!(Customer::SCHEMA.sensitive, ["status", "e-mail", "sk", "gsi1pk"]);

    let sparse = Customer { nick: None, ..customer };
    let item = sparse.to_item().unwrap();
    assert!(!item.contains_key("gsi1pk") && !item.contains_key("gsi1sk"));

    let session = Session::builder()
        .user_id("u")
        .started(4)
        .until(TTLAttribute::from_epoch_seconds(5))
        .other(TTLAttribute::from_epoch_seconds(6))
        .build();
    assert!(session.is_expired());
    assert_eq!(Session::SCHEMA.ttl, Some("until"));
    assert_eq!(Session::SCHEMA.table.hash_key.attribute.name, "userId");
    assert_eq!(session.key().unwrap(), Session::key_of(("u", 4)).unwrap());
}
