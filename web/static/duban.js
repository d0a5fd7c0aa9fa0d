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

  function addRows(form, kept) {
    each("[data-add]", function (button) {
      var prefix = button.getAttribute("data-add"), list = document.getElementById(prefix), most = 0;
      if (!form.contains(button)) { return; }
      Object.keys(kept).forEach(function (name) {
        var parts = name.split("-");
        if (parts[0] === prefix && parts.length === 3) { most = Math.max(most, +parts[1] || 0); }
      });
      while (list.children.length < Math.min(most, 200)) { addRow(list); }
    });
  }

  function addRow(list) {
    var copy = list.lastElementChild.cloneNode(true), number = list.children.length + 1;
    Array.prototype.forEach.call(copy.querySelectorAll("[name]"), function (box) { box.name = box.name.replace(/-\d+-/, "-" + number + "-"); box.value = ""; });
    Array.prototype.forEach.call(copy.querySelectorAll("[data-number]"), function (mark) { mark.textContent = number; });
    list.appendChild(copy);
    return copy;
  }

  function fill(form, kept) {
    addRows(form, kept);
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
    var key = "duban:" + form.getAttribute("data-draft"), timer = null;
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
    form.addEventListener("submit", function () {
      clearTimeout(timer);
      try { localStorage.setItem(key, JSON.stringify(fieldsOf(form))); localStorage.setItem("duban:sent", key); } catch (e) { /* nothing kept */ }
    });
  }

  /* the copy on this phone goes only when the server's answer is on the screen: a send may die on the way */
  if (document.querySelector("[data-answer]")) {
    try { localStorage.removeItem(localStorage.getItem("duban:sent") || ""); localStorage.removeItem("duban:sent"); } catch (e) { /* nothing kept */ }
  }
  each("form[data-draft]", keepDraft);

  function tooLarge(form) {
    var most = +form.getAttribute("data-most"), size = 0;
    if (!most) { return false; }
    each("input[type=file]", function (box) {
      if (form.contains(box)) { Array.prototype.forEach.call(box.files || [], function (file) { size += file.size; }); }
    });
    if (size > (most - 1) * 1048576) { window.alert("附件合计超过" + most + "兆，请压缩或分次上传。"); return true; }
    return false;
  }

  each("form", function (form) {
    form.addEventListener("submit", function (event) {
      if (event.submitter && event.submitter.hasAttribute("data-plain")) { return; }
      var question = form.getAttribute("data-confirm");
      if (form.getAttribute("data-sent")) { event.preventDefault(); return; }
      if (tooLarge(form)) { event.preventDefault(); return; }
      if (question && !window.confirm(question)) { event.preventDefault(); return; }
      if (form.getAttribute("data-sent")) { event.preventDefault(); return; }
      form.setAttribute("data-sent", "1");
      setTimeout(function () { form.removeAttribute("data-sent"); }, 8000);
    });
  });

  each("[data-add]", function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      addRow(document.getElementById(button.getAttribute("data-add"))).querySelector("[name]").focus();
    });
  });

  /* a picker in Chinese that adds files one after another: an old phone's camera gives one photo at a time */
  function picker(box, words) {
    var label = document.createElement("label");
    label.className = "btn w-100"; label.htmlFor = box.id; label.textContent = words;
    box.className = "visually-hidden"; box.parentNode.insertBefore(label, box.nextSibling);
    box.addEventListener("change", function () {
      var chosen = document.createElement("div"), names = document.createElement("span"), drop = document.createElement("button"), next = box.cloneNode(false);
      if (!box.files.length) { return; }
      names.textContent = Array.prototype.map.call(box.files, function (file) { return file.name; }).join("、");
      chosen.className = "row-between chosen"; drop.type = "button"; drop.className = "btn"; drop.textContent = "移除";
      drop.addEventListener("click", function () { chosen.parentNode.removeChild(chosen); box.parentNode.removeChild(box); });
      chosen.appendChild(names); chosen.appendChild(drop);
      next.value = ""; next.id = box.id + "-";
      label.parentNode.insertBefore(chosen, label); label.parentNode.insertBefore(next, label); label.parentNode.removeChild(label);
      picker(next, "再选文件");
    });
  }
  each("form[data-most] input[type=file]", function (box) { picker(box, "选择文件"); });

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
