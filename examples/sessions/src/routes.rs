//! The routes.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Redirect, Response};
use singlet::{Client, Model};
use uuid::Uuid;

use crate::input::{Parameters, Token};
use crate::notice::Notice;
use crate::pages;
use crate::problem::Problem;
use crate::session::Session;
use crate::shown::Shown;
use crate::wants::Wants;

/// `GET /`
pub(crate) async fn page(State(client): State<Client>) -> Result<Response, Problem> {
    Ok(pages::page(&shown(&client, Session::live().await?)))
}

/// `GET /sessions`
pub(crate) async fn list(State(client): State<Client>, wants: Wants) -> Result<Response, Problem> {
    let sessions = shown(&client, Session::live().await?);
    Ok(match wants {
        Wants::Json => Json(sessions).into_response(),
        Wants::Page => pages::page(&sessions),
        Wants::Fragment => pages::list(&sessions),
    })
}

/// `POST /sessions`
pub(crate) async fn create(
    State(client): State<Client>,
    wants: Wants,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let (user_name, fragment) = (parameters.user_name()?, parameters.memory_fragment()?);
    let session = Session::open(user_name, fragment, parameters.ttl()?).await?;
    Ok(match wants {
        Wants::Json => {
            let location = format!("/sessions/{}", session.token);
            (StatusCode::CREATED, [(LOCATION, location)], Json(Shown::new(session, client.clock()))).into_response()
        }
        Wants::Page => Redirect::to("/").into_response(),
        Wants::Fragment => {
            let list = with(Session::live().await?, session);
            (Notice::done("Memory taken."), pages::list(&shown(&client, list))).into_response()
        }
    })
}

/// `GET /sessions/{token}`
pub(crate) async fn get(State(client): State<Client>, wants: Wants, Token(token): Token) -> Result<Response, Problem> {
    let session = Session::find(token).await?.ok_or_else(Problem::gone)?;
    let session = Shown::new(session, client.clock());
    Ok(match wants {
        Wants::Json => Json(session).into_response(),
        Wants::Page | Wants::Fragment => pages::session(&session),
    })
}

/// `POST /sessions/{token}/extend`
pub(crate) async fn extend(
    State(client): State<Client>,
    wants: Wants,
    Token(token): Token,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let session = Session::extend(token, parameters.ttl()?).await?.ok_or_else(Problem::gone)?;
    Ok(match wants {
        Wants::Json => Json(Shown::new(session, client.clock())).into_response(),
        Wants::Page => Redirect::to("/").into_response(),
        Wants::Fragment => {
            let list = with(Session::live().await?, session);
            (Notice::done("Countdown started again."), pages::list(&shown(&client, list))).into_response()
        }
    })
}

/// `DELETE /sessions/{token}`
pub(crate) async fn delete(
    State(client): State<Client>,
    wants: Wants,
    Token(token): Token,
) -> Result<Response, Problem> {
    if !Session::end(token).await? {
        return Err(Problem::gone());
    }
    Ok(match wants {
        Wants::Json | Wants::Page => StatusCode::NO_CONTENT.into_response(),
        Wants::Fragment => {
            let list = without(Session::live().await?, token);
            (Notice::done("Memory let go."), pages::list(&shown(&client, list))).into_response()
        }
    })
}

/// `GET /health`: whether DynamoDB answers, asked of a session that there is not.
pub(crate) async fn health() -> Result<Response, Problem> {
    match Session::exists(Uuid::nil()).await {
        Ok(_) => Ok(Json(serde_json::json!({ "status": "ok" })).into_response()),
        Err(error) => {
            tracing::warn!(kind = ?error.kind(), error = %error, "the table cannot be read");
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the table cannot be read"))
        }
    }
}

/// In the same order each time, also those of one moment.
fn shown(client: &Client, mut sessions: Vec<Session>) -> Vec<Shown> {
    sessions.sort_by_key(|session| (std::cmp::Reverse(session.created_at), session.expires_at, session.token));
    sessions.into_iter().map(|session| Shown::new(session, client.clock())).collect()
}

/// The list as it will be read: an index is some milliseconds behind the table.
fn with(list: Vec<Session>, session: Session) -> Vec<Session> {
    let mut list = without(list, session.token);
    list.push(session);
    list
}

/// The same for a session that was deleted.
fn without(mut list: Vec<Session>, token: Uuid) -> Vec<Session> {
    list.retain(|session| session.token != token);
    list
}
