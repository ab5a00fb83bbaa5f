// The booth's page: saves without leaving it, hides what is not asked, shows whom we know. The page works without all this.
// What it sends has the shape that a phone keeps while there is no network: {id, taken_at, customer, pictures, voices, fields}.
import "./leave";
import "./photo";
import "./shrink";
import "./nothing";
import { sendVoices, taken } from "./voice";

type Fields = Record<string, string | string[]>;
type Row = { id: string; taken_at: string; customer: number | null; asks: boolean; pictures: string[]; voices: number; fields: Fields };
type Answer = { id: string; state: "saved" | "known" | "asked" | "refused"; reason?: string; known?: Known[]; faults?: Record<string, string[]>; name?: string; customer?: string; correct?: string; open?: string };
type Known = { customer: number; name: string; line: string; choice: boolean };

const form = document.querySelector<HTMLFormElement>("main.booth form");

/** crypto.randomUUID is there on https and on this machine only; else the server's id stands in the form. */
const freshId = (): string | null => (typeof crypto.randomUUID === "function" ? crypto.randomUUID() : null);

const idField = () => form!.elements.namedItem("client_id") as HTMLInputElement;

// What is asked follows what was answered.

type When = { question: string; any?: string[]; not?: string[] };

function chosen(question: string): string[] {
  const field = form!.querySelector<HTMLElement>(`[data-question="${CSS.escape(question)}"]`);
  return field ? [...field.querySelectorAll<HTMLInputElement>("input:checked")].map((input) => input.value) : [];
}

function isShown(question: HTMLElement): boolean {
  if (!question.dataset.when) return true;
  const when = JSON.parse(question.dataset.when) as When;
  const before = form!.querySelector<HTMLElement>(`[data-question="${CSS.escape(when.question)}"]`);
  if (!before || !isShown(before)) return false;
  const given = chosen(when.question);
  return when.not ? !given.some((code) => when.not!.includes(code)) : given.some((code) => when.any!.includes(code));
}

function showWhatIsAsked(): void {
  for (const question of form!.querySelectorAll<HTMLElement>("[data-question]")) question.hidden = !isShown(question);
}

// Sending.

const SHOTS = ".shots input[type=file]";

function row(voices: number): Row {
  const data = new FormData(form!);
  const fields: Row["fields"] = {};
  for (const name of new Set(data.keys())) {
    if (/^(csrfmiddlewaretoken|press|revision|fair|client_id|customer_answer|look|picture_.*|voice)$/.test(name)) continue;
    const values = data.getAll(name).filter((value): value is string => typeof value === "string");
    fields[name] = values.length > 1 ? values : (values[0] ?? "");
  }
  const customer = data.get("customer_answer");
  const shots = [...form!.querySelectorAll<HTMLInputElement>(SHOTS)].filter((input) => input.files?.length);
  const pictures = shots.map((input) => input.name.replace("picture_", ""));
  const asks = customer === null; // nothing is chosen, and somebody stands here who can choose
  return { id: idField().value, taken_at: new Date().toISOString(), customer: customer ? Number(customer) : null, asks, pictures, voices, fields };
}

const token = () => form!.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")!.value;

class SignedOut extends Error {}

async function post(address: string, body: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
  const answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token(), ...headers }, redirect: "manual" });
  if (answer.type === "opaqueredirect") throw new SignedOut();
  return answer;
}

async function send(rows: Row[]): Promise<Answer[]> {
  const { fair, version, send: address } = form!.dataset;
  const body = JSON.stringify({ fair: fair ? Number(fair) : null, version: version ? Number(version) : null, captures: rows });
  const answer = await post(address!, body, { "Content-Type": "application/json" });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.reason);
  return told.rows as Answer[];
}

/** The pictures after their capture; which one fails is said, and the capture stands. */
async function sendPictures(id: string): Promise<string> {
  const failed: string[] = [];
  const colon = document.documentElement.lang.startsWith("zh") ? "：" : ": ";
  for (const input of form!.querySelectorAll<HTMLInputElement>(SHOTS)) {
    for (const file of input.files ?? []) {
      const body = new FormData();
      body.append("kind", input.name.replace("picture_", ""));
      body.append("picture", file);
      const answer = await post(`${form!.dataset.pictures}${id}/pictures/`, body).catch(() => null);
      const which = input.labels?.[0]?.querySelector("span")?.textContent ?? "";
      if (!answer?.ok) failed.push(which + colon + ((await answer?.json().catch(() => null))?.reason ?? form!.dataset.cut!));
    }
  }
  return failed.join(" ");
}

/** One voice note of a capture; what was wrong, "" when it is kept. */
async function sendVoice(capture: string, take: { id: string; file: File }): Promise<string> {
  const body = new FormData();
  if (take.id) body.append("id", take.id);
  body.append("voice", take.file);
  const answer = await post(`${form!.dataset.pictures}${capture}/voices/`, body).catch(() => null);
  if (answer?.ok) return "";
  return (await answer?.json().catch(() => null))?.reason ?? form!.dataset.cut!;
}

function say(trouble: string): void {
  const strip = document.getElementById("trouble")!;
  strip.hidden = !trouble;
  strip.querySelector("span")!.textContent = trouble;
  if (trouble) strip.scrollIntoView({ block: "center" });
}

/** What is wrong stands at its field; above, one line leads to each. */
function fault(answer: Answer): void {
  const said = Object.entries(answer.faults ?? {});
  const lines: Node[] = [];
  for (const [name, words] of said) {
    const field = form!.querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]:not([type=hidden])`);
    const place = field?.closest<HTMLElement>(".fld");
    if (!field || !place) continue;
    for (let hidden = field.closest("details"); hidden; hidden = hidden.parentElement!.closest("details")) hidden.open = true;
    place.classList.add("bad");
    const line = Object.assign(document.createElement("p"), { className: "why", id: `${name}_fault`, textContent: words.join(" ") });
    (field.closest(".line > div") ?? place).append(line);
    field.setAttribute("aria-describedby", line.id);
    field.setAttribute("aria-invalid", "true");
    field.id ||= `${name}_field`;
    const label = (place.querySelector("label, legend")?.textContent ?? name).trim();
    lines.push(Object.assign(document.createElement("a"), { href: `#${field.id}`, textContent: label }));
  }
  if (lines.length < said.length || !lines.length) return say(answer.reason ?? "");
  say(form!.dataset.faults!);
  document.querySelector("#trouble span")!.append(...lines.flatMap((link) => [document.createElement("br"), link]));
}

function forgetFaults(): void {
  for (const line of form!.querySelectorAll("[id$=_fault]")) line.remove();
  for (const place of form!.querySelectorAll(".fld.bad")) place.classList.remove("bad");
  for (const field of form!.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

function tellSaved(answer: Answer, failed: string): void {
  const { saved, again, picture } = form!.dataset;
  const line = document.getElementById("done")!;
  const named = answer.customer && answer.customer !== answer.name ? `${answer.name} ${answer.customer}` : (answer.name ?? "");
  const who = Object.assign(document.createElement("a"), { href: answer.open ?? "#" });
  who.append(Object.assign(document.createElement("b"), { textContent: named }));
  line.querySelector("span")!.replaceChildren(`${saved} `, who, answer.state === "known" ? ` ${again}` : "");
  line.querySelector<HTMLAnchorElement>("a.fix")!.href = answer.correct ?? "#";
  line.hidden = false;
  remember(named, answer);
  say(failed && picture!.replace("{why}", failed));
}

/** The last ones stand below with their ways on; whoever was sent before stands there already. */
function remember(named: string, answer: Answer): void {
  const recent = document.getElementById("recent");
  if (!recent || answer.state !== "saved") return;
  const item = document.createElement("li");
  item.append(Object.assign(document.createElement("span"), { className: "grow cut", textContent: named }));
  for (const [href, words] of [[answer.correct, form!.dataset.correct], [answer.open, form!.dataset.open]])
    item.append(Object.assign(document.createElement("a"), { className: "tap", href: href ?? "#", textContent: words ?? "" }));
  const list = recent.querySelector("ul")!;
  list.prepend(item);
  while (list.children.length > 5) list.lastElementChild!.remove();
  recent.hidden = false;
}

function startAnew(): void {
  form!.reset();
  const id = freshId();
  if (id) idField().value = id;
  for (const shot of form!.querySelectorAll(".shots .shot")) mark(shot);
  form!.querySelector<HTMLDetailsElement>("details.more-fields")!.open = false;
  clearFlash();
  showWhatIsAsked();
  for (const row of form!.querySelectorAll(".quickq .ticks")) row.scrollTo({ left: 0 });
  scrollTo({ top: 0 });
  (form!.elements.namedItem("name") as HTMLInputElement).focus({ preventScroll: true });
}

let busy = false;

async function save(event: SubmitEvent): Promise<void> {
  if (!form!.dataset.send) return;
  if (freshId() === null) return; // without a maker of ids the plain form does the same
  event.preventDefault();
  if (busy) return;
  busy = true;
  const button = form!.querySelector<HTMLButtonElement>(".hand button")!;
  button.setAttribute("aria-busy", "true");
  forgetFaults();
  try {
    const voices = await taken();
    const sent = row(voices.length);
    const answer = (await send([sent])).find((told) => told.id === sent.id)!;
    if (answer.state === "asked") {
      show(answer.known ?? []);
      say(form!.dataset.ask!);
    } else if (answer.state === "refused") {
      idField().value = freshId()!; // nothing stands under this one, or somebody else does
      fault(answer);
    } else {
      const failed = await sendPictures(sent.id);
      await sendVoices(sent.id, answer.name ?? "", voices, sendVoice);
      tellSaved(answer, failed);
      startAnew();
    }
  } catch (error) {
    say(error instanceof SignedOut ? form!.dataset.out! : error instanceof TypeError ? form!.dataset.offline! : (error as Error).message);
  } finally {
    busy = false;
    button.removeAttribute("aria-busy");
  }
}

// Whom we know.

let asked = "";
let waiting = 0;

function clearFlash(): void {
  const flash = document.getElementById("flash");
  if (!flash) return;
  flash.hidden = true;
  for (const label of flash.querySelectorAll(".who label:not(.none)")) label.remove();
  asked = "";
}

const answers = () => [...document.querySelectorAll<HTMLInputElement>("#flash [name=customer_answer]")];

/** Those who are found; what was chosen stays chosen while it is offered, and "somebody new" while nobody else is. */
function show(found: Known[]): void {
  const before = answers().map((radio) => radio.value);
  const picked = answers().find((radio) => radio.checked)?.value;
  const words = asked;
  clearFlash();
  asked = words;
  const flash = document.getElementById("flash")!;
  const none = flash.querySelector(".who .none")!;
  for (const one of found) {
    const label = document.createElement("label");
    const radio = Object.assign(document.createElement("input"), { type: "radio", name: "customer_answer", value: String(one.customer) });
    if (one.choice) label.append(radio);
    const name = Object.assign(document.createElement("b"), { textContent: one.name });
    const line = document.createElement("span");
    line.append(name, ` ${one.line}`);
    label.append(line);
    none.before(label);
  }
  const stays = found.length > 0 && (picked !== "" || found.every((one) => before.includes(String(one.customer))));
  for (const radio of answers()) radio.checked = stays && radio.value === picked;
  flash.hidden = found.length === 0;
}

async function look(): Promise<void> {
  const query = new URLSearchParams();
  for (const name of ["name", "company", "phone", "email"]) {
    const field = form!.elements.namedItem(name);
    if (field instanceof HTMLInputElement && field.value.trim()) query.set(name, field.value.trim());
  }
  const words = query.toString();
  if (words === asked) return;
  asked = words;
  const answer = await fetch(`${form!.dataset.known}?${words}`, { redirect: "manual" }).catch(() => null);
  if (!answer?.ok || asked !== words) return;
  show(((await answer.json()) as { known: Known[] }).known);
}

function mark(shot: Element): void {
  const count = shot.querySelector<HTMLInputElement>("input")!.files?.length ?? 0;
  shot.classList.toggle("has", count > 0);
  shot.querySelector(".n")!.textContent = count > 0 ? String(count) : "";
}

if (form) {
  showWhatIsAsked();
  form.addEventListener("change", (event) => {
    showWhatIsAsked();
    if ((event.target as HTMLInputElement).name === "customer_answer") say("");
    const shot = (event.target as HTMLElement).closest(".shots .shot");
    if (shot) mark(shot);
  });
  if (form.dataset.send) {
    const id = freshId();
    if (id) idField().value = id;
    form.addEventListener("submit", (event) => void save(event));
    form.addEventListener("input", (event) => {
      if (!/^(name|company|phone|email)$/.test((event.target as HTMLInputElement).name)) return;
      if (!form!.querySelector(".fld.bad")) say(""); // nobody was named; now somebody is
      clearTimeout(waiting);
      waiting = window.setTimeout(() => void look(), 350);
    });
  }
}
