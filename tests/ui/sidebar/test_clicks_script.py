"""clicks.js, run by Node on a stand-in document with a clock of its own: what it hears, keeps and sends.

The plot is 200 by 100 pixels, its corner 140 pixels right of the window's and 60 below it. The plane goes
from -2 to 2 and from -1 to 3; since the plot is twice as wide as high, it shows -4 to 4 from left to right.
"""

import json
import pathlib
import shutil
import subprocess

import playwright
import pytest

from ui.sidebar import clicks

DOCUMENT = """
let now = 1e6, timers = [], id = 0, drawn = true, chosen = "1", running = false;
const START = now, listeners = [], sent = [], when = []; // when: [ms since the start, clicks sent]
Date.now = () => now;
globalThis.performance = { now: () => now };
globalThis.setTimeout = (call, wait) => { timers.push({ id: ++id, call, at: now + wait }); return id; };
globalThis.clearTimeout = (which) => { timers = timers.filter((one) => one.id !== which); };
class Element {
  constructor(name, rectangle) { Object.assign(this, { name, rectangle, style: {}, children: [] }); }
  getBoundingClientRect() { return this.rectangle; }
  querySelector(selector) { return drawn && selector === "svg.marks .background" ? plot : null; }
  closest(selectors) { return selectors.split(", ").includes(this.name) ? this : null; }
  append(child) { child.parentElement = this; this.children.push(child); }
  remove() { this.parentElement.children = this.parentElement.children.filter((one) => one !== this); }
  replaceChildren(...children) { this.children = children; }
}
let map = new Element(".st-key-_own_map", { left: 100, top: 50, width: 300, height: 150 });
const plot = new Element("plot", { left: 140, top: 60, width: 200, height: 100 });
const tooltip = new Element("#vg-tooltip-element"), box = new Element(".st-key-points");
const elsewhere = new Element("p");
globalThis.document = {
  addEventListener: (type, call, capture) => listeners.push({ type, call, capture }),
  createElement: (name) => new Element(name),
  querySelector: (selector) => ({
    ".st-key-_own_map": map,
    ".st-key-_class [aria-checked=true]": chosen === null ? null : { textContent: chosen },
    "[data-testid=stApp]": { dataset: { testScriptState: running ? "running" : "notRunning" } },
  })[selector] ?? null,
};
const { default: render } = await load();
const data = { plane: [[-2, 2], [-1, 3]], known: 0 };
const draw = (known = 0) => render({ data: { ...data, known }, setStateValue });
function setStateValue(name, value) {
  sent.push({ name, ...value });
  when.push([now - START, value.clicks.length]);
}
function happen(type, event) {
  const whole = { target: map, isPrimary: true, button: 0, pointerId: 1, timeStamp: now, ...event };
  listeners.filter((one) => one.type === type).forEach((one) => one.call(whole));
}
function wait(ms) {
  const end = now + ms;
  for (;;) {
    const next = timers.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0];
    if (!next) break;
    timers = timers.filter((one) => one !== next);
    now = next.at;
    next.call();
  }
  now = end;
}
const press = (x, y, event) => happen("pointerdown", { clientX: x, clientY: y, ...event });
const lift = (x, y, event) => happen("pointerup", { clientX: x, clientY: y, ...event });
const click = (x, y, event) => { press(x, y, event); lift(x, y, event); };
const places = () => sent.at(-1)?.clicks.map((one) => one.slice(1));
const marks = () => map.children.at(-1)?.children.map((one) => one.style.cssText.match(/left:.*/)[0]);
"""
EACH = """
import { readFileSync } from "node:fs";
const { script, document, scenarios } = JSON.parse(readFileSync(0, "utf-8")), results = {};
const Later = (async () => {}).constructor;
for (const [name, scenario] of Object.entries(scenarios)) {
  const anew = `${script}\\n// ${name}`; // another text is another module, with variables of its own
  const load = () => import(`data:text/javascript;base64,${Buffer.from(anew).toString("base64")}`);
  results[name] = await new Later("load", `${document}\\n${scenario}`)(load);
}
console.log(JSON.stringify(results));
"""
NOTHING = {
    "left of the plot": "click(139, 100);",
    "above the plot": "click(200, 59);",
    "elsewhere on the page": "click(290, 85, { target: elsewhere });",
    "the right button": "click(290, 85, { button: 2 });",
    "a second finger": "click(290, 85, { isPrimary: false });",
    "a finger that moves": "press(290, 85); lift(290, 93);",
    "another finger that lifts": "press(290, 85); lift(290, 85, { pointerId: 2 });",
    "a pinch": "press(290, 85); press(150, 85, { isPrimary: false, pointerId: 2 }); lift(290, 85);",
    "no press before": "lift(290, 85);",
    "a target that is no element": "click(290, 85, { target: {} });",
    "no map on the page": "map = null; click(290, 85, { target: tooltip });",
    "a map that is not drawn yet": "drawn = false; click(290, 85);",
    "a component that has gone": "gone(); click(290, 85);",
    "a key": "happen('keydown', { key: 'Enter', target: map });",
    "typing elsewhere": "happen('input', { target: elsewhere });",
}
SCENARIOS = {
    "one click": """
  draw();
  click(290, 85);
  chosen = null;
  wait(2000);
  click(140, 160);
  return { names: sent.map((one) => one.name), first: sent[0], places: places(), marks: marks() };
""",
    "numbers": """
  draw();
  click(200, 100); wait(3000); click(240, 100);
  return sent.at(-1).clicks.map((one) => one[0]);
""",
    "a tap": """
  draw();
  press(290, 85, { pointerType: "touch", pointerId: 7 });
  lift(293, 89, { pointerType: "touch", pointerId: 7 });
  return places();
""",
    "a double click": """
  draw();
  click(290, 85); wait(399); click(291, 85); wait(5000);
  const double = places().length;
  click(290, 85); wait(400); click(290, 85); wait(5000);
  return [double, places().length];
""",
    "a tooltip": """
  draw();
  click(290, 85, { target: tooltip });
  drawn = false; wait(2000);
  click(190, 85);
  return places();
""",
    "in a row": """
  draw();
  click(200, 100); wait(500); click(220, 100); wait(600); click(240, 100); wait(3000);
  return when;
""",
    "many in a row": """
  draw();
  click(200, 100);
  draw(sent[0].clicks[0][0]);
  for (let n = 1; n < 14; n += 1) { wait(500); click(200 + 10 * (n % 2), 100); }
  return when;
""",
    "a key after clicks": """
  draw();
  click(200, 100); wait(300); click(240, 100);
  const before = sent.length;
  happen("keydown", { key: "Tab", target: elsewhere });
  const after = sent.map((one) => one.clicks.length);
  happen("keydown", { key: "Tab", target: elsewhere }); wait(1000);
  return [before, after, sent.length];
""",
    "a press elsewhere after clicks": """
  draw();
  click(200, 100); wait(300); click(240, 100);
  const before = sent.length;
  click(10, 10, { target: elsewhere });
  const after = sent.map((one) => one.clicks.length);
  click(10, 10, { target: elsewhere }); wait(1000);
  return [before, after, sent.length];
""",
    "not known": """
  draw();
  click(200, 100);
  wait(8000);
  const tries = sent.map((one) => one.tries);
  running = true; wait(9000);
  const while_running = sent.length;
  running = false; wait(4000);
  const again = sent.length;
  draw(sent.at(-1).clicks[0][0]); wait(60000);
  return { tries, while_running, again, known: [sent.length, marks()] };
""",
    "several renders": """
  const before = listeners.length, gone = draw();
  draw(); draw();
  click(290, 85);
  const first = [sent.length, marks(), map.children.length];
  gone(); wait(2000);
  click(190, 85);
  return { listeners: [before, listeners.length], first, second: sent.length };
""",
    "listeners": """
  return listeners.map((one) => [one.type, one.capture]);
""",
    "typing": """
  draw();
  click(200, 100); wait(100); click(240, 100);
  happen("input", { target: box }); happen("input", { target: box });
  happen("focusin", { target: box });
  happen("input", { target: box });
  return sent.map((one) => [one.typed, one.clicks.length]);
""",
    "gone for a while": """
  const gone = draw();
  click(200, 100); wait(300); click(240, 100);
  gone(); wait(3000);
  const meanwhile = sent.length;
  draw(); wait(4000);
  return [meanwhile, places()];
""",
}


@pytest.fixture(scope="module")
def results():
    """{name of a scenario: what it returns}, each in a document of its own, all in one Node.

    Node is the one on the PATH or, where there is none, the one that Playwright brings.
    """
    driver = pathlib.Path(playwright.__file__).parent / "driver"
    nothing = {
        what: f"const gone = draw(); {scenario} wait(20000); return sent;"
        for what, scenario in NOTHING.items()
    }
    told = {"script": clicks.SCRIPT, "document": DOCUMENT, "scenarios": SCENARIOS | nothing}
    run = subprocess.run(
        [shutil.which("node") or str(driver / "node"), "--input-type=module", "--eval", EACH],
        input=json.dumps(told),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_a_click_is_sent_at_once_with_its_place_and_class_and_marked_on_the_map(results):
    found = results["one click"]
    assert found["names"] == ["clicks", "clicks"]
    assert (found["first"]["tries"], found["first"]["typed"]) == (1, 0)
    assert found["places"] == [[2, 2, "1"], [-4, -1, ""]], "the first is told again until it is known"
    assert found["marks"] == ["left:190px;top:35px", "left:40px;top:110px"]


def test_numbers_go_up_from_the_time_at_which_the_page_was_loaded(results):
    assert results["numbers"] == [1_000_001, 1_000_002]


@pytest.mark.parametrize("what", NOTHING)
def test_nothing_is_sent_of(what, results):
    assert results[what] == []


def test_a_tap_counts_where_the_finger_is_lifted_though_it_moves_a_little(results):
    (place,) = results["a tap"]
    assert place == [pytest.approx(-4 + 8 * 153 / 200), pytest.approx(3 - 4 * 29 / 100), "1"]


def test_a_double_click_is_one_point_and_two_slow_clicks_are_two(results):
    assert results["a double click"] == [1, 3]


def test_a_tooltip_over_the_map_is_the_map_and_a_map_drawn_anew_keeps_its_last_plot(results):
    assert results["a tooltip"] == [[2, 2, "1"], [-2, 2, "1"]]


def test_clicks_in_a_row_are_sent_together_after_a_pause_and_after_five_seconds_at_the_latest(results):
    assert results["in a row"][:2] == [[0, 1], [500 + 600 + 700, 3]], "the first at once"
    first, second, *_ = results["many in a row"]
    assert first == [0, 1]
    assert second == [500 + 5000, 10], "five seconds after the first that waited, though more follow"


@pytest.mark.parametrize("what", ["a key after clicks", "a press elsewhere after clicks"])
def test_what_is_pressed_elsewhere_comes_after_the_clicks_that_wait(what, results):
    assert results[what] == [1, [1, 2], 2]


def test_a_click_is_sent_again_until_the_server_knows_it_but_not_while_the_script_runs(results):
    found = results["not known"]
    assert found["tries"] == [1, 2, 3], "at once, after 4 seconds and after 8"
    assert (found["while_running"], found["again"]) == (3, 4)
    assert found["known"] == [4, []], "neither sent again nor marked"


def test_a_component_rendered_again_hears_each_click_once_and_an_old_one_that_goes_ends_nothing(results):
    found = results["several renders"]
    assert found["listeners"] == [5, 5]
    assert found["first"] == [1, ["left:190px;top:35px"], 1]
    assert found["second"] == 2


def test_it_hears_before_the_chart_does(results):
    types = ("focusin", "input", "keydown", "pointerdown", "pointerup")
    assert sorted(results["listeners"]) == [[name, True] for name in types]


def test_typing_in_the_box_is_told_once_until_the_focus_moves_and_with_the_clicks_that_wait(results):
    assert results["typing"] == [[0, 1], [1, 2], [2, 2]]


def test_a_click_that_waits_while_the_component_is_gone_is_sent_by_the_next(results):
    meanwhile, places = results["gone for a while"]
    assert meanwhile == 1
    assert places == [[pytest.approx(x), pytest.approx(1.4), "1"] for x in (-1.6, 0)]
