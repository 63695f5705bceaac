"""Inside a network trained on images: its confusion matrix, its mistakes, and its first weights."""

import base64
import io

import numpy as np
import pandas as pd
import streamlit as st
from PIL import Image

from lab.links import cost
from mlp import forward, init_params
from ui import charts
from ui.charts.palette import NEGATIVE, POSITIVE, rgb
from ui.figures.frames import confusion
from ui.frame.show import show
from ui.training import working
from ui.training.runs import cache

WORST, UNITS, COLUMNS = 12, 24, 12
ENLARGED = 3


def section(ensemble, run, start, dataset):
    """Draw the confusion matrix, the worst mistakes, one image, and the first layer before and after."""
    position = ensemble.positions(start)[0]
    config, record = ensemble.configs()[position], run.records_with_parameters(run.n_epochs)[position]
    params, epoch = record.params, record.epoch
    if record.diverged:
        st.error(f"{start.label}, the first seed, diverged in epoch {epoch}: there is nothing to look at.")
        return
    st.caption(f"{start.label}, the first seed, after epoch {epoch}.")
    left, right = st.columns(2, gap="medium")
    sizes = dataset.X_test.shape[1], len(dataset.class_names), len(dataset.y_test)
    with working.told(cost.forward_seconds(config, *sizes, cache().speed), "Looking at every test image …"):
        outputs = _outputs(params, dataset, config)
    wrong = np.flatnonzero(outputs.argmax(axis=-1) != dataset.y_test)
    with left:
        matrix = confusion(params, config, dataset)
        finding = f"{len(wrong):,} of {len(dataset.y_test):,} test images are misplaced"
        show(charts.confusion(matrix, finding), "Confusion matrix", finding)
    with right:
        _one(outputs, dataset, wrong)
    _mistakes(outputs, dataset, wrong)
    _weights(params, config, dataset)


def worst(outputs, y, wrong, n=WORST):
    """Return the indices of the n most confident mistakes, by the largest output of a wrong class."""
    certainty = outputs[wrong].max(axis=-1)
    return wrong[np.argsort(-certainty, kind="stable")[:n]]


def picture(values, shape):
    """Return raw pixel values, 0 to 255, of shape (h, w) or (h, w, 3) as a PNG data URL."""
    return _png(np.clip(np.asarray(values).reshape(shape).round(), 0, 255).astype(np.uint8))


def weights_picture(w, shape, largest):
    """Return a unit's weights as a picture: blue where positive, orange where negative, white at 0."""
    w = np.asarray(w, np.float64).reshape(shape)
    w = w.mean(axis=-1) if w.ndim == 3 else w
    share = np.clip(np.abs(w) / largest, 0, 1)[..., np.newaxis] if largest > 0 else np.zeros((*w.shape, 1))
    colour = np.where(w[..., np.newaxis] > 0, rgb(POSITIVE), rgb(NEGATIVE))
    return _png((255 + share * (colour - 255)).round().astype(np.uint8))


def _outputs(params, dataset, config):
    """Return the outputs for all test images, (n_test, n_classes), computed in chunks."""
    chunks = range(0, len(dataset.y_test), 2048)
    parts = [forward(params, dataset.X_test[i : i + 2048], config).output for i in chunks]
    return np.concatenate(parts) if parts else np.empty((0, len(dataset.class_names)))


def _one(outputs, dataset, wrong):
    n = len(dataset.y_test)
    if n == 0:
        st.info("There is no test set to look at.")
        return
    first = int(wrong[0]) if len(wrong) else 0
    index = st.number_input(
        "Test image", 0, n - 1, min(first, n - 1), key="_image", help="Any of them, by its index."
    )
    actual, said = dataset.y_test[index], outputs[index].argmax()
    names = dataset.class_names
    kinds = np.full(len(names), "other", dtype=object)
    kinds[said], kinds[actual] = "predicted", "actual"
    frame = pd.DataFrame({"class": names, "output": outputs[index].round(4), "kind": kinds})
    verdict = "rightly" if actual == said else f"but it is {names[actual]}"
    image, bars = st.columns([1, 2])
    with image:
        grid = _grid([index], dataset, [names[actual]])
        show(
            charts.gallery(grid, 1, f"Test image {index}", side=150, captions=False),
            "The image",
            names[actual],
        )
    with bars:
        finding = f"Taken for {names[said]}, {verdict}"
        show(charts.probabilities(frame, finding), "Outputs by class", finding)


def _mistakes(outputs, dataset, wrong):
    if len(wrong) == 0:
        return
    rows = worst(outputs, dataset.y_test, wrong)
    names = dataset.class_names
    labels = [f"{names[dataset.y_test[i]]}, not {names[outputs[i].argmax()]}" for i in rows]
    frame = _grid(rows, dataset, labels)
    for k, name in enumerate(names[:10]):
        frame[f"output {name}"] = [f"{outputs[i, k]:.3f}" for i in rows]
    title = "The worst mistakes: most certain, and wrong"
    show(charts.gallery(frame, min(COLUMNS, 6), title), title, "Point at one for its outputs")


def _weights(params, config, dataset):
    start = init_params(config, dataset.X_train.shape[1], len(dataset.class_names))
    for when, layers in (("before", start), ("after", params)):
        W = layers[0].W[:, :UNITS]
        largest = float(np.abs(W).max()) if np.isfinite(W).all() else 0.0
        frame = pd.DataFrame(
            {
                "picture": [weights_picture(w, dataset.image_shape, largest) for w in W.T],
                "unit": np.arange(1, W.shape[1] + 1),
                "column": np.arange(W.shape[1]) % COLUMNS,
                "row": np.arange(W.shape[1]) // COLUMNS,
            }
        )
        title = f"First-layer weights {when} training, ±{largest:.2g}"
        chart = charts.gallery(frame, COLUMNS, title, side=70, captions=False)
        show(chart, title, "A picture a hidden unit: blue positive, orange negative")


def _grid(rows, dataset, labels):
    raw = np.asarray(dataset.X_test[np.asarray(rows)], np.float64) * dataset.scale + dataset.shift
    places = np.arange(len(rows))
    return pd.DataFrame(
        {
            "picture": [picture(values, dataset.image_shape) for values in raw],
            "label": labels,
            "index": list(map(int, rows)),
            "column": places % min(COLUMNS, 6),
            "row": places // min(COLUMNS, 6),
        }
    )


def _png(pixels):
    image = Image.fromarray(pixels)
    file = io.BytesIO()
    image.resize((image.width * ENLARGED, image.height * ENLARGED), Image.Resampling.NEAREST).save(
        file, "png"
    )
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
