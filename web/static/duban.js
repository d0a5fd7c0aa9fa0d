/* What the pages do beyond HTML: keep what was typed, send once, ask before a final act. Old phones: plain ES5. */
(function () {
  "use strict";

  function each(selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); }

  function fieldsOf(form) {
    var kept = {};
    Array.prototype.forEach.call(form.elements, function (box) {
      if (!box.name || box.type === "file" || box.type === "hidden" || box.type === "submit") { return; }
      if ((box.type === "checkbox" || box.type === "radio") && !box.checked) { return; }
      kept[box.name] = box.value;
    });
    return kept;
  }

  function fill(form, kept) {
    Array.prototype.forEach.call(form.elements, function (box) {
      if (!(box.name in kept) || box.type === "file" || box.type === "hidden") { return; }
      if (box.type === "checkbox" || box.type === "radio") { box.checked = box.value === kept[box.name]; }
      else { box.value = kept[box.name]; }
    });
  }

  function say(form, words) {
    var place = form.querySelector("[data-saved]");
    if (place) { place.textContent = words; }
  }

  function keepDraft(form) {
    var key = "duban:" + location.pathname, timer = null;
    function encode(kept) {
      return Object.keys(kept).map(function (k) { return encodeURIComponent(k) + "=" + encodeURIComponent(kept[k]); }).join("&");
    }
    function save() {
      var kept = fieldsOf(form), call = new XMLHttpRequest();
      try { localStorage.setItem(key, JSON.stringify(kept)); } catch (full) { /* a full store must not stop typing */ }
      call.open("POST", form.getAttribute("data-draft"));
      call.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
      call.setRequestHeader("X-Requested-With", "duban");
      call.onload = function () {
        if (call.status < 300) { say(form, "草稿已保存 " + call.responseText); localStorage.removeItem(key); }
        else { say(form, "草稿暂存在本机，尚未上传"); }
      };
      call.onerror = function () { say(form, "没有网络，草稿暂存在本机，联网后自动上传"); };
      call.send(encode(kept));
    }
    form.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(save, 1200); });
    window.addEventListener("online", save);
    try {
      var left = localStorage.getItem(key);
      if (left) { fill(form, JSON.parse(left)); say(form, "已恢复上次未上传的草稿"); save(); }
    } catch (broken) { /* an unreadable draft is left alone */ }
    form.addEventListener("submit", function () { clearTimeout(timer); try { localStorage.removeItem(key); } catch (e) { /* nothing kept */ } });
  }

  each("form[data-draft]", keepDraft);

  each("form", function (form) {
    form.addEventListener("submit", function (event) {
      var question = form.getAttribute("data-confirm");
      if (question && !window.confirm(question)) { event.preventDefault(); return; }
      if (form.getAttribute("data-sent")) { event.preventDefault(); return; }
      form.setAttribute("data-sent", "1");
      setTimeout(function () { form.removeAttribute("data-sent"); }, 8000);
    });
  });

  each("[data-add]", function (button) {
    button.addEventListener("click", function () {
      var list = document.getElementById(button.getAttribute("data-add")), last = list.lastElementChild, copy = last.cloneNode(true);
      var number = list.children.length + 1;
      Array.prototype.forEach.call(copy.querySelectorAll("[name]"), function (box) { box.name = box.name.replace(/-\d+-/, "-" + number + "-"); box.value = ""; });
      Array.prototype.forEach.call(copy.querySelectorAll("[data-number]"), function (mark) { mark.textContent = number; });
      list.appendChild(copy);
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
