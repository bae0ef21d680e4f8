// A server that asks nobody who they are shows what is open to all. Who presses the button reads all
// pages as the secretary, until the tab is closed or they say otherwise.
const reader = sessionStorage.getItem("reader");

function offer() {
  const button = document.querySelector("[data-read-as]");
  if (button) button.hidden = !(button.dataset.readAs || sessionStorage.getItem("reader"));
}

async function read(as) {
  const answer = await fetch(location.href, { headers: { actor: as, accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.title = page.title;
  for (const part of [".visitor", "main"]) {
    document.querySelector(part).replaceWith(page.querySelector(part));
  }
  for (const script of page.querySelectorAll("script[src]")) bring(script.getAttribute("src"));
  offer();
}

// What a page is drawn with that others do not get: without it, its forms would say no actor.
function bring(src) {
  if (document.querySelector(`script[src="${src}"]`)) return;
  const script = document.createElement("script");
  script.src = src;
  document.head.append(script);
}

document.addEventListener("click", (event) => {
  const as = event.target.closest("[data-read-as]")?.dataset.readAs;
  if (as === undefined) return;
  if (as) {
    sessionStorage.setItem("reader", as);
    read(as);
  } else {
    sessionStorage.removeItem("reader");
    location.reload();
  }
});

if (reader) read(reader);
else offer();
