// Tells the server when the browser has drawn the first chart of a page, so that it sends the rest.
//
// data: arrival, the name of this arrival at a page. Trigger: drawn, the same name, once.

const DRAWN = "[data-testid=stVegaLiteChart] :is(canvas, svg.marks)";
const LONGEST = 10_000; // milliseconds until it stops looking: the page may have no chart
let arrival = "";

export default function ({ data, setTriggerValue }) {
  if (data.arrival === arrival) return;
  arrival = data.arrival;
  const look = () => {
    if (!document.querySelector(DRAWN)) return;
    stop();
    const tell = () => setTimeout(() => setTriggerValue("drawn", arrival));
    document.hidden ? tell() : requestAnimationFrame(tell); // after the frame with the chart
  };
  const observer = new MutationObserver(look);
  const stop = () => observer.disconnect();
  observer.observe(document.body, { subtree: true, childList: true });
  setTimeout(stop, LONGEST);
  look();
}
