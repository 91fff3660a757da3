// What every page does with a script: messages that can be closed, copying, sharing, celebrating.

import { celebrate } from "./celebrate.js";

const SECONDS = 12;
const messages = document.getElementById("messages");

// A message that came by itself goes by itself, unless someone is reading it with pointer or focus on it.
function leaveInTime(notice) {
  const go = () => {
    if (notice.matches(":hover, :focus-within")) setTimeout(go, 3000);
    else notice.remove();
  };
  setTimeout(go, SECONDS * 1000);
}

function closable(notice) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "notice__close";
  button.setAttribute("aria-label", messages.dataset.close);
  button.textContent = "✕";
  button.addEventListener("click", () => notice.remove());
  notice.append(button);
}

function welcome(notice) {
  if (!(notice instanceof HTMLElement) || notice.querySelector(".notice__close")) return;
  closable(notice);
  if (!notice.matches(".notice--bad")) leaveInTime(notice);
  if (notice.matches("[data-celebrate]") || notice.querySelector("[data-celebrate]")) celebrate();
}

function say(text, kind) {
  const notice = document.createElement("p");
  notice.className = `notice notice--${kind}`;
  const words = document.createElement("span");
  words.textContent = text;
  notice.append(words);
  messages.append(notice);
}

if (messages) {
  [...messages.children].forEach(welcome);
  new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach(welcome))).observe(messages, {
    childList: true,
  });
  for (const event of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(event, () => say(messages.dataset.failed, "bad"));
  }
}

// <button data-copy="#id" data-copied="Copied"> copies the value of that input.
async function copy(button) {
  const source = document.querySelector(button.dataset.copy);
  if (!source) return;
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
    if (messages && button.dataset.copied) say(button.dataset.copied, "good");
  } catch {
    source.select?.();
  }
}

// <button hidden data-share="address" data-title data-text> opens the device's own share sheet where there is one.
async function share(button) {
  const { share: url, title, text } = button.dataset;
  try {
    await navigator.share({ url, title, text });
  } catch {
    // Closing the sheet without sharing is no error.
  }
}

function reveal() {
  document.querySelectorAll("[data-copy]").forEach((button) => (button.hidden = !navigator.clipboard));
  document.querySelectorAll("[data-share]").forEach((button) => (button.hidden = !navigator.share));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy], [data-share]");
  if (button?.dataset.copy) copy(button);
  else if (button) share(button);
});
document.addEventListener("htmx:afterSettle", reveal);
reveal();

if ("serviceWorker" in navigator && window.isSecureContext) {
  navigator.serviceWorker.register("/service-worker.js").catch(() => {});
  // Whoever signed out leaves no tickets behind.
  if (!("member" in document.body.dataset)) caches.delete("goodturn-tickets");
}
