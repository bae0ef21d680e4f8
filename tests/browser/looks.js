// What of a page somebody could not use: text that is hard to read, controls without a name, tables
// without headings, a page wider than its window.
() => {
  const faults = [];
  const shown = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getBoundingClientRect().left > -900;
  const parts = (colour) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
    const context = canvas.getContext("2d");
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const light = (rgb) => {
    const [red, green, blue] = rgb.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (node) => {
    for (let here = node; here; here = here.parentElement) {
      const found = parts(getComputedStyle(here).backgroundColor);
      if (found[3] === 255) return found;
    }
    return [255, 255, 255, 255];
  };
  for (const node of document.querySelectorAll("body *")) {
    const text = [...node.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
    if (!text || !shown(node) || node.closest("svg, option")) continue;
    const [one, other] = [parts(getComputedStyle(node).color), behind(node)].map((rgb) => light(rgb.slice(0, 3)));
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (contrast < 4.5) faults.push(`contrast ${contrast.toFixed(2)}: ${node.textContent.trim().slice(0, 40)}`);
  }
  for (const control of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    const said = [...control.labels].map((label) => label.textContent.trim()).join("");
    if (!said && !control.ariaLabel) faults.push(`no label: ${control.name}`);
  }
  for (const button of document.querySelectorAll("button, a, summary")) {
    if (shown(button) && !(button.ariaLabel || button.textContent).trim()) faults.push(`no name: ${button.outerHTML}`);
  }
  for (const cell of document.querySelectorAll("th:not([scope])")) faults.push(`no scope: ${cell.textContent}`);
  for (const table of document.querySelectorAll("table")) {
    if (!table.querySelector("thead th")) faults.push("a table without headings");
  }
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  for (const id of new Set(ids)) if (ids.filter((each) => each === id).length > 1) faults.push(`twice: #${id}`);
  if (document.querySelectorAll("h1").length !== 1) faults.push("not one h1");
  if (!document.documentElement.lang) faults.push("no language");
  if (document.documentElement.scrollWidth > innerWidth) faults.push(`wider than ${innerWidth}`);
  return faults;
}
