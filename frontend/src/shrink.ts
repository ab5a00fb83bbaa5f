// A picture that is larger than what is taken is drawn smaller before it is sent, as large as it would be kept; what cannot be is told as it
// is chosen, and not sent.
const LARGEST = 10 * 2 ** 20; // bytes; as boothline/files/attachments.py takes them
const LONGEST = 2000; // pixels; as they are kept there
const CUT = "cut"; // says of a change that it is ours

async function shrunk(file: File): Promise<File | null> {
  const drawn = await createImageBitmap(file).catch(() => null);
  if (!drawn) return null;
  const scale = Math.min(1, LONGEST / Math.max(drawn.width, drawn.height));
  const sheet = document.createElement("canvas");
  sheet.width = Math.max(1, Math.round(drawn.width * scale));
  sheet.height = Math.max(1, Math.round(drawn.height * scale));
  const pen = sheet.getContext("2d")!;
  pen.fillStyle = "white"; // where a picture is transparent, as it is kept
  pen.fillRect(0, 0, sheet.width, sheet.height);
  pen.drawImage(drawn, 0, 0, sheet.width, sheet.height);
  drawn.close();
  const made = await new Promise<Blob | null>((done) => sheet.toBlob(done, "image/jpeg", 0.9));
  return made && new File([made], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
}

function tell(input: HTMLInputElement, words: string): void {
  const place = input.closest(".fld, .shots") ?? input.parentElement!;
  let line = place.querySelector<HTMLElement>("[data-large]");
  if (!line && !words) return;
  if (!line) {
    line = Object.assign(document.createElement("p"), { className: "why" });
    line.dataset.large = "";
    line.setAttribute("role", "alert");
    place.append(line);
  }
  line.textContent = words;
}

document.addEventListener("change", async (event) => {
  const input = event.target as HTMLInputElement;
  if (input.type !== "file" || !input.accept.includes("image") || (event as CustomEvent).detail === CUT) return;
  tell(input, "");
  const chosen = [...(input.files ?? [])];
  if (chosen.every((file) => file.size <= LARGEST)) return;
  const kept = new DataTransfer();
  for (const file of chosen) {
    const small = file.size > LARGEST ? await shrunk(file) : file;
    if (small && small.size <= LARGEST) kept.items.add(small);
    else tell(input, document.querySelector<HTMLElement>("[data-too-large]")?.dataset.tooLarge ?? "");
  }
  if ([...(input.files ?? [])].some((file, n) => file !== chosen[n])) return; // something else was chosen meanwhile
  input.files = kept.files;
  if (kept.files.length < chosen.length) input.dispatchEvent(new CustomEvent("change", { bubbles: true, detail: CUT }));
});
export {};
