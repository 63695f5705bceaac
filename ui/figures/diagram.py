"""A network as a diagram at many epochs: pictures of its units, and an edge for each weight."""

import itertools
import string
from typing import NamedTuple

import numpy as np
import pandas as pd

from lab.training_figures import gradients, stacked
from ui.figures import maps
from ui.training.priority import give_way

MOST_UNITS, MOST_LAYERS = 16, 8  # at most: units of a layer; hidden layers
PIXELS, GAP, SHADES = 16, 4, 12  # pixels of a unit's picture; pixels between two; steps of opacity
QUANTITIES = ("weight", "gradient", "update")
BATCH = 10  # epochs whose units are computed together
LETTERS = (
    string.digits + string.ascii_letters + "!#$%&()*+-./:;<=>?@[]^_`{|}"
)  # letters for the numbers from -1 to 1
ZERO = len(LETTERS) // 2  # place of the letter of 0; the letters before it stand for negative numbers
IN_NODE = 3  # characters of a name that fit in a node
BYTES_OF_UNIT, BYTES_OF_EDGE = 85, 1  # bytes to send per epoch; a page shows one of QUANTITIES at a time
BYTES_OF_EDGE_ONCE = 28  # its ends and its numbers at the server's epoch


class Shown(NamedTuple):
    """The nodes that are drawn: their numbers, from 0, for each layer, inputs and outputs included."""

    nodes: tuple[tuple[int, ...], ...]

    @property
    def rows(self):
        """The number of nodes in the layer with the most nodes."""
        return max(map(len, self.nodes))

    def hidden(self):
        """Return the hidden units by name: {name: (layer, unit)}, layers from 1, units from 0."""
        layers = enumerate(self.nodes[1:-1], start=1)
        return {name_of_hidden(layer, unit): (layer, unit) for layer, units in layers for unit in units}

    def height(self, layer):
        """Return the vertical positions of a layer's nodes, centred; a node has height 1."""
        n = len(self.nodes[layer])
        return np.arange(n) + (self.rows - n) / 2 + 0.5


def shown(params):
    """Return the Shown nodes; of a wide layer, the MOST_UNITS with the largest norm of outgoing weights."""
    nodes = []
    for layer in params:
        sizes = np.nan_to_num(np.linalg.norm(layer.W, axis=1))
        nodes.append(tuple(np.sort(np.argsort(-sizes, kind="stable")[:MOST_UNITS]).tolist()))
    return Shown((*nodes, tuple(range(params[-1].W.shape[1]))))


def bytes_sent(config, n_features, n_classes, n_epochs):
    """Return approximately how many bytes the diagram of `n_epochs` epochs has."""
    sizes = [min(MOST_UNITS, size) for size in config.layer_sizes(n_features, n_classes)]
    edges = sum(n * m for n, m in itertools.pairwise(sizes))
    each = BYTES_OF_UNIT * sum(sizes[1:-1]) + BYTES_OF_EDGE * edges
    return n_epochs * each + BYTES_OF_EDGE_ONCE * edges


def film(run, epochs, index, plane):
    """Return data frames (units, edges) of network `index` at these epochs.

    `units` has a row for each epoch and hidden layer: a picture of its units, one below the other, between
    the places top and bottom. `edges` has a row for each weight between two nodes that are drawn: id; source
    and target in words; x, y, x2, y2, its ends; for each of QUANTITIES a text with one letter per epoch, and
    `<quantity>_scale`, the largest magnitude over all edges and epochs (1 if all are 0), for which the last
    letter stands.
    """
    networks = _networks(run, epochs, index)
    config, nodes = run.configs[index], shown(networks[-1])
    rows = []
    for start in range(0, len(epochs), BATCH):
        some = slice(start, start + BATCH)
        strips = _strips(networks[some], config, run.dataset, plane, nodes)
        for layer, pictures in enumerate(strips, start=1):
            top = (nodes.rows - len(nodes.nodes[layer])) / 2
            for epoch, picture in zip(epochs[some], pictures, strict=True):
                rows.append((epoch, f"{layer} {epoch}", picture, layer, top, top + len(nodes.nodes[layer])))
        give_way()
    units = pd.DataFrame(rows, columns=["epoch", "key", "picture", "layer", "top", "bottom"])
    edges = _edges(nodes, run.dataset.feature_names)
    for name, values in _values(run, epochs, index, nodes).items():
        values = np.nan_to_num(values, posinf=0.0, neginf=0.0)
        scale = float(np.abs(values).max(initial=0.0)) or 1.0
        edges[name], edges[f"{name}_scale"] = written(values, scale), np.float32(scale)
    return units.astype({"epoch": "int32", "layer": "float32", "top": "float32", "bottom": "float32"}), edges


def at_epoch(run, epoch, index, nodes):
    """Return the exact {"weight_now": …, "gradient_now": …, "update_now": …} of the edges at an epoch."""
    values = _values(run, (epoch,), index, nodes)
    return {f"{name}_now": array[:, 0].astype(np.float32) for name, array in values.items()}


def _networks(run, epochs, index):
    return [run.with_parameters(epoch).records[index].params for epoch in epochs]


def _strips(networks, config, dataset, plane, nodes):
    """Return one picture per network for each hidden layer: its nodes' activations, one below the other.

    Blue is positive, orange negative; opacity 1 is the unit's own largest magnitude.
    """
    hidden = [list(members) for members in nodes.nodes[1:-1]]
    if not hidden:
        return []
    activations = maps.forward_in_chunks(
        stacked(networks),
        maps.inputs(plane, PIXELS, config, dataset),
        config,
        lambda passed: np.concatenate(
            [a[..., k] for a, k in zip(passed.activations, hidden, strict=False)], axis=-1
        ),
    )
    units = np.swapaxes(activations, -2, -1).reshape(len(networks), -1, PIXELS, PIXELS)
    drawn = np.zeros((2, *units.shape[:2], PIXELS + GAP, PIXELS))
    drawn[..., GAP // 2 : GAP // 2 + PIXELS, :] = maps.signs(units)
    layers = np.split(drawn, np.cumsum([*map(len, hidden)])[:-1], axis=2)
    parts = (layer.reshape(2, len(networks), -1, PIXELS) for layer in layers)
    return [maps.pictures(positive, maps.SIGNS, opacity, SHADES) for positive, opacity in parts]


def _edges(nodes, features):
    """Return a data frame of the edges, without their values: by layer, then source, then target.

    `features` are the names of the inputs, () for x1, x2, …
    """
    parts = []
    for layer, (left, right) in enumerate(itertools.pairwise(nodes.nodes)):
        i, j = (grid.ravel() for grid in np.meshgrid(range(len(left)), range(len(right)), indexing="ij"))
        part = pd.DataFrame({"x": float(layer), "y": nodes.height(layer)[i], "x2": layer + 1.0})
        part["y2"] = nodes.height(layer + 1)[j]
        part["source"] = [name(layer, left[k], len(nodes.nodes), features) for k in i]
        part["target"] = [name(layer + 1, right[k], len(nodes.nodes)) for k in j]
        parts.append(part)
    frame = pd.concat(parts, ignore_index=True).astype(dict.fromkeys(("x", "y", "x2", "y2"), "float32"))
    frame.insert(0, "id", np.arange(len(frame), dtype=np.int32))
    return frame


def _values(run, epochs, index, nodes):
    """Return {quantity: array (n_edges, n_epochs)} in the order of `_edges`.

    The gradient is that of the loss and the penalty on the whole training set, at the epoch's end; the update
    is the change of the weight during the epoch, 0 for epoch 0. Where the parameters of the epoch before are
    not kept, it is the mean change per epoch since the last ones that are.
    """
    config, dataset = run.configs[index], run.dataset
    numbers = [run.with_parameters(epoch).number for epoch in epochs]
    earlier = [run.with_parameters(max(0, number - 1)).number for number in numbers]
    now, before = (stacked(_networks(run, some, index)) for some in (numbers, earlier))
    n_between = np.maximum(1, np.subtract(numbers, earlier, dtype=np.float32))[:, np.newaxis, np.newaxis]
    X = dataset.X_train.astype(config.dtype, copy=False)
    with np.errstate(all="ignore"):
        slopes = gradients(now, X, dataset.y_train, config)
    values = {name: [] for name in QUANTITIES}
    for layer, (left, right) in enumerate(itertools.pairwise(nodes.nodes)):
        drawn = np.ix_(range(len(epochs)), left, right)
        parts = now[layer].W, slopes[layer].W, (now[layer].W - before[layer].W) / n_between
        for name, part in zip(QUANTITIES, parts, strict=True):
            values[name].append(part[drawn].reshape(len(epochs), -1).T)
    return {name: np.concatenate(parts) for name, parts in values.items()}


def written(values, scale):
    """Return each row of values, of magnitude up to `scale`, as a text with one of LETTERS per value."""
    places = ZERO + np.round(np.clip(values / scale, -1, 1) * ZERO).astype(int)
    letters = np.array(list(LETTERS))
    return ["".join(row) for row in letters[places.clip(0, len(LETTERS) - 1)]]


def any_nonzero(texts):
    """Return whether not all values of these `written` texts are 0: the largest has the last letter."""
    return any(letter != LETTERS[ZERO] for text in texts for letter in set(text))


def name(layer, node, n_layers, features=()):
    """Return a node in words, numbered from 1. `n_layers` includes the inputs and the outputs.

    `features` are the names of the inputs, () for x1, x2, …
    """
    if layer == 0:
        return features[node] if features else f"input x{node + 1}"
    if layer == n_layers - 1:
        return f"output {node + 1}"
    return name_of_hidden(layer, node)


def name_of_hidden(layer, unit):
    """Return a hidden unit in words; `layer` counts from 1 and `unit` from 0."""
    return f"unit {unit + 1} of layer {layer}"


def nodes_of(nodes, class_names, closer=None, features=()):
    """Return a data frame of all nodes: x, y, name, text, kind, layer, unit, closer, beside.

    Layers count from 0, the inputs, and units from 0; `closer` is 1 for the hidden unit (layer, unit) shown
    in detail, else 0. `text` is the short name of an input or an output, `beside` a longer one that does not
    fit into the node; `features` are the names of the inputs, () for x1, x2, …
    """
    rows = []
    last = len(nodes.nodes) - 1
    for layer, members in enumerate(nodes.nodes):
        for node, y in zip(members, nodes.height(layer), strict=True):
            kind = "input" if layer == 0 else "output" if layer == last else "hidden"
            text = ""
            if kind == "output":
                text = class_names[node]
            elif kind == "input":
                text = features[node] if features else f"x{'₁₂'[node]}" if node < 2 else ""
            text, beside = (text, "") if len(text) <= IN_NODE else ("", text)
            named, chosen = name(layer, node, last + 1, features), closer == (layer, node)
            rows.append((float(layer), float(y), named, text, kind, layer, node, int(chosen), beside))
    columns = ["x", "y", "name", "text", "kind", "layer", "unit", "closer", "beside"]
    return pd.DataFrame(rows, columns=columns).astype({"layer": "uint8", "unit": "int32", "closer": "uint8"})
