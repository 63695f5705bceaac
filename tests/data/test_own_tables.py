"""A visitor's table as a dataset: in a link, in memory, split, filled and scaled."""

import base64
import hashlib
import pathlib
import re
import zlib

import numpy as np
import pytest

from data import (
    STORE,
    DataConfig,
    held_dataset,
    held_table,
    keep_table,
    load_dataset,
    own_tables,
    store_table,
    table_choices,
    table_file,
    with_table_choices,
)
from data.own_tables import MOST_ROWS_IN_LINK

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "data"
IRIS = (FOLDER / "iris.csv").read_bytes()
PENGUINS = (FOLDER / "penguins.csv").read_bytes()
ALLOWED = "allowed: a table as written in a link, or the sha256 of one that was uploaded."


@pytest.fixture(autouse=True)
def forgotten():
    STORE.clear()
    yield
    STORE.clear()


def test_a_table_is_read_once_for_each_of_its_choices():
    points = keep_table(IRIS)
    assert held_table(points) is held_table(points)
    assert held_table(with_table_choices(points, missing="median")) is not held_table(points)


def test_a_choice_that_is_changed_leaves_the_others_and_a_table_of_the_most_characters_is_in_the_link(
    monkeypatch,
):
    points = with_table_choices(keep_table(IRIS), missing="median")
    changed = with_table_choices(points, header="yes")
    assert table_choices(changed) == {"target": "", "missing": "median", "header": "yes"}
    source = points.partition(";")[0]
    for most, in_link in ((len(source), True), (len(source) - 1, False)):
        monkeypatch.setattr(own_tables, "MOST_CHARACTERS", most)
        assert keep_table(IRIS).startswith("table-") == in_link


def rows(n, extra=""):
    return ("a,b,kind\n" + "".join(f"{i},{i * i % 7}{extra},{'uv'[i % 2]}\n" for i in range(n))).encode()


def test_a_small_table_is_in_the_link_whole():
    points = keep_table(IRIS)
    STORE.clear()
    own, built_in = (
        load_dataset(DataConfig(name="own_table", points=points)),
        load_dataset(DataConfig(name="iris")),
    )
    for found, expected in zip(own[:6], built_in[:6], strict=True):
        np.testing.assert_array_equal(found, expected)
    assert (own.class_names, own.feature_names) == (built_in.class_names, built_in.feature_names)
    assert (own.name, own.image_shape) == ("own_table", None)
    assert table_file(points) == IRIS
    assert set(points) <= {
        *map(chr, range(48, 58)),
        *map(chr, range(65, 91)),
        *map(chr, range(97, 123)),
        *"-_",
    }


@pytest.mark.parametrize("n", [MOST_ROWS_IN_LINK, MOST_ROWS_IN_LINK + 1])
def test_a_larger_table_is_in_memory_and_the_link_names_it(n):
    file = rows(n)
    points = keep_table(file)
    assert points.startswith("table-") == (n <= MOST_ROWS_IN_LINK)
    STORE.clear()
    if n > MOST_ROWS_IN_LINK:
        assert points == hashlib.sha256(file).hexdigest()
        with pytest.raises(
            ValueError, match=f"^own_table needs the file whose sha256 begins with {points[:12]}…"
        ):
            held_table(points)
        assert store_table(file) == points
    assert len(held_table(points).y) == n


def test_few_rows_that_are_long_are_in_memory_too():
    noise = np.random.default_rng(0).integers(0, 10**15, 250)
    points = keep_table(
        "\n".join(["a,b,c,kind", *(f"{v},{v * v},{v**3},{v % 2}" for v in noise.tolist())]).encode()
    )
    assert len(points) == 64


def test_choices_are_part_of_what_the_link_says():
    points = keep_table(PENGUINS, target="sex", missing="median")
    assert table_choices(points) == {"target": "sex", "missing": "median", "header": "guess"}
    assert held_table(points).class_names == ("female", "male")
    other = with_table_choices(points, target="species", missing="drop")
    assert other == hashlib.sha256(PENGUINS).hexdigest() + ";target=species"
    assert held_table(other).class_names == ("Adelie", "Chinstrap", "Gentoo")
    name = 'a;b=c, "d" %&é'
    assert table_choices(with_table_choices(points, target=name))["target"] == name
    assert with_table_choices(other, target="") == other.partition(";")[0]


BAD = {
    "": f"points is ''; {ALLOWED}",
    "0,0,1;1,1,0": f"points is '0,0,1'; {ALLOWED}",
    "a" * 63: f"points is '{'a' * 20}'…; {ALLOWED}",
    "table-x.y": f"points is 'table-x.y'; {ALLOWED}",
    "table-": "points contains a table that is cut off; allowed: the complete link, as it was copied.",
    "table-AAAA": "points contains a table that is damaged; allowed: the complete link, as it was copied.",
    "table-A": "points contains a table that is damaged; allowed: the complete link, as it was copied.",
    "a" * 64 + ";colour=red": "points has the choice 'colour'; allowed: target, missing, header.",
    "a" * 64 + ";missing=guess": "missing is 'guess'; allowed: drop, median.",
    "a" * 64 + ";header=maybe": "header is 'maybe'; allowed: guess, yes, no.",
}


@pytest.mark.parametrize("points", BAD)
def test_points_that_are_no_table_are_refused_in_one_sentence(points):
    for use in (held_table, lambda points: load_dataset(DataConfig(name="own_table", points=points))):
        with pytest.raises(ValueError, match=r".") as caught:
            use(points)
        assert str(caught.value) == BAD[points]


def test_a_link_that_unpacks_to_much_is_refused_before_it_does():
    bomb = base64.urlsafe_b64encode(zlib.compress(b"1,2,u\n" * 2**22, 9)).decode().rstrip("=")
    with pytest.raises(
        ValueError, match=r"^points contains a table of more than 1 MB; allowed: a smaller one\.$"
    ):
        held_table(f"table-{bomb}")
    points = keep_table(IRIS)
    with pytest.raises(ValueError, match=r"^points contains a table that is cut off; "):
        held_table(points[:-40])


def test_a_missing_number_is_the_median_of_the_training_set():
    text = "a,kind\n" + "".join(f"{'' if i % 5 == 2 else i * i},{'uv'[i % 2]}\n" for i in range(60))
    config = DataConfig(
        name="own_table", points=keep_table(text.encode(), missing="median"), scaling="none", seed=4
    )
    dataset = load_dataset(config)
    order = np.random.default_rng(4).permutation(60)
    known = [i * i for i in order[:42].tolist() if i % 5 != 2]
    expected = [[np.median(known) if i % 5 == 2 else i * i] for i in order.tolist()]
    found = np.concatenate([dataset.X_train, dataset.X_valid, dataset.X_test])
    np.testing.assert_array_equal(found, np.float32(expected))


def test_a_number_that_all_of_the_training_set_misses_is_the_median_of_the_others():
    text = "a,b,kind\n" + "".join(f"{i},{'' if i in (5, 1) else i},{'uv'[i % 2]}\n" for i in range(6))
    for seed in range(200):
        order = np.random.default_rng(seed).permutation(6).tolist()
        if {*order[:2]} == {5, 1}:
            break
    text = text.replace("1,,v\n", "1,,u\n")
    points = keep_table(text.encode(), missing="median")
    dataset = load_dataset(
        DataConfig(name="own_table", points=points, scaling="none", split="2/0/4", seed=seed)
    )
    np.testing.assert_array_equal(dataset.X_train[:, 1], [np.median([0, 2, 3, 4])] * 2)


def test_the_file_the_table_and_the_dataset_are_stored_once():
    points = keep_table(rows(400))
    config = DataConfig(name="own_table", points=points)
    assert held_table(points) is held_table(points)
    assert held_dataset(config) is held_dataset(config)
    assert held_dataset(config) is not held_dataset(DataConfig(name="own_table", points=points, seed=1))


def test_a_table_that_packs_small_but_is_large_is_not_put_into_the_link():
    row = ",".join(["0.000000000000000000e+00"] * 178 + ["{}", "a"])
    text = "\n".join(row.format(n) if n % 2 else row.format(n)[:-1] + "b" for n in range(295)).encode()
    assert len(text) > own_tables.MOST_UNPACKED
    points = own_tables.keep(text)
    assert re.fullmatch("[0-9a-f]{64}", points)
    assert len(own_tables.held(points).y) == 295
