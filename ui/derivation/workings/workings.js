// The matrices of a step: an entry that is pointed at, tapped or moved to is highlighted with its sources.
//
// data: workings, as made by lab.derivation.sources.workings; colours {key of a matrix: "#RRGGBB"}. The network's
// graph listens for the event "sources" of the page's root element and reads its value: ",id,id,".

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function tell(lit) {
  document.documentElement.value = lit.length ? `,${lit.join(",")},` : "";
  document.documentElement.dispatchEvent(new Event("sources"));
}

function make(root) {
  const find = (selector) => root.querySelector(selector);
  const group = find(".workings");
  let colours = {}, buttons = [], told = "", pinned = null, shown = null, sent = "";
  const about = new WeakMap(); // button: {one, part, cell}

  const there = (one, [part, row, column]) =>
    buttons.find((button) => {
      const own = about.get(button);
      return own.one === one && own.part === part && own.cell.at[0] === row && own.cell.at[1] === column;
    });

  function write(target, one, pieces) {
    target.replaceChildren(...pieces.map(([text, part]) => {
      const piece = element(part < 0 ? "span" : "mark", "", text);
      if (part >= 0) piece.style.setProperty("--of", colours[one.matrices[part].key]);
      return piece;
    }));
  }

  function show(button, graph) {
    shown = [button, graph];
    const { one, part, cell } = about.get(button);
    const lit = new Set([button, ...cell.sources.map((source) => there(one, source))]);
    for (const other of buttons) {
      other.classList.toggle("lit", lit.has(other));
      other.classList.toggle("on", other === button);
    }
    const last = cell.pieces.at(-1)?.[0];
    const value = !cell.pieces.length ? [` = ${cell.text}`, -1] : last === cell.text ? ["", -1] : [` ≈ ${cell.text}`, -1];
    const sign = cell.pieces.length ? [[" = ", -1]] : [];
    write(find(".written"), one, [[cell.name, part], ...sign, ...cell.pieces, value]);
    find(".said").textContent = cell.said;
    write(find("code"), one, cell.code ?? one.code);
    const names = graph ? cell.lit : [];
    if (names.join() !== told) tell(names);
    told = names.join();
  }

  const rest = () => (pinned ? show(pinned, true) : show(buttons[0], false));

  function focus(button) {
    for (const other of buttons) other.tabIndex = other === button ? 0 : -1;
    button.focus();
  }

  function pin(button) {
    pinned = button === pinned ? null : button;
    for (const other of buttons) other.setAttribute("aria-pressed", other === pinned);
    if (button) show(button, true);
  }

  function matrix(one, { symbol, rows, key }, part) {
    const figure = element("figure", ""), table = element("table", "");
    table.setAttribute("role", "presentation");
    for (const row of rows) {
      const line = table.insertRow();
      for (const [at, cell] of row.entries()) {
        const place = line.insertCell();
        if (!cell) {
          place.textContent = row.every((other) => !other) ? "⋮" : "⋯";
          continue;
        }
        const button = element("button", "", cell.text);
        button.type = "button";
        button.tabIndex = -1;
        button.style.setProperty("--of", colours[key]);
        const written = cell.pieces.map(([text]) => text).join("");
        button.setAttribute("aria-label", `${cell.name} = ${cell.text}${written && `, from ${written}`}. ${cell.said}`);
        button.setAttribute("aria-pressed", "false");
        about.set(button, { one, part, cell });
        buttons.push(button);
        place.append(button);
      }
    }
    figure.append(element("figcaption", "", symbol), table);
    return figure;
  }

  function build(data) {
    colours = data.colours;
    buttons = [];
    pinned = null;
    find(".equations").replaceChildren(...data.workings.map((one) => {
      const row = element("div", "equation"), [result, ...parts] = one.matrices;
      row.append(matrix(one, result, 0));
      parts.forEach((part, at) => { // keeps a sign on the same line as the matrix after it
        const term = element("span", "term"), last = at === parts.length - 1 && one.signs.at(-1);
        term.append(element("span", "sign", at ? one.signs[at] : `= ${one.signs[0]}`), matrix(one, part, at + 1));
        if (last) term.append(element("span", "sign", last));
        row.append(term);
      });
      return row;
    }));
    buttons[0].tabIndex = 0;
    told = "";
    rest();
  }

  const of = (event) => event.target.closest?.("button");
  group.addEventListener("pointerover", (event) => { if (of(event) && event.pointerType !== "touch") show(of(event), true); });
  group.addEventListener("pointerleave", rest);
  group.addEventListener("focusin", (event) => { if (of(event)?.matches(":focus-visible")) show(of(event), true); });
  group.addEventListener("focusout", (event) => { if (!group.contains(event.relatedTarget)) rest(); });
  group.addEventListener("click", (event) => {
    if (!of(event)) return;
    focus(of(event));
    pin(of(event));
  });
  group.addEventListener("keydown", (event) => {
    event.stopPropagation(); // the page's own shortcuts use the arrow keys too
    if (event.key === "Escape" && pinned) pin(pinned);
    const by = ARROWS[event.key], button = of(event);
    if (!by || !button) return;
    event.preventDefault();
    const { one, part, cell: { at } } = about.get(button);
    const own = buttons.filter((other) => about.get(other).one === one && about.get(other).part === part);
    const line = own.filter((other) => about.get(other).cell.at[by[0] ? 1 : 0] === at[by[0] ? 1 : 0]);
    const next = line[line.indexOf(button) + by[0] + by[1]];
    if (next) return focus(next);
    const step = by[0] + by[1], among = by[0] ? buttons : buttons.filter((other) => about.get(other).one === one);
    const edge = among.indexOf(step > 0 ? own.at(-1) : own[0]) + step;
    if (among[edge]) focus(among[edge]);
  });

  return {
    update(data) {
      const text = JSON.stringify(data);
      if (text !== sent) {
        sent = text;
        return build(data);
      }
      told = "";
      show(...shown);
    },
    leave: () => tell([]),
  };
}

const made = new WeakMap();

export default function ({ parentElement, data }) {
  if (!made.has(parentElement)) made.set(parentElement, make(parentElement));
  const workings = made.get(parentElement);
  workings.update(data);
  return workings.leave;
}
