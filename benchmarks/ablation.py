"""What each scheduling trick is worth: the lab with all of them, and without one of them at a time.

    python -m benchmarks.ablation [--rounds 2] [--tricks "cached views" …] [--quick]

Each trick is judged by what it is for: a browser opens a page and moves a control; a reader moves one beside
others who train; a class trains at once, and then moves a control; a sweep of networks that do not stack
runs to its end; or many visitors come, train and leave. In each round a server with all tricks and one
without this trick are measured one after the other, in the other order in the next round. A trick is switched
off by patching the modules before the server starts. Needs `chromium` and playwright (requirements-dev.txt).
"""

import argparse
import asyncio
import contextlib
import datetime
import os
import shutil
import statistics
import sys
import time
from types import SimpleNamespace

from playwright.sync_api import sync_playwright

from benchmarks import page_latency
from benchmarks.load import PATIENCE, class_of, reading, set_seed, tail, unfold
from benchmarks.server import Server
from benchmarks.timing import machine, markdown
from benchmarks.visitor import Visitor, run
from lab import malloc_arenas

PAGE = "decision_boundary"
AT_ONCE = 4  # visitors at a time, of the many
VISITED = ("decision_boundary", "derivation")  # pages that they open
SWEEP = {"axis1": "learning_rate", "values1": "0.01 / 0.02 / 0.03 / 0.04", "axis2": "–", "seeds": "1"}
SWEEP |= {"hidden_layer_sizes": "256,256", "epochs": "200", "batch_size": "64"}
START = "_sweep_"
HEADER = ["trick", "figure", "with", "without", "without : with"]


def without_turns():
    """Let all trainings compute at once."""
    from ui.training import priority

    priority.Place.wait = lambda place, timeout: True
    priority.Place.pass_on = priority.Place.leave = lambda place: None


def without_priority():
    """Let readers, trainings and new charts share the interpreter as they come."""
    from ui.training import priority

    priority.begin = lambda trained_before=False: None
    priority.end = lambda: False
    priority.mark_training = priority.give_way = lambda: None
    priority.pause = time.sleep
    priority.in_turn = contextlib.nullcontext


def without_one_arena():
    """Let every thread take memory from an arena of its own, as the C library does by default.

    `serve` sees to that, as the option must be set before the first thread starts.
    """


def without_one_allocator():
    """Let Arrow's own allocator have the memory of tables for the browser."""
    import pyarrow as pa

    pa.set_memory_pool = lambda pool: None


def without_giving_back():
    """Leave free memory with the process."""
    from ui.training import cache

    cache.give_back = lambda: None


def without_views():
    """Compute the figures of a run anew in every page."""
    from ui.training import cache

    cache.cached_view = lambda make, *args, **options: make(*args, **options)
    cache.Cache.view = lambda shared, key, make: make()


def without_lead():
    """Send a page in its order, all at once."""
    from ui.frame import first_chart

    first_chart._hold = lambda: None
    first_chart.sent = lambda: None


def without_late_sidebar():
    """When a control has moved, send the sidebar before the first chart."""
    from ui.frame import first_chart

    hold = first_chart._hold
    first_chart._hold = lambda: hold() if first_chart.visit().just_arrived else None


def without_updates():
    """Give every chart a specification of its own, so that the browser builds it anew."""
    from ui.frame import show

    draw = show.st.vega_lite_chart
    show.separated = lambda parts: (parts.specification(), parts.frames())
    show.st.vega_lite_chart = lambda **chart: draw(**chart | {"alt": f"{chart['alt']} {time.time()}"})


def without_pool():
    """Train the networks of a sweep in the server's own process."""
    from ui.sweeps import sweep_run

    sweep_run.os = SimpleNamespace(cpu_count=lambda: 1, environ=os.environ)


BROWSER = "first chart, s", "whole page, s", "moved control's chart, s"
READER = "reader alone p95, s", "reader beside trainers p95, s", "trainings beside the reader"
WORK = ("sweep of 4 networks 2-256-256-2, s",)
MEMORY = ("MB after the visits",)
CLASS = (
    "12 train at once, p50, s",
    "the same, p95, s",
    "12 move a trained control, p50, s",
    "the same, p95, s",
)
ONE_ARENA = "one malloc arena"
CLASS_AND_MEMORY = (*CLASS, "MB after the class")
TRICKS = {  # name: what switches it off, and what it is for
    "turns of trainings": (without_turns, CLASS),
    "readers first": (without_priority, READER),
    ONE_ARENA: (without_one_arena, CLASS_AND_MEMORY),
    "tables in malloc's memory": (without_one_allocator, CLASS_AND_MEMORY),
    "free memory given back": (without_giving_back, MEMORY),
    "cached views": (without_views, CLASS),
    "first chart ahead": (without_lead, BROWSER),
    "sidebar after the moved chart": (without_late_sidebar, BROWSER),
    "charts updated in place": (without_updates, BROWSER),
    "pool of processes": (without_pool, WORK),
}


def serve(trick, arguments):
    """Run Streamlit with these arguments in this process, without the trick ("" switches none off)."""
    if trick != ONE_ARENA:
        malloc_arenas.use_one()
    from streamlit.web.cli import main as streamlit

    if trick:
        switch_off, _ = TRICKS[trick]
        switch_off()
    sys.argv = ["streamlit", *arguments]
    streamlit()


async def many(server, n_visits):
    """Let visitors come, a few at a time, train networks of their own and leave."""
    numbers = iter(range(n_visits))

    async def come():
        for number in numbers:
            async with Visitor(server.address) as visitor:
                await visitor.open(VISITED[number % len(VISITED)], patience=PATIENCE)
                await unfold(visitor)
                await set_seed(visitor, 5 * 10**6 + 10 * number)

    await asyncio.gather(*(come() for _ in range(AT_ONCE)))


async def sweep(server):
    """Return the seconds until a sweep is done."""
    async with Visitor(server.address) as visitor:
        seconds = await visitor.open("sweeps", SWEEP, PATIENCE)
        if START in visitor.ids():
            seconds = await visitor.press(START, PATIENCE)
        assert any("all done" in text for text in visitor.texts()), "the sweep is not done"
        return seconds


def in_browser(server, browser, rounds):
    """Return seconds to a page's first chart, to the whole page, and to a moved control's first chart."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    context.set_default_timeout(120_000)
    context.add_init_script(f"({page_latency.DRAWING})()")
    address, slider = f"{server.address}/{PAGE}", page_latency.PAGES[PAGE]
    visits = [page_latency.visit(context, address, slider) for _ in range(rounds + 1)][1:]
    context.close()
    return [statistics.median(visit[figure] for visit in visits) for figure in ("first", "whole", "control")]


def measure(trick, browser, figures, quick):
    """Return the values of some figures, of a server without `trick`, with all if it is ""."""
    rounds, blocks, seconds, n_visits = (1, 1, 2.0, 8) if quick else (3, 2, 3.0, 20)
    with Server(program=("-m", "benchmarks.ablation", "--serve", trick), variables={}) as server:
        if figures == BROWSER:
            return in_browser(server, browser, rounds)
        if figures == READER:
            idle, busy, trained = run(reading(server, 2, blocks, seconds))
            return tail(idle), tail(busy), len(trained)
        if figures == WORK:
            return (run(sweep(server)),)
        if figures in (CLASS, CLASS_AND_MEMORY):
            run(class_of(1, server, 2, 0.0, 10**6))  # imports what training needs
            seen, memory, _ = run(class_of(12, server, 1 if quick else 2, 0.0, 10**7))
            assert not seen.errors, seen.errors[0]
            times = seen.seconds["train"], seen.seconds["at once"]
            times = [how(seconds) for seconds in times for how in (statistics.median, tail)]
            return times if figures == CLASS else [*times, memory[-1]]
        run(many(server, n_visits))
        return (server.megabytes(),)


def rows(trick, browser, n_rounds, quick):
    """Return a row per figure: its median over the rounds with the trick and without it, and their ratio."""
    figures, measured = TRICKS[trick][1], {"": [], trick: []}
    for number in range(n_rounds):
        for which in (("", trick), (trick, ""))[number % 2]:
            measured[which].append(measure(which, browser, figures, quick))
    columns = [map(statistics.median, zip(*measured[which], strict=True)) for which in ("", trick)]
    return [
        [trick, name, f"{have:.3g}", f"{lack:.3g}", f"{lack / have:.2f}"]
        for name, have, lack in zip(figures, *columns, strict=True)
    ]


def main():
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2], sys.argv[3:])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--tricks", nargs="+", choices=TRICKS, default=list(TRICKS))
    parser.add_argument("--quick", action="store_true", help="fewer visits in each round")
    arguments = parser.parse_args()
    print(f"{datetime.date.today()}, {machine()}\n\n{markdown(HEADER, [])}", flush=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for trick in arguments.tricks:
            for row in rows(trick, browser, arguments.rounds, arguments.quick):
                print("| " + " | ".join(row) + " |", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
