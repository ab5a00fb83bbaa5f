// A form opened inside a row of work, one at a time; Esc puts it away. A chat name is copied by one press.
export {};

document.addEventListener("keydown", (event) => {
  const open = (event.target as HTMLElement).closest<HTMLElement>("[data-row] > form.panel");
  if (event.key !== "Escape" || !open) return;
  event.preventDefault();
  shut(open);
});

/** Its first field has the focus. */
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
  if (copies) void copy(copies.dataset.copy ?? "").then((done) => done && said(copies));
});

/** Where the address is not encrypted the browser has no clipboard for us; then by way of a field. */
async function copy(text: string): Promise<boolean> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true, () => false);
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

function said(button: HTMLElement) {
  button.setAttribute("aria-pressed", "true");
  const words = button.querySelector("span");
  if (words && button.dataset.copied) words.textContent = button.dataset.copied;
}

function shut(form: HTMLElement) {
  const row = form.closest<HTMLElement>("[data-row]");
  form.remove();
  row?.focus();
}
