// Draws a report's charts and formulas with the programs and data contained in its file.

const text = (id) => document.getElementById(id).textContent;

async function modules() {
  const bytes = Uint8Array.from(atob(text("packed")), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const sources = JSON.parse(await new Response(stream).text());
  const addresses = {};
  for (const [name, source] of Object.entries(sources)) {
    // in the order of the file, so that imported modules already have an address
    const linked = source.replace(/((?:from|import)["'`])\.\/([\w.-]+\.js)(["'`])/g,
      (_, before, needed, after) => before + addresses[needed] + after);
    addresses[name] = URL.createObjectURL(new Blob([linked], { type: "text/javascript" }));
  }
  const entries = JSON.parse(text("entries"));
  return async (entry) => import(addresses[entries[entry]]);
}

function exported(module, name) {
  for (const one of Object.values(module)) if (one && name in Object(one)) return one;
  throw new Error(`no ${name}`);
}

async function charts(load) {
  const { default: embed } = exported(await load("embed"), "vegaLite");
  const { expressionInterpreter } = exported(await load("interpreter"), "expressionInterpreter");
  const specs = JSON.parse(text("charts"));
  for (const place of document.querySelectorAll("[data-chart]")) {
    const spec = specs[Number(place.dataset.chart)];
    delete spec.usermeta; // it asks for a canvas on interactive pages; on paper, SVG lines are sharper
    if (spec.layer || spec.mark) spec.width ??= 620;
    const config = { view: { stroke: null } }; // no frame around a chart without axes
    const options = { actions: false, renderer: "svg", ast: true, expr: expressionInterpreter, config };
    await embed(place, spec, options);
  }
}

function node(one, space) {
  if (one.type === "text") return document.createTextNode(one.value);
  if (one.tagName === "math") space = "http://www.w3.org/1998/Math/MathML";
  const made = space ? document.createElementNS(space, one.tagName) : document.createElement(one.tagName);
  for (const [name, value] of Object.entries(one.properties ?? {}))
    if (name !== "className") made.setAttribute(name === "mathVariant" ? "mathvariant" : name.toLowerCase(), value);
  for (const child of one.children ?? []) if (child.tagName !== "annotation") made.append(node(child, space));
  return made;
}

async function formulas(load) {
  const places = document.querySelectorAll(".math");
  if (!places.length) return;
  const { default: katex } = await load("katex");
  const set = katex({ output: "mathml", strict: false });
  for (const place of places) {
    const kind = place.classList.contains("display") ? "math-display" : "math-inline";
    const code = { type: "element", tagName: "code", properties: { className: ["language-math", kind] } };
    code.children = [{ type: "text", value: place.textContent }];
    const tree = { type: "root", children: [code] };
    set(tree, { message() {} });
    const label = place.textContent;
    place.replaceChildren(...tree.children.map((one) => node(one)));
    place.title = label;
  }
}

try {
  const load = await modules();
  await charts(load);
  await formulas(load);
} catch (problem) {
  document.body.dataset.problem = String(problem);
}
document.body.dataset.drawn = "true";
