//! Keys that cannot be: refused before anything is sent.

use singlet::{Binary, ErrorKind, Model};

use crate::stand;
use crate::transport::Transport;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "plain")]
struct Plain {
    #[model(hash_key)]
    pk: String,
    #[model(range_key)]
    sk: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "plain", hash_key = "{hash}", range_key = "{range}")]
struct Templated {
    hash: String,
    range: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "bytes")]
struct Bytes {
    #[model(hash_key)]
    pk: Binary,
}

/// Awaits operations on a client that records, and gives their errors; nothing may be sent.
macro_rules! refused_unsent {
    ($stand:expr, $($operation:expr),+ $(,)?) => {{
        let transport = Transport::recording();
        let client = $stand.through(&transport);
        $(
            let error = $operation.client(&client).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidKey, "{}: {error}", stringify!($operation));
        )+
        assert_eq!(transport.sent().len(), 0);
    }};
}

#[tokio::test]
async fn an_empty_key_is_refused_before_sending() {
    stand::run(async |stand| {
        let plain = |pk: &str, sk: &str| Plain { pk: pk.into(), sk: sk.into() };
        let mut templated = Templated { hash: "a".into(), range: String::new() };
        refused_unsent!(
            stand,
            plain("", "b").save(),
            plain("a", "").create(),
            plain("a", "").delete(),
            Plain::get(("", "b")),
            Plain::get(("a", "")),
            Plain::exists(("a", "")),
            Plain::delete_by_key(("", "b")),
            Plain::query(""),
            templated.save(),
            Templated::get(("", "b")),
            Bytes { pk: Binary::default() }.save(),
            Bytes::get(Vec::new()),
            singlet::batch_write().put(plain("", "b")),
        );
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "plain", hash_key = "A#{a}", range_key = "B#{b}#C#{c}")]
struct Parts {
    a: String,
    b: Sku,
    c: Box<str>,
}

#[derive(Debug, Clone, PartialEq, singlet::Attribute)]
struct Sku(String);

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "plain", hash_key = "A#{a}", range_key = "B#{b}#C#{c}", empty_key_parts)]
struct EmptyParts {
    a: String,
    b: Sku,
    c: Box<str>,
}

#[tokio::test]
async fn an_empty_placeholder_of_the_primary_key_is_refused_with_its_field() {
    stand::run(async |stand| {
        let parts = |a: &str, b: &str, c: &str| Parts { a: a.into(), b: Sku(b.into()), c: c.into() };
        for (attribute, field, value) in
            [("pk", "a", parts("", "b", "c")), ("sk", "b", parts("a", "", "c")), ("sk", "c", parts("a", "b", ""))]
        {
            let transport = Transport::recording();
            let client = stand.through(&transport);
            let key = || (value.a.clone(), value.b.clone(), value.c.clone());
            let errors = [
                value.clone().save().client(&client).await.unwrap_err(),
                value.clone().create().client(&client).await.unwrap_err(),
                value.delete().client(&client).await.unwrap_err(),
                Parts::delete_by_key(key()).client(&client).await.unwrap_err(),
                Parts::get(key()).client(&client).await.unwrap_err(),
                Parts::exists(key()).client(&client).await.unwrap_err(),
                Parts::update(key()).client(&client).await.unwrap_err(),
                Parts::batch_get([key()]).client(&client).await.unwrap_err(),
                singlet::batch_write().put(&value).client(&client).await.unwrap_err(),
                singlet::batch_write().delete(&value).client(&client).await.unwrap_err(),
                singlet::transact_write().write(value.clone().save()).client(&client).await.unwrap_err(),
                singlet::transact_write().check(Parts::check(key())).client(&client).await.unwrap_err(),
                Parts::key_of(key()).unwrap_err(),
                value.key().unwrap_err(),
                value.to_item().unwrap_err(),
            ];
            for error in errors {
                assert_eq!((error.kind(), error.model()), (ErrorKind::InvalidKey, Some("Parts")), "{error}");
                assert_eq!(error.attribute(), Some(attribute), "{error}");
                assert!(error.to_string().contains(&format!("`{field}`")), "{error}");
            }
            assert_eq!(transport.sent().len(), 0);
        }
        assert_eq!(Parts::query("").await.unwrap_err().kind(), ErrorKind::InvalidKey);
    })
    .await;
}

#[tokio::test]
async fn a_model_may_allow_empty_placeholders() {
    stand::run(async |stand| {
        Plain::create_table().await.unwrap();
        let mut empty = EmptyParts { a: String::new(), b: Sku(String::new()), c: "".into() };
        empty.save().await.unwrap();
        let stored = stand.only_item("plain").await;
        assert_eq!((stored["pk"].as_s().unwrap().as_str(), stored["sk"].as_s().unwrap().as_str()), ("A#", "B##C#"));
        assert_eq!(EmptyParts::get(("", "", "")).await.unwrap(), Some(empty));
    })
    .await;
}

#[tokio::test]
async fn a_key_is_limited_in_bytes_of_utf8() {
    stand::run(async |stand| {
        Plain::create_table().await.unwrap();
        let (hash, range) = ("é".repeat(1_024), "é".repeat(512));
        let mut longest = Plain { pk: hash.clone(), sk: range.clone() };
        longest.save().await.unwrap();
        assert_eq!(Plain::get((&hash, &range)).await.unwrap(), Some(longest));
        let mut templated = Templated { hash: hash.clone(), range: format!("{range}x") };
        refused_unsent!(
            stand,
            Plain::get((format!("{hash}x"), &range)),
            Plain::get((&hash, format!("{range}x"))),
            Plain { pk: hash.clone(), sk: format!("{range}x") }.save(),
            templated.save(),
            Plain::query(format!("{hash}x")),
        );
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "plain", hash_key = "N#{n:03}", range_key = "I#{i:03}")]
struct Padded {
    n: u32,
    i: i32,
}

#[tokio::test]
async fn a_number_that_does_not_fit_its_padding_is_refused() {
    stand::run(async |stand| {
        Plain::create_table().await.unwrap();
        Padded { n: 999, i: 0 }.save().await.unwrap();
        assert!(Padded::exists((999, 0)).await.unwrap());
        refused_unsent!(
            stand,
            Padded { n: 1_000, i: 0 }.save(),
            Padded { n: 0, i: -1 }.save(),
            Padded::get((0, 1_000)),
            Padded::get((1_000, 0)),
        );
    })
    .await;
}

#[tokio::test]
async fn a_number_key_of_39_digits_is_refused() {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "wide")]
    struct Wide {
        #[model(hash_key)]
        id: u128,
    }
    stand::run(async |stand| {
        Wide::create_table().await.unwrap();
        let mut widest = Wide { id: 10_u128.pow(38) - 1 };
        widest.save().await.unwrap();
        assert_eq!(Wide::get(widest.id).await.unwrap(), Some(widest));
        refused_unsent!(
            stand,
            Wide::get(u128::MAX),
            Wide::query(u128::MAX),
            Wide { id: u128::MAX }.delete(),
            Wide { id: u128::MAX }.save(),
        );
    })
    .await;
}

#[tokio::test]
async fn a_separator_in_a_value_is_another_key() {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "plain", hash_key = "{a}#{b}", range_key = "-")]
    struct Pair {
        a: String,
        b: String,
        side: u8,
    }
    let pair = |a: &str, b: &str, side| Pair { a: a.into(), b: b.into(), side };
    stand::run(async |stand| {
        Plain::create_table().await.unwrap();
        pair("a#b", "c", 1).save().await.unwrap();
        pair("a", "b#c", 2).save().await.unwrap();
        pair("a%23b", "c", 3).save().await.unwrap();
        assert_eq!(stand.stored("plain").await.len(), 3);
        assert_eq!(Pair::get(("a#b", "c")).await.unwrap().unwrap().side, 1);
        assert_eq!(Pair::get(("a", "b#c")).await.unwrap().unwrap().side, 2);
        assert_eq!(Pair::get(("a%23b", "c")).await.unwrap().unwrap().side, 3);
    })
    .await;
}

#[tokio::test]
async fn without_escapes_a_separator_is_refused() {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "plain", hash_key = "U#{id}", range_key = "P", key_escape = false)]
    struct Theirs {
        id: String,
    }
    stand::run(async |stand| {
        Plain::create_table().await.unwrap();
        let mut saved = Theirs { id: "100%".into() };
        saved.save().await.unwrap();
        assert_eq!(stand.only_item("plain").await["pk"].as_s().unwrap(), "U#100%");
        assert_eq!(saved.key().unwrap().parts().unwrap(), ("100%".to_owned(),));
        refused_unsent!(stand, Theirs { id: "a#b".into() }.save(), Theirs::get("a#b"));
    })
    .await;
}

#[test]
fn only_the_form_of_the_template_is_a_key() {
    let parse = |hash: &str, range: &str| singlet::Key::<Padded>::parse(hash, Some(range.into()));
    assert_eq!(parse("N#042", "I#007").unwrap().parts().unwrap(), (42, 7));
    for (hash, range) in [
        ("N#42", "I#007"),
        ("N#0042", "I#007"),
        ("n#042", "I#007"),
        ("N#042", "I#"),
        ("N#042#", "I#007"),
        ("N#042", "I#007 "),
        ("N#+42", "I#007"),
        ("N#٤٢0", "I#007"),
        ("", ""),
    ] {
        let error = parse(hash, range).unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::InvalidKey, Some("Padded")), "{hash} {range}");
        assert!(!error.to_string().contains("42"), "{error}");
    }
    assert!(singlet::Key::<Padded>::parse("N#042", None).is_err());
}

#[test]
fn zero_and_false_are_not_missing() {
    #[derive(Debug, Model)]
    #[model(table = "plain", hash_key = "H#{a}#{b}", range_key = "R#{c}")]
    struct Blank {
        a: u8,
        b: bool,
        c: i8,
    }
    let blank = Blank { a: 0, b: false, c: 0 };
    let key = blank.key().unwrap();
    assert_eq!((key.hash().as_str(), key.range().unwrap().as_str()), (Some("H#000#false"), Some("R#p000")));
    assert_eq!(key.parts().unwrap(), (blank.a, blank.b, blank.c));
}
