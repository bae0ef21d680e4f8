// A button with data-copies copies the text of the element of that id. Without this script it is not
// shown, and one click selects the text as a whole.
document.documentElement.classList.add("copies");

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
