/* Files go as soon as they are chosen, in small pieces (tus 1.0), and go on where the line broke. Plain ES5. */
(function () {
  "use strict";
  var PIECE = 262144, LONGEST_WAIT = 30, duban = window.duban, made = window.duban.made, store = window.duban.store, stored = window.duban.stored;
  if (!window.Blob || !Blob.prototype.slice || !window.FormData) { return; }  /* then files go with the form, as ever */

  function all(root, selector) { return Array.prototype.slice.call(root.querySelectorAll(selector)); }

  function formOf(row) {
    while (row && row.nodeName !== "FORM") { row = row.parentNode; }
    return row;
  }

  /* the form that waited for its last file is sent; one that lost a file waits for a person */
  function arrived(row, whole) {
    var form = formOf(row), waits = form && form.getAttribute("data-waits"), line = form && form.querySelector("[data-saved]");
    if (!waits || (whole && form.querySelector("[data-going]"))) { return; }
    form.removeAttribute("data-waits");
    if (whole) { form.querySelector("button:not([type=button]):not([formaction])").click(); }
    else if (line) { line.textContent = duban.t("有附件没有传上去，请核对后再提交"); }
  }

  function base64(words) {
    try { return btoa(unescape(encodeURIComponent(words))); } catch (half) { return btoa("file"); }
  }

  function ask(method, path, headers, body, done, moving) {
    var call = new XMLHttpRequest();
    call.open(method, path);
    call.setRequestHeader("Tus-Resumable", "1.0.0");
    Object.keys(headers).forEach(function (name) { call.setRequestHeader(name, headers[name]); });
    call.onload = function () { done(call.status, call); };
    call.onerror = call.ontimeout = call.onabort = function () { done(0, call); };
    if (moving && call.upload) { call.upload.onprogress = function (event) { moving(event.loaded); }; }
    call.send(body);
    return call;
  }

  function removable(row, path) {
    var button = row.querySelector("[data-remove]");
    button.hidden = false;
    button.addEventListener("click", function () {
      var key = row.getAttribute("data-key"), form = formOf(row);
      if (form) { form.removeAttribute("data-waits"); }
      row.parentNode.removeChild(row);
      if (key) { ask("DELETE", path + "/" + key, {}, null, function () { return; }); }
    });
  }

  function rowFor(file) {
    var row = made("div", "staged"), line = made("div", "row-between"), words = made("div"), button = made("button", "btn btn-small", duban.t("移除"));
    row.setAttribute("data-going", ""); button.type = "button"; button.setAttribute("data-remove", "");
    words.appendChild(made("div", "", file.name));
    words.appendChild(made("span", "muted small", duban.t("准备上传")));
    words.lastChild.setAttribute("role", "status");
    words.appendChild(document.createElement("progress"));
    words.lastChild.max = 100; words.lastChild.value = 0; words.lastChild.setAttribute("aria-label", duban.t("上传进度"));
    line.appendChild(words); line.appendChild(button); row.appendChild(line);
    return row;
  }

  function Going(file, box, path) {
    this.file = file; this.path = path; this.place = box.getAttribute("data-place");
    this.memory = "duban:file:" + this.place + ":" + file.name + ":" + file.size + ":" + file.lastModified;
    this.row = rowFor(file); this.tries = 0; this.timer = null;
    removable(this.row, path);
    box.querySelector("[data-staged]").appendChild(this.row);
  }

  Going.prototype.gone = function () { return !document.contains(this.row); };
  Going.prototype.say = function (words, bad) {
    var line = this.row.querySelector("[role=status]");
    if (line.textContent !== words) { line.textContent = words; }
    line.className = bad ? "small bad" : "muted small";
  };
  Going.prototype.far = function (bytes) {
    var part = Math.min(99, Math.floor(bytes * 100 / this.file.size));
    this.row.querySelector("progress").value = part;
    this.say(duban.t("正在上传 {0}%", part));
  };

  Going.prototype.stop = function (words) {
    store(this.memory, null);
    this.row.removeAttribute("data-going");
    this.drop();
    this.say(words || duban.t("没有传上去，请重新选择文件。"), true);
    arrived(this.row, false);
  };
  Going.prototype.drop = function () {
    var bar = this.row.querySelector("progress");
    if (bar) { bar.parentNode.removeChild(bar); }
  };

  /* back-off doubles to half a minute; a line that returns is used at once */
  Going.prototype.later = function () {
    var self = this, wait = Math.min(LONGEST_WAIT, Math.pow(2, this.tries)) * 1000;
    this.tries += 1;
    this.say(duban.t("网络中断，已传的部分保留，恢复后自动继续"));
    clearTimeout(this.timer);
    this.timer = setTimeout(function () { self.go(); }, wait);
  };

  Going.prototype.go = function () {
    var self = this, key = stored(this.memory);
    clearTimeout(this.timer);
    if (this.gone()) { return; }
    if (!key) { this.begin(); return; }
    this.row.setAttribute("data-key", key);
    ask("HEAD", this.path + "/" + key, {}, null, function (status, call) {
      if (status === 200 && +call.getResponseHeader("Upload-Length") === self.file.size) { self.from(+call.getResponseHeader("Upload-Offset"), call); }
      else if (status === 0 || status >= 500) { self.later(); }
      else { store(self.memory, null); self.begin(); }
    });
  };

  Going.prototype.begin = function () {
    var self = this, said = "filename " + base64(this.file.name) + ",place " + base64(this.place);
    ask("POST", this.path, { "Upload-Length": String(this.file.size), "Upload-Metadata": said }, null, function (status, call) {
      var key;
      if (status === 201) {
        key = call.getResponseHeader("Location").split("/").pop();
        if (self.gone()) { ask("DELETE", self.path + "/" + key, {}, null, function () { return; }); return; }
        store(self.memory, key); self.key = key; self.row.setAttribute("data-key", key);
        self.from(0, call);
      } else if (status === 0 || status >= 500) { self.later(); }
      else { self.stop(call.responseText); }
    });
  };

  Going.prototype.from = function (offset, call) {
    var self = this, receipt = call.getResponseHeader("Upload-Receipt");
    if (this.gone()) { return; }
    if (receipt) { this.received(receipt); return; }
    this.far(offset);
    ask("PATCH", this.path + "/" + this.row.getAttribute("data-key"),
      { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" },
      this.file.slice(offset, offset + PIECE),
      function (status, answer) {
        if (status === 204) { self.tries = 0; self.from(+answer.getResponseHeader("Upload-Offset"), answer); }
        else if (status === 0 || status >= 500) { self.later(); }
        else if (status === 409) { self.go(); }
        else { self.stop(answer.responseText); }
      },
      function (loaded) { self.far(offset + loaded); });
  };

  Going.prototype.received = function (receipt) {
    var label = made("label", "form-check"), tick = made("input", "form-check-input"), words = made("span", "form-check-label"), old = this.row.querySelector(".row-between").firstChild;
    store(this.memory, null);
    tick.type = "checkbox"; tick.name = "staged"; tick.value = this.row.getAttribute("data-key"); tick.checked = true;
    words.appendChild(document.createTextNode(this.file.name)); words.appendChild(document.createElement("br"));
    words.appendChild(made("span", "muted small", duban.t("已收到，回执号 {0}；勾选的随本次提交", receipt)));
    words.lastChild.setAttribute("role", "status");
    label.appendChild(tick); label.appendChild(words);
    this.row.removeAttribute("data-going"); old.textContent = ""; old.appendChild(label);
    arrived(this.row, true);
  };

  var going = [];
  window.addEventListener("online", function () { going.forEach(function (one) { if (one.row.hasAttribute("data-going")) { one.tries = 0; one.go(); } }); });

  function take(files, box, path) {
    var most = +box.getAttribute("data-file-mb");
    Array.prototype.forEach.call(files, function (file) {
      var one = new Going(file, box, path);
      going.push(one);
      all(box, "[data-key]").forEach(function (row) {  /* the row of the same file, begun before a reload, makes room */
        if (row !== one.row && row.getAttribute("data-key") === stored(one.memory)) { row.parentNode.removeChild(row); }
      });
      if (!file.size) { one.stop(duban.t("“{0}”是空文件。", file.name)); }
      else if (file.size > most * 1048576) { one.stop(duban.t("“{0}”超过{1}兆，请压缩或拆分后再传。", file.name, most)); }
      else { one.go(); }
    });
  }

  all(document, "[data-files]").forEach(function (box) {
    var path = box.getAttribute("data-files");
    all(box, "[data-staged] [data-remove]").forEach(function (button) {
      var row = button;
      while (!row.hasAttribute("data-key")) { row = row.parentNode; }
      removable(row, path);
    });
    all(box, "[data-picked]").forEach(function (part) {
      var input = part.querySelector("input"), label = part.querySelector("label");
      label.textContent = part.getAttribute("data-picked"); label.className = "btn w-100";
      part.className = "picker"; input.className = "visually-hidden";
      input.addEventListener("change", function () {
        take(input.files, box, path);
        input.value = "";
      });
    });
  });
}());
