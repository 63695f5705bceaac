// Makes elements reachable by the keyboard that Streamlit leaves out, and opens a page at its top.
//
// For Tab, an open menu is the last thing on the page, and on a phone the sidebar comes before its button: so both
// take the focus when they open, and a menu gives it back when it closes. On a phone the sidebar covers the page; it
// closes when a link in it leads to another page.
//
// A menu is outside the app's element, whose colour scheme tells look.css the theme, so the whole page gets it too.

const WAIT = 150; // milliseconds until Streamlit has drawn what a click asks for
const MENU = "[data-testid=stPopoverBody]", UNFOLD = "[data-testid=stExpandSidebarButton]";
const APP = ".stApp";
const LINK = "[data-testid=stSidebarNavLink]", FOLD = "[data-testid=stSidebarCollapseButton] button";
const NARROW = 768; // pixels of width up to which Streamlit lays the sidebar over the page
let path = location.pathname, watches = false;
let menu = null, opener = null; // the menu that took the focus, and the button that opened it
const entered = new WeakSet();
let themed = null; // the app's element

function focus(one) {
  one.tabIndex = -1;
  one.focus({ preventScroll: true });
}

function changed() {
  if (location.pathname !== path) {
    path = location.pathname; // Streamlit keeps the previous page's scroll position if the next page is as long at once
    document.querySelector(".stMain").scrollTop = 0;
  }
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

function theme() {
  document.documentElement.style.colorScheme = getComputedStyle(themed).colorScheme;
}

export default function () {
  const app = document.querySelector(APP);
  if (app && app !== themed) {
    themed = app;
    theme();
    new MutationObserver(theme).observe(app, { attributeFilter: ["class"] });
  }
  if (watches) return;
  watches = true;
  document.addEventListener("click", clicked, true);
  new MutationObserver(changed).observe(document.body, { subtree: true, childList: true });
}
