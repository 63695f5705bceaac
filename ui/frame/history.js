// Lets each action of a visitor add at most one entry to the browser's history, and the way back none.
//
// Streamlit adds an entry whenever a script changes a parameter in the address, also after Back, where that erases the
// way forward; and before it opens another page, it adds one with the new page's parameters and the old page's path.
// What follows the first of them here takes its place.
//
// data: visit, the name of this tab's visit on the server. Trigger: ready, the same name, once.

const ACTIONS = ["click", "keydown"];
const RUNNING = "[data-testid=stApp]:not([data-test-script-state=notRunning])";
const ASKING = "a, button, label, summary, [role=menuitem], [role=option]";
let added = true; // whether the last action has its entry; loading the page and Back are none
let visit = "";

function act(action) {
  const asks = action.type === "click" && action.composedPath().some(one => one.matches?.(ASKING));
  if (asks || !document.querySelector(RUNNING)) added = false; // else what the script still changes is no answer
}

function replacePush() {
  if (history.pushState.name === "add") return;
  const push = history.pushState.bind(history);
  history.pushState = function add(...entry) {
    added ? history.replaceState(...entry) : push(...entry);
    added = true;
  };
  for (const action of ACTIONS) addEventListener(action, act, true);
  addEventListener("popstate", () => (added = true), true);
}

export default function ({ data, setTriggerValue }) {
  replacePush();
  if (data.visit === visit) return;
  visit = data.visit;
  // on its own: what other components tell at the same time would be told to this one's fragment only
  setTimeout(() => setTriggerValue("ready", visit));
}
