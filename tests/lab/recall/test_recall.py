"""backward() out of fragments: the texts do what their functions do, and no mistake passes unsaid."""

import ast
import itertools

import numpy as np
import pytest
from derived import PROBLEMS
from exported import export

from lab.derivation import Problem, plain
from lab.exports import formats
from lab.recall import FRAGMENTS, LINES, RIGHT, WRONG, choices, judged, order, outcome, pool, sentences, sheet
from lab.recall import assembled as outcomes
from lab.recall import fragments as parts
from mlp import loss_and_gradients

DEEP = Problem(d=3, hidden_layer_sizes=(4, 2), m=3, activation="tanh", K=5, seed=4)
SQUARE = Problem(d=3, hidden_layer_sizes=(3, 3), m=3, activation="sigmoid", K=3, seed=5)
SMALL = Problem(hidden_layer_sizes=(3,), activation="relu", K=1, seed=6)
RIGHT_SUM, SCRIPTS_SUM = "delta.sum(axis=0)", "(np.ones((1, len(delta)), delta.dtype) @ delta)[0]"


def with_mistakes(*mistakes):
    replaced = {one.line: one for one in mistakes}
    return tuple(replaced.get(one.line, one) for one in RIGHT)


def gradients(program, problem):
    return outcomes.gradients_of(program, problem.without_penalty, problem.params, problem.X, problem.y)


def executed(program, problem):
    """What the texts themselves compute, run as a student's Python would be; None if Python stops."""
    config = problem.without_penalty
    v = parts.given(config, problem.params, problem.X, problem.y, outcomes.LEARNING_RATE)
    space = {
        "np": np,
        "forward": lambda params, X: (v.pre_activations, v.inputs),
        "loss_gradient": v.loss_gradient,
        "learning_rate": outcomes.LEARNING_RATE,
        config.activation: v.activation,
        f"{config.activation}_derivative": v.derivative,
    }
    exec(parts.shown(program, config.activation), space)
    try:
        return space["backward"](v.params, v.X, v.T)
    except (ValueError, TypeError, NameError):
        return None


def alike(ours, others):
    for one, other in zip(ours, others, strict=True):
        assert (one is None) == (other is None)
        for a, b in zip(one or (), other or (), strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("problem", [DEEP, SQUARE, SMALL], ids=["deep", "square", "one example"])
def test_every_text_computes_what_its_function_does(problem):
    for mistake in (None, *WRONG):
        program = with_mistakes(*filter(None, [mistake]))
        ours, stopped = gradients(program, problem)
        by_text = executed(program, problem)
        assert bool(stopped) == (by_text is None)
        if by_text is not None:
            alike(ours, by_text)


def test_the_right_lines_are_those_of_the_exported_script():
    script = formats.script(export("as it stands"))
    for fragment in RIGHT:
        line = fragment.written("relu").replace(RIGHT_SUM, SCRIPTS_SUM)
        assert line.removeprefix("delta = loss").rstrip(":") in script, line
    assert SCRIPTS_SUM in script
    assert parts.HEAD[1].strip() in script


@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_the_right_program_has_the_engines_gradients(problem):
    ours, stopped = gradients(RIGHT, problem)
    _, engines = loss_and_gradients(problem.params, problem.X, problem.y, problem.without_penalty)
    assert stopped == ""
    for one, layer in zip(ours, engines, strict=True):
        for a, b in zip(one, layer, strict=True):
            np.testing.assert_allclose(a, b, rtol=0, atol=1e-15 + 1e-14 * np.abs(b).max())


@pytest.fixture
def one_step(monkeypatch):
    """Programs train for one step; what was remembered is forgotten before and after."""
    monkeypatch.setattr(outcomes, "N_STEPS", 1)
    outcomes._outcome.cache_clear()
    outcomes._trained.cache_clear()
    yield
    outcomes._outcome.cache_clear()
    outcomes._trained.cache_clear()


@pytest.mark.slow
@pytest.mark.parametrize("problem", [DEEP, SQUARE, SMALL, *PROBLEMS[::4]], ids=str)
def test_a_mistake_alone_turns_red_what_it_makes_wrong_or_the_page_says_that_it_cannot_be_seen(
    problem, one_step
):
    for mistake in WRONG:
        found = outcome(problem, [one.key for one in with_mistakes(mistake)])
        _, engines = loss_and_gradients(problem.params, problem.X, problem.y, problem.without_penalty)
        names = set()
        ours, _ = gradients(with_mistakes(mistake), problem)
        for number, (pair, layer) in enumerate(zip(ours, engines, strict=True), 1):
            for kind, a, b in zip("Wb", pair or (None, None), layer, strict=True):
                if np.shape(a) != b.shape or not np.allclose(a, b, rtol=1e-9, atol=1e-12):
                    names.add(f"{kind}{number}")
        assert set(found.wrong) == names
        if names:
            assert found.culprit == mistake
            assert found.unseen == ()
            assert mistake.why in " ".join(sentences.said(found))
        else:
            assert found.unseen == (mistake,)
            assert mistake.same_when, mistake.key
            assert mistake.same_when in " ".join(sentences.said(found))


def test_mistakes_that_undo_each_other_pass_the_check_and_are_named():
    undone = [FRAGMENTS[key] for key in ("no_mean", "dW_mean_again", "db_mean")]
    found = outcome(SQUARE, [one.key for one in with_mistakes(*undone)])
    assert found.wrong == found.unseen == ()
    assert not found.right
    (said,) = sentences.said(found)
    assert said.startswith("**The check passes.** Every gradient agrees")
    assert "Lines 3, 7 and 8 are not" in said


def test_lines_that_undo_each_other_are_named_also_beside_one_that_no_check_can_see():
    keys = ("no_mean", "dW_mean_again", "db_mean", "always_last")
    found = outcome(Problem(), [one.key for one in with_mistakes(*(FRAGMENTS[key] for key in keys))])
    assert found.wrong == ()
    passes, why, together = sentences.said(found)
    assert passes.startswith("**The check passes, but line 6 is wrong.** ")
    assert why.startswith("Line 6: ")
    assert together.startswith(
        "Lines 3, 7 and 8 are not the ones on the sheet, and each alone would be wrong"
    )


def test_a_gradient_that_is_missing_or_has_another_shape_is_not_called_infinite():
    for key, verdict, names in (
        ("transposed_product", "Wrong shape in W1, W2", ["W1", "W2"]),
        ("stops_early", "No gradient for W1, b1", ["W1", "b1"]),
    ):
        found = outcome(Problem(), [one.key for one in with_mistakes(FRAGMENTS[key])])
        assert sentences.verdict(found) == verdict
        assert sorted(found.wrong) == sorted(names)
        for one in found.checks:  # NaN, and not 0, which a gradient may be
            assert np.isnan(one.analytic).all() == (one.name in names)
    stops = outcome(DEEP, [one.key for one in with_mistakes(FRAGMENTS["not_transposed"])])
    assert sentences.verdict(stops) == "No gradient for W1, b1, W2, b2"


def test_every_mistake_is_found_where_the_page_sends_for_it(one_step):
    # several examples, two hidden layers, tanh: what `same_when` advises
    for mistake in WRONG:
        assert outcome(DEEP, [one.key for one in with_mistakes(mistake)]).wrong, mistake.key


def test_every_entry_is_checked(one_step):
    problem = Problem(d=2, hidden_layer_sizes=(7, 7), m=3, activation="tanh", K=2, seed=1)
    sizes = {one.name: one.index.size for one in outcome(problem, LINES).checks}
    assert sizes == {"W1": 14, "b1": 7, "W2": 49, "b2": 7, "W3": 21, "b3": 3}


def test_of_two_mistakes_one_is_named_and_mending_it_leaves_the_other(one_step):
    for pair in itertools.islice(itertools.combinations(WRONG, 2), 0, None, 9):
        if pair[0].line == pair[1].line:
            continue
        found = outcome(DEEP, [one.key for one in with_mistakes(*pair)])
        assert found.wrong
        assert found.culprit in pair
        (other,) = [one for one in pair if one != found.culprit]
        mended = outcome(DEEP, [one.key for one in with_mistakes(other)])
        assert mended.culprit == other


@pytest.mark.parametrize(
    ("felt", "unfelt"),
    [("off_by_one", "mask_of_inputs"), ("off_by_one", "dW_mean_again"), ("always_last", "stops_early")],
)
def test_the_mistake_named_is_one_whose_repair_changes_something(felt, unfelt, one_step):
    problem = Problem(d=3, hidden_layer_sizes=(4, 3), m=3, activation="tanh", K=5, seed=0)
    mistakes = {key: FRAGMENTS[key] for key in (felt, unfelt)}
    both, one, other = (
        outcome(problem, [line.key for line in with_mistakes(*some)])
        for some in (mistakes.values(), [mistakes[felt]], [mistakes[unfelt]])
    )

    def effect(found):
        return found.wrong, found.missing, found.misshapen, found.stopped

    assert effect(one) == effect(both) != effect(other)
    assert both.culprit == mistakes[felt]


def names_in(line):
    text = FRAGMENTS[line].written("tanh")
    tree = ast.parse(f"def program():\n {text}" + (" pass" if text.endswith(":") else ""))
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def test_a_line_uses_the_variables_that_it_is_said_to_and_others_set_them():
    for line, needed in order.USES.items():
        assert set(needed.values()) <= names_in(line), line
        assert all(name in names_in(other) for other, name in needed.items()), line
    of_layer = {line for line in LINES if "layer" in names_in(line)} - {"loop", "store", "slope"}
    assert {line for line, needed in order.USES.items() if "loop" in needed} == of_layer


def test_the_gradient_of_the_biases_belongs_in_the_loop_though_it_does_not_use_the_layer():
    misplaced = judged(["delta", "list", "db"])
    assert misplaced == (2, "Every layer has a `db` of its own, so it has to be computed in the loop.")


def test_tensors_go_from_the_output_down_the_weights_before_the_biases():
    assert outcomes.from_the_output(["b1", "b10", "W1", "b2", "W10"]) == ("W10", "b10", "b2", "W1", "b1")


def test_the_first_wrong_tensor_from_the_output_and_the_line_are_named():
    below = outcome(DEEP, [one.key for one in with_mistakes(FRAGMENTS["slope_forgotten"])])
    assert below.wrong == ("W2", "b2", "W1", "b1")
    said = " ".join(sentences.said(below))
    assert (
        "the first wrong gradient is that of **W2**. 4 tensors of 6 are wrong; W3 and b3 are right." in said
    )
    assert "**Line 12.** The activation is left out." in said
    stops = outcome(DEEP, [one.key for one in with_mistakes(FRAGMENTS["not_transposed"])])
    assert "The program stops in layer 3 at `delta = delta @ W`: the shapes do not fit." in sentences.said(
        stops
    )
    assert stops.losses.size == 0
    assert sentences.curve_in_words(stops).startswith("Your program cannot train")


def test_a_program_that_stops_at_once_has_no_gradient_of_any_layer_and_an_open_place_is_shown():
    program = [FRAGMENTS["weights"], FRAGMENTS["list"]]
    found, stopped = gradients(program, DEEP)
    assert found == [None] * 3
    assert stopped == "The program stops at `W, b = params[layer]`: `layer` has no value yet."
    code = parts.shown([FRAGMENTS["delta"], None, FRAGMENTS["slope"]], "tanh")
    assert code.splitlines()[3:] == [
        "    …",
        "            delta *= tanh_derivative(pre_activations[layer - 1], inputs[layer])",
    ]


def test_the_curve_is_gradient_descent_on_the_engines_gradients():
    found, params, config = outcome(DEEP, LINES), DEEP.params, DEEP.without_penalty
    for loss in found.losses[:40]:
        value, layers = loss_and_gradients(params, DEEP.X, DEEP.y, config)
        assert loss == pytest.approx(value, rel=1e-10)
        eta = outcomes.LEARNING_RATE
        params = [type(p)(p.W - eta * g.W, p.b - eta * g.b) for p, g in zip(params, layers, strict=True)]
    assert len(found.losses) == outcomes.N_STEPS + 1
    assert sentences.curve_in_words(found).endswith("; yours is the same")
    climbing = outcome(DEEP, [one.key for one in with_mistakes(FRAGMENTS["sign"])])
    assert (np.diff(climbing.losses[:20]) > 0).all()
    unscaled = outcome(DEEP, [one.key for one in with_mistakes(FRAGMENTS["no_mean"])])
    assert sentences.curve_in_words(unscaled).endswith("a falling loss does not prove a gradient right")


BODY = ("weights", "dW", "db", "store", "if", "back", "slope")


def works(keys):
    """Whether the lines in this order compute the right gradients of a network whose shapes hide nothing."""
    try:
        ours, stopped = gradients([FRAGMENTS[key] for key in keys], SQUARE)
    except UnboundLocalError:
        return False
    right, _ = gradients(RIGHT, SQUARE)
    return not stopped and all(
        pair is not None and all(np.array_equal(a, b) for a, b in zip(pair, of_right, strict=True))
        for pair, of_right in zip(ours, right, strict=True)
    )


def test_an_order_is_right_exactly_where_the_program_is():
    accepted = 0
    for n, body in enumerate(itertools.permutations(BODY)):
        keys = ("list", "delta", "loop", *body, "return")
        in_place = judged(keys) is None
        if in_place or n % 5 == 0:  # of the others a fifth, for time's sake
            assert in_place == works(keys), keys
        accepted += in_place
    # store after dW and db, the block after those and W: 4!/3 with the block last, 3! with store last
    assert accepted == 8 + 6


def test_any_order_of_all_lines_is_judged_as_it_runs():
    rng, swapped = np.random.default_rng(0), itertools.combinations(range(len(LINES)), 2)
    orders = [list(rng.permutation(LINES)) for _ in range(100)]
    for i, j in swapped:
        order = list(LINES)
        order[i], order[j] = order[j], order[i]
        orders.append(order)
    orders += [[*LINES[:n], "return", *LINES[n:-1]] for n in range(len(LINES))]  # nothing runs after it
    for order in orders:
        assert (judged(order) is None) == works(order), order


def test_a_block_that_begins_too_far_in_is_not_run():
    """Python would refuse the line after it, which is neither inside that block nor below the loop."""
    keys = ("delta", "list", "loop", "back", "weights", "dW", "db", "store", "return")
    program, problem = [FRAGMENTS[key] for key in keys], SMALL
    v = parts.given(problem.without_penalty, problem.params, problem.X, problem.y, outcomes.LEARNING_RATE)
    with pytest.raises(parts.Stopped, match="not indented under it") as stopped:
        parts.run(program, v)
    assert stopped.value.fragment.line == "loop"


@pytest.mark.parametrize(
    ("keys", "position", "why"),
    [
        (["loop"], 0, "starts with the output layer's `delta`"),
        (["delta", "list", "loop", "store"], 3, "It uses `dW`, which has no value yet."),
        (["delta", "list", "loop", "weights", "dW", "if", "back"], 6, "`db` still needs this layer's"),
        (["delta", "list", "loop", "weights", "dW", "db", "back"], 6, "directly under `if layer > 0:`"),
        (["delta", "list", "loop", "weights", "dW", "db", "if", "store"], 7, "opens a block"),
        (
            ["delta", "list", "loop", "weights", "dW", "db", "if", "back", "store"],
            8,
            "has to follow directly",
        ),
        (["delta", "list", "loop", "return"], 3, "would never run"),
        (["delta", "list", "loop", "transposed_product"], 3, "The product is transposed."),
    ],
)
def test_the_first_line_out_of_place_is_named_with_its_reason(keys, position, why):
    misplaced = judged(keys)
    assert misplaced.position == position
    assert why in misplaced.why
    assert judged(keys[:position]) is None


def test_the_pool_has_every_line_and_wrong_ones_of_three_other_lines():
    pools = [pool(seed) for seed in range(20)]
    for lines in pools:
        wrong = [one for one in lines if one.why]
        assert sorted(one.line for one in lines if not one.why) == sorted(LINES)
        assert len({one.line for one in wrong}) == len(wrong) == 3
    assert len({tuple(one.key for one in lines) for lines in pools}) == 20
    assert all(
        one.key != "always_last" for seed in range(20) for one in pool(seed, lambda f: f.key != "always_last")
    )


def test_each_line_with_a_choice_has_two_or_three_wrong_fragments_in_an_order_of_the_seed():
    counts = {line: len(choices(line, 0)) for line in LINES}
    assert set(counts.values()) == {1, 3, 4}
    places = {choices("back", seed).index(FRAGMENTS["back"]) for seed in range(20)}
    assert places == {0, 1, 2, 3}
    assert choices("back", 3) == choices("back", 3)


def test_the_four_equations_of_one_hidden_layer_and_of_several():
    one = [plain(equation.latex) for equation in sheet.equations(SMALL)]
    assert [latex.count("=") for latex in one] == [1, 1, 2, 2]  # both layers' weights and biases
    assert r"({h^s})^{\top}\, {\delta^{2}}" in one[2]
    assert r"({x})^{\top}\, {\delta^{1}}" in one[2]
    assert one[1] == r"{\delta^{1}} = \left({\delta^{2}}\, ({W^{2}})^{\top}\right) \odot f'({h^a})"
    several = [plain(equation.latex) for equation in sheet.equations(DEEP)]
    assert several == [
        r"{\delta^{3}} = \frac1K \left({o^s} - {\operatorname{onehot}(y)}\right)",
        r"{\delta^{l}} = \left({\delta^{l+1}}\, ({W^{l+1}})^{\top}\right) \odot f'({h^{a,l}})",
        r"{\frac{\partial \hat R}{\partial W^{l}}} = ({h^{s,l-1}})^{\top}\, {\delta^{l}}",
        r"{\frac{\partial \hat R}{\partial b^{l}}} = \mathbf{1}^{\top}\, {\delta^{l}}",
    ]
    several = plain(sheet.symbols_in_words(DEEP))
    assert r"sums the 5 rows. $f'({h^{a,l}}) = 1 - \left({h^{s,l}}\right)^2$." in several
    assert several.endswith("$l$ counts the layers, and ${h^{s,0}} = {x}$.")
    one = plain(sheet.symbols_in_words(SMALL))
    assert "sums the 1 row. $f'({h^a}) = " in one
    assert "counts the layers" not in one
    gelu = sheet.symbols_in_words(Problem(activation="gelu"))
    assert r"Here $u(z) = \sqrt{2/\pi}\,(z + 0.044715\, z^3)$ and $u'(z) = " in gelu


@pytest.mark.parametrize(
    ("wrong", "losses", "said"),
    [
        (("W1",), [], "Your program cannot train, because a layer has no gradient of the right shape; {}"),
        (("W1",), [0.8], "Your program's loss is not a number after 0 steps; {}"),
        (("W1",), [0.8, 9.0], "Your program's loss is not a number after 1 step; {}"),
        (("W1",), [0.8] * 150, "Your program's loss is not a number after 149 steps; {}"),
        ((), [0.8] * 150 + [0.25], "In 150 steps {}; yours is the same"),
        (("W1",), [0.8, 0.9] + [1.5] * 148 + [2.0], "In 150 steps {}; yours goes to 2"),
        (("W1",), [0.8] * 151, "In 150 steps {}; yours goes to 0.8"),
        (
            ("W1",),
            [0.8, 0.9] + [1.5] * 148 + [0.5],
            "In 150 steps {}; yours goes to 0.5. It learns all the same: a falling loss does not prove a "
            "gradient right",
        ),
        ((), [0.8] * 150 + [0.5], "In 150 steps {}; yours goes to 0.5"),
    ],
)
def test_what_the_loss_does_is_told_from_its_first_to_its_last_step(wrong, losses, said):
    right = np.array([0.8] * 150 + [0.25])
    keys = [one.key for one in RIGHT]
    found = outcome(DEEP, keys)._replace(losses=np.array(losses), right_losses=right, wrong=wrong)
    goes = "the right program's loss goes from 0.8 to 0.25"
    assert sentences.curve_in_words(found) == said.format(goes)
