// Prints one container of the page, found by its key in data.of, without sidebar and buttons.

const STYLE = `
  body { font: 12pt/1.5 system-ui, sans-serif; color: black; background: white; margin: 1.5cm; }
  pre { font: 10pt/1.5 ui-monospace, monospace; white-space: pre-wrap; }
  button { display: none; }
`;

function print(key) {
  const frame = document.createElement("iframe");
  frame.setAttribute("aria-hidden", "true");
  frame.tabIndex = -1;
  frame.style.cssText = "position: fixed; right: 0; bottom: 0; width: 0; height: 0; border: 0;";
  document.body.append(frame);
  const page = frame.contentDocument, sheet = document.querySelector(`.st-key-${key}`);
  const links = [...document.querySelectorAll("link[rel=stylesheet]")].map((link) => link.cloneNode());
  const loaded = links.map((link) => new Promise((done) => { link.onload = link.onerror = done; }));
  const style = page.createElement("style");
  style.textContent = STYLE;
  page.title = "Backpropagation";
  page.head.append(...links, style);
  page.body.append(page.importNode(sheet, true));
  Promise.all(loaded).then(() => {
    frame.contentWindow.addEventListener("afterprint", () => frame.remove());
    frame.contentWindow.print();
  });
}

export default function ({ data, parentElement }) {
  parentElement.querySelector("button").onclick = () => print(data.of);
}
