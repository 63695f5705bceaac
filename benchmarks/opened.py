"""A visit of a page by a query, without a browser, and what of the visitor's text stands on it as markup."""

import contextlib
import math
import pathlib
import re
import time
from typing import NamedTuple

from streamlit import config
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from benchmarks.queries import INJECTIONS, MARK, ROOT
from ui.training import confirm

PLAIN = {  # where the front end draws a text as it is, as a document of its own, or not at all
    *("Code.code_text", "TextInput.value", "TextInput.default", "TextArea.value", "TextArea.default"),
    *("Selectbox.options", "Selectbox.raw_value", "Selectbox.default", "MultiSelect.options"),
    *("MultiSelect.raw_values", "MultiSelect.default", "PageLink.query_string", "Dataset.name"),
    *("ArrowVegaLiteChart.spec", "ArrowVegaLiteChart.alt", "Slider.options"),
}
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
CODE = re.compile(r"(?<![\\`])(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
# what the front end makes of text after it has unescaped it
ACTIVE = re.compile(rf"(https?://|www\.)\S*{MARK}|{MARK}\S*@|:{MARK}:|(^|\s)(->|--)\s+{MARK}", re.IGNORECASE)


manifest_scanner.scan_component_manifests = list  # of every installed package, in each visit: none is used


class Visit(NamedTuple):
    """The result of a query: CPU seconds of the process, megabytes more than before at most, the exceptions,
    and the texts with markup of the visitor's own.
    """

    seconds: float
    megabytes: float
    exceptions: tuple[str, ...]
    markup: tuple[str, ...]


def visit(query, ask_above=None):
    """Open a page by a query; returns the Visit. Work waits for a click above `ask_above` seconds."""
    config.set_option("client.showErrorDetails", "full")
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=120)
    app.switch_page(f"pages/{query.page}.py")
    for name, value in query.parameters.items():
        app.query_params[name] = value
    asked = confirm.ASK_TO_TRAIN_ABOVE, confirm.ASK_TO_COMPUTE_ABOVE
    if ask_above:
        confirm.ASK_TO_TRAIN_ABOVE = confirm.ASK_TO_COMPUTE_ABOVE = ask_above
    if query.large:
        confirm.ASK_TO_TRAIN_ABOVE = 0.0
    held_before = _forget_peak()
    started = time.process_time()
    try:
        app.run()
        exceptions = tuple(map(_told, app.exception))
    except Exception as failure:
        exceptions = (f"{type(failure).__name__}: {failure}"[:300],)
    finally:
        confirm.ASK_TO_TRAIN_ABOVE, confirm.ASK_TO_COMPUTE_ABOVE = asked
    seconds = time.process_time() - started
    return Visit(seconds, _megabytes("VmHWM") - held_before, exceptions, tuple(markup(app._tree)))


def visit_as_asked(arguments):
    """Return the Visit of a (query, ask_above)."""
    return visit(*arguments)


def _forget_peak():
    """Let the peak of this process's memory begin anew; returns the megabytes that it holds now."""
    with contextlib.suppress(OSError):  # where there is none such, the peak is that of the whole process
        pathlib.Path("/proc/self/clear_refs").write_text("5")
    return _megabytes("VmRSS")


def _megabytes(name):
    """A line of /proc/self/status in MB; nan where there is none such."""
    with contextlib.suppress(OSError):
        for line in pathlib.Path("/proc/self/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / 1024
    return math.nan


def _told(exception):
    where = " ".join(line.strip() for line in exception.stack_trace[-3:])
    return f"{exception.proto.type}: {exception.value[:150]} {where[-250:]}"


def markup(block):
    """Every text of the page, below this block, in which a visitor's words are more than words."""
    for child in getattr(block, "children", {}).values():
        proto = getattr(child, "proto", None)
        if proto is not None:
            yield from _active(proto, bool(getattr(proto, "allow_html", False)))
        yield from markup(child)


def _active(message, is_html):
    """The texts of a protobuf message, and of those within it, that hold an injection as it was sent."""
    for field, value in message.ListFields():
        name = f"{message.DESCRIPTOR.name}.{field.name}"
        many = value if field.is_repeated else [value]
        for one in [] if name in PLAIN or name.endswith(".id") else many:
            if field.message_type is not None and hasattr(one, "ListFields"):
                yield from _active(one, is_html)
            elif isinstance(one, str) and MARK in one and (is_html or _verbatim(one)):
                yield f"{name}: {one[:200]!r}"


def _verbatim(text):
    """Whether an injection, or the beginning of one that a sentence quotes, stands in the text unescaped, or
    as a link or a sign; not where it is code.
    """
    text = CODE.sub(" ", text)
    verbatim = ESCAPED.sub("\0", text)
    return any(one[:8] in verbatim for one in INJECTIONS) or bool(ACTIVE.search(ESCAPED.sub(r"\1", text)))
