"""Playing the epochs in the browser: frames a second, beside a step that asks the server for its epoch.

    python -m benchmarks.timeline [--seconds 5] [--pages "one experiment"]

A frame is an epoch shown by all charts of the page that follow the timeline. `scrub` is the time from a moved
slider to the end of the frame that shows it. `server` is the time from a key in the number of the epoch to
the map drawn anew, which is how epochs were played before. Needs `chromium` and playwright
(requirements-dev.txt).
"""

import argparse
import contextlib
import datetime
import shutil
import statistics

from playwright.sync_api import sync_playwright

from benchmarks.page_latency import CHART, DRAWN, QUIET, START
from benchmarks.server import Server
from benchmarks.timing import machine, markdown

PAGES = {
    "one experiment, 2-16-2": "decision_boundary",
    "one experiment, 2-8-8-2": "decision_boundary?hidden_layer_sizes=8,8",
    "one experiment, 2-16x4-2": "decision_boundary?hidden_layer_sizes=16x4",
    "three compared": "decision_boundary?mode=Compare&compare=hidden_layer_sizes&values=3 / 8 / 20",
}
COUNT = """() => {
    window.frames_shown = 0;
    document.body.addEventListener("epoch", () => window.frames_shown++);
}"""
SCRUB = """async ([places]) => {  // milliseconds from a moved slider to the end of the frame that shows it
    const inner = [...document.querySelectorAll("*")].map(one => one.shadowRoot);
    const slider = inner.map(root => root?.querySelector("input[type=range]")).find(Boolean);
    const took = [];
    for (const place of places) {
        await new Promise(done => requestAnimationFrame(done));
        const started = performance.now();
        slider.value = Math.round(place * slider.max);
        slider.dispatchEvent(new Event("input", {bubbles: true}));
        await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
        took.push(performance.now() - started);
    }
    return took;
}"""
NOTED = """chart => {  // milliseconds from now until the words of the map are other words
    const label = () => document.querySelector(chart)?.getAttribute("aria-label");
    const [started, before] = [performance.now(), label()];
    window.took = 0;
    const look = () => {
        if (label() && label() !== before) window.took = performance.now() - started;
        else requestAnimationFrame(look);
    };
    look();
}"""
PLACES = [place / 10 for place in (1, 9, 2, 8, 3, 7, 4, 6, 5, 0)]


def measure(browser, server, path, seconds, steps=True):
    """{figure: value} of a page; without `steps`, the server is not asked for epochs one by one."""
    tab, received = browser.new_page(viewport={"width": 1400, "height": 1000}), []
    tab.set_default_timeout(120_000)
    tab.on("websocket", lambda one: one.on("framereceived", lambda frame: received.append(len(frame))))
    tab.goto(f"{server.address}/{path}", wait_until="commit")
    tab.wait_for_selector(f"{DRAWN}, {START}")
    if not tab.locator(DRAWN).count():
        tab.locator(START).click()
        tab.wait_for_selector(DRAWN)
    found = {"first": sum(received) / 1000}
    tab.get_by_role("button", name="Play").first.wait_for()
    _settle(tab)
    found["all"] = sum(received) / 1000
    found["scrub"] = statistics.median(tab.evaluate(SCRUB, [PLACES]))
    _settle(tab)
    tab.get_by_label("Speed").select_option("fast")
    tab.get_by_role("button", name="Loop").click()
    tab.get_by_role("button", name="Again").click()
    tab.evaluate(COUNT)
    session = tab.context.new_cdp_session(tab)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    thread, n_shown = _thread_seconds(session), tab.evaluate("window.frames_shown")
    cpu, n_received = server.cpu_seconds(), len(received)
    tab.wait_for_timeout(1000 * seconds)
    found["frames"] = tab.evaluate("window.frames_shown") / seconds
    n_shown = max(1, tab.evaluate("window.frames_shown") - n_shown)
    found["thread"] = 1000 * (_thread_seconds(session) - thread) / n_shown
    found["cpu"] = server.cpu_seconds() - cpu
    found["messages"] = len(received) - n_received
    tab.get_by_role("button", name="Pause").click()
    _settle(tab)
    number = tab.get_by_role("spinbutton", name="Epoch, 0 to")
    found["server"] = statistics.median(_steps(tab, number)) if steps and number.count() else float("nan")
    tab.close()
    return found


def _steps(tab, number):
    """Milliseconds from a key in the number of the epoch to the map of that epoch, a few times."""
    number.fill("20")
    number.press("Enter")
    _settle(tab)
    took = []
    for _ in range(6):
        tab.evaluate(NOTED, CHART)
        number.press("ArrowUp")
        number.press("Enter")
        took.append(tab.wait_for_function("window.took").json_value())
        _settle(tab)
    return took


def _thread_seconds(session):
    """CPU seconds of the page's main thread since the session has measured it: a new one begins at 0."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(one["value"] for one in metrics if one["name"] == "TaskDuration")


def _settle(tab):
    tab.wait_for_function(QUIET, polling=50)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--pages", nargs="+", choices=list(PAGES), default=list(PAGES))
    asked = parser.parse_args()
    rows = []
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(Server())
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name in asked.pages:
            cold = measure(browser, server, PAGES[name], 1.0)["first"]
            found = measure(browser, server, PAGES[name], asked.seconds)
            rows.append(
                [
                    name,
                    f"{found['frames']:.1f}",
                    f"{found['scrub']:.0f}",
                    f"{found['server']:.0f}",
                    f"{found['cpu']:.2f}",
                    found["messages"],
                    f"{cold:.0f}",
                    f"{found['all']:.0f}",
                ]
            )
        browser.close()
    header = [
        "page",
        "frames/s",
        "scrub, ms",
        "server, ms",
        f"its CPU in {asked.seconds:g} s",
        "messages",
    ]
    print(f"{datetime.date.today()}, {machine()}\n")
    print(markdown([*header, "kB at the first chart, not cached", "kB in all"], rows))


if __name__ == "__main__":
    main()
