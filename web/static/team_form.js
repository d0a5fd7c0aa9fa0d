/* A form of a visit as plain values: what it holds, what of it was typed, how it is filled again. Plain ES5. */
(function () {
  "use strict";

  function fieldsOf(form) {
    var kept = {};
    Array.prototype.forEach.call(form.elements, function (box) {
      if (!box.name || box.type === "file" || box.type === "submit") { return; }
      if ((box.type === "checkbox" || box.type === "radio") && !box.checked) { return; }
      kept[box.name] = box.value;
    });
    return kept;
  }

  function fill(form, kept, partly) {
    Array.prototype.forEach.call(form.elements, function (box) {
      if (!box.name || box.type === "file" || box.type === "submit" || box.name === "nonce") { return; }
      if (partly && box.type !== "checkbox" && box.type !== "radio" && !(box.name in kept)) { return; }
      if (box.type === "checkbox" || box.type === "radio") { box.checked = box.value === kept[box.name]; }
      else if (box.name in kept || box.type !== "hidden") { box.value = kept[box.name] || ""; }
    });
    if (form.redraw) { form.redraw(); }
  }

  /* whether a box stands as the page brought it; a hidden one is never the person's own */
  function asBrought(box) {
    return box.type === "checkbox" || box.type === "radio" ? box.checked === box.defaultChecked : box.value === box.defaultValue;
  }

  function untouched(form) {
    return !filesOf(form).length && Array.prototype.every.call(form.elements, function (box) {
      return !box.name || box.type === "file" || box.type === "submit" || box.type === "hidden" || asBrought(box);
    });
  }

  /* of a draft only what was typed: the rest of the page may be newer when it comes back */
  function typedOf(form) {
    var kept = fieldsOf(form);
    Array.prototype.forEach.call(form.elements, function (box) {
      if (box.name && box.type !== "hidden" && box.type !== "checkbox" && box.type !== "radio" && asBrought(box)) { delete kept[box.name]; }
    });
    return kept;
  }

  function filesOf(form) {
    var found = [];
    Array.prototype.forEach.call(form.querySelectorAll("input[type=file]"), function (box) {
      Array.prototype.forEach.call(box.files || [], function (file) { found.push(file); });
    });
    return found;
  }

  window.dubanForms = { fields: fieldsOf, typed: typedOf, files: filesOf, fill: fill, asBrought: asBrought, untouched: untouched };
}());
