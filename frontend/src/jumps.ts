// A page of many panels is ten screens long on a phone: under its head stand the names of its panels, each of which leads there.
const main = document.querySelector<HTMLElement>("main[data-jumps]");

function jumps(): void {
  if (!main || main.querySelector(".jumps")) return;
  const heads = [...main.querySelectorAll<HTMLElement>(".panel > header > h2")];
  if (heads.length < 5 || main.scrollHeight < 4 * innerHeight) return;
  const list = document.createElement("nav");
  list.className = "jumps";
  list.setAttribute("aria-label", main.dataset.jumps!);
  heads.forEach((head, at) => {
    const panel = head.closest<HTMLElement>(".panel")!;
    panel.id ||= `panel-${at}`;
    const link = document.createElement("a");
    link.href = `#${panel.id}`;
    link.textContent = head.textContent;
    list.append(link);
  });
  (main.querySelector(".panel.cust, .head") ?? main.firstElementChild)?.after(list);
}

if (matchMedia("(max-width: 900px)").matches) jumps();

export {};
