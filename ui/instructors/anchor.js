// Tells which part of the page the section after the # of the address is in, and shows that section once it is there.
//
// data: sections, {anchor: part}. State: part.

let followed = "";

function show(anchor, attempts) {
  const heading = document.getElementById(anchor);
  if (heading) heading.scrollIntoView();
  else if (attempts) setTimeout(() => show(anchor, attempts - 1), 200);
}

export default function ({ data, setStateValue }) {
  const follow = () => {
    const anchor = decodeURIComponent(location.hash.slice(1));
    if (anchor === followed || !Object.hasOwn(data.sections, anchor)) return;
    followed = anchor;
    setStateValue("part", data.sections[anchor]);
    show(anchor, 20);
  };
  follow();
  window.addEventListener("hashchange", follow);
  return () => window.removeEventListener("hashchange", follow);
}
