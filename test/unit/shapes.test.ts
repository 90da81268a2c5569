/** What `demine coverage` says of the shapes of logs and requests is what their declarations say. */
import { describe, expect, test } from 'bun:test';
import { shapeRows } from '../../src/cli/commands/coverage.ts';
import { renderShapes, type ShapeRow, shapeKinds } from '../../src/report/shapes.ts';
import { displayWidth } from '../../src/report/width.ts';

/** A file of source, a page, a section of a manual, a standard: something that can be opened. */
const citation =
  /\b[\w*-]+\.(?:cc?|h|go|java|scala|py|js|rs|rb|ya?ml|log|md|html|conf|xml|properties)\b|\bRFC \d{4}|\w\(\d\)|\b[a-z0-9-]+\.(?:org|com|io|net|dev)\b|Reference Manual|Syslog Messages/;

describe('the shapes of logs and requests', () => {
  const rows = shapeRows();

  test('are named once, and each kind has some', () => {
    const names = rows.map(({ kind, id }) => `${kind} ${id}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(shapeKinds.filter((kind) => !rows.some((row) => row.kind === kind))).toEqual([]);
  });

  test('cite what they were compared with where they are verified, and say what is known where they are not', () => {
    expect(rows.flatMap((row) => (row.verified && !citation.test(row.source) ? [row.id] : []))).toEqual([]);
    expect(rows.flatMap((row) => (row.verified ? [] : [row.id]))).toEqual([
      'pulse',
      'windows.profile-list',
      'windows.catalog',
    ]);
    expect(rows.flatMap((row) => (!row.verified && row.origin === '' ? [row.id] : []))).toEqual([]);
  });

  test('are printed as what they are, within the width, in both languages', () => {
    const made: readonly ShapeRow[] = [
      {
        kind: 'log',
        id: 'known',
        verified: true,
        source: 'service src/log.c (write); a page that goes on and on '.repeat(3),
      },
      { kind: 'messages', id: 'guessed', verified: false, origin: 'somebody said so' },
      { kind: 'windows', id: 'unseen', verified: false, origin: 'no sample was at hand' },
    ];
    for (const [language, good, bad, untried] of [
      ['en', 'verified', 'UNVERIFIED', 'EXPERIMENTAL'],
      ['zh-CN', '已核实', '未核实', '实验性'],
    ] as const) {
      const lines = renderShapes(made, { width: 80, color: false, language }).split('\n');
      expect(lines.filter((line) => displayWidth(line) > 80)).toEqual([]);
      expect(lines.find((line) => line.includes('known'))?.trimEnd()).toEndWith(` ${good}`);
      expect(lines.find((line) => line.includes('guessed'))?.trimEnd()).toEndWith(bad);
      expect(lines.find((line) => line.includes('unseen'))?.trimEnd()).toEndWith(untried);
      expect(lines.some((line) => line.includes('somebody said so'))).toBe(true);
      expect(lines[0]).toMatch(/3.*2/);
    }
  });
});
