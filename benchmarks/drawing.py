"""What each trick of drawing is worth: decision boundaries with all of them, and without one at a time.

    python -m benchmarks.drawing [--seconds 3] [--visits 5] [--tricks "explicit domains"]

Every row is a server of its own, in which a trick is switched off by patching modules before it starts. One
browser visits them in turn, several times, and plays the epochs of a page. The CPU time of the page's thread
per frame tells tricks apart where all reach 60 frames a second. Then a visitor asks for trainings that nobody
has seen (CPU time of the server per page). A second table has the tricks of the diagram of a network, the
largest that is drawn. The browser needs `chromium` and playwright.
"""

import argparse
import base64
import contextlib
import datetime
import io
import shutil
import statistics
import sys

from playwright.sync_api import sync_playwright

from benchmarks import page_cpu, timeline
from benchmarks.server import Server
from benchmarks.timing import machine, markdown
from benchmarks.visitor import run

PAGE, DIAGRAM = "decision_boundary", "decision_boundary?hidden_layer_sizes=16x8#diagram"
HEADER = [
    "",
    "CPU of a frame, ms",
    "frames/s",
    "scrub, ms",
    "kB in all",
    "CPU of the server for a new training, ms",
]


def without_domains():
    """Let Vega find in the data where axes end, as far as the charts' height allows."""
    import altair as alt

    from ui.charts import curves, square

    fixed = square.scales

    def scales(*ends, **named):
        x, y = fixed(*ends, **named)
        rest = x.to_dict()
        low, high = rest.pop("domain")
        return alt.Scale(domainMin=low, domainMax=high, **rest), y

    epochs = curves.epochs
    curves.epochs = lambda domain=None: epochs()
    square.scales = scales


def without_few_values():
    """Send every value of a column, also where few values repeat."""
    from ui.frame import sent

    sent._shorter = lambda column: None


def without_indexed():
    """Write pictures by Pillow, as WebP without loss."""
    from PIL import Image

    from ui.figures import indexed

    def webp(places, colours):
        file = io.BytesIO()
        Image.fromarray(colours[places]).save(file, "webp", lossless=True, method=2, quality=50)
        return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()

    indexed.png = webp


def without_batches():
    """Draw the epochs of a film one after the other."""
    from ui.figures import diagram, plane_map

    plane_map.BATCH_VALUES = diagram.BATCH = 1


def without_templates():
    """Let Altair build every chart afresh."""
    from ui.charts import template

    def specification(parts):
        spec = template.specified(parts.chart(), parts.frames())
        spec.pop("title")
        return spec

    template.Parts.specification = specification


def with_checks():
    """Let Altair check every part of a chart when it is made, too."""
    from altair.utils.schemapi import enable_debug_mode

    import ui.charts.template  # noqa: F401  (which switches it off)

    enable_debug_mode()


def with_numbers_checked():
    """Let the browser check every number of an edge and of a picture, and describe it in words.

    In each frame: whether the number of each channel is finite. With the trick they are checked once for
    all channels, and only the units that can be clicked have descriptions.
    """
    import altair as alt

    def checked(mark):
        return lambda chart, **options: mark(chart, **options | {"invalid": "show", "aria": True})

    alt.Chart.mark_rule = checked(alt.Chart.mark_rule)
    alt.Chart.mark_image = checked(alt.Chart.mark_image)


def without_watching():
    """Let the timeline measure at every epoch, before anything is changed, which charts are in sight."""
    import streamlit as st

    make, begin = st.components.v2.component, "const { epochs, said } = self.data;"
    watched = "parts().filter((part) => sight.get(part) ?? true)"
    measured = """const sighted = parts().filter((part) => {
        const { bottom, top } = part.getBoundingClientRect();
        return bottom >= 0 && top <= window.innerHeight;
    });"""

    def component(name, **parts):
        if name == "backprop_lab_timeline":
            if parts["js"].count(begin) != 1 or parts["js"].count(watched) != 1:
                raise ValueError("the timeline's script has changed; change this row with it")
            parts["js"] = parts["js"].replace(begin, begin + measured).replace(watched, "sighted")
        return make(name, **parts)

    st.components.v2.component = component


TRICKS = {  # name: what switches it off
    "explicit domains": without_domains,
    "few values sent once": without_few_values,
    "pictures with a palette": without_indexed,
    "epochs drawn together": without_batches,
    "templates": without_templates,
    "charts unchecked": with_checks,
    "sight watched": without_watching,
    "edges checked once": with_numbers_checked,
}
OF_DIAGRAM = ("edges checked once",)


def serve(trick, arguments):
    """Run Streamlit with these arguments in this process, without the trick ("" switches none off)."""
    from streamlit.web.cli import main as streamlit

    if trick:
        TRICKS[trick]()
    sys.argv = ["streamlit", *arguments]
    streamlit()


def measure(tricks, page, browser, seconds, n_visits):
    """Yield the row of a server without each of the tricks ("": with all); they take turns at every visit."""
    with contextlib.ExitStack() as stack:
        servers = {
            trick: stack.enter_context(Server(program=("-m", "benchmarks.drawing", "--serve", trick)))
            for trick in tricks
        }
        found = {trick: [] for trick in tricks}
        for number in range(n_visits + 1):  # the first fills the caches and does not count
            for trick, server in servers.items():
                one = timeline.measure(browser, server, page, seconds if number else 1.0, steps=False)
                found[trick] += [one] * bool(number)
        (spent,) = run(page_cpu.measure(servers, (PAGE,), n_visits)).values()
    for trick, visits in found.items():
        columns = [[one[figure] for one in visits] for figure in ("thread", "frames", "scrub", "all")]
        yield [f"without {trick}" if trick else "with all", *map(_spread, [*columns, spent[trick][0]])]


def _spread(values):
    """Return the median and the range of some numbers."""
    low, middle, high = (f"{one:.3g}" for one in (min(values), statistics.median(values), max(values)))
    return f"{middle} ({low} – {high})" if low != high else middle


def main():
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2], sys.argv[3:])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--visits", type=int, default=5)
    parser.add_argument("--tricks", nargs="+", choices=list(TRICKS), default=list(TRICKS))
    asked = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for page in (PAGE, DIAGRAM):
            tricks = [trick for trick in asked.tricks if (trick in OF_DIAGRAM) == (page == DIAGRAM)]
            if tricks:
                rows = list(measure(("", *tricks), page, browser, asked.seconds, asked.visits))
                print(f"{page}: {datetime.date.today()}, {machine()}.")
                print(f"Medians and ranges of {asked.visits} visits.\n")
                print(markdown(HEADER, rows), end="\n\n", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
