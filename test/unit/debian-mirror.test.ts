import { expect, test } from 'bun:test';
import { debianMirror, defaultMirror } from '../../scripts/debian-mirror.ts';

const noList = (): string => {
  throw new Error('no mirror list is expected');
};
const mirrorOf = (name: string, text: string): string => debianMirror([{ name, text }], noList);

test('the one-line style names the mirror, with or without options', () => {
  expect(mirrorOf('sources.list', 'deb http://192.0.2.1/debian bookworm main')).toBe(
    'http://192.0.2.1/debian',
  );
  expect(mirrorOf('sources.list', 'deb [arch=amd64] https://192.0.2.1/debian/ stable main contrib')).toBe(
    'https://192.0.2.1/debian',
  );
});

test('the paragraph style names the mirror, also when a field runs over lines', () => {
  const text =
    'Types: deb deb-src\n# a note\nURIs:\n http://192.0.2.2/debian\nSuites: trixie trixie-updates\nComponents: main\n';
  expect(mirrorOf('debian.sources', text)).toBe('http://192.0.2.2/debian');
});

test('a mirror list of a cloud image is followed', () => {
  const text =
    'Types: deb\nURIs: mirror+file:///etc/apt/mirrors/debian.list\nSuites: bookworm\nComponents: main\n';
  const found = debianMirror([{ name: 'debian.sources', text }], (path) => {
    expect(path).toBe('/etc/apt/mirrors/debian.list');
    return 'https://192.0.2.3/debian\n';
  });
  expect(found).toBe('https://192.0.2.3/debian');
});

test('security, disabled and third-party sources are not the archive', () => {
  const others = [
    'deb http://192.0.2.4/debian-security bookworm-security main',
    '# deb http://192.0.2.4/debian bookworm main',
    'deb https://192.0.2.4/linux/debian bookworm stable',
    'deb https://192.0.2.4 bookworm main',
    'deb cdrom:[Debian]/ bookworm main',
  ];
  expect(mirrorOf('sources.list', others.join('\n'))).toBe(defaultMirror);
  const disabled = 'Types: deb\nEnabled: no\nURIs: http://192.0.2.5/debian\nSuites: sid\nComponents: main';
  expect(mirrorOf('x.sources', disabled)).toBe(defaultMirror);
});
