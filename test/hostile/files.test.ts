/** What lies where a file should be: each is told by a status, and the scan goes on. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type LabHost, listedSources, openLabHost, type Running } from '../lab/harness.ts';
import { type ScannedCase, scanCase } from './case-files.ts';

let host: LabHost;
let suspect: Running;

const container = `/var/lib/docker/containers/${'ab'.repeat(32)}/config.v2.json`;
const config = '/srv/work/config.json';
const places = [
  '/etc/hosts',
  '/etc/passwd',
  '/etc/machine-id',
  '/var/lib/dpkg/info/bash.list',
  container,
  config,
] as const;

/** What is put in the place of a file, as a command of the shell on `$1`; how it is told. */
const things = {
  'a pipe': { put: 'mkfifo "$1"', status: 'error', reason: 'fifo' },
  'a file of 10 GB with nothing in it': { put: 'truncate -s 10G "$1"', status: 'truncated', reason: 'read' },
  'an endless device': {
    put: ': >"$1"; mount --bind /dev/zero "$1"',
    status: 'error',
    reason: 'character',
  },
  'a folder': { put: 'mkdir "$1"', status: 'error', reason: 'directory' },
  'a link to itself': { put: 'ln -s "$1" "$1"', status: 'error', reason: 'ELOOP' },
  'a link to an endless device': { put: 'ln -s /dev/zero "$1"', status: 'error', reason: 'character' },
  'a socket': {
    put: 'python3 -c "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])" "$1"',
    status: 'error',
    reason: 'socket',
  },
} as const;

const clear = 'mkdir -p "$(dirname "$1")"; umount "$1" 2>/dev/null; rm -rf "$1"';

beforeAll(async () => {
  host = await openLabHost();
  const script = '$| = 1; print "ready\\n"; $x++ while 1';
  const command = `mkdir -p /srv/work && cd /srv/work && exec perl -e "$1" -- -c config.json -o 192.0.2.7:3333`;
  suspect = await host.start(['sh', '-c', command, 'sh', script], { readyLine: 'ready' });
});
afterAll(async () => {
  await host.stop();
});

for (const [what, { put, status, reason }] of Object.entries(things)) {
  describe(`${what} in the place of each file`, () => {
    let scanned: ScannedCase;
    beforeAll(async () => {
      for (const place of places) {
        const done = await host.run(['sh', '-c', `${clear}; ${put}`, 'sh', place]);
        if (done.code !== 0) throw new Error(`${place}: ${done.stderr}`);
      }
      scanned = await scanCase(host, ['--interval', '1']);
    });

    for (const place of places) {
      test(`${place.replace(/(ab){32}/, 'ID')}`, () => {
        const told = listedSources(scanned.result).filter(({ source }) => source === place);
        expect(told.length).toBeGreaterThan(0);
        for (const one of told) {
          expect(one.status).toBe(status);
          expect(one.reason).toContain(reason);
        }
      });
    }

    test('the scan ends with a verdict, and the suspect is listed', () => {
      expect([0, 1, 3]).toContain(scanned.code);
      expect(scanned.result.processes.map(({ pid }) => pid)).toContain(suspect.pid);
      expect(scanned.result.host.machineId).toBe('');
    });
  });
}
