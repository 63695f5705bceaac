// Receives every click and tap on the map of the visitor's own points, and keeps it until the server has it.
//
// data: plane, [[x low, x high], [y low, y high]]; known, the number of the last click that the server has. The state
// `clicks` is {tries, typed, clicks: [[number, x, y, class], …]}: all clicks that the server is not known to have, so that
// nothing is lost if the next message overtakes this one; and how many times the visitor has begun to type in the box of
// the points. If a chart is replaced under the pointer, the last place of its plot counts.
//
// A click after a calm moment is sent at once. Those that follow it closely are sent together, because every message
// has the page trained and drawn again, and while it is drawn the browser cannot show the next mark. Whatever is
// pressed outside the map comes after the clicks before it.

const MAP = ".st-key-_own_map", BOX = ".st-key-points", PLOT = "svg.marks .background", CHOSEN = ".st-key-_class [aria-checked=true]";
const OVER = `${MAP}, #vg-tooltip-element`; // a click on a tooltip means what it covers
const AGAIN = 4000; // ms until clicks that the server does not seem to have are sent again
const CALM = 1000, PAUSE = 700, LONGEST = 5000; // ms: clicks closer than CALM wait for a PAUSE, but never LONGEST
const NEAR = 8, DOUBLE = 400; // pixels that a finger may move; ms between the clicks of a double click, which is one
const MARK = "position:absolute;width:12px;height:12px;margin:-6px;border:2px solid currentColor;border-radius:50%;box-sizing:border-box;";

let last = Date.now(), waiting = [], tries = 0, latest = -CALM, unsent = 0, later = 0, typed = 0, typing = false, timer = 0, pressed = null, heard = null, plot = null, layer = null, self = null;

function find(map) {
  const outer = map.getBoundingClientRect(), inner = map.querySelector(PLOT)?.getBoundingClientRect();
  if (inner?.width) plot = { left: inner.left - outer.left, top: inner.top - outer.top, width: inner.width, height: inner.height };
  return outer;
}

function press(event) {
  if (!event.target.closest?.(OVER)) tellNow();
  pressed = event.isPrimary && event.button === 0 ? event : null;
}

const near = (one, other) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) < NEAR;

function hear(event) { // not of "click": of a tap Vega may keep that to itself
  const begun = pressed, before = heard;
  pressed = null;
  if (!self || !begun || begun.pointerId !== event.pointerId || !near(begun, event)) return;
  if (before && event.timeStamp - before.timeStamp < DOUBLE && near(before, event)) return;
  const map = event.target.closest?.(OVER) && document.querySelector(MAP);
  if (!map) return;
  const outer = find(map);
  if (!plot) return;
  const right = (event.clientX - outer.left - plot.left) / plot.width, down = (event.clientY - outer.top - plot.top) / plot.height;
  if (Math.min(right, down) < 0 || Math.max(right, down) > 1) return;
  const [[left, end], [low, high]] = self.data.plane;
  const reach = ((end - left) / 2) * Math.max(1, plot.width / plot.height);
  const x = (left + end) / 2 + reach * (2 * right - 1), y = high - down * (high - low);
  heard = event;
  waiting.push({ told: [++last, x, y, document.querySelector(CHOSEN)?.textContent ?? ""], right, down });
  draw();
  tellSoon();
}

function tellSoon() {
  const now = performance.now(), calm = now - latest > CALM;
  latest = now;
  unsent ||= now;
  clearTimeout(later);
  if (calm) tell();
  else later = setTimeout(tell, Math.max(0, Math.min(PAUSE, unsent + LONGEST - now)));
}

function tellNow() {
  if (unsent) tell();
}

function tell() {
  clearTimeout(timer);
  clearTimeout(later);
  if (!self) return;
  unsent = 0;
  self.send({ tries: ++tries, typed, clicks: waiting.map((one) => one.told) });
  if (waiting.length) timer = setTimeout(again, AGAIN);
}

function again() { // but not while the script runs, which would begin anew
  const running = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "running";
  if (running) timer = setTimeout(again, AGAIN);
  else tell();
}

function draw() {
  const map = document.querySelector(MAP);
  if (!map || !plot) return;
  if (layer?.parentElement !== map) {
    layer?.remove();
    layer = document.createElement("div");
    layer.style.cssText = "position:absolute;inset:0;pointer-events:none;";
    map.style.position = "relative";
    map.append(layer);
  }
  layer.replaceChildren(...waiting.map(({ right, down }) => {
    const mark = document.createElement("i");
    mark.style.cssText = `${MARK}left:${plot.left + right * plot.width}px;top:${plot.top + down * plot.height}px`;
    return mark;
  }));
}

function hearTyping(event) {
  if (!self || typing || !event.target.closest?.(BOX)) return;
  typing = true;
  typed += 1;
  tell();
}

document.addEventListener("pointerdown", press, true);
document.addEventListener("pointerup", hear, true);
document.addEventListener("keydown", tellNow, true);
document.addEventListener("input", hearTyping, true);
document.addEventListener("focusin", () => { typing = false; }, true);

export default function ({ data, setStateValue }) {
  self = { data, send: (clicks) => setStateValue("clicks", clicks) };
  waiting = waiting.filter((one) => one.told[0] > data.known);
  draw();
  clearTimeout(timer);
  if (waiting.length) timer = setTimeout(again, AGAIN);
  const own = self;
  return () => {
    if (self === own) self = null;
  };
}
