"""A fingerprint says "exactly" of the same weights and losses alone, and says how far others are."""

import math

import numpy as np
import pytest

from data import DataConfig, load_dataset
from lab.links import fingerprint
from lab.links.fingerprint import DIFFERS, EXACTLY, NEAR, Fingerprint, compare
from mlp import Layer, TrainConfig, train

DATASET = load_dataset(DataConfig(n_samples=60))
LOSSES = (0.25, 0.5, 0.125)
ONE = Fingerprint("w", "0123456789ab", LOSSES)
OTHER = "ba9876543210"


def last(**changes):
    *_, record = train(TrainConfig(**{"hidden_layer_sizes": (4,), "epochs": 2} | changes), DATASET)
    return record


@pytest.fixture(scope="module")
def record():
    return last()


def test_the_same_training_has_the_same_fingerprint(record):
    assert fingerprint.of_network(last()) == fingerprint.of_network(record)
    assert compare(fingerprint.of_network(record), fingerprint.of_network(last())).state == EXACTLY


@pytest.mark.parametrize("changes", [{"init_seed": 1}, {"shuffle_seed": 1}, {"learning_rate": 0.1000001}])
def test_another_training_has_another_digest(record, changes):
    assert fingerprint.of_network(last(**changes)).digest != fingerprint.of_network(record).digest


def with_weight(record, change):
    first, *rest = record.params
    W = first.W.copy()
    W[0, 0] = change(W[0, 0])
    return record._replace(params=(Layer(W, first.b), *rest))


@pytest.mark.parametrize(
    "change", [lambda w: np.nextafter(w, np.float32(9)), lambda w: -w, lambda w: np.float32(np.nan)]
)
def test_the_last_bit_of_one_weight_changes_the_digest_and_so_forbids_exactly(record, change):
    found = fingerprint.of_network(with_weight(record, change))
    linked = fingerprint.of_network(record)
    assert found.digest != linked.digest
    assert compare(linked, found).state == NEAR


def test_the_digest_tells_layers_apart_that_hold_the_same_numbers(record):
    W = np.arange(6, dtype=np.float32)
    shapes = [(2, 3), (3, 2)]
    digests = {
        fingerprint.of_network(record._replace(params=(Layer(W.reshape(shape), W[:0]),))).digest
        for shape in shapes
    }
    wide = record._replace(params=(Layer(W.reshape(2, 3).astype(np.float64), W[:0]),))
    assert len(digests | {fingerprint.of_network(wide).digest}) == 3


def test_a_weight_in_another_memory_order_is_the_same_weight(record):
    first, *rest = record.params
    turned = record._replace(params=(Layer(np.asfortranarray(first.W), first.b), *rest))
    assert fingerprint.of_network(turned) == fingerprint.of_network(record)


def test_a_link_gives_its_fingerprint_back_to_six_digits(record):
    found = fingerprint.of_network(record)
    read = fingerprint.read(found.text())
    assert (read.kind, read.digest) == (found.kind, found.digest)
    assert read.losses == tuple(float(f"{loss:.6g}") for loss in found.losses)
    assert compare(read, found).state == EXACTLY


@pytest.mark.parametrize("loss", [0.0, 1e-30, 5e20, math.nan, math.inf, 123456789.0])
def test_every_loss_survives_a_link(loss):
    one = ONE._replace(losses=(loss, 0.1, math.nan))
    assert fingerprint.read(one.text()).text() == one.text()
    assert compare(fingerprint.read(one.text()), one).state == EXACTLY


NONE = ["", "w", "w0123456789ab", "x0123456789ab_1_2_3", "w0123456789ab_1_2", "w0123456789AB_1_2_3"]
NONE += [f"w0123456789ab_1_{rest}" for rest in ("2_3_4", "2_x", "1.2.3_4", "2_٣", "9" * 5000)]


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_fingerprint_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match=r"^fingerprint is .*; allowed: .*\.$") as refusal:
        fingerprint.read(text)
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    ("factor", "digest", "state"),
    [
        (1, ONE.digest, EXACTLY),
        (1, OTHER, NEAR),
        (1 + 9e-5, OTHER, NEAR),
        (1 - 9e-5, OTHER, NEAR),
        (1 + 1.2e-4, OTHER, DIFFERS),
        (2, OTHER, DIFFERS),
        (2, ONE.digest, DIFFERS),  # a link that was tampered with
        (1 + 5e-5, ONE.digest, NEAR),
        (math.nan, OTHER, DIFFERS),
        (math.nan, ONE.digest, DIFFERS),
        (math.inf, OTHER, DIFFERS),
    ],
)
@pytest.mark.parametrize("which", [0, 1, 2])
def test_the_verdict_is_that_of_the_worst_loss_and_the_digest(factor, digest, state, which):
    losses = [*LOSSES]
    losses[which] *= factor
    found = Fingerprint("w", digest, tuple(losses))
    verdict = compare(ONE, found)
    assert verdict.state == state
    assert verdict.sentence.startswith(
        {EXACTLY: "Reproduced exactly", NEAR: "Reproduced within 1e-4", DIFFERS: "Differs by"}[state]
    )
    if state == DIFFERS:
        assert ("training", "validation", "test")[which] in verdict.sentence


def test_a_difference_is_told_with_its_size_and_both_losses():
    sentence = compare(ONE, ONE._replace(digest=OTHER, losses=(0.25, 0.4, 0.125))).sentence
    assert "20.0%" in sentence
    assert "0.4" in sentence
    assert "0.5" in sentence


def test_two_trainings_that_diverge_are_alike_but_not_exactly():
    nothing = (math.nan,) * 3
    one, other = Fingerprint("w", ONE.digest, nothing), Fingerprint("w", OTHER, nothing)
    verdict = compare(one, other)
    assert verdict.state == NEAR
    assert "diverges" in verdict.sentence


def test_a_sweeps_fingerprint_is_not_a_networks():
    assert compare(ONE, ONE._replace(kind="r")).state == DIFFERS


def test_a_sweeps_digest_sees_every_network_and_its_order(record):
    other = last(init_seed=5)
    both = fingerprint.of_sweep([record, other])
    assert both.losses == fingerprint.final_losses(record)
    assert both == fingerprint.of_sweep([last(), last(init_seed=5)])
    moved = record._replace(test_loss=np.nextafter(record.test_loss, 9))
    different = [[other, record], [record], [record, None], [record, other, other], [moved, other]]
    digests = {fingerprint.of_sweep(records).digest for records in different}
    assert len(digests) == len(different)
    assert both.digest not in digests
