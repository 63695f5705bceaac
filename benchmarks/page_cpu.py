"""CPU time that a page costs the server: with a new training, and with everything in its caches.

    python -m benchmarks.page_cpu [--before REV] [--visits 8] [--pages bug_lab sweeps]

A visitor asks each page for trainings that nobody has seen, then for those again; nothing is drawn in a
browser. With `--before`, the app as it was at that commit runs beside it, and both take turns.
"""

import argparse
import asyncio
import contextlib
import datetime
import io
import pathlib
import statistics
import subprocess
import tarfile
import tempfile

from benchmarks.load import SEED, unfold
from benchmarks.server import ROOT, Server
from benchmarks.timing import machine, markdown
from benchmarks.visitor import Visitor

PAGES = (
    "decision_boundary",
    "initialization",
    "optimization",
    "derivation",
    "bug_lab",
    "gradient_check",
    "sweeps",
)
FIRST, STEP = 10**6, 100  # seeds; a page trains the next few, too
PATIENCE = 600.0


async def measure(servers, pages, n_visits):
    """{page: {server: (milliseconds of each visit with a new training, the same cached)}}"""
    found = {}
    for page in pages:
        async with contextlib.AsyncExitStack() as stack:
            visitors = {}
            for name, server in servers.items():
                one = visitors[name] = await stack.enter_async_context(Visitor(server.address))
                await one.open(page, patience=PATIENCE)
                await unfold(one)
                await one.set(SEED, patience=PATIENCE, double_value=FIRST - STEP)  # whatever is made once
            found[page] = {name: ([], []) for name in servers}
            for cached in (False, True):
                for visit in range(n_visits):
                    for name, one in visitors.items():
                        before = servers[name].cpu_seconds()
                        await one.set(SEED, patience=PATIENCE, double_value=FIRST + STEP * visit)
                        await asyncio.sleep(0.2)  # what it does after the last message
                        spent = servers[name].cpu_seconds() - before
                        found[page][name][cached].append(1000 * spent)
                        if problems := one.exceptions():
                            raise RuntimeError(f"{page}, {name}: {problems}")
    return found


@contextlib.contextmanager
def checked_out(revision):
    """Yield a folder with the files of a commit."""
    archive = subprocess.run(
        ["git", "archive", revision], cwd=ROOT, check=True, stdout=subprocess.PIPE
    ).stdout
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
        yield pathlib.Path(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--before", help="a commit to compare with")
    parser.add_argument("--visits", type=int, default=8)
    parser.add_argument("--pages", nargs="+", choices=PAGES, default=PAGES)
    asked = parser.parse_args()
    with contextlib.ExitStack() as stack:
        servers = {}
        if asked.before:
            root = stack.enter_context(checked_out(asked.before))
            servers["before"] = stack.enter_context(Server(root=root))
        servers["now"] = stack.enter_context(Server())
        found = asyncio.run(measure(servers, asked.pages, asked.visits))
    print(f"{datetime.date.today()}, {machine()}; CPU of the server, ms, medians of {asked.visits} visits.\n")
    header = ["page"]
    for kind in ("new training", "cached"):
        header += [f"{kind}, {name}" for name in servers] + (["now ÷ before"] if asked.before else [])
    rows = []
    for page, by_server in found.items():
        cells = [page]
        for kind in (0, 1):
            medians = [statistics.median(by_server[name][kind]) for name in servers]
            cells += [f"{one:.0f}" for one in medians]
            cells += [f"{medians[1] / medians[0]:.2f}"] if asked.before else []
        rows.append(cells)
    print(markdown(header, rows))


if __name__ == "__main__":
    main()
