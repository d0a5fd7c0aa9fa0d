/* Charts drawn from the tables on the page, the only source of their figures; heads of columns sort. Plain ES5. */
(function () {
  "use strict";

  /* seven colours that stay apart for colour-blind readers (Okabe and Ito); in print patterns keep them apart too */
  var COLOURS = ["#0072B2", "#E69F00", "#9AA5B1", "#D55E00", "#009E73", "#CC79A7", "#56B4E9"];

  function all(root, selector) { return Array.prototype.slice.call(root.querySelectorAll(selector)); }

  function value(cell) { return cell && cell.getAttribute("data-value") !== "" ? +cell.getAttribute("data-value") : null; }

  function read(table) {
    var heads = all(table, "thead th").map(function (head) { return head.textContent.trim(); });
    var rows = all(table, "tbody tr").map(function (row) { return row.cells; });
    return {
      names: rows.map(function (cells) { return cells[0].textContent.trim(); }),
      series: table.getAttribute("data-columns").split(",").map(function (place) {
        return { name: heads[+place], values: rows.map(function (cells) { return value(cells[+place]); }) };
      })
    };
  }

  function legend(box, data) {
    var list = document.createElement("ul");
    list.className = "chart-legend";
    data.series.forEach(function (one, n) {
      var line = document.createElement("li"), mark = document.createElement("span");
      mark.style.backgroundColor = COLOURS[n % COLOURS.length];
      line.appendChild(mark);
      line.appendChild(document.createTextNode(one.name));
      list.appendChild(line);
    });
    box.parentNode.insertBefore(list, box);
  }

  function options(table, data, printed) {
    var kind = table.getAttribute("data-chart"), across = kind === "across", share = table.hasAttribute("data-share");
    var stack = table.hasAttribute("data-stack") ? "all" : null, narrow = table.offsetWidth < 500 || window.innerWidth < 600;
    var names = { type: "category", data: data.names, inverse: across, axisTick: { show: false }, axisLabel: { color: "#222", width: narrow ? 84 : 180, overflow: "truncate", interval: across ? 0 : "auto" } };
    var figures = { type: "value", max: share ? 1 : null, minInterval: share ? 0 : 1, axisLabel: { color: "#444", formatter: share ? function (v) { return Math.round(v * 100) + "%"; } : null } };
    return {
      animation: false, aria: { enabled: !!printed, label: { enabled: false }, decal: { show: !!printed } }, color: COLOURS,
      textStyle: { fontFamily: "inherit", fontSize: 13 },
      grid: { left: 8, right: 24, top: 8, bottom: 8, containLabel: true },
      xAxis: across ? figures : names, yAxis: across ? names : figures,
      series: data.series.map(function (one, n) {
        return {
          name: one.name, type: kind === "line" ? "line" : "bar", data: one.values, stack: stack, barMaxWidth: 22, silent: true,
          symbolSize: 7, symbol: ["circle", "rect", "triangle"][n % 3], lineStyle: { width: 2, type: n ? "dashed" : "solid" }
        };
      })
    };
  }

  function height(table, data) {
    var bars = table.hasAttribute("data-stack") ? 1 : data.series.length;
    return table.getAttribute("data-chart") === "across" ? 40 + data.names.length * Math.max(26, 14 * bars + 10) : 260;
  }

  function draw(table) {
    var box = document.createElement("div"), data = read(table), chart;
    box.className = "chart";
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", window.duban.t("{0}图，数据见下表", table.getAttribute("data-title")));
    box.style.height = height(table, data) + "px";
    table.closest(".chart-part").insertBefore(box, table.closest("details"));
    legend(box, data);
    chart = window.echarts.init(box, null, { devicePixelRatio: Math.max(2, window.devicePixelRatio || 1) });
    chart.setOption(options(table, data));
    table.addEventListener("sorted", function () { chart.setOption(options(table, read(table)), true); });
    window.addEventListener("resize", function () { chart.resize(); });
    window.addEventListener("beforeprint", function () { chart.setOption(options(table, read(table), true), true); chart.resize({ width: 640 }); chart.getZr().flush(); });
    window.addEventListener("afterprint", function () { chart.setOption(options(table, read(table)), true); chart.resize({ width: "auto" }); });
    if (data.names.length > 12) { table.closest("details").open = false; }
  }

  function compare(place, down) {
    return function (a, b) {
      var x = value(a.cells[place]), y = value(b.cells[place]);
      if (x === y) { return a.rowNumber - b.rowNumber; }
      if (x === null) { return 1; }
      if (y === null) { return -1; }
      return down ? y - x : x - y;
    };
  }

  /* the order of the directory is the first order and comes back with the first column */
  function sortable(table) {
    var rows = all(table, "tbody tr"), heads = all(table, "thead th");
    rows.forEach(function (row, n) { row.rowNumber = n; });
    heads.forEach(function (head, place) {
      var button = document.createElement("button");
      button.type = "button"; button.className = "sort"; button.textContent = head.textContent;
      head.textContent = ""; head.appendChild(button);
      button.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") !== "descending";
        heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
        if (place) { head.setAttribute("aria-sort", down ? "descending" : "ascending"); }
        rows.sort(place ? compare(place, down) : function (a, b) { return a.rowNumber - b.rowNumber; });
        rows.forEach(function (row) { table.tBodies[0].appendChild(row); });
        table.dispatchEvent(new CustomEvent("sorted"));
      });
    });
  }

  all(document, "table[data-chart]").forEach(function (table) {
    if (window.echarts) { draw(table); }
    sortable(table);
  });
  window.addEventListener("beforeprint", function () { all(document, ".chart-part details").forEach(function (part) { part.open = true; }); });
}());
