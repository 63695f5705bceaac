"""One epoch on images: ours, PyTorch eager, scikit-learn, plain float64 NumPy, bare matrix products.

    pip install -r requirements-bench.txt
    python -m benchmarks.mnist_epoch

Seconds an epoch over 50,000 examples, medians of interleaved rounds, on all cores, each contender in
a process of its own. No validation or test set, plain gradient descent, softmax cross-entropy, a new
order every epoch; all but scikit-learn go on from epoch to epoch or start anew at no cost that
counts. 784 inputs are MNIST's training images; 3072 are random bytes of CIFAR-10's shape. The floor
multiplies matrices of the same shapes as the forward and backward pass, in float32, and does nothing
else. Memory (on Linux) is that of a process that trains the largest network for an epoch.
"""

import argparse
import datetime
import functools
import itertools
import os
import pathlib
import warnings

import numpy as np

from benchmarks.timing import alone, apart, machine, markdown, require_peers
from data import DataConfig, load_dataset
from data.images import Images
from data.loading import Dataset
from mlp import TrainConfig, train

N_EXAMPLES, N_CLASSES, RATE = 50_000, 10, 0.1
CASES = (((784, 500, 300, 10), 100), ((784, 64, 10), 20), ((3072, 50, 10), 100))


def images(n_features):
    """Images to train on: MNIST, or random bytes where they have another size."""
    if n_features == 784:
        return load_dataset(
            DataConfig(name="mnist", scaling="unit", split=f"{N_EXAMPLES}/0/0"), as_bytes=True
        )
    rng = np.random.default_rng(0)
    X = rng.integers(0, 256, (N_EXAMPLES, n_features), np.uint8)
    y = rng.integers(0, N_CLASSES, N_EXAMPLES)
    empty, no_labels = np.empty((0, n_features), np.float32), np.empty(0, np.int64)
    shift, scale = np.zeros(n_features), np.full(n_features, 255.0)
    parts = (Images(X, shift, scale), y, empty, no_labels, empty, no_labels)
    return Dataset(*parts, tuple("0123456789"), (32, 32, 3), "noise", shift, scale)


def ours(sizes, batch, dataset):
    """The engine of the lab: a function that trains one more epoch."""
    config = TrainConfig(hidden_layer_sizes=sizes[1:-1], batch_size=batch, learning_rate=RATE, epochs=1000)
    records = train(config, dataset)
    next(records)  # the untrained network, measured on the training set: not a part of an epoch
    return lambda: next(records)


def floor(sizes, batch):
    """The matrix products of the epoch's steps, and nothing else."""
    rng = np.random.default_rng(0)
    a = [rng.standard_normal((batch, n), np.float32) for n in sizes]
    out = [np.empty_like(z) for z in a]
    W = [rng.standard_normal(shape, np.float32) for shape in itertools.pairwise(sizes)]
    dW = [np.empty_like(w) for w in W]
    for _ in range(N_EXAMPLES // batch):
        for layer, w in enumerate(W):
            np.matmul(a[layer], w, out=out[layer + 1])
        for layer in reversed(range(len(W))):
            np.matmul(a[layer].T, a[layer + 1], out=dW[layer])
            if layer:
                np.matmul(a[layer + 1], W[layer].T, out=out[layer])


def plain_float64(sizes, batch, X, y):
    """The textbook's lines, as coursework has them: float64, one-hot targets, new arrays each step.

    Like ours it adds up the loss and the accuracy of the batches as they are visited.
    """
    rng = np.random.default_rng(0)
    shapes = list(itertools.pairwise(sizes))
    W = [rng.uniform(-1, 1, (n, m)) * np.sqrt(6 / (n + m)) for n, m in shapes]
    b = [np.zeros(m) for _, m in shapes]
    order = rng.permutation(len(X))
    loss = right = 0
    for start in range(0, len(X), batch):
        rows = order[start : start + batch]
        a, T = [X[rows]], np.eye(N_CLASSES)[y[rows]]
        for layer in range(len(W)):
            z = a[-1] @ W[layer] + b[layer]
            a.append(np.maximum(z, 0) if layer < len(W) - 1 else z)
        e = np.exp(a[-1] - a[-1].max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        loss -= np.sum(T * np.log(p + 1e-12)) / len(X)
        right += np.sum(p.argmax(axis=1) == y[rows]) / len(X)
        delta = (p - T) / batch
        for layer in reversed(range(len(W))):
            dW, db = a[layer].T @ delta, delta.sum(axis=0)
            delta = (delta @ W[layer].T) * (a[layer] > 0)
            W[layer] = W[layer] - RATE * dW
            b[layer] = b[layer] - RATE * db
    return loss, right


def pytorch(sizes, batch, X, y):
    """The same training, written the usual way, on as many threads as there are cores."""
    import torch

    torch.set_num_threads(os.cpu_count())
    layers = []
    for fan_in, fan_out in itertools.pairwise(sizes):
        layers += [torch.nn.Linear(fan_in, fan_out), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    loss = torch.nn.CrossEntropyLoss()
    order = torch.randperm(len(X))
    for start in range(0, len(X), batch):
        rows = order[start : start + batch]
        optimizer.zero_grad()
        loss(model(X[rows]), y[rows]).backward()
        optimizer.step()


def scikit_learn(sizes, batch, X, y):
    """MLPClassifier with the same sizes, rate and batches; float32, as the data are."""
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier(
        sizes[1:-1],
        solver="sgd",
        alpha=0.0,
        batch_size=batch,
        learning_rate_init=RATE,
        max_iter=1,
        momentum=0.0,
        nesterovs_momentum=False,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not converged is the point of max_iter
        model.fit(X, y)


def contender(name, sizes, batch):
    """A function that trains one epoch in the way of that name."""
    if name == "floor":
        return functools.partial(floor, sizes, batch)
    dataset = images(sizes[0])
    if name == "ours":
        return ours(sizes, batch, dataset)
    X, y = np.asarray(dataset.X_train), dataset.y_train
    if name == "float64":
        return functools.partial(plain_float64, sizes, batch, X.astype(np.float64), y)
    if name == "scikit":
        return functools.partial(scikit_learn, sizes, batch, X, y)
    import torch

    return functools.partial(pytorch, sizes, batch, torch.tensor(X), torch.tensor(y))


def memory():
    """Return, in MB, what is resident before training the largest network, and its peak."""
    sizes, batch = CASES[0]
    dataset = images(sizes[0])
    np.ones((500, 500), np.float32) @ np.ones((500, 500), np.float32)  # starts the products' threads
    before = _status("VmRSS")
    pathlib.Path("/proc/self/clear_refs").write_text("5")  # the peak so far, that of loading, is forgotten
    ours(sizes, batch, dataset)()
    return before, _status("VmHWM")


def _status(name):
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    require_peers(parser, "torch", "sklearn")
    rows = []
    for sizes, batch in CASES:
        names = ("ours", "pytorch", "scikit", "float64", "floor")
        s = apart(functools.partial(contender, sizes=sizes, batch=batch), names, rounds)
        rows.append(
            [
                "-".join(map(str, sizes)),
                batch,
                *(f"{s[name]:.2f}" for name in ("ours", "pytorch", "scikit", "float64", "floor")),
                *(f"{s[name] / s['ours']:.2f}×" for name in ("pytorch", "scikit", "float64")),
                f"{s['floor'] / s['ours']:.2f}",
            ]
        )
    header = ["network", "batch", "ours, s", "PyTorch, s", "scikit-learn, s", "float64 NumPy, s", "floor, s"]
    header += ["vs PyTorch", "vs scikit-learn", "vs float64", "floor / ours"]
    print(f"{datetime.date.today()}, {machine()}, medians of {rounds} interleaved rounds\n")
    print(markdown(header, rows))
    if not pathlib.Path("/proc/self/clear_refs").exists():
        return
    before, peak = alone(memory)
    held = N_EXAMPLES * CASES[0][0][0] / 2**20
    print(
        f"\nMemory of 784-500-300-10: {before:.0f} MB resident before training, the data ({held:.0f} MB as "
        f"bytes) and the libraries among them; {peak:.0f} MB at the peak, {peak - before:.0f} MB more."
    )


if __name__ == "__main__":
    main()
