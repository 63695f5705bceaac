"""A cluster's connection: work is submitted while the scheduler can be reached, and else refused at once."""

from types import SimpleNamespace

import pytest

from mlp.execution import ExecutorLost
from ui.training.workers import Cluster


@pytest.mark.parametrize("status", ["newly-created", "connecting", "closing", "closed"])
def test_work_is_refused_while_the_scheduler_cannot_be_reached(status):
    cluster = Cluster(SimpleNamespace(status=status))
    assert not cluster.connected
    assert cluster.n_threads() == 0
    with pytest.raises(ExecutorLost):
        cluster.submit(len, "work")


def test_a_cluster_has_the_threads_of_all_workers():
    client = SimpleNamespace(status="running", nthreads=lambda: {"one": 2, "two": 3})
    assert Cluster(client).connected
    assert Cluster(client).n_threads() == 5
