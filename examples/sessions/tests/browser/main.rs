//! The page in a real browser: headless Chromium, by chromedriver.
//!
//! Where no Chromium or Chrome is in the path these tests say so and do nothing. Screenshots are left in
//! `sessions` in the target folder's `tmp`.

mod accessible;
mod cards;
mod changes;
mod chromedriver;
mod layout;
mod refresh;
mod scene;
