//! AWS's published test vectors. `tests/data/sigv4/README.md` says which of them this signer can express.

use aws_smithy_runtime_api::client::identity::Identity;

use super::*;

/// 2015-08-30T12:36:00Z, the time of all vectors.
const DAY_OF_VECTORS: u64 = 16_677;
const STAMP: &str = "20150830T123600Z";
const EXAMPLE: (&str, &str) = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

/// A request, the settings of its signature, and what must come of them.
struct Vector {
    name: &'static str,
    context: &'static str,
    request: &'static str,
    canonical: &'static str,
    to_sign: &'static str,
    signature: &'static str,
}

macro_rules! vectors {
    ($($name:literal,)*) => {[$(
        Vector {
            name: $name,
            context: include_str!(concat!("../../../tests/data/sigv4/", $name, "/context.json")),
            request: include_str!(concat!("../../../tests/data/sigv4/", $name, "/request.txt")),
            canonical: include_str!(concat!("../../../tests/data/sigv4/", $name, "/header-canonical-request.txt")),
            to_sign: include_str!(concat!("../../../tests/data/sigv4/", $name, "/header-string-to-sign.txt")),
            signature: include_str!(concat!("../../../tests/data/sigv4/", $name, "/header-signature.txt")),
        },
    )*]};
}

const VECTORS: [Vector; 8] = vectors![
    "post-header-key-case",
    "post-header-key-sort",
    "post-header-value-case",
    "post-sts-header-after",
    "post-sts-header-before",
    "post-vanilla",
    "post-x-www-form-urlencoded",
    "post-x-www-form-urlencoded-parameters",
];

/// The text or the literal of a member of `context.json`, which has one member per line.
fn member<'a>(context: &'a str, name: &str) -> Option<&'a str> {
    let start = format!("\"{name}\": ");
    let value = context.lines().find_map(|line| line.trim().strip_prefix(&start))?;
    Some(value.trim_end_matches(',').trim_matches('"'))
}

#[test]
fn the_vectors_of_aws_pass() {
    for vector in &VECTORS {
        let context = |name| member(vector.context, name);
        assert_eq!(context("timestamp"), Some("2015-08-30T12:36:00Z"), "{}", vector.name);
        assert_eq!((context("access_key_id"), context("secret_access_key")), (Some(EXAMPLE.0), Some(EXAMPLE.1)));
        let (head, body) = vector.request.split_once("\n\n").unwrap_or((vector.request, ""));
        let (line, headers) = head.split_once('\n').unwrap();
        assert_eq!(line, "POST / HTTP/1.1", "{}", vector.name);
        let hash: [u8; 32] = Sha256::digest(body).into();

        let mut headers: Vec<(String, String)> = headers
            .lines()
            .map(|line| line.split_once(':').unwrap())
            .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
            .collect();
        headers.push((DATE.to_owned(), STAMP.to_owned()));
        if context("sign_body") == Some("true") {
            let mut text = String::new();
            push_hex(&mut text, &hash);
            headers.push(("x-amz-content-sha256".to_owned(), text));
        }
        // A token that is added after the signature is not part of it.
        let token = context("token").filter(|_| context("omit_session_token") != Some("true"));
        headers.extend(token.map(|token| (TOKEN.to_owned(), token.to_owned())));
        headers.sort();
        let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));

        let credentials = Credentials::new(EXAMPLE.0, EXAMPLE.1, token.map(str::to_owned), None, "test");
        let uri = Uri::from_static("https://example.amazonaws.com/");
        let (region, service) = (context("region").unwrap(), context("service").unwrap());
        let signer = Signer::new(&Identity::from(credentials), &uri, region, service, "", "").unwrap();
        let key = signer.derive(DAY_OF_VECTORS).unwrap();
        let fixed = CanonicalRequest::new(uri.path(), headers.clone().map(|(name, value)| (name, Some(value))));
        let varying = CanonicalRequest::new(uri.path(), headers.clone().map(|(name, _)| (name, None)));
        let values: Vec<_> = headers.map(|(_, value)| value).collect();
        for (canonical, values) in [(&fixed, &[][..]), (&varying, &values)] {
            let mut text: String = canonical.parts(values).collect();
            push_hex(&mut text, &hash);
            assert_eq!(text, vector.canonical, "{}", vector.name);
            assert_eq!(canonical.hash(values, &hash), *Sha256::digest(text), "{}", vector.name);
        }
        let canonical = fixed.hash(&[], &hash);
        let mut to_sign = String::new();
        write_string_to_sign(&mut to_sign, STAMP, &key.scope, &canonical);
        assert_eq!(to_sign, vector.to_sign, "{}", vector.name);
        let authorization = key.authorization(STAMP, &canonical);
        let (_, signature) = authorization.rsplit_once("Signature=").unwrap();
        assert_eq!(signature, vector.signature, "{}", vector.name);
    }
}
