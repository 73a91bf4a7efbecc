import { type Exploration, explore, type Step } from './explore.ts';

/*
 * `update` of src/store/sessionStore.ts over the lock of src/store/lock.ts, for sessions that move between
 * places: finding the document place by place, settling a move that was interrupted, the commit, the copy
 * and the taking away, each a step that can be overtaken or the last one before a crash. What lockModel.ts
 * explores of breaking a lock in parts is one step here.
 */

export type Where = 's' | 'a' | 't';
const order: readonly Where[] = ['s', 'a', 't'];

/** A document: where it says it belongs, how often it was written, and whose writes are in it. */
interface Document {
  readonly belongs: Where;
  readonly revision: number;
  readonly writes: number;
}

/** What is left to do of an update, in order. */
type Todo = `commit ${Where}` | `copy ${Where}` | `take ${Where}`;

interface Writer {
  readonly at: 'outside' | 'finding' | 'changing' | 'leaving' | 'releasing' | 'done' | 'crashed';
  readonly attempt: number;
  readonly isMove: boolean;
  /** How many places were looked at without finding it. */
  readonly looked: number;
  readonly todo: readonly Todo[];
  /** What the steps write: `found` until the commit, then what was committed. */
  readonly found: Document | null;
  readonly isCommitted: boolean;
  /** What is to be renamed next lies in the tenure; somebody who empties it may take it away. */
  readonly draft: 'none' | 'written' | 'taken';
  /** Kept when a lost tenure or a tenure of the wrong kind is put away: whether to begin again. */
  readonly again: boolean;
}

interface State {
  readonly places: Readonly<Record<Where, Document | null>>;
  /** What was taken away and would be back after a power cut, as the folder has not been flushed since. */
  readonly unflushed: Readonly<Record<Where, Document | null>>;
  readonly isCut: boolean;
  /** Whether somebody who still has the lock works on a document that lacks an acknowledged write. */
  readonly isLacking: boolean;
  /** The last document that was committed: what everybody must find. */
  readonly newest: Document;
  readonly lock: string | null;
  readonly acknowledged: number;
  readonly writers: readonly Writer[];
}

export interface MoveModel {
  /** Where each writer brings the session; null: it writes and leaves it where it is. */
  readonly writers: readonly (Where | null)[];
  readonly start: Where;
  readonly attempts: number;
  readonly fenced: boolean;
  /** Whether a lock's folder cannot be renamed (a lower layer of an overlay), so that it is emptied file by file. */
  readonly emptied?: boolean;
  /** Whether a move copies before it takes away, and takes away last what it came from. */
  readonly inOrder: boolean;
  /** Whether the power may fail, once: then any of what was taken away and not flushed may be back. */
  readonly powerCut?: boolean;
  /** Whether a move joins the copies that it finds in other places; true unless told otherwise. */
  readonly joins?: boolean;
}

export function exploreMoves(model: MoveModel): Exploration {
  const document: Document = { belongs: model.start, revision: 1, writes: 0 };
  const initial: State = {
    places: { s: null, a: null, t: null, [model.start]: document },
    unflushed: { s: null, a: null, t: null },
    isCut: false,
    isLacking: false,
    newest: document,
    lock: null,
    acknowledged: 0,
    // Who knows that it moves something begins with the tenure for it; the others may find that they need it.
    writers: model.writers.map(target => fresh(1, target !== null)),
  };
  return explore(initial, state => stepsFrom(model, state), violationOf, keyOf);
}

function fresh(attempt: number, isMove: boolean): Writer {
  const rest = { looked: 0, todo: [], found: null, isCommitted: false, draft: 'none' as const, again: false };
  return { at: 'outside', attempt, isMove, ...rest };
}

function keyOf({ places, unflushed, isCut, isLacking, newest, lock, acknowledged, writers }: State): string {
  const documentKey = (document: Document | null) =>
    document ? `${document.belongs}${document.revision}.${document.writes}` : '-';
  const parts = writers.map(writer => {
    const { at, attempt, isMove, looked, todo, found, isCommitted, draft, again } = writer;
    return `${at}${attempt}${isMove}${looked}${todo.join('')}${documentKey(found)}${isCommitted}${draft}${again}`;
  });
  const documents = [...order.map(place => places[place]), ...order.map(place => unflushed[place]), newest]
    .map(documentKey)
    .join(' ');
  return `${documents} ${isCut}${isLacking} ${lock ?? 'none'} ${acknowledged} ${parts.join(' ')}`;
}

/** The first place that has a document has the newest, and whatever was acknowledged is in it. */
function violationOf({ places, isCut, isLacking, newest, acknowledged }: State): string | null {
  if (isLacking) return 'somebody goes on without an acknowledged write';
  // After a power cut an older copy may be found first, until somebody comes by and joins it with the others.
  const writes = order.reduce((all, place) => all | (places[place]?.writes ?? 0), 0);
  if (isCut) return (acknowledged & ~writes) === 0 ? null : 'an acknowledged write is lost';
  const found = order.map(place => places[place]).find(document => document !== null);
  if (found === undefined) return 'the document is gone';
  if (found.revision !== newest.revision || found.writes !== newest.writes)
    return `${found.revision} is found, not ${newest.revision}`;
  return (acknowledged & ~found.writes) === 0 ? null : 'an acknowledged write is lost';
}

function stepsFrom(model: MoveModel, state: State): Step<State>[] {
  const steps = state.writers.flatMap((writer, index) => {
    if (writer.at === 'done' || writer.at === 'crashed') return [];
    return [...stepsOf(model, state, writer, index), change(state, index, 'crashes', { at: 'crashed' })];
  });
  return model.powerCut && !state.isCut ? [...steps, ...cuts(state)] : steps;
}

/** The power fails: everybody at work is gone, and any of what was taken away is back. */
function cuts(state: State): Step<State>[] {
  const back = order.filter(place => state.unflushed[place] !== null && state.places[place] === null);
  const writers = state.writers.map(writer =>
    writer.at === 'outside' || writer.at === 'done' ? writer : { ...writer, at: 'crashed' as const },
  );
  const none = { s: null, a: null, t: null };
  return Array.from({ length: 2 ** back.length }, (_, chosen) => {
    const returned = back.filter((_place, bit) => (chosen >> bit) & 1);
    const places = { ...state.places };
    for (const place of returned) places[place] = state.unflushed[place];
    const label = `the power fails, and what was taken from ${returned.join() || 'nowhere'} is back`;
    return { label, state: { ...state, places, unflushed: none, isCut: true, writers } };
  });
}

function change(
  state: State,
  index: number,
  label: string,
  writer: Partial<Writer>,
  shared: Partial<State> = {},
) {
  const writers = state.writers.map((each, other) => (other === index ? { ...each, ...writer } : each));
  return { label: `${'ABC'[index]} ${label}`, state: { ...state, ...shared, writers } };
}

function stepsOf(model: MoveModel, state: State, writer: Writer, index: number): Step<State>[] {
  const { lock } = state;
  const name = `${'ABC'[index]}${writer.attempt}`;
  switch (writer.at) {
    case 'outside':
      if (lock === null || lock === '')
        return [change(state, index, 'takes the lock', { at: 'finding' }, { lock: name })];
      return model.emptied
        ? [empty(state, index, lock)]
        : [change(state, index, `breaks the lock of ${lock}`, {}, { lock: '' })];
    case 'finding':
      return [find(model, state, writer, index)];
    case 'changing':
      return [carryOut(model, state, writer, index, lock === name)];
    case 'leaving':
      return [
        change(state, index, 'puts its tenure away', { at: 'releasing' }, lock === name ? { lock: '' } : {}),
      ];
    case 'releasing': {
      const next = writer.again
        ? fresh(writer.attempt + 1, writer.isMove)
        : { ...fresh(writer.attempt, false), at: 'done' as const };
      return [
        change(state, index, 'removes the lock if it is empty', next, lock === '' ? { lock: null } : {}),
      ];
    }
    default:
      return [];
  }
}

/** One file of another's tenure is taken away, or its folder, which goes only when nothing is in it. */
function empty(state: State, index: number, lock: string): Step<State> {
  const holder = 'ABC'.indexOf(lock.charAt(0));
  const { draft, attempt } = state.writers[holder] as Writer;
  if (draft !== 'written' || `${'ABC'[holder]}${attempt}` !== lock)
    return change(state, index, `removes the emptied tenure of ${lock}`, {}, { lock: '' });
  const writers = state.writers.map((each, at) =>
    at === holder ? { ...each, draft: 'taken' as const } : each,
  );
  return change({ ...state, writers }, index, `takes the draft of ${lock} away`, {});
}

/** One look into one place; two times round before the session counts as missing. */
function find(model: MoveModel, state: State, writer: Writer, index: number): Step<State> {
  const place = order[writer.looked % order.length] as Where;
  const found = state.places[place];
  if (found === null) {
    const looked = writer.looked + 1;
    if (looked < 2 * order.length) return change(state, index, `misses it in ${place}`, { looked });
    return change(state, index, 'says that it is not there', { at: 'leaving', again: false });
  }
  const isMisplaced = found.belongs !== place;
  const isMove = isMisplaced || (model.writers[index] ?? found.belongs) !== found.belongs;
  const isMoving = writer.isMove || isMove;
  if (isMove && !writer.isMove) {
    const again = writer.attempt < model.attempts;
    return change(state, index, 'needs a tenure for moves', {
      at: 'leaving',
      isMove: isMoving,
      again,
      looked: 0,
    });
  }
  // A move works on what all places have, joined.
  const copies = order.flatMap(each => (each === place ? [] : (state.places[each] ?? [])));
  const whole = isMove && model.joins !== false ? copies.reduce(joined, found) : found;
  const from = isMisplaced ? whole.belongs : place;
  const target = model.writers[index] ?? whole.belongs;
  const todo: Todo[] = [
    ...(isMisplaced ? moving(model, place, from) : []),
    `commit ${from}`,
    ...(target === from ? [] : moving(model, from, target)),
  ];
  const isIn = state.lock === `${'ABC'[index]}${writer.attempt}`;
  const isLacking = isIn && (state.acknowledged & ~whole.writes) !== 0;
  const next = { at: 'changing' as const, looked: 0, found: whole, todo };
  return change(state, index, `finds it in ${place}`, next, isLacking ? { isLacking } : {});
}

/** Two versions of the document: all that was written to either, in the place that the later one says. */
function joined(one: Document, other: Document): Document {
  const [older, newer] = one.revision <= other.revision ? [one, other] : [other, one];
  return { ...newer, writes: newer.writes | older.writes };
}

function moving(model: MoveModel, from: Where, to: Where): Todo[] {
  const others = order.filter(place => place !== from && place !== to);
  const last: Todo[] = from === to ? [] : [`take ${from}`];
  const steps: Todo[] = [`copy ${to}`, ...others.map((place): Todo => `take ${place}`), ...last];
  return model.inOrder ? steps : steps.reverse();
}

/** The next thing to do, through the tenure; without the fence it is done whatever became of the tenure. */
function carryOut(model: MoveModel, state: State, writer: Writer, index: number, isIn: boolean): Step<State> {
  const [todo, ...rest] = writer.todo;
  const [what, place] = (todo ?? '').split(' ') as ['commit' | 'copy' | 'take' | '', Where];
  if (what === '' || writer.found === null)
    return change(state, index, 'is through', { at: 'leaving', again: false, found: null });
  if (what === 'take' && state.places[place] === null) {
    return change(state, index, `has nothing to take from ${place}`, { todo: rest });
  }
  // In a tenure for moves a copy is written first, and then renamed out of it.
  const isWriting = model.emptied && writer.isMove && what !== 'take' && writer.draft === 'none';
  const isLost = !isIn || writer.draft === 'taken';
  if (model.fenced && isLost) {
    // Before its commit it begins again; after it the change is made, and whoever comes next moves the document.
    const again = !writer.isCommitted && writer.attempt < model.attempts;
    const rest = { again, todo: [], found: null, looked: 0, draft: 'none' as const };
    return change(state, index, 'is overtaken', { at: isIn ? 'leaving' : 'releasing', ...rest });
  }
  if (isWriting) return change(state, index, 'writes its draft', { draft: 'written' });
  if (what === 'take') {
    const places = { ...state.places, [place]: null };
    const unflushed = model.powerCut ? { ...state.unflushed, [place]: state.places[place] } : state.unflushed;
    return change(state, index, `takes it away from ${place}`, { todo: rest }, { places, unflushed });
  }
  if (what === 'copy') {
    const places = { ...state.places, [place]: writer.found };
    const unflushed = { ...state.unflushed, [place]: null };
    return change(
      state,
      index,
      `copies it to ${place}`,
      { todo: rest, draft: 'none' },
      { places, unflushed },
    );
  }
  const bit = 1 << index;
  const document: Document = {
    belongs: model.writers[index] ?? writer.found.belongs,
    revision: writer.found.revision + 1,
    writes: writer.found.writes | bit,
  };
  const shared = {
    places: { ...state.places, [place]: document },
    unflushed: { ...state.unflushed, [place]: null },
    newest: document,
    acknowledged: state.acknowledged | bit,
    // A tenure for one commit is used up by it; one for moves stays.
    ...(writer.isMove || !isIn ? {} : { lock: '' }),
  };
  return change(
    state,
    index,
    `commits in ${place}`,
    { todo: rest, found: document, isCommitted: true, draft: 'none' },
    shared,
  );
}
