// What a deal costs, as it is typed: goods + charges - order discount + tax. The server counts it again. Amounts are whole cents.
function whole(text: string | undefined, places: number): bigint {
  const found = /^(-?)(\d*)(?:\.(\d*))?$/.exec((text ?? "").trim().replaceAll(",", ""));
  if (!found) return 0n;
  const n = BigInt(`${found[2]}${(found[3] ?? "").slice(0, places).padEnd(places, "0")}` || "0");
  return found[1] ? -n : n;
}

function rounded(n: bigint, by: bigint): bigint {
  return n < 0n ? -((-n * 2n + by) / (by * 2n)) : (n * 2n + by) / (by * 2n);
}

function count(box: HTMLElement): void {
  const form = box.closest("form")!;
  const said = (name: string): string | undefined => form.querySelector<HTMLInputElement>(`[name="${CSS.escape(name)}"]`)?.value;
  const currency = box.dataset.currency!;
  const money = new Intl.NumberFormat(document.documentElement.lang.startsWith("zh") ? "zh-CN" : "en-GB", { style: "currency", currency });
  const unit = money.resolvedOptions().maximumFractionDigits === 0 ? 100n : 1n;
  const inUnits = (n: bigint, by: bigint): bigint => rounded(n, by * unit) * unit;
  const line = (of: string): bigint => {
    if (form.querySelector<HTMLInputElement>(`[name="removed${of}"]`)?.checked) return 0n;
    return inUnits(whole(said(`quantity${of}`), 3) * whole(said(`price${of}`), 4) * (10000n - whole(said(`discount${of}`), 2)), 10n ** 9n);
  };
  const lines = [...form.querySelectorAll<HTMLInputElement>('[name^="quantity_"]')].map((at) => at.name.slice("quantity".length));
  let goods = whole(box.dataset.goods, 2);
  if (lines.length) goods = [...lines, ""].reduce((sum, of) => sum + line(of), whole(box.dataset.fixed, 2));
  const charges = ["freight", "insurance", "packing", "tooling", "other_charge"].reduce((sum, name) => sum + whole(said(name), 2), 0n);
  const discount = whole(said("order_discount"), 2);
  const taxed = goods + charges - discount;
  const tax = inUnits(taxed * whole(said("tax_rate") ?? box.dataset.rate, 2), 10000n);
  const warning = form.querySelector<HTMLElement>("[data-too-much]");
  if (warning) warning.hidden = goods <= 0n || discount < goods;
  const parts = { goods, charges, discount: -discount, tax, total: taxed + tax + whole(box.dataset.besides, 2) };
  for (const [part, cents] of Object.entries(parts)) {
    const isKnown = taxed >= 0n || !["tax", "total"].includes(part); // else goods without a price are still to be counted
    const words = isKnown ? money.format(Number(cents) / 100).replace("-", "−") : "–";
    const at = box.querySelector(`[data-part="${part}"]`)!;
    if (at.textContent !== words) at.textContent = words;
  }
}

function all(): void {
  document.querySelectorAll<HTMLElement>("[data-costs]").forEach(count);
}

document.addEventListener("input", (event) => {
  const box = event.target instanceof Element ? event.target.closest("form")?.querySelector<HTMLElement>("[data-costs]") : null;
  if (box) count(box);
});
addEventListener("pageshow", all);
