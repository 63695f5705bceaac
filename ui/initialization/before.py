"""Before training: the size of the signal in every layer, measured and predicted."""

import numpy as np
import pandas as pd
import streamlit as st

from mlp import ACTIVATIONS, forward
from mlp.signal import Signal, factor_a_layer
from ui import charts
from ui.frame.show import show
from ui.initialization import frames
from ui.initialization.measured import drawn, sample
from ui.training.runs import cache

BINS = 40
LARGEST_DRAWN = 1e30  # what a chart's 32-bit numbers hold, and to spare
QUANTITIES = {
    "activation": ("Forward: variance of the activations by layer", "Var[a]"),
    "gradient": ("Backward: mean square of the gradient by layer", "E[δ²], δ = ∂ℓ/∂z"),
}

RECURSION = (
    r"q_1 = \sigma_1^2 \sum_i x_i^2, \qquad q_{l+1} = n_l\, \sigma_{l+1}^2\; \mathbb{E}\,[f(z_l)^2]",
    r"\mathbb{E}[\delta_l^2] = n_{l+1} \sigma_{l+1}^2\; \mathbb{E}[\delta_{l+1}^2]\; \mathbb{E}[f'(z_l)^2]",
)
LAWS = (
    r"Here $z_l \sim \mathcal{N}(0, q_l)$ is a pre-activation, $n_l$ the number of units of layer $l$, "
    r"$\sigma_l^2$ the variance of its weights. **LeCun**: $n\,\sigma^2 = 1$ keeps the variance of a linear "
    r"layer. **He**: a ReLU lets half of $z^2$ through, so $n\,\sigma^2 = 2$. **Glorot**: forward asks for "
    r"$1/n_{in}$, backward for $1/n_{out}$, and $2/(n_{in} + n_{out})$ lies between the two."
)


def charts_by_layer(ensemble, found, n_examples):
    """Draw the forward and backward charts, measured on `n_examples` and predicted."""
    columns = st.columns(2, gap="medium")
    for column, (quantity, (title, y_title)) in zip(columns, QUANTITIES.items(), strict=True):
        measured, predicted = cache().view(
            ("by layer", ensemble, quantity), lambda q=quantity: by_layer(found, q)
        )
        with column:
            if measured.empty:
                st.info(f"{title}: nothing positive to draw on a logarithmic axis.")
                continue
            chart = charts.signal(
                measured,
                predicted,
                frames.colours_of(ensemble.starts),
                title,
                y_title,
                backward=quantity == "gradient",
            )
            show(chart, title, headline(found, quantity))
    st.caption(
        f"**Points**: measured, the median of the random seeds ({ensemble.n_seeds}) on {n_examples} "
        "training examples, "
        "with the range from the smallest to the largest. **Dashed lines**: what the variance recursion "
        "predicts, before any weight is drawn."
    )
    missing = [start.label for start, (m, _) in found.items() if not (m.activation > 0).all()]
    if missing:
        names = ", ".join(missing)
        st.caption(f"Not on a logarithmic axis: {names}, where a layer's activations do not vary at all.")


def headline(found, quantity):
    """Return in words by what factor the starts with the extreme signals multiply them per layer."""
    factors = {start: _factor(found[start][0], quantity) for start in found}
    factors = {start: factor for start, factor in factors.items() if np.isfinite(factor)}
    if next(iter(found.values()))[0].activation.shape[1] < 3:
        return "With fewer than two hidden layers there is no factor from layer to layer"
    if not factors:
        return "No start passes a signal through all of its layers"
    what = "activations" if quantity == "activation" else "gradients"
    least, most = min(factors, key=factors.get), max(factors, key=factors.get)
    sentences = [
        _sentence(start, what, factors[start], found[start][0], quantity)
        for start in dict.fromkeys((least, most))
    ]
    return "; ".join(sentences)


def table(found):
    """Return one row per start: the factor per layer, measured and predicted; dead and flat units."""
    rows = []
    for start, (measured, predicted) in found.items():
        row = {"initializer": start.label}
        for quantity, name in (("activation", "Var[a] × a layer"), ("gradient", "E[δ²] × a layer, backward")):
            row[name] = _figure(_factor(measured, quantity))
            row[f"{name}, predicted"] = _figure(
                _factor(Signal(*(v[np.newaxis] for v in predicted)), quantity)
            )
        if measured.dead.shape[1] > 1:
            row["dead units"] = f"{np.nanmedian(measured.dead[:, :-1]):.0%}"
            row["flat"] = f"{np.nanmedian(measured.flat[:, :-1]):.0%}"
        rows.append(row)
    return pd.DataFrame(rows)


def by_layer(found, quantity):
    """Return (measured, predicted) as data frames, without values that are not positive and finite."""
    measured, predicted = [], []
    for start, (signal, expected) in found.items():
        values = getattr(signal, quantity)
        layers = np.arange(1, values.shape[1] + 1)
        with np.errstate(all="ignore"):
            rows = {"median": np.median(values, 0), "low": values.min(0), "high": values.max(0)}
        measured.append(pd.DataFrame({"layer": layers, "start": start.label} | rows))
        value = getattr(expected, quantity)
        predicted.append(pd.DataFrame({"layer": layers, "start": start.label, "value": value}))
    measured, predicted = pd.concat(measured), pd.concat(predicted)
    good = np.isfinite(measured[["median", "low", "high"]]).all(axis=1) & (measured["low"] > 0)
    return measured[good], predicted[np.isfinite(predicted["value"]) & (predicted["value"] > 0)]


def distributions(ensemble, dataset, start, found):
    """Draw the activations of one start by layer, and the share of dead or flat units of all starts."""
    left, right = st.columns(2, gap="medium")
    with left:
        frame = cache().view(("histogram", ensemble, start), lambda: histogram(ensemble, dataset, start))
        if frame.empty:
            st.info("There is no hidden layer, or its activations are not finite numbers.")
        else:
            title = f"{start.label}: where the activations lie"
            show(charts.activations(frame, title), title, _spread(frame))
    with right:
        quantity, title, y_title = _share(ensemble.experiment.train.activation)
        parts = []
        for one, (measured, _) in found.items():
            values = getattr(measured, quantity)[:, :-1]
            if values.size and np.isfinite(values).all():
                rows = {"median": np.median(values, 0), "low": values.min(0), "high": values.max(0)}
                parts.append(
                    pd.DataFrame({"layer": np.arange(1, values.shape[1] + 1), "start": one.label} | rows)
                )
        if parts:
            drawn = pd.concat(parts, ignore_index=True)
            most = drawn.loc[drawn["median"].idxmax()]
            finding = f"At most {most['median']:.0%}, of {most['start']} in layer {most['layer']}"
            show(charts.shares(drawn, frames.colours_of(ensemble.starts), title, y_title), title, finding)


def _spread(frame):
    """Return in words the deviation of the first and last layer's activations, from their histogram."""
    told = []
    for layer, rows in frame.groupby("layer"):
        middle, share = (rows["left"] + rows["right"]) / 2, rows["share"]
        told.append(
            (layer, np.sqrt(np.average((middle - np.average(middle, weights=share)) ** 2, weights=share)))
        )
    words = [f"layer {layer}: {deviation:.2g}" for layer, deviation in dict((told[0], told[-1])).items()]
    return "Standard deviation, " + ", ".join(words)


def histogram(ensemble, dataset, start):
    """Return columns layer, left, right, share, scaled: histograms of the first seed's activations."""
    (config, *_) = ensemble.of(start, dtype="float64")
    X, _ = sample(dataset)
    passed = forward(drawn(config, dataset), X, config).activations[:-1]
    values = [a for a in passed if np.abs(a).max(initial=0.0) < LARGEST_DRAWN]
    if not values:
        return pd.DataFrame()
    low, high = min(a.min() for a in values), max(a.max() for a in values)
    if low == high:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, BINS + 1)
    parts = []
    for layer, a in enumerate(values, start=1):
        share = np.histogram(a, edges)[0] / a.size
        columns = {
            "left": edges[:-1],
            "right": edges[1:],
            "share": share,
            "scaled": (share / share.max()) ** 0.5,
        }
        parts.append(pd.DataFrame({"layer": layer} | columns))
    frame = pd.concat(parts)
    return frame[frame["share"] > 0].astype({"left": "float32", "right": "float32", "scaled": "float32"})


def _factor(signal, quantity):
    """Return the factor per layer of the median: forward over the hidden layers, backward from the last."""
    with np.errstate(all="ignore"):
        values = np.median(getattr(signal, quantity), axis=0)
    hidden = values[:-1]
    return factor_a_layer(hidden if quantity == "activation" else hidden[::-1])


def _sentence(start, what, factor, signal, quantity):
    n_steps = signal.activation.shape[1] - 2
    if abs(factor - 1) < 0.1:
        return f"{start.label}: {what} keep their size, × {factor:.2f} a layer"
    verb = "shrink" if factor < 1 else "grow"
    total = f", × {factor**n_steps:.0e} over {n_steps} layers" if n_steps > 2 else ""
    return f"{start.label}: {what} {verb} × {factor:.2g} a layer{total}"


def _figure(value):
    return f"{value:.3g}" if np.isfinite(value) else "–"


def _share(activation):
    """Return the most telling share for an activation, its title, and what it is a share of."""
    if ACTIVATIONS[activation].saturates:
        return "flat", "Saturated: the slope is below 5 % of its largest", "share of activations"
    return "dead", "Dead units: no slope for any example", "share of units"
