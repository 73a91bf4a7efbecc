import { createLog, type Log } from '../../../src/extension/log.ts';
import { SessionsModel } from '../../../src/extension/sessionsModel.ts';
import { WindowSession } from '../../../src/extension/windowSession.ts';
import type { Desk } from './desk.ts';
import { FakeMemento } from './memento.ts';
import { own } from './replace.ts';
import { until } from './until.ts';

let shared: Log | undefined;

/** One log for all tests: VS Code shows a channel for each. */
export function testLog(): Log {
  shared ??= createLog();
  return shared;
}

/** What a window at this desk knows of the sessions, as soon as it knows it. */
export async function modelOf(desk: Desk, memento = new FakeMemento()): Promise<SessionsModel> {
  const model = own(new SessionsModel(desk.home, memento, testLog()));
  await model.load();
  return model;
}

/** A window at this desk: what it knows, and which session is its own. */
export async function windowAt(desk: Desk, memento = new FakeMemento()) {
  const log = testLog();
  const model = own(new SessionsModel(desk.home, memento, log));
  const windowSession = own(new WindowSession(model, memento, log));
  await model.load();
  return { model, windowSession, memento };
}

/** Waits until a window has seen what stands in a session's file. */
export function untilSeen(model: SessionsModel, session: { id: string; revision: number }): Promise<unknown> {
  return until(`revision ${session.revision} of ${session.id}`, () => {
    const revision = model.summary(session.id)?.revision ?? 0;
    return revision >= session.revision;
  });
}
