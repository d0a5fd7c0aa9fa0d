/* The unit's pages beyond HTML: keep what is typed, send once, never write over a colleague unseen. Old phones: ES5. */
(function () {
  "use strict";
  var duban = window.duban;

  function all(root, selector) { return Array.prototype.slice.call(root.querySelectorAll(selector)); }
  function each(selector, act) { all(document, selector).forEach(act); }
  function store(key, value) { try { if (value === null) { localStorage.removeItem(key); } else { localStorage.setItem(key, value); } } catch (full) { /* a full or closed store must not stop typing */ } }
  function stored(key) { try { return localStorage.getItem(key); } catch (closed) { return null; } }
  function made(name, className, words) {
    var found = document.createElement(name);
    if (className) { found.className = className; }
    if (words) { found.textContent = words; }
    return found;
  }

  function kept(box) { return box.name && box.name !== "staged" && box.type !== "file" && box.type !== "hidden" && box.type !== "submit" && box.type !== "search"; }

  function fieldsOf(form) {
    var found = {};
    Array.prototype.forEach.call(form.elements, function (box) {
      if (!kept(box) || ((box.type === "checkbox" || box.type === "radio") && !box.checked)) { return; }
      found[box.name] = box.name in found && box.name === "reuse" ? found[box.name] + " " + box.value : box.value;
    });
    return found;
  }

  function addRow(list) {
    var copy = list.lastElementChild.cloneNode(true), number = list.children.length + 1;
    all(copy, "[name]").forEach(function (box) { box.name = box.name.replace(/-\d+-/, "-" + number + "-"); box.value = ""; });
    all(copy, "[data-number]").forEach(function (mark) { mark.textContent = number; });
    list.appendChild(copy);
    return copy;
  }

  function addRows(form, fields) {
    all(form, "[data-add]").forEach(function (button) {
      var prefix = button.getAttribute("data-add"), list = document.getElementById(prefix), most = 0;
      Object.keys(fields).forEach(function (name) {
        var parts = name.split("-");
        if (parts[0] === prefix && parts.length === 3) { most = Math.max(most, +parts[1] || 0); }
      });
      while (list.children.length < Math.min(most, 200)) { addRow(list); }
    });
  }

  function fill(form, fields) {
    addRows(form, fields);
    Array.prototype.forEach.call(form.elements, function (box) {
      if (!kept(box)) { return; }
      if (box.type === "checkbox" || box.type === "radio") { box.checked = (" " + (fields[box.name] || "") + " ").indexOf(" " + box.value + " ") >= 0; }
      else if (box.name in fields) { box.value = fields[box.name]; }
    });
  }

  function encode(fields) {
    return Object.keys(fields).map(function (k) { return encodeURIComponent(k) + "=" + encodeURIComponent(fields[k]); }).join("&");
  }

  function keepDraft(form) {
    var path = form.getAttribute("data-draft"), key = "duban:" + path, timer = null, stopped = false;
    var seen = form.querySelector("[name=draft_seen]"), line = form.querySelector("[data-saved]"), beside = form.querySelector("[data-other]");

    function say(words) { if (line) { line.textContent = words; } }
    function here() { store(key, JSON.stringify({ fields: fieldsOf(form), seen: seen ? seen.value : "" })); }

    /* both drafts stand on the page: the colleague's to read, one's own in the form, nothing written over */
    function show(other) {
      var box = made("div", "notice info"), more = made("details"), mine = made("button", "btn w-100", duban.t("保留我写的")), theirs = made("button", "btn w-100", duban.t("改用另一份"));
      stopped = true;
      box.setAttribute("role", "alert");
      box.appendChild(made("b", "", other.error));
      more.open = true;
      more.appendChild(made("summary", "", duban.t("另一份草稿")));
      (other.said || []).forEach(function (pair) {
        var row = made("div", "line");
        row.appendChild(made("b", "", pair[0])); row.appendChild(made("div", "text", pair[1]));
        more.appendChild(row);
      });
      function choose() { seen.value = other.seen; stopped = false; beside.textContent = ""; save(); }
      mine.type = theirs.type = "button";
      mine.addEventListener("click", choose);
      theirs.addEventListener("click", function () { fill(form, other.fields); choose(); });
      box.appendChild(more); box.appendChild(mine); box.appendChild(theirs);
      beside.textContent = ""; beside.appendChild(box);
      say(duban.t("您写的暂存在本机，请先选择保留哪一份"));
    }

    function save() {
      var fields = fieldsOf(form), call = new XMLHttpRequest();
      here();
      if (stopped) { return; }
      if (seen) { fields.draft_seen = seen.value; }
      call.open("POST", path);
      call.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
      call.setRequestHeader("X-Requested-With", "duban");
      call.onload = function () {
        if (call.status < 300) {
          if (seen) { seen.value = call.getResponseHeader("X-Draft-Seen") || ""; }
          say(duban.t("草稿已保存 {0}", call.responseText)); store(key, null);
        } else if (call.status === 409 && beside) { show(JSON.parse(call.responseText)); }
        else { say(duban.t("草稿暂存在本机，尚未上传")); }
      };
      call.onerror = function () { say(duban.t("没有网络，草稿暂存在本机，联网后自动上传")); };
      call.send(encode(fields));
    }

    function restore() {
      var left = JSON.parse(stored(key) || "null");
      if (!left) { return; }
      if (seen && left.fields) { seen.value = left.seen || ""; }
      fill(form, left.fields || left); say(duban.t("已恢复上次未上传的草稿")); save();
    }

    /* kept here with every stroke: another form of the page may be sent before this one's turn to be saved comes */
    function typed(event) {
      if (!kept(event.target)) { return; }
      here(); clearTimeout(timer); timer = setTimeout(save, 1200);
    }
    form.addEventListener("input", typed);
    form.addEventListener("change", typed);
    window.addEventListener("online", function () { if (stored(key)) { save(); } });
    try { restore(); } catch (broken) { store(key, null); }
    form.addEventListener("submit", function (event) {
      if (event.defaultPrevented) { return; }
      clearTimeout(timer); here(); store("duban:sent", key);
    });
  }

  function tooLarge(form) {
    var most = +form.getAttribute("data-most"), size = 0;
    all(form, "input[type=file]").forEach(function (box) { Array.prototype.forEach.call(box.files || [], function (file) { size += file.size; }); });
    if (!most || size <= (most - 1) * 1048576) { return false; }
    window.alert(duban.t("附件合计超过{0}兆，请压缩或分次上传。", most));
    return true;
  }

  /* a form whose files are still on their way is sent when the last has come, unless somebody goes on writing */
  function wait(form, words) {
    var line = form.querySelector("[data-saved]"), button = sender(form);
    if (!line) {
      line = button.parentNode.insertBefore(made("div", "muted small"), button);
      line.setAttribute("data-saved", ""); line.setAttribute("aria-live", "polite");
    }
    form.setAttribute("data-waits", "1");
    line.textContent = words;
    form.addEventListener("input", function () {
      if (form.getAttribute("data-waits")) { form.removeAttribute("data-waits"); line.textContent = ""; }
    });
  }

  /* without a line the browser would put its own error page in place of the form: it stays, and goes when the line is back */
  function sender(form) { return form.querySelector("button:not([type=button]):not([formaction])"); }
  function cutOff(form) { return navigator.onLine === false && all(form, "button:not([type=button]):not([formaction])").length === 1; }
  window.addEventListener("online", function () {
    each("form[data-waits]", function (form) {
      if (form.querySelector("[data-going]")) { return; }
      form.removeAttribute("data-waits");
      sender(form).click();
    });
  });

  /* asked in this order: is a file still on its way, is there a line, is it too much, is it meant, was it sent a moment ago */
  each("form", function (form) {
    form.addEventListener("submit", function (event) {
      var question = form.getAttribute("data-confirm");
      if (form.querySelector("[data-going]")) { event.preventDefault(); wait(form, duban.t("附件还在上传，传完后自动提交；不需要的附件请先移除。")); return; }
      if (cutOff(form)) { event.preventDefault(); wait(form, duban.t("没有网络，尚未提交。请不要关闭此页，联网后自动提交。")); return; }
      if (form.getAttribute("data-sent") || tooLarge(form) || (question && !window.confirm(question))) { event.preventDefault(); return; }
      form.setAttribute("data-sent", "1");
      setTimeout(function () { form.removeAttribute("data-sent"); }, 8000);
    });
  });

  /* the copy on this phone goes only when the server's answer is on the screen: a send may die on the way */
  if (document.querySelector("[data-answer]")) {
    store(stored("duban:sent") || "duban:none", null); store("duban:sent", null);
    /* a page that answered a form is come back to by asking for it, not by sending the form again */
    if (history.replaceState) { history.replaceState(null, "", location.href); }
  }
  each("form[data-draft]", keepDraft);

  each("[data-add]", function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { addRow(document.getElementById(button.getAttribute("data-add"))).querySelector("[name]").focus(); });
  });
  each("[data-back]", function (link) {
    link.addEventListener("click", function (event) { if (history.length > 1) { event.preventDefault(); history.back(); } });
  });
  each("[data-print]", function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
  each("[data-find]", function (box) {
    box.hidden = false;
    box.addEventListener("input", function () {
      var word = box.value.trim();
      all(box.parentNode, ".earlier label").forEach(function (row) { row.hidden = Boolean(word) && row.textContent.indexOf(word) < 0; });
    });
  });
  window.addEventListener("pageshow", function () { each("form[data-sent]", function (form) { form.removeAttribute("data-sent"); }); });
  duban.made = made; duban.store = store; duban.stored = stored; duban.sender = sender;
}());
