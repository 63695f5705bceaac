// Lets each action of a visitor add at most one entry to the browser's history, and the way back none.
//
// Streamlit adds an entry whenever a script changes a parameter in the address, also after Back, where that erases the
// way forward; and before it opens another page, it adds one with the new page's parameters and the old page's path.
// What follows the first of them here takes its place.

const ACTIONS = ["click", "keydown"];
let added = false; // whether the last action has its entry; loading the page and Back are none

export default function () {
  if (history.pushState.name === "add") return;
  added = !navigator.userActivation.hasBeenActive;
  const push = history.pushState.bind(history);
  history.pushState = function add(...entry) {
    added ? history.replaceState(...entry) : push(...entry);
    added = true;
  };
  for (const action of ACTIONS) addEventListener(action, () => (added = false), true);
  addEventListener("popstate", () => (added = true), true);
}
