// The contents follow the reading position: the link of the section that is being read is marked and kept in sight.
(() => {
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
