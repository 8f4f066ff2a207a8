//! The requests of a write that only models with unique values or a TTL attribute send.
//!
//! Executors are compiled once for all models, so every program that writes contains the functions that they call. They call these requests through
//! function pointers that are constants of a model. A program without such a model contains neither their code nor the SDK's operations for them.

use crate::key::RawKey;
use crate::op::engine::context::Context;
use crate::op::engine::future::BoxFuture;
use crate::op::engine::outcome::Outcome;
use crate::op::write::executor::{Prepared, Write};
use crate::op::write::expired_blocker;
use crate::op::write::transaction::unique;
use crate::schema::ModelSchema;
use crate::ttl::ExpiryCheck;
use crate::{Model, Result};

type MoveUniqueValues = for<'a> fn(Box<dyn Write + 'a>, Context, Prepared) -> BoxFuture<'a, Result<Outcome>>;

type RemoveExpired =
    for<'a> fn(&'a Context, &'static ModelSchema, &'a RawKey, ExpiryCheck) -> BoxFuture<'a, Result<()>>;

/// The requests of a write that some models never send.
pub(crate) struct OptionalRequests {
    /// `None` for a model without unique values.
    move_unique_values: Option<MoveUniqueValues>,
    /// `None` for a model without a TTL attribute.
    remove_expired: Option<RemoveExpired>,
}

impl OptionalRequests {
    /// The optional requests of all models.
    pub(crate) const ALL: &'static OptionalRequests = &OptionalRequests {
        move_unique_values: Some(|write, call, prepared| Box::pin(unique::run(write, call, prepared))),
        remove_expired: Some(|call, schema, key, check| Box::pin(expired_blocker::remove(call, schema, key, check))),
    };

    pub(crate) const fn of<M: Model>() -> &'static Self {
        const {
            let OptionalRequests { move_unique_values, remove_expired } = *Self::ALL;
            &OptionalRequests {
                move_unique_values: if M::SCHEMA.unique.is_empty() { None } else { move_unique_values },
                remove_expired: if M::SCHEMA.expiry().is_none() { None } else { remove_expired },
            }
        }
    }

    /// Sends a write that changes unique values in a transaction.
    pub(crate) fn move_unique_values<'a>(
        &self,
        write: Box<dyn Write + 'a>,
        call: Context,
        prepared: Prepared,
    ) -> BoxFuture<'a, Result<Outcome>> {
        let Some(send) = self.move_unique_values else { unreachable!("the model has no unique values") };
        send(write, call, prepared)
    }

    /// Deletes an item of a model that hides expired items, if it is still expired.
    pub(crate) fn remove_expired<'a>(
        &self,
        call: &'a Context,
        schema: &'static ModelSchema,
        key: &'a RawKey,
        check: ExpiryCheck,
    ) -> BoxFuture<'a, Result<()>> {
        let Some(remove) = self.remove_expired else { unreachable!("the model has no TTL attribute") };
        remove(call, schema, key, check)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::op::write::refresh::sender_of;
    use crate::{TTLAttribute, Table};

    #[derive(Model)]
    #[model(crate = crate, table = "users", hash_key = "USER#{id}")]
    struct User {
        id: u32,
    }

    #[derive(Model)]
    #[model(crate = crate, table = "accounts", hash_key = "ACCOUNT#{id}")]
    struct Account {
        id: u32,
        #[model(unique)]
        email: String,
    }

    #[derive(Model)]
    #[model(crate = crate, table = "sessions", hash_key = "SESSION#{id}")]
    struct Session {
        id: u32,
        expires_at: TTLAttribute,
    }

    #[derive(Table)]
    #[table(crate = crate, name = "shop", hash_key = "pk", ttl = "expires_at")]
    struct Shop;

    #[derive(Model)]
    #[model(crate = crate, table = Shop, hash_key = "BASKET#{id}")]
    struct Basket {
        id: u32,
    }

    /// Whether a program with the model links the change of unique values, the removal of expired items, and refreshes.
    fn linked<M: Model>() -> [bool; 3] {
        let OptionalRequests { move_unique_values, remove_expired } = OptionalRequests::of::<M>();
        [move_unique_values.is_some(), remove_expired.is_some(), sender_of::<M>().is_some()]
    }

    #[test]
    fn only_models_that_send_optional_requests_link_them() {
        assert_eq!(linked::<User>(), [false; 3]);
        assert_eq!(linked::<Account>(), [true, false, false]);
        assert_eq!(linked::<Session>(), [false, true, true]);
        assert_eq!(linked::<Basket>(), [false, true, true]);
    }
}
