"""A class at one server: N visitors open pages, train all at once, move controls, and one only reads.

    python -m benchmarks.load [--visitors 1 10 50] [--rounds 10] [--think 12] [--quick]
    python -m benchmarks.load --replicas 2 --visitors 50 [--rounds 2]
    python -m benchmarks.load --visitors 25 --rounds 10 --think 4 --trainers    # memory: nobody only reads

The visitors speak Streamlit's protocol to a server of their own on the loopback interface; nothing is
drawn. In each round everyone opens a page, then trains a network of their own, all at the same moment,
then moves a control back and forth between settings that have been trained, a reader's `think` seconds
apart. Seconds are from the request to the end of the script. With `--replicas N` they do so at one replica
and at N, in turn, each behind deploy/haproxy.cfg, and nobody only reads.
"""

import argparse
import asyncio
import contextlib
import datetime
import itertools
import random
import statistics
import time

from benchmarks.replicas import Replicas
from benchmarks.server import Server
from benchmarks.timing import machine, markdown
from benchmarks.visitor import Visitor, arrive
from lab.links.pages import FIRST_STEP

PAGES = ("decision_boundary", "initialization", "bug_lab", "derivation", "gradient_check", "sweeps")
SEED = "init_seed"  # a control of every page, which asks for another training
MORE = "_more"
MOVES = 3
WARM = 9 * 10**8  # the first seed of the warm-up, which no visitor measured has
PATIENCE = 600.0
READER = "derivation"
KINDS = ("open, s", "train, all at once, s", "cached, s", "cached, all at once, s")


class Seen:
    """Seconds by what was done, and what went wrong."""

    def __init__(self):
        self.seconds = {"open": [], "train": [], "cached": [], "at once": []}
        self.errors = []

    async def timed(self, kind, visitor, action):
        """Wait for the action of a visitor, and note how it went."""
        try:
            self.seconds[kind].append(await action)
            self.errors += visitor.exceptions()
        except Exception as error:  # whatever ends a visit is a finding
            self.errors.append(f"{kind} {visitor.page}: {type(error).__name__} {error}"[:200])


async def class_of(n, server, rounds, think, first_seed):
    """(Seen, megabytes after each round, cores used) of n visitors, whose seeds are theirs alone."""
    seen, memory = Seen(), []
    rng = random.Random(n)
    cpu, began = server.cpu_seconds(), time.perf_counter()
    async with contextlib.AsyncExitStack() as stack:
        visitors = []
        for _ in range(n):  # one after the other: the proxy counts the open pages of each replica
            cookies = await asyncio.to_thread(arrive, server.address)
            visitors.append(await stack.enter_async_context(Visitor(server.address, cookies)))
        for turn in range(rounds):

            async def paced(kind, act, turn=turn):
                async def one(number, visitor):
                    await asyncio.sleep(rng.uniform(0, think))
                    await seen.timed(kind, visitor, act(number, visitor))

                await asyncio.gather(*(one(*pair) for pair in enumerate(visitors)))

            async def at_once(kind, act):
                await asyncio.gather(
                    *(seen.timed(kind, one, act(number, one)) for number, one in enumerate(visitors))
                )

            def mine(number, turn=turn):
                return first_seed + 10 * (number + n * turn)  # a training takes the next few seeds too

            await paced(
                "open", lambda i, one, turn=turn: one.open(PAGES[(i + turn) % len(PAGES)], patience=PATIENCE)
            )
            await asyncio.gather(*map(unfold, visitors))
            await at_once("train", lambda i, one: set_seed(one, mine(i)))
            for move in range(MOVES):
                await paced("cached", lambda i, one, odd=move % 2: set_seed(one, mine(i) if odd else 0))
            await at_once("at once", lambda i, one: set_seed(one, mine(i)))
            memory.append(server.megabytes())
    used = (server.cpu_seconds() - cpu) / (time.perf_counter() - began)
    return seen, memory, used


async def unfold(visitor):
    """Open "More", where the control is on most pages."""
    if MORE in visitor.ids():
        await visitor.set(MORE, patience=PATIENCE, bool_value=True)


def set_seed(visitor, seed):
    return visitor.set(SEED, patience=PATIENCE, double_value=seed)


async def reading(server, n_trainers, blocks, seconds):
    """(idle, busy, trained): seconds of a reader's runs, alone and beside visitors who train, in turn, and
    of their trainings.
    """
    idle, busy, trained = [], [], []
    async with contextlib.AsyncExitStack() as stack:
        reader, *trainers = [
            await stack.enter_async_context(Visitor(server.address)) for _ in range(n_trainers + 1)
        ]
        await reader.open(READER)
        for one in trainers:
            await one.open("decision_boundary", patience=PATIENCE)
            await unfold(one)
        for block in range(blocks):
            await _read(reader, idle, seconds)
            end = time.perf_counter() + seconds

            async def train(number, one, end=end, block=block):
                seed = 10**8 + n_trainers * 10**6 + number * 10**4 + block * 1000
                while time.perf_counter() < end:
                    seed += 10
                    trained.append(await set_seed(one, seed))

            work = [asyncio.create_task(train(*pair)) for pair in enumerate(trainers)]
            await asyncio.sleep(0.5)
            await _read(reader, busy, seconds)
            await asyncio.gather(*work)
    return idle, busy, trained


async def _read(reader, found, seconds):
    end = time.perf_counter() + seconds
    steps = itertools.cycle(("hidden_activation", FIRST_STEP))
    while time.perf_counter() < end:
        found.append(await reader.set("step", string_value=next(steps)))
        await asyncio.sleep(0.2)


def replicated(n_replicas, n, rounds, think):
    """Print what `n` visitors wait at one replica and at `n_replicas`, in turn; return what went wrong."""
    counts = sorted({1, n_replicas})
    found = {count: (Seen(), [], []) for count in counts}
    with contextlib.ExitStack() as stack:
        served = {count: stack.enter_context(Replicas(count)) for count in counts}
        for replicas in served.values():
            asyncio.run(class_of(len(PAGES), replicas, 2, 0.0, WARM))  # imports, and draws all pages on both
        for turn in range(rounds):
            for count, replicas in served.items():
                one, memory, used = asyncio.run(class_of(n, replicas, 1, think, 10**7 * (turn + 1)))
                seen, megabytes, cores = found[count]
                for kind, seconds in one.seconds.items():
                    seen.seconds[kind] += seconds
                seen.errors += one.errors
                megabytes += memory
                cores.append(used)
    rows = []
    for count, (seen, megabytes, cores) in found.items():
        cells = [_middle_andtail(seconds) for seconds in seen.seconds.values()]
        cells += [_ratios(seen.seconds["train"], found[1][0].seconds["train"]), len(seen.errors)]
        cells += [f"{statistics.mean(cores):.2f}", " ".join(f"{one:.0f}" for one in megabytes)]
        rows.append([count, n, *cells])
    header = ["replicas", "visitors", *KINDS, "train, of one replica's", "errors", "cores used"]
    print(markdown([*header, "MB of the largest replica by round"], rows))
    return [error for seen, _, _ in found.values() for error in seen.errors]


def _ratios(values, base):
    return f"{statistics.median(values) / statistics.median(base):.2f} / {tail(values) / tail(base):.2f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visitors", type=int, nargs="*", default=[1, 10, 50])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--think", type=float, default=12.0)
    parser.add_argument("--trainers", type=int, nargs="*", default=[2, 20])
    parser.add_argument("--replicas", type=int, help="compare so many with one; needs HAProxy")
    parser.add_argument(
        "--quick", action="store_true", help="1 and 5 visitors, one round, 2 who train: in a minute"
    )
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.visitors, arguments.rounds, arguments.think = [1, 5], 1, 1.0
        arguments.trainers = [2]
    print(f"{datetime.date.today()}, {machine()}, a move every {arguments.think:g} s\n", flush=True)
    if arguments.replicas:
        n = max(arguments.visitors)
        errors = replicated(arguments.replicas, n, arguments.rounds, arguments.think)
        print("\nA cell is p50 / p95.", *sorted(set(errors))[:10], sep="\n")
        return
    errors = []
    with Server() as server:
        asyncio.run(class_of(1, server, len(PAGES), 0.0, WARM))
        header = ["visitors", *KINDS, "errors", "cores used", "MB by round"]
        print(markdown(header, []), flush=True)
        for n in arguments.visitors:
            rounds = arguments.rounds if n == max(arguments.visitors) else min(2, arguments.rounds)
            seen, memory, used = asyncio.run(class_of(n, server, rounds, arguments.think, 10**5 * n))
            cells = [_middle_andtail(seen.seconds[kind]) for kind in seen.seconds]
            cells += [len(seen.errors), f"{used:.2f}", " ".join(f"{one:.0f}" for one in memory)]
            print(f"| {n} | " + " | ".join(map(str, cells)) + " |", flush=True)
            errors += sorted(set(seen.errors))[:10]
        print()
        blocks, seconds = (2, 4.0) if arguments.quick else (4, 8.0)
        rows = []
        for n in arguments.trainers:
            idle, busy, trained = asyncio.run(reading(server, n, blocks, seconds))
            cells = [_middle_andtail(idle), _middle_andtail(busy), f"{tail(busy) / tail(idle):.2f}×"]
            rows.append([n, *cells, len(trained)])
        header = ["visitors who train", "reader alone, s", "reader beside them, s", "p95, ratio", "trained"]
        if rows:
            print(markdown(header, rows))
    print("\nA cell is p50 / p95.", *errors, sep="\n")


def tail(values):
    return statistics.quantiles([*values, values[0]], n=20, method="inclusive")[-1]


def _middle_andtail(values):
    return f"{statistics.median(values):.2f} / {tail(values):.2f}" if values else "–"


if __name__ == "__main__":
    main()
