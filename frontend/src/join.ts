// Asks this browser what the booth needs: an address that it trusts, the camera, and pages kept for work offline.
export {};
const page = document.querySelector<HTMLElement>("[data-ready]");

/** Browsers refuse a service worker behind a certificate warning that was only clicked away: the one sure sign of trust. */
async function keepsPages(): Promise<boolean> {
  try {
    const kept = await navigator.serviceWorker.register("/join/worker.js", { scope: "/join/" });
    await kept.unregister();
    return true;
  } catch {
    return false;
  }
}

function tell(name: string, good: boolean, hint: boolean): void {
  const line = page?.querySelector(`[data-check="${name}"]`);
  line?.querySelectorAll<HTMLElement>("[data-mark]").forEach((mark) => (mark.hidden = mark.dataset.mark !== (good ? "yes" : "no")));
  const missing = line?.querySelector<HTMLElement>("[data-missing]");
  if (missing) missing.hidden = good || !hint;
}

async function ask(): Promise<void> {
  const offers = isSecureContext && "serviceWorker" in navigator;
  const offline = offers && (await keepsPages());
  const camera = isSecureContext && typeof navigator.mediaDevices?.getUserMedia === "function";
  const found = { trusted: isSecureContext && (offline || !offers), camera, offline };
  for (const [name, good] of Object.entries(found)) tell(name, good, name !== "offline" || found.trusted);
  const verdict = Object.values(found).every(Boolean) ? "yes" : "no";
  page?.querySelectorAll<HTMLElement>("[data-verdict]").forEach((words) => (words.hidden = words.dataset.verdict !== verdict));
  document.querySelectorAll<HTMLElement>("[data-next]").forEach((button) => button.classList.toggle("go", button.dataset.next === verdict));
}

if (page) void ask();
