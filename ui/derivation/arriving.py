"""Where a visitor arrives who goes to another step: the page scrolls there, the keyboard goes on there."""

import streamlit as st

# Next is below a long step: what comes next is read from its heading on
_here = st.components.v2.component(
    "backprop_lab_here",
    js="""export default function ({ data, parentElement }) {
      const here = parentElement.host ?? parentElement;
      const moved = data.arrival !== (here.arrival ?? data.before);
      here.arrival = data.arrival;
      if (!moved) return;
      here.scrollIntoView({ block: "start" });
      here.tabIndex = -1;
      here.role = "group";
      here.ariaLabel = data.what;
      here.style.outline = "none";
      here.focus({ preventScroll: true });
    }""",
)


def here(place, what, arrival, before):
    """Arrive here if `arrival` is not that of the last run; in the first run `before` is.

    `place` names this place on the page, and `what` tells a screen reader what stands here.
    """
    _here(data={"what": what, "arrival": arrival, "before": before}, key=f"_here_{place}")
