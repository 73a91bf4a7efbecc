import { decode, encode } from './png.mjs';

const mostColours = 256;

/** @typedef {{ rgba: number[], count: number }} Colour */

/**
 * The same picture with at most 256 colours, which makes a screenshot about a third as large. Nothing changes for
 * the eye: an editor's window has few colours, and the edges of letters stay within a shade of what they were.
 *
 * @param {Buffer} png
 */
export function toPalette(png) {
  const { width, height, rgba } = decode(png);
  const words = new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.length / 4);
  /** @type {Map<number, Colour>} */
  const colours = new Map();
  words.forEach((word, pixel) => {
    const known = colours.get(word);
    if (known) known.count++;
    else colours.set(word, { rgba: [...rgba.subarray(pixel * 4, pixel * 4 + 4)], count: 1 });
  });
  const boxes = split([...colours.values()]);
  /** @type {Map<Colour, number>} */
  const numbers = new Map();
  boxes.forEach((box, number) => {
    for (const colour of box) numbers.set(colour, number);
  });
  const pixels = Uint8Array.from(words, word => numbers.get(/** @type {Colour} */ (colours.get(word))) ?? 0);
  return encode({ width, height, palette: boxes.map(average), pixels });
}

/**
 * Puts like colours together: the box that spreads the most is cut in two until there are enough.
 *
 * @param {Colour[]} colours
 */
function split(colours) {
  let boxes = [measure(colours)];
  while (boxes.length < mostColours) {
    const widest = boxes.reduce((a, b) => (b.weight > a.weight ? b : a));
    if (widest.weight === 0) break;
    const { channel } = widest;
    const sorted = widest.colours.sort((a, b) => a.rgba[channel] - b.rgba[channel]);
    const middle = (sorted[0].rgba[channel] + sorted[sorted.length - 1].rgba[channel]) / 2;
    const cut = sorted.findIndex(({ rgba }) => rgba[channel] > middle);
    boxes = [
      ...boxes.filter(box => box !== widest),
      measure(sorted.slice(0, cut)),
      measure(sorted.slice(cut)),
    ];
  }
  return boxes.map(box => box.colours);
}

/** @param {Colour[]} colours */
function measure(colours) {
  const spreads = [0, 1, 2, 3].map(channel => {
    const values = colours.map(({ rgba }) => rgba[channel]);
    return values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
  });
  const spread = Math.max(...spreads);
  const count = colours.reduce((sum, colour) => sum + colour.count, 0);
  // Rare colours matter too: an icon is small. So the spread weighs more than the number.
  return { colours, channel: spreads.indexOf(spread), weight: spread * spread * count ** 0.4 };
}

/** What is most frequent in a box stands for all of it: areas keep their very colour. @param {Colour[]} box */
function average(box) {
  return box.reduce((a, b) => (b.count > a.count ? b : a)).rgba;
}
