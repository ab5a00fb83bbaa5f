/** A button that was pressed says that it works, and a second press does nothing. */
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.method !== "post" || form.dataset.again !== undefined) return;
  if (form.dataset.busy) {
    event.preventDefault();
    return;
  }
  form.dataset.busy = "1";
  for (const button of form.querySelectorAll<HTMLButtonElement>("button[type=submit]")) button.setAttribute("aria-busy", "true");
});

/** What was pressed may be pressed again. */
export function free(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-busy]")) {
    delete form.dataset.busy;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
}
addEventListener("pageshow", free);
