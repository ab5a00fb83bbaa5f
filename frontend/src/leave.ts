// A form that somebody has begun to fill in is not left without a question: a touch beside it, another page, another language.
import { free } from "./press";

const sent = new WeakSet<HTMLFormElement>();

function isChanged(field: Element): boolean {
  if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
  if (field instanceof HTMLSelectElement) {
    const options = [...field.options];
    const begins = Math.max(0, options.findIndex((option) => option.defaultSelected));
    return options.some((option, n) => option.selected !== (field.multiple ? option.defaultSelected : n === begins));
  }
  if (!(field instanceof HTMLInputElement) || field.type === "hidden") return false;
  if (field.type === "file") return Boolean(field.files?.length);
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

/** What came back to be corrected holds what was typed, and nothing of it is kept yet. */
const isBegun = (form: HTMLFormElement) => !sent.has(form) && (form.querySelector(".fld.bad") !== null || [...form.elements].some(isChanged));

document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) sent.add(event.target as HTMLFormElement);
});
addEventListener("beforeunload", (event) => {
  if (![...document.querySelectorAll<HTMLFormElement>("form.form[method=post], form#capture")].some(isBegun)) return;
  event.preventDefault();
  event.returnValue = true; // for browsers that ask for it
  setTimeout(free); // whoever stays may press again
});
