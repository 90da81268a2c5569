/**
 * What end-to-end tests are written with: stand-ins in a lab host, and `demine` as a user starts it.
 */
import { chmodSync, copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { severityRank } from '../../src/model/finding.ts';
import { type ResultFinding, resultSchema, type ScanResult } from '../../src/model/result.ts';
import { type Finished, type LabHost, type Running, type RunOptions, repository } from './host.ts';

export { folderIn, type LabHost, type LabOptions, openLabHost, type Running } from './host.ts';

export type StandIn = 'randomx-hasher' | 'randomx-restless' | 'interval' | 'fastmath' | 'shape' | 'guard';

/** Starts a stand-in and waits until its shape is complete. */
/** A copy of its own goes with it: a program that lies about is a trace, and the next test would be told of it. */
export async function startStandIn(
  host: LabHost,
  name: StandIn,
  args: readonly string[],
  options: RunOptions & { /** Run it from a copy under this path. */ readonly as?: string } = {},
): Promise<Running> {
  const { as, ...rest } = options;
  const path = as ?? `/opt/standins/${name}`;
  if (as !== undefined) putProgram(host, name, as);
  const { pid, outer, stop } = await host.start([path, ...args], { readyLine: 'ready', ...rest });
  return {
    pid,
    outer,
    stop: async () => {
      await stop();
      if (as !== undefined) rmSync(join(host.root, as), { force: true });
    },
  };
}

/** A copy of a stand-in in the lab host's throw-away file system. */
export function putProgram(host: LabHost, name: StandIn, path: string): void {
  const to = join(host.root, path);
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(join(host.root, 'opt/standins', name), to);
  chmodSync(to, 0o755);
}

const main = join(repository, 'src', 'cli', 'main.ts');

/** `demine …` inside the lab host. */
export function demine(host: LabHost, args: readonly string[], options?: RunOptions): Promise<Finished> {
  return host.run([process.execPath, main, ...args], options);
}

/** `demine …` inside the lab host, to be stopped while it runs. */
export function startDemine(host: LabHost, args: readonly string[]): Promise<Running> {
  return host.start([process.execPath, main, ...args]);
}

/** `demine …` as root without the right to make namespaces, as root of a container is. */
export function demineUnprivileged(host: LabHost, args: readonly string[]): Promise<Finished> {
  return host.run(['setpriv', '--bounding-set=-sys_admin', process.execPath, main, ...args]);
}

export interface Scanned extends Finished {
  readonly result: ScanResult;
}

/** `demine scan --json -` inside the lab host; fails with what it said when it gave no result. */
export async function scan(host: LabHost, args: readonly string[] = []): Promise<Scanned> {
  const finished = await demine(host, [
    'scan',
    '--json',
    '-',
    '--out',
    `/run/case-${Bun.nanoseconds()}`,
    ...args,
  ]);
  try {
    return { ...finished, result: resultSchema.parse(JSON.parse(finished.stdout)) };
  } catch (cause) {
    throw new Error(`no result (exit ${finished.code}): ${finished.stderr.slice(-4000)}`, { cause });
  }
}

/** Findings that a clean host may not have. */
export function alarms(result: ScanResult): readonly ResultFinding[] {
  return result.findings.filter((finding) => severityRank(finding.severity) >= severityRank('medium'));
}

export interface ListedSource {
  readonly source: string;
  readonly artifact: string;
  readonly status: string;
  readonly reason: string;
}

/** Sources that were not read whole, each with what became of it. */
export function listedSources(result: ScanResult): readonly ListedSource[] {
  return result.sources.flatMap(({ artifact, status, listed }) =>
    listed.map(({ source, reason }) => ({ source, artifact, status, reason })),
  );
}
