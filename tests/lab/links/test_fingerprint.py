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


def test_the_same_training_has_the_same_fingerprint_in_any_memory_order(record):
    linked = fingerprint.of_network(record)
    assert compare(linked, fingerprint.of_network(last())).state == EXACTLY
    first, *rest = record.params
    turned = record._replace(params=(Layer(np.asfortranarray(first.W), first.b), *rest))
    assert fingerprint.of_network(turned) == linked


@pytest.mark.parametrize(
    "change", [lambda w: np.nextafter(w, np.float32(9)), lambda w: -w, lambda w: np.float32(np.nan)]
)
@pytest.mark.parametrize("kind", Layer._fields)
def test_the_last_bit_of_one_parameter_changes_the_digest_and_so_forbids_exactly(record, change, kind):
    *first, output = record.params
    array = getattr(output, kind).copy()
    array.flat[-1] = change(array.flat[-1])
    found = fingerprint.of_network(record._replace(params=(*first, output._replace(**{kind: array}))))
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


def test_a_link_gives_its_fingerprint_back_to_six_digits():
    found = ONE._replace(losses=(1 / 3, 2 / 3, 1e-5 / 7))
    assert found.text() == "w0123456789ab_0.333333_0.666667_1.42857e-06"
    assert compare(fingerprint.read(found.text()), found).state == EXACTLY


def test_every_loss_survives_a_link():
    for loss in (0.0, 1e-30, 5e20, math.nan, math.inf, 123456789.0):
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
        (2, ONE.digest, DIFFERS),  # a link that was tampered with
        (1 + 5e-5, ONE.digest, NEAR),
        (math.nan, OTHER, DIFFERS),
        (math.inf, OTHER, DIFFERS),
    ],
)
def test_the_verdict_is_that_of_the_worst_loss_and_the_digest(factor, digest, state):
    beginning = {EXACTLY: "Reproduced exactly", NEAR: "Reproduced within 1e-4", DIFFERS: "Differs by"}[state]
    for number, name in enumerate(("training", "validation", "test")):
        losses = [loss * factor if k == number else loss for k, loss in enumerate(LOSSES)]
        verdict = compare(ONE, Fingerprint("w", digest, tuple(losses)))
        assert verdict.state == state
        assert verdict.sentence.startswith(beginning)
        assert state != DIFFERS or name in verdict.sentence


def test_a_difference_is_told_with_its_size_and_both_losses_or_as_another_kind_of_result():
    sentence = compare(ONE, ONE._replace(digest=OTHER, losses=(0.25, 0.4, 0.125))).sentence
    assert sentence == "Differs by 20.0%: the final validation loss is 0.4, the link says 0.5."
    assert compare(ONE, ONE._replace(kind="r")).state == DIFFERS


def test_two_trainings_that_diverge_are_alike_but_not_exactly():
    nothing = (math.nan,) * 3
    one, other = Fingerprint("w", ONE.digest, nothing), Fingerprint("w", OTHER, nothing)
    verdict = compare(one, other)
    assert verdict.state == NEAR
    assert "diverges" in verdict.sentence


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
