/** A scan as a person runs it: what stands on the screen, and every file of the case. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultSchema, type ScanResult } from '../../../src/model/result.ts';
import { demine, type LabHost } from '../../lab/harness.ts';

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

let cases = 0;

export async function scanCase(host: LabHost, args: readonly string[] = []): Promise<ScannedCase> {
  cases += 1;
  const folder = `/srv/case-${cases}`;
  mkdirSync(join(host.root, 'srv'), { recursive: true });
  const { code, stdout, stderr } = await demine(host, ['scan', '--lang', 'en', '--out', folder, ...args]);
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
