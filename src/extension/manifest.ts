import { inTitle, type MenuPlace, onRow } from './menus.ts';
import { contextKeys, focusedRow, viewId } from './names.ts';

/**
 * A command of the editor. `npm run manifest` makes what package.json, its texts in both languages and the
 * README say of it, and `commands/loaders.ts`, by which it is run. Nothing that runs in the editor imports this
 * file but for its types: titles, icons and menus would be code that is read at every start.
 */
export interface CommandRow {
  readonly title: { readonly en: string; readonly nl: string };
  /** A sentence for the README. */
  readonly does: string;
  /** The name of a product icon. */
  readonly icon?: string;
  /** Whether it is in the command palette: always, never, or by a `when` clause. */
  readonly palette: boolean | string;
  readonly menus?: readonly MenuPlace[];
  readonly keys?: readonly Key[];
  /** Its function: the file in `commands/` it is exported from, and its name there. */
  readonly run: `${string}Commands.${string}`;
}

interface Key {
  readonly key: string;
  readonly mac?: string;
  readonly when: string;
  /** Handed to the command as its argument. */
  readonly args?: string;
}

const { any, filtered, hasSession, scope } = contextKeys;
const onlyThisProject = `${scope} == 'project'`;
const allProjects = `${scope} == 'all'`;
const listHasFocus = `focusedView == ${viewId} && listFocus && !inputFocus`;
const deleteKey = { key: 'delete', mac: 'cmd+backspace', args: focusedRow } as const;

function table<Id extends string>(rows: Readonly<Record<Id, CommandRow>>): Readonly<Record<Id, CommandRow>> {
  return rows;
}

/** Every command there is, by its id without `workSessions.` before it, in the order of package.json. */
export const commandTable = table({
  start: {
    title: { en: 'Start Session…', nl: 'Sessie starten…' },
    does: 'Starts a session in this folder, and makes it the one of this window.',
    icon: 'add',
    palette: true,
    menus: [inTitle('navigation@1')],
    run: 'lifeCommands.start',
  },
  park: {
    title: { en: 'Park Session…', nl: 'Sessie parkeren…' },
    does: 'Puts a session aside, with the reason and the next step.',
    icon: 'debug-pause',
    palette: any,
    menus: [onRow('active', 'inline@1'), onRow('active', '2_life@2')],
    run: 'lifeCommands.park',
  },
  resume: {
    title: { en: 'Resume Session…', nl: 'Sessie hervatten…' },
    does: 'Goes on with a parked session, once, in a new one that inherits what is open.',
    icon: 'play',
    palette: any,
    menus: [onRow('parked', 'inline@1'), onRow('parked', '2_life@2')],
    run: 'lifeCommands.resume',
  },
  complete: {
    title: { en: 'Complete Session…', nl: 'Sessie voltooien…' },
    does: 'Ends a session with its outcome, or a parked one that is dropped.',
    icon: 'check',
    palette: any,
    menus: [onRow('active', 'inline@2'), onRow('open', '2_life@3')],
    run: 'lifeCommands.complete',
  },
  reopen: {
    title: { en: 'Reopen Session…', nl: 'Sessie heropenen…' },
    does: 'Makes a completed session active again, unless it was resumed.',
    icon: 'discard',
    palette: any,
    menus: [onRow('reopenable', '2_life@4')],
    run: 'lifeCommands.reopen',
  },
  log: {
    title: { en: 'Log Event…', nl: 'Gebeurtenis vastleggen…' },
    does: 'Notes what happened, with the time.',
    icon: 'comment',
    palette: any,
    menus: [onRow('open', '3_note@1')],
    run: 'noteCommands.log',
  },
  addTask: {
    title: { en: 'Add Task…', nl: 'Taak toevoegen…' },
    does: 'Adds a task.',
    icon: 'checklist',
    palette: any,
    menus: [onRow('open', '3_note@2')],
    run: 'noteCommands.addTask',
  },
  setTask: {
    title: { en: 'Set Task Status…', nl: 'Taakstatus instellen…' },
    does: 'Sets the status of a task.',
    icon: 'tasklist',
    palette: any,
    menus: [onRow('task', 'inline@1'), onRow('task', '1_item@1')],
    run: 'itemCommands.setTask',
  },
  decide: {
    title: { en: 'Note Decision…', nl: 'Beslissing noteren…' },
    does: 'Notes a decision.',
    icon: 'law',
    palette: any,
    menus: [onRow('open', '3_note@4')],
    run: 'noteCommands.decide',
  },
  ask: {
    title: { en: 'Note Question…', nl: 'Vraag noteren…' },
    does: 'Notes an open question.',
    icon: 'question',
    palette: any,
    menus: [onRow('open', '3_note@5')],
    run: 'noteCommands.ask',
  },
  answer: {
    title: { en: 'Answer Question…', nl: 'Vraag beantwoorden…' },
    does: 'Answers an open question.',
    icon: 'reply',
    palette: any,
    menus: [onRow('question', 'inline@1'), onRow('question', '1_item@1')],
    run: 'itemCommands.answer',
  },
  addNextStep: {
    title: { en: 'Add Next Step…', nl: 'Volgende stap toevoegen…' },
    does: 'Adds what is to be done next.',
    icon: 'arrow-right',
    palette: any,
    menus: [onRow('open', '3_note@3')],
    run: 'noteCommands.addNextStep',
  },
  setActivity: {
    title: { en: 'Set Activity…', nl: 'Activiteit instellen…' },
    does: 'Says what is going on right now.',
    icon: 'pulse',
    palette: any,
    menus: [onRow('active', '3_note@8')],
    run: 'noteCommands.setActivity',
  },
  setNeeds: {
    title: { en: 'Set What Needs You…', nl: 'Instellen waarvoor je nodig bent…' },
    does: 'Says that you must act, and why.',
    icon: 'bell',
    palette: any,
    menus: [onRow('active', '3_note@9')],
    run: 'noteCommands.setNeeds',
  },
  clearNeeds: {
    title: { en: 'Clear What Needs You', nl: 'Wissen waarvoor je nodig bent' },
    does: 'Says that you need not act any more.',
    icon: 'bell-slash',
    palette: any,
    menus: [onRow('needy', '3_note@10')],
    run: 'noteCommands.clearNeeds',
  },
  addTag: {
    title: { en: 'Add Tag…', nl: 'Tag toevoegen…' },
    does: 'Tags a session.',
    icon: 'tag',
    palette: any,
    menus: [onRow('open', '3_note@6')],
    run: 'noteCommands.addTag',
  },
  editIntent: {
    title: { en: 'Edit Intent…', nl: 'Doel bewerken…' },
    does: 'Changes what a session is for.',
    icon: 'edit',
    palette: any,
    menus: [onRow('open', '3_note@7')],
    run: 'noteCommands.editIntent',
  },
  switchSession: {
    title: { en: 'Switch Session…', nl: 'Van sessie wisselen…' },
    does: 'Makes another active session the one of this window.',
    icon: 'arrow-swap',
    palette: any,
    menus: [onRow('active', '2_life@1')],
    run: 'windowCommands.switchSession',
  },
  sessionActions: {
    title: { en: 'Session Actions…', nl: 'Sessieacties…' },
    does: 'Offers what can be done with the session of this window, as a click on the status bar does.',
    palette: hasSession,
    run: 'windowCommands.sessionActions',
  },
  showDetails: {
    title: { en: 'Show Details', nl: 'Details weergeven' },
    does: 'Shows a session, whole.',
    icon: 'open-preview',
    palette: any,
    menus: [onRow('session', '1_open@1')],
    run: 'viewCommands.showDetails',
  },
  showBrief: {
    title: { en: 'Show Brief', nl: 'Briefing weergeven' },
    does: 'Opens one screen to pick the work up, for a person or an agent.',
    icon: 'note',
    palette: any,
    menus: [onRow('session', '1_open@2')],
    run: 'viewCommands.showBrief',
  },
  copyBrief: {
    title: { en: 'Copy Brief', nl: 'Briefing kopiëren' },
    does: 'Copies the same, to paste it for a person or an agent.',
    icon: 'copy',
    palette: any,
    menus: [onRow('session', '1_open@3')],
    run: 'viewCommands.copyBrief',
  },
  search: {
    title: { en: 'Search Sessions…', nl: 'Sessies zoeken…' },
    does: 'Searches the content of all sessions.',
    icon: 'search',
    palette: any,
    menus: [inTitle('navigation@2', any)],
    run: 'listCommands.search',
  },
  export: {
    title: { en: 'Export Session…', nl: 'Sessie exporteren…' },
    does: 'Writes a session as Markdown or JSON.',
    icon: 'export',
    palette: any,
    menus: [onRow('session', '4_away@1')],
    run: 'transferCommands.exportSession',
  },
  archive: {
    title: { en: 'Archive Session', nl: 'Sessie archiveren' },
    does: 'Puts a completed session away.',
    icon: 'archive',
    palette: any,
    menus: [onRow('completed', '4_away@2')],
    run: 'storeCommands.archive',
  },
  delete: {
    title: { en: 'Delete Session', nl: 'Sessie verwijderen' },
    does: 'Puts a session into the trash.',
    icon: 'trash',
    palette: any,
    menus: [onRow('session', '4_away@3')],
    // A session's row can be expanded or collapsed; most of the rows inside it can neither.
    keys: [
      { ...deleteKey, when: `${listHasFocus} && treeElementCanExpand` },
      { ...deleteKey, when: `${listHasFocus} && treeElementCanCollapse` },
    ],
    run: 'storeCommands.deleteSession',
  },
  restore: {
    title: { en: 'Restore from Trash…', nl: 'Terugzetten uit prullenbak…' },
    does: 'Brings a session back from the trash.',
    icon: 'history',
    palette: true,
    menus: [inTitle('2_more@2')],
    run: 'storeCommands.restore',
  },
  emptyTrash: {
    title: { en: 'Empty Trash…', nl: 'Prullenbak legen…' },
    does: 'Removes what was deleted for good, after asking.',
    icon: 'clear-all',
    palette: true,
    menus: [inTitle('2_more@3')],
    run: 'storeCommands.emptyTrash',
  },
  editProject: {
    title: { en: 'Edit Project Phase and Roadmap…', nl: 'Projectfase en roadmap bewerken…' },
    does: 'Changes the phase and the roadmap of this folder’s project.',
    icon: 'milestone',
    palette: true,
    menus: [inTitle('2_more@1')],
    run: 'projectCommands.editProject',
  },
  captureCommits: {
    title: { en: 'Capture Commits', nl: 'Commits overnemen' },
    does: 'Takes over the commits since the session began.',
    icon: 'git-commit',
    palette: any,
    menus: [onRow('active', '3_note@11')],
    run: 'noteCommands.captureCommits',
  },
  runDoctor: {
    title: { en: 'Run Doctor', nl: 'Diagnose uitvoeren' },
    does: 'Looks for what is wrong with the stored sessions, and offers to repair it.',
    icon: 'tools',
    palette: true,
    menus: [onRow('unreadable', 'inline@2'), onRow('unreadable', '1_item@2'), inTitle('2_more@3')],
    run: 'doctorCommands.runDoctor',
  },
  refresh: {
    title: { en: 'Refresh', nl: 'Vernieuwen' },
    does: 'Reads the sessions anew.',
    icon: 'refresh',
    palette: true,
    menus: [inTitle('1_view@1')],
    run: 'listCommands.refresh',
  },
  openSessionFile: {
    title: { en: 'Open Session File', nl: 'Sessiebestand openen' },
    does: 'Opens the document of a session as it is stored.',
    icon: 'go-to-file',
    palette: any,
    menus: [onRow('session', '5_file@2'), onRow('unreadable', 'inline@1'), onRow('unreadable', '1_item@1')],
    run: 'viewCommands.openSessionFile',
  },
  importAncestor: {
    title: { en: 'Import from Claude Sessions Dashboard…', nl: 'Importeren uit Claude Sessions Dashboard…' },
    does: 'Takes over sessions from Claude Sessions Dashboard.',
    icon: 'cloud-download',
    palette: true,
    menus: [inTitle('2_more@4')],
    run: 'transferCommands.importAncestor',
  },
  filter: {
    title: { en: 'Filter Sessions…', nl: 'Sessies filteren…' },
    does: 'Narrows the list down to words and tags.',
    icon: 'filter',
    palette: any,
    menus: [inTitle('1_view@0', `!${filtered}`)],
    run: 'listCommands.filter',
  },
  clearFilter: {
    title: { en: 'Clear Filter', nl: 'Filter wissen' },
    does: 'Shows the whole list again.',
    icon: 'clear-all',
    palette: filtered,
    menus: [inTitle('navigation@4', filtered)],
    run: 'listCommands.clearFilter',
  },
  showAllProjects: {
    title: { en: 'Show All Projects', nl: 'Alle projecten weergeven' },
    does: 'Lists the sessions of all projects.',
    icon: 'folder-library',
    palette: onlyThisProject,
    menus: [inTitle('navigation@3', onlyThisProject)],
    run: 'listCommands.showAllProjects',
  },
  showThisProject: {
    title: { en: 'Show This Project', nl: 'Dit project weergeven' },
    does: 'Lists the sessions of this project only.',
    icon: 'folder',
    palette: allProjects,
    menus: [inTitle('navigation@3', allProjects)],
    run: 'listCommands.showThisProject',
  },
  copyId: {
    title: { en: 'Copy Session ID', nl: 'Sessie-id kopiëren' },
    does: 'Copies the id of a session.',
    icon: 'copy',
    palette: any,
    menus: [onRow('session', '5_file@1')],
    run: 'viewCommands.copyId',
  },
  openItem: {
    title: { en: 'Open', nl: 'Openen' },
    does: 'Opens what a row of the list names: a commit, a file or a session.',
    icon: 'go-to-file',
    palette: false,
    run: 'itemCommands.openItem',
  },
  showAllCompleted: {
    title: { en: 'Show All Completed Sessions', nl: 'Alle voltooide sessies weergeven' },
    does: 'Lists all completed sessions, not only the latest.',
    palette: false,
    run: 'listCommands.showAllCompleted',
  },
  goToSession: {
    title: { en: 'Go to Session', nl: 'Naar sessie gaan' },
    does: 'Goes to where the work went on.',
    palette: false,
    run: 'windowCommands.goToSession',
  },
  openFolder: {
    title: { en: 'Open Folder in New Window', nl: 'Map openen in nieuw venster' },
    does: 'Opens the folder of a session in a window of its own.',
    icon: 'folder-opened',
    palette: false,
    menus: [onRow('session', '1_open@4')],
    run: 'windowCommands.openFolder',
  },
});

export type CommandId = keyof typeof commandTable;
