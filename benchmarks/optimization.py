"""How long the optimization page's pictures take, against their estimates; and the chunks of a surface.

`python -m benchmarks.optimization`
"""

import datetime
import time

import numpy as np

from benchmarks.timing import machine, markdown
from data import DataConfig, load_dataset
from lab.links import cost
from lab.optimization import curvature, planes, price, surface
from mlp import TrainConfig, init_params
from mlp.network import flatten

CHUNKS = (2**14, 2**15, 2**16, 2**17, 2**18, 2**20)
EPOCHS = 25
NETWORKS = {
    "2-8-8-2 tanh": TrainConfig(hidden_layer_sizes=(8, 8), activation="tanh"),
    "2-8-8-2 relu": TrainConfig(hidden_layer_sizes=(8, 8)),
    "2-8-8-2 gelu": TrainConfig(hidden_layer_sizes=(8, 8), activation="gelu"),
    "2-60-60-2 tanh": TrainConfig(hidden_layer_sizes=(60, 60), activation="tanh"),
}


def seconds_of(steps):
    """Return the seconds until the generator is at its end."""
    started = time.perf_counter()
    for _ in steps:
        pass
    return time.perf_counter() - started


def points_of(config, n, dataset):
    """Return (n · n points of a plane of random directions, the shapes of the network's W)."""
    params = init_params(config, 2, len(dataset.class_names))
    shapes = tuple(W.shape for W, _ in params)
    plane = planes.random(flatten(params).astype(float), shapes, 0)
    return plane.points(surface.grid(((-1, 1), (-1, 1)), n)), shapes


def main():
    dataset, speed = load_dataset(DataConfig()), cost.calibrate()
    n_train = len(dataset.y_train)
    print(f"{datetime.date.today()}, {machine()}\n")
    rows = []
    for name, config in NETWORKS.items():
        n_units = sum(config.hidden_layer_sizes)
        n = surface.resolution(config.n_parameters(2, 2), n_units, n_train)
        points, shapes = points_of(config, n, dataset)
        data = shapes, dataset.X_train, dataset.y_train, config
        took = min(seconds_of(surface.losses(points, *data)) for _ in range(3))
        rows.append([name, f"surface, {n} × {n}", price.surface(n * n, config, (2, 2), n_train, speed), took])
        some = points[np.linspace(0, len(points) - 1, EPOCHS).astype(int)]
        took = seconds_of(curvature.along(some, *data))
        estimate = price.curvature(EPOCHS, config, (2, 2), n_train, speed)
        rows.append([name, f"curvature at {EPOCHS} epochs", estimate, took])
    rows = [[*row[:2], f"{row[2]:.2f}", f"{row[3]:.2f}", f"{row[2] / row[3]:.1f}"] for row in rows]
    print(markdown(["network", "work", "estimate, s", "clock, s", "estimate ÷ clock"], rows))
    rows, chosen = [], surface.CHUNK_VALUES
    config = NETWORKS["2-8-8-2 tanh"]
    points, shapes = points_of(config, surface.FINE, dataset)
    for surface.CHUNK_VALUES in CHUNKS:
        steps = [surface.losses(points, shapes, dataset.X_train, dataset.y_train, config) for _ in range(3)]
        mark = " (in use)" if chosen == surface.CHUNK_VALUES else ""
        rows.append([f"{surface.CHUNK_VALUES:,}{mark}", f"{min(map(seconds_of, steps)):.2f}"])
    print("\n" + markdown(["values of a chunk", "80 × 80 of 2-8-8-2 tanh, s"], rows))


if __name__ == "__main__":
    main()
