// The keyboard reaches what Streamlit keeps from it, and a page opens at its top.
//
// A menu that opens is the last thing on the page for Tab, and the sidebar that unfolds on a phone comes before
// its button: they take the focus, and a menu that closes gives it back. The sidebar, which lies over the page on a
// phone, folds up when a link in it leads to another one.
//
// A menu lies outside of the app's element, whose colour scheme tells look.css the theme: the whole page has it too.

const WAIT = 150; // milliseconds, until Streamlit has drawn what a click asks for
const MENU = "[data-testid=stPopoverBody]", UNFOLD = "[data-testid=stExpandSidebarButton]";
const APP = ".stApp";
const LINK = "[data-testid=stSidebarNavLink]", FOLD = "[data-testid=stSidebarCollapseButton] button";
const NARROW = 768; // pixels of width up to which Streamlit lays the sidebar over the page
let path = location.pathname, watches = false;
let menu = null, opener = null; // the menu that took the focus, and the button that has opened it
const entered = new WeakSet();
let themed = null; // the app's element

function focus(one) {
  one.tabIndex = -1;
  one.focus({ preventScroll: true });
}

function changed() {
  if (location.pathname !== path) {
    path = location.pathname; // Streamlit keeps the place of the page before if the next is as long at once
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
