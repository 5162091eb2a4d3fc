#!/bin/bash
# Slurm: a shard of an archive for each task of an array.
#
#     translate models pull nllb-600m bart-large-cnn        # once, with a network
#     job=$(sbatch --parsable examples/slurm.sh archive/ results)
#     sbatch --dependency=afterany:$job --wrap "translate merge results/*-of-8.jsonl -o results.jsonl"
#
# Submit the same array again after a failure or a time limit: what is done is skipped, and a shard
# that is done ends at once. (Part of an array, as --array=2, is refused by --shard auto: its tasks
# would not know how many there are.) Merging refuses shards that are not finished.
#SBATCH --job-name=translate
#SBATCH --array=0-7
#SBATCH --cpus-per-task=8
#SBATCH --mem=8G
#SBATCH --time=12:00:00
# Five minutes before the end: translate finishes what is in work and writes it down.
#SBATCH --signal=TERM@300
#SBATCH --output=translate-%A-%a.log
set -u
archive=$1
results=$2

mkdir -p "$results"
# One GPU a task: add `#SBATCH --gpus-per-task=1` and `--device cuda`.
exec srun translate "$archive" \
    -o "$results/$SLURM_ARRAY_TASK_ID-of-$SLURM_ARRAY_TASK_COUNT.jsonl" \
    --shard auto --offline --threads "${SLURM_CPUS_PER_TASK:-1}"
