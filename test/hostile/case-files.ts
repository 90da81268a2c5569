/** A scan as a person runs it: what stands on the screen, and every file of the case. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultSchema, type ScanResult } from '../../src/model/result.ts';
import type { LabHost } from '../lab/harness.ts';
import { repository } from '../lab/host.ts';

export interface ScannedCase {
  readonly result: ScanResult;
  readonly json: string;
  readonly html: string;
  /** Standard output and standard error. */
  readonly screen: string;
  readonly code: number;
  /** Every file of the case, by name. */
  readonly files: ReadonlyMap<string, Buffer>;
}

export interface CaseOptions {
  /** Ends the scan by force; the case then fails. Nothing else measures time. */
  readonly killAfterSeconds?: number;
  /** What the scan is started with: `setpriv …`. */
  readonly through?: readonly string[];
}

const main = join(repository, 'src', 'cli', 'main.ts');
let cases = 0;

export async function scanCase(
  host: LabHost,
  args: readonly string[] = [],
  { killAfterSeconds = 100, through = [] }: CaseOptions = {},
): Promise<ScannedCase> {
  cases += 1;
  const folder = `/srv/case-${cases}`;
  mkdirSync(join(host.root, 'srv'), { recursive: true });
  const bounded = ['timeout', '--signal=KILL', killAfterSeconds.toFixed(1), ...through];
  const command = [process.execPath, main, 'scan', '--lang', 'en', '--out', folder, ...args];
  const { code, stdout, stderr } = await host.run([...bounded, ...command]);
  const seen = join(host.root, folder);
  const names = readdirSync(seen);
  if (!names.includes('result.json')) {
    throw new Error(`no result (exit ${code}): ${stdout.slice(-2000)} ${stderr.slice(-4000)}`);
  }
  const files = new Map(names.map((name) => [name, readFileSync(join(seen, name))]));
  const json = files.get('result.json')?.toString('utf8') ?? '';
  return {
    result: resultSchema.parse(JSON.parse(json)),
    json,
    html: files.get('report.html')?.toString('utf8') ?? '',
    screen: stdout + stderr,
    code,
    files,
  };
}
