// What pages do beyond links and forms. Everything here is an addition: each page works without it.
import htmx from "htmx.org/dist/htmx.esm.js";
import { dress } from "./asking.js";
import { dropping } from "./dropping.js";
import { copying, onceOnly, revealing } from "./forms.js";
import { switching } from "./theme.js";

window.htmx = htmx;
document.documentElement.classList.remove("no-script");

// A piece of a page that was refused (signed out, a form that is wrong) is shown as well: the server's sentence is what helps.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { status } = event.detail.xhr;
  if (status === 422 || status === 409) event.detail.shouldSwap = true;
  if (status === 401) window.location.reload();
});

document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-dismiss]");
  if (close) close.closest(close.dataset.dismiss)?.remove();
  for (const open of document.querySelectorAll("details.drop[open]")) if (!open.contains(event.target)) open.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll("details.drop[open]")) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

async function draw(root) {
  const charts = root.querySelectorAll("[data-chart]:not([data-drawn])");
  if (charts.length) (await import("./charts.js")).draw(charts);
}

function start(root) {
  dress(root);
  draw(root);
}

for (const here of document.querySelectorAll(".nav-tabs [aria-current]")) here.scrollIntoView({ block: "nearest", inline: "center" });
onceOnly();
dropping();
copying();
revealing();
switching();
start(document);
document.addEventListener("htmx:load", (event) => start(event.detail.elt));
