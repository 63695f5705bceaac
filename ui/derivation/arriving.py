"""The place where a visitor arrives at another step: the page scrolls there and focus moves there."""

import streamlit as st

# the button Next is below a long step, but the next step should be read from its heading on
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
    """Scroll to this place if `arrival` differs from the last run's; in the first run, from `before`.

    `place` is the name of this place on the page; `what` tells a screen reader what is here.
    """
    _here(data={"what": what, "arrival": arrival, "before": before}, key=f"_here_{place}")
