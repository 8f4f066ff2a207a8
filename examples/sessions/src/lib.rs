//! Sessions that expire, live in a browser: the rogue intelligence EPHEMERA takes memories, and holds each until its time
//! to live is over.
//!
//! | pattern | key | code |
//! |---|---|---|
//! | take a memory | `SESSION#<token>` | [`Session::open`](session::Session::open) |
//! | look at one, extend it, let it go | the same | [`find`](session::Session::find), [`extend`](session::Session::extend), [`end`](session::Session::end) |
//! | all that are held | `newest`: `SESSIONS` / when it was taken | [`live`](session::Session::live) |

mod assets;
mod guard;
mod input;
pub mod log;
mod memories;
mod notice;
mod pages;
mod problem;
mod routes;
pub mod seed;
pub mod server;
pub mod session;
pub mod settings;
mod shown;
mod wants;
