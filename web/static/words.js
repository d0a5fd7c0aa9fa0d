/* Words of scripts: Chinese in the source, another language from a catalogue loaded before this. Plain ES5. */
window.duban = window.duban || {};
window.duban.t = function (words) {
  "use strict";
  var more = Array.prototype.slice.call(arguments, 1), said = (window.duban.words || {})[words] || words;
  return said.replace(/\{(\d)\}/g, function (_all, place) { return String(more[+place]); });
};
