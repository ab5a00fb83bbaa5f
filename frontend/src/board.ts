// The board: dragging a card, and its twin on the keyboard (m, then an arrow), ask what would move the customer.
// A type is derived, so nothing is moved here: both lead to the page that names the actions, and the pin.
const LANES = ".lane[data-lane]";
let waiting: HTMLElement | null = null; // the card that m was pressed on

function ask(card: HTMLElement, lane: HTMLElement | null | undefined): void {
  const way = card.querySelector<HTMLElement>("[data-move]")?.dataset.move;
  if (way && lane && !lane.contains(card)) location.assign(`${way}?to=${lane.dataset.lane}`);
}

function leave(): void {
  waiting?.classList.remove("moving");
  waiting = null;
}

document.addEventListener("keydown", (event) => {
  const at = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) return;
  const card = at.closest<HTMLElement>(".ccard");
  if (event.key === "m" && card) {
    leave();
    waiting = card;
    card.classList.add("moving");
    event.preventDefault();
  } else if (waiting) {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key];
    const lanes = [...document.querySelectorAll<HTMLElement>(LANES)];
    const moved = waiting;
    leave();
    if (!step) return;
    event.preventDefault();
    ask(moved, lanes[lanes.findIndex((lane) => lane.contains(moved)) + step]);
  }
});

let carried: HTMLElement | null = null;
const laneAt = (event: Event) => (event.target as HTMLElement).closest<HTMLElement>(LANES);

document.addEventListener("pointerover", (event) => {
  const card = (event.target as HTMLElement).closest<HTMLElement>("[data-board] .ccard");
  if (card && !card.draggable) {
    card.draggable = true;
    for (const link of card.querySelectorAll("a")) link.draggable = false;
  }
});
document.addEventListener("dragstart", (event) => {
  carried = (event.target as HTMLElement).closest<HTMLElement>("[data-board] .ccard");
});
document.addEventListener("dragover", (event) => {
  const lane = carried && laneAt(event);
  for (const other of document.querySelectorAll(`${LANES}.over`)) if (other !== lane) other.classList.remove("over");
  if (!lane) return;
  event.preventDefault();
  lane.classList.add("over");
});
document.addEventListener("drop", (event) => {
  const lane = laneAt(event);
  if (!carried || !lane) return;
  event.preventDefault();
  ask(carried, lane);
});
document.addEventListener("dragend", () => {
  carried = null;
  for (const lane of document.querySelectorAll(`${LANES}.over`)) lane.classList.remove("over");
});

export {};
