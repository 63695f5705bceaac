// Tells the page around the frame how high this element is, whenever that changes: a number, nothing else.
//
// The message is { subject: "lti.frameResize", height: pixels }, which Canvas understands; another page finds
// the frame it came from by the event's `source`. It goes to whichever page holds the frame.

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
