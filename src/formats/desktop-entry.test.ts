import { expect, test } from 'bun:test';
import { parseDesktopEntry } from './desktop-entry.ts';

const read = (text: string) => parseDesktopEntry(Buffer.from(text, 'latin1'));

test('the command of an entry, without field codes', () => {
  expect(
    read(
      '[Desktop Entry]\nType=Application\nName=x\nExec=/usr/bin/x --a %U "b\\\\sc"\n[Desktop Action new]\nExec=/bin/other\n',
    ),
  ).toMatchObject({
    exec: '/usr/bin/x --a  "b\\sc"',
    line: 4,
    disabled: false,
  });
});

test('an entry that is hidden or switched off is told so', () => {
  expect(read('[Desktop Entry]\nExec=x\nHidden=true\n')?.disabled).toBe(true);
  expect(read('[Desktop Entry]\nX-GNOME-Autostart-enabled=false\nExec=x\n')?.disabled).toBe(true);
});

test('a file without a command in its main group is none', () => {
  expect(read('[Desktop Entry]\nName=x\n[Desktop Action a]\nExec=/x\n')).toBeUndefined();
  expect(read('Exec=/x\n')).toBeUndefined();
  expect(parseDesktopEntry(new Uint8Array(4 << 20).fill(0x5b))).toBeUndefined();
});
