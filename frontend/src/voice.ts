// Voice notes at the booth: recorded here, or chosen as files; heard, thrown away, sent after their capture. What could not be sent
// is kept on the page and sent again, since nobody says the same twice. Without a microphone, or a script, a file may be chosen.

type Take = { id: string; file: File; seconds: number | null };
type Unsent = Take & { capture: string; who: string; why: string };
type Words = Record<
  "record" | "stop" | "listen" | "quiet" | "discard" | "note" | "deaf" | "denied" | "mute" | "large" | "unsent" | "again" | "longest",
  string
>;
type Sends = (capture: string, take: Take) => Promise<string>; // what was wrong; "" when it is kept

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const A_SECOND = 32_000; // bits: speech, small enough for a hall's network

const box = document.querySelector<HTMLElement>("[data-voice]");
const words = (box ? JSON.parse(box.dataset.voice!) : {}) as Words;
const input = box?.querySelector<HTMLInputElement>("input[type=file]");
const button = box?.querySelector<HTMLButtonElement>(".vrec");
const list = box?.querySelector<HTMLUListElement>(".takes");
const line = box?.querySelector<HTMLElement>(".vsay");
const takes: Take[] = [];
const unsent: Unsent[] = [];

const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const say = (text: string): void => void (line && ((line.textContent = text), (line.hidden = !text)));
const freshId = (): string => (typeof crypto.randomUUID === "function" ? crypto.randomUUID() : "");

function make<K extends keyof HTMLElementTagNameMap>(tag: K, text: string, kind = ""): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(tag), { textContent: text, className: kind });
}

function press(text: string, kind: string, act: (made: HTMLButtonElement) => void): HTMLButtonElement {
  const made = Object.assign(make("button", text, kind), { type: "button" as const });
  made.addEventListener("click", () => act(made));
  return made;
}

// The list: what will be sent with this capture, and what of earlier ones still has to be.

function show(): void {
  const files = new DataTransfer();
  for (const take of takes) files.items.add(take.file);
  input!.files = files.files; // the plain form sends the same
  list!.replaceChildren(...takes.map(shown), ...unsent.map(shownUnsent));
}

function shown(take: Take, place: number): HTMLLIElement {
  const row = make("li", "");
  const name = words.note.replace("{n}", String(place + 1));
  const heard = press(words.listen, "btn", (made) => void listen(take, made));
  const gone = press(words.discard, "btn", () => (hush(), takes.splice(takes.indexOf(take), 1), show()));
  for (const made of [heard, gone]) made.setAttribute("aria-label", `${made.textContent} ${name}`);
  row.append(make("span", take.seconds === null ? name : `${name} ${clock(take.seconds)}`), heard, gone);
  return row;
}

function shownUnsent(take: Unsent): HTMLLIElement {
  const row = make("li", "", "unsent");
  const again = press(words.again, "btn", () => void sendAgain());
  const gone = press(words.discard, "btn", () => (unsent.splice(unsent.indexOf(take), 1), show()));
  row.append(make("span", words.unsent.replace("{who}", take.who).replace("{why}", take.why)), again, gone);
  return row;
}

// Hearing, by the page's own decoder: the content policy stays as it is everywhere.

let playing: { context: AudioContext; made: HTMLButtonElement } | null = null;

function hush(): void {
  if (!playing) return;
  playing.made.textContent = words.listen;
  void playing.context.close();
  playing = null;
}

async function listen(take: Take, made: HTMLButtonElement): Promise<void> {
  const was = playing?.made;
  hush();
  if (was === made) return;
  const context = new AudioContext({ sampleRate: 16_000 });
  try {
    const sound = await context.decodeAudioData(await take.file.arrayBuffer());
    const source = new AudioBufferSourceNode(context, { buffer: sound });
    source.connect(context.destination);
    source.addEventListener("ended", () => playing?.made === made && hush());
    playing = { context, made };
    made.textContent = words.quiet;
    source.start();
  } catch {
    void context.close();
    say(words.mute);
  }
}

// Recording.

let recorder: MediaRecorder | null = null;
let done: Promise<void> = Promise.resolve();

async function record(): Promise<void> {
  if (recorder) return recorder.stop();
  say("");
  hush();
  let sound: MediaStream;
  try {
    sound = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    return say(words.denied);
  }
  const type = TYPES.find((asked) => MediaRecorder.isTypeSupported(asked));
  const pieces: Blob[] = [];
  const begun = performance.now();
  const most = Number(box!.dataset.seconds);
  const running = new MediaRecorder(sound, { audioBitsPerSecond: A_SECOND, ...(type ? { mimeType: type } : {}) });
  recorder = running;
  const ticking = window.setInterval(() => {
    const passed = (performance.now() - begun) / 1000;
    label(`${words.stop} ${clock(passed)}`);
    if (passed >= most) {
      say(words.longest);
      running.stop();
    }
  }, 250);
  label(`${words.stop} 0:00`);
  button!.classList.add("on");
  running.addEventListener("dataavailable", (event) => pieces.push(event.data));
  done = new Promise((stopped) =>
    running.addEventListener("stop", () => {
      clearInterval(ticking);
      for (const track of sound.getTracks()) track.stop();
      recorder = null;
      button!.classList.remove("on");
      label(words.record);
      const kind = running.mimeType.split(";")[0] ?? "audio/webm";
      const file = new File(pieces, `voice.${kind === "audio/mp4" ? "m4a" : kind.replace("audio/", "")}`, { type: kind });
      if (file.size) add(file, (performance.now() - begun) / 1000);
      stopped();
    }),
  );
  running.start(1000);
}

function label(text: string): void {
  button!.querySelector("span")!.textContent = text;
}

function add(file: File, seconds: number | null): void {
  if (file.size > Number(box!.dataset.bytes)) return say(words.large);
  takes.push({ id: freshId(), file, seconds });
  show();
}

/** The takes of this capture, the one that is being recorded included; the list is empty after it. */
export async function taken(): Promise<Take[]> {
  if (recorder) recorder.stop();
  await done;
  return [...takes];
}

let way: Sends | null = null;

/** Sends them after their capture; what fails stays on the page. */
export async function sendVoices(capture: string, who: string, those: Take[], sends: Sends): Promise<void> {
  way = sends;
  hush();
  takes.length = 0;
  say("");
  for (const take of those) {
    const why = await sends(capture, take);
    if (why) unsent.push({ ...take, capture, who, why });
  }
  if (box) show();
}

async function sendAgain(): Promise<void> {
  for (const take of [...unsent]) {
    take.why = await way!(take.capture, take);
    if (!take.why) unsent.splice(unsent.indexOf(take), 1);
  }
  show();
}

if (box && input && button) {
  input.addEventListener("change", () => {
    for (const file of input.files ?? []) add(file, null);
    show();
  });
  if (typeof MediaRecorder === "function" && navigator.mediaDevices) {
    button.hidden = false;
    button.addEventListener("click", () => void record());
  } else say(words.deaf);
  addEventListener("beforeunload", (event) => {
    if (unsent.length) event.preventDefault();
  });
}
