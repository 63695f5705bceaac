"""The computed answers to the questions about the first weights."""

import numpy as np

from lab.links.ensemble import of_starts, parse_start
from lab.links.fields import DEFAULT_SEEDS
from lab.questions.answer import Answer, setups
from lab.words import to_tenths
from mlp import init_params
from mlp.measures import distinct_units
from mlp.signal import measure

SAMPLE = 200  # evenly spaced training examples on which a signal is measured, as on the page
LEFT = (1e-3, 1e-6)  # share of the variance: bounds between the choices
SHRUNK = (1e-2, 1e-5)  # share of the gradient: bounds between the choices
WITHIN = 0.02  # distance from the best accuracy
ROUNDING = 1e-9  # of a difference of two accuracies


def ensemble_of(values):
    """Return the Ensemble of a question's values, that of its page."""
    (setup,) = setups(values)
    return of_starts(setup.experiment, DEFAULT_SEEDS, [parse_start(text) for text in values["sets"]])


def _signals(values, trained):
    """Return {start: the median over the seeds of (Var[a], √E[δ²]) by layer, (2, n_layers)}."""
    ensemble = ensemble_of(values)
    dataset = trained.dataset(ensemble.experiment.data)
    n = len(dataset.y_train)
    rows = np.unique(np.linspace(0, n - 1, min(n, SAMPLE)).astype(int))
    X, y = dataset.X_train[rows].astype(np.float64), dataset.y_train[rows]
    found = {}
    for start in ensemble.starts:
        configs = ensemble.of(start, dtype="float64")
        drawn = [init_params(config, X.shape[1], len(dataset.class_names)) for config in configs]
        signals = [measure(params, X, y, config) for params, config in zip(drawn, configs, strict=True)]
        found[start] = np.median([(one.activation, np.sqrt(one.gradient)) for one in signals], axis=0)
    return found


def variance_left(values, trained):
    """Say how much of the first hidden layer's variance the first start leaves in the last one."""
    found = _signals(values, trained)
    shares = {start.label: float(variance[-2] / variance[0]) for start, (variance, _) in found.items()}
    (label, share), *others = shares.items()
    rest = "; ".join(f"{name} {value:.1e}" for name, value in others)
    n_layers = len(values["hidden_layer_sizes"])
    return Answer(
        sum(share < limit for limit in LEFT),
        f"From hidden layer 1 to {n_layers} {label} multiplies the variance by {share:.1e}; {rest}.",
    )


def keeps_best(values, trained):
    """Say which start changes the variance least from the first hidden layer to the last, up or down."""
    found = _signals(values, trained)
    shares = {start.label: float(variance[-2] / variance[0]) for start, (variance, _) in found.items()}
    best = min(shares, key=lambda label: abs(np.log(shares[label])))
    told = "; ".join(f"{label} {share:.2f}" for label, share in shares.items())
    n_layers = len(values["hidden_layer_sizes"])
    return Answer(
        list(shares).index(best),
        f"From hidden layer 1 to {n_layers} the variance of the activations is multiplied by: {told}.",
    )


def gradient_left(values, trained):
    """Say how much of the last hidden layer's gradient the first start leaves in the first one."""
    (start, (_, gradient)), *_ = _signals(values, trained).items()
    share = float(gradient[0] / gradient[-2])
    n_layers = len(values["hidden_layer_sizes"])
    return Answer(
        sum(share < limit for limit in SHRUNK),
        f"With {start.label}, before any training, the gradient in hidden layer 1 is {share:.1e} times "
        f"that in layer {n_layers}.",
    )


def equal_weights(values, trained):
    """Say whether units with equal weights stay equal: all of them, some, or none."""
    ensemble = ensemble_of(values)
    (run,) = trained([ensemble], watched=True)
    equal = next(start for start in ensemble.starts if start.initializer == "constant")
    networks = [run.records[place].params for place in ensemble.positions(equal)]
    layers = [layer for params in networks for layer in params[:-1]]
    counts, widths = [distinct_units(layer) for layer in layers], [layer.W.shape[1] for layer in layers]
    right = 0 if max(counts) == 1 else 2 if counts == widths else 1
    n = f"{min(counts):g}" if min(counts) == max(counts) else f"{min(counts):g} to {max(counts):g}"
    return Answer(
        right,
        f"After {run.epochs} epochs from {equal.label} a hidden layer of {widths[0]} units has {n} different "
        f"unit{'s' * (max(counts) != 1)}, in every one of {len(networks)} networks.",
    )


def within_the_best(values, trained):
    """Say how many starts come WITHIN the best median validation accuracy: all, more than half, or fewer."""
    ensemble = ensemble_of(values)
    (run,) = trained([ensemble], watched=True)
    medians = {}
    for start in ensemble.starts:
        records = [run.records[place] for place in ensemble.positions(start)]
        medians[start.label] = float(
            np.median([0.0 if record.diverged else record.valid_accuracy for record in records])
        )
    n, least = len(medians), max(medians.values()) - WITHIN - ROUNDING
    n_near = sum(value >= least for value in medians.values())
    told = "; ".join(f"{label} {to_tenths(value)}" for label, value in medians.items())
    return Answer(
        0 if n_near == n else 1 if 2 * n_near > n else 2,
        f"Median validation accuracy after {run.epochs} epochs: {told}. {n_near} of {n} "
        f"{'is' if n_near == 1 else 'are'} within {100 * WITHIN:g} points of the best.",
    )
