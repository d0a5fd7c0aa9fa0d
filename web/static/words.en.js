/* English of the scripts' words; written by `make words` from web/locale/en.po, not by hand. */
window.duban = window.duban || {};
window.duban.words = {};
