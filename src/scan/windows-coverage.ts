/**
 * What was checked of a Windows host, and what a verdict of clean needs: the hives of the machine, the account database,
 * the tasks and the hive of at least one user. Event logs are told and not needed: they say how it came, not what is there.
 */
import { walkSource } from '../artifacts/linux/dropped-files.ts';
import { findEventLogs } from '../artifacts/windows/event-logs/evtx-reading.ts';
import { registryArtifact } from '../artifacts/windows/hives.ts';
import { windowsArtifacts } from '../artifacts/windows/index.ts';
import { viewOf } from '../artifacts/windows/view.ts';
import type { CoverageId, CoverageTexts } from '../messages/coverage.ts';
import type { ScanContext } from './context.ts';
import type { CoverageRow } from './coverage.ts';

const row = (id: CoverageId, required: boolean, checked: boolean, reason: string): CoverageRow =>
  checked || reason === '' ? { id, required, checked } : { id, required, checked, reason };

export function windowsCoverage(
  context: ScanContext,
  texts: CoverageTexts,
  wanted: boolean,
): readonly CoverageRow[] {
  const { log } = context;
  const { registry } = viewOf(context);
  const listed = (artifact: string, name: RegExp): string => {
    const found = log.listed.find(
      ({ artifact: of, source, status }) => of === artifact && name.test(source) && status !== 'ok',
    );
    if (found === undefined) return texts.notRead;
    return `${found.source}: ${found.status}${found.reason === undefined ? '' : `, ${found.reason}`}`;
  };
  const hive = (id: CoverageId, name: 'SYSTEM' | 'SOFTWARE' | 'SAM'): CoverageRow =>
    row(
      id,
      true,
      registry.get(name) !== undefined,
      registry.get(name) === undefined ? listed(registryArtifact, new RegExp(`\\\\${name}$`)) : '',
    );
  const required = new Set(windowsArtifacts.filter((one) => one.required).map(({ id }) => id));
  required.add('windows.entries');
  required.add(registryArtifact);
  // What is not there is not missed in them; what was there and not read is.
  for (const id of ['windows.com-hijack', 'windows.network', 'windows.wmi', 'windows.deleted-entries'])
    required.add(id);
  const gap = log.listed.find(
    ({ artifact, status }) =>
      required.has(artifact) && status !== 'ok' && status !== 'absent' && status !== 'empty',
  );
  const gapText =
    gap === undefined
      ? ''
      : `${gap.source}: ${gap.status}${gap.reason === undefined ? '' : `, ${gap.reason}`}`;
  const owned = registry.users.some(({ classes }) => !classes);
  const taskStores = log.groups.some(
    ({ artifact, status }) => artifact === 'windows.tasks' && (status === 'ok' || status === 'empty'),
  );
  const hosts = log.groups.some(
    ({ artifact, status }) => artifact === 'windows.hosts-file' && (status === 'ok' || status === 'empty'),
  );
  const cut = log.listed.find(
    ({ artifact, source, status }) =>
      artifact === 'windows.dropped-files' && source === walkSource && status !== 'ok',
  );
  const walked = cut === undefined && log.groups.some(({ artifact }) => artifact === 'windows.dropped-files');
  const wantsLogs = context.options.logs !== undefined;
  const logs = wantsLogs ? findEventLogs(context.target).files.length : 0;
  return [
    hive('windows-system', 'SYSTEM'),
    hive('windows-software', 'SOFTWARE'),
    hive('windows-accounts', 'SAM'),
    row('windows-tasks', wanted, !wanted || taskStores, texts.noTasks),
    row('windows-users', true, owned, texts.noUserHive),
    wanted
      ? row('persistence', true, gap === undefined, gapText)
      : row('persistence', false, false, texts.persistenceLeftOut),
    row('windows-logs', false, wantsLogs && logs > 0, wantsLogs ? texts.noEventLog : texts.notRead),
    row('dropped-files', false, walked, cut?.reason ?? texts.notRead),
    row('hosts-file', false, hosts, texts.notRead),
    row('processes', false, false, texts.imageHasNoProcesses),
  ];
}
