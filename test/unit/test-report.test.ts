import { expect, test } from 'bun:test';
import { countTests } from '../../scripts/test-report.ts';

const report = (sums: string, ...cases: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="bun test" ${sums} time="0.1">\n${cases
    .map((file) => `<testcase name="a" classname="" time="0" file="${file}" line="2" assertions="0">`)
    .join('\n')}</testsuites>`;

test('passed and failed tests are counted', () => {
  const text = report('tests="3" assertions="3" failures="1" skipped="0"', 'src/a.test.ts');
  expect(countTests(text, ['src/a.test.ts'], 1)).toEqual({ passed: 2, failed: 1, reasons: [] });
});

test('a skipped test counts as failed', () => {
  const text = report('tests="2" assertions="1" failures="0" skipped="1"', 'src/a.test.ts');
  expect(countTests(text, ['src/a.test.ts'], 0)).toMatchObject({ passed: 1, failed: 1 });
});

test('a test file of which nothing ran counts as failed and is named', () => {
  const text = report('tests="1" assertions="1" failures="0" skipped="0"', 'src/a.test.ts');
  expect(countTests(text, ['src/a.test.ts', 'src/b.test.ts'], 0)).toEqual({
    passed: 1,
    failed: 1,
    reasons: ['no test of src/b.test.ts ran'],
  });
});

test('a runner that ended badly is a failure, also when every test passed', () => {
  const text = report('tests="1" assertions="1" failures="0" skipped="0"', 'src/a.test.ts');
  expect(countTests(text, ['src/a.test.ts'], 'SIGSEGV')).toEqual({
    passed: 1,
    failed: 1,
    reasons: ['the test runner ended with SIGSEGV'],
  });
});

test('a report that was cut off counts nothing as passed', () => {
  for (const text of ['', '<testsuites name="bun test" tests="4"', report('tests="4" failures="0"')]) {
    expect(countTests(text, [], 0)).toMatchObject({ passed: 0, failed: 1 });
  }
});
