//! A session as it is shown: with the time it has left, so that no two clocks have to agree.

use serde::Serialize;
use singlet::{Clock, TTLAttribute};
use time::format_description::well_known::Rfc3339;

use crate::session::Session;

/// Less than this is shown amber, and less than the other red, in milliseconds.
const AMBER: i64 = 30_000;
const RED: i64 = 5_000;

/// What pages and JSON say of a session.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    pub(crate) token: String,
    pub(crate) user_name: String,
    pub(crate) memory_fragment: String,
    pub(crate) created_at: String,
    pub(crate) ttl_seconds: u64,
    /// Epoch seconds, as DynamoDB stores it.
    pub(crate) expires_at: i64,
    /// What is left, in milliseconds.
    pub(crate) remaining_ms: i64,
}

impl Shown {
    /// As of now by `clock`.
    pub(crate) fn new(session: Session, clock: &Clock) -> Self {
        // One without an expiry is none of ours.
        let expires_at = session.expires_at.unwrap_or(TTLAttribute::MAX).epoch_seconds();
        Shown {
            token: session.token.to_string(),
            user_name: session.user_name,
            memory_fragment: session.memory_fragment,
            // A year beyond 9999 has no such form.
            created_at: session.created_at.format(&Rfc3339).unwrap_or_default(),
            ttl_seconds: session.ttl_seconds,
            expires_at,
            remaining_ms: expires_at.saturating_mul(1000).saturating_sub(clock.now_millis()).max(0),
        }
    }

    /// The same four states that `app.js` goes through.
    pub(crate) fn state(&self) -> &'static str {
        match self.remaining_ms {
            i64::MIN..=0 => "expired",
            1..RED => "red",
            RED..AMBER => "amber",
            _ => "calm",
        }
    }

    /// The state in words.
    pub(crate) fn state_text(&self) -> &'static str {
        match self.state() {
            "expired" => "expired",
            "red" => "vanishing",
            "amber" => "fading",
            _ => "held",
        }
    }

    /// `4:59`, `1:04:59`, or below ten seconds `9.5`; as `app.js` writes it.
    pub(crate) fn time_left(&self) -> String {
        let (seconds, tenths) = (self.remaining_ms / 1000, self.remaining_ms % 1000 / 100);
        match seconds {
            _ if self.remaining_ms <= 0 => "EXPIRED".to_owned(),
            0..10 => format!("{seconds}.{tenths}"),
            10..3600 => format!("{}:{:02}", seconds / 60, seconds % 60),
            _ => format!("{}:{:02}:{:02}", seconds / 3600, seconds % 3600 / 60, seconds % 60),
        }
    }

    /// Enough of the token to tell two sessions apart.
    pub(crate) fn short_token(&self) -> &str {
        self.token.split('-').next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(remaining_ms: i64) -> (&'static str, String) {
        let (token, text) = (String::new(), String::new());
        let shown = Shown {
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
        at(9_999, "amber", "9.9");
        at(5_000, "amber", "5.0");
        at(4_999, "red", "4.9");
        at(1, "red", "0.0");
        at(0, "expired", "EXPIRED");
    }
}
