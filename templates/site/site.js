/* What the pages do beyond being read: times that have passed since they were built are marked, and knowledge is searched. */
(function () {
  "use strict";

  function markLate() {
    var word = document.body.getAttribute("data-late") || "";
    var now = Date.now();
    document.querySelectorAll("[data-due]").forEach(function (one) {
      var due = Date.parse(one.getAttribute("data-due"));
      if (!isNaN(due) && due < now && !one.classList.contains("late")) {
        one.classList.remove("warn");
        one.classList.add("late");
        if (one.textContent.indexOf(word) < 0) { one.insertBefore(document.createTextNode(word + " "), one.firstChild); }
      }
    });
  }

  var CJK = /[\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]|[\ud840-\ud8bf][\udc00-\udfff]/;

  function normal(text) { return text.normalize("NFKC").toLowerCase(); }

  /* Chinese as pairs of characters (and each by itself), anything else as words. */
  function pieces(text, asked) {
    var found = [], run = [], word = "";
    function endRun() {
      for (var i = 0; i < run.length; i += 1) {
        if (!asked || run.length === 1) { found.push(run[i]); }
        if (i + 1 < run.length) { found.push(run[i] + run[i + 1]); }
      }
      run = [];
    }
    function endWord() { if (word) { found.push(word); } word = ""; }
    Array.from(normal(text)).forEach(function (one) {
      if (CJK.test(one)) { endWord(); run.push(one); }
      else if (/[\p{L}\p{N}]/u.test(one)) { endRun(); word += one; }
      else { endRun(); endWord(); }
    });
    endRun();
    endWord();
    return found;
  }

  function Index(documents) {
    var index = new Map();
    documents.forEach(function (row, place) {
      [[row[1], 8], [row[3], 5], [row[2], 2], [row[4], 1]].forEach(function (part) {
        new Set(pieces(part[0], false)).forEach(function (piece) {
          if (!index.has(piece)) { index.set(piece, new Map()); }
          var places = index.get(piece);
          places.set(place, (places.get(place) || 0) + part[1]);
        });
      });
    });
    var words = Array.from(index.keys()).filter(function (key) { return !CJK.test(key); });
    return function (text) {
      var scores = null;
      new Set(pieces(text, true)).forEach(function (piece) {
        var fits = CJK.test(piece) ? [piece] : words.filter(function (one) { return one.indexOf(piece) === 0; });
        var here = new Map();
        fits.forEach(function (one) {
          (index.get(one) || new Map()).forEach(function (score, place) {
            here.set(place, Math.max(here.get(place) || 0, score));
          });
        });
        var joined = new Map();
        here.forEach(function (score, place) {
          if (scores === null || scores.has(place)) { joined.set(place, score + (scores ? scores.get(place) : 0)); }
        });
        scores = joined;
      });
      return Array.from(scores || []).sort(function (a, b) { return b[1] - a[1] || a[0] - b[0]; })
        .map(function (row) { return documents[row[0]]; });
    };
  }

  function excerpt(row, asked) {
    var text = row[4] || "", low = text.toLowerCase(), at = -1;
    asked.concat(pieces(asked.join(" "), true)).some(function (one) { at = low.indexOf(one); return at >= 0; });
    var from = Math.max(0, at - 24);
    return (from > 0 ? "…" : "") + text.slice(from, from + 110) + (text.length > from + 110 ? "…" : "");
  }

  function search(form) {
    var input = document.getElementById("q"), hits = document.getElementById("hits");
    var count = document.getElementById("count"), find = null, most = 50;
    function show() {
      var text = input.value.trim();
      hits.replaceChildren();
      hits.hidden = !text;
      count.textContent = "";
      if (!text) { return; }
      find = find || Index(window.itilSearch || []);
      var rows = find(text), asked = normal(text).split(/\s+/);
      rows.slice(0, most).forEach(function (row) {
        var item = document.createElement("li"), link = document.createElement("a"), about = document.createElement("span");
        link.setAttribute("href", row[0]);
        link.textContent = row[1] || row[0];
        about.className = "quiet";
        about.textContent = row[2];
        item.append(link, " ", about);
        if (row[4]) {
          var said = document.createElement("p");
          said.textContent = excerpt(row, asked);
          item.append(said);
        }
        hits.append(item);
      });
      count.textContent = rows.length ? form.getAttribute("data-some") + rows.length : form.getAttribute("data-none");
    }
    form.addEventListener("submit", function (event) { event.preventDefault(); show(); });
    input.addEventListener("input", show);
    show();
  }

  markLate();
  var form = document.getElementById("search");
  if (form) { document.addEventListener("DOMContentLoaded", function () { search(form); }); }
}());
