import { hostname } from 'node:os';
import { randomHex } from './hex.ts';

/*
 * A tenure's name says whose it is: `<process id>.<host>.<random>`. It lets a waiter name the holder,
 * and lets a lock whose owner is dead on this host be broken at once. A wrong guess (a process id used
 * again, two machines of one name) is harmless: the fence refuses the commit of whoever was broken.
 */

const host =
  hostname()
    .replace(/[^A-Za-z0-9-]/g, '-')
    .slice(0, 40) || 'host';

/** The tenures that this very process holds now; one with our process id that is not here is a predecessor's. */
const ours = new Set<string>();

export interface TenureOwner {
  readonly pid: number;
  readonly host: string;
}

export function newTenureName(): string {
  const name = `${process.pid}.${host}.${randomHex(16)}`;
  ours.add(name);
  return name;
}

export function forgetTenureName(name: string): void {
  ours.delete(name);
}

export function ownerOf(name: string): TenureOwner | null {
  const match = /^([1-9][0-9]{0,9})\.([A-Za-z0-9-]{1,40})\.[0-9a-f]{16}$/.exec(name);
  return match?.[1] && match[2] ? { pid: Number(match[1]), host: match[2] } : null;
}

/** True only where it is certain enough: a process of this host that is gone. */
export function isOwnerDead(name: string): boolean {
  const owner = ownerOf(name);
  if (owner === null || owner.host !== host) return false;
  if (owner.pid === process.pid) return !ours.has(name);
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
