// A part of the page that data-live names a stream for is drawn anew whenever the stream says so,
// and the whole page once that part is gone from it.
const part = document.querySelector("[data-live]");

if (part) {
  const stream = new EventSource(part.dataset.live);
  let drawing = false;
  let changed = false;

  async function draw() {
    changed = true;
    if (drawing) return;
    drawing = true;
    while (changed) {
      changed = false;
      const answer = await fetch(location.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(part.id);
      if (fresh) {
        document.getElementById(part.id).replaceChildren(...fresh.children);
      } else {
        stream.close();
        document.querySelector("main").replaceWith(page.querySelector("main"));
        document.title = page.title;
      }
    }
    drawing = false;
  }

  stream.addEventListener("headway", (event) => {
    if (event.lastEventId === "end") stream.close();
    draw();
  });
}
