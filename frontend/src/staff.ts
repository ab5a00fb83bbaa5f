// Small behaviours of the staff pages. Every page works without them.
import htmx from "htmx.org";
import "./board";
import "./lists";
import "./rows";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}
window.htmx = htmx;

/** A button that was pressed says that it works, and a second press does nothing. */
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.method === "get" || form.dataset.again !== undefined) return;
  if (form.dataset.busy) {
    event.preventDefault();
    return;
  }
  form.dataset.busy = "1";
  for (const button of form.querySelectorAll<HTMLButtonElement>("button[type=submit]")) button.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-busy]")) {
    delete form.dataset.busy;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
});

/** Keys: / searches, n makes new, g then t, c, l goes; they rest while a field has the focus. */
let pending = "";
document.addEventListener("keydown", (event) => {
  const at = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) return;
  const keys = pending + event.key;
  const target = document.querySelector<HTMLElement>(`[data-keys="${CSS.escape(keys)}"]`);
  pending = event.key === "g" && !pending ? "g" : "";
  if (!target) return;
  event.preventDefault();
  if (target instanceof HTMLInputElement) target.focus();
  else target.click();
});
