// "Nothing" and what was promised exclude each other: the later tick counts, and the other one is seen to go.
document.addEventListener("change", (event) => {
  const tick = event.target as HTMLInputElement;
  if (tick.name !== "promised" || !tick.checked) return;
  for (const other of tick.form!.querySelectorAll<HTMLInputElement>("[name=promised]:checked"))
    if (other !== tick && (tick.value === "nothing" || other.value === "nothing")) other.checked = false;
});
export {};
