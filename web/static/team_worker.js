/* Opens a team's pages without signal: the network first, what was seen last when it does not answer. */
"use strict";
var NAME = "duban-team", PATIENCE = 6000;

self.addEventListener("install", function (event) { event.waitUntil(self.skipWaiting()); });
self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });

function worthKeeping(answer) { return answer && answer.ok && !answer.redirected && answer.type === "basic"; }

function keep(request, answer) {
  var copy;
  if (!worthKeeping(answer)) { return Promise.resolve(answer); }
  copy = answer.clone();
  return caches.open(NAME).then(function (cache) { return cache.put(request, copy); }).then(function () { return answer; }, function () { return answer; });
}

/* who is signed in now: pages of somebody else on the same phone are forgotten */
function belongsTo(who) {
  return caches.open(NAME).then(function (cache) {
    return cache.match("/team/who").then(function (kept) { return kept ? kept.text() : ""; }).then(function (last) {
      var clean = last && last !== who ? caches["delete"](NAME) : Promise.resolve();
      return clean.then(function () { return caches.open(NAME); }).then(function (fresh) { return fresh.put("/team/who", new Response(who)); });
    });
  });
}

self.addEventListener("message", function (event) {
  var told = event.data || {};
  event.waitUntil(belongsTo(String(told.who || "")).then(function () { return rememberLost(String(told.lost || "")); }).then(function () {
    return Promise.all((told.pages || []).map(function (page) {
      return fetch(page, { credentials: "same-origin" }).then(function (answer) { return keep(page, answer); }, function () { return null; });
    }));
  }));
});

/* a page that was never opened here: the sentence came with the first page that was */
function lost() {
  return caches.open(NAME).then(function (cache) { return cache.match("/team/lost"); }).then(function (kept) { return kept || Response.error(); });
}

function rememberLost(words) {
  var page = "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><p>" + words.replace(/[<&]/g, "") + "</p>";
  return caches.open(NAME).then(function (cache) {
    return cache.put("/team/lost", new Response(page, { status: 200, headers: { "Content-Type": "text/html; charset=utf-8" } }));
  });
}

function slow(milliseconds) { return new Promise(function (_told, failed) { setTimeout(failed, milliseconds); }); }

function answer(request, page) {
  return caches.open(NAME).then(function (cache) {
    return cache.match(page || request, { ignoreVary: true }).then(function (kept) {
      var network = fetch(request).then(function (found) {
        if (found.type === "opaqueredirect") { return caches["delete"](NAME).then(function () { return found; }); }
        return keep(page || request, found);
      });
      if (!kept) { return network["catch"](function (error) { if (request.mode === "navigate") { return lost(); } throw error; }); }
      return Promise.race([network, slow(PATIENCE)])["catch"](function () { return kept; });
    });
  });
}

self.addEventListener("fetch", function (event) {
  var request = event.request, place = new URL(request.url);
  if (request.method !== "GET" || place.origin !== self.location.origin) { return; }
  if (place.pathname === "/team" || place.pathname.indexOf("/team/visits/") === 0) { event.respondWith(answer(request, place.pathname + place.search)); return; }
  if (place.pathname.indexOf("/static/") === 0) { event.respondWith(answer(request)); }
});
