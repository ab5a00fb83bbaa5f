// Rows of a page: going through them with the keyboard, and from one record of a list to the next.
const ROWS = "main [data-row], main .list tbody tr, main .todo > li, main .found li, main .lane .ccard";
const rows = () => [...document.querySelectorAll<HTMLElement>(ROWS)].filter((one) => one.offsetParent !== null && link(one));
const link = (of: HTMLElement) => (of.matches("a[href]") ? (of as HTMLAnchorElement) : of.querySelector<HTMLAnchorElement>("a[href]"));

/** What a key in a row is about: the row that has the focus, else the first one. */
export const chosen = (): HTMLElement | undefined => row() ?? rows()[0];

/** Whether it stands in a row, and is that row's alone. */
export const isOfRow = (one: Element): boolean => one.closest(ROWS) !== null;

/** The row that has the focus. */
export const row = (): HTMLElement | null => document.activeElement?.closest<HTMLElement>(ROWS) ?? null;

/** Goes to the next or the previous row; its link has the focus then, so that Enter opens it. */
export function move(by: 1 | -1): boolean {
  const all = rows();
  const now = row();
  const at = now ? all.indexOf(now) + by : by > 0 ? 0 : all.length - 1;
  const target = all[Math.max(0, Math.min(at, all.length - 1))];
  if (!target) return false;
  link(target)!.focus({ preventScroll: true });
  target.scrollIntoView({ block: "nearest" });
  return true;
}

/** Ticks the row's box, where rows have one. */
export function select(): boolean {
  const tick = row()?.querySelector<HTMLInputElement>("input[type=checkbox]");
  tick?.click();
  return tick !== undefined && tick !== null;
}

const KEPT = "boothline.rows";

/** The record before or behind this one in the list that led here. */
export function beside(by: 1 | -1): boolean {
  const known: string[] = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
  const at = known.indexOf(location.pathname);
  const target = at < 0 ? undefined : known[at + by];
  if (target) location.assign(target);
  return target !== undefined;
}

/** A list remembers its rows as somebody leaves it: addresses of our own, for this window only. */
addEventListener("pagehide", () => {
  const paths = [...new Set(rows().map((one) => new URL(link(one)!.href).pathname))];
  if (paths.length) sessionStorage.setItem(KEPT, JSON.stringify(paths));
});
