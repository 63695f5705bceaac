"""benchmarks.javascript drives what the reader fetched as their own pages do, here stand-ins that count."""

import json
import os
import pathlib
import shutil

import playwright
import pytest

from benchmarks.javascript import Node
from data import DataConfig, load_dataset

PLAYGROUND = """
import { appendFileSync } from "node:fs";
let calls = { shape: null, forward: 0, back: 0, updates: 0, rate: null, targets: [] };
export const Activations = { RELU: "relu", TANH: "tanh" }, Errors = { SQUARE: "square" };
export function buildNetwork(shape, hidden, output, penalty, inputs) {
  calls.shape = [shape, hidden, output, penalty, inputs.length];
}
export function forwardProp(network, point) { calls.forward += point.length === 2; }
export function backProp(network, target, error) {
  calls.back += error === "square";
  if (!calls.targets.includes(target)) calls.targets.push(target);
}
export function updateWeights(network, rate, penalty) {
  calls.updates += 1;
  calls.rate = [rate, penalty];
}
process.on("exit", () => appendFileSync(new URL("calls.json", import.meta.url), JSON.stringify(calls)));
"""
CONVNETJS = """
const { appendFileSync } = require("node:fs");
let calls = { layers: null, options: null, trained: 0, labels: [] };
exports.Net = class { makeLayers(layers) { calls.layers = layers; } };
exports.Vol = class { constructor(...size) { this.w = [0, 0]; } };
exports.Trainer = class {
  constructor(network, options) { calls.options = options; }
  train(x, label) {
    calls.trained += x.w[0] !== 0;
    if (!calls.labels.includes(label)) calls.labels.push(label);
  }
};
process.on("exit", () => appendFileSync(__dirname + "/../../calls.json", JSON.stringify(calls)));
"""
JOB = {"sizes": (2, 8, 4, 2), "epochs": 3, "batch": 16, "rate": 0.1}


@pytest.fixture
def points():
    return load_dataset(DataConfig(n_samples=64, split="64/0/0"))


@pytest.fixture
def node(monkeypatch):
    """Node on the PATH: where the machine has none, that of Playwright."""
    if not shutil.which("node"):
        driver = pathlib.Path(playwright.__file__).parent / "driver"
        monkeypatch.setenv("PATH", f"{driver}{os.pathsep}{os.environ['PATH']}")


def calls(folder, points, contender):
    """What the stand-in was asked for in one training."""
    with Node(folder, points) as node:
        assert node.contenders == [contender]
        assert 0 <= node.train(contender, **JOB) < 60
    return json.loads((folder / "calls.json").read_text())


@pytest.mark.usefixtures("node")
def test_playground_takes_one_example_after_the_other_and_updates_after_every_batch(tmp_path, points):
    (tmp_path / "nn.mjs").write_text(PLAYGROUND)
    made = calls(tmp_path, points, "playground")
    assert made["shape"] == [[2, 8, 4, 1], "relu", "tanh", None, 2]
    assert (made["forward"], made["back"], made["updates"]) == (3 * 64, 3 * 64, 3 * 4)
    assert (made["rate"], sorted(made["targets"])) == ([0.1, 0], [-1, 1])


@pytest.mark.usefixtures("node")
def test_convnetjs_gets_the_same_layers_and_plain_gradient_descent(tmp_path, points):
    (tmp_path / "node_modules/convnetjs").mkdir(parents=True)
    (tmp_path / "node_modules/convnetjs/index.js").write_text(CONVNETJS)
    made = calls(tmp_path, points, "convnetjs")
    widths = [layer.get("num_neurons") or layer.get("num_classes") for layer in made["layers"][1:]]
    assert (made["layers"][0]["out_depth"], widths) == (2, [8, 4, 2])
    assert made["options"] == {"method": "sgd", "learning_rate": 0.1, "momentum": 0, "batch_size": 16}
    assert (made["trained"], sorted(made["labels"])) == (3 * 64, [0, 1])


def test_a_folder_without_either_is_refused_in_one_sentence(tmp_path, points):
    with pytest.raises(
        ValueError, match=r"has neither nn\.mjs, nn\.js or nn\.ts nor node_modules/convnetjs\.$"
    ):
        Node(tmp_path, points)


def test_without_node_it_says_so(tmp_path, points, monkeypatch):
    (tmp_path / "nn.mjs").write_text(PLAYGROUND)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ValueError, match=r"^There is no node on the PATH\.$"):
        Node(tmp_path, points)
