/**
 * The result of a folder that holds logs and no host: what was found is in its hosts, and nothing else was looked at.
 *
 * It is never clean, since logs show what was logged alone, and never mining, since nothing that runs was seen.
 */
import type { Language } from '../messages/catalogue.ts';
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

type Verdict = Pick<ScanResult, 'verdict' | 'state' | 'why'>;

function verdictOf(hosts: readonly ResultHost[], language: Language): Verdict {
  const { why } = messagesFor(language);
  const found = hosts.filter(isFound).length;
  if (found === 0) return { verdict: 'inconclusive', state: 'none', why: [why['logs-alone']({})] };
  const told = why['hosts-in-logs']({ count: found, of: hosts.length });
  return { verdict: 'suspicious', state: 'traces', why: [told, why['logs-alone']({})] };
}

/** The result of such a folder, after other logs were added to its case; any other result as it is. */
export function withLogsAdded(result: ScanResult): ScanResult {
  // Of a host that was scanned something was read, if only its name.
  const isLogsAlone =
    result.hosts !== undefined &&
    result.host.scope === 'files' &&
    result.host.os === '' &&
    result.coverage.every(({ checked }) => !checked) &&
    result.findings.length === 0;
  return isLogsAlone ? { ...result, ...verdictOf(result.hosts ?? [], result.language) } : result;
}

export function logsAloneResult({ name, target, hosts, options, started, version }: LogsAlone): ScanResult {
  const { language, thorough, keepSecrets } = options;
  const { coverage } = messagesFor(language);
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
    ...verdictOf(hosts, language),
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
