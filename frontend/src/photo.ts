// Whoever photographs a card asks whether it may be kept; a yes is noted with the consents.
document.addEventListener("change", (event) => {
  const shot = event.target as HTMLInputElement;
  if (!shot.dataset.asks || !shot.files?.length) return;
  const tick = shot.form!.querySelector<HTMLInputElement>("[name=consents][value=photo]");
  if (tick && !tick.checked) tick.checked = confirm(shot.dataset.asks);
});
export {};
