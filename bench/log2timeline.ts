/**
 * Plaso's log2timeline over a folder of logs: all its parsers, its usual number of workers, as people run it.
 *
 * Its workers talk over the loopback interface, which is down in a new network namespace; where it cannot be raised,
 * it runs as one process, which costs it half of the CPU, and the row says so.
 */
import { Database } from 'bun:sqlite';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withinRoot } from './made-in-root.ts';
import { plasoRoot } from './plaso.ts';
import { BenchError, costOf, type Stage } from './stage.ts';

export interface Timeline {
  readonly version: string;
  /** Of the program and its workers. */
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly events: number;
  readonly isSingle: boolean;
}

const program = 'plaso-log2timeline';

/** @throws BenchError where it ends badly or finds nothing */
export function log2timeline(stage: Stage, logs: string): Timeline {
  const root = plasoRoot();
  const folder = join(stage.folder, 'plaso');
  mkdirSync(folder);
  try {
    const isSingle =
      Bun.which('ip') === null || Bun.spawnSync(['ip', 'link', 'set', 'lo', 'up']).exitCode !== 0;
    const usual = ['--unattended', '--status_view', 'none', '--logfile', '/srv/log.gz'];
    const options = isSingle ? [...usual, '--single_process'] : usual;
    const command = [program, ...options, '--storage_file', '/srv/store.plaso', '/srv/logs'];
    mkdirSync(join(folder, 'logs'));
    const bound = Bun.spawnSync(['mount', '--bind', logs, join(folder, 'logs')]);
    if (bound.exitCode !== 0) throw new BenchError(`${logs} cannot be mounted`);
    try {
      const cost = withinRoot(stage, root, folder, command, (whole) => costOf(stage, whole));
      if (cost.exitCode !== 0) throw new BenchError(`${program} ended with ${cost.exitCode}`);
      const said = withinRoot(stage, root, folder, [program, '--version'], (whole) =>
        Bun.spawnSync([...whole], { stdio: ['ignore', 'pipe', 'pipe'] }),
      );
      const store = new Database(join(folder, 'store.plaso'), { readonly: true });
      const events = store.query<{ count: number }, []>('select count(*) as count from event').get()?.count;
      store.close();
      if (events === undefined || events === 0) throw new BenchError(`${program} found nothing`);
      return {
        version: /version (\d+)/.exec(said.stdout.toString())?.[1] ?? '',
        cpuSeconds: cost.cpuSeconds,
        peakMegabytes: cost.peakBytes / 1e6,
        events,
        isSingle,
      };
    } finally {
      Bun.spawnSync(['umount', join(folder, 'logs')]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
