# Build the wheel twice, from two copies of the checkout, under conditions that differ where a careless build would show
# it: hash seed, time zone and the times of the files. Fail unless both are the same, byte for byte.
# Usage: sh deploy/release.sh FOLDER. ALLOW_DIRTY=1 takes files that are not committed; ONCE=1 builds only once.
set -eu
out=$1
mkdir -p "$out"
out=$(cd "$out" && pwd)
python=${PYTHON:-python3}
case $python in */*) python=$(cd "$(dirname "$python")" && pwd)/$(basename "$python") ;; esac
git rev-parse --git-dir >/dev/null 2>&1 || { echo "This is built from a git checkout only: the time of its commit is in the wheel."; exit 1; }
if [ -z "${ALLOW_DIRTY:-}" ] && [ -n "$(git status --porcelain)" ]; then
  echo "There are changes that are not committed, so nobody could build this again. Commit them first."
  exit 1
fi
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022 # the modes of files are part of a wheel
build() { # $1: folder; $2: hash seed; $3: time zone; $4: time of the files
  mkdir "$work/$1"
  git ls-files -z -- app.py bot cli handlers storage templates pyproject.toml README.md LICENSE |
    tar --null --files-from=- --create --mtime="$4" --mode='u=rwX,go=rX' | tar --extract --directory="$work/$1" --same-permissions
  (cd "$work/$1" && PYTHONHASHSEED=$2 TZ=$3 "$python" -c \
    'from setuptools.build_meta import build_wheel; build_wheel("dist")' >build.log 2>&1) || { cat "$work/$1/build.log"; exit 1; }
}
build first 1 UTC 2020-01-01
wheel=$(basename "$work"/first/dist/*.whl)
[ -n "${ONCE:-}" ] || build second 2 Asia/Tokyo 2021-02-02
[ -n "${ONCE:-}" ] || cmp "$work/first/dist/$wheel" "$work/second/dist/$wheel" || { echo "Two builds differ, so nobody could check this release."; exit 1; }
cp "$work/first/dist/$wheel" "$out/"
(cd "$out" && sha256sum "$wheel" >SHA256SUMS && cat SHA256SUMS)
[ -n "${ONCE:-}" ] || echo "Built twice, the same byte for byte: $out/$wheel"
