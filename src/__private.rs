//! What only generated code names, under the version of the code that names it. It is not part of the API.
//!
//! The derives write `singlet::__private::v1::..` and no other path. If the code that they generate changes in a way
//! that this module cannot serve both, the new one gets a module of its own, so that a derive and a library of different
//! releases fail with one clear error at this path.

pub mod v1;
