"""Restart the replicas behind the proxy one after the other, for instance for a new version.

    python -m deploy.rolling_restart [--proxy 127.0.0.1:9999] [--patience 30]

A replica first gets no new visitors. After `patience` seconds those who are still there move to the others:
their tabs reconnect by themselves and restore the page from their address. Then the replica's container is
replaced by one of the newest image. A replica that cannot be replaced gets visitors again once it answers.

Run it in the folder of compose.yaml, with the COMPOSE_FILE with which the replicas were started; it needs
Docker Compose.
"""

import argparse
import csv
import io
import shlex
import socket
import subprocess
import sys
import time

SERVICE = BACKEND = "lab"
PROXY, MOST_PORT = "127.0.0.1:9999", 65535
ADDRESSES = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"
RETURN = 120  # most seconds until a replica is back; it starts in a few
CHECKED = 20  # most seconds until the proxy knows whether a replica answers: four checks


class Proxy:
    """HAProxy's runtime API at `address`, a (host, port)."""

    def __init__(self, address):
        self.address = address

    def __str__(self):
        return "{}:{}".format(*self.address)

    def tell(self, command):
        """Send a command, return the answer; raise RuntimeError if it is refused, OSError if unreachable."""
        try:
            with socket.create_connection(self.address, timeout=10) as connection:
                connection.sendall(f"{command}\n".encode())
                answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode(errors="replace").strip()
        except OSError as problem:
            raise ConnectionError(
                f"HAProxy does not answer at {self} ({problem.strerror or problem}). Is it running? With "
                "COMPOSE_FILE exported, docker compose ps proxy shows it; --proxy names another address."
            ) from problem
        if answer and not command.startswith("show"):
            raise RuntimeError(f"HAProxy on '{command}': {answer}")
        return answer

    def statistics(self):
        """Return {name of a replica: its line of the statistics}, including replicas that are not running."""
        answer = self.tell(f"show stat {BACKEND} 4 -1")
        if not answer.startswith("# "):
            raise RuntimeError(
                f"What answers at {self} is not HAProxy's runtime API with a backend {BACKEND}."
            )
        return {line["svname"]: line for line in csv.DictReader(io.StringIO(answer.removeprefix("# ")))}

    def replicas(self):
        """Return {name: host} of the replicas that accept visitors."""
        lines = self.statistics().items()
        return {name: line["addr"].rpartition(":")[0] for name, line in lines if line["status"] == "UP"}

    def withheld(self):
        """Return the names of the replicas that a command has drained or put into maintenance."""
        states = {name: line["status"] for name, line in self.statistics().items()}
        return [name for name, state in states.items() if state == "MAINT" or state.startswith("DRAIN")]

    def n_connections(self, name):
        """Return how many connections a replica has, one per open page and one per request."""
        return int(self.statistics()[name]["scur"])

    def set_state(self, name, state):
        self.tell(f"set server {BACKEND}/{name} state {state}")


def roll(proxy, restart, patience, told=print):
    """Restart every replica in turn by `restart(host)`, which returns once the replica answers again.

    Replicas that an earlier restart left in maintenance take part. Raise ValueError if there is only one
    replica, because its visitors could not move, RuntimeError if one cannot be replaced, and TimeoutError if
    one does not come back; the others keep running.
    """
    _put_back(proxy, told)
    replicas = proxy.replicas()
    if len(replicas) < 2:
        raise ValueError(
            f"A rolling restart needs two replicas; the proxy has {len(replicas)}. This starts a second one: "
            f"docker compose up --detach --no-recreate --scale {SERVICE}=2 {SERVICE}"
        )
    for name, host in replicas.items():
        try:
            proxy.set_state(name, "drain")
            told(f"{name} ({host}) gets no new visitors")
            _wait(lambda name=name: not proxy.n_connections(name), patience)
            proxy.set_state(name, "maint")
            proxy.tell(f"shutdown sessions server {BACKEND}/{name}")
            restart(host)
        except (OSError, RuntimeError) as problem:
            raise RuntimeError(f"{name} ({host}) was not replaced: {problem}") from problem
        finally:
            proxy.set_state(name, "ready")
        if not _wait(lambda: len(proxy.replicas()) >= len(replicas), RETURN):
            raise TimeoutError(f"{name} ({host}) is not back after {RETURN} s.")
        told(f"{name} is back")


def _put_back(proxy, told):
    """Let replicas that were taken out by a command have visitors again, and wait until they are checked."""
    names = proxy.withheld()
    for name in names:
        proxy.set_state(name, "ready")
        told(f"{name} had been taken out; it gets visitors again")
    # until its first checks a replica is "UP 1/4"
    _wait(lambda: not any(line["status"].startswith("UP ") for line in proxy.statistics().values()), CHECKED)


def _wait(condition, seconds):
    """Return whether the condition became true within `seconds`."""
    end = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.2)
    return found


def replace_container(host):
    """Replace the container with this network address by a new one of the newest image."""
    ids = _output("docker", "compose", "ps", "-q", SERVICE).split()
    old = [one for one in ids if host in _output("docker", "inspect", "-f", ADDRESSES, one).split()]
    if not old:
        raise RuntimeError(f"no container of the service {SERVICE} has the address {host}.")
    _output("docker", "stop", *old)
    _output("docker", "rm", *old)
    options = ("-d", "--wait", "--no-deps", "--no-recreate", "--scale", f"{SERVICE}={len(ids)}")
    _output("docker", "compose", "up", *options, SERVICE)


def _output(*command):
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise RuntimeError(
            f"'{shlex.join(command)}' ended with exit code {done.returncode}. Run it again once its cause is "
            "mended. COMPOSE_FILE must be set as when the replicas were started; a container that was "
            f"created without it must be removed first, by docker compose rm --force {SERVICE}."
        )
    return done.stdout


def _address(text):
    """Return (host, port) of an argument; raise ArgumentTypeError with a sentence if it is not one."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > MOST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT, such as {PROXY}")
    return host, int(port)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--proxy", type=_address, default=PROXY)
    parser.add_argument("--patience", type=float, default=30.0)
    asked = parser.parse_args()
    try:
        roll(Proxy(asked.proxy), replace_container, asked.patience)
    except (ValueError, TimeoutError, OSError, RuntimeError) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
