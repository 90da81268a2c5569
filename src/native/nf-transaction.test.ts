import { afterEach, describe, expect, test } from 'bun:test';
import { deleteTable, emptySet, newElements, newSet, newTable } from './nf-table-messages.ts';
import { commit, elementsOf } from './nf-transaction.ts';

const made = [newTable('t', 'made by a test'), newSet({ table: 't', name: 's', key: 'ip', id: 1 })];
const keys = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, at) => Uint8Array.of(198, 18, at >> 8, at & 255));

afterEach(() => {
  commit([newTable('t', ''), deleteTable('t')]);
});

describe('a transaction', () => {
  test('is done as a whole', () => {
    expect(commit([...made, ...newElements('t', 's', keys(3))])).toEqual({ status: 'ok', value: true });
    expect(elementsOf('t', ['s'])).toMatchObject({ status: 'ok' });
  });

  test('is not done at all where one message is refused, and says why', () => {
    expect(commit([...made, emptySet('t', 'other')])).toEqual({ status: 'absent', reason: 'ENOENT' });
    expect(elementsOf('t', ['s'])).toEqual({ status: 'absent', reason: 'ENOENT' });
    expect(commit([deleteTable('t')])).toEqual({ status: 'absent', reason: 'ENOENT' });
    expect(commit([...made, newElements('t', 's', [Uint8Array.of(1)])[0] ?? new Uint8Array(0)]).status).toBe(
      'error',
    );
  });

  test('takes as many elements as a case can have', () => {
    expect(commit([...made, ...newElements('t', 's', keys(2500), 60_000)])).toEqual({
      status: 'ok',
      value: true,
    });
  });

  test('without the right to is denied', () => {
    const program = `import { commit } from ${JSON.stringify(`${import.meta.dir}/nf-transaction.ts`)};
      import { newTable } from ${JSON.stringify(`${import.meta.dir}/nf-table-messages.ts`)};
      process.setgid?.(65534); process.setuid?.(65534);
      console.log(JSON.stringify(commit([newTable('t', '')])));`;
    const done = Bun.spawnSync([process.execPath, '-e', program]);
    expect(`${done.stdout}${done.stderr}`).toBe('{"status":"denied","reason":"EPERM"}\n');
  });
});
