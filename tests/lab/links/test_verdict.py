"""A verdict says what was shown: the same bits, rounding as large as that of twins, or another result."""

import math

import pytest

from lab.links import verdict
from lab.links.fingerprint import Fingerprint
from lab.links.verdict import ANOTHER, DIFFERS, EXACTLY, GROWN, NEAR, UNDECIDED, compare

LOSSES = (0.25, 0.5, 0.125)
OTHER = "ba9876543210"
OLD = Fingerprint("w", "0123456789ab", LOSSES)
NEW = OLD._replace(experiment="00112233aabb", figures=(0.9, 0.8, 0.7, 0.5), epochs=(1, 2, 5, 10))
OLD_SWEEP = OLD._replace(kind="r")
SWEEP = OLD_SWEEP._replace(experiment="00112233aabb", figures=(10.0, -4.0))


def scaled(one, *factors):
    """A fingerprint with other weights and losses: the final validation loss is the last of its figures."""
    figures = tuple(figure * factor for figure, factor in zip(one.figures, factors, strict=True))
    return one._replace(digest=OTHER, figures=figures, losses=(0.25, one.losses[1] * factors[-1], 0.125))


@pytest.mark.parametrize("one", [OLD, NEW, OLD_SWEEP, SWEEP])
def test_the_same_bits_are_reproduced_exactly(one):
    assert compare(one, one).state == EXACTLY
    assert compare(one, one).sentence.startswith("Reproduced exactly: ")


@pytest.mark.parametrize(
    ("factor", "digest", "state"),
    [
        (1, OLD.digest, EXACTLY),
        (1, OTHER, NEAR),
        (1 + 9e-5, OTHER, NEAR),
        (1 - 9e-5, OTHER, NEAR),
        (1 + 1.2e-4, OTHER, DIFFERS),
        (2, OLD.digest, DIFFERS),  # a link that was tampered with
        (1 + 5e-5, OLD.digest, NEAR),
        (math.nan, OTHER, DIFFERS),
        (math.inf, OTHER, DIFFERS),
    ],
)
@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("linked", [OLD, NEW])
def test_the_verdict_is_that_of_the_worst_loss_and_the_digest(linked, number, factor, digest, state):
    beginning = {EXACTLY: "Reproduced exactly", NEAR: "Reproduced within 1e-4", DIFFERS: "Differs by"}[state]
    losses = tuple(loss * factor if k == number else loss for k, loss in enumerate(LOSSES))
    found = linked._replace(digest=digest, losses=losses)
    judged = compare(linked, found)
    assert judged.needs_twins == (state == DIFFERS)
    if judged.needs_twins:
        assert judged.state == UNDECIDED
        judged = compare(linked, found, [found])
    assert judged.state == state
    assert judged.sentence.startswith(beginning)
    assert state != DIFFERS or verdict.LOSSES[number] in judged.sentence


def test_a_fingerprint_of_other_settings_or_of_another_kind_is_another_experiment():
    for linked, found in [
        (NEW, NEW._replace(experiment="ffffffffffff")),
        (SWEEP, SWEEP._replace(experiment="ffffffffffff")),
        (NEW, NEW._replace(figures=NEW.figures[:-1])),
        (NEW, SWEEP),
        (OLD, OLD_SWEEP),
    ]:
        assert compare(linked, found).state == ANOTHER
        assert not compare(linked, found).needs_twins


def test_rounding_that_grows_as_that_of_the_twins_is_the_same_experiment():
    found = scaled(NEW, 1 + 2e-6, 1 + 5e-4, 1.02, 1.5)
    twins = [scaled(found, 1, 1 + 2e-5, 1.001, 1.02), scaled(found, 1 + 1e-7, 1, 1.0001, 1.1)]
    judged = compare(NEW, found, twins)
    assert judged.state == GROWN
    assert judged.sentence == (
        "The same experiment: rounding has grown from less than 0.001% after epoch 1 to 33.3% at epoch 10. "
        "3 twins, whose first weights differ in the last bit alone, differ by up to 9.1%."
    )


@pytest.mark.parametrize("epoch", range(4))
def test_a_gap_beyond_thirty_times_that_of_the_most_distant_twin_is_another_result(epoch):
    twin, most = 1e-3, verdict.FACTOR * 1e-3
    for factor, state in [(0.9, GROWN), (1.1, DIFFERS)]:
        factors = [1 / (1 - most * factor) if k == epoch else 1 for k in range(4)]
        found = scaled(NEW, *factors)
        twins = [scaled(found, *[1 - twin] * 4), found]
        assert compare(NEW, found, twins).state == state
    assert "Rounding does not explain it: 3 twins" in compare(NEW, found, twins).sentence
    assert "do not differ" in compare(NEW, found, [found]).sentence


def test_a_gap_may_be_one_milestone_ahead_of_the_twins_and_not_two():
    found = scaled(NEW, 1, 1.01, 1.5, 1.5)
    for late, state in [((1, 1, 1.001, 1.2), GROWN), ((1, 1, 1, 1.2), DIFFERS)]:
        assert compare(NEW, found, [scaled(found, *late)]).state == state


def test_a_difference_in_the_first_epoch_is_no_growth():
    found = NEW._replace(digest=OTHER, figures=(0.9 * 1.01, 0.8, 0.7, 0.5))
    twins = [found._replace(figures=(0.9 * 1.011, 0.8, 0.7, 0.5))]
    sentence = compare(NEW, found, twins).sentence
    assert sentence.startswith("The same experiment: rounding makes a difference of 1.0% at epoch 1. ")


def test_the_older_version_cannot_tell_rounding_from_another_experiment_and_says_so():
    found = OLD._replace(digest=OTHER, losses=(0.25, 0.4, 0.125))
    near, far = (found._replace(losses=(0.25, loss, 0.125)) for loss in (0.401, 0.41))
    assert compare(OLD, found, [near]).sentence.startswith(
        "Differs by 20.0%: the final validation loss is 0.4, the link says 0.5."
    )
    judged = compare(OLD, found, [near, far])
    assert judged.state == UNDECIDED
    assert not judged.needs_twins
    assert judged.sentence.startswith("Not decided: the final validation loss is 0.4, the link says 0.5. ")
    assert judged.sentence.endswith("cannot distinguish that from another experiment.")


def test_the_older_version_knows_of_a_sweep_the_first_network_alone():
    judged = compare(OLD_SWEEP, SWEEP._replace(digest=OTHER))
    assert (judged.state, judged.needs_twins) == (UNDECIDED, False)
    assert judged.sentence.startswith("Not decided: the first network's final losses are those of the link.")


def test_a_sweep_is_judged_by_all_its_networks():
    near = SWEEP._replace(digest=OTHER, figures=(10.00009, -4.00009))
    assert compare(SWEEP, near).state == NEAR
    found = SWEEP._replace(digest=OTHER, figures=(10.03, -4.04))  # root mean square 0.0354
    assert compare(SWEEP, found).needs_twins
    close, distant = (SWEEP._replace(figures=(10.03 + move, -4.04)) for move in (0.001, 0.01))
    judged = compare(SWEEP, found, [close])
    assert judged.state == DIFFERS
    assert "the first network is the link's, but others differ, by 3.5% together" in judged.sentence
    judged = compare(SWEEP, found, [close, distant])
    assert judged.state == GROWN
    assert judged.sentence.endswith("differ by up to 0.7%, so rounding explains it.")


@pytest.mark.parametrize(("gap", "said"), [(1.4e-5, "2e-05"), (8.4e-5, "9e-05"), (2.5e-5, "3e-05")])
def test_losses_agree_at_least_as_well_as_is_said(gap, said):
    found = NEW._replace(digest=OTHER, losses=(LOSSES[0] * (1 + gap), *LOSSES[1:]))
    assert f"the final losses agree to {said} or better" in compare(NEW, found).sentence


def test_two_trainings_that_diverge_are_alike_but_not_exactly():
    nothing = (math.nan,) * 3
    judged = compare(OLD._replace(losses=nothing), OLD._replace(losses=nothing, digest=OTHER))
    assert judged.state == NEAR
    assert "diverges" in judged.sentence


def test_a_training_that_diverges_on_one_machine_alone_is_the_same_if_a_twin_does_so_too():
    found = NEW._replace(digest=OTHER, figures=(0.9, 0.8, math.nan, math.nan), losses=(math.nan,) * 3)
    assert compare(NEW, found, [NEW]).state == GROWN
    assert compare(NEW, found, [found]).state == DIFFERS
    assert "Differs by a loss that is not a number" in compare(NEW, found, [found]).sentence


@pytest.mark.parametrize(
    ("factors", "words"),
    [
        ((1.02, 1, 1, 1), "differ by more than 1% from the first epoch on"),
        ((1.009, 1.02, 1, 1), "agree within 1% up to epoch 1, then they differ"),
        ((1, 0.991, 1, 1.5), "agree within 1% up to epoch 5, then they differ"),
        ((1, 1, 1.009, 1), "agree within 1% up to epoch 10"),
        ((1, math.nan, 1, 1), "agree within 1% up to epoch 1, then they differ"),
    ],
)
def test_where_two_courses_part_is_the_last_epoch_up_to_which_all_losses_agree(factors, words):
    assert verdict.parting(NEW, scaled(NEW, *factors)) == f"The link's losses and those here {words}"


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf, 1e308])
def test_sums_of_a_link_that_are_no_numbers_never_come_out(wrong):
    for figures in [(wrong, -4.0), (10.0, wrong), (wrong, wrong)]:
        linked = SWEEP._replace(figures=figures)
        for found in (SWEEP, SWEEP._replace(digest=OTHER)):
            assert compare(linked, found).needs_twins
            assert compare(linked, found, [found]).state == DIFFERS
