import { afterEach, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { vectorOf, withoutRuntimeOptions } from './engine.ts';
import { endAll, startRole } from './processes.fixture.ts';

afterEach(endAll);

test('a process that starts itself anew stays the same process, with its arguments and its environment', async () => {
  const { pid, said } = await startRole('anew', 'a b', '', 'ü', '%');
  expect(JSON.parse(said)).toEqual([pid, ['a b', '', 'ü', '%'], process.env['PATH']]);
  const environ = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  expect(environ.filter((word) => word.startsWith('BUN_JSC_'))).toEqual([
    'BUN_JSC_useFTLJIT=0',
    'BUN_JSC_forceRAMSize=67108864',
    'BUN_JSC_thresholdForOptimizeAfterWarmUp=30000',
    'BUN_JSC_thresholdForOptimizeAfterLongWarmUp=30000',
    'BUN_JSC_thresholdForOptimizeSoon=30000',
  ]);
});

test('the runtime options of the starter are not handed on, whatever else stands there is', () => {
  const environ = Buffer.from(
    'A=1\0BUN_OPTIONS=--preload=/x\0BUN_OPTIONS=\0XBUN_OPTIONS=y\0\xff\0\0no end',
    'latin1',
  );
  expect(Buffer.from(withoutRuntimeOptions(environ)).toString('latin1')).toBe(
    'A=1\0XBUN_OPTIONS=y\0\xff\0\0no end',
  );
  expect(withoutRuntimeOptions(new Uint8Array(0))).toHaveLength(0);
});

test('strings become their addresses, and a null ends them', () => {
  const bytes = new TextEncoder().encode('a\0\0bc\0');
  expect([...vectorOf(bytes, 1000)]).toEqual([1000n, 1002n, 1003n, 0n]);
  expect([...vectorOf(new Uint8Array(0), 1000)]).toEqual([0n]);
});
