"""Spark: JSON lines through `rdd.pipe`, a worker a partition.

    spark-submit examples/spark_pipe.py articles/*.jsonl results/ --offline --threads 4

Options other than its own are those of `translate worker`. The program and its models have to be on
every executor. A partition without records loads no model.
"""

import argparse
import os
import shlex

from pyspark.sql import SparkSession

parser = argparse.ArgumentParser(allow_abbrev=False)
parser.add_argument("input", help="JSON lines, an article each; a path or a pattern")
parser.add_argument("output", help="a folder for JSON lines")
parser.add_argument("--program", default="translate", help="where executors find it")
parser.add_argument("--partitions", type=int, default=1, help="at least so many")
# What is not known here is an option of `translate worker`.
arguments, options = parser.parse_known_args()

spark = SparkSession.builder.appName("translate").getOrCreate()
command = shlex.join([arguments.program, "worker", *options])
# Without an environment the process would have none: no PATH, no HOME, no HF_HOME.
environment = {
    name: value
    for name, value in os.environ.items()
    if name in ("PATH", "HOME", "TMPDIR", "LANG", "CUDA_VISIBLE_DEVICES")
    or name.startswith(("HF_", "XDG_", "AUDARMA_"))
}
lines = spark.sparkContext.textFile(arguments.input, arguments.partitions)
# checkCode: a worker that ended otherwise than well fails its task, and Spark tries it again.
results = lines.pipe(command, env=environment, checkCode=True)
results.saveAsTextFile(arguments.output)
spark.stop()
