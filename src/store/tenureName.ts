import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { randomHex } from './hex.ts';

/*
 * A tenure's name says whose it is: `<process id>.<host>.<origin>.<random>`. It lets a waiter name the
 * holder, and lets a lock whose owner is certainly dead be broken at once. A process id alone tells
 * nothing: containers (and editors in a sandbox) share a host's name and count their processes from 1, and
 * ids are used again. So on Linux the origin says more: boot, process-id namespace, start time. Elsewhere,
 * and in names that older versions wrote, it is missing, and host and process id have to do. A wrong guess
 * is harmless: the fence refuses the commit of whoever was broken.
 */

const host =
  hostname()
    .replace(/[^A-Za-z0-9-]/g, '-')
    .slice(0, 40) || 'host';

/** What makes a process id mean one process: see proc(5) and pid_namespaces(7). */
export interface Origin {
  /** The first eight digits of the id that the kernel makes at each boot. */
  readonly boot: string;
  /** The inode of the process-id namespace. */
  readonly namespace: string;
  /** When the process started, in clock ticks since the boot. */
  readonly started: string;
}

export interface TenureOwner {
  readonly pid: number;
  readonly host: string;
  /** Null where the system does not tell. */
  readonly origin: Origin | null;
}

/** The tenures that this very process holds now; one with our process id that is not here is a predecessor's. */
const ours = new Set<string>();
let ownOrigin: Origin | null | undefined;

export function newTenureName(): string {
  ownOrigin ??= readOrigin();
  const { boot, namespace, started } = ownOrigin ?? {};
  const origin = ownOrigin === null ? '' : `.${boot}-${namespace}-${started}`;
  const name = `${process.pid}.${host}${origin}.${randomHex(16)}`;
  ours.add(name);
  return name;
}

export function forgetTenureName(name: string): void {
  ours.delete(name);
}

const tenureName =
  /^([1-9][0-9]{0,9})\.([A-Za-z0-9-]{1,40})(?:\.([0-9a-f]{8})-([0-9]{1,20})-([0-9]{1,20}))?\.[0-9a-f]{16}$/;

/** Whose tenure a name is of; null for a name that is no tenure's. */
export function ownerOf(name: string): TenureOwner | null {
  const [, pid, of, boot, namespace, started] = tenureName.exec(name) ?? [];
  if (pid === undefined || of === undefined) return null;
  const origin = boot && namespace && started ? { boot, namespace, started } : null;
  return { pid: Number(pid), host: of, origin };
}

/** True only where it is certain enough: a process of this machine, and of our namespace, that is gone. */
export function isOwnerDead(name: string): boolean {
  const owner = ownerOf(name);
  if (owner === null) return false;
  ownOrigin ??= readOrigin();
  const { pid, origin } = owner;
  if (origin === null) {
    if (owner.host !== host) return false;
  } else if (origin.boot !== ownOrigin?.boot || origin.namespace !== ownOrigin.namespace) {
    return false;
  }
  if (pid === process.pid && (origin === null || origin.started === ownOrigin?.started))
    return !ours.has(name);
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  // Somebody has that id now; whether it is the owner, the time of its start tells, where it can be read.
  const started = origin && readStart(pid);
  return started !== null && started !== origin?.started;
}

/** Our own origin; null where the system has no such files, or shows those of another namespace. */
function readOrigin(): Origin | null {
  if (process.platform !== 'linux') return null;
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
    const [, namespace = ''] = /^pid:\[([0-9]+)\]$/.exec(readlinkSync('/proc/self/ns/pid')) ?? [];
    const started = readStart('self') ?? '';
    const origin = { boot, namespace, started };
    return ownerOf(`1.host.${boot}-${namespace}-${started}.${'0'.repeat(16)}`)?.origin ? origin : null;
  } catch {
    return null;
  }
}

/** The 22nd field of `stat`; the second, a name in brackets, may hold blanks and brackets of its own. */
function readStart(of: number | 'self'): string | null {
  try {
    const text = readFileSync(`/proc/${of}/stat`, 'latin1');
    if (of === 'self' && Number.parseInt(text, 10) !== process.pid) return null;
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
