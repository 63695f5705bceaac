"""Query strings nobody meant to write, opened on every page: what fails, is slow or gets through.

    python -m benchmarks.fuzz_links [--n 10000] [--seed 0] [--pages bug_lab sweeps] [--processes 2]
        [--kind both|broken|combinations]

Each is a visit of its own through the whole app, without a browser. A visit fails by an exception, by
taking more than `SLOW` seconds of CPU time, by holding more than `MOST` MB more than before, or by putting
a visitor's HTML or Markdown on the page as such. CPU time, so that other work on the machine does not
count; and matrix products on one thread, because a second one counts as working while it waits. Half of the
links are broken texts (`queries`); half are well-formed and ask for too much (`combinations`), through
locks and fingerprints too. Work begins unasked up to `ASK_ABOVE` estimated seconds in every `DEEP`th visit,
so that an estimate that is half of the truth still passes, and up to `ASK_SOON` in the others.
"""

import argparse
import datetime
import logging
import multiprocessing
import os
import statistics
import sys
import warnings

from benchmarks.combinations import combinations
from benchmarks.opened import visit, visit_as_asked
from benchmarks.queries import ROOT, Query, own_keys, stream
from benchmarks.timing import machine, markdown
from data import DataConfig, load_dataset

SLOW, MOST = 5.0, 100.0
ASK_ABOVE, ASK_SOON, DEEP = 2.0, 0.3, 5


def _begin(pages):
    """Make a process of the pool ready: silent, every page opened once, and MNIST read, which all share."""
    os.chdir(ROOT)
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    for page in pages:
        visit(Query(page, {}, False))
    load_dataset(DataConfig(name="mnist", split="100/100/100", scaling="unit"))


def _queries(arguments):
    """The queries asked for; of both kinds, half of each, in turn."""
    n, seed, pages = arguments.n, arguments.seed, arguments.pages
    if arguments.kind == "broken":
        return stream(n, seed, pages)
    if arguments.kind == "combinations":
        return combinations(n, seed, pages)
    pairs = zip(stream(n // 2, seed, pages), combinations(n - n // 2, seed, pages), strict=False)
    return [query for pair in pairs for query in pair]


def main():
    keys = own_keys()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pages", nargs="+", default=list(keys), choices=list(keys))
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--kind", default="both", choices=["both", "broken", "combinations"])
    arguments = parser.parse_args()
    queries = _queries(arguments)
    print(f"{datetime.date.today()}, {machine()}, seed {arguments.seed}\n", flush=True)
    found, failures = {page: [] for page in arguments.pages}, 0
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    context = multiprocessing.get_context("spawn")
    with context.Pool(arguments.processes, _begin, (arguments.pages,), maxtasksperchild=2500) as pool:
        asks = [ASK_SOON if number % DEEP else ASK_ABOVE for number in range(len(queries))]
        visits = pool.imap(visit_as_asked, zip(queries, asks, strict=True))
        for query, seen in zip(queries, visits, strict=True):
            found[query.page].append(seen)
            if (n_done := sum(map(len, found.values()))) % 500 == 0:
                print(f"{n_done:,} of {len(queries):,}, {failures} failed", file=sys.stderr, flush=True)
            wrong = [*seen.exceptions, *seen.markup]
            wrong += [f"{seen.seconds:.1f} s"] * (seen.seconds > SLOW)
            wrong += [f"{seen.megabytes:.0f} MB more"] * (seen.megabytes > MOST)
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
            f"{max(one.megabytes for one in seen):.0f}",
            sum(bool(one.markup) for one in seen),
        ]
        for page, seen in found.items()
        if seen
    ]
    header = ["page", "n", "exceptions", "slowest, s", "p95, s", "most MB more", "HTML or Markdown"]
    print(f"\n{markdown(header, rows)}\n\n{failures} of {len(queries)} failed.")


def _p95(values):
    return statistics.quantiles([*values, values[0]], n=20, method="inclusive")[-1]


if __name__ == "__main__":
    main()
