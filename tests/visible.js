// What a reader can see of a page, worked out in the browser: a list of what is wrong, in words.
(() => {
  const parse = (color) => {
    const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number);
    return { rgb: [r, g, b], a };
  };
  const over = (top, below) => top.rgb.map((each, at) => each * top.a + below[at] * (1 - top.a));
  const light = (rgb) => {
    const [r, g, b] = rgb.map((each) => each / 255).map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [less, more] = [light(one), light(other)].sort((a, b) => a - b);
    return (more + 0.05) / (less + 0.05);
  };
  const behind = (node) => {
    if (!node) return [255, 255, 255];
    const color = parse(getComputedStyle(node).backgroundColor);
    return color.a === 1 ? color.rgb : over(color, behind(node.parentElement));
  };

  // The part of a glyph that stands out from what is behind it by 3:1, from 0 to 1.
  const visiblePart = (text, font, back) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 64;
    const paint = canvas.getContext("2d", { willReadFrequently: true });
    paint.fillStyle = `rgb(${back.join(" ")})`;
    paint.fillRect(0, 0, 64, 64);
    paint.font = `40px ${font}`;
    paint.fillText(text, 8, 48);
    const { data } = paint.getImageData(0, 0, 64, 64);
    let drawn = 0, seen = 0;
    for (let at = 0; at < data.length; at += 4) {
      const ratio = contrast([...data.slice(at, at + 3)], back);
      drawn += ratio > 1.05;
      seen += ratio >= 3;
    }
    return drawn ? seen / drawn : 0;
  };

  const isOwn = (cell) => cell.style.backgroundColor || cell.textContent.includes("📍");
  const ownPlaces = () => [...document.querySelectorAll(".card :is(td, th)")].filter(isOwn);

  window.visible = {
    ownPlaces: () => ownPlaces().map((cell) => {
      const back = behind(cell);
      const texts = [cell, ...cell.querySelectorAll("*")].map((each) => contrast(parse(getComputedStyle(each).color).rgb, back));
      const mark = cell.textContent.includes("📍") ? visiblePart("📍", getComputedStyle(cell).fontFamily, back) : null;
      return { text: Math.min(...texts), mark, tint: contrast(back, behind(cell.parentElement)) };
    }),
    overflow: () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    // What sticks out of the box of the card, and does not scroll there.
    outside: () => {
      const card = document.querySelector(".card").getBoundingClientRect();
      return card.left < 0 || card.right > document.documentElement.clientWidth;
    },
    // What keeps people out, as axe-core finds it: `rules` are those to try, or their tags; all if none is named.
    violations: async (rules) => {
      const found = await axe.run(document, { resultTypes: ["violations"], preload: false, ...(rules.length && { runOnly: rules }) });
      return found.violations.filter((each) => ["serious", "critical"].includes(each.impact))
        .map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(" | ")}`);
    },
  };
})();
