//! Standard padded base64, as DynamoDB's JSON carries binary values.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::fault::Fault;

pub(super) fn decode(text: &str) -> Result<Vec<u8>, Fault> {
    STANDARD.decode(text).map_err(|_| Fault::invalid("a binary value is not standard base64"))
}

pub(super) fn encode_into(out: &mut Vec<u8>, bytes: &[u8]) {
    let start = out.len();
    let length = bytes.len().div_ceil(3) * 4;
    out.resize(start + length, 0);
    // The slice has exactly the room that padded base64 needs.
    let written = STANDARD.encode_slice(bytes, &mut out[start..]).unwrap_or(0);
    debug_assert_eq!(written, length);
}
