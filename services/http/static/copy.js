// A button with data-copies copies the text of the element of that id. Without this script it stays
// hidden, and the text is selected as a whole by one click.
for (const button of document.querySelectorAll("button[data-copies]")) button.hidden = false;

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copies]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copies);
  getSelection().selectAllChildren(source);
  const copied = navigator.clipboard
    ? await navigator.clipboard.writeText(source.textContent).then(() => true, () => false)
    : document.execCommand("copy"); // where the page came over plain HTTP
  const told = document.getElementById(button.getAttribute("aria-describedby"));
  told.textContent = copied ? button.dataset.done : button.dataset.failed;
});
