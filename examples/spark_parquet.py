"""Spark: Parquet in, Parquet out, through mapInPandas, a worker a partition.

    spark-submit --py-files examples/audarma_worker.py examples/spark_parquet.py \\
        articles.parquet results.parquet --partitions 16 --offline --threads 4

The input has columns `id` and `text` (or `html`); others are kept in the document's `record`. The
output has id, title, summary, error and document (the article's JSON).
"""

import argparse

from audarma_worker import Worker, row
from pyspark.sql import SparkSession

parser = argparse.ArgumentParser(allow_abbrev=False)
parser.add_argument("input")
parser.add_argument("output")
parser.add_argument("--program", default="translate", help="where executors find it")
parser.add_argument("--partitions", type=int, help="deal the rows into so many")
# What is not known here is an option of `translate worker`.
arguments, options = parser.parse_known_args()


def translate(batches):
    import pandas

    with Worker(*options, program=arguments.program) as worker:
        for batch in batches:
            lines = batch.to_json(orient="records", lines=True, date_format="iso").split("\n")
            records = (line for line in lines if line)
            yield pandas.DataFrame([row(line) for line in worker.lines(records)])


spark = SparkSession.builder.appName("translate").getOrCreate()
articles = spark.read.parquet(arguments.input)
if arguments.partitions:
    articles = articles.repartition(arguments.partitions)
schema = "id string, title string, summary string, error string, document string"
articles.mapInPandas(translate, schema).write.parquet(arguments.output)
spark.stop()
