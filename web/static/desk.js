/* The office's desk beyond HTML: keys, choosing rows, the menu, printing. Works without; plain ES5. */
(function () {
  "use strict";

  var GO = { t: "/", l: "/work", c: "/cycles", u: "/units" }, waits = 0;

  function all(selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); }
  function near(node, selector) {
    while (node && node.nodeType === 1) {
      if ((node.matches || node.msMatchesSelector).call(node, selector)) { return node; }
      node = node.parentNode;
    }
    return null;
  }
  function typing(node) { return !!near(node, "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]"); }

  /* help */
  function help() {
    var box = document.getElementById("keys");
    if (!box) { return; }
    if (box.hasAttribute("open")) { shut(box); return; }
    if (box.showModal) { box.showModal(); } else { box.setAttribute("open", ""); }
  }
  function shut(box) { if (box.close) { box.close(); } else { box.removeAttribute("open"); } }

  /* rows */
  function rows() {
    return all("[data-rows] tbody tr, .board tbody tr, main .card-table:not(.stepper) tbody tr").filter(function (row, n, list) {
      return row.offsetParent !== null && list.indexOf(row) === n && row.querySelector("a");
    });
  }
  function current() { return document.querySelector("tr.cursor"); }
  function move(step) {
    var list = rows(), here = list.indexOf(current()), next = list[here < 0 ? (step > 0 ? 0 : list.length - 1) : here + step];
    if (!next) { return; }
    if (current()) { current().classList.remove("cursor"); }
    next.classList.add("cursor");
    next.setAttribute("tabindex", "-1");
    next.focus();
    if (next.scrollIntoView) { next.scrollIntoView({ block: "nearest" }); }
  }
  function open() {
    var row = current(), link = row && (row.querySelector("a[data-open]") || row.querySelector("a"));
    if (link) { link.click(); }
  }
  function tick() {
    var box = current() && current().querySelector("input[type=checkbox]");
    if (box) { box.click(); }
  }

  document.addEventListener("keydown", function (event) {
    var key = event.key, going = waits && event.timeStamp - waits < 1500;
    waits = 0;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) { return; }
    if (key === "Escape") { all("details.more[open]").forEach(function (menu) { menu.removeAttribute("open"); }); return; }
    if (near(event.target, "dialog") && key !== "?") { return; }
    if (going && GO[key]) { event.preventDefault(); window.location.href = GO[key]; return; }
    if (key === "g") { waits = event.timeStamp; return; }
    if (key === "/") { var box = document.querySelector("[data-key='/']"); if (box) { event.preventDefault(); box.focus(); box.select(); } }
    else if (key === "?") { event.preventDefault(); help(); }
    else if (key === "j") { move(1); }
    else if (key === "k") { move(-1); }
    else if (key === "x") { tick(); }
    else if (key === "Enter" && (event.target === document.body || near(event.target, "tr.cursor") === event.target)) { open(); }
  });

  /* choosing */
  function count(form) {
    var boxes = all("input[name=row]", form), chosen = boxes.filter(function (box) { return box.checked; }).length;
    var place = form.querySelector("[data-chosen]"), whole = form.querySelector("[data-all]");
    if (place) { place.textContent = chosen ? window.duban.t("已选{0}项", chosen) : ""; }
    if (whole) { whole.checked = chosen > 0 && chosen === boxes.length; whole.indeterminate = chosen > 0 && chosen < boxes.length; }
  }
  document.addEventListener("change", function (event) {
    var form = near(event.target, "form[data-many]");
    if (!form) { return; }
    if (event.target.hasAttribute("data-all")) { all("input[name=row]", form).forEach(function (box) { box.checked = event.target.checked; }); }
    count(form);
  });
  function ready() {
    all("form[data-many]").forEach(count);
    all(".scroll:not([tabindex])").forEach(function (box) { if (box.scrollWidth > box.clientWidth) { box.setAttribute("tabindex", "0"); } });
    all("[data-print]").forEach(function (button) { button.hidden = false; });
  }

  document.addEventListener("click", function (event) {
    var hit = event.target, close = near(hit, "[data-close]");
    if (near(hit, "[data-print]")) { window.print(); }
    if (close) { shut(near(close, "dialog")); }
    if (near(hit, "[data-help]")) { help(); }
    all("details.more[open]").forEach(function (menu) { if (!menu.contains(hit)) { menu.removeAttribute("open"); } });
  });
  /* a folded part would be missing on paper */
  window.addEventListener("beforeprint", function () {
    all("main details:not([open])").forEach(function (part) { part.setAttribute("open", ""); part.setAttribute("data-opened", ""); });
  });
  window.addEventListener("afterprint", function () {
    all("[data-opened]").forEach(function (part) { part.removeAttribute("open"); part.removeAttribute("data-opened"); });
  });
  document.addEventListener("htmx:afterSettle", ready);
  window.addEventListener("pageshow", ready);
  ready();
}());
