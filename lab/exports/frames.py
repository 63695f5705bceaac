"""The HTML with which another page shows one element of the lab in a frame."""

import html
import re
from urllib.parse import urlencode

from lab.links import reader
from lab.links.embedded import VIEWS, WHOLE_PAGE, compares, ignored, is_network
from lab.links.fields import DEFAULT_SEEDS
from lab.links.reading import Unusable

THEMES = {"As the reader's system": None, "Light": "light_theme", "Dark": "dark_theme"}
NOT_EMBEDDED = ("fingerprint", "lock", "open", "embed", "embed_options", "view", *WHOLE_PAGE)
SUBJECT = "lti.frameResize"  # of the message that reports a frame's height; sent by `ui/embed/height.js`
LISTENER = f"""<script>
  addEventListener("message", ({{ data, origin, source }}) => {{
    if (data?.subject !== "{SUBJECT}" || !(data.height > 0)) return;
    for (const frame of document.querySelectorAll("iframe"))
      if (frame.contentWindow === source && new URL(frame.src).origin === origin)
        frame.height = Math.min(Number(data.height), 5000);
  }});
</script>"""


def query(link, view, controls, theme=None):
    """Return the parameters of the embedded view of a link's experiment, {name: text or [text, …]}.

    `link` is the whole address of the view's page, or "" for the page's defaults; `theme` is one of
    Streamlit's embed_options. Raise Unusable if the link cannot be used, leads to another page, compares
    experiments or shows a network that it does not train.
    """
    page, asked, n_networks = VIEWS[view].page, {}, DEFAULT_SEEDS
    if link.strip():
        linked, asked = reader.read(link), reader.query_of(link)
        n_networks = len(linked.groups[0].configs)
        if linked.page != page:
            whole = f"an address of its page, http…/{page}?…"
            raise Unusable("link", link, whole, f"The link does not lead to the page of this element, {page}")
    if page == "decision_boundary" and compares(asked):
        fault = "The link compares experiments, and an element shows one"
        raise Unusable("link", link, "a link to one experiment", fault)
    own = _own(view, asked)
    if page == "decision_boundary" and own.isdigit() and int(own) > n_networks:
        raise Unusable("view", own, f"networks 1 to {n_networks}")
    kept = {name: texts for name, texts in asked.items() if name not in NOT_EMBEDDED}
    of_whom = f"{view}:{own}" if own not in ("", "1") and page == "decision_boundary" else view
    embed = {"embed": "true"} | ({"embed_options": theme} if theme else {})
    return embed | {"view": of_whom, "open": ",".join(controls)} | kept


def left_out(link, view):
    """Return sentences about what a link that `query` accepts asks for and the element does not show."""
    asked = reader.query_of(link) if link.strip() else {}
    sentences = [ignored(VIEWS[view].page, asked)]
    if _own("map", asked) != _own(view, asked):
        sentences.append(
            f"The link shows the {_own('map', asked)} of all networks; a diagram shows network 1."
        )
    sentences.append(_table_elsewhere(asked))
    return [sentence for sentence in sentences if sentence]


def _table_elsewhere(asked):
    """Return a sentence on the table of a link's query if the link does not contain it, or ""."""
    points = asked.get("points", [""])[-1]
    if asked.get("name", [""])[-1] != "own_table" or not re.match("[0-9a-f]{64}(;|$)", points):
        return ""
    return (
        f"The link does not contain its table, only the sha256 of its file ({points[:12]}…). Readers see the "
        "element while the file is in this server's memory; in a frame they cannot upload it again."
    )


def _own(view, asked):
    """Return which networks the page of a link's query shows, if the element can show them; else ""."""
    own = asked.get("view", [""])[-1]
    own = own if own.partition(":")[0] not in VIEWS else own.partition(":")[2]
    return own if is_network(own) and (own.isdigit() or view != "network") else ""


def frame(address, view, width, height):
    """Return the iframe of an address; `width` is in pixels or "100%", `height` in pixels."""
    attributes = {
        "src": address,
        "title": f"Backprop Lab: {VIEWS[view].label}",
        "width": width,
        "height": height,
        "style": "border: 0",
        "loading": "lazy",
    }
    written = (f'{name}="{html.escape(str(value))}"' for name, value in attributes.items())
    return f"<iframe {' '.join(written)}></iframe>"


def address(base, view, parameters):
    """Return the address of an element of the app at `base`, an address without a slash at the end."""
    return f"{base}/{VIEWS[view].page}?{urlencode(parameters, doseq=True)}"
