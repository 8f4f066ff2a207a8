//! The templates, in `templates/`; askama escapes what is put in.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use crate::input::{MAX_FRAGMENT, MAX_TTL, MAX_USER_NAME};
use crate::problem::Problem;
use crate::session::{DEFAULT_TTL, MOST_LISTED};
use crate::shown::Shown;

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    list: List<'a>,
    max_user_name: usize,
    max_fragment: usize,
    max_ttl: u64,
    default_ttl: u64,
}

#[derive(Template)]
#[template(path = "list.html")]
struct List<'a> {
    sessions: &'a [Shown],
    /// There may be more.
    is_cut: bool,
}

#[derive(Template)]
#[template(path = "session.html")]
struct One<'a> {
    session: &'a Shown,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Refusal<'a> {
    status: u16,
    message: &'a str,
}

/// The whole page.
pub(crate) fn page(sessions: &[Shown]) -> Response {
    html(&Page {
        list: List::of(sessions),
        max_user_name: MAX_USER_NAME,
        max_fragment: MAX_FRAGMENT,
        max_ttl: MAX_TTL,
        default_ttl: DEFAULT_TTL.as_secs(),
    })
}

/// What is inside of the page's `#sessions`.
pub(crate) fn list(sessions: &[Shown]) -> Response {
    html(&List::of(sessions))
}

/// A page of one session.
pub(crate) fn session(session: &Shown) -> Response {
    html(&One { session })
}

/// A page that says what went wrong.
pub(crate) fn problem(status: StatusCode, message: &str) -> Response {
    html(&Refusal { status: status.as_u16(), message })
}

impl<'a> List<'a> {
    fn of(sessions: &'a [Shown]) -> Self {
        List { sessions, is_cut: sessions.len() >= MOST_LISTED }
    }
}

fn html(template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => Html(text).into_response(),
        Err(error) => {
            tracing::error!(%error, "a template failed");
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "that did not work").into_response()
        }
    }
}
