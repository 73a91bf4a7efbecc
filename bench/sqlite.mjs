import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { interleave, median, ratioRow } from './measure.mjs';
import { temporaryFolder } from './temporary.mjs';

/** @typedef {import('../src/model/session.ts').Session} Session */

/**
 * What is used of a database of `node:sqlite`, which the types of the oldest supported Node do not have.
 *
 * @typedef {{ all(...values: string[]): any[], get(...values: string[]): any, run(...values: string[]): unknown }} Statement
 * @typedef {{ exec(sql: string): void, prepare(sql: string): Statement, close(): void }} Database
 */

/**
 * The same 10,000 sessions in SQLite, in one process: a durable update of one, and the list of all.
 *
 * @param {import('./loadStore.mjs').Bundle} bundle
 * @param {import('./sampleHome.mjs').SampleHome} home
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
export async function measureSqlite(bundle, { root, ids }) {
  // Named by a variable: the types would look for it.
  const sqlite = 'node:sqlite';
  const { DatabaseSync } = await import(sqlite).catch(() => ({}));
  if (DatabaseSync === undefined) {
    return [
      {
        what: 'SQLite',
        note: `left out: Node ${process.versions.node} has no node:sqlite (22.5 and later have it)`,
      },
    ];
  }
  const documents = ids.map(id => readFileSync(join(root, 'sessions', `${id}.json`), 'utf8'));
  const databases = {
    rollback: openDatabase(DatabaseSync, 'DELETE', documents),
    wal: openDatabase(DatabaseSync, 'WAL', documents),
  };
  const store = new bundle.SessionStore({
    home: bundle.homeAt(root),
    fs: bundle.nodeFileSystem,
    now: () => new Date(),
  });
  const [id] = ids;
  const updateRow = (/** @type {Database} */ database) => (/** @type {number} */ round) =>
    update(database, id, round);
  const updates = await interleave(100, {
    ours: (/** @type {number} */ round) =>
      store
        .update(id, (session, now) => bundle.setActivity(session, { activity: `${round % 10}` }, now))
        .then(() => {}),
    rollback: updateRow(databases.rollback),
    wal: updateRow(databases.wal),
  });
  const lists = await interleave(10, {
    ours: () => listOurs(bundle, root),
    sqlite: () =>
      void databases.wal
        .prepare('SELECT summary FROM sessions ORDER BY activity DESC')
        .all()
        .map(row => JSON.parse(row.summary)),
  });
  for (const database of Object.values(databases)) database.close();
  const name = { rollback: 'SQLite, rollback journal, FULL', wal: 'SQLite, WAL, FULL' };
  return [
    ratioRow('store.update, 10,000 sessions', updates.ours, { name: name.rollback, times: updates.rollback }),
    ratioRow('store.update, 10,000 sessions', updates.ours, { name: name.wal, times: updates.wal }),
    ratioRow(`10,000 summaries (${Math.round(median(lists.ours))} ms), in one process`, lists.ours, {
      name: 'SQLite, a column of summaries',
      times: lists.sqlite,
    }),
  ];
}

/**
 * @param {new (path: string) => Database} DatabaseSync
 * @param {string} journal
 * @param {readonly string[]} documents
 */
function openDatabase(DatabaseSync, journal, documents) {
  const database = new DatabaseSync(join(temporaryFolder(), 'sessions.db'));
  database.exec(`PRAGMA journal_mode = ${journal}; PRAGMA synchronous = FULL;
    CREATE TABLE sessions (id TEXT PRIMARY KEY, activity TEXT, summary TEXT, document TEXT);
    CREATE INDEX byActivity ON sessions (activity); BEGIN`);
  const insert = database.prepare('INSERT INTO sessions VALUES (?, ?, ?, ?)');
  for (const document of documents) insert.run(...rowOf(JSON.parse(document)));
  database.exec('COMMIT');
  return database;
}

/** @param {Session} session @returns {[id: string, activity: string, summary: string, document: string]} */
function rowOf(session) {
  const { tasks: _tasks, events: _events, decisions: _decisions, history: _history, ...summary } = session;
  return [session.id, session.lastHeartbeatAt, JSON.stringify(summary), JSON.stringify(session)];
}

/**
 * Read, change and write of one row, in a transaction, as `store.update` does it.
 *
 * @param {Database} database
 * @param {string} id
 * @param {number} round
 */
function update(database, id, round) {
  database.exec('BEGIN IMMEDIATE');
  const session = JSON.parse(database.prepare('SELECT document FROM sessions WHERE id = ?').get(id).document);
  const [, ...columns] = rowOf({ ...session, revision: session.revision + 1, activity: `${round % 10}` });
  database
    .prepare('UPDATE sessions SET activity = ?, summary = ?, document = ? WHERE id = ?')
    .run(...columns, id);
  database.exec('COMMIT');
}

/** @param {import('./loadStore.mjs').Bundle} bundle @param {string} root */
async function listOurs(bundle, root) {
  const { entries } = await new bundle.Summaries(bundle.nodeFileSystem, bundle.homeAt(root)).list('sessions');
  const sorted = [...entries].sort((a, b) => (a.lastActivityAt < b.lastActivityAt ? 1 : -1));
  for (const entry of sorted) entry.summary;
}
