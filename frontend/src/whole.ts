// Codes and days stay whole. A style cannot say that a line does not end at the hyphen of SO-0001 or within 12月2日.
import htmx from "htmx.org";

const WHOLE = /\b[A-Z]{1,4}\d{0,4}(?:-[A-Z0-9]{1,10}){1,3}(?![\w-])|\d{1,2}月\d{1,2}日前?|\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b/g;
const LEFT_ALONE = "time, option, textarea, script, style, code, pre, svg, .nw, .copy";

function kept(words: string): DocumentFragment {
  const made = document.createDocumentFragment();
  let at = 0;
  for (const found of words.matchAll(WHOLE)) {
    const whole = document.createElement("bdi"); // styles of pages say much of spans, and nothing of this
    whole.className = "nw";
    whole.textContent = found[0];
    made.append(words.slice(at, found.index), whole);
    at = found.index + found[0].length;
  }
  made.append(words.slice(at));
  return made;
}

function keep(within: Element): void {
  const walk = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walk.nextNode()) if (walk.currentNode.nodeValue?.search(WHOLE) !== -1) texts.push(walk.currentNode as Text);
  for (const text of texts) {
    const parent = text.parentElement;
    if (!parent || !parent.closest("main") || parent.closest(LEFT_ALONE)) continue;
    let made: Node = kept(text.data);
    if (/flex|grid/.test(getComputedStyle(parent).display)) { // there each piece would be an item of its own
      const one = document.createElement("bdi");
      one.append(made);
      made = one;
    }
    text.replaceWith(made);
  }
}

htmx.onLoad((loaded) => keep(loaded as Element));
