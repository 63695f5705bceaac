// Makes scrolling elements reachable by the keyboard. In them, the arrow keys scroll and do nothing else.
// Scrolls to a question that has just been chosen: on a small screen its answer may be above the menu.
//
// data: scrolls, {selector: name for a screen reader}; asked, the selector of the question; n_asked, the number of
// questions chosen so far.

const WAIT = 150; // milliseconds without a change
const ARROWS = ["ArrowLeft", "ArrowRight"];
let scrolls = {}, timer = 0, watched = null, shown = 0;

const hold = (event) => {
  if (ARROWS.includes(event.key)) event.stopPropagation(); // they are also the page's shortcuts
};

function mark() {
  for (const [selector, what] of Object.entries(scrolls)) {
    for (const one of document.querySelectorAll(selector)) {
      const wide = one.scrollWidth > one.clientWidth;
      if (wide === (one.tabIndex === 0)) continue;
      if (wide) {
        one.tabIndex = 0;
        one.setAttribute("role", "group");
        one.setAttribute("aria-label", `${what}, too wide: the left and right arrow keys scroll it`);
        one.addEventListener("keydown", hold);
      } else {
        for (const name of ["tabindex", "role", "aria-label"]) one.removeAttribute(name);
        one.removeEventListener("keydown", hold);
      }
    }
  }
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(mark, WAIT);
}

export default function ({ data }) {
  scrolls = data.scrolls;
  if (data.n_asked > shown) document.querySelector(data.asked)?.scrollIntoView({ block: "nearest" });
  shown = data.n_asked;
  const main = document.querySelector(".stMain") ?? document.body;
  if (main !== watched) {
    watched = main;
    const changes = { subtree: true, childList: true, attributes: true, attributeFilter: ["open", "hidden"] };
    new MutationObserver(later).observe(document.body, changes);
    new ResizeObserver(later).observe(main);
    document.fonts.ready.then(later);
  }
  later();
}
