"""The HTML with which another page shows one element of the lab in a frame."""

import html
from urllib.parse import urlencode

from lab.links import reader
from lab.links.embedded import VIEWS
from lab.links.reading import Unusable

THEMES = {"As the reader's system": None, "Light": "light_theme", "Dark": "dark_theme"}
NOT_EMBEDDED = ("fingerprint", "lock", "open", "embed", "embed_options", "view")
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
    Streamlit's embed_options. Raise Unusable if the link cannot be used or leads to another page.
    """
    page, asked = VIEWS[view].page, {}
    if link.strip():
        linked, asked = reader.read(link), reader.query_of(link)
        if linked.page != page:
            whole = f"an address of its page, http…/{page}?…"
            raise Unusable("link", link, whole, f"The link does not lead to the page of this element, {page}")
    own = asked.get("view", [""])[-1]
    own = own if own.partition(":")[0] not in VIEWS else own.partition(":")[2]
    kept = {name: texts for name, texts in asked.items() if name not in NOT_EMBEDDED}
    of_whom = f"{view}:{own}" if own not in ("", "1") and page == "decision_boundary" else view
    embed = {"embed": "true"} | ({"embed_options": theme} if theme else {})
    return embed | {"view": of_whom, "open": ",".join(controls)} | kept


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
