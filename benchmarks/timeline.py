"""Playing the epochs in the browser: frames a second, beside a step that asks the server for its epoch.

    python -m benchmarks.timeline [--seconds 5] [--visits 3] [--before REV] [--pages "six compared"]

A frame is an epoch shown by all charts of the page that follow the timeline. `scrub` is the time from a moved
slider to the end of the frame in which the last of the charts is drawn, its median and its 95th percentile
over all visits. The slider is moved as the browser does it, at the beginning of a frame. `to the next frame`
is the median time from there to the end of the frame after, which is never less than the 16.7 ms between two
frames. `server` is the time from a key in the number of the epoch to the map drawn anew, which is how epochs
were played before. With `--before`, the app as it was at that commit takes turns with the app as it is. Needs
`chromium` and playwright (requirements-dev.txt).
"""

import argparse
import contextlib
import datetime
import shutil
import statistics

from playwright.sync_api import sync_playwright

from benchmarks.page_cpu import checked_out
from benchmarks.page_latency import CHART, DRAWING, DRAWN, QUIET, START
from benchmarks.server import Server
from benchmarks.timing import machine, markdown

PAGES = {
    "one experiment, 2-16-2": "decision_boundary",
    "one experiment, 2-8-8-2": "decision_boundary?hidden_layer_sizes=8,8",
    "one experiment, 2-16x4-2": "decision_boundary?hidden_layer_sizes=16x4",
    "three compared": "decision_boundary?mode=Compare&compare=hidden_layer_sizes&values=3 / 8 / 20",
    "six compared": "decision_boundary?mode=Compare&compare=init_seed&values=1 / 2 / 3 / 4 / 5 / 6",
    "the diagram of 2-16-2": "decision_boundary#diagram",
    "the diagram of 2-16x4-2": "decision_boundary?hidden_layer_sizes=16x4#diagram",
    "the diagram of 2-16x8-2": "decision_boundary?hidden_layer_sizes=16x8#diagram",
}
COUNT = """() => {
    window.frames_shown = 0;
    document.body.addEventListener("epoch", () => window.frames_shown++);
}"""
SCRUB = """async ([places]) => {  // milliseconds from a moved slider to the end of the frame that shows it
    const inner = [...document.querySelectorAll("*")].map(one => one.shadowRoot);
    const slider = inner.map(root => root?.querySelector("input[type=range]")).find(Boolean);
    const next = () => new Promise(done => requestAnimationFrame(done));
    const end = () => new Promise(done => {  // a message is read once the frame is painted
        const {port1, port2} = new MessageChannel();
        port1.onmessage = () => done(performance.now());
        port2.postMessage(0);
    });
    let drawn = 0;
    window.drew = () => { drawn = performance.now(); };
    const took = [], later = [];
    for (const place of places) {
        await new Promise(done => setTimeout(done, 50));
        await next();
        const started = performance.now();
        slider.value = Math.round(place * slider.max);
        slider.dispatchEvent(new Event("input", {bubbles: true}));
        let ended = await end();
        await next();
        const after = await end();
        later.push(after - started);
        if (drawn > ended) ended = after;
        took.push(ended - started);
    }
    window.drew = null;
    return [took, later];
}"""
NOTED = """chart => {  // milliseconds from now until the words of the map are other words
    const label = () => {
        const one = document.querySelector(chart), place = one?.closest("[data-testid=stElementContainer]");
        return one && one.getAttribute("aria-label") + place?.nextElementSibling?.textContent;
    };
    const [started, before] = [performance.now(), label()];
    window.took = 0;
    const look = () => {
        if (label() && label() !== before) window.took = performance.now() - started;
        else requestAnimationFrame(look);
    };
    look();
}"""
PLACES = [17 * place % 40 / 40 for place in range(40)]  # near and far


def measure(browser, server, path, seconds, steps=True):
    """{figure: value} of a page; without `steps`, the server is not asked for epochs one by one.

    The figures of a path with a fragment are those of this part of the timeline, scrolled into sight.
    """
    path, _, part = path.partition("#")
    tab, received = browser.new_page(viewport={"width": 1400, "height": 1000}), []
    tab.set_default_timeout(120_000)
    tab.add_init_script(f"({DRAWING})()")
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
    if part:
        tab.locator(f".st-key-_follows_{part}").scroll_into_view_if_needed()
        _settle(tab)
    found["scrubs"], later = tab.evaluate(SCRUB, [PLACES])
    found["scrub"], found["later"] = map(statistics.median, (found["scrubs"], later))
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


def row(name, which, visits, cold):
    """Return the cells of a page's visits: medians, and of all scrubs also the 95th percentile."""
    figures = {*visits[0]} - {"scrubs"}
    middle = {figure: statistics.median(one[figure] for one in visits) for figure in figures}
    scrubs = sorted(took for one in visits for took in one["scrubs"])
    return [
        f"{name}, {which}" if which else name,
        f"{middle['frames']:.1f}",
        f"{middle['thread']:.1f}",
        f"{statistics.median(scrubs):.1f}",
        f"{scrubs[int(0.95 * len(scrubs))]:.1f}",
        f"{middle['later']:.1f}",
        f"{visits[0]['server']:.0f}",
        f"{middle['cpu']:.2f}",
        f"{middle['messages']:.0f}",
        f"{cold['first']:.0f}",
        f"{cold['all']:.0f}",
        f"{middle['all']:.0f}",
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--visits", type=int, default=3)
    parser.add_argument("--before", help="a commit to compare with")
    parser.add_argument("--pages", nargs="+", choices=list(PAGES), default=list(PAGES))
    asked = parser.parse_args()
    header = [
        "page",
        "frames/s",
        "CPU of a frame, ms",
        "scrub, ms",
        "95% of them, ms",
        "to the next frame, ms",
        "server, ms",
        f"its CPU in {asked.seconds:g} s",
        "messages",
        "kB at the first chart, not cached",
        "kB in all, not cached",
        "kB in all",
    ]
    print(
        f"{datetime.date.today()}, {machine()}; medians of {asked.visits} visits.\n\n{markdown(header, [])}"
    )
    with contextlib.ExitStack() as stack:
        servers = {}
        if asked.before:
            root = stack.enter_context(checked_out(asked.before))
            servers["before"] = stack.enter_context(Server(root=root))
        servers["now" if asked.before else ""] = stack.enter_context(Server())
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name in asked.pages:
            path, found = PAGES[name], {which: [] for which in servers}
            cold = {which: measure(browser, server, path, 1.0) for which, server in servers.items()}
            for number in range(asked.visits):
                for which, server in servers.items():
                    steps = not number and "#" not in path
                    found[which].append(measure(browser, server, path, asked.seconds, steps))
            for which, visits in found.items():
                cells = row(name, which, visits, cold[which])
                print("| " + " | ".join(cells) + " |", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
