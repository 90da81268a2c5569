import { expect, test } from 'bun:test';
import { decodeFileCapability, encodeFileCapability, fileCapabilityText } from './file-capability.ts';

function value(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, word] of words.entries()) view.setUint32(index * 4, word, true);
  return bytes;
}

test('ping has cap_net_raw, permitted and effective', () => {
  expect(fileCapabilityText(value([0x02000001, 1 << 13, 0, 0, 0]))).toBe('cap_net_raw+ep');
});

test('several capabilities with the same letters stand in one group, others apart', () => {
  const text = fileCapabilityText(value([0x02000000, (1 << 7) | (1 << 12), 1 << 13, 1 << 7, 0]));
  expect(text).toBe('cap_setuid,cap_net_admin,cap_bpf+p cap_net_raw+i');
});

test('all capabilities at once are written in short', () => {
  expect(fileCapabilityText(value([0x02000001, 0xffffffff, 0, 0x1ff, 0]))).toBe('=ep');
});

test('revision 1 has one word, revision 3 names the root of its namespace', () => {
  expect(fileCapabilityText(value([0x01000001, 1 << 7, 0]))).toBe('cap_setuid+ep');
  expect(fileCapabilityText(value([0x03000001, 1 << 7, 0, 0, 0, 100_000]))).toBe(
    'cap_setuid+ep [rootid=100000]',
  );
  expect(decodeFileCapability(value([0x03000001, 1 << 7, 0, 0, 0, 7]))?.names).toEqual(['setuid']);
});

test('a value of another length or revision is told and never left out', () => {
  expect(fileCapabilityText(new Uint8Array(0))).toBe('unknown (0 bytes)');
  expect(fileCapabilityText(value([0x02000001, 1 << 13, 0]))).toBe('unknown (12 bytes)');
  expect(fileCapabilityText(value([0x09000001, 1, 1, 1, 1]))).toBe('unknown (20 bytes)');
});

test('a capability that is newer than this table keeps its number', () => {
  expect(fileCapabilityText(value([0x02000001, 0, 0, 1 << 20, 0]))).toBe('52+ep');
});

test('what setcap takes becomes the value that getcap shows, and what it does not take becomes none', () => {
  for (const text of ['cap_net_raw+ep', 'cap_net_admin,cap_net_raw+ep', 'cap_setuid+eip', 'cap_perfmon+p']) {
    expect(fileCapabilityText(encodeFileCapability(text) ?? new Uint8Array(0))).toBe(text);
  }
  expect(fileCapabilityText(encodeFileCapability('cap_net_raw=ep') ?? new Uint8Array(0))).toBe(
    'cap_net_raw+ep',
  );
  for (const text of ['', 'cap_nothing+ep', 'cap_net_raw-ep', 'cap_net_raw', '=ep; rm'])
    expect(encodeFileCapability(text)).toBeUndefined();
});
