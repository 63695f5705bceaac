"""The sidebar of the sweeps page: a base experiment, the fields to vary, and how."""

import math
from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from data import CLASS_RANGES
from mlp import sweep

from .. import compare, controls, own_images
from ..fields import DEFAULTS as FIELD_DEFAULTS
from ..fields import FIELDS
from ..share import DATA_FIELDS, Experiment, field_text, parse_field

STATE = st.session_state
DATASETS = ("circles", "moons", "spirals", "xor", "blobs", "linear")
DATASETS += ("mnist", "fashion_mnist", "cifar10", "own_images")
DEFAULTS = FIELD_DEFAULTS | {"hidden_layer_sizes": (8, 8), "epochs": 30, "batch_size": 16}
GROUPS = {
    "Data": ("name",),
    "Network": ("hidden_layer_sizes", "activation"),
    "Training": ("learning_rate", "l2", "epochs"),
}
MORE = {
    "Data": ("noise", "n_samples", "n_classes", "scaling", "split", "seed"),
    "Network": ("initializer", "init_scale", "use_bias", "loss"),
    "Training": controls.MORE_TRAINING,
    "Seeds": ("init_seed", "shuffle_seed"),
}
NONE = "–"
SWEPT = tuple(
    name for name in FIELDS if name not in ("dtype", "split", "seed", "init_seed", "shuffle_seed", "shuffle")
)
AXES = 3
GRID, RANDOM, ONE = "grid", "random", "one at a time"
VIEW = {  # the page's own widgets and what they hold at first
    "design": GRID,
    "axis1": "learning_rate",
    "values1": "0.01 / 0.03 / 0.1 / 0.3 / 1 / 3",
    "axis2": "l2",
    "values2": "0 / 0.0001 / 0.001 / 0.01",
    "axis3": NONE,
    "values3": "",
    "range_points": 5,
    "draws": 30,
    "sweep_seed": 0,
    "least": 0,
    "most": 0,
    "metric": "validation accuracy",
    "view": "Curves",
}
KEYS = (*(name for name in FIELDS if name != "dtype"), "points", "seeds", *VIEW)
MAX_TRIALS, MAX_PARAMETERS = 400, 4_000_000
EXAMPLES = compare.EXAMPLES | {
    "use_bias": "true / false",
    "learning_rate": "0.01 to 1 log",
    "l2": "0.00001 to 0.1 log",
    "noise": "0.05 to 0.4",
}


class Plan(NamedTuple):
    """A sweep as the page asks for it: its trials, from so many seeds each, around a base."""

    base: Experiment
    fields: tuple[str, ...]
    design: str
    sweep: sweep.Sweep
    n_seeds: int

    def experiments(self):
        """[(data, config), …]: all seeds of the first trial, then of the next, …"""
        return [(t.data, config) for t in self.sweep.trials for config in sweep.seeds_of(t, self.n_seeds)]

    def rows(self, number):
        """Where in `experiments` those of a trial are."""
        return range(number * self.n_seeds, (number + 1) * self.n_seeds)


def sidebar():
    """Draw the controls; returns the Plan and the sentences about what could not be used."""
    held, problems = {}, []
    with st.sidebar:
        st.markdown("**Sweep**")
        space = _axes(problems)
        design, settings = _design(space)
        for title, names in GROUPS.items():
            controls.group(title, names, held, DATASETS, DEFAULTS)
            if title == "Data" and held["name"] == "own_images":
                held["points"] = own_images.upload_box(problems)
        with st.expander("More"):
            for title, names in MORE.items():
                controls.group(title, names, held, None, DEFAULTS)
            n_seeds = controls.seeds()
            limits = _limits()
    base, refused = controls.assemble(held, DEFAULTS)
    if len(settings) > MAX_TRIALS:
        problems.append(f"The sweep asks for {len(settings):,} trials; the first {MAX_TRIALS} are run.")
    built = sweep.build(settings[:MAX_TRIALS], base.data, base.train, lambda d, c: _check(d, c, limits))
    sentences = problems + controls.ignored(held) + refused
    return Plan(base, tuple(space), design, built, n_seeds), list(dict.fromkeys(sentences))


def tell(plan):
    """How many trials there are, and which combinations are not among them."""
    n, refused = len(plan.sweep.trials), plan.sweep.refused
    words = f"**{n} trials × {plan.n_seeds} seeds**"
    if plan.sweep.n_repeated:
        words += f"; {plan.sweep.n_repeated} repeated combinations run once"
    st.markdown(words + (f"; {len(refused)} are not run." if refused else "."))
    if refused:
        box = st.expander(f"The {len(refused)} combinations that are not run", on_change="rerun")
        if box.open:
            rows = [{k: field_text(v) for k, v in r.settings} | {"why": r.reason} for r in refused]
            box.dataframe(rows, hide_index=True)


def parse_axis(field, text):
    """Values or Between of "0.1 / 0.01", "0.001 to 1 log" or "10 to 50"; raises ValueError."""
    words = text.split()
    if "to" in words:
        try:
            low, high = float(words[0]), float(words[words.index("to") + 1])
            log = words[3:] == ["log"]
            if len(words) not in (3, 4) or (len(words) == 4 and not log) or not 0 <= low < high < math.inf:
                raise ValueError
            if log and low == 0:
                raise ValueError
        except (ValueError, IndexError):
            raise ValueError(
                f"The range of {field} is {text[:60]!r}; allowed: two numbers such as 0.01 to 0.1, the first "
                "smaller, or 0.001 to 1 log."
            ) from None
        whole = isinstance(FIELD_DEFAULTS[field], int) and not isinstance(FIELD_DEFAULTS[field], bool)
        return sweep.Between(low, high, log, whole)
    parts = [part.strip() for part in text.split("/") if part.strip()]
    if not parts:
        raise ValueError(f"No values are given for {field}; allowed: some, parted by /, or low to high.")
    return sweep.Values(tuple(dict.fromkeys(parse_field(field, part) for part in parts)))


def _axes(problems):
    """Draw up to three fields and their values; returns the space."""
    space = {}
    for number in range(1, AXES + 1):
        field = st.selectbox(
            "Vary" if number == 1 else "and",
            (NONE, *SWEPT),
            index=(NONE, *SWEPT).index(VIEW[f"axis{number}"]),
            key=f"axis{number}",
            bind="query-params",
            on_change=_suggest,
            args=(number,),
        )
        if field == NONE:
            continue
        text = st.text_input(
            f"Values of {field}",
            VIEW[f"values{number}"],
            key=f"values{number}",
            bind="query-params",
            max_chars=200,
            help="Parted by /, as 0.1 / 0.01; or a range, as 0.01 to 1 log. Layers by commas: 8,8 / 16,16.",
        )
        if field in space:
            problems.append(f"{field} is chosen twice; its first values are used.")
            continue
        try:
            space[field] = parse_axis(field, text or "")
        except ValueError as problem:
            problems.append(f"{problem} {field} is not varied.")
    return space


def _suggest(number):
    """A callback: values that fit the field just chosen."""
    field = STATE[f"axis{number}"]
    kind = FIELDS[field][1] if field in FIELDS else None
    listed = [field_text(option) for option in getattr(kind, "options", ())][:4]
    STATE[f"values{number}"] = EXAMPLES.get(field) or " / ".join(listed)


def _design(space):
    """Draw how the space is searched; returns the name of the design and its settings."""
    design = st.segmented_control(
        "Design", (GRID, RANDOM, ONE), default=GRID, key="design", bind="query-params", required=True
    )
    if design == RANDOM:
        n = st.number_input("Draws", 1, MAX_TRIALS, VIEW["draws"], key="draws", bind="query-params")
        seed = st.number_input("Sweep seed", 0, 10**6, 0, key="sweep_seed", bind="query-params")
        return design, sweep.random_search(space, n, seed)
    points = VIEW["range_points"]
    if any(isinstance(axis, sweep.Between) for axis in space.values()):
        points = st.slider("Points a range", 2, 12, points, key="range_points", bind="query-params")
    return design, (sweep.grid if design == GRID else sweep.one_at_a_time)(space, points)


def _limits():
    """Draw the budget of parameters; returns (least, most), most 0 for none."""
    st.markdown("**Budget**")
    least = st.number_input("Least parameters", 0, 10**8, 0, key="least", bind="query-params")
    most = st.number_input(
        "Most parameters", 0, 10**8, 0, key="most", bind="query-params", help="0: no limit."
    )
    return least, most


def _check(data, config, limits):
    """Why a trial is not run, or None."""
    sizes = (
        own_images.sizes(data.points)
        if data.name == "own_images"
        else controls.INPUTS_AND_CLASSES.get(
            data.name, (2, data.n_classes if data.name in CLASS_RANGES else 2)
        )
    )
    n = config.n_parameters(*sizes)
    least, most = limits
    if n < least or (most and n > most):
        return f"{n:,} parameters; the budget is {least:,} {f'to {most:,}' if most else 'or more'}."
    if n > MAX_PARAMETERS:
        return f"{n:,} parameters; this page trains up to {MAX_PARAMETERS:,}."
    if data.name not in DATASETS:
        return f"name is {data.name!r}; allowed: {', '.join(DATASETS)}."
    return None


def with_settings(base, settings):
    """The Experiment of a trial: the base with the trial's settings."""
    data = {k: v for k, v in settings if k in DATA_FIELDS}
    train = {k: v for k, v in settings if k not in DATA_FIELDS}
    return Experiment(replace(base.data, **data), replace(base.train, **train))
