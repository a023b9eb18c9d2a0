#!/bin/sh
# Install Bluesky's own servers from npm into the folder $1. Where that is not possible it says why, and does not fail:
# the tests that need them are skipped then, each with its reason.
set -u
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
there=$(cd "$1" && pwd)
skip() {
  echo "Bluesky's own servers are not installed: $1. Their tests are skipped."
  [ -e "${said:-}" ] && tail -n 5 "$said"
  exit 0
}
command -v node >/dev/null 2>&1 || skip "Node is not on this machine"
command -v npm >/dev/null 2>&1 || skip "npm is not on this machine"
cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$there/"
cd "$there" || skip "$there cannot be opened"
said=$there/install.log
echo "Setting up Bluesky's own servers in $there, once (some minutes: one part is compiled)..."
npm ci --no-audit --no-fund --ignore-scripts --fetch-retries=1 --fetch-timeout=60000 >"$said" 2>&1 || skip "npm ci did not work (see $said)"
node=$(readlink -f "$(command -v node)")
prefix=$(dirname "$(dirname "$node")")
[ -d "$prefix/include/node" ] && export npm_config_nodedir="$prefix" # the headers that came with Node, not downloaded ones
npm rebuild better-sqlite3 >>"$said" 2>&1 || skip "better-sqlite3 could not be compiled (see $said)"
touch .ready
