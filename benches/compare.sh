#!/usr/bin/env bash
# Builds the benches and compares singlet with the SDK alone and with other mappers, in one table. Takes under five
# minutes after building; `full` measures more rounds and counts instructions. Any other argument selects the scenarios
# that contain it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
cargo build --quiet --release --bins
exec target/release/compare "$@"
