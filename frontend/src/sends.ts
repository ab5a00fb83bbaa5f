// A choice that says everything sends its form: files that were chosen, a column that was pointed to another place. Keys walk through the
// choices of a select, so that whoever uses them presses the button when they are done.
let isPointed = false;
document.addEventListener("pointerdown", () => (isPointed = true), true);
document.addEventListener("keydown", () => (isPointed = false), true);

document.addEventListener("change", (event) => {
  const field = event.target as HTMLInputElement;
  if (!field.form || !field.closest("[data-sends]") || !(field.files ? field.files.length : isPointed)) return;
  const alone = Object.assign(document.createElement("input"), { type: "hidden", name: "alone", value: field.name });
  field.form.append(alone); // nobody said anything of the others
  field.form.requestSubmit();
});
export {};
