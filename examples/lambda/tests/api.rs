//! Tests the API with events of an API Gateway HTTP API.

#![allow(clippy::large_futures, reason = "a test is one future, with all the values it compares")]

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use aws_lambda_events::encodings::Body;
use serde_json::{Value, json};
use singlet::{Client, Model, Table};
use singlet_lambda_example::api;
use singlet_lambda_example::shop::{Customer, Order, Shop};

const GET_CUSTOMER: &str = include_str!("data/get_customer.json");
const POST_CUSTOMER: &str = include_str!("data/post_customer.json");
const POST_ORDER: &str = include_str!("data/post_order.json");
const GET_ORDERS: &str = include_str!("data/get_orders.json");

/// Runs a test on its own empty DynamoDB.
async fn on_a_table(test: impl AsyncFnOnce()) {
    singlet::with_client(Client::embedded(), async {
        Shop::create_table().await.unwrap();
        test().await;
    })
    .await;
}

async fn answer(event: &Value) -> (i64, Value) {
    let request: ApiGatewayV2httpRequest = serde_json::from_value(event.clone()).unwrap();
    let ApiGatewayV2httpResponse { status_code, headers, body, .. } = api::handle(&request).await;
    assert_eq!(headers["content-type"], "application/json");
    let Some(Body::Text(body)) = body else { panic!("the body should be text: {body:?}") };
    (status_code, serde_json::from_str(&body).unwrap())
}

fn event(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Returns the event with `value` as the `member` of the object at the JSON pointer `object`.
fn with(text: &str, object: &str, member: &str, value: impl Into<Value>) -> Value {
    let mut event = event(text);
    event.pointer_mut(object).unwrap()[member] = value.into();
    event
}

async fn ann() {
    Customer::builder().id("c-1").email("ann@example.org").name("Ann").build().create().await.unwrap();
}

#[tokio::test]
async fn a_customer_is_created_once_per_email_address_and_read_back() {
    on_a_table(async || {
        let (status, customer) = answer(&event(POST_CUSTOMER)).await;
        assert_eq!((status, &customer["email"], &customer["orders"]), (201, &json!("ann@example.com"), &json!(0)));
        let id = customer["id"].as_str().unwrap();
        let (status, read) = answer(&with(GET_CUSTOMER, "/pathParameters", "id", id)).await;
        assert_eq!((status, read), (200, customer));

        assert_eq!(answer(&event(POST_CUSTOMER)).await.0, 409);
        assert_eq!(answer(&event(GET_CUSTOMER)).await.0, 404);
    })
    .await;
}

#[tokio::test]
async fn an_order_is_placed_once_per_idempotency_key() {
    on_a_table(async || {
        ann().await;
        for _ in 0..2 {
            let (status, order) = answer(&event(POST_ORDER)).await;
            assert_eq!((status, &order["cents"]), (201, &json!(4_300)));
            assert_eq!(order["id"], "01890a5d-ac96-774b-bcce-b302099a8057");
        }
        assert_eq!(Customer::get("c-1").await.unwrap().unwrap().orders, 1);

        let other = with(POST_ORDER, "", "body", r#"{"lines": [{"sku": "tea", "quantity": 1, "cents": 1}]}"#);
        let (status, refusal) = answer(&other).await;
        assert_eq!((status, &refusal["error"]), (409, &json!("the idempotency key was used for another order")));
        assert_eq!(Order::query("c-1").count().await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_retry_after_the_token_has_expired_returns_the_same_order() {
    on_a_table(async || {
        ann().await;
        let placed = answer(&event(POST_ORDER)).await;
        // Another database with the same order that has never seen the token, like DynamoDB after ten minutes.
        let order = Order::query("c-1").one().await.unwrap().unwrap();
        singlet::with_client(Client::embedded(), async {
            Shop::create_table().await.unwrap();
            ann().await;
            order.clone().create().await.unwrap();
            assert_eq!(answer(&event(POST_ORDER)).await, placed);
            assert_eq!(Customer::get("c-1").await.unwrap().unwrap().orders, 0, "the second request writes nothing");
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_order_needs_an_existing_customer() {
    on_a_table(async || {
        assert_eq!(answer(&event(POST_ORDER)).await, (404, json!({ "error": "this customer does not exist" })));
        assert_eq!(Order::query("c-1").count().await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn orders_are_listed_page_by_page() {
    on_a_table(async || {
        ann().await;
        for n in 1..=5 {
            let key = format!("key-{n}");
            assert_eq!(answer(&with(POST_ORDER, "/headers", "idempotency-key", key)).await.0, 201);
        }
        let (mut pages, mut list) = (Vec::new(), event(GET_ORDERS));
        loop {
            let (status, page) = answer(&list).await;
            assert_eq!(status, 200);
            let orders = page["orders"].as_array().unwrap();
            pages.push(orders.iter().map(|order| order["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>());
            let Some(cursor) = page["cursor"].as_str() else { break };
            list["queryStringParameters"]["cursor"] = cursor.into();
        }
        assert_eq!(pages, [vec!["key-5", "key-4"], vec!["key-3", "key-2"], vec!["key-1"]]);
    })
    .await;
}

#[tokio::test]
async fn a_damaged_or_foreign_cursor_is_refused() {
    on_a_table(async || {
        ann().await;
        for n in 1..=3 {
            answer(&with(POST_ORDER, "/headers", "idempotency-key", format!("key-{n}"))).await;
        }
        let cursor = answer(&event(GET_ORDERS)).await.1["cursor"].as_str().unwrap().to_owned();
        let mut foreign = with(GET_ORDERS, "/queryStringParameters", "cursor", cursor.as_str());
        assert_eq!(answer(&foreign).await.0, 200);
        foreign["pathParameters"]["id"] = "c-2".into();
        let refused = (400, json!({ "error": "`cursor` is damaged or belongs to another list" }));
        assert_eq!(answer(&foreign).await, refused);
        for token in ["", "x", "äöü", &cursor[1..], "\u{0}"] {
            let damaged = with(GET_ORDERS, "/queryStringParameters", "cursor", token);
            assert_eq!(answer(&damaged).await, refused, "{token:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn invalid_requests_get_a_status_and_an_error() {
    let long = "x".repeat(3_000);
    let lines = |line: Value| json!({ "lines": [line] }).to_string();
    let most = u64::MAX;
    let events = [
        (404, with(GET_CUSTOMER, "", "routeKey", "$default")),
        (404, with(GET_CUSTOMER, "", "routeKey", Value::Null)),
        (400, with(GET_CUSTOMER, "", "pathParameters", Value::Null)),
        (400, with(GET_CUSTOMER, "/pathParameters", "id", long.as_str())),
        (404, with(GET_CUSTOMER, "/pathParameters", "id", "a#b\u{0}%")),
        (400, with(POST_CUSTOMER, "", "body", Value::Null)),
        (400, with(POST_CUSTOMER, "", "body", "{")),
        (400, with(POST_CUSTOMER, "", "body", r#"{"email": "x", "name": "Ann"}"#)),
        (400, with(POST_CUSTOMER, "", "body", r#"{"email": "a@b", "name": "Ann", "orders": 9}"#)),
        (415, with(POST_CUSTOMER, "", "isBase64Encoded", true)),
        (413, with(POST_CUSTOMER, "", "body", json!({ "email": "a@b", "name": "x".repeat(500_000) }).to_string())),
        (400, with(POST_ORDER, "/headers", "idempotency-key", "")),
        (400, with(POST_ORDER, "/headers", "idempotency-key", "x".repeat(37))),
        (400, with(POST_ORDER, "", "headers", json!({}))),
        (400, with(POST_ORDER, "", "body", r#"{"lines": []}"#)),
        (400, with(POST_ORDER, "", "body", lines(json!({ "sku": "a", "quantity": -1, "cents": 1 })))),
        (400, with(POST_ORDER, "", "body", lines(json!({ "sku": "a", "quantity": 2, "cents": most })))),
        (400, with(GET_ORDERS, "/queryStringParameters", "limit", "0")),
        (400, with(GET_ORDERS, "/queryStringParameters", "limit", "101")),
        (400, with(GET_ORDERS, "/queryStringParameters", "limit", "ten")),
        (200, with(GET_ORDERS, "", "queryStringParameters", Value::Null)),
    ];
    on_a_table(async || {
        for (status, event) in events {
            let (answered, body) = answer(&event).await;
            assert_eq!(answered, status, "{body} for {}", &event["routeKey"]);
            assert_eq!(body["error"].is_string(), status >= 400);
        }
        assert_eq!(Customer::scan().count().await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_missing_table_is_an_internal_error() {
    singlet::with_client(Client::embedded(), async {
        let (status, body) = answer(&event(GET_CUSTOMER)).await;
        assert_eq!((status, body), (500, json!({ "error": "internal error" })));
    })
    .await;
}
