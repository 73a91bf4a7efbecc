// Made by npm run manifest from the rows of manifest.ts.
import type { CommandId } from '../manifest.ts';
import type { Command } from './context.ts';

const doctorCommands = () => import('./doctorCommands.ts');
const itemCommands = () => import('./itemCommands.ts');
const lifeCommands = () => import('./lifeCommands.ts');
const listCommands = () => import('./listCommands.ts');
const noteCommands = () => import('./noteCommands.ts');
const projectCommands = () => import('./projectCommands.ts');
const storeCommands = () => import('./storeCommands.ts');
const transferCommands = () => import('./transferCommands.ts');
const viewCommands = () => import('./viewCommands.ts');
const windowCommands = () => import('./windowCommands.ts');

/** The function of every command, whose file is loaded when the first command in it is used. */
export const loaders: Readonly<Record<CommandId, () => Promise<Command>>> = {
  start: async () => (await lifeCommands()).start,
  park: async () => (await lifeCommands()).park,
  resume: async () => (await lifeCommands()).resume,
  complete: async () => (await lifeCommands()).complete,
  reopen: async () => (await lifeCommands()).reopen,
  log: async () => (await noteCommands()).log,
  addTask: async () => (await noteCommands()).addTask,
  setTask: async () => (await itemCommands()).setTask,
  decide: async () => (await noteCommands()).decide,
  ask: async () => (await noteCommands()).ask,
  answer: async () => (await itemCommands()).answer,
  addNextStep: async () => (await noteCommands()).addNextStep,
  setActivity: async () => (await noteCommands()).setActivity,
  setNeeds: async () => (await noteCommands()).setNeeds,
  clearNeeds: async () => (await noteCommands()).clearNeeds,
  addTag: async () => (await noteCommands()).addTag,
  editIntent: async () => (await noteCommands()).editIntent,
  switchSession: async () => (await windowCommands()).switchSession,
  sessionActions: async () => (await windowCommands()).sessionActions,
  showDetails: async () => (await viewCommands()).showDetails,
  showBrief: async () => (await viewCommands()).showBrief,
  copyBrief: async () => (await viewCommands()).copyBrief,
  search: async () => (await listCommands()).search,
  export: async () => (await transferCommands()).exportSession,
  archive: async () => (await storeCommands()).archive,
  delete: async () => (await storeCommands()).deleteSession,
  restore: async () => (await storeCommands()).restore,
  emptyTrash: async () => (await storeCommands()).emptyTrash,
  editProject: async () => (await projectCommands()).editProject,
  captureCommits: async () => (await noteCommands()).captureCommits,
  runDoctor: async () => (await doctorCommands()).runDoctor,
  refresh: async () => (await listCommands()).refresh,
  openSessionFile: async () => (await viewCommands()).openSessionFile,
  importAncestor: async () => (await transferCommands()).importAncestor,
  filter: async () => (await listCommands()).filter,
  clearFilter: async () => (await listCommands()).clearFilter,
  showAllProjects: async () => (await listCommands()).showAllProjects,
  showThisProject: async () => (await listCommands()).showThisProject,
  copyId: async () => (await viewCommands()).copyId,
  openItem: async () => (await itemCommands()).openItem,
  showAllCompleted: async () => (await listCommands()).showAllCompleted,
  goToSession: async () => (await windowCommands()).goToSession,
  openFolder: async () => (await windowCommands()).openFolder,
};
