/** One case of a Windows mechanism, planted, scanned and asked: was the dangerous one found, was the honest one left in peace. */
import { severityRank } from '../../src/model/finding.ts';
import type { WindowsCase } from './mechanism-cases.fixture.ts';
import { scanSpec } from './windows-host.fixture.ts';

export interface WindowsOutcome {
  readonly right: boolean;
  /** What was accused instead. */
  readonly told: string;
}

export async function outcomeOfWindows(one: WindowsCase): Promise<WindowsOutcome> {
  const { persistence, findings, verdict } = await scanSpec(one.spec);
  const grave = persistence.filter(
    ({ judgement }) => judgement === 'suspicious' || judgement === 'malicious',
  );
  const alarms = findings.filter(({ severity }) => severityRank(severity) >= severityRank('medium'));
  const told = `${verdict}; ${persistence
    .filter(({ reasons }) => reasons.length > 0)
    .map(
      ({ mechanism, judgement, reasons }) =>
        `${judgement} ${mechanism}: ${reasons.map(({ id }) => id).join(' ')}`,
    )
    .join('; ')}`;
  if (one.dress === 'honest')
    return { right: grave.length === 0 && alarms.length === 0 && verdict === 'clean', told };
  const accused: readonly string[] = one.accused ?? [one.mechanism];
  return {
    right: verdict === 'suspicious' && grave.some(({ mechanism }) => accused.includes(mechanism)),
    told,
  };
}
