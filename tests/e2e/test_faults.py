"""A tab that is closed, a server that is killed, a visitor who is rude: nobody else notices."""

import asyncio
import re
import urllib.error
import urllib.request

import pytest
from browsing import PATH, SMALL, eventually, query, said, settled, visit
from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed

from benchmarks.server import Server
from benchmarks.visitor import Visitor, run

PAGE = PATH.lstrip("/")
QUICK = dict(part.split("=") for part in SMALL.split("&"))
TOASTS = """() => {
    window.toasts = "";
    const note = () => document.querySelectorAll("[data-testid=stToast]").forEach(
        one => toasts += one.innerText
    );
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true });
}"""
SLOW = """
import time
import streamlit
from streamlit.web.cli import main

def title(*given, before=streamlit.title):
    time.sleep(2)  # the script has been rerun once and has drawn nothing yet
    return before(*given)

streamlit.title = title
main()
"""
LONG = {"n_samples": "20000", "epochs": "1000", "batch_size": "16"}  # minutes: it waits for a click


def shown_epoch(visitor):
    """The epoch on the map; -1 where there is none."""
    found = re.search(r"Network 1 after epoch (\d+)", " ".join(visitor.texts()))
    return int(found[1]) if found else -1


def is_served(visitor):
    return not visitor.exceptions() and any("networks reach" in one for one in visitor.texts())


@pytest.mark.slow
def test_a_tab_closed_in_mid_training_ends_the_training_and_keeps_its_epochs(address):
    async def visits():
        async with Visitor(address) as leaving:
            await leaving.open(PAGE, LONG)
            (train,) = [key for key in leaving.ids() if key.startswith("_train_")]
            await leaving.ask(pressed=train)
            async with asyncio.timeout(60):
                while not any(re.match(r"Epoch [1-9]", one) for one in leaving.texts("text")):
                    await leaving.receive()
        async with Visitor(address) as other:
            await other.open(PAGE, QUICK)
            assert is_served(other)
            await other.open(PAGE, LONG)
            kept = shown_epoch(other)
            await asyncio.sleep(1.5)  # some epochs, were anybody training them
            await other.open(PAGE, LONG)
            assert not other.exceptions()
            return kept, shown_epoch(other)

    kept, later = run(visits())
    assert 1 <= kept < 1000
    assert later == kept


@pytest.mark.slow
def test_a_server_killed_and_started_again_is_found_by_the_tab_and_shows_the_same(page):
    with Server() as first:
        visit(page, f"{first.address}{PATH}?noise=0.05&{SMALL}")  # a pasted link, the server's first request
        expect(page).to_have_title(re.compile("Decision boundaries|Backprop Lab"))
        expect(page.get_by_role("link", name="Home")).to_be_visible()
        asked, told = query(page), said(page)
        assert asked == dict(part.split("=") for part in SMALL.split("&")) | {"noise": "0.05"}
        assert "Network 1 after epoch 3" in told[0]
        page.evaluate(TOASTS)
        first.kill()
    with Server(first.port, program=("-c", SLOW)):
        # Streamlit finds the server again by itself; the new one knows no fragment until it has run the page
        page.get_by_role("radio", name="2", exact=True).click()
        seen = eventually(page, said, lambda seen: "Network 2 after epoch 3" in "".join(seen), tries=200)
        assert "Network 2 after epoch 3" in seen[0]
        # a quick click is answered before the page is asked for again, which shows the toast
        page.wait_for_function(
            "window.toasts.includes('Reconnected: your settings are as before.')", timeout=90_000
        )
        page.get_by_role("radio", name="1", exact=True).click()
        page.get_by_role("radio", name="Compare").click()
        expect(page.get_by_role("textbox", name="Values, separated by /")).to_be_visible()
        page.get_by_role("radio", name="One experiment").click()
        assert eventually(page, said, lambda seen: seen == told) == told
        assert query(page) == asked
        page.reload()
        settled(page)
        assert said(page) == told


def test_messages_that_are_none_end_their_own_visit_alone(address):
    async def visits():
        async with Visitor(address) as polite:
            await polite.open(PAGE, QUICK)
            for message in (b"\xff" * 100, b""):
                async with Visitor(address) as rude:
                    await rude.socket.send(message)
                    with pytest.raises((ConnectionClosed, TimeoutError)):
                        async with asyncio.timeout(1):
                            await rude.finished()
            await polite.open(PAGE, QUICK)
            return is_served(polite)

    assert run(visits())


@pytest.mark.slow
def test_a_visitor_who_clears_the_servers_caches_costs_the_others_a_training_and_no_more(address):
    async def visits():
        async with Visitor(address) as polite, Visitor(address) as rude:
            await polite.open(PAGE, QUICK)
            before = sorted(polite.texts("alt"))
            await rude.socket.send(BackMsg(clear_cache=True).SerializeToString())
            await polite.open(PAGE, QUICK)
            return is_served(polite), sorted(polite.texts("alt")) == before

    assert run(visits()) == (True, True)


def test_a_link_of_forty_thousand_layers_gets_one_short_sentence(address):
    async def visits():
        async with Visitor(address) as one:
            await one.open(PAGE, QUICK | {"hidden_layer_sizes": "8," * 40_000})
            return is_served(one), one.texts()

    served, texts = run(visits())
    assert served
    (sentence,) = [one for one in texts if one.startswith(r"hidden\_layer\_sizes is")]
    assert len(sentence) < 400


def test_a_link_of_a_megabyte_is_ignored(address):
    async def visits():
        async with Visitor(address) as one:
            await one.open(PAGE, QUICK | {"hidden_layer_sizes": "8," * 500_000})
            return is_served(one), max(map(len, one.texts()))

    served, longest = run(visits())
    assert served
    assert longest < 5000


def test_an_upload_without_the_visitors_token_is_refused(address):
    request = urllib.request.Request(
        f"{address}/_stcore/upload_file/somebody/a-file", data=b"images", method="PUT"
    )
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request, timeout=20)
