/**
 * The result of a folder that holds logs and no host: what was found is in its hosts, and nothing else was looked at.
 *
 * It is never clean, since logs show what was logged alone, and never mining, since nothing that runs was seen.
 */
import { messagesFor } from '../messages/index.ts';
import { resultVersion, type ScanResult } from '../model/result.ts';
import type { ResultHost } from '../model/result-incident.ts';
import { SourceLog } from '../model/source-log.ts';
import type { Printable } from '../model/text.ts';
import { folderCoverage } from './coverage.ts';
import type { ScanOptions } from './options.ts';
import { utc } from './utc.ts';

export interface LogsAlone {
  /** How the folder is named to people. */
  readonly name: Printable;
  readonly target: string;
  readonly hosts: readonly ResultHost[];
  readonly options: Pick<ScanOptions, 'language' | 'thorough' | 'keepSecrets'>;
  readonly started: Date;
  readonly version: string;
}

/** More than an open door. */
const isFound = ({ entry = [], families = [], onset }: ResultHost): boolean =>
  entry.some(({ grade }) => grade !== 'possible') || families.length > 0 || onset !== undefined;

export function logsAloneResult({ name, target, hosts, options, started, version }: LogsAlone): ScanResult {
  const { language, thorough, keepSecrets } = options;
  const { why, coverage } = messagesFor(language);
  const found = hosts.filter(isFound).length;
  return {
    schema: `demine-result/${resultVersion}`,
    tool: { name: 'demine', version },
    language,
    started: utc(started),
    finished: utc(new Date()),
    options: { target, interval: 0, active: false, thorough, keepSecrets, seen: [] },
    host: {
      name,
      ...{ machineId: '', bootId: '', os: '', kernel: '', architecture: '' },
      ...{ cores: 0, clockOffset: 0, scope: 'files', privileged: true },
    },
    verdict: found > 0 ? 'suspicious' : 'inconclusive',
    state: found > 0 ? 'traces' : 'none',
    why: [
      ...(found > 0 ? [why['hosts-in-logs']({ count: found, of: hosts.length })] : []),
      why['logs-alone']({}),
    ],
    score: 0,
    // Whatever the record of sources leaves open: nothing of a host was there to be read.
    coverage: folderCoverage(new SourceLog(), coverage, true).map((row) => ({
      ...row,
      checked: false,
      reason: row.reason ?? coverage.notRead,
    })),
    ...{ findings: [], miners: [], processes: [], sockets: [], exposure: [], persistence: [] },
    ...{ sources: [], excused: [], actions: [], recovered: [] },
  };
}
