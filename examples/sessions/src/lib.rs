//! A web application that shows expiring sessions: the rogue intelligence EPHEMERA steals memories, and keeps each one
//! as a session until its TTL has passed.
//!
//! | access pattern | key | code |
//! |---|---|---|
//! | steal a memory | `SESSION#<token>` | [`Session::open`](session::Session::open) |
//! | read, extend or release one | the same | [`find`](session::Session::find), [`extend`](session::Session::extend), [`end`](session::Session::end) |
//! | list all | index `newest`: `SESSIONS` / creation time | [`live`](session::Session::live) |

mod assets;
mod guard;
mod input;
pub mod log;
mod notice;
mod pages;
mod problem;
mod response_format;
mod routes;
pub mod seed;
pub mod server;
pub mod session;
mod session_view;
pub mod settings;
