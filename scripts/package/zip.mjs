import { inflateRawSync } from 'node:zlib';

/** @typedef {{ name: string, size: number, packed: number, mode: number, data: () => Buffer }} Entry */

/**
 * What is in a zip file, by its central directory: what a packer of extensions writes, and no more than that.
 *
 * @param {Buffer} zip
 * @returns {Entry[]}
 */
export function readZip(zip) {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end === -1) throw new Error('This is no zip file.');
  const count = zip.readUInt16LE(end + 10);
  /** @type {Entry[]} */
  const entries = [];
  for (let index = 0, at = zip.readUInt32LE(end + 16); index < count; index++) {
    const nameLength = zip.readUInt16LE(at + 28);
    const [extra, comment] = [zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)];
    const packed = zip.readUInt32LE(at + 20);
    const method = zip.readUInt16LE(at + 10);
    const local = zip.readUInt32LE(at + 42);
    entries.push({
      name: zip.toString('utf8', at + 46, at + 46 + nameLength),
      size: zip.readUInt32LE(at + 24),
      packed,
      // The upper half of the attributes is the mode, where the packer is a Unix one.
      mode: zip.readUInt32LE(at + 38) >>> 16,
      data: () => {
        const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
        const body = zip.subarray(from, from + packed);
        return method === 0 ? body : inflateRawSync(body);
      },
    });
    at += 46 + nameLength + extra + comment;
  }
  return entries;
}
