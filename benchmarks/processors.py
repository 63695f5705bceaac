"""Fingerprints made with one processor's matrix products and judged with another's: does a verdict mislead?

    python -m benchmarks.processors [--made Haswell] [--judged Prescott Sandybridge Zen SkylakeX]

OpenBLAS has kernels of its own for each family of processors, and OPENBLAS_CORETYPE chooses them, so that
one machine computes as several would. Everyday experiments, each once: those of the decision boundaries'
questions, and 8,8 on five datasets with two activations and three optimizers, 100 epochs. Each family is a
process of its own. The last row judges another training, with a learning rate larger by 1%, under the
settings of the fingerprint, as if the engine had changed.
"""

import argparse
import collections
import datetime
import itertools
import json
import os
import subprocess
import sys

from benchmarks.timing import machine, markdown
from data import DataConfig, load_dataset
from lab.links import fingerprint, rounding, verdict
from lab.links.experiment import DATA_FIELDS, TRAIN_FIELDS
from lab.questions.learn import ANOTHER_COMPUTER, DECISION_BOUNDARY
from mlp import TrainConfig, train

STATES = (verdict.EXACTLY, verdict.NEAR, verdict.GROWN, verdict.UNDECIDED, verdict.ANOTHER, verdict.DIFFERS)
OPTIMIZERS = {"sgd": 0.1, "momentum": 0.1, "adam": 0.01}  # and their learning rates


def experiments():
    """The (DataConfig, TrainConfig) of all experiments, each once: some questions have the same base."""
    return list(dict.fromkeys(_experiments()))


def _experiments():
    for preset in DECISION_BOUNDARY:
        if preset is not ANOTHER_COMPUTER:  # which is among the others
            data, training = (
                {name: value for name, value in preset.changes.items() if name in names}
                for names in (DATA_FIELDS, TRAIN_FIELDS)
            )
            yield DataConfig(**data), TrainConfig(**training)
    names = ("circles", "moons", "spirals", "xor", "blobs")
    for name, activation, (optimizer, rate) in itertools.product(names, ("relu", "tanh"), OPTIMIZERS.items()):
        settings = {"activation": activation, "optimizer": optimizer, "learning_rate": rate}
        yield DataConfig(name=name), TrainConfig(hidden_layer_sizes=(8, 8), epochs=100, **settings)


def made(data, config):
    """The Fingerprint of a training."""
    return fingerprint.of_network((data, config), list(train(config, load_dataset(data))))


def judged(experiment, linked, factor):
    """The state of the verdict on this experiment, with `factor` times its learning rate, under a link."""
    data, config = experiment
    other = TrainConfig(
        **{name: getattr(config, name) for name in TRAIN_FIELDS}
        | {"learning_rate": factor * config.learning_rate}
    )
    ours = made(data, other)._replace(experiment=fingerprint.experiment_digest([experiment]))
    found = verdict.compare(linked, ours)
    if found.needs_twins:
        *_, (_, histories) = rounding.train_twins([(data, other)], load_dataset, 1e9)
        found = verdict.compare(linked, ours, fingerprint.of_twins("w", [(data, other)], histories))
    return found.state


def child(texts, factor):
    """In a process of its own: print the texts of all fingerprints, or the verdicts on those given."""
    if texts is None:
        print(json.dumps([made(*experiment).text() for experiment in experiments()]))
    else:
        pairs = zip(experiments(), json.loads(texts), strict=True)
        print(json.dumps([judged(experiment, fingerprint.read(text), factor) for experiment, text in pairs]))


def run(family, texts=None, factor=1.0):
    """The result of `child` with the kernels of a family; None where this processor cannot run them."""
    command = [sys.executable, "-m", "benchmarks.processors", "--child", "--factor", str(factor)]
    command += ["--texts", texts] if texts else []
    environment = os.environ | {"OPENBLAS_CORETYPE": family, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--made", default="Haswell")
    parser.add_argument(
        "--judged", nargs="*", default=["Haswell", "Prescott", "Sandybridge", "Zen", "SkylakeX"]
    )
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--texts", help=argparse.SUPPRESS)
    parser.add_argument("--factor", type=float, default=1.0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.texts, arguments.factor)
        return
    print(f"{datetime.date.today()}, {machine()}; fingerprints made as on {arguments.made}\n", flush=True)
    texts = json.dumps(run(arguments.made))
    rows = []
    others = [(family, family, 1.0) for family in arguments.judged]
    for name, family, factor in [*others, (f"{arguments.made}, rate × 1.01", arguments.made, 1.01)]:
        states = run(family, texts, factor)
        counts = collections.Counter(states or ())
        rows.append([name, *(counts[state] if states else "–" for state in STATES)])
    print(markdown(["judged as on", *STATES], rows))
    print("\n–: this processor cannot run these kernels.")


if __name__ == "__main__":
    main()
