import { readFile } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';

/*
 * Which machine this is, in the stamps of documents (`model/stamp.ts`). It is told by the system's own id (see
 * machine-id(5)), the host's name and the person's folder, so that a home that is copied, or mounted by two machines,
 * is written by each under a name of its own. It is a name and no secret, and need not be the only one of its kind:
 * items have random ids of their own.
 */

let known: Promise<string> | undefined;

/** This machine's id: six small letters and digits, the same in every process. */
export function machineId(): Promise<string> {
  known ??= systemId().then(id => hash([id, hostname(), personFolder()].join('\0')));
  return known;
}

async function systemId(): Promise<string> {
  // Elsewhere only a program would tell, and none is started on the way of a write.
  return process.platform === 'linux' ? readFile('/etc/machine-id', 'utf8').catch(() => '') : '';
}

function personFolder(): string {
  try {
    return homedir();
  } catch {
    return '';
  }
}

/** FNV-1a in 64 bits: `node:crypto` takes longer to load than a write takes. */
function hash(text: string): string {
  let value = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 0x100000001b3n);
  return value.toString(36).padStart(13, '0').slice(-6);
}
