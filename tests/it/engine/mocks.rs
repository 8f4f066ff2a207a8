//! Clients of `aws-smithy-mocks`, which hand out the SDK's own outputs: nothing is deserialised there.

use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemOutput;
use aws_sdk_dynamodb::operation::execute_statement::ExecuteStatementOutput;
use aws_sdk_dynamodb::operation::get_item::{GetItemError, GetItemOutput};
use aws_sdk_dynamodb::operation::put_item::PutItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::scan::ScanOutput;
use aws_sdk_dynamodb::types::error::ResourceNotFoundException;
use aws_smithy_mocks::{MockResponseInterceptor, Rule, RuleMode, create_mock_http_client, mock};
use singlet::{Client, ErrorKind, Model};

use crate::shop::{Customer, Order, customer, order};
use crate::stand::s;

/// What `mock_client!` makes; the macro itself wants the SDK's feature `test-util`.
fn mocked(rules: &[&Rule]) -> Client {
    mocked_as(RuleMode::Sequential, rules)
}

fn mocked_as(mode: RuleMode, rules: &[&Rule]) -> Client {
    let interceptor = MockResponseInterceptor::new().rule_mode(mode);
    let interceptor = rules.iter().fold(interceptor, |interceptor, rule| interceptor.with_rule(rule));
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("key", "secret", None, None, "mock"))
        .http_client(create_mock_http_client())
        .interceptor(interceptor)
        .build();
    Client::from_sdk(aws_sdk_dynamodb::Client::from_conf(config))
}

#[tokio::test]
async fn get_reads_the_mocks_item() {
    let get = mock!(aws_sdk_dynamodb::Client::get_item)
        .match_requests(|input| input.key().unwrap()["pk"] == s("CUSTOMER#c-1"))
        .then_output(|| GetItemOutput::builder().set_item(Some(customer("c-1").to_item().unwrap())).build());
    let client = mocked(&[&get]);
    assert_eq!(Customer::get("c-1").client(&client).await.unwrap(), Some(customer("c-1")));
    assert_eq!(get.num_calls(), 1);
}

#[tokio::test]
async fn a_mock_may_have_no_item_or_a_foreign_one() {
    let none = mock!(aws_sdk_dynamodb::Client::get_item).then_output(|| GetItemOutput::builder().build());
    let foreign = mock!(aws_sdk_dynamodb::Client::get_item).then_output(|| {
        let key = customer("c-1").to_item().unwrap();
        let key = ["pk", "sk"].map(|name| (name.to_owned(), key[name].clone()));
        let item = order("c-1", 1).to_item().unwrap().into_iter().chain(key).collect();
        GetItemOutput::builder().set_item(Some(item)).build()
    });
    let client = mocked(&[&none, &foreign]);
    assert_eq!(Customer::get("c-1").client(&client).await.unwrap(), None);
    assert_eq!(Customer::get("c-1").client(&client).await.unwrap_err().kind(), ErrorKind::WrongEntity);
}

#[tokio::test]
async fn query_reads_the_mocks_pages() {
    let page = |ids: std::ops::Range<u32>, last: Option<u32>| {
        let items = ids.map(|id| order("c-1", id).to_item().unwrap()).chain([customer("c-1").to_item().unwrap()]);
        let last = last.map(|id| order("c-1", id).to_item().unwrap());
        QueryOutput::builder().set_items(Some(items.collect())).set_last_evaluated_key(last).build()
    };
    let first = mock!(aws_sdk_dynamodb::Client::query)
        .match_requests(|input| input.exclusive_start_key().is_none())
        .then_output(move || page(0..2, Some(1)));
    let second = mock!(aws_sdk_dynamodb::Client::query)
        .match_requests(|input| input.exclusive_start_key().is_some())
        .then_output(move || page(2..3, None));
    let client = mocked(&[&first, &second]);
    let orders = Order::query("c-1").client(&client).await.unwrap();
    assert_eq!(orders, (0..3).map(|id| order("c-1", id)).collect::<Vec<_>>());
}

#[tokio::test]
async fn writes_give_the_mocks_old_item() {
    let old = || Some(order("c-1", 1).to_item().unwrap());
    let put = mock!(aws_sdk_dynamodb::Client::put_item)
        .then_output(move || PutItemOutput::builder().set_attributes(old()).build());
    let delete = mock!(aws_sdk_dynamodb::Client::delete_item)
        .then_output(move || DeleteItemOutput::builder().set_attributes(old()).build());
    let client = mocked(&[&put, &delete]);
    let mut saved = order("c-1", 1);
    assert_eq!(saved.save().client(&client).return_old().await.unwrap(), Some(order("c-1", 1)));
    assert_eq!(saved.delete().client(&client).return_old().await.unwrap(), Some(order("c-1", 1)));
}

#[tokio::test]
async fn a_batch_reads_the_mocks_items() {
    let get = mock!(aws_sdk_dynamodb::Client::batch_get_item)
        .match_requests(|input| input.request_items().unwrap()["shop"].keys().len() == 3)
        .then_output(|| {
            let items = vec![order("c-1", 2).to_item().unwrap(), customer("c-1").to_item().unwrap()];
            BatchGetItemOutput::builder().responses("shop", items).build()
        });
    let client = mocked(&[&get]);
    let reads = (Customer::get("c-1"), Order::get(("c-1", 1)), Order::get(("c-1", 2)));
    let found = singlet::batch_get(reads).client(&client).await.unwrap();
    assert_eq!(found, (Some(customer("c-1")), None, Some(order("c-1", 2))));
}

#[tokio::test]
async fn a_mocks_error_has_its_kind() {
    let absent = mock!(aws_sdk_dynamodb::Client::get_item).then_error(|| {
        let absent = ResourceNotFoundException::builder()
            .meta(aws_smithy_types::error::ErrorMetadata::builder().code("ResourceNotFoundException").build())
            .build();
        GetItemError::ResourceNotFoundException(absent)
    });
    let client = mocked(&[&absent]);
    assert_eq!(Order::get(("c-1", 1)).client(&client).await.unwrap_err().kind(), ErrorKind::TableNotFound);
}

#[tokio::test]
async fn pages_scans_and_statements_read_the_mocks_items() {
    let items = || (0..3).map(|id| order("c-1", id).to_item().unwrap()).collect::<Vec<_>>();
    let query = mock!(aws_sdk_dynamodb::Client::query)
        .then_output(move || QueryOutput::builder().set_items(Some(items())).build());
    let after = mock!(aws_sdk_dynamodb::Client::query)
        .match_requests(|input| input.exclusive_start_key().is_some_and(|key| key["sk"] == s("ORDER#000001")))
        .then_output(move || QueryOutput::builder().set_items(Some(items().split_off(2))).build());
    let scan = mock!(aws_sdk_dynamodb::Client::scan)
        .then_output(move || ScanOutput::builder().set_items(Some(items())).build());
    let statement = mock!(aws_sdk_dynamodb::Client::execute_statement)
        .then_output(move || ExecuteStatementOutput::builder().set_items(Some(items())).build());
    let client = mocked(&[&query, &after, &scan, &statement]);
    let page = Order::query("c-1").limit(2).client(&client).page().await.unwrap();
    assert_eq!(page.items, [order("c-1", 0), order("c-1", 1)]);
    let page = Order::query("c-1").limit(2).cursor(page.cursor).client(&client).page().await.unwrap();
    assert_eq!(page.items, [order("c-1", 2)]);
    assert_eq!(Order::scan().client(&client).await.unwrap().len(), 3);
    assert_eq!(singlet::statement::<Order>("SELECT ..").client(&client).await.unwrap().len(), 3);
}

/// A mock that answers every request with the same page.
#[tokio::test]
async fn a_mocks_page_is_not_requested_again_and_again() {
    let items = || Some(vec![order("c-1", 1).to_item().unwrap()]);
    let last = || Some(order("c-1", 1).to_item().unwrap());
    let query = mock!(aws_sdk_dynamodb::Client::query)
        .then_output(move || QueryOutput::builder().set_items(items()).count(1).set_last_evaluated_key(last()).build());
    let scan = mock!(aws_sdk_dynamodb::Client::scan)
        .then_output(move || ScanOutput::builder().set_items(items()).count(1).set_last_evaluated_key(last()).build());
    let statement = mock!(aws_sdk_dynamodb::Client::execute_statement)
        .then_output(move || ExecuteStatementOutput::builder().set_items(items()).next_token("again").build());
    let client = mocked_as(RuleMode::MatchAny, &[&query, &scan, &statement]);
    for (case, rule, outcome) in [
        ("query", &query, Order::query("c-1").client(&client).await.map(drop)),
        ("count", &query, Order::query("c-1").client(&client).count().await.map(drop)),
        ("page", &query, Order::query("c-1").limit(9).client(&client).page().await.map(drop)),
        ("scan", &scan, Order::scan().client(&client).await.map(drop)),
        ("statement", &statement, singlet::statement::<Order>("SELECT ..").client(&client).await.map(drop)),
    ] {
        let error = outcome.expect_err(case);
        assert!(error.to_string().contains("second time"), "{case}: {error}");
        assert!(rule.num_calls() <= 6, "{case}: {} requests", rule.num_calls());
    }
}
