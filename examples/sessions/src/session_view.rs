//! A session as pages and JSON show it: with its remaining time, so that the clocks of server and browser need not
//! agree.

use serde::Serialize;
use singlet::TTLAttribute;
use time::format_description::well_known::Rfc3339;

use crate::session::Session;

/// The remaining time in milliseconds below which a session is shown in amber, and in red.
const AMBER: i64 = 30_000;
const RED: i64 = 5_000;

/// The data of a session in pages and JSON.
#[derive(Debug, Serialize)]
pub(crate) struct SessionView {
    pub(crate) token: String,
    pub(crate) user_name: String,
    pub(crate) memory_fragment: String,
    pub(crate) created_at: String,
    pub(crate) ttl_seconds: u64,
    /// Epoch seconds, as DynamoDB stores it.
    pub(crate) expires_at: i64,
    /// The remaining time in milliseconds.
    pub(crate) remaining_ms: i64,
}

impl SessionView {
    /// Creates the view at the time `now` of the service, in epoch milliseconds.
    pub(crate) fn new(session: Session, now: i64) -> Self {
        // Sessions of this application always have an expiry.
        let expires_at = session.expires_at.unwrap_or(TTLAttribute::MAX).epoch_seconds();
        SessionView {
            token: session.token.to_string(),
            user_name: session.user_name,
            memory_fragment: session.memory_fragment,
            // RFC 3339 supports no years after 9999.
            created_at: session.created_at.format(&Rfc3339).unwrap_or_default(),
            ttl_seconds: session.ttl_seconds,
            expires_at,
            remaining_ms: expires_at.saturating_mul(1000).saturating_sub(now).max(0),
        }
    }

    /// The state, as in `app.js`.
    pub(crate) fn state(&self) -> &'static str {
        match self.remaining_ms {
            i64::MIN..=0 => "expired",
            1..RED => "red",
            RED..AMBER => "amber",
            _ => "calm",
        }
    }

    /// The state as text.
    pub(crate) fn state_text(&self) -> &'static str {
        match self.state() {
            "expired" => "expired",
            "red" => "vanishing",
            "amber" => "fading",
            _ => "held",
        }
    }

    /// The remaining time, as in `app.js`: `4:59`, `1:04:59`, or below ten seconds with tenths, `0:09.5`.
    pub(crate) fn time_left(&self) -> String {
        let (seconds, tenths) = (self.remaining_ms / 1000, self.remaining_ms % 1000 / 100);
        match seconds {
            _ if self.remaining_ms <= 0 => "EXPIRED".to_owned(),
            0..10 => format!("0:0{seconds}.{tenths}"),
            10..3600 => format!("{}:{:02}", seconds / 60, seconds % 60),
            _ => format!("{}:{:02}:{:02}", seconds / 3600, seconds % 3600 / 60, seconds % 60),
        }
    }

    /// The first part of the token, which is enough to distinguish sessions.
    pub(crate) fn short_token(&self) -> &str {
        self.token.split('-').next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(remaining_ms: i64) -> (&'static str, String) {
        let (token, text) = (String::new(), String::new());
        let shown = SessionView {
            token,
            user_name: text.clone(),
            memory_fragment: text.clone(),
            created_at: text,
            ttl_seconds: 300,
            expires_at: 0,
            remaining_ms,
        };
        (shown.state(), shown.time_left())
    }

    #[test]
    fn the_states_change_at_thirty_and_five_seconds_and_at_none() {
        let at = |ms, state, text: &str| assert_eq!(left(ms), (state, text.to_owned()), "{ms}");
        at(3_600_000, "calm", "1:00:00");
        at(299_999, "calm", "4:59");
        at(30_000, "calm", "0:30");
        at(29_999, "amber", "0:29");
        at(9_999, "amber", "0:09.9");
        at(5_000, "amber", "0:05.0");
        at(4_999, "red", "0:04.9");
        at(1, "red", "0:00.0");
        at(0, "expired", "EXPIRED");
    }
}
