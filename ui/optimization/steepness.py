"""Curvature along the experiment's own path, and the largest learning rate that it allows."""

import numpy as np
import pandas as pd
import streamlit as st

from lab.optimization import bowl, sentences
from lab.optimization.steepness import measured, rates_at, work
from mlp.checks.judgement import has_kinks
from ui.charts import optimization_lines as charts
from ui.charts import palette
from ui.frame.show import show
from ui.optimization.setup import shapes_of
from ui.training import progress
from ui.training.cache import cache

PLAIN = "2/η, gradient descent"
DEFINED = (
    "Along any direction the loss is close to a parabola, as long as the step is short. Its *curvature* λ is "
    "the second derivative: how fast the slope changes. A step of gradient descent multiplies the distance "
    "from the bottom of such a parabola by 1 − ηλ. If λ is larger than 2/η, each step ends farther from the "
    "bottom than it started. The second derivatives with respect to all pairs of weights form the *Hessian* "
    "matrix; its largest *eigenvalue* is the curvature in the direction in which the loss bends most."
)
WHY = (
    r"L(\theta_t) \approx L^* + \tfrac{\lambda}{2} x_t^2, \qquad x_{t+1} = x_t - \eta \lambda x_t = "
    r"(1 - \eta\lambda)\, x_t",
    r"|1 - \eta\lambda| < 1 \iff 0 < \lambda < \frac{2}{\eta}",
)
BEYOND = (
    "With momentum there are two numbers per direction, the distance and the velocity, and a matrix in place "
    "of 1 − ηλ: the distance shrinks as long as λ < 2(1 + μ)/η. RMSprop and Adam scale each weight's step by "
    "its own gradients, so no single line holds for them. The eigenvalue is found without writing the Hessian"
    " H down: Hv is how fast the gradient changes along v. It is computed exactly, by differentiating each "
    "line of the forward and of the backward pass along v (Pearlmutter, 1994), and Lanczos' method (1950) "
    "combines v, Hv, H²v, … into the direction that bends most."
)
KINKS = (
    "This loss has kinks, where its slope jumps and has no derivative. The curvature is that of the smooth "
    "pieces between the kinks; the jumps are not part of it."
)


def section(plan, run, shown):
    """Draw the curvature by epoch and 2/η, with a rule at the epoch `shown`; say what they show."""
    st.markdown(DEFINED)
    config, dataset = plan.experiment.train, run.dataset
    shapes, (epochs, points) = shapes_of(config, dataset), measured(run.up_to(config.epochs))
    key, steps, seconds, *words = work(plan.experiment, dataset, shapes, epochs, points)
    curvature = progress.result(key, steps, seconds(cache().speed), *words)
    if curvature is None:
        return
    rates = rates_at(epochs, config, len(dataset.y_train))
    last = run.at(config.epochs).records[0]
    diverged = last.epoch if last.diverged else None
    said = sentences.curvature(curvature.largest, rates, config, len(dataset.y_train), diverged)
    frame = pd.DataFrame({"epoch": epochs, "value": curvature.largest, "error": curvature.residual})
    frame = frame[frame["value"] > 0]
    if len(frame):
        bounds = bounds_of(epochs, rates, config)
        colours = dict(
            zip(dict.fromkeys(bounds["name"]), (palette.NEGATIVE, palette.COMPARED[2]), strict=False)
        )
        title = f"How much the loss bends along {config.optimizer}'s path"
        show(
            charts.curvature(frame, bounds, colours, title, shown.frame),
            "Line chart of the curvature by epoch",
            said.rstrip("."),
        )
    st.markdown(f"{said} {KINKS}" if has_kinks(config) else said)
    why = st.expander("Why 2/η?", on_change="rerun", key="_why_bound")
    if why.open:
        for line in WHY:
            why.latex(line)
        why.markdown(BEYOND)


def bounds_of(epochs, rates, config):
    """Return columns epoch, value, name: 2/η, and the optimizer's own bound if it is different.

    A rate of 0 allows any curvature: at its epoch no bound is drawn.
    """
    limits = {PLAIN: 2.0}
    own = bowl.largest_stable_rate(config.optimizer, config.momentum)
    if own is not None and not np.isclose(own, 2.0, rtol=1e-6):
        limits[f"{own:.3g}/η, {config.optimizer}"] = own
    moves = rates > 0
    parts = [
        pd.DataFrame({"epoch": epochs[moves], "value": limit / rates[moves], "name": name})
        for name, limit in limits.items()
    ]
    return pd.concat(parts, ignore_index=True)
