"""A visitor of a running lab without a browser: Streamlit's own messages over its own websocket."""

import asyncio
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qsl, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import connect

FINISHED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_WITH_COMPILE_ERROR)
MOST_BYTES = 2**26


def run(story):
    """Return what a coroutine returns, run to its end in a thread: another event loop may run in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, story).result()


def arrive(address):
    """Fetch the page, as a browser does first; return the cookies that it sends from then on."""
    with urllib.request.urlopen(address, timeout=60) as page:
        return "; ".join(one.partition(";")[0] for one in page.headers.get_all("Set-Cookie") or ())


class Visitor:
    """One browser tab: `elements` {place on the page: (kind, element)} is what it shows.

    Use as `async with Visitor(address) as one`, the address as http://127.0.0.1:8501. It sends the `cookies`
    that `arrive` returns.
    """

    def __init__(self, address, cookies=""):
        self.address, self.page = address.replace("http", "ws", 1), ""
        self.headers = {"Cookie": cookies} if cookies else {}
        self.query, self.held = {}, {}
        self.elements, self.received = {}, 0

    async def __aenter__(self):
        where = f"{self.address}/_stcore/stream"
        self.socket = await connect(
            where,
            subprotocols=["streamlit"],
            additional_headers=self.headers,
            max_size=MOST_BYTES,
            proxy=None,
            ping_interval=None,
        )
        return self

    async def __aexit__(self, *error):
        await self.socket.close()

    async def open(self, page, query=None, patience=60.0):
        """Open a page by a link; returns the seconds until its script has run."""
        self.page, self.query = page, dict(query or {})
        self.held, self.elements = {}, {}
        return await self._rerun(patience)

    async def set(self, key, patience=60.0, **value):
        """Move the widget with this key, as `double_array_value=[3]`; returns seconds like `open`."""
        self.held[key] = value
        return await self._rerun(patience)

    async def press(self, key, patience=60.0):
        """Press the button with this key; returns seconds like `open`."""
        return await self._rerun(patience, pressed=key)

    async def ask(self, pressed=None):
        """Ask for a run of the page's script, and do not wait for it."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name = urlencode(self.query, doseq=True), self.page
        ids = self.ids()
        widgets = [
            WidgetState(id=ids[key], **_wrapped(value)) for key, value in self.held.items() if key in ids
        ]
        if pressed is not None:
            widgets.append(WidgetState(id=ids[pressed], trigger_value=True))
        state.widget_states.widgets.extend(widgets)
        await self.socket.send(message.SerializeToString())

    def ids(self):
        """{key: id} of the widgets on the page that have a key."""
        found = {}
        for kind, element in self.elements.values():
            identity = getattr(element, "id", "")
            if kind and identity.startswith("$$ID-"):
                found[identity.split("-", 2)[2]] = identity
        return found

    def texts(self, field="body"):
        """That field of every element that has it, such as `body`, or `alt` of charts."""
        return [getattr(element, field) for _, element in self.elements.values() if hasattr(element, field)]

    def exceptions(self):
        """What failed on the page as it stands."""
        return [element.message for kind, element in self.elements.values() if kind == "exception"]

    async def _rerun(self, patience, pressed=None):
        started = time.perf_counter()
        await self.ask(pressed)
        async with asyncio.timeout(patience):
            await self.finished()
        return time.perf_counter() - started

    async def finished(self):
        """Take messages until the script has run."""
        while not await self.receive():
            pass

    async def receive(self):
        """Take one message; returns whether it says that the script has run."""
        data = await self.socket.recv()
        self.received += len(data)
        message = ForwardMsg.FromString(data)
        match message.WhichOneof("type"):
            case "new_session":
                self.elements = {}
            case "delta":
                self._draw(tuple(message.metadata.delta_path), message.delta)
            case "page_info_changed":
                self.query = _lists(message.page_info_changed.query_string)
        return message.WhichOneof("type") == "script_finished" and message.script_finished in FINISHED

    def _draw(self, place, delta):
        for gone in [one for one in self.elements if one[: len(place)] == place]:
            del self.elements[gone]
        if delta.WhichOneof("type") == "new_element":
            kind = delta.new_element.WhichOneof("type")
            self.elements[place] = kind, getattr(delta.new_element, kind)
        elif delta.add_block.expandable.id:
            self.elements[place] = "expander", delta.add_block.expandable
        elif delta.WhichOneof("type") == "add_block":
            self.elements[place] = "", delta.add_block


def _wrapped(value):
    """The value as WidgetState takes it: a list within its own message."""
    ((kind, content),) = value.items()
    return {kind: {"data": content} if isinstance(content, (list, tuple)) else content}


def _lists(query_string):
    query = {}
    for key, value in parse_qsl(query_string, keep_blank_values=True):
        query.setdefault(key, []).append(value)
    return query
