#!/usr/bin/env bash
# What the two programs say where CUDA cannot be used, with the real build and without a device: nothing of the loader's, no
# panic, exit code 2 for `--device cuda`, one line and the CPU's result for `auto`, plain words from `doctor`.
#
#   tests/reference/no_device.sh TRANSLATE TRANSLATE_CUDA TOOLKIT
#
# TOOLKIT is what .ci/cuda-toolkit laid. Its stand-in for the driver's library lets the build with CUDA start, and finds no
# driver. What each says is printed.
set -euo pipefail
usage="usage: no_device.sh TRANSLATE TRANSLATE_CUDA TOOLKIT"
translate=$(realpath "${1:?$usage}") translate_cuda=$(realpath "${2:?$usage}")
libraries=$(echo "$(realpath "${3:?$usage}")"/venv/lib/python3*/site-packages/nvidia/cu13/lib)
[ -e "$libraries/stubs/libcuda.so" ] || { echo "$3 is no folder of .ci/cuda-toolkit; $usage" >&2 && exit 2; }
cd "$(dirname "$0")/../.."
if ldconfig -p | grep -q 'libcuda\.so\.1\|libcublas\.so\.13\|libcurand\.so\.10'; then
  echo "skipped: the machine has a driver or CUDA's libraries, and they are what would be found"
  exit 0
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder"/{alone,both,driver}
ln "$translate" "$folder/alone/translate" 2>/dev/null || cp "$translate" "$folder/alone/translate"
cp "$folder/alone/translate" "$folder/both/translate"
cp "$translate_cuda" "$folder/both/translate-cuda"
ln -s "$libraries/stubs/libcuda.so" "$folder/driver/libcuda.so.1"
unset CUDA_VISIBLE_DEVICES
export PATH=/usr/bin:/bin HF_HUB_OFFLINE=1 NO_COLOR=1
models=(--model tests/fixtures/memorised-nllb --summary-model tests/fixtures/memorised-bart)

# say NAME PROGRAM LIBRARIES ARGUMENTS...: runs it, prints what it says on standard error, and leaves its exit code in $code.
say() {
  local name=$1 program=$2 path=$3
  shift 3
  code=0
  LD_LIBRARY_PATH=$path "$program" "$@" >"$folder/out" 2>"$folder/err" || code=$?
  echo "-- $name: exit code $code"
  cat "$folder/err"
  if grep -q 'panicked\|RUST_BACKTRACE' "$folder/err"; then
    echo "it panicked" && exit 1
  fi
}

# expect CODE LINES WORDS: of the last run, the exit code, how many lines it wrote on standard error, and what stands there.
expect() {
  local lines
  lines=$(wc -l <"$folder/err")
  if [ "$code" != "$1" ] || [ "$lines" != "$2" ] || ! grep -q -- "$3" "$folder/err"; then
    [ "$2:$lines:$code" = "0:0:$1" ] && return
    echo "expected: exit code $1, $2 lines, \`$3\`" && exit 1
  fi
}

# situation NAME FOLDER LIBRARIES LINES WORDS: what `cuda`, `auto` and `doctor` make of it; LINES are auto's.
situation() {
  local name=$1 program=$folder/$2/translate path=$3 lines=$4 words=$5
  say "$name, --device cuda" "$program" "$path" --device cuda "${models[@]}" examples/article.txt
  expect 2 1 "$words"
  say "$name, --device auto" "$program" "$path" "${models[@]}" examples/article.txt
  expect 0 "$lines" "computing on the CPU: .*$words"
  diff "$folder/out" tests/fixtures/article.expected.txt
  say "$name, doctor" "$program" "$path" doctor
  expect 0 0 ""
  cat "$folder/out"
  grep -q "For --device cuda is missing:" "$folder/out" && grep -q -- "$words" "$folder/out"
}

situation "no translate-cuda" alone "" 0 "translate-cuda"
situation "no CUDA libraries" both "" 1 "libcu[a-z]*\.so"
situation "no driver" both "$libraries" 1 "libcuda\.so\.1"
situation "a stand-in for the driver" both "$libraries:$folder/driver" 1 "stand-in"

# The build with CUDA, started by itself.
say "translate-cuda, --device cuda:1" "$folder/both/translate-cuda" "$libraries:$folder/driver" \
  --device cuda:1 "${models[@]}" examples/article.txt
expect 2 1 "stand-in"
say "translate-cuda, --device cpu" "$folder/both/translate-cuda" "$libraries:$folder/driver" \
  --device cpu "${models[@]}" examples/article.txt
expect 0 0 ""
diff "$folder/out" tests/fixtures/article.expected.txt
