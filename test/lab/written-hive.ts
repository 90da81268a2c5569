/**
 * Hives that Debian's hivexregedit writes, from the same description that our own fixture takes: its cells, lists and
 * data lie where another program put them.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hiveOf, type KeySpec } from '../../src/formats/registry/hive.fixture.ts';
import { windowsTool } from './windows-tools.ts';

function regText({ keys = [], values = [] }: KeySpec, path: string): string {
  const lines = values.map(({ name, type, data }) => {
    const label = name === '' ? '@' : `"${name.replace(/["\\]/g, '\\$&')}"`;
    return `${label}=hex(${type.toString(16)}):${Buffer.from(data)
      .toString('hex')
      .replace(/..(?=.)/g, '$&,')}`;
  });
  const below = keys.map((key) => regText(key, `${path}\\${key.name}`));
  return [`[${path === '' ? '\\' : path}]`, ...lines, '', ...below].join('\n');
}

/** hivex gives every new key the descriptor of its parent, so the root needs one: it is owned by SYSTEM. */
const security = Buffer.from('0100008014000000000000000000000000000000010100000000000512000000', 'hex');

/** The bytes of a hive with this tree. Times, classes and descriptors are the program's own. */
export function writtenHive(root: KeySpec): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'demine-hive-'));
  try {
    writeFileSync(join(folder, 'hive'), hiveOf({ name: root.name, security }));
    writeFileSync(join(folder, 'tree.reg'), `Windows Registry Editor Version 5.00\n\n${regText(root, '')}\n`);
    const command = ['hivexregedit', '--merge', '--encoding', 'UTF-16LE', '/srv/hive', '/srv/tree.reg'];
    const { code, errors } = windowsTool(folder, command);
    if (code !== 0) throw new Error(`hivexregedit: ${errors}`);
    return readFileSync(join(folder, 'hive'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
