"""Small networks on 768 points, batches of 16: ours alone and stacked, PyTorch eager, scikit-learn.

    pip install -r requirements-bench.txt
    python -m benchmarks.small_networks
    python -m benchmarks.small_networks --javascript FOLDER  # see benchmarks/javascript.py

Milliseconds an epoch and network, medians of interleaved rounds. No validation or test set, plain
gradient descent, float32.
"""

import argparse
import datetime
import itertools
import pathlib
import warnings
from dataclasses import replace

import numpy as np

from benchmarks.javascript import NAMES, Node
from benchmarks.timing import interleaved, machine, markdown, require_peers
from data import DataConfig, load_dataset
from mlp import TrainConfig, train, train_many
from mlp.config import seeds_of

EPOCHS = 10
BATCH = 16
HIDDEN = ((8, 8), (128,), (3,))
STACKED = 64


def ours(configs, dataset):
    """Train all to the end."""
    for _ in train_many(configs, dataset) if len(configs) > 1 else train(configs[0], dataset):
        pass


def pytorch(hidden, dataset):
    """The same training, written the usual way; on one thread, the fastest for so little work."""
    import torch

    torch.set_num_threads(1)
    sizes = (2, *hidden, 2)
    layers = []
    for fan_in, fan_out in itertools.pairwise(sizes):
        layers += [torch.nn.Linear(fan_in, fan_out), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loss = torch.nn.CrossEntropyLoss()
    X, y = torch.tensor(dataset.X_train), torch.tensor(dataset.y_train)
    for _ in range(EPOCHS):
        order = torch.randperm(len(X))
        for start in range(0, len(X), BATCH):
            rows = order[start : start + BATCH]
            optimizer.zero_grad()
            loss(model(X[rows]), y[rows]).backward()
            optimizer.step()


def scikit_learn(hidden, dataset):
    """MLPClassifier with the same size, rate and batches."""
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier(
        hidden,
        solver="sgd",
        alpha=0.0,
        batch_size=BATCH,
        learning_rate_init=0.1,
        max_iter=EPOCHS,
        momentum=0.0,
        nesterovs_momentum=False,
        n_iter_no_change=EPOCHS + 1,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not converged is the point of max_iter
        model.fit(dataset.X_train, dataset.y_train)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--javascript", type=pathlib.Path, metavar="FOLDER")
    asked = parser.parse_args()
    if not asked.javascript:
        require_peers(parser, "torch", "sklearn")
    rounds = asked.rounds
    dataset = load_dataset(DataConfig(n_samples=768, split="768/0/0"))
    if asked.javascript:
        try:
            header, rows = beside_javascript(asked.javascript, dataset, rounds)
        except ValueError as problem:
            parser.error(str(problem))
    else:
        header, rows = beside_python(dataset, rounds)
    print(f"{datetime.date.today()}, {machine()}, medians of {rounds} interleaved rounds\n")
    print(markdown(header, rows))


def beside_javascript(folder, dataset, rounds):
    """(header, rows) of the table of ours beside what Node trains."""
    rows = []
    with Node(folder, dataset) as node:
        for hidden in (*HIDDEN, (64, 64)):
            config = TrainConfig(hidden_layer_sizes=hidden, batch_size=BATCH, epochs=EPOCHS)
            seeds = list(seeds_of(config, STACKED))
            sizes = (2, *hidden, 2)
            contenders = {
                "train": lambda c=config: ours([c], dataset),
                "seeds": lambda c=seeds: ours(c, dataset),
            }
            job = {"sizes": sizes, "epochs": EPOCHS, "batch": BATCH, "rate": config.learning_rate}
            for name in node.contenders:
                contenders[name] = lambda n=name, j=job: node.train(n, **j)
            ms = {name: 1e3 * s / EPOCHS for name, s in interleaved(contenders, rounds).items()}
            ms["seeds"] /= STACKED
            ratios = [f"{ms[name] / ms[us]:.2f}×" for us in ("train", "seeds") for name in node.contenders]
            rows.append(["-".join(map(str, sizes)), *(f"{ms[name]:.3f}" for name in contenders), *ratios])
    theirs = [NAMES[name] for name in node.contenders]
    header = [
        "network",
        "`train`, ms",
        f"{STACKED} seeds stacked, ms each",
        *(f"{name}, ms" for name in theirs),
    ]
    header += [f"{us} vs {name}" for us in ("`train`", "stacked") for name in theirs]
    return header, rows


def beside_python(dataset, rounds):
    """(header, rows) of the table of ours beside PyTorch and scikit-learn."""
    rows = []
    for hidden in HIDDEN:
        config = TrainConfig(hidden_layer_sizes=hidden, batch_size=BATCH, epochs=EPOCHS)
        seeds = list(seeds_of(config, STACKED))
        rates = [replace(config, learning_rate=float(r)) for r in np.geomspace(1e-3, 0.5, STACKED)]
        contenders = {
            "train": lambda c=config: ours([c], dataset),
            "seeds": lambda c=seeds: ours(c, dataset),
            "rates": lambda c=rates: ours(c, dataset),
            "pytorch": lambda h=hidden: pytorch(h, dataset),
            "scikit": lambda h=hidden: scikit_learn(h, dataset),
        }
        ms = {name: 1e3 * s / EPOCHS for name, s in interleaved(contenders, rounds).items()}
        ms["seeds"] /= STACKED
        ms["rates"] /= STACKED
        rows.append(
            [
                "-".join(map(str, (2, *hidden, 2))),
                *(f"{ms[name]:.3f}" for name in contenders),
                f"{ms['pytorch'] / ms['train']:.1f}×",
                f"{ms['scikit'] / ms['train']:.1f}×",
                f"{ms['train'] / ms['seeds']:.1f}×",
                f"{ms['train'] / ms['rates']:.1f}×",
            ]
        )
    header = [
        "network",
        "`train`, ms",
        f"{STACKED} seeds stacked, ms each",
        f"{STACKED} rates stacked, ms each",
        "PyTorch, ms",
        "scikit-learn, ms",
        "`train` vs PyTorch",
        "`train` vs scikit-learn",
        "stacked seeds vs `train`",
        "stacked rates vs `train`",
    ]
    return header, rows


if __name__ == "__main__":
    main()
