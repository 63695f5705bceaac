// Requests the page again when the connection is back: a different or restarted server knows nothing about this tab
// and would ignore a widget inside a fragment. So the page takes no input until its script has run. After LONGEST it
// does, and requests the page once more when the script has run, because the server may have ignored some input.
//
// data: visit, the name of this tab's visit on the server. State: lost, "the visit before; how often".

const APP = "[data-testid=stApp]", PAGE = "[data-testid=stAppViewContainer]";
const CONNECTION = "data-test-connection-state", CONNECTED = "CONNECTED";
const SCRIPT = "data-test-script-state", ENDED = "notRunning";
const LONGEST = 60_000; // milliseconds without input, at most
let visit = "", times = 0, send = () => {}, watched = null, lost = false;
let asked = false, ran = false, blocked = false, timer = 0;

function look() {
  if (watched.getAttribute(CONNECTION) !== CONNECTED) {
    lost = true;
  } else if (lost) {
    [lost, asked, ran] = [false, true, false];
    block(true);
    ask();
  } else if (watched.getAttribute(SCRIPT) !== ENDED) {
    ran = true;
  } else if (asked && ran) {
    asked = false;
    if (!blocked) ask();
    block(false);
  }
}

function ask() {
  send("lost", `${visit};${++times}`);
}

function block(inert) {
  clearTimeout(timer);
  if (inert) timer = setTimeout(block, LONGEST, false);
  blocked = inert;
  document.querySelector(PAGE)?.toggleAttribute("inert", inert);
}

export default function ({ data, setStateValue }) {
  send = setStateValue;
  visit = data.visit;
  const app = document.querySelector(APP);
  if (app && app !== watched) {
    watched = app;
    new MutationObserver(look).observe(app, { attributeFilter: [CONNECTION, SCRIPT] });
  }
}
