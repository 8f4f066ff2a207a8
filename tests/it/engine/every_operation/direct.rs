//! A request is the one that the SDK alone would send, directly or not, and the SDK handles the failures of direct ones.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sdk_dynamodb::config::Intercept;
use serde_json::Value;
use singlet::{Client, Model, Result, Table};

use super::operations::{self, Deed, Deeds, Operation};
use super::{Recorder, restore};
use crate::stand::{self, Stand};
use crate::transport::{SentRequest, Transport};

/// The SDK sends the first request, and the second one is direct.
pub(super) const WARM_UP: usize = 2;

pub(super) async fn warm_up(client: &Client) {
    for _ in 0..WARM_UP {
        assert!(!Deed::exists(99).client(client).await.unwrap());
    }
}

/// The headers that every request has for itself.
const OWN: [&str; 3] = ["x-amz-date", "amz-sdk-invocation-id", "authorization"];

/// What is compared of a request, as text.
fn shape(sent: &SentRequest) -> String {
    let mut headers = sent.headers.clone();
    assert_eq!(headers.get("content-length"), Some(&sent.body.len().to_string()), "{}", sent.operation);
    let own = OWN.map(|name| headers.remove(name).unwrap_or_else(|| panic!("{}: no {name}", sent.operation)));
    // `Credential=KEY/20261127/eu-west-1/..`. The SDK signs with the time of the service, which the test has set.
    let (date, id, authorization) = (&own[0][..8], &own[1], &own[2]);
    let (signed, signature) = authorization.rsplit_once("Signature=").unwrap();
    assert!(signed.contains(&format!("/{date}/")) && id.len() == 36 && signature.len() == 64, "{own:?}");
    let mut body = sent.json();
    // The token of a write is random.
    body["ClientRequestToken"].take();
    format!("{} {} {headers:?} {}", sorted(&body), sent.line, signed.replace(date, "DATE"))
}

/// JSON without the order of members, which is random in the SDK's maps.
fn sorted(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<_, _> = members.iter().map(|(name, value)| (name, sorted(value))).collect();
            format!("{members:?}")
        }
        Value::Array(elements) => format!("{:?}", elements.iter().map(sorted).collect::<Vec<_>>()),
        value => value.to_string(),
    }
}

/// How a request is written and sent.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Direct,
    /// singlet writes the body, and the SDK sends it.
    BySdk,
    /// The SDK writes the body from its maps, because an interceptor may read them.
    SerializedBySdk,
}

impl Way {
    fn client(self, stand: &Stand, transport: &Transport) -> Client {
        let client = stand.through(transport);
        match self {
            Way::Direct => client,
            Way::BySdk => client.with_direct_requests(false),
            Way::SerializedBySdk => {
                let config = client.sdk().config().to_builder().interceptor(Idle).build();
                client.with_sdk(aws_sdk_dynamodb::Client::from_conf(config))
            }
        }
    }
}

/// An interceptor that does nothing.
#[derive(Debug)]
struct Idle;

impl Intercept for Idle {
    fn name(&self) -> &'static str {
        "Idle"
    }
}

async fn requests(stand: &Stand, operation: &Operation, way: Way) -> (Result<()>, Vec<SentRequest>) {
    restore(stand).await;
    let transport = Transport::recording();
    let client = way.client(stand, &transport).with_observer(Recorder::default());
    warm_up(&client).await;
    let outcome = (operation.run)(client).await;
    let sent = transport.sent();
    let direct = if way == Way::Direct { sent.len() - 1 } else { 0 };
    let is_one_refused = sent.len() == WARM_UP && way == Way::Direct;
    assert!(transport.direct() == direct || is_one_refused, "{}: {sent:?}", operation.name);
    (outcome, sent[WARM_UP..].to_vec())
}

#[tokio::test]
async fn a_request_is_what_the_sdk_alone_sends() {
    stand::run(async |stand| {
        Deeds::create_table().await.unwrap();
        let models =
            [operations::of_deed(), operations::of_versioned(), operations::of_kept(), operations::of_unique()];
        let mut compared = BTreeSet::new();
        // Only a customized request is left to the SDK.
        for operation in models.iter().flatten().filter(|operation| !operation.name.contains("customized")) {
            let (expected, serialized) = requests(stand, operation, Way::SerializedBySdk).await;
            let kind = |outcome: &Result<()>| outcome.as_ref().map_err(singlet::Error::kind).copied();
            let shapes = |sent: &[SentRequest]| {
                let mut shapes: Vec<_> = sent.iter().map(shape).collect();
                // The segments of a scan are sent at once.
                shapes.sort();
                shapes
            };
            for way in [Way::Direct, Way::BySdk] {
                let (outcome, sent) = requests(stand, operation, way).await;
                assert_eq!(kind(&outcome), kind(&expected), "{}", operation.name);
                assert_eq!(shapes(&sent), shapes(&serialized), "{}", operation.name);
            }
            compared.extend(serialized.into_iter().map(|sent| sent.operation));
        }
        let all = "BatchGetItem BatchWriteItem DeleteItem ExecuteStatement GetItem PutItem Query Scan TransactGetItems \
                   TransactWriteItems UpdateItem";
        assert_eq!(compared.into_iter().collect::<Vec<_>>().join(" "), all);
    })
    .await;
}

#[tokio::test]
async fn operations_on_tables_are_direct_too() {
    stand::run(async |stand| {
        Deeds::create_table().await.unwrap();
        let mut shapes = [false, true].map(|is_direct| (is_direct, Vec::new()));
        for (is_direct, shapes) in &mut shapes {
            let transport = Transport::recording();
            let client = stand.through(&transport).with_direct_requests(*is_direct);
            warm_up(&client).await;
            Other::create_table().client(&client).wait(Duration::from_secs(9)).await.unwrap();
            Other::describe_table().client(&client).await.unwrap();
            let _ = Other::verify_table().client(&client).await.unwrap();
            Other::delete_table().client(&client).confirm("others").await.unwrap();
            let sent = transport.sent();
            assert_eq!(transport.direct(), if *is_direct { sent.len() - 1 } else { 0 });
            shapes.extend(sent[WARM_UP..].iter().map(shape));
        }
        assert!(shapes[0].1.len() > 3);
        assert_eq!(shapes[0].1, shapes[1].1);
    })
    .await;
}

#[derive(Table)]
#[table(name = "others", hash_key = "pk", ttl = "expires_at")]
struct Other;
