/** A file that is written to while it is read: one version of it, or a status that says so. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import {
  closeSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSteady } from './steady-read.ts';

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'demine-steady-'));
  path = join(folder, 'file');
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  writeFileSync(path, 'first version');
  // Old enough that its stamps alone tell.
  await Bun.sleep(30);
});

/** Reads the file; `meanwhile` is what somebody does after the reading of that number. */
function reading(meanwhile: (reads: number) => void): {
  readonly text: string;
  readonly changed: boolean;
  readonly reads: number;
} {
  let reads = 0;
  const descriptor = openSync(path, 'r');
  try {
    const { bytes, changed } = readSteady(descriptor, fstatSync(descriptor), () => {
      const now = readFileSync(path);
      reads += 1;
      meanwhile(reads);
      return { bytes: now, more: false, late: false };
    });
    return { text: Buffer.from(bytes).toString(), changed, reads };
  } finally {
    closeSync(descriptor);
  }
}

const nothing = (): void => {};

test('a file that nobody touches is read once', () => {
  expect(reading(nothing)).toEqual({ text: 'first version', changed: false, reads: 1 });
});

test('a file that was changed a moment ago is read twice: its stamps may stand still', () => {
  writeFileSync(path, 'just now');
  expect(reading(nothing)).toEqual({ text: 'just now', changed: false, reads: 2 });
});

test('a stamp of the future is as good as a young one', () => {
  const later = Date.now() / 1000 + 86_400;
  utimesSync(path, later, later);
  expect(reading(nothing)).toMatchObject({ changed: false, reads: 2 });
});

for (const [what, change] of Object.entries({
  'rewritten in place': () => writeFileSync(path, 'other version'),
  longer: () => writeFileSync(path, 'a version that is longer'),
  shorter: () => truncateSync(path, 5),
})) {
  test(`a file that is made ${what} while it is read is read again`, () => {
    const { text, changed, reads } = reading((round) => {
      if (round === 1) change();
    });
    expect({ text, changed }).toEqual({ text: readFileSync(path, 'utf8'), changed: false });
    expect(reads).toBeGreaterThan(1);
  });
}

test('a file that changes at every reading is told, after four', () => {
  const { changed, reads } = reading((round) => writeFileSync(path, `version ${round}`));
  expect({ changed, reads }).toEqual({ changed: true, reads: 4 });
});
