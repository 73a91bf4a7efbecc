import { errorCode, type FileSystem } from './fileSystem.ts';
import { asSessionError } from './sessionStore.ts';

/*
 * Files that are not of a home: exports, and what other programs have kept. They are only read, and may be
 * encoded as others encode them.
 */

/** The JSON files of a folder, by name, but for hidden ones; none if there is no such folder. @throws SessionError `io` */
export async function documentNames(fs: FileSystem, folder: string): Promise<string[]> {
  try {
    const names = await fs.readdir(folder);
    return names.filter(name => name.endsWith('.json') && !name.startsWith('.')).sort();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw asSessionError(error, folder);
  }
}

/** A file's text: UTF-8, or what its byte order mark says; PowerShell's `>` writes UTF-16. */
export function decodeText(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return bytes.toString('utf16le', 2);
  if (first === 0xfe && second === 0xff) {
    const even = bytes.byteLength - (bytes.byteLength % 2);
    return Buffer.from(bytes.subarray(0, even)).swap16().toString('utf16le', 2);
  }
  return bytes.toString('utf8');
}
