//! Accessibility: screen readers, keyboard, contrast.

use fantoccini::key::Key;
use serde_json::json;

use crate::scene::{self, ALL_STATES, NARROW, Page, WIDE, until};

const AXE: &str = include_str!("vendor/axe.min.js");

/// What axe finds against WCAG 2.2, levels A and AA, and best practices: rule and place of each.
async fn findings(page: &Page) -> Vec<String> {
    page.js(&format!("{AXE}; window.axe = axe;")).await;
    let mut findings = Vec::new();
    // The page's ground goes from the one to the other, where axe cannot tell a contrast.
    for ground in ["--ground", "--glow"] {
        page.js(&format!("document.body.style.background = 'var({ground})'")).await;
        findings.extend(found(page).await);
    }
    findings
}

async fn found(page: &Page) -> Vec<String> {
    let run = "const done = arguments[0];
        axe.run(document, { resultTypes: ['violations', 'incomplete'] }).then((found) => done(found));";
    let found = page.browser.execute_async(run, vec![]).await.unwrap();
    assert!(found["passes"].as_array().unwrap().iter().any(|rule| rule["id"] == "color-contrast"), "{found}");
    // What axe is not sure of counts too: a contrast that cannot be told is none.
    let rules = ["violations", "incomplete"].into_iter().flat_map(|kind| found[kind].as_array().unwrap());
    rules
        .flat_map(|rule| {
            let id = rule["id"].as_str().unwrap();
            rule["nodes"].as_array().unwrap().iter().map(move |node| format!("{id}: {}", node["html"]))
        })
        .collect()
}

#[tokio::test]
async fn axe_finds_nothing_in_any_state() {
    scene::still(async |scene| {
        let (empty, empty_dark) = (scene.open(WIDE).await, scene.open_as(NARROW, "dark").await);
        for page in [&empty, &empty_dark] {
            assert_eq!(findings(page).await, [""; 0]);
        }
        scene.all_states().await;
        for (page, scheme) in [(&empty, "light"), (&empty_dark, "dark")] {
            // Without motion, for colours on their way from one state to the next are of neither.
            page.prefer(&[("prefers-color-scheme", scheme), ("prefers-reduced-motion", "reduce")]).await;
            page.goto(scene.url()).await;
            page.freeze(ALL_STATES).await;
            let states = "return [...document.querySelectorAll('.card')].map((card) => card.dataset.state).sort()";
            assert_eq!(page.js(states).await, json!(["amber", "calm", "calm", "calm", "expired", "red"]));
            for kind in ["done", "error"] {
                page.js(&format!(
                    "document.dispatchEvent(new CustomEvent('notice', {{ detail: {{ kind: '{kind}', text: 'Said.' }} }}))"
                ))
                .await;
                assert_eq!(findings(page).await, [""; 0], "{scheme}, {kind}");
            }
            page.goto(&format!("{}/nowhere", scene.url())).await;
            assert_eq!(findings(page).await, [""; 0], "{scheme}, a refusal");
        }
    })
    .await;
}

#[tokio::test]
async fn everything_has_a_name_of_its_own() {
    scene::still(async |scene| {
        scene.session("Ada", "rain", 100).await;
        scene.session("Bo", "snow", 200).await;
        let page = scene.open(WIDE).await;
        let named = |css: &'static str| async {
            let elements = page.browser.find_all(fantoccini::Locator::Css(css)).await.unwrap();
            let mut names = Vec::new();
            for element in elements {
                names.push(label(&page, &element).await);
            }
            names
        };
        assert_eq!(named("form input, form textarea").await, ["User", "Memory fragment", "Time to live in seconds"]);
        let buttons = [
            "Extend the session of Ada",
            "Delete the session of Ada",
            "Extend the session of Bo",
            "Delete the session of Bo",
        ];
        assert_eq!(named(".actions button").await, buttons);
        assert_eq!(named("progress").await, ["Ada", "Bo"]);
        let says = "const notice = document.getElementById('notice'); return [notice.role, notice.ariaLive]";
        assert_eq!(page.js(says).await, json!(["status", "polite"]));
    })
    .await;
}

/// The name that Chromium computes for those who do not see it.
async fn label(page: &Page, element: &fantoccini::elements::Element) -> String {
    let script = "arguments[0].setAttribute('data-asked', ''); return true";
    page.browser.execute(script, vec![serde_json::to_value(element).unwrap()]).await.unwrap();
    let found = crate::chromedriver::devtools(
        &page.browser,
        "Runtime.evaluate",
        json!({
            "expression": "document.querySelector('[data-asked]')",
        }),
    )
    .await;
    let tree = crate::chromedriver::devtools(
        &page.browser,
        "Accessibility.getPartialAXTree",
        json!({
            "objectId": found["result"]["objectId"], "fetchRelatives": false,
        }),
    )
    .await;
    page.js("document.querySelector('[data-asked]').removeAttribute('data-asked')").await;
    tree["nodes"][0]["name"]["value"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn the_keyboard_reaches_everything_in_order() {
    scene::still(async |scene| {
        let session = scene.session("Ada", "rain", 100).await;
        let page = scene.open(WIDE).await;
        let mut order = Vec::new();
        for _ in 0..8 {
            page.press(&Key::Tab.to_string()).await;
            order.push(page.js("return document.activeElement.id || document.activeElement.className || document.activeElement.type").await);
            let ring = page.js("return getComputedStyle(document.activeElement).outlineStyle").await;
            assert_eq!(ring, "solid", "{order:?}");
        }
        let token = session.token;
        let (extend, delete) = (format!("extend-{token}"), format!("delete-{token}"));
        assert_eq!(order, ["skip", "token", &extend, &delete, "user_name", "memory_fragment", "ttl", "primary"]);

        page.js(&format!("document.getElementById('{delete}').focus()")).await;
        page.press(&Key::Enter.to_string()).await;
        until("it is deleted", 5, async || page.cards().await == 0).await;

        page.js("document.getElementById('user_name').focus()").await;
        page.press("Bo\tsnow\t").await;
        page.press(&Key::Enter.to_string()).await;
        until("it is created", 5, async || page.state("Bo").await.is_some()).await;

        page.goto(scene.url()).await;
        page.press(&Key::Tab.to_string()).await;
        page.press(&Key::Enter.to_string()).await;
        assert_eq!(page.focused().await, "sessions", "past the header in one step");
    })
    .await;
}
