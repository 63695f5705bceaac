"""Inside a network trained on images: its confusion matrix, its mistakes, and its first-layer weights."""

import numpy as np
import pandas as pd
import streamlit as st

from lab.divergence import when
from lab.links import cost
from lab.published import sigmoids
from lab.words import counted
from mlp import LOSSES, forward
from ui.charts import counts
from ui.charts import pictures as picture_charts
from ui.charts.palette import NEGATIVE, POSITIVE, rgb
from ui.figures.frames import confusion
from ui.figures.maps import forward_in_chunks, png
from ui.frame.show import show
from ui.frame.tables import show_rows
from ui.initialization.before import draw_weights
from ui.sidebar import lock
from ui.training import progress
from ui.training.cache import cache, cached_view

WORST, UNITS = 12, 24  # number of mistakes and of units shown
IMAGES_PER_ROW, UNITS_PER_ROW = 6, 12
ENLARGED = 3
KEYS = ("_image",)


def hidden_test(dataset):
    """Draw the switch that hides the test images; return whether they are hidden."""
    return bool(dataset.image_shape) and lock.control(
        st.toggle,
        "Hide the test set",
        key="hide_test",
        help="Hide its figures, its images and its confusion matrix while you choose between experiments: to "
        "choose by the test set is to train on it.",
    )


def section(ensemble, run, start, dataset, *, hidden, replay=None):
    """Draw the confusion matrix, the worst mistakes, one image, and the first layer before and after.

    With `hidden`, nothing of the test set is drawn. For a replay that printed losses of single images, ours
    are shown too.
    """
    position = ensemble.positions(start)[0]
    config, record = ensemble.configs()[position], run.with_parameters(run.n_epochs).records[position]
    if record.epoch > ensemble.experiment.train.epochs:
        st.caption(
            f"This training has gone on to epoch {run.n_epochs}; on images, only its last weights are kept."
        )
    if record.diverged:
        st.error(f"{start.label}, the first seed, diverged {when([record])}: there is nothing to show.")
        return
    st.caption(f"{start.label}, the first seed, after epoch {record.epoch}.")
    if hidden:
        st.caption(
            ":material/visibility_off: The test set is hidden: its confusion matrix, its "
            "misclassified images and the outputs for any of them."
        )
        _weights(record.params, config, dataset)
        return
    left, right = st.columns(2, gap="medium")
    sizes = dataset.X_test.shape[1], len(dataset.class_names), len(dataset.y_test)
    with progress.spinner(
        cost.forward_seconds(config, *sizes, cache().speed), "Classifying every test image …"
    ):
        outputs = forward_in_chunks(record.params, dataset.X_test, config, lambda passed: passed.output)
    wrong = np.flatnonzero(outputs.argmax(axis=-1) != dataset.y_test)
    with left:
        if len(dataset.y_test):
            matrix = confusion(record.params, config, dataset)
            finding = _misclassified(len(wrong), len(dataset.y_test), "test")
            show(counts.confusion(matrix, finding), "Confusion matrix", finding)
    with right:
        index = _one_image(outputs, dataset, wrong, config)
    if replay and replay.looked_at and index is not None:
        _answers(record.params, config, dataset, index, replay.looked_at)
    if len(wrong):
        _mistakes(outputs, dataset, wrong)
    _weights(record.params, config, dataset)


def worst(outputs, wrong, n=WORST):
    """Return the indices of the n most confident mistakes, by the largest output of a wrong class."""
    certainty = outputs[wrong].max(axis=-1)
    return wrong[np.argsort(-certainty, kind="stable")[:n]]


def picture(values, shape):
    """Return raw pixel values, 0 to 255, of shape (h, w) or (h, w, 3) as a PNG data URL."""
    return png(np.clip(np.asarray(values).reshape(shape).round(), 0, 255).astype(np.uint8), ENLARGED)


def weights_picture(w, shape, largest):
    """Return a unit's weights as a picture: blue where positive, orange where negative, white at 0."""
    w = np.asarray(w, np.float64).reshape(shape)
    w = w.mean(axis=-1) if w.ndim == 3 else w
    share = np.clip(np.abs(w) / largest, 0, 1)[..., np.newaxis] if largest > 0 else np.zeros((*w.shape, 1))
    colour = np.where(w[..., np.newaxis] > 0, rgb(POSITIVE), rgb(NEGATIVE))
    return png((255 + share * (colour - 255)).round().astype(np.uint8), ENLARGED)


def _one_image(outputs, dataset, wrong, config):
    n, names = len(dataset.y_test), dataset.class_names
    if n == 0:
        st.info("There is no test set to show.")
        return None
    first = int(wrong[0]) if len(wrong) else 0
    index = st.number_input(
        "Test image", 0, n - 1, first, key="_image", help="The number of the image in the test set, from 0."
    )
    actual, predicted = dataset.y_test[index], outputs[index].argmax()
    kinds = np.full(len(names), "other", dtype=object)
    kinds[predicted], kinds[actual] = "predicted", "actual"
    frame = pd.DataFrame({"class": names, "output": outputs[index].round(4), "kind": kinds})
    image, bars = st.columns([1, 2])
    with image:
        grid = _grid([index], dataset, [names[actual]])
        chart = picture_charts.gallery(grid, 1, f"Test image {index}", side=150, captions=False)
        show(chart, "The image", names[actual])
    with bars:
        verdict = "correctly" if actual == predicted else f"but it is {names[actual]}"
        finding = f"Classified as {names[predicted]}, {verdict}"
        ends = LOSSES[config.loss].output.range
        show(picture_charts.outputs(frame, finding, ends), "Outputs by class", finding)
    return index


def _answers(params, config, dataset, index, looked_at):
    """Show the outputs for one test image, scaled and unscaled, with their losses and the published ones."""
    X, label = np.asarray(dataset.X_test[index : index + 1]), dataset.y_test[index]
    pixels = {"scaled": X, "as it is, 0 to 255": (X * dataset.scale + dataset.shift).round().astype(X.dtype)}
    rows = []
    for name, values in pixels.items():
        outputs = forward(params, values, config).output[0]
        loss = sigmoids.yes_or_no_loss(outputs, label)
        vector = "[" + "  ".join(f"{p:.3f}" for p in outputs) + "]"
        loss_text = f"{loss:.3f}" if np.isfinite(loss) else "infinite"
        row = {"pixels": name, "outputs, class by class": vector}
        rows.append(row | {"loss": loss_text, "e^−loss": sigmoids.share(loss)})
    st.markdown(f"**The outputs for test image {index} as a vector, and their loss**")
    show_rows(rows)
    st.caption(sigmoids.looked_at(looked_at))


def _mistakes(outputs, dataset, wrong):
    rows, names = worst(outputs, wrong), dataset.class_names
    labels = [f"{names[dataset.y_test[i]]}, not {names[outputs[i].argmax()]}" for i in rows]
    frame = _grid(rows, dataset, labels)
    for k, name in enumerate(names[:10]):
        frame[f"output {name}"] = [f"{outputs[i, k]:.3f}" for i in rows]
    title = "The worst mistakes: wrong with the largest outputs"
    words = _worst_in_words(outputs, dataset, rows, len(wrong))
    show(picture_charts.gallery(frame, IMAGES_PER_ROW, title), title, words)


def _worst_in_words(outputs, dataset, rows, n_wrong):
    """Return the finding about the mistakes of these `rows`, which begin with the worst."""
    names, first = dataset.class_names, rows[0]
    most, least = (f"{outputs[i].max():.3f}" for i in (first, rows[-1]))
    said = f"{names[dataset.y_test[first]]}, not {names[outputs[first].argmax()]}, with output {most}"
    if n_wrong == 1:
        return f"The one misclassified test image, number {first}: {said}"
    which = f"The {len(rows)} worst" if len(rows) < n_wrong else "All"
    many = f"{which} of {n_wrong:,} misclassified test images"
    return f"{many}: first number {first}, {said}; the last with output {least}"


def _weights(params, config, dataset):
    for time, layers in (("before", draw_weights(config, dataset)), ("after", params)):
        _first_layer(layers[0].W, dataset, f"First-layer weights {time} training")


def _first_layer(W, dataset, title):
    W = W[:, :UNITS]
    largest = float(np.abs(W).max()) if np.isfinite(W).all() else 0.0
    units = np.arange(W.shape[1])
    pictures = [weights_picture(w, dataset.image_shape, largest) for w in W.T]
    frame = pd.DataFrame({"picture": pictures, "unit": units + 1} | _places(units, UNITS_PER_ROW))
    title = f"{title}, ±{largest:.2g}"
    chart = picture_charts.gallery(frame, UNITS_PER_ROW, title, side=70, captions=False)
    show(chart, title, _weights_in_words(W))


def _weights_in_words(W):
    """Return the finding about the weights of the units that are drawn, (n_inputs, n_units)."""
    pictures = f"{counted(W.shape[1], 'unit')}, one picture each, blue positive, orange negative"
    if not np.isfinite(W).all():
        return f"{pictures}: not all weights are finite"
    magnitudes = np.abs(W, dtype=np.float64)
    largest, size = magnitudes.max(), np.sqrt(np.mean(magnitudes**2))
    if not largest:
        return f"{pictures}: all weights are 0"
    unit = int(magnitudes.max(axis=0).argmax()) + 1
    if magnitudes.min() == largest:
        return f"{pictures}: all weights have the magnitude {largest:.2g}"
    return (
        f"{pictures}: the largest weight has the magnitude {largest:.2g}, in unit {unit}; "
        f"the root mean square is {size:.2g}"
    )


def opened(network):
    """Draw the inside of a `ui.frame.saved_weights.Opened` if its inputs are images.

    The confusion matrix is that of the validation images, because opening a file must not reveal the test
    set.
    """
    dataset = network.dataset
    if not dataset.image_shape:
        return
    _first_layer(network.params[0].W, dataset, f"{network.name}: its first-layer weights")
    if n := len(dataset.y_valid):
        matrix = cached_view(validation_confusion, network)
        n_wrong = int(matrix.loc[matrix["actual"] != matrix["predicted"], "count"].sum())
        finding = _misclassified(n_wrong, n, "validation")
        show(counts.confusion(matrix, finding), "Confusion matrix", finding)


def validation_confusion(network):
    """Return the `confusion` of the validation images."""
    dataset = network.dataset
    dataset = dataset._replace(X_test=dataset.X_valid, y_test=dataset.y_valid)
    return confusion(network.params, network.config, dataset)


def _misclassified(n_wrong, n, split):
    if n == 1:
        return f"The one {split} image is classified {'wrongly' if n_wrong else 'correctly'}"
    return f"{n_wrong:,} of {n:,} {split} images {'is' if n_wrong == 1 else 'are'} misclassified"


def _grid(rows, dataset, labels):
    raw = np.asarray(dataset.X_test[np.asarray(rows)], np.float64) * dataset.scale + dataset.shift
    columns = {
        "picture": [picture(values, dataset.image_shape) for values in raw],
        "label": labels,
        "index": list(map(int, rows)),
    }
    return pd.DataFrame(columns | _places(np.arange(len(rows)), IMAGES_PER_ROW))


def _places(numbers, per_row):
    return {"column": numbers % per_row, "row": numbers // per_row}
