/* What a phone keeps until it is uploaded: in IndexedDB, else (without files) in localStorage. Plain ES5. */
(function () {
  "use strict";
  var PREFIX = "duban:team:", base = null, waiting = [];

  function ready(act) { if (waiting) { waiting.push(act); } else { act(); } }
  function opened() { var acts = waiting; waiting = null; acts.forEach(function (act) { act(); }); }

  function simple(entry) {
    var copy = {};
    Object.keys(entry).forEach(function (key) { if (key !== "files") { copy[key] = entry[key]; } });
    return copy;
  }

  try {
    var asked = window.indexedDB.open("duban-team", 1);
    asked.onupgradeneeded = function () { asked.result.createObjectStore("queue", { keyPath: "id" }); };
    asked.onsuccess = function () { base = asked.result; opened(); };
    asked.onerror = opened;
    asked.onblocked = opened;
  } catch (none) { opened(); }

  function fallbackAll() {
    var found = [], n, key;
    try {
      for (n = 0; n < localStorage.length; n += 1) {
        key = localStorage.key(n);
        if (key.indexOf(PREFIX) === 0) { found.push(JSON.parse(localStorage.getItem(key))); }
      }
    } catch (broken) { /* a store that cannot be read holds nothing */ }
    return found;
  }

  function fallbackPut(entry, kept) {
    var files = entry.files && entry.files.length;
    try { localStorage.setItem(PREFIX + entry.id, JSON.stringify(simple(entry))); kept(!files); }
    catch (full) { kept(false); }
  }

  function forget(id) { try { localStorage.removeItem(PREFIX + id); } catch (none) { /* nothing kept there */ } }

  window.dubanStore = {
    /* every kept entry, oldest first */
    all: function (told) {
      ready(function () {
        var got, list = [];
        function oldest(a, b) { return a.made - b.made; }
        function whole() {
          var known = list.map(function (entry) { return entry.id; });
          /* what the base had no room for lies beside it; of two the later one counts */
          fallbackAll().forEach(function (entry) {
            var at = known.indexOf(entry.id);
            if (at < 0) { list.push(entry); } else if (entry.at > list[at].at) { entry.files = list[at].files; list[at] = entry; }
          });
          told(list.sort(oldest));
        }
        if (!base) { whole(); return; }
        got = base.transaction("queue").objectStore("queue").openCursor();
        got.onsuccess = function () {
          if (got.result) { list.push(got.result.value); got.result["continue"](); } else { whole(); }
        };
        got.onerror = whole;
      });
    },
    /* keep an entry; kept(false) when this phone cannot */
    put: function (entry, kept) {
      ready(function () {
        var work;
        kept = kept || function () {};
        if (!base) { fallbackPut(entry, kept); return; }
        try {
          work = base.transaction("queue", "readwrite");
          work.objectStore("queue").put(entry);
          work.oncomplete = function () { forget(entry.id); kept(true); };
          work.onabort = function () { fallbackPut(entry, kept); };
        } catch (refused) { fallbackPut(entry, kept); }
      });
    },
    drop: function (id) {
      ready(function () {
        forget(id);
        if (base) { base.transaction("queue", "readwrite").objectStore("queue")["delete"](id); }
      });
    }
  };
}());
