import { l10n, window } from 'vscode';
import { safe } from '../../operations/page.ts';
import { doctor } from '../../operations/storeOperations.ts';
import type { Finding } from '../../store/doctor.ts';
import { amount } from '../words.ts';
import { type CommandContext, run } from './context.ts';

/** Examines the store; what is wrong goes to the log, and is repaired if the person wants it. */
export async function runDoctor(context: CommandContext): Promise<void> {
  const findings = await run<Finding[]>(context, doctor, {});
  const wrong = findings.filter(({ state }) => state !== 'info');
  if (wrong.length === 0) {
    void window.showInformationMessage(l10n.t('No problems found.'));
    return;
  }
  showFindings(context, findings);
  const mend = l10n.t('Repair');
  const show = l10n.t('Show Findings');
  const fixable = wrong.some(({ state }) => state === 'fixable');
  const problemsFound =
    wrong.length === 1 ? l10n.t('Found 1 problem.') : l10n.t('Found {0} problems.', wrong.length);
  const choice = await window.showWarningMessage(problemsFound, ...(fixable ? [mend, show] : [show]));
  if (choice === show) context.log.show();
  if (choice !== mend) return;
  const after = await run<Finding[]>(context, doctor, { fix: true });
  showFindings(context, after);
  const left = after.filter(({ state }) => state === 'manual').length;
  void window.showInformationMessage(
    amount(
      left,
      () => l10n.t('1 problem needs you. See the log.'),
      n => l10n.t('{0} problems need you. See the log.', n),
    ) ?? l10n.t('All problems were repaired.'),
  );
  await context.model.rescan();
}

function showFindings({ log }: CommandContext, findings: readonly Finding[]): void {
  for (const { kind, path, detail, state, copy } of findings) {
    log.info(`${kind} (${state}): ${safe(path)} ${safe(detail)}${copy ? ` → ${safe(copy)}` : ''}`);
  }
}
