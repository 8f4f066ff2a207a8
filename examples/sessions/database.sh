#!/usr/bin/env bash
# DynamoDB Local for the Makefile: by the project's own script where there is a JDK, else by Docker Compose.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

port=${DYNAMODB_LOCAL_PORT:-8001}
scripts=../../localstack
state=../../target/sessions-database
compose=(docker compose --file "$scripts/docker-compose.yml")

answers() {
  (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null
}

# Ours, and running.
is_up() {
  case $(cat "$state/kind" 2>/dev/null) in
    process) kill -0 "$(cat "$state/pid")" 2>/dev/null ;;
    compose) answers ;;
    *) false ;;
  esac
}

up() {
  if is_up; then return; fi
  if answers; then
    echo "something else listens on port $port: stop it, or set DYNAMODB_LOCAL_PORT" >&2
    exit 1
  fi
  rm -rf "$state"
  mkdir -p "$state"
  if command -v javac >/dev/null; then
    "$scripts/dynamodb-local.sh" fetch
    # In a process group of its own, where a Ctrl-C for the application does not reach it.
    set -m
    "$scripts/dynamodb-local.sh" start "$port" >"$state/log" 2>&1 </dev/null &
    echo $! >"$state/pid"
    set +m
    echo process >"$state/kind"
  elif command -v docker >/dev/null; then
    "${compose[@]}" up --detach dynamodb-local
    echo compose >"$state/kind"
  else
    echo "install a JDK 17 and Maven, or Docker; or do without: cargo run -p sessions-app" >&2
    exit 1
  fi
  echo "$port" >"$state/port"
  for _ in $(seq 300); do
    if answers; then
      echo "DynamoDB Local: http://127.0.0.1:$port"
      return
    fi
    [ ! -f "$state/pid" ] || kill -0 "$(cat "$state/pid")" 2>/dev/null || break
    sleep 0.1
  done
  cat "$state/log" >&2 2>/dev/null || true
  rm -rf "$state"
  echo "DynamoDB Local did not start" >&2
  exit 1
}

down() {
  case $(cat "$state/kind" 2>/dev/null) in
    process) kill "$(cat "$state/pid")" 2>/dev/null || true ;;
    compose) "${compose[@]}" stop dynamodb-local ;;
  esac
  rm -rf "$state"
}

clean() {
  if [ "$(cat "$state/kind" 2>/dev/null)" = compose ]; then "${compose[@]}" down --volumes; fi
  down
}

# What the application needs to find it; nothing where it is not up.
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
  up | down | clean | env) "$1" ;;
  *) echo "usage: database.sh up | down | clean | env" >&2; exit 2 ;;
esac
