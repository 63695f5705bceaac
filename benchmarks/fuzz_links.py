"""Query strings nobody meant to write, opened on every page: what fails, is slow or gets through.

    python -m benchmarks.fuzz_links [--n 10000] [--seed 0] [--pages bug_lab sweeps] [--processes 2]

Each is a visit of its own through the whole app, without a browser. A visit fails by an exception, by
taking longer than `SLOW` seconds, or by putting a visitor's HTML or Markdown on the page as such.
"""

import argparse
import datetime
import logging
import multiprocessing
import os
import statistics
import warnings

from benchmarks.opened import visit
from benchmarks.queries import ROOT, Query, own_keys, stream
from benchmarks.timing import machine, markdown

SLOW = 5.0


def _begin(pages):
    """Make a process of the pool ready: silent, with every page opened once as a server's first visitor."""
    os.chdir(ROOT)
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    for page in pages:
        visit(Query(page, {}, False))


def main():
    keys = own_keys()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pages", nargs="*", default=list(keys), choices=list(keys))
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    queries = stream(arguments.n, arguments.seed, arguments.pages)
    print(f"{datetime.date.today()}, {machine()}, seed {arguments.seed}\n", flush=True)
    found, failures = {page: [] for page in arguments.pages}, 0
    context = multiprocessing.get_context("spawn")
    with context.Pool(arguments.processes, _begin, (arguments.pages,), maxtasksperchild=2500) as pool:
        for query, seen in zip(queries, pool.imap(visit, queries), strict=True):
            found[query.page].append(seen)
            wrong = [*seen.exceptions, *seen.markup]
            wrong += [f"{seen.seconds:.1f} s"] * (seen.seconds > SLOW)
            if wrong:
                failures += 1
                shown = {
                    k: v if len(v) < 80 else f"{v[:30]} … {len(v):,}" for k, v in query.parameters.items()
                }
                print(f"{query.page} {shown}\n    " + "\n    ".join(wrong), flush=True)
    rows = [
        [
            page,
            len(seen),
            sum(bool(one.exceptions) for one in seen),
            f"{max(one.seconds for one in seen):.2f}",
            f"{_p95([one.seconds for one in seen]):.2f}",
            sum(bool(one.markup) for one in seen),
        ]
        for page, seen in found.items()
        if seen
    ]
    header = ["page", "n", "exceptions", "slowest, s", "p95, s", "HTML or Markdown"]
    print(f"\n{markdown(header, rows)}\n\n{failures} of {len(queries)} failed.")


def _p95(values):
    return statistics.quantiles([*values, values[0]], n=20, method="inclusive")[-1]


if __name__ == "__main__":
    main()
