"""Hear what a component in the browser has said, while the script still runs."""

import threading

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

LISTENERS = "backprop_lab_listeners"  # attribute of a script's requests: {event: whether a request sets it}


def is_there():
    """Return whether the visitor has a browser, whose components say something."""
    return st.context.headers.get("User-Agent", "").startswith("Mozilla/")


def listen(key, *, whole=False):
    """Return an Event that is set when the component with this key sends a trigger, or this run is to stop.

    With `whole`, also when the whole page is to run again. The component must be in a fragment: its trigger
    would otherwise restart the page.
    """
    requests = get_script_run_ctx().script_requests
    if LISTENERS not in vars(requests):
        setattr(requests, LISTENERS, {})
        for name in ("request_rerun", "request_stop"):
            setattr(requests, name, _heard(requests, getattr(requests, name)))
    heard = threading.Event()
    getattr(requests, LISTENERS)[heard] = lambda request: _tells(request, key, whole)
    return heard


def _heard(requests, make):
    """Return the function `make` of a script's requests, which also sets its listeners' events."""

    def hear(*request):
        listeners = getattr(requests, LISTENERS)
        for heard, is_wanted in list(listeners.items()):
            if is_wanted(*request or (None,)):
                heard.set()
                del listeners[heard]
        return make(*request)

    return hear


def _tells(request, key, whole):
    """Return whether a request, None to stop, has the component's trigger, or runs the whole page."""
    if request is None or (whole and not request.fragment_id):
        return True
    widgets = request.widget_states.widgets if request.widget_states else ()
    return any(f"-{key}__" in widget.id for widget in widgets)
