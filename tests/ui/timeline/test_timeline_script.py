"""timeline.js, run by Node on a stand-in document with a clock of its own: what it announces, and when."""

import json
import pathlib
import shutil
import subprocess

import playwright
import pytest

from ui.timeline import component

NODE = shutil.which("node") or str(pathlib.Path(playwright.__file__).parent / "driver" / "node")
PAGE = """
let now = 0, timers = [], frames = [], id = 0;
globalThis.performance = { now: () => now };
globalThis.setTimeout = (call, wait = 0) => { timers.push({ id: ++id, call, at: now + wait }); return id; };
globalThis.clearTimeout = (which) => { timers = timers.filter((one) => one.id !== which); };
globalThis.requestAnimationFrame = (call) => frames.push(call);
globalThis.IntersectionObserver = class { observe() {} };
globalThis.window = { matchMedia: () => ({ matches: false }) };
globalThis.location = { pathname: "/" };
globalThis.document = { body: { dispatchEvent() {} }, querySelectorAll: () => [] };
class Element {
  constructor(value) {
    Object.assign(this, { value, dataset: {}, attributes: {}, listeners: {}, text: "", texts: [] });
  }
  setAttribute(name, value) { this.attributes[name] = String(value); }
  getAttribute(name) { return this.attributes[name]; }
  addEventListener(type, call) { this.listeners[type] = call; }
  get textContent() { return this.text; }
  set textContent(text) { if (text !== this.text) this.texts.push(text); this.text = text; }
}
const elements = {}, sent = [];
const root = { isConnected: true, querySelector: (selector) => elements[selector] ??= new Element("20") };
const press = (name) => elements[".timeline"].listeners.click({ target: { dataset: { do: name } } });
const status = () => elements[".rests"].texts.filter((text) => text);
function wait(ms) {
  for (const end = now + ms; now < end; ) {
    now += 10;
    const due = timers.filter((one) => one.at <= now), drawn = frames;
    timers = timers.filter((one) => one.at > now);
    frames = [];
    due.forEach((one) => one.call());
    drawn.forEach((call) => call(now));
  }
}
"""
OPENED = """
const data = { epochs: [0, 2, 4], epoch: 4, said: ["Bad.", "Better.", "Good."], note: "", tells: TELLS };
timeline({ parentElement: root, data, setTriggerValue: (name, epoch) => sent.push(epoch) });
wait(1000);
"""
AT_0, AT_2, AT_4 = "epoch 0 of 4. Bad.", "epoch 2 of 4. Better.", "epoch 4 of 4. Good."
SLIDE = "elements.input.value = 0; elements.input.listeners.input(); wait(2000);"


def announced(actions, tells=False):
    script = component.PARTS["js"].replace("export default function", "function timeline")
    opened = OPENED.replace("TELLS", json.dumps(tells))
    written = "\n".join([PAGE, script, opened, actions, "console.log(JSON.stringify(status()));"])
    done = subprocess.run(
        [NODE, "--input-type=module"], input=written, capture_output=True, text=True, timeout=60
    )
    assert not done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("tells", [False, True])
@pytest.mark.parametrize(
    ("actions", "said"),
    [
        ("", []),
        ("press('back'); wait(1000);", [AT_2]),
        ("press('back'); wait(100); press('back'); wait(1000);", [AT_0]),
        ("press('back'); wait(1000); press('on'); wait(1000);", [AT_2, AT_4]),
        ("press('again'); wait(3000);", [AT_4]),
        ("press('again'); wait(3000); press('again'); wait(3000);", [AT_4, AT_4]),
        ("press('again'); wait(60); press('play'); wait(1000);", [AT_2]),
        (SLIDE, []),
        (SLIDE + "elements.input.listeners.change(); wait(1000);", [AT_0]),
    ],
)
def test_a_timeline_announces_its_words_once_it_rests_and_not_at_every_frame(actions, said, tells):
    assert announced(actions, tells) == said


def test_what_the_server_answers_announces_nothing_and_takes_nothing_back():
    answer = """
press("back"); wait(1000);
timeline({ parentElement: root, data: { ...data, epoch: 2 }, setTriggerValue: () => {} });
wait(1000);
elements[".rests"].texts.push(elements[".rests"].text);
"""
    assert announced(answer, tells=True) == [AT_2, AT_2]


def test_the_announced_words_are_a_status_that_is_not_seen():
    assert '<p class="rests" role="status"></p>' in component.HTML
    assert "clip-path: inset(50%)" in component.PARTS["css"].partition(".rests")[2]
