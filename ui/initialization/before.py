"""Before training: the size of the signal in every layer, measured and predicted."""

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from lab.links import cost
from lab.words import listed, percent
from mlp import ACTIVATIONS, forward, init_params
from mlp.signal import Signal, factor_a_layer, measure, predict
from ui.charts import initialization as charts
from ui.frame.show import show
from ui.initialization.factors import in_words as factors_in_words
from ui.initialization.factors import largest_share, undrawn, without_factor
from ui.initialization.setup import colours_of
from ui.training import progress
from ui.training.cache import cache

SAMPLE = 200  # examples on which the signal is measured, evenly spread over the training set
BINS = 40
LARGEST_DRAWN = 1e30  # well within the range of a chart's 32-bit numbers
QUANTITIES = {  # {field of a Signal: (title of its chart, title of the axis, name in a sentence)}
    "activation": ("Forward: variance of the activations by layer", "Var[a]", "variance of the activations"),
    "gradient": ("Backward: root mean square of the gradient by layer", "√E[δ²], δ = ∂ℓ/∂z", "gradient"),
}
COLUMNS = {"activation": "Var[a], factor per layer", "gradient": "√E[δ²], factor per layer, backward"}
NOTHING = {"dead": "No unit is dead", "flat": "No activation is saturated"}
RECURSION = (
    r"q_1 = \sigma_1^2 \sum_i x_i^2, \qquad q_{l+1} = n_l\, \sigma_{l+1}^2\; \mathbb{E}\,[f(z_l)^2]",
    r"\mathbb{E}[\delta_l^2] = n_{l+1} \sigma_{l+1}^2\; \mathbb{E}[\delta_{l+1}^2]\; \mathbb{E}[f'(z_l)^2]",
)
LAWS = (
    r"Here $z_l \sim \mathcal{N}(0, q_l)$ is a pre-activation, $n_l$ is the number of units of layer $l$ and "
    r"$\sigma_l^2$ the variance of its weights. **LeCun**: $n\,\sigma^2 = 1$ keeps the variance of a linear "
    r"layer. **He**: a ReLU lets half of $z^2$ through, so $n\,\sigma^2 = 2$. **Glorot**: forward asks for "
    r"$1/n_{in}$, backward for $1/n_{out}$, and $2/(n_{in} + n_{out})$ lies between the two."
)


def signals(ensemble, dataset):
    """Return {start: (Signals of its seeds, stacked on a first axis; predicted Signal)}; None if it waits."""
    cached = {start: cache().noted(_key(ensemble, start)) for start in ensemble.starts}
    starts = [start for start, signal in cached.items() if signal is None]

    def measure_missing():
        for number, start in enumerate(starts):
            signal = yield from progress.part(of_start(ensemble, start, dataset), number, len(starts))
            cached[start] = cache().note(_key(ensemble, start), lambda signal=signal: signal)
        return cached

    estimate = sum(seconds(ensemble, start, dataset) for start in starts)
    n_bytes = max((cost.drawing_bytes(ensemble.of(start)[0], dataset) for start in starts), default=0)
    name = "signals", *(_key(ensemble, start) for start in ensemble.starts)
    by_start = progress.result(
        name, measure_missing, estimate, "Measuring these networks", "Measuring the signal", n_bytes
    )
    return by_start and dict(zip(ensemble.starts, by_start.values(), strict=True))


def seconds(ensemble, start, dataset):
    """Return the estimated seconds of `of_start`: drawing the weights, both passes, the recursion."""
    config, speed = ensemble.of(start, dtype="float64")[0], cache().speed
    n_features, n_classes = dataset.X_train.shape[1], len(dataset.class_names)
    hidden, slow = sum(config.hidden_layer_sizes), speed.activation(config.activation)
    passes = 6 * config.n_parameters(n_features, n_classes) * speed.multiply_add
    passes += hidden * (8 * slow + 20 * speed.value)
    per_seed = cost.drawing(config, n_features, n_classes, speed) + SAMPLE * passes
    per_seed += 60 * config.n_layers * speed.call
    recursion = 1600 * config.n_layers * slow + 15_000 * n_classes * speed.value
    return ensemble.n_seeds * per_seed + SAMPLE * recursion


def sample(dataset):
    """Return (X, y) of SAMPLE evenly spread training examples, X in float64."""
    n = len(dataset.y_train)
    rows = np.unique(np.linspace(0, n - 1, min(n, SAMPLE)).astype(int))
    return np.asarray(dataset.X_train[rows], np.float64), dataset.y_train[rows]


def of_start(ensemble, start, dataset):
    """Generator: yield the share done; return (stacked Signals, predicted Signal)."""
    X, y = sample(dataset)
    configs = ensemble.of(start, dtype="float64")
    measured = []
    for config in configs:
        measured.append(measure(draw_weights(config, dataset), X, y, config))
        if config.initializer == "constant" and config.loss == "softmax_cross_entropy":
            with np.errstate(all="ignore"):  # δ Wᵀ = c Σ_k (p_k - T_k) = 0: only its rounding was measured
                measured[-1].gradient[:-1] *= 0.0
        yield len(measured) / len(configs)
    stacked = Signal(*(np.stack(part) for part in zip(*measured, strict=True)))
    return stacked, predict(X, y, configs[0], len(dataset.class_names))


def draw_weights(config, dataset):
    """Return the untrained parameters of a network on this dataset."""
    return init_params(config, dataset.X_train.shape[1], len(dataset.class_names))


def _key(ensemble, start):
    train = replace(ensemble.of(start)[0], learning_rate=0.1, optimizer="sgd", schedule="constant", epochs=1)
    train = replace(train, batch_size=0, l1=0.0, l2=0.0)
    return "signal", ensemble.experiment.data, train, ensemble.n_seeds


def charts_by_layer(ensemble, by_start, n_examples):
    """Draw the forward and backward charts, measured on `n_examples` and predicted."""
    columns = st.columns(2, gap="medium")
    for column, (quantity, (title, y_title, _)) in zip(columns, QUANTITIES.items(), strict=True):
        measured, predicted = cache().view(
            ("by layer", ensemble, quantity), lambda q=quantity: by_layer(by_start, q)
        )
        with column:
            if measured.empty:
                st.info(f"{title}: no positive finite value to draw on a logarithmic axis.")
                continue
            parts = measured, predicted, colours_of(ensemble.starts), title, y_title
            show(charts.signal(*parts, backward=quantity == "gradient"), title, headline(by_start, quantity))
    st.caption(
        f"**Points**: measured on {n_examples} training examples, the median over the random seeds "
        f"({ensemble.n_seeds}) with the range from the smallest to the largest. **Dashed lines**: what the "
        "variance recursion predicts before any weight is drawn. A unit is **dead** if its slope *f′(z)* is "
        "0, or almost 0, for every example. **Flat** is the share of slopes below 5% of the largest slope."
    )
    for quantity in QUANTITIES:
        sizes = {start.label: getattr(signal, quantity) for start, (signal, _) in by_start.items()}
        for sentence in undrawn(sizes, quantity):
            st.caption(sentence)


def headline(by_start, quantity):
    """Return in words the factor per layer of the starts with the smallest and the largest signal."""
    n_steps = next(iter(by_start.values()))[0].activation.shape[1] - 2
    factors = {start.label: _factor(signal, quantity) for start, (signal, _) in by_start.items()}
    factors = {label: factor for label, factor in factors.items() if np.isfinite(factor)}
    if n_steps < 1:
        return "With fewer than two hidden layers there is no factor from layer to layer"
    if not factors:
        sizes = {start.label: amounts(signal, quantity) for start, (signal, _) in by_start.items()}
        return without_factor(sizes, quantity, QUANTITIES[quantity][2])
    what, sentences = QUANTITIES[quantity][2], []
    for extreme in dict.fromkeys((min(factors.values()), max(factors.values()))):
        tied = listed([label for label, factor in factors.items() if factor == extreme])
        sentences.append(f"{tied}: the {what} {factors_in_words(extreme, n_steps)}")
    return "; ".join(sentences)


def table(by_start):
    """Return one row per start: the factor per layer, measured and predicted; dead and flat units."""
    rows = []
    for start, (measured, predicted) in by_start.items():
        row = {"initializer": start.label}
        for quantity, name in COLUMNS.items():
            expected = Signal(*(values[np.newaxis] for values in predicted))
            for column, signal in ((name, measured), (f"{name}, predicted", expected)):
                factor = _factor(signal, quantity)
                row[column] = f"{factor:.3g}" if np.isfinite(factor) else "–"
        if measured.dead.shape[1] > 1:
            row["dead units"] = percent(np.nanmedian(measured.dead[:, :-1]))
            row["flat"] = percent(np.nanmedian(measured.flat[:, :-1]))
        rows.append(row)
    return pd.DataFrame(rows)


def amounts(signal, quantity):
    """Return a quantity of a Signal in the unit that the page shows: Var[a], or √E[δ²] for the gradient."""
    return np.sqrt(signal.gradient) if quantity == "gradient" else signal.activation


def by_layer(by_start, quantity):
    """Return (measured, predicted) as data frames, with positive and finite values only."""
    measured, predicted = [], []
    for start, (signal, expected) in by_start.items():
        measured.append(_over_seeds(start, amounts(signal, quantity)))
        columns = {"start": start.label, "value": amounts(expected, quantity)}
        predicted.append(pd.DataFrame({"layer": np.arange(1, len(expected.gradient) + 1)} | columns))
    measured, predicted = pd.concat(measured), pd.concat(predicted)
    good = np.isfinite(measured[["median", "low", "high"]]).all(axis=1) & (measured["low"] > 0)
    return measured[good], predicted[np.isfinite(predicted["value"]) & (predicted["value"] > 0)]


def distributions(ensemble, dataset, start, by_start):
    """Draw one start's activations by layer, and the share of dead or flat units of all starts."""
    left, right = st.columns(2, gap="medium")
    with left:
        frame = cache().view(("histogram", ensemble, start), lambda: histogram(ensemble, dataset, start))
        if frame.empty:
            st.info("There is no hidden layer, or its activations are not finite numbers.")
        else:
            title = f"{start.label}: where the activations lie"
            chart = charts.activations(frame.drop(columns="deviation"), title)
            show(chart, title, _deviations(frame))
    with right:
        quantity, title, y_title = "dead", "Dead units: no slope for any example", "share of units"
        if ACTIVATIONS[ensemble.experiment.train.activation].saturates:
            title, y_title = "Saturated: the slope is below 5% of its largest", "share of activations"
            quantity = "flat"
        shares = {start: getattr(measured, quantity)[:, :-1] for start, (measured, _) in by_start.items()}
        shares = [_over_seeds(*share) for share in shares.items() if share[1].size]
        shares = [frame for frame in shares if np.isfinite(frame["median"]).all()]
        if shares:
            frame = pd.concat(shares, ignore_index=True)
            finding = largest_share(frame, NOTHING[quantity])
            show(charts.shares(frame, colours_of(ensemble.starts), title, y_title), title, finding)


def histogram(ensemble, dataset, start):
    """Return columns layer, left, right, share, scaled, deviation: of the first seed's activations."""
    (config, *_) = ensemble.of(start, dtype="float64")
    X, _ = sample(dataset)
    hidden = forward(draw_weights(config, dataset), X, config).activations[:-1]
    layers = {i: a for i, a in enumerate(hidden, start=1) if np.abs(a).max(initial=0.0) < LARGEST_DRAWN}
    if not layers:
        return pd.DataFrame()
    low, high = min(a.min() for a in layers.values()), max(a.max() for a in layers.values())
    margin = 0.5 if low == high else 0.0
    edges = np.linspace(low - margin, high + margin, BINS + 1)
    parts = []
    for layer, a in layers.items():
        share = np.histogram(a, edges)[0] / a.size
        columns = {"left": edges[:-1], "right": edges[1:], "share": share}
        columns |= {"scaled": (share / share.max()) ** 0.5, "deviation": a.std() if np.ptp(a) else 0.0}
        parts.append(pd.DataFrame({"layer": layer} | columns))
    frame = pd.concat(parts)
    return frame[frame["share"] > 0].astype({"left": "float32", "right": "float32", "scaled": "float32"})


def _deviations(frame):
    """Return in words the standard deviations of the first and last layer's activations."""
    by_layer = frame.groupby("layer")["deviation"].first()
    ends = dict.fromkeys((by_layer.index[0], by_layer.index[-1]))
    return "Standard deviation, " + ", ".join(f"layer {layer}: {by_layer[layer]:.2g}" for layer in ends)


def _over_seeds(start, values):
    """Return columns layer, start, median, low, high of values (n_seeds, n_layers)."""
    with np.errstate(all="ignore"):
        columns = {"median": np.median(values, 0), "low": values.min(0), "high": values.max(0)}
    return pd.DataFrame({"layer": np.arange(1, values.shape[1] + 1), "start": start.label} | columns)


def _factor(signal, quantity):
    """Return the median's factor per layer: forward over the hidden layers, backward from the last layer."""
    with np.errstate(all="ignore"):
        hidden = np.median(amounts(signal, quantity), axis=0)[:-1]
    return factor_a_layer(hidden if quantity == "activation" else hidden[::-1])
