// Small behaviours of the staff pages. Every page works without them.
import htmx from "htmx.org";
import "./side";
import "./board";
import "./inline";
import "./press";
import "./enter";
import "./box";
import "./keys";
import "./lists";
import "./only";
import "./jumps";
import "./costs";
import "./sends";
import "./leave";
import "./photo";
import "./shrink";
import "./nothing";
import "./whole";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}
window.htmx = htmx;
