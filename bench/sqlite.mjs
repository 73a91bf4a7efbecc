import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { interleave, median, ratioRow } from './measure.mjs';
import { temporaryFolder } from './temporary.mjs';

/** The same 10,000 sessions in SQLite, in one process: a durable update of one, and the list of all. */
export async function measureSqlite(bundle, { root, ids }) {
  const { DatabaseSync } = await import('node:sqlite').catch(() => ({}));
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
  const updateRow = database => round => update(database, id, round);
  const updates = await interleave(100, {
    ours: round =>
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

function rowOf(session) {
  const { tasks: _tasks, events: _events, decisions: _decisions, history: _history, ...summary } = session;
  return [session.id, session.lastHeartbeatAt, JSON.stringify(summary), JSON.stringify(session)];
}

/** Read, change and write of one row, in a transaction, as `store.update` does it. */
function update(database, id, round) {
  database.exec('BEGIN IMMEDIATE');
  const session = JSON.parse(database.prepare('SELECT document FROM sessions WHERE id = ?').get(id).document);
  const [, ...columns] = rowOf({ ...session, revision: session.revision + 1, activity: `${round % 10}` });
  database
    .prepare('UPDATE sessions SET activity = ?, summary = ?, document = ? WHERE id = ?')
    .run(...columns, id);
  database.exec('COMMIT');
}

async function listOurs(bundle, root) {
  const { entries } = await new bundle.Summaries(bundle.nodeFileSystem, bundle.homeAt(root)).list('sessions');
  const sorted = [...entries].sort((a, b) => (a.lastActivityAt < b.lastActivityAt ? 1 : -1));
  for (const entry of sorted) entry.summary;
}
