// A form that opens has the focus in its first field, after a refusal in the first that is to be corrected. Under a finger a keyboard would
// pop up unasked: there only where the form was opened by a key.
const BY_KEY = "boothline.by-key";
const SOON = 10_000; // milliseconds from the key to the form
const FIELD = "input:not([type=hidden]), select, textarea";

/** A key, or the box, opens something. */
export const pressed = (): void => sessionStorage.setItem(BY_KEY, String(Date.now()));

function mayEnter(): boolean {
  const at = Number(sessionStorage.getItem(BY_KEY));
  sessionStorage.removeItem(BY_KEY);
  return matchMedia("(pointer: fine)").matches || Date.now() - at < SOON;
}

const isOpen = (field: HTMLInputElement): boolean =>
  !field.disabled && field.offsetParent !== null && (field.type !== "radio" || field.checked || !field.form?.querySelector(`[name="${CSS.escape(field.name)}"]:checked`));

function enter(form: HTMLElement): void {
  const fields = [...form.querySelectorAll<HTMLInputElement>(FIELD)].filter(isOpen);
  (fields.find((one) => one.closest(".bad")) ?? fields[0])?.focus();
}

const form = document.querySelector<HTMLElement>("#main form.form");
if (mayEnter() && form && document.activeElement === document.body && !location.hash) enter(form);

document.addEventListener("htmx:afterSwap", (event) => {
  const inside = (event.target as HTMLElement).querySelector<HTMLElement>("form.form");
  if (inside && mayEnter()) enter(inside);
});
