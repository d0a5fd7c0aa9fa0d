/* What the office's pages do beyond HTML: send once, ask before a final act, go back, filter a list. Plain ES5. */
(function () {
  "use strict";

  function each(selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); }

  each("form", function (form) {
    form.addEventListener("submit", function (event) {
      if (event.submitter && event.submitter.hasAttribute("data-plain")) { return; }
      var question = form.getAttribute("data-confirm");
      if (form.getAttribute("data-sent")) { event.preventDefault(); return; }
      if (question && !window.confirm(question)) { event.preventDefault(); return; }
      if (form.getAttribute("data-sent")) { event.preventDefault(); return; }
      form.setAttribute("data-sent", "1");
      setTimeout(function () { form.removeAttribute("data-sent"); }, 8000);
    });
  });

  each("[data-back]", function (link) {
    link.addEventListener("click", function (event) { if (history.length > 1) { event.preventDefault(); history.back(); } });
  });
  each("[data-filter]", function (box) {
    box.addEventListener("input", function () {
      var word = box.value.trim();
      each(box.getAttribute("data-filter") + " tbody tr", function (row) { row.hidden = word && row.textContent.indexOf(word) < 0; });
    });
  });
}());
