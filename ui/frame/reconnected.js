// Requests the page again when the connection is back: a different or restarted server knows nothing about this tab
// and ignores a widget inside a fragment. So the page takes no input until that request has drawn it, or its script has
// ended long ago without drawing this component, or LONGEST has passed. After LONGEST, the page is requested once more
// when it is drawn, because the server may have ignored some input.
//
// data: visit, the name of this tab's visit on the server; lost, the state below that this drawing of the page has
// received. State: lost, "the visit before; how often".

const APP = "[data-testid=stApp]", PAGE = "[data-testid=stAppViewContainer]";
const CONNECTION = "data-test-connection-state", CONNECTED = "CONNECTED";
const SCRIPT = "data-test-script-state", ENDED = "notRunning"; // also between a script and its rerun
const LONGEST = 60_000; // milliseconds without input, at most
const ENDED_LONG_AGO = 5_000; // milliseconds: a rerun begins in less than one second
let visit = "", times = 0, send = () => {}, watched = null, lost = false;
let asked = "", ran = false, blocked = false, timer = 0, ending = 0;

function look() {
  if (watched.getAttribute(CONNECTION) !== CONNECTED) {
    lost = true;
  } else if (lost) {
    [lost, ran] = [false, false];
    block(true);
    asked = ask();
  }
  clearTimeout(ending);
  if (watched.getAttribute(SCRIPT) !== ENDED) ran = true;
  else if (asked && ran) ending = setTimeout(answered, ENDED_LONG_AGO);
}

function ask() {
  const name = `${visit};${++times}`;
  send("lost", name);
  return name;
}

function answered() {
  clearTimeout(ending);
  asked = "";
  if (!blocked) ask();
  block(false);
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
  if (asked && data.lost === asked) answered();
}
