// Keeps the page's live fragments true: swaps in what comes by socket, and looks again by itself while there is none.

const PATIENCE = 5_000; // ms without a socket before the page looks by itself
const EVERY = 15_000; // ms between such looks
const SPREAD = 3_000; // ms over which many pages spread their looks

let polling = null;
let wasOpen = false;
let wasLate = false;
let looking = false;

function names() {
  return (document.getElementById("live")?.dataset.names ?? "").split(" ").filter(Boolean);
}

function liveElements() {
  const selector = names().flatMap((name) => [`[id="${name}"]`, `[id^="${name}-"]`]).join(",");
  return selector ? [...document.querySelectorAll(selector)] : [];
}

// Fetches this very page and takes over what its live fragments have become.
async function catchUp() {
  if (looking || document.hidden || !document.getElementById("live")) return;
  looking = true;
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "manual" });
    if (response.type === "opaqueredirect") stopPolling(); // signed out elsewhere
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const element of liveElements()) {
      const fresh = page.getElementById(element.id);
      const busy = element.contains(document.activeElement) || !element.isConnected;
      if (!fresh || busy || fresh.isEqualNode(element)) continue;
      htmx.swap(element, fresh.outerHTML, { swapStyle: "outerHTML" });
    }
  } catch {
    // Offline: the next look will tell.
  } finally {
    looking = false;
  }
}

function startPolling() {
  if (polling !== null) return;
  polling = setTimeout(function again() {
    wasLate = true;
    polling = setTimeout(again, EVERY);
    catchUp();
  }, PATIENCE + Math.random() * SPREAD);
}

function stopPolling() {
  clearTimeout(polling);
  polling = null;
}

document.addEventListener("htmx:wsOpen", () => {
  const missed = wasOpen || wasLate;
  wasOpen = true;
  wasLate = false;
  stopPolling();
  if (missed) setTimeout(catchUp, Math.random() * SPREAD);
});

document.addEventListener("htmx:wsClose", startPolling);

document.addEventListener("htmx:wsBeforeMessage", (event) => {
  const { message } = event.detail;
  if (message === "<!--catch-up-->") {
    event.preventDefault();
    setTimeout(catchUp, Math.random() * SPREAD);
    return;
  }
  // A fragment that this page does not show is nothing to complain of.
  const id = /\sid="([^"]+)"/.exec(message)?.[1];
  if (!id || !document.getElementById(id)) event.preventDefault();
});

// A tab that comes back to the front is at once what it should be, socket or not.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && polling !== null) catchUp();
});

// Until the first socket opens the page counts as one without.
startPolling();
