"""The derivation page without a browser: its numbers, its questions, and that it shows what fails."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from derived import ONE_EACH, steps_of
from streamlit.testing.v1 import AppTest
from visiting import (
    charts,
    choose_question,
    frames,
    hold,
    opened,
    parts,
    press,
    sentences,
    shared,
    text,
    widget,
)

from lab.derivation import CHAPTERS, Problem, coloured, correction, derive, fading, nudge, paths, summary
from lab.questions.derive import DERIVATION
from mlp import ACTIVATIONS, forward
from ui.derivation import chain, figures, walkthrough
from ui.frame.visit import KEY
from ui.training import progress

DEFAULT = Problem(activation="tanh")


def visit(**query):
    return opened("pages/derivation.py", query)


def step_of(key, problem=DEFAULT):
    return next(step for step in derive(problem) if step.key == key)


def frame_with(app, column):
    return next(f for chart in charts(app) for f in frames(chart) if column in f)


def together(app, column):
    """The rows with this column, of all charts' frames."""
    return pd.concat(f for chart in charts(app) for f in frames(chart) if column in f)


def drawn(app):
    """What the matrices of the step are sent; None where there are none."""
    protos = [component.proto for component in app.get("bidi_component")]
    sent = [json.loads(proto.json) for proto in protos if proto.json]  # a component without data sends none
    return next((one for one in sent if isinstance(one, dict) and "workings" in one), None)


def keys(app):
    return [key for part in parts(app) if (key := getattr(part, "key", None))]


def formulas(app):
    return [one.value.strip("$\n ") for one in app.latex]


@pytest.fixture(scope="module")
def first():
    """The page as it opens; not to be moved."""
    return visit()


def test_a_wide_formula_in_a_verdict_has_a_line_of_its_own():
    app = visit(step="softmax_careful")
    (question,) = step_of("softmax_careful").asks
    radio = next(one for one in app.radio if one.label == "Your answer")
    radio.set_value(next(one for one in question.choices if one != question.answer))
    press(app, "Check")
    verdict = app.error[0].value
    assert verdict.startswith("It is softmax(o + c) = softmax(o), with c = −max o; you said ")
    apart = verdict.split("\n$$\n")[1::2]
    assert apart
    assert all("bmatrix" in one for one in apart)


def test_the_graph_and_the_tangent_beside_another_loss_are_of_that_loss():
    step = step_of("sigmoid_squared_error.delta")
    app = visit(step=step.key, predict="false")
    nodes = frame_with(app, "gradient").set_index("id")["gradient"]
    np.testing.assert_allclose(nodes[["oa.0", "oa.1"]], step.claims["d_oa"].analytic[0], rtol=1e-6)
    assert "How the loss changes with each node, under sigmoid with squared error" in text(app)
    loss = step_of("sigmoid_squared_error.loss").claims["L"].analytic[0]
    assert nodes["L.0"] == 1
    assert frame_with(app, "gradient").set_index("id")["value"]["L.0"] == pytest.approx(loss, rel=1e-6)


def test_the_first_view_says_how_much_is_verified_and_opens_with_a_prediction(first):
    assert not first.exception
    assert sentences(first) == []
    (verified,) = [one.value for one in first.success]
    told = summary(derive(DEFAULT))
    assert verified == str(told)
    assert verified.startswith(f"{told.lines} of {told.lines} lines that state a number are verified ")
    assert re.search(
        rf": {told.by_derivative} by a numerical derivative and .* largest error \de-1\d; ", verified
    )
    assert verified.endswith(f"; {told.silent} lines state no number.")
    assert first.subheader[0].value == "The hidden pre-activation"
    values = [getattr(one, "value", None) for one in parts(first)]
    assert values.index(verified) > values.index(first.subheader[0].value), "not before a step is read"
    prompt = step_of("hidden_pre_activation").asks[0].prompt
    assert f"**Predict first.** {prompt}" in [one.value for one in first.markdown]
    assert formulas(first) == []


def test_it_states_what_a_layer_computes_and_what_the_symbols_mean_before_it_asks(first):
    said_in_turn = [one.value for one in first.markdown]
    asked = next(n for n, one in enumerate(said_in_turn) if one.startswith("**Predict first.**"))
    stated = "\n".join(said_in_turn[:asked])
    assert r"A layer computes $x\, W + b$" in stated
    assert "$d = 2$ inputs, $d_h = 3$ units in the hidden layer and $m = 2$ classes" in stated
    rows = [row.split(" | ") for row in stated.splitlines() if row.startswith("| $")]
    names = ("X[:1]", *"Wbza", *"Wb", "logits", "p", "T", "losses")
    assert [row[1] for row in rows] == [f"`{name}`" for name in names]
    assert rows[3][3] == "$(1, d_h)$ |"


def test_the_graph_holds_the_engines_numbers_and_hides_those_asked_for(first):
    nodes = frame_with(first, "label")
    passed = forward(DEFAULT.params, DEFAULT.X, DEFAULT.config)
    of = nodes.set_index("label")
    np.testing.assert_allclose(
        of.loc[["hˢ₁", "hˢ₂", "hˢ₃"], "value"].astype(float), passed.activations[0][0], rtol=1e-12
    )
    np.testing.assert_allclose(of.loc[["oˢ₁", "oˢ₂"], "value"].astype(float), passed.output[0], rtol=1e-12)
    asked = of.loc[["hᵃ₁", "hᵃ₂", "hᵃ₃"]]
    assert asked["value"].isna().all()
    assert (asked["text"] == "?").all()
    assert (of.loc[["x₁", "x₂"], "text"] != "?").all()


def test_the_graph_backwards_hides_nothing_that_a_forward_step_asks_for():
    app = hold(visit(), _graph_hidden_pre_activation=figures.GRADIENTS)
    nodes, edges = frame_with(app, "label"), frame_with(app, "size")
    assert "?" not in set(nodes["text"])
    assert nodes["gradient"].notna().all()
    assert (edges.query("lit")["text"] == "?").all()
    assert (edges["size"] == 1).sum() >= 5  # the widest of each kind: two weights, f, the output, the loss


def test_what_a_prediction_needs_can_be_seen_before_it(first, monkeypatch):
    W = DEFAULT.params[0].W
    edges = frame_with(first, "size").query("lit")
    assert sorted(edges["text"].str.partition(": weight ")[2].astype(float)) == sorted(W.ravel())
    hidden = frame_with(visit(step="hidden_weights"), "size").query("lit")
    assert (hidden["text"] == "?").all()  # here the gradients of the weights are asked for
    expander = st.expander
    monkeypatch.setattr(st, "expander", lambda label, **rest: expander(label, **rest | {"expanded": True}))
    shown = "".join(formulas(visit()))
    arrays = (DEFAULT.X, *(array for layer in DEFAULT.params for array in layer))
    assert all(f"{value:g}" in shown for array in arrays for value in array.flat)
    assert shown.count("bmatrix") == 2 * (len(arrays) + 1)


def test_a_guess_reveals_the_step_and_counts():
    app = visit()
    question = step_of("hidden_pre_activation").asks[0]
    app.radio[0].set_value(question.answer)
    app = press(app, "Check")
    assert any(one.value.startswith("Right: ") for one in app.success)
    assert coloured(step_of("hidden_pre_activation").lines[0].latex, walkthrough.COLOURS) in formulas(app)
    assert "Your predictions: 1 right, 0 wrong." in text(app)
    app = press(app, "Ask another question")
    assert not formulas(app), "hidden again until it is answered"
    question = step_of("hidden_pre_activation").asks[1]
    wrong = next(one for one in app.radio[0].options if one != question.answer)
    app.radio[0].set_value(wrong)
    app = press(app, "Check")
    assert "Your predictions: 1 right, 1 wrong." in text(app)
    assert [one.value for one in app.error] == [correction(question, wrong)]


def test_an_answer_shown_counts_as_shown_and_every_third_question_asks_how_sure_one_is():
    app, step = press(visit(), "Show me"), step_of("hidden_pre_activation")
    assert any("counts neither as right nor as wrong" in one.value for one in app.info)
    assert "Your predictions: 1 answer shown." in text(app)
    assert "Check" not in [one.label for one in app.button], "a shown answer is not asked for again"
    n_levels = []
    for question in step.asks[1:3]:
        app = press(app, "Ask another question")
        n_levels.append(len(levels_asked(app)))
        answer_box(app).set_value(question.answer)
        app = press(app, "Check")
    assert n_levels == [0, 0], "not before two answers"
    app = press(app, "Ask another question")
    (levels,) = levels_asked(app)
    levels.set_value("certain")
    question = step.asks[3]
    wrong = next(one for one in question.choices if one != question.answer)
    answer_box(app).set_value(wrong)
    app = press(app, "Check")
    assert [one.value for one in app.error] == [correction(question, wrong, is_certain=True)]
    score = "Your predictions: 2 right, 1 wrong; 1 answer shown."
    assert f"{score} The one answer you were certain of was wrong." in text(app)


def test_lines_left_to_the_student_come_one_by_one_and_the_next_steps_follow_how_it_goes():
    key = "hidden_output"
    step = step_of(key)
    app = visit(step=key, predict="false", lines="The last two")  # as a teacher's link sets it
    lines = [coloured(line.latex, walkthrough.COLOURS) for line in step.lines]
    asked = fading.left_out(DEFAULT, step, 2)
    assert [one for one in formulas(app) if one in lines] == lines[:1]
    assert not [one for one in app.code if one.language == "python"], "the code would give it away"
    for place, question in asked.items():
        answer_box(app).set_value(question.answer)
        app = press(app, "Check")
        assert [one for one in formulas(app) if one in lines] == lines[: place + 1]
    assert widget(app, "lines").value == "All"
    assert "Two right in a row. From the next step on, every line is yours." in text(app)
    app = hold(app, step="hidden_delta")
    assert "the next step on" not in text(app)
    question, *_ = fading.left_out(DEFAULT, step_of("hidden_delta"), 9).values()
    wrong = -question.answer
    answer_box(app).set_value(wrong)
    app = press(app, "Check")
    assert [one.value for one in app.error] == [correction(question, f"{wrong:g}")]
    assert widget(app, "lines").value == "The last two"
    assert "From the next step on, the last two lines are yours." in text(app)
    assert "Your predictions: 2 right, 1 wrong." in text(app)


def levels_asked(app):
    return [one for one in app.get("button_group") if one.label == "How sure are you?"]


def answer_box(app):
    return next(one for one in (*app.radio, *app.number_input) if one.label == "Your answer")


def test_a_question_that_was_answered_shows_its_step_when_it_comes_round_again():
    app, step = visit(), step_of("hidden_pre_activation")
    for question in step.asks:
        answer_box(app).set_value(question.answer)
        app = press(press(app, "Check"), "Ask another question")
    assert any(step.asks[0].reason in one.value for one in app.success)
    assert coloured(step.lines[0].latex, walkthrough.COLOURS) in formulas(app)


def test_a_number_is_guessed_in_a_box():
    step = step_of("output_pre_activation")
    at = next(i for i, question in enumerate(step.asks) if question.kind == "number")
    app = visit(step="output_pre_activation")
    for ask in step.asks[:at]:
        app.radio[0].set_value(ask.answer)
        app = press(press(app, "Check"), "Ask another question")
    next(box for box in app.number_input if box.label == "Your answer").set_value(step.asks[at].answer * 1.04)
    app = press(app, "Check")
    assert any(success.value.startswith("Right") for success in app.success)


def test_without_predicting_everything_is_there_with_the_sources_of_every_entry():
    app = visit(step="output_weights", predict="false")
    assert "What the symbols mean" in [one.label for one in app.expander]
    assert not any(one.value.startswith("| In the course") for one in app.markdown)
    step = step_of("output_weights")
    lines = [coloured(line.latex, walkthrough.COLOURS) for line in step.lines]
    assert [one for one in formulas(app) if one in set(lines)] == lines
    assert text(app).count(":green[:material/check:") == len(step.lines) + len(step.claims)
    python = [one.value for one in app.code if one.language == "python"]
    assert python == [step.plain, *(one.text for one in step.code)]
    (matrices,) = [one["matrices"] for one in drawn(app)["workings"][:1]]
    a, p = (part[0] for part in (forward(DEFAULT.params, DEFAULT.X, DEFAULT.config).activations))
    delta = p - np.eye(2)[DEFAULT.y[0]]
    shown = [[float(cell["text"].replace("−", "-")) for cell in row] for row in matrices[0]["rows"]]
    np.testing.assert_allclose(shown, np.outer(a, delta), rtol=5e-3, atol=5e-4)
    assert {tuple(at) for at in matrices[0]["rows"][2][1]["sources"]} == {(1, 2, 0), (2, 0, 1)}
    assert not any(key.startswith("_entry_") for key in keys(app)), "written out by the matrices"


def test_where_no_matrices_are_drawn_the_entry_is_written_out():
    step, app = step_of("second_moment"), visit(step="second_moment", predict="false")
    assert drawn(app) is None
    assert any(coloured(step.entry((0,)), walkthrough.COLOURS) in one for one in formulas(app))


def test_the_chain_rule_is_followed_from_a_node_or_weight_and_is_hidden_before_a_prediction(first):
    assert not any(key.startswith("_chain_") for key in keys(first))
    app = visit(step="hidden_output", predict="false")
    app = hold(app, _chain_hidden_output="hˢ₂")
    one = paths.chain(DEFAULT, "hs1.1")
    assert paths.sentence(one) in text(app)
    nodes, edges = frame_with(app, "label").query("lit"), frame_with(app, "size").query("lit")
    carrying = [path for path in one.paths if path.product]
    assert set(edges["id"]) == {edge for path in carrying for edge in path.edges}
    assert set(nodes["id"]) == {end for edge in edges["id"] for end in edge.split(">")}
    assert any(coloured(paths.whole(DEFAULT, "hs1.1"), walkthrough.COLOURS) in one for one in formulas(app))
    assert "\n".join(paths.code(DEFAULT, "hs1.1")) in [one.value for one in app.code]
    assert paths.sentence(one) not in text(hold(app, _chain_hidden_output=chain.NONE))


def test_a_moved_weight_moves_the_loss_and_the_tangent_says_by_how_much():
    app = visit(step="output_weights", predict="false")
    app = hold(app, _nudged_output_weights="b²₁")
    parameter = next(one for one in nudge.parameters(DEFAULT) if nudge.name_of(DEFAULT, one) == "b²₁")
    start = nudge.value_of(DEFAULT, parameter)
    app = hold(app, **{f"_nudge_output_weights_b²₁_{start}": start - 0.5})
    assert nudge.sentence(nudge.nudge(DEFAULT, parameter, start - 0.5)) in text(app)
    curve = max((f for one in charts(app) for f in frames(one) if "weight" in f), key=len)
    at = (curve["weight"] - start + 0.5).abs().idxmin()
    assert curve["loss"][at] == pytest.approx(nudge.nudge(DEFAULT, parameter, start - 0.5).moved, rel=1e-6)
    assert "Move a weight" not in [one.value for one in visit(step="tanh_slope", predict="false").subheader]


def test_an_identity_is_drawn_over_a_range_of_the_visitors():
    app = visit(step="tanh_slope", predict="false")
    assert "What the symbols mean" not in [one.label for one in app.expander], "no network yet"
    app = hold(app, _range_tanh_slope=(-2.0, 3.0))
    derivative = together(app, "name").query("name in ('formula', 'numerical')").drop_duplicates()
    derivative = derivative.pivot(index="x", columns="name", values="y")
    assert (derivative.index.min(), derivative.index.max()) == (-2.0, 3.0)
    np.testing.assert_allclose(derivative["numerical"], 1 / np.cosh(derivative.index) ** 2, atol=1e-12)
    np.testing.assert_allclose(derivative["formula"], derivative["numerical"], atol=1e-12)
    single = together(hold(app, _range_tanh_slope=(2.0, 2.0)), "name")
    assert (single["x"].min(), single["x"].max()) == (2.0, 2.5)


def every_step():
    from derived import ONE_EACH, steps_of

    from ui.derivation import entry, walkthrough

    for step in steps_of(ONE_EACH[1]).values():
        walkthrough.lines(step)
        walkthrough.careful(step)
        entry.written_out(step)


def test_every_step_shows_its_lines_with_their_checks_its_code_and_an_entry():
    app = AppTest.from_function(every_step, default_timeout=60).run()
    steps = steps_of(ONE_EACH[1]).values()
    assert not app.exception
    assert text(app).count(":green[:material/check:") == sum(len(step.checks) for step in steps)
    code = [one for step in steps for one in (step.plain, *(line.text for line in step.code)) if one]
    assert sorted(one.value for one in app.code) == sorted(code)
    with_entries = [step for step in steps if step.entry is not None and step.symbol is not None]
    several = [step for step in with_entries if np.size(step.claims[step.main].analytic) > 1]
    assert len(app.selectbox) == len(several) < len(with_entries)
    assert len(app.table) == 5


@pytest.mark.parametrize(
    ("link", "title"),
    [
        ({"step": "20"}, "The hidden pre-activation"),
        ({"step": "33"}, "Elastic net"),  # which has moved since
        ({"step": "34", "depth": "3"}, "Through the activation of layer 3"),
        ({"step": "47", "loss": "sigmoid_cross_entropy"}, "Why squared error stalls"),
        ({"step": "58", "depth": "9"}, "Adam's step"),  # such a depth is not used
        ({"step": "33", "lock": "1", "open": "d"}, "Elastic net"),
    ],
)
def test_the_number_of_an_old_link_leads_to_the_step_that_it_meant(link, title):
    app = visit(predict="false", **link)
    assert app.subheader[0].value == title
    asked_for = [one for one in sentences(app) if "step" in one]
    assert asked_for == []


def test_another_network_stays_at_the_step_on_show_or_its_counterpart():
    app = hold(visit(step="hidden_delta", predict="false"), depth=3)
    assert app.subheader[0].value == "Through the activation of layer 1"
    app = hold(hold(app, step="hidden_delta.2"), depth=1)
    assert app.subheader[0].value == "Through the activation"
    app = hold(hold(app, step="sigmoid_cross_entropy.delta"), loss="sigmoid_cross_entropy")
    assert widget(app, "step").value == "output_delta"


def test_next_back_and_the_contents_lead_through_the_steps_and_tell_what_was_read():
    app = visit()
    titles = [step.title for step in derive(DEFAULT)]
    app = press(app, f"Next: {titles[20]}")
    assert app.subheader[0].value == titles[20]
    assert shared(app)["step"] == "hidden_activation"
    app = press(press(app, "Show me"), f"Next: {titles[21]}")
    app = press(app, f"Back: {titles[20]}")
    app.session_state["_contents"] = True
    app = app.run()
    buttons = {one.label: one.icon for one in app.button if (one.key or "").startswith("_to_")}
    assert len(buttons) == len(titles)
    read = [label for label, icon in buttons.items() if icon == ":material/radio_button_checked:"]
    assert read == [titles[20]], "those passed unread do not count"
    assert "**The network**: 1 of 13 steps read" in [one.label for one in app.expander]
    app = press(app, "Elastic net (2.18)")
    assert app.subheader[0].value == "Elastic net"
    last = visit(step="adam_update", predict="false")
    assert not any(one.label.startswith("Next") for one in last.button)
    locked = visit(step="loss", lock="1", open="d")
    assert not any(one.label.startswith(("Next", "Back")) for one in locked.button)


def test_what_fails_is_shown_red(monkeypatch):
    # the derivative of tanh in the engine, a hundredth off
    right = ACTIVATIONS["tanh"]
    wrong = replace(right, derivative=lambda z, a, out=None: 1.01 * right.derivative(z, a))
    monkeypatch.setitem(ACTIVATIONS, "tanh", wrong)
    app = visit(step="hidden_delta", predict="false", init_seed="4711")
    assert not app.success
    assert any("Not verified:" in one.value and "hidden_delta" in one.value for one in app.error)
    assert ":red[:material/close: disagrees by 1e-02]" in text(app)


def test_a_question_leads_to_its_step():
    keys = ["output_delta", "hidden_delta", "batch_outer", "recursion", "stall", "elastic_net", "zeros_equal"]
    app = visit()
    for preset, key in zip(DERIVATION, keys, strict=True):
        depth, loss = (preset.changes.get(name) for name in ("depth", "loss"))
        problem = Problem(hidden_layer_sizes=(3,) * (depth or 1), loss=loss or DEFAULT.loss)
        assert preset.changes["step"] == key
        if depth or loss:
            app = choose_question(app, preset.question)
            assert app.subheader[0].value == step_of(key, problem).title


def test_checking_shows_its_progress_and_can_be_stopped(monkeypatch):
    shares = []
    monkeypatch.setattr(progress.Progress, "show", lambda self, share, text: shares.append(share))
    assert visit(init_seed="4712").success
    assert shares == sorted(shares)
    assert len(set(shares)) == len(CHAPTERS)
    app = visit(init_seed="4712")
    app.session_state[KEY].stopped["work"] = ("derivation", Problem(activation="tanh", seed=4713))
    app = hold(app, init_seed=4713)
    assert not app.exception
    assert any("Stopped" in sentence for sentence in sentences(app))
    assert not app.subheader
    app = press(app, "Go on")
    assert app.subheader[0].value == "The hidden pre-activation"
