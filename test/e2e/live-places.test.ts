/**
 * The same attacks on a host that runs: one case of each mechanism, all planted on one Debian, told by one live scan as
 * by the scan of a folder.
 *
 * Left out is what would change the host that the test itself runs in (what every program loads, what accounts and
 * names are), and what an overlay cannot hold (flags of inodes).
 */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Mechanism, mechanismGroups, mechanisms } from '../../src/model/mechanism.ts';
import type { ResultPersistence, ScanResult } from '../../src/model/result.ts';
import { type LabHost, openLabHost, scan } from '../lab/harness.ts';
import type { MechanismCase } from '../persistence/case.ts';
import { allCases } from '../persistence/cases.ts';
import { plantOver } from '../persistence/root.ts';

/** Files that the programs of the test themselves rest on. */
const ofTheHost =
  /^\/etc\/(?:ld\.so\.preload|passwd|shadow|group|nsswitch\.conf|hosts|resolv\.conf|environment)$|^\/(?:usr\/)?(?:s?bin|lib\d*)\/(?:bash|sh|env|true|cat|ps|mount|python3|perl|node|[^/]*\/lib[^/]*\.so[^/]*)$|\/libc\.so|^\/(?:proc|sys|dev|run)\//;

/** Of a host that runs, without `--thorough`, only the places are walked where things are dropped. */
const ofWalk: ReadonlySet<Mechanism> = new Set(mechanismGroups.files);
const notWalked = /^\/usr\/(?:lib|share)\//;

const isImmutable = (file: MechanismCase['planted'][string]): boolean =>
  typeof file === 'object' && 'immutable' in file && file.immutable === true;

/** For each mechanism the first dangerous case whose files nothing else has. */
function chosen(root: string): ReadonlyMap<Mechanism, MechanismCase> {
  const taken = new Set<string>();
  const found = new Map<Mechanism, MechanismCase>();
  for (const one of allCases) {
    if (one.dress === 'honest' || found.has(one.mechanism)) continue;
    const paths = [...new Set([...Object.keys(one.planted), ...Object.keys(one.packaged ?? {})])];
    const fits = paths.every(
      (path) =>
        !ofTheHost.test(path) && !taken.has(path) && (path.endsWith('/') || !existsSync(join(root, path))),
    );
    const walked = ofWalk.has(one.mechanism) && paths.some((path) => notWalked.test(path));
    if (!fits || walked || Object.values(one.planted).some(isImmutable)) continue;
    for (const path of paths) taken.add(path);
    found.set(one.mechanism, one);
  }
  return found;
}

let host: LabHost;
let cases: ReadonlyMap<Mechanism, MechanismCase>;
let result: ScanResult;
beforeAll(async () => {
  host = await openLabHost();
  cases = chosen(host.root);
  plantOver(host.root, [...cases.values()]);
  ({ result } = await scan(host, ['--interval', '1']));
}, 120_000);
afterAll(async () => {
  await host.stop();
});

const isGrave = ({ judgement }: ResultPersistence): boolean =>
  judgement === 'suspicious' || judgement === 'malicious';

test('every group of mechanisms is planted, and most mechanisms are', () => {
  const left = Object.entries(mechanismGroups).filter(([, own]) => !own.some((id) => cases.has(id)));
  expect(left.map(([group]) => group)).toEqual([]);
  expect(cases.size).toBeGreaterThan(mechanisms.length * 0.8);
});

test('each is told by a live scan', () => {
  const grave = result.persistence.filter(isGrave);
  const missed = [...cases]
    .filter(([mechanism]) => !grave.some((row) => row.mechanism === mechanism))
    .map(([mechanism, { what }]) => `${mechanism}: ${what}`);
  expect(missed).toEqual([]);
});
