//! The API: takes events of an API Gateway HTTP API (payload format 2.0) and returns responses.

mod response;

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use singlet::{Cursor, ErrorKind, Model};

use crate::shop::{Customer, Line, Order};
use response::{ApiError, ApiResponse};

/// The maximum number of orders per page and of lines per order.
const MOST: usize = 100;

/// Answers one request. Errors become responses too.
pub async fn handle(request: &ApiGatewayV2httpRequest) -> ApiGatewayV2httpResponse {
    let answer = match request.route_key.as_deref() {
        Some("GET /customers/{id}") => customer(request).await,
        Some("POST /customers") => register(request).await,
        Some("POST /customers/{id}/orders") => place_order(request).await,
        Some("GET /customers/{id}/orders") => orders(request).await,
        _ => Err(ApiError::new(404, "this route does not exist")),
    };
    answer.unwrap_or_else(ApiResponse::from).into()
}

async fn customer(request: &ApiGatewayV2httpRequest) -> Result<ApiResponse, ApiError> {
    match Customer::get(id(request)?).await? {
        Some(customer) => ApiResponse::json(200, &customer),
        None => Err(ApiError::new(404, "this customer does not exist")),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewCustomer {
    email: String,
    name: String,
}

async fn register(request: &ApiGatewayV2httpRequest) -> Result<ApiResponse, ApiError> {
    let NewCustomer { email, name } = body(request)?;
    if !email.contains('@') {
        return Err(ApiError::new(400, "`email` is not an e-mail address"));
    }
    let mut customer = Customer::builder().email(email).name(name).build();
    customer.create().await?;
    ApiResponse::json(201, &customer)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewOrder {
    lines: Vec<Line>,
}

/// Places an order once, even if the request arrives several times. For ten minutes, the token of the transaction
/// ensures this. After that, the stored order does.
async fn place_order(request: &ApiGatewayV2httpRequest) -> Result<ApiResponse, ApiError> {
    let (customer, token) = (id(request)?, idempotency_key(request)?);
    let NewOrder { lines } = body(request)?;
    if lines.is_empty() || lines.len() > MOST {
        return Err(ApiError::new(400, "an order has 1 to 100 lines"));
    }
    let Some(cents) = total(&lines) else { return Err(ApiError::new(400, "the total of the order is too large")) };
    let mut order = Order::builder().customer(customer).id(token).lines(lines).cents(cents).build();
    let placed = singlet::transact_write()
        .write(Customer::update(customer).add(|c| c.orders, 1))
        .write(order.create())
        .token(token)
        .await;
    match placed {
        Ok(()) => ApiResponse::json(201, &order),
        // The token was used before, for this order or for another. The stored order tells which.
        Err(error) if matches!(error.kind(), ErrorKind::ConditionFailed | ErrorKind::Validation) => {
            match Order::get((customer, token)).consistent().await? {
                Some(stored) if stored.lines == order.lines => ApiResponse::json(201, &stored),
                Some(_) => Err(ApiError::new(409, "the idempotency key was used for another order")),
                None => Err(error.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

fn total(lines: &[Line]) -> Option<u64> {
    lines.iter().try_fold(0_u64, |sum, line| sum.checked_add(line.cents.checked_mul(u64::from(line.quantity))?))
}

#[derive(Serialize)]
struct Orders {
    orders: Vec<Order>,
    cursor: Option<Cursor>,
}

async fn orders(request: &ApiGatewayV2httpRequest) -> Result<ApiResponse, ApiError> {
    let parameters = &request.query_string_parameters;
    let limit = match parameters.first("limit").map(str::parse) {
        None => 20,
        Some(Ok(limit @ 1..=MOST)) => limit,
        Some(_) => return Err(ApiError::new(400, "`limit` is a number from 1 to 100")),
    };
    let query = Order::query(id(request)?).descending().limit(limit);
    let page = query.cursor(parameters.first("cursor")).page().await?;
    ApiResponse::json(200, &Orders { orders: page.items, cursor: page.cursor })
}

fn id(request: &ApiGatewayV2httpRequest) -> Result<&str, ApiError> {
    let id = request.path_parameters.get("id").filter(|id| !id.is_empty());
    id.map(String::as_str).ok_or_else(|| ApiError::new(400, "the path has no id"))
}

fn idempotency_key(request: &ApiGatewayV2httpRequest) -> Result<&str, ApiError> {
    let key = request.headers.get("idempotency-key").and_then(|key| key.to_str().ok());
    key.filter(|key| (1..=36).contains(&key.len()))
        .ok_or_else(|| ApiError::new(400, "the header `Idempotency-Key` is missing, or not 1 to 36 characters"))
}

fn body<T: DeserializeOwned>(request: &ApiGatewayV2httpRequest) -> Result<T, ApiError> {
    // API Gateway uses base64 for bodies that are not text. JSON is text.
    if request.is_base64_encoded {
        return Err(ApiError::new(415, "the body is not `application/json`"));
    }
    let body = request.body.as_deref().unwrap_or_default();
    serde_json::from_str(body).map_err(|error| ApiError::new(400, format!("the body is invalid: {error}")))
}
