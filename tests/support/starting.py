"""A visit of the initialization page without a browser, and the same networks trained apart from it."""

import numpy as np
from visiting import charts, frame_named, frame_with, opened, plain

from data import DataConfig, load_dataset
from mlp import TrainConfig, init_params, train_many
from mlp.signal import measure, predict

PAGE = "pages/initialization.py"
QUICK = {"n_samples": "120", "epochs": "3", "seeds": "2", "hidden_layer_sizes": "8,8"}
QUICK_DATA = DataConfig(n_samples=120)
QUICK_TRAIN = {"epochs": 3, "hidden_layer_sizes": (8, 8)}
DIGITS = QUICK | {"name": "mnist", "split": "300/100/100", "scaling": "unit"}
DIGITS_DATA = DataConfig(name="mnist", split="300/100/100", scaling="unit")


def visit(**query):
    return opened(PAGE, query)


def start_of(text):
    """The fields of a TrainConfig that "normal*0.01" means."""
    name, _, scale = text.partition("*")
    return {"initializer": name, "init_scale": float(scale or 1)}


def label_of(text):
    """What the page calls "normal*0.01"."""
    return text.replace("*", " × ")


def configs(sets, n_seeds=2, **train):
    """A config a network: every seed of the first start, then of the next."""
    first = train.pop("init_seed", 0)
    return [
        TrainConfig(**train, **start_of(text), init_seed=first + i, shuffle_seed=i)
        for text in sets
        for i in range(n_seeds)
    ]


def trained(data, sets, n_seeds=2, **train):
    """{start: its networks' last records}, trained apart from the page."""
    *_, records = train_many(configs(sets, n_seeds, **train), load_dataset(data))
    return {label_of(text): records[i * n_seeds : (i + 1) * n_seeds] for i, text in enumerate(sets)}


def signals(data, start, n_seeds, **train):
    """(the measured Signals of the seeds, the predicted one) on 200 training examples, evenly spread."""
    dataset = load_dataset(data)
    n = len(dataset.y_train)
    rows = np.linspace(0, n - 1, 200).astype(int)
    X, y = dataset.X_train[rows].astype(np.float64), dataset.y_train[rows]
    shape = X.shape[1], len(dataset.class_names)
    drawn = configs([start], n_seeds, dtype="float64", **train)
    return [measure(init_params(one, *shape), X, y, one) for one in drawn], predict(X, y, drawn[0], shape[1])


def chart(app, words):
    """The first chart whose text alternative begins with these words."""
    return next(one for one in charts(app) if one.proto.alt.startswith(words))


def named(one):
    """The starts whose names stand beside the chart's lines."""
    return set(frame_with(one, "label_at")["start"])


def across(one):
    """The value and the name of the dashed line across a chart."""
    (row,) = frame_named(one, "across").to_dict("records")
    return row


def table(app, column):
    """The table that has this column, by initializer."""
    found = next(one.value for one in app.dataframe if column in one.value)
    return found.set_index("initializer")


def said_of(app, words):
    """The paragraph with these words, without its emphasis."""
    said = [plain(one.value).replace("**", "") for one in app.markdown]
    return next(paragraph for paragraph in said if words in paragraph)
