"""Timing contenders side by side: interleaved rounds, medians, and the machine they ran on."""

import contextlib
import importlib.util
import multiprocessing
import os
import platform
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from unittest import mock

PEERS = {"torch": "PyTorch", "sklearn": "scikit-learn", "pandas": "pandas"}


def require_peers(parser, *modules):
    """Let the parser end the program, with exit code 2 and a sentence, if a module is not installed."""
    missing = [PEERS[module] for module in modules if importlib.util.find_spec(module) is None]
    if missing:
        parser.error(f"This needs {' and '.join(missing)}: pip install -r requirements-bench.txt")


def interleaved(contenders, rounds):
    """{name: median seconds} of callables, called in turn `rounds` times after one warm-up each.

    A callable that returns a number has measured itself: those are its seconds.
    """
    for run in contenders.values():
        run()
    seconds = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            started = time.perf_counter()
            measured = run()
            seconds[name].append(time.perf_counter() - started if measured is None else measured)
    return {name: statistics.median(values) for name, values in seconds.items()}


def apart(prepare, names, rounds, variables=None):
    """{name: median seconds}, like `interleaved`, of `prepare(name)()` in a process of its own each.

    So the threads that one contender's libraries keep waiting do not disturb another's. `prepare` is
    called in the process and must be importable there. `variables` {name: {variable: text}} are those of
    the processes, beside ours. If one of them dies, exit with a sentence.
    """
    context = multiprocessing.get_context("spawn")
    ends, processes = {}, {}
    for name in names:
        ends[name], theirs = context.Pipe()
        processes[name] = context.Process(target=_serve, args=(prepare, name, theirs), daemon=True)
        with mock.patch.dict(os.environ, (variables or {}).get(name, {})):
            processes[name].start()
        theirs.close()  # so that nobody holds it once the process has ended
        with _said_if_it_dies(name, processes[name]):
            ends[name].recv()  # one at a time: each is ready, and warm, before the next begins
    seconds = {name: [] for name in names}
    for _ in range(rounds):
        for name, end in ends.items():
            with _said_if_it_dies(name, processes[name]):
                end.send(True)
                seconds[name].append(end.recv())
    for name, end in ends.items():
        end.send(False)
        processes[name].join()
    return {name: statistics.median(values) for name, values in seconds.items()}


@contextlib.contextmanager
def _said_if_it_dies(name, process):
    try:
        yield
    except (EOFError, ConnectionError):
        process.join()
        sys.exit(f"The process of '{name}' ended with exit code {process.exitcode}.")


def _serve(prepare, name, connection):
    run = prepare(name)
    run()
    connection.send(None)
    while connection.recv():
        started = time.perf_counter()
        run()
        connection.send(time.perf_counter() - started)


def alone(compute, *arguments, variables=None):
    """Return `compute(*arguments)`, computed in a process of its own, with `variables` beside ours.

    Raise what it raises, and BrokenProcessPool if the process dies.
    """
    context = multiprocessing.get_context("spawn")
    with mock.patch.dict(os.environ, variables or {}), ProcessPoolExecutor(1, context) as pool:
        return pool.submit(compute, *arguments).result()


def machine():
    """One line: cores, processor, interpreter."""
    processor = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as file:
            processor = next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{os.cpu_count()} cores, {processor}, Python {platform.python_version()}"


def markdown(header, rows):
    """The rows as a Markdown table."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)
