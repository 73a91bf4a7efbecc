import { type Exploration, explore, type Step } from './explore.ts';

/*
 * The lock protocol of src/store/lock.ts with tenures for one commit, as a machine of states. One step is
 * one system call that others can see; what a writer does in private (preparing its staging folder,
 * writing into its tenure) is a step of its own all the same, as it can be overtaken or crash there.
 */

type Counter =
  | 'outside'
  | 'breaking'
  | 'broken'
  | 'locked'
  | 'read'
  | 'written'
  | 'leaving'
  | 'releasing'
  | 'done';

interface Writer {
  readonly at: Counter | 'crashed';
  /** Which of its tenures it is at; each has a name of its own. */
  readonly attempt: number;
  /** The document as it was read: a bit for each writer whose write is in it. */
  readonly read: number;
  /** The tenure that was in the lock when it was judged stale. */
  readonly judged: string;
}

interface State {
  readonly document: number;
  /** Null: no lock. An empty text: an empty lock folder. Else the name of the tenure in it. */
  readonly lock: string | null;
  readonly acknowledged: number;
  readonly writers: readonly Writer[];
}

export interface LockModel {
  readonly writers: number;
  /** How many tenures a writer takes before it gives up. */
  readonly attempts: number;
  /** Whether the commit is a rename out of the lock, which works only while the tenure is in it. */
  readonly fenced: boolean;
  /** Whether a release removes only an empty lock, and a break only the tenure that was judged. */
  readonly named: boolean;
}

export function exploreLock(model: LockModel): Exploration {
  const writer: Writer = { at: 'outside', attempt: 1, read: 0, judged: '' };
  const initial: State = {
    document: 0,
    lock: null,
    acknowledged: 0,
    writers: Array.from({ length: model.writers }, () => writer),
  };
  return explore(initial, state => stepsFrom(model, state), lostUpdate, keyOf);
}

function keyOf({ document, lock, acknowledged, writers }: State): string {
  const parts = writers.map(({ at, attempt, read, judged }) => `${at}${attempt}${read}${judged}`);
  return `${document} ${lock ?? 'none'} ${acknowledged} ${parts.join(' ')}`;
}

/** Whatever was acknowledged is in the document. */
function lostUpdate({ document, acknowledged }: State): string | null {
  const lost = acknowledged & ~document;
  return lost === 0 ? null : `lost ${lost.toString(2)} of ${acknowledged.toString(2)}`;
}

function stepsFrom(model: LockModel, state: State): Step<State>[] {
  return state.writers.flatMap((writer, index) => {
    if (writer.at === 'done' || writer.at === 'crashed') return [];
    const steps = stepsOf(model, state, writer, index);
    return [...steps, step(state, index, 'crashes', { at: 'crashed' })];
  });
}

function step(
  state: State,
  index: number,
  label: string,
  writer: Partial<Writer>,
  shared: Partial<State> = {},
) {
  const writers = state.writers.map((each, other) => (other === index ? { ...each, ...writer } : each));
  return { label: `${'ABC'[index]} ${label}`, state: { ...state, ...shared, writers } };
}

function stepsOf(model: LockModel, state: State, writer: Writer, index: number): Step<State>[] {
  const { lock, document } = state;
  const name = `${'ABC'[index]}${writer.attempt}`;
  const isIn = lock === name;
  const again: Partial<Writer> =
    writer.attempt < model.attempts
      ? { at: 'outside', attempt: writer.attempt + 1, read: 0 }
      : { at: 'done' };
  switch (writer.at) {
    case 'outside':
      // A folder can be renamed onto nothing and onto an empty folder.
      if (lock === null || lock === '')
        return [step(state, index, 'takes the lock', { at: 'locked' }, { lock: name })];
      // At any moment, rightly or wrongly: its holder may be alive, asleep or dead.
      return [step(state, index, `judges the lock of ${lock} stale`, { at: 'breaking', judged: lock })];
    case 'breaking': {
      const isThere = model.named ? lock === writer.judged : lock !== null;
      const shared = isThere ? { lock: model.named ? '' : null } : {};
      return [
        step(state, index, `breaks the lock of ${writer.judged}`, { at: 'broken', judged: '' }, shared),
      ];
    }
    case 'broken':
      return [
        step(
          state,
          index,
          'removes the lock if it is empty',
          { at: 'outside' },
          lock === '' ? { lock: null } : {},
        ),
      ];
    case 'locked':
      return [
        step(state, index, 'reads', { at: 'read', read: document }),
        step(state, index, 'is refused by the transition', { at: 'leaving' }),
      ];
    case 'read':
      return [step(state, index, 'writes into its tenure', { at: 'written' })];
    case 'written': {
      if (model.fenced && !isIn)
        return [step(state, index, 'is overtaken', { ...again, at: again.at ?? 'done' })];
      const bit = 1 << index;
      const shared = {
        document: writer.read | bit,
        acknowledged: state.acknowledged | bit,
        lock: isIn && model.named ? '' : lock,
      };
      return [step(state, index, 'commits', { at: 'releasing', read: 0 }, shared)];
    }
    case 'leaving':
      return [
        step(
          state,
          index,
          'puts its tenure away',
          { at: 'releasing' },
          isIn && model.named ? { lock: '' } : {},
        ),
      ];
    case 'releasing': {
      const goes = model.named ? lock === '' : lock !== null;
      return [step(state, index, 'removes the lock', { at: 'done' }, goes ? { lock: null } : {})];
    }
    default:
      return [];
  }
}
