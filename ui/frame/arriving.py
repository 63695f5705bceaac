"""Bring a visitor, and the keyboard's focus, to what a press of a button has opened or changed."""

import streamlit as st

# the button Next is below a long step, but the next step should be read from its heading on
_here = st.components.v2.component(
    "backprop_lab_here",
    js="""export default function ({ data, parentElement }) {
      const here = parentElement.host ?? parentElement;
      const moved = data.arrival !== (here.arrival ?? data.before);
      here.arrival = data.arrival;
      if (!moved) return;
      here.scrollIntoView({ block: data.block });
      here.tabIndex = -1;
      here.role = "group";
      here.ariaLabel = data.what;
      here.style.outline = "none";
      here.focus({ preventScroll: true });
    }""",
)

_in_view = st.components.v2.component(
    "backprop_lab_in_view",
    js="""export default function ({ data, parentElement }) {
      const here = parentElement.host ?? parentElement;
      const due = data.n !== (here.n ?? data.n);
      here.n = data.n;
      if (due) document.querySelector(`.st-key-${data.of}`)?.scrollIntoView({ block: "nearest" });
    }""",
)


def here(place, what, arrival, before, block="start"):
    """Scroll to and focus this place if `arrival` differs from the last run's; in the first, from `before`.

    `place` is the name of this place on the page; `what` tells a screen reader what is here. With the `block`
    "nearest" the page scrolls only if the place is out of view.
    """
    data = {"what": what, "arrival": arrival, "before": before, "block": block}
    _here(data=data, key=f"_here_{place}")


def bring_into_view(container, n):
    """Scroll to the container with this key if it is out of view and `n` has changed since the last run.

    Call after drawing the container, in every run; the first run does not scroll.
    """
    _in_view(data={"of": container, "n": n}, key=f"_in_view{container}")
