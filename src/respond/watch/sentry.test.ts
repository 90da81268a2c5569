/** The kernel's own events, of folders that the test made: by fanotify where it may, and by inotify. */
import { afterEach, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesOf, type PathText, printableText } from '../../model/text.ts';
import { folderWorld } from './live-world.ts';
import { type FileEvent, Sentry } from './sentry.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

interface Watched {
  readonly folder: string;
  readonly sentry: Sentry;
  /** What waits, in its order. */
  readonly drained: () => { readonly events: readonly FileEvent[]; readonly overflow: boolean };
}

function watch(patterns: readonly string[], useFanotify: boolean): Watched {
  const folder = mkdtempSync(join(tmpdir(), 'demine-sentry-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['cron.d', 'home']) mkdirSync(join(folder, name));
  const sentry = new Sentry(
    patterns.map((pattern) => `${folder}${pattern}`),
    folderWorld(),
    useFanotify,
  );
  cleanups.push(() => sentry.close());
  return {
    folder,
    sentry,
    drained: () => {
      const events: FileEvent[] = [];
      let overflow = false;
      for (;;) {
        const more = sentry.drain({ file: (event) => events.push(event), program: () => {} });
        overflow ||= more.overflow;
        if (more.events === 0) return { events, overflow };
      }
    },
  };
}

const within = (folder: string, events: readonly FileEvent[]): readonly string[] => [
  ...new Set(events.filter(({ isPlace }) => isPlace).map(({ path }) => path.slice(folder.length))),
];

// A user who is not root has inotify alone.
const isRoot = process.geteuid?.() === 0;
const ways = isRoot
  ? ([
      ['fanotify', true],
      ['inotify', false],
    ] as const)
  : ([['inotify', false]] as const);

describe.each(ways)('by %s', (way, useFanotify) => {
  test('what is made, written and renamed into a place is told, and who did it where the kernel says so', () => {
    const { folder, sentry, drained } = watch(['/cron.d/*', '/home/*/.ssh/authorized_keys'], useFanotify);
    expect(sentry.means.files).toBe(way);
    writeFileSync(join(folder, 'cron.d/job'), '* * * * *\n');
    writeFileSync(join(folder, 'elsewhere'), 'x');
    renameSync(join(folder, 'elsewhere'), join(folder, 'cron.d/moved'));
    const { events } = drained();
    expect(within(folder, events)).toEqual(['/cron.d/job', '/cron.d/moved']);
    expect(new Set(events.map(({ pid }) => pid))).toEqual(new Set([useFanotify ? process.pid : 0]));
    expect(drained().events).toEqual([]);
  });

  test('a folder that is made with what lies in it is told, down to the place', () => {
    const { folder, drained } = watch(['/cron.d/*', '/home/*/.ssh/authorized_keys'], useFanotify);
    mkdirSync(join(folder, 'home/eve/.ssh'), { recursive: true });
    writeFileSync(join(folder, 'home/eve/.ssh/authorized_keys'), 'ssh-ed25519 x\n');
    expect(within(folder, drained().events)).toEqual(['/home/eve/.ssh/authorized_keys']);
    // And marked from then on.
    writeFileSync(join(folder, 'home/eve/.ssh/authorized_keys'), 'ssh-ed25519 y\n');
    expect(within(folder, drained().events)).toEqual(['/home/eve/.ssh/authorized_keys']);
  });

  test('a name of any bytes is told so that it can be opened again', () => {
    const { folder, drained } = watch(['/cron.d/*'], useFanotify);
    const name = Buffer.concat([Buffer.from(join(folder, 'cron.d/')), Buffer.from([0xff, 0x0a, 0x25, 0x1b])]);
    writeFileSync(name, 'x');
    const [event] = drained().events;
    expect(Buffer.from(bytesOf(event?.path ?? ('' as PathText)))).toEqual(name);
  });

  test('more than the kernel keeps is told as lost, and the next one is told again', () => {
    const { folder, drained } = watch(['/cron.d/*'], useFanotify);
    for (let number = 0; number < 20_000; number += 1) writeFileSync(join(folder, `cron.d/${number}`), '');
    const { events, overflow } = drained();
    expect([overflow, events.length < 50_000]).toEqual([true, true]);
    writeFileSync(join(folder, 'cron.d/after'), '');
    expect(within(folder, drained().events)).toEqual(['/cron.d/after']);
  }, 60_000);

  test('what is waited for beside the declared places is watched from then on', () => {
    const { folder, sentry, drained } = watch(['/cron.d/*'], useFanotify);
    const path = printableText(join(folder, 'home/kdump'));
    writeFileSync(join(folder, 'home/kdump'), '1');
    expect(drained().events).toEqual([]);
    sentry.await([path]);
    writeFileSync(join(folder, 'home/kdump'), '2');
    expect(within(folder, drained().events)).toEqual(['/home/kdump']);
  });
});
