// What makes a list quicker to use. Without it the same forms and links do the same.
export {};

/** Choices: one stands open at a time; a press elsewhere or Escape closes it, and the word that opened it has the focus again. */
const CHOICES = "details.pickword, details.drop";

function openOnes(): HTMLDetailsElement[] {
  return [...document.querySelectorAll<HTMLDetailsElement>(CHOICES)].filter((one) => one.open);
}

document.addEventListener("click", (event) => {
  for (const one of openOnes()) if (!one.contains(event.target as Node)) one.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const one of openOnes()) {
    one.open = false;
    one.querySelector<HTMLElement>("summary")?.focus();
  }
});

/** A word that was chosen otherwise keeps the focus when the page comes back. */
let chosen = "";
document.addEventListener("click", (event) => {
  const place = (event.target as Element).closest<HTMLElement>(".says [data-place]");
  if (place && (event.target as Element).closest("a")) chosen = place.dataset.place ?? "";
});

/** Ticked rows: how many, and all of a page at once. */
function ticks(form: Element): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>("input[name=row]")];
}

function count(form: Element): void {
  const rows = ticks(form);
  const ticked = rows.filter((row) => row.checked).length;
  const every = form.querySelector<HTMLInputElement>("#every");
  if (every) {
    every.checked = ticked > 0 && ticked === rows.length;
    every.indeterminate = ticked > 0 && ticked < rows.length;
  }
  const said = form.querySelector<HTMLElement>(".bulk [data-said]");
  if (said) said.textContent = (said.dataset.said ?? "").replace("{n}", String(ticked));
}

document.addEventListener("change", (event) => {
  const at = event.target as HTMLInputElement;
  const form = at.closest("form.rows");
  if (!form) return;
  if (at.id === "every") for (const row of ticks(form)) row.checked = at.checked;
  if (at.id === "every" || at.name === "row") count(form);
});
document.addEventListener("reset", (event) => {
  const form = event.target as HTMLElement;
  if (form.matches("form.rows")) setTimeout(() => count(form));
});

/** A range of rows by Shift. */
let last: HTMLInputElement | undefined;
document.addEventListener("click", (event) => {
  const at = event.target as HTMLInputElement;
  if (!(at instanceof HTMLInputElement) || at.name !== "row") return;
  const form = at.closest("form.rows");
  if (form && event.shiftKey && last && form.contains(last)) {
    const rows = ticks(form);
    const [from, to] = [rows.indexOf(last), rows.indexOf(at)].sort((a, b) => a - b);
    for (const row of rows.slice(from, (to ?? 0) + 1)) row.checked = at.checked;
    count(form);
  }
  last = at;
});

/** Columns are moved by buttons; their places are counted anew. */
function place(list: Element): void {
  for (const [i, field] of [...list.querySelectorAll<HTMLInputElement>(".place")].entries()) field.value = String(i + 1);
}

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-move]");
  const item = button?.closest("li");
  if (!button || !item?.parentElement) return;
  const other = button.dataset.move === "1" ? item.nextElementSibling : item.previousElementSibling;
  if (!other || other.classList.contains("fixed")) return;
  if (button.dataset.move === "1") other.after(item);
  else other.before(item);
  place(item.parentElement);
  button.focus();
});

document.addEventListener("click", (event) => {
  if ((event.target as Element).closest("[data-print]")) print();
});

/** A list that is wider than its window says at its edge that it goes on. */
function further(scroller: HTMLElement): void {
  const hidden = scroller.scrollWidth - scroller.clientWidth - scroller.scrollLeft;
  scroller.closest("form.rows")?.toggleAttribute("data-further", hidden > 1);
}

const widths = new ResizeObserver((seen) => seen.forEach((one) => further(one.target as HTMLElement)));
document.addEventListener(
  "scroll",
  (event) => {
    if (event.target instanceof HTMLElement && event.target.matches(".scroller")) further(event.target);
  },
  { capture: true, passive: true },
);

/** What only works with a script shows itself when there is one. */
function ready(): void {
  for (const hidden of document.querySelectorAll<HTMLElement>("#every[hidden], .moves[hidden], [data-print][hidden], [data-copy][hidden]")) hidden.hidden = false;
  for (const field of document.querySelectorAll<HTMLElement>(".cols .place")) field.hidden = true;
  for (const form of document.querySelectorAll("form.rows")) count(form);
  for (const scroller of document.querySelectorAll(".scroller.many")) widths.observe(scroller);
  if (chosen) document.querySelector<HTMLElement>(`.says [data-place="${CSS.escape(chosen)}"] summary`)?.focus();
  chosen = "";
}

ready();
document.addEventListener("htmx:afterSettle", ready);
addEventListener("pageshow", ready);
