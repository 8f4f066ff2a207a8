//! The text of the pages. The tests in `browser` check what they do in a browser.

use reqwest::StatusCode;

use crate::stand::{self, html, path};

#[tokio::test]
async fn text_is_escaped_wherever_it_stands() {
    stand::run(async |stand| {
        let text = r#"</script><img src=x onerror="alert(1)">'&"#;
        let form = [("user_name", text), ("memory_fragment", text), ("ttl", "60")];
        let (status, session) = stand::json(stand.post("/sessions").form(&form)).await;
        assert_eq!((status, session["user_name"].as_str()), (StatusCode::CREATED, Some(text)));
        for page in ["/", "/sessions", &path(&session)] {
            let (_, page) = html(stand.get(page)).await;
            assert!(page.contains("&#60;img src=x onerror=&#34;alert(1)&#34;&#62;&#39;&#38;"), "{page}");
            assert!(!page.contains("<img"), "{page}");
        }
        let (status, page) = html(stand.post("/sessions?user_name=%3Cb%3E&memory_fragment=b&ttl=%3Cb%3E")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(!page.contains("<b>") && page.contains("`ttl` must be a whole number of seconds"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn a_page_without_scripts_shows_what_is_left() {
    stand::run(async |stand| {
        stand.session(3_725).await;
        stand.session(29).await;
        stand.session(4).await;
        let (_, page) = html(stand.get("/")).await;
        for part in
            ["1:02:05", "0:29", "0:04.0", r#"data-state="calm""#, r#"data-state="amber""#, r#"data-state="red""#]
        {
            assert_eq!(page.matches(part).count(), 1, "{part}: {page}");
        }
        assert!(page.contains("<noscript>"), "{page}");
        assert!(page.contains(r#"<progress max="29000" value="29000""#), "{page}");
        assert!(page.contains(r#"<span id="live">3</span> live"#), "{page}");
    })
    .await;
}

#[tokio::test]
async fn an_empty_list_says_so() {
    stand::run(async |stand| {
        stand.session(5).await;
        stand.advance(5);
        let (_, page) = html(stand.get("/")).await;
        assert!(
            page.contains("No memories yet.")
                && page.contains("No memories left.")
                && page.contains(r#"<span id="live">0</span> live"#),
            "{page}"
        );
    })
    .await;
}
