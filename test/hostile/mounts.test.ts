/** File systems that never answer, at places that a scan reads: the scan ends, in time, and says so. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import { type LabHost, listedSources, openLabHost, type Running } from '../lab/harness.ts';
import { type ScannedCase, scanCase } from './case-files.ts';

let host: LabHost;
let healthy: ScannedCase;
let hostile: ScannedCase;
const workers: Running[] = [];
let asked: Running;

const program = (name: string): string => join(import.meta.dir, name);

/** Folders that hold what a scan looks for. */
const dead = ['/var/lib/docker', '/run/containerd', '/var/lib/containers', '/srv/dead', '/etc/falcon-sensor'];

/** Seconds that hostile mounts may cost. */
const grace = 10;

/** In a shell of its own: whoever waits for a stopped child outside would be stopped with it. */
const server = 'bun=$1; shift; "$bun" "$@" & echo $! >/run/server; wait';
const busy = '$| = 1; print "ready\\n"; $x++ while 1';
const idle = '$| = 1; print "ready\\n"; sleep 600';
const ready = { readyLine: 'ready' } as const;
const mounted = { readyLine: 'mounted' } as const;

/** Perl that runs `script`, from a shell that does `first`. */
const perl = (script: string, first: string): Promise<Running> =>
  host.start(['sh', '-c', first, 'sh', script], ready);

beforeAll(async () => {
  host = await openLabHost();
  const served = [process.execPath, program('served-mount.ts'), '/srv/share', '/usr/bin/perl'];
  await host.start(['sh', '-c', server, 'sh', ...served], mounted);
  // Executable and folder on the mount that will die; and one with an open file there.
  for (const script of [idle, idle, idle, idle, idle, idle]) {
    workers.push(await perl(script, 'cd /srv/share && exec ./worker -e "$1"'));
  }
  workers.push(await perl(idle, 'exec 7</srv/share/worker; exec perl -e "$1"'));
  asked = await perl(busy, 'exec perl -e "$1" -- -c /srv/dead/config.json');

  let seconds = 0;
  for (let run = 0; run < 2; run += 1) {
    const begun = performance.now();
    healthy = await scanCase(host, ['--interval', '1']);
    seconds = Math.max(seconds, (performance.now() - begun) / 1000);
  }

  await host.start([process.execPath, program('dead-mount.ts'), ...dead], mounted);
  await host.run(['sh', '-c', 'kill -STOP "$(cat /run/server)"']);
  hostile = await scanCase(host, ['--interval', '1'], { killAfterSeconds: seconds + grace });
}, 300_000);
afterAll(async () => {
  await host.stop();
});

const incomplete = (path: string) =>
  listedSources(hostile.result).filter(({ source }) => source === path || source.startsWith(`${path}/`));

test('while the server answers nothing is given up', () => {
  expect(listedSources(healthy.result).filter(({ status }) => status === 'timeout')).toEqual([]);
});

for (const place of ['/var/lib/docker', '/run/containerd', '/var/lib/containers']) {
  test(`${place} is told as given up`, () => {
    const statuses = incomplete(place).map(({ status }) => status);
    expect(statuses.length).toBeGreaterThan(0);
    expect(new Set(statuses)).toEqual(new Set(['timeout']));
    expect(incomplete(place)[0]?.reason).toContain('fuse on ');
  });
}

test('every process that runs from a dead mount is listed with its executable', () => {
  for (const worker of workers.slice(0, 6)) {
    const row = hostile.result.processes.find(({ pid }) => pid === worker.pid);
    expect(row?.exe).toBe('/srv/share/worker');
    expect(row?.deleted).toBe(false);
  }
  expect(hostile.result.processes.map(({ pid }) => pid)).toContain(workers.at(-1)?.pid ?? 0);
});

test('the configuration of a busy program on a dead mount is told as given up', () => {
  expect(hostile.result.processes.map(({ pid }) => pid)).toContain(asked.pid);
  expect(incomplete('/srv/dead/config.json')).toEqual([
    expect.objectContaining({ status: 'timeout', artifact: 'probe.config-files' }),
  ]);
});

test('nothing is called hidden, and what can be judged is judged as before', () => {
  expect(hostile.result.findings.filter(({ bearing }) => bearing === 'hides')).toEqual([]);
  expect(hostile.result.verdict).toBe(healthy.result.verdict);
});
