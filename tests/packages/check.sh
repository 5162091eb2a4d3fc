#!/usr/bin/env bash
# Every way of installing that this machine can try, each from nothing: the wheel in a new environment, the
# static binary in a root file system with nothing else, the Debian package unpacked, the crate as it is
# published. Needs Python 3.11 with venv, and for the static binary the target x86_64-unknown-linux-musl
# with musl-gcc (apt-get install musl-tools).
#
#   bash tests/packages/check.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$1
expected=$PWD/tests/fixtures/article.expected.txt
mkdir -p "$work"

echo "== wheel"
python3 -m venv "$work/build"
"$work/build/bin/pip" install -q -r tests/packages/requirements.txt
"$work/build/bin/maturin" build -q --release --locked --out "$work/wheels"
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q "$work"/wheels/*.whl
"$work/venv/bin/python" -m unittest discover -q -s tests/python
ls -l "$work"/wheels

echo "== Debian package"
rm -rf target/manual
target/release/translate manual target/manual
if command -v cargo-deb >/dev/null; then
  cargo deb --no-build --output "$work/audarma.deb"
  dpkg-deb -x "$work/audarma.deb" "$work/deb"
  "$work/deb/usr/bin/audarma" demo -q | diff - "$expected"
  man -l "$work/deb/usr/share/man/man1/audarma.1.gz" >/dev/null
  ls -l "$work/audarma.deb"
else
  echo "skipped: cargo-deb is not installed"
fi

echo "== static binary"
target=x86_64-unknown-linux-musl
if rustup target list --installed 2>/dev/null | grep -q $target && command -v musl-gcc >/dev/null; then
  cargo build --locked --release --bin translate --target $target
  root=$work/root
  mkdir -p "$root/tmp"
  cp target/$target/release/translate "$root/translate"
  ! ldd "$root/translate" 2>&1 | grep '=>'
  # Nothing is there but the program: no library, no certificates, no /proc, no home.
  unshare --map-root-user chroot "$root" /translate demo -q | diff - "$expected"
  ls -l "$root/translate"
else
  echo "skipped: there is no toolchain for $target"
fi

echo "== archives of a release"
python3 -m unittest -q tests/packages/test_archive.py

echo "== crate"
cargo package --locked --no-verify --allow-dirty --target-dir "$work/package"
crate=$(ls "$work"/package/package/*.crate)
ls -l "$crate"
tar -xzf "$crate" -C "$work"
(
  cd "$work/$(basename "$crate" .crate)"
  cargo test --locked
  cargo run --locked --quiet -- demo -q | diff - "$expected"
)
