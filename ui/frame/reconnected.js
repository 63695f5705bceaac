// Requests the page again when the connection is back: a different or restarted server knows nothing about this tab
// and would ignore a button inside a fragment.
//
// data: visit, the name of this tab's visit on the server. State: lost, "the visit before; how often".

const APP = "[data-testid=stApp]", CONNECTION = "data-test-connection-state", CONNECTED = "CONNECTED";
let visit = "", times = 0, send = () => {}, watched = null, lost = false;

function look() {
  if (watched.getAttribute(CONNECTION) !== CONNECTED) {
    lost = true;
  } else if (lost) {
    lost = false;
    send("lost", `${visit};${++times}`);
  }
}

export default function ({ data, setStateValue }) {
  send = setStateValue;
  visit = data.visit;
  const app = document.querySelector(APP);
  if (app && app !== watched) {
    watched = app;
    new MutationObserver(look).observe(app, { attributeFilter: [CONNECTION] });
  }
}
