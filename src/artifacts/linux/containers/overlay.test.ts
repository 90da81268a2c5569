import { describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inertProgram } from '../../../../test/persistence/case.ts';
import { gatherFrom } from '../../../../test/persistence/gather.ts';
import { FactSet } from '../../../model/fact.ts';
import { SourceLog } from '../../../model/source-log.ts';
import { folderTarget } from '../../../target/folder.ts';
import { overlayFiles } from './overlay-file.ts';

const id = 'c'.repeat(64);
const mount = 'd'.repeat(64);
const docker = '/var/lib/docker';
const diff = `${docker}/overlay2/${mount}/diff`;
const state = (path = 'sleep') => ({
  [`${docker}/containers/${id}/config.v2.json`]: JSON.stringify({ ID: id, Name: '/shop', Path: path }),
  [`${docker}/image/overlay2/layerdb/mounts/${id}/mount-id`]: mount,
});
const told = async (files: Parameters<typeof gatherFrom>[1]) => {
  const { entries } = await gatherFrom(overlayFiles, files);
  return entries.map(({ text, active, marks }) => [String(text), active, ...marks]);
};

describe('what a container was given', () => {
  test('jobs, libraries, keys and programs, each with the name of the container', async () => {
    const found = await told({
      ...state(),
      [`${diff}/etc/crontab`]: '* * * * * root /tmp/x\n',
      [`${diff}/etc/ld.so.preload`]: '/lib/a.so # c\n',
      [`${diff}/root/.ssh/authorized_keys`]: '# c\nssh-ed25519 AAAA x\n',
      [`${diff}/tmp/run`]: inertProgram(),
      [`${diff}/tmp/notes`]: 'x',
      [`${diff}/tmp/lib.so`]: inertProgram(),
      [`${diff}/usr/.x/run`]: inertProgram(),
    });
    expect(found).toEqual([
      ['shop: * * * * * root /tmp/x', true],
      ['shop: /lib/a.so', true, 'loads-everywhere'],
      ['shop: ssh-ed25519 AAAA x', true, 'unusual-place'],
      ['shop: /tmp/run', true],
      ['shop: /usr/.x/run', true],
    ]);
  });

  test('the program that it starts, where it was written over', async () => {
    const { entries } = await gatherFrom(overlayFiles, {
      ...state('/usr/sbin/nginx'),
      [`${diff}/usr/sbin/nginx`]: inertProgram(),
    });
    expect(entries).toMatchObject([
      {
        command: '/usr/sbin/nginx',
        target: `${diff}/usr/sbin/nginx`,
        trigger: 'start of the container',
        marks: ['shadows-package'],
      },
    ]);
  });

  test('without the list of mounts a sibling tells; podman has a list of layers; containerd has all', async () => {
    const layer = 'e'.repeat(64);
    const storage = '/var/lib/containers/storage';
    const snapshots = '/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots';
    const found = await told({
      [`${docker}/overlay2/${mount}-init/diff/x`]: '',
      [`${diff}/tmp/a`]: inertProgram(),
      [`${docker}/overlay2/${'f'.repeat(64)}/diff/tmp/image`]: inertProgram(),
      [`${storage}/overlay-containers/containers.json`]: JSON.stringify([
        { id, layer, names: ['pod'] },
        { id, layer: '../../../../../etc' },
      ]),
      [`${storage}/overlay/${layer}/diff/tmp/b`]: inertProgram(),
      [`${snapshots}/7/fs/dev/shm/c`]: inertProgram(),
      [`${snapshots}/7/fs/usr/.x/d`]: inertProgram(),
    });
    expect(found.map(([text]) => text)).toEqual([
      `${mount.slice(0, 12)}: /tmp/a`,
      'pod: /tmp/b',
      'snapshot 7: /dev/shm/c',
    ]);
  });
});

describe('an upper folder that lies', () => {
  test('by a name of its mount that climbs, or by an id that is none', async () => {
    const found = await told({
      [`${docker}/overlay2/x/diff/y`]: '',
      [`${docker}/image/overlay2/layerdb/mounts/${id}/mount-id`]: '../../../../etc',
      '/etc/diff/tmp/run': inertProgram(),
    });
    expect(found).toEqual([]);
  });

  test('by links of folders and files is not followed out of it', async () => {
    const root = mkdtempSync(join(tmpdir(), 'demine-upper-'));
    const put = (path: string, content: string | Uint8Array): void => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    };
    try {
      for (const [path, content] of Object.entries(state())) put(path, content);
      put('/etc/crontab', '* * * * * root host-job\n');
      put('/etc/cron.d/job', '* * * * * root host-job\n');
      put('/host/run', inertProgram());
      put(`${diff}/var/x`, '');
      put(`${diff}/etc/x`, '');
      symlinkSync('/etc/crontab', join(root, diff, 'etc/crontab'));
      symlinkSync('/etc/cron.d', join(root, diff, 'etc/cron.d'));
      symlinkSync('../../../../../../../../host', join(root, diff, 'tmp'));
      symlinkSync('.', join(root, diff, 'var/spool'));
      const log = new SourceLog();
      const context = { target: folderTarget(root), log, facts: new FactSet(), nowUs: 0, thorough: false };
      expect(await overlayFiles.gather(context)).toEqual([]);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

  test('by its number of files is cut, and says so', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, at) => [`${diff}/tmp/f${at}`, inertProgram()]),
    );
    const { entries, log } = await gatherFrom(overlayFiles, { ...state(), ...files });
    expect(entries.length).toBe(100);
    expect(log.listed.filter(({ status }) => status === 'truncated').length).toBeGreaterThan(0);
  });

  test('by noise in its tables is read as far as it makes sense', async () => {
    const found = await told({
      ...state(),
      [`${diff}/var/spool/cron/root`]: Buffer.from('REDIS0009\xfa\x00\n\n* * * * * x\n\xff', 'latin1'),
    });
    expect(found).toEqual([['shop: * * * * * x', true, 'binary-noise']]);
  });
});
