// Where a figure comes from: shown beside it on hover, focus or tap, with a link to its row among all figures, where
// the page stands beside them.
(() => {
  const data = document.getElementById("sources");
  const main = document.querySelector("main");
  if (!data || !main) return;
  const sources = JSON.parse(data.textContent);
  const published = document.querySelector(".around") !== null; // contents.js takes it from a page kept elsewhere
  const figures = new Map();
  const SPACE = 8;
  const LEAST = 96; // the height that is worth scrolling in

  const make = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };
  const counted = (number) => number.toLocaleString("zh-CN");

  const meansOf = (scope, metric) => sources.means[scope][metric] ?? [];

  // What is said, as terms and their words.
  const partsOf = (scope, metric) => {
    const [, value, numerator, denominator] = sources.facts[scope][metric];
    const told = [];
    if (denominator !== null) told.push(["分子÷分母", `${counted(numerator)} ÷ ${counted(denominator)}`]);
    const means = meansOf(scope, metric);
    if (means.length) told.push(["算法", `下列 ${counted(means.length)} 项的平均数`]);
    if (value !== null) told.push(["未取整的值", value]);
    return told;
  };
  const rowsOf = (scope, metric) => {
    const items = sources.metrics[metric][2].map((table) => {
      const [used, leftOut] = sources.rows[scope][table] ?? [0, {}];
      const why = Object.entries(leftOut).map(([kind, rows]) => `${sources.reasons[kind]} ${counted(rows)} 行`);
      return make("li", {}, `${sources.tables[table]} ${counted(used)} 行${why.length ? `；未计入：${why.join("，")}` : ""}`);
    });
    return make("ul", {}, ...items);
  };
  const factTold = (figure) => {
    const { metric, scope } = figure.dataset;
    const [title, definition] = sources.metrics[metric];
    const means = meansOf(scope, metric).map(([who, part]) => make("li", {}, make("span", {}, who), ` ${part}`));
    const terms = [["口径", definition], ...partsOf(scope, metric), ["来源", rowsOf(scope, metric)]];
    if (sources.exempt[scope] && means.length) terms.push(["豁免", `${counted(sources.exempt[scope])} 个应履职周，未计入`]);
    return {
      title: `${title}（${sources.scopes[scope]}）`,
      text: sources.facts[scope][metric][0],
      body: make("dl", {}, ...terms.flatMap(([term, words]) => [make("dt", {}, term), make("dd", {}, words)])),
      more: [
        ...(published ? [make("a", { href: sources.links[scope][metric] }, "在全部指标中查看")] : []),
        ...(means.length ? [make("ul", { className: "source-means" }, ...means)] : []),
      ],
    };
  };

  // The box: one for the page.
  const box = make("div", { id: "source", className: "source", hidden: true });
  box.setAttribute("role", "dialog");
  document.body.append(box);
  let shown = null;
  let came = false; // whether the figure has been in sight: one that Tab leads to may still be on its way
  let pinned = false;
  let timer = 0;

  // Below the figure, or above where there's more room and it's needed: the box is as high as that room and scrolls.
  // Only where neither side has room for a few lines does it stand upon the figure.
  const place = () => {
    const { clientWidth: wide, clientHeight: high } = document.documentElement;
    const lines = shown.getClientRects();
    const [top, bottom] = [lines[0].top, lines[lines.length - 1].bottom];
    box.style.maxHeight = "";
    const { width, height } = box.getBoundingClientRect();
    const [above, below] = [Math.min(top, high) - 2 * SPACE, high - Math.max(bottom, 0) - 2 * SPACE];
    const under = height <= below || below >= above;
    const room = Math.max(above, below);
    const most = Math.min(height, room < LEAST ? high - 2 * SPACE : room);
    const at = under ? bottom + SPACE : top - SPACE - most;
    box.style.maxHeight = `${most}px`;
    box.style.left = `${Math.max(SPACE, Math.min(lines[0].left, wide - width - SPACE))}px`;
    box.style.top = `${Math.max(SPACE, Math.min(at, high - most - SPACE))}px`;
  };
  // As the page moves the box stays with its figure, and goes with it.
  const follow = () => {
    if (!shown) return;
    const { clientWidth: wide, clientHeight: high } = document.documentElement;
    const { top, right, bottom, left } = shown.getBoundingClientRect();
    const around = shown.closest(".scroll")?.getBoundingClientRect() ?? { left: 0, right: wide };
    const seen = bottom > 0 && top < high && right > Math.max(0, around.left) && left < Math.min(wide, around.right);
    if (came && !seen && !box.contains(document.activeElement)) {
      hide();
      return;
    }
    came ||= seen;
    place();
  };
  const show = (figure) => {
    clearTimeout(timer);
    if (figure === shown) return;
    hide();
    const { title, text, body, more = [] } = figures.get(figure)();
    box.replaceChildren(make("p", { className: "source-title" }, title, " ", make("strong", {}, text)), body, ...more);
    box.setAttribute("aria-label", `${title}的来源`);
    box.hidden = false;
    box.scrollTop = 0;
    shown = figure;
    figure.setAttribute("aria-expanded", "true");
    figure.setAttribute("aria-describedby", box.id);
    came = false;
    follow();
  };
  const hide = () => {
    clearTimeout(timer);
    if (!shown) return;
    shown.setAttribute("aria-expanded", "false");
    shown.removeAttribute("aria-describedby");
    box.hidden = true;
    shown = null;
    pinned = false;
  };
  const later = (act, delay) => {
    clearTimeout(timer);
    timer = setTimeout(act, delay);
  };
  const held = () => pinned || box.contains(document.activeElement) || document.activeElement === shown;
  const leave = () => {
    if (!held()) later(hide, 300);
  };

  // Every figure can be reached: in text by Tab, in a table, which is one stop, by the arrow keys.
  const grids = new Map();
  const reach = (figure) => {
    const table = figure.closest("table");
    if (!table) {
      figure.tabIndex = 0;
      return;
    }
    const grid = grids.get(table) ?? [];
    figure.tabIndex = grid.length ? -1 : 0;
    grid.push(figure);
    grids.set(table, grid);
  };
  const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  const neighbour = (figure, [rows, columns]) => {
    const cell = figure.closest("td, th");
    const lines = [...figure.closest("table").rows];
    let [row, column] = [lines.indexOf(cell.parentElement), cell.cellIndex];
    for (;;) {
      row += rows;
      column += columns;
      const next = lines[row]?.cells[column];
      if (!next) return null;
      const found = [...next.querySelectorAll(".fact, .told")].find((each) => figures.has(each));
      if (found) return found;
    }
  };
  const step = (event, figure) => {
    const table = figure.closest("table");
    const next = table && STEPS[event.key] && neighbour(figure, STEPS[event.key]);
    if (!next) return;
    event.preventDefault();
    for (const each of grids.get(table)) each.tabIndex = each === next ? 0 : -1;
    next.focus();
  };
  const toggle = (figure) => {
    if (pinned && figure === shown) {
      hide();
      return;
    }
    show(figure);
    pinned = true;
  };

  for (const figure of main.querySelectorAll(".fact[data-metric], .told[title]")) {
    const { metric, scope } = figure.dataset;
    if (metric && !sources.facts[scope]?.[metric]) continue;
    const [title, ...words] = figure.title.split("：");
    const text = figure.textContent;
    figures.set(figure, metric ? () => factTold(figure) : () => ({ title, text, body: make("p", {}, words.join("：") || title) }));
    figure.removeAttribute("title");
    figure.setAttribute("role", "button");
    figure.setAttribute("aria-haspopup", "dialog");
    figure.setAttribute("aria-expanded", "false");
    reach(figure);
    figure.addEventListener("pointerenter", (event) => {
      if (event.pointerType === "mouse" && !pinned) later(() => show(figure), 120);
    });
    figure.addEventListener("pointerleave", leave);
    figure.addEventListener("focus", () => {
      if (figure.matches(":focus-visible")) show(figure);
    });
    figure.addEventListener("blur", leave);
    figure.addEventListener("click", () => toggle(figure));
    figure.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        show(figure);
        pinned = true;
        box.querySelector("a")?.focus();
      } else {
        step(event, figure);
      }
    });
  }
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("pointerleave", leave);
  box.addEventListener("focusout", leave);
  document.addEventListener("keydown", (event) => {
    const figure = shown;
    if (!figure || (event.key !== "Escape" && !(event.key === "Tab" && box.contains(document.activeElement)))) return;
    // Tab leaves the box for where the figure is, and goes on from there.
    const back = box.contains(document.activeElement);
    hide();
    if (back) figure.focus({ preventScroll: true });
    if (back && event.key === "Escape") hide();
  });
  document.addEventListener("pointerdown", (event) => {
    if (shown && !box.contains(event.target) && !shown.contains(event.target)) hide();
  });
  window.addEventListener("resize", follow);
  document.addEventListener("scroll", (event) => event.target !== box && follow(), { capture: true, passive: true });
})();
