// Tables of class "sortable": each heading with data-sort, its first direction, becomes a button. Numbers are in
// data-value; in a column with any, cells without one come last either way, as do cells of "—" or nothing.
(() => {
  const collator = new Intl.Collator("zh-CN", { numeric: true });
  const opposite = { ascending: "descending", descending: "ascending" };

  const sort = (table, heading, direction) => {
    const column = heading.cellIndex;
    const numbers = table.querySelector(`tbody tr > :nth-child(${column + 1})[data-value]`) !== null;
    const keys = new Map();
    for (const row of table.original) {
      const cell = row.cells[column];
      const text = cell.textContent.trim();
      if (numbers) keys.set(row, cell.dataset.value === undefined ? null : Number(cell.dataset.value));
      else keys.set(row, text === "" || text === "—" ? null : text);
    }
    const sign = direction === "ascending" ? 1 : -1;
    const compare = (one, other) => {
      const [a, b] = [keys.get(one), keys.get(other)];
      if (a === null || b === null) return (a === null) - (b === null);
      return sign * (numbers ? a - b : collator.compare(a, b));
    };
    table.tBodies[0].append(...[...table.original].sort(compare));
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", direction);
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    table.original = [...table.tBodies[0].rows];
    for (const heading of table.tHead.querySelectorAll("th[data-sort]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        sort(table, heading, opposite[heading.getAttribute("aria-sort")] ?? heading.dataset.sort);
      });
    }
  }
})();
