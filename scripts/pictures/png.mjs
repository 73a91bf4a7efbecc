import { crc32, deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** @typedef {{ width: number, height: number, rgba: Uint8Array }} Picture */

/**
 * Reads a PNG as browsers write them: eight bits, with or without alpha, not interlaced.
 *
 * @param {Buffer} png
 * @returns {Picture}
 */
export function decode(png) {
  if (!png.subarray(0, 8).equals(signature)) throw new Error('This is no PNG.');
  /** @type {Buffer[]} */
  const data = [];
  /** @type {Buffer} */
  let header = Buffer.alloc(13);
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') header = body;
    if (type === 'IDAT') data.push(body);
    at += length + 12;
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const channels = header[9] === 6 ? 4 : 3;
  if (header[8] !== 8 || (header[9] !== 6 && header[9] !== 2) || header[12] !== 0) {
    throw new Error('This kind of PNG is not read here.');
  }
  return {
    width,
    height,
    rgba: withAlpha(unfilter(inflateSync(Buffer.concat(data)), width, height, channels), channels),
  };
}

/**
 * Writes a PNG whose pixels are numbers of at most 256 colours.
 *
 * @param {{ width: number, height: number, palette: readonly number[][], pixels: Uint8Array }} picture Colours are
 *   red, green, blue and alpha.
 */
export function encode({ width, height, palette, pixels }) {
  const bits = palette.length <= 2 ? 1 : palette.length <= 4 ? 2 : palette.length <= 16 ? 4 : 8;
  const perByte = 8 / bits;
  const rowLength = Math.ceil(width / perByte);
  const raw = Buffer.alloc(height * (rowLength + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * (rowLength + 1) + 1 + Math.floor(x / perByte);
      raw[at] |= pixels[y * width + x] << (8 - bits - (x % perByte) * bits);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bits, 3, 0, 0, 0], 8);
  const alphas = palette.map(([, , , alpha]) => alpha);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap(colour => colour.slice(0, 3)))),
    ...(alphas.some(alpha => alpha < 255) ? [chunk('tRNS', Buffer.from(alphas))] : []),
    chunk('IDAT', deflateSync(raw, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** @param {string} type @param {Buffer} body */
function chunk(type, body) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.length, 0);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}

/** @param {Buffer} raw @param {number} width @param {number} height @param {number} channels */
function unfilter(raw, width, height, channels) {
  const length = width * channels;
  const out = new Uint8Array(length * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (length + 1)];
    for (let i = 0; i < length; i++) {
      const left = i < channels ? 0 : out[y * length + i - channels];
      const up = y === 0 ? 0 : out[(y - 1) * length + i];
      const corner = y === 0 || i < channels ? 0 : out[(y - 1) * length + i - channels];
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      out[y * length + i] = raw[y * (length + 1) + 1 + i] + guess;
    }
  }
  return out;
}

/** @param {number} left @param {number} up @param {number} corner */
function paeth(left, up, corner) {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** @param {Uint8Array} bytes @param {number} channels */
function withAlpha(bytes, channels) {
  if (channels === 4) return bytes;
  const rgba = new Uint8Array((bytes.length / 3) * 4).fill(255);
  for (let pixel = 0; pixel < bytes.length / 3; pixel++)
    rgba.set(bytes.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
  return rgba;
}
