// What stands around a published page is linked from where it's published alone: from nowhere else do the links lead.
// The contents are open beside the text and closed above it, where they would push it off a small screen. They follow
// the reading position: the link of the section that is being read is marked and kept in sight.
(() => {
  const around = document.querySelector(".around");
  const at = encodeURI(`/${around?.dataset.place}.html`).toUpperCase();
  if (!location.pathname.toUpperCase().endsWith(at)) around?.remove();

  const details = document.querySelector(".contents details");
  const beside = matchMedia("(min-width: 64rem)");
  const open = () => {
    if (details) details.open = beside.matches;
  };
  beside.addEventListener("change", open);
  open();

  const links = [...document.querySelectorAll(".contents a")];
  const parts = links
    .map((link) => [document.getElementById(decodeURIComponent(link.hash.slice(1))), link])
    .filter(([part]) => part);
  let current = null;
  const follow = () => {
    const line = window.innerHeight / 4;
    const above = parts.filter(([part]) => part.getBoundingClientRect().top <= line);
    const [, link] = above.at(-1) ?? parts[0];
    if (link === current) return;
    current?.removeAttribute("aria-current");
    link.setAttribute("aria-current", "location");
    const list = link.closest(".contents");
    if (list.scrollHeight > list.clientHeight) list.scrollTop = link.offsetTop - list.clientHeight / 2;
    current = link;
  };
  if (parts.length) {
    document.addEventListener("scroll", () => requestAnimationFrame(follow), { passive: true });
    follow();
  }
})();
