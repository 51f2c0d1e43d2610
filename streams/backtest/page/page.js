"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const CHARTS = [
    { name: "mentions", usual: "mentions_usual", height: 96, digits: 0 },
    { name: "negative", usual: "negative_usual", height: 84, digits: 0 },
    { name: "share", usual: "share_usual", height: 72, top: 100, unit: "%" },
    { name: "rate", height: 96, log: true },
  ];
  const LEFT = 62, RIGHT = 8, TOP = 8, AXIS = 18;
  const MINUTE = 60000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
  const STEPS = [5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY,
    91 * DAY, 365 * DAY];
  const spanish = data.language === "es";
  const number = new Intl.NumberFormat(data.language, { maximumSignificantDigits: 3, useGrouping: true });
  const zoned = (options) => new Intl.DateTimeFormat(data.language, { timeZone: data.zone, hourCycle: "h23", ...options });
  const HM = { hour: "2-digit", minute: "2-digit" };
  const exact = zoned({ weekday: "short", day: "numeric", month: "short", ...HM });
  const clock = zoned(HM), day = zoned({ day: "numeric", month: "short" });
  const month = zoned({ month: "short", year: "numeric" });
  const parts = zoned({ year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" });

  const make = (name, attributes = {}, ...inside) => {
    const svg = ["svg", "path", "line", "rect", "text", "g"].includes(name);
    const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...inside);
    return node;
  };

  /** The zone's offset from UTC at a moment, ms. */
  const offset = (at) => {
    const of = Object.fromEntries(parts.formatToParts(at).map((part) => [part.type, Number(part.value)]));
    return Date.UTC(of.year, of.month - 1, of.day, of.hour, of.minute, of.second) - Math.floor(at / 1000) * 1000;
  };

  /** How often a month, in words: 10 a month, 1 in 8 years. */
  const often = (log) => {
    const months = 10 ** -log;
    if (log >= data.calmest) return spanish ? "tranquilo" : "calm";
    if (log <= data.rarest) return spanish ? "< 1 en 100 años" : "< 1 in 100 years";
    if (months >= 24) return spanish ? `1 en ${number.format(Math.round(months / 12))} años` : `1 in ${number.format(Math.round(months / 12))} years`;
    if (months >= 1.5) return spanish ? `1 en ${number.format(months)} meses` : `1 in ${number.format(months)} months`;
    const times = number.format(Number((1 / months).toPrecision(2)));
    return spanish ? `${times} al mes` : `${times} a month`;
  };
  /** Levels of the axis of evidence with their labels; the words are by times a year. */
  const SCALE = Object.entries(data.words.scale).map(([times, label]) => [Math.log10(times / 12), label]);

  /** A round number at or above the value, for the top of an axis. */
  const roundUp = (value) => {
    const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
    return [1, 2, 4, 5, 10].map((step) => step * power).find((top) => top >= value && top >= 4) ?? 10 * power;
  };

  const time = (brand, index) => data.first + brand.at[index] * data.width;

  /** Draws all charts of a brand between two moments. */
  const draw = (place, brand, from, to, reset) => {
    const width = place.clientWidth, inner = width - LEFT - RIGHT;
    const x = (at) => LEFT + ((at - from) / (to - from)) * inner;
    let first = 0, last = brand.at.length - 1;
    while (first < last && time(brand, first + 1) < from) first += 1;
    while (last > first && time(brand, last - 1) > to) last -= 1;
    const moment = make("span", {}, data.words.hint), button = make("button", { type: "button" }, data.words.whole);
    button.hidden = from <= data.first && to >= data.last;
    button.addEventListener("click", reset);
    const hairs = [], outputs = [];
    const figures = CHARTS.map((chart, place_) => {
      const { svg, output, hair } = one(chart, brand, { width, inner, from, to, x, first, last }, place_ === CHARTS.length - 1);
      hairs.push(hair);
      outputs.push(output);
      const label = make("span", {}, data.words.charts[chart.name]);
      return make("figure", {}, make("figcaption", {}, label, output), svg);
    });
    place.replaceChildren(make("div", { class: "when quiet" }, moment, button), ...figures);
    const point = (event) => {
      const at = from + ((event.clientX - place.getBoundingClientRect().left - LEFT) / inner) * (to - from);
      let index = first;
      while (index < last && Math.abs(time(brand, index + 1) - at) <= Math.abs(time(brand, index) - at)) index += 1;
      if (!brand.at.length) return;
      const shown = Math.min(Math.max(x(time(brand, index)), LEFT), width - RIGHT);
      moment.textContent = exact.format(time(brand, index));
      hairs.forEach((hair) => { hair.setAttribute("x1", shown); hair.setAttribute("x2", shown); hair.removeAttribute("visibility"); });
      CHARTS.forEach((chart, place_) => { outputs[place_].textContent = say(chart, brand, index); });
    };
    place.onpointermove = point;
    place.onpointerdown = point;
  };

  const say = (chart, brand, index) => {
    const value = brand[chart.name][index];
    if (chart.log) return often(value);
    const shown = value === null ? "–" : number.format(value) + (chart.unit ? ` ${chart.unit}` : "");
    const usual = brand[chart.usual][index];
    return usual === null ? shown : `${shown} (${data.words.usual} ${number.format(usual)}${chart.unit ? ` ${chart.unit}` : ""})`;
  };

  /** One chart: its grid, what was planned, the incidents, what is usual, what was. */
  const one = (chart, brand, { width, inner, from, to, x, first, last }, axis) => {
    const height = chart.height, bottom = TOP + height;
    const indexes = Array.from({ length: last - first + 1 }, (_, index) => first + index).filter((index) => index < brand.at.length);
    const most = Math.max(0, ...indexes.map((i) => Math.max(brand[chart.name][i] ?? 0, (chart.usual && brand[chart.usual][i]) ?? 0)));
    const top = chart.log ? data.rarest : chart.top ?? roundUp(most), base = chart.log ? data.calmest : 0;
    const y = (value) => bottom - ((value - base) / (top - base)) * height;
    const svg = make("svg", { viewBox: `0 0 ${width} ${bottom + (axis ? AXIS : 5)}`, height: bottom + (axis ? AXIS : 5), role: "img" });
    svg.setAttribute("aria-label", data.words.charts[chart.name]);
    const written = (level) => [level, number.format(level) + (chart.unit ? ` ${chart.unit}` : "")];
    for (const [level, label] of chart.log ? SCALE : [0, top / 2, top].map(written)) {
      svg.append(
        make("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(level), y2: y(level) }),
        make("text", { x: LEFT - 6, y: y(level) + 4, "text-anchor": "end" }, label),
      );
    }
    for (const span of [...brand.planned, ...brand.incidents]) {
      const start = Math.max(x(span.from), LEFT), end = Math.min(x(span.to), width - RIGHT);
      if (end < LEFT || start > width - RIGHT) continue;
      svg.append(
        make("rect", { class: `band ${span.severity}`, x: start, y: TOP, width: Math.max(end - start, 1), height }),
        make("line", { class: `edge ${span.severity}`, x1: start, x2: start, y1: TOP, y2: bottom }),
      );
    }
    const trace = (values) => {
      let path = "", open = false;
      for (const index of indexes) {
        const value = values[index];
        if (value === null) { open = false; continue; }
        const at = Math.min(Math.max(x(time(brand, index)), LEFT), width - RIGHT);
        path += `${open ? "L" : "M"}${at.toFixed(1)} ${y(value).toFixed(1)}`;
        open = true;
      }
      return path;
    };
    const drawn = trace(brand[chart.name]);
    if (chart.usual) svg.append(make("path", { class: "usual", d: trace(brand[chart.usual]) }));
    if (!chart.log && !chart.top && drawn) {
      const starts = x(time(brand, indexes[0])), ends = x(time(brand, indexes[indexes.length - 1]));
      const inside = (at) => Math.min(Math.max(at, LEFT), width - RIGHT).toFixed(1);
      svg.append(make("path", { class: "area", d: `${drawn}L${inside(ends)} ${bottom}L${inside(starts)} ${bottom}Z` }));
    }
    svg.append(make("path", { class: "line", d: drawn }));
    if (chart.log) {
      const at = y(Math.min(Math.max(Math.log10(brand.budget), data.rarest), data.calmest));
      svg.append(
        make("line", { class: "budget", x1: LEFT, x2: width - RIGHT, y1: at, y2: at }),
        make("text", { class: "budget-label", x: LEFT + 4, y: at - 4 },
          `${data.words.budget}: ${often(Math.log10(brand.budget))}`),
      );
    }
    if (axis) svg.append(...ticks(from, to, x, inner, bottom));
    const hair = make("line", { class: "hair", x1: LEFT, x2: LEFT, y1: TOP, y2: bottom, visibility: "hidden" });
    svg.append(hair);
    return { svg, hair, output: make("output") };
  };

  /** Labels of the axis of time, at round moments of the reader's zone. */
  const ticks = (from, to, x, inner, bottom) => {
    const step = STEPS.find((each) => ((to - from) / each) * 64 <= inner) ?? STEPS[STEPS.length - 1];
    const shift = offset(from);
    const out = [];
    for (let at = Math.ceil((from + shift) / step) * step - shift; at <= to; at += step) {
      const midnight = (at + offset(at)) % DAY === 0;
      const label = step >= 30 * DAY ? month.format(at) : step >= DAY || midnight ? day.format(at) : clock.format(at);
      const place = x(at);
      if (place < LEFT + 12 || place > LEFT + inner - 12) continue;
      out.push(make("text", { x: place, y: bottom + 14, "text-anchor": "middle" }, label));
    }
    return out;
  };

  const places = [...document.querySelectorAll(".charts")];
  const ranges = new Map();
  const show = (place) => {
    const brand = data.brands[place.dataset.brand];
    const [from, to] = ranges.get(place) ?? [data.first, Math.max(data.last, data.first + MINUTE)];
    draw(place, brand, from, to, () => { ranges.delete(place); show(place); });
  };
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting && !entry.target.childElementCount) show(entry.target);
  }, { rootMargin: "600px" });
  places.forEach((place) => { place.style.minHeight = "440px"; seen.observe(place); });
  let known = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === known) return;
    known = window.innerWidth;
    places.filter((place) => place.childElementCount).forEach(show);
  });
  window.addEventListener("beforeprint", () => places.forEach(show));

  for (const button of document.querySelectorAll("button.zoom")) {
    const place = button.closest(".brand").querySelector(".charts");
    const incident = data.brands[place.dataset.brand].incidents[button.dataset.incident];
    button.hidden = false;
    button.addEventListener("click", () => {
      const around = Math.max(3 * HOUR, (incident.to - incident.from) / 2);
      ranges.set(place, [Math.max(incident.from - around, data.first), Math.min(incident.to + around, data.last)]);
      show(place);
      place.scrollIntoView({ block: "nearest" });
    });
  }

  const filter = document.getElementById("filter");
  if (filter) {
    filter.hidden = false;
    filter.addEventListener("input", () => {
      const wanted = filter.value.trim().toLowerCase();
      for (const brand of document.querySelectorAll(".brand")) brand.hidden = !brand.dataset.name.includes(wanted);
    });
  }
})();
