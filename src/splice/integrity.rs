//! Checks the checksum that DynamoDB sends with its responses.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::wire::Fault;

/// Compares the body with the header `x-amz-crc32`, if there is one. DynamoDB sends it with every response; other servers
/// may not.
pub(super) fn check_sum(response: &HttpResponse) -> Result<(), Fault> {
    let headers = response.headers();
    // The checksum is that of the compressed body, which a proxy or the HTTP client may have decompressed.
    if headers.get("content-encoding").is_some() {
        return Ok(());
    }
    let Some(expected) = headers.get("x-amz-crc32").and_then(|sum| sum.parse::<u32>().ok()) else { return Ok(()) };
    let body = response.body().bytes().unwrap_or_default();
    if crc32fast::hash(body) == expected {
        Ok(())
    } else {
        Err(Fault::invalid("the body of the response does not match its checksum"))
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::body::SdkBody;

    use super::*;

    fn response(body: &'static str, headers: &[(&'static str, &'static str)]) -> HttpResponse {
        let mut response = HttpResponse::new(200.try_into().unwrap(), SdkBody::from(body));
        for (name, value) in headers {
            response.headers_mut().insert(*name, *value);
        }
        response
    }

    #[test]
    fn only_a_wrong_sum_is_refused() {
        // The sum of `{}`, as DynamoDB sends it.
        check_sum(&response("{}", &[("x-amz-crc32", "2745614147")])).unwrap();
        check_sum(&response("{}", &[])).unwrap();
        check_sum(&response("{}", &[("x-amz-crc32", "no number")])).unwrap();
        check_sum(&response("{}", &[("x-amz-crc32", "1"), ("content-encoding", "gzip")])).unwrap();
        assert!(check_sum(&response("{}", &[("x-amz-crc32", "1")])).is_err());
        assert!(check_sum(&response("", &[("x-amz-crc32", "2745614147")])).is_err());
    }
}
