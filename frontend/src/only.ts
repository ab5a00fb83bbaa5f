// A question that only some answers to another ask for shows itself with those. Without a script all of them stay.
function fit(): void {
  for (const part of document.querySelectorAll<HTMLElement>("form [data-only]")) {
    const name = CSS.escape(part.dataset.only!);
    const given = part.closest("form")!.querySelector<HTMLInputElement>(`[name="${name}"]:checked`);
    part.hidden = !part.querySelector(".bad, [aria-invalid=true]") && !(given && part.dataset.for!.split(" ").includes(given.value));
  }
}

fit();
document.addEventListener("change", fit);
document.addEventListener("htmx:afterSettle", fit);
addEventListener("pageshow", fit);
