"""Replicas of the lab behind HAProxy on the loopback interface: deploy/haproxy.cfg with other addresses."""

import contextlib
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request

from benchmarks.server import ROOT, Server, free_port
from deploy.rolling_restart import Proxy

CONFIGURATION = ROOT / "deploy" / "haproxy.cfg"
HAPROXY = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin")
HOSTS = [f"127.0.0.{number}" for number in range(2, 34)]
A_RECORD, HEADER = b"\0\1", 12  # bytes


class Replicas:
    """`n` servers and a proxy before them at `address`; `servers` {host: Server}, `proxy` its runtime API.

    Use as `with Replicas(2) as replicas`.
    """

    def __init__(self, n):
        self.hosts, self.port = HOSTS[:n], free_port()
        self.servers, self.stack = {}, contextlib.ExitStack()

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            stack.callback(lambda: [server.__exit__() for server in self.servers.values()])
            for host in self.hosts:
                self.servers[host] = Server(self.port, host=host)
            for server in self.servers.values():
                server.__enter__()
            self._start_proxy(stack)
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *error):
        self.stack.close()

    def _start_proxy(self, stack):
        names, front, runtime = stack.enter_context(name_server(self.hosts)), free_port(), free_port()
        file = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory())) / "haproxy.cfg"
        file.write_text(with_addresses(front, runtime, self.port, names), encoding="utf-8")
        command = [HAPROXY, "-db", "-f", str(file)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        stack.callback(self.process.wait, 30)
        stack.callback(self.process.terminate)
        self.address, self.proxy = f"http://127.0.0.1:{front}", Proxy(("127.0.0.1", runtime))
        self.wait_for(len(self.hosts))
        urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=10).close()

    def wait_for(self, n):
        """Wait until the proxy sends visitors to n replicas."""
        for _ in range(600):
            with contextlib.suppress(OSError):
                if len(self.proxy.replicas()) == n:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"The proxy has not come to have {n} replicas.")

    def megabytes(self):
        """Resident memory of the largest replica."""
        return max(server.megabytes() for server in self.servers.values())

    def cpu_seconds(self):
        """Spent by all replicas; the proxy's own time is not counted."""
        return sum(server.cpu_seconds() for server in self.servers.values())

    def start(self, host):
        """Start the replica again that was at this address."""
        self.servers[host] = Server(self.port, host=host)
        self.servers[host].__enter__()


def with_addresses(front, runtime, port, names):
    """Return HAProxy's configuration with these ports of the loopback interface: of visitors, of the runtime
    API, of the replicas, of the name server.
    """
    text = CONFIGURATION.read_text(encoding="utf-8")
    for ours, theirs in {
        "bind :8080": f"bind 127.0.0.1:{front}",
        "ipv4@0.0.0.0:9999": f"ipv4@127.0.0.1:{runtime}",
        "lab:8501": f"lab:{port}",
        "127.0.0.11:53": f"127.0.0.1:{names}",
    }.items():
        if text.count(ours) != 1:
            raise ValueError(f"'{ours}' is {text.count(ours)} times in {CONFIGURATION}")
        text = text.replace(ours, theirs)
    return text


@contextlib.contextmanager
def name_server(hosts):
    """As Docker's: every name has the addresses in the list `hosts`, which may change; yield its port."""
    with socket.socket(type=socket.SOCK_DGRAM) as place:
        place.bind(("127.0.0.1", 0))
        place.settimeout(0.2)
        ended = threading.Event()
        thread = threading.Thread(target=_serve, args=(place, hosts, ended))
        thread.start()
        try:
            yield place.getsockname()[1]
        finally:
            ended.set()
            thread.join()


def _serve(place, hosts, ended):
    while not ended.is_set():
        with contextlib.suppress(TimeoutError):
            question, whom = place.recvfrom(4096)
            place.sendto(_answer(question, hosts), whom)


def _answer(question, hosts):
    """RFC 1035, section 4: the question, then a record of each address, its name a pointer to the first."""
    asked = question[HEADER : question.index(b"\0", HEADER) + 5]
    hosts = hosts if asked[-4:-2] == A_RECORD else []
    counts = b"\0\1" + len(hosts).to_bytes(2, "big") + b"\0\0\0\0"
    named = b"\xc0\x0c" + A_RECORD + b"\0\1" + b"\0\0\0\1" + b"\0\4"  # for a second
    return question[:2] + b"\x84\x00" + counts + asked + b"".join(named + socket.inet_aton(h) for h in hosts)
