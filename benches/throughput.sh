#!/usr/bin/env bash
# Builds the benches, and measures the time of many requests that take 5 ms each and the memory over a million items. Takes
# about two minutes after building. Fails if the memory grows. An argument selects the rows that contain it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
cargo build --quiet --locked --release --bin throughput
exec target/release/throughput "$@"
