// facts.html: rows are searched and filtered; the row that the address names says its definition and is in sight.
(() => {
  const form = document.querySelector("form.filter");
  const status = document.querySelector(".count");
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const definitions = new Map();
  for (const row of document.querySelectorAll(".definitions tbody tr")) {
    const [, text, sources] = [...row.cells].map((cell) => cell.textContent);
    definitions.set(row.id.slice("metric-".length), { group: row.dataset.group, text, sources });
  }
  const facts = [...document.querySelectorAll(".facts tbody tr")].map((row) => {
    const [, metric, scope] = /^fact-([^-]+)-(.*)$/s.exec(row.id);
    const { group, text, sources } = definitions.get(metric);
    const cells = [...row.cells].map((cell) => cell.textContent);
    return { row, scope, group, words: plain([...cells, group, text, sources].join("\n")) };
  });

  const filter = () => {
    const words = plain(form.text.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, scope, group, words: own } of facts) {
      const meant =
        (!form.scope?.value || form.scope.value === scope) &&
        (!form.group.value || form.group.value === group) &&
        words.every((word) => own.includes(word));
      row.hidden = !meant;
      shown += meant;
    }
    status.textContent = shown === facts.length ? `共 ${facts.length} 项` : `显示 ${shown} 项，共 ${facts.length} 项`;
  };

  const find = () => {
    document.querySelector(".about")?.remove();
    const row = document.querySelector(".facts tbody tr:target");
    if (!row) return;
    if (row.hidden) {
      form.reset();
      filter();
    }
    const metric = row.querySelector("code").textContent;
    const { text, sources } = definitions.get(metric);
    const about = document.createElement("p");
    about.className = "about";
    about.textContent = `口径：${text}。来源：${sources}。`;
    row.querySelector("th").append(about);
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "center", behavior: "instant" });
  };

  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  window.addEventListener("hashchange", find);
  window.addEventListener("load", find); // no row is the target before
  filter();
})();
