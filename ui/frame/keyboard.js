// The keyboard reaches what Streamlit keeps from it.
//
// What is wider than its place and scrolls takes the focus; there, the arrow keys scroll and do nothing else.
// A menu that opens is the last thing on the page for Tab, and the sidebar that unfolds on a phone comes before
// its button: they take the focus, and a menu that closes gives it back. A page opens at its top, and the
// sidebar that covers it on a phone folds up.
//
// data: {selector of what scrolls: what it is, as a screen reader says it}.

const WAIT = 150; // milliseconds without a change
const ARROWS = ["ArrowLeft", "ArrowRight"];
const MENU = "[data-testid=stPopoverBody]", UNFOLD = "[data-testid=stExpandSidebarButton]";
const LINK = "[data-testid=stSidebarNavLink]", FOLD = "[data-testid=stSidebarCollapseButton] button";
const NARROW = 768; // pixels of width up to which Streamlit lays the sidebar over the page
let scrolls = {}, timer = 0, watched = null;
let path = location.pathname;
let menu = null, opener = null; // the menu that took the focus, and the button that has opened it
const entered = new WeakSet();

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

function focus(one) {
  one.tabIndex = -1;
  one.focus({ preventScroll: true });
}

function follow() {
  const at = document.activeElement;
  if (menu && !menu.isConnected) {
    if (at === document.body && opener.isConnected) opener.focus({ preventScroll: true });
    menu = null;
  }
  if (at.getAttribute("aria-haspopup") !== "dialog") return;
  for (const one of document.querySelectorAll(MENU)) {
    if (entered.has(one)) continue;
    entered.add(one);
    [menu, opener] = [one, at];
    focus(one);
  }
}

function clicked({ target }) {
  if (target.closest?.(UNFOLD)) setTimeout(() => focus(document.querySelector(".stSidebar")), WAIT);
  if (innerWidth <= NARROW && target.closest?.(LINK)) {
    setTimeout(() => document.querySelector(FOLD)?.click(), WAIT);
  }
}

function changed() {
  if (location.pathname !== path) { // Streamlit keeps the place of the page before, if the next is long at once
    path = location.pathname;
    watched.scrollTop = 0;
  }
  follow();
  clearTimeout(timer);
  timer = setTimeout(mark, WAIT);
}

export default function ({ data }) {
  scrolls = data;
  const main = document.querySelector(".stMain") ?? document.body;
  if (main !== watched) {
    if (!watched) document.addEventListener("click", clicked, true);
    watched = main;
    const changes = { subtree: true, childList: true, attributes: true, attributeFilter: ["open", "hidden"] };
    new MutationObserver(changed).observe(document.body, changes);
    new ResizeObserver(changed).observe(main);
    document.fonts.ready.then(changed);
  }
  changed();
}
