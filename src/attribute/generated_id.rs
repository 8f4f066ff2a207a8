//! Ids that are generated for new items: `#[model(generated)]`.

use crate::clock;

/// The form of a generated id: the value of `#[model(generated = "..")]`.
///
/// Choose a kind that sorts by time for range keys that are read in order of creation, and `UuidV4` if ids must not
/// reveal when they were made. Ids that one process makes for rising times sort in the order in which they were made. Those of
/// several processes sort by their times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdKind {
    /// A random UUID: `"uuid_v4"`.
    UuidV4,
    /// A UUID that begins with its time in milliseconds, so that ids sort by time: `"uuid_v7"`, the default.
    UuidV7,
    /// A ULID: 26 characters that sort by their time in milliseconds: `"ulid"`.
    Ulid,
    /// A KSUID: 27 characters that sort by their time in seconds: `"ksuid"`.
    Ksuid,
}

/// A type that `#[model(generated)]` can fill in: `String`, `uuid::Uuid` (UUIDs only), and
/// newtypes around one of them with `#[derive(Attribute)]`.
///
/// ```
/// use singlet::{GeneratedId, IdKind};
///
/// let id = String::generate(IdKind::Ulid, 1_700_000_000_000);
/// assert!(id.len() == 26 && id.starts_with("01HF7YAT00"));
/// assert!(!id.is_unset() && String::new().is_unset());
/// ```
#[cfg_attr(
    feature = "ids",
    diagnostic::on_unimplemented(
        message = "`{Self}` cannot be generated",
        label = "not an id",
        note = "`generated` is for `String`, `uuid::Uuid` and newtypes around one"
    )
)]
#[cfg_attr(
    not(feature = "ids"),
    diagnostic::on_unimplemented(
        message = "`generated` fields need the cargo feature `ids` of singlet",
        label = "generated",
        note = "write `features = [\"ids\"]` for `singlet` in `Cargo.toml`"
    )
)]
pub trait GeneratedId: Sized {
    /// Whether the type holds UUIDs and no other ids.
    const IS_UUID: bool = false;

    /// Whether no id was set: an empty string, the nil UUID.
    fn is_unset(&self) -> bool;

    /// A new id for a time in epoch milliseconds. A time that the kind cannot represent becomes the nearest one that
    /// it can.
    fn generate(kind: IdKind, epoch_millis: i64) -> Self;

    /// A new id for the present time, by the clock that [`ExpiresIn`](crate::ExpiresIn) uses.
    #[doc(hidden)]
    fn generate_now(kind: IdKind) -> Self {
        Self::generate(kind, clock::now_millis())
    }

    /// A new id, if none is set.
    #[doc(hidden)]
    fn generate_if_unset(&self, kind: IdKind, epoch_millis: i64) -> Option<Self> {
        self.is_unset().then(|| Self::generate(kind, epoch_millis))
    }
}

#[cfg(feature = "ids")]
mod generate {
    use std::sync::{Mutex, PoisonError};

    use super::{GeneratedId, IdKind};

    impl GeneratedId for String {
        fn is_unset(&self) -> bool {
            self.is_empty()
        }

        fn generate(kind: IdKind, epoch_millis: i64) -> Self {
            match kind {
                IdKind::UuidV4 | IdKind::UuidV7 => uuid(kind, epoch_millis, &UUIDS).to_string(),
                IdKind::Ulid => ulid(epoch_millis, &ULIDS).to_string(),
                IdKind::Ksuid => ksuid(epoch_millis, &KSUIDS),
            }
        }
    }

    /// A kind that is not a UUID gives a UUID of version 7.
    #[cfg(feature = "uuid")]
    impl GeneratedId for uuid::Uuid {
        const IS_UUID: bool = true;

        fn is_unset(&self) -> bool {
            self.is_nil()
        }

        fn generate(kind: IdKind, epoch_millis: i64) -> Self {
            uuid(kind, epoch_millis, &UUIDS)
        }
    }

    /// The time and the random part of the latest id of a kind.
    type Latest = Mutex<Option<(u64, u128)>>;

    static UUIDS: Latest = Mutex::new(None);
    static ULIDS: Latest = Mutex::new(None);
    static KSUIDS: Latest = Mutex::new(None);

    /// Returns the random part of an id, of so many bits. It is greater than that of the latest id if both have the same
    /// time, as in method 2 of RFC 9562, section 6.2. Steps are random, so that an id does not reveal the next one.
    fn ascending(latest: &Latest, time: u64, bits: u32) -> u128 {
        let mut latest = latest.lock().unwrap_or_else(PoisonError::into_inner);
        let next = match *latest {
            Some((of_latest, random)) if of_latest == time => random + 1 + (random_bits() >> 96),
            // The highest bit is left to the steps.
            _ => random_bits() >> (128 - bits) >> 1,
        };
        *latest = Some((time, next));
        next
    }

    /// Six bits of a UUID are fixed. Those of the one meet random bits of the other.
    fn random_bits() -> u128 {
        let [one, other] = [uuid::Uuid::new_v4(), uuid::Uuid::new_v4()].map(|uuid| uuid.as_u128());
        one ^ other.rotate_left(64)
    }

    /// The milliseconds of UUIDs and ULIDs have 48 bits.
    fn in_48_bits(epoch_millis: i64) -> u64 {
        u64::try_from(epoch_millis).unwrap_or_default().min((1 << 48) - 1)
    }

    fn ulid(epoch_millis: i64, latest: &Latest) -> ulid::Ulid {
        let millis = in_48_bits(epoch_millis);
        ulid::Ulid::from_parts(millis, ascending(latest, millis, 80))
    }

    fn uuid(kind: IdKind, epoch_millis: i64, latest: &Latest) -> uuid::Uuid {
        if kind == IdKind::UuidV4 {
            return uuid::Uuid::new_v4();
        }
        let millis = in_48_bits(epoch_millis);
        let random = ascending(latest, millis, 74);
        // The version is before the first 12 bits, and the variant between them and the other 62.
        let (first, rest) = (random >> 62, random & ((1 << 62) - 1));
        let bytes = (first << 64 | rest).to_be_bytes();
        uuid::Builder::from_unix_timestamp_millis(millis, &std::array::from_fn(|index| bytes[6 + index])).into_uuid()
    }

    fn ksuid(epoch_millis: i64, latest: &Latest) -> String {
        use svix_ksuid::KsuidLike as _;

        // A KSUID counts seconds from this time (May 2014) in 32 bits.
        const FIRST: i64 = 1_400_000_000;
        let seconds = epoch_millis.div_euclid(1_000).clamp(FIRST, FIRST + i64::from(u32::MAX));
        let payload = ascending(latest, seconds.unsigned_abs(), 128).to_be_bytes();
        svix_ksuid::Ksuid::from_seconds(Some(seconds), Some(&payload)).to_string()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn every_kind_has_its_form_and_time() {
            let ids = |kind| [0, 1_700_000_000_000, 1_700_000_001_000].map(|millis| String::generate(kind, millis));
            for (kind, length) in [(IdKind::UuidV4, 36), (IdKind::UuidV7, 36), (IdKind::Ulid, 26), (IdKind::Ksuid, 27)]
            {
                let made = ids(kind);
                assert!(made.iter().all(|id| id.len() == length && !id.is_unset()), "{kind:?}");
                assert!(made[0] != made[1] && ids(kind)[1] != made[1], "{kind:?}");
                assert!(kind == IdKind::UuidV4 || made.is_sorted(), "{kind:?}");
            }
            assert!(String::generate(IdKind::UuidV7, 1_700_000_000_000).starts_with("018bcfe5-6800-7"));
            assert_eq!(String::generate(IdKind::UuidV4, 0).as_bytes()[14], b'4');
        }

        #[test]
        fn ids_of_one_time_sort_in_the_order_in_which_they_were_made() {
            // Those of the process also serve other tests, and other times.
            let latest = [const { Latest::new(None) }; 3];
            let times = || (0..1_000).map(|n| 1_800_000_000_000 + n / 500);
            assert!(times().map(|time| uuid(IdKind::UuidV7, time, &latest[0]).to_string()).is_sorted_by(|a, b| a < b));
            assert!(times().map(|time| ulid(time, &latest[1]).to_string()).is_sorted_by(|a, b| a < b));
            assert!(times().map(|time| ksuid(time, &latest[2])).is_sorted_by(|a, b| a < b));
        }

        #[test]
        fn a_time_out_of_range_is_the_nearest() {
            for kind in [IdKind::UuidV7, IdKind::Ulid, IdKind::Ksuid] {
                assert!(String::generate(kind, i64::MIN) < String::generate(kind, 4_000_000_000_000), "{kind:?}");
            }
            assert_eq!(String::generate(IdKind::Ksuid, i64::MAX).len(), 27);
        }
    }
}
