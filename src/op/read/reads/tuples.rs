//! Implements `Reads` for tuples of up to eight reads.

use crate::op::read::reads::{KeyRequests, Reads, Responses};

// Rust evaluates the fields of a tuple in order, so requests and responses have the same order.
macro_rules! tuples {
    ($(($($read:ident $n:tt),+))*) => {$(
        impl<$($read: Reads),+> Reads for ($($read,)+) {
            type Output = ($($read::Output,)+);
            type Shape = ($($read::Shape,)+);

            fn request(self, requests: &mut KeyRequests) -> Self::Shape {
                ($(self.$n.request(requests),)+)
            }

            fn take(shape: Self::Shape, found: &mut Responses) -> Self::Output {
                ($($read::take(shape.$n, found),)+)
            }
        }
    )*};
}
tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
}
