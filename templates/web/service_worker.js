// Keeps one honest page for when there is no network, and the tickets that were opened before.
const KEPT = "goodturn-1";
const TICKETS = "goodturn-tickets";
const OFFLINE = "/offline/";
const STYLES = "{{ stylesheet }}";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll([OFFLINE, STYLES])));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

// A page comes from the network or says that it could not; only an opened ticket is shown from memory.
async function page(request) {
  const isTicket = new URL(request.url).pathname.startsWith("/tickets/");
  try {
    const response = await fetch(request);
    if (isTicket && response.ok && !response.redirected) {
      const cache = await caches.open(TICKETS);
      await cache.put(request.url, response.clone());
    }
    return response;
  } catch {
    const kept = isTicket && (await caches.match(request.url));
    return kept || caches.match(OFFLINE);
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (request.destination === "style") event.respondWith(fetch(request).catch(() => caches.match(STYLES)));
});
