// Rows of work: j and k go from row to row, l logs, p postpones, Enter opens; a chat name is copied by one press.

const rows = () => [...document.querySelectorAll<HTMLElement>("[data-row]")];
const current = () => document.activeElement?.closest<HTMLElement>("[data-row]") ?? null;

document.addEventListener("keydown", (event) => {
  const at = event.target as HTMLElement;
  const open = at.closest<HTMLElement>("[data-row] > form.panel");
  if (event.key === "Escape" && open) {
    event.preventDefault();
    shut(open);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) return;
  const all = rows();
  if (!all.length) return;
  const here = current();
  if (event.key === "j" || event.key === "k") {
    const place = here ? all.indexOf(here) + (event.key === "j" ? 1 : -1) : 0;
    all[Math.min(Math.max(place, 0), all.length - 1)].focus();
    event.preventDefault();
    return;
  }
  const act = { l: "log", p: "postpone", Enter: "open" }[event.key];
  const row = here ?? (event.key === "Enter" ? null : all[0]);
  if (!act || !row || (event.key === "Enter" && at !== row)) return;
  const target = row.querySelector<HTMLElement>(`[data-act="${act}"]`);
  if (!target) return;
  event.preventDefault();
  target.click();
});

/** A form opened inside a row: one at a time, its first field has the focus, and it can be put away. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const row = (event as CustomEvent).detail.target as HTMLElement;
  if (row.matches?.("[data-row]")) for (const form of document.querySelectorAll("[data-row] > form.panel")) form.remove();
});
document.addEventListener("htmx:afterSettle", (event) => {
  const row = ((event as CustomEvent).detail.target as HTMLElement).closest?.("[data-row]");
  row?.querySelector<HTMLElement>("form.panel textarea, form.panel input:checked, form.panel input")?.focus();
});
document.addEventListener("click", (event) => {
  const at = event.target as HTMLElement;
  const away = at.closest<HTMLElement>("[data-row] > form.panel [data-shut]");
  if (away) {
    event.preventDefault();
    shut(away.closest<HTMLElement>("form.panel")!);
  }
  const copies = at.closest<HTMLElement>("[data-copy]");
  if (copies) void navigator.clipboard?.writeText(copies.dataset.copy ?? "").then(() => copies.setAttribute("aria-pressed", "true"));
});

function shut(form: HTMLElement) {
  const row = form.closest<HTMLElement>("[data-row]");
  form.remove();
  row?.focus();
}
