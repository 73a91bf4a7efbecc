import {
  commands,
  type Disposable,
  l10n,
  MarkdownString,
  StatusBarAlignment,
  type StatusBarItem,
  window,
  workspace,
} from 'vscode';
import type { Summary } from '../model/queries.ts';
import { escapeMarkdown } from '../operations/exportMarkdown.ts';
import { oneLine } from '../operations/page.ts';
import type { CommandId } from './manifest.ts';
import { commandId } from './names.ts';
import type { SessionsModel } from './sessionsModel.ts';
import type { WindowSession } from './windowSession.ts';
import { ago, duration, elapsed, inRow, shorten, tasksDone } from './words.ts';

/** How often the elapsed time is drawn, in milliseconds. */
const tickMs = 60_000;
/** How long a press of Resume may be on its way: it is one of Resume, whatever the item shows by then. */
const clickMs = 700;
/**
 * The one command of the item, whatever it shows. The editor ends the command of an item that gets another, and
 * with it a click that is on its way.
 */
const pressed = 'workSessions._statusBar';

/** The item, and what a press of it does. */
export interface StatusBar extends Disposable {
  press(): Thenable<unknown> | undefined;
}

/** The status bar's item with its command, which is the editor's to run. */
export function registerStatusBar(model: SessionsModel, windowSession: WindowSession): Disposable {
  const bar = createStatusBar(model, windowSession);
  const command = commands.registerCommand(pressed, () => bar.press());
  return {
    dispose() {
      command.dispose();
      bar.dispose();
    },
  };
}

/** What a click does. */
interface Action {
  readonly command: CommandId;
  /** The session it is about, where it is about one. */
  readonly session?: string;
}

/**
 * One item: the session of this window, else the parked one to resume, else the way to start one.
 * Only the text follows the time: a tooltip that changes would close under the person's pointer.
 */
export function createStatusBar(
  model: SessionsModel,
  windowSession: WindowSession,
  clock: () => number = Date.now,
): StatusBar {
  const item = window.createStatusBarItem('workSessions.status', StatusBarAlignment.Left, 50);
  item.name = l10n.t('Work Session');
  item.command = pressed;
  let drawn = '';
  let shown: Action | undefined;
  let done: Action | undefined;
  let before: { readonly action: Action; readonly until: number } | undefined;

  const show = (action: Action) => {
    if (action.command === shown?.command && action.session === shown.session) return;
    // Two windows may press Resume at once: whoever is second is led to where the work goes on. What this window
    // has pressed itself is done: a second click means what is shown by then.
    if (shown?.command === 'resume' && shown !== done) before = { action: shown, until: clock() + clickMs };
    shown = action;
  };
  const press = () => {
    const action = before && clock() < before.until ? before.action : shown;
    if (action === undefined) return undefined;
    done = action;
    const { command, session } = action;
    return commands.executeCommand(commandId(command), ...(session === undefined ? [] : [session]));
  };

  const draw = () => {
    const content = workspace.getConfiguration('workSessions').get<string>('statusBar', 'intentAndTime');
    if (!model.loaded || content === 'hidden') return item.hide();
    const current = windowSession.current;
    const parked = model.parkedHere;
    if (current) show(drawCurrent(item, current, content));
    else if (parked[0]) show(drawParked(item, parked[0], parked.length, content));
    else show(drawNone(item, content));
    const told = current ?? parked[0];
    const state = told ? `${told.id}.${told.revision}.${told.status}` : '';
    if (state !== drawn || item.tooltip === undefined) {
      drawn = state;
      item.tooltip = current
        ? tooltip(current, currentLinks)
        : parked[0]
          ? tooltip(parked[0], parkedLinks)
          : l10n.t('Start a session: one piece of work and what it is for');
    }
    item.show();
  };

  const timer = setInterval(draw, tickMs);
  const subscriptions = [
    item,
    model.onDidChange(draw),
    windowSession.onDidChange(draw),
    workspace.onDidChangeConfiguration(event => {
      if (event.affectsConfiguration('workSessions.statusBar')) draw();
    }),
  ];
  draw();
  return {
    press,
    dispose() {
      clearInterval(timer);
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}

function drawCurrent(item: StatusBarItem, session: Summary, content: string): Action {
  const icon = session.needs === null ? '$(circle-filled)' : '$(bell-dot)';
  const intent = label(session);
  const time = elapsed(session.startedAt, Date.now());
  item.text =
    content === 'icon'
      ? icon
      : content === 'intent'
        ? `${icon} ${intent}`
        : `${icon} ${intent} ${time}`.trimEnd();
  const spoken =
    session.needs === null
      ? l10n.t(
          'Work session: {0}, for {1}',
          oneLine(session.intent),
          duration(Date.now() - Date.parse(session.startedAt)),
        )
      : l10n.t('Work session: {0}, needs you: {1}', oneLine(session.intent), oneLine(session.needs.text));
  item.accessibilityInformation = { label: spoken, role: 'button' };
  return { command: 'sessionActions' };
}

function drawParked(item: StatusBarItem, session: Summary, count: number, content: string): Action {
  const text = l10n.t('Resume: {0}', label(session));
  item.text =
    content === 'icon' ? '$(play)' : count > 1 ? `$(play) ${text} (+${count - 1})` : `$(play) ${text}`;
  const spoken =
    count > 1
      ? l10n.t('Resume one of {0} parked work sessions', count)
      : l10n.t('Resume the parked work session: {0}', oneLine(session.intent));
  item.accessibilityInformation = { label: spoken, role: 'button' };
  // One parked session resumes at a click; of several, one is picked.
  return count > 1 ? { command: 'resume' } : { command: 'resume', session: session.id };
}

function drawNone(item: StatusBarItem, content: string): Action {
  item.text = content === 'icon' ? '$(add)' : `$(add) ${l10n.t('Start Session')}`;
  item.accessibilityInformation = { label: l10n.t('Start a work session'), role: 'button' };
  return { command: 'start' };
}

function label(session: Summary): string {
  return shorten(inRow(session.intent), 40);
}

type Link = [CommandId, string];
const currentLinks = (): Link[] => [
  ['log', l10n.t('Log Event')],
  ['park', l10n.t('Park')],
  ['complete', l10n.t('Complete')],
  ['showDetails', l10n.t('Show Details')],
];
const parkedLinks = (): Link[] => [
  ['resume', l10n.t('Resume')],
  ['showDetails', l10n.t('Show Details')],
];

/** What the session is about, and links to go on. Only our own commands are trusted, never stored text. */
function tooltip(session: Summary, links: () => Link[]): MarkdownString {
  const { counts } = session;
  const lines = [`**${escapeMarkdown(oneLine(session.intent))}**`];
  const fact = (name: string, value: string | null) =>
    value && lines.push(`${name}: ${escapeMarkdown(shorten(oneLine(value), 300))}`);
  fact(l10n.t('Needs you'), session.needs?.text ?? null);
  fact(l10n.t('Doing'), session.activity?.text ?? null);
  fact(l10n.t('Parked'), session.parkedReason);
  fact(l10n.t('Next step'), session.nextStep);
  fact(l10n.t('Branch'), session.branch);
  const done = tasksDone(counts);
  if (done !== null) lines.push(done);
  lines.push(l10n.t('Started {0}', ago(session.startedAt, Date.now())));
  const argument = encodeURIComponent(JSON.stringify([session.id]));
  lines.push(
    links()
      .map(([id, title]) => `[${title}](command:${commandId(id)}?${argument})`)
      .join(' · '),
  );
  const text = new MarkdownString(lines.join('\n\n'));
  text.isTrusted = { enabledCommands: links().map(([id]) => commandId(id)) };
  return text;
}
