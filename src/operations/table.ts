import * as life from './lifeOperations.ts';
import * as notes from './noteOperations.ts';
import type { Operation } from './operation.ts';
import * as projects from './projectOperations.ts';
import * as storing from './storeOperations.ts';
import * as transfer from './transferOperations.ts';
import * as trashing from './trashOperations.ts';
import * as views from './viewOperations.ts';

/** Everything that can be done, in the order of help. The command line, MCP and the editor are loops over this. */
export const operations: readonly Operation[] = [
  life.start,
  views.list,
  views.show,
  views.brief,
  notes.log,
  notes.activity,
  notes.needs,
  notes.beat,
  notes.taskAdd,
  notes.taskSet,
  notes.decide,
  notes.ask,
  notes.answer,
  notes.next,
  notes.tag,
  notes.commitAdd,
  notes.commitCapture,
  life.edit,
  life.park,
  life.resume,
  life.complete,
  life.reopen,
  storing.archive,
  storing.unarchive,
  storing.remove,
  storing.restore,
  trashing.trash,
  projects.overview,
  projects.projectShow,
  projects.projectSet,
  projects.projectList,
  projects.projectRelink,
  views.occupancy,
  views.search,
  transfer.exportSessions,
  transfer.importSessions,
  storing.doctor,
  storing.configGet,
  storing.configSet,
];
