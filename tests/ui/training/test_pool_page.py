"""The sweeps page with its pool: a tab that is closed stops the processes, and so does a killed server."""

import asyncio
import pathlib
import re

import pytest
from clusters import PATIENCE, wait_until

from benchmarks.server import Server
from benchmarks.visitor import Visitor, run

QUERY = {"axis1": "learning_rate", "values1": "0.01 / 0.02 / 0.03 / 0.04", "axis2": "–", "seeds": "1"}
QUERY |= {"n_samples": "2000", "hidden_layer_sizes": "64,64", "batch_size": "32", "epochs": "20000"}
SOON = 10  # seconds; for sweep_run.GRACE of them the visitor may come back


@pytest.fixture
def server():
    with Server() as found:
        yield found


def workers(server):
    """The processes of the server's pool."""
    found = set()
    for path in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == server.process.pid and b"mlp.pool" in (path / "cmdline").read_bytes():
                found.add(int(path.name))
        except OSError:  # it has ended
            continue
    return found


def alive(pids):
    return [pid for pid in pids if pathlib.Path(f"/proc/{pid}/cmdline").exists()]


async def begin(visitor):
    """Start the sweep, and wait until its progress is shown."""
    await visitor.open("sweeps", QUERY, PATIENCE)
    await visitor.ask(pressed="_sweep_")
    async with asyncio.timeout(PATIENCE):
        await visitor.receive()
        while not any(re.match("[0-3] of 4 done, ", text) for text in visitor.texts("text")):
            await visitor.receive()


async def story(server):
    async with Visitor(server.address) as first:
        await begin(first)
        assert workers(server)
    await asyncio.to_thread(wait_until, lambda: not workers(server), SOON)
    async with Visitor(server.address) as third:
        await begin(third)
        working = workers(server)
        server.kill()
    await asyncio.to_thread(wait_until, lambda: not alive(working))


@pytest.mark.slow
def test_workers_stop_within_ten_seconds_when_the_tab_is_closed_and_when_the_server_is_killed(server):
    run(story(server))
