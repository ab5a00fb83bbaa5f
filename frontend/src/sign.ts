// A signature drawn with a finger or a mouse. Without this script the typed name is the signature.

type Point = { x: number; y: number };
const WIDTH = 600; // of the picture that is kept
const INK = 2.6; // thickness on the screen

// A refused form is the answer to a press, and nothing of it is kept: Back would lead to an error. From here on it is a visit like any other.
history.replaceState(history.state, "", location.href);

for (const box of document.querySelectorAll<HTMLElement>("[data-sign]")) begin(box);

function begin(box: HTMLElement): void {
  const here = box.querySelector<HTMLCanvasElement>("[data-sign-here]");
  const kept = box.querySelector<HTMLInputElement>("[data-sign-kept]");
  const again = box.querySelector<HTMLButtonElement>("[data-sign-again]");
  if (!here || !kept || !again) return;
  box.hidden = false;
  let strokes: Point[][] = [];
  let drawing = false;

  const at = (event: PointerEvent): Point => {
    const edge = here.getBoundingClientRect();
    return { x: event.clientX - edge.left, y: event.clientY - edge.top };
  };

  const show = (): void => {
    const { width, height } = here.getBoundingClientRect();
    const sharp = window.devicePixelRatio || 1;
    here.width = Math.round(width * sharp);
    here.height = Math.round(height * sharp);
    const pen = here.getContext("2d");
    if (pen) draw(pen, strokes, sharp, getComputedStyle(here).color);
  };

  const keep = (): void => {
    const { width, height } = here.getBoundingClientRect();
    if (!strokes.length || !width) {
      kept.value = "";
      return;
    }
    const sheet = document.createElement("canvas");
    const scale = WIDTH / width;
    sheet.width = WIDTH;
    sheet.height = Math.round(height * scale);
    const pen = sheet.getContext("2d");
    if (!pen) return;
    pen.fillStyle = "white"; // on paper it is dark on white, whatever the screen shows
    pen.fillRect(0, 0, sheet.width, sheet.height);
    draw(pen, strokes, scale, "black");
    kept.value = sheet.toDataURL("image/png");
  };

  here.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    here.setPointerCapture(event.pointerId);
    drawing = true;
    strokes.push([at(event)]);
    show();
  });
  here.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    strokes[strokes.length - 1]?.push(at(event));
    show();
  });
  for (const end of ["pointerup", "pointercancel"] as const) {
    here.addEventListener(end, () => {
      drawing = false;
      keep();
    });
  }
  again.addEventListener("click", () => {
    strokes = [];
    show();
    keep();
  });
  addEventListener("resize", show);
  show();
}

function draw(pen: CanvasRenderingContext2D, strokes: Point[][], scale: number, ink: string): void {
  pen.strokeStyle = ink;
  pen.lineWidth = INK * scale;
  pen.lineCap = pen.lineJoin = "round";
  for (const stroke of strokes) {
    pen.beginPath();
    stroke.forEach((point, i) => (i ? pen.lineTo(point.x * scale, point.y * scale) : pen.moveTo(point.x * scale, point.y * scale)));
    if (stroke.length === 1 && stroke[0]) pen.lineTo(stroke[0].x * scale + 0.1, stroke[0].y * scale);
    pen.stroke();
  }
}
