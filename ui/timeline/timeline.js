// The timeline: moves through the epochs that were sent to the page and tells the charts which one to show.
//
// data: epochs [n, …] that were sent, ascending; epoch, the one the server shows; said ["…", …], a sentence for
// each; note, which epochs these are; plays, whether to play once by itself. The charts listen for an event of
// document.body and read its value. A chart with its own event, named in the key of its element, is skipped while
// it is out of sight. The server learns the epoch once the timeline rests: when playing stops or the slider is released.
// So do screen readers, by the status; the sentence on show would interrupt them at every frame.

const REST = 350; // ms after the last key on the slider
const OPENING = 600; // ms to wait for the charts before the timeline plays by itself
const STILL = 2; // frames per second for visitors who prefer reduced motion
const PART = /st-key-_follows_(\w+)/;

const leftAt = new Map(); // the epoch of a timeline that does not tell the server, because a rerun may draw it anew

function make(root) {
  const find = (selector) => root.querySelector(selector);
  const group = find(".timeline"), range = find("input"), play = find("[data-do=play]"), loop = find("[data-do=loop]");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const self = { data: { epochs: [] }, told: [], at: 0, where: "", playing: false, resting: 0, send: () => {} };

  function show(place) {
    const { epochs, said } = self.data, before = self.at;
    self.at = Math.max(0, Math.min(epochs.length - 1, place));
    const epoch = epochs[self.at];
    range.value = self.at;
    range.setAttribute("aria-valuetext", `epoch ${epoch}`);
    find("output").textContent = `epoch ${epoch} of ${epochs.at(-1)}`;
    find(".said").textContent = said[self.at] ?? "";
    if (self.at !== before) find(".rests").textContent = ""; // the same words again would not be announced
    document.body.value = String(epoch);
    document.body.dispatchEvent(new Event("epoch"));
    tellParts(parts().filter((part) => sight.get(part) ?? true)); // a part is in sight until the browser says otherwise
  }

  function tell() {
    clearTimeout(self.resting);
    tellParts();
    find(".rests").textContent = `${find("output").textContent}. ${find(".said").textContent}`;
    const epoch = self.data.epochs[self.at];
    if (!self.data.tells || epoch === (self.told.at(-1) ?? self.data.epoch)) return;
    self.told.push(epoch);
    self.send(epoch);
  }

  function rest(after = 0) {
    clearTimeout(self.resting);
    self.resting = setTimeout(tell, after);
  }

  function run(on) {
    self.playing = on;
    play.setAttribute("aria-label", on ? "Pause" : "Play");
    group.dataset.playing = on;
    if (!on) return rest();
    clearTimeout(self.resting);
    const last = self.data.epochs.length - 1;
    if (self.at >= last) show(0);
    let before = performance.now(), due = 0;
    requestAnimationFrame(function frame(now) {
      if (!self.playing || !root.isConnected && !root.host?.isConnected) return;
      due += ((now - before) / 1000) * (still.matches ? STILL : Number(find("select").value));
      before = now;
      const steps = Math.min(Math.floor(due), 3); // after a delay, continue rather than jump
      due = steps < Math.floor(due) ? 0 : due - steps;
      const end = self.data.epochs.length - 1, looping = loop.getAttribute("aria-pressed") === "true";
      if (steps) show(self.at >= end && looping ? 0 : self.at + steps);
      if (self.at >= end && !looping) return run(false);
      requestAnimationFrame(frame);
    });
  }

  const actions = {
    again: () => { show(0); if (!self.playing) run(true); },
    back: () => { run(false); show(self.at - 1); rest(REST); },
    on: () => { run(false); show(self.at + 1); rest(REST); },
    play: () => run(!self.playing),
    loop: () => loop.setAttribute("aria-pressed", loop.getAttribute("aria-pressed") !== "true"),
  };
  group.addEventListener("click", (event) => actions[event.target.dataset?.do]?.());
  range.addEventListener("input", () => { if (self.playing) run(false); show(Number(range.value)); });
  range.addEventListener("change", () => rest(REST));
  range.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    run(!self.playing);
  });

  self.update = (data, send) => {
    const place = self.data.epochs.length && self.data.epochs[self.at];
    const known = JSON.stringify(self.data.epochs) === JSON.stringify(data.epochs);
    const echo = self.told.indexOf(data.epoch);
    self.data = data;
    self.send = send;
    range.max = data.epochs.length - 1;
    find(".note").textContent = data.note;
    if (echo >= 0) self.told.splice(0, echo + 1); // the server's answer, which may be outdated by now
    const stays = known && (!data.tells || self.playing || self.told.length || echo >= 0);
    self.where = `${location.pathname} ${data.epochs}`;
    const left = known || data.tells ? undefined : leftAt.get(self.where);
    show(data.epochs.indexOf(stays ? place : left ?? data.epoch));
    tellParts();
    if (data.plays && !self.opened && !still.matches) setTimeout(() => { if (!self.playing) run(true); }, OPENING);
    self.opened = true;
  };
  self.leave = () => {
    if (!self.data.tells) leftAt.set(self.where, self.data.epochs[self.at]);
    self.playing = false;
    clearTimeout(self.resting);
    delete document.body.value;
  };
  return self;
}

const told = new Map(); // the epoch that each part shows

function parts() {
  const found = [...document.querySelectorAll("[class*=st-key-_follows_]")];
  for (const part of found) watching.observe(part); // again, if it is watched already, changes nothing
  return found;
}

// Which parts are in sight is watched, not measured at every epoch: measuring would lay out the page once more.
const sight = new WeakMap();
const watching = new IntersectionObserver((changes) => {
  for (const { target, isIntersecting } of changes) sight.set(target, isIntersecting);
  tellParts(changes.filter((one) => one.isIntersecting).map((one) => one.target));
});

function tellParts(some) { // all of them by default, whatever they have on show
  const epoch = document.body.value;
  if (epoch === undefined) return;
  for (const part of some ?? parts()) {
    const name = PART.exec(part.className)[1];
    if (some && told.get(name) === epoch) continue;
    told.set(name, epoch);
    document.body.dispatchEvent(new Event(`epoch_${name}`));
  }
}

const timelines = new WeakMap();

export default function ({ parentElement, data, setTriggerValue }) {
  if (!timelines.has(parentElement)) timelines.set(parentElement, make(parentElement));
  const timeline = timelines.get(parentElement);
  timeline.update(data, (epoch) => setTriggerValue("epoch", epoch));
  return timeline.leave;
}
