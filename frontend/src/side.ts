// The menu is longer than many a screen: it opens where one is. Only the menu moves, never the page.
const menu = document.querySelector<HTMLElement>(".side");
const here = menu?.querySelector<HTMLElement>("[aria-current]");
if (menu && here) {
  const foot = menu.querySelector<HTMLElement>(".me")?.offsetHeight ?? 0;
  const room = menu.clientHeight - foot;
  if (here.offsetTop + 2 * here.offsetHeight > room) menu.scrollTop = here.offsetTop - room / 2;
}

export {};
