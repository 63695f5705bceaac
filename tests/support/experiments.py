"""Strategies: every experiment that a link can hold."""

from hypothesis import strategies as st

from data import DATASETS, SCALINGS, DataConfig
from lab.links.experiment import Experiment
from mlp import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, SCHEDULES, TrainConfig
from mlp.config import DTYPES

SEEDS = st.integers(0, 2**31 - 1)


def _pieces(rates):
    firsts = st.sets(st.integers(1, 10**18 - 1), min_size=len(rates) - 1, max_size=len(rates) - 1).map(sorted)
    return firsts.map(lambda epochs: tuple(zip(rates, (0, *epochs), strict=True)))


RATES = st.floats(0, exclude_min=True, allow_infinity=False)
NOT_NEGATIVE = st.floats(0, allow_infinity=False)
COORDINATES = st.integers(-10_000, 10_000).map(lambda n: f"{n / 100:g}")
POINTS = st.lists(
    st.tuples(COORDINATES, COORDINATES, st.sampled_from("012345")).map(",".join), max_size=6
).map(";".join)
PER_CENT = st.tuples(st.integers(1, 100), st.integers(0, 100)).filter(lambda cut: sum(cut) <= 100)
SPLITS = st.one_of(
    PER_CENT.map(lambda cut: f"{cut[0]}/{cut[1]}/{100 - sum(cut)}"),
    st.tuples(st.integers(1, 999_999), st.integers(0, 999_999), st.integers(0, 999_999)).map(
        lambda counts: "/".join(map(str, counts))
    ),
)


@st.composite
def data_configs(draw):
    name = draw(st.sampled_from(list(DATASETS)))
    return DataConfig(
        name=name,
        n_samples=draw(st.integers(20, 20_000)),
        noise=draw(st.floats(0, 1)),
        scaling=draw(st.sampled_from(list(SCALINGS))),
        split=draw(SPLITS),
        seed=draw(SEEDS),
        points=draw(POINTS),
        n_classes=draw(st.integers(*(DATASETS[name].class_range or (2, 6)))),
    )


@st.composite
def train_configs(draw):
    """Every TrainConfig but one: a penalty a layer, where there is one layer."""
    sizes = tuple(draw(st.lists(st.integers(1, 300), max_size=4)))
    each = st.tuples(*[NOT_NEGATIVE] * (len(sizes) + 1))
    penalty = NOT_NEGATIVE if not sizes else st.one_of(NOT_NEGATIVE, each)
    *rates, least = sorted(draw(st.lists(RATES, min_size=2, max_size=5)), reverse=True)
    learning_rate = rates[0] if len(rates) == 1 else draw(st.permutations(rates).flatmap(_pieces))
    return TrainConfig(
        hidden_layer_sizes=sizes,
        activation=draw(st.sampled_from(list(ACTIVATIONS))),
        use_bias=draw(st.booleans()),
        initializer=draw(st.sampled_from(list(INITIALIZERS))),
        init_scale=draw(NOT_NEGATIVE),
        loss=draw(st.sampled_from(list(LOSSES))),
        optimizer=draw(st.sampled_from(list(OPTIMIZERS))),
        learning_rate=learning_rate,
        momentum=draw(st.floats(0, 1, exclude_max=True)),
        schedule=draw(st.sampled_from(list(SCHEDULES))),
        learning_rate_min=least,
        cycle_steps=draw(st.integers(1, 10**9)),
        l1=draw(penalty),
        l2=draw(penalty),
        batch_size=draw(st.integers(0, 100_000)),
        epochs=draw(st.integers(0, 10**9)),
        shuffle=draw(st.booleans()),
        init_seed=draw(SEEDS),
        shuffle_seed=draw(SEEDS),
        dtype=draw(st.sampled_from(DTYPES)),
    )


def experiments():
    return st.builds(Experiment, data_configs(), train_configs())
