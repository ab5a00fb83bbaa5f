// The box of the top bar: a combobox over what the server found. The field keeps the focus; the choice is named by its id.
import htmx from "htmx.org";

const field = document.querySelector<HTMLInputElement>("#seek");
const form = field?.form;
const drop = document.querySelector<HTMLElement>("#drop");
let opens = false; // Enter was pressed before the answer to what is typed had come

const options = () => [...(drop?.querySelectorAll<HTMLAnchorElement>("[role=option]") ?? [])];
const chosen = () => drop?.querySelector<HTMLAnchorElement>("[role=option][aria-selected=true]");
const typed = () => field!.value.trim().slice(0, 100);
const isFresh = () => drop?.querySelector<HTMLElement>("[data-asked]")?.dataset.asked === typed();

function choose(option?: HTMLAnchorElement): void {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    field!.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else field!.removeAttribute("aria-activedescendant");
}

function show(isShown: boolean): void {
  drop!.hidden = !isShown;
  field!.setAttribute("aria-expanded", String(isShown && options().length > 0));
  if (!isShown) choose();
}

/** Opens the box; where the top bar has no room for it, the page that does the same. */
export function openBox(): void {
  if (!field || !form) return;
  if (field.offsetParent === null) {
    location.assign(form.action);
    return;
  }
  field.focus();
  field.select();
}

if (field && form && drop) {
  field.addEventListener("focus", () => (isFresh() ? show(true) : htmx.trigger(form, "open", {})));
  field.addEventListener("focusout", (event) => {
    if (!form.parentElement!.contains(event.relatedTarget as Node | null)) show(false);
  });
  drop.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  drop.addEventListener("htmx:afterSwap", () => {
    if (document.activeElement !== field) return;
    show(true);
    if (typed()) choose(options()[0]);
    if (!opens || !isFresh()) return; // an answer to what was asked before: the Enter still waits
    opens = false;
    chosen()?.click();
  });
  field.addEventListener("input", () => (opens = false));
  form.addEventListener("submit", (event) => {
    if (isFresh() && !chosen()) return; // nothing found: the page says what to do
    event.preventDefault();
    if (isFresh()) chosen()?.click();
    else opens = true;
  });
  field.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.findIndex((option) => option === chosen());
    const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? all.length - 1 : at - 1, PageDown: Math.min(at + 8, all.length - 1), PageUp: Math.max(at - 8, 0) }[event.key];
    if (to !== undefined && all.length) {
      event.preventDefault();
      if (drop.hidden) show(true);
      choose(all[(to + all.length) % all.length]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (drop.hidden) field.blur();
      else show(false);
    }
  });
}
