"""A fingerprint tells every experiment, every network and every sweep from every other."""

import math
from dataclasses import fields, replace

import numpy as np
import pytest

from data import DataConfig, load_dataset
from lab.links import fingerprint
from lab.links.fingerprint import Fingerprint
from mlp import Layer, TrainConfig, train

DATA = DataConfig(n_samples=60)
TRAIN = TrainConfig(hidden_layer_sizes=(4,), epochs=2)
DATASET = load_dataset(DATA)
ONE = Fingerprint("w", "0123456789ab", (0.25, 0.5, 0.125))
NEW = ONE._replace(experiment="00112233aabb", figures=(0.7, 0.6, 0.5), epochs=(1, 2, 3))
SWEEP = Fingerprint("r", "0123456789ab", (0.25, 0.5, 0.125), "00112233aabb", (1.5,) * fingerprint.N_SUMS)


def records_of(**changes):
    return list(train(replace(TRAIN, **changes), DATASET))


def network(records):
    return fingerprint.of_network((DATA, TRAIN), records)


@pytest.fixture(scope="module")
def records():
    return records_of()


def test_the_same_training_has_the_same_fingerprint_in_any_memory_order(records):
    made = network(records)
    assert network(records_of()) == made
    first, *rest = records[-1].params
    turned = records[-1]._replace(params=(Layer(np.asfortranarray(first.W), first.b), *rest))
    assert network([*records[:-1], turned]) == made


@pytest.mark.parametrize(
    "change", [lambda w: np.nextafter(w, np.float32(9)), lambda w: -w, lambda w: np.float32(np.nan)]
)
@pytest.mark.parametrize("kind", Layer._fields)
def test_the_last_bit_of_one_parameter_changes_the_digest(records, change, kind):
    *first, output = records[-1].params
    array = getattr(output, kind).copy()
    array.flat[-1] = change(array.flat[-1])
    changed = records[-1]._replace(params=(*first, output._replace(**{kind: array})))
    assert network([*records[:-1], changed]).digest != network(records).digest


def test_the_digest_tells_layers_apart_that_hold_the_same_numbers(records):
    W = np.arange(6, dtype=np.float32)
    layers = [Layer(W.reshape(shape), W[:0]) for shape in ((2, 3), (3, 2))]
    layers.append(Layer(W.reshape(2, 3).astype(np.float64), W[:0]))
    digests = {network([*records[:-1], records[-1]._replace(params=(layer,))]).digest for layer in layers}
    assert len(digests) == 3


def test_a_networks_figures_are_its_validation_losses_after_1_2_and_5_epochs_and_so_on():
    records = records_of(epochs=12)
    made = fingerprint.of_network((DATA, replace(TRAIN, epochs=12)), records)
    assert made.epochs == (1, 2, 5, 10, 12)
    assert made.figures == tuple(records[epoch].valid_loss for epoch in (1, 2, 5, 10, 12))
    assert made.losses == (records[12].train_loss, records[12].valid_loss, records[12].test_loss)


def changed(config):
    """One config per field, with another value of it; dtype and others have their own other values."""
    others = {
        **{"name": "moons", "scaling": "unit", "split": "60/20/20", "points": "0,0,0;1,1,1"},
        **{"hidden_layer_sizes": (5,), "activation": "tanh", "initializer": "he_normal"},
        **{"loss": "sigmoid_squared_error", "optimizer": "adam", "schedule": "cosine", "dtype": "float64"},
    }
    for field in fields(config):
        value = getattr(config, field.name)
        other = not value if isinstance(value, bool) else others.get(field.name)
        other = other if other is not None else value + 1 if isinstance(value, int) else value + 1e-6
        yield replace(config, **{field.name: other})


def test_any_changed_field_of_the_first_or_the_last_network_changes_the_experiments_digest():
    experiments = [(DATA, TRAIN), (DATA, replace(TRAIN, init_seed=7)), (DATA, replace(TRAIN, init_seed=8))]
    lists = [experiments, experiments[:1], experiments[::-1], [*experiments, experiments[0]]]
    for k in (0, 2):
        data, config = experiments[k]
        others = [(other, config) for other in changed(data)] + [(data, other) for other in changed(config)]
        lists += [[*experiments[:k], other, *experiments[k + 1 :]] for other in others]
    assert len(lists) == 4 + 2 * (len(fields(DATA)) + len(fields(TRAIN))) == 62
    assert len({fingerprint.experiment_digest(one) for one in lists}) == len(lists)


def test_the_digest_of_an_experiment_is_the_one_that_links_already_have():
    digest = fingerprint.experiment_digest(
        [(DataConfig(), TrainConfig(l2=(0.1, 0.0), hidden_layer_sizes=(3,)))]
    )
    assert digest == "19843b3fdc50"


UNTRAINED = records_of(epochs=0)[0]


def last_with(loss, **more):
    return UNTRAINED._replace(valid_loss=loss, **more)


def test_the_sums_of_a_sweep_move_by_the_relative_change_of_one_loss_in_either_direction():
    losses = [0.5, 1e3, 2.0, 0.1]
    before = fingerprint.sums(list(map(last_with, losses)))
    for k, loss in enumerate(losses):
        moved = [*losses[:k], loss * 1.001, *losses[k + 1 :]]
        steps = np.subtract(fingerprint.sums(list(map(last_with, moved))), before)
        assert np.abs(steps) == pytest.approx(np.full(fingerprint.N_SUMS, 0.001), rel=2e-3)


def test_the_sums_mean_square_is_the_sum_of_squares_of_the_changes():
    rng, n = np.random.default_rng(0), 150
    logarithms = rng.normal(0, 1, n)
    ratios = []
    for _ in range(200):
        changes = rng.normal(0, 0.01, n)
        rows = [[last_with(float(np.exp(x))) for x in row] for row in (logarithms, logarithms + changes)]
        sums = np.subtract(*map(fingerprint.sums, rows))
        ratios.append(np.mean(sums**2) / np.sum(changes**2))
    assert np.mean(ratios) == pytest.approx(1, abs=0.1)


def test_the_sums_have_a_number_for_what_diverged_failed_or_has_no_validation_set():
    only_training = last_with(math.nan, train_loss=0.25)
    assert fingerprint.sums([only_training]) == fingerprint.sums([last_with(0.25)])
    for lost in (None, last_with(math.inf), last_with(math.nan, train_loss=math.nan)):
        assert np.abs(fingerprint.sums([lost])) == pytest.approx(np.full(fingerprint.N_SUMS, 100.0))
    assert fingerprint.sums([]) == (0.0,) * fingerprint.N_SUMS


def test_a_sweeps_digest_sees_every_network_and_its_order(records):
    one, other = records[-1], records_of(init_seed=5)[-1]
    experiments = [(DATA, TRAIN), (DATA, replace(TRAIN, init_seed=5))]
    both = fingerprint.of_sweep(experiments, [one, other])
    assert both.losses == fingerprint.final_losses(one)
    moved = one._replace(test_loss=np.nextafter(one.test_loss, 9))
    different = [[other, one], [one], [one, None], [one, other, other], [moved, other]]
    digests = {fingerprint.of_sweep(experiments, rows).digest for rows in different}
    assert len(digests) == len(different)
    assert both.digest not in digests
    assert fingerprint.of_sweep([], []).losses == pytest.approx((math.nan,) * 3, nan_ok=True)


def test_a_link_gives_its_fingerprint_back():
    found = ONE._replace(losses=(1 / 3, 2 / 3, 1e-5 / 7))
    assert found.text() == "w0123456789ab_0.333333_0.666667_1.42857e-06"
    newer = NEW._replace(figures=(1 / 3, 0.25, math.nan))
    assert newer.text() == "2w00112233aabb0123456789ab_0.25_0.5_0.125_0.333333_0.25_nan"
    assert SWEEP.text() == "2r00112233aabb0123456789ab_0.25_0.5_0.125" + "_1.500000" * fingerprint.N_SUMS
    for one in (found, newer, SWEEP):
        assert fingerprint.read(one.text()).text() == one.text()
        assert fingerprint.read(one.text())[:2] == one[:2]
        assert fingerprint.read(one.text()).experiment == one.experiment


def test_every_loss_survives_a_link():
    for loss in (0.0, 1e-30, 5e20, math.nan, math.inf, 123456789.0):
        for one in (ONE, NEW):
            one = one._replace(losses=(loss, 0.1, math.nan), figures=one.figures and (loss, 0.1, 0.2))
            assert fingerprint.read(one.text()).text() == one.text()


NONE = ["", "w", "w0123456789ab", "x0123456789ab_1_2_3", "w0123456789ab_1_2", "w0123456789AB_1_2_3"]
NONE += [f"w0123456789ab_1_{rest}" for rest in ("2_3_4", "2_x", "1.2.3_4", "2_٣", "9" * 5000)]
NONE += ["2w0123456789ab_1_2_3_4", "2w00112233aabb0123456789ab_1_2_3", "2w00112233aabb0123456789ab_1_2_3_"]
NONE += [f"3{NEW.text()[1:]}", NEW.text() + "_1" * 40]


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_fingerprint_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match=r"^fingerprint is .*; allowed: .*\.$") as refusal:
        fingerprint.read(text)
    assert len(str(refusal.value)) < 200


def test_twins_have_the_fingerprints_of_their_own_last_records(records):
    other = records_of(init_seed=5)
    experiments = [(DATA, TRAIN), (DATA, replace(TRAIN, init_seed=5))]
    twins = fingerprint.of_twins("w", experiments[:1], [[records], [[]], [other]])
    assert twins == [network(records), network(other)]
    swept = fingerprint.of_twins("r", experiments, [[records, other], [other, []]])
    assert swept[0] == fingerprint.of_sweep(experiments, [records[-1], other[-1]])
    assert swept[1] == fingerprint.of_sweep(experiments, [other[-1], None])
