"""Ray Data: Parquet in, Parquet out, through a pool of actors with a worker each.

    python examples/ray_data.py articles.parquet results.parquet --actors 4 --gpus 1 --offline

An actor owns `--gpus` GPUs (Ray sets CUDA_VISIBLE_DEVICES for it) or `--cpus` cores; its worker
loads the models once. Leave Ray cores beyond the actors' own: reading and writing wait for one, and
would for ever. Columns are as in spark_parquet.py.
"""

import argparse

import pyarrow
import ray
from audarma_worker import Worker, row

parser = argparse.ArgumentParser(allow_abbrev=False)
parser.add_argument("input")
parser.add_argument("output")
parser.add_argument("--program", default="translate", help="where actors find it")
parser.add_argument("--actors", type=int, default=1)
parser.add_argument("--cpus", type=float, default=1, help="of each actor")
parser.add_argument("--gpus", type=float, default=0, help="of each actor")
parser.add_argument("--partitions", type=int, help="deal the rows into so many blocks")
parser.add_argument("--batch", type=int, default=256, help="rows handed to an actor at once")
# What is not known here is an option of `translate worker`.
arguments, options = parser.parse_known_args()

# Said once for all blocks: one without errors would write a column without a type.
COLUMNS = ["id", "title", "summary", "error", "document"]
SCHEMA = pyarrow.schema([(column, pyarrow.string()) for column in COLUMNS])


class Translate:
    def __init__(self, options, program):
        self.worker = Worker(*options, program=program)

    def __call__(self, batch):
        lines = batch.to_json(orient="records", lines=True, date_format="iso").split("\n")
        records = (line for line in lines if line)
        results = [row(line) for line in self.worker.lines(records)]
        return pyarrow.Table.from_pylist(results, schema=SCHEMA)


# Ray starts on this machine, or joins the cluster that RAY_ADDRESS names.
articles = ray.data.read_parquet(arguments.input)
if arguments.partitions:
    articles = articles.repartition(arguments.partitions)
results = articles.map_batches(
    Translate,
    fn_constructor_kwargs={"options": options, "program": arguments.program},
    batch_size=arguments.batch,
    batch_format="pandas",
    compute=ray.data.ActorPoolStrategy(size=arguments.actors),
    num_cpus=arguments.cpus,
    num_gpus=arguments.gpus,
)
results.write_parquet(arguments.output)
