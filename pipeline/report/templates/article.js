// The article's page: a row lights its words, words lead to their rows. Without this, plain links do the same.
"use strict";

const root = document.documentElement;
const text = document.getElementById("text");
const rowOf = new Map([...document.querySelectorAll("[data-r].q, [data-r].c, [data-r].d, [data-r].e")].filter((item) => item.tagName === "LI").map((item) => [item.dataset.r, item]));
const marksOf = new Map();
for (const mark of text.querySelectorAll(".m"))
  for (const key of mark.dataset.r.split(" ")) {
    if (!marksOf.has(key)) marksOf.set(key, []);
    marksOf.get(key).push(mark);
  }

function light(keys, name) {
  for (const old of document.querySelectorAll(`.${name}`)) old.classList.remove(name);
  for (const key of keys) {
    rowOf.get(key)?.classList.add(name);
    for (const mark of marksOf.get(key) || []) mark.classList.add(name);
  }
}

function follow() {
  const id = decodeURIComponent(location.hash.slice(1));
  const target = id && document.getElementById(id);
  if (!target) return;
  const row = id.startsWith("row-") ? target : document.getElementById(`row-${id}`);
  if (row?.dataset.r) light([row.dataset.r], "lit");
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "center" });
}

for (const [key, row] of rowOf) {
  row.addEventListener("pointerenter", () => light([key], "near"));
  row.addEventListener("pointerleave", () => light([], "near"));
}

// The shortest row that covers the words is the one meant; all that cover them are lit.
text.addEventListener("click", (event) => {
  const mark = event.target.closest(".m");
  if (!mark || event.target.closest("a") || String(getSelection())) return;
  const size = (key) => (marksOf.get(key) || []).reduce((sum, other) => sum + other.textContent.length, 0);
  const keys = mark.dataset.r.split(" ").filter((key) => rowOf.has(key)).sort((a, b) => size(a) - size(b));
  if (!keys.length) return;
  history.replaceState(null, "", `#${rowOf.get(keys[0]).id}`);
  light(keys, "lit");
  rowOf.get(keys[0]).focus({ preventScroll: true });
  rowOf.get(keys[0]).scrollIntoView({ block: "center" });
});

// A second click on the link of the row that the address already names leads there again.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (link && link.getAttribute("href") === location.hash) follow();
});
window.addEventListener("hashchange", follow);
follow();

const button = document.getElementById("theme");
const dark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
const show = () => button.setAttribute("aria-pressed", String(dark()));
button.hidden = false;
button.addEventListener("click", () => {
  root.dataset.theme = dark() ? "light" : "dark";
  show();
});
show();
root.dataset.ready = "true";
