//! The parts of the library that only generated code names, by the version of that code. They are not part of the
//! API.
//!
//! The derives write `singlet::__private::v1::..` and no other path. If their generated code changes in a way that
//! this module cannot support together with the old code, the new code gets a module of its own. A derive and a
//! library of different releases then fail with one clear error at this path.

pub mod v1;
