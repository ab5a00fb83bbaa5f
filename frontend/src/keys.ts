// The keyboard map. What there is stands in the dialog of `?`, and is read from there: the list that explains is the list that acts.
import { openBox } from "./box";
import { pressed } from "./enter";
import { beside, chosen, isOfRow, move, select } from "./rows";

const dialog = document.querySelector<HTMLDialogElement>("#keys");
const map = new Map<string, HTMLElement>();
for (const line of document.querySelectorAll<HTMLElement>("[data-press]")) map.set(line.dataset.press!, line);

const singles = document.body.dataset.singleKeys !== "off";
const WAIT = 1200; // milliseconds between the keys of a sequence
let begun = "";
let since = 0;

function openKeys(): void {
  if (!dialog || dialog.open) return;
  for (const [keys, line] of map) {
    const isHere = line.dataset.does !== "" || marked(keys) !== null;
    line.classList.toggle("idle", !isHere); // nothing on this page
  }
  dialog.showModal();
}

/** What the page marked with a key: in the chosen row, in the page, in its frame; never what is another row's. */
function marked(keys: string): HTMLElement | null {
  const wanted = `[data-keys="${CSS.escape(keys)}"]`;
  const own = chosen()?.querySelector<HTMLElement>(wanted);
  if (own) return own;
  for (const place of [document.querySelector("#main"), document]) {
    const found = [...(place?.querySelectorAll<HTMLElement>(wanted) ?? [])].find((one) => !isOfRow(one));
    if (found) return found;
  }
  return null;
}

/** The chosen row has nothing for this key: it says so, where it has words for it. */
function lacks(keys: string): boolean {
  const words = chosen()?.querySelector<HTMLElement>(`[data-lacks="${CSS.escape(keys)}"]`);
  if (words) words.textContent = words.dataset.says ?? "";
  return words !== null && words !== undefined;
}

function press(keys: string): boolean {
  const target = marked(keys);
  if (target?.matches("input, select, textarea")) target.focus();
  else if (target) {
    pressed();
    target.click();
  }
  return target !== null || lacks(keys);
}

const does: Record<string, (line: HTMLElement) => boolean> = {
  box: () => (openBox(), true),
  keys: () => (openKeys(), true),
  next: () => move(1),
  previous: () => move(-1),
  select,
  before: () => press("[") || beside(-1),
  after: () => press("]") || beside(1),
  go: (line) => (line.querySelector("a")?.click(), true),
  native: () => false,
  "": (line) => press(line.dataset.press!),
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    dialog?.close();
    openBox();
    return;
  }
  const at = event.target as HTMLElement;
  if (!singles || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) || at.isContentEditable || document.querySelector("dialog[open]")) return;
  const keys = begun && event.timeStamp - since < WAIT ? `${begun} ${event.key}` : event.key;
  const line = map.get(keys);
  begun = !line && [...map.keys()].some((known) => known.startsWith(`${keys} `)) ? keys : "";
  since = event.timeStamp;
  if (line && does[line.dataset.does ?? ""]?.(line)) event.preventDefault();
});

for (const link of document.querySelectorAll<HTMLAnchorElement>("a.keysopen"))
  link.addEventListener("click", (event) => {
    if (!dialog) return;
    event.preventDefault();
    openKeys();
  });
