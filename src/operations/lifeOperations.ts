import { isSessionError, SessionError } from '../model/errors.ts';
import { sessionId } from '../model/ids.ts';
import { openSteps } from '../model/queries.ts';
import type { Agent, ProjectRef, Session } from '../model/session.ts';
import type { Moment } from '../model/stamp.ts';
import * as transitions from '../model/transitions.ts';
import type { Transition } from '../store/sessionStore.ts';
import { Summaries } from '../store/summaries.ts';
import { change, namedSession, sessionArgument, sessionField } from './change.ts';
import { line, lines, optional, text } from './fields.ts';
import { operation } from './operation.ts';
import { oneLine, shortId } from './page.ts';
import { placeOf, projectRef, registerProject, whereOf } from './places.ts';
import { resolveId } from './resolve.ts';
import { resumeOnce } from './resumeOnce.ts';
import type { Services } from './services.ts';
import { showChange } from './showSession.ts';

/** Stands for a project that has no record yet. */
const unregistered: ProjectRef = {
  key: 'unregistered',
  name: '',
  firstCommit: null,
  remote: null,
};

/** How often a new id is tried when one of the same minute and the same eight digits exists. */
const idAttempts = 3;

export const start = operation({
  name: 'start',
  title: 'Start a session',
  description: 'Starts a session: one piece of work, with what it is for.',
  effects: 'changes',
  fields: {
    intent: line('intent', 'What the session is for', { positional: 'rest', value: 'INTENT' }),
    project: optional(line('path', 'The folder of the project (default: the current one)', { value: 'DIR' })),
    tasks: optional(lines('subject', 'A task to begin with', { flag: 'task', value: 'SUBJECT' })),
    ref: optional(line('ref', 'What it belongs to elsewhere: an issue, a ticket, a roadmap item')),
    tags: optional(lines('tag', 'A tag', { flag: 'tag', value: 'TAG' })),
    branch: optional(line('branch', 'The branch (default: the one checked out)')),
    agent: optional(line('agentName', 'The agent at work, with --agent-session', { value: 'NAME' })),
    agentSession: optional(
      line('agentSession', "The agent's own session id: the same id gives the session its work goes on in", {
        value: 'ID',
      }),
    ),
    from: optional(line('words', 'A parked session to go on with: resumes it', { value: 'ID' })),
  },
  examples: ['work-sessions start "Fix the login" --task "Reproduce it" --ref "#214"'],
  async run(services, input): Promise<Session> {
    const agent = agentOf(input.agent, input.agentSession);
    const addTo: Transition = (session, moment) => addToNew(session, input, moment);
    const { intent, branch } = input;
    if (input.from !== undefined && agent === null) {
      const resumed = await resumeOnce(services, await resolveId(services, input.from), { intent, branch });
      return services.store.update(resumed.id, addTo);
    }
    const place = () => placeOf(services, input.project);
    const prepare = async () => {
      const here = await place();
      const moment = await services.store.moment();
      const begin = (random: string, project: ProjectRef): Session =>
        transitions.start(
          {
            id: sessionId(moment.now, random),
            intent,
            project,
            where: whereOf(here),
            branch: branch ?? here.git?.branch ?? null,
            head: here.git?.head ?? null,
            ref: input.ref ?? null,
            tags: input.tags ?? [],
            tasks: input.tasks ?? [],
            agent,
          },
          moment,
        );
      // What is refused is refused before anything is written, also the project's record.
      begin('00000000', unregistered);
      const project = projectRef(await registerProject(services, here));
      return () => begin(services.random(), project);
    };
    if (agent === null) return createNew(services, await prepare());
    const { startForAgent, resumeForAgent } = await import('./agentSession.ts');
    const given = { agent, intent, branch, place, prepare, addTo };
    if (input.from === undefined) return startForAgent(services, given);
    return resumeForAgent(services, await resolveId(services, input.from), given);
  },
  show: (session, page) =>
    session.status === 'parked'
      ? `${showChange('Still parked:', session, page)}\nGo on with it: work-sessions resume ${shortId(session.id)}`
      : showChange('Started', session, page),
});

export const park = operation({
  name: 'park',
  title: 'Park a session',
  description: 'Puts an active session aside, with the reason and the next steps for whoever resumes it.',
  effects: 'changes',
  fields: {
    session: sessionArgument,
    reason: optional(text('reason', 'Why it is put aside')),
    nextSteps: optional(
      lines('nextStep', 'What to do first when it goes on', { flag: 'next', value: 'STEP' }),
    ),
  },
  examples: ['work-sessions park --reason "Waiting for the review" --next "Merge, then tag"'],
  run: (services, input) =>
    change(services, input.session, (session, moment) =>
      transitions.park(session, { reason: input.reason ?? null, nextSteps: input.nextSteps ?? [] }, moment),
    ),
  show: (session, page) => showChange('Parked', session, page),
});

export const resume = operation({
  name: 'resume',
  title: 'Resume a session',
  description:
    'Goes on with a parked session, once: in a new session that inherits open tasks and questions, next steps, decisions and tags.',
  effects: 'changes',
  fields: {
    session: sessionArgument,
    intent: optional(line('intent', 'What the new session is for (default: the same)')),
  },
  examples: ['work-sessions resume', 'work-sessions resume 1a2b3c4d --intent "Finish the login"'],
  async run(services, input): Promise<Session> {
    const id =
      input.session === undefined ? await onlyParked(services) : await resolveId(services, input.session);
    return resumeOnce(services, id, { intent: input.intent });
  },
  show: (session, page) =>
    `${showChange('Resumed', session, page)}${openSteps(session)[0] ? `\nNext: ${oneLine(openSteps(session)[0]?.text ?? '')}` : ''}`,
});

export const complete = operation({
  name: 'complete',
  title: 'Complete a session',
  description: 'Ends an active session with its outcome, or a parked one that is dropped.',
  effects: 'changes',
  fields: {
    session: sessionArgument,
    outcome: optional(text('outcome', 'What came of it')),
    nextSteps: optional(lines('nextStep', 'What remains for another time', { flag: 'next', value: 'STEP' })),
  },
  examples: ['work-sessions complete --outcome "Released in 2.1"'],
  run: (services, input) =>
    change(services, input.session, (session, moment) =>
      transitions.complete(
        session,
        { outcome: input.outcome ?? null, nextSteps: input.nextSteps ?? [] },
        moment,
      ),
    ),
  show: (session, page) => showChange('Completed', session, page),
});

export const reopen = operation({
  name: 'reopen',
  title: 'Reopen a session',
  description: 'Makes a completed session active again, unless it was resumed.',
  effects: 'changes',
  fields: { session: namedSession },
  run: (services, input) =>
    change(services, input.session, (session, moment) => transitions.reopen(session, {}, moment)),
  show: (session, page) => showChange('Reopened', session, page),
});

export const edit = operation({
  name: 'edit',
  title: 'Edit a session',
  description: 'Changes facts of a session: its intent, its reference, its branch.',
  effects: 'changes',
  fields: {
    session: sessionField,
    intent: optional(line('intent', 'What it is for')),
    ref: optional(line('ref', 'What it belongs to elsewhere')),
    branch: optional(line('branch', 'The branch it works on')),
  },
  async run(services, input): Promise<Session> {
    const { intent, ref, branch } = input;
    if (intent === undefined && ref === undefined && branch === undefined) {
      throw new SessionError('usage', { message: 'Nothing to change: give --intent, --ref or --branch.' });
    }
    return change(services, input.session, (session, moment) =>
      transitions.edit(session, { intent, ref, branch }, moment),
    );
  },
  show: (session, page) => showChange('Changed', session, page),
});

/** What `start --from` was given beyond the intent, added to what the continuation inherits. */
function addToNew(
  session: Session,
  input: { tasks?: string[] | undefined; tags?: string[] | undefined; ref?: string | undefined },
  moment: Moment,
): Session {
  if (input.tasks === undefined && input.tags === undefined && input.ref === undefined) return session;
  // The session is resumed already: a task that it has inherited is no reason to fail now.
  const tasks = (input.tasks ?? []).filter(subject => session.tasks.every(task => task.subject !== subject));
  const withTasks = transitions.addTasks(session, { tasks }, moment);
  const withTags = transitions.addTags(withTasks, { tags: input.tags ?? [] }, moment);
  return transitions.edit(withTags, { ref: input.ref }, moment);
}

async function createNew(services: Services, begin: () => Session): Promise<Session> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await services.store.create(begin());
    } catch (error) {
      if (attempt >= idAttempts || !isSessionError(error, 'already_exists')) throw error;
    }
  }
}

/** The project's only parked session. @throws SessionError `nothing_parked`, `ambiguous` with the list */
async function onlyParked(services: Services): Promise<string> {
  const place = await placeOf(services);
  const summaries = new Summaries(services.store.fs, services.store.home);
  const { entries, unreadable } = await summaries.list('sessions', { projects: place.keys });
  const parked = entries.filter(entry => entry.status === 'parked');
  const [only] = parked;
  if (only === undefined) {
    // It may be the one that is meant.
    if (unreadable[0]) services.store.warn(unreadable[0].error);
    throw new SessionError('nothing_parked', { project: place.project?.name ?? place.folder });
  }
  if (parked.length > 1) {
    parked.sort((a, b) => (a.lastActivityAt < b.lastActivityAt ? 1 : -1));
    const candidates = parked.map(({ id, summary }) => ({ id, label: summary.intent }));
    throw new SessionError('ambiguous', { what: 'session', query: '', candidates });
  }
  return only.id;
}

function agentOf(name: string | undefined, agentSession: string | undefined): Agent | null {
  if (name === undefined && agentSession === undefined) return null;
  if (agentSession === undefined || name === undefined) {
    throw new SessionError('usage', {
      message: 'An agent has a name and a session id: give both --agent and --agent-session.',
    });
  }
  return { name, sessionId: agentSession };
}
