// Review notes: a reviewer marks a paragraph, heading, row, chart or figure and writes what is to be said of it.
// Notes stay in this browser and leave it only as a file that the reviewer saves (`bulletin review add` reads it).
(() => {
  const main = document.querySelector("main[data-period]");
  if (!main) return;
  const { bureau, period, scope, name, digest } = main.dataset;
  const KIND = "bulletin-notes";
  const VERSION = 1;
  const MOST = { notes: 500, text: 2000, name: 20, quote: 2000, cell: 200, bytes: 10_000_000 };
  const STORE = [KIND, bureau, period, scope].join("|");
  const REVIEWER = `${KIND}|reviewer`;
  const KINDS = { paragraph: "段落", heading: "标题", row: "表格行", chart: "图" };

  const make = (tag, properties = {}, ...children) => {
    const { attributes = {}, ...own } = properties;
    const made = Object.assign(document.createElement(tag), own);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const squeezed = (text) => text.replace(/\s+/g, " ").trim();
  const written = (text) => text.replace(/\r\n?/g, "\n").replace(/[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "").trim();
  const cut = (text, most) => text.slice(0, most).replace(/[\ud800-\udbff]$/, "");
  const shortened = (text, most) => (text.length > most ? `${cut(text, most)}……` : text);

  // What can be noted: found once, before anything of ours stands among it.
  const LEFT_OUT = ".unit, ul, ol, h2.attachment > span, button";
  const wordsOf = (element) => {
    let text = "";
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const apart = walker.currentNode.parentElement.closest(LEFT_OUT);
      if (!apart || apart === element || !element.contains(apart)) text += walker.currentNode.data;
    }
    return squeezed(text);
  };
  const kindOf = (element) => {
    if (element.matches("figure")) return "chart";
    if (element.matches("tr")) return "row";
    return element.matches("h1, h2, h3, h4, h5, h6") ? "heading" : "paragraph";
  };
  const quoteOf = (element, kind) => {
    if (kind === "row") return [...element.cells].map(wordsOf).join("｜");
    if (kind !== "chart") return wordsOf(element);
    const picture = element.querySelector("img");
    return wordsOf(element.querySelector("figcaption") ?? element) || picture?.alt || "";
  };
  // The part of a block that a note is on: a figure of the text, or a cell.
  const partsOf = (element, kind) => {
    if (kind === "row") {
      const heads = [...(element.closest("table").tHead?.rows[0]?.cells ?? [])].map(wordsOf);
      return [...element.cells].map((cell, place) => {
        const [title, text] = [heads[place] ?? "", wordsOf(cell)].map((each) => cut(each, MOST.cell));
        return { label: `${title || `第${place + 1}列`}：${text}`, element: cell, cell: { column: place + 1, title, text } };
      });
    }
    const seen = new Map();
    return [...element.querySelectorAll("span.fact[data-metric]")].map((span) => {
      const { metric, scope: of } = span.dataset;
      const text = cut(wordsOf(span), MOST.cell);
      const number = (seen.get(`${metric}|${of}`) ?? 0) + 1;
      seen.set(`${metric}|${of}`, number);
      return { label: `数字 ${text}`, element: span, figure: { metric, scope: of, text, number } };
    });
  };
  const keyOf = ({ kind, quote, number }) => `${kind}|${number}|${quote}`;
  const blocks = new Map();
  const equals = new Map();
  for (const element of main.querySelectorAll("h1, h2, h3, h4, h5, h6, p, li, caption, tbody tr, figure.chart")) {
    if (element.closest(".code, details") || element.parentElement.closest("figure.chart, td, th")) continue;
    if (element.matches("li") && element.querySelector(":scope > p")) continue;
    const kind = kindOf(element);
    const quote = cut(quoteOf(element, kind), MOST.quote);
    if (!quote) continue;
    const number = (equals.get(`${kind}|${quote}`) ?? 0) + 1;
    equals.set(`${kind}|${quote}`, number);
    blocks.set(keyOf({ kind, quote, number }), { element, anchor: { kind, quote, number } });
  }

  // Keeping. A browser may refuse: then notes live as long as the page, and the reviewer is told so.
  let notes = [];
  let kept = true;
  let unsaved = false;
  const stored = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      kept = false;
      return null;
    }
  };
  const store = (key, text) => {
    try {
      localStorage.setItem(key, text);
    } catch {
      kept = false;
    }
  };
  const reload = () => {
    try {
      notes = checked(JSON.parse(stored(STORE) ?? "[]"));
    } catch {
      notes = [];
    }
    inOrder();
    show();
  };
  const inOrder = () => {
    const order = [...blocks.keys()];
    const place = (note) => (blocks.has(keyOf(note.anchor)) ? order.indexOf(keyOf(note.anchor)) : order.length);
    notes.sort((a, b) => place(a) - place(b) || (a.written < b.written ? -1 : 1));
  };
  const keep = () => {
    inOrder();
    store(STORE, JSON.stringify(notes));
    unsaved = !kept && notes.length > 0;
    show();
  };
  window.addEventListener("beforeunload", (event) => unsaved && event.preventDefault());
  window.addEventListener("storage", ({ key }) => key === STORE && reload());

  // A note that came from a file is somebody else's words: taken over piece by piece, or refused.
  const checked = (found) => {
    const text = (value, most, least = 0) => {
      if (typeof value !== "string" || value.length > most || value.length < least) throw new TypeError();
      return value;
    };
    const count = (value) => {
      if (!Number.isInteger(value) || value < 1 || value > 100_000) throw new TypeError();
      return value;
    };
    const whole = ({ id, text: said, reviewer, written: when, digest: draft, anchor }) => {
      const own = {
        kind: text(anchor.kind, 20),
        quote: text(anchor.quote, MOST.quote, 1),
        number: count(anchor.number),
        figure: null,
        cell: null,
      };
      if (!Object.hasOwn(KINDS, own.kind) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(when)) throw new TypeError();
      if (anchor.figure) {
        const { metric, scope: of, text: shown, number } = anchor.figure;
        own.figure = { metric: text(metric, 80, 1), scope: text(of, 80, 1), text: text(shown, MOST.cell), number: count(number) };
      }
      if (anchor.cell) {
        const { column, title, text: shown } = anchor.cell;
        own.cell = { column: count(column), title: text(title, MOST.cell), text: text(shown, MOST.cell) };
      }
      return {
        id: text(id, 40, 1),
        text: text(said, MOST.text, 1),
        reviewer: text(reviewer, MOST.name),
        written: when,
        digest: text(draft, 40),
        anchor: own,
      };
    };
    if (!Array.isArray(found) || found.length > MOST.notes) throw new TypeError();
    return found.map(whole);
  };
  const now = () => {
    const day = new Date();
    return new Date(day - day.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
  };
  const newId = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // What the reviewer sees: a switch, a button at each block, the list, and a dialogue to write in.
  const toggle = make("button", { type: "button", className: "notes-switch", attributes: { "aria-expanded": "false", "aria-controls": "notes" } });
  const title = make("h2", { id: "notes-title" });
  const status = make("p", { className: "notes-status", attributes: { role: "status" } });
  const refused = "这个浏览器不保存批注：关闭本页前请“保存为文件”，下次打开时再“读入文件”。";
  const warning = make("p", { className: "notice", hidden: true, textContent: refused });
  const list = make("ol");
  const save = make("button", { type: "button", textContent: "保存为文件" });
  const load = make("button", { type: "button", textContent: "读入文件" });
  const file = make("input", { type: "file", accept: ".json,application/json", hidden: true, tabIndex: -1, attributes: { "aria-label": "批注文件" } });
  const how = "添加批注：把鼠标移到段落、标题、表格行或图上（或按 Tab 键），点旁边的“批注”，写下意见。先选中一个数字再点，意见就写给它。";
  const hints = [how, "批注只存在这个浏览器里。审核完后保存为文件，交给起草人。"].map((textContent) => make("p", { className: "notes-hint", textContent }));
  const panel = make(
    "aside",
    { id: "notes", className: "notes", hidden: true, tabIndex: -1, attributes: { "aria-labelledby": "notes-title" } },
    title, ...hints, warning, make("p", { className: "notes-actions" }, save, load, file), status, list,
  );
  const say = (text) => status.replaceChildren(text);

  const heading = make("h2", { id: "note-heading" });
  const quoted = make("blockquote");
  const add = make("button", { type: "submit", value: "save", textContent: "保存批注", attributes: { "aria-keyshortcuts": "Control+Enter Meta+Enter" } });
  const part = make("select", { id: "note-part" });
  const partLine = make("p", {}, make("label", { htmlFor: "note-part", textContent: "指哪里" }), part);
  const text = make("textarea", { id: "note-text", rows: 5, maxLength: MOST.text, required: true });
  const reviewer = make("input", { id: "note-reviewer", maxLength: MOST.name, autocomplete: "name" });
  const dialog = make(
    "dialog",
    { className: "note-dialog", attributes: { "aria-labelledby": "note-heading" } },
    make(
      "form",
      { method: "dialog" },
      heading,
      quoted,
      partLine,
      make("p", {}, make("label", { htmlFor: "note-text", textContent: "意见" }), text),
      make("p", {}, make("label", { htmlFor: "note-reviewer", textContent: "姓名（可不填）" }), reviewer),
      make(
        "p",
        { className: "notes-actions" },
        add,
        make("button", { type: "submit", value: "cancel", formNoValidate: true, textContent: "取消" }),
        make("span", { className: "notes-hint", textContent: "Ctrl+Enter 保存，Esc 取消" }),
      ),
    ),
  );

  let editing = null;
  let back = null;
  const ask = (anchor, parts, note, opener) => {
    editing = { anchor, parts, note };
    back = opener;
    heading.textContent = note ? "修改批注" : `批注：${KINDS[anchor.kind]}`;
    quoted.textContent = shortened(anchor.quote, 160);
    part.replaceChildren(...[`整个${KINDS[anchor.kind]}`, ...parts.map(({ label }) => label)].map((label, value) => new Option(label, value)));
    const same = (each) => {
      if (!note) return each.element.contains(getSelection().anchorNode);
      return JSON.stringify([each.figure ?? null, each.cell ?? null]) === JSON.stringify([note.anchor.figure, note.anchor.cell]);
    };
    part.selectedIndex = parts.findIndex(same) + 1;
    partLine.hidden = !parts.length;
    text.value = note?.text ?? "";
    text.setCustomValidity("");
    reviewer.value = note?.reviewer ?? stored(REVIEWER) ?? "";
    dialog.returnValue = "cancel";
    dialog.showModal();
    text.focus();
  };
  text.addEventListener("input", () => text.setCustomValidity(""));
  add.form.addEventListener("submit", (event) => {
    if (event.submitter?.value !== "save" || written(text.value)) return;
    event.preventDefault();
    text.setCustomValidity("请写下意见。");
    text.reportValidity();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    add.form.requestSubmit(add);
  });
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "save") {
      const { anchor, parts, note } = editing;
      const chosen = parts[part.selectedIndex - 1];
      const by = written(reviewer.value);
      // While parts of the block can't be seen any more, the note stays on the one that it was on.
      const on = parts.length || !note ? { figure: chosen?.figure ?? null, cell: chosen?.cell ?? null } : {};
      const made = {
        id: note?.id ?? newId(),
        text: written(text.value),
        reviewer: by,
        written: now(),
        digest,
        anchor: { figure: null, cell: null, ...note?.anchor, ...anchor, ...on },
      };
      store(REVIEWER, by);
      notes = [...notes.filter(({ id }) => id !== made.id), made];
      keep();
      say(`批注已保存，共 ${notes.length} 条。`);
    }
    // The browser gives the focus back itself, unless the list was made anew.
    if (!back.isConnected) (document.getElementById(back.id) ?? panel).focus();
  });

  const buttons = new Map();
  const holder = ({ element, anchor }) => {
    if (anchor.kind === "row") return element.cells[0];
    return anchor.kind === "chart" ? (element.querySelector("figcaption") ?? element) : element;
  };
  const addButtons = () => {
    for (const [key, block] of blocks) {
      const button = make("button", { type: "button", className: "note-add" });
      button.addEventListener("click", () => ask(block.anchor, partsOf(block.element, block.anchor.kind), null, button));
      buttons.set(key, button);
      block.element.classList.add("noted");
      const place = holder(block);
      const inner = place.querySelector(":scope > ul, :scope > ol");
      place.insertBefore(button, inner);
    }
  };
  const removeButtons = () => {
    for (const button of buttons.values()) button.remove();
    for (const { element } of blocks.values()) element.classList.remove("noted");
    buttons.clear();
  };
  const item = (note) => {
    const { anchor } = note;
    const block = blocks.get(keyOf(anchor));
    const on = anchor.figure ? `数字 ${anchor.figure.text}` : anchor.cell ? `${anchor.cell.title}：${anchor.cell.text}` : KINDS[anchor.kind];
    const told = [note.reviewer, note.written.replace("T", " ").slice(0, 16), note.digest === digest ? "" : "写于另一稿", block ? "" : "原文已改动，找不到这一处"];
    const actions = make("p", { className: "notes-actions" });
    const action = (label, act) => {
      const button = make("button", { type: "button", id: `note-${label}-${note.id}`, textContent: label, attributes: { "aria-label": `${label}批注：${shortened(note.text, 20)}` } });
      button.addEventListener("click", () => act(button));
      actions.append(button);
    };
    if (block) action("查看", () => goTo(keyOf(anchor)));
    action("修改", (button) => ask(anchor, block ? partsOf(block.element, anchor.kind) : [], note, button));
    action("删除", () => {
      if (!window.confirm(`删除这条批注？\n\n${shortened(note.text, 100)}`)) return;
      notes = notes.filter(({ id }) => id !== note.id);
      keep();
      say(`批注已删除，还有 ${notes.length} 条。`);
      panel.focus();
    });
    return make(
      "li",
      {},
      make("p", { className: "notes-on", textContent: `${on}：“${shortened(anchor.quote, 60)}”` }),
      make("p", { className: "notes-text", textContent: note.text }),
      make("p", { className: "notes-by", textContent: told.filter(Boolean).join(" · ") }),
      actions,
    );
  };
  const goTo = (key) => {
    const { element } = blocks.get(key);
    document.querySelector(".note-here")?.classList.remove("note-here");
    element.classList.add("note-here");
    element.scrollIntoView({ block: "center" });
    buttons.get(key)?.focus({ preventScroll: true });
  };
  const show = () => {
    const counts = new Map();
    for (const note of notes) counts.set(keyOf(note.anchor), (counts.get(keyOf(note.anchor)) ?? 0) + 1);
    for (const [key, button] of buttons) {
      const count = counts.get(key) ?? 0;
      button.textContent = count ? `批注 ${count}` : "批注";
      button.classList.toggle("has", count > 0);
      const { kind, quote } = blocks.get(key).anchor;
      button.setAttribute("aria-label", `批注${KINDS[kind]}“${shortened(quote, 12)}”${count ? `，已有 ${count} 条` : ""}`);
    }
    toggle.textContent = notes.length ? `批注（${notes.length}）` : "批注";
    title.textContent = notes.length ? `批注（${notes.length} 条）` : "批注（还没有）";
    warning.hidden = kept;
    save.disabled = !notes.length;
    list.replaceChildren(...notes.map(item));
  };
  toggle.addEventListener("click", () => {
    const on = panel.hidden;
    panel.hidden = !on;
    toggle.setAttribute("aria-expanded", String(on));
    document.body.classList.toggle("noting", on);
    if (on) addButtons();
    else removeButtons();
    show();
  });

  // Files.
  const city = bureau.replace(/应急管理局$/, "");
  const fileName = `审核意见-${city}-${period}-${name}.json`.replace(/[\\/:*?"<>|\s]/g, "_");
  save.addEventListener("click", () => {
    const content = { kind: KIND, version: VERSION, page: { bureau, period, scope, name }, notes };
    const address = URL.createObjectURL(new Blob([`${JSON.stringify(content, null, 1)}\n`], { type: "application/json" }));
    make("a", { href: address, download: fileName }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
    unsaved = false;
    say(`${notes.length} 条批注已存为文件“${fileName}”，在浏览器的下载文件夹里。`);
  });
  load.addEventListener("click", () => file.click());
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    if (!chosen) return;
    try {
      say(merged(chosen.size > MOST.bytes ? null : JSON.parse(await chosen.text())));
    } catch {
      say(`“${chosen.name}”不是批注文件，没有读入。请选用“保存为文件”存下的文件。`);
    }
    file.value = "";
  });
  const merged = (content) => {
    if (content.kind !== KIND || content.version !== VERSION) throw new TypeError();
    const of = content.page;
    if (of.bureau !== bureau || of.period !== period || of.scope !== scope) {
      return `没有读入：这个文件是${of.bureau} ${of.period} ${of.name}的批注，本页是${bureau} ${period} ${name}。`;
    }
    const known = new Map(notes.map((note) => [note.id, note]));
    let added = 0;
    for (const note of checked(content.notes)) {
      const own = known.get(note.id);
      if (!own) added += 1;
      if (!own || own.written < note.written) known.set(note.id, note);
    }
    if (known.size > MOST.notes) return `没有读入：合起来有 ${known.size} 条，最多 ${MOST.notes} 条。`;
    notes = [...known.values()];
    keep();
    return `读入 ${content.notes.length} 条，其中新的 ${added} 条；共 ${notes.length} 条。`;
  };

  document.querySelector(".skip").after(toggle, make("a", { href: "#notes", className: "notes-jump", textContent: "到批注清单" }));
  document.querySelector(".page").append(panel);
  document.body.append(dialog);
  store(REVIEWER, stored(REVIEWER) ?? "");
  reload();
})();
