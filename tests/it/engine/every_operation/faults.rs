//! Every fault of the network and the service gives its own kind of error, whatever the operation and its conditions.

use singlet::{ErrorKind, Table};

use super::direct;
use super::operations::{self, Deeds, Operation};
use super::restore;
use crate::stand;
use crate::transport::{Fate, Transport, error_body};

struct Fault {
    name: &'static str,
    fate: fn() -> Fate,
    kind: ErrorKind,
    /// Whether a write may have been applied all the same.
    maybe_written: bool,
}

/// A fault that the service reports by a code.
macro_rules! reported {
    ($status:literal, $code:literal, $kind:ident, $maybe_written:literal) => {
        Fault {
            name: $code,
            fate: || Fate::Answer($status, error_body($code)),
            kind: ErrorKind::$kind,
            maybe_written: $maybe_written,
        }
    };
}

fn faults() -> Vec<Fault> {
    let broken = |name, fate| Fault { name, fate, kind: ErrorKind::Connection, maybe_written: true };
    vec![
        broken("reset before", || Fate::LoseRequest),
        broken("reset after", || Fate::LoseResponse),
        Fault {
            name: "damaged",
            fate: || Fate::Answer(200, "{".to_owned()),
            kind: ErrorKind::InvalidResponse,
            maybe_written: true,
        },
        reported!(500, "InternalServerError", Service, true),
        reported!(503, "ServiceUnavailable", Service, true),
        reported!(400, "ThrottlingException", Throttled, false),
        reported!(400, "ProvisionedThroughputExceededException", Throttled, false),
        reported!(400, "RequestLimitExceeded", Throttled, false),
        reported!(400, "AccessDeniedException", Service, false),
        reported!(400, "ExpiredTokenException", Credentials, false),
        reported!(400, "ResourceNotFoundException", TableNotFound, false),
        reported!(400, "ValidationException", Validation, false),
        reported!(400, "TransactionConflictException", TransactionConflict, false),
    ]
}

fn is_write(operation: &Operation) -> bool {
    !["get", "query", "scan", "exists", "statement"].iter().any(|read| operation.name.contains(read))
}

#[tokio::test]
async fn every_fault_gives_its_kind_in_every_operation() {
    check(false).await;
}

#[tokio::test]
async fn every_fault_of_a_direct_request_gives_its_kind_too() {
    check(true).await;
}

async fn check(is_direct: bool) {
    stand::run(async |stand| {
        Deeds::create_table().await.unwrap();
        let models = [
            ("Deed", operations::of_deed()),
            ("Versioned", operations::of_versioned()),
            ("Kept", operations::of_kept()),
            ("Unique", operations::of_unique()),
        ];
        let mut tried = 0;
        for fault in faults() {
            for (model, operation) in models.iter().flat_map(|(model, list)| list.iter().map(move |one| (model, one))) {
                restore(stand).await;
                let fate = fault.fate;
                let warm_up = if is_direct { direct::WARM_UP } else { 0 };
                let transport = Transport::new(move |number, _| if number < warm_up { Fate::Pass } else { fate() });
                let client = stand.hasty(&transport).with_direct_requests(is_direct);
                if is_direct {
                    direct::warm_up(&client).await;
                }
                let outcome = (operation.run)(client).await;
                // The first attempt is on the connector of the direct requests before it.
                let shared = usize::from(transport.sent().len() > warm_up) * warm_up;
                assert!(transport.direct() >= shared, "{model} {}", operation.name);
                let sent = transport.sent().split_off(warm_up);
                let Some(first) = sent.first() else { continue };
                let what = format!("{model} {}, {}", operation.name, fault.name);
                let error = outcome.expect_err(&what);
                assert_eq!(error.kind(), fault.kind, "{what}: {error}");
                // A write that reads first has failed before it wrote.
                let has_written = is_write(operation) && !["GetItem", "Query"].contains(&&*first.operation);
                // A part of a batch may be written, whatever stopped it.
                let is_batch = operation.name == "batch_write";
                let maybe_written = has_written && (fault.maybe_written || is_batch);
                assert_eq!(error.may_have_been_written(), maybe_written, "{what}");
                tried += 1;
            }
        }
        assert!(tried > 400, "{tried}");
    })
    .await;
}
