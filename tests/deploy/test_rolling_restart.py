"""A rolling restart of replicas that cannot be replaced: none of them is left out of the proxy.

`docker` is a script, and the proxy a server that answers as HAProxy 2.6 does: a replica that is made ready is
"UP 1/4" until it has answered a check.
"""

import os
import pathlib
import socket
import socketserver
import subprocess
import sys
import threading

import pytest

from deploy import rolling_restart
from deploy.rolling_restart import Proxy, roll

ROOT = pathlib.Path(__file__).resolve().parents[2]
STATES = {"drain": "DRAIN", "maint": "MAINT", "ready": "UP 1/4"}
DOCKER = """#!/bin/sh
echo "$@" >> "$0.log"
case "$1 $2" in
    "compose ps") echo a; echo b;;
    "inspect -f") case "$4" in a) echo 10.0.0.1;; b) echo 10.0.0.2;; esac;;
    "compose up") exit 1;;
esac
"""


class HAProxy(socketserver.ThreadingTCPServer):
    """`status` {replica: its status}; those of `dead` answer no check."""

    def __init__(self, **status):
        super().__init__(("127.0.0.1", 0), Connection)
        self.status, self.dead = status, set()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def proxy(self):
        return Proxy(self.server_address)


class Connection(socketserver.StreamRequestHandler):
    def handle(self):
        status, words = self.server.status, self.rfile.readline().decode().split()
        if words[:2] == ["show", "stat"]:
            lines = [f"{name},{one},10.0.0.{name[-1]}:8501,0" for name, one in status.items()]
            self.wfile.write("\n".join(["# svname,status,addr,scur", *lines]).encode())
            for name, one in status.items():
                if one == "UP 1/4":
                    status[name] = "DOWN" if name in self.server.dead else "UP"
        elif words[:2] == ["set", "server"]:
            status[words[2].removeprefix("lab/")] = STATES[words[4]]


@pytest.fixture
def haproxy():
    with HAProxy(replica1="UP", replica2="UP", replica3="MAINT (resolution)") as server:
        yield server
        server.shutdown()


def program(tmp_path, *arguments):
    """(exit code, output, error output) of the program with the fake docker."""
    docker = tmp_path / "docker"
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-m", "deploy.rolling_restart", "--patience", "0", *arguments],
        cwd=ROOT,
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def address(server):
    return "{}:{}".format(*server.server_address)


def test_a_container_that_does_not_start_leaves_no_replica_in_maintenance(haproxy, tmp_path):
    haproxy.dead.add("replica1")
    code, told, said = program(tmp_path, "--proxy", address(haproxy))
    assert code == 1
    assert told == "replica1 (10.0.0.1) gets no new visitors\n"
    assert said.startswith("replica1 (10.0.0.1) was not replaced: 'docker compose up ")
    assert "ended with exit code 1" in said
    assert "COMPOSE_FILE" in said
    assert "Traceback" not in said
    assert haproxy.proxy.replicas() == {"replica2": "10.0.0.2"}
    assert haproxy.status["replica1"] in ("UP 1/4", "DOWN"), "once it answers, it has visitors again"
    (up,) = [line for line in (tmp_path / "docker.log").read_text().splitlines() if "compose up" in line]
    assert f"docker {up}" in said, "the command that has failed is the one to repeat"
    code, _, said = program(tmp_path, "--proxy", address(haproxy))
    assert (code, said.startswith("A rolling restart needs two replicas; the proxy has 1.")) == (1, True)


@pytest.mark.parametrize(
    "problem", [OSError("no docker"), RuntimeError("refused"), KeyboardInterrupt("by hand")]
)
def test_whatever_ends_a_restart_the_replica_has_visitors_again(haproxy, problem):
    def restart(host):
        assert (host, haproxy.status["replica1"]) == ("10.0.0.1", "MAINT")
        raise problem

    with pytest.raises((RuntimeError, KeyboardInterrupt), match=str(problem)):
        roll(haproxy.proxy, restart, 0, told=lambda line: None)
    assert set(haproxy.proxy.statistics()) == {"replica1", "replica2", "replica3"}
    assert set(haproxy.proxy.replicas()) == {"replica1", "replica2"}


@pytest.mark.slow
@pytest.mark.parametrize("left", ["MAINT", "DRAIN", "DRAIN 1/4"])
def test_a_replica_that_an_earlier_restart_left_behind_is_restarted_too(haproxy, left):
    haproxy.status["replica1"] = left
    restarted, lines = [], []
    roll(haproxy.proxy, restarted.append, 0, told=lines.append)
    assert restarted == ["10.0.0.1", "10.0.0.2"]
    assert lines[0] == "replica1 had been taken out; it gets visitors again"
    assert haproxy.status == {"replica1": "UP", "replica2": "UP", "replica3": "MAINT (resolution)"}


def test_one_left_behind_whose_container_is_gone_is_not_counted(haproxy, monkeypatch):
    monkeypatch.setattr(rolling_restart, "RETURN", 5)
    haproxy.status["replica1"] = "MAINT"
    haproxy.dead.add("replica1")
    with pytest.raises(ValueError, match="needs two replicas; the proxy has 1"):
        roll(haproxy.proxy, lambda host: pytest.fail("restarted"), 0, told=lambda line: None)
    assert haproxy.status["replica1"] == "DOWN"


def test_a_container_that_is_gone_is_said_to_be(tmp_path, monkeypatch):
    (tmp_path / "docker").write_text(DOCKER)
    (tmp_path / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(RuntimeError, match=r"no container of the service lab has the address 10\.0\.0\.9"):
        rolling_restart.replace_container("10.0.0.9")


@pytest.mark.parametrize("given", ["localhost", "127.0.0.1:", ":9999", "127.0.0.1:http", "127.0.0.1:70000"])
def test_an_address_without_a_port_is_refused_in_words(tmp_path, given):
    code, _, said = program(tmp_path, "--proxy", given)
    assert code == 2
    assert f"argument --proxy: {given!r} is not HOST:PORT, such as 127.0.0.1:9999" in said


def test_the_help_names_what_it_needs(tmp_path):
    code, told, _ = program(tmp_path, "--help")
    assert code == 0
    assert "COMPOSE_FILE" in told


def test_a_proxy_that_is_not_there_is_named_with_what_may_be_wrong(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    code, told, said = program(tmp_path, "--proxy", f"127.0.0.1:{port}")
    assert (code, told) == (1, "")
    assert said == (
        f"HAProxy does not answer at 127.0.0.1:{port} (Connection refused). Is it running? With COMPOSE_FILE "
        "exported, docker compose ps proxy shows it; --proxy names another address.\n"
    )


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.0 400 Bad request\r\nCache-Control: no-cache\r\n\r\n", b"", b"\xff\n"]
)
def test_another_server_at_the_proxys_address_is_said_to_be_one(answer, tmp_path):
    class Other(socketserver.StreamRequestHandler):
        def handle(self):
            self.rfile.readline()
            self.wfile.write(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Other) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        code, told, said = program(tmp_path, "--proxy", address(server))
        server.shutdown()
    where = address(server)
    assert (code, told) == (1, "")
    assert said == f"What answers at {where} is not HAProxy's runtime API with a backend lab.\n"
