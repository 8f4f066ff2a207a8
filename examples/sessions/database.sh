#!/usr/bin/env bash
# A DynamoDB on 127.0.0.1 for the Makefile: MiniStack, or DynamoDB Local if `DATABASE=dynamodb-local` asks for it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

database=${DATABASE:-ministack}
port=${DATABASE_PORT:-8001}
scripts=../../localstack
state=../../target/sessions-database

answers() {
  (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null
}

# Whether our database is running.
is_up() {
  [ -f "$state/pid" ] && kill -0 "$(cat "$state/pid")" 2>/dev/null
}

up() {
  if is_up; then return; fi
  if answers; then
    echo "another program listens on port $port; stop it or set DATABASE_PORT" >&2
    exit 1
  fi
  local start
  case $database in
    ministack)
      "$scripts/emulator.sh" ministack install
      start=("$scripts/emulator.sh" ministack start)
      ;;
    dynamodb-local)
      "$scripts/dynamodb-local.sh" fetch
      start=("$scripts/dynamodb-local.sh" start)
      ;;
    *)
      echo "DATABASE must be ministack or dynamodb-local, not $database" >&2
      exit 1
      ;;
  esac
  rm -rf "$state"
  mkdir -p "$state"
  # In a process group of its own, so that Ctrl-C for the application does not reach it.
  set -m
  "${start[@]}" "$port" >"$state/log" 2>&1 </dev/null &
  echo $! >"$state/pid"
  set +m
  echo "$port" >"$state/port"
  for _ in $(seq 300); do
    if answers; then
      echo "$database: http://127.0.0.1:$port"
      return
    fi
    is_up || break
    sleep 0.1
  done
  cat "$state/log" >&2
  down
  echo "$database did not start" >&2
  exit 1
}

# The data is in memory only, so nothing is left behind.
down() {
  if is_up; then kill "$(cat "$state/pid")"; fi
  rm -rf "$state"
}

# Prints the variables for the application, or nothing if the database is not running.
env() {
  if is_up; then
    cat <<TEXT
export AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:$(cat "$state/port")
export AWS_REGION=\${AWS_REGION:-eu-west-1} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
unset AWS_SESSION_TOKEN AWS_PROFILE
TEXT
  fi
}

case ${1:-} in
  up | down | env) "$1" ;;
  *) echo "usage: database.sh up | down | env" >&2; exit 2 ;;
esac
