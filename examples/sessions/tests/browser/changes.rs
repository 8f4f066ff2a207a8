//! Creating, extending and deleting sessions, as seen in this and other browsers.

use fantoccini::Locator;

use crate::scene::{self, Page, WIDE, until};

async fn create(page: &Page, user: &str, fragment: &str, ttl: &str) {
    for (id, text) in [("#user_name", user), ("#memory_fragment", fragment), ("#ttl", ttl)] {
        let field = page.browser.find(Locator::Css(id)).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }
    page.click("button[type=submit]").await;
}

#[tokio::test]
async fn a_memory_is_taken_extended_and_let_go() {
    scene::still(async |scene| {
        let page = scene.open(WIDE).await;
        assert_eq!((page.cards().await, page.count().await.as_str()), (0, "0"));
        let shown = "return [...document.querySelectorAll('.empty-title')].filter((title) => title.checkVisibility())
            .map((title) => title.textContent)";
        assert_eq!(page.js(shown).await, serde_json::json!(["No memories yet."]));
        page.picture("empty").await;

        create(&page, "<b>Ada</b>", "rain & <script>window.pwned = 1</script>", "45").await;
        until("there is a card", 5, async || page.cards().await == 1).await;
        assert_eq!(page.state("<b>Ada</b>").await.as_deref(), Some("calm"));
        let fragment = page.card("<b>Ada</b>", "return card.querySelector('.fragment').textContent").await;
        assert_eq!(fragment, "rain & <script>window.pwned = 1</script>");
        assert!(page.js("return window.pwned").await.is_null());
        until("it is said", 5, async || page.notice().await == "Memory stolen.").await;
        assert_eq!(page.js("return document.getElementById('user_name').value").await, "");
        assert_eq!((page.focused().await.as_str(), page.count().await.as_str()), ("user_name", "1"));

        create(&page, "Bo", "snow", "").await;
        until("there are two", 5, async || page.cards().await == 2).await;
        let max = page.card("Bo", "return card.querySelector('progress').max").await;
        assert_eq!(max, 300_000, "the model's own time to live");

        page.click(".card:last-child [data-does=delete]").await;
        until("one disappears", 5, async || page.state("Bo").await.is_none()).await;
        until("it is said", 5, async || page.notice().await == "Memory released.").await;
        assert_eq!((page.cards().await, page.count().await.as_str()), (1, "1"));

        page.click(".card [data-does=delete]").await;
        until("the list is empty", 5, async || page.cards().await == 0).await;
        assert_eq!(page.js(shown).await, serde_json::json!(["No memories left."]), "this is not a first visit");
    })
    .await;
}

#[tokio::test]
async fn extend_starts_a_countdown_again_and_says_when_it_is_too_late() {
    scene::live(async |scene| {
        scene.session("Ada", "rain", 31).await;
        let late = scene.session("Bo", "snow", 300).await;
        let page = scene.open(WIDE).await;
        until("amber", 8, async || page.state("Ada").await.as_deref() == Some("amber")).await;
        until("some time has passed", 8, async || {
            page.card("Ada", "return card.querySelector('progress').value").await.as_f64().unwrap() < 28_500.0
        })
        .await;
        page.card("Ada", "card.querySelector('[data-does=extend]').click()").await;
        until("it is said", 5, async || page.notice().await == "Countdown restarted.").await;
        let left = page.card("Ada", "return card.querySelector('progress').value").await;
        assert!(left.as_f64().is_some_and(|left| left > 29_000.0), "{left}");

        let delete = sessions_app::session::Session::end(late.token);
        assert!(singlet::with_client(scene.client.clone(), delete).await.unwrap());
        page.card("Bo", "card.querySelector('[data-does=extend]').click()").await;
        until("it is said", 5, async || page.notice().await == "the session does not exist or has expired").await;
    })
    .await;
}

#[tokio::test]
async fn two_browsers_see_each_others_changes() {
    scene::still(async |scene| {
        let (one, other) = tokio::join!(scene.open(WIDE), scene.open(WIDE));
        create(&one, "Ada", "rain", "300").await;
        create(&other, "Bo", "snow", "200").await;
        until("one sees both", 8, async || one.cards().await == 2).await;
        until("so does the other", 8, async || other.cards().await == 2).await;
        one.card("Bo", "card.querySelector('[data-does=delete]').click()").await;
        until("it disappears there", 5, async || one.state("Bo").await.is_none()).await;
        until("and elsewhere", 8, async || other.state("Bo").await.is_none()).await;
        assert_eq!((one.count().await.as_str(), other.count().await.as_str()), ("1", "1"));
    })
    .await;
}

#[tokio::test]
async fn what_the_form_refuses_is_not_sent_and_what_the_server_refuses_is_said() {
    scene::still(async |scene| {
        let page = scene.open(WIDE).await;
        create(&page, "Ada", "rain", "0").await;
        assert_eq!(page.js("return document.querySelector('form').checkValidity()").await, false);
        page.js(
            "document.querySelector('form').noValidate = true; document.getElementById('ttl').removeAttribute('min')",
        )
        .await;
        page.click("button[type=submit]").await;
        until("it is said", 5, async || page.notice().await == "`ttl` must be from 1 to 604800 seconds").await;
        assert_eq!(page.js("return document.getElementById('user_name').value").await, "Ada", "nothing is lost");
        assert_eq!(page.cards().await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_does_not_respond_is_reported() {
    scene::still(async |scene| {
        scene.session("Ada", "rain", 300).await;
        let page = scene.open(WIDE).await;
        scene.stop_server();
        until("it is said", 10, async || page.notice().await == "The server is not responding. Retrying…").await;
        assert_eq!(page.cards().await, 1, "what is known stays");
    })
    .await;
}
