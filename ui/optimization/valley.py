"""The quadratic bowl: every optimizer with its best settings, next to the rates known from theory."""

from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from lab.links.descents import MOST_KAPPA
from lab.optimization import bowl, bowl_sentences
from lab.words import listed
from mlp import OPTIMIZERS
from ui.charts import optimization_bowl as charts
from ui.frame.show import show
from ui.frame.tables import show_rows
from ui.optimization.setup import colours
from ui.sidebar import lock
from ui.training.cache import cache

ON_SHOW = 25  # steps drawn on the bowl
MOST_POINTS = 160  # points per line of distances
FLOOR = 1e-9  # share of the initial distance below which nothing is drawn
RINGS, CORNERS = 8, 73  # lines of equal height; points per line
DEFINED = (
    "Near its bottom a loss is nearly a bowl: f = ½(u² + v²/κ). It curves κ times as much along u as along "
    "v; κ is its *condition number*. A large κ means a long, narrow valley. For such a bowl the best "
    "learning rate η and momentum μ are known, and so is the *rate of convergence*: the factor by which a "
    "step multiplies the distance from the bottom. Here each optimizer of the lab walks down with its best "
    "settings."
)
FORMULAS = (
    r"\text{gradient descent: } \eta = \frac{2}{1 + 1/\kappa}, \qquad "
    r"\text{rate } \frac{\kappa - 1}{\kappa + 1}",
    r"\text{momentum: } \eta = \frac{4}{(1 + 1/\sqrt\kappa)^2}, \quad "
    r"\beta = \Bigl(\frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}\Bigr)^2, \qquad \text{rate } \sqrt\beta",
    r"\text{Nesterov: } \eta = \frac{4}{3 + 1/\kappa}, \quad "
    r"\mu = \frac{\sqrt{3\kappa + 1} - 2}{\sqrt{3\kappa + 1} + 2}, \qquad "
    r"\text{rate } 1 - \frac{2}{\sqrt{3\kappa + 1}}",
)
MEASURED = (
    "For these optimizers, the distance along u and along v obeys $x_{t+1} = p\\,x_t + q\\,x_{t-1}$. The "
    "numbers p and q are fitted to the steps, and the measured rate is the largest root of $r^2 = p\\,r + q$."
)
ORIGINS = "Polyak (1964); Nesterov's formulas by Lessard, Recht and Packard (2016)."
DIAGONAL = (
    "The valley runs diagonally to both parameters: if it ran along one of them, an optimizer that scales "
    "each parameter separately, such as Adam, would not notice it."
)
ONE_STEP = (
    "**One step of memory.** Coursework D adds μ times the *last gradient* to each gradient. Momentum adds μ "
    "times its last *step*, which contains all earlier gradients."
)


class Descent(NamedTuple):
    """An optimizer with its best Settings: points (n + 1, 2) along u and v, rates, and steps to arrive."""

    settings: bowl.Settings
    points: np.ndarray
    theory: float | None
    measured: float | None
    steps: int | None


def section():
    """Draw the slider for κ, both charts, the table of rates, and what they show."""
    st.markdown(DEFINED)
    kappa = lock.control(st.slider, "Condition number κ", 1, MOST_KAPPA, key="kappa")
    best, rings, paths, frame = cache().view(("bowl", kappa, tuple(OPTIMIZERS)), lambda: drawn(kappa))
    steps = {name: descent.steps for name, descent in best.items()}
    said = bowl_sentences.speed(kappa, steps)
    left, right = st.columns(2, gap="large")
    with left:
        title = f"The first {ON_SHOW} steps on a bowl with κ = {kappa:,}"
        chart = charts.paths(rings, paths, colours(best), title)
        show(chart, "Map of a bowl, with a path for each optimizer", said.rstrip("."))
    with right:
        first = float(frame["distance"][frame["step"] == 0].iloc[0])
        title = "How far from the bottom after each step?"
        chart = charts.distances(frame, bowl.REACHED * first, colours(best), title)
        show(chart, "Line chart of the distance from the bottom by step", said.rstrip("."))
    known = {name: one.theory for name, one in best.items() if one.theory is not None}
    agree = bowl_sentences.agreement(known, {name: best[name].measured for name in known})
    st.markdown(f"**{said}** {agree}")
    show_rows(table(best))
    shared = best["momentum"].settings._replace(name="one_step_momentum")
    st.markdown(f"{ONE_STEP} {bowl_sentences.one_step(bowl.rate_of(shared, kappa), steps)}")
    why = st.expander(
        "Why: the best η and μ, and how the rate is measured", on_change="rerun", key="_why_rates"
    )
    if why.open:
        for formula in FORMULAS:
            why.latex(formula)
        nonlinear = [name for name in OPTIMIZERS if not bowl.is_linear(name)]
        with_momentum = [name for name in nonlinear if "momentum" in OPTIMIZERS[name].uses]
        why.markdown(" ".join([MEASURED, *without_rate(nonlinear, with_momentum), DIAGONAL, ORIGINS]))


def drawn(kappa):
    """Return the descents on a bowl and the tables of both charts: `ellipses`, `first_steps`, `distances`."""
    best = descents(kappa)
    return best, ellipses(kappa), first_steps(best), distances(best)


def descents(kappa):
    """Return {optimizer: Descent} of all optimizers on a bowl."""
    best = {}
    for name in OPTIMIZERS:
        settings = bowl.best(name, kappa)
        points = bowl.descend(settings, kappa, bowl.budget(kappa))
        measured = bowl.measured_rate(points) if bowl.is_linear(name) else None
        best[name] = Descent(settings, points, bowl.theory(name, kappa), measured, bowl.steps_to(points))
    return best


def without_rate(names, with_momentum=()):
    """Return the sentences about optimizers that have no rate of convergence; none if there are none.

    `with_momentum` are those of them that use μ.
    """
    if not names:
        return []
    n, low, high = len(bowl.RATES), bowl.RATES[0], bowl.RATES[-1]
    have, their, them = ("has", "its", "it") if len(names) == 1 else ("have", "their", "them")
    told = [
        f"{listed(names)} {have} no such rate: {their} steps do not shrink in proportion.",
        f"For {them}, the best of {n} learning rates from {low:g} to {high:g} is shown.",
    ]
    if with_momentum:
        momenta = listed([f"{momentum:g}" for momentum in bowl.MOMENTA])
        told.append(f"For {listed(with_momentum)}, each of these rates is tried with μ = {momenta}.")
    return told


def table(best):
    """Return one row per optimizer: its η and μ, its rates, and the steps it needs; "> n": more than n."""

    def digits(rate):
        return "–" if rate is None else f"{rate:.6f}"

    return pd.DataFrame(
        {
            "optimizer": name,
            "η": f"{one.settings.rate:.4g}",
            "μ": f"{one.settings.momentum:.4g}" if OPTIMIZERS[name].uses else "–",
            "rate in theory": digits(one.theory),
            "rate measured": digits(one.measured),
            "steps to a millionth": f"> {len(one.points) - 1:,}" if one.steps is None else f"{one.steps:,}",
        }
        for name, one in best.items()
    )


def ellipses(kappa):
    """Return columns x, y, line, step: lines on which the bowl is equally high, a factor of 2 apart."""
    angles = np.linspace(0, 2 * np.pi, CORNERS)
    height = 0.5 * (bowl.curvatures(kappa) * np.square(bowl.start(kappa))).sum()
    parts = []
    for line in range(RINGS):
        sizes = np.sqrt(2 * height / 2.0**line / bowl.curvatures(kappa))
        x, y = (np.stack([np.cos(angles), np.sin(angles)], axis=1) * sizes @ bowl.AXES.T).T
        parts.append(pd.DataFrame({"x": x, "y": y, "line": line, "step": np.arange(CORNERS)}))
    return pd.concat(parts, ignore_index=True).astype("float32")


def first_steps(best):
    """Return columns x, y, optimizer, step: the first points of each path, in the parameters."""
    parts = []
    for name, one in best.items():
        x, y = (one.points[: ON_SHOW + 1] @ bowl.AXES.T).T
        parts.append(pd.DataFrame({"x": x, "y": y, "optimizer": name, "step": np.arange(len(x))}))
    return pd.concat(parts, ignore_index=True).astype({"x": "float32", "y": "float32", "step": "int32"})


def distances(best):
    """Return columns step, distance, optimizer; lines are thinned and end where they fall below FLOOR."""
    parts = []
    for name, one in best.items():
        far = np.hypot(*one.points.T)
        places = np.unique(np.geomspace(1, len(far), MOST_POINTS).astype(int)) - 1
        columns = {"step": places.astype(np.int32), "distance": far[places].astype(np.float32)}
        parts.append(pd.DataFrame(columns | {"optimizer": name}))
    frame = pd.concat(parts, ignore_index=True)
    return frame[frame["distance"] > FLOOR * far[0]]
