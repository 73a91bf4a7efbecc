import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

/** Holds one character for every start of Windows's Node; removed with the scratch folder. */
export function startsFile(scratch: string): string {
  return join(scratch, 'starts');
}

export function countStarts(scratch: string, count: number): void {
  appendFileSync(startsFile(scratch), '.'.repeat(count));
}
