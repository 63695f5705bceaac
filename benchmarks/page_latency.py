"""Every page's first view in a browser, against a Streamlit page of one chart served beside it.

    python -m benchmarks.page_latency [--rounds 5] [--before REV] [--pages home sweeps]

Each round visits the one-chart page and then every page of the lab, in new tabs of one browser that has
its files cached. With `--before`, each page is also visited in the app as it was at that commit, if it was
there. Needs `chromium` and playwright (requirements-dev.txt).
"""

import argparse
import contextlib
import datetime
import pathlib
import shutil
import statistics
import tempfile
import time

from playwright.sync_api import sync_playwright

from benchmarks.page_cpu import checked_out
from benchmarks.server import ROOT, Server
from benchmarks.timing import machine, markdown

ONE = "one chart"
ONE_CHART = """
import pandas as pd
import streamlit as st

st.set_page_config(layout="wide")
n = st.sidebar.slider("Points", 10, 100, 50)
st.title("One chart")
spec = {"mark": "line", "encoding": {c: {"field": c, "type": "quantitative"} for c in "xy"}}
st.vega_lite_chart(pd.DataFrame({"x": range(n), "y": [i * i % 17 for i in range(n)]}), spec)
"""
PAGES = {  # page: the slider that is moved
    "home": "Hidden units",
    "derivation": "Hidden units d_h",
    "initialization": "Depth (hidden layers)",
    "optimization": "Learning rate η",
    "decision_boundary": "Noise",
    "gradient_check": "Epochs",
    "bug_lab": "Learning rate η",
    "sweeps": "Epochs",
}
PATHS = {"home": ""}  # where it is not the page's name
CHART = "[data-testid=stVegaLiteChart]"
DRAWN = f"{CHART} canvas, {CHART} svg.marks"
START = "[data-testid=stMain] button[kind=primary]"
QUIET = """() => {
    if (!window.noted) {
        const note = () => { window.noted = performance.now(); };
        new MutationObserver(note).observe(document, {subtree: true, childList: true, attributes: true});
        note();
    }
    return document.querySelector("[data-test-script-state=notRunning]")
        && !document.querySelector("[data-stale=true]") && performance.now() - window.noted > 400;
}"""
DRAWING = """() => {  // note when a canvas is drawn anew, and when a chart of SVG changes
    const clear = CanvasRenderingContext2D.prototype.clearRect;
    CanvasRenderingContext2D.prototype.clearRect = function (...area) {
        if (this.canvas.closest("[data-testid=stVegaLiteChart]")) window.drew?.();
        return clear.apply(this, area);
    };
}"""
WATCH = """() => {  // milliseconds from the next key to the first change in any chart
    window.took = null;
    const marks = node => node.closest?.("svg.marks") || node.querySelector?.("svg.marks");
    const svg = new MutationObserver(changes => {
        if (changes.some(one => one.target.closest?.("svg.marks") || [...one.addedNodes].some(marks)))
            window.drew();
    });
    window.addEventListener("keydown", () => {
        const started = performance.now();
        window.drew = () => {
            window.took ??= performance.now() - started;
            svg.disconnect();
        };
        svg.observe(document, {subtree: true, childList: true, attributes: true});
    }, {once: true, capture: true});
}"""
WIDGETS = "[data-testid=stWidgetLabel], button[kind]"
TARGETS = "first chart at most 1.3 × the one-chart page's, control 3 × and 0.1 s, data at most 400 kB"


def visit(context, address, slider):
    """{figure: value} of one visit in a new tab."""
    tab, received = context.new_page(), []
    tab.on("websocket", lambda one: one.on("framereceived", lambda frame: received.append(len(frame))))
    started = time.perf_counter()
    tab.goto(address, wait_until="commit")
    tab.wait_for_selector(f"{DRAWN}, {START}")
    if not tab.locator(DRAWN).count():  # a busy server asks first, once: then the result is in its cache
        tab.locator(START).click()
        tab.wait_for_selector(DRAWN)
    found = {"first": time.perf_counter() - started}
    _settle(tab)
    found["whole"] = time.perf_counter() - started - 0.4  # the quiet that was waited for
    found["kB"] = sum(received) / 1000
    found["widgets"], found["charts"] = tab.locator(WIDGETS).count(), tab.locator(CHART).count()
    handle = tab.get_by_role("slider", name=slider).first
    took = []
    for key in ("ArrowRight", "ArrowLeft") * 2:  # the first two compute what the others find in the cache
        handle.focus()
        tab.evaluate(WATCH)
        tab.keyboard.press(key)
        tab.wait_for_function("window.took !== null")
        took.append(tab.evaluate("window.took") / 1000)
        _settle(tab)
    found["control"] = statistics.mean(took[2:])
    tab.close()
    return found


def _settle(tab):
    tab.wait_for_function(QUIET, polling=50)


def measure(pages, rounds, before=None):
    """{(page, which app): {figure: median over the rounds}}, the one-chart page among them."""
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "one_chart.py").write_text(ONE_CHART, encoding="utf-8")
        one = stack.enter_context(Server(script=folder / "one_chart.py")).address
        roots = {"before": stack.enter_context(checked_out(before))} if before else {}
        places = {(ONE, ""): (one, "Points")}
        for app, root in (roots | {"now": ROOT}).items():
            lab = stack.enter_context(Server(root=root)).address
            for name in pages:
                if (root / f"pages/{name}.py").exists():
                    places[name, app] = (f"{lab}/{PATHS.get(name, name)}", PAGES[name])
        order = sorted(places, key=lambda place: ((ONE, *pages).index(place[0]), place[1]))
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        context.set_default_timeout(120_000)
        context.add_init_script(f"({DRAWING})()")
        seen = {place: [] for place in order}
        for number in range(rounds + 1):  # the first warms caches up and does not count
            for place in order:
                found = visit(context, *places[place])
                if number:
                    seen[place].append(found)
        browser.close()
    return {
        place: {figure: statistics.median(visit[figure] for visit in visits) for figure in visits[0]}
        for place, visits in seen.items()
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--before", help="a commit to compare with")
    parser.add_argument("--pages", nargs="+", choices=list(PAGES), default=list(PAGES))
    asked = parser.parse_args()
    found = measure(asked.pages, asked.rounds, asked.before)
    base = found[ONE, ""]
    print(f"{datetime.date.today()}, {machine()}; medians of {asked.rounds} interleaved rounds.")
    print(f"Targets: {TARGETS}. The bytes are those of all messages.\n")
    header = ["page", "app", "first chart, s", "×", "whole page, s", "control, cached, s", "×", "kB"]
    rows = [
        [
            name,
            app,
            f"{one['first']:.2f}",
            f"{one['first'] / base['first']:.2f}",
            f"{one['whole']:.2f}",
            f"{one['control']:.3f}",
            f"{one['control'] / base['control']:.2f}",
            f"{one['kB']:.0f}",
            f"{one['widgets']:.0f}",
            f"{one['charts']:.0f}",
        ]
        for (name, app), one in found.items()
    ]
    print(markdown([*header, "widgets", "charts"], rows))


if __name__ == "__main__":
    main()
