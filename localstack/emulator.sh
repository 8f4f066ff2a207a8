#!/usr/bin/env bash
# Runs an open-source DynamoDB emulator for the tests: installed once into a cache, in memory, on 127.0.0.1 only.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
  cat <<'TEXT'
usage: emulator.sh NAME install
         install the emulator into the cache, if it is not there
       emulator.sh NAME start [PORT]
         serve on 127.0.0.1:PORT (default: 8001) until interrupted
       emulator.sh NAME run COMMAND [ARGUMENT..]
         serve on a free port, run COMMAND with SINGLET_TEST_ENDPOINT and SINGLET_TEST_STAND set,
         stop the server, and exit with COMMAND's status

NAME is `ministack` (MIT) or `moto` (Apache-2.0). Needs Python 3.10 or newer with its venv module.
The cache is $EMULATOR_CACHE, else ${XDG_CACHE_HOME:-~/.cache}/singlet-emulators.
TEXT
}

fail() {
  echo "emulator: $*" >&2
  exit 1
}

case ${1:-} in
  ministack | moto) name=$1 ;;
  -h | --help | help) usage; exit ;;
  *) usage >&2; exit 2 ;;
esac
shift

requirements=$here/requirements/$name.txt
# Other requirements get another folder, so a new version never meets the old packages.
cache=${EMULATOR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/singlet-emulators}/$name-$(cksum <"$requirements" | cut -d' ' -f1)
# The environment is moved into place after it is complete, so its scripts hold the wrong path; its Python does not mind.
python=$cache/bin/python

install() {
  [ -x "$python" ] && return
  command -v python3 >/dev/null || fail "no python3: install Python 3.10 or newer (Debian: apt-get install python3-venv)"
  mkdir -p "$(dirname "$cache")"
  local partial
  partial=$(mktemp -d "$cache.partial.XXXXXX")
  echo "emulator: installing $name into $cache" >&2
  if ! python3 -m venv "$partial" >&2 ||
    ! "$partial/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements" >&2; then
    rm -rf "$partial"
    fail "pip could not install $name (Debian needs python3-venv), see above"
  fi
  # A rename is all or nothing; if another run was faster, its copy is as good.
  mv -T "$partial" "$cache" 2>/dev/null || rm -rf "$partial"
}

# Replaces this shell by the server on port $1.
serve() {
  case $name in
    # Its other services stay off, and it finds no Docker to clean up in.
    ministack)
      exec env BIND_HOST=127.0.0.1 GATEWAY_PORT="$1" SERVICES=dynamodb,dynamodbstreams LOG_LEVEL=WARNING \
        DOCKER_HOST=unix:///nonexistent "$python" -m ministack
      ;;
    moto) exec "$python" "$here/moto_server.py" "$1" ;;
  esac
}

# Prints a free port. If a program asks for any port, the system chooses a higher one, so no other program gets this port
# before the server listens on it.
free_port() {
  "$python" -c '
import random, socket, sys
for port in random.sample(range(20000, 32000), 100):
    with socket.socket() as tried:
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            continue
    print(port)
    sys.exit()
sys.exit("no port is free")
'
}

answers() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

start() {
  install
  serve "${1:-8001}"
}

run() {
  [ $# -gt 0 ] || { usage >&2; exit 2; }
  install
  log=$(mktemp)
  server=
  trap 'stop' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  local port
  port=$(free_port)
  serve "$port" >"$log" 2>&1 &
  server=$!
  until answers "$port"; do
    kill -0 "$server" 2>/dev/null || { cat "$log" >&2; fail "$name did not start, see above"; }
    sleep 0.1
  done
  local status=0
  SINGLET_TEST_STAND=$name SINGLET_TEST_ENDPOINT=http://127.0.0.1:$port "$@" || status=$?
  return "$status"
}

stop() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -f "$log"
}

case ${1:-} in
  install) install ;;
  start) shift; start "$@" ;;
  run) shift; run "$@" ;;
  *) usage >&2; exit 2 ;;
esac
