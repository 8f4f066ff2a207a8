//! The handlers of the routes in [`server`](crate::server).

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
use crate::response_format::ResponseFormat;
use crate::session::Session;
use crate::session_view::SessionView;

/// `GET /`
pub(crate) async fn page(State(client): State<Client>) -> Result<Response, Problem> {
    Ok(pages::page(&views(&client, Session::live().await?)))
}

/// `GET /sessions`
pub(crate) async fn list(State(client): State<Client>, format: ResponseFormat) -> Result<Response, Problem> {
    let sessions = views(&client, Session::live().await?);
    Ok(match format {
        ResponseFormat::Json => Json(sessions).into_response(),
        ResponseFormat::Page => pages::page(&sessions),
        ResponseFormat::Fragment => pages::list(&sessions),
    })
}

/// `POST /sessions`
pub(crate) async fn create(
    State(client): State<Client>,
    format: ResponseFormat,
    mut parameters: Parameters,
) -> Result<Response, Problem> {
    let (user_name, fragment) = (parameters.user_name()?, parameters.memory_fragment()?);
    let session = Session::open(user_name, fragment, parameters.ttl()?).await?;
    Ok(match format {
        ResponseFormat::Json => {
            let location = format!("/sessions/{}", session.token);
            (StatusCode::CREATED, [(LOCATION, location)], Json(SessionView::new(session, client.service_now_millis())))
                .into_response()
        }
        // A redirect, so that reloading the page does not send the form again.
        ResponseFormat::Page => Redirect::to("/").into_response(),
        ResponseFormat::Fragment => {
            let list = with(Session::live().await?, session);
            (Notice::done("Memory stolen."), pages::list(&views(&client, list))).into_response()
        }
    })
}

/// `GET /sessions/{token}`
pub(crate) async fn get(
    State(client): State<Client>,
    format: ResponseFormat,
    Token(token): Token,
) -> Result<Response, Problem> {
    let session = Session::find(token).await?.ok_or_else(Problem::gone)?;
    let session = SessionView::new(session, client.service_now_millis());
    Ok(match format {
        ResponseFormat::Json => Json(session).into_response(),
        ResponseFormat::Page | ResponseFormat::Fragment => pages::session(&session),
    })
}

/// `POST /sessions/{token}/extend`
pub(crate) async fn extend(
    State(client): State<Client>,
    format: ResponseFormat,
    Token(token): Token,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let session = Session::extend(token, parameters.ttl()?).await?.ok_or_else(Problem::gone)?;
    Ok(match format {
        ResponseFormat::Json => Json(SessionView::new(session, client.service_now_millis())).into_response(),
        ResponseFormat::Page => Redirect::to("/").into_response(),
        ResponseFormat::Fragment => {
            let list = with(Session::live().await?, session);
            (Notice::done("Countdown restarted."), pages::list(&views(&client, list))).into_response()
        }
    })
}

/// `DELETE /sessions/{token}`
pub(crate) async fn delete(
    State(client): State<Client>,
    format: ResponseFormat,
    Token(token): Token,
) -> Result<Response, Problem> {
    if !Session::end(token).await? {
        return Err(Problem::gone());
    }
    Ok(match format {
        ResponseFormat::Json | ResponseFormat::Page => StatusCode::NO_CONTENT.into_response(),
        ResponseFormat::Fragment => {
            let list = without(Session::live().await?, token);
            (Notice::done("Memory released."), pages::list(&views(&client, list))).into_response()
        }
    })
}

/// `GET /health`: reports whether the table can be read, by reading a session that does not exist.
pub(crate) async fn health() -> Result<Response, Problem> {
    match Session::exists(Uuid::nil()).await {
        Ok(_) => Ok(Json(serde_json::json!({ "status": "ok" })).into_response()),
        Err(error) => {
            tracing::warn!(kind = ?error.kind(), error = %error, "the table cannot be read");
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the table cannot be read"))
        }
    }
}

/// Sorts sessions in a stable order, including those that were created at the same time.
fn views(client: &Client, mut sessions: Vec<Session>) -> Vec<SessionView> {
    sessions.sort_by_key(|session| (std::cmp::Reverse(session.created_at), session.expires_at, session.token));
    sessions.into_iter().map(|session| SessionView::new(session, client.service_now_millis())).collect()
}

/// Adds a session that was just written, because the index may not contain it yet.
fn with(list: Vec<Session>, session: Session) -> Vec<Session> {
    let mut list = without(list, session.token);
    list.push(session);
    list
}

/// Removes a session that was just deleted, because the index may still contain it.
fn without(mut list: Vec<Session>, token: Uuid) -> Vec<Session> {
    list.retain(|session| session.token != token);
    list
}
