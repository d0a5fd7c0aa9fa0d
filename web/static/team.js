/* A visit without signal: every change is kept on the phone, sent one by one, and never over somebody else's. ES5. */
(function () {
  "use strict";
  var main = document.querySelector("[data-team]"), t = window.duban.t, store = window.dubanStore, forms = window.dubanForms;
  if (!main || !store) { return; }
  var fieldsOf = forms.fields, fill = forms.fill, filesOf = forms.files, asBrought = forms.asBrought;
  var who = main.getAttribute("data-who"), mark = document.querySelector("[data-visit]");
  var here = mark ? mark.getAttribute("data-visit") : location.pathname;
  var queue = {}, busy = false, stopped = "", pending = 0, foreign = 0;

  function each(selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); }
  function all(root, selector) { return Array.prototype.slice.call(root.querySelectorAll(selector)); }
  function say(form, words) { var place = form && form.querySelector("[data-state]"); if (place) { place.textContent = words; } }
  function list() { return Object.keys(queue).map(function (id) { return queue[id]; }).sort(function (a, b) { return a.made - b.made; }); }
  function unsent() { return list().filter(function (entry) { return entry.kind !== "draft"; }); }
  function stuck() { return unsent().filter(function (entry) { return entry.state !== "waiting" && entry.visit === here; })[0]; }
  function formOf(entry) { return document.getElementById(entry.form); }

  /* the line at the bottom: what is not uploaded yet */
  function report() {
    var place = document.querySelector("[data-queue-state]"), button = document.querySelector("[data-send]"), count = unsent().length;
    var words = count ? t("未上传 {0} 项", count) : (pending ? "" : t("已全部上传"));
    if (count && stopped) { words += " · " + stopped; }
    if (foreign) { words += " · " + t("本机另有他人未上传的 {0} 项，请其本人登录后上传", foreign); }
    if (place) { place.textContent = words; place.className = count ? "unsent" : ""; }
    if (button) { button.hidden = !count; button.textContent = stuck() ? t("去处理") : t("立即上传"); }
  }

  function keep(entry) {
    queue[entry.id] = entry;
    store.put(entry, function (kept) {
      if (!kept) { say(formOf(entry), t("本机存不下，请保持本页打开，联网后上传")); }
    });
    report();
  }

  function drop(entry) { delete queue[entry.id]; store.drop(entry.id); report(); }

  function entryOf(form, kind) {
    var single = kind === "score" || kind === "sheet" || kind === "draft" || kind === "act" || kind === "fix";
    return {
      id: [who, here, kind, form.id, single ? "" : Date.now() + "-" + Math.random()].join("|"), who: who, visit: here, kind: kind,
      url: form.getAttribute("action"), form: form.id, fields: fieldsOf(form), files: filesOf(form), state: "waiting", made: Date.now(), at: Date.now() + Math.random()
    };
  }

  function queueUp(form, kind) {
    var entry = entryOf(form, kind), old = queue[entry.id];
    if (old) { entry.made = old.made; if (!entry.files.length) { entry.files = old.files || []; } }
    clearBox(form);
    if (kind === "photo") { entry.files.forEach(function (file) { var one = entryOf(form, kind); one.files = [file]; keep(one); }); } else { keep(entry); }
    say(form, navigator.onLine === false ? t("已存本机，联网后自动上传") : t("正在上传…"));
    dropDraft(form);
    send();
  }

  function dropDraft(form) { var id = [who, here, "draft", form.id, ""].join("|"); if (queue[id]) { drop(queue[id]); } }
  function clearBox(form) { all(form, ".conflict-box").forEach(function (box) { box.parentNode.removeChild(box); }); }

  /* sending: one at a time, oldest first; what is refused or in conflict waits for a person */
  function next() { return unsent().filter(function (entry) { return entry.state === "waiting"; })[0]; }

  function send() {
    var entry = next(), call, body, stamp;
    if (busy || !entry) { report(); return; }
    busy = true; stamp = entry.at;
    call = new XMLHttpRequest(); body = new FormData();
    Object.keys(entry.fields).forEach(function (name) { body.append(name, entry.fields[name]); });
    (entry.files || []).forEach(function (file) { body.append("files", file, file.name || "photo.jpg"); });
    call.open("POST", entry.url);
    call.setRequestHeader("X-Requested-With", "duban");
    call.setRequestHeader("X-Duban-Who", who);  /* another may have signed in on this phone meanwhile */
    call.timeout = 120000;
    if (call.upload && entry.files && entry.files.length) {
      call.upload.onprogress = function (event) {
        if (event.lengthComputable) { say(formOf(entry), t("正在上传 {0}%", Math.round(event.loaded / event.total * 100))); }
      };
    }
    call.onload = function () { busy = false; answered(entry, stamp, call); };
    call.onerror = call.ontimeout = function () {
      busy = false; stopped = t("没有网络，已存本机"); say(formOf(entry), t("已存本机，联网后自动上传")); report();
    };
    call.send(body);
  }

  function answered(entry, stamp, call) {
    var told = null, one;
    try { told = JSON.parse(call.responseText); } catch (page) { /* the sign-in page, or a gateway's */ }
    one = told && told.items ? told.items[0] : null;
    if (!one && call.status === 413) { one = { state: "refused", sentence: t("文件过大，请压缩或分次上传") }; }
    if (!one && told && told.error) { one = { state: "refused", sentence: told.error }; }
    if (!one) {
      stopped = call.status >= 500 ? t("系统暂时不能接收，稍后自动重试") : t("登录已过期，请重新登录后自动上传");
      say(formOf(entry), t("已存本机，尚未上传")); report();
      return;
    }
    stopped = "";
    if (one.state === "ok") { accepted(entry, stamp, one, told); } else { turnedBack(entry, stamp, one); }
    send();
  }

  function accepted(entry, stamp, one, told) {
    var form = formOf(entry), now = queue[entry.id], base = form && form.querySelector("[name=version]");
    if (base && one.version !== undefined) { base.value = one.version; }
    if (now && now.at !== stamp) {
      if (one.version !== undefined) { now.fields.version = String(one.version); }
      keep(now);
    } else { drop(entry); say(form, t("已上传")); }
    if (told.sums) { sums(told.sums); }
    if (told.sheet) { proposed(told.sheet, entry); }
    if (form) { shown(form, entry, one); }
  }

  function shown(form, entry, one) {
    var card = form.parentNode, words = card.querySelector ? card.querySelector("[data-words]") : null, place;
    if (entry.kind === "score" && words) {
      words.textContent = one.words; words.className = "tag " + (one.answered ? "green" : "");
      card.className = card.className.replace(" answered", "") + (one.answered ? " answered" : "");
    }
    if (entry.kind === "photo") { (one.photos || []).forEach(function (photo) { addLink(card.querySelector("[data-photos]"), "/evidence/" + photo.id, photo.name); }); }
    if (entry.kind === "problem") { addLink(document.querySelector("[data-found]"), "/problems/" + one.id, one.problem, one.words); }
    if (entry.kind === "act" && (place = document.querySelector("[data-visit-state]"))) { place.textContent = one.words; form.hidden = true; }
    if ((entry.kind === "sheet" || entry.kind === "fix") && !unsent().length) { location.reload(); }
  }

  /* a problem was entered: the sheet to be read out says so, unless its text was changed by hand */
  function proposed(words, entry) {
    var box = document.getElementById("sheet-text");
    if (!box) { return; }
    if (asBrought(box)) { box.value = box.defaultValue = words; }
    else if (box.value.indexOf(entry.fields.title || "") < 0) { say(box.form, t("刚登记的问题没有写入反馈内容，请核对")); }
  }

  function addLink(place, href, words, tag) {
    var row = document.createElement("li"), link = document.createElement("a"), state = document.createElement("span");
    if (!place || place.querySelector('a[href="' + href + '"]')) { return; }
    all(place, "[data-none]").forEach(function (none) { place.removeChild(none); });
    link.href = href; link.className = "tap"; link.textContent = words; row.appendChild(link);
    if (tag) { state.className = "tag"; state.textContent = tag; row.appendChild(document.createTextNode(" ")); row.appendChild(state); }
    place.appendChild(row);
  }

  function turnedBack(entry, stamp, one) {
    var now = queue[entry.id];
    if (!now || now.at !== stamp) { return; }
    now.state = one.state; now.sentence = one.sentence; now.theirs = one.theirs || null; now.mine = one.mine || "";
    keep(now); tell(now);
  }

  /* a refusal or a conflict beside the form; both values, and the person chooses */
  function tell(entry) {
    var form = formOf(entry), box, card = form;
    if (!form) { if (entry.visit === here) { orphan(entry); } return; }
    if (entry.kind === "problem") { if (!forms.untouched(form)) { return; } fill(form, entry.fields); form.shows = entry.id; }
    clearBox(form);
    while (card && card !== document.body) { if (card.tagName === "DETAILS") { card.open = true; } card = card.parentNode; }
    box = document.createElement("div"); box.className = "conflict-box notice bad"; box.setAttribute("role", "alert");
    line(box, entry.sentence);
    if (entry.state === "conflict" && entry.theirs) {
      line(box, t("已保存（{0} {1}）：{2}", entry.theirs.by, entry.theirs.at, entry.theirs.words));
      line(box, t("本机填写：{0}", entry.mine));
      choice(box, t("用本机填写的"), function () {
        form.querySelector("[name=version]").value = entry.fields.version = String(entry.theirs.version);
        again(entry);
      });
      choice(box, t("用已保存的"), function () {
        var theirs = entry.theirs, fields = theirs.fields;
        fields.version = String(theirs.version); fields.item = entry.fields.item;
        fill(form, fields); clearBox(form); drop(entry); say(form, t("已采用已保存的内容"));
        shown(form, entry, theirs);
      });
    } else {
      choice(box, t("改好后重试"), function () { resend(entry, form); });
      if (entry.kind !== "score") { choice(box, t("不再上传"), function () { clearBox(form); drop(entry); say(form, ""); if (entry.kind === "problem") { emptied(form); } }); }
    }
    card = form.querySelector(".item-acts");  /* below what is being typed: nothing moves under the finger */
    form.insertBefore(box, card && card.parentNode === form ? card : form.firstChild);
    say(form, entry.state === "conflict" ? t("两边内容不同，请选择") : t("未上传，请按提示修改"));
  }

  function resend(entry, form) {
    var files = filesOf(form);
    entry.fields = fieldsOf(form);
    if (files.length) { entry.files = files; }
    again(entry);
    if (entry.kind === "problem") { emptied(form); }
  }

  /* the form of a problem is free for the next: one that was turned back meanwhile is shown in it */
  function emptied(form) {
    form.reset(); form.shows = ""; dropDraft(form);
    unsent().some(function (one) { if (one.form === form.id && one.visit === here && one.state !== "waiting") { tell(one); return true; } return false; });
  }

  /* turned back and without a form by now (called off, handed in, signed): its words stay until the person gives them up */
  function orphan(entry) {
    var box = document.createElement("div"), card = document.getElementById("item-" + entry.fields.item);
    var words = ["title", "detail", "reason", "note", "sheet"].map(function (name) { return entry.fields[name]; });
    if (all(document, ".conflict-box").some(function (one) { return one.entry === entry.id; })) { return; }
    card = card && card.querySelector(".item-title");
    box.className = "conflict-box notice bad"; box.setAttribute("role", "alert"); box.entry = entry.id;
    line(box, entry.sentence);
    line(box, t("没有上传的内容：{0}", [card && card.textContent.trim()].concat(words).filter(Boolean).join("；")));
    choice(box, t("不再上传"), function () { box.parentNode.removeChild(box); drop(entry); });
    mark.parentNode.insertBefore(box, mark);
  }

  function again(entry) { clearBox(formOf(entry)); entry.state = "waiting"; entry.at = Date.now() + Math.random(); keep(entry); send(); }
  function line(box, words) { var row = document.createElement("div"); row.className = "text"; row.textContent = words; box.appendChild(row); }
  function choice(box, words, act) {
    var button = document.createElement("button");
    button.type = "button"; button.className = "btn"; button.textContent = words;
    button.addEventListener("click", act); box.appendChild(button);
  }

  function sums(told) {
    var place = document.querySelector("[data-total]"), words = t("还有{0}项未答", told.left);
    if (told.scored) {
      words = t("还有{0}项未答，得{1}分（应计{2}分）", told.left, told.raw, told.base);
      if (told.percent !== null) { words += " " + told.percent + "%"; }
    }
    if (place) { place.textContent = words; }
    each("[data-sum]", function (mark) { mark.textContent = told.sheets[mark.getAttribute("data-sum")] || mark.textContent; });
  }

  /* forms: answers are kept as they are typed, the rest when it is sent; half-typed text is kept as a draft */
  function watch(form, number) {
    var kind = form.getAttribute("data-queue"), timer = null, waits = false, draft;
    if (!form.id) { form.id = "form-" + kind + "-" + (form.getAttribute("data-item") || number); }
    function now() { clearTimeout(timer); if (waits) { waits = false; pending -= 1; } }
    function keepTyped() {
      now();
      if (kind === "score") { queueUp(form, kind); }
      else if (kind !== "photo" && kind !== "act") { draft = entryOf(form, "draft"); draft.files = []; draft.fields = forms.typed(form); keep(draft); if (kind === "draft") { say(form, t("草稿已存本机")); } }
    }
    function leaving() { if (waits) { keepTyped(); } }
    form.addEventListener("input", function () {
      now(); waits = true; pending += 1; report();
      timer = setTimeout(keepTyped, 700);
    });
    form.addEventListener("submit", function (event) {
      if (kind === "draft") { now(); return; }
      if (event.defaultPrevented) { return; }
      event.preventDefault(); now(); form.removeAttribute("data-sent");
      if (kind === "photo" && !filesOf(form).length) { say(form, t("请先拍照或选择文件")); return; }
      if (kind === "problem" && queue[form.shows]) { resend(queue[form.shows], form); return; }
      queueUp(form, kind);
      if (kind === "photo") { form.reset(); }
      if (kind === "problem") { emptied(form); if (form.parentNode.tagName === "DETAILS" && navigator.onLine === false) { say(form, t("已存本机，联网后自动登记")); } }
    });
    window.addEventListener("beforeunload", leaving);
    document.addEventListener("visibilitychange", function () { if (document.hidden) { leaving(); } });
    all(form, "input[type=file]").forEach(function (box) { picker(form, box, kind); });
  }

  /* a file box in the page's own words; a photo of an item goes up as soon as it is taken */
  function picker(form, box, kind) {
    var label = form.querySelector("label[for='" + box.id + "']"), names = document.createElement("span"), button = form.querySelector("button");
    if (!label || kind === "draft") { return; }
    label.className = "btn w-100"; box.className = "visually-hidden"; names.className = "small muted"; label.parentNode.insertBefore(names, box.nextSibling);
    if (kind === "photo") { button.hidden = true; }
    box.addEventListener("change", function () {
      names.textContent = Array.prototype.map.call(box.files || [], function (file) { return file.name; }).join("、");
      if (kind === "photo" && box.files.length) { queueUp(form, kind); form.reset(); names.textContent = ""; }
    });
    form.addEventListener("reset", function () { names.textContent = ""; });
  }

  function restore(entry) {
    var form = formOf(entry), base = form && form.querySelector("[name=version]"), page = base && base.value;
    if (entry.visit !== here) { return; }
    if (!form) { if (entry.kind === "draft") { drop(entry); } else if (entry.state !== "waiting") { orphan(entry); } return; }
    if (entry.kind === "score" || entry.kind === "sheet" || entry.kind === "draft" || entry.kind === "fix") {
      fill(form, entry.fields, entry.kind === "draft");
      if (base && entry.kind !== "score" && entry.state !== "waiting" || base && entry.kind === "draft") { base.value = page; }
      if (entry.kind === "draft") { openAll(form); }
    }
    say(form, entry.kind === "draft" ? t("已恢复未提交的内容") : t("已存本机，尚未上传"));
    if (entry.state !== "waiting") { tell(entry); }
  }

  function openAll(node) { while (node && node !== document.body) { if (node.tagName === "DETAILS") { node.open = true; } node = node.parentNode; } }

  function retry() { if (unsent().some(function (entry) { return entry.state === "waiting"; })) { stopped = ""; send(); } }

  each("form[data-queue]", watch);
  store.all(function (kept) {
    kept.forEach(function (entry) {
      if (entry.who === who) { queue[entry.id] = entry; restore(entry); } else if (entry.kind !== "draft") { foreign += 1; }
    });
    report(); send();
  });
  window.addEventListener("online", retry);
  window.addEventListener("offline", function () { stopped = t("没有网络，已存本机"); report(); });
  setInterval(retry, 20000);
  each("[data-send]", function (button) { button.addEventListener("click", function () {
    var entry = stuck(), form = entry && formOf(entry);
    if (form) { openAll(form); }
    if (entry) { ((form || document).querySelector(".conflict-box") || form || mark).scrollIntoView({ block: "center" }); } else { retry(); }
  }); });
  window.addEventListener("beforeunload", function (event) {
    if (unsent().length || pending > 0) { event.preventDefault(); event.returnValue = t("还有未上传的内容"); }
  });
}());
