# Renew the hashed locks. They hold names, versions and hashes, and no address.
set -eu
compile() { uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-annotate --no-header "$@"; }
build=$(mktemp --suffix=.in)
sed -n 's/^requires = \["\(.*\)"\]/\1/p' pyproject.toml > "$build"
compile pyproject.toml "$build" -o requirements/run.lock
compile pyproject.toml "$build" --extra postgres -o requirements/postgres.lock
compile pyproject.toml "$build" --extra google-play -o requirements/google-play.lock
compile pyproject.toml "$build" --extra x-chat -o requirements/x-chat.lock
compile pyproject.toml --group dev -o requirements/dev.lock
compile --group audit -c requirements/dev.lock -o requirements/audit.lock
compile --group networks -c requirements/dev.lock -o requirements/networks.lock
rm -f "$build"
