"""Weights as an .npz file: written by Export, and opened again on the pages that draw networks.

The file contains W1, b1, W2, … of all networks, with a leading axis of networks, and each network's `config`:
the parameters of its link as a JSON text. It also contains `init_seed`, `initializer` and `diverged` of each
network, the `activation`, and the dataset's `shift` and `scale`: inputs are (raw - shift) / scale. A file to
open needs only the W and b, and with one network no leading axis.
"""

import io
import itertools
import json
import math
import re
from dataclasses import fields
from typing import NamedTuple

import numpy as np

from data.archive import REAL, TEXT, Refusal, array, header, opened, short
from lab.links.experiment import Experiment
from lab.words import counted
from mlp import ACTIVATIONS, INITIALIZERS, Layer
from mlp.config import DTYPES

MOST_BYTES = 60 * 2**20  # of a file: all float32 networks that a page trains, 14 million parameters, fit
MARGIN = 2**19  # bytes for the settings and the headers
HALVES = re.compile("[\ud800-\udfff]")  # halves of characters, which cannot be sent to a page
MOST_NAMED, MOST_TEXT = 20_000, 2**22  # values and bytes of an optional array


class Saved(NamedTuple):
    """The networks of a file: `layers` have a leading axis of networks.

    `settings` has {field: value} for each network, for the fields that the file names; `problem` says why its
    `config` could not be read, or is "". `shift` and `scale` are None if the file has none.
    """

    layers: tuple[Layer, ...]
    settings: tuple[dict, ...]
    problem: str
    shift: np.ndarray | None
    scale: np.ndarray | None

    @property
    def n_networks(self):
        """The number of networks."""
        return len(self.layers[0].W)

    def network(self, index):
        """Return the layers of a network, counted from 0; raise Refusal if a weight is not finite."""
        params = tuple(Layer(W[index], b[index]) for W, b in self.layers)
        lost = {
            f"{kind}{number}": int((~np.isfinite(values)).sum())
            for number, layer in enumerate(params, 1)
            for kind, values in layer._asdict().items()
        }
        if n := sum(lost.values()):
            first = next(name for name, count in lost.items() if count)
            found = (
                f"Network {index + 1} of the file has {counted(n, 'weight')} that {_are(n)} NaN or infinite"
            )
            raise Refusal(
                f"{found}, the first in {first}", "finite numbers, from a network that did not diverge"
            )
        return params


def _are(n):
    return "is" if n == 1 else "are"


def too_large(records):
    """Return a sentence if the file of these networks is too large to be opened again, else ""."""
    size = sum(array.nbytes for record in records for layer in record.params for array in layer)
    if size <= MOST_BYTES - MARGIN:
        return ""
    most = MOST_BYTES >> 20
    return f"With {size / 2**20:.0f} MB the file is too large to be opened here again (up to {most} MB)."


def write(records, data, configs, dataset):
    """Return the bytes of the file of these networks, trained by `configs` on the data of a DataConfig."""
    arrays = {}
    for layer in range(len(records[0].params)):
        for kind, name in enumerate("Wb"):
            arrays[f"{name}{layer + 1}"] = np.stack([record.params[layer][kind] for record in records])
    arrays["config"] = [json.dumps(Experiment(data, config).to_query()) for config in configs]
    for name in ("init_seed", "initializer"):
        arrays[name] = [getattr(config, name) for config in configs]
    arrays["diverged"] = [record.diverged for record in records]
    file = io.BytesIO()
    activation, shift, scale = configs[0].activation, dataset.shift, dataset.scale
    np.savez(file, **arrays, activation=activation, shift=shift, scale=scale)
    return file.getvalue()


def read(file_bytes, sizes, most_parameters):
    """Return the Saved of a file whose networks have the layer sizes (n_features, hidden …, n_classes).

    Names, types, shapes and the number of parameters (at most `most_parameters` for all networks together)
    are read from the headers in the archive before anything is unpacked. Raise ValueError with one sentence.
    """
    names = [f"{kind}{number}" for number in range(1, len(sizes)) for kind in "Wb"]
    listed = ", ".join(names if len(names) <= 6 else [*names[:2], "…", *names[-2:]])
    needed = f"an .npz file with {listed}, the {counted(len(sizes) - 1, 'layer')} of this page's network"
    with opened(file_bytes, needed, MOST_BYTES) as archive:
        n_networks = _checked(archive, names, sizes, needed, most_parameters)
        arrays = [array(archive, name) for name in names]
        settings, problem = _settings(archive, n_networks or 1)
        shift, scale = (_optional(archive, name, REAL, (sizes[0],)) for name in ("shift", "scale"))
    arrays = arrays if n_networks else [values[np.newaxis] for values in arrays]
    dtype = np.result_type(*arrays).name
    arrays = [values.astype(dtype if dtype in DTYPES else "float64", copy=False) for values in arrays]
    layers = tuple(Layer(*pair) for pair in zip(arrays[::2], arrays[1::2], strict=True))
    known = shift is not None and scale is not None
    usable = known and np.isfinite([shift, scale]).all() and scale.all()
    return Saved(layers, settings, problem, *((shift, scale) if usable else (None, None)))


def named_settings(file_bytes):
    """Return {field: value} for each network from the `config` of a file; () if it has none."""
    try:
        with opened(file_bytes, "config", MOST_BYTES) as archive:
            shape, _ = header(archive, "config", "config", TEXT)
            named = len(shape) == 1 and 0 < shape[0] <= MOST_NAMED
            settings, problem = _settings(archive, *shape) if named else ((), "")
    except Refusal:
        return ()
    return () if problem or not all(settings) else settings


def _checked(archive, names, sizes, needed, most_parameters):
    """Return the length of the leading axis of networks, 0 without one; raise Refusal if unusable."""
    headers = {name: header(archive, name, needed, REAL) for name in names}
    if f"W{len(sizes)}.npy" in archive.namelist():
        raise Refusal(f"The file has a W{len(sizes)}, one layer more than this page's network", needed)
    shapes = [shape for pair in itertools.pairwise(sizes) for shape in (pair, pair[1:])]
    first = headers["W1"][0]
    leading = first[:1] if len(first) == 3 else ()
    for (name, (found, _)), shape in zip(headers.items(), shapes, strict=True):
        if found == leading + shape:
            continue
        allowed = f"{shape}, as in this page's network"
        if name == "W1":
            allowed += f", or (n, {str(shape)[1:]} for n networks"
        elif leading:
            allowed = f"{leading + shape}, as W1 has {counted(leading[0], 'network')}"
        raise Refusal(f"{name} has shape {short(found)}", allowed)
    n_parameters = sum(math.prod(found) for found, _ in headers.values())
    if not 0 < n_parameters <= most_parameters:
        n = counted(leading[0], "network") if leading else "1 network"
        found = f"The file contains {n} with {counted(n_parameters, 'parameter')} in all"
        raise Refusal(found, f"1 to {most_parameters:,} parameters")
    return leading[0] if leading else 0


def _optional(archive, name, kinds, shape):
    """Return an optional array of a file; None if it is missing or of another kind or shape."""
    try:
        found, dtype = header(archive, name, "", kinds)
    except Refusal:
        return None
    n = math.prod(found)
    if found != shape or n > MOST_NAMED or n * dtype.itemsize > MOST_TEXT:
        return None
    return array(archive, name)


def _settings(archive, n_networks):
    """Return ({field: value} for each network, what was wrong with `config` or "")."""
    problem, each = "", (n_networks,)
    texts = _optional(archive, "config", TEXT, each)
    if texts is not None:
        try:
            return tuple(_of_link(text) for text in texts.tolist()), ""
        except (ValueError, RecursionError) as fault:
            no_json = isinstance(fault, (json.JSONDecodeError, RecursionError))
            said = "they are not JSON." if no_json else str(fault)
            problem = f"The settings in the file cannot be read: {said}"
    found = {
        "activation": _optional(archive, "activation", TEXT, ()),
        "initializer": _optional(archive, "initializer", TEXT, each),
        "init_seed": _optional(archive, "init_seed", REAL, each),
    }
    names, seeds = found["initializer"], found["init_seed"]
    if names is not None and not {*names.tolist()} <= {*INITIALIZERS}:
        found["initializer"] = None
    if seeds is not None and seeds.dtype.kind not in "iu":
        found["init_seed"] = None
    if found["activation"] is not None:
        activation = str(found["activation"])
        found["activation"] = [activation] * n_networks if activation in ACTIVATIONS else None
    known = {name: list(values) for name, values in found.items() if values is not None}
    return tuple({name: values[i] for name, values in known.items()} for i in range(n_networks)), problem


def _of_link(text):
    """Return {field: value} of the parameters of a link, as JSON; raise ValueError."""
    query = json.loads(text)
    texts = list(query.values()) if isinstance(query, dict) else [None]
    if not all(isinstance(value, str) and not HALVES.search(value) for value in texts):
        raise ValueError("they are not the parameters of a link.")
    experiment = Experiment.from_query(query)
    return {
        field.name: getattr(config, field.name)
        for config in (experiment.data, experiment.train)
        for field in fields(config)
    }
