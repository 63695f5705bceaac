"""A Dask cluster for the tests of a module."""

import pytest


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler without workers."""
    from clusters import Cluster

    found = Cluster(tmp_path_factory.mktemp("cluster"))
    yield found
    found.end()
