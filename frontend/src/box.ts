// The box of the top bar: a combobox over what the server found. The field keeps the focus; the choice is named by its id.
import htmx from "htmx.org";
import { pressed } from "./enter";

const field = document.querySelector<HTMLInputElement>("#seek");
const form = field?.form;
const drop = document.querySelector<HTMLElement>("#drop");
let opens = false; // Enter was pressed before the answer to what is typed had come

const options = () => [...(drop?.querySelectorAll<HTMLAnchorElement>("[role=option]") ?? [])];
const chosen = () => drop?.querySelector<HTMLAnchorElement>("[role=option][aria-selected=true]");
const typed = () => field!.value.trim().slice(0, 100);
const isFresh = () => drop?.querySelector<HTMLElement>("[data-asked]")?.dataset.asked === typed();

const DOABLE = ["#main .acts .btn", "#main .btn", "#main a.tap"]; // the page's main acts first
const NOT_DOABLE = "dialog, nav, [data-row], .list, .formfoot, .quicklog, .seg, [hidden], :disabled";
const ROOM = 2600; // letters of an address that they may take
let own: HTMLElement[] = []; // what the server was told of, by its place

/** What one may do on the page that is open, by its words. Several of one name cannot be told apart, and stay away. */
function doable(): [string, HTMLElement][] {
  const named = new Map<string, HTMLElement[]>();
  for (const one of new Set(DOABLE.flatMap((where) => [...document.querySelectorAll<HTMLElement>(where)]))) {
    const words = (one.textContent ?? "").replace(/\s+/g, " ").trim();
    if (words && !one.closest(NOT_DOABLE)) named.set(words, [...(named.get(words) ?? []), one]);
  }
  return [...named].filter(([, all]) => new Set(all.map(leads)).size === 1).map(([words, all]) => [words, all[0]]);
}

/** Where it leads, as a path. */
function leads(one: HTMLElement): string {
  const to = one instanceof HTMLAnchorElement ? one.href : ((one as HTMLButtonElement).form?.action ?? location.href);
  const at = new URL(to, location.href);
  return at.origin === location.origin ? at.pathname : "#";
}

/** The acts as the server is told of them, as many as an address has room for. */
function told(): string[] {
  own = [];
  const acts: string[] = [];
  let length = 0;
  for (const [words, one] of doable()) {
    const act = `${leads(one)} ${words.slice(0, 80)}`;
    length += encodeURIComponent(act).length + 5;
    if (length > ROOM) break;
    own.push(one);
    acts.push(act);
  }
  return acts;
}

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
  form.addEventListener("htmx:configRequest", (event) => {
    (event as CustomEvent).detail.parameters.act = told();
  });
  drop.addEventListener("click", (event) => {
    const option = (event.target as HTMLElement).closest<HTMLElement>("[role=option]");
    if (!option) return;
    pressed();
    if (option.dataset.act === undefined) return;
    event.preventDefault();
    show(false);
    field.blur();
    own[Number(option.dataset.act)]?.click();
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
