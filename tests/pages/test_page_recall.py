"""backward() from memory: read, put in order with a wrong turn, chosen line by line; and where it stands."""

import re

from exported import export
from streamlit.testing.v1 import AppTest
from visiting import charts, frame_with, opened, parts, plain, press, sentences, text, widget

from lab.derivation import CHAPTERS, Problem, derive
from lab.exports import formats
from lab.recall import FRAGMENTS, LINES, choices
from ui.derivation import recall

PROBLEM = Problem(activation="tanh")
STEPS = derive(PROBLEM)
KEYS = [step.key for step in STEPS]
LAST = KEYS.index(recall.home(STEPS))


def visit(step):
    return opened("pages/derivation.py", {"step": KEYS[step], "predict": "false"})


def codes(app):
    return [one.value for one in app.code]


def go(app, part):
    return widget(app, "_recall").set_value(part).run()


def put(app, *keys):
    for key in keys:
        widget(app, f"_line_{key}").click()
        app.run()
    return app


def choose(app, **replaced):
    for line in LINES:
        if len(choices(line, PROBLEM.seed)) > 1:
            widget(app, f"_choice_{line}").set_value(replaced.get(line, line))
    return press(app, "Run it")


def section():
    from lab.derivation import Problem
    from ui.derivation import recall

    recall.draw(Problem(activation="tanh"))


def test_backward_is_read_then_put_in_order_then_chosen_and_each_wrong_turn_is_explained():
    app = AppTest.from_function(section, default_timeout=60).run()
    whole = next(code for code in codes(app) if code.startswith("def backward"))
    n_lines = len(whole.splitlines())
    assert n_lines == 13
    assert f"**Backpropagation in four equations and {n_lines} lines**" in [one.value for one in app.markdown]
    assert whole.endswith("return gradients")
    app = go(app, "Order the lines")
    assert whole not in codes(app)  # it is written from memory
    pressed = [part.key for part in parts(app) if str(getattr(part, "key", "")).startswith("_line_")]
    assert len(pressed) == len(LINES) + 3
    put(app, "list", "delta", "loop", "dW", "if", "back")
    app = press(app, "Check the order")
    needs_W = "Line 8, `delta = delta @ W.T`: It uses `W`, which has no value yet."
    assert plain(needs_W) in sentences(app)
    put(app, "if", "back", "weights", "db", "store", "if", "back", "slope", "return")
    assert sentences(app) == []  # what was said was of another order
    app = press(app, "Check the order")
    assert [one.value.partition(" Every gradient")[0] for one in app.success] == [
        "**Right.** Every line has what it needs."
    ]
    app = go(app, "Choose each line")
    assert "What your program does is shown here" in text(app)
    app = choose(app, slope="slope_forgotten")
    assert any("first wrong gradient is that of" in one for one in sentences(app))
    assert FRAGMENTS["slope_forgotten"].why in text(app)
    assert any("Wrong in W1, b1" in one.proto.alt for one in charts(app))
    assert set(next(f for c in charts(app) if (f := frame_with(c, "program")) is not None)["program"]) == {
        "your program",
        "the right one",
    }
    app = choose(app)
    assert any("You have written backpropagation." in one.value for one in app.success)
    app = go(go(app, "On one page"), "Choose each line")  # what was chosen is kept
    assert any("You have written backpropagation." in one.value for one in app.success)


def test_what_is_said_of_the_exported_script_is_so():
    app = AppTest.from_function(section, default_timeout=60).run()
    (said,) = [one.value for one in app.caption if "*Export*" in one.value]
    assert "on the pages that train" in said, "this page has no Export"
    begin, n_different = re.search(r"From `(.*?)…` on, .* but for (one) line: ", said).groups()
    sheet = next(code for code in codes(app) if code.startswith("def backward"))
    script = formats.script(export("as it stands")).replace("relu_derivative", "tanh_derivative")
    of_sheet, of_script = (code[code.index(f"    {begin}") :].splitlines() for code in (sheet, script))
    pairs = [pair for pair in zip(of_sheet, of_script, strict=False) if pair[0] != pair[1]]
    assert n_different == "one"
    ((ours, the_scripts),) = pairs
    assert "np.ones((1, " in the_scripts
    assert "ones" not in ours


def test_the_section_waits_closed_once_the_network_is_derived_and_is_not_there_before():
    network_ends = max(n for n, step in enumerate(STEPS) if step.chapter == CHAPTERS[1])
    for step, box, open_ in ((network_ends - 1, 0, 0), (network_ends, 1, 0), (LAST, 0, 1)):
        page = visit(step)
        assert [getattr(part, "label", "") for part in parts(page)].count("Write it from memory") == box
        assert [one.value for one in page.subheader].count("Write it from memory") == open_


def test_the_contents_lead_to_it():
    page = visit(0)
    page.session_state["_contents"] = True
    page = press(page.run(), "Write it from memory")
    assert "Write it from memory" in [one.value for one in page.subheader]
