/* What a visit needs beside its queue: a signature drawn with a finger, pages that open without signal. Plain ES5. */
(function () {
  "use strict";
  var main = document.querySelector("[data-team]"), t = window.duban.t;
  if (!main) { return; }
  var who = main.getAttribute("data-who");

  function each(selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); }

  /* the signature: drawn with a finger, kept as a picture in a hidden field */
  function signing(place) {
    var form = place.parentNode, box = form.querySelector("[name=signature]"), canvas = place.querySelector("canvas");
    var pen = canvas.getContext && canvas.getContext("2d"), down = false;
    if (!pen || !canvas.toDataURL) { return; }
    place.hidden = false;
    function at(event) {
      var touch = event.touches ? event.touches[0] : event, frame = canvas.getBoundingClientRect();
      return [(touch.clientX - frame.left) * canvas.width / frame.width, (touch.clientY - frame.top) * canvas.height / frame.height];
    }
    function start(event) { var p = at(event); down = true; pen.lineWidth = 4; pen.lineCap = "round"; pen.strokeStyle = "#111"; pen.beginPath(); pen.moveTo(p[0], p[1]); event.preventDefault(); }
    function move(event) { var p; if (!down) { return; } p = at(event); pen.lineTo(p[0], p[1]); pen.stroke(); event.preventDefault(); }
    function put(picture) {
      var told = document.createEvent("Event");
      box.value = picture; told.initEvent("input", true, true); box.dispatchEvent(told);
    }
    function end() { if (down) { down = false; put(canvas.toDataURL("image/png")); } }
    canvas.addEventListener("mousedown", start); canvas.addEventListener("mousemove", move); window.addEventListener("mouseup", end);
    canvas.addEventListener("touchstart", start); canvas.addEventListener("touchmove", move); canvas.addEventListener("touchend", end);
    place.querySelector("[data-clear]").addEventListener("click", function () { pen.clearRect(0, 0, canvas.width, canvas.height); put(""); });
    form.redraw = function () {
      var picture = new Image();
      pen.clearRect(0, 0, canvas.width, canvas.height);
      picture.onload = function () { pen.drawImage(picture, 0, 0); };
      if (box.value) { picture.src = box.value; }
    };
    form.redraw();
  }

  function worker() {
    if (!window.isSecureContext || !navigator.serviceWorker) { return; }
    navigator.serviceWorker.register("/team/worker.js", { scope: "/team" }).then(function () { return navigator.serviceWorker.ready; }).then(function (found) {
      var pages = [location.pathname + location.search];
      each("[data-prefetch]", function (link) { if (pages.length < 13) { pages.push(link.getAttribute("href")); } });
      each("link[rel=stylesheet]", function (link) { pages.push(link.getAttribute("href")); });
      each("script[src]", function (script) { pages.push(script.getAttribute("src")); });
      if (found.active) { found.active.postMessage({ who: who, pages: pages, lost: t("没有信号，此页没有在本机打开过。请到有信号处再试。") }); }
    })["catch"](function () { /* without it the page only has to stay open */ });
    each("form[action='/logout']", function (form) {
      form.addEventListener("submit", function () { if (window.caches) { window.caches["delete"]("duban-team"); } });
    });
  }

  each("[data-sign]", signing);
  worker();
}());
