import { type Disposable, EventEmitter, type Memento } from 'vscode';
import type { Summary } from '../model/queries.ts';
import type { Session } from '../model/session.ts';
import type { Log } from './log.ts';
import { stateKeys } from './names.ts';
import type { SessionsModel } from './sessionsModel.ts';

/**
 * The session of this window: the one chosen here, kept across reloads; at first the most recent
 * active one of the window's worktree. One that a terminal or an agent starts later is offered
 * (`onDidAppear`), not imposed.
 */
export class WindowSession implements Disposable {
  readonly #model: SessionsModel;
  readonly #memento: Memento;
  readonly #log: Log;
  readonly #changed = new EventEmitter<Summary | undefined>();
  readonly #appeared = new EventEmitter<Summary>();
  readonly #subscription: Disposable;
  #current: Summary | undefined;
  #known: ReadonlySet<string> | undefined;
  #adopting = 0;

  /** Fires when another session becomes the window's, and when the window's session changes. */
  readonly onDidChange = this.#changed.event;
  /** Fires for an active session that has appeared in this window's worktree without this window's doing. */
  readonly onDidAppear = this.#appeared.event;

  constructor(model: SessionsModel, memento: Memento, log: Log) {
    this.#model = model;
    this.#memento = memento;
    this.#log = log;
    this.#subscription = model.onDidChange(() => this.#follow());
  }

  get current(): Summary | undefined {
    return this.#current;
  }

  /** Makes a session this window's, if it is one of this window's projects. */
  async choose(id: string | undefined): Promise<void> {
    await this.#memento.update(stateKeys.windowSession, id);
    this.#follow();
  }

  /**
   * Runs what starts or resumes a session, and makes that the window's: it is not offered as somebody else's.
   * One of another project leaves the window's session as it is.
   */
  async adopt(begin: () => Promise<Session>): Promise<Session> {
    let stored: Thenable<void> | undefined;
    this.#adopting++;
    try {
      const session = await begin();
      if (await this.#model.belongsHere(session)) {
        stored = this.#memento.update(stateKeys.windowSession, session.id);
      }
      return session;
    } finally {
      this.#adopting--;
      this.#follow();
      await stored;
    }
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
    this.#appeared.dispose();
  }

  #follow(): void {
    if (!this.#model.loaded || this.#adopting > 0) return;
    const here = this.#model.activeHere;
    const chosen = this.#memento.get<string>(stateKeys.windowSession);
    const summary = chosen === undefined ? undefined : this.#model.summary(chosen);
    const isFirst = this.#known === undefined;
    const next =
      summary?.status === 'active' && this.#model.isHere(summary) ? summary : isFirst ? here[0] : undefined;
    if (isFirst && next && next.id !== chosen) void this.#remember(next.id);
    const appeared = here.filter(each => this.#known && !this.#known.has(each.id) && each.id !== chosen);
    this.#known = new Set(here.map(each => each.id));
    const changed = next !== this.#current;
    this.#current = next;
    if (changed || isFirst) this.#changed.fire(next);
    for (const each of appeared) this.#appeared.fire(each);
  }

  /** For the next time the window is opened; the session is this window's already. */
  async #remember(id: string): Promise<void> {
    try {
      await this.#memento.update(stateKeys.windowSession, id);
    } catch (error) {
      this.#log.warn(`The window will not remember its session ${id}: ${error}`);
    }
  }
}
