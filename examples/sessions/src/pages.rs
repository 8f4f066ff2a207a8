//! Renders the templates in `templates/`. Askama escapes all values.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use crate::input::{MAX_FRAGMENT, MAX_TTL, MAX_USER_NAME};
use crate::problem::Problem;
use crate::session::{DEFAULT_TTL, MOST_LISTED};
use crate::session_view::SessionView;

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
    sessions: &'a [SessionView],
    /// Whether there may be more sessions.
    is_truncated: bool,
}

#[derive(Template)]
#[template(path = "session.html")]
struct SessionPage<'a> {
    session: &'a SessionView,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    status: u16,
    message: &'a str,
}

/// The whole page.
pub(crate) fn page(sessions: &[SessionView]) -> Response {
    html(&Page {
        list: List::of(sessions),
        max_user_name: MAX_USER_NAME,
        max_fragment: MAX_FRAGMENT,
        max_ttl: MAX_TTL,
        default_ttl: DEFAULT_TTL.as_secs(),
    })
}

/// The contents of `#sessions`.
pub(crate) fn list(sessions: &[SessionView]) -> Response {
    html(&List::of(sessions))
}

/// The page of one session.
pub(crate) fn session(session: &SessionView) -> Response {
    html(&SessionPage { session })
}

/// The page that reports a problem.
pub(crate) fn problem(status: StatusCode, message: &str) -> Response {
    html(&ProblemPage { status: status.as_u16(), message })
}

impl<'a> List<'a> {
    fn of(sessions: &'a [SessionView]) -> Self {
        List { sessions, is_truncated: sessions.len() >= MOST_LISTED }
    }
}

fn html(template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => Html(text).into_response(),
        Err(error) => {
            tracing::error!(%error, "cannot render a template");
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "something went wrong; try again later").into_response()
        }
    }
}
