#!/usr/bin/env bash
# Builds the benches and compares singlet with the SDK alone and with other mappers, in one table. Takes under five
# minutes after building; `full` measures more rounds and counts instructions. Any other argument selects the scenarios
# that contain it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
cargo build --quiet --locked --release --bins

# Contenders in processes of their own. `compare` leaves out those that are not there.
for peer in toasty dynomite; do
  cargo build --quiet --locked --release --manifest-path "peers/$peer/Cargo.toml" --target-dir target/peers ||
    echo "$peer is left out, because it cannot be built here" >&2
done
python=target/peers/python
if ! { [ -x "$python/bin/python" ] || python3 -m venv "$python"; } ||
  ! "$python/bin/python" -m pip install --quiet --disable-pip-version-check --requirement peers/python/requirements.txt; then
  echo "pydynox and PynamoDB are left out, because they cannot be installed here" >&2
  rm -rf "$python"
fi

# All threads share one CPU if `taskset` can set it. Otherwise a thread that wakes another one on an idle CPU of a virtual machine is
# charged for it, which costs more than everything else in a request.
run=()
if cpus=$(taskset --cpu-list --pid $$ 2>/dev/null); then
  run=(taskset --cpu-list "${cpus##*[!0-9]}")
fi
exec ${run[@]+"${run[@]}"} target/release/compare "$@"
