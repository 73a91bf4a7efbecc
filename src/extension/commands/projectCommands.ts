import { l10n, window } from 'vscode';
import { isSessionError } from '../../model/errors.ts';
import type { Project } from '../../model/project.ts';
import { projectSet, projectShow } from '../../operations/projectOperations.ts';
import { askText } from '../ask.ts';
import { Notice } from '../errors.ts';
import { type CommandContext, run, runTyped } from './context.ts';
import { field } from './inputs.ts';

/** The phase and the roadmap of this folder's project. */
export async function editProject(context: CommandContext): Promise<void> {
  if (context.model.folder === undefined)
    throw new Notice(l10n.t('Open a folder first. A project belongs to a folder.'));
  const project = await run<Project | null>(context, projectShow, {}).catch(error => {
    if (isSessionError(error, 'not_found')) return null;
    throw error;
  });
  const what = [
    { label: l10n.t('Phase'), description: project?.phase ?? '', name: 'phase' },
    { label: l10n.t('Doing'), description: String(project?.doing.length ?? 0), name: 'doing' },
    { label: l10n.t('Upcoming'), description: String(project?.upcoming.length ?? 0), name: 'upcoming' },
    { label: l10n.t('Done'), description: String(project?.done.length ?? 0), name: 'done' },
    { label: l10n.t('Remove from roadmap'), description: '', name: 'remove' },
  ];
  const picked = await window.showQuickPick(what, {
    placeHolder: l10n.t('Select the phase or a list of the roadmap'),
  });
  if (picked === undefined) return;
  const all = project ? [...project.doing, ...project.upcoming, ...project.done] : [];
  const isMove = picked.name === 'remove' || (picked.name !== 'phase' && all.length > 0);
  const added = l10n.t('New Item…');
  const chosen = isMove
    ? await window.showQuickPick(picked.name === 'remove' ? all : [added, ...all], {
        placeHolder: picked.label,
      })
    : added;
  if (chosen === undefined) return;
  const text =
    chosen === added
      ? await askText({
          title: picked.label,
          prompt:
            picked.name === 'phase' ? l10n.t('Which phase is the project in?') : l10n.t('What is the item?'),
          field: field(projectSet, picked.name),
          value: picked.name === 'phase' ? (project?.phase ?? '') : '',
        })
      : chosen;
  if (text === undefined) return;
  await runTyped(context, projectSet, { [picked.name]: picked.name === 'phase' ? text : [text] });
}
