/** A scan looks and leaves nothing: no file but its case, not in a folder for temporary files either. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { demine, type LabHost, openLabHost } from '../lab/harness.ts';

let host: LabHost;
beforeAll(async () => {
  host = await openLabHost();
});
afterAll(async () => {
  await host.stop();
});

/** What changed on the host's own file systems since the marker; what the lab lends it belongs to all tests. */
const changed =
  'find / /dev/shm /run -xdev -newercm /run/marker ! -path "/run/case*" ! -path /run ! -path "/opt/*"';
/** The executable keeps no cache of what it compiled; Bun that runs the source would. */
const environment = { BUN_RUNTIME_TRANSPILER_CACHE_PATH: '0' };

test('of a host that was scanned nothing has changed but the folder of the case', async () => {
  await host.run(['sh', '-c', ': >/run/marker; sleep 0.1']);
  const args = ['scan', '--interval', '0.5', '--thorough', '--out', `/run/case-${Bun.nanoseconds()}`];
  const { code, stdout } = await demine(host, args, { environment });
  expect(code, stdout).toBe(0);
  expect((await host.run(['sh', '-c', changed])).stdout).toBe('');
});
