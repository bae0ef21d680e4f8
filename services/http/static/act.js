// A form with data-act says by that who sends it. A server behind a gateway does not take this word
// for it: the gateway puts whoever is logged in in its place.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-act]");
  if (!form) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  event.submitter.disabled = true;
  const answer = await fetch(form.action, {
    method: "POST",
    body,
    headers: { actor: form.dataset.act },
  });
  if (answer.redirected) {
    location.assign(answer.url);
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelector("main").replaceWith(page.querySelector("main"));
  const told = document.querySelector("main :is([role=alert], [role=status], [data-told])");
  if (!told) return;
  told.tabIndex = -1; // so that it is read out, and the keyboard goes on from there
  told.focus({ preventScroll: true });
  told.scrollIntoView({ block: "center" });
});
