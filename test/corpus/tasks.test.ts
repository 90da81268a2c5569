/**
 * Scheduled tasks that real systems wrote: event 4698 keeps the XML of each new task. Every one of them is read whole, and
 * changed ones are read to their end.
 */
import { expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seeded } from '../../src/formats/compress/compress.fixture.ts';
import { readAll } from '../../src/formats/evtx/read-log.fixture.ts';
import { parseTaskXml } from '../../src/formats/task/task-xml.ts';

const folder = join(process.env['DEMINE_CORPUS'] ?? join(import.meta.dir, '../../../shared/corpus'), 'evtx');

/** The texts of tasks in all logs, each once. */
function taskTexts(): readonly string[] {
  const found = new Set<string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.evtx')) continue;
    readAll(readFileSync(join(folder, name)), (record) => {
      const json = Buffer.from(record.json() ?? []).toString('utf8');
      if (!json.includes('TaskContent')) return;
      for (const [, text = ''] of json.matchAll(/"TaskContent(?:New)?":("(?:[^"\\]|\\.)*")/g))
        found.add(String(JSON.parse(text)));
    });
  }
  // That of a task's deletion keeps none.
  return [...found].filter((text) => text !== '');
}

const texts = taskTexts();

test('tasks that systems wrote have actions, triggers and principals, and no flaw', () => {
  expect(texts.length).toBeGreaterThan(2);
  for (const text of texts) {
    const task = parseTaskXml(text);
    expect(task?.flaw).toBeUndefined();
    expect([text.slice(0, 60), (task?.actions.length ?? 0) > 0]).toEqual([text.slice(0, 60), true]);
    expect(task?.actions.some(({ kind }) => kind === 'other')).toBe(false);
    expect(task?.triggers.some(({ kind }) => kind === 'other')).toBe(false);
  }
});

test('changed ones are read to their end', () => {
  const next = seeded(3);
  for (let round = 0; round < 4000; round += 1) {
    const text = texts[next(texts.length)] ?? '';
    const at = next(text.length);
    const piece = ['<', '>', '&', '"', '</', '<!DOCTYPE', '&#0;', '\ud800', ''][next(9)] ?? '';
    const changed = `${text.slice(0, at)}${piece}${text.slice(at + next(8))}`;
    expect((parseTaskXml(changed)?.actions.length ?? 0) <= 256).toBe(true);
  }
});
