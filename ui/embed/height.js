// Sends the height of this element, and nothing else, to the page around the frame whenever it changes.
//
// The message is { subject: "lti.frameResize", height: pixels }, which Canvas understands; any other page can find
// the frame by the event's `source`. It goes to whichever page contains the frame.

const SUBJECT = "lti.frameResize";

export default function () {
  const content = document.querySelector("[data-testid=stMainBlockContainer]");
  if (window.parent === window || !content) return;
  let told = 0;
  const observer = new ResizeObserver(() => {
    const height = Math.ceil(content.getBoundingClientRect().height);
    if (height && height !== told) window.parent.postMessage({ subject: SUBJECT, height }, "*");
    told = height;
  });
  observer.observe(content);
  return () => observer.disconnect();
}
