//! A card from its first second to its last: it counts down, turns amber and red, expires, and disappears.

use std::time::{Duration, SystemTime};

use crate::scene::{self, WIDE, until};

#[tokio::test]
async fn a_card_lives_and_goes_in_real_time() {
    scene::live(async |scene| {
        let page = scene.blank(WIDE).await;
        scene.session("Ada", "rain", 300).await;
        scene.session("Bo", "snow", 36).await;
        let short = scene.session("Cy", "hail", 12).await;
        // It ends between the first refresh, after five seconds, and the second one.
        let expires_at = short.expires_at.unwrap().epoch_seconds().unsigned_abs();
        let end = SystemTime::UNIX_EPOCH + Duration::from_secs(expires_at);
        let ahead = end.duration_since(SystemTime::now()).unwrap().saturating_sub(Duration::from_millis(8_500));
        tokio::time::sleep(ahead).await;

        page.goto(scene.url()).await;
        // After which refresh it expired, and after which it disappeared.
        let watch = "const changed = () => { if (card.dataset.state === 'expired') window.expired ??= window.refreshes; };
            new MutationObserver(changed).observe(card, { attributes: true });
            document.addEventListener('htmx:afterSwap', () => { if (!card.isConnected) window.gone ??= window.refreshes; });";
        page.card("Cy", watch).await;
        assert_eq!((page.cards().await, page.count().await.as_str()), (3, "3"));
        assert_eq!(page.state("Ada").await.as_deref(), Some("calm"));
        assert_eq!(page.state("Cy").await.as_deref(), Some("amber"));
        page.picture("amber").await;
        let text = page.card("Ada", "return card.querySelector('.time').textContent").await;
        assert!(text.as_str().is_some_and(|text| text.starts_with("4:5")), "{text}");

        let left = async || page.card("Ada", "return card.querySelector('progress').value").await.as_f64().unwrap();
        let before = left().await;
        until("the bar shrinks", 2, async || left().await < before - 500.0).await;

        until("red below five seconds", 8, async || page.state("Cy").await.as_deref() == Some("red")).await;
        let left = page.card("Cy", "return card.querySelector('.time').textContent").await;
        let tenths = left.as_str().and_then(|left| left.strip_prefix("0:0")?.parse::<f64>().ok());
        assert!(tenths.is_some_and(|tenths| tenths < 5.0), "{left}");
        let pulse = "return getComputedStyle(card).animationName";
        assert_eq!(page.card("Cy", pulse).await, "pulse");
        page.picture("red").await;

        until("amber below thirty seconds", 8, async || page.state("Bo").await.as_deref() == Some("amber")).await;
        until("expired", 8, async || page.state("Cy").await.as_deref() == Some("expired")).await;
        let text = page.card("Cy", "return card.querySelector('.time').textContent").await;
        assert_eq!((text.as_str(), page.count().await.as_str()), (Some("EXPIRED"), "2"));
        assert!(!scene.is_live(&short).await, "the server agrees");
        page.picture("expired").await;

        until("gone", 8, async || page.state("Cy").await.is_none()).await;
        assert_eq!(page.js("return window.gone - window.expired").await, 1, "the next refresh removed it");
        assert_eq!((page.cards().await, page.count().await.as_str()), (2, "2"));
        page.picture("calm").await;
    })
    .await;
}

#[tokio::test]
async fn the_clocks_of_server_and_browser_need_not_agree() {
    scene::still(async |scene| {
        scene.session("Ada", "rain", 120).await;
        let page = scene.open(WIDE).await;
        let text = page.card("Ada", "return card.querySelector('.time').textContent").await;
        assert!(text.as_str().is_some_and(|text| text == "2:00" || text.starts_with("1:5")), "{text}");
    })
    .await;
}

#[tokio::test]
async fn red_cards_stand_still_where_motion_is_unwanted() {
    scene::still(async |scene| {
        scene.session("Ada", "rain", 4).await;
        let page = scene.open(WIDE).await;
        page.freeze(0).await;
        let motion = "const style = getComputedStyle(card); return [card.dataset.state, style.animationName]";
        assert_eq!(page.card("Ada", motion).await, serde_json::json!(["red", "pulse"]));
        page.prefer(&[("prefers-reduced-motion", "reduce")]).await;
        assert_eq!(page.card("Ada", motion).await, serde_json::json!(["red", "none"]));
        assert_eq!(page.js("return getComputedStyle(document.querySelector('.ghost')).animationName").await, "none");
        assert_ne!(page.card("Ada", "return getComputedStyle(card).boxShadow").await, "none", "it is marked otherwise");
    })
    .await;
}

#[tokio::test]
async fn one_session_has_a_page_that_counts_down() {
    scene::live(async |scene| {
        let page = scene.blank(WIDE).await;
        // The expiry is rounded up, and 5 s would begin as amber.
        let session = scene.session("Ada", "rain", 4).await;
        page.goto(&format!("{}/sessions/{}", scene.url(), session.token)).await;
        assert_eq!(page.state("Ada").await.as_deref(), Some("red"));
        until("expired", 8, async || page.state("Ada").await.as_deref() == Some("expired")).await;
    })
    .await;
}
