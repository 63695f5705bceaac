"""What each trick of drawing is worth: decision boundaries with all of them, and without one at a time.

    python -m benchmarks.drawing [--seconds 4] [--visits 6] [--tricks "a boundary as one path"]

Every row is a server of its own, in which a trick is switched off by patching modules before it starts. A
browser plays all epochs of a page (frames a second, kilobytes received); a visitor asks for trainings that
nobody has seen (CPU of the server per page). The browser needs `chromium` and playwright.
"""

import argparse
import base64
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

PAGE = "decision_boundary"
HEADER = ["", "frames/s", "scrub, ms", "kB in all", "CPU of a page with a new training, ms"]


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


def without_path():
    """Draw a boundary as lines with a row of data per point."""
    import altair as alt
    import numpy as np
    import pandas as pd

    from ui.charts import following, palette, plane_layers
    from ui.figures import frames

    def points(epochs, boundaries, plane):
        parts = [
            frames.boundary(lines).assign(epoch=np.int32(epoch))
            for epoch, lines in zip(epochs, boundaries, strict=True)
        ]
        return pd.concat(parts) if parts else frames.boundary([]).assign(epoch=np.int32())

    def line(frame, centre_x, centre_y, x_scale, y_scale):
        marks = following.on_show(frame).mark_line(color=palette.NEUTRAL, strokeWidth=2.5)
        x, y = alt.X("x:Q", scale=x_scale), alt.Y("y:Q", scale=y_scale)
        return marks.encode(x=x, y=y, detail=alt.Detail("line:N"), order=alt.Order("step:Q"))

    frames.paths, plane_layers.boundary = points, line


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


TRICKS = {  # name: what switches it off
    "explicit domains": without_domains,
    "a boundary as one path": without_path,
    "pictures with a palette": without_indexed,
    "epochs drawn together": without_batches,
    "templates": without_templates,
    "charts unchecked": with_checks,
}


def serve(trick, arguments):
    """Run Streamlit with these arguments in this process, without the trick ("" switches none off)."""
    from streamlit.web.cli import main as streamlit

    if trick:
        TRICKS[trick]()
    sys.argv = ["streamlit", *arguments]
    streamlit()


def measure(trick, browser, seconds, n_visits):
    """Return the cells of a row: of a server without `trick`, with all if it is ""."""
    with Server(program=("-m", "benchmarks.drawing", "--serve", trick)) as server:
        timeline.measure(browser, server, PAGE, 1.0)  # fills the caches
        found = timeline.measure(browser, server, PAGE, seconds)
        (by_server,) = run(page_cpu.measure({trick: server}, (PAGE,), n_visits)).values()
    spent, _ = by_server[trick]
    cells = [found["frames"], found["scrub"], found["all"]]
    return [f"{cells[0]:.1f}", *(f"{cell:.0f}" for cell in cells[1:]), f"{statistics.median(spent):.0f}"]


def main():
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2], sys.argv[3:])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--visits", type=int, default=6)
    parser.add_argument("--tricks", nargs="+", choices=list(TRICKS), default=list(TRICKS))
    asked = parser.parse_args()
    print(f"{datetime.date.today()}, {machine()}\n\n{markdown(HEADER, [])}", flush=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for trick in ("", *asked.tricks):
            cells = measure(trick, browser, asked.seconds, asked.visits)
            name = f"without {trick}" if trick else "with all"
            print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
