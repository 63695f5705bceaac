"""Repairs of the planted bugs: the right one mends, each other one is found out, and none is given away."""

import numpy as np
import pytest
from test_bugs import ARCHITECTURES, at, raw, right_bench

from lab.bugs import BUGS, DETECTORS, RIGHT, program, repair
from lab.bugs.detectors import Finding
from mlp.network import Layer

EVERY = [one for step in RIGHT._fields for one in repair.fragments(step)]
NO_REPAIRS = [one for one in EVERY if one.why and one.key not in BUGS]


def caught(steps, architecture=(6, 6)):
    on = right_bench(at(architecture))._replace(steps=steps)
    return {name for name, detector in DETECTORS.items() if detector(on).caught}


@pytest.mark.parametrize("key", BUGS)
def test_the_right_fragment_of_its_step_and_no_other_is_the_right_program(key):
    bug = BUGS[key]
    for step in RIGHT._fields:
        for fragment in repair.fragments(step):
            is_right = repair.mended(bug, fragment) == RIGHT
            assert is_right == repair.is_right(bug, fragment)


@pytest.mark.slow
@pytest.mark.parametrize("fragment", NO_REPAIRS, ids=lambda one: one.key)
def test_a_repair_that_does_not_work_is_found_by_a_test(fragment):
    architecture = ARCHITECTURES[-1] if fragment.step == "first_to_last" else (6, 6)
    steps = RIGHT._replace(**{fragment.step: fragment.function})
    assert caught(steps, architecture), fragment.key


@pytest.mark.parametrize("step", RIGHT._fields)
def test_every_step_has_a_choice_whose_texts_differ_and_tell_nothing(step):
    fragments = repair.fragments(step, 5)
    codes = [one.code() for one in fragments]
    assert len({*codes}) == len(codes) >= 3
    for one, code in zip(fragments, codes, strict=True):
        assert code.startswith(f"def {step}(")
        assert '"""' not in code
        assert "#" not in code
        assert one.key == "right" or one.key not in code
    assert step in repair.lines()
    assert {one.key for one in fragments} == {one.key for one in repair.fragments(step, 6)}


def test_the_right_fragment_has_no_place_of_its_own(monkeypatch):
    def place(step, seed):
        return [one.key for one in repair.fragments(step, seed)].index("right")

    for step in RIGHT._fields:
        n = len(repair.fragments(step))
        assert {place(step, seed) for seed in range(30)} == set(range(n)), "another one by another seed"
        assert place(step, 7) == place(step, 7)
    of_three = [step for step in RIGHT._fields if len(repair.fragments(step)) == 3]
    assert {place(step, 0) for step in of_three} == {0, 1, 2}, "nor one of its seed"
    twice = [repair.Fragment(key, "mean", np.sum, "No.") for key in ("first", "second")]
    monkeypatch.setattr(repair, "_NO_REPAIRS", twice)
    keys = {one.key for one in repair.fragments("mean")}
    planted = {key for key, bug in BUGS.items() if bug.step == "mean"}
    assert keys == {"right", "first", "second"} | planted > {"mean_taken_twice"}


def test_the_text_of_a_fragment_computes_what_the_fragment_does():
    from mlp.activations import ACTIVATIONS

    rng = np.random.default_rng(0)
    delta, W = rng.normal(size=(4, 3)), rng.normal(size=(3, 3))
    for step, arguments in (("mean", (delta,)), ("activation_gradient", (delta, W, W, 0.1))):
        for fragment in repair.fragments(step):
            space = {"np": np, "textbook": RIGHT, "Layer": Layer, "ACTIVATIONS": ACTIVATIONS}
            exec(fragment.code(), space)
            np.testing.assert_array_equal(space[step](*arguments), fragment.function(*arguments))


PASSES, FAILS = Finding(False, "Fine.", {}), Finding(True, "The largest relative error is 0.5, in W1.", {})


@pytest.mark.parametrize(
    ("step", "key", "findings", "expected"),
    [
        ("slope", "right", [PASSES, PASSES], ["Repaired. All 2 tests pass."]),
        (
            "slope",
            "mask_forgotten",
            [FAILS, PASSES],
            ["This is the line that was there: nothing has changed."],
        ),
        (
            "slope",
            "slope_at_rounded",
            [FAILS, FAILS],
            ["This is the right line, but not yet the right code. "],
        ),
        ("mean", "right", [FAILS, FAILS], ["`mean` was right as it was, so the bug is still there."]),
        (
            "mean",
            "summed",
            [PASSES, FAILS],
            ["`mean` was right; now it is wrong as well. Now no mean is taken"],
        ),
        ("mean", "summed", [PASSES, PASSES], ["`mean` was right; now", "On this network no test finds"]),
    ],
)
def test_what_a_repair_leaves_wrong_is_said_and_the_right_line_is_not(step, key, findings, expected):
    bug = BUGS["mask_forgotten"]
    fragment = next(one for one in repair.fragments(step) if one.key == key)
    told = repair.said(bug, fragment, dict(zip(("The first", "The second"), findings, strict=True)))
    for sentence, start in zip(told, expected, strict=False):
        assert sentence.startswith(start)
    n_red = sum(finding.caught for finding in findings)
    if n_red:
        title = "The first" if findings[0].caught else "The second"
        fail = "still fails" if n_red == 1 else "still fail"
        assert told[1] == f"{n_red} of 2 tests {fail}. {title}: {FAILS.sentence}"
    if key != "right":
        assert "f'(z)" not in " ".join(told)


def test_what_a_step_does_is_told_as_it_is():
    told, config = repair.lines(), at((2,), cycle_steps=4)
    assert list(told) == list(RIGHT._fields)
    assert np.argmax([RIGHT.rate(t, config) for t in range(9)]) == 4
    assert told["rate"] == "η at step t: up in `cycle_steps` steps, down in as many."
    assert RIGHT.example_losses(np.array([[0.5]]), np.ones((1, 1)))[0] == pytest.approx(np.log(2))
    assert told["example_losses"] == "The loss of each example: -ln of the probability of its class."


def test_the_verdict_on_a_repair_word_for_word():
    bug, titles = BUGS["mask_forgotten"], ("The first, drawn", "The second", "The third")

    def told(step, key, *findings):
        fragment = next(one for one in repair.fragments(step) if one.key == key)
        return repair.said(bug, fragment, dict(zip(titles, findings, strict=True)))

    assert told("slope", "right", PASSES, PASSES, PASSES) == ["Repaired. All 3 tests pass."]
    assert told("slope", "right", FAILS, PASSES, PASSES) == [
        "Repaired. The first, drawn still finds something."
    ]
    assert told("slope", "right", FAILS, PASSES, FAILS) == [
        "Repaired. The first, drawn; The third still find something."
    ]
    assert told("slope", "slope_at_rounded", PASSES, PASSES, FAILS) == [
        "This is the right line, but not yet the right code. "
        "z is rounded to whole numbers before it goes into f′.",
        f"1 of 3 tests still fails. The third: {FAILS.sentence}",
    ]
    assert told("mean", "right", FAILS, FAILS, FAILS) == [
        "`mean` was right as it was, so the bug is still there. Look at another line.",
        f"3 of 3 tests still fail. The first, drawn: {FAILS.sentence}",
    ]
    assert told("mean", "mean_taken_twice", PASSES, PASSES, PASSES) == [
        "`mean` was right; now it is wrong as well. δ was already divided by K when the loss was averaged; "
        "here it is divided once more. The bug is elsewhere.",
        "On this network no test finds anything wrong; that does not prove the program right.",
    ]


def test_a_mended_program_trains_as_the_right_one():
    bug = BUGS["mask_forgotten"]
    fragment = next(one for one in repair.fragments("slope") if one.key == "right")
    ours, right = (
        [record.train_loss for record in program.train(steps, at((6, 6)), raw())]
        for steps in (repair.mended(bug, fragment), RIGHT)
    )
    assert ours == right


def test_each_repair_that_does_not_work_computes_what_is_said_of_it():
    wrong = {one.key: one.function for one in NO_REPAIRS}
    a, b, W = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[0.5, 4.0], [2.0, 1.0]]), np.diag([2.0, 3.0])
    layer = Layer(W, np.array([7.0, 8.0]))
    why = {one.key: one.why for one in NO_REPAIRS}
    np.testing.assert_array_equal(wrong["summed"](a), a)
    np.testing.assert_array_equal(wrong["summed"](a), 2 * RIGHT.mean(a))  # K = 2
    assert "each gradient is K times that of the mean loss" in why["summed"]
    np.testing.assert_array_equal(wrong["sign_of_error"](a, b), b - a)
    np.testing.assert_allclose(wrong["in_bits"](a / 8, np.eye(2)), [3, np.log2(8 / 5)])
    of_right = RIGHT.example_losses(a / 8, np.eye(2))
    np.testing.assert_allclose(wrong["in_bits"](a / 8, np.eye(2)), of_right / np.log(2))
    assert "its derivative has a factor 1 / ln 2, which o - T lacks" in why["in_bits"]
    assert wrong["pre_activations_saved"](a, b) is a
    assert wrong["penalty_doubled"]([layer, layer], 0.5) == 2 * 0.5 * 2 * 13
    assert wrong["penalty_doubled"]([layer], 0.5) == 2 * RIGHT.penalty([layer], 0.5)
    assert "but twice as large as the one that is differentiated" in why["penalty_doubled"]
    halved = wrong["penalty_halved"](layer, 0.5)
    np.testing.assert_array_equal(halved.W, 0.25 * W)  # λ/2 W
    assert why["penalty_halved"].startswith("The derivative of λW² is 2λW, not λ/2 W: ")
    assert halved.b.tolist() == [0, 0]
    np.testing.assert_array_equal(wrong["step_taken_back"](a, W, b, 0.1), a @ (W + 0.1 * b).T)
    assert wrong["rotated"](["c", "b", "a"]) == ("a", "c", "b")
    assert wrong["rotated"](["b", "a"]) == ("b", "a")
    moved = wrong["weights_alone"](layer, Layer(b, np.ones(2)), 0.1)
    np.testing.assert_array_equal(moved.W, W - 0.1 * b)
    assert moved.b.tolist() == [7, 8]
    config = at((2,), learning_rate=1.1, learning_rate_min=0.1, cycle_steps=10)
    rates = [wrong["divided_by_two"](t, config) for t in (0, 5, 9, 10, 15, 20, 25)]
    assert rates == pytest.approx([0.1, 0.6, 1.0, 0.1, 0.6, 1.1, 0.6])  # it rises twice, then only falls
    np.testing.assert_allclose(wrong["a_little_finer"](), [1 / n for n in range(25, 49)])
    assert (
        why["a_little_finer"] == f"1/{1 / wrong['a_little_finer']().min():.0f} is still far too long a step."
    )
    assert wrong["summed_losses"]([1.0, 2.5], [3, 1]) == 3.5
    shifted = wrong["shifted_by_mean"](np.array([[1.0, 3.0], [0.0, 0.0]]))
    np.testing.assert_allclose(shifted, [[1 / (1 + np.e**2), 1 / (1 + np.e**-2)], [0.5, 0.5]])
    drawn = wrong["with_replacement"](np.random.default_rng(0), 50)
    assert (drawn.shape, drawn.min() >= 0, drawn.max() < 50) == ((50,), True, True)
    assert len({*drawn.tolist()}) < 50
    assert wrong["of_a_hundred"](np.array([True, True, False])) == 0.02
    assert "divides by 100, no matter how many test examples" in why["of_a_hundred"]
