"use strict";
(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const show = () => {
    const chosen = document.querySelector("input[name=lang]:checked");
    document.documentElement.lang = chosen.value;
    document.title = chosen.dataset.title;
  };
  all("input[name=lang]").forEach((input) => input.addEventListener("change", show));
  all("button[hidden]").forEach((button) => { button.hidden = false; });
  all("button.print").forEach((button) => button.addEventListener("click", () => window.print()));
  const open = (state) => all("details").forEach((one) => { one.open = state; });
  all("button.open").forEach((button) => button.addEventListener("click", () => open(true)));
  window.addEventListener("beforeprint", () => open(true));
  const number = (text) => {
    const found = text.replace(/,/g, "").replace("−", "-").match(/-?\d+(\.\d+)?/);
    return found && /^[<≤≥+−-]?\s*\d/.test(text) ? Number(found[0]) - (text.startsWith("<") ? 1e-9 : 0) : NaN;
  };
  const order = (one, other) => {
    const [a, b] = [number(one), number(other)];
    if (Number.isNaN(a) && Number.isNaN(b)) { return one.localeCompare(other); }
    if (Number.isNaN(a)) { return 1; }
    return Number.isNaN(b) ? -1 : a - b;
  };
  all("table.sortable").forEach((table) => {
    const body = table.tBodies[0];
    all("th", table.tHead).forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.title = table.dataset.sort;
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        all("th", table.tHead).forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const text = (row) => row.cells[column].textContent.trim();
        const rows = [...body.rows].sort((a, b) => (down ? -1 : 1) * order(text(a), text(b)));
        body.append(...rows);
      });
    });
  });
  show();
})();
