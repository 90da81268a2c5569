import { expect, test } from 'bun:test';
import { join } from 'node:path';

test('who looks through /proc finds the new name, and nothing of the old command line', () => {
  const script = `
    const { renameProcess } = await import(${JSON.stringify(join(import.meta.dir, 'own-name.ts'))});
    const { readFileSync } = await import('node:fs');
    const done = renameProcess('kofelu');
    const [comm, line] = ['comm', 'cmdline'].map((name) => readFileSync('/proc/self/' + name, 'latin1'));
    console.log(JSON.stringify({ done, comm, line }));
  `;
  const child = Bun.spawnSync([process.execPath, '-e', script, 'demine watch']);
  const told = JSON.parse(child.stdout.toString());
  expect(told).toMatchObject({ done: true, comm: 'kofelu\n' });
  expect(told.line.replaceAll('\0', '')).toBe('kofelu');
});
