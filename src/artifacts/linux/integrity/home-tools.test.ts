import { expect, test } from 'bun:test';
import { gatherFrom } from '../../../../test/persistence/gather.ts';
import { integrity } from './integrity.ts';

const elf = { content: Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1), stat: { mode: 0o100755 } };

test('a tool in the program folder of a home or of owners is told, newer tools of an owner are not', async () => {
  const { entries } = await gatherFrom(integrity, {
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\nada:x:1000:1000::/home/ada:/bin/bash\n',
    '/root/.local/bin/top': elf,
    '/home/ada/bin/lsof': elf,
    '/usr/local/bin/ss': elf,
    '/usr/local/bin/curl': elf,
    '/home/ada/.local/bin/htop': elf,
  });
  const told = entries.filter(({ mechanism }) => mechanism === 'renamed-tool');
  expect(told.map(({ source, marks }) => `${source.source} ${marks}`)).toEqual([
    '/usr/local/bin/ss shadows-package',
    '/root/.local/bin/top shadows-package',
    '/home/ada/bin/lsof shadows-package',
  ]);
});
