import { expect, test } from 'bun:test';
import { printableText } from '../../model/text.ts';
import { editedBytes } from './edited-bytes.ts';

const edit = (content: string, edits: Parameters<typeof editedBytes>[1]): string | undefined => {
  const bytes = editedBytes(Buffer.from(content, 'latin1'), edits);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('latin1');
};

test('a line goes with its end, and every other byte stays', () => {
  expect(edit('a\nb\nc\n', [{ line: 2 }])).toBe('a\nc\n');
  expect(edit('a\r\n\xff\0\nc', [{ line: 1 }])).toBe('\xff\0\nc');
  expect(edit('a\nb', [{ line: 2 }])).toBe('a\n');
  expect(edit('a', [{ line: 1 }])).toBe('');
});

test('a line is put in place of another, with the end that was there', () => {
  expect(edit('a\nb\nc\n', [{ line: 2, after: printableText('B') }])).toBe('a\nB\nc\n');
  expect(edit('a\nb', [{ line: 2, after: printableText('%') }])).toBe('a\n%');
});

test('a line that is not there, or is named twice, changes nothing', () => {
  expect(edit('a\n', [{ line: 2 }])).toBeUndefined();
  expect(edit('', [{ line: 1 }])).toBeUndefined();
  expect(edit('a\nb\n', [{ line: 1 }, { line: 1 }])).toBeUndefined();
});

test('a part of a line is put in place of another, and one that reaches beyond the line changes nothing', () => {
  const part = { at: 2, length: 3 };
  const after = printableText('x');
  expect(edit('0\nabcde\xfff\n9', [{ line: 2, part, after }])).toBe('0\nabx\xfff\n9');
  expect(edit('abcde', [{ line: 1, part, after }])).toBe('abx');
  expect(edit('abcd\nefgh\n', [{ line: 1, part, after }])).toBeUndefined();
});
