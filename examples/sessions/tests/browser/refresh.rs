//! A refresh updates only what has changed.

use crate::scene::{self, WIDE, until};

#[tokio::test]
async fn focus_and_nodes_survive_two_refreshes() {
    scene::still(async |scene| {
        scene.session("Ada", "rain", 300).await;
        let other = scene.session("Bo", "snow", 200).await;
        let page = scene.open(WIDE).await;
        let button = format!("extend-{}", other.token);
        page.js(&format!("document.getElementById('{button}').focus()")).await;
        page.js("document.getElementById('memory_fragment').value = 'half a sen';
             document.querySelectorAll('.card, .card *, #live').forEach((node) => { node.marked = true; });
             window.changes = [];
             const changed = (records) => window.changes.push(...records.map((record) =>
                 [...record.addedNodes, ...record.removedNodes].map((node) => node.outerHTML).filter(Boolean)).flat());
             new MutationObserver(changed).observe(document.body, { childList: true, subtree: true });")
            .await;
        // Not hurried: the page does this by itself, every five seconds.
        until("there were two refreshes", 14, async || page.refreshes().await >= 2).await;

        assert_eq!(page.focused().await, button);
        let unmarked =
            "return [...document.querySelectorAll('.card, .card *, #live')].filter((node) => !node.marked).length";
        assert_eq!(page.js(unmarked).await, 0);
        assert_eq!(page.js("return window.changes").await, serde_json::json!([]), "no element came or went");
        assert_eq!(page.js("return document.getElementById('memory_fragment').value").await, "half a sen");
        assert_eq!(page.cards().await, 2);
    })
    .await;
}

#[tokio::test]
async fn the_focus_moves_to_the_next_card_when_its_own_disappears() {
    scene::still(async |scene| {
        let first = scene.session("Ada", "rain", 100).await;
        let second = scene.session("Bo", "snow", 200).await;
        let third = scene.session("Cy", "hail", 300).await;
        let page = scene.open(WIDE).await;
        // All were made at one moment: what ends first stands first.
        page.js(&format!("document.getElementById('delete-{}').focus()", second.token)).await;
        page.press("\u{e007}").await;
        until("it disappears", 5, async || page.state("Bo").await.is_none()).await;
        assert_eq!(page.focused().await, format!("delete-{}", third.token));
        page.press("\u{e007}").await;
        until("it disappears", 5, async || page.state("Cy").await.is_none()).await;
        assert_eq!(page.focused().await, format!("delete-{}", first.token));
        page.press("\u{e007}").await;
        until("none is left", 5, async || page.cards().await == 0).await;
        assert_eq!(page.focused().await, "sessions");
    })
    .await;
}
