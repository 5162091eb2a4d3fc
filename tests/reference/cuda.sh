#!/usr/bin/env bash
# What takes a CUDA device: parity, then speed. Run in this package's folder on the machine with the device, which needs
# no Rust: the binaries are built elsewhere and brought along, with CUDA's runtime libraries where it has none.
#
#   cargo build --release --features cuda --bin translate-cuda
#   cargo test --release --features cuda --test parity --test cuda --no-run     (prints the two binaries' paths)
#   tests/reference/cuda.sh TRANSLATE_CUDA PARITY_TEST CUDA_TEST WORK [PYTHON]
#
# WORK takes 4 GB. PYTHON (python3) needs torch and transformers for the speeds, and ctranslate2 for that engine's.
set -euo pipefail
translate=$(realpath "${1:?usage: cuda.sh TRANSLATE_CUDA PARITY_TEST CUDA_TEST WORK [PYTHON]}")
parity=$(realpath "${2:?}") cuda=$(realpath "${3:?}") work=${4:?} python=${5:-python3}
cd "$(dirname "$0")/../.."

"$translate" doctor
"$parity"
"$cuda" --nocapture --test-threads 1

# The seed article comes out as on a CPU.
"$translate" --offline --device cuda --model tests/fixtures/memorised-nllb \
  --summary-model tests/fixtures/memorised-bart examples/article.txt | diff - tests/fixtures/article.expected.txt

mkdir -p "$work"
"$python" tests/reference/cuda_bench.py "$work" "$translate"
