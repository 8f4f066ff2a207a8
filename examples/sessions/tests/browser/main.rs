//! Tests the page in a headless Chromium, through chromedriver.
//!
//! Without Chromium or Chrome in the path, the tests print a message and pass. They leave screenshots in `tmp/sessions` of
//! the target directory.

mod accessible;
mod cards;
mod changes;
mod chromedriver;
mod layout;
mod refresh;
mod scene;
