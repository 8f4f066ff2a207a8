#!/usr/bin/env bash
# DynamoDB Local without Docker, for users who accept its licence: in memory, on 127.0.0.1 only.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
plugin=org.apache.maven.plugins:maven-dependency-plugin:3.8.1

usage() {
  cat <<'TEXT'
usage: dynamodb-local.sh fetch
         download DynamoDB Local (50 MB) into the cache, if it is not there
       dynamodb-local.sh start [PORT]
         serve on 127.0.0.1:PORT (default: $DYNAMODB_LOCAL_PORT, else 8001) until interrupted
       dynamodb-local.sh run COMMAND [ARGUMENT..]
         serve on a free port ($DYNAMODB_LOCAL_PORT, if set), run COMMAND with SINGLET_TEST_ENDPOINT
         and SINGLET_TEST_STAND set, stop the server, and exit with COMMAND's status

DynamoDB Local is not open source. Read the Amazon DynamoDB Local License Agreement,
https://aws.amazon.com/dynamodb/dynamodblocallicense/, and set one of
  ACCEPT_DYNAMODB_LOCAL_LICENSE=yes   if you accept it: Maven then fetches DynamoDB Local
  DYNAMODB_LOCAL_JARS=FOLDER          to use your own copy: AWS's archive, unpacked

Needs a JDK 17 or newer, and Maven to fetch. The cache is $DYNAMODB_LOCAL_CACHE, else
${XDG_CACHE_HOME:-~/.cache}/dynamodb-local.
TEXT
}

fail() {
  echo "dynamodb-local: $*" >&2
  exit 1
}

# Another pom is another cache, so a new version never meets the old jars.
cache=${DYNAMODB_LOCAL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dynamodb-local}/$(cksum <"$here/pom.xml" | cut -d' ' -f1)

# Nothing is fetched or started before the user has opted in.
require_licence() {
  if [ -n "${DYNAMODB_LOCAL_JARS:-}" ]; then
    [ -f "$DYNAMODB_LOCAL_JARS/DynamoDBLocal.jar" ] || fail "no DynamoDBLocal.jar in DYNAMODB_LOCAL_JARS=$DYNAMODB_LOCAL_JARS"
  elif [ "${ACCEPT_DYNAMODB_LOCAL_LICENSE:-}" != yes ]; then
    fail "DynamoDB Local is under the Amazon DynamoDB Local License Agreement
(https://aws.amazon.com/dynamodb/dynamodblocallicense/). If you accept it, set ACCEPT_DYNAMODB_LOCAL_LICENSE=yes.
The open-source alternative is localstack/emulator.sh."
  fi
}

require_java() {
  if [ -n "${JAVA_HOME:-}" ]; then PATH=$JAVA_HOME/bin:$PATH; fi
  # The server is one source file that `java` compiles as it starts, which a bare runtime cannot.
  command -v javac >/dev/null || fail "no javac: install a JDK 17 or newer (Debian: apt-get install default-jdk-headless)"
  local version
  version=$(javac -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
  [ "${version:-0}" -ge 17 ] || fail "javac ${version:-?} is too old: install a JDK 17 or newer"
}

fetch() {
  require_licence
  if [ -n "${DYNAMODB_LOCAL_JARS:-}" ] || [ -d "$cache/lib" ]; then return; fi
  require_java
  command -v mvn >/dev/null || fail "no mvn: install Maven (Debian: apt-get install maven)"
  mkdir -p "$cache"
  local partial
  partial=$(mktemp -d "$cache/partial.XXXXXX")
  echo "dynamodb-local: fetching into $cache" >&2
  if ! mvn --batch-mode --quiet -Dstyle.color=never --strict-checksums --file "$here/pom.xml" "$plugin:copy-dependencies" \
    -DincludeScope=runtime -DoutputDirectory="$partial" >&2; then
    rm -rf "$partial"
    fail "Maven could not fetch it, see above"
  fi
  # A rename is all or nothing; when another run was faster, its copy is as good.
  mv -T "$partial" "$cache/lib" 2>/dev/null || rm -rf "$partial"
}

# Replaces this shell by the server.
serve() {
  local jars=${DYNAMODB_LOCAL_JARS:-}
  # SQLite's native library is found beside its jar, in both layouts.
  local classpath="$cache/lib/*"
  if [ -n "$jars" ]; then classpath="$jars/*:$jars/DynamoDBLocal_lib/*"; fi
  exec java -cp "$classpath" "$here/LoopbackServer.java" "$1"
}

start() {
  fetch
  require_java
  serve "${1:-${DYNAMODB_LOCAL_PORT:-8001}}"
}

run() {
  [ $# -gt 0 ] || { usage >&2; exit 2; }
  fetch
  require_java
  scratch=$(mktemp -d)
  server=
  trap 'stop' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  serve "${DYNAMODB_LOCAL_PORT:-0}" >"$scratch/url" 2>"$scratch/log" &
  server=$!
  until [ -s "$scratch/url" ]; do
    kill -0 "$server" 2>/dev/null || { cat "$scratch/log" >&2; fail "the server did not start, see above"; }
    sleep 0.1
  done
  local status=0
  SINGLET_TEST_STAND=dynamodb-local SINGLET_TEST_ENDPOINT=$(cat "$scratch/url") "$@" || status=$?
  return "$status"
}

stop() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$scratch"
}

case ${1:-} in
  fetch) fetch ;;
  start) shift; start "$@" ;;
  run) shift; run "$@" ;;
  -h | --help | help) usage ;;
  *) usage >&2; exit 2 ;;
esac
