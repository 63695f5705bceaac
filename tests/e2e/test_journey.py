"""A student's way with the keyboard alone: Home, a question, the derivation, backward() from memory."""

import re

import numpy as np
import pytest
from browsing import IN_DARK, chart_that_finds, fits, has_focus, settled, tab_to
from playwright.sync_api import expect

from data import DataConfig, load_dataset
from lab.derivation import Problem
from lab.recall import FRAGMENTS, LINES, choices
from mlp import TrainConfig, forward, train

PROBLEM = Problem(activation="tanh")  # of the derivation as it opens
X, Y = PROBLEM.X, np.eye(2)[PROBLEM.y]
FAR = 50.0  # as far from the points as a line is looked for; they are about 1 from the middle
RATE, STEPS = 0.3, 150  # of gradient descent, as the page says
NAMES = ("W2", "b2", "W1", "b1")  # from the output down
# where the verdict beside or below the button needs most room: at the top of the window, or at its bottom
AT_AN_EDGE = "(button, above) => button.scrollIntoView({ block: above ? 'start' : 'end' })"
# the heights of the sentence below the timeline, over all epochs that it can show
HEIGHTS = """range => {
    const said = range.getRootNode().querySelector(".said"), heights = new Set(), start = range.value;
    for (const at of [...Array(Number(range.max) + 1).keys(), Number(start)]) {
        range.value = at;
        range.dispatchEvent(new Event("input"));
        heights.add(said.getBoundingClientRect().height);
    }
    return [...heights];
}"""
# a wrong text of a line, and what backward() below does instead of what is right
WRONG = {"slope": ("slope_forgotten", {"slope": False}), "db": ("db_mean", {"over_examples": np.mean})}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "height", "scheme", "line"), [(1400, 900, "light", "slope"), (390, 844, "dark", "db")]
)
def test_the_keyboard_alone_leads_from_home_to_backward_from_memory(
    page, address, width, height, scheme, line
):
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}/home")  # by its name
    settled(page)
    expect(page).to_have_url(f"{address}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("What happens inside")
    assert page.get_by_role("link", name="Home").count() == (width > 600)
    heights = page.get_by_role("slider", name="Epoch on show").evaluate(HEIGHTS)
    assert len(heights) == 1, "what is below keeps its place while the network learns"
    predict_what_one_unit_draws(page)
    go_to_the_derivation(page, folded=width < 600)
    answer_wrongly_and_read_why(page)
    look_where_a_number_comes_from(page)
    go_to_the_next_steps(page)
    go_to_the_recall(page)
    choose_the_lines_with_a_wrong_one_and_mend_it(page, line, width)
    assert page.evaluate(IN_DARK) == (scheme == "dark")
    assert fits(page)


def press(page, wanted):
    tab_to(page, wanted)
    page.keyboard.press("Enter")


def choose(page, group, name, **way):
    """Go to a group of choices by Tab, and to one of them by the arrow keys."""
    radios, wanted = group.get_by_role("radio"), group.get_by_role("radio", name=name, exact=True)
    chosen = group.get_by_role("radio", checked=True)
    tab_to(page, chosen if chosen.count() else radios.first, **way)
    element = wanted.element_handle()
    for _ in range(radios.count()):
        focused, element = has_focus(wanted, element)
        if focused:
            page.keyboard.press("Space")
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"the arrow keys do not lead to {name}")


def chart(page, words):
    return chart_that_finds(page, words)


def predict_what_one_unit_draws(page):
    choose(page, page.get_by_role("radiogroup", name="What does one hidden unit draw?"), "Two")
    said = page.get_by_test_id("stMarkdown").filter(has_text="You said: Two.")
    expect(said).to_contain_text("The engine finds: One.")
    expect(said).to_be_in_viewport()
    n = lines_drawn()
    expect(said).to_contain_text(f"{n} of 5 networks here {'draws' if n == 1 else 'draw'} one straight line")
    score = re.compile(r"^1 of \d+ questions explored; your one prediction was wrong\.$")
    expect(page.get_by_text(score)).to_be_visible()
    settled(page)
    assert fits(page)


def lines_drawn():
    """How many of five networks with one unit predict both classes, at places far around the points."""
    dataset, along = load_dataset(DataConfig()), np.linspace(-FAR, FAR, 401)
    places = np.stack(np.meshgrid(along, along), axis=-1).reshape(-1, 2).astype("float32")
    n = 0
    for seed in range(5):
        config = TrainConfig(hidden_layer_sizes=(1,), init_seed=seed, shuffle_seed=seed)
        *_, last = train(config, dataset)
        n += len(set(forward(last.params, places, config).output.argmax(axis=-1))) == 2
    return n


def go_to_the_derivation(page, folded):
    if folded:
        press(page, page.get_by_role("button", name="Expand sidebar"))
        expect(page.get_by_role("button", name="Collapse sidebar")).to_be_visible()
    press(page, page.get_by_role("link", name="Derivation"))
    expect(page.get_by_role("heading", name="The hidden pre-activation")).to_be_visible()
    settled(page)


def answer_wrongly_and_read_why(page):
    fan_in, fan_out = PROBLEM.params[0].W.shape
    answers = page.get_by_role("radiogroup", name="Your answer")
    choose(page, answers, f"({fan_out}, {fan_in})")
    press(page, page.get_by_role("button", name="Check"))
    told = page.get_by_role("alert").filter(has_text=f"It is ({fan_in}, {fan_out})")
    expect(told).to_contain_text("as a column")  # the reason of this answer, and of no other
    expect(page.get_by_text("Your predictions: 0 right, 1 wrong.")).to_be_attached()
    settled(page)
    first = -np.log(outputs(PROBLEM.params)[1][0] @ Y[0])
    expect(chart(page, f"The loss for the first example is {first:.4g}.")).to_be_visible()
    assert fits(page)


def look_where_a_number_comes_from(page):
    z = X[0] @ PROBLEM.params[0].W + PROBLEM.params[0].b
    one, two = (
        page.get_by_role("button", name=re.compile(f"^hᵃ{index} = {re.escape(number(value))}"))
        for index, value in zip("₁₂", z[:2], strict=True)
    )
    tab_to(page, one)
    page.keyboard.press("ArrowRight")
    expect(two).to_be_focused()
    assert "step=" not in page.url, "in a matrix, the arrow keys do not lead to the next step"


def number(value):
    return f"{value:.3g}".replace("-", "−")


def go_to_the_next_steps(page):
    press(page, page.get_by_role("button", name="Next: The hidden activation"))
    expect(page.get_by_role("group", name="The hidden activation")).to_be_focused()
    expect(page.get_by_role("heading", name="The hidden activation")).to_be_in_viewport()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="The output pre-activation")).to_be_in_viewport()
    settled(page)
    assert "step=output_pre_activation" in page.url
    assert fits(page)


def go_to_the_recall(page):
    tab_to(page, page.get_by_role("button", name="Contents"), most=10, key="Shift+Tab")
    page.keyboard.press("Enter")
    contents = page.get_by_role("dialog", name="Contents")
    expect(contents).to_be_focused()
    memory = contents.get_by_role("button", name="Write it from memory")
    expect(memory).to_be_attached()
    settled(page)
    press(page, memory)
    expect(page.get_by_role("group", name="Write it from memory")).to_be_focused()
    expect(page.get_by_role("heading", name="Write it from memory")).to_be_in_viewport()
    settled(page)
    choose(page, page.get_by_role("radiogroup").filter(has_text="On one page"), "Choose each line", most=3)


def choose_the_lines_with_a_wrong_one_and_mend_it(page, wrong_line, width):
    wrong, instead = WRONG[wrong_line]
    asked = [line for line in LINES if len(choices(line, PROBLEM.seed)) > 1]
    groups = {line: page.get_by_role("radiogroup", name=f"Line {LINES.index(line) + 3}") for line in asked}
    for line in asked:
        choose(page, groups[line], written(wrong if line == wrong_line else line))
    run = page.get_by_role("button", name="Run it")
    tab_to(page, run)
    run.evaluate(AT_AN_EDGE, width > 390)
    page.keyboard.press("Enter")

    differ = wrong_tensors(instead)
    right = [name for name in NAMES if name not in differ]
    said = page.get_by_role("alert").filter(has_text="From the output down")
    expect(said).to_be_visible()
    settled(page)  # also its charts, which come later
    expect(said).to_be_in_viewport(ratio=1)
    expect(said).to_contain_text(f"the first wrong gradient is that of {differ[0]}.")
    expect(said).to_contain_text(f"{' and '.join(right)} {'is' if len(right) == 1 else 'are'} right")
    expect(
        chart(page, f"Wrong in {', '.join(sorted(differ, key=lambda name: name[1]))}: ")
    ).to_be_attached()  # what is red
    line = f"Line {LINES.index(wrong_line) + 3}. {FRAGMENTS[wrong].why}"
    expect(page.get_by_text(line.replace("`", ""))).to_be_visible()
    start, mended, unmended = losses({})[0], losses({})[-1], losses(instead)[-1]
    goes = f"the right program's loss goes from {start:.3g} to {mended:.3g}; yours goes to {unmended:.3g}"
    expect(page.get_by_role("paragraph").filter(has_text=goes)).to_be_visible()
    assert fits(page)

    settled(page)
    choose(page, groups[wrong_line], written(wrong_line), key="Shift+Tab")
    press(page, run)
    right = page.get_by_role("status").filter(has_text="You have written backpropagation.")
    expect(right).to_be_visible()
    settled(page)
    expect(right).to_be_in_viewport(ratio=1)
    same = re.compile(f"loss goes from {start:.3g} to {mended:.3g}; yours is the same")
    expect(page.get_by_role("paragraph").filter(has_text=same)).to_be_visible()


def written(key):
    return FRAGMENTS[key].written(PROBLEM.activation)


def outputs(params):
    (W1, b1), (W2, b2) = params
    a = np.tanh(X @ W1 + b1)
    e = np.exp(a @ W2 + b2)
    return a, e / e.sum(axis=1, keepdims=True)


def loss(params):
    return -np.log((outputs(params)[1] * Y).sum(axis=1)).mean()


def backward(params, slope=True, over_examples=np.sum):
    a, p = outputs(params)
    delta2 = (p - Y) / len(X)
    delta1 = delta2 @ params[1][0].T * (1 - a * a if slope else 1)
    return [(X.T @ delta1, over_examples(delta1, axis=0)), (a.T @ delta2, over_examples(delta2, axis=0))]


def wrong_tensors(instead, h=1e-6):
    """The names of those whose gradient differs from central differences, from the output down."""
    params = [tuple(array.copy() for array in layer) for layer in PROBLEM.params]
    wrong = []
    for name in NAMES:
        layer, kind = int(name[1]) - 1, "Wb".index(name[0])
        array, gradient = params[layer][kind], backward(params, **instead)[layer][kind]
        numeric = np.empty_like(array)
        for at in np.ndindex(array.shape):
            value, both = array[at], []
            for array[at] in (value + h, value - h):
                both.append(loss(params))
            array[at], numeric[at] = value, (both[0] - both[1]) / (2 * h)
        if np.abs(gradient - numeric).max() > 1e-6:
            wrong.append(name)
    return wrong


def losses(instead):
    """The loss before the first step of gradient descent, and after the last."""
    params = PROBLEM.params
    for _ in range(STEPS):
        both = zip(params, backward(params, **instead), strict=True)
        params = [tuple(v - RATE * d for v, d in zip(layer, change, strict=True)) for layer, change in both]
    return loss(PROBLEM.params), loss(params)
