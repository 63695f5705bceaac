// Lets the keyboard reach what is wider than its place and scrolls. There, the arrow keys scroll and do nothing else.
// Brings a question that has just been chosen into view: on a small screen its answer may be above the menu.
//
// data: scrolls, {selector: what it is, as a screen reader says it}; asked, the selector of the question; n_asked, how
// many have been chosen.

const WAIT = 150; // milliseconds without a change
const ARROWS = ["ArrowLeft", "ArrowRight"];
let scrolls = {}, timer = 0, watched = null, shown = 0;

const hold = (event) => {
  if (ARROWS.includes(event.key)) event.stopPropagation(); // they are the page's shortcuts too
};

function mark() {
  for (const [selector, what] of Object.entries(scrolls)) {
    for (const one of document.querySelectorAll(selector)) {
      const wide = one.scrollWidth > one.clientWidth;
      if (wide === (one.tabIndex === 0)) continue;
      if (wide) {
        one.tabIndex = 0;
        one.setAttribute("role", "group");
        one.setAttribute("aria-label", `${what}, wider than its place: the left and right arrow keys scroll it`);
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
