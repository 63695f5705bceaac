"""Generated links, hostile and broken, on every page and through every reader of a link."""

import random
import re
from urllib.parse import urlencode

import pytest
from streamlit.testing.v1 import AppTest

from benchmarks.opened import markup, visit
from benchmarks.queries import INJECTIONS, JUNK, MARK, Query, generate, own_keys
from data import parse_points
from lab.links import fingerprint, reader
from lab.links.ensemble import parse_start
from lab.links.experiment import DATA_FIELDS, TRAIN_FIELDS, parse_field
from lab.links.sweep_plan import SWEPT, parse_axis
from ui.gradient_check.setup import parse_step

KEYS = own_keys()
VISITS, LINKS = 2, 600
LONGEST = 700  # characters of a sentence
QUICK = {"n_samples": "60", "epochs": "1", "hidden_layer_sizes": "4", "seeds": "1"}
TEXTS = (*JUNK, *INJECTIONS, "7" * 100_000, "8," * 50_000, "1,1,1;" * 20_000, "<b>" * 10_000, " " * 100_000)


def told(read, *asked):
    """The sentence of a refusal, or None; whatever else is raised fails the test."""
    try:
        read(*asked)
    except ValueError as refusal:
        sentence = str(refusal)
        assert len(sentence.splitlines()) == 1
        assert len(sentence) < LONGEST
        return sentence
    return None


@pytest.mark.parametrize("page", KEYS)
def test_no_link_breaks_a_page_or_puts_markup_on_it(page):
    rng = random.Random(f"20 {page}")
    for _ in range(VISITS):
        query = generate(rng, page, KEYS)
        seen = visit(query)
        assert (seen.exceptions, seen.markup) == ((), ()), query


@pytest.mark.parametrize(
    ("page", "name", "text"),
    [
        ("decision_boundary", "init_seed", "inf"),
        ("derivation", "step", "-1e309"),
        ("sweeps", "sweep_seed", "9" * 5000),
    ],
    ids=["inf", "-1e309", "digits"],
)
def test_a_number_beyond_all_bounds_does_not_break_a_page(page, name, text):
    seen = visit(Query(page, QUICK | {"design": "random", name: text}, True))
    assert seen.exceptions == ()


def test_generated_links_are_read_or_refused_in_one_sentence():
    rng, refused = random.Random(7), 0
    for _ in range(LINKS):
        query = generate(rng, rng.choice(list(KEYS)), KEYS)
        address = f"http://here/{query.page}?{urlencode(query.parameters, doseq=True, errors='replace')}"
        refused += told(reader.read, address) is not None
    assert LINKS / 4 < refused < LINKS


@pytest.mark.parametrize("name", [*DATA_FIELDS, *TRAIN_FIELDS])
def test_each_field_and_each_axis_of_a_sweep_reads_or_refuses_every_text(name):
    for text in TEXTS:
        told(parse_field, name, text)
        if name in SWEPT:
            told(parse_axis, name, text)


@pytest.mark.parametrize("read", [parse_points, parse_start, parse_step, fingerprint.read, reader.read])
def test_each_reader_of_a_text_reads_or_refuses_every_one(read):
    sentences = [told(read, text) for text in TEXTS]
    assert sum(sentence is not None for sentence in sentences) > len(TEXTS) / 4


def drawn(call):
    """What is found where each injection is drawn by this call."""
    lines = [call.format(words) for words in INJECTIONS]
    body = "\n".join(["import streamlit as st", "from ui.frame import shell", *lines])
    return list(markup(AppTest.from_string(body, default_timeout=60).run()._tree))


@pytest.mark.parametrize("show", ["warning", "caption", "title", "button", "markdown"])
def test_markup_is_found_where_it_is_drawn_as_such(show):
    assert all(MARK in words for words in INJECTIONS)
    assert len(drawn(f"st.{show}('Not read: ' + {{0!r}})")) == len(INJECTIONS)


def test_any_word_of_the_visitor_is_found_in_html():
    assert drawn(f"st.markdown('<p>{MARK}</p>', unsafe_allow_html=True)")


@pytest.mark.parametrize("words", [f"http://{MARK}.example", f"www.{MARK}.example", f"me-{MARK}@a.example"])
def test_an_escaped_link_is_found_as_the_front_end_makes_one_of_it(words):
    escaped = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", words)
    body = f"import streamlit as st\nst.warning({escaped!r})"
    assert list(markup(AppTest.from_string(body, default_timeout=60).run()._tree))


@pytest.mark.parametrize(
    "call", ["st.code({0!r})", "shell.show_sentence(st.error, {0!r}, ':material/report:')"]
)
def test_words_that_stay_words_are_not_found(call):
    assert drawn(call) == []
