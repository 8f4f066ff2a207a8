//! The layout on phones and desktops.

use crate::scene::{self, ALL_STATES, NARROW, Page, WIDE};

/// From here on nothing moves.
async fn settled(page: &Page) {
    page.freeze(ALL_STATES).await;
    assert_eq!(page.state("Chidi").await.as_deref(), Some("expired"));
    assert_eq!(page.state("Bohumil").await.as_deref(), Some("red"));
    page.js("return document.fonts.ready.then(() => true)").await;
}

#[tokio::test]
async fn nothing_is_wider_than_360_pixels() {
    scene::still(async |scene| {
        let unbroken = "W".repeat(64);
        scene.session(&unbroken, &"M".repeat(500), 604_800).await;
        scene.all_states().await;
        let page = scene.open(NARROW).await;
        settled(&page).await;
        page.picture("narrow").await;
        let wide = "const room = document.documentElement.clientWidth;
            const wide = [...document.querySelectorAll('body *')].filter((element) => {
                const box = element.getBoundingClientRect();
                return !element.closest('.unseen, .skip') && (box.right > room + 0.5 || box.left < -0.5);
            }).map((element) => element.outerHTML.slice(0, 90));
            scrollTo(1000, 0); return [innerWidth, scrollX, wide]";
        assert_eq!(page.js(wide).await, serde_json::json!([360, 0, []]));
        let first = "return document.querySelector('.card').getBoundingClientRect().top < innerHeight";
        assert_eq!(page.js(first).await, true, "the first card is on the first screen");
        let dead = "return [...document.querySelectorAll('.card')].every((card) =>
            [...card.querySelectorAll('button')].every((b) => b.disabled === (card.dataset.state === 'expired')))";
        assert_eq!(page.js(dead).await, true, "the buttons of expired cards, and no others, are disabled");
        let small = "return [...document.querySelectorAll('button, input, textarea')].filter((control) => {
                const box = control.getBoundingClientRect();
                return box.width < 40 || box.height < 40;
            }).length";
        assert_eq!(page.js(small).await, 0, "what is touched is large enough");
        page.js("document.getElementById('sessions').scrollIntoView()").await;
        page.picture("narrow-cards").await;
    })
    .await;
}

#[tokio::test]
async fn pictures_of_every_state_in_both_schemes() {
    scene::still(async |scene| {
        scene.session("Grete", &"Every word of a long letter, ".repeat(16), 604_800).await;
        scene.all_states().await;
        for scheme in ["dark", "light"] {
            let page = scene.open_as(WIDE, scheme).await;
            settled(&page).await;
            // The colours of a state are reached over half a second.
            page.js("return Promise.all(document.getAnimations().filter((a) => a instanceof CSSTransition).map((a) => a.finished)).then(() => true)")
                .await;
            page.picture(&format!("all-{scheme}")).await;
            let heights = "return new Set([...document.querySelectorAll('.card')].map((card) => card.offsetHeight)).size";
            assert_eq!(page.js(heights).await, 1, "the cards are of equal height");
            let ground = page.js("return getComputedStyle(document.body).backgroundColor").await;
            let expected = if scheme == "dark" { "rgb(14, 11, 22)" } else { "rgb(245, 241, 234)" };
            assert_eq!(ground, expected);
        }
    })
    .await;
}

#[tokio::test]
async fn a_browser_without_scripts_is_told_so_and_offers_no_dead_buttons() {
    scene::still(async |scene| {
        scene.all_states().await;
        let page = scene.blank(NARROW).await;
        page.without_scripts().await;
        page.browser.goto(scene.url()).await.unwrap();
        page.picture("without-scripts").await;
        let hint = "return document.querySelector('noscript p')?.offsetHeight > 0";
        assert_eq!(page.js(hint).await, true, "the hint is visible");
        let buttons = "return [...document.querySelectorAll('.card button')].filter((b) => b.offsetHeight > 0).length";
        assert_eq!(page.js(buttons).await, 0);
        assert_eq!(page.cards().await, 6);
    })
    .await;
}
