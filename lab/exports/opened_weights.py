"""A network from a weights file on a page: how its settings differ from the page's, and its accuracy."""

from dataclasses import replace
from urllib.parse import urlencode

import numpy as np

from data import DATASETS, DataConfig, Images
from lab.links import reader
from lab.links.experiment import DATA_FIELDS, TRAIN_FIELDS, field_text
from lab.links.fields import FIELDS
from lab.links.reading import cut
from lab.questions import preset
from lab.words import counted, listed, to_tenths
from mlp import TrainConfig
from mlp.losses import predict
from mlp.network import propagate
from mlp.training import EVALUATION_ROWS

OF_OLD_FILES = {"activation", "initializer", "init_seed"}  # settings that are named in files without a config
ADDED_LATER = {"stratified"}  # fields missing in older files, which behave as their defaults
OWN = ("activation", "loss")  # settings without which a network computes something else


def differences(settings, data, configs):
    """Return [{"setting", "the file", "this page"}, …] for the fields in which a network of the file differs.

    A page that trains several networks has several values for a field; the file's may equal any of them.
    """
    rows = []
    for name, value in settings.items():
        here = [getattr(data, name)] if name in DATA_FIELDS else [getattr(config, name) for config in configs]
        if value not in here:
            texts = [cut(field_text(one)) for one in dict.fromkeys(here)]
            label = FIELDS[name][0] if name in FIELDS else "Own points"
            rows.append(
                {"setting": label, "the file": cut(field_text(value)), "this page": " or ".join(texts)}
            )
    return rows


def changes_to(page, settings):
    """Return the changes of a page's defaults that train the networks with these settings there, or {}.

    `settings` are those of all networks of a file. {} if the page cannot: it must offer the dataset, the
    networks may differ only in their starts and seeds, and they must be within the page's limits.
    """
    whole = settings and settings[0].keys() | ADDED_LATER == {*DATA_FIELDS, *TRAIN_FIELDS}
    if not whole or DATASETS[settings[0]["name"]].own:
        return {}
    of_start = ("initializer", "init_scale") if page == "initialization" else ()
    changes = {name: value for name, value in settings[0].items() if name in FIELDS and name not in of_start}
    starts = list(dict.fromkeys(tuple(one[name] for name in of_start) for one in settings))
    changes["seeds"] = len(settings) // len(starts)
    if of_start:
        changes["sets"] = [name if scale == 1 else f"{name}*{field_text(scale)}" for name, scale in starts]
    query = preset.query(preset.Preset("", changes, ""))
    try:
        linked = reader.read(f"http://here/{page}?{urlencode(query, doseq=True)}")
    except ValueError:
        return {}
    asked = [(group.data, config) for group in linked.groups for config in group.configs]
    return changes if asked == [_experiment(one) for one in settings] else {}


def _experiment(settings):
    data = {name: value for name, value in settings.items() if name in DATA_FIELDS}
    return DataConfig(**data), TrainConfig(**{k: v for k, v in settings.items() if k not in data})


def compared(settings, rows):
    """Return a sentence on the `differences` of a network with these settings; "" if the file names none."""
    if not settings:
        return ""
    which = ""
    if settings.keys() == OF_OLD_FILES:
        which = " Older files, such as this one, name only their activation, initializer and weight seed."
    if not rows:
        return f"The settings in the file are those of this page.{which}"
    n, differ = counted(len(rows), "setting"), "differs" if len(rows) == 1 else "differ"
    return f"{n} in the file {differ} from this page's.{which}"


def computed(saved, index, config, dataset):
    """Return a sentence on what a network is computed with; "" if file and page agree."""
    settings = saved.settings[index]
    unnamed = [name for name in OWN if name not in settings] + ["scaling"] * (saved.shift is None)
    others = [name for name in OWN if settings.get(name, getattr(config, name)) != getattr(config, name)]
    said = []
    if unnamed:
        used = "this page's is used" if len(unnamed) == 1 else "this page's are used"
        said.append(f"The file does not name its {listed(unnamed)}: {used}.")
    if others:
        said.append(f"The network is computed with the file's {listed(others)}, not with this page's.")
    if rescaled(dataset, saved) is not dataset:
        said.append(
            "Its inputs are scaled like those it was trained on, with the shift and scale in the file."
        )
    return " ".join(said)


def config_of(saved, index, config):
    """Return the TrainConfig to compute a network with: the page's, with the OWN settings of the file."""
    own = {name: value for name, value in saved.settings[index].items() if name in OWN}
    return replace(config, **own, use_bias=True, dtype=saved.layers[0].W.dtype.name)


def rescaled(dataset, saved):
    """Return the Dataset with its inputs scaled like those that the file's networks were trained on."""
    shift, scale = saved.shift, saved.scale
    if shift is None or (np.array_equal(shift, dataset.shift) and np.array_equal(scale, dataset.scale)):
        return dataset

    def again(X):
        if isinstance(X, Images):
            return Images(X.raw, shift, scale, X.rows, X.dtype)
        return ((X * dataset.scale + dataset.shift - shift) / scale).astype(X.dtype)

    inputs = {name: again(getattr(dataset, name)) for name in ("X_train", "X_valid", "X_test")}
    return dataset._replace(**inputs, shift=shift, scale=scale)


def count_right(params, config, dataset):
    """Generator: yield the share done; return {"training": (right, n), "validation": (right, n)}.

    `right` is None if an output is not a finite number.
    """
    parts = {"training": (dataset.X_train, dataset.y_train), "validation": (dataset.X_valid, dataset.y_valid)}
    counts, done, n_all = {}, 0, sum(len(y) for _, y in parts.values())
    for split, (X, y) in parts.items():
        right = 0
        for start in range(0, len(y), EVALUATION_ROWS):
            rows = slice(start, start + EVALUATION_ROWS)
            with np.errstate(all="ignore"):
                logits = propagate(params, X[rows], config)[0][-1]
            finite = right is not None and np.isfinite(logits).all()
            right = right + int((predict(logits) == y[rows]).sum()) if finite else None
            done += len(y[rows])
            yield done / n_all
        counts[split] = right, len(y)
    return counts


def placed_right(counts):
    """Return the accuracies of `count_right` as a clause, such as "98.7% of the 770 training examples …"."""
    if any(right is None for right, _ in counts.values()):
        return "its outputs are not finite numbers"
    said = [
        f"{to_tenths(right / n)} of the {counted(n, f'{split} example')}"
        for split, (right, n) in counts.items()
        if n
    ]
    are = "are" if sum(n for _, n in counts.values()) != 1 else "is"
    return f"{' and '.join(said)} {are} classified correctly"
