"""Two replicas behind HAProxy: each visitor stays on one; if it ends, the other shows them the same page."""

import os
import subprocess
import threading
import urllib.request

import pytest
from browsing import PATH, SMALL, eventually, query, said, settled, visit
from playwright.sync_api import expect

from benchmarks import replicas as running
from benchmarks.visitor import Visitor, arrive, run
from deploy.rolling_restart import Proxy, roll

LINK = f"{PATH}?noise=0.05&{SMALL}"


@pytest.fixture(scope="module")
def replicas():
    """Two of the app, and the proxy, for these tests alone."""
    if running.HAPROXY is None:
        if os.environ.get("CI"):
            pytest.fail("CI has no haproxy")
        pytest.skip("no haproxy on this machine")
    with running.Replicas(2) as two:
        yield two


def requests(replicas):
    """{replica: requests so far}, checks of its health apart."""
    return {name: int(line["req_tot"]) for name, line in replicas.proxy.statistics().items() if line["addr"]}


def replica_of(page):
    (cookie,) = [one["value"] for one in page.context.cookies() if one["name"] == "lab_replica"]
    return cookie


def is_shown(page, told):
    """Whether the charts come to say the same."""
    return eventually(page, said, lambda seen: seen == told) == told


@pytest.mark.slow
@pytest.mark.usefixtures("replicas")
def test_haproxy_takes_the_configuration_and_no_other(tmp_path):
    def problems(text):
        file = tmp_path / "haproxy.cfg"
        file.write_text(text, encoding="utf-8")
        return subprocess.run([running.HAPROXY, "-c", "-f", file], capture_output=True, text=True)

    text = running.CONFIGURATION.read_text(encoding="utf-8")
    assert problems(text).returncode == 0, problems(text).stderr
    assert "WARNING" not in problems(text).stderr
    assert problems(text.replace("balance leastconn", "balance leastcon")).returncode != 0


@pytest.mark.slow
def test_all_that_a_visitor_asks_for_goes_to_one_replica_and_visitors_are_shared_out(replicas):
    async def visits():
        first, seen = arrive(replicas.address), []
        async with Visitor(replicas.address, first) as one:
            await one.open(PATH.lstrip("/"), dict(part.split("=") for part in SMALL.split("&")))
            assert not one.exceptions()
            before = requests(replicas)
            for path in ("/", "/_stcore/host-config", PATH):
                asked = urllib.request.Request(replicas.address + path, headers={"Cookie": first})
                seen.append(urllib.request.urlopen(asked, timeout=20).status)
            assert seen == [200] * 3
            after = requests(replicas)
            others = {arrive(replicas.address) for _ in range(2)}  # while the first has a connection
            return sorted(after[name] - before[name] for name in before), first, others

    grown, first, others = run(visits())
    assert grown == [0, 3]
    assert others - {first}


@pytest.mark.slow
def test_a_browser_without_cookies_has_its_uploads_where_its_websocket_is(replicas):
    before = requests(replicas)
    for number in range(4):
        urllib.request.urlopen(f"{replicas.address}/_stcore/health?{number}", timeout=20).close()
    after = requests(replicas)
    assert sorted(after[name] - before[name] for name in before) == [0, 4]


def test_all_of_a_class_come_to_one_replica_whatever_replica_they_were_on(replicas):
    def get(path, cookies=()):
        asked = urllib.request.Request(replicas.address + path, headers={"Cookie": "; ".join(cookies)})
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return [text.partition(";")[0] for text in answer.headers.get_all("Set-Cookie", ())]

    known = {tuple(get(f"/?{number}")) for number in range(20)}
    assert len(known) == 2, "a cookie of either replica"
    for code in ("ABCDEF", "QRSTUV"):
        visitors = []
        for own in [*known, ()]:
            given = get(f"{PATH}?class={code}", own)
            assert f"lab_class={code}" in given
            visitors.append([*own, *given])
        before = requests(replicas)
        for cookies in visitors * 2:
            get("/_stcore/health", cookies)
        after = requests(replicas)
        assert sorted(after[name] - before[name] for name in before) == [0, 6]
    assert get(f"{PATH}?class=a;b", next(iter(known))) == []


@pytest.mark.slow
def test_weights_go_down_and_up_through_the_proxy_and_another_replica_shows_the_link_where_one_is_killed(
    replicas, page, tmp_path
):
    visit(page, replicas.address + LINK)
    told, asked, replica = said(page), query(page), replica_of(page)
    page.get_by_text("Open saved weights (.npz)").click()
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Weights (.npz)").click()
    download.value.save_as(tmp_path / "weights.npz")
    page.keyboard.press("Escape")
    page.locator("input[type=file]").set_input_files(tmp_path / "weights.npz")
    expect(page.get_by_text("validation examples are classified correctly")).to_be_visible()
    settled(page)
    assert replica_of(page) == replica

    (name,) = [name for name, line in replicas.proxy.statistics().items() if line["scur"] != "0"]
    host = replicas.proxy.replicas()[name]
    replicas.servers[host].kill()
    page.reload()
    assert is_shown(page, told)
    assert query(page) == asked
    assert replica_of(page) != replica
    replicas.start(host)
    replicas.wait_for(2)


@pytest.mark.slow
def test_a_rolling_restart_loses_nothing_but_seconds(replicas, page):
    visit(page, replicas.address + LINK)
    told, asked = said(page), query(page)
    ended, answers = threading.Event(), []

    def keep_arriving():
        while not ended.wait(0.1):
            answers.append(urllib.request.urlopen(replicas.address + LINK, timeout=60).status)

    def restart(host):
        replicas.servers[host].__exit__()
        replicas.start(host)

    others = threading.Thread(target=keep_arriving)
    others.start()
    before = {server.process.pid for server in replicas.servers.values()}
    try:
        roll(replicas.proxy, restart, patience=0.5, told=lambda line: None)
    finally:
        ended.set()
        others.join()
    assert before.isdisjoint(server.process.pid for server in replicas.servers.values())
    assert set(answers) == {200}
    page.get_by_role("radio", name="Compare").click()
    expect(page.get_by_role("textbox", name="Values, separated by /")).to_be_visible()
    page.get_by_role("radio", name="One experiment").click()
    assert is_shown(page, told)
    assert query(page) == asked


def test_one_replica_alone_is_not_restarted():
    class Alone(Proxy):
        def statistics(self):
            return {"replica1": {"status": "UP", "addr": "127.0.0.2:8501"}}

    with pytest.raises(ValueError, match="needs two replicas; the proxy has 1"):
        roll(Alone(None), lambda host: pytest.fail("restarted"), 0)
