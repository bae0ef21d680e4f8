// A part of the page that data-live names a stream for is drawn anew whenever the stream says so,
// and the whole page once that part is gone from it. What a lost connection kept back is asked for
// again.
const AGAIN_AFTER = 1000;
const part = document.querySelector("[data-live]");

if (part) {
  let stream;
  let drawing = false;
  let changed = false;
  let ended = false;

  function listen() {
    stream = new EventSource(part.dataset.live);
    stream.addEventListener("headway", (event) => {
      ended ||= event.lastEventId === "end";
      if (ended) stream.close();
      draw();
    });
    stream.addEventListener("error", () => {
      if (stream.readyState === EventSource.CLOSED && !ended) setTimeout(listen, AGAIN_AFTER);
    });
  }

  async function draw() {
    changed = true;
    if (drawing) return;
    drawing = true;
    while (changed) {
      changed = false;
      const page = await fetched();
      if (!page) {
        changed = true;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER));
        continue;
      }
      const fresh = page.getElementById(part.id);
      if (fresh) {
        document.getElementById(part.id).replaceChildren(...fresh.children);
      } else {
        ended = true;
        stream.close();
        document.querySelector("main").replaceWith(page.querySelector("main"));
        document.title = page.title;
      }
    }
    drawing = false;
  }

  async function fetched() {
    try {
      const reader = sessionStorage.getItem("reader");
      const answer = await fetch(location.href, { headers: reader ? { actor: reader } : {} });
      if (!answer.ok) return null;
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      return null;
    }
  }

  listen();
}
