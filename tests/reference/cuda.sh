#!/usr/bin/env bash
# What takes a CUDA device, in one command: builds with CUDA, holds it against transformers (f32) and the CPU (f16, bf16),
# and measures it beside transformers and CTranslate2.
#
#   tests/reference/cuda.sh WORK
#
# WORK is a folder for what is made: 4 GB with the model that is measured, 10 GB more where Python's packages are laid there.
# It takes Python 3.11 or later, Rust, and a CUDA toolkit, which is laid from PyPI where there is no nvcc.
# For a machine with a device and without Rust, build elsewhere with `--build-only` and carry this package's folder and
# WORK/built there.
#
#   --build-only       ends with the build
#   --python PYTHON    one with torch, transformers and ctranslate2, instead of a fresh environment in WORK
#   --cases LIST       sentences x beams to measure (1x1,1x4,32x4,256x4,1024x1)
#   --device cpu       tries this script where there is no device, with a tiny model; the figures then mean nothing
set -euo pipefail
usage="usage: cuda.sh WORK [--build-only] [--python PYTHON] [--cases LIST] [--device cpu]"
fail() {
  echo "$1" >&2
  exit 2
}

work= python= build_only= device=cuda bench=()
while [ $# -gt 0 ]; do
  case $1 in
  --build-only) build_only=yes ;;
  --python | --cases | --device)
    [ $# -gt 1 ] || fail "$1 takes a value; $usage"
    case $1 in
    --python) python=$2 ;;
    --cases) bench+=(--cases "$2") ;;
    --device) device=$2 ;;
    esac
    shift
    ;;
  -*) fail "there is no option $1; $usage" ;;
  *)
    [ -z "$work" ] || fail "one folder is needed, not $work and $1; $usage"
    work=$1
    ;;
  esac
  shift
done
[ -n "$work" ] || fail "$usage"
[ -z "$python" ] || command -v "$python" >/dev/null || fail "there is no program $python"
[ -z "$python" ] || python=$(realpath -s "$(command -v "$python")")
case $device in
cuda) program=translate-cuda features=(--features cuda) tests=(networks cuda) ;;
cpu) program=translate features=() tests=(networks) bench+=(--device cpu --shape tiny) ;;
*) fail "--device is cuda or cpu, not $device" ;;
esac
mkdir -p "$work"
work=$(realpath "$work") built=$(realpath "$work")/built
cd "$(dirname "$0")/../.."

toolkit() {
  command -v nvcc >/dev/null && return
  [ -e "$work/toolkit/env" ] || bash .ci/cuda-toolkit "$work/toolkit"
  source "$work/toolkit/env"
}

build() {
  if [ "$device" = cuda ]; then
    toolkit
    # Without a device nothing tells what to build for.
    nvidia-smi >/dev/null 2>&1 || export CUDA_COMPUTE_CAP=${CUDA_COMPUTE_CAP:-90}
  fi
  mkdir -p "$built"
  cargo build --locked --release "${features[@]}" --bin "$program"
  cp "${CARGO_TARGET_DIR:-target}/release/$program" "$built/"
  for test in "${tests[@]}"; do
    binary=$(cargo test --locked --release "${features[@]}" --test "$test" --no-run 2>&1 |
      tee /dev/stderr | sed -n 's/.*Executable .*(\(.*\))$/\1/p')
    cp "$binary" "$built/$test"
  done
}

if command -v cargo >/dev/null; then
  build
elif [ ! -x "$built/$program" ]; then
  fail "there is neither cargo nor $built/$program: build elsewhere with --build-only and bring $built along"
fi
[ -z "$build_only" ] || exit 0

if [ -z "$python" ]; then
  python=$work/venv/bin/python
  [ -x "$python" ] || python3 -m venv "$work/venv"
  # CTranslate2 looks for CUDA 12's cuBLAS, PyTorch brings CUDA 13's.
  "$python" -m pip install -q -r tests/reference/requirements.txt ctranslate2==4.8.5 nvidia-cublas-cu12
fi
# CUDA's runtime libraries, as Python's packages bring them or as they were laid.
libraries=$("$python" - "$work"/toolkit/venv/lib/python3*/site-packages/nvidia/cu13/lib <<'PYTHON'
import pathlib, site, sys
packages = (pathlib.Path(folder, "nvidia").glob("*/lib") for folder in site.getsitepackages())
folders = [*(lib for found in packages for lib in sorted(found)), *map(pathlib.Path, sys.argv[1:])]
print(":".join(str(folder) for folder in folders if folder.is_dir()))
PYTHON
)
if [ -n "$libraries" ]; then
  export LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$libraries
fi

echo "== what there is"
"$built/$program" doctor
echo "== parity: ids in f32 as transformers', sentences in f16 as the CPU's in f32"
for test in "${tests[@]}"; do
  filter=()
  [ "$test" != networks ] || filter=(parity)
  "$built/$test" "${filter[@]}" --nocapture --test-threads 1
done
echo "== the seed article, as on a CPU"
precision=()
[ "$device" = cuda ] || precision=(--precision f32)
"$built/$program" --offline --device "$device" "${precision[@]}" --model tests/fixtures/memorised-nllb \
  --summary-model tests/fixtures/memorised-bart examples/article.txt | diff - tests/fixtures/article.expected.txt
echo "== speed"
"$python" tests/reference/cuda_bench.py "$work" "$built/$program" "${bench[@]}"
