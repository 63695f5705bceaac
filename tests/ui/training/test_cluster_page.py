"""The sweeps page with a real cluster behind it, of which a worker and then the scheduler are killed."""

import asyncio
import dataclasses
import re

import pytest
from clusters import PATIENCE, Cluster, kill
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df

from benchmarks.server import Server
from benchmarks.visitor import Visitor, run
from data import DataConfig, load_dataset
from mlp import TrainConfig, train

SIZES, EPOCHS = range(8, 14), 25  # a job for each size of the minibatches, and half a second
QUERY = {"axis1": "batch_size", "values1": " / ".join(map(str, SIZES)), "axis2": "–", "seeds": "1"}
QUERY |= {"n_samples": "2000", "hidden_layer_sizes": "8,8", "epochs": str(EPOCHS)}
SENTENCES = ("body", "text", "message")


@pytest.fixture
def cluster(tmp_path):
    found = Cluster(tmp_path)
    try:
        yield found
    finally:
        found.end()


@pytest.fixture
def server(cluster, monkeypatch):
    monkeypatch.setenv("BACKPROP_LAB_SCHEDULER", cluster.address)
    with Server() as found:
        yield found


def says(visitor):
    return "\n".join(text for field in SENTENCES for text in visitor.texts(field))


async def until(visitor, words):
    """Take messages until the page says what the pattern `words` describes; return its match."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not (found := re.search(words, says(visitor))):
                await visitor.receive()
    except TimeoutError as late:
        late.add_note(f"no {words} in\n{says(visitor)[-2000:]}\n{visitor.exceptions()}")
        raise
    return found


def board(visitor):
    """{batch size: (median, status)} of the table of all trials."""
    frames = [element for kind, element in visitor.elements.values() if kind == "dataframe"]
    tables = [convert_arrow_bytes_to_pandas_df(frame.arrow_data.data) for frame in frames]
    (table,) = (table for table in tables if "batch_size" in table)
    return {int(row.batch_size): (row.median, row.status) for row in table.itertuples()}


async def story(server, cluster, doomed):
    """What a visitor sees whose cluster dies: after the loss, and after going on."""
    async with Visitor(server.address) as visitor:
        visitor.page, visitor.query = "sweeps", QUERY
        await visitor.ask()
        await until(visitor, "[1-5] of 6 done, ")
        kill(doomed)
        await until(visitor, "[3-5] of 6 done, ")
        kill(cluster.scheduler)
        lost = await until(visitor, r"The connection to the cluster was lost\. (.) of 6 done, (.) to go\.")
        done, to_go = map(int, lost.groups())
        assert done >= 3
        assert done + to_go == 6
        await visitor.finished()
        assert visitor.exceptions() == []
        assert not re.search("all done|failed", says(visitor))
        assert (
            sorted(status for _, status in board(visitor).values())
            == ["0 of 1 finished"] * to_go + ["done"] * done
        )

        cluster.start_scheduler()
        cluster.start_worker("third")
        cluster.wait_for_workers(1)
        await visitor.ask(pressed="_go_sweep_")
        await until(visitor, "6 trainings in 6 jobs, all done")
        await visitor.finished()
        assert visitor.exceptions() == []
        return board(visitor)


@pytest.mark.slow
def test_a_sweep_outlives_a_worker_and_its_scheduler_and_going_on_completes_it(server, cluster):
    doomed = cluster.start_worker("doomed")
    cluster.start_worker("spared")
    cluster.wait_for_workers(2)
    found = run(story(server, cluster, doomed))
    assert sorted(found) == list(SIZES)
    assert {status for _, status in found.values()} == {"done"}
    base = TrainConfig(hidden_layer_sizes=(8, 8), epochs=EPOCHS)
    dataset = load_dataset(DataConfig(n_samples=2000))
    for size in SIZES[::5]:
        *_, last = train(dataclasses.replace(base, batch_size=size), dataset)
        assert found[size][0] == pytest.approx(last.valid_accuracy, abs=1e-6)
